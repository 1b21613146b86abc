"""The line from a placed order to an invoice, each step after commit and inside the company's rules."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.automation.actions import register_action
from erp.automation.operations.decide_steps import Case
from erp.automation.operations.raise_exceptions import Refused, raise_exceptions
from erp.automation.operations.settle_exceptions import settle_for
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.clock import local_date
from erp.core.errors import WrongState
from erp.core.events import Recorded
from erp.identity.queries import company_facts
from erp.identity.roles import Role
from erp.sales import permissions as sales_permissions
from erp.sales.errors import AlreadyInvoiced, NotFullyReserved, NothingToDeliver
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.reserve_orders import OPEN, allocate_stock, reserve_orders
from erp.sales.queries import OrderFacts, delivery_facts, order_facts
from erp.sales.states import SalesOrderState
from integration.flows.automatic import AutomaticVerb
from scm.planning.problem import planned_products

Events = Sequence[Recorded]
OF_ORDER = ("customer", "warehouse", "currency", "partial_delivery")
CONFIRM = AutomaticVerb(verb="confirm", owner_role=Role.SALES_MANAGER, conditions=OF_ORDER, stale=(WrongState,))
RESERVE = AutomaticVerb(verb="reserve", owner_role=Role.WAREHOUSE_CLERK, conditions=OF_ORDER, stale=(WrongState,))
DELIVER = AutomaticVerb(
    verb="deliver",
    owner_role=Role.WAREHOUSE_CLERK,
    conditions=(*OF_ORDER, "complete"),
    stale=(WrongState, NothingToDeliver, NotFullyReserved),
)
INVOICE = AutomaticVerb(
    verb="invoice", owner_role=Role.ACCOUNTANT, conditions=("customer", "warehouse"), stale=(AlreadyInvoiced,)
)
# fact, the verb it completes (None: all), the document that verb was about, where its id stands (empty: the event's own)
SETTLED_BY: tuple[tuple[str, str | None, str, str], ...] = (
    ("sales_order.confirmed", "confirm", "sales_order", ""),
    ("sales_order.reserved", "reserve", "sales_order", ""),
    ("delivery.posted", None, "sales_order", "order_id"),
    ("invoice.posted", "invoice", "delivery", "source_id"),
)
ARRIVALS = (
    "receipt.posted",
    "stock_count.posted",
    "stock_adjustment.posted",
    "sales_return.posted",
    "sales_order.cancelled",
    "manufacturing_order.completed",
    "production_issue.returned",
)


def confirm_placed(events: Events, actor: Actor, at: datetime.datetime) -> None:
    cases = _order_cases(events, CONFIRM, (SalesOrderState.PLACED,))
    CONFIRM.run(cases, lambda ids: confirm_orders(order_ids=ids, actor=actor, at=at), on=_today(actor, at), actor=actor, at=at)


def reserve_confirmed(events: Events, actor: Actor, at: datetime.datetime) -> None:
    cases = _order_cases(events, RESERVE, OPEN)
    RESERVE.run(cases, lambda ids: reserve_orders(order_ids=ids, actor=actor, at=at), on=_today(actor, at), actor=actor, at=at)


def deliver_reserved(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Deliver complete orders, and incomplete ones where the customer takes partial deliveries."""
    on = _today(actor, at)
    cases = [case for case in _order_cases(events, DELIVER, OPEN) if case.inputs["complete"] or case.inputs["partial_delivery"]]

    def act(order_ids: Sequence[int]) -> None:
        deliver_orders(deliveries=[DeliveryPlan(order_id=order_id, date=on) for order_id in order_ids], actor=actor, at=at)

    DELIVER.run(cases, act, on=on, actor=actor, at=at)


def invoice_delivered(events: Events, actor: Actor, at: datetime.datetime) -> None:
    by_delivery = {event.document.id: event for event in events}
    cases = [
        Case(
            kind="delivery",
            document_id=facts.id,
            number=facts.number,
            event_id=by_delivery[facts.id].id,
            amount=facts.order_total,
            owner_role=INVOICE.owner_role,
            inputs={"customer": facts.customer, "warehouse": facts.warehouse},
        )
        for facts in delivery_facts(list(by_delivery))
    ]
    INVOICE.run(
        cases, lambda ids: invoice_deliveries(delivery_ids=ids, actor=actor, at=at), on=_today(actor, at), actor=actor, at=at
    )


def report_shortage(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """What waits for stock is in the inbox of the buyer until the stock is there. What is planned has its proposals instead."""
    planned = planned_products(product for event in events for product in event.payload["products"])
    items = [
        Refused(
            verb=RESERVE.verb,
            kind="sales_order",
            document_id=event.document.id,
            number=event.payload["number"],
            event_id=event.id,
            owner_role=Role.BUYER,
            reason={"code": "waiting_for_stock", "params": {"document": event.payload["number"]}},
        )
        for event in events
        if not planned.issuperset(event.payload["products"])
    ]
    raise_exceptions(items=items, actor=actor, at=at)


def settle_done(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """A verb that happened, by whatever hand, waits for nobody any more; nor does anything about a cancelled order."""
    cancelled = [event.document.id for event in events if event.type == "sales_order.cancelled"]
    settle_for(kind="sales_order", document_ids=cancelled, outcome="dismissed", actor=actor, at=at)
    for event_type, verb, kind, field in SETTLED_BY:
        happened = [event for event in events if event.type == event_type and event.payload.get("complete", True)]
        document_ids = [event.payload[field] if field else event.document.id for event in happened]
        if document_ids:
            settle_for(verb=verb, kind=kind, document_ids=document_ids, actor=actor, at=at)


def allocate_arrived(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Stock that came in, was found, came back or was released goes to the orders that wait for it."""
    arrived: dict[int, set[int]] = {}
    for event in events:
        arrived.setdefault(event.payload["warehouse_id"], set()).update(event.payload["products"])
    for warehouse_id, products in sorted(arrived.items()):
        if products:
            allocate_stock(product_ids=sorted(products), warehouse_id=warehouse_id, actor=actor, at=at)


def _today(actor: Actor, at: datetime.datetime) -> datetime.date:
    return local_date(at, company_facts(actor.company_id).time_zone)


def _order_cases(events: Events, verb: AutomaticVerb, states: Sequence[str]) -> list[Case]:
    """Only orders still in a state where the verb applies ask for a decision. The others were moved on by another hand
    (a person, an import of history): there is nothing to decide, and no missing rule to report."""
    by_order = {event.document.id: event for event in events}
    return [_case(facts, by_order[facts.id], verb) for facts in order_facts(list(by_order), states=states)]


def _case(facts: OrderFacts, event: Recorded, verb: AutomaticVerb) -> Case:
    inputs = {
        "customer": facts.customer,
        "warehouse": facts.warehouse,
        "currency": facts.currency_code,
        "partial_delivery": facts.partial_delivery,
        "complete": event.payload.get("complete"),
    }
    return Case(
        kind="sales_order",
        document_id=facts.id,
        number=facts.number,
        event_id=event.id,
        amount=facts.company_total,
        owner_role=verb.owner_role,
        inputs={name: inputs[name] for name in verb.conditions},
    )


def _deliver_by_hand(order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> object:
    on = _today(actor, at)
    return deliver_orders(deliveries=[DeliveryPlan(order_id=order_id, date=on) for order_id in order_ids], actor=actor, at=at)


CONSUMERS = (
    Consumer("order_to_cash.confirm", ("sales_order.placed",), confirm_placed),
    Consumer("order_to_cash.reserve", ("sales_order.confirmed",), reserve_confirmed),
    Consumer("order_to_cash.deliver", ("sales_order.reserved",), deliver_reserved),
    Consumer("order_to_cash.invoice", ("delivery.posted",), invoice_delivered),
    Consumer("order_to_cash.report_shortage", ("sales_order.short",), report_shortage),
    Consumer("order_to_cash.settle", ("sales_order.cancelled", *(row[0] for row in SETTLED_BY)), settle_done),
    Consumer("order_to_cash.allocate", ARRIVALS, allocate_arrived),
)


def connect() -> None:
    """The one click of the inbox for each verb of this line."""
    register_action(
        "confirm",
        "sales_order",
        lambda ids, actor, at: confirm_orders(order_ids=ids, actor=actor, at=at),
        sales_permissions.CONFIRM_ORDERS,
        _("Confirm order"),
        conditions=CONFIRM.conditions,
    )
    register_action(
        "reserve",
        "sales_order",
        lambda ids, actor, at: reserve_orders(order_ids=ids, actor=actor, at=at),
        sales_permissions.RESERVE_ORDERS,
        _("Reserve stock"),
        conditions=RESERVE.conditions,
    )
    register_action(
        "deliver",
        "sales_order",
        _deliver_by_hand,
        sales_permissions.DELIVER_ORDERS,
        _("Deliver order"),
        conditions=DELIVER.conditions,
    )
    register_action(
        "invoice",
        "delivery",
        lambda ids, actor, at: invoice_deliveries(delivery_ids=ids, actor=actor, at=at),
        sales_permissions.INVOICE_DELIVERIES,
        _("Invoice delivery"),
        conditions=INVOICE.conditions,
    )
