"""What is made begins by itself when its components are there, within the company's limits, and is closed when it is done."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.automation.actions import register_action
from erp.automation.operations.decide_steps import Case
from erp.automation.operations.settle_exceptions import settle_for
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.clock import local_date
from erp.core.errors import WrongState
from erp.core.events import Recorded
from erp.identity.queries import company_facts
from erp.identity.roles import Role
from erp.manufacturing import permissions as manufacturing_permissions
from erp.manufacturing.errors import ComponentsMissing
from erp.manufacturing.operations.end_production import close_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.ports import bind_agreed_prices
from erp.manufacturing.queries import find_releasable, production_facts
from erp.purchasing.queries import agreed_prices
from integration.flows.automatic import AutomaticVerb
from integration.flows.order_to_cash import ARRIVALS

Events = Sequence[Recorded]
RELEASE = AutomaticVerb(
    verb="release", owner_role=Role.PLANNER, conditions=("product", "warehouse"), stale=(WrongState, ComponentsMissing)
)
WAKES = ("manufacturing_order.placed", "manufacturing_order.cancelled", *ARRIVALS)


def release_ready(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Planned orders whose components have come are released and issued, as many as the stock serves."""
    woken: dict[int, tuple[set[int], Recorded]] = {}
    for event in events:
        field = "components" if event.type == "manufacturing_order.placed" else "products"
        products, _first = woken.setdefault(event.payload["warehouse_id"], (set(), event))
        products.update(event.payload[field])
    on = local_date(at, company_facts(actor.company_id).time_zone)
    for warehouse_id, (products, event) in sorted(woken.items()):
        ready = find_releasable(warehouse_id=warehouse_id, product_ids=sorted(products)) if products else []
        cases = [
            Case(
                kind="manufacturing_order",
                document_id=facts.id,
                number=facts.number,
                event_id=event.id,
                amount=facts.cost,
                owner_role=RELEASE.owner_role,
                inputs={"product": facts.product, "warehouse": facts.warehouse},
            )
            for facts in production_facts(ready, on=on)
        ]

        def act(order_ids: Sequence[int]) -> None:
            release_production(order_ids=order_ids, actor=actor, at=at)
            issue_components(order_ids=order_ids, date=on, actor=actor, at=at)

        RELEASE.run(cases, act, on=on, actor=actor, at=at)


def close_completed(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """An order of which nothing is open is closed; what cost is left in it is a variance. That is arithmetic, no decision."""
    done = sorted({event.document.id for event in events if event.payload["complete"]})
    still = [facts.id for facts in production_facts(done, states=("completed",))]
    if still:
        close_production(order_ids=still, actor=actor, at=at)


def settle_released(events: Events, actor: Actor, at: datetime.datetime) -> None:
    ids = [event.document.id for event in events]
    settle_for(verb=RELEASE.verb, kind="manufacturing_order", document_ids=ids, actor=actor, at=at)


CONSUMERS = (
    Consumer("production.release", WAKES, release_ready),
    Consumer("production.close", ("manufacturing_order.completed",), close_completed),
    Consumer("production.settle", ("manufacturing_order.released", "manufacturing_order.cancelled"), settle_released),
)


def connect() -> None:
    """The one click of the inbox, and what parts cost that never lay in stock."""
    bind_agreed_prices(agreed_prices)
    register_action(
        "release",
        "manufacturing_order",
        lambda ids, actor, at: release_production(order_ids=ids, actor=actor, at=at),
        manufacturing_permissions.RELEASE,
        _("Release order"),
        conditions=RELEASE.conditions,
    )
