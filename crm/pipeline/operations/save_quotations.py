"""Writing and changing offers."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.pipeline.drafts import QuotationDraft
from crm.pipeline.events import QuotationDrafted
from crm.pipeline.models import Quotation, QuotationLine
from crm.pipeline.operations.prepare_quotations import Prepared, prepare_quotations
from crm.pipeline.permissions import EDIT_QUOTATIONS
from crm.pipeline.states import QuotationState
from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute, insert_rows, update_rows
from erp.documents.drafts import lock_edited, unique_or_refused
from erp.reference.rules import MEASURE_COLUMNS

_HEAD = [
    "customer_id",
    "opportunity_id",
    "warehouse_id",
    "date",
    "valid_until_date",
    "promised_date",
    "priority",
    "partial_delivery",
    "currency_code",
    "rate",
    "prices_include_tax",
    "net",
    "tax",
    "total",
    "reference",
    "external_source",
    "external_ref",
    "state",
]
_LINE = [
    "quotation_id",
    "sequence",
    "product_id",
    "description",
    *MEASURE_COLUMNS,
    "unit_price",
    "discount",
    "tax_code",
    "tax_rate",
    "net",
    "tax",
    "total",
]
_DELETE_LINES = f"DELETE FROM pipeline_quotationline WHERE company_id = {COMPANY} AND quotation_id = ANY(%s::bigint[])"  # noqa: S608
_UNIQUE = {"pipeline_quotation_external_ref": "external_ref"}


@dataclass(frozen=True)
class SavedQuotation:
    id: int
    number: str


@operation(EDIT_QUOTATIONS)
def save_quotations(*, quotations: Sequence[QuotationDraft], actor: Actor, at: datetime.datetime) -> list[SavedQuotation]:
    """Create or change drafts, their lines replaced by those given; return ids and numbers in order.

    A draft may still be without lines. All refusals of all quotations come at once: unknown or inactive customer,
    product, warehouse or tax code, wrong figures and dates, no exchange rate, not a draft any more, a stale edit.
    """
    locked = lock_edited(Quotation, quotations)
    prepared = prepare_quotations(quotations, locked=locked, actor=actor)
    saved = write_quotations(prepared, locked=locked, state=QuotationState.DRAFT, actor=actor, at=at)
    bus.publish([_drafted(one, p) for one, p in zip(saved, prepared, strict=True) if p.draft.id is None], at=at)
    return saved


def write_quotations(
    prepared: Sequence[Prepared], *, locked: Mapping[int, Quotation], state: QuotationState, actor: Actor, at: datetime.datetime
) -> list[SavedQuotation]:
    """Write heads and lines in at most four statements, whatever their number."""
    saved = {i: SavedQuotation(row.pk, row.number) for i, p in enumerate(prepared) if (row := locked.get(p.draft.id or 0))}
    new = [i for i, p in enumerate(prepared) if p.draft.id is None]
    heads = [_head(p, state) for p in prepared]
    with unique_or_refused(_UNIQUE):
        update_rows(Quotation, _HEAD, [(one.id, *heads[i]) for i, one in saved.items()])
        made = insert_rows(
            Quotation,
            [*_HEAD, "actor", "created_at"],
            [(*heads[i], actor.name, at) for i in new],
            computed={"number": "documents_next_number('quotation')"},
            returning=["id", "number"],
        )
    if saved:
        execute(_DELETE_LINES, [[one.id for one in saved.values()]])
    saved |= {i: SavedQuotation(*row) for i, row in zip(new, made, strict=True)}
    insert_rows(QuotationLine, _LINE, [line for i, p in enumerate(prepared) for line in _lines(saved[i].id, p)])
    return [saved[i] for i in range(len(prepared))]


def _head(prepared: Prepared, state: QuotationState) -> tuple[object, ...]:
    draft, amount = prepared.draft, prepared.amount
    return (
        draft.customer_id,
        draft.opportunity_id,
        prepared.warehouse_id,
        draft.date,
        draft.valid_until_date,
        prepared.promised_date,
        draft.priority,
        draft.partial_delivery,
        prepared.currency_code,
        prepared.rate,
        draft.prices_include_tax,
        amount.net,
        amount.tax,
        amount.total,
        draft.reference,
        draft.external_source,
        draft.external_ref,
        state.value,
    )


def _lines(quotation_id: int, prepared: Prepared) -> list[tuple[object, ...]]:
    return [
        (
            quotation_id,
            sequence,
            line.product.id,
            line.description,
            *line.measure.columns,
            line.unit_price,
            line.discount,
            line.product.tax_code,
            line.tax_rate,
            line.amount.net,
            line.amount.tax,
            line.amount.total,
        )
        for sequence, line in enumerate(prepared.lines, 1)
    ]


def _drafted(saved: SavedQuotation, prepared: Prepared) -> QuotationDrafted:
    opportunity = prepared.draft.opportunity_id
    return QuotationDrafted(
        id=saved.id,
        number=saved.number,
        status=QuotationState.DRAFT.value,
        stems_from=DocumentRef("opportunity", opportunity) if opportunity else None,
        customer_id=prepared.draft.customer_id,
        currency=prepared.currency_code,
        total=prepared.amount.total,
    )
