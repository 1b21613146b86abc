"""Planning anew what changed, and of what is below only what that moves. Pure but for the reader it is given."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from scm.planning.explosion import BillLine, Plan, explode
from scm.planning.levels import Levels
from scm.planning.netting import Item, Kind, Netted, net_item
from scm.planning.rules import Requirement, Supply

DEEPEST = 100


class Begun(NamedTuple):
    """A planned lot as its components see it: so much, begun on a day that is not before today."""

    quantity: int
    start: date


@dataclass(frozen=True)
class Part:
    """What is read of some items at once.

    `standing` are what proposals of other items want of them, by component and then by the item that is to be made; `lots` their
    own open proposals to make; `phantoms` the phantoms that they go into; `levels` where the last run found them, and of items
    that were never planned where they and all below them lie.
    """

    items: Sequence[Item]
    lines: Sequence[BillLine]
    requirements: Sequence[Requirement]
    supplies: Sequence[Supply]
    standing: Mapping[int, Mapping[int, Sequence[Requirement]]]
    lots: Mapping[int, Sequence[Begun]]
    phantoms: Mapping[int, set[int]]
    levels: Mapping[int, int]


@dataclass
class _Known:
    """An item that was read. `seen` is what its components reckon with; nobody knows it of a phantom, or where a planner may
    have changed a firm proposal."""

    item: Item
    seen: Sequence[object] | None
    standing: Mapping[int, Sequence[Requirement]]
    lines: list[BillLine] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    supplies: list[Supply] = field(default_factory=list)


class NetChange:
    """The state of one such planning; `run` does it."""

    def __init__(self, read: Callable[[set[int]], Part], *, today: date) -> None:
        self.read, self.today = read, today
        self.known: dict[int, _Known] = {}
        self.netted: dict[int, Netted] = {}
        self.codes: dict[int, int] = {}
        self.levels: dict[int, int] = {}
        # Of a component what each parent that planned otherwise wants of it now.
        self.wants: dict[int, dict[int, list[Requirement]]] = defaultdict(dict)
        self.waiting: dict[int, int] = {}

    def run(self, product_ids: Iterable[int]) -> Plan | None:
        """Net these items, and a component only if what its parents plan is not what stands: the rest of the plan stays right.

        A level is read at once. It is the one where the item was found last; should a parent turn out to lie deeper, the item is
        netted again after it. None if a bill of materials contains itself: that takes the whole picture.
        """
        self.waiting = dict.fromkeys(product_ids, 0)
        while self.waiting:
            if fresh := self.waiting.keys() - self.known.keys():
                self._take(self.read(set(fresh)))
                continue
            level = min(self.waiting.values())
            if level > DEEPEST:
                return None
            for product in sorted(product for product, at in self.waiting.items() if at == level):
                del self.waiting[product]
                self.codes[product] = level
                self._net(product)
        order = sorted(self.netted, key=lambda product: (self.codes[product], product))
        return Plan(Levels(self.codes, {}), {product: self.netted[product] for product in order})

    def _take(self, part: Part) -> None:
        """Note what was read, and let the phantoms that the items go into be netted too: they have no proposals to go by."""
        for product, level in part.levels.items():
            self.levels[product] = max(level, self.levels.get(product, 0))
        firm = {supply.product_id for supply in part.supplies if supply.release is not None}
        for item in part.items:
            product = item.product_id
            seen = None if item.kind is Kind.PHANTOM or product in firm else sorted(part.lots.get(product, ()))
            self.known[product] = _Known(item, seen, part.standing.get(product, {}))
            self.waiting[product] = max(self.waiting[product], self.levels.get(product, 0))
            for phantom in part.phantoms.get(product, ()):
                if phantom not in self.known:
                    self.waiting.setdefault(phantom, 0)
        for line in part.lines:
            self.known[line.parent_id].lines.append(line)
        for requirement in part.requirements:
            self.known[requirement.product_id].requirements.append(requirement)
        for supply in part.supplies:
            self.known[supply.product_id].supplies.append(supply)

    def _net(self, product: int) -> None:
        it, wants = self.known[product], self.wants[product]
        standing = [row for parent, rows in it.standing.items() if parent not in wants for row in rows]
        dependent = [row for rows in wants.values() for row in rows]
        done = net_item(it.item, [*it.requirements, *standing, *dependent], it.supplies, today=self.today)
        self.netted[product] = done
        planned = self._begun(done)
        if planned == it.seen:
            return
        it.seen = planned
        below: dict[int, list[Requirement]] = {line.component_id: [] for line in it.lines}
        for requirement in explode(done, it.lines):
            below[requirement.product_id].append(requirement)
        for component, rows in below.items():
            self.wants[component][product] = rows
            known = (self.waiting, self.codes, self.levels)
            self.waiting[component] = max(self.codes[product] + 1, *(codes.get(component, 0) for codes in known))

    def _begun(self, done: Netted) -> Sequence[object]:
        """What the components of an item see of it."""
        if done.item.kind is Kind.MAKE:
            return sorted(Begun(lot.quantity, max(lot.release, self.today)) for lot in done.lots)
        return done.missing if done.item.kind is Kind.PHANTOM else []
