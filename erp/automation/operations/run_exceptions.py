"""The one click: do what automation left to a person."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from erp.automation.actions import get_action
from erp.automation.models import ExceptionItem
from erp.automation.operations.settle_exceptions import close, lock_open
from erp.automation.permissions import SETTLE
from erp.core.actor import Actor
from erp.core.operation import operation


@operation(SETTLE)
def run_exceptions(*, exception_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> int:
    """Run each exception's verb on its document as the actor, then close them; return how many.

    The verb's own permission and guards apply: a person may exceed the rules of automation, never those of the trade.
    Raises WrongState for an exception already settled, UnknownAction for a verb nobody registered.
    """
    groups: dict[tuple[str, str], list[ExceptionItem]] = defaultdict(list)
    for item in lock_open(exception_ids):
        groups[item.verb, item.kind].append(item)
    ready = [(get_action(*key), items) for key, items in groups.items()]
    for action, items in ready:
        actor.ensure(action.permission)
        action.run([item.document_id for item in items], actor, at)
    close([item.pk for items in groups.values() for item in items], outcome=ExceptionItem.State.DONE, actor=actor, at=at)
    return sum(len(items) for items in groups.values())
