"""Short words for planning cases: whole units, and days counted from TODAY, which is day 1 and a Monday."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from scm.planning.explosion import BillLine, Plan, plan_items
from scm.planning.messages import Message, find_messages
from scm.planning.netting import Item, Netted, net_item
from scm.planning.rules import MICRO, Ref, Requirement, Supply, Usage

TODAY = date(2026, 3, 2)
A, B, C, D = 1, 2, 3, 4


def u(units: int) -> int:
    return units * MICRO


def day(number: int) -> date:
    return TODAY + timedelta(days=number - 1)


def order(number: int, units: int, on: int, *, product: int = A, priority: int = 0) -> Requirement:
    """A line of sales order `number`."""
    return Requirement(product, u(units), day(on), Ref("sales_order", number, 1), priority)


def purchase(number: int, units: int, on: int, *, product: int = A) -> Supply:
    """A line of purchase order `number`."""
    return Supply(product, u(units), day(on), Ref("purchase_order", number, 1))


def line(parent: int, component: int, per: int = 1, **more: int) -> BillLine:
    return BillLine(parent, component, Usage.of(u(per), decimals=0, **more))


def net(item: Item, requirements: Iterable[Requirement], supplies: Iterable[Supply] = ()) -> Netted:
    return net_item(item, requirements, supplies, today=TODAY)


def plan(
    items: Sequence[Item], lines: Sequence[BillLine], requirements: Iterable[Requirement], supplies: Iterable[Supply] = ()
) -> Plan:
    return plan_items(items, lines, requirements, supplies, today=TODAY)


def lots(netted: Netted) -> dict[int, int]:
    """Units by the day on which they are wanted."""
    return {(lot.due - TODAY).days + 1: lot.quantity // MICRO for lot in netted.lots}


def releases(netted: Netted) -> dict[int, int]:
    return {(lot.release - TODAY).days + 1: lot.quantity // MICRO for lot in netted.lots}


def gross(netted: Netted) -> dict[int, int]:
    found: dict[int, int] = {}
    for requirement in netted.requirements:
        number = (requirement.day - TODAY).days + 1
        found[number] = found.get(number, 0) + requirement.quantity // MICRO
    return found


def messages(netted: Netted, cycle: tuple[int, ...] = ()) -> list[Message]:
    return list(find_messages(netted, today=TODAY, cycle=cycle))


def pegged(netted: Netted) -> list[tuple[str, str, int]]:
    """Who is served by what, in units."""
    return [(peg.demand.kind, peg.supply.kind, peg.quantity // MICRO) for peg in netted.pegs]
