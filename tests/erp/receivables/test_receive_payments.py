"""Payments settle what is open, oldest first or as told; exchange differences are realised with them."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.core.errors import Refusals, UnknownCode
from erp.ledger.models import AccountRole, OpenItem, Settlement
from erp.ledger.rules import Residual, allocate
from erp.receivables.errors import InvoiceNotOpen
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.treasury.models import Payment
from tests.support.cast import TODAY, counted_statements
from tests.support.shop import Shop

D = Decimal


def invoice(shop: Shop, customer: str, *lines: tuple[str, str]) -> Invoice:
    delivery = shop.delivered(customer, *lines)
    return Invoice.objects.get(pk=invoice_deliveries(delivery_ids=[delivery.id], **shop.by)[0].id)


def pay(shop: Shop, customer: str, amount: str, date: datetime.date = TODAY, **more: object) -> None:
    draft = PaymentDraft(customer_id=shop.customers[customer], amount=D(amount), date=date, **more)  # type: ignore[arg-type]
    receive_payments(payments=[draft], **shop.by)


def open_amounts(kind: str) -> list[Decimal]:
    return list(OpenItem.objects.filter(kind=kind).order_by("id").values_list("residual", flat=True))


def test_a_full_payment_leaves_nothing_open(shop: Shop) -> None:
    pay(shop, "ZEN", str(invoice(shop, "ZEN", ("LAMP", "1")).total))
    assert open_amounts("invoice") == open_amounts("payment") == [0]
    assert shop.balance(AccountRole.RECEIVABLE) == 0
    assert shop.balance(AccountRole.BANK) == D("45.20")


def test_the_oldest_invoice_is_settled_first(shop: Shop) -> None:
    invoice(shop, "ZEN", ("LAMP", "1"))
    invoice(shop, "ZEN", ("LAMP", "1"))
    pay(shop, "ZEN", "50.00")
    assert open_amounts("invoice") == [0, D("40.40")]


def test_a_named_invoice_is_settled_and_the_rest_stays_on_account(shop: Shop) -> None:
    invoice(shop, "ZEN", ("LAMP", "1"))
    second = invoice(shop, "ZEN", ("LAMP", "1"))
    pay(shop, "ZEN", "60.00", invoice_ids=[second.pk])
    assert open_amounts("invoice") == [D("45.20"), 0]
    assert open_amounts("payment") == [D("-14.80")]


def test_another_customers_invoice_is_not_settled(shop: Shop) -> None:
    other = invoice(shop, "YEN", ("LAMP", "1"))
    with pytest.raises(InvoiceNotOpen) as refused:
        pay(shop, "ZEN", "10.00", invoice_ids=[other.pk])
    assert (refused.value.field, refused.value.document) == ("invoices.0", other.number)
    assert "no open invoice of this customer in EUR" in str(refused.value)
    assert not Settlement.objects.exists()


def test_an_exchange_gain_is_realised_with_the_payment(shop: Shop) -> None:
    claim = invoice(shop, "YEN", ("LAMP", "1"))
    assert (claim.total, claim.rate) == (D("50.22"), D("0.90"))
    shop.wait(18)
    pay(shop, "YEN", str(claim.total), date=TODAY + datetime.timedelta(days=18))
    assert shop.balance(AccountRole.RECEIVABLE) == 0
    assert shop.balance(AccountRole.EXCHANGE_DIFFERENCE) == D("-2.51")  # 50.22 × 0.95 - (40.00 + 5.20)


def test_all_errors_come_at_once(shop: Shop) -> None:
    bad = PaymentDraft(customer_id=42, amount=D("-1"), date=TODAY, bank_account="NOWHERE", currency_code="EUR")
    with pytest.raises(Refusals) as refused:
        receive_payments(payments=[bad], **shop.by)
    assert [r.field for r in refused.value.refusals] == ["customer", "amount", "bank_account"]


def test_every_missing_rate_is_named_at_its_payment_beside_what_else_is_wrong(shop: Shop) -> None:
    def draft(currency: str, amount: str = "1", date: datetime.date = TODAY, **more: object) -> PaymentDraft:
        return PaymentDraft(customer_id=shop.customers["YEN"], amount=D(amount), date=date, currency_code=currency, **more)  # type: ignore[arg-type]

    early = TODAY - datetime.timedelta(days=60)
    with pytest.raises(Refusals) as refused:
        drafts = [draft("CHF"), draft("USD", date=early, invoice_ids=[7]), draft("JPY", "0.5"), draft("EUR")]
        receive_payments(payments=drafts, **shop.by)
    assert [(r.field, r.code) for r in refused.value.refusals] == [
        ("0.currency", "no_exchange_rate"),
        ("1.currency", "no_exchange_rate"),
        ("1.invoices.0", "invoice_not_open"),
        ("2.amount", "invalid_value"),
        ("2.currency", "no_exchange_rate"),
    ]
    assert not Payment.objects.exists()


@pytest.mark.parametrize("currency", ["XXX", "€€€", "usd"])
def test_an_unknown_currency_is_named(shop: Shop, currency: str) -> None:
    with pytest.raises(UnknownCode) as refused:
        pay(shop, "ZEN", "1.00", currency_code=currency)
    assert refused.value.field == "currency"


def test_a_set_of_foreign_payments_costs_as_many_statements_as_one(shop: Shop) -> None:
    def statements(count: int) -> int:
        draft = PaymentDraft(customer_id=shop.customers["YEN"], amount=D(1), date=TODAY)
        with counted_statements() as made:
            receive_payments(payments=[draft] * count, **shop.by)
            return made()

    statements(1)
    assert statements(20) == statements(1)


@given(
    amount=st.decimals(min_value="0.01", max_value="5000", places=2),
    items=st.lists(st.tuples(st.decimals("0.01", "999", places=2), st.decimals("0.01", "999", places=2)), max_size=8),
)
def test_money_is_neither_lost_nor_made_by_allocating(amount: Decimal, items: list[tuple[Decimal, Decimal]]) -> None:
    residuals = [Residual(i, i, open_, carried) for i, (open_, carried) in enumerate(items)]
    taken = allocate(amount, residuals, places=2)
    assert sum(a.amount for a in taken) == min(amount, sum((open_ for open_, _ in items), D(0)))
    for residual in residuals:
        assert residual.amount >= 0
        assert residual.amount > 0 or residual.company_amount == 0
