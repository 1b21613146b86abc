"""Goods that go back: they leave at what they cost on the shelf, and what is owed falls by the order's price."""

from decimal import Decimal

import pytest

from erp.core.scope import company_scope
from erp.inventory.errors import NotEnoughStock
from erp.inventory.models import StockLevel
from erp.ledger.models import AccountRole
from erp.purchasing.drafts import PurchaseReturnDraft, ReturnedLine
from erp.purchasing.errors import ReturnTooMuch
from erp.purchasing.models import ClearingFact, PurchaseOrderLine
from erp.purchasing.operations.return_to_suppliers import return_to_suppliers
from tests.support.books import balance, differing
from tests.support.buying import Buying
from tests.support.cast import AT, TODAY

D = Decimal


def give_back(buying: Buying, order_id: int, line_id: int, quantity: str) -> None:
    with company_scope(buying.trade.actor):
        draft = PurchaseReturnDraft(order_id=order_id, date=TODAY, lines=[ReturnedLine(line_id=line_id, quantity=D(quantity))])
        return_to_suppliers(returns=[draft], actor=buying.trade.actor, at=AT)


def test_what_goes_back_costs_the_average_and_is_owed_no_more(buying: Buying) -> None:
    placed = buying.order("100")  # 100 at 9.00 beside 100 at 7.00: on average 8.00
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        owed, stock = balance(AccountRole.STOCK_CLEARING), balance(AccountRole.INVENTORY)
    give_back(buying, placed.id, placed.line_ids[0], "10")
    with company_scope(buying.trade.actor):
        assert balance(AccountRole.STOCK_CLEARING) - owed == D(90)
        assert balance(AccountRole.INVENTORY) - stock == D(-80)
        assert balance(AccountRole.PRICE_DIFFERENCE) == D(-10)
        assert PurchaseOrderLine.objects.get(order_id=placed.id).returned == 10
        assert sum(ClearingFact.objects.values_list("amount", flat=True)) == D(810)
    assert differing(buying.trade.actor) == []


def test_no_more_goes_back_than_came_in(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "20")
    give_back(buying, placed.id, placed.line_ids[0], "15")
    with pytest.raises(ReturnTooMuch):
        give_back(buying, placed.id, placed.line_ids[0], "6")


def test_what_is_not_there_cannot_go_back(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        StockLevel.objects.filter(product_id=buying.trade.lamp).update(reserved=195)
    with pytest.raises(NotEnoughStock):
        give_back(buying, placed.id, placed.line_ids[0], "10")
