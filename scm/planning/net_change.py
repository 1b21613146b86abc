"""Planning anew what changed, and of what is below only what that moves. Pure but for the reader it is given.

Of a component no more is netted than the buckets in which something else is wanted of it now, where that can be: a bucket that
ends with an empty shelf, before the change and after it, uses up what was there when it began, and what it lacks is in its own
lot, whatever the buckets after it hold. Everything else is netted whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import NamedTuple, Protocol

from scm.planning.explosion import BillLine, Plan, explode
from scm.planning.levels import Levels
from scm.planning.netting import Item, Kind, Lot, Netted, Section, net_item
from scm.planning.pegging import Offer
from scm.planning.rules import SAFETY, STOCK, Ref, Requirement, Supply

DEEPEST = 100


class Begun(NamedTuple):
    """A lot that stands as a proposal: so much, wanted on a day and begun on one; neither is before today."""

    proposal_id: int
    quantity: int
    due: date
    start: date


@dataclass(frozen=True)
class Last:
    """What the last run found of an item: the sums, and what was left after each bucket (see Netted)."""

    gross: int
    on_hand: int
    scheduled: int
    safety: int
    net: int
    planned: int
    ends: Mapping[date, int]

    def is_alone(self, bucket: date) -> bool:
        """The shelf is empty when the bucket ends."""
        return not self.ends[max(start for start in self.ends if start <= bucket)]


@dataclass(frozen=True)
class Facts:
    """What items are, without their stock, and what goes into them.

    `levels` are where the last run found them, and of items that were never planned where they and all below them lie; `last`
    is what it found, if that was today: what is past moves on with the days.
    """

    items: Sequence[Item]
    lines: Sequence[BillLine]
    levels: Mapping[int, int]
    last: Mapping[int, Last]


@dataclass(frozen=True)
class Whole:
    """All there is of some items: stock, what is wanted and coming.

    `standing` are what proposals of other items want of them, by component and then by the item that is to be made; `lots` their
    own open proposals to make; `phantoms` the phantoms that they go into.
    """

    on_hand: Mapping[int, int]
    requirements: Sequence[Requirement]
    supplies: Sequence[Supply]
    standing: Mapping[int, Mapping[int, Sequence[Requirement]]]
    lots: Mapping[int, Sequence[Begun]]
    phantoms: Mapping[int, Set[int]]


class Bucketful(NamedTuple):
    """What stands in one bucket of an item: what is pegged there, what lay there for it when it began (stock, and lots of earlier
    buckets), and the open proposals for it."""

    demands: list[Requirement]
    offers: list[Offer]
    lots: list[Begun]

    @property
    def fits(self) -> bool:
        """No receipt is used, of which more would have to be told; and nobody has touched any of it since: what lay there and the
        lots are all that is wanted."""
        if any(offer.source.kind not in (STOCK, "proposal") for offer in self.offers):
            return False
        there = sum(offer.quantity for offer in self.offers) + sum(lot.quantity for lot in self.lots)
        return sum(row.quantity for row in self.demands) == there


class Reader(Protocol):
    """Reads what a net change asks for, each for many items at once."""

    def facts(self, product_ids: Set[int]) -> Facts: ...

    def whole(self, product_ids: Set[int]) -> Whole: ...

    def buckets(self, asked: Mapping[int, Set[date]]) -> Mapping[tuple[int, date], Bucketful]: ...


@dataclass
class _Everything:
    """All of one item, once it was read."""

    item: Item
    standing: Mapping[int, Sequence[Requirement]]
    requirements: list[Requirement] = field(default_factory=list)
    supplies: list[Supply] = field(default_factory=list)

    @property
    def is_firm(self) -> bool:
        """A planner fixed a proposal to make it, and nobody knows what its components were told before."""
        return any(supply.release is not None for supply in self.supplies)


class _Told(NamedTuple):
    """What the components of an item were told: which proposals count no more (None: all of them) and which lots are there
    instead; of a phantom what is missing."""

    gone: Mapping[int, date] | None
    lots: list[Lot]
    missing: Sequence[tuple[Requirement, int]] = ()


@dataclass
class _Known:
    """An item that was read. `before` are the lots that stood in what was netted of it."""

    item: Item
    last: Last | None
    lines: list[BillLine] = field(default_factory=list)
    everything: _Everything | None = None
    before: Sequence[Begun] = ()
    told: _Told = _Told({}, [])


class _Move(NamedTuple):
    """What a parent wants otherwise of a component: not what these proposals did (None: all of the parent's), but this."""

    gone: Mapping[int, date] | None
    rows: Sequence[Requirement]


class NetChange:
    """The state of one such planning; `run` does it."""

    def __init__(self, read: Reader, *, today: date) -> None:
        self.read, self.today = read, today
        self.named: frozenset[int] = frozenset()
        self.known: dict[int, _Known] = {}
        self.netted: dict[int, Netted] = {}
        self.codes: dict[int, int] = {}
        self.levels: dict[int, int] = {}
        # Of a component what each parent that planned otherwise wants otherwise.
        self.moves: dict[int, dict[int, _Move]] = defaultdict(dict)
        self.waiting: dict[int, int] = {}

    def run(self, product_ids: Iterable[int]) -> Plan | None:
        """Net these items, and a component only if what its parents plan is not what stands: the rest of the plan stays right.

        A level is read at once. It is the one where the item was found last; should a parent turn out to lie deeper, the item is
        netted again after it. None if a bill of materials contains itself: that takes the whole picture.
        """
        self.named = frozenset(product_ids)
        self.waiting = dict.fromkeys(self.named, 0)
        while self.waiting:
            if fresh := self.waiting.keys() - self.known.keys():
                self._take(self.read.facts(set(fresh)))
                continue
            level = min(self.waiting.values())
            if level > DEEPEST:
                return None
            self._net_level(level)
        order = sorted(self.netted, key=lambda product: (self.codes[product], product))
        return Plan(Levels(self.codes, {}), {product: self.netted[product] for product in order})

    def _take(self, facts: Facts) -> None:
        for product, level in facts.levels.items():
            self.levels[product] = max(level, self.levels.get(product, 0))
        for item in facts.items:
            product = item.product_id
            self.known[product] = _Known(item, facts.last.get(product))
            self.waiting[product] = max(self.waiting[product], self.levels.get(product, 0))
        for line in facts.lines:
            self.known[line.parent_id].lines.append(line)

    def _take_whole(self, whole: Whole, product_ids: Iterable[int]) -> None:
        """Note what was read, and let the phantoms that the items go into be netted first: they have no proposals to go by."""
        for product in product_ids:
            it = self.known[product]
            item = replace(it.item, on_hand=whole.on_hand.get(product, 0))
            it.everything = _Everything(item, whole.standing.get(product, {}))
            it.before = whole.lots.get(product, ())
            for phantom in whole.phantoms.get(product, ()):
                if phantom not in self.known:
                    self.waiting.setdefault(phantom, 0)
        for row in whole.requirements:
            if everything := self.known[row.product_id].everything:
                everything.requirements.append(row)
        for supply in whole.supplies:
            if everything := self.known[supply.product_id].everything:
                everything.supplies.append(supply)

    def _net_level(self, level: int) -> None:
        """What cannot be netted by buckets is read whole and waits for the next time."""
        products = sorted(product for product, at in self.waiting.items() if at == level)
        asked = {product: buckets for product in products if (buckets := self._moved_buckets(product))}
        standing = self.read.buckets(asked) if asked else {}
        rest = set()
        for product in products:
            it = self.known[product]
            done = self._net_buckets(product, asked[product], standing) if product in asked else None
            if done is None and it.everything is None:
                rest.add(product)
                continue
            del self.waiting[product]
            self.codes[product] = level
            self.netted[product] = done or self._net_whole(product, it.everything)
            self._tell_components(product)
        if rest:
            self._take_whole(self.read.whole(rest), rest)

    def _moved_buckets(self, product: int) -> set[date]:
        """The buckets in which something else is wanted of the item, if they can be netted alone; none if they cannot."""
        it, moves = self.known[product], self.moves[product].values()
        item, last = it.item, it.last
        if product in self.named or it.everything or last is None or item.kind not in (Kind.MAKE, Kind.BUY):
            return set()
        if item.lot.periods > 1 or any(move.gone is None for move in moves):
            return set()
        days = chain.from_iterable([*(move.gone or {}).values(), *(row.day for row in move.rows)] for move in moves)
        buckets = {item.bucket.start(day, today=self.today) for day in days}
        return buckets if all(last.is_alone(bucket) for bucket in buckets) else set()

    def _net_buckets(self, product: int, buckets: Set[date], standing: Mapping[tuple[int, date], Bucketful]) -> Netted | None:
        """The item in these buckets alone. None if something would be left on the shelf, or is not as the last run left it."""
        it, moves = self.known[product], self.moves[product].values()
        assert it.last is not None
        full = {bucket: standing[product, bucket] for bucket in sorted(buckets)}
        gone = {pk for move in moves for pk in move.gone or {}}
        demands = [row for bucketful in full.values() for row in bucketful.demands]
        found = {row.source.id for row in demands if row.source.kind == "proposal"} & gone
        if found != gone or not all(bucketful.fits for bucketful in full.values()):
            return None
        wanted: dict[date, list[Requirement]] = {
            bucket: [row for row in bucketful.demands if not (row.source.kind == "proposal" and row.source.id in gone)]
            for bucket, bucketful in full.items()
        }
        for row in chain.from_iterable(move.rows for move in moves):
            wanted[it.item.bucket.start(row.day, today=self.today)].append(row)
        alone = replace(it.item, on_hand=0, safety_stock=0)
        done = Netted(replace(it.item, on_hand=it.last.on_hand, safety_stock=it.last.safety), [], [], [], [], [], {})
        for bucket, bucketful in full.items():
            part = net_item(alone, wanted[bucket], (), today=self.today, offers=bucketful.offers)
            if list(part.ends.values())[-1]:
                return None
            done.requirements += part.requirements
            done.lots += part.lots
            done.pegs += part.pegs
        it.before = [lot for bucketful in full.values() for lot in bucketful.lots]
        planned = sum(lot.quantity for lot in it.before)
        gross = sum(row.quantity for row in demands if row.source != Ref(SAFETY, product))
        done.section = Section(
            buckets=frozenset(buckets),
            proposals=tuple(lot.proposal_id for lot in it.before),
            gross=it.last.gross - gross,
            scheduled=it.last.scheduled,
            net=it.last.net - planned,
            planned=it.last.planned - planned,
        )
        done.ends = {**it.last.ends, **dict.fromkeys(buckets, 0)}
        return done

    def _net_whole(self, product: int, everything: "_Everything | None") -> Netted:
        assert everything is not None
        moves = self.moves[product]
        standing = [
            row
            for parent, rows in everything.standing.items()
            for row in rows
            if (move := moves.get(parent)) is None or (move.gone is not None and row.source.id not in move.gone)
        ]
        dependent = [row for move in moves.values() for row in move.rows]
        rows = [*everything.requirements, *standing, *dependent]
        return net_item(everything.item, rows, everything.supplies, today=self.today)

    def _tell_components(self, product: int) -> None:
        it, done = self.known[product], self.netted[product]
        told = self._to_tell(it, done)
        if told == it.told:
            return
        it.told = told
        if told.gone is not None:
            done = replace(done, lots=told.lots, supplies=[])
        below: dict[int, list[Requirement]] = {line.component_id: [] for line in it.lines}
        for requirement in explode(done, it.lines):
            below[requirement.product_id].append(requirement)
        for component, rows in below.items():
            self.moves[component][product] = _Move(told.gone, rows)
            known = (self.waiting, self.codes, self.levels)
            self.waiting[component] = max(self.codes[product] + 1, *(codes.get(component, 0) for codes in known))

    def _to_tell(self, it: _Known, done: Netted) -> _Told:
        """What is not as it stands."""
        if done.item.kind is Kind.PHANTOM:
            return _Told(None, [], done.missing)
        if done.item.kind is not Kind.MAKE:
            return _Told({}, [])
        if it.everything and it.everything.is_firm:
            return _Told(None, done.lots)
        standing: dict[tuple[int, date, date], list[int]] = defaultdict(list)
        for lot in it.before:
            standing[lot[1:]].append(lot.proposal_id)
        other: list[Lot] = []
        for new in done.lots:
            same = standing.get((new.quantity, new.due, max(new.release, self.today)))
            if same:
                same.pop()
            else:
                other.append(new)
        left = {pk for ids in standing.values() for pk in ids}
        return _Told({lot.proposal_id: lot.start for lot in it.before if lot.proposal_id in left}, other)
