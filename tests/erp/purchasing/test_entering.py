"""Entering orders, receipts and bills in the browser: what is agreed is offered, every error is at its field."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.payables.models import MatchTolerance, VendorBill
from erp.purchasing.drafts import PurchaseReturnDraft, ReturnedLine
from erp.purchasing.models import GoodsReceiptLine, OrderMessage, PurchaseOrder, PurchaseOrderLine, PurchaseReturn
from erp.purchasing.operations.return_to_suppliers import return_to_suppliers
from erp.purchasing.queries import open_clearing_of
from tests.support.buying import Buying
from tests.support.cast import AT, TODAY

D = Decimal
JSON: dict[str, Any] = {"content_type": "application/json"}


def head(**changes: str) -> dict[str, str]:
    return {"supplier": "ORION", "warehouse": "", "date": TODAY.isoformat(), "requested_date": TODAY.isoformat()} | changes


def send(client: Client, buying: Buying, lines: list[dict[str, str]], **header: str) -> Any:
    body = {"header": head(warehouse=str(buying.trade.warehouse), **header), "lines": lines, "verb": "post", "token": "t1"}
    return client.post(reverse("purchasing:order_submit"), json.dumps(body), **JSON)


@pytest.fixture
def buyer(log_in: Any, buying: Buying) -> Client:
    return log_in(Role.BUYER)


@pytest.fixture
def clerk(log_in: Any, buying: Buying) -> Client:
    return log_in(Role.WAREHOUSE_CLERK)


@pytest.fixture
def accountant(log_in: Any, buying: Buying) -> Client:
    return log_in(Role.ACCOUNTANT)


def test_the_agreed_price_is_offered_and_counts_where_none_is_typed(buyer: Client, buying: Buying) -> None:
    assert buyer.get(reverse("purchasing:new_order")).status_code == 200
    asked = {"products": ["LAMP"], "header": head()}
    found = buyer.post(reverse("purchasing:order_lookup"), json.dumps(asked), **JSON).json()["products"]["LAMP"]
    assert found["price"] == "10"
    answer = send(buyer, buying, [{"product": "LAMP", "quantity": "60"}])
    assert answer.status_code == 200, answer.content
    with company_scope(buying.trade.actor):
        order = PurchaseOrder.objects.get()
        assert answer.json()["url"] == reverse("purchasing:order", args=[order.pk])
        assert (order.supplier_id, order.agreement_id, order.net) == (buying.supplier, buying.agreement, 540)


def test_a_price_that_is_typed_counts_and_what_is_wrong_is_said_at_its_field(buyer: Client, buying: Buying) -> None:
    answer = send(buyer, buying, [{"product": "LAMP", "quantity": "20", "price": "8.5"}])
    assert answer.status_code == 200, answer.content
    with company_scope(buying.trade.actor):
        assert PurchaseOrderLine.objects.get().unit_price == D("8.5")
    answer = send(buyer, buying, [{"product": "LAMP", "quantity": "3"}])  # at least ten are agreed
    assert [error["field"] for error in answer.json()["errors"]] == ["lines.0.quantity"]
    answer = send(buyer, buying, [{"product": "NOBODY", "quantity": "-1"}], supplier="NOBODY")
    assert {error["field"] for error in answer.json()["errors"]} == {"supplier", "lines.0.product", "lines.0.quantity"}
    with company_scope(buying.trade.actor):
        assert PurchaseOrder.objects.count() == 1


def test_goods_are_received_line_by_line_with_what_is_refused(clerk: Client, buying: Buying) -> None:
    order = buying.order("100")
    url, line = reverse("purchasing:receive_lines", args=[order.id]), order.line_ids[0]
    page = clerk.get(url)
    assert page.status_code == 200 and 'data-all="100"' in page.content.decode()
    typed = {
        "date": TODAY.isoformat(),
        f"arrived_{line}": "98",
        f"rejected_{line}": "2",
        f"reason_{line}": "scratched",
        "token": "a",
    }
    assert clerk.post(url, typed).status_code == 302
    with company_scope(buying.trade.actor):
        fact = GoodsReceiptLine.objects.get()
        assert (fact.arrived, fact.accepted, fact.rejected, fact.reason) == (98, 96, 2, "scratched")


def test_a_receipt_of_nothing_or_of_too_much_comes_back_with_the_sheet(clerk: Client, buying: Buying) -> None:
    order = buying.order("100")
    url, line = reverse("purchasing:receive_lines", args=[order.id]), order.line_ids[0]
    day = {"date": TODAY.isoformat(), "token": "b"}
    assert "at least one line" in clerk.post(url, day).content.decode()
    page = clerk.post(url, day | {f"arrived_{line}": "130"})
    assert page.status_code == 200 and "w-error" in page.content.decode()
    with company_scope(buying.trade.actor):
        assert not GoodsReceiptLine.objects.exists()


def test_a_bill_is_offered_for_what_came_and_matched_at_once(accountant: Client, buying: Buying) -> None:
    order = buying.order("100")
    buying.receive(order, "60")
    url, line = reverse("purchasing:new_bill", args=[order.id]), order.line_ids[0]
    page = accountant.get(url).content.decode()
    assert 'value="60"' in page and 'value="9"' in page
    typed = {"supplier_number": "R-77", "date": TODAY.isoformat(), f"quantity_{line}": "60", f"price_{line}": "9", "token": "c"}
    answer = accountant.post(url, typed)
    with company_scope(buying.trade.actor):
        bill = VendorBill.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("payables:bill", args=[bill.pk])
    assert (bill.state, bill.net) == ("posted", 540)
    page = accountant.post(url, typed | {"token": "d", f"quantity_{line}": "5"})
    assert page.status_code == 200 and "R-77" in page.content.decode()  # the number is known


def test_due_bills_are_ticked_and_paid_and_the_ageing_says_what_is_owed(accountant: Client, buying: Buying) -> None:
    for number in ("R-1", "R-2"):
        order = buying.order("10", price="9")
        buying.receive(order, "10")
        buying.bill(order, "10", number=number)
    page = accountant.get(reverse("payables:ageing", query={"on": TODAY.isoformat()})).content.decode()
    assert "Orion Optics" in page and "203.40" in page
    with company_scope(buying.trade.actor):
        ids = list(VendorBill.objects.values_list("pk", flat=True))
    shown = accountant.get(reverse("payables:bills", query={"unpaid": "any"})).content.decode()
    assert "R-1" in shown and "R-2" in shown
    answer = accountant.post(reverse("payables:bills"), {"verb": "pay", "ids": [str(pk) for pk in ids], "token": "e"})
    assert answer.status_code in (200, 302)
    with company_scope(buying.trade.actor):
        from erp.payables.queries import open_amount

        assert [open_amount(pk) for pk in ids] == [0, 0]


def test_a_tolerance_is_written_changed_and_decides_the_match(log_in: Any, buying: Buying) -> None:
    manager = log_in(Role.FINANCE_MANAGER)
    typed = {"supplier": "ORION", "price_over_fraction": "10", "combine": "min", "token": "f"}
    assert manager.post(reverse("payables:new_tolerance"), typed).status_code == 302
    order = buying.order("100")
    buying.receive(order, "100")
    assert buying.bill(order, "100", price="9.80").state == "posted"  # 8.9 % dearer
    with company_scope(buying.trade.actor):
        row = MatchTolerance.objects.get()
        assert row.price_over_fraction == D("0.1")
    url = reverse("payables:tolerance", args=[row.pk])
    assert 'value="10"' in manager.get(url).content.decode()
    assert manager.post(url, typed | {"price_over_fraction": "", "price_over": "0.5", "token": "g"}).status_code == 302
    page = manager.post(url, typed | {"price_over_fraction": "120", "supplier": "NOBODY", "token": "h"}).content.decode()
    assert page.count('class="w-error"') == 2
    with company_scope(buying.trade.actor):
        row.refresh_from_db()
        assert (row.price_over_fraction, row.price_over) == (None, D("0.5"))
    assert manager.get(reverse("payables:tolerances")).status_code == 200


def test_a_held_bill_leads_to_its_order_and_passes_or_is_turned_down_with_a_reason(log_in: Any, buying: Buying) -> None:
    order = buying.order("100")
    early, wrong = buying.bill(order, "100"), buying.bill(order, "100", "30", number="R-2")
    manager = log_in(Role.FINANCE_MANAGER)
    page = manager.get(reverse("payables:bill", args=[early.id])).content.decode()
    for address in ("purchasing:release_bill", "purchasing:match_bill", "payables:reject"):
        assert reverse(address, args=[early.id]) in page
    assert order.number in page
    assert manager.post(reverse("purchasing:match_bill", args=[early.id])).status_code == 302
    for address, bill in (("purchasing:release_bill", early), ("payables:reject", wrong)):
        url = reverse(address, args=[bill.id])
        assert manager.get(url).status_code == 200
        assert manager.post(url, {"reason": " "}).status_code == 200
        assert manager.post(url, {"reason": "As agreed by phone"}).status_code == 302
    with company_scope(buying.trade.actor):
        states = dict(VendorBill.objects.values_list("id", "state"))
        assert states == {early.id: "posted", wrong.id: "rejected"}
    page = manager.get(reverse("payables:bill", args=[early.id])).content.decode()
    assert "As agreed by phone" in page and reverse("payables:reject", args=[early.id]) not in page


def test_the_buyer_writes_to_the_supplier_and_reads_what_they_say(buyer: Client, buying: Buying) -> None:
    order = buying.order("100")
    url = reverse("purchasing:message", args=[order.id])
    assert buyer.get(url).status_code == 200
    assert buyer.post(url, {"text": " "}).status_code == 200
    assert buyer.post(url, {"text": "你好 <b>When?</b>"}).status_code == 302
    with company_scope(buying.trade.actor):
        assert not OrderMessage.objects.get().from_supplier
    page = buyer.get(reverse("purchasing:order", args=[order.id])).content.decode()
    assert "你好 &lt;b&gt;When?" in page and url in page


def test_goods_are_sent_back_on_screen_no_more_than_came(buyer: Client, buying: Buying) -> None:
    order = buying.order("100")
    buying.receive(order, "60")
    url, name = reverse("purchasing:send_back", args=[order.id]), f"quantity_{order.line_ids[0]}"
    assert name in buyer.get(url).content.decode()
    for quantity in ("", "61"):
        refused = buyer.post(url, {"date": f"{TODAY:%Y-%m-%d}", name: quantity})
        assert refused.status_code == 200 and "w-summary" in refused.content.decode()
    sent = buyer.post(url, {"date": f"{TODAY:%Y-%m-%d}", name: "20", "reason": "scratched"})
    with company_scope(buying.trade.actor):
        assert sent.headers["Location"] == reverse("purchasing:return", args=[PurchaseReturn.objects.get().pk])
        assert PurchaseOrderLine.objects.get().returned == 20


def test_what_is_never_billed_is_written_off_on_screen(accountant: Client, buying: Buying) -> None:
    order = buying.order("100")
    page, url = reverse("purchasing:order", args=[order.id]), reverse("purchasing:write_off", args=[order.id])
    buying.receive(order, "60")
    assert url not in accountant.get(page).content.decode()
    buying.receive(order, "40")
    assert url in accountant.get(page).content.decode()
    assert accountant.get(url).status_code == 200
    assert accountant.post(url, {"reason": "Supplier is gone"}).status_code == 302
    assert url not in accountant.get(page).content.decode()
    again = accountant.post(url, {"reason": "Again"})
    assert again.status_code == 200 and "w-summary" in again.content.decode()


def test_what_came_beyond_the_order_is_billed_and_what_went_back_is_credited(accountant: Client, buying: Buying) -> None:
    order = buying.order("100")
    with company_scope(buying.trade.actor):
        PurchaseOrder.objects.update(over_fraction=D("0.1"))
    buying.receive(order, "110")
    buying.bill(order, "100")
    url, quantity = reverse("purchasing:new_bill", args=[order.id]), f"quantity_{order.line_ids[0]}"
    assert url in accountant.get(reverse("purchasing:order", args=[order.id])).content.decode()
    sent = {"date": f"{TODAY:%Y-%m-%d}", quantity: "10", "supplier_number": "R-2"}
    assert 'value="10"' in accountant.get(url).content.decode()
    assert accountant.post(url, sent).status_code == 302
    with company_scope(buying.trade.actor):
        back = PurchaseReturnDraft(order_id=order.id, date=TODAY, lines=[ReturnedLine(line_id=order.line_ids[0], quantity=D(30))])
        return_to_suppliers(returns=[back], actor=buying.trade.actor, at=AT)
    assert 'value="30"' in accountant.get(url).content.decode()
    credited = {**sent, quantity: "30", "supplier_number": "C-1", "kind": "credit"}
    assert accountant.post(url, credited).status_code == 302
    with company_scope(buying.trade.actor):
        assert [b.state for b in VendorBill.objects.order_by("id")] == ["posted"] * 3
        assert open_clearing_of(order.id) == {}
