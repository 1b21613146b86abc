"""A document page: counters of its chain, the subject its files and tasks belong to, the groups of its timeline."""

import datetime

import pytest
from django.urls import reverse

from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.screens.desk import Desk, timeline_of
from erp.screens.documents import Counter, DocumentPage, Entry, Related
from erp.screens.templatetags.screens import groups

READER = Actor(name="user:1", company_id=1, permissions=frozenset(), user_id=1)
AT = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)


def page(**values: object) -> DocumentPage:
    facts = {"number": "SO-1", "title": "", "type_label": "Order", "state_label": "Open", "state_family": "open"}
    return DocumentPage(**facts, actor=READER, **values)  # type: ignore[arg-type]


def related(label: str, number: str, **more: object) -> Related:
    return Related(label, number, f"/{number}/", plural=f"{label}s", icon="x", **more)  # type: ignore[arg-type]


def test_one_linked_document_is_opened_and_several_lead_to_the_chain_that_names_them() -> None:
    chain = [
        related("Order", "SO-1", current=True),
        related("Invoice", "I-1"),
        related("Return", "R-1"),
        related("Return", "R-2"),
    ]
    shown = page(related=chain).shown_counters
    assert shown == [Counter("Invoice", 1, "/I-1/", "x"), Counter("Returns", 2, "#related", "x")]


def test_what_the_page_counts_itself_is_not_counted_twice_and_what_one_may_not_open_not_at_all() -> None:
    own = Counter("Invoices", 7, "/invoices/")
    hidden = Related("Payment", "P-1", "", plural="Payments")
    assert page(counters=[own], related=[related("Invoice", "I-1"), hidden]).shown_counters == [own]


@pytest.mark.parametrize("url", ["", "#", "/nowhere/", "/theme/"])
def test_a_page_that_nobody_writes_about_has_no_subject(url: str) -> None:
    assert page(comment_url=url).subject is None


def test_the_subject_is_the_document_that_is_commented() -> None:
    url = reverse("screens:comment", args=["sales_order", 42])
    assert page(comment_url=url).subject == DocumentRef("sales_order", 42)


def test_what_the_desk_tells_stands_in_the_timeline_by_its_time() -> None:
    def entry(minute: int, text: str, **more: object) -> Entry:
        return Entry(at=AT + datetime.timedelta(minutes=minute), who="Ada", text=text, **more)  # type: ignore[arg-type]

    told = page(timeline=[entry(3, "delivered"), entry(1, "placed")])
    desk = Desk(entries=[entry(2, "attached", kind="file")])
    entries = timeline_of(told, desk)
    assert [e.text for e in entries] == ["delivered", "attached", "placed"]
    assert groups(entries) == ["event", "file"] and groups(list(told.timeline)) == []
