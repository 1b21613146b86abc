"""The customer's timeline is told once per event."""

from dataclasses import replace

from crm.customers.models import Activity
from crm.customers.operations.record_activities import ActivityDraft, record_activities
from erp.core.actor import Actor
from tests.crm.conftest import Customers
from tests.support.cast import AT


def test_the_same_event_told_twice_is_one_entry(in_acme: Actor, customers: Customers) -> None:
    entry = ActivityDraft(
        customer_id=customers.zen,
        consumer="timeline",
        event_id=1,
        type="invoice.posted",
        kind="invoice",
        document_id=5,
        document_number="INV-1",
        details={"status": "posted"},
        actor="user:7",
        at=AT,
    )
    assert record_activities(entries=[entry, replace(entry, event_id=2)], actor=in_acme, at=AT) == 2
    assert record_activities(entries=[entry, replace(entry, event_id=3)], actor=in_acme, at=AT) == 1
    assert Activity.objects.filter(customer_id=customers.zen).count() == 3
    assert Activity.objects.order_by("id")[0].details == {"status": "posted"}
