"""What the planner tells people about an item, read off its pegs and lots. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scm.planning.netting import Kind, Netted
from scm.planning.rules import EXCESS, NONE, STOCK, Ref


class Code(StrEnum):
    PAST_DUE = "past_due"
    EXPEDITE = "expedite"
    DE_EXPEDITE = "de_expedite"
    CANCEL_SURPLUS = "cancel_surplus"
    EXCESS = "excess"
    LATE_RECEIPT = "late_receipt"
    NO_SOURCE = "no_source"
    CYCLE = "cycle"


# What a planner looks at first.
SHORTAGE = (Code.NO_SOURCE, Code.CYCLE)
LATE = (Code.LATE_RECEIPT, Code.PAST_DUE, Code.EXPEDITE)
SURPLUS = (Code.CANCEL_SURPLUS, Code.DE_EXPEDITE, Code.EXCESS)


@dataclass(frozen=True, slots=True)
class Message:
    """`day` is as it stands, `better` is when it is wanted, `days` how far apart they are (calendar days).

    `source` names the receipt or the planned lot that the message is about; `path` the way of a cycle by product. A message
    with a `bucket` is about that bucket alone.
    """

    code: Code
    product_id: int
    quantity: int
    day: date | None = None
    better: date | None = None
    days: int = 0
    source: Ref | None = None
    path: tuple[int, ...] = ()
    bucket: date | None = None


def find_messages(netted: Netted, *, today: date, cycle: tuple[int, ...] = ()) -> Iterator[Message]:
    """All messages of one item. An item on a `cycle` is told by that and not by the source that it lacks for it."""
    yield from _lots_past_due(netted, today)
    yield from _receipts(netted, today)
    yield from _excess(netted)
    lacking = [peg for peg in netted.pegs if peg.supply.kind == NONE]
    product, quantity = netted.item.product_id, sum(peg.quantity for peg in lacking)
    if cycle:
        yield Message(Code.CYCLE, product, quantity, path=cycle)
    elif lacking and netted.item.kind is Kind.NONE:
        first = min(peg.demand_date for peg in lacking if peg.demand_date)
        yield Message(Code.NO_SOURCE, product, quantity, better=first)


def _lots_past_due(netted: Netted, today: date) -> Iterator[Message]:
    """A lot that should have begun: its true day is told, whatever its document will say."""
    for lot in netted.lots:
        if lot.release < today:
            days = (today - lot.release).days
            yield Message(Code.PAST_DUE, lot.product_id, lot.quantity, today, lot.release, days, lot.source, bucket=lot.due)


def _receipts(netted: Netted, today: date) -> Iterator[Message]:
    """Receipts that should come sooner, could come later, or are not needed at all."""
    wanted: dict[Ref, date] = {}
    for peg in netted.pegs:
        if peg.demand_date is not None:
            wanted[peg.supply] = min(peg.demand_date, wanted.get(peg.supply, peg.demand_date))
    bucket = netted.item.bucket
    for supply in netted.supplies:
        day, first = supply.day, wanted.get(supply.source)
        if day < today:
            yield Message(Code.LATE_RECEIPT, supply.product_id, supply.quantity, day, today, (today - day).days, supply.source)
        if first is None:
            yield Message(Code.CANCEL_SURPLUS, supply.product_id, supply.quantity, day, source=supply.source)
            continue
        better, have = bucket.start(first, today=today), bucket.start(day, today=today)
        if better != have:
            code = Code.EXPEDITE if better < have else Code.DE_EXPEDITE
            first = max(first, today)
            yield Message(code, supply.product_id, supply.quantity, day, first, abs((first - day).days), supply.source)


def _excess(netted: Netted) -> Iterator[Message]:
    """Stock and receipts beyond safety stock and all that is wanted. What a lot was rounded up by is no excess."""
    known = {STOCK, *(supply.source.kind for supply in netted.supplies)}
    quantity = sum(peg.quantity for peg in netted.pegs if peg.demand.kind == EXCESS and peg.supply.kind in known)
    if quantity:
        yield Message(Code.EXCESS, netted.item.product_id, quantity)
