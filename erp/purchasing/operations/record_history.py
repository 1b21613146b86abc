"""Orders of the past, as another system ended them: what was asked for, what came and what was refused."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import CountedProduct, counted_products, judge_measure, take_measure
from erp.catalog.models import Product
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, raise_refusals
from erp.core.money import round_half_up
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.drafts import unique_or_refused
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import Warehouse
from erp.parties.models import Party
from erp.purchasing.models import ClearingFact, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine
from erp.purchasing.permissions import RECORD_HISTORY
from erp.purchasing.states import PurchaseOrderState
from erp.reference.queries import minor_units
from erp.reference.rules import MEASURE_COLUMNS

_UNIQUE = {"purchasing_purchaseorder_external_ref": "external_ref"}
_HEAD = [
    "state", "supplier_id", "warehouse_id", "date", "currency_code", "rate", "net", "tax", "total", "company_total",
    "external_source", "external_ref", "actor", "placed_at", "issued_at",
]  # fmt: skip
_LINE = [
    "order_id", "supplier_id", "sequence", "product_id", "description", "stocked", *MEASURE_COLUMNS, "unit_price", "tax_code",
    "tax_rate", "net", "tax", "total", "requested_date", "received", "rejected", "billed", "closed_short",
]  # fmt: skip
_BILLED = ["order_line_id", "kind", "quantity", "amount", "document_kind", "document_id", "date", "at"]
_GOODS = ["order_line_id", "supplier_id", "date", "arrived", "accepted", "rejected", "value", "actor", "at"]


@dataclass(frozen=True, kw_only=True)
class HistoricLine:
    """What was ordered at which price of one `unit`, and what of it was kept and refused; all in the unit, without tax."""

    product_id: int
    quantity: Decimal
    unit: str = ""
    unit_price: Decimal
    requested_date: datetime.date
    accepted: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class HistoricOrder:
    """An order in company currency, over and done with; what came of it came on one day."""

    supplier_id: int
    warehouse_id: int
    date: datetime.date
    received_date: datetime.date
    lines: Sequence[HistoricLine]
    cancelled: bool = False
    external_source: str
    external_ref: str


@operation(RECORD_HISTORY)
def record_history(*, orders: Sequence[HistoricOrder], actor: Actor, at: datetime.datetime) -> list[int]:
    """Write the orders down as closed (or cancelled), with their receipts; return their ids in order.

    They move no stock and post nothing: what is left of them is in the opening stock and the opening balances, and what was kept
    counts as billed. Refuses, all at once: unknown suppliers, warehouses, products and units, quantities below zero, goods of a
    cancelled order, days after today, and an order that is there already.
    """
    products = counted_products(
        {line.product_id for order in orders for line in order.lines}, {line.unit for order in orders for line in order.lines}
    )
    refusals = future_refusals([max(order.date, order.received_date) for order in orders], actor=actor, at=at)
    refusals += _judge(orders, products)
    raise_refusals(refusals)
    currency = company_facts(actor.company_id).currency_code
    places = minor_units(currency)
    nets = [[round_half_up(line.quantity * line.unit_price, places) for line in order.lines] for order in orders]
    with unique_or_refused(_UNIQUE):
        made = insert_rows(
            PurchaseOrder,
            _HEAD,
            [
                (
                    PurchaseOrderState.CANCELLED if order.cancelled else PurchaseOrderState.CLOSED,
                    order.supplier_id, order.warehouse_id, order.date, currency, Decimal(1), sum(net), 0, sum(net), sum(net),
                    order.external_source, order.external_ref, actor.name, at, at,
                )
                for order, net in zip(orders, nets, strict=True)
            ],
            computed={"number": "documents_next_number('purchase_order')"},
            returning=["id"],
        )  # fmt: skip
    ids = [row[0] for row in made]
    _write_lines(ids, orders, nets, products, actor, at)
    return ids


def _judge(orders: Sequence[HistoricOrder], products: Mapping[int, CountedProduct]) -> list[BusinessRuleViolation]:
    suppliers = set(Party.objects.filter(pk__in={o.supplier_id for o in orders}, is_supplier=True).values_list("pk", flat=True))
    warehouses = set(Warehouse.objects.filter(pk__in={o.warehouse_id for o in orders}).values_list("pk", flat=True))
    found: list[BusinessRuleViolation] = []
    for i, order in enumerate(orders):
        prefix = f"{i}." if len(orders) > 1 else ""
        if order.supplier_id not in suppliers:
            found.append(UnknownCode(field=f"{prefix}supplier", what=_("supplier"), value=order.supplier_id))
        if order.warehouse_id not in warehouses:
            found.append(UnknownCode(field=f"{prefix}warehouse", what=_("warehouse"), value=order.warehouse_id))
        for n, line in enumerate(order.lines):
            found += _line_refusals(line, order, products.get(line.product_id), f"{prefix}lines.{n}")
    return found


def _line_refusals(
    line: HistoricLine, order: HistoricOrder, product: CountedProduct | None, field: str
) -> list[BusinessRuleViolation]:
    if product is None:
        return [UnknownCode(field=f"{field}.product", what=_("product"), value=line.product_id)]
    found: list[BusinessRuleViolation] = []
    rule = _("Enter zero or more.")
    for name in ("unit_price", "accepted", "rejected"):
        value = getattr(line, name)
        if not (value.is_finite() and value >= 0):
            found.append(InvalidValue(field=f"{field}.{name}", what=_("quantity"), value=f"{value}", rule=rule))
    if line.quantity <= 0:
        above = _("Enter a number greater than zero.")
        found.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=f"{line.quantity:f}", rule=above))
    if order.cancelled and line.accepted > 0:
        none = _("Nothing was kept of an order that was cancelled.")
        found.append(InvalidValue(field=f"{field}.accepted", what=_("quantity"), value=f"{line.accepted:f}", rule=none))
    if not found:
        for quantity in {line.quantity, line.accepted, line.rejected} - {Decimal(0)}:
            found += judge_measure(quantity, line.unit, product.units, product=product.sku, field=field)
    return found


def _write_lines(
    ids: Sequence[int],
    orders: Sequence[HistoricOrder],
    nets: Sequence[Sequence[Decimal]],
    products: Mapping[int, CountedProduct],
    actor: Actor,
    at: datetime.datetime,
) -> None:
    names = dict(Product.objects.filter(pk__in=products.keys()).values_list("pk", "name"))
    rows, goods = [], []
    for pk, order, of_order in zip(ids, orders, nets, strict=True):
        for n, (line, net) in enumerate(zip(order.lines, of_order, strict=True), 1):
            product = products[line.product_id]
            measure = take_measure(line.quantity, line.unit, product.units, product=product.sku)
            ratio = measure.ratio
            accepted, rejected = (q * ratio.numerator / ratio.denominator for q in (line.accepted, line.rejected))
            rows.append(
                (
                    pk, order.supplier_id, n, line.product_id, names[line.product_id], True, *measure.columns, line.unit_price,
                    "", 0, net, 0, net, line.requested_date, accepted, rejected, accepted, accepted < measure.quantity,
                )
            )  # fmt: skip
            goods.append((pk, order, accepted, rejected, round_half_up(net * accepted / measure.quantity, 2)))
    lines = insert_rows(PurchaseOrderLine, _LINE, rows, returning=["id"])
    insert_rows(
        GoodsReceiptLine,
        _GOODS,
        [
            (line, order.supplier_id, order.received_date, accepted + rejected, accepted, rejected, value, actor.name, at)
            for (line,), (_pk, order, accepted, rejected, value) in zip(lines, goods, strict=True)
            if accepted + rejected > 0
        ],
    )
    insert_rows(
        ClearingFact,
        _BILLED,
        [
            (line, ClearingFact.Kind.BILL, -accepted, 0, "purchase_order", pk, order.received_date, at)
            for (line,), (pk, order, accepted, _rejected, _value) in zip(lines, goods, strict=True)
            if accepted
        ],
    )
