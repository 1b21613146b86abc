"""Dismissed by mistake: back into the inbox."""

import datetime
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from erp.automation.errors import WaitsAlready
from erp.automation.models import ExceptionItem
from erp.automation.operations.settle_exceptions import judge_owner
from erp.automation.permissions import SETTLE
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.operation import operation

State = ExceptionItem.State
Step = tuple[str, str, int]


@operation(SETTLE)
def reopen_exceptions(*, exception_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> int:
    """Open dismissed exceptions again; they keep their age. Return how many.

    Raises NotFound, WrongState for one that is not dismissed, WaitsForOthers as dismissing does, and WaitsAlready where
    the document came into the inbox again for the same step.
    """
    ids = list(dict.fromkeys(exception_ids))
    items = {item.pk: item for item in ExceptionItem.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    waiting = _waiting(items.values())
    refusals: list[BusinessRuleViolation] = []
    for pk in ids:
        refusal = _judge(items.get(pk), pk, waiting, actor)
        refusals += [refusal] if refusal else []
        waiting |= {_step(items[pk])} if pk in items else set()
    raise_refusals(refusals)
    return ExceptionItem.objects.filter(pk__in=ids).update(state=State.OPEN, settled_at=None, settled_by="")


def _waiting(items: Iterable[ExceptionItem]) -> set[Step]:
    """The steps of these documents that wait in the inbox."""
    rows = ExceptionItem.objects.filter(state=State.OPEN, document_id__in={item.document_id for item in items})
    return {_step(row) for row in rows}


def _step(item: ExceptionItem) -> Step:
    return item.verb, item.kind, item.document_id


def _judge(item: ExceptionItem | None, pk: int, waiting: set[Step], actor: Actor) -> BusinessRuleViolation | None:
    if item is None:
        return NotFound(what=_("exception"), value=pk)
    if item.state != State.DISMISSED:
        state = item.get_state_display().lower()
        return WrongState(document=item.number, document_id=item.document_id, state=state)
    if _step(item) in waiting:
        return WaitsAlready(document=item.number, document_id=item.document_id)
    return judge_owner(item, actor)
