"""Money on account settles open invoices: oldest due first or as told, in sets, with the exchange difference booked."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from erp.core.errors import InvalidValue, NotFound, PermissionDenied, Refusals, UnknownCode
from erp.core.invariants import all_invariants, check
from erp.core.models import EventRow
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.ledger.errors import PeriodClosed
from erp.ledger.models import AccountRole, JournalEntry, OpenItem, Period, Settlement
from erp.ledger.rules import Residual, match_all
from erp.receivables.errors import MoreThanBothOpen, NotAPair, NothingToApply
from erp.receivables.models import InvoiceLine
from erp.receivables.operations.apply_credits import AppliedCredit, CreditDraft, CreditPair, apply_credits
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from tests.erp.receivables.test_receive_payments import invoice, open_amounts, pay
from tests.support.cast import TODAY, counted_statements, person
from tests.support.shop import Shop

D = Decimal
LATER = TODAY + datetime.timedelta(days=18)


def apply(shop: Shop, customer: str = "ZEN", **more: Any) -> list[AppliedCredit]:
    return apply_credits(credits=[CreditDraft(customer_id=shop.customers[customer], **more)], **shop.by)


def credit_of(number: str) -> OpenItem:
    return OpenItem.objects.get(document_number=number)


def ensure_sound() -> None:
    assert [found for found in map(check, all_invariants()) if not found.ok] == []


def test_what_was_paid_too_much_settles_the_next_invoice(shop: Shop) -> None:
    pay(shop, "ZEN", "60.00")
    claim = invoice(shop, "ZEN", ("LAMP", "1"))
    [done] = apply(shop)
    assert (done.credit_number, done.invoice_number, done.amount) == ("PAY-000001", claim.number, D("45.20"))
    assert open_amounts("invoice") == [0]
    assert open_amounts("payment") == [D("-14.80")]
    assert shop.balance(AccountRole.RECEIVABLE) == D("-14.80")
    ensure_sound()


def test_credits_are_used_oldest_first_on_invoices_oldest_due_first(shop: Shop) -> None:
    pay(shop, "ZEN", "50.00")
    pay(shop, "ZEN", "20.00")
    first, second = invoice(shop, "ZEN", ("LAMP", "1")), invoice(shop, "ZEN", ("LAMP", "1"))
    done = [(d.credit_number, d.invoice_number, d.amount) for d in apply(shop)]
    assert done == [
        ("PAY-000001", first.number, D("45.20")),
        ("PAY-000001", second.number, D("4.80")),
        ("PAY-000002", second.number, D("20.00")),
    ]
    assert open_amounts("invoice") == [0, D("20.40")]
    ensure_sound()


def test_the_pairs_named_are_settled_by_the_amounts_named(shop: Shop) -> None:
    pay(shop, "ZEN", "50.00")
    pay(shop, "ZEN", "20.00")
    _first, second = invoice(shop, "ZEN", ("LAMP", "1")), invoice(shop, "ZEN", ("LAMP", "1"))
    pairs = [
        CreditPair(credit_item_id=credit_of("PAY-000002").pk, invoice_id=second.pk),
        CreditPair(credit_item_id=credit_of("PAY-000001").pk, invoice_id=second.pk, amount=D("1.50")),
    ]
    apply(shop, pairs=pairs)
    assert open_amounts("invoice") == [D("45.20"), D("23.70")]
    assert open_amounts("payment") == [D("-48.50"), 0]
    ensure_sound()


def test_the_credit_named_is_used_and_no_other(shop: Shop) -> None:
    pay(shop, "ZEN", "50.00")
    pay(shop, "ZEN", "20.00")
    invoice(shop, "ZEN", ("LAMP", "1"))
    apply(shop, credit_item_ids=[credit_of("PAY-000002").pk])
    assert open_amounts("payment") == [D("-50.00"), 0]


def test_what_a_credit_note_left_on_account_settles_the_next_invoice(shop: Shop) -> None:
    first = invoice(shop, "ZEN", ("LAMP", "2"))
    pay(shop, "ZEN", str(first.total))
    line = InvoiceLine.objects.get(invoice=first)
    draft = CreditNoteDraft(date=TODAY, invoice_id=first.pk, lines=[CreditLineDraft(invoice_line_id=line.pk, quantity=D(1))])
    post_credit_notes(notes=[draft], **shop.by)
    assert open_amounts("credit_note") == [D("-45.20")]
    second = invoice(shop, "ZEN", ("LAMP", "3"))
    [done] = apply(shop)
    assert (done.credit_number, done.invoice_number, done.amount) == ("CN-000001", second.number, D("45.20"))
    assert open_amounts("credit_note") == [0]
    ensure_sound()


def test_credits_without_an_invoice_name_every_missing_rate_beside_what_else_is_wrong(shop: Shop) -> None:
    def free(currency: str, amount: str = "5") -> CreditNoteDraft:
        line = CreditLineDraft(amount=D(amount), tax_code="STD", description="Fee taken back")
        return CreditNoteDraft(date=TODAY, customer_id=shop.customers["ZEN"], currency_code=currency, lines=[line])

    with pytest.raises(Refusals) as refused:
        post_credit_notes(notes=[free("CHF"), free("JPY"), free("EUR", "-1"), free("USD")], **shop.by)
    assert [(r.field, r.code) for r in refused.value.refusals] == [
        ("0.currency", "no_exchange_rate"),
        ("1.currency", "no_exchange_rate"),
        ("2.lines.0.amount", "invalid_value"),
    ]
    assert open_amounts("credit_note") == []


def test_an_exchange_loss_is_realised_when_credit_and_invoice_are_carried_at_different_rates(shop: Shop) -> None:
    shop.wait(18)
    pay(shop, "YEN", "50.22", date=LATER)  # carried at 0.95: 47.71
    claim = invoice(shop, "YEN", ("LAMP", "1"))  # carried at 0.90: 45.20
    assert shop.balance(AccountRole.RECEIVABLE) == D("-2.51")
    apply(shop, "YEN")
    assert open_amounts("invoice") == open_amounts("payment") == [0]
    assert shop.balance(AccountRole.RECEIVABLE) == 0
    assert shop.balance(AccountRole.EXCHANGE_DIFFERENCE) == D("-2.51")
    settled = Settlement.objects.get()
    assert (settled.date, settled.debit_company_amount, settled.credit_company_amount) == (LATER, D("45.20"), D("47.71"))
    entry = JournalEntry.objects.get(kind="credit")
    assert (entry.date, entry.document_number, entry.memo) == (LATER, "PAY-000001", claim.number)
    ensure_sound()


def test_other_currencies_and_other_customers_are_left_alone(shop: Shop) -> None:
    pay(shop, "ZEN", "60.00", currency_code="USD")
    invoice(shop, "ZEN", ("LAMP", "1"))
    invoice(shop, "YEN", ("LAMP", "1"))
    with pytest.raises(NothingToApply, match="Zen has no credit") as refused:
        apply(shop)
    assert refused.value.field == "customer"
    assert apply(shop, if_any=True) == []
    assert not Settlement.objects.exists()


def test_a_second_press_has_nothing_left(shop: Shop) -> None:
    pay(shop, "ZEN", "10.00")
    invoice(shop, "ZEN", ("LAMP", "1"))
    apply(shop)
    with pytest.raises(NothingToApply):
        apply(shop)
    assert open_amounts("invoice") == [D("35.20")]


def test_all_errors_of_the_set_come_at_once_and_nothing_is_settled(shop: Shop) -> None:
    pay(shop, "ZEN", "10.00")
    claim = invoice(shop, "ZEN", ("LAMP", "1"))
    foreign = invoice(shop, "YEN", ("LAMP", "1"))
    own, zen = credit_of("PAY-000001").pk, shop.customers["ZEN"]

    def pair(invoice_id: int, amount: str | None = None, credit: int = own) -> CreditPair:
        return CreditPair(credit_item_id=credit, invoice_id=invoice_id, amount=amount and D(amount))

    wrong = [
        pair(foreign.pk),
        pair(claim.pk, "10.01"),
        pair(claim.pk, "0"),
        pair(claim.pk, "0.001"),
        pair(claim.pk, credit=10**12),
    ]
    drafts = [
        CreditDraft(customer_id=zen, pairs=wrong),
        CreditDraft(customer_id=424242),
        CreditDraft(customer_id=zen, credit_item_ids=[10**12]),
        CreditDraft(customer_id=shop.customers["YEN"]),
        CreditDraft(customer_id=zen),
    ]
    with pytest.raises(Refusals) as refused:
        apply_credits(credits=drafts, **shop.by)
    assert [(r.field, type(r)) for r in refused.value.refusals] == [
        ("0.pairs.0", NotAPair),
        ("0.pairs.1.amount", MoreThanBothOpen),
        ("0.pairs.2.amount", InvalidValue),
        ("0.pairs.3.amount", InvalidValue),
        ("0.pairs.4", NotAPair),
        ("1.customer", UnknownCode),
        ("2.credits", NotFound),
        ("3.customer", NothingToApply),
    ]
    assert not Settlement.objects.exists()
    assert open_amounts("payment") == [-10]


def test_a_difference_dated_in_a_closed_period_is_refused(shop: Shop) -> None:
    shop.wait(18)
    pay(shop, "YEN", "50.22", date=LATER)
    invoice(shop, "YEN", ("LAMP", "1"))
    Period.objects.filter(first_date__lte=LATER, last_date__gte=LATER).update(ledger_locked=True)
    with pytest.raises(PeriodClosed), transaction.atomic():
        apply(shop, "YEN")


def test_a_salesperson_applies_no_credit(shop: Shop, acme: Company) -> None:
    draft = CreditDraft(customer_id=shop.customers["ZEN"])
    with pytest.raises(PermissionDenied):
        apply_credits(credits=[draft], actor=person(acme, Role.SALESPERSON), at=shop.by["at"])


def test_the_event_stems_from_the_invoice_and_names_no_person(shop: Shop) -> None:
    pay(shop, "ZEN", "10.00")
    claim = invoice(shop, "ZEN", ("LAMP", "1"))
    apply(shop)
    posted = EventRow.objects.get(type="invoice.posted")
    applied = EventRow.objects.get(type="credit.applied")
    assert (applied.causation_id, applied.correlation_id) == (posted.pk, posted.correlation_id)
    assert applied.payload == {
        "number": "PAY-000001",
        "status": "applied",
        "customer_id": shop.customers["ZEN"],
        "amount": "10.00",
        "currency": "EUR",
        "invoice_id": claim.pk,
    }


def test_a_set_costs_as_many_statements_as_one(shop: Shop) -> None:
    shop.wait(18)
    shop.receive("CABLE", "100", "100")

    def statements(count: int) -> int:
        for customer in shop.customers:
            pay(shop, customer, str(10 * count), date=LATER)
            for _ in range(count):
                invoice(shop, customer, ("CABLE", "1"))
        drafts = [CreditDraft(customer_id=customer) for customer in shop.customers.values()]
        with counted_statements() as made:
            assert len(apply_credits(credits=drafts, **shop.by)) >= 2 * count
            return made()

    statements(1)
    assert statements(1) == statements(8) <= 8


amounts = st.lists(st.tuples(st.decimals("0.01", "999", places=2), st.decimals("0.01", "999", places=2)), max_size=8)


@given(credits=amounts, debits=amounts)
def test_matching_uses_up_one_side_and_carries_every_cent(
    credits: list[tuple[Decimal, Decimal]], debits: list[tuple[Decimal, Decimal]]
) -> None:
    ones, others = ([Residual(i, i, amount, carried) for i, (amount, carried) in enumerate(side)] for side in (credits, debits))
    found = match_all(ones, others, places=2)
    total = min(sum((a for a, _ in credits), D(0)), sum((a for a, _ in debits), D(0)))
    assert sum((one.amount for one in found), D(0)) == total
    assert len(found) <= max(len(credits) + len(debits) - 1, 0)
    for side, before, carried in ((ones, credits, "credit_company_amount"), (others, debits, "debit_company_amount")):
        left = sum((item.company_amount for item in side), D(0))
        assert sum((getattr(one, carried) for one in found), left) == sum((c for _, c in before), D(0))
        assert all(item.amount > 0 or item.company_amount == 0 for item in side)
