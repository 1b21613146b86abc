"""Money that goes out mirrors money that comes in: what it settles is below zero, and the signs of the books turn round."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import pytest

from erp.core.errors import BusinessRuleViolation, NotFound, Refusals
from erp.core.events import DocumentRef, Event
from erp.core.invariants import all_invariants, check
from erp.core.models import EventRow
from erp.ledger.models import AccountRole, OpenItem, Settlement
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, ItemDraft, credit, debit, post_entries_for
from erp.parties.errors import PartyIsNoSupplier
from erp.parties.models import Party
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.treasury.models import Payment
from erp.treasury.operations.post_payments import MoneyDraft, PaymentKind, Settled, post_payments_for
from tests.support.cast import TODAY, counted_statements
from tests.support.shop import Shop

D = Decimal
LATER = TODAY + datetime.timedelta(days=18)


@dataclass(frozen=True, kw_only=True)
class Paid(Event):
    type: ClassVar[str] = "test_payment.sent"
    aggregate: ClassVar[str] = "payment"
    amount: Decimal
    bill_id: int | None


def paid(settled: Settled) -> Paid:
    return Paid(id=settled.payment.id, number=settled.payment.number, amount=settled.amount, bill_id=settled.document_id)


def not_open(missing: Mapping[str, int], _currency: str) -> list[BusinessRuleViolation]:
    return [NotFound(field=field, what="open bill", value=number) for field, number in missing.items()]


SENT = PaymentKind(
    direction=Payment.Direction.OUT,
    sign=-1,
    role=AccountRole.PAYABLE,
    settles="test_bill",
    account_lock="hashtextextended('test_account', id)",
    party=("supplier", "supplier"),
    is_party="is_supplier",
    stranger=PartyIsNoSupplier,
    documents="bills",
    not_open=not_open,
    event=paid,
)


@pytest.fixture(autouse=True)
def two_suppliers(shop: Shop) -> None:
    Party.objects.filter(pk__in=[shop.customers["YEN"], shop.customers["ZEN"]]).update(is_supplier=True)


def bill(shop: Shop, number: int, amount: str, *, supplier: str = "YEN", rate: str = "0.90") -> None:
    """A claim on the company in the supplier's currency, due the later the higher its number."""
    currency, value, party = "USD" if supplier == "YEN" else "EUR", D(amount) * D(rate), shop.customers[supplier]
    item = ItemDraft(
        role=AccountRole.PAYABLE,
        party_id=party,
        due_date=TODAY + datetime.timedelta(days=number),
        currency_code=currency,
        rate=D(rate),
        amount=-D(amount),
        company_amount=-value,
    )
    lines = (
        debit(AccountRole.COST_OF_SALES, value, currency=currency, in_currency=D(amount)),
        credit(AccountRole.PAYABLE, value, currency=currency, in_currency=D(amount), party_id=party),
    )
    draft = EntryDraft(
        journal=JournalEntry.Journal.GENERAL,
        date=TODAY,
        document=DocumentRef("test_bill", number),
        document_number=f"B-{number}",
        lines=lines,
        opens=item,
    )
    post_entries_for(entries=[draft], **shop.by)


def send(shop: Shop, amount: str, *bills: int, date: datetime.date = TODAY, supplier: str = "YEN") -> None:
    draft = MoneyDraft(party_id=shop.customers[supplier], amount=D(amount), date=date, document_ids=bills)
    post_payments_for(kind=SENT, payments=[draft], **shop.by)


def open_amounts() -> dict[str, Decimal]:
    return dict(OpenItem.objects.order_by("id").values_list("document_number", "residual"))


def test_the_oldest_bill_is_settled_first_and_the_rest_stays_with_the_supplier(shop: Shop) -> None:
    bill(shop, 2, "60")
    bill(shop, 1, "40")
    send(shop, "50")
    assert open_amounts() == {"B-2": -50, "B-1": 0, "PAY-000001": 0}
    send(shop, "70")
    assert open_amounts() == {"B-2": 0, "B-1": 0, "PAY-000001": 0, "PAY-000002": 20}
    assert shop.balance(AccountRole.BANK) == D("-108")
    assert shop.balance(AccountRole.PAYABLE) == 18
    sent = EventRow.objects.filter(type="test_payment.sent").order_by("id")
    assert [(D(e.payload["amount"]), e.payload["bill_id"]) for e in sent] == [(40, 1), (10, 2), (50, 2)]
    assert set(Payment.objects.values_list("direction", flat=True)) == {"out"}


def test_the_bill_that_is_named_is_settled_and_a_dearer_dollar_is_a_loss(shop: Shop) -> None:
    bill(shop, 1, "100")
    bill(shop, 2, "100")
    shop.wait((LATER - TODAY).days)
    send(shop, "100", 2, date=LATER)
    assert open_amounts() == {"B-1": -100, "B-2": 0, "PAY-000001": 0}
    lines = JournalEntry.objects.get(kind="payment").lines.order_by("sequence").values_list("debit", "credit", "currency_amount")
    assert list(lines) == [(0, 95, -100), (90, 0, 100), (5, 0, 5)]
    settled = Settlement.objects.get()
    assert (settled.debit_item.document_number, settled.credit_item.document_number) == ("PAY-000001", "B-2")


def test_each_side_settles_its_own_though_the_party_is_one(shop: Shop) -> None:
    bill(shop, 1, "30", supplier="ZEN", rate="1")
    receive = PaymentDraft(customer_id=shop.customers["ZEN"], amount=D(30), date=TODAY)
    receive_payments(payments=[receive], **shop.by)
    assert open_amounts() == {"B-1": -30, "PAY-000001": -30}
    send(shop, "30", supplier="ZEN")
    assert open_amounts() == {"B-1": 0, "PAY-000001": -30, "PAY-000002": 0}
    assert [c.invariant.name for c in map(check, all_invariants()) if not c.ok] == []


def test_refusals_name_the_fields_of_the_kind(shop: Shop) -> None:
    bill(shop, 1, "30")
    drafts = [
        MoneyDraft(party_id=42, amount=D(0), date=TODAY),
        MoneyDraft(party_id=shop.customers["YEN"], amount=D(1), date=TODAY, document_ids=[7]),
    ]
    with pytest.raises(Refusals) as refused:
        post_payments_for(kind=SENT, payments=drafts, **shop.by)
    assert [r.field for r in refused.value.refusals] == ["0.supplier", "0.amount", "1.bills.0"]
    assert not Payment.objects.exists()
    with pytest.raises(Refusals) as refused:  # the bank accounts are known, though nobody is paid
        post_payments_for(kind=SENT, payments=[MoneyDraft(party_id=42, amount=D(1), date=TODAY, bank_account="NONE")], **shop.by)
    assert [r.field for r in refused.value.refusals] == ["supplier", "bank_account"]


def test_money_goes_to_suppliers_only(shop: Shop) -> None:
    Party.objects.filter(pk=shop.customers["ZEN"]).update(is_supplier=False)
    with pytest.raises(PartyIsNoSupplier):
        send(shop, "5", supplier="ZEN")


def test_a_set_costs_as_many_statements_as_one(shop: Shop) -> None:
    def statements(count: int) -> int:
        draft = MoneyDraft(party_id=shop.customers["YEN"], amount=D(1), date=TODAY)
        with counted_statements() as made:
            post_payments_for(kind=SENT, payments=[draft] * count, **shop.by)
            return made()

    bill(shop, 1, "100")
    statements(1)
    assert statements(20) == statements(1)
