"""Keeping stock for confirmed orders."""

import datetime
from collections.abc import Iterable, Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.inventory.operations.reserve_stock import ReserveRequest, reserve_stock
from erp.sales.events import SalesOrderEvent, SalesOrderReserved, SalesOrderShort
from erp.sales.models import SalesOrderLine
from erp.sales.operations.lock_orders import LockedOrder, OrderLine, lock_orders_with_lines
from erp.sales.permissions import RESERVE_ORDERS
from erp.sales.queries import waiting_orders
from erp.sales.states import SalesOrderState

OPEN = (SalesOrderState.CONFIRMED, SalesOrderState.PARTLY_DELIVERED)


@operation(RESERVE_ORDERS)
def reserve_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> dict[int, bool]:
    """Reserve what is available for the orders, by priority, promised date and time; True where nothing is missing.

    An order that got something publishes `sales_order.reserved`; one with something missing `sales_order.short`.
    """
    orders, lines = lock_orders_with_lines(order_ids)
    raise_refusals(
        [
            WrongState(document=o.number, document_id=o.id, state=SalesOrderState(o.state).label.lower())
            for o in orders.values()
            if o.state not in OPEN
        ]
    )
    return _reserve(orders, lines, at)


@operation(RESERVE_ORDERS)
def allocate_stock(*, product_ids: Sequence[int], warehouse_id: int, actor: Actor, at: datetime.datetime) -> dict[int, bool]:
    """Give stock that became available to the orders that wait for it."""
    waiting = waiting_orders(product_ids=product_ids, warehouse_id=warehouse_id)
    if not waiting:
        return {}
    orders, lines = lock_orders_with_lines(waiting)
    return _reserve({i: order for i, order in orders.items() if order.state in OPEN}, lines, at)


def _reserve(orders: dict[int, LockedOrder], lines: dict[int, list[OrderLine]], at: datetime.datetime) -> dict[int, bool]:
    ranked = sorted(orders.values(), key=lambda o: (-o.priority, o.promised_date, o.id))
    wanted = [(order, line) for order in ranked for line in lines[order.id] if line.missing > 0]
    granted = reserve_stock(requests=[_request(order, line) for order, line in wanted], at=at)
    got = {line.id: quantity for (_, line), quantity in zip(wanted, granted, strict=True)}
    update_rows(SalesOrderLine, [], [(line_id, quantity) for line_id, quantity in got.items() if quantity > 0], add=["reserved"])
    missing = {
        order.id: tuple(line.product_id for line in lines[order.id] if line.missing > got.get(line.id, 0)) for order in ranked
    }
    events: list[SalesOrderEvent] = []
    for order in ranked:
        events += _events(order, missing[order.id], any(got.get(line.id) for line in lines[order.id]))
    bus.publish(events, at=at)
    return {order_id: not products for order_id, products in missing.items()}


def _request(order: LockedOrder, line: OrderLine) -> ReserveRequest:
    return ReserveRequest(
        product_id=line.product_id,
        warehouse_id=order.warehouse_id,
        quantity=line.missing,
        kind="sales_order",
        document_id=order.id,
        line_id=line.id,
    )


def _events(order: LockedOrder, missing: Sequence[int], got_some: bool) -> Iterable[SalesOrderEvent]:
    if got_some or not missing:
        yield SalesOrderReserved(
            id=order.id, number=order.number, customer_id=order.customer_id, status="reserved", complete=not missing
        )
    if missing:
        yield SalesOrderShort(
            id=order.id, number=order.number, customer_id=order.customer_id, status="short", products=tuple(missing)
        )
