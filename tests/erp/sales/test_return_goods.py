"""Goods come back: against their delivery at the cost they left with, or without an original."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from erp.core.actor import system_actor
from erp.core.errors import InvalidValue, NotFound, Refusals
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.inventory.errors import ReturnCostUnknown
from erp.inventory.models import StockMove
from erp.ledger.errors import PeriodClosed
from erp.ledger.models import AccountRole, JournalEntry, Period
from erp.ledger.operations.lock_periods import lock_periods
from erp.sales.errors import MoreThanDelivered, ReturnBeforeDelivery, TaxRateMissing
from erp.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine, SalesReturn, SalesReturnLine
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from erp.sales.queries import returnable_lines
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.shop import Shop
from tests.support.trade import Trade

D = Decimal


def lines_of(delivery_id: int) -> list[DeliveryLine]:
    return list(DeliveryLine.objects.filter(delivery_id=delivery_id).order_by("sequence"))


def back(delivery_id: int, *quantities: str, unit: str = "", **more: Any) -> ReturnDraft:
    """A draft that brings back these quantities of the delivery's lines, in their order."""
    lines = [
        ReturnLineDraft(delivery_line_id=line.pk, quantity=D(quantity), unit=unit)
        for line, quantity in zip(lines_of(delivery_id), quantities, strict=False)
    ]
    return ReturnDraft(**{"date": TODAY, "reason": "changed_mind", "lines": lines, "delivery_id": delivery_id, **more})


def free(shop: Shop, *lines: ReturnLineDraft, **more: Any) -> ReturnDraft:
    """A draft without an original, of the customer Zen."""
    facts: dict[str, Any] = {"customer_id": shop.customers["ZEN"], "warehouse_id": shop.warehouse}
    return ReturnDraft(**{"date": TODAY, "reason": "other", "lines": lines, **facts, **more})


def test_goods_come_back_at_the_cost_they_left_with(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"), ("HOUR", "1"))
    shop.receive("LAMP", "10", "500.00")
    [made] = return_goods(returns=[back(delivery.id, "2", remark="Too bright")], **shop.by)
    assert shop.level("LAMP") == (19, 0, 590)
    assert shop.balance(AccountRole.COST_OF_SALES) == 10
    assert shop.balance(AccountRole.INVENTORY) == 590
    found = SalesReturn.objects.get()
    assert (found.number, found.cost, found.reason, found.remark) == (made.number, 20, "changed_mind", "Too bright")
    assert found.customer_id == shop.customers["ZEN"]
    line = SalesOrderLine.objects.get(product_id=shop.products["LAMP"])
    assert (line.delivered, line.returned) == (3, 2)
    assert SalesOrder.objects.get().state == "delivered"
    move = StockMove.objects.get(kind="sales_return")
    assert (move.quantity, move.reason, move.document_number) == (2, "return", made.number)


def test_partial_returns_bring_back_the_cost_to_the_cent_and_the_last_takes_the_rest(shop: Shop) -> None:
    shop.receive("CABLE", "7", "10.00")
    delivery = shop.delivered("YEN", ("CABLE", "7"))
    drafts = [back(delivery.id, quantity) for quantity in ("1", "1", "2", "2.5", "0.5")]
    return_goods(returns=drafts[:3], **shop.by)
    return_goods(returns=drafts[3:], **shop.by)
    costs = list(SalesReturnLine.objects.order_by("pk").values_list("cost", flat=True))
    assert costs == [
        D("1.43"),
        D("1.43"),
        D("2.85"),
        D("3.58"),
        D("0.71"),
    ]
    assert shop.level("CABLE") == (7, 0, 10)
    assert returnable_lines([delivery.id]) == {lines_of(delivery.id)[0].pk: 0}


def test_more_than_was_delivered_and_is_not_back_yet_is_refused_for_all_lines_at_once(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"), ("HOUR", "2"))
    return_goods(returns=[back(delivery.id, "1")], **shop.by)
    with pytest.raises(Refusals) as refused:
        return_goods(returns=[back(delivery.id, "3", "3"), back(delivery.id, "3", reason="bored")], **shop.by)
    assert [(type(r), r.field) for r in refused.value.refusals] == [
        (MoreThanDelivered, "0.lines.0.quantity"),
        (MoreThanDelivered, "0.lines.1.quantity"),
        (InvalidValue, "1.reason"),
        (MoreThanDelivered, "1.lines.0.quantity"),
    ]
    assert "LAMP: of DN-000001 2 can still come back, not 3" in str(refused.value)
    assert SalesReturn.objects.count() == 1


def test_a_line_named_twice_in_a_set_does_not_come_back_twice(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"))
    with pytest.raises(MoreThanDelivered):
        return_goods(returns=[back(delivery.id, "2"), back(delivery.id, "2")], **shop.by)
    return_goods(returns=[back(delivery.id, "2"), back(delivery.id, "1")], **shop.by)
    assert SalesOrderLine.objects.get().returned == 3


def test_a_service_comes_back_without_a_move(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("HOUR", "2"))
    return_goods(returns=[back(delivery.id, "1.5")], **shop.by)
    assert SalesOrderLine.objects.get().returned == D("1.5")
    assert not StockMove.objects.filter(kind="sales_return").exists()
    assert not JournalEntry.objects.filter(kind="sales_return").exists()


def test_goods_cannot_come_back_before_they_left(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"))
    with pytest.raises(ReturnBeforeDelivery):
        return_goods(returns=[back(delivery.id, "1", date=TODAY - datetime.timedelta(days=1))], **shop.by)


def test_what_is_wrong_with_the_head_comes_at_once(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"))
    drafts = [
        back(delivery.id, "0", remark="x" * 201, warehouse_id=99999),
        ReturnDraft(date=TODAY, reason="other", lines=[]),
        back(99999, "1"),
        free(shop, ReturnLineDraft(quantity=D(-1), product_id=shop.products["LAMP"], unit_price=D(-1), discount=D(2))),
        free(shop, ReturnLineDraft(quantity=D(1), product_id=99999)),
        free(shop, ReturnLineDraft(quantity=D(1), product_id=shop.products["LAMP"], tax_code="NONE"), currency_code="EUR"),
        free(shop, ReturnLineDraft(quantity=D(1), product_id=shop.products["LAMP"]), currency_code="XXX"),
        back(delivery.id, "0"),
        ReturnDraft(date=TODAY, reason="other", delivery_id=delivery.id, lines=[ReturnLineDraft(quantity=D(1))]),
    ]
    with pytest.raises(Refusals) as refused:
        return_goods(returns=drafts, **shop.by)
    assert [r.field for r in refused.value.refusals] == [
        "0.remark",
        "0.warehouse",
        "0.lines.0.quantity",
        "1.lines",
        "1.warehouse",
        "1.customer",
        "2.lines",
        "2.delivery",
        "3.lines.0.quantity",
        "3.lines.0.unit_price",
        "3.lines.0.discount",
        "4.lines.0.product",
        "5.lines.0.tax_code",
        "6.currency",
        "7.lines.0.quantity",
        "8.lines.0.delivery_line",
    ]
    assert any(isinstance(r, TaxRateMissing) for r in refused.value.refusals)
    assert not SalesReturn.objects.exists()


def test_goods_without_an_original_are_worth_the_moving_average(shop: Shop) -> None:
    line = ReturnLineDraft(product_id=shop.products["LAMP"], quantity=D(3), unit_price=D(70), unit_cost=D(99))
    return_goods(returns=[free(shop, line)], **shop.by)
    assert shop.level("LAMP") == (13, 0, 130)
    assert shop.balance(AccountRole.COST_OF_SALES) == -30
    found = SalesReturnLine.objects.get()
    assert (found.cost, found.unit_price, found.tax_code, found.tax_rate, found.delivery_line) == (30, 70, "STD", D("0.13"), None)


def test_where_nothing_lies_the_stated_cost_counts_and_without_one_it_is_refused(shop: Shop) -> None:
    silent = ReturnLineDraft(product_id=shop.products["CABLE"], quantity=D(3))
    with pytest.raises(ReturnCostUnknown, match="CABLE: nothing lies in MAIN") as refused:
        return_goods(returns=[free(shop, silent)], **shop.by)
    assert refused.value.field == "lines.0.unit_cost"
    stated = ReturnLineDraft(product_id=shop.products["CABLE"], quantity=D(3), unit_cost=D("0.335"))
    return_goods(returns=[free(shop, stated), free(shop, silent)], **shop.by)
    assert shop.level("CABLE") == (6, 0, D("2.02"))


def test_goods_without_an_original_take_list_price_currency_and_rate_of_the_day(shop: Shop) -> None:
    line = ReturnLineDraft(product_id=shop.products["LAMP"], quantity=D(1), description="Old lamp", tax_code="ZERO")
    return_goods(returns=[free(shop, line, customer_id=shop.customers["YEN"])], **shop.by)
    made, found = SalesReturn.objects.get(), SalesReturnLine.objects.get()
    assert (made.currency_code, made.rate) == ("USD", D("0.90"))
    assert (found.unit_price, found.tax_rate, found.description) == (D("44.44444444"), 0, "Old lamp")


def test_a_closed_period_takes_no_returns(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "1"))
    period = Period.objects.get(first_date__lte=TODAY, last_date__gte=TODAY)
    lock_periods(period_ids=[period.pk], ledger=True, stock=True, **shop.by)
    with pytest.raises(PeriodClosed), transaction.atomic():
        return_goods(returns=[back(delivery.id, "1")], **shop.by)
    assert not SalesReturn.objects.exists()


def test_a_set_costs_as_many_statements_as_one(shop: Shop) -> None:
    shop.receive("CABLE", "100", "100")
    deliveries = [shop.delivered("YEN", ("CABLE", "2"), ("CABLE", "1")).id for _ in range(12)]

    def statements(ids: list[int]) -> int:
        drafts = [back(pk, "1", "1") for pk in ids]
        with counted_statements() as made:
            return_goods(returns=drafts, **shop.by)
            return made()

    statements(deliveries[:1])
    assert statements(deliveries[1:11]) == statements(deliveries[11:])


def test_a_delivery_of_another_company_is_not_there(trade: Trade, rival: Company) -> None:
    trade.order("delivered")
    with company_scope(trade.actor, read_only=True):
        draft = back(Delivery.objects.get().pk, "1")
    stranger = system_actor(rival.pk, "test")
    with company_scope(stranger), pytest.raises(NotFound):
        return_goods(returns=[draft], actor=stranger, at=AT)
