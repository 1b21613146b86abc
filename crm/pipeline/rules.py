"""Arithmetic of offers: pure functions of Decimals."""

from decimal import Decimal

from erp.core.money import ZERO, round_half_up


def default_price(*, list_price: Decimal, rate: Decimal, tax_rate: Decimal, inclusive: bool, places: int) -> Decimal:
    """The list price (net, company currency) as a price in the document's currency, `rate` company units per unit.

    It is rounded to the currency's minor unit only where it is converted or grossed up.
    """
    if rate == 1 and not inclusive:
        return list_price
    return round_half_up(list_price / rate * (1 + tax_rate if inclusive else 1), places)


def margin(*, net: Decimal, rate: Decimal, quantity: Decimal, on_hand: Decimal, value: Decimal) -> Decimal | None:
    """What a line leaves over its cost at moving average, as a fraction of its net in company currency.

    None when it cannot be known: nothing on hand, or given away.
    """
    if on_hand <= ZERO or net * rate <= ZERO:
        return None
    earned = net * rate
    return (earned - value * quantity / on_hand) / earned


def weighted_amount(expected_amount: Decimal, probability: Decimal) -> Decimal:
    """What the stage is worth: amount times probability."""
    return expected_amount * probability
