"""What the CRM says about when goods can be had: from stock, orders, production and the plan."""

import datetime
from decimal import Decimal

import pytest

from crm.pipeline.ports import Ask, Promise, promise_answer
from erp.core.scope import company_scope
from tests.support.buying import Buying
from tests.support.cast import TODAY
from tests.support.factory import Factory

D = Decimal


def day(n: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=n)


def ask(factory: Factory, *wanted: tuple[str, str, int]) -> list[Promise]:
    trade, answer = factory.making.trade, promise_answer()
    assert answer is not None
    asks = [Ask(product_id=factory.ids[sku], quantity=D(quantity), date=day(n)) for sku, quantity, n in wanted]
    with company_scope(trade.actor, read_only=True):
        return list(answer.promise(asks, warehouse_id=trade.warehouse, today=TODAY))


def told(promise: Promise) -> tuple[datetime.date | None, str, list[tuple[str, str, str]]]:
    covers = [(c.kind, c.number, f"{c.quantity.normalize():f}") for c in promise.covered_by]
    return promise.date, f"{promise.now.normalize():f}", covers


def test_without_stock_or_supply_there_is_no_promise(factory: Factory) -> None:
    assert [told(p) for p in ask(factory, ("HERON", "3", 0))] == [(None, "0", [])]


def test_stock_is_promised_today_and_what_is_planned_when_it_comes(factory: Factory) -> None:
    """10 on the shelf and an order of 25 in ten days: a plan in lots of 40 leaves 15 of its own and the shelf free till then."""
    factory.making.stock("10", "HERON")
    assert told(ask(factory, ("HERON", "4", 0))[0]) == (TODAY, "4", [("stock", "", "4")])
    factory.sell("25", days=10)
    assert told(ask(factory, ("HERON", "1", 0))[0]) == (None, "0", [])
    factory.policy("HERON", lot_rule="fixed", lot_quantity=D(40))
    factory.plan()
    [promise] = ask(factory, ("HERON", "12", 0))
    assert (promise.date, promise.now) == (day(10), 10)
    assert [(c.kind, c.quantity) for c in promise.covered_by] == [("proposal", 12)]
    assert promise.covered_by[0].number.startswith("PP-")
    assert ask(factory, ("HERON", "26", 0))[0].date is None


def test_lines_for_the_same_product_share_what_there_is(factory: Factory) -> None:
    factory.making.stock("10", "HERON")
    first, second = ask(factory, ("HERON", "6", 0), ("HERON", "6", 0))
    assert (first.date, second.date, second.now) == (TODAY, None, 4)


def test_components_that_production_waits_for_are_not_promised(factory: Factory) -> None:
    factory.making.stock("10", "BULB")
    factory.making.order("HERON", "4", released=False)
    assert ask(factory, ("BULB", "2", 0))[0].date == TODAY
    assert ask(factory, ("BULB", "3", 0))[0].date is None


def test_the_safety_stock_is_kept(factory: Factory) -> None:
    factory.making.stock("10", "HERON")
    factory.policy("HERON", safety_stock=D(8))
    assert (ask(factory, ("HERON", "2", 0))[0].date, ask(factory, ("HERON", "3", 0))[0].now) == (TODAY, 2)


def test_a_purchase_order_is_named_with_the_day_that_the_supplier_promised(buying: Buying, factory: Factory) -> None:
    placed = buying.order("100")
    trade, answer = buying.trade, promise_answer()
    assert answer is not None
    with company_scope(trade.actor, read_only=True):
        [promise] = answer.promise(
            [Ask(product_id=trade.lamp, quantity=D(120), date=TODAY)], warehouse_id=trade.warehouse, today=TODAY
        )
        coming = answer.coming([trade.lamp], warehouse_id=trade.warehouse, today=TODAY)[trade.lamp]
    assert (promise.date, promise.now) == (day(7), 100)
    assert told(promise)[2] == [("purchase_order", placed.number, "100"), ("stock", "", "20")]
    assert [(c.date, c.quantity, c.number) for c in coming] == [(TODAY, 100, ""), (day(7), 200, placed.number)]


pytestmark = pytest.mark.django_db
