"""What the planner counts in: whole micro-units, buckets of days or weeks, and how much of a component goes into its parent.

Quantities are integers, a millionth of the product's unit each, so that sums are exact and fast. Pure.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self

from erp.core.money import QUANTITY_PLACES

MICRO = 10**QUANTITY_PLACES

# Ends of a peg that are no document. A planned lot has no id before it is written: it goes by product and day.
STOCK, SAFETY, EXCESS, PHANTOM, PLANNED, NONE = "stock", "safety", "excess", "phantom", "planned", "none"


def to_micro(quantity: Decimal) -> int:
    return int(quantity.scaleb(QUANTITY_PLACES))


def from_micro(quantity: int) -> Decimal:
    return Decimal(quantity).scaleb(-QUANTITY_PLACES)


class Ref(NamedTuple):
    """A line of a document, or what stands for one. `line` is 0 where the document as a whole is meant."""

    kind: str
    id: int = 0
    line: int = 0


class Requirement(NamedTuple):
    """So much of a product by a day. The higher `priority` is served first among what falls in one bucket."""

    product_id: int
    quantity: int
    day: date
    source: Ref
    priority: int = 0


class Supply(NamedTuple):
    """A receipt that is already on its way. A product names a source once.

    `release` is the day on which a firm proposal wants its components; None where the document lists its components itself
    (a manufacturing order) or has none.
    """

    product_id: int
    quantity: int
    day: date
    source: Ref
    release: date | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a component goes into its parent: quantity · numerator ÷ denominator, rounded up once, to whole `step`s."""

    numerator: int
    denominator: int
    step: int

    @classmethod
    def of(
        cls,
        per: int,
        *,
        output: int = MICRO,
        scrap_fraction: int = 0,
        yield_fraction: int = MICRO,
        decimals: int = QUANTITY_PLACES,
    ) -> Self:
        """`per` for each `output` of the bill, more by what is scrapped on the way in and lost on the way out.

        Scrap of 10 % makes 110 of 100, a yield of 80 % makes 125 of 100. All in millionths; `decimals` are those that the
        component's unit takes.
        """
        return cls(per * (MICRO + scrap_fraction), output * yield_fraction, 10 ** (QUANTITY_PLACES - decimals))

    def of_parents(self, quantity: int) -> int:
        """What `quantity` of the parent needs."""
        return -(-quantity * self.numerator // (self.denominator * self.step)) * self.step


class Bucket(StrEnum):
    """The time that is netted together: what falls in one bucket becomes one lot, wanted when the bucket begins."""

    DAY = "day"
    WEEK = "week"

    def start(self, day: date, *, today: date) -> date:
        """The first day of the bucket of `day`; weeks begin on Monday. All that is past falls into the bucket of today."""
        return max(day if self is Bucket.DAY else _monday(day), today)

    def later(self, start: date, periods: int) -> date:
        """The first day of the bucket so many after the one that begins on `start`."""
        return start + timedelta(days=periods) if self is Bucket.DAY else _monday(start) + timedelta(weeks=periods)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
