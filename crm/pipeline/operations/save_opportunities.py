"""Opening and changing opportunities; their stage is changed by `move_opportunities`."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.pipeline.drafts import OpportunityDraft
from crm.pipeline.errors import NotACustomer
from crm.pipeline.events import OpportunityOpened
from crm.pipeline.models import Opportunity
from crm.pipeline.permissions import EDIT_OPPORTUNITIES
from crm.pipeline.states import OpportunityStage
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.drafts import (
    judge_edits,
    judge_external_refs,
    judge_fields,
    lock_edited,
    possible_ids,
    raise_draft_refusals,
    unique_or_refused,
)
from erp.parties.models import Party

_COLUMNS = [
    "name",
    "customer_id",
    "expected_amount",
    "probability",
    "expected_date",
    "owner_id",
    "external_source",
    "external_ref",
]
_UNIQUE = {"pipeline_opportunity_external_ref": "external_ref"}


@operation(EDIT_OPPORTUNITIES)
def save_opportunities(*, opportunities: Sequence[OpportunityDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create (in the first stage) or change opportunities; return their ids in order. All refusals come at once."""
    locked = lock_edited(Opportunity, opportunities)
    ids = possible_ids(draft.customer_id for draft in opportunities)
    customers = {party.pk: party for party in Party.objects.filter(pk__in=ids)}
    refusals = judge_edits(Opportunity, opportunities, locked) + judge_external_refs(Opportunity, opportunities)
    for row, draft in enumerate(opportunities):
        refusals += _judge(draft, row, customers)
    raise_draft_refusals(refusals, opportunities)
    new = [draft for draft in opportunities if draft.id is None]
    with unique_or_refused(_UNIQUE):
        update_rows(Opportunity, _COLUMNS, [(d.id, *_values(d, locked, actor)) for d in opportunities if d.id is not None])
        made = insert_rows(
            Opportunity,
            [*_COLUMNS, "created_at"],
            [(*_values(draft, locked, actor), at) for draft in new],
            computed={"number": "documents_next_number('opportunity')"},
            returning=["id", "number"],
        )
    bus.publish([_opened(draft, *row) for draft, row in zip(new, made, strict=True)], at=at)
    made_ids = iter(made)
    return [next(made_ids)[0] if draft.id is None else draft.id for draft in opportunities]


def _values(draft: OpportunityDraft, locked: Mapping[int, Opportunity], actor: Actor) -> tuple[object, ...]:
    current = locked.get(draft.id or 0)
    owner = draft.owner_id or (current.owner_id if current else actor.user_id)
    return (
        draft.name,
        draft.customer_id,
        draft.expected_amount,
        draft.probability,
        draft.expected_date,
        owner,
        draft.external_source,
        draft.external_ref,
    )


def _judge(draft: OpportunityDraft, row: int, customers: Mapping[int, Party]) -> list[BusinessRuleViolation]:
    refusals = judge_fields(Opportunity, draft, row=row, document=draft.name[:40])
    about: dict[str, Any] = {"document": draft.name[:40], "row": row}
    customer = customers.get(draft.customer_id)
    if customer is None:
        refusals.append(UnknownCode(field="customer", **about, what=_("customer"), value=draft.customer_id))
    elif not (customer.is_customer and customer.active):
        refusals.append(NotACustomer(field="customer", **about, customer=customer.name))
    if not {"expected_amount", "probability"} & {refusal.field for refusal in refusals}:
        if draft.expected_amount < 0:
            value, rule = draft.expected_amount, _("Enter zero or more.")
            refusals.append(InvalidValue(field="expected_amount", **about, what=_("expected amount"), value=value, rule=rule))
        if not 0 <= draft.probability <= 1:
            value, rule = draft.probability, _("Enter a probability from 0 to 100 %.")
            refusals.append(InvalidValue(field="probability", **about, what=_("probability"), value=value, rule=rule))
    return refusals


def _opened(draft: OpportunityDraft, pk: int, number: str) -> OpportunityOpened:
    return OpportunityOpened(id=pk, number=number, status=OpportunityStage.NEW.value, customer_id=draft.customer_id)
