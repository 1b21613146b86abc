"""The conversation with a supplier about an order."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import raise_refusals
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.drafts import MissingValue
from erp.purchasing.drafts import MessageDraft
from erp.purchasing.errors import MessageKnown
from erp.purchasing.events import OrderMessagePosted
from erp.purchasing.models import OrderMessage
from erp.purchasing.operations.lock_purchase_orders import lock_purchase_orders
from erp.purchasing.permissions import WRITE_MESSAGE


@operation(WRITE_MESSAGE, partner=True)
def write_messages(
    *, messages: Sequence[MessageDraft], supplier_id: int | None = None, actor: Actor, at: datetime.datetime
) -> list[int]:
    """Add to the conversation; return the ids of the messages, of one that came before the id it has. Those of a supplier name
    them: another's order is not there. Refuses a message under the name of one with another text or of another order."""
    orders, _lines = lock_purchase_orders([m.order_id for m in messages], supplier_id=supplier_id)
    raise_refusals([MissingValue(field="text", what=_("text")) for m in messages if not m.text.strip()])
    ids = {m.message_id for m in messages if m.message_id}
    suppliers = {o.supplier_id for o in orders.values()}
    rows = OrderMessage.objects.filter(message_id__in=ids, supplier_id__in=suppliers) if ids else OrderMessage.objects.none()
    known = {(row.supplier_id, row.message_id): row for row in rows}
    there = [known.get((orders[m.order_id].supplier_id, m.message_id)) for m in messages]
    raise_refusals(
        [
            MessageKnown(field="message_id", message=m.message_id)
            for m, row in zip(messages, there, strict=True)
            if row and (row.order_id, row.text) != (m.order_id, m.text.strip())
        ]
    )
    fresh = [m for m, row in zip(messages, there, strict=True) if row is None]
    made = insert_rows(
        OrderMessage,
        ["order_id", "supplier_id", "text", "from_supplier", "message_id", "actor", "at"],
        [
            (m.order_id, orders[m.order_id].supplier_id, m.text.strip(), supplier_id is not None, m.message_id, actor.name, at)
            for m in fresh
        ],
        returning=["id"],
    )
    bus.publish(
        [
            OrderMessagePosted(
                id=m.order_id,
                number=orders[m.order_id].number,
                status="message",
                supplier_id=orders[m.order_id].supplier_id,
                from_supplier=supplier_id is not None,
            )
            for m in fresh
        ],
        at=at,
    )
    new = iter(row[0] for row in made)
    return [row.pk if row else next(new) for row in there]
