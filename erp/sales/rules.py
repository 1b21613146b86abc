"""Arithmetic of orders: pure, tested without a database."""

from decimal import Decimal

from erp.core.money import ZERO, round_half_up
from erp.reference.rules import Ratio

PRICE_PLACES = 8


def share_of_line(amount: Decimal, *, ordered: Decimal, before: Decimal, quantity: Decimal, places: int) -> Decimal:
    """The part of a line's amount that belongs to the next `quantity` after `before` were invoiced.

    Differences of rounded running totals, so that the parts of a line always sum to its amount.
    """
    if ordered == 0:
        return ZERO
    upto = round_half_up(amount * (before + quantity) / ordered, places)
    return upto - round_half_up(amount * before / ordered, places)


def price_of_part(unit_price: Decimal, *, agreed: Ratio, stated: Ratio) -> Decimal:
    """The price of one of the unit in which a part of a line is stated, rounded only where that is not the agreed unit.

    It explains the amount, which is a share of the line and never computed from it.
    """
    if agreed == stated:
        return unit_price
    return round_half_up(
        unit_price * stated.numerator * agreed.denominator / (stated.denominator * agreed.numerator), PRICE_PLACES
    )


def discounted(unit_price: Decimal, discount: Decimal) -> Decimal:
    """The price after a discount given as a fraction."""
    return unit_price * (1 - discount)


def exceeds_limit(*, exposure: Decimal, order_total: Decimal, limit: Decimal | None) -> bool:
    """Whether the order takes the customer above the credit limit; no limit, no refusal."""
    return limit is not None and exposure + order_total > limit
