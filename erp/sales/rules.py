"""Arithmetic of orders: pure, tested without a database."""

from decimal import Decimal

from erp.core.money import ZERO, round_half_up


def share_of_line(amount: Decimal, *, ordered: Decimal, before: Decimal, quantity: Decimal, places: int) -> Decimal:
    """The part of a line's amount that belongs to the next `quantity` after `before` were invoiced.

    Differences of rounded running totals, so that the parts of a line always sum to its amount.
    """
    if ordered == 0:
        return ZERO
    upto = round_half_up(amount * (before + quantity) / ordered, places)
    return upto - round_half_up(amount * before / ordered, places)


def discounted(unit_price: Decimal, discount: Decimal) -> Decimal:
    """The price after a discount given as a fraction."""
    return unit_price * (1 - discount)


def exceeds_limit(*, exposure: Decimal, order_total: Decimal, limit: Decimal | None) -> bool:
    """Whether the order takes the customer above the credit limit; no limit, no refusal."""
    return limit is not None and exposure + order_total > limit
