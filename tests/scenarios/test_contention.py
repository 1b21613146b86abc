"""Many at once: processes of their own, let go at the same moment, on the same rows."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from erp.core.models import Delivery as Duty
from erp.inventory.models import Reservation
from erp.receivables.models import CreditNote, Invoice
from erp.sales.models import SalesOrder, SalesReturn
from erp.treasury.models import Payment
from integration.relay.drain import drain
from tests.support.crowd import run_crowd
from tests.support.market import Market, open_market, verify

pytestmark = pytest.mark.django_db(transaction=True)
HOT = [f"HOT{n:02d}" for n in range(50)]
# somebody else was quicker; nothing is on account, or not invoiced yet
CLEAR_MESSAGES = {"wrong_state", "more_than_delivered", "already_credited", "nothing_to_apply", "return_not_invoiced"}


@pytest.fixture
def market(db: None) -> Market:
    """No rule in force: nothing goes by itself."""
    market = open_market(rules=())
    market.receive({"LAMP": "10"})
    return market


def crowd(work: str, arguments: list[tuple[Any, ...]]) -> list[Any]:
    """The answers of all; no process may end with an error."""
    outcomes = run_crowd(f"tests.scenarios.races:{work}", arguments, database=connection.settings_dict["NAME"])
    assert [o for o in outcomes if o.error or o.exit_code] == []
    return [outcome.value for outcome in outcomes]


def press(market: Market, verb: str, *document_ids: int) -> list[Any]:
    """Everybody presses the verb at once, each on the document given."""
    return crowd("press", [(market.actor.company_id, verb, document_id) for document_id in document_ids])


def bring(market: Market, verb: str, *order_ids: int) -> None:
    for order_id in order_ids:
        assert press(market, verb, order_id) in (["done"], [True])


def test_twenty_reserve_the_last_ten_and_exactly_ten_get_one(market: Market) -> None:
    orders = market.place([{"LAMP": "1"}] * 20)
    for order in orders:
        market.unit(lambda order=order: confirm(market, order))
    answers = press(market, "reserve", *orders)
    assert Counter(answers) == Counter({True: 10, False: 10})
    assert market.level("LAMP") == (10, 10)
    with market.looking():
        assert Reservation.objects.count() == 10
    assert "0 differ" in verify()


def confirm(market: Market, order: int) -> None:
    from erp.sales.operations.confirm_orders import confirm_orders

    confirm_orders(order_ids=[order], **market.by())


@pytest.mark.parametrize(
    ("before", "verb", "refusal"),
    [
        ((), "confirm", "wrong_state"),
        (("confirm", "reserve"), "deliver", "wrong_state"),
        (("confirm", "reserve", "deliver"), "invoice", "already_invoiced"),
    ],
)
def test_two_who_press_the_same_button_have_one_effect_and_one_clear_message(
    market: Market, before: tuple[str, ...], verb: str, refusal: str
) -> None:
    [order] = market.place([{"LAMP": "3"}])
    for earlier in before:
        bring(market, earlier, order)
    document = market.deliveries(order)[0] if verb == "invoice" else order
    assert Counter(press(market, verb, document, document)) == Counter(["done", refusal])
    assert len(market.deliveries(order)) == int(verb != "confirm")
    with market.looking():
        assert Invoice.objects.count() == int(verb == "invoice")
    assert "0 differ" in verify()


def test_two_who_take_back_the_same_goods_and_two_who_credit_them_have_one_effect(market: Market) -> None:
    [order] = market.place([{"LAMP": "3"}])
    for verb in ("confirm", "reserve", "deliver"):
        bring(market, verb, order)
    [delivery] = market.deliveries(order)
    assert Counter(press(market, "return", delivery, delivery)) == Counter(["done", "more_than_delivered"])
    bring(market, "invoice", delivery)
    with market.looking():
        made = SalesReturn.objects.get().pk
    assert Counter(press(market, "credit", made, made)) == Counter(["done", "already_credited"])
    assert market.level("LAMP") == (10, 0)
    with market.looking():
        assert CreditNote.objects.count() == 1
    assert "0 differ" in verify()


def test_goods_that_come_back_while_they_are_invoiced_are_credited_once(market: Market) -> None:
    [order] = market.place([{"LAMP": "3"}])
    for verb in ("confirm", "reserve", "deliver"):
        bring(market, verb, order)
    [delivery] = market.deliveries(order)
    company = market.actor.company_id
    assert crowd("press", [(company, "return", delivery), (company, "invoice", delivery)]) == ["done", "done"]
    drain()
    with market.looking():
        waiting = SalesReturn.objects.get()
    assert waiting.credit_note_id is None  # no rule is in force
    assert press(market, "credit", waiting.pk) == ["done"]
    assert "0 differ" in verify()


def test_an_invoice_is_not_credited_above_its_price_by_two_at_once(market: Market) -> None:
    [order] = market.place([{"LAMP": "3"}])
    for verb in ("confirm", "reserve", "deliver"):
        bring(market, verb, order)
    bring(market, "invoice", *market.deliveries(order))
    with market.looking():
        invoice = Invoice.objects.get().pk
    assert Counter(press(market, "credit_price", invoice, invoice)) == Counter(["done", "more_than_invoiced"])
    assert "0 differ" in verify()


def test_of_six_orders_placed_at_once_only_one_uses_the_last_credit(market: Market) -> None:
    basket = [(market.products["LAMP"], "2")]  # 90.40 of 100.00
    answers = crowd("take_orders", [(market.actor.company_id, market.customers["POOR"], market.warehouse, [basket], [])] * 6)
    assert Counter(code for codes in answers for code in codes) == Counter({"credit_limit_exceeded": 5})
    with market.looking():
        assert SalesOrder.objects.count() == 1


def test_two_orders_cannot_both_use_the_last_credit(market: Market) -> None:
    orders = market.place([{"LAMP": "2"}]) + market.place([{"LAMP": "2"}])  # 90.40 each
    market.limit("ZEN", "100.00")
    assert Counter(press(market, "confirm", *orders)) == Counter(["done", "credit_limit_exceeded"])
    assert sorted(market.states(*orders)) == ["confirmed", "placed"]
    assert "0 differ" in verify()


@pytest.mark.long
def test_three_hundred_orders_and_all_that_goes_with_them_in_eight_processes_on_fifty_hot_products(db: None) -> None:
    """People confirm by hand while eight workers do the rest, and beside each order goods come in, get lost, are found, come
    back and are credited, money comes in: on the same products and the same customer, named in any order."""
    market = open_market(skus=("LAMP", *HOT))
    market.receive(dict.fromkeys(HOT, "200"))
    drain()
    company, customer = market.actor.company_id, market.customers["ZEN"]
    hot = [market.products[sku] for sku in HOT]
    answers = crowd("trade_hot", [(company, customer, market.warehouse, hot, 38, seed) for seed in range(8)])
    assert {code for codes in answers for code in codes} <= CLEAR_MESSAGES
    while Duty.objects.filter(state="pending").exists():
        drain()
    assert Counter(Duty.objects.values_list("state", flat=True)).keys() == {"done"}
    assert not Duty.objects.exclude(last_error="").exists()
    with market.looking():
        totals = list(Invoice.objects.values_list("total", flat=True))
        assert min(SalesReturn.objects.count(), CreditNote.objects.count(), Payment.objects.count()) > 20
    assert (len(totals), set(totals)) == (304, {Decimal("271.20")})
    assert "0 differ" in verify()
