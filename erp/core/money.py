"""Money and quantity arithmetic: Decimal end to end, one rounding function for the whole product."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
QUANTITY_PLACES = 6
LARGEST_AMOUNT = Decimal(10) ** 16


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round to `places` decimals, halves away from zero (0.005 -> 0.01, -0.005 -> -0.01)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def too_large(quantity: Decimal, unit_price: Decimal) -> bool:
    """Whether the product of both does not fit an amount, judged before it is computed."""
    return bool(quantity and unit_price) and quantity.adjusted() + unit_price.adjusted() >= LARGEST_AMOUNT.adjusted() - 2


def plain(value: Decimal) -> str:
    """A figure for a sentence, without trailing zeros: 12.500000 -> "12.5"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def convert(amount: Decimal, rate: Decimal, places: int) -> Decimal:
    """Amount in another currency; `rate` is target units per one source unit."""
    return round_half_up(amount * rate, places)


def distribute(total: Decimal, weights: Sequence[Decimal], places: int) -> list[Decimal]:
    """Split `total` by `weights` so that the parts sum to it exactly (largest remainder method).

    Ties go to the earlier part. All weights zero: everything goes to the first part.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if whole == 0:
        return [total, *[round_half_up(ZERO, places)] * (len(weights) - 1)]
    step = Decimal(1).scaleb(-places)
    exact = [total * weight / whole for weight in weights]
    parts = [(value // step) * step for value in exact]
    missing = int((total - sum(parts, ZERO)) / step)
    sign = 1 if missing >= 0 else -1
    order = sorted(range(len(parts)), key=lambda i: (-sign * (exact[i] - parts[i]), i))
    for i in order[: abs(missing)]:
        parts[i] += sign * step
    return parts
