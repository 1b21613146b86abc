"""Deliveries whose goods come back, under the locks of their orders, with what of each line is still out."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.reference.rules import Ratio, state_quantity
from erp.sales.operations.lock_orders import LockedOrder, lock_orders

_DELIVERIES = f"""
SELECT id, number, order_id, customer_id, warehouse_id, date FROM sales_delivery
WHERE company_id = {COMPANY} AND id = {ANY_ID} ORDER BY id
"""  # noqa: S608
_LINES = f"""
SELECT l.id, l.delivery_id, l.order_line_id, l.product_id, o.description, o.stocked, l.quantity, l.cost,
       o.unit_price, o.discount, o.tax_code, o.tax_rate, o.unit, o.unit_numerator, o.unit_denominator, u.code, u.decimals,
       COALESCE(r.quantity, 0)
FROM sales_deliveryline l
JOIN sales_salesorderline o ON o.company_id = l.company_id AND o.id = l.order_line_id
JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.product_id
JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
LEFT JOIN LATERAL (SELECT sum(x.quantity) AS quantity FROM sales_salesreturnline x
                   WHERE x.company_id = l.company_id AND x.delivery_line_id = l.id) r ON true
WHERE l.company_id = {COMPANY} AND l.delivery_id = {ANY_ID} ORDER BY l.delivery_id, l.sequence
"""  # noqa: S608


@dataclass
class DeliveredLine:
    """A line of a delivery; its price is per unit of the order line. `returned`, in the product's unit `base`, grows as
    returns of the set are judged."""

    id: int
    delivery_id: int
    order_line_id: int
    product_id: int
    description: str
    stocked: bool
    quantity: Decimal
    cost: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    ordered_unit: str
    unit_numerator: int
    unit_denominator: int
    base: str
    decimals: int
    returned: Decimal

    @property
    def left(self) -> Decimal:
        return self.quantity - self.returned

    @property
    def agreed(self) -> Ratio:
        """What one of the order line's unit holds."""
        return Ratio(self.unit_numerator, self.unit_denominator)

    @property
    def unit(self) -> str:
        """The unit in which the delivery states the line: the order line's, where it comes out even."""
        return state_quantity(self.quantity, unit=self.ordered_unit, ratio=self.agreed, base=self.base).unit


@dataclass
class LockedDelivery:
    id: int
    number: str
    order_id: int
    customer_id: int
    warehouse_id: int
    date: datetime.date
    order: LockedOrder
    lines: dict[int, DeliveredLine] = field(default_factory=dict)


def lock_deliveries(delivery_ids: Sequence[int]) -> dict[int, LockedDelivery]:
    """The deliveries that exist, by id. The order is what is locked: its lines count what came back. Three statements,
    none when nothing is asked."""
    ids = sorted(set(delivery_ids))
    rows = fetch(_DELIVERIES, [ids]) if ids else []
    if not rows:
        return {}
    orders = lock_orders([row[2] for row in rows])
    deliveries = {row[0]: LockedDelivery(*[*row, orders[row[2]]]) for row in rows}
    for row in fetch(_LINES, [ids]):
        deliveries[row[1]].lines[row[0]] = DeliveredLine(*row)
    return deliveries
