"""What is left of an invoice to be credited: pure arithmetic."""

from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO
from erp.ledger.rules import share_of_rest
from erp.reference.rules import tax_line


@dataclass
class Creditable:
    """What is not credited yet of an invoice line, in the invoice's currency; shrinks as it is credited."""

    quantity: Decimal
    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True)
class Credited:
    """What a credit takes from an invoice line."""

    quantity: Decimal
    net: Decimal
    tax: Decimal


def credit_quantity(left: Creditable, quantity: Decimal, *, places: int) -> Credited:
    """Credit that many: their share of what is left, at the line's own rounding; the last takes the rest."""
    net = share_of_rest(left.net, part=quantity, rest=left.quantity, places=places)
    tax = share_of_rest(left.tax, part=quantity, rest=left.quantity, places=places)
    return _take(left, Credited(quantity, net, tax))


def credit_amount(left: Creditable, amount: Decimal, *, tax_rate: Decimal, places: int, inclusive: bool) -> Credited:
    """Credit a part of the price: `amount` is net, or gross where the invoice's prices include tax. The last part of the
    price takes the rest of the tax with it."""
    if amount == (left.total if inclusive else left.net):
        return _take(left, Credited(ZERO, left.net, left.tax))
    taxed = tax_line(quantity=Decimal(1), unit_price=amount, rate=tax_rate, places=places, inclusive=inclusive)
    tax = min(taxed.tax, left.tax)
    if inclusive:
        net = min(amount - tax, left.net)
        return _take(left, Credited(ZERO, net, amount - net))
    return _take(left, Credited(ZERO, amount, tax))


def _take(left: Creditable, credited: Credited) -> Credited:
    left.quantity -= credited.quantity
    left.net -= credited.net
    left.tax -= credited.tax
    return credited
