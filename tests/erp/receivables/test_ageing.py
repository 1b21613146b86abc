"""What customers owed at the end of a day, by days past due: later settlements and later documents are not seen."""

import datetime
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.ledger.models import AccountRole, OpenItem, PostingAccount
from erp.ledger.queries import AgeingRow, trial_balance
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.receivables.queries import ageing
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.shop import Shop
from tests.support.trade import LogIn, Trade

D = Decimal
PRICE = D("45.20")


def day(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


def invoice(shop: Shop, customer: str = "ZEN") -> Invoice:
    """One lamp, invoiced today; Zen has 30 days, Yen none."""
    delivery = shop.delivered(customer, ("LAMP", "1"))
    return Invoice.objects.get(pk=invoice_deliveries(delivery_ids=[delivery.id], **shop.by)[0].id)


def pay(shop: Shop, amount: str, on: datetime.date, *invoices: Invoice, customer: str = "ZEN") -> None:
    ids = [one.pk for one in invoices]
    draft = PaymentDraft(customer_id=shop.customers[customer], amount=D(amount), date=on, invoice_ids=ids)
    receive_payments(payments=[draft], **{**shop.by, "at": max(AT, AT + (on - TODAY))})


def of(shop: Shop, on: datetime.date, customer: str = "ZEN") -> AgeingRow | None:
    return next(iter(ageing(on=on, customer_ids=[shop.customers[customer]]).rows), None)


def test_an_invoice_grows_old_bucket_by_bucket(shop: Shop) -> None:
    invoice(shop)
    names = ("not_due", "days_30", "days_60", "days_90", "days_120", "older")
    seen = {}
    for days in (0, 30, 31, 60, 61, 90, 91, 120, 121, 150, 151):
        row = of(shop, day(days))
        assert row is not None and row.total == PRICE
        seen[days] = [name for name in names if getattr(row, name)]
    assert seen == {
        0: ["not_due"], 30: ["not_due"], 31: ["days_30"], 60: ["days_30"], 61: ["days_60"], 90: ["days_60"],
        91: ["days_90"], 120: ["days_90"], 121: ["days_120"], 150: ["days_120"], 151: ["older"],
    }  # fmt: skip


def test_a_later_payment_is_not_seen_before_its_day(shop: Shop) -> None:
    claim = invoice(shop)
    pay(shop, "45.20", day(40), claim)
    before, after = of(shop, day(39)), of(shop, day(40))
    assert before is not None and before.days_30 == before.total == before.overdue == PRICE
    assert after is None


def test_part_of_an_invoice_and_money_on_account_stand_apart(shop: Shop) -> None:
    claim = invoice(shop)
    pay(shop, "20.00", day(1), claim)
    row = of(shop, day(2))
    assert row is not None and (row.not_due, row.on_account, row.total) == (D("25.20"), 0, D("25.20"))
    second = invoice(shop)
    pay(shop, "60.00", day(3), second)
    row = of(shop, day(4))
    assert row is not None and (row.not_due, row.on_account, row.total) == (D("25.20"), D("-14.80"), D("10.40"))


def test_a_document_of_a_later_day_and_what_it_was_settled_with_are_not_seen(shop: Shop) -> None:
    """Money that came before the invoice it pays was on account until then."""
    claim = invoice(shop)
    pay(shop, "45.20", day(-5), claim)
    row = of(shop, day(-1))
    assert row is not None and (row.on_account, row.total) == (-PRICE, -PRICE)
    assert of(shop, day(0)) is None
    assert of(shop, day(-6)) is None


def test_the_ageing_of_any_day_is_the_balance_of_receivables(shop: Shop) -> None:
    claims = [invoice(shop), invoice(shop, "YEN"), invoice(shop)]
    pay(shop, "45.20", day(20), claims[0])
    pay(shop, "50.22", day(25), claims[1], customer="YEN")  # with an exchange difference
    pay(shop, "100", day(33))
    account = PostingAccount.objects.get(role=AccountRole.RECEIVABLE).account_id
    for last in (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31), datetime.date(2026, 4, 30)):
        rows = trial_balance(first_date=datetime.date(2026, 1, 1), last_date=last)
        assert ageing(on=last).total.total == next(row.closing for row in rows if row.account_id == account)
    assert ageing(on=day(60)).total.total == sum(OpenItem.objects.values_list("company_residual", flat=True))


def test_the_largest_debt_comes_first_and_a_part_of_the_list_has_the_total_of_all(shop: Shop) -> None:
    for customer in ("ZEN", "ZEN", "YEN"):
        invoice(shop, customer)
    first, second = (ageing(on=TODAY, limit=1, offset=offset) for offset in (0, 1))
    assert [row.code for found in (first, second) for row in found.rows] == ["ZEN", "YEN"]
    assert first.parties == second.parties == 2
    assert first.total == second.total
    assert first.total.total == 3 * PRICE


def test_it_is_one_statement_and_a_company_sees_its_own(shop: Shop) -> None:
    invoice(shop)
    with counted_statements() as made:
        ageing(on=TODAY)
    assert made() == 1


def test_the_page_shows_the_day_asked_for_and_leads_to_the_invoices(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    client = log_in(Role.ACCOUNTANT)
    late = page_of(client, on=day(31).isoformat())
    assert "Zen GmbH" in late and late.count("141.25") == 4  # the bucket and the total, of the row and of all
    assert reverse("receivables:invoices", query={"state": "open", "customer": "ZEN"}).replace("&", "&amp;") in late
    assert "No customer owed anything" in page_of(client, on=day(-1).isoformat())
    assert "w-error" in page_of(client, on="yesterday") and "w-error" in page_of(client, page="0")
    assert log_in(Role.WAREHOUSE_CLERK).get(reverse("receivables:ageing")).status_code == 403


def page_of(client: Client, **asked: str) -> str:
    response = client.get(reverse("receivables:ageing", query=asked))
    assert response.status_code == 200
    return response.content.decode()


def test_another_companys_customers_are_not_there(trade: Trade, rival: object) -> None:
    trade.order("invoiced")
    from erp.core.actor import system_actor

    with company_scope(system_actor(rival.pk, "test"), read_only=True):  # type: ignore[attr-defined]
        found = ageing(on=AT.date())
    assert (found.rows, found.parties, found.total.total) == ([], 0, 0)
