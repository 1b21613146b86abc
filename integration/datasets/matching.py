"""Finding the sale that a cancellation takes back: pure, tested without a database."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO, round_half_up


@dataclass
class SoldLine:
    """The `position`-th line (from 1) of a sale, and how much of it may still come back."""

    sale: str
    position: int
    quantity: Decimal
    left: Decimal


@dataclass(frozen=True)
class Match:
    """So much of a line of a sale comes back."""

    sale: str
    position: int
    quantity: Decimal


class OpenSales:
    """What was sold and not taken back, told in the order in which it happened. `places` are those of the currency.

    A line comes back from lines of its own customer, product and price, the latest first, from several if one does not
    suffice. A price with a fraction of the smallest coin comes back by whole lines only: the amounts of parts, each
    rounded by itself, would not add up to the amount of the line.
    """

    def __init__(self, *, places: int) -> None:
        self._places = places
        self._sold: dict[Hashable, list[SoldLine]] = defaultdict(list)

    def sell(self, line: tuple[str, str, Decimal], *, sale: str, position: int, quantity: Decimal) -> None:
        """`line` is (customer, product, price)."""
        self._sold[line].append(SoldLine(sale, position, quantity, quantity))

    def take_back(self, line: tuple[str, str, Decimal], quantity: Decimal) -> list[Match]:
        """The matches of a cancelled line; their quantities add up to at most `quantity`."""
        sold, price = self._sold.get(line, []), line[2]
        if price != round_half_up(price, self._places):
            sold = [one for one in sold if one.left == one.quantity == quantity][-1:]
        found, wanted = [], quantity
        for one in reversed(sold):
            taken = min(one.left, wanted)
            if taken > 0:
                one.left -= taken
                wanted -= taken
                found.append(Match(one.sale, one.position, taken))
        return found


def unmatched(matches: list[Match], quantity: Decimal) -> Decimal:
    """What of a cancelled line came from no sale that is known."""
    return quantity - sum((match.quantity for match in matches), ZERO)
