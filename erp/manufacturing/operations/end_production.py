"""Ending manufacturing orders, and moving them to another day."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, InvalidValue, WrongState, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.identity.queries import company_facts
from erp.inventory.operations.reserve_stock import release_stock
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, credit, debit, post_entries_for
from erp.manufacturing.drafts import ProductionMove
from erp.manufacturing.events import ManufacturingOrderCancelled, ManufacturingOrderClosed, ManufacturingOrderMoved
from erp.manufacturing.models import ComponentLine, ManufacturingOrder, WipFact
from erp.manufacturing.operations.lock_production import LockedComponent, lock_production, wrong_states
from erp.manufacturing.operations.release_production import KIND
from erp.manufacturing.permissions import CLOSE, PLAN
from erp.manufacturing.states import OPEN, ManufacturingOrderState


@operation(CLOSE)
def close_production(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Close orders that began: what is still reserved is freed, what cost is left in them is a variance, dated today. Nothing
    lies in a closed order."""
    orders, components = lock_production(order_ids)
    raise_refusals(wrong_states(list(orders.values()), ManufacturingOrderState.CLOSED))
    facts = company_facts(actor.company_id)
    today = local_date(at, facts.time_zone)
    _free(list(orders), [c for found in components.values() for c in found])
    left = [o for o in orders.values() if o.wip]
    bus.publish(
        [
            ManufacturingOrderClosed(
                id=o.id,
                number=o.number,
                status="closed",
                product_id=o.product_id,
                warehouse_id=o.warehouse_id,
                missing=o.open,
            )
            for o in orders.values()
        ],
        at=at,
    )
    post_entries_for(
        entries=[
            EntryDraft(
                journal=JournalEntry.Journal.PRODUCTION,
                date=today,
                document=DocumentRef("manufacturing_order", o.id),
                document_number=o.number,
                lines=(
                    debit(AccountRole.PRODUCTION_VARIANCE, o.wip, currency=facts.currency_code),
                    credit(AccountRole.WORK_IN_PROGRESS, o.wip, currency=facts.currency_code),
                ),
            )
            for o in left
        ],
        actor=actor,
        at=at,
    )
    insert_rows(
        WipFact,
        ["order_id", "kind", "amount", "document_kind", "document_id", "date", "at"],
        [(o.id, WipFact.Kind.CLOSE, -o.wip, "manufacturing_order", o.id, today, at) for o in left],
    )
    update_rows(
        ManufacturingOrder,
        ["state", "wip", "closed_at"],
        [(pk, ManufacturingOrderState.CLOSED, 0, at) for pk in orders],
    )


@operation(PLAN)
def cancel_production(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Give up orders that have not begun; their components are free again. Refuses those that have: close them."""
    orders, components = lock_production(order_ids)
    raise_refusals(wrong_states(list(orders.values()), ManufacturingOrderState.CANCELLED))
    _free(list(orders), [c for found in components.values() for c in found])
    update_rows(ManufacturingOrder, ["state"], [(pk, ManufacturingOrderState.CANCELLED) for pk in orders])
    bus.publish(
        [
            ManufacturingOrderCancelled(
                id=o.id,
                number=o.number,
                status="cancelled",
                product_id=o.product_id,
                warehouse_id=o.warehouse_id,
                products=tuple(sorted(c.product_id for c in components[o.id] if c.reserved)),
            )
            for o in orders.values()
        ],
        at=at,
    )


@operation(PLAN)
def move_production(*, moves: Sequence[ProductionMove], actor: Actor, at: datetime.datetime) -> None:
    """Give open orders another start and due day; the first due day stays. Refuses ended orders and days in the wrong order."""
    orders, _components = lock_production([m.order_id for m in moves])
    refusals: list[BusinessRuleViolation] = []
    for i, move in enumerate(moves):
        order, prefix = orders[move.order_id], f"{i}." if len(moves) > 1 else ""
        if order.state not in OPEN:
            state = ManufacturingOrderState(order.state).label.lower()
            refusals.append(WrongState(field=f"{prefix}order", document=order.number, document_id=order.id, state=state))
        if move.due_date < move.start_date:
            rule = _("Choose the start or a later day.")
            refusals.append(InvalidValue(field=f"{prefix}due_date", what=_("due"), value=f"{move.due_date}", rule=rule))
    raise_refusals(refusals)
    changed = [m for m in moves if (m.start_date, m.due_date) != (orders[m.order_id].start_date, orders[m.order_id].due_date)]
    update_rows(ManufacturingOrder, ["start_date", "due_date"], [(m.order_id, m.start_date, m.due_date) for m in changed])
    bus.publish(
        [
            ManufacturingOrderMoved(
                id=o.id,
                number=o.number,
                status=o.state,
                product_id=o.product_id,
                warehouse_id=o.warehouse_id,
                was=o.due_date,
                now=m.due_date,
            )
            for m in changed
            for o in [orders[m.order_id]]
            if m.due_date != o.due_date
        ],
        at=at,
    )


def _free(order_ids: Sequence[int], components: Sequence[LockedComponent]) -> None:
    release_stock(kind=KIND, document_ids=order_ids)
    update_rows(ComponentLine, ["reserved"], [(c.id, 0) for c in components if c.reserved])
