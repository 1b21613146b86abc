"""What goods are worth when they come back: what they left with, or the moving average where nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.errors import BusinessRuleViolation
from erp.core.money import ZERO, round_half_up
from erp.inventory.errors import ReturnCostUnknown
from erp.inventory.operations.lock_levels import Key, LockedLevel
from erp.inventory.rules import found_value


@dataclass(frozen=True)
class ComingBack:
    """Goods that come back. `cost` is what they left with, if that is known; `stated_cost` is what they are taken to
    be worth in all where that is unknown and nothing lies there to compare with."""

    key: Key
    quantity: Decimal
    cost: Decimal | None
    stated_cost: Decimal | None
    field: str


def put_on_levels(
    goods: Sequence[ComingBack], levels: dict[Key, LockedLevel], *, places: int
) -> tuple[list[Decimal], list[BusinessRuleViolation]]:
    """Put the goods on the locked levels one after the other; the cost of each, and the refusals of those without one."""
    costs, refusals = [], []
    for item in goods:
        level = levels[item.key]
        cost = _cost(item, level, places)
        if cost is None:
            product, warehouse = item.key
            refusals.append(ReturnCostUnknown(field=f"{item.field}.unit_cost", product=product, warehouse=warehouse))
            cost = ZERO
        level.on_hand += item.quantity
        level.value += cost
        costs.append(cost)
    return costs, list(refusals)


def _cost(item: ComingBack, level: LockedLevel, places: int) -> Decimal | None:
    if item.cost is not None:
        return item.cost
    if level.on_hand:
        return found_value(on_hand=level.on_hand, value=level.value, surplus=item.quantity, places=places)
    return None if item.stated_cost is None else round_half_up(item.stated_cost, places)
