"""Sending purchase orders to their suppliers."""

import datetime
from collections.abc import Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.purchasing.events import PurchaseOrderIssued
from erp.purchasing.models import PurchaseOrder
from erp.purchasing.operations.lock_purchase_orders import lock_purchase_orders, wrong_states
from erp.purchasing.permissions import ISSUE
from erp.purchasing.states import PurchaseOrderState


@operation(ISSUE)
def issue_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Issue the orders: from now on their suppliers see them, and the days asked for stay. Refuses orders that are issued or
    cancelled already, all at once."""
    orders, _lines = lock_purchase_orders(order_ids)
    raise_refusals(wrong_states(list(orders.values()), PurchaseOrderState.ISSUED))
    update_rows(PurchaseOrder, ["state", "issued_at"], [(pk, PurchaseOrderState.ISSUED, at) for pk in orders])
    bus.publish(
        [
            PurchaseOrderIssued(id=o.id, number=o.number, status="issued", supplier_id=o.supplier_id, total=o.company_total)
            for o in orders.values()
        ],
        at=at,
    )
