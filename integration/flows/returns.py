"""From goods that came back to the credit note: by itself inside the company's rules, else in the inbox.

A return of a delivery that is not invoiced yet waits for the invoice; what tells it is an event of its own, so that the
thousand invoices without a return wake nobody.
"""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.automation.actions import register_action
from erp.automation.operations.decide_steps import Case
from erp.automation.operations.settle_exceptions import settle_for
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.clock import local_date
from erp.core.events import Recorded
from erp.identity.queries import company_facts
from erp.identity.roles import Role
from erp.sales.errors import AlreadyCredited, ReturnNotInvoiced
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.permissions import CREDIT_RETURNS
from erp.sales.queries import return_facts
from integration.flows.automatic import AutomaticVerb

Events = Sequence[Recorded]
CREDIT = AutomaticVerb(
    verb="credit",
    owner_role=Role.ACCOUNTANT,
    conditions=("customer", "warehouse", "reason", "has_original"),
    stale=(AlreadyCredited, ReturnNotInvoiced),
)


def credit_returned(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """Credit the returns that a rule allows; a return has one credit note, however often it is told of."""
    by_return = {event.document.id: event for event in events}
    company = company_facts(actor.company_id)
    cases = [
        Case(
            kind="sales_return",
            document_id=facts.id,
            number=facts.number,
            event_id=by_return[facts.id].id,
            amount=facts.value,
            owner_role=CREDIT.owner_role,
            inputs={
                "customer": facts.customer,
                "warehouse": facts.warehouse,
                "reason": facts.reason,
                "has_original": facts.has_original,
            },
        )
        for facts in return_facts(list(by_return), company_currency=company.currency_code)
    ]
    on = local_date(at, company.time_zone)
    CREDIT.run(cases, lambda ids: credit_returns(return_ids=ids, actor=actor, at=at), on=on, actor=actor, at=at)


def settle_credited(events: Events, actor: Actor, at: datetime.datetime) -> None:
    """A return that was credited, by whatever hand, waits for nobody any more."""
    return_ids = [event.payload["source_id"] for event in events if event.payload["source_id"] is not None]
    if return_ids:
        settle_for(verb=CREDIT.verb, kind="sales_return", document_ids=return_ids, actor=actor, at=at)


CONSUMERS = (
    Consumer("returns.credit", ("sales_return.posted", "sales_return.invoiced"), credit_returned),
    Consumer("returns.settle", ("credit_note.posted",), settle_credited),
)


def connect() -> None:
    """The one click of the inbox."""
    register_action(
        "credit",
        "sales_return",
        lambda ids, actor, at: credit_returns(return_ids=ids, actor=actor, at=at),
        CREDIT_RETURNS,
        _("Credit return"),
        conditions=CREDIT.conditions,
    )
