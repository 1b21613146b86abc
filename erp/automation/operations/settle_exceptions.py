"""Taking items out of the inbox."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from erp.automation.errors import WaitsForOthers
from erp.automation.models import ExceptionItem
from erp.automation.permissions import DECIDE, SETTLE
from erp.automation.queries import can_settle
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, execute
from erp.identity.roles import Role

State = ExceptionItem.State
# As text that stays the same for any number of documents: nearly always nothing waits, and every automatic step asks.
_SETTLE_FOR = f"""
UPDATE automation_exceptionitem SET state = %s, settled_at = %s, settled_by = %s
WHERE company_id = {COMPANY} AND kind = %s AND document_id = {ANY_ID} AND state = 'open'
"""  # noqa: S608
_SETTLE_FOR_VERB = _SETTLE_FOR + " AND verb = %s"


@operation(SETTLE)
def settle_exceptions(*, exception_ids: Sequence[int], outcome: str, actor: Actor, at: datetime.datetime) -> int:
    """Mark open exceptions as done or dismissed; return how many.

    Raises NotFound for an unknown one, WrongState for one that somebody has settled already and WaitsForOthers for one
    that is neither the actor's, nor of those they manage, nor about a verb they may do.
    """
    items = lock_open(exception_ids)
    raise_refusals([refusal for item in items if (refusal := judge_owner(item, actor))])
    return close([item.pk for item in items], outcome=outcome, actor=actor, at=at)


@operation(DECIDE)
def settle_for(
    *,
    kind: str,
    document_ids: Sequence[int],
    actor: Actor,
    at: datetime.datetime,
    verb: str | None = None,
    outcome: str = State.DONE,
) -> int:
    """The verb happened after all (or, without a verb, the document is out of the game): close what waits for it.

    Returns how many exceptions were open; none is fine.
    """
    if not document_ids:
        return 0
    of_verb = [] if verb is None else [verb]
    return execute(_SETTLE_FOR_VERB if of_verb else _SETTLE_FOR, [outcome, at, actor.name, kind, list(document_ids), *of_verb])


def lock_open(exception_ids: Sequence[int]) -> list[ExceptionItem]:
    """Lock exceptions by id, all open. They come before the documents they are about in the lock order."""
    items = {item.pk: item for item in ExceptionItem.objects.select_for_update().filter(pk__in=exception_ids).order_by("pk")}
    refusals: list[BusinessRuleViolation] = []
    for number in exception_ids:
        item = items.get(number)
        if item is None:
            refusals.append(NotFound(what=_("exception"), value=number))
        elif item.state != State.OPEN:
            state = item.get_state_display().lower()
            refusals.append(WrongState(document=item.number, document_id=item.document_id, state=state))
    raise_refusals(refusals)
    return list(items.values())


def judge_owner(item: ExceptionItem, actor: Actor) -> BusinessRuleViolation | None:
    """Refuse one that waits for somebody else."""
    owner = dict(Role.choices).get(item.owner_role, item.owner_role)
    about: dict[str, Any] = {"document": item.number, "document_id": item.document_id}
    return None if can_settle(item, actor) else WaitsForOthers(**about, owner=owner)


def close(ids: Sequence[int], *, outcome: str, actor: Actor, at: datetime.datetime) -> int:
    """Close locked exceptions; those that a flow closed meanwhile in this transaction stay as they are."""
    return ExceptionItem.objects.filter(pk__in=ids, state=State.OPEN).update(state=outcome, settled_at=at, settled_by=actor.name)
