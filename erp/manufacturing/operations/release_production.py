"""Letting orders begin: all their components are kept for them, or nothing is."""

import datetime
from collections.abc import Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.money import ZERO, plain
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.reserve_stock import ReserveRequest, reserve_stock
from erp.manufacturing.errors import ComponentsMissing
from erp.manufacturing.events import ManufacturingOrderReleased
from erp.manufacturing.models import ComponentLine, ManufacturingOrder
from erp.manufacturing.operations.lock_production import lock_production, wrong_states
from erp.manufacturing.permissions import RELEASE
from erp.manufacturing.states import ManufacturingOrderState

KIND = "manufacturing_order"


@operation(RELEASE)
def release_production(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Reserve all components of the orders, by priority and due day, and release them. Refuses orders that are not planned, and
    names what each lacks; nothing is reserved then."""
    orders, components = lock_production(order_ids)
    refusals = wrong_states(list(orders.values()), ManufacturingOrderState.RELEASED)
    ranked = sorted(orders.values(), key=lambda o: (-o.priority, o.due_date, o.id))
    wanted = [(o, c) for o in ranked for c in components[o.id] if c.missing > 0]
    levels = lock_levels((c.product_id, o.warehouse_id) for o, c in wanted)
    free = {key: level.available for key, level in levels.items()}
    lacking: dict[int, list[str]] = {}
    for o, c in wanted:
        key = (c.product_id, o.warehouse_id)
        if free.get(key, ZERO) < c.missing:
            lacking.setdefault(o.id, []).append(f"{c.sku} {plain(c.missing - max(free.get(key, ZERO), ZERO))}")
        free[key] = free.get(key, ZERO) - c.missing
    missing: list[BusinessRuleViolation] = [
        ComponentsMissing(document=orders[pk].number, document_id=pk, components=", ".join(names))
        for pk, names in lacking.items()
    ]
    raise_refusals(refusals + missing)
    reserve_stock(
        requests=[
            ReserveRequest(
                product_id=c.product_id,
                warehouse_id=o.warehouse_id,
                quantity=c.missing,
                kind=KIND,
                document_id=o.id,
                line_id=c.id,
            )
            for o, c in wanted
        ],
        at=at,
    )
    update_rows(ComponentLine, [], [(c.id, c.missing) for _o, c in wanted], add=["reserved"])
    update_rows(ManufacturingOrder, ["state", "released_at"], [(pk, ManufacturingOrderState.RELEASED, at) for pk in orders])
    bus.publish(
        [
            ManufacturingOrderReleased(
                id=o.id, number=o.number, status="released", product_id=o.product_id, warehouse_id=o.warehouse_id
            )
            for o in orders.values()
        ],
        at=at,
    )
