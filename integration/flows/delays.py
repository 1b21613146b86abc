"""What comes later than it should moves what waits for it: production, then the promise to the customer, who is told.

Nothing is searched for: whoever changes a day wakes the planner, whose run says what serves what. An order in production that
has to wait is moved, which wakes the planner for what it makes, and so on up to the customers.
"""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.automation.actions import register_action
from erp.automation.operations.raise_exceptions import Refused, raise_exceptions
from erp.automation.operations.settle_exceptions import settle_for
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.events import Recorded
from erp.identity.roles import Role
from erp.manufacturing.drafts import ProductionMove
from erp.manufacturing.operations.end_production import move_production
from erp.manufacturing.queries import open_production
from erp.sales import permissions as sales_permissions
from erp.sales.operations.promise_orders import MovedPromise, OrderPromise, promise_orders
from scm.planning.queries import days_of_material, days_of_sales

Events = Sequence[Recorded]
INFORM = "inform"


def follow(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Move production and promises to the days on which the runs say that everything is there."""
    runs = [event.document.id for event in events]
    move_production(moves=_moves(days_of_material(runs)), actor=actor, at=at)
    last = events[-1]
    promises = [OrderPromise(order, days, stems_from=last.document) for order, days in sorted(days_of_sales(runs).items())]
    moved = promise_orders(promises=promises, actor=actor, at=at)
    woke = {order for event in events for order in event.payload["sales_orders"]}
    late = [m for m in moved if m.date > m.was and m.order_id not in woke]
    raise_exceptions(items=[_to_tell(m, last.id) for m in late], actor=actor, at=at)
    kept = [m.order_id for m in moved if m.date == m.first]
    settle_for(verb=INFORM, kind="sales_order", document_ids=kept, actor=actor, at=at)


def _moves(material: dict[int, datetime.date]) -> list[ProductionMove]:
    """An order begins when its material is there, but not before it was to begin at first."""
    moves = []
    for order in open_production(list(material)):
        late = order.due_date - order.first_due_date
        first_start = order.start_date - late
        shift = max(material[order.pk] - first_start, datetime.timedelta())
        if shift != late:
            days = {"start_date": first_start + shift, "due_date": order.first_due_date + shift}
            moves.append(ProductionMove(order_id=order.pk, **days))
    return moves


def _to_tell(moved: MovedPromise, event_id: int) -> Refused:
    params = {"document": moved.number, "was": moved.was.isoformat(), "now": moved.date.isoformat()}
    return Refused(
        verb=INFORM,
        kind="sales_order",
        document_id=moved.order_id,
        number=moved.number,
        event_id=event_id,
        owner_role=Role.SALESPERSON,
        reason={"code": "promise_moved", "params": params},
    )


CONSUMERS = (Consumer("delays.follow", ("plan_run.finished",), follow),)


def connect() -> None:
    """The click of the inbox says that the customer knows; there is nothing else to do."""
    register_action(
        INFORM, "sales_order", lambda ids, actor, at: None, sales_permissions.PROMISE_ORDERS, _("The customer is informed")
    )
