"""Cancelling orders that have not been delivered."""

import datetime
from collections.abc import Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.inventory.operations.reserve_stock import release_stock
from erp.sales.events import SalesOrderCancelled
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.operations.lock_orders import lock_orders_with_lines, wrong_states
from erp.sales.permissions import CANCEL_ORDERS
from erp.sales.states import SalesOrderState


@operation(CANCEL_ORDERS)
def cancel_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> list[int]:
    """Cancel orders and release their stock, which goes to the orders that wait for it."""
    orders, lines_by_order = lock_orders_with_lines(order_ids)
    raise_refusals(wrong_states(list(orders.values()), SalesOrderState.CANCELLED))
    reserved = {i: [line for line in lines if line.reserved > 0] for i, lines in lines_by_order.items()}
    release_stock(kind="sales_order", document_ids=list(orders))
    update_rows(SalesOrderLine, ["reserved"], [(line.id, 0) for lines in reserved.values() for line in lines])
    update_rows(SalesOrder, ["state"], [(order_id, SalesOrderState.CANCELLED) for order_id in orders])
    bus.publish(
        [
            SalesOrderCancelled(
                id=o.id,
                number=o.number,
                status="cancelled",
                customer_id=o.customer_id,
                warehouse_id=o.warehouse_id,
                products=tuple(sorted({line.product_id for line in reserved[o.id]})),
            )
            for o in orders.values()
        ],
        at=at,
    )
    return list(orders)
