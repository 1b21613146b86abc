"""What makes a function a business operation: a declared permission, an actor, an open unit of work, events together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from erp.core import bus
from erp.core.errors import PermissionDenied
from erp.core.scope import ScopeError, current_scope

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class OperationInfo:
    name: str
    permission: str
    function: Callable[..., Any]


OPERATIONS: dict[str, OperationInfo] = {}


def operation(permission: str, *, partner: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a business operation. It is called with keywords only, always with `actor`.

    The actor's permission is checked first (deny by default), the caller must have opened a writable scope of the
    actor's company, and all events published inside are written by one statement when the outermost operation ends.
    A supplier's program may call only a `partner` operation, and only as that supplier (`supplier_id`).
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            scope = current_scope()
            actor: Any = kwargs["actor"]
            if scope.read_only or actor.company_id != scope.actor.company_id:
                raise ScopeError(f"{function.__name__} needs a writable scope of the actor's company")
            actor.ensure(permission)
            if actor.party_id is not None and not (partner and kwargs.get("supplier_id") == actor.party_id):
                raise PermissionDenied(permission=permission)
            with bus.together():
                return function(*args, **kwargs)

        OPERATIONS[f"{function.__module__}.{function.__name__}"] = OperationInfo(function.__name__, permission, run)
        return run

    return declare
