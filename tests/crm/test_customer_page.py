"""The customer's page: money on account and its verb; and a comment box on every page of the CRM."""

import datetime
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from crm.customers.operations.record_activities import ActivityDraft, record_activities
from crm.customers.tables import TABS
from crm.pipeline.drafts import OpportunityDraft, QuotationDraft
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.operations.save_quotations import save_quotations
from erp.core import clock
from erp.core.scope import company_scope
from erp.documents.models import Comment
from erp.identity.roles import Role
from erp.ledger.models import OpenItem
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from tests.crm.pipeline.test_save_quotations import line
from tests.support.cast import AT, TODAY, acme
from tests.support.trade import LogIn, Trade, log_in, trade

__all__ = ["acme", "log_in", "trade"]


def page_of(trade: Trade) -> str:
    return reverse("customers:customer", args=[trade.customer])


def pay(trade: Trade, amount: str) -> int:
    with company_scope(trade.actor):
        draft = PaymentDraft(customer_id=trade.customer, amount=Decimal(amount), date=TODAY)
        return receive_payments(payments=[draft], actor=trade.actor, at=AT)[0].id


def residuals(trade: Trade) -> list[Decimal]:
    with company_scope(trade.actor, read_only=True):
        return list(OpenItem.objects.order_by("id").values_list("residual", flat=True))


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_an_accountant_applies_credit_on_the_customers_page(trade: Trade, log_in: LogIn) -> None:
    pay(trade, "10")
    client = log_in(Role.ACCOUNTANT)
    assert "No invoice in the currency of the credit is open." in client.get(page_of(trade)).content.decode()
    trade.order("invoiced")
    page = client.get(page_of(trade)).content.decode()
    assert "On account" in page and "10.00" in page
    url = reverse("receivables:apply_customer_credit", args=[trade.customer])
    assert f'action="{url}"' in page
    answer = client.post(url, {"token": token_in(page), "next": page_of(trade)}, follow=True).content.decode()
    assert "Credit applied; invoices settled or reduced: 1." in answer and "Nothing is on account." in answer
    again = client.post(url, {"next": page_of(trade)}, follow=True).content.decode()
    assert "has no credit that an open invoice" in again
    assert residuals(trade)[0] == 0


def test_a_payment_is_applied_on_its_own_page_and_tells_what_it_settled_later(
    trade: Trade, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pay(trade, "10"), pay(trade, "20")
    trade.order("invoiced")
    client = log_in(Role.ACCOUNTANT)
    url = reverse("receivables:apply_credit", args=["payment", second])
    page = client.get(reverse("treasury:payment", args=[second])).content.decode()
    assert f'action="{url}"' in page
    monkeypatch.setattr(clock, "now", lambda: AT + datetime.timedelta(minutes=5))
    client.post(url, {"token": token_in(page)})
    assert residuals(trade)[:2] == [-10, 0]
    page = client.get(reverse("treasury:payment", args=[second])).content.decode()
    assert "Applied to INV-000001" in page and "All of it is used." in page
    assert "Applied to" not in client.get(reverse("treasury:payment", args=[first])).content.decode()
    assert client.post(reverse("receivables:apply_credit", args=["payment", 10**9])).status_code == 302


def test_a_salesperson_sees_no_money_and_applies_none(trade: Trade, log_in: LogIn) -> None:
    payment = pay(trade, "10")
    trade.order("invoiced")
    client = log_in(Role.SALESPERSON)
    assert "Apply credit" not in client.get(page_of(trade)).content.decode()
    for url in (
        reverse("receivables:apply_customer_credit", args=[trade.customer]),
        reverse("receivables:apply_credit", args=["payment", payment]),
    ):
        assert client.post(url).status_code == 403
    assert residuals(trade)[0] == -10


def test_a_credit_leads_to_its_payment_for_those_who_may_open_it(trade: Trade, log_in: LogIn) -> None:
    payment = pay(trade, "10")
    with company_scope(trade.actor, read_only=True):
        item = OpenItem.objects.get().pk
    url = reverse("receivables:credit", args=[item])
    assert log_in(Role.ACCOUNTANT).get(url).headers["Location"] == reverse("treasury:payment", args=[payment])
    assert log_in(Role.SALESPERSON).get(url).status_code == 404
    assert log_in(Role.FINANCE_MANAGER).get(reverse("receivables:credit", args=[10**9])).status_code == 404


@pytest.mark.parametrize("kind", ["party", "opportunity", "quotation"])
def test_people_write_about_customers_opportunities_and_quotations(trade: Trade, log_in: LogIn, kind: str) -> None:
    client: Client = log_in(Role.SALESPERSON)
    pk = {"party": lambda: trade.customer, "opportunity": lambda: _opportunity(trade), "quotation": lambda: _quotation(trade)}[
        kind
    ]()
    name = {"party": "customers:customer", "opportunity": "pipeline:opportunity", "quotation": "pipeline:quotation"}[kind]
    address, url = reverse(name, args=[pk]), reverse("screens:comment", args=[kind, pk])
    page = client.get(address).content.decode()
    assert f'hx-post="{url}"' in page
    client.post(url, {"text": "Wants <b>brass</b> 铜", "token": token_in(page), "next": address})
    shown = client.get(address).content.decode()
    assert "Wants &lt;b&gt;brass&lt;/b&gt; 铜" in shown and 'class="w-by-comment"' in shown
    with company_scope(trade.actor, read_only=True):
        assert Comment.objects.values_list("kind", "document_id").get() == (kind, pk)
    stranger = log_in(Role.WAREHOUSE_CLERK)
    stranger.post(url, {"text": "no", "next": "/"})
    with company_scope(trade.actor, read_only=True):
        assert Comment.objects.count() == 1


def _opportunity(trade: Trade) -> int:
    with company_scope(trade.actor):
        draft = OpportunityDraft(name="Light", customer_id=trade.customer)
        return save_opportunities(opportunities=[draft], actor=trade.actor, at=AT)[0]


def _quotation(trade: Trade) -> int:
    with company_scope(trade.actor):
        draft = QuotationDraft(customer_id=trade.customer, date=TODAY, lines=[line(trade.lamp, "3")])
        return save_quotations(quotations=[draft], actor=trade.actor, at=AT)[0].id


def test_the_page_leads_nobody_to_what_they_may_not_open(trade: Trade, log_in: LogIn) -> None:
    order, payment = trade.order("invoiced"), pay(trade, "10")
    with company_scope(trade.actor):
        about = {"customer_id": trade.customer, "consumer": "test", "actor": "user:1", "at": AT}
        told = [
            ActivityDraft(event_id=1, type="payment.received", kind="payment", document_id=payment, **about),
            ActivityDraft(event_id=2, type="sales_order.placed", kind="sales_order", document_id=order, **about),
        ]
        record_activities(entries=told, actor=trade.actor, at=AT)
    for role in (Role.SALESPERSON, Role.PLANNER, Role.ACCOUNTANT):
        client = log_in(role)
        for tab in TABS:
            page = client.get(page_of(trade), {"tab": tab}).content.decode()
            links = set(re.findall(r'href="(/(?:sell|stock|money)[^"?]*\d+/)"', page))
            assert reverse("sales:order", args=[order]) in links
            assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
