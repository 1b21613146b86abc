"""Purchase orders under lock, by id or by a line of theirs; every verb on them starts here. A supplier's call names its supplier
in the statement: another's order is not there."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.purchasing.states import TRANSITIONS, PurchaseOrderState
from erp.reference.rules import Measure, Ratio, state_quantity

_SELECT = """
SELECT o.id, o.number, o.state, o.supplier_id, o.warehouse_id, o.date, o.currency_code, o.rate, o.prices_include_tax,
       o.payment_days, o.company_total, o.over_fraction, o.under_fraction, o.issued_at,
       l.id, l.order_id, l.sequence, l.product_id, p.sku, l.description, l.quantity, l.unit, l.unit_numerator, l.unit_denominator,
       l.unit_price, l.tax_code, l.tax_rate, l.net, l.requested_date, l.first_promised_date, l.last_promised_date, l.received,
       l.rejected, l.returned, l.billed, l.closed_short, b.code
FROM purchasing_purchaseorder o
JOIN purchasing_purchaseorderline l ON l.company_id = o.company_id AND l.order_id = o.id
JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.product_id
JOIN reference_unit b ON b.company_id = p.company_id AND b.id = p.unit_id
WHERE o.company_id = {company} AND o.id = {asked} AND o.supplier_id = COALESCE(%s::bigint, o.supplier_id)
ORDER BY o.id, l.sequence FOR UPDATE OF o, l
"""
_OF_LINES = f"ARRAY(SELECT order_id FROM purchasing_purchaseorderline WHERE company_id = {COMPANY} AND id = {ANY_ID})"  # noqa: S608
_LOCK = _SELECT.format(company=COMPANY, asked=ANY_ID)
_LOCK_OF_LINES = _SELECT.format(company=COMPANY, asked=f"ANY ({_OF_LINES})")


class LockedPurchaseOrder(NamedTuple):
    id: int
    number: str
    state: str
    supplier_id: int
    warehouse_id: int
    date: datetime.date
    currency: str
    rate: Decimal
    prices_include_tax: bool
    payment_days: int
    company_total: Decimal
    over_fraction: Decimal
    under_fraction: Decimal
    issued_at: datetime.datetime | None


class LockedLine(NamedTuple):
    """Quantities in the product's unit; `net` in the order's currency."""

    id: int
    order_id: int
    sequence: int
    product_id: int
    sku: str
    description: str
    quantity: Decimal
    unit: str
    unit_numerator: int
    unit_denominator: int
    unit_price: Decimal
    tax_code: str
    tax_rate: Decimal
    net: Decimal
    requested_date: datetime.date
    first_promised_date: datetime.date | None
    last_promised_date: datetime.date | None
    received: Decimal
    rejected: Decimal
    returned: Decimal
    billed: Decimal
    closed_short: bool
    base_unit: str

    @property
    def ratio(self) -> Ratio:
        return Ratio(self.unit_numerator, self.unit_denominator)

    def measure(self, quantity: Decimal) -> Measure:
        """A part of the line in the line's unit, or in the product's where that does not come out even."""
        return state_quantity(quantity, unit=self.unit, ratio=self.ratio, base=self.base_unit)

    @property
    def open(self) -> Decimal:
        """Still expected."""
        return Decimal(0) if self.closed_short else max(self.quantity - self.received, Decimal(0))

    @property
    def expected_date(self) -> datetime.date:
        return self.last_promised_date or self.requested_date


class OrderedLine(NamedTuple):
    """A line with its order."""

    order: LockedPurchaseOrder
    line: LockedLine


_ORDER_WIDTH = len(LockedPurchaseOrder._fields)


def lock_purchase_orders(
    order_ids: Sequence[int], *, supplier_id: int | None = None
) -> tuple[dict[int, LockedPurchaseOrder], dict[int, list[LockedLine]]]:
    """Lock the orders with their lines, in the order of their ids; unknown ids, and those of another supplier where one is named,
    are refused together."""
    orders, lines = _parted(fetch(_LOCK, [sorted(set(order_ids)), supplier_id]))
    raise_refusals([NotFound(field="order", what=_("purchase order"), value=i) for i in order_ids if i not in orders])
    return orders, lines


def lock_ordered_lines(line_ids: Sequence[int], *, supplier_id: int | None = None) -> dict[int, OrderedLine]:
    """Lock the orders that have these lines, in the order of their ids; all their lines by id. A line that is unknown, or another
    supplier's where one is named, has no entry."""
    orders, lines = _parted(fetch(_LOCK_OF_LINES, [sorted(set(line_ids)), supplier_id])) if line_ids else ({}, {})
    return {line.id: OrderedLine(orders[order_id], line) for order_id, of_order in lines.items() for line in of_order}


def _parted(
    rows: Sequence[tuple[Any, ...]],
) -> tuple[dict[int, LockedPurchaseOrder], dict[int, list[LockedLine]]]:
    orders: dict[int, LockedPurchaseOrder] = {}
    lines: dict[int, list[LockedLine]] = {}
    for row in rows:
        if row[0] not in orders:
            orders[row[0]], lines[row[0]] = LockedPurchaseOrder(*row[:_ORDER_WIDTH]), []
        lines[row[0]].append(LockedLine(*row[_ORDER_WIDTH:]))
    return orders, lines


def wrong_states(orders: Sequence[LockedPurchaseOrder], target: str) -> list[BusinessRuleViolation]:
    """Refusals for the orders from which `target` cannot be reached."""
    return [
        WrongState(document=o.number, document_id=o.id, state=PurchaseOrderState(o.state).label.lower())
        for o in orders
        if target not in TRANSITIONS[o.state]
    ]
