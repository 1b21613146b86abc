"""Time-phased netting of one item: what is missing when, and the lots that fill it. Pure.

The textbook's POH(t) = POH(t-1) + SR(t) + POR(t) - GR(t) and NR(t) = max(0, SS - (POH(t-1) + SR(t) - GR(t))), with one rule on
top: a scheduled receipt is used before anything new is planned, even when it comes too late. So a requirement takes the
next supply whatever its date, and a lot is planned only where there is none left: pegs and net requirements are one pass.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby, islice, takewhile
from operator import itemgetter
from typing import NamedTuple

from erp.reference.rules import ALWAYS, Calendar, add_working_days
from scm.planning.lots import LotRule, lot_quantity
from scm.planning.pegging import Offer, Peg, Shelf
from scm.planning.rules import NONE, PHANTOM, PLANNED, SAFETY, STOCK, Bucket, Ref, Requirement, Supply


class Kind(StrEnum):
    """How more of an item is got. A phantom is never made by itself: what is missing of it is missing of its components."""

    MAKE = "make"
    BUY = "buy"
    PHANTOM = "phantom"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Item:
    """A product as it is planned in one warehouse. `on_hand` is the whole stock, reserved or not, and never below zero."""

    product_id: int
    kind: Kind = Kind.MAKE
    on_hand: int = 0
    safety_stock: int = 0
    lot: LotRule = LotRule()
    lead_days: int = 0
    calendar: Calendar = ALWAYS
    bucket: Bucket = Bucket.DAY


class Lot(NamedTuple):
    """A planned supply, one for each item and bucket.

    `need` is what it was sized for. It is wanted on `due`, the start of its bucket; `release` is when it should begin for that
    and may lie in the past, in which case it begins today and is there on `expected`.
    """

    product_id: int
    quantity: int
    need: int
    due: date
    release: date
    expected: date
    source: Ref
    priority: int


@dataclass(frozen=True, slots=True)
class Section:
    """The buckets of an item that alone were netted, the proposals that stood in them, and the sums of all others."""

    buckets: frozenset[date]
    proposals: tuple[int, ...]
    gross: int
    scheduled: int
    net: int
    planned: int


@dataclass(slots=True)
class Netted:
    """An item after netting, or a section of it. `missing` is what no lot fills: of a phantom it goes on to its components.

    `ends` is what is left on the shelf after each bucket in which something is wanted, and before all of them (`date.min`).
    """

    item: Item
    requirements: list[Requirement]
    supplies: list[Supply]
    lots: list[Lot]
    missing: list[tuple[Requirement, int]]
    pegs: list[Peg]
    ends: dict[date, int]
    section: Section | None = None

    @property
    def gross(self) -> int:
        own_safety = Ref(SAFETY, self.item.product_id)
        here = sum(requirement.quantity for requirement in self.requirements if requirement.source != own_safety)
        return here + (self.section.gross if self.section else 0)

    @property
    def scheduled(self) -> int:
        return sum(supply.quantity for supply in self.supplies) + (self.section.scheduled if self.section else 0)

    @property
    def net(self) -> int:
        """The sum over the buckets; where one bucket decides it is max(0, gross + safety stock - on hand - scheduled)."""
        here = sum(lot.need for lot in self.lots) + sum(quantity for _, quantity in self.missing)
        return here + (self.section.net if self.section else 0)

    @property
    def planned(self) -> int:
        return sum(lot.quantity for lot in self.lots) + (self.section.planned if self.section else 0)


def net_item(
    item: Item, requirements: Iterable[Requirement], supplies: Iterable[Supply], *, today: date, offers: Iterable[Offer] = ()
) -> Netted:
    """Net one item; the order in which requirements and supplies come does not matter. `offers` are used up before all of them.

    Within a bucket the higher priority is served first, then the earlier date, then the lower source. Safety stock is served by
    what lies there; what is missing of it is wanted today, after everybody else of today.
    """
    wanted = _merge(requirements)
    coming = sorted(supplies, key=_by_date)
    shelf = Shelf(item.product_id, [*offers, *_offers(item, coming, today)])
    shelf.keep(min(item.on_hand, item.safety_stock), today=today)
    demands = _in_buckets(item, wanted, today)
    lots: list[Lot] = []
    missing: list[tuple[Requirement, int]] = []
    ends = {date.min: shelf.total}
    for number, (start, members) in enumerate(demands):
        shelf.bucket = start
        short = [(member, left) for member in members if (left := shelf.serve(member, member.quantity))]
        ends[start] = shelf.total
        if not short:
            continue
        if item.kind in (Kind.MAKE, Kind.BUY):
            lot = _lot(item, start, short, ahead=_ahead(item, demands, number), today=today)
            lots.append(lot)
            shelf.put(Offer(lot.source, lot.expected, lot.quantity))
            for member, left in short:
                shelf.serve(member, left)
            ends[start] = shelf.total
        else:
            missing += short
            for member, left in short:
                shelf.lack(member, left, instead=PHANTOM if item.kind is Kind.PHANTOM else NONE)
    shelf.bucket = None
    shelf.clear()
    return Netted(item, wanted, coming, lots, missing, shelf.pegs, ends)


class Row(NamedTuple):
    """One bucket of the table that planners know: gross requirement, scheduled receipt, net requirement, planned receipt,
    and what is projected to be there at its end if every document comes on its own day."""

    start: date
    gross: int
    scheduled: int
    net: int
    planned: int
    projected: int


def tabulate(netted: Netted, *, today: date) -> Iterator[Row]:
    """The buckets in which something happens."""
    bucket = netted.item.bucket
    sums: dict[date, list[int]] = {}

    def add(day: date, column: int, quantity: int) -> None:
        sums.setdefault(bucket.start(day, today=today), [0, 0, 0, 0])[column] += quantity

    for requirement in netted.requirements:
        add(requirement.day, 0, requirement.quantity)
    for supply in netted.supplies:
        add(supply.day, 1, supply.quantity)
    for requirement, quantity in netted.missing:
        add(requirement.day, 2, quantity)
    for lot in netted.lots:
        add(lot.due, 2, lot.need)
        add(lot.due, 3, lot.quantity)
    projected = netted.item.on_hand
    for start, (gross, scheduled, net, planned) in sorted(sums.items()):
        projected += scheduled + planned - gross
        yield Row(start, gross, scheduled, net, planned, projected)


def _lot(item: Item, start: date, short: Sequence[tuple[Requirement, int]], *, ahead: int, today: date) -> Lot:
    need = sum(left for _, left in short) + ahead
    wanted = min(start, min(member.day for member, _ in short))
    release = add_working_days(wanted, -item.lead_days, item.calendar)
    return Lot(
        product_id=item.product_id,
        quantity=lot_quantity(need, item.lot),
        need=need,
        due=start,
        release=release,
        expected=start if release >= today else add_working_days(today, item.lead_days, item.calendar),
        source=Ref(PLANNED, item.product_id, start.toordinal()),
        priority=max(member.priority for member, _ in short),
    )


def _ahead(item: Item, demands: Sequence[tuple[date, Sequence[Requirement]]], number: int) -> int:
    """What the buckets after this one want within the lot's period: nothing is left on the shelf for them."""
    if item.lot.periods == 1:
        return 0
    end = item.bucket.later(demands[number][0], item.lot.periods)
    later = takewhile(lambda bucket: bucket[0] < end, islice(demands, number + 1, None))
    return sum(member.quantity for _, members in later for member in members)


def _offers(item: Item, supplies: Iterable[Supply], today: date) -> Iterator[Offer]:
    if (free := item.on_hand - item.safety_stock) > 0:
        yield Offer(Ref(STOCK), None, free)
    for supply in supplies:
        yield Offer(supply.source, max(supply.day, today), supply.quantity)


def _merge(requirements: Iterable[Requirement]) -> list[Requirement]:
    """One row for what a source wants on one day, however many lines of a bill it came by."""
    merged: dict[tuple[Ref, date, int], Requirement] = {}
    for requirement in requirements:
        key = (requirement.source, requirement.day, requirement.priority)
        known = merged.get(key)
        merged[key] = requirement if known is None else known._replace(quantity=known.quantity + requirement.quantity)
    return sorted(merged.values())


def _in_buckets(item: Item, requirements: Iterable[Requirement], today: date) -> list[tuple[date, list[Requirement]]]:
    dated = [(item.bucket.start(requirement.day, today=today), requirement) for requirement in requirements]
    if (missing := item.safety_stock - item.on_hand) > 0:
        dated.append((today, Requirement(item.product_id, missing, today, Ref(SAFETY, item.product_id))))
    dated.sort(key=_by_urgency)
    return [(start, [requirement for _, requirement in group]) for start, group in groupby(dated, key=itemgetter(0))]


def _by_urgency(dated: tuple[date, Requirement]) -> tuple[date, bool, int, date, Ref]:
    start, requirement = dated
    return start, requirement.source.kind == SAFETY, -requirement.priority, requirement.day, requirement.source


def _by_date(supply: Supply) -> tuple[date, Ref]:
    return supply.day, supply.source
