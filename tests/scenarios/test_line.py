"""The line by itself: what an accepted quotation sets going, with the real wiring and the real relay."""

from collections import Counter
from decimal import Decimal

import pytest

from erp.automation.models import ExceptionItem
from erp.automation.operations.run_exceptions import run_exceptions
from erp.core.errors import WrongState
from erp.core.models import Delivery as Duty
from erp.ledger.queries import trial_balance
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.operations.cancel_orders import cancel_orders
from integration.relay.drain import drain
from integration.thread.queries import order_thread
from tests.support.market import VERBS, Market, open_market, today, verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def market(db: None) -> Market:
    market = open_market()
    market.receive({"LAMP": "10", "CABLE": "5"})
    drain()
    return market


def inbox(market: Market) -> list[tuple[str, str, int]]:
    with market.looking():
        items = ExceptionItem.objects.filter(state="open").order_by("id")
        return [(item.verb, item.reason["code"], item.document_id) for item in items]


def balances(market: Market) -> dict[str, Decimal]:
    """Closing balances that are not zero, by the account's name."""
    year = today().year
    with market.looking():
        rows = trial_balance(first_date=today().replace(year, 1, 1), last_date=today())
        return {row.name: row.closing for row in rows if row.closing}


def test_an_accepted_quotation_is_delivered_invoiced_and_paid_by_itself_and_the_thread_has_it_all(market: Market) -> None:
    before = balances(market)
    order = market.sell({"LAMP": "3", "CABLE": "2"})
    assert market.states(order) == ["placed"]
    drain()
    assert market.states(order) == ["invoiced"]
    with market.looking():
        [invoice] = Invoice.objects.all()
    assert invoice.total == Decimal("226.00")
    payment = PaymentDraft(customer_id=market.customers["ZEN"], amount=invoice.total, date=today())
    market.unit(lambda: receive_payments(payments=[payment], **market.by()))
    drain()
    with market.looking():
        thread = order_thread(order, lambda _: True)
    assert thread
    kinds = Counter(node["type"] for node in thread["nodes"])
    expected = {"quotation", "sales_order", "delivery", "invoice", "payment"}
    assert {kind: kinds[kind] for kind in expected} == dict.fromkeys(expected, 1)
    linked = {edge["source"] for edge in thread["edges"]} | {edge["target"] for edge in thread["edges"]}
    assert linked == {node["id"] for node in thread["nodes"]}
    assert set(Duty.objects.values_list("state", flat=True)) == {"done"}
    assert inbox(market) == []
    after = balances(market)
    changed = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert sorted(changed.values()) == [Decimal(-200), Decimal(-30), Decimal(-26), Decimal(30), Decimal(226)]
    assert (market.level("LAMP"), market.level("CABLE")) == ((7, 0), (3, 0))
    assert "0 differ" in verify()


def test_an_order_short_of_stock_waits_and_goes_on_when_stock_arrives(market: Market) -> None:
    order = market.sell({"LAMP": "12"})
    drain()
    assert market.states(order) == ["confirmed"]
    assert inbox(market) == [("reserve", "waiting_for_stock", order)]
    assert market.level("LAMP") == (10, 10)
    market.receive({"LAMP": "1"})
    drain()
    assert market.states(order) == ["confirmed"]
    market.receive({"LAMP": "5"})
    drain()
    assert market.states(order) == ["invoiced"]
    assert inbox(market) == []
    assert market.level("LAMP") == (4, 0)
    assert "0 differ" in verify()


def test_where_the_customer_takes_parts_the_rest_is_a_backorder_that_follows_by_itself(market: Market) -> None:
    order = market.sell({"LAMP": "12", "CABLE": "2"}, partial_delivery=True)
    drain()
    assert market.states(order) == ["partly_delivered"]
    with market.looking():
        lines = SalesOrderLine.objects.filter(order_id=order).order_by("sequence")
        assert [(line.quantity, line.delivered, line.reserved, line.invoiced) for line in lines] == [
            (12, 10, 0, 10),
            (2, 2, 0, 2),
        ]
    market.receive({"LAMP": "2"})
    drain()
    assert market.states(order) == ["invoiced"]
    assert len(market.deliveries(order)) == 2
    with market.looking():
        assert sum(Invoice.objects.values_list("total", flat=True)) == SalesOrder.objects.get(pk=order).total
    assert inbox(market) == []
    assert "0 differ" in verify()


def test_above_the_limit_of_the_rules_it_waits_in_the_inbox_for_one_click(market: Market) -> None:
    market.receive({"LAMP": "30"})
    order = market.sell({"LAMP": "25"})  # 1,130.00 with tax
    drain()
    assert market.states(order) == ["placed"]
    for expected in VERBS:
        [(verb, code, _document)] = inbox(market)
        assert (verb, code) == (expected, "over_limit")
        with market.looking():
            item = ExceptionItem.objects.get(state="open")
        market.unit(lambda item=item: run_exceptions(exception_ids=[item.pk], **market.by()))
        with pytest.raises(WrongState):
            market.unit(lambda item=item: run_exceptions(exception_ids=[item.pk], **market.by()))
        drain()
    assert (market.states(order), inbox(market)) == (["invoiced"], [])
    assert "0 differ" in verify()


def test_above_the_credit_limit_it_is_left_to_people_with_the_reason(market: Market) -> None:
    first, second, third = market.place([{"LAMP": "1"}] * 3)  # 45.20 each
    market.limit("ZEN", "100.00")
    drain()
    assert market.states(first, second, third) == ["invoiced", "invoiced", "placed"]
    assert inbox(market) == [("confirm", "credit_limit_exceeded", third)]
    payment = PaymentDraft(customer_id=market.customers["ZEN"], amount=Decimal("45.20"), date=today())
    market.unit(lambda: receive_payments(payments=[payment], **market.by()))
    with market.looking():
        item = ExceptionItem.objects.get(state="open")
    market.unit(lambda: run_exceptions(exception_ids=[item.pk], **market.by()))
    drain()
    assert (market.states(third), inbox(market)) == (["invoiced"], [])
    assert "0 differ" in verify()


def test_a_cancelled_order_frees_its_stock_for_those_who_wait(market: Market) -> None:
    holding = market.sell({"LAMP": "8", "CABLE": "6"})
    waiting = market.sell({"LAMP": "5"})
    drain()
    assert market.states(holding, waiting) == ["confirmed", "confirmed"]
    assert market.level("LAMP") == (10, 10)
    market.unit(lambda: cancel_orders(order_ids=[holding], **market.by()))
    drain()
    assert market.states(holding, waiting) == ["cancelled", "invoiced"]
    assert (market.level("LAMP"), market.level("CABLE"), inbox(market)) == ((5, 0), (5, 0), [])
    assert "0 differ" in verify()


def test_the_more_urgent_order_gets_the_stock_that_arrives(market: Market) -> None:
    patient = market.sell({"LAMP": "11"})
    [urgent] = market.place([{"LAMP": "11"}], priority=5)
    drain()
    assert market.states(patient, urgent) == ["confirmed", "confirmed"]
    market.receive({"LAMP": "1"})
    drain()
    assert market.states(patient, urgent) == ["confirmed", "invoiced"]
    market.receive({"LAMP": "11"})
    drain()
    assert market.states(patient, urgent) == ["invoiced", "invoiced"]
    assert "0 differ" in verify()


def test_where_no_rule_allows_it_nothing_goes_by_itself(db: None) -> None:
    market = open_market(rules=("confirm",))
    market.receive({"LAMP": "10"})
    order = market.sell({"LAMP": "1"})
    drain()
    assert market.states(order) == ["confirmed"]
    assert inbox(market) == [("reserve", "no_rule", order)]
    assert "0 differ" in verify()
