"""A party is named as what it is, a warehouse and a product only while they are in use; the same in every document."""

from typing import Any

import pytest

from tests.integration.api import trade
from tests.integration.api.conftest import Program

CHANGE = {"If-Match": "*"}


@pytest.fixture(autouse=True)
def masters(api: Program) -> None:
    """A product in stock, a customer, a supplier, and a second warehouse with stock that is no longer in use."""
    trade.masters(api)
    trade.customer(api, "S1", is_customer=False, is_supplier=True)
    trade.created(api.post("erp/warehouses/", {"code": "OLD", "name": "Old"}))
    trade.stock(api)
    trade.created(api.post("erp/receipts/", {"warehouse": "OLD", "lines": trade.lines("2", unit_cost="5")}))
    trade.created(api.patch("erp/warehouses/OLD/", {"active": False}, headers=CHANGE))


def retire_product(api: Program) -> None:
    trade.created(api.patch("erp/products/P1/", {"active": False}, headers=CHANGE))


def errors(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content.decode()
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def test_a_payment_comes_from_a_customer(api: Program) -> None:
    answer = api.post("erp/payments/", {"customer": "S1", "amount": "5"})
    assert errors(answer) == [("customer", "party_is_no_customer")]
    assert "Customer S1 is not a customer" in answer.json()["detail"]


def test_a_customer_that_is_no_longer_active_may_still_pay(api: Program) -> None:
    trade.created(api.patch("erp/parties/C1/", {"active": False}, headers=CHANGE))
    trade.created(api.post("erp/payments/", {"customer": "C1", "amount": "5"}))


@pytest.mark.parametrize("supplier", ["C1", "S1"])
def test_goods_come_from_an_active_supplier(api: Program, supplier: str) -> None:
    trade.created(api.patch("erp/parties/S1/", {"active": False}, headers=CHANGE))
    body = {"warehouse": "MAIN", "supplier": supplier, "lines": trade.lines(unit_cost="1")}
    assert errors(api.post("erp/receipts/", body)) == [("supplier", "party_is_no_supplier")]


def test_a_warehouse_that_is_no_longer_in_use_takes_nothing_new(api: Program) -> None:
    wrong = [("warehouse", "warehouse_inactive")]
    order = api.post("erp/sales-orders/", {"customer": "C1", "warehouse": "OLD", "lines": trade.lines()})
    assert errors(order) == wrong
    assert "OLD is no longer in use" in order.json()["detail"]
    assert errors(api.post("erp/receipts/", {"warehouse": "OLD", "lines": trade.lines(unit_cost="1")})) == wrong
    assert errors(api.post("erp/stock-adjustments/", {"warehouse": "OLD", "reason": "lost", "lines": trade.lines()})) == wrong


def test_what_lies_in_it_is_counted_until_nothing_is_left(api: Program) -> None:
    retire_product(api)
    trade.created(api.post("erp/stock-counts/", {"warehouse": "OLD", "lines": [{"product": "P1", "found": "0"}]}))


def test_a_product_that_is_no_longer_active_is_not_received_but_comes_back(api: Program) -> None:
    delivered = trade.delivery(api)
    retire_product(api)
    answer = api.post("erp/receipts/", {"warehouse": "MAIN", "lines": trade.lines(unit_cost="1")})
    assert errors(answer) == [("lines.0.product", "product_inactive")]
    trade.came_back(api, delivered["number"])
