"""Moving average: pure arithmetic. Only total value is kept, never a rounded unit cost."""

from decimal import Decimal

from erp.core.money import ZERO, round_half_up


def issue_cost(*, on_hand: Decimal, value: Decimal, quantity: Decimal, places: int) -> Decimal:
    """Cost of issuing `quantity`: round(V·q/Q); the last unit out takes the remainder, so quantity 0 means value 0."""
    if quantity == on_hand:
        return value
    return min(round_half_up(value * quantity / on_hand, places), value)


def unit_cost(*, on_hand: Decimal, value: Decimal) -> Decimal:
    """The moving average, for display only."""
    return value / on_hand if on_hand else ZERO


def found_value(*, on_hand: Decimal, value: Decimal, surplus: Decimal, places: int) -> Decimal:
    """Value of found stock: at moving average; nothing on hand, nothing known: zero."""
    return round_half_up(value * surplus / on_hand, places) if on_hand else round_half_up(ZERO, places)
