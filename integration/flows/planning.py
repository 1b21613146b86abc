"""What changes demand or supply wakes the planner, and what it proposes is accepted within the company's limits."""

import datetime
import zoneinfo
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.automation.actions import register_action
from erp.automation.operations.decide_steps import Case
from erp.automation.operations.settle_exceptions import settle_for
from erp.core import bus
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.clock import local_date
from erp.core.events import Recorded
from erp.identity.queries import company_facts
from erp.identity.roles import Role
from erp.manufacturing.queries import roll_up_costs
from erp.sales.queries import products_of_orders
from integration.flows.automatic import AutomaticVerb
from scm.planning import permissions as planning_permissions
from scm.planning.errors import ProposalGone
from scm.planning.events import ProposalsDeferred
from scm.planning.models import ItemPolicy, PlanRun, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.run_plan import run_plan
from scm.planning.problem import planned_products
from scm.planning.queries import proposals_of_runs

Events = Sequence[Recorded]
A_UNIT = 1000  # proposals that are looked at in one unit of work
ACCEPT = AutomaticVerb(verb="accept", owner_role=Role.PLANNER, conditions=("kind", "product", "supplier"), stale=(ProposalGone,))
OF_SALES = ("sales_order.confirmed", "sales_order.cancelled")
OF_SUPPLY = (
    "purchase_order.answered",
    "purchase_order.cancelled",
    "purchase_order.closed",
    "purchase_return.posted",
    "delivery_advice.posted",
    "manufacturing_order.cancelled",
    "manufacturing_order.closed",
    "manufacturing_order.moved",
    "proposal.fixed",
    "proposal.withdrawn",
)


def plan_changes(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Plan anew what the events touched, in each warehouse; products without a policy plan nothing."""
    touched: dict[int, set[int]] = {}
    of_sales = [event.document.id for event in events if event.type in OF_SALES]
    for warehouse, product in products_of_orders(of_sales) if of_sales else ():
        touched.setdefault(warehouse, set()).add(product)
    for event in events:
        if event.type not in OF_SALES:
            products = event.payload.get("products") or [event.payload.get("product_id")]
            touched.setdefault(event.payload["warehouse_id"], set()).update(pk for pk in products if pk)
    for warehouse, products in sorted(touched.items()):
        planned = planned_products(products, warehouse_id=warehouse)
        if planned:
            run_plan(
                warehouse_id=warehouse,
                product_ids=sorted(planned),
                reason=events[0].payload.get("number", ""),
                stems_from=events[0].document,
                sales_orders=sorted(set(of_sales)),
                actor=actor,
                at=at,
            )


def warehouses_to_plan(actor: Actor, at: datetime.datetime) -> list[int]:
    """Warehouses with planned items that had no full run since the day began where the company is."""
    zone = zoneinfo.ZoneInfo(company_facts(actor.company_id).time_zone)
    began = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    done = PlanRun.objects.filter(kind=PlanRun.Kind.FULL, at__gte=began).values("warehouse_id")
    rows = ItemPolicy.objects.filter(active=True).exclude(warehouse_id__in=done).order_by("warehouse_id")
    return list(rows.values_list("warehouse_id", flat=True).distinct())


def accept_proposed(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Proposals that the runs made or changed are accepted within the limits; the others wait for the planner. The first run of a
    large factory makes more of them than one unit of work may take: what is left is told as an event, and is the next unit's."""
    by_run = {event.document.id: event for event in events}
    after = {run: event.payload.get("after", 0) for run, event in by_run.items()}
    found = list(proposals_of_runs(after)[: A_UNIT + 1])
    proposals = found[:A_UNIT]
    if found[A_UNIT:]:
        _leave(by_run, {**after, proposals[-1].run_id: proposals[-1].pk}, from_run=proposals[-1].run_id, at=at)
    on = local_date(at, company_facts(actor.company_id).time_zone)
    values = _values(proposals, on)
    cases = [
        Case(
            kind="proposal",
            document_id=p.pk,
            number=p.number,
            event_id=by_run[p.run_id].id,
            amount=values[p.pk],
            owner_role=ACCEPT.owner_role,
            inputs={"kind": p.kind, "product": p.product.sku, "supplier": p.supplier.code if p.supplier else ""},
        )
        for p in proposals
    ]
    ACCEPT.run(cases, lambda ids: accept_proposals(proposal_ids=ids, actor=actor, at=at), on=on, actor=actor, at=at)


def _leave(by_run: Mapping[int, Recorded], after: Mapping[int, int], *, from_run: int, at: datetime.datetime) -> None:
    """Tell what is left of that run and of those after it."""
    left = [run for run in sorted(by_run) if run >= from_run]
    bus.publish(
        [
            ProposalsDeferred(
                id=run,
                number=by_run[run].payload["number"],
                status="finished",
                after=after[run],
            )
            for run in left
        ],
        at=at,
    )


def _values(proposals: Sequence[Proposal], on: datetime.date) -> dict[int, Decimal | None]:
    """What each comes to in company currency: bought by the agreed price, made by its parts; None where no price is known."""
    made = sorted({p.product_id for p in proposals if p.kind == Proposal.Kind.MAKE})
    costs = roll_up_costs(made, on=on) if made else {}
    found: dict[int, Decimal | None] = {}
    for p in proposals:
        if p.kind == Proposal.Kind.MAKE:
            cost = costs[p.product_id]
            each = cost.each if cost.known else None
        else:
            chosen = [c for c in p.choice.get("candidates", ()) if c.get("lost") == ""]
            each = Decimal(chosen[0]["each"]) if chosen else None
        found[p.pk] = None if each is None else (each * p.quantity).quantize(Decimal("0.01"))
    return found


def settle_accepted(events: Events, actor: Actor, at: datetime.datetime) -> None:
    ids = [event.document.id for event in events]
    settle_for(verb=ACCEPT.verb, kind="proposal", document_ids=ids, actor=actor, at=at)


CONSUMERS = (
    Consumer("planning.changes", (*OF_SALES, *OF_SUPPLY), plan_changes),
    Consumer("planning.accept", ("plan_run.finished", "plan_run.proposals_deferred"), accept_proposed),
    Consumer("planning.settle", ("proposal.accepted", "proposal.fixed", "proposal.withdrawn"), settle_accepted),
)


def connect() -> None:
    """The one click of the inbox."""
    register_action(
        "accept",
        "proposal",
        lambda ids, actor, at: accept_proposals(proposal_ids=ids, actor=actor, at=at),
        planning_permissions.ACCEPT,
        _("Accept proposal"),
        conditions=ACCEPT.conditions,
    )
