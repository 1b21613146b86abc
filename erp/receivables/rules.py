"""Allocating money to open items, and what is left of an invoice to be credited: pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO, convert, round_half_up
from erp.reference.rules import tax_line


@dataclass
class Residual:
    """What is still open of an item, in its currency and as carried in company currency; shrinks as money is allocated."""

    item_id: int
    invoice_id: int
    amount: Decimal
    company_amount: Decimal


@dataclass(frozen=True)
class Allocation:
    """Money taken from a payment for an item. `company_amount` is the carried value that leaves the item."""

    item_id: int
    invoice_id: int
    amount: Decimal
    company_amount: Decimal


def share_of_rest(value: Decimal, *, part: Decimal, rest: Decimal, places: int) -> Decimal:
    """The part of `value` that goes with `part` of the `rest` there is; whoever takes the rest takes the whole value."""
    return value if part == rest else round_half_up(value * part / rest, places)


def allocate(amount: Decimal, items: Sequence[Residual], *, places: int) -> list[Allocation]:
    """Allocate `amount` to the items in their order; the last of an item takes its whole carried value.

    The items are reduced in place, so that the next payment of the same set sees what is left.
    """
    result = []
    for item in items:
        taken = min(amount, item.amount)
        if taken <= ZERO:
            continue
        carried = share_of_rest(item.company_amount, part=taken, rest=item.amount, places=places)
        item.amount -= taken
        item.company_amount -= carried
        amount -= taken
        result.append(Allocation(item.item_id, item.invoice_id, taken, carried))
    return result


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


def next_share(before: Decimal, amount: Decimal, *, rate: Decimal, places: int) -> Decimal:
    """The company-currency value of the next `amount` after `before`: differences of rounded running totals, so that the
    parts of an invoice are worth what the invoice was."""
    return convert(before + amount, rate, places) - convert(before, rate, places)
