"""Who answers for whom while they are away."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.automation.models import Delegation
from erp.automation.permissions import ANSWER_APPROVALS, MANAGE_APPROVALS
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.identity.access import people_of

_COLUMNS = ("from_user_id", "to_user_id", "first_date", "last_date", "reason")


@dataclass(frozen=True, kw_only=True)
class DelegationDraft:
    """Between two days, both included, one answers for the other; with an `id` it replaces that delegation."""

    from_user_id: int
    to_user_id: int
    first_date: datetime.date
    last_date: datetime.date
    reason: str = ""
    id: int | None = None


@operation(ANSWER_APPROVALS)
def save_delegations(*, drafts: Sequence[DelegationDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Write all delegations or none; return their ids in order. Everybody delegates what is theirs; who keeps the policies may do
    it for others. Refuses people who are not of the company, oneself, days in the wrong order, and what was ended."""
    people = people_of(actor.company_id)
    theirs = {} if actor.can(MANAGE_APPROVALS) else _own(actor)
    changed = [d.id for d in drafts if d.id is not None]
    rows = Delegation.objects.select_for_update().filter(pk__in=changed, **theirs).order_by("pk")
    known = dict(rows.values_list("pk", "ended_at"))
    raise_refusals([r for i, draft in enumerate(drafts) for r in _judge(draft, f"delegations.{i}", known, people, actor)])
    values = [tuple(getattr(draft, name) for name in _COLUMNS) for draft in drafts]
    update_rows(Delegation, _COLUMNS, [(d.id, *row) for d, row in zip(drafts, values, strict=True) if d.id is not None])
    fresh = [row for d, row in zip(drafts, values, strict=True) if d.id is None]
    made = iter(row[0] for row in insert_rows(Delegation, _COLUMNS, fresh, returning=["id"]))
    return [draft.id if draft.id is not None else next(made) for draft in drafts]


def _own(actor: Actor) -> dict[str, object]:
    return {"from_user_id": actor.user_id or 0}


def _judge(
    draft: DelegationDraft, path: str, known: dict[int, datetime.datetime | None], people: dict[int, str], actor: Actor
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if draft.id is not None and draft.id not in known:
        found.append(NotFound(what=_("delegation"), value=draft.id, field=f"{path}.id"))
    elif draft.id is not None and known[draft.id] is not None:
        found.append(WrongState(document=people.get(draft.from_user_id, ""), document_id=draft.id, state=_("ended")))
    for name, user, label in (
        ("from_user", draft.from_user_id, _("who is away")),
        ("to_user", draft.to_user_id, _("who answers")),
    ):
        if user not in people:
            rule = _("Choose somebody who works for the company.")
            found.append(InvalidValue(field=f"{path}.{name}", what=label, value=user, rule=rule))
    if draft.from_user_id == draft.to_user_id:
        rule = _("Choose somebody else.")
        found.append(
            InvalidValue(field=f"{path}.to_user", what=_("who answers"), value=people.get(draft.to_user_id, ""), rule=rule)
        )
    elif draft.from_user_id != actor.user_id and not actor.can(MANAGE_APPROVALS):
        rule, value = _("You can delegate only what is yours."), people.get(draft.from_user_id, "")
        found.append(InvalidValue(field=f"{path}.from_user", what=_("who is away"), value=value, rule=rule))
    if draft.last_date < draft.first_date:
        rule = _("The last day is not before the first.")
        found.append(InvalidValue(field=f"{path}.last_date", what=_("last day"), value=f"{draft.last_date}", rule=rule))
    return found
