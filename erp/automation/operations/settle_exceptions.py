"""Taking items out of the inbox."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.automation.models import ExceptionItem
from erp.automation.permissions import DECIDE, SETTLE
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.operation import operation

State = ExceptionItem.State


@operation(SETTLE)
def settle_exceptions(*, exception_ids: Sequence[int], outcome: str, actor: Actor, at: datetime.datetime) -> int:
    """Mark open exceptions as done or dismissed; return how many.

    Raises NotFound for an unknown one and WrongState for one that somebody has settled already.
    """
    items = lock_open(exception_ids)
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
    waiting = ExceptionItem.objects.filter(kind=kind, document_id__in=document_ids, state=State.OPEN)
    if verb is not None:
        waiting = waiting.filter(verb=verb)
    return waiting.update(state=outcome, settled_at=at, settled_by=actor.name)


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


def close(ids: Sequence[int], *, outcome: str, actor: Actor, at: datetime.datetime) -> int:
    """Close locked exceptions; those that a flow closed meanwhile in this transaction stay as they are."""
    return ExceptionItem.objects.filter(pk__in=ids, state=State.OPEN).update(state=outcome, settled_at=at, settled_by=actor.name)
