"""Where a list leaves work that takes too long for a request. Background work lives above the kit and binds itself here."""

from collections.abc import Callable, Sequence

from erp.core.actor import Actor
from erp.screens.lists import BulkVerb, ListScreen

HandOver = Callable[[ListScreen, BulkVerb, Sequence[int], Actor], str]
_screens: dict[str, ListScreen] = {}
_bound: list[HandOver] = []


def bind(hand_over: HandOver) -> None:
    """`hand_over(screen, verb, ids, actor)` starts the work and returns the address of its progress."""
    _bound[:] = [hand_over]


def bound() -> HandOver | None:
    return _bound[0] if _bound else None


def register_screen(screen: ListScreen) -> None:
    """Every list with an address can be found by its name again, in another process."""
    _screens[screen.name] = screen


def find_screen(name: str) -> ListScreen | None:
    return _screens.get(name)
