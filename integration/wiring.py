"""The table of contents of the integration: which flows there are, and which facts cause no reaction.

Each flow file declares its reactions: `CONSUMERS` run after commit through the relay, `connect()` hooks what must
happen inside the publisher's transaction. Nothing else reacts to anything.
"""

from erp.core import bus
from integration.flows import (
    customer_timeline,
    delays,
    money_on_account,
    order_entry,
    order_to_cash,
    planning,
    production,
    promises,
    purchasing,
    returns,
)

FLOWS = (
    order_entry,
    order_to_cash,
    planning,
    delays,
    purchasing,
    production,
    money_on_account,
    returns,
    customer_timeline,
    promises,
)
WITHOUT_REACTION = frozenset(
    {
        "agreement.saved",
        "approval.requested",
        "approval.withdrawn",
        "purchase_order.written_off",
        "bill_of_materials.saved",
        "item_policy.saved",  # it counts from the next run of the item
        "journal_entry.posted",
        "purchase_order.discussed",
        "requisition.placed",
        "requisition.ordered",
        "requisition.cancelled",
        "parked_event.replayed",
        "parked_event.skipped",
        "production_issue.posted",
        "working_calendar.saved",  # it counts from the next run on
    }
)


def connect_all() -> None:
    """Called once at start-up."""
    for flow in FLOWS:
        flow.connect()
        for consumer in getattr(flow, "CONSUMERS", ()):
            bus.subscribe(consumer)
