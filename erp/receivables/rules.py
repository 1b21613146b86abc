"""Allocating money to open items: pure arithmetic."""

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


@dataclass(frozen=True)
class Allocation:
    """Money taken from a payment for an item. `company_amount` is the carried value that leaves the item."""

    item_id: int
    invoice_id: int
    amount: Decimal
    company_amount: Decimal


def allocate(amount: Decimal, items: Sequence[Residual], *, places: int) -> list[Allocation]:
    """Allocate `amount` to the items in their order; the last of an item takes its whole carried value.

    The items are reduced in place, so that the next payment of the same set sees what is left.
    """
    result = []
    for item in items:
        taken = min(amount, item.amount)
        if taken <= ZERO:
            continue
        carried = (
            item.company_amount if taken == item.amount else round_half_up(item.company_amount * taken / item.amount, places)
        )
        item.amount -= taken
        item.company_amount -= carried
        amount -= taken
        result.append(Allocation(item.item_id, item.invoice_id, taken, carried))
    return result
