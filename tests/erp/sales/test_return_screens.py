"""The screens of returns and credit notes, opened and pressed by people of several roles."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.catalog.models import ProductUnit
from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.receivables.models import CreditNote, Invoice
from erp.sales.models import Delivery, SalesOrderLine, SalesReturn, SalesReturnLine
from tests.support.cast import counted_statements
from tests.support.trade import LogIn, Trade


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def delivery_of(trade: Trade, order: int) -> Delivery:
    with company_scope(trade.actor, read_only=True):
        return Delivery.objects.get(order_id=order)


def sheet(trade: Trade, delivery: Delivery, *quantities: str, **more: str) -> dict[str, Any]:
    """The form of a return as a browser sends it."""
    with company_scope(trade.actor, read_only=True):
        pks = list(delivery.lines.order_by("sequence").values_list("pk", flat=True))
    filled = {f"back_{pk}": quantity for pk, quantity in zip(pks, quantities, strict=False)}
    return {"date": "2026-03-02", "warehouse": trade.warehouse, "reason": "damaged", "remark": "Bent", **filled, **more}


def test_a_warehouse_clerk_takes_goods_back_and_a_sales_manager_credits_them(trade: Trade, log_in: LogIn) -> None:
    clerk, manager = log_in(Role.WAREHOUSE_CLERK), log_in(Role.SALES_MANAGER)
    delivery = delivery_of(trade, trade.order("invoiced"))
    page = reverse("sales:delivery", args=[delivery.pk])
    form = reverse("sales:new_return", args=[delivery.pk])
    assert form in body(clerk, page)
    assert 'data-all="3"' in body(clerk, form) and 'value="3"' not in body(clerk, form)
    answer = clerk.post(form, sheet(trade, delivery, "2", ""), follow=True).content.decode()
    assert "SR-000001" in answer and "Bent" in answer and "To credit" in answer
    with company_scope(trade.actor, read_only=True):
        made = SalesReturn.objects.get()
    credit = reverse("sales:credit", args=[made.pk])
    assert clerk.post(credit).status_code == 403
    shown = manager.post(credit, {"next": reverse("sales:return", args=[made.pk])}, follow=True).content.decode()
    assert "Credited: CN-000001." in shown
    assert "It is credited already." in shown
    assert "CN-000001" in body(manager, reverse("sales:returns"))
    assert "Some of what was delivered came back." in body(manager, reverse("sales:order", args=[delivery.order_id]))


def test_errors_of_the_sheet_stand_beside_their_lines(trade: Trade, log_in: LogIn) -> None:
    clerk, delivery = log_in(Role.WAREHOUSE_CLERK), delivery_of(trade, trade.order("delivered"))
    form = reverse("sales:new_return", args=[delivery.pk])
    assert "Enter how much of at least one line comes back." in clerk.post(form, sheet(trade, delivery)).content.decode()
    answer = clerk.post(form, sheet(trade, delivery, "", "9")).content.decode()
    assert "CABLE: of DN-000001 2 can still come back, not 9." in answer
    assert answer.count("is-invalid") == 1
    with company_scope(trade.actor, read_only=True):
        assert not SalesReturn.objects.exists()


def test_when_everything_came_back_the_delivery_says_so(trade: Trade, log_in: LogIn) -> None:
    client, delivery = log_in(Role.ADMINISTRATOR), delivery_of(trade, trade.order("invoiced"))
    client.post(reverse("sales:new_return", args=[delivery.pk]), sheet(trade, delivery, "3", "2"))
    shown = body(client, reverse("sales:delivery", args=[delivery.pk]))
    assert "Everything came back already." in shown
    assert "Everything that was delivered came back." in body(client, reverse("sales:order", args=[delivery.order_id]))
    with company_scope(trade.actor, read_only=True):
        assert {line.returned == line.delivered for line in SalesOrderLine.objects.all()} == {True}


def test_an_accountant_credits_a_price_from_the_invoice(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ACCOUNTANT)
    trade.order("paid")
    with company_scope(trade.actor, read_only=True):
        invoice = Invoice.objects.get()
        line = invoice.lines.order_by("sequence")[0]
    page, form = reverse("receivables:invoice", args=[invoice.pk]), reverse("receivables:new_credit", args=[invoice.pk])
    assert form in body(client, page)
    body(client, form)
    refused = client.post(form, {"date": "2026-03-02", f"amount_{line.pk}": "500"}).content.decode()
    assert "only 120 are left to credit, not 500" in refused
    assert "Enter a quantity or an amount for at least one line." in client.post(form, {"date": "2026-03-02"}).content.decode()
    asked = {"date": "2026-03-02", "memo": "Scratched", f"amount_{line.pk}": "20"}
    shown = client.post(form, asked, follow=True).content.decode()
    assert "CN-000001" in shown and "Scratched" in shown and "On account" in shown
    assert "CN-000001" in body(client, reverse("receivables:credit_notes"))
    customer = body(client, reverse("customers:customer", args=[invoice.customer_id]) + "?tab=credit_notes")
    assert "CN-000001" in customer and "−22.60" in customer.replace("-", "−")
    with company_scope(trade.actor, read_only=True):
        assert CreditNote.objects.get().total == line.net / 6 * 113 / 100


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.WAREHOUSE_CLERK])
def test_who_may_not_credit_sees_no_way_to(trade: Trade, log_in: LogIn, role: Role) -> None:
    trade.order("invoiced")
    with company_scope(trade.actor, read_only=True):
        invoice = Invoice.objects.get().pk
    assert log_in(role).get(reverse("receivables:new_credit", args=[invoice])).status_code == 403


def test_lists_cost_the_same_statements_for_two_rows_and_for_many(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    urls = [reverse("sales:returns"), reverse("receivables:credit_notes"), reverse("receivables:invoices")]

    def more(count: int) -> list[int]:
        for _ in range(count):
            delivery = delivery_of(trade, trade.order("invoiced", quantity="1"))
            client.post(reverse("sales:new_return", args=[delivery.pk]), sheet(trade, delivery, "1"))
            with company_scope(trade.actor, read_only=True):
                made = SalesReturn.objects.latest("pk").pk
            client.post(reverse("sales:credit", args=[made]))
        return [_statements(client, url) for url in urls]

    assert more(2) == more(8)


def _statements(client: Client, url: str) -> int:
    body(client, url)
    with counted_statements() as count:
        body(client, url)
        return count()


def test_the_sheets_speak_the_unit_of_their_lines(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    with company_scope(trade.actor):
        ProductUnit.objects.create(product_id=trade.lamp, code="box", numerator=3)
    delivery = delivery_of(trade, trade.order("invoiced", quantity="2", unit="box"))
    form = reverse("sales:new_return", args=[delivery.pk])
    shown = body(client, form)
    with company_scope(trade.actor, read_only=True):
        line = delivery.lines.get(product_id=trade.lamp).pk
    assert 'data-all="2"' in shown and f'name="unit_{line}"' in shown and '<option value="box" selected>' in shown
    client.post(form, sheet(trade, delivery, "1", "", **{f"unit_{line}": "PC"}))
    client.post(form, sheet(trade, delivery, "1", "", **{f"unit_{line}": "box"}))
    assert '<option value="PC" selected>' in body(client, form)
    with company_scope(trade.actor, read_only=True):
        said = list(SalesReturnLine.objects.order_by("pk").values_list("entered_quantity", "unit", "quantity"))
        invoice = Invoice.objects.get()
        invoiced = invoice.lines.get(product_id=trade.lamp).pk
        back = SalesReturn.objects.latest("pk")
    assert said == [(1, "PC", 1), (1, "box", 3)]
    assert "(3 " in body(client, reverse("sales:return", args=[back.pk]))
    form = reverse("receivables:new_credit", args=[invoice.pk])
    assert '<option value="box" selected>' in body(client, form)
    data = {"date": "2026-03-02", f"quantity_{invoiced}": "1", f"unit_{invoiced}": "box"}
    page = client.post(form, data, follow=True).content.decode()
    assert "CN-000001" in page and "(3 " in page
