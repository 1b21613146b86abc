"""Asking the buyers for something."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import CountedProduct, counted_products, judge_measure, take_measure
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, UnknownCode, raise_refusals
from erp.core.money import plain
from erp.core.operation import operation
from erp.core.rows import insert_documents
from erp.documents.operations.judge_days import future_refusals
from erp.inventory.models import Warehouse
from erp.parties.models import Party
from erp.purchasing.drafts import RequisitionDraft, RequisitionLineDraft
from erp.purchasing.events import RequisitionPlaced
from erp.purchasing.models import Requisition, RequisitionLine
from erp.purchasing.permissions import REQUEST
from erp.reference.rules import MEASURE_COLUMNS


@operation(REQUEST)
def request_goods(*, requisitions: Sequence[RequisitionDraft], actor: Actor, at: datetime.datetime) -> list[tuple[int, str]]:
    """Write the requisitions; return their ids and numbers. The buyers order them line by line.

    Refuses, all at once: warehouses and products that are not in use, parties that are no active supplier, quantities of nothing
    or in no unit of the product, no lines, days after today.
    """
    refusals = future_refusals([draft.date for draft in requisitions], actor=actor, at=at)
    lines = [line for draft in requisitions for line in draft.lines]
    products = counted_products((line.product_id for line in lines), (line.unit for line in lines))
    asked = {line.supplier_id for line in lines if line.supplier_id is not None}
    suppliers = set(Party.objects.filter(pk__in=asked, is_supplier=True, active=True).values_list("pk", flat=True))
    houses = Warehouse.objects.filter(pk__in={draft.warehouse_id for draft in requisitions}, active=True)
    in_use = set(houses.values_list("pk", flat=True))
    for i, draft in enumerate(requisitions):
        prefix = f"{i}." if len(requisitions) > 1 else ""
        refusals += _judge(draft, products, suppliers, in_use, prefix)
    raise_refusals(refusals)
    rows = insert_documents(
        Requisition,
        ["warehouse_id", "date", "memo", "requested_by", "requested_at", "external_source", "external_ref"],
        [(d.warehouse_id, d.date, d.memo, actor.name, at, d.external_source, d.external_ref) for d in requisitions],
        RequisitionLine,
        ["sequence", "product_id", *MEASURE_COLUMNS, "need_date", "supplier_id"],
        [
            (position, n, *_values(line, products[line.product_id]))
            for position, draft in enumerate(requisitions)
            for n, line in enumerate(draft.lines, 1)
        ],
        parent="requisition_id",
        computed={"number": "documents_next_number('requisition')"},
        returning=["id", "number"],
    )
    bus.publish(
        [
            RequisitionPlaced(
                id=pk,
                number=number,
                status="open",
                warehouse_id=draft.warehouse_id,
                products=tuple(sorted({line.product_id for line in draft.lines})),
            )
            for (pk, number), draft in zip(rows, requisitions, strict=True)
        ],
        at=at,
    )
    return [(row[0], row[1]) for row in rows]


def _judge(
    draft: RequisitionDraft, products: dict[int, CountedProduct], suppliers: set[int], in_use: set[int], prefix: str
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if draft.warehouse_id not in in_use:
        found.append(NotFound(field=f"{prefix}warehouse", what=_("warehouse"), value=draft.warehouse_id))
    if not draft.lines:
        rule = _("Enter at least one product.")
        found.append(InvalidValue(field=f"{prefix}lines", what=_("lines"), value="", rule=rule))
    for n, line in enumerate(draft.lines):
        field, product = f"{prefix}lines.{n}", products.get(line.product_id)
        if line.supplier_id is not None and line.supplier_id not in suppliers:
            found.append(UnknownCode(field=f"{field}.supplier", what=_("supplier"), value=line.supplier_id))
        if product is None or not product.active:
            found.append(UnknownCode(field=f"{field}.product", what=_("product"), value=line.product_id))
        elif line.quantity <= 0:
            rule = _("Enter a quantity above zero.")
            value = plain(line.quantity)
            found.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=value, rule=rule))
        else:
            found += judge_measure(line.quantity, line.unit, product.units, product=product.sku, field=field)
    return found


def _values(line: RequisitionLineDraft, product: CountedProduct) -> tuple[object, ...]:
    measure = take_measure(line.quantity, line.unit, product.units, product=product.sku)
    return line.product_id, *measure.columns, line.need_date, line.supplier_id
