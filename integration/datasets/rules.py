"""Arithmetic of a data set: pure, tested without a database."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from erp.core.money import ZERO, round_half_up


def line_amount(quantity: Decimal, unit_price: Decimal, places: int) -> Decimal:
    """Each line is rounded by itself, half away from zero."""
    return round_half_up(quantity * unit_price, places)


def most_frequent(values: Iterable[str]) -> str:
    """The value seen most often, of several the first seen; "" when there is none."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else ""


def one_spelling(codes: Iterable[str]) -> dict[str, str]:
    """For each code the spelling to use: codes that differ only by case are one code, in its most frequent spelling
    (of equally frequent ones the first in order, so capitals win)."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for code in codes:
        spellings[code.casefold()][code] += 1
    chosen = {key: min(counted, key=lambda code: (-counted[code], code)) for key, counted in spellings.items()}
    return {code: chosen[key] for key, counted in spellings.items() for code in counted}


def median_price(prices: Iterable[Decimal]) -> Decimal:
    """The median of the prices above zero; zero when there is none."""
    positive = [price for price in prices if price > 0]
    return statistics.median(positive) if positive else ZERO


def least_opening_stock(outflows: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """For each product the least opening quantity with which it never goes below zero, and so touches it: its largest
    running outflow. `outflows` are (product, quantity) in the order they happen; what comes in is negative."""
    running: dict[str, Decimal] = defaultdict(lambda: ZERO)
    largest: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for product, quantity in outflows:
        running[product] += quantity
        largest[product] = max(largest[product], running[product])
    return dict(largest)


def set_end(days: Sequence[object], start: int, size: int) -> int:
    """Where the set that begins at `start` ends: after `size` documents, or before the next day."""
    end = start + 1
    while end < len(days) and end - start < size and days[end] == days[start]:
        end += 1
    return end


def phases(steps: Sequence[tuple[str, Collection[str]]]) -> list[tuple[str, list[int]]]:
    """Steps of several kinds, each touching some things, gathered into phases of one kind: (kind, positions of steps).

    Done phase after phase, whatever a thing goes through happens in the order of the steps; so a phase holds many
    documents although kinds take turns in the file.
    """
    made: list[tuple[str, list[int]]] = []
    last: dict[str, int] = {}
    for position, (kind, touched) in enumerate(steps):
        earliest = max((last[thing] for thing in touched if thing in last), default=0)
        index = next((i for i in range(earliest, len(made)) if made[i][0] == kind), len(made))
        if index == len(made):
            made.append((kind, []))
        made[index][1].append(position)
        last.update(dict.fromkeys(touched, index))
    return made
