"""What the one click of the inbox does: verb and kind -> the operation, registered from above by the flows."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation

Run = Callable[[Sequence[int], Actor, datetime.datetime], object]


class UnknownAction(BusinessRuleViolation):
    code = "unknown_action"
    message = _("“%(verb)s” cannot be done from here.")
    remedy = _("Open the document and do it there.")


@dataclass(frozen=True)
class Action:
    """`run(document_ids, actor, at)` does the verb; `permission` is what it needs; `label` is the button. `by_rule`: it
    happens by itself only where a rule allows it."""

    verb: str
    kind: str
    run: Run
    permission: str
    label: str | Promise
    by_rule: bool = True


_actions: dict[tuple[str, str], Action] = {}


def register_action(verb: str, kind: str, run: Run, permission: str, label: str | Promise = "", *, by_rule: bool = True) -> None:
    """Tell the inbox how a verb is done on documents of a kind; the last registration counts."""
    _actions[verb, kind] = Action(verb, kind, run, permission, label or verb, by_rule)


def unregister_action(verb: str, kind: str) -> None:
    _actions.pop((verb, kind), None)


def actions() -> list[Action]:
    return list(_actions.values())


def find_action(verb: str, kind: str) -> Action | None:
    return _actions.get((verb, kind))


def get_action(verb: str, kind: str) -> Action:
    """The action; raises UnknownAction."""
    action = find_action(verb, kind)
    if action is None:
        raise UnknownAction(verb=verb)
    return action
