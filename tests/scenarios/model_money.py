"""The model's money: what of an invoice is not credited yet, what is open of a document, and how both shrink. Pure.

Amounts are in the currency of the document; `carried` is what an open item is worth in the books. Halves are rounded up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO, CENT = Decimal(0), Decimal("0.01")
TAX = Decimal("0.13")


def money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Left:
    """What of an invoice line is not credited yet."""

    quantity: Decimal
    net: Decimal
    tax: Decimal

    def take_quantity(self, quantity: Decimal) -> tuple[Decimal, Decimal]:
        if quantity == self.quantity:
            net, tax = self.net, self.tax
        else:
            net, tax = money(self.net * quantity / self.quantity), money(self.tax * quantity / self.quantity)
        return self._take(quantity, net, tax)

    def take_price(self, amount: Decimal, inclusive: bool) -> tuple[Decimal, Decimal]:
        if amount == (self.net + self.tax if inclusive else self.net):
            return self._take(ZERO, self.net, self.tax)
        if not inclusive:
            return self._take(ZERO, amount, min(money(amount * TAX), self.tax))
        tax = min(amount - money(amount / (1 + TAX)), self.tax)
        net = min(amount - tax, self.net)
        return self._take(ZERO, net, amount - net)

    def _take(self, quantity: Decimal, net: Decimal, tax: Decimal) -> tuple[Decimal, Decimal]:
        self.quantity -= quantity
        self.net -= net
        self.tax -= tax
        return net, tax


@dataclass
class Invoice:
    """Its lines, and how much was credited of it so far."""

    customer: int
    inclusive: bool
    rate: Decimal
    lines: list[Left]
    net_credited: Decimal = ZERO
    tax_credited: Decimal = ZERO

    def worth(self, net: Decimal, tax: Decimal) -> tuple[Decimal, Decimal]:
        """What the next credit is worth in the books: all credits together are worth what the invoice was."""
        before = money(self.net_credited * self.rate), money(self.tax_credited * self.rate)
        self.net_credited += net
        self.tax_credited += tax
        return money(self.net_credited * self.rate) - before[0], money(self.tax_credited * self.rate) - before[1]


@dataclass
class Item:
    """An open item; what the company owes the customer is below zero."""

    customer: int
    residual: Decimal
    carried: Decimal
    due: int

    def take(self, amount: Decimal) -> Decimal:
        """Bring it nearer to zero by the amount; what that is worth in the books. The last takes all there is."""
        worth = abs(self.carried)
        if amount != abs(self.residual):
            worth = money(worth * amount / abs(self.residual))
        sign = 1 if self.residual > 0 else -1
        self.residual -= sign * amount
        self.carried -= sign * worth
        return worth


def allocate(amount: Decimal, debits: Sequence[Item]) -> tuple[Decimal, Decimal]:
    """Settle the items in their order; what is left of the amount, and what was settled in the books."""
    worth = ZERO
    for debit in debits:
        if taken := min(amount, debit.residual):
            worth += debit.take(taken)
            amount -= taken
    return amount, worth


def match(credits: Sequence[Item], debits: Sequence[Item]) -> Iterator[Decimal]:
    """Set credits against debits in their order; of each pair the loss by the difference of rates."""
    for credit in credits:
        for debit in debits:
            if taken := min(-credit.residual, debit.residual):
                yield debit.take(taken) - credit.take(taken)
