"""A plain numpy pass over the arrays of a plan: weekly buckets, level by level, every item of a level at once.

It comes to the same lots as the planner where lots are wanted on Mondays and each item has one minimum and one multiple. It has
no pegs, no messages, no calendars, no receipts, no documents: a lower bound of the arithmetic, not of the work.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from scm.planning.explosion import BillLine
from scm.planning.netting import Item
from scm.planning.rules import Requirement

Array = Any


def plan(items: Sequence[Item], lines: Sequence[BillLine], requirements: Sequence[Requirement], today: date) -> tuple[int, int]:
    """How many lots, and how much in all, in millionths."""
    place = {item.product_id: i for i, item in enumerate(items)}
    weeks = np.array([max(_week(r.day, today), 0) for r in requirements])
    parents = np.array([place[line.parent_id] for line in lines])
    components = np.array([place[line.component_id] for line in lines])
    gross = np.zeros((len(items), int(weeks.max()) + 1), dtype=np.int64)
    wanted: Array = ([place[r.product_id] for r in requirements], weeks)
    np.add.at(gross, wanted, [r.quantity for r in requirements])
    per = np.array([line.usage.numerator // line.usage.denominator for line in lines], dtype=np.int64)
    facts = [(i.on_hand, i.safety_stock, i.lot.minimum, i.lot.multiple, i.lead_days) for i in items]
    return _by_level(gross, np.array(facts, dtype=np.int64), parents, components, per)


def _by_level(gross: Array, facts: Array, parents: Array, components: Array, per: Array) -> tuple[int, int]:
    codes = _low_level_codes(len(gross), parents, components)
    lots = total = 0
    for level in range(int(codes.max()) + 1):
        here = np.flatnonzero(codes == level)
        planned = _net(gross[here], *facts[here, :4].T)
        lots, total = lots + int(np.count_nonzero(planned)), total + int(planned.sum())
        released = np.zeros_like(gross)
        earlier = np.where(facts[here, 4:] > 0, np.maximum(np.arange(gross.shape[1]) - 1, 0), np.arange(gross.shape[1]))
        np.add.at(released, (here[:, None], earlier), planned)
        below = np.flatnonzero(codes[parents] == level)
        np.add.at(gross, components[below], released[parents[below]] * per[below, None])
    return lots, total


def _net(gross: Array, on_hand: Array, safety: Array, minimum: Array, multiple: Array) -> Array:
    planned = np.zeros_like(gross)
    there = on_hand.copy()
    for week in range(gross.shape[1]):
        there -= gross[:, week]
        need = np.maximum(safety - there, 0)
        whole = -(-np.maximum(need, minimum) // multiple) * multiple
        planned[:, week] = np.where(need > 0, whole, 0)
        there += planned[:, week]
    return planned


def _low_level_codes(count: int, parents: Array, components: Array) -> Array:
    codes = np.zeros(count, dtype=np.int64)
    while True:
        deeper = codes.copy()
        np.maximum.at(deeper, components, codes[parents] + 1)
        if (deeper == codes).all():
            return codes
        codes = deeper


def _week(day: date, today: date) -> int:
    return (day.toordinal() - 1) // 7 - (today.toordinal() - 1) // 7
