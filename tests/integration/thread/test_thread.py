"""The thread: the whole life of a sales order, from the causation of events alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.urls import reverse

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef, Event
from erp.core.scope import company_scope
from erp.documents import registry
from erp.documents.registry import DocumentKind
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.models import DeliveryLine, SalesOrder
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from integration.thread.planned import with_planned
from integration.thread.queries import labelled, order_thread
from tests.support.cast import AT, TODAY, counted_statements, person
from tests.support.trade import LogIn, Trade


def everything(_permission: str) -> bool:
    return True


def thread(trade: Trade, order: int, can: Any = everything) -> dict[str, Any]:
    with company_scope(trade.actor, read_only=True):
        found = order_thread(order, can)
    assert found is not None
    return found


def numbers(found: dict[str, Any]) -> list[str]:
    return [node["number"] for node in found["nodes"]]


def links(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    kinds = {node["id"]: node["type"] for node in found["nodes"]}
    return {(kinds[edge["source"]], kinds[edge["target"]], edge["cause"]) for edge in found["edges"]}


def test_goods_that_came_back_and_their_credit_are_in_the_thread(trade: Trade) -> None:
    order = trade.order("invoiced")
    with company_scope(trade.actor):
        line = DeliveryLine.objects.filter(delivery__order_id=order).order_by("sequence")[0]
        lines = [ReturnLineDraft(delivery_line_id=line.pk, quantity=Decimal(1))]
        draft = ReturnDraft(delivery_id=line.delivery_id, date=TODAY, reason="damaged", lines=lines)
        [made] = return_goods(returns=[draft], actor=trade.actor, at=AT)
        credit_returns(return_ids=[made.id], actor=trade.actor, at=AT)
    found = thread(trade, order)
    assert links(found) >= {
        ("delivery", "sales_return", "delivery.posted"),
        ("sales_return", "credit_note", "sales_return.posted"),
        ("sales_return", "journal_entry", "sales_return.posted"),
        ("credit_note", "journal_entry", "credit_note.posted"),
    }
    lanes = {node["type"]: (node["lane"], node["status"]) for node in found["nodes"]}
    assert (lanes["sales_return"], lanes["credit_note"]) == (("ship", "credited"), ("money", "settled"))


def test_the_thread_of_a_paid_order_has_every_document_in_order_of_time_with_its_cause(trade: Trade) -> None:
    found = thread(trade, trade.order("paid"))
    assert [n for n in numbers(found) if not n.startswith("JE")] == ["SO-000001", "DN-000001", "INV-000001", "PAY-000001"]
    assert links(found) == {
        ("sales_order", "delivery", "sales_order.reserved"),
        ("delivery", "journal_entry", "delivery.posted"),
        ("delivery", "invoice", "delivery.posted"),
        ("invoice", "journal_entry", "invoice.posted"),
        ("invoice", "payment", "invoice.posted"),
        ("payment", "journal_entry", "payment.received"),
    }
    assert {node["status"] for node in found["nodes"] if node["type"] == "invoice"} == {"paid"}
    assert all(node["url"] and node["at"] == AT and node["who"] == "Weft" for node in found["nodes"])
    assert found["elapsed"] == 0.0


def test_orders_of_the_same_customer_do_not_mix(trade: Trade) -> None:
    first, second = trade.order("invoiced"), trade.order("invoiced")
    assert set(numbers(thread(trade, first))).isdisjoint(numbers(thread(trade, second)))


def test_one_payment_of_two_invoices_stands_in_both_threads_with_its_entry(trade: Trade) -> None:
    orders = [trade.order("invoiced"), trade.order("invoiced")]
    with company_scope(trade.actor):
        invoices = list(Invoice.objects.order_by("pk"))
        amount = sum((invoice.total for invoice in invoices), Decimal(0))
        draft = PaymentDraft(customer_id=trade.customer, amount=amount, date=TODAY, invoice_ids=[i.pk for i in invoices])
        receive_payments(payments=[draft], actor=trade.actor, at=AT)
    found = [thread(trade, order) for order in orders]
    assert all("PAY-000001" in numbers(one) for one in found)
    assert all(("payment", "journal_entry", "payment.received") in links(one) for one in found)
    assert [sum(number.startswith("INV") for number in numbers(one)) for one in found] == [1, 1]


@dataclass(frozen=True, kw_only=True)
class CrateSealed(Event):
    """A document type that no code knows."""

    type: ClassVar[str] = "test_crate.sealed"
    aggregate: ClassVar[str] = "test_crate"


@pytest.fixture
def crates() -> Iterator[None]:
    registry.register(
        DocumentKind(
            name="test_crate",
            model="inventory.Warehouse",
            label="Crate",
            lane="ship",
            url_name="sales:order",
            permission="sales.view",
            families={"sealed": "done"},
            number_field="code",
            status=lambda _row: ("sealed", "Sealed"),
        )
    )
    yield
    registry.unregister("test_crate")


def seal(trade: Trade, order: int, crate: int, *, stems_from: DocumentRef) -> None:
    with company_scope(trade.actor):
        bus.publish([CrateSealed(id=crate, number=f"CRATE-{crate}", status="sealed", stems_from=stems_from)], at=AT)


def test_a_document_type_nobody_registered_appears_described_by_its_events(trade: Trade) -> None:
    order = trade.order("reserved")
    seal(trade, order, 7, stems_from=DocumentRef("sales_order", order))
    node = next(node for node in thread(trade, order)["nodes"] if node["type"] == "test_crate")
    assert (node["number"], node["status"], node["url"], node["type_label"]) == ("CRATE-7", "sealed", "", "Test crate")


def test_a_registered_new_type_appears_with_its_page_without_touching_the_thread(trade: Trade, crates: None) -> None:
    order = trade.order("invoiced")
    with company_scope(trade.actor, read_only=True):
        invoice = Invoice.objects.get().pk
    seal(trade, order, trade.warehouse, stems_from=DocumentRef("invoice", invoice))
    found = thread(trade, order)
    node = next(node for node in found["nodes"] if node["type"] == "test_crate")
    assert (node["number"], node["lane"], node["status_label"], node["state_family"]) == ("MAIN", "ship", "Sealed", "done")
    assert node["url"] == reverse("sales:order", args=[trade.warehouse])
    assert ("invoice", "test_crate", "invoice.posted") in links(found)


def test_what_came_before_the_order_belongs_to_it_and_its_sisters_do_not(trade: Trade) -> None:
    order = trade.order()
    other = trade.order("delivered")
    crate = DocumentRef("test_crate", 9)
    seal(trade, order, 9, stems_from=DocumentRef("test_crate", 9))
    with company_scope(trade.actor):
        for each in (order, other):
            bus.publish([_Touched(id=each, stems_from=crate)], at=AT)
    found = thread(trade, order)
    assert "CRATE-9" in numbers(found) and "SO-000001" in numbers(found)
    assert "SO-000002" not in numbers(found) and "DN-000001" not in numbers(found)


@dataclass(frozen=True, kw_only=True)
class _Touched(Event):
    type: ClassVar[str] = "sales_order.touched"
    aggregate: ClassVar[str] = "sales_order"


def test_nodes_without_the_permission_have_no_address(trade: Trade, acme: Company) -> None:
    clerk = person(acme, Role.WAREHOUSE_CLERK)
    urls = {node["type"]: bool(node["url"]) for node in thread(trade, trade.order("paid"), clerk.can)["nodes"]}
    assert urls == {"sales_order": True, "delivery": True, "invoice": False, "payment": False, "journal_entry": False}


def test_the_statements_do_not_grow_with_the_documents(trade: Trade) -> None:
    small, large = trade.order("paid"), trade.order("reserved")
    for crate in range(20, 60):
        seal(trade, large, crate, stems_from=DocumentRef("sales_order", large))
    for order in (small, large):
        with company_scope(trade.actor, read_only=True), counted_statements() as count:
            assert order_thread(order, everything)
            assert count() <= 10


def test_an_unknown_order_has_no_thread(trade: Trade) -> None:
    with company_scope(trade.actor, read_only=True):
        assert order_thread(10**9, everything) is None


def test_nothing_of_another_company_is_found(trade: Trade, rival: Company) -> None:
    order = trade.order("paid")
    outsider = Actor(name="user:9", company_id=rival.pk, permissions=None)
    with company_scope(outsider, read_only=True):
        assert order_thread(order, everything) is None


@pytest.mark.parametrize(
    ("stage", "planned"),
    [
        ("placed", ["delivery", "invoice"]),
        ("reserved", ["delivery", "invoice"]),
        ("delivered", ["invoice"]),
        ("invoiced", ["payment"]),
        ("paid", []),
    ],
)
def test_what_is_still_to_come_is_planned(trade: Trade, stage: str, planned: list[str]) -> None:
    pk = trade.order(stage)
    with company_scope(trade.actor, read_only=True):
        found = with_planned(order_thread(pk, everything) or {}, SalesOrder.objects.get(pk=pk), today=TODAY)
    known = {node["id"] for node in found["nodes"]}
    assert [node["type"] for node in found["nodes"] if node.get("planned")] == planned
    assert all(edge["source"] in known and edge["target"] in known for edge in found["edges"])


def test_the_page_shows_chips_that_open_and_causes_in_words(trade: Trade, log_in: LogIn) -> None:
    order = trade.order("invoiced")
    page = log_in(Role.ADMINISTRATOR).get(reverse("thread:sales_order", args=[order])).content.decode()
    assert "INV-000001" in page and "Goods delivered" in page and "w-node-planned" in page
    assert [edge["cause"] for edge in labelled(thread(trade, order))["edges"]][0] == "Stock reserved"
