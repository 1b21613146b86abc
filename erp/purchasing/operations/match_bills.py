"""The three-way match of bills against what their orders received, and what is booked of those that pass."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.money import ZERO, convert, round_half_up
from erp.core.rows import ANY_ID, COMPANY, execute, fetch
from erp.identity.roles import Role
from erp.ledger.rules import next_share
from erp.payables.events import VendorBillHeld
from erp.payables.operations.post_bills import BillToBook, FinishedBill, post_bills_for
from erp.payables.queries import tolerances_of
from erp.payables.rules import Booked, Tolerance, match_line, share_of_open, split_line
from erp.payables.states import VendorBillState
from erp.purchasing.operations.lock_purchase_orders import OrderedLine
from erp.purchasing.rules import value_of_part
from erp.purchasing.states import PurchaseOrderState
from erp.reference.queries import minor_units

_CLEARING = f"""
SELECT order_line_id, sum(quantity), sum(amount) FROM purchasing_clearingfact
WHERE company_id = {COMPANY} AND order_line_id = {ANY_ID} GROUP BY order_line_id
"""  # noqa: S608
_ADVANCE = (Path(__file__).parents[1] / "sql" / "advance_billed.sql").read_text()


class LineToMatch(Protocol):
    """A line of a bill, written already or about to be; `source_id` is the line of the order, None of a charge."""

    @property
    def source_id(self) -> int | None: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...


@dataclass
class _Open:
    """What is open of an order line while bills are matched one after the other."""

    ordered: OrderedLine
    billed: Decimal
    quantity: Decimal
    amount: Decimal

    @property
    def written_off(self) -> Decimal:
        """What was received and then given up: no bill was expected any more."""
        return self.ordered.line.received - self.ordered.line.returned - self.billed - self.quantity


@dataclass(frozen=True)
class Cleared:
    """What a bill takes from the clearing of an order line; signs as for a bill."""

    line_id: int
    quantity: Decimal
    amount: Decimal


@dataclass(kw_only=True)
class Match:
    """What is wrong with a bill: `found` by its lines, `codes` in all. Of one that passes, `booked` is worked out for its lines
    (None: a charge), with what it takes from clearing."""

    found: list[list[str]]
    codes: list[str]
    passes: bool
    booked: list[Booked | None] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)
    charges: Decimal = ZERO
    order_id: int | None = None

    @property
    def stems_from(self) -> DocumentRef | None:
        """The first of the orders that the bill is for."""
        return DocumentRef("purchase_order", self.order_id) if self.order_id else None

    @property
    def verdict(self) -> tuple[str, list[str], str]:
        """The bill's state, what it is held for and who has to look: for quantities and prices the buyer."""
        return (VendorBillState.POSTED, [], "") if self.passes else (VendorBillState.HELD, self.codes, Role.BUYER)

    def line_columns(self, i: int) -> tuple[list[str], Decimal, Decimal, Decimal]:
        """What of the match is stored with the line, by its place: see LINE_COLUMNS."""
        booked = self.booked[i] if self.passes else None
        amounts = (booked.clearing, booked.price_difference, booked.exchange_difference) if booked else (ZERO, ZERO, ZERO)
        return self.found[i], *amounts


HEAD_COLUMNS = ("state", "held_reasons", "owner_role")
LINE_COLUMNS = ("found", "clearing", "price_difference", "exchange_difference")


@dataclass(frozen=True)
class MatchedBill:
    """A bill and its match, both written."""

    id: int
    number: str
    bill: BillToBook
    match: Match


def match_bills(
    bills: Sequence[tuple[BillToBook, Sequence[LineToMatch]]],
    ordered: Mapping[int, OrderedLine],
    *,
    home: str,
    released: Collection[int] = (),
) -> list[Match]:
    """Match the bills one after the other against what their orders, which are locked, received; two statements. `released` are
    those, by their place, that a person lets pass."""
    still = _open(bills, ordered)
    tolerances = tolerances_of(bill.supplier_id for bill, _lines in bills)
    matches = []
    for i, (bill, lines) in enumerate(bills):
        found = [_match(line, bill, still, tolerances[bill.supplier_id]) for line in lines]
        codes = sorted({code for of_line in found for code in of_line})
        of_order = next((ordered[line.source_id].order.id for line in lines if line.source_id is not None), None)
        match = Match(found=found, codes=codes, passes=not codes or i in released, order_id=of_order)
        if match.passes:
            _take(match, bill, lines, still, home)
        matches.append(match)
    return matches


def book_matches(matched: Sequence[MatchedBill], *, actor: Actor, at: datetime.datetime) -> None:
    """Say which bills are held, book those that pass and take them from what is open of their orders."""
    bus.publish(
        [
            VendorBillHeld(
                id=m.id,
                number=m.number,
                status="held",
                supplier_id=m.bill.supplier_id,
                reasons=tuple(m.match.codes),
                stems_from=m.match.stems_from,
            )
            for m in matched
            if not m.match.passes
        ],
        at=at,
    )
    passed = [m for m in matched if m.match.passes]
    post_bills_for(bills=[_finished(m) for m in passed], actor=actor, at=at)
    cleared = [(c.line_id, c.quantity, c.amount, m.id, m.bill.date) for m in passed for c in m.match.cleared]
    if cleared:
        execute(_ADVANCE, [*map(list, zip(*cleared, strict=True)), at])


def _open(bills: Sequence[tuple[BillToBook, Sequence[LineToMatch]]], ordered: Mapping[int, OrderedLine]) -> dict[int, _Open]:
    asked = sorted({line.source_id for _bill, lines in bills for line in lines if line.source_id is not None})
    sums = {row[0]: (row[1], row[2]) for row in fetch(_CLEARING, [asked])} if asked else {}
    return {pk: _Open(ordered[pk], ordered[pk].line.billed, *sums.get(pk, (ZERO, ZERO))) for pk in asked}


def _match(line: LineToMatch, bill: BillToBook, still: Mapping[int, _Open], tolerance: Tolerance) -> list[str]:
    if line.source_id is None:
        return []
    of_order = still[line.source_id]
    order, ordered = of_order.ordered
    if bill.sign < 0:  # a credit note takes back what was billed for what is not here any more
        return [] if line.quantity <= max(-of_order.quantity, ZERO) else ["quantity_over"]
    codes = match_line(
        received=ordered.received - ordered.returned,
        billed=of_order.billed + of_order.written_off,
        quantity=line.quantity,
        order_price=ordered.unit_price,
        price=line.unit_price,
        tolerance=tolerance,
    )
    return [*codes, *(["order_cancelled"] if order.state == PurchaseOrderState.CANCELLED else [])]


def _take(match: Match, bill: BillToBook, lines: Sequence[LineToMatch], still: Mapping[int, _Open], home: str) -> None:
    """Work out what the bill's lines are in company currency, by running totals so that they come to the bill, and take it from
    what is open."""
    places, before = minor_units(home), ZERO
    for line in lines:
        net = next_share(before, line.net, rate=bill.rate, places=places)
        before += line.net
        if line.source_id is None:
            match.booked.append(None)
            match.charges += net
            continue
        of_order = still[line.source_id]
        booked, taken = _book(line, bill, of_order, net, home)
        match.booked.append(booked)
        match.cleared.append(taken)
        of_order.billed += taken.quantity
        of_order.quantity -= taken.quantity
        of_order.amount -= taken.amount


def _book(line: LineToMatch, bill: BillToBook, of_order: _Open, net: Decimal, home: str) -> tuple[Booked, Cleared]:
    """The line's net split, and what it takes from clearing. Beyond what is open it counts at the order's price at the bill's
    rate; all of it may be billed only by release."""
    places, ordered = minor_units(home), of_order.ordered.line
    part = bill.sign * line.quantity
    share, covered = share_of_open(of_order.amount, open_quantity=of_order.quantity, part=part)
    in_currency = value_of_part(
        ordered.net, quantity=ordered.quantity, before=ZERO, part=line.quantity, places=minor_units(bill.currency_code)
    )
    agreed = convert(in_currency, bill.rate, places)
    beyond = agreed * (line.quantity - abs(covered)) / line.quantity
    clearing = round_half_up(abs(share) + beyond, places)
    split = split_line(net=net, clearing=clearing, ordered_net=agreed, is_home=bill.currency_code == home)
    return split, Cleared(ordered.id, part, bill.sign * clearing)


def _finished(matched: MatchedBill) -> FinishedBill:
    match = matched.match
    return FinishedBill(
        id=matched.id,
        number=matched.number,
        bill=matched.bill,
        booked=[booked for booked in match.booked if booked],
        charges=match.charges,
        stems_from=match.stems_from,
    )
