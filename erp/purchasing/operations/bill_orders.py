"""Bills of suppliers against orders: entered, matched three ways, posted or held."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.operation import operation
from erp.core.rows import insert_documents, numbered
from erp.documents.drafts import unique_or_refused
from erp.identity.queries import company_facts
from erp.payables.errors import BillKnown
from erp.payables.models import VendorBill, VendorBillLine
from erp.payables.permissions import SEND_BILL
from erp.purchasing.drafts import BillDraft, BillLineDraft, EnteredBill
from erp.purchasing.operations.lock_purchase_orders import lock_ordered_lines
from erp.purchasing.operations.match_bills import HEAD_COLUMNS, LINE_COLUMNS, Match, MatchedBill, book_matches, match_bills
from erp.purchasing.operations.price_bills import Key, PricedBill, key_of, priced_bills, read_suppliers
from erp.reference.rules import MEASURE_COLUMNS

SOURCE = VendorBillLine.Source
_HEAD = [
    "kind",
    "supplier_id",
    "supplier_number",
    "date",
    "due_date",
    "currency_code",
    "rate",
    "prices_include_tax",
    "net",
    "tax",
    "total",
    "company_total",
    *HEAD_COLUMNS,
    "actor",
    "entered_at",
    "posted_at",
    "external_source",
    "external_ref",
]
_LINE = [
    "supplier_id",
    "sequence",
    "source_kind",
    "source_id",
    "product_id",
    "description",
    *MEASURE_COLUMNS,
    "unit_price",
    "tax_code",
    "tax_rate",
    "net",
    "tax",
    "total",
    *LINE_COLUMNS,
]


@operation(SEND_BILL, partner=True)
def bill_orders(
    *, bills: Sequence[BillDraft], supplier_id: int | None = None, actor: Actor, at: datetime.datetime
) -> list[EnteredBill]:
    """Enter bills and credit notes of suppliers; those that match are posted, the others held with their reasons. At most six
    reads and three writes for any number of them.

    The same bill again, by its supplier's number, is answered with the one that is there; another one under that number is
    refused. Refuses, all at once: orders of another supplier or currency, days after today, missing rates, lines without a
    quantity.
    """
    suppliers, known = read_suppliers(bills)
    fresh = [i for i, bill in enumerate(bills) if key_of(bill) not in known]
    asked = [line.order_line_id for i in fresh for line in bills[i].lines if line.order_line_id is not None]
    ordered = lock_ordered_lines(asked, supplier_id=supplier_id)
    priced = priced_bills(bills, fresh, suppliers, ordered, supplier_id=supplier_id, actor=actor, at=at)
    raise_refusals(_other_under_number(bills, known))
    home = company_facts(actor.company_id).currency_code
    matches = match_bills([(p, p.lines) for p in priced], ordered, home=home) if priced else []
    matched = _insert(priced, matches, actor, at)
    book_matches(matched, actor=actor, at=at)
    entered = {key_of(bills[i]): _entered(m) for i, m in zip(fresh, matched, strict=True)}
    return [(entered | known)[key_of(bill)] for bill in bills]


def _alike(sent: Sequence[BillLineDraft], there: Sequence[tuple[int | None, Decimal, Decimal]]) -> bool:
    """Whether these are the lines that are there; a price left out is the one that was taken."""
    return len(sent) == len(there) and all(
        (line.order_line_id, line.quantity) == (source, quantity) and line.unit_price in (None, price)
        for line, (source, quantity, price) in zip(sent, there, strict=True)
    )


def _other_under_number(bills: Sequence[BillDraft], known: Mapping[Key, EnteredBill]) -> list[BusinessRuleViolation]:
    """Refusals of bills whose number is known with other lines or prices."""
    ids = [known[key_of(b)].id for b in bills if key_of(b) in known]
    lines: dict[int, list[tuple[int | None, Decimal, Decimal]]] = {}
    for bill_id, source, quantity, price in (
        VendorBillLine.objects.filter(bill_id__in=ids)
        .order_by("sequence")
        .values_list("bill_id", "source_id", "entered_quantity", "unit_price")
        if ids
        else ()
    ):
        lines.setdefault(bill_id, []).append((source, quantity, price))
    found: list[BusinessRuleViolation] = []
    for i, bill in enumerate(bills):
        there = known.get(key_of(bill))
        if there and not _alike(bill.lines, lines.get(there.id, [])):
            prefix = f"{i}." if len(bills) > 1 else ""
            number, field = bill.supplier_number.strip(), f"{prefix}supplier_number"
            found.append(BillKnown(field=field, number=number, document=there.number, document_id=there.id))
    return found


def _insert(priced: Sequence[PricedBill], matches: Sequence[Match], actor: Actor, at: datetime.datetime) -> list[MatchedBill]:
    heads = [
        (
            p.draft.kind,
            p.supplier_id,
            p.supplier_number,
            p.date,
            p.due_date,
            p.currency_code,
            p.rate,
            p.inclusive,
            p.amount.net,
            p.tax,
            p.total,
            p.company_total,
            *match.verdict,
            actor.name,
            at,
            at if match.passes else None,
            p.draft.external_source,
            p.draft.external_ref,
        )
        for p, match in zip(priced, matches, strict=True)
    ]
    lines = [
        (
            position,
            p.supplier_id,
            n,
            SOURCE.ORDER_LINE if line.order_line else SOURCE.CHARGE,
            line.source_id,
            line.order_line.product_id if line.order_line else None,
            line.draft.description or (line.order_line.description if line.order_line else str(_("Charge"))),
            *line.measure.columns,
            line.unit_price,
            line.tax_code,
            line.tax_rate,
            line.amount.net,
            line.amount.tax,
            line.amount.total,
            *match.line_columns(n - 1),
        )
        for position, (p, match) in enumerate(zip(priced, matches, strict=True))
        for n, line in enumerate(p.lines, 1)
    ]
    with unique_or_refused({"payables_vendorbill_supplier_number": "supplier_number"}):
        rows = insert_documents(
            VendorBill,
            _HEAD,
            heads,
            VendorBillLine,
            _LINE,
            lines,
            parent="bill_id",
            computed=numbered("vendor_bill"),
            returning=["id", "number"],
        )
    return [MatchedBill(pk, number, p, match) for (pk, number), p, match in zip(rows, priced, matches, strict=True)]


def _entered(matched: MatchedBill) -> EnteredBill:
    state, held, _owner = matched.match.verdict
    return EnteredBill(matched.id, matched.number, str(state), tuple(held))
