"""Which supply serves which requirement: first come, first served. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from scm.planning.rules import EXCESS, NONE, SAFETY, STOCK, Ref, Requirement


class Peg(NamedTuple):
    """A part of a requirement and the part of a supply that serves it.

    The supply's date is when it can be there: not before today, and none for what lies in stock. The demand's date is None for
    what nobody needs. `late_days` are calendar days. `bucket` is the one that the demand falls into; none for safety stock that
    is there, and for what is left over.
    """

    product_id: int
    quantity: int
    demand: Ref
    demand_date: date | None
    supply: Ref
    supply_date: date | None
    late_days: int
    bucket: date | None = None


class Offer(NamedTuple):
    """What a supply offers to pegs; `day` is when it can be there, None for what lies in stock."""

    source: Ref
    day: date | None
    quantity: int


class Shelf:
    """The supply of one product in the order in which it is used up: stock, receipts by date, planned lots. `total` is what is
    left of it; what is pegged is pegged in `bucket`."""

    def __init__(self, product_id: int, offers: Iterable[Offer]) -> None:
        self.product_id = product_id
        self.offers = list(offers)
        self.pegs: list[Peg] = []
        self.bucket: date | None = None
        self.total = sum(offer.quantity for offer in self.offers)
        self._position = 0
        self._left = self.offers[0].quantity if self.offers else 0

    def put(self, offer: Offer) -> None:
        self.offers.append(offer)
        self.total += offer.quantity
        if len(self.offers) == self._position + 1:
            self._left = offer.quantity

    def serve(self, requirement: Requirement, quantity: int) -> int:
        """Peg the next `quantity` to a requirement; return what the shelf could not give."""
        while quantity and self._position < len(self.offers):
            offer, taken = self.offers[self._position], min(quantity, self._left)
            if taken:
                late = 0 if offer.day is None else max((offer.day - requirement.day).days, 0)
                demand, wanted = requirement.source, requirement.day
                self.pegs.append(Peg(self.product_id, taken, demand, wanted, offer.source, offer.day, late, self.bucket))
            quantity -= taken
            self.total -= taken
            self._left -= taken
            if not self._left:
                self._step()
        return quantity

    def keep(self, quantity: int, *, today: date) -> None:
        """Peg stock that lies here for safety."""
        if quantity > 0:
            safety = Ref(SAFETY, self.product_id)
            self.pegs.append(Peg(self.product_id, quantity, safety, today, Ref(STOCK), None, 0))

    def lack(self, requirement: Requirement, quantity: int, *, instead: str = NONE) -> None:
        """Peg what no supply of this product serves: to nothing, or to the components of a phantom."""
        product, demand, wanted = self.product_id, requirement.source, requirement.day
        self.pegs.append(Peg(product, quantity, demand, wanted, Ref(instead, product), None, 0, self.bucket))

    def clear(self) -> None:
        """Peg what is left over to the excess that it is."""
        while self._position < len(self.offers):
            source, day, _ = self.offers[self._position]
            if self._left:
                self.pegs.append(Peg(self.product_id, self._left, Ref(EXCESS, self.product_id), None, source, day, 0))
            self._step()

    def _step(self) -> None:
        self._position += 1
        self._left = self.offers[self._position].quantity if self._position < len(self.offers) else 0
