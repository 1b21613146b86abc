"""Low-level codes: an item is netted only after all that it goes into. Pure."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Levels:
    """`codes`: the longest way down to an item from an item that goes into nothing (0).

    `cycles`: for each item that contains itself the shortest such way, beginning and ending with it. Such an item has a code,
    but its components do not count below it.
    """

    codes: dict[int, int]
    cycles: dict[int, tuple[int, ...]]

    def in_order(self) -> list[int]:
        """Parents before components, then by id."""
        return sorted(self.codes, key=lambda item: (self.codes[item], item))


def low_level_codes(items: Iterable[int], edges: Iterable[tuple[int, int]]) -> Levels:
    """Levels of the items and of all that the edges (parent, component) name. The order of both does not matter.

    Linear in the edges; cycles, which nobody should have, cost as much again for each item in and between them.
    """
    below: dict[int, set[int]] = {item: set() for item in items}
    for parent, component in edges:
        below.setdefault(parent, set()).add(component)
        below.setdefault(component, set())
    codes = _descend(below)
    if len(codes) == len(below):
        return Levels(codes, {})
    cycles = _find_cycles(_without_ends({item: below[item] - codes.keys() for item in below.keys() - codes.keys()}))
    return Levels(_descend({item: set() if item in cycles else under for item, under in below.items()}), cycles)


def cumulative_days(levels: Levels, edges: Iterable[tuple[int, int]], lead_days: Mapping[int, int]) -> dict[int, int]:
    """Days until an item is there when nothing of it is: its own lead time after the longest one of its components."""
    below: dict[int, list[int]] = {}
    for parent, component in edges:
        below.setdefault(parent, []).append(component)
    days: dict[int, int] = {}
    for item in reversed(levels.in_order()):
        under = () if item in levels.cycles else below.get(item, ())
        days[item] = lead_days.get(item, 0) + max((days[component] for component in under), default=0)
    return days


def _descend(below: Mapping[int, set[int]]) -> dict[int, int]:
    """Kahn's algorithm: an item gets its code once all parents have theirs. What a cycle holds back gets none."""
    parents = Counter(component for under in below.values() for component in under)
    codes = {item: 0 for item in below if not parents[item]}
    ready = deque(codes)
    reached: dict[int, int] = {}
    while ready:
        parent = ready.popleft()
        for component in below[parent]:
            reached[component] = max(reached.get(component, 0), codes[parent] + 1)
            parents[component] -= 1
            if not parents[component]:
                codes[component] = reached[component]
                ready.append(component)
    return codes


def _without_ends(below: dict[int, set[int]]) -> dict[int, set[int]]:
    """Leave out what hangs below a cycle: items that lead nowhere, again and again."""
    above: dict[int, list[int]] = {}
    for parent, under in below.items():
        for component in under:
            above.setdefault(component, []).append(parent)
    ends = deque(item for item, under in below.items() if not under)
    while ends:
        end = ends.popleft()
        del below[end]
        for parent in above.get(end, ()):
            below[parent].discard(end)
            if not below[parent]:
                ends.append(parent)
    return below


def _find_cycles(below: Mapping[int, set[int]]) -> dict[int, tuple[int, ...]]:
    """The shortest way from each item back to itself; one that merely lies between two cycles has none."""
    return {item: path for item in sorted(below) if (path := _way_back(item, below))}


def _way_back(item: int, below: Mapping[int, set[int]]) -> tuple[int, ...] | None:
    came_from: dict[int, int] = {}
    waiting = deque([item])
    while waiting:
        parent = waiting.popleft()
        for component in sorted(below[parent]):
            if component not in came_from:
                came_from[component] = parent
                waiting.append(component)
            if component == item:
                return _trace(item, came_from)
    return None


def _trace(item: int, came_from: Mapping[int, int]) -> tuple[int, ...]:
    path = [item, came_from[item]]
    while path[-1] != item:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))
