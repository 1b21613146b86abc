"""Lot rules: how much to order when something is missing, and in how many pieces. Micro-units, pure."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class LotRule:
    """Lots of at least `minimum`, in whole `multiple`s, each order at most `maximum`, for the next `periods` buckets together.

    As it stands it is lot for lot; a `multiple` of one step of the product's unit keeps lots whole. Where no multiple lies
    between minimum and maximum, the smallest order that the minimum allows is the largest, too.
    """

    minimum: int = 0
    maximum: int | None = None
    multiple: int = 1
    periods: int = 1

    @classmethod
    def fixed(cls, quantity: int) -> Self:
        """Whole multiples of one quantity, each its own order."""
        return cls(minimum=quantity, maximum=quantity, multiple=quantity)

    @property
    def smallest(self) -> int:
        """The least that may be ordered."""
        return max(_round_up(self.minimum, self.multiple), self.multiple)

    @property
    def largest(self) -> int | None:
        """The most that one order may hold."""
        return None if self.maximum is None else max(self.maximum // self.multiple * self.multiple, self.smallest)


def lot_quantity(need: int, rule: LotRule) -> int:
    """What is ordered for `need`: rounded up to the multiple and to the minimum once, not once per requirement.

    Where the maximum asks for several orders, none of them may fall below the minimum either.
    """
    quantity = max(_round_up(need, rule.multiple), rule.smallest)
    return max(quantity, _orders(quantity, rule) * rule.smallest)


def split_lot(quantity: int, rule: LotRule) -> list[int]:
    """A lot of `lot_quantity` as orders within the maximum: as few as can be, the first ones full, none below the minimum."""
    count = _orders(quantity, rule)
    parts = [rule.smallest] * count
    left = quantity - rule.smallest * count
    for index in range(count):
        more = left if rule.largest is None else min(left, rule.largest - rule.smallest)
        parts[index] += more
        left -= more
    return parts


def _orders(quantity: int, rule: LotRule) -> int:
    return 1 if rule.largest is None else -(-quantity // rule.largest)


def _round_up(quantity: int, multiple: int) -> int:
    return -(-quantity // multiple) * multiple
