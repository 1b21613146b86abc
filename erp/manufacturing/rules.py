"""Arithmetic of bills of materials. Pure."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from types import MappingProxyType

from erp.core.money import ZERO, round_half_up


@dataclass(frozen=True)
class Component:
    """So much of a product for one run of the bill, of which `scrap_fraction` more is lost; `decimals` of its unit."""

    product_id: int
    quantity: Decimal
    scrap_fraction: Decimal
    decimals: int


@dataclass(frozen=True, kw_only=True)
class ValidBill:
    """A bill of materials as it stands on a day."""

    id: int
    product_id: int
    quantity: Decimal
    yield_fraction: Decimal
    phantom: bool
    lead_days: int
    components: Sequence[Component]


def required(bill: ValidBill, component: Component, quantity: Decimal) -> Decimal:
    """What `quantity` of the bill's product takes of a component: quantity · per run ÷ (what a run makes · yield) · (1 + scrap),
    rounded up to what the component can be counted in."""
    exact = quantity * component.quantity * (1 + component.scrap_fraction) / (bill.quantity * bill.yield_fraction)
    return exact.quantize(Decimal(1).scaleb(-component.decimals), ROUND_CEILING)


def components_of(bill: ValidBill, quantity: Decimal, bills: Mapping[int, ValidBill]) -> dict[int, Decimal]:
    """What is taken from stock for so much of the product, by component: phantoms are replaced by what they are made of. A
    phantom within itself is a ValueError."""
    needed: dict[int, Decimal] = {}
    _add(bill, quantity, bills, needed, ())
    return needed


def _add(
    bill: ValidBill,
    quantity: Decimal,
    bills: Mapping[int, ValidBill],
    needed: dict[int, Decimal],
    path: tuple[int, ...],
) -> None:
    if bill.product_id in path:
        raise ValueError(f"product {bill.product_id} contains itself")
    for component in bill.components:
        amount = required(bill, component, quantity)
        below = bills.get(component.product_id)
        if below is not None and below.phantom:
            _add(below, amount, bills, needed, (*path, bill.product_id))
        else:
            needed[component.product_id] = needed.get(component.product_id, ZERO) + amount


def find_cycle(edges: Iterable[tuple[int, int]]) -> list[int]:
    """A way from a product back to itself over the edges (product, component), or nothing."""
    below: dict[int, list[int]] = {}
    for parent, component in edges:
        below.setdefault(parent, []).append(component)
    done: set[int] = set()
    for start in sorted(below):
        path: list[int] = []
        on_path: set[int] = set()
        stack: list[tuple[int, int]] = [(start, 0)]
        while stack:
            node, position = stack.pop()
            if position == 0:
                if node in done:
                    continue
                path.append(node)
                on_path.add(node)
            children = below.get(node, [])
            if position < len(children):
                stack.append((node, position + 1))
                child = children[position]
                if child in on_path:
                    return [*path[path.index(child) :], child]
                stack.append((child, 0))
            else:
                done.add(node)
                on_path.discard(node)
                path.pop()
    return []


class CostSource(StrEnum):
    """Where the cost of a part comes from."""

    COMPONENTS = "components"
    STOCK = "stock"
    AGREEMENT = "agreement"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CostNode:
    """The rolled-up cost of one of a product, in company currency: of a made one the sum of its components, each with what it
    takes and costs. `known` is False where a part below has no cost, `agreed` is True of a bought one that is not in stock."""

    product_id: int
    each: Decimal
    known: bool
    parts: tuple[tuple[int, Decimal, "CostNode"], ...] = ()
    agreed: bool = False

    @property
    def source(self) -> CostSource:
        if self.parts:
            return CostSource.COMPONENTS
        if not self.known:
            return CostSource.UNKNOWN
        return CostSource.AGREEMENT if self.agreed else CostSource.STOCK


PLACES = 8


def roll_up(
    product_id: int,
    bills: Mapping[int, ValidBill],
    costs: Mapping[int, Decimal],
    agreed: Mapping[int, Decimal] = MappingProxyType({}),
) -> CostNode:
    """What one of the product costs, level by level: made ones from their components, others at `costs`, else as `agreed`. Every
    product is worked out once; a product within itself has no cost."""
    leaves = {pk: CostNode(pk, each, True, agreed=True) for pk, each in agreed.items()}
    leaves |= {pk: CostNode(pk, each, True) for pk, each in costs.items()}
    return _roll_up(product_id, bills, leaves, {}, ())


def _roll_up(
    product_id: int,
    bills: Mapping[int, ValidBill],
    leaves: Mapping[int, CostNode],
    known: dict[int, CostNode],
    path: tuple[int, ...],
) -> CostNode:
    if product_id in known:
        return known[product_id]
    bill = bills.get(product_id)
    if bill is None or product_id in path:
        unknown = CostNode(product_id, ZERO, False)
        node = unknown if bill else leaves.get(product_id, unknown)
    else:
        parts = []
        for component in bill.components:
            per = component.quantity * (1 + component.scrap_fraction) / (bill.quantity * bill.yield_fraction)
            parts.append((component.product_id, per, _roll_up(component.product_id, bills, leaves, known, (*path, product_id))))
        each = sum((per * below.each for _id, per, below in parts), ZERO)
        node = CostNode(product_id, round_half_up(each, PLACES), all(below.known for *_x, below in parts), tuple(parts))
    if product_id not in path:
        known[product_id] = node
    return node


def overlap(one: tuple[datetime.date, datetime.date | None], other: tuple[datetime.date, datetime.date | None]) -> bool:
    """Whether two spans of days share one; no end is for ever."""
    return one[0] <= (other[1] or datetime.date.max) and other[0] <= (one[1] or datetime.date.max)
