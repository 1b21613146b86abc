"""What happens to a customer's business comes back to the CRM's page by itself."""

import datetime
from collections.abc import Sequence

from crm.customers.operations.record_activities import ActivityDraft, record_activities
from erp.core.actor import Actor
from erp.core.bus import Consumer
from erp.core.events import Recorded

NAME = "customer_timeline.record"
DETAILS = ("status", "total", "amount", "currency", "complete", "order_id", "invoice_id")


def record(events: Sequence[Recorded], actor: Actor, at: datetime.datetime) -> None:
    entries = [
        ActivityDraft(
            customer_id=event.payload["customer_id"],
            consumer=NAME,
            event_id=event.id,
            type=event.type,
            kind=event.document.kind,
            document_id=event.document.id,
            document_number=event.payload["number"],
            details={name: event.payload[name] for name in DETAILS if name in event.payload},
            actor=event.actor,
            at=event.occurred_at,
        )
        for event in events
    ]
    record_activities(entries=entries, actor=actor, at=at)


TYPES = (
    "opportunity.opened",
    "opportunity.moved",
    "quotation.drafted",
    "quotation.cancelled",
    "quotation.accepted",
    "sales_order.placed",
    "sales_order.confirmed",
    "sales_order.reserved",
    "sales_order.short",
    "sales_order.cancelled",
    "sales_order.promise_moved",
    "delivery.posted",
    "sales_return.posted",
    "invoice.posted",
    "credit_note.posted",
    "payment.received",
    "credit.applied",
)
CONSUMERS = (Consumer(NAME, TYPES, record),)


def connect() -> None:
    """No reaction inside the publisher's transaction."""
