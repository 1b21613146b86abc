"""The screens of invoices, balances and payments."""

import datetime
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.receivables.models import Invoice
from erp.treasury.models import Payment
from tests.support.cast import TODAY, counted_statements
from tests.support.trade import LogIn, Trade

LONG_AGO = TODAY - datetime.timedelta(days=400)


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def invoice_of(trade: Trade) -> Invoice:
    with company_scope(trade.actor, read_only=True):
        return Invoice.objects.order_by("-pk")[0]


def new_payment(invoice: Invoice) -> str:
    return reverse("receivables:new_payment", query={"invoice": str(invoice.pk)})


def test_an_invoice_shows_what_is_open_and_finance_may_receive_its_payment(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    invoice = invoice_of(trade)
    url = reverse("receivables:invoice", args=[invoice.pk])
    page = body(log_in(Role.ACCOUNTANT), url)
    assert "141.25" in page and "Receive payment" in page and "JE-0" in page
    seller = body(log_in(Role.SALESPERSON), url)
    assert "Receive payment" not in seller and "/money/entries/" not in seller


def test_the_states_of_invoices_are_told_and_found(trade: Trade, log_in: LogIn) -> None:
    trade.order("paid")
    trade.order("invoiced", day=TODAY - datetime.timedelta(days=40))
    client = log_in(Role.ACCOUNTANT)
    found = {
        state: body(client, reverse("receivables:invoices", query={"state": state})) for state in ("open", "overdue", "paid")
    }
    assert ["INV-000001" in page for page in found.values()] == [False, False, True]
    assert ["INV-000002" in page for page in found.values()] == [True, True, False]


def test_a_payment_of_part_leaves_the_rest_and_its_page_says_what_it_settled(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    invoice, client = invoice_of(trade), log_in(Role.ACCOUNTANT)
    form = body(client, new_payment(invoice))
    assert 'value="141.25"' in form and "checked" in form
    data = {"amount": "41.25", "date": TODAY.isoformat(), "bank_account": "BANK", "invoices": [invoice.pk], "memo": "part 一"}
    page = client.post(new_payment(invoice), data, follow=True).content.decode()
    assert "PAY-000001" in page and "INV-000001" in page and "part 一" in page
    assert "Payment posted." in page
    assert "Partly settled" in body(client, reverse("receivables:invoice", args=[invoice.pk]))
    assert "100.00" in body(client, reverse("receivables:balances"))


def test_an_invoice_that_was_credited_in_part_is_nowhere_called_paid(trade: Trade, log_in: LogIn) -> None:
    order = trade.order("invoiced")
    invoice, client = invoice_of(trade), log_in(Role.ACCOUNTANT, Role.SALESPERSON)
    trade.take_back(order, credit=True)
    pages = [reverse("receivables:invoice", args=[invoice.pk]), reverse("receivables:invoices")]
    for page in (body(client, url) for url in pages):
        assert "Partly settled" in page and "Partly paid" not in page
    thread = client.get(f"/api/v1/erp/sales-orders/{order}/thread/").json()
    assert [node["status"] for node in thread["nodes"] if node["type"] == "invoice"] == ["partly"]


def test_wrong_input_comes_back_with_all_errors_and_changes_nothing(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    invoice, client = invoice_of(trade), log_in(Role.ACCOUNTANT)
    wrong = client.post(new_payment(invoice), {"amount": "a lot", "date": "yesterday", "bank_account": "X", "invoices": ["0"]})
    assert wrong.status_code == 200 and wrong.content.decode().count("w-error") >= 4
    for amount in ("-1", "1.001"):
        data = {"amount": amount, "date": TODAY.isoformat(), "bank_account": "BANK"}
        assert "w-error" in client.post(new_payment(invoice), data).content.decode()
    closed = client.post(new_payment(invoice), {"amount": "1", "date": LONG_AGO.replace(year=2001), "bank_account": "BANK"})
    assert "There is no period for" in closed.content.decode()
    both = client.post(new_payment(invoice), {"amount": "-5", "date": "2001-01-02", "bank_account": "BANK"}).content.decode()
    assert "There is no period for 2001-01-02" in both
    assert "Amount: “-5” is not allowed. Enter an amount above zero." in both
    with company_scope(trade.actor, read_only=True):
        assert not Payment.objects.exists()


def test_the_same_form_sent_twice_is_one_payment(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    invoice, client = invoice_of(trade), log_in(Role.ACCOUNTANT)
    token = body(client, new_payment(invoice)).split('name="token" value="', 1)[1].split('"', 1)[0]
    data = {"amount": "10", "date": TODAY.isoformat(), "bank_account": "BANK", "token": token}
    client.post(new_payment(invoice), data)
    assert "Already done by" in client.post(new_payment(invoice), data, follow=True).content.decode()
    with company_scope(trade.actor, read_only=True):
        assert Payment.objects.count() == 1


def test_a_payment_starts_with_its_customer(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ACCOUNTANT)
    assert "Show open invoices" in body(client, reverse("receivables:new_payment"))
    assert "There is no customer with this code." in body(client, reverse("receivables:new_payment", query={"customer": "?"}))
    assert "Payment from Zen GmbH" in body(client, reverse("receivables:new_payment", query={"customer": "zen"}))
    assert log_in(Role.SALESPERSON).get(reverse("receivables:new_payment")).status_code == 403


def test_lists_cost_the_same_for_many_rows(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ACCOUNTANT)
    urls = [reverse("receivables:invoices"), reverse("receivables:balances"), reverse("treasury:payments")]
    for stage in ("paid", "invoiced"):
        trade.order(stage, quantity="1")
    few = [_statements(client, url) for url in urls]
    for _ in range(8):
        trade.order("paid", quantity="1")
    assert [_statements(client, url) for url in urls] == few


def _statements(client: Client, url: str) -> int:
    body(client, url)
    with counted_statements() as count:
        body(client, url)
        return count()


def test_the_balance_of_a_customer_is_the_sum_of_the_open_invoices(trade: Trade, log_in: LogIn) -> None:
    for _ in range(3):
        trade.order("invoiced")
    client = log_in(Role.ACCOUNTANT)
    total = f"{Decimal('141.25') * 3:.2f}"
    assert body(client, reverse("receivables:balances", query={"overdue": "false"})).count(total) == 2  # the row and the foot
    assert total in body(client, reverse("receivables:invoices", query={"state": "open", "customer": "ZEN"}))
