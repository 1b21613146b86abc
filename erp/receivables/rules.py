"""Allocating money to open items, and credits to debits: pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO, round_half_up


@dataclass
class Residual:
    """What is still open of an item, in its currency and as carried in company currency; shrinks as money is allocated."""

    item_id: int
    invoice_id: int
    amount: Decimal
    company_amount: Decimal

    def take(self, amount: Decimal, places: int) -> Decimal:
        """Lower the item by `amount`; return the carried value that leaves it. The last takes all of it."""
        whole = amount == self.amount
        carried = self.company_amount if whole else round_half_up(self.company_amount * amount / self.amount, places)
        self.amount -= amount
        self.company_amount -= carried
        return carried


@dataclass(frozen=True)
class Allocation:
    """Money taken from a payment for an item. `company_amount` is the carried value that leaves the item."""

    item_id: int
    invoice_id: int
    amount: Decimal
    company_amount: Decimal


@dataclass(frozen=True)
class Match:
    """Part of a credit set against a debit, in their currency and as carried by each in company currency."""

    credit_item_id: int
    debit_item_id: int
    amount: Decimal
    debit_company_amount: Decimal
    credit_company_amount: Decimal

    @property
    def difference(self) -> Decimal:
        """The realised exchange difference: a loss above zero, a gain below."""
        return self.debit_company_amount - self.credit_company_amount


def allocate(amount: Decimal, items: Sequence[Residual], *, places: int) -> list[Allocation]:
    """Allocate `amount` to the items in their order.

    The items are reduced in place, so that the next payment of the same set sees what is left.
    """
    result = []
    for item in items:
        taken = min(amount, item.amount)
        if taken <= ZERO:
            continue
        carried = item.take(taken, places)
        amount -= taken
        result.append(Allocation(item.item_id, item.invoice_id, taken, carried))
    return result


def match(credit: Residual, debit: Residual, *, places: int, most: Decimal | None = None) -> Match | None:
    """Set as much of a credit against a debit as both have, and no more than `most`; reduces both. Amounts are positive."""
    amount = min(credit.amount, debit.amount) if most is None else min(credit.amount, debit.amount, most)
    if amount <= ZERO:
        return None
    left, used = debit.take(amount, places), credit.take(amount, places)
    return Match(credit.item_id, debit.item_id, amount, left, used)


def match_all(credits: Sequence[Residual], debits: Sequence[Residual], *, places: int) -> list[Match]:
    """Each credit in turn against the debits in their order, until one side is used up; linear in their number."""
    result: list[Match] = []
    waiting = iter(debits)
    debit = next(waiting, None)
    for credit in credits:
        while debit is not None and credit.amount > ZERO:
            if found := match(credit, debit, places=places):
                result.append(found)
            if debit.amount <= ZERO:
                debit = next(waiting, None)
    return result
