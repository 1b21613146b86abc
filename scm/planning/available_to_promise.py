"""Available-to-promise, discrete and cumulative, with look-back. Micro-units, pure.

What comes in on a day may be promised from that day on, as far as it is not promised already until the next receipt; what is
promised beyond that is taken back from the nearest earlier receipt.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from scm.planning.rules import STOCK, Ref, Requirement, Supply


@dataclass(slots=True)
class Available:
    """What is still free of the receipts of one day; `sources` are these receipts. The first day is today and has the stock."""

    day: date
    quantity: int
    sources: dict[Ref, int]


@dataclass(frozen=True, slots=True)
class Cover:
    """A part of a promise and what it comes from."""

    source: Ref
    day: date
    quantity: int


@dataclass(frozen=True, slots=True)
class Promise:
    """`day` is the first one from the asked one on which all of it can be had; None where no supply is in sight.

    `now` is how much of it could be had today; `covered_by` the receipts, nearest to the date first.
    """

    day: date | None
    now: int
    covered_by: tuple[Cover, ...] = ()


def find_available(usable: int, supplies: Iterable[Supply], demands: Iterable[Requirement], *, today: date) -> list[Available]:
    """Discrete available-to-promise of one product by day of receipt.

    `usable` is stock on hand less what is kept for safety, and not less what is reserved: the orders it is reserved for are
    among the demands. What was due before today counts as of today. A day stays below zero only where nothing earlier is left
    to take back: then more is promised than there will be by then, and later receipts make up for it first.
    """
    days = {today: Available(today, usable, {Ref(STOCK): max(usable, 0)})}
    for supply in sorted(supplies, key=lambda supply: (supply.day, supply.source)):
        day = max(supply.day, today)
        found = days.setdefault(day, Available(day, 0, {}))
        found.quantity += supply.quantity
        found.sources[supply.source] = found.sources.get(supply.source, 0) + supply.quantity
    rows = list(days.values())
    _commit(rows, sorted((max(demand.day, today), demand.quantity) for demand in demands))
    _look_back(rows)
    return rows


def cumulative(rows: Sequence[Available]) -> list[int]:
    return list(accumulate(row.quantity for row in rows))


def promise(rows: Sequence[Available], quantity: int, wanted: date) -> Promise:
    """The promise for so much by a day. Asking takes nothing; `take` does, so that the next line asks for what is left."""
    total, now = 0, max(0, min(quantity, rows[0].quantity))
    for number, row in enumerate(rows):
        total += row.quantity
        later = number + 1 < len(rows) and rows[number + 1].day <= wanted
        if total >= quantity and not later:
            return Promise(max(row.day, wanted), now, tuple(_cover(rows[: number + 1], quantity)))
    return Promise(None, now)


def take(rows: Sequence[Available], promised: Promise) -> None:
    """Set a promise aside, where another line of the same document asks for the same product."""
    by_day = {row.day: row for row in rows}
    for cover in promised.covered_by:
        row = by_day[cover.day]
        row.quantity -= cover.quantity
        row.sources[cover.source] -= cover.quantity


def _commit(rows: Sequence[Available], demands: Iterable[tuple[date, int]]) -> None:
    """Each demand against the last receipt at or before its day."""
    number = 0
    for day, quantity in demands:
        while number + 1 < len(rows) and rows[number + 1].day <= day:
            number += 1
        rows[number].quantity -= quantity


def _look_back(rows: Sequence[Available]) -> None:
    """What a day lacks comes from the nearest earlier day that has something."""
    for number, row in enumerate(rows):
        for earlier in reversed(rows[:number]):
            if row.quantity >= 0:
                break
            taken = min(max(earlier.quantity, 0), -row.quantity)
            earlier.quantity -= taken
            row.quantity += taken


def _cover(rows: Sequence[Available], quantity: int) -> Iterator[Cover]:
    """From the nearest day back, so that what is free earlier stays free for others; of a day from its last receipt."""
    for row in reversed(rows):
        free = min(max(row.quantity, 0), quantity)
        quantity -= free
        for source, size in reversed(row.sources.items()):
            if taken := min(free, size):
                free -= taken
                yield Cover(source, row.day, taken)
