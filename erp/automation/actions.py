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
    """`run(document_ids, actor, at)` does the verb; `permission` is what it needs; `label` is the button.
    `conditions` are the inputs of a case that a rule may compare; without any, no rule is asked about this verb."""

    verb: str
    kind: str
    run: Run
    permission: str
    label: str | Promise
    conditions: tuple[str, ...] = ()


_approvable: dict[str, str] = {}  # kind of document -> the permission to see it
_actions: dict[tuple[str, str], Action] = {}


def register_action(
    verb: str, kind: str, run: Run, permission: str, label: str | Promise = "", *, conditions: tuple[str, ...] = ()
) -> None:
    """Tell the inbox how a verb is done on documents of a kind; the last registration counts."""
    _actions[verb, kind] = Action(verb, kind, run, permission, label or verb, conditions)


def unregister_action(verb: str, kind: str) -> None:
    _actions.pop((verb, kind), None)


def actions() -> list[Action]:
    return list(_actions.values())


def conditions_by_verb() -> dict[str, frozenset[str]]:
    """The verbs that a rule may allow, each with the names its conditions may use."""
    found: dict[str, frozenset[str]] = {}
    for action in _actions.values():
        if action.conditions:
            found[action.verb] = found.get(action.verb, frozenset()) | frozenset(action.conditions)
    return found


def find_action(verb: str, kind: str) -> Action | None:
    return _actions.get((verb, kind))


def get_action(verb: str, kind: str) -> Action:
    """The action; raises UnknownAction."""
    action = find_action(verb, kind)
    if action is None:
        raise UnknownAction(verb=verb)
    return action


def register_approval(kind: str, permission: str) -> None:
    """Documents of this kind may need approval; who answers must be allowed to see them."""
    _approvable[kind] = permission


def approvable_kinds() -> dict[str, str]:
    return dict(_approvable)
