"""Orders under lock, by id; every verb on orders starts here."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from erp.core.errors import NotFound, WrongState, raise_refusals
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.reference.rules import Measure, Ratio, price_of_part, state_quantity
from erp.sales.states import TRANSITIONS, SalesOrderState

_ORDER = """
o.id, o.number, o.state, o.customer_id, o.warehouse_id, o.date, COALESCE(o.first_promised_date, o.promised_date), o.priority,
o.partial_delivery, o.currency_code, o.rate, o.prices_include_tax, o.payment_days, o.company_total
"""
_LINE = """
l.id, l.order_id, l.sequence, l.product_id, l.description, l.stocked, l.quantity, l.unit_price, l.discount, l.tax_code,
l.tax_rate, l.net, l.tax, l.reserved, l.delivered, l.invoiced, l.unit, l.unit_numerator, l.unit_denominator,
CASE WHEN l.unit_numerator = l.unit_denominator THEN l.unit ELSE (
    SELECT u.code FROM catalog_product p JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
    WHERE p.company_id = l.company_id AND p.id = l.product_id
) END
"""
_LOCK = f"""
SELECT {_ORDER} FROM sales_salesorder o WHERE o.company_id = {COMPANY} AND o.id = {ANY_ID} ORDER BY o.id FOR UPDATE
"""  # noqa: S608
# The lines are locked too: only rows that a statement locks does it read again after it has waited for another.
_LOCK_WITH_LINES = f"""
SELECT {_ORDER}, {_LINE} FROM sales_salesorder o
JOIN sales_salesorderline l ON l.company_id = o.company_id AND l.order_id = o.id
WHERE o.company_id = {COMPANY} AND o.id = {{which}} ORDER BY o.id, l.sequence FOR UPDATE OF o, l
"""  # noqa: S608
_BY_ID = _LOCK_WITH_LINES.format(which=ANY_ID)
_BY_DELIVERY = _LOCK_WITH_LINES.format(
    which=f"ANY (SELECT order_id FROM sales_delivery d WHERE d.company_id = {COMPANY} AND d.id = {ANY_ID})"  # noqa: S608
)


class LockedOrder(NamedTuple):
    """An order as the verbs see it. `promised_date` is the first promise, which an order is served by however late it got."""

    id: int
    number: str
    state: str
    customer_id: int
    warehouse_id: int
    date: datetime.date
    promised_date: datetime.date
    priority: int
    partial_delivery: bool
    currency_code: str
    rate: Decimal
    prices_include_tax: bool
    payment_days: int
    company_total: Decimal


class OrderLine(NamedTuple):
    """A line of a locked order: the order's lock protects its lines."""

    id: int
    order_id: int
    sequence: int
    product_id: int
    description: str
    stocked: bool
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    reserved: Decimal
    delivered: Decimal
    invoiced: Decimal
    unit: str
    unit_numerator: int
    unit_denominator: int
    base_unit: str

    @property
    def open(self) -> Decimal:
        return self.quantity - self.delivered

    @property
    def missing(self) -> Decimal:
        """Still to be reserved."""
        return self.open - self.reserved if self.stocked else Decimal(0)

    def in_its_unit(self, quantity: Decimal) -> tuple[Measure, Decimal]:
        """A part of the line in the line's unit with the price of that, or both in the product's unit if it is no even part."""
        ratio = Ratio(self.unit_numerator, self.unit_denominator)
        measure = state_quantity(quantity, unit=self.unit, ratio=ratio, base=self.base_unit)
        return measure, price_of_part(self.unit_price, agreed=ratio, stated=measure.ratio)


_ORDER_WIDTH = len(LockedOrder._fields)


def lock_orders(order_ids: Sequence[int]) -> dict[int, LockedOrder]:
    """Lock the orders in the order of their ids; unknown ids are refused together."""
    orders = {row[0]: LockedOrder(*row) for row in fetch(_LOCK, [sorted(set(order_ids))])}
    raise_refusals([NotFound(field="order", what=_("sales order"), value=i) for i in order_ids if i not in orders])
    return orders


def lock_orders_with_lines(order_ids: Sequence[int]) -> tuple[dict[int, LockedOrder], dict[int, list[OrderLine]]]:
    """The same with the lines of each order, in sequence; one statement."""
    orders, lines = _parted(fetch(_BY_ID, [sorted(set(order_ids))]))
    raise_refusals([NotFound(field="order", what=_("sales order"), value=i) for i in order_ids if i not in orders])
    return orders, lines


def lock_delivered_orders(delivery_ids: Sequence[int]) -> tuple[dict[int, LockedOrder], dict[int, list[OrderLine]]]:
    """Lock the orders of deliveries, which never change, with their lines; those of unknown deliveries are left out."""
    return _parted(fetch(_BY_DELIVERY, [sorted(set(delivery_ids))]))


def _parted(rows: Sequence[tuple[Any, ...]]) -> tuple[dict[int, LockedOrder], dict[int, list[OrderLine]]]:
    orders: dict[int, LockedOrder] = {}
    lines: dict[int, list[OrderLine]] = {}
    for row in rows:
        if row[0] not in orders:
            orders[row[0]], lines[row[0]] = LockedOrder(*row[:_ORDER_WIDTH]), []
        lines[row[0]].append(OrderLine(*row[_ORDER_WIDTH:]))
    return orders, lines


def wrong_states(orders: Sequence[LockedOrder], target: str) -> list[WrongState]:
    """Refusals for the orders from which `target` cannot be reached."""
    return [
        WrongState(document=order.number, document_id=order.id, state=SalesOrderState(order.state).label.lower())
        for order in orders
        if target not in TRANSITIONS[order.state]
    ]
