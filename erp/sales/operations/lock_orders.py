"""Orders under lock, by id; every verb on orders starts here."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core.errors import NotFound, WrongState, raise_refusals
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.reference.rules import Measure, Ratio, state_quantity
from erp.sales.rules import price_of_part
from erp.sales.states import TRANSITIONS, SalesOrderState

_LOCK = f"""
SELECT id, number, state, customer_id, warehouse_id, date, promised_date, priority, partial_delivery, currency_code, rate,
       prices_include_tax, payment_days, company_total
FROM sales_salesorder WHERE company_id = {COMPANY} AND id = {ANY_ID} ORDER BY id FOR UPDATE
"""  # noqa: S608
_LINES = f"""
SELECT id, order_id, sequence, product_id, description, stocked, quantity, unit_price, discount, tax_code, tax_rate, net, tax,
       reserved, delivered, invoiced, unit, unit_numerator, unit_denominator,
       CASE WHEN unit_numerator = unit_denominator THEN unit ELSE (
           SELECT u.code FROM catalog_product p JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
           WHERE p.company_id = l.company_id AND p.id = l.product_id
       ) END
FROM sales_salesorderline l WHERE company_id = {COMPANY} AND order_id = {ANY_ID} ORDER BY order_id, sequence
"""  # noqa: S608


@dataclass(frozen=True)
class LockedOrder:
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


@dataclass(frozen=True)
class OrderLine:
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


def lock_orders(order_ids: Sequence[int]) -> dict[int, LockedOrder]:
    """Lock the orders in the order of their ids; unknown ids are refused together."""
    orders = {row[0]: LockedOrder(*row) for row in fetch(_LOCK, [sorted(set(order_ids))])}
    raise_refusals([NotFound(field="order", what=_("sales order"), value=i) for i in order_ids if i not in orders])
    return orders


def lines_of(order_ids: Sequence[int]) -> dict[int, list[OrderLine]]:
    """The lines of locked orders, in sequence."""
    lines: dict[int, list[OrderLine]] = {order_id: [] for order_id in order_ids}
    for row in fetch(_LINES, [sorted(lines)]):
        lines[row[1]].append(OrderLine(*row))
    return lines


def wrong_states(orders: Sequence[LockedOrder], target: str) -> list[WrongState]:
    """Refusals for the orders from which `target` cannot be reached."""
    return [
        WrongState(document=order.number, document_id=order.id, state=SalesOrderState(order.state).label.lower())
        for order in orders
        if target not in TRANSITIONS[order.state]
    ]
