"""Another promise for orders whose goods come on another day."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import NotFound, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.sales.events import SalesOrderPromiseMoved
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.permissions import PROMISE_ORDERS
from erp.sales.states import SalesOrderState

OPEN = (SalesOrderState.CONFIRMED, SalesOrderState.PARTLY_DELIVERED)


@dataclass(frozen=True)
class OrderPromise:
    """When the goods of lines can be there, by line id; None where it is not known, so that the line keeps its promise."""

    order_id: int
    days: Mapping[int, datetime.date | None] = field(default_factory=dict)
    stems_from: DocumentRef | None = None


@dataclass(frozen=True)
class MovedPromise:
    """What became of the promise of an order; `first` is what was promised first."""

    order_id: int
    number: str
    was: datetime.date
    date: datetime.date
    first: datetime.date


@operation(PROMISE_ORDERS)
def promise_orders(*, promises: Sequence[OrderPromise], actor: Actor, at: datetime.datetime) -> list[MovedPromise]:
    """Promise each line for the day on which its goods can be there, but not before the first promise of its order; the order
    is promised for its latest open line. Orders that are not open any more are left alone; what changes nothing moves nothing.

    Returns the orders whose promise moved.
    """
    asked = {promise.order_id: promise for promise in promises}
    rows = SalesOrder.objects.filter(pk__in=list(asked)).order_by("pk").select_for_update(no_key=True)
    orders = {order.pk: order for order in rows}
    raise_refusals([NotFound(field="order", what=_("sales order"), value=pk) for pk in asked if pk not in orders])
    still = [order for order in orders.values() if order.state in OPEN]
    lines: dict[int, list[SalesOrderLine]] = {order.pk: [] for order in still}
    for line in SalesOrderLine.objects.filter(order_id__in=lines.keys(), stocked=True).order_by("order_id", "sequence"):
        if line.quantity > line.delivered:
            lines[line.order_id].append(line)
    of_lines: list[tuple[int, datetime.date | None]] = []
    moved: list[MovedPromise] = []
    for order in still:
        first = order.first_promised_date or order.promised_date
        latest = first
        for line in lines[order.pk]:
            day = asked[order.pk].days.get(line.pk) or line.promised_date or first
            latest = max(latest, day)
            promised = day if day > first else None
            if promised != line.promised_date:
                of_lines.append((line.pk, promised))
        if latest != order.promised_date:
            moved.append(MovedPromise(order.pk, order.number, order.promised_date, latest, first))
    update_rows(SalesOrderLine, ["promised_date"], of_lines)
    update_rows(SalesOrder, ["promised_date", "first_promised_date"], [(m.order_id, m.date, m.first) for m in moved])
    bus.publish(
        [
            SalesOrderPromiseMoved(
                id=m.order_id,
                number=m.number,
                status=orders[m.order_id].state,
                customer_id=orders[m.order_id].customer_id,
                was=m.was,
                now=m.date,
                first=m.first,
                stems_from=asked[m.order_id].stems_from,
            )
            for m in moved
        ],
        at=at,
    )
    return moved
