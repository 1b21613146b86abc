"""Sending purchase orders to their suppliers, once they are approved where that is asked for."""

import datetime
from collections.abc import Sequence

from erp.automation.queries import lack_approval
from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.identity.queries import company_facts
from erp.purchasing.events import PurchaseOrderIssued
from erp.purchasing.models import PurchaseOrder
from erp.purchasing.operations.lock_purchase_orders import lock_purchase_orders, wrong_states
from erp.purchasing.permissions import ISSUE, PLACE
from erp.purchasing.states import PurchaseOrderState


@operation(PLACE)
def await_approvals(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """The orders wait until somebody approves them. Refuses those that are no drafts any more."""
    orders, _lines = lock_purchase_orders(order_ids)
    raise_refusals(wrong_states(list(orders.values()), PurchaseOrderState.AWAITING_APPROVAL))
    update_rows(PurchaseOrder, ["state"], [(pk, PurchaseOrderState.AWAITING_APPROVAL) for pk in orders])


@operation(ISSUE)
def issue_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Issue the orders: from now on their suppliers see them, and the days asked for stay. Refuses orders that are issued or
    cancelled already, and those that need an approval and have none, all at once."""
    orders, _lines = lock_purchase_orders(order_ids)
    documents = [(o.id, o.number, o.company_total) for o in orders.values()]
    today = local_date(at, company_facts(actor.company_id).time_zone)
    refusals = wrong_states(list(orders.values()), PurchaseOrderState.ISSUED)
    raise_refusals(refusals or lack_approval("purchase_order", documents, on=today))
    update_rows(PurchaseOrder, ["state", "issued_at"], [(pk, PurchaseOrderState.ISSUED, at) for pk in orders])
    bus.publish(
        [
            PurchaseOrderIssued(id=o.id, number=o.number, status="issued", supplier_id=o.supplier_id, total=o.company_total)
            for o in orders.values()
        ],
        at=at,
    )
