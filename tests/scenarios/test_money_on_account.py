"""What a customer paid too much settles their next invoice by itself, once, whoever else is at it."""

import datetime
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from crm.customers.models import Activity
from crm.customers.queries import customer_balance
from erp.automation.models import ExceptionItem
from erp.automation.operations.run_exceptions import run_exceptions
from erp.automation.queries import rule_choices, verb_choices
from erp.core import clock
from erp.core.models import Delivery as Duty
from erp.core.rows import insert_rows
from erp.ledger.models import OpenItem, Period, Settlement
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.reference.models import ExchangeRate
from integration.relay.drain import drain
from integration.thread.queries import order_thread
from tests.scenarios.races import press
from tests.support.crowd import run_crowd
from tests.support.market import Market, open_market, today, verify
from tests.support.story import superuser

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


@pytest.fixture
def market(db: None) -> Market:
    market = open_market()
    market.receive({"LAMP": "100"})
    drain()
    return market


def pay(market: Market, amount: str, **more: Any) -> None:
    draft = PaymentDraft(**{"customer_id": market.customers["ZEN"], "amount": D(amount), "date": today(), **more})
    at = clock.now() + (draft.date - today())  # a payment of a later day is entered then
    market.unit(lambda: receive_payments(payments=[draft], **market.by(at=at)))


def residuals(market: Market) -> dict[str, Decimal]:
    with market.looking():
        return dict(OpenItem.objects.order_by("id").values_list("document_number", "residual"))


def test_an_order_is_settled_by_money_on_account_and_the_thread_and_the_timeline_say_so(market: Market) -> None:
    pay(market, "60")
    order = market.sell({"LAMP": "1"})
    drain()
    assert residuals(market) == {"PAY-000001": D("-14.80"), "INV-000001": 0}
    with market.looking():
        thread = order_thread(order, lambda _: True)
        activities = list(Activity.objects.order_by("id").values_list("type", "document_number"))
        balance = customer_balance(market.customers["ZEN"], today=today())
    assert thread
    [credit] = [node for node in thread["nodes"] if node["type"] == "credit"]
    assert (credit["number"], credit["lane"], credit["status"]) == ("PAY-000001", "money", "on_account")
    [edge] = [edge for edge in thread["edges"] if edge["target"] == credit["id"]]
    assert (edge["source"].split(":")[0], edge["cause"]) == ("invoice", "invoice.posted")
    assert ("credit.applied", "PAY-000001") in activities
    assert (balance.owed, balance.on_account, balance.overdue) == (D("-14.80"), D("14.80"), 0)
    assert "0 differ" in verify()
    assert set(Duty.objects.values_list("state", flat=True)) == {"done"}


def test_a_set_of_invoices_is_settled_oldest_due_first(market: Market) -> None:
    pay(market, "100")
    for _ in range(3):
        market.sell({"LAMP": "1"})
    drain()
    assert list(residuals(market).values()) == [0, 0, 0, D("35.60")]
    assert "0 differ" in verify()


def test_a_difference_that_cannot_be_booked_waits_in_the_inbox_for_one_click(market: Market) -> None:
    later = (today().replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    rates = [("USD", datetime.date(2025, 1, 1), D("0.9")), ("USD", later, D("0.95"))]
    market.unit(lambda: insert_rows(ExchangeRate, ["currency_id", "valid_from_date", "rate"], rates))
    pay(market, "50.22", date=later, currency_code="USD")
    locked = Period.objects.filter(first_date=later)
    market.unit(lambda: locked.update(ledger_locked=True))
    market.sell({"LAMP": "1"}, currency_code="USD")
    drain()
    with market.looking():
        item = ExceptionItem.objects.get(state="open")
    assert (item.verb, item.kind, item.number, item.reason["code"]) == ("apply_credit", "invoice", "INV-000001", "period_closed")
    assert residuals(market) == {"PAY-000001": D("-50.22"), "INV-000001": D("50.22")}
    market.unit(lambda: locked.update(ledger_locked=False))
    market.unit(lambda: run_exceptions(exception_ids=[item.pk], **market.by()))
    drain()
    assert residuals(market) == {"PAY-000001": 0, "INV-000001": 0}
    with market.looking():
        assert not ExceptionItem.objects.filter(state="open").exists()
    assert "0 differ" in verify()


def test_no_rule_is_asked_and_none_is_offered_for_it(market: Market) -> None:
    offered = dict(rule_choices())
    assert "apply_credit" not in offered and {"confirm", "invoice"} <= offered.keys()
    assert "apply_credit" in dict(verb_choices())


def test_two_who_apply_the_same_credit_use_it_once(market: Market) -> None:
    pay(market, "60")
    for order in market.place([{"LAMP": "1"}] * 2):
        invoice_by_hand(market, order)
    arguments = [(market.actor.company_id, market.customers["ZEN"])] * 2
    outcomes = run_crowd("tests.scenarios.races:apply_credit", arguments, database=connection.settings_dict["NAME"])
    assert [(o.error, o.exit_code) for o in outcomes] == [("", 0)] * 2
    assert Counter(o.value for o in outcomes) == Counter([2, "nothing_to_apply"])
    assert residuals(market) == {"PAY-000001": 0, "INV-000001": 0, "INV-000002": D("30.40")}
    with market.looking():
        assert Settlement.objects.count() == 2
    assert "0 differ" in verify()


def invoice_by_hand(market: Market, order: int) -> None:
    """From placed to invoiced, with no worker in between."""
    answers = [press(market.actor.company_id, verb, order) for verb in ("confirm", "reserve", "deliver")]
    assert answers == ["done", True, "done"]
    [delivery] = market.deliveries(order)
    assert press(market.actor.company_id, "invoice", delivery) == "done"


def test_a_payment_and_an_invoice_that_cross_still_find_each_other(market: Market) -> None:
    """The payment looks for open invoices, finds none and has not committed; meanwhile the invoice is posted and its
    reaction runs. It waits for the payment and then sees what stayed on account."""
    market.sell({"LAMP": "1"})
    looked, go_on = threading.Event(), threading.Event()
    with other_thread(lambda: market.unit(lambda: pay_slowly(market, looked, go_on))):
        assert looked.wait(60)
        with other_thread(drain):
            wait_for_a_waiter()
            go_on.set()
    assert residuals(market) == {"PAY-000001": D("-14.80"), "INV-000001": 0}
    assert "0 differ" in verify()


def pay_slowly(market: Market, looked: threading.Event, go_on: threading.Event) -> None:
    draft = PaymentDraft(customer_id=market.customers["ZEN"], amount=D(60), date=today())
    receive_payments(payments=[draft], **market.by())
    looked.set()
    assert go_on.wait(60)


@contextmanager
def other_thread(work: Any) -> Iterator[None]:
    """The work in a thread with a connection of its own, joined at the end; its error is raised here."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(120)
    assert not thread.is_alive()
    if errors:
        raise errors[0]


def wait_for_a_waiter() -> None:
    """Until somebody waits for an advisory lock in this database."""
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    asked += " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    with superuser() as admin:
        for _ in range(100_000):
            if admin.execute(asked.encode()).fetchall()[0][0]:
                return
    raise AssertionError("nobody waits")
