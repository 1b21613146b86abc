"""Tax, units and working days: pure arithmetic. Sources: shared rules of the trade, tested by known answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from erp.core.money import QUANTITY_PLACES, ZERO, round_half_up


@dataclass(frozen=True)
class TaxedAmount:
    """Net, tax and total of a line, all rounded to the currency's minor unit; net + tax = total."""

    net: Decimal
    tax: Decimal
    total: Decimal


def tax_line(
    *, quantity: Decimal, unit_price: Decimal, rate: Decimal, places: int, discount: Decimal = ZERO, inclusive: bool = False
) -> TaxedAmount:
    """The one tax function of every document: per line, half-up.

    `discount` is a fraction of the line (0.1 = 10 %). Exclusive: net = round(q·p·(1-d)), tax = round(net·r).
    Inclusive: total = round(q·p·(1-d)), net = round(total/(1+r)), tax = total - net, so that the total is exactly
    what was typed.
    """
    amount = round_half_up(quantity * unit_price * (1 - discount), places)
    if inclusive:
        net = round_half_up(amount / (1 + rate), places)
        return TaxedAmount(net, amount - net, amount)
    tax = round_half_up(amount * rate, places)
    return TaxedAmount(amount, tax, amount + tax)


def sum_lines(lines: Iterable[TaxedAmount]) -> TaxedAmount:
    """A document is the sum of its lines, never recomputed from the total."""
    net = tax = total = ZERO
    for line in lines:
        net, tax, total = net + line.net, tax + line.tax, total + line.total
    return TaxedAmount(net, tax, total)


@dataclass(frozen=True)
class Ratio:
    """1 of a unit is numerator/denominator of another one."""

    numerator: int = 1
    denominator: int = 1

    @classmethod
    def of(cls, numerator: int, denominator: int) -> "Ratio":
        """The ratio in lowest terms."""
        exact = Fraction(numerator, denominator)
        return cls(exact.numerator, exact.denominator)

    @property
    def inverse(self) -> "Ratio":
        return Ratio(self.denominator, self.numerator)


@dataclass(frozen=True)
class Measure:
    """A quantity as a document keeps it: `entered` in `unit`, and `quantity` in the product's unit.

    quantity · denominator = entered · numerator, exactly: nothing is ever rounded on the way.
    """

    unit: str
    entered: Decimal
    ratio: Ratio
    quantity: Decimal

    @property
    def columns(self) -> tuple[Decimal, str, Decimal, int, int]:
        """The values of MEASURE_COLUMNS."""
        return self.quantity, self.unit, self.entered, self.ratio.numerator, self.ratio.denominator


PRICE_PLACES = 8
MEASURE_COLUMNS = ("quantity", "unit", "entered_quantity", "unit_numerator", "unit_denominator")


def convert_quantity(quantity: Decimal, ratio: Ratio, *, decimals: int = QUANTITY_PLACES) -> Decimal | None:
    """The quantity by an exact ratio; None where it does not come out even at so many decimals."""
    if ratio.numerator == ratio.denominator:  # most lines by far, and ten times faster
        exponent = quantity.normalize().as_tuple().exponent
        return quantity if isinstance(exponent, int) and -exponent <= decimals else None
    exact = Fraction(quantity) * ratio.numerator / ratio.denominator * 10**decimals
    return Decimal(f"{exact.numerator}E-{decimals}") if exact.denominator == 1 else None


def state_quantity(quantity: Decimal, *, unit: str, ratio: Ratio, base: str) -> Measure:
    """A quantity of the product's unit `base`, said in `unit` where that comes out even, else in `base`."""
    entered = convert_quantity(quantity, ratio.inverse)
    return Measure(base, quantity, Ratio(), quantity) if entered is None else Measure(unit, entered, ratio, quantity)


MONDAY_TO_FRIDAY, EVERY_DAY = 0b0011111, 0b1111111
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which days somebody works. Bit 0 of `weekdays` is Monday; `closed` and `opened` are days unlike their weekday.

    A calendar without a working weekday is a ValueError: no lead time would ever end on it.
    """

    weekdays: int = MONDAY_TO_FRIDAY
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays & EVERY_DAY:
            raise ValueError("A calendar needs at least one working weekday.")

    def works(self, day: date) -> bool:
        if day in self.closed:
            return False
        return bool(self.weekdays >> day.weekday() & 1) or day in self.opened

    @property
    def never_rests(self) -> bool:
        return self.weekdays == EVERY_DAY and not self.closed


ALWAYS = Calendar(EVERY_DAY)


def add_working_days(day: date, days: int, calendar: Calendar) -> date:
    """The `days`-th working day after `day`, which is itself day 0 whether it works or not; 0 is the same day.

    Below zero it is the way back: the latest working day from which so many working days end by `day`. From a day of rest the
    way back starts at the working day before it: what takes one working day and is wanted on Sunday starts on Thursday.
    """
    if days == 0 or calendar.never_rests:
        return day + days * ONE_DAY
    if days < 0:
        while not calendar.works(day):
            day -= ONE_DAY
    step = ONE_DAY if days > 0 else -ONE_DAY
    left = abs(days)
    while left:
        day += step
        left -= calendar.works(day)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days end between two days, the first left out and the last counted; below zero when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    days = (end - start).days
    if calendar.never_rests:
        return days
    return sum(calendar.works(start + number * ONE_DAY) for number in range(1, days + 1))


def price_of_part(unit_price: Decimal, *, agreed: Ratio, stated: Ratio) -> Decimal:
    """The price of one of the unit in which a part of a line is stated, rounded only where that is not the agreed unit.

    It explains the amount, which is a share of the line and never computed from it.
    """
    if agreed == stated:
        return unit_price
    return round_half_up(
        unit_price * stated.numerator * agreed.denominator / (stated.denominator * agreed.numerator), PRICE_PLACES
    )
