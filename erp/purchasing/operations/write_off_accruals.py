"""What was received and will never be billed, or billed and will never come: written off."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, fetch, insert_rows
from erp.identity.queries import company_facts
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, credit, debit, post_entries_for
from erp.payables.errors import NothingToWriteOff, StillExpected
from erp.payables.events import AccrualWrittenOff
from erp.purchasing.models import ClearingFact
from erp.purchasing.operations.lock_purchase_orders import lock_purchase_orders
from erp.purchasing.permissions import WRITE_OFF
from erp.purchasing.states import PurchaseOrderState

_ORDERS = f"""
SELECT id, order_id FROM purchasing_purchaseorderline WHERE company_id = {COMPANY} AND id = {ANY_ID}
"""  # noqa: S608
_OPEN = f"""
SELECT order_line_id, sum(quantity), sum(amount) FROM purchasing_clearingfact
WHERE company_id = {COMPANY} AND order_line_id = ANY(%s::bigint[]) GROUP BY order_line_id
"""  # noqa: S608
ENDED = (PurchaseOrderState.RECEIVED, PurchaseOrderState.CLOSED, PurchaseOrderState.CANCELLED)


@operation(WRITE_OFF)
def write_off_accruals(*, order_line_ids: Sequence[int], reason: str, actor: Actor, at: datetime.datetime) -> None:
    """Clear what is left of ended order lines against price differences, one entry for each order, dated today.

    Refuses lines of orders that still expect goods, and lines of which nothing is left.
    """
    owner = dict(fetch(_ORDERS, [sorted(set(order_line_ids))]))
    orders, _lines = lock_purchase_orders(list(owner.values()))
    left = {row[0]: (row[1], row[2]) for row in fetch(_OPEN, [sorted(owner)])}
    refusals: list[BusinessRuleViolation] = [
        NothingToWriteOff(field="order_line") for pk in order_line_ids if pk not in owner or not left.get(pk, (ZERO, ZERO))[1]
    ]
    refusals += [StillExpected(document=o.number, document_id=o.id) for o in orders.values() if o.state not in ENDED]
    raise_refusals(refusals)
    facts = company_facts(actor.company_id)
    today = local_date(at, facts.time_zone)
    by_order: dict[int, Decimal] = {}
    for pk, order_id in owner.items():
        by_order[order_id] = by_order.get(order_id, ZERO) + left[pk][1]
    bus.publish(
        [AccrualWrittenOff(id=o.id, number=o.number, status="written_off", amount=by_order[o.id]) for o in orders.values()],
        at=at,
    )
    post_entries_for(
        entries=[
            EntryDraft(
                journal=JournalEntry.Journal.PURCHASE,
                date=today,
                document=DocumentRef("purchase_order", o.id),
                document_number=o.number,
                memo=reason[:200],
                lines=(
                    debit(AccountRole.STOCK_CLEARING, by_order[o.id], currency=facts.currency_code),
                    credit(AccountRole.PRICE_DIFFERENCE, by_order[o.id], currency=facts.currency_code),
                ),
            )
            for o in orders.values()
            if by_order[o.id]
        ],
        actor=actor,
        at=at,
    )
    insert_rows(
        ClearingFact,
        ["order_line_id", "kind", "quantity", "amount", "document_kind", "document_id", "date", "at"],
        [
            (pk, ClearingFact.Kind.WRITE_OFF, -left[pk][0], -left[pk][1], "purchase_order", order_id, today, at)
            for pk, order_id in owner.items()
        ],
    )
