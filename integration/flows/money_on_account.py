"""What a customer has on account settles the next invoice by itself: it is their money, no rule has to allow it."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from erp.automation.actions import register_action
from erp.automation.operations.raise_exceptions import Refused, raise_exceptions, reason_of
from erp.automation.operations.settle_exceptions import settle_for
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.events import Recorded
from erp.identity.queries import company_facts
from erp.identity.roles import Role
from erp.receivables.operations.apply_credits import CreditDraft, apply_credits
from erp.receivables.permissions import APPLY_CREDITS
from erp.receivables.queries import customers_of_invoices

VERB = "apply_credit"


def apply_to_posted(events: Sequence[Recorded], actor: Actor, at: datetime.datetime) -> None:
    """Apply the customers' credits. A refusal (a closed period for the exchange difference) goes to the inbox; in a set
    it is raised, and the relay finds out which invoice it is by trying each alone."""
    customers = sorted({event.payload["customer_id"] for event in events})
    try:
        with transaction.atomic():
            apply_credits(credits=[CreditDraft(customer_id=i, if_any=True) for i in customers], actor=actor, at=at)
    except (BusinessRuleViolation, Refusals) as refused:
        if len(events) > 1:
            raise
        _leave_to_people(events[0], refused, actor, at)


def settle_applied(events: Sequence[Recorded], actor: Actor, at: datetime.datetime) -> None:
    """What was applied by hand waits for nobody any more."""
    invoices = [event.payload["invoice_id"] for event in events]
    settle_for(verb=VERB, kind="invoice", document_ids=invoices, actor=actor, at=at)


def _leave_to_people(event: Recorded, refused: BusinessRuleViolation | Refusals, actor: Actor, at: datetime.datetime) -> None:
    refusal = refused.refusals[0] if isinstance(refused, Refusals) else refused
    item = Refused(
        verb=VERB,
        kind="invoice",
        document_id=event.document.id,
        number=event.payload["number"],
        event_id=event.id,
        owner_role=Role.ACCOUNTANT,
        reason=reason_of(refusal),
    )
    raise_exceptions(items=[item], actor=actor, at=at)


def _apply_by_hand(invoice_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> object:
    on = local_date(at, company_facts(actor.company_id).time_zone)
    drafts = [CreditDraft(customer_id=i, date=on) for i in customers_of_invoices(invoice_ids)]
    return apply_credits(credits=drafts, actor=actor, at=at)


CONSUMERS = (
    Consumer("money_on_account.apply", ("invoice.posted",), apply_to_posted),
    Consumer("money_on_account.settle", ("credit.applied",), settle_applied),
)


def connect() -> None:
    """The one click of the inbox."""
    register_action(VERB, "invoice", _apply_by_hand, APPLY_CREDITS, _("Apply credit"))
