"""An operation whose answer exists only when its events were reacted to.

Events of an operation are written, and their signals sent, when it ends; what a reaction made in the same transaction
(the sales order of an accepted quotation) can be read after that, not inside.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A")


def answering(answer: Callable[[R], A]) -> Callable[[Callable[P, R]], Callable[P, A]]:
    """Put above `@operation`: the caller gets `answer(what the operation returned)`."""

    def declare(run: Callable[P, R]) -> Callable[P, A]:
        @wraps(run)
        def answered(*args: P.args, **kwargs: P.kwargs) -> A:
            return answer(run(*args, **kwargs))

        return answered

    return declare
