"""From a purchase order to its payment: issued within the company's limits, bills matched again when goods come, paid when
due."""

import datetime
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from erp.automation.actions import register_action, register_approval
from erp.automation.operations.decide_steps import Case
from erp.automation.operations.raise_exceptions import Refused, raise_exceptions, reason_of
from erp.automation.operations.request_approvals import ApprovalCase, request_approvals, withdraw_approvals
from erp.automation.operations.settle_exceptions import settle_for
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.clock import local_date
from erp.core.errors import WrongState
from erp.core.events import Recorded
from erp.identity.queries import company_facts
from erp.identity.roles import Role
from erp.payables import permissions as payables_permissions
from erp.payables.errors import BillNotOpen
from erp.payables.operations.pay_bills import BillPaymentDraft, pay_bills
from erp.payables.queries import BillFacts, bills_to_pay, due_bills, list_bills
from erp.purchasing import permissions as purchasing_permissions
from erp.purchasing.operations.end_orders import cancel_purchase_orders
from erp.purchasing.operations.issue_orders import await_approvals, issue_orders
from erp.purchasing.operations.release_bills import held_bills_of, rematch_bills
from erp.purchasing.queries import order_facts, orders_awaiting_approval
from integration.flows.automatic import AutomaticVerb, attempt

Events = Sequence[Recorded]
AT_ONCE = 200
ISSUE = AutomaticVerb(verb="issue", owner_role=Role.BUYER, conditions=("supplier", "warehouse", "currency"), stale=(WrongState,))
PAY = AutomaticVerb(verb="pay", owner_role=Role.ACCOUNTANT, conditions=("supplier", "currency"), stale=(BillNotOpen,))
# fact, the verb it completes (None: all), the document that verb was about, where its id stands (empty: the event's own)
SETTLED_BY: tuple[tuple[str, str | None, str, str], ...] = (
    ("purchase_order.issued", "issue", "purchase_order", ""),
    ("purchase_order.cancelled", None, "purchase_order", ""),
    ("vendor_bill.posted", "release_bill", "vendor_bill", ""),
    ("vendor_bill.rejected", "release_bill", "vendor_bill", ""),
    ("payment.sent", "pay", "vendor_bill", "bill_id"),
)


def issue_placed(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Orders that a policy wants approved wait for that; of the others those within the limits go out, the rest waits for the
    buyer."""
    by_order = {event.document.id: event for event in events}
    drafts = order_facts(list(by_order))
    asked = request_approvals(
        cases=[
            ApprovalCase(
                kind="purchase_order",
                document_id=facts.id,
                number=facts.number,
                amount=facts.company_total,
                asked_by=by_order[facts.id].actor,
            )
            for facts in drafts
        ],
        on=_today(actor, at),
        actor=actor,
        at=at,
    )
    waiting = [facts.id for facts in drafts if ("purchase_order", facts.id) in asked]
    if waiting:
        await_approvals(order_ids=waiting, actor=actor, at=at)
    cases = [
        Case(
            kind="purchase_order",
            document_id=facts.id,
            number=facts.number,
            event_id=by_order[facts.id].id,
            amount=facts.company_total,
            owner_role=ISSUE.owner_role,
            inputs={"supplier": facts.supplier, "warehouse": facts.warehouse, "currency": facts.currency},
        )
        for facts in drafts
        if facts.id not in waiting
    ]
    ISSUE.run(cases, lambda ids: issue_orders(order_ids=ids, actor=actor, at=at), on=_today(actor, at), actor=actor, at=at)


def issue_approved(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """An approved order goes out, whatever the rules say: the people who may have said yes."""
    ids = orders_awaiting_approval(event.payload["document_id"] for event in events if event.payload["kind"] == "purchase_order")
    if ids:
        issue_orders(order_ids=ids, actor=actor, at=at)


def report_not_approved(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """The buyer learns that an order was not approved, and why."""
    items = [
        Refused(
            verb="cancel_order",
            kind="purchase_order",
            document_id=event.payload["document_id"],
            number=event.payload["document_number"],
            event_id=event.id,
            owner_role=Role.BUYER,
            reason={
                "code": "not_approved",
                "params": {"document": event.payload["document_number"], "comment": event.payload["comment"]},
            },
        )
        for event in events
        if event.payload["kind"] == "purchase_order"
    ]
    raise_exceptions(items=items, actor=actor, at=at)


def withdraw_cancelled(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Nobody needs to approve an order that was cancelled."""
    withdraw_approvals(kind="purchase_order", document_ids=[event.document.id for event in events], actor=actor, at=at)


def match_received(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Bills that came before their goods are matched again. Those that the books refuse, as their period is closed by now, stay
    with the buyer, with that as their reason."""
    held = held_bills_of([event.document.id for event in events])

    def match(bill_ids: Sequence[int]) -> None:
        rematch_bills(bill_ids=bill_ids, actor=actor, at=at)

    refused = {pk: attempt(match, [pk]) for pk in held} if held and attempt(match, held) else {}
    items = [
        Refused(
            verb="release_bill",
            kind="vendor_bill",
            document_id=bill.pk,
            number=bill.number,
            event_id=events[-1].id,
            owner_role=Role.BUYER,
            reason=reason_of(refused[bill.pk][0]),
        )
        for bill in list_bills(actor).filter(pk__in=[pk for pk, refusals in refused.items() if refusals])
    ]
    raise_exceptions(items=items, actor=actor, at=at)


def report_held(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """A bill that does not match is in the inbox of the buyer, with what is wrong."""
    items = [
        Refused(
            verb="release_bill",
            kind="vendor_bill",
            document_id=event.document.id,
            number=event.payload["number"],
            event_id=event.id,
            owner_role=Role.BUYER,
            reason={"code": "bill_held", "params": {"document": event.payload["number"]}},
        )
        for event in events
    ]
    raise_exceptions(items=items, actor=actor, at=at)


def pay_posted(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """A posted bill that is due already is paid; the others are when their day comes (`pay_due`)."""
    _pay({event.document.id: event.id for event in events}, actor, at)


def pay_due(after: int, actor: Actor, at: datetime.datetime) -> int:
    """Pay the next few bills whose day has come, beyond an id; return the last id, 0 where there are no more."""
    causes = bills_to_pay(on=_today(actor, at), after=after, limit=AT_ONCE)
    _pay(causes, actor, at)
    return max(causes, default=0)


def _pay(causes: Mapping[int, int], actor: Actor, at: datetime.datetime) -> None:
    """Pay those of the bills that are due, within the limits; `causes` are the events that posted them."""
    on = _today(actor, at)
    bills = due_bills(list(causes), on=on)
    by_id = {bill.id: bill for bill in bills}
    cases = [
        Case(
            kind="vendor_bill",
            document_id=bill.id,
            number=bill.number,
            event_id=causes[bill.id],
            amount=bill.company_open,
            owner_role=PAY.owner_role,
            inputs={"supplier": bill.supplier, "currency": bill.currency},
        )
        for bill in bills
    ]

    def act(bill_ids: Sequence[int]) -> None:
        pay_bills(payments=[_payment(by_id[pk], on) for pk in bill_ids], actor=actor, at=at)

    PAY.run(cases, act, on=on, actor=actor, at=at)


def _payment(bill: BillFacts, on: datetime.date) -> BillPaymentDraft:
    return BillPaymentDraft(
        supplier_id=bill.supplier_id, amount=bill.open, date=on, currency_code=bill.currency, bill_ids=[bill.id]
    )


def settle_done(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """A verb that happened, by whatever hand, waits for nobody any more."""
    for event_type, verb, kind, field in SETTLED_BY:
        happened = [event for event in events if event.type == event_type]
        ids = [event.payload[field] if field else event.document.id for event in happened]
        found = [pk for pk in ids if pk is not None]
        if found:
            settle_for(verb=verb, kind=kind, document_ids=found, actor=actor, at=at)


def _today(actor: Actor, at: datetime.datetime) -> datetime.date:
    return local_date(at, company_facts(actor.company_id).time_zone)


CONSUMERS = (
    Consumer("purchasing.issue", ("purchase_order.placed",), issue_placed),
    Consumer("purchasing.approved", ("approval.granted",), issue_approved),
    Consumer("purchasing.not_approved", ("approval.refused",), report_not_approved),
    Consumer("purchasing.withdraw", ("purchase_order.cancelled",), withdraw_cancelled),
    Consumer("purchasing.match", ("purchase_order.received",), match_received),
    Consumer("purchasing.held", ("vendor_bill.held",), report_held),
    Consumer("purchasing.pay", ("vendor_bill.posted",), pay_posted),
    Consumer("purchasing.settle", tuple(row[0] for row in SETTLED_BY), settle_done),
)


def _pay_by_hand(bill_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> object:
    on = _today(actor, at)
    drafts = [_payment(bill, on) for bill in due_bills(bill_ids, on=datetime.date.max)]
    return pay_bills(payments=drafts, actor=actor, at=at)


def connect() -> None:
    """The one click of the inbox for each verb of this line."""
    register_action(
        "issue",
        "purchase_order",
        lambda ids, actor, at: issue_orders(order_ids=ids, actor=actor, at=at),
        purchasing_permissions.ISSUE,
        _("Issue order"),
        conditions=ISSUE.conditions,
    )
    register_approval("purchase_order", purchasing_permissions.VIEW)
    register_action(
        "cancel_order",
        "purchase_order",
        lambda ids, actor, at: cancel_purchase_orders(order_ids=ids, actor=actor, at=at),
        purchasing_permissions.CLOSE,
        _("Cancel order"),
    )
    register_action(
        "release_bill",
        "vendor_bill",
        lambda ids, actor, at: rematch_bills(bill_ids=ids, actor=actor, at=at),
        payables_permissions.SEND_BILL,
        _("Match again"),
    )
    register_action("pay", "vendor_bill", _pay_by_hand, payables_permissions.PAY, _("Pay bill"), conditions=PAY.conditions)
