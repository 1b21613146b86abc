"""A party that is customer and supplier: what the company owes it stands apart from what it owes the company."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from crm.customers.queries import count_documents, customer_balance, list_documents
from erp.core.events import DocumentRef
from erp.core.invariants import all_invariants, check_company
from erp.core.rows import insert_rows
from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.ledger.models import AccountRole, OpenItem
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, ItemDraft, credit, debit, post_entries_for
from erp.ledger.operations.settle_items import SettlementDraft, settle_items
from erp.ledger.queries import ageing_of
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.receivables.queries import ageing, can_apply_credit, customers_with_balance, find_credit, find_credit_of
from erp.sales.queries import credit_exposure
from erp.treasury.models import BankAccount, Payment
from integration.dashboards.queries import receivable_steps
from tests.support.cast import AT, TODAY, acme
from tests.support.trade import LogIn, Trade, log_in, trade

__all__ = ["acme", "log_in", "trade"]
D = Decimal
LONG_AGO = datetime.date(2025, 11, 3)
BILL, FOREIGN_BILL = DocumentRef("vendor_bill", 9001), DocumentRef("vendor_bill", 9002)


def owe(trade: Trade, document: DocumentRef, number: str, amount: str, *, currency: str = "EUR", rate: str = "1") -> int:
    """Book what the company owes (below zero) or has paid its supplier (above); the id of the open item."""
    value = D(amount) * D(rate)
    against = AccountRole.BANK if document.kind == "payment" else AccountRole.COST_OF_SALES
    draft = EntryDraft(
        journal=JournalEntry.Journal.GENERAL,
        date=LONG_AGO,
        document=document,
        document_number=number,
        lines=(
            debit(AccountRole.PAYABLE, value, currency=currency, in_currency=D(amount), party_id=trade.customer),
            credit(against, value, currency=currency, in_currency=D(amount)),
        ),
        opens=ItemDraft(
            role=AccountRole.PAYABLE,
            party_id=trade.customer,
            due_date=LONG_AGO,
            currency_code=currency,
            rate=D(rate),
            amount=D(amount),
            company_amount=value,
        ),
    )
    return post_entries_for(entries=[draft], actor=trade.actor, at=AT)[0].opened


def buy(trade: Trade) -> int:
    """A bill that waits, and one in dollars that was paid at another rate, with 20 dollars too much; the id of the payment."""
    owe(trade, BILL, "VB-1", "-500")
    billed = owe(trade, FOREIGN_BILL, "VB-2", "-100", currency="USD", rate="0.90")
    head = ["number", "direction", "party_id", "bank_account_id", "date", "currency_code", "rate", "amount", "actor", "posted_at"]
    bank = BankAccount.objects.get().pk
    row = ("OUT-1", Payment.Direction.OUT, trade.customer, bank, LONG_AGO, "USD", D("0.95"), D(120), "system:test", AT)
    [(payment,)] = insert_rows(Payment, head, [row], returning=["id"])
    paid = owe(trade, DocumentRef("payment", payment), "OUT-1", "120", currency="USD", rate="0.95")
    difference = EntryDraft(
        journal=JournalEntry.Journal.GENERAL,
        date=LONG_AGO,
        document=DocumentRef("bill_settlement", billed),
        document_number="VB-2",
        lines=(
            credit(AccountRole.PAYABLE, D(5), currency="USD", in_currency=D(0), party_id=trade.customer),
            debit(AccountRole.EXCHANGE_DIFFERENCE, D(5), currency="USD", in_currency=D(0)),
        ),
    )
    post_entries_for(entries=[difference], actor=trade.actor, at=AT)
    settlement = SettlementDraft(
        debit_item_id=paid,
        credit_item_id=billed,
        amount=D(100),
        debit_company_amount=D(95),
        credit_company_amount=D(90),
        date=LONG_AGO,
    )
    settle_items(settlements=[settlement], actor=trade.actor, at=AT)
    return int(payment)


def pay(trade: Trade, amount: str) -> None:
    draft = PaymentDraft(customer_id=trade.customer, amount=D(amount), date=TODAY)
    receive_payments(payments=[draft], actor=trade.actor, at=AT)


READS: dict[str, Callable[[Trade], Any]] = {
    "credit exposure": lambda t: credit_exposure(t.customer, company_currency="EUR"),
    "what is owed, overdue and on account": lambda t: customer_balance(t.customer, today=TODAY),
    "how many documents": lambda t: count_documents(t.customer),
    "the customer's payments": lambda t: [row.pk for row in list_documents(t.customer, "payments")],
    "list of balances": lambda t: list(customers_with_balance(TODAY).values_list("code", "open", "overdue", "oldest")),
    "ageing": lambda t: ageing(on=TODAY),
    "whether a credit can be applied": lambda t: can_apply_credit(t.customer),
    "course of the receivables": lambda _: receivable_steps(datetime.date(2025, 1, 1)),
}


@pytest.mark.parametrize("read", READS)
def test_what_a_customer_owes_is_the_same_when_the_company_buys_of_it(trade: Trade, read: str) -> None:
    trade.order("invoiced", day=datetime.date(2026, 1, 5))
    with company_scope(trade.actor):
        pay(trade, "41.25")
    trade.order("confirmed")
    with company_scope(trade.actor):
        before = READS[read](trade)
        buy(trade)
        assert READS[read](trade) == before


def test_a_party_the_company_only_buys_of_has_no_balance_as_a_customer(trade: Trade) -> None:
    with company_scope(trade.actor):
        buy(trade)
        assert list(customers_with_balance(TODAY)) == []


def test_what_the_company_owes_ages_apart_as_a_positive_figure(trade: Trade) -> None:
    with company_scope(trade.actor):
        buy(trade)
        row = ageing_of(AccountRole.PAYABLE, on=TODAY).total
    assert (row.days_120, row.on_account, row.total) == (500, -19, 481)


def test_a_bill_is_no_credit_of_the_customer(trade: Trade) -> None:
    trade.order("invoiced")
    with company_scope(trade.actor):
        buy(trade)
        assert not can_apply_credit(trade.customer)
        assert find_credit_of(BILL.kind, BILL.id) is None
        assert find_credit(OpenItem.objects.get(kind=BILL.kind, document_id=BILL.id).pk) is None


def test_all_is_well_where_one_party_stands_on_both_sides(trade: Trade) -> None:
    trade.order("paid")
    with company_scope(trade.actor):
        buy(trade)
    found = list(check_company(trade.actor, all_invariants()))
    assert [(finding.invariant.name, finding.examples) for finding in found if not finding.ok] == []


def test_the_list_of_open_items_tells_the_sides_apart(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    with company_scope(trade.actor):
        pay(trade, "10")
        buy(trade)
    client = log_in(Role.ACCOUNTANT)

    def listed(**query: str) -> list[str]:
        page = client.get(reverse("ledger:open_items", query=query)).content.decode()
        return [number for number in ("INV-000001", "VB-1", "VB-2", "OUT-1") if number in page]

    assert listed() == ["INV-000001", "VB-1", "OUT-1"]
    assert listed(side="payable") == ["VB-1", "OUT-1"]
    assert listed(side="receivable") == ["INV-000001"]
    assert listed(state="overdue") == ["VB-1"]
    page = client.get(reverse("ledger:open_items", query={"side": "payable", "q": "OUT-1"})).content.decode()
    assert "On account" in page and "Overdue" not in page.partition("<tbody")[2]


def test_the_api_tells_the_sides_apart(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    with company_scope(trade.actor):
        buy(trade)
    client = log_in(Role.ACCOUNTANT)

    def listed(**query: str) -> list[str]:
        answer = client.get("/api/v1/erp/open-items/", {**query, "open": "true"}).json()
        return sorted(item["document_number"] for item in answer["results"])

    assert listed() == ["INV-000001", "OUT-1", "VB-1"]
    assert listed(side="payable") == ["OUT-1", "VB-1"]
    assert listed(side="receivable") == ["INV-000001"]
    payments = client.get("/api/v1/erp/payments/").json()["results"]
    assert [(row["number"], D(row["open_amount"])) for row in payments] == [("OUT-1", 20)]


def test_the_page_of_money_paid_shows_what_it_settled_and_what_is_left(trade: Trade, log_in: LogIn) -> None:
    with company_scope(trade.actor):
        payment = buy(trade)
    page = log_in(Role.ACCOUNTANT).get(reverse("treasury:payment", args=[payment])).content.decode()
    assert "VB-2" in page and "VB-1" not in page
    assert "20.00" in page and "-20.00" not in page and "\u221220.00" not in page
    assert "Apply credit" not in page
