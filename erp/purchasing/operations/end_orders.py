"""Ending purchase orders: cancelled before anything came, closed when the rest is not wanted any more."""

import datetime
from collections.abc import Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.purchasing.errors import AlreadyReceived
from erp.purchasing.events import PurchaseOrderCancelled, PurchaseOrderClosed
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.lock_purchase_orders import LockedLine, lock_purchase_orders, wrong_states
from erp.purchasing.permissions import CLOSE
from erp.purchasing.states import TRANSITIONS, PurchaseOrderState


@operation(CLOSE)
def cancel_purchase_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Cancel orders of which nothing has come in. Refuses orders that goods came in for (close these), and ended ones."""
    orders, lines = lock_purchase_orders(order_ids)
    came = {
        o.id: o
        for o in orders.values()
        if PurchaseOrderState.CLOSED in TRANSITIONS[o.state] or any(line.received or line.rejected for line in lines[o.id])
    }
    refusals: list[BusinessRuleViolation] = [AlreadyReceived(document=o.number, document_id=o.id) for o in came.values()]
    refusals += wrong_states([o for o in orders.values() if o.id not in came], PurchaseOrderState.CANCELLED)
    raise_refusals(refusals)
    _write(list(orders), PurchaseOrderState.CANCELLED, [line for found in lines.values() for line in found])
    bus.publish(
        [
            PurchaseOrderCancelled(
                id=o.id,
                number=o.number,
                status="cancelled",
                supplier_id=o.supplier_id,
                warehouse_id=o.warehouse_id,
                products=_products(lines[o.id]),
            )
            for o in orders.values()
        ],
        at=at,
    )


@operation(CLOSE)
def close_purchase_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Close orders for what has not come in; what came in may still be billed and returned. Refuses orders of which nothing
    came in (cancel these), and ended ones."""
    orders, lines = lock_purchase_orders(order_ids)
    raise_refusals(wrong_states(list(orders.values()), PurchaseOrderState.CLOSED))
    missing = [line for found in lines.values() for line in found if line.open]
    _write(list(orders), PurchaseOrderState.CLOSED, missing)
    bus.publish(
        [
            PurchaseOrderClosed(
                id=o.id,
                number=o.number,
                status="closed",
                supplier_id=o.supplier_id,
                warehouse_id=o.warehouse_id,
                products=_products([line for line in lines[o.id] if line.open]),
            )
            for o in orders.values()
        ],
        at=at,
    )


def _write(order_ids: Sequence[int], state: str, lines: Sequence[LockedLine]) -> None:
    """The state of the orders; of these lines nothing more is expected."""
    update_rows(PurchaseOrder, ["state"], [(pk, state) for pk in order_ids])
    update_rows(PurchaseOrderLine, ["closed_short"], [(line.id, True) for line in lines if not line.closed_short])


def _products(lines: Sequence[LockedLine]) -> tuple[int, ...]:
    return tuple(sorted({line.product_id for line in lines}))
