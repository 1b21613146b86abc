"""From an item's lots to what they need, and with it the whole plan, level by level. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, TypeVar

from scm.planning.levels import Levels, low_level_codes
from scm.planning.netting import Item, Kind, Netted, net_item
from scm.planning.rules import Requirement, Supply, Usage

Row = TypeVar("Row", Requirement, Supply)


class BillLine(NamedTuple):
    """A component of a made item or a phantom, as valid on the day of the plan."""

    parent_id: int
    component_id: int
    usage: Usage


@dataclass(frozen=True)
class Plan:
    """All items in the order of their levels, netted."""

    levels: Levels
    netted: dict[int, Netted]


def plan_items(
    items: Iterable[Item],
    lines: Iterable[BillLine],
    requirements: Iterable[Requirement],
    supplies: Iterable[Supply],
    *,
    today: date,
) -> Plan:
    """The plan of all items together. Twice the same input in any order is twice the same plan.

    An item on a cycle is netted against what there is, and what is missing stays missing. Every product of a requirement,
    supply or component needs its item, or nobody would notice what is missing of it: a ValueError names those without.
    """
    known = {item.product_id: item for item in items}
    components: dict[int, list[BillLine]] = defaultdict(list)
    for line in lines:
        if line.parent_id in known:
            components[line.parent_id].append(line)
    edges = [(line.parent_id, line.component_id) for under in components.values() for line in under]
    waiting, coming = _by_product(requirements), _by_product(supplies)
    _judge_complete(known, waiting.keys() | coming.keys() | {component for _, component in edges})
    levels = low_level_codes(known, edges)
    netted = {}
    for product in levels.in_order():
        item = known[product] if product not in levels.cycles else replace(known[product], kind=Kind.NONE)
        done = net_item(item, waiting.pop(product, ()), coming.pop(product, ()), today=today)
        for requirement in explode(done, components.get(product, ())):
            waiting[requirement.product_id].append(requirement)
        netted[product] = done
    return Plan(levels, netted)


def explode(netted: Netted, lines: Sequence[BillLine]) -> Iterator[Requirement]:
    """What the components are needed for: planned lots and firm proposals on their release, by their reference; of a phantom
    what is missing, on the same day and for whoever wanted it."""
    if netted.item.kind is Kind.MAKE:
        for line in lines:
            of_parents, component = line.usage.of_parents, line.component_id
            for lot in netted.lots:
                yield Requirement(component, of_parents(lot.quantity), lot.release, lot.source, lot.priority)
            for supply in netted.supplies:
                if supply.release is not None:
                    yield Requirement(component, of_parents(supply.quantity), supply.release, supply.source)
    elif netted.item.kind is Kind.PHANTOM:
        for line in lines:
            yield from _pass_on(netted.missing, line)


def _pass_on(missing: Iterable[tuple[Requirement, int]], line: BillLine) -> Iterator[Requirement]:
    """Differences of running totals, so that many small requirements are rounded up once and not each."""
    before = 0
    for requirement, quantity in missing:
        share = line.usage.of_parents(before + quantity) - line.usage.of_parents(before)
        before += quantity
        if share:
            yield requirement._replace(product_id=line.component_id, quantity=share)


def _by_product(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append(row)
    return found


def _judge_complete(known: Mapping[int, Item], used: set[int]) -> None:
    if nameless := sorted(used - known.keys()):
        raise ValueError(f"No item for the products {', '.join(map(str, nameless))}.")
