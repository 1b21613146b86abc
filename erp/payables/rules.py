"""The three-way match: how far a bill may be off. Pure.

Source: the rules of the trade in every ledger that holds bills: quantity against what was received and not billed yet, price
against the order, each with a limit in percent and one in absolute terms.
"""

from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO

STRICTER, WIDER = "min", "max"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How far a figure may be off: a fraction of it (0.02 is 2 %), so much in absolute terms, or both, of which the stricter or
    the wider one counts. Neither: not at all."""

    fraction: Decimal | None = None
    absolute: Decimal | None = None
    combine: str = STRICTER

    def of(self, figure: Decimal) -> Decimal:
        """What the limit comes to for a figure."""
        found = [abs(figure) * self.fraction] if self.fraction is not None else []
        found += [self.absolute] if self.absolute is not None else []
        if not found:
            return ZERO
        return min(found) if self.combine == STRICTER else max(found)


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """The limits of one supplier's bills."""

    quantity_over: Limit = Limit()
    price_over: Limit = Limit()
    price_under: Limit | None = None


DEFAULT = Tolerance(price_over=Limit(fraction=Decimal("0.02")))


def match_line(
    *, received: Decimal, billed: Decimal, quantity: Decimal, order_price: Decimal, price: Decimal, tolerance: Tolerance
) -> list[str]:
    """What is wrong with a line of a bill: the codes `not_received`, `quantity_over`, `price_over`, `price_under`; none, it
    matches.

    `received` is net of what went back, `billed` what earlier bills took, all quantities in one unit and both prices for one
    unit. A lower price is welcome unless the tolerance limits it.
    """
    found = []
    open_quantity = received - billed
    if open_quantity <= 0:
        found.append("not_received")
    elif quantity > open_quantity + tolerance.quantity_over.of(received):
        found.append("quantity_over")
    if price > order_price + tolerance.price_over.of(order_price):
        found.append("price_over")
    elif tolerance.price_under is not None and price < order_price - tolerance.price_under.of(order_price):
        found.append("price_under")
    return found


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A line of a bill in company currency: what it takes from clearing, and what the rest is. They add up to `net`."""

    net: Decimal
    clearing: Decimal
    price_difference: Decimal
    exchange_difference: Decimal


def split_line(*, net: Decimal, clearing: Decimal, ordered_net: Decimal, is_home: bool) -> Booked:
    """Divide a line's net: the part that was received takes `clearing`; what the price differs from the order at the bill's
    rate is `net - ordered_net`; what is left comes from the rate. All in company currency; at home there is no rate."""
    difference = net - clearing
    price = difference if is_home else net - ordered_net
    return Booked(net=net, clearing=clearing, price_difference=price, exchange_difference=difference - price)


def share_of_open(amount: Decimal, *, open_quantity: Decimal, part: Decimal) -> tuple[Decimal, Decimal]:
    """Of what is open on a line (`amount` for `open_quantity`) the exact share of `part`, and how much of the part is covered by
    it; the last part takes the rest. Signs: positive is received and not billed."""
    if open_quantity == 0 or (open_quantity > 0) != (part > 0):
        return ZERO, ZERO
    covered = part if abs(part) <= abs(open_quantity) else open_quantity
    return amount * covered / open_quantity, covered
