"""What goods cost when they leave: moving average, computed for a whole set under one lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO, plain
from erp.inventory.errors import NotEnoughStock
from erp.inventory.operations.lock_levels import Key, LockedLevel
from erp.inventory.operations.naming import raise_named
from erp.inventory.rules import issue_cost


@dataclass(frozen=True)
class Issue:
    """Goods to issue for a document; `reserved` says how much of it stands reserved for that line."""

    key: Key
    quantity: Decimal
    reserved: Decimal
    document: str


def take_from_levels(issues: Sequence[Issue], levels: dict[Key, LockedLevel], *, places: int) -> list[Decimal]:
    """Take the issues from the locked levels one after the other; return the cost of each.

    What is not reserved for the line must be available. Refusals are collected over the whole set.
    """
    costs, refusals = [], []
    for issue in issues:
        level = levels.get(issue.key, LockedLevel(ZERO, ZERO, ZERO))
        free = level.available + issue.reserved
        if issue.quantity > free:
            refusals.append(
                NotEnoughStock(
                    document=issue.document,
                    product=issue.key[0],
                    available=plain(free),
                    needed=plain(issue.quantity),
                    warehouse=issue.key[1],
                )
            )
            costs.append(ZERO)
            continue
        cost = issue_cost(on_hand=level.on_hand, value=level.value, quantity=issue.quantity, places=places)
        level.on_hand -= issue.quantity
        level.reserved -= issue.reserved
        level.value -= cost
        costs.append(cost)
    raise_named(refusals)
    return costs
