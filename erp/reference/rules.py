"""Tax, units and rates: pure arithmetic. Sources: shared rules of the trade, tested by known answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from erp.core.money import ZERO, round_half_up, round_quantity


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


def convert_quantity(quantity: Decimal, *, numerator: int, denominator: int) -> Decimal:
    """A quantity in base units, by an exact ratio, kept to six decimals."""
    exact = Fraction(quantity) * Fraction(numerator, denominator)
    return round_quantity(Decimal(exact.numerator) / Decimal(exact.denominator))
