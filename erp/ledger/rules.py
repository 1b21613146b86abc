"""Allocating money to open items, credits to debits, and the shares of an amount: pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO, convert, round_half_up


@dataclass
class Residual:
    """What is still open of an item, in its currency and as carried in company currency; shrinks as money is allocated."""

    item_id: int
    document_id: int
    amount: Decimal
    company_amount: Decimal

    def take(self, amount: Decimal, places: int) -> Decimal:
        """Lower the item by `amount`; return the carried value that leaves it. The last takes all of it."""
        carried = share_of_rest(self.company_amount, part=amount, rest=self.amount, places=places)
        self.amount -= amount
        self.company_amount -= carried
        return carried


@dataclass(frozen=True)
class Allocation:
    """Money taken from a payment for an item. `company_amount` is the carried value that leaves the item."""

    item_id: int
    document_id: int
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


def share_of_rest(value: Decimal, *, part: Decimal, rest: Decimal, places: int) -> Decimal:
    """The part of `value` that goes with `part` of the `rest` there is; whoever takes the rest takes the whole value."""
    return value if part == rest else round_half_up(value * part / rest, places)


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
        result.append(Allocation(item.item_id, item.document_id, taken, carried))
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


def next_share(before: Decimal, amount: Decimal, *, rate: Decimal, places: int) -> Decimal:
    """The company-currency value of the next `amount` after `before`: differences of rounded running totals, so that the
    parts of a document are worth what the document was."""
    return convert(before + amount, rate, places) - convert(before, rate, places)
