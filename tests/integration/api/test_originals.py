"""A return of a delivery and a credit of an invoice take their terms from it: what is said again is refused, never lost."""

from typing import Any

import pytest

from tests.integration.api import trade
from tests.integration.api.conftest import Program

HEAD = {"customer": "C1", "currency": "EUR", "prices_include_tax": False}
OF_RETURN_LINE = {
    "product": "P1", "description": "x", "unit_price": "1", "discount": "0", "tax_code": "STD", "unit_cost": "0",
}  # fmt: skip
OF_CREDIT_LINE = {"product": "P1", "description": "x", "tax_code": "STD"}


@pytest.fixture
def sold(api: Program) -> tuple[str, str]:
    """A delivery and its invoice."""
    trade.masters(api)
    trade.stock(api)
    delivery = trade.delivery(api, "3")["number"]
    return delivery, trade.created(api.post(f"erp/deliveries/{delivery}/invoice/"))["number"]


def refused(api: Program, path: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    answer = api.post(path, body)
    assert answer.status_code == 400, answer.content
    return sorted((error["field"], error["code"]) for error in answer.json()["errors"])


def taken(*fields: str, line: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((field, "comes_from_original") for field in (*fields, *(f"lines.0.{name}" for name in line)))


def test_a_return_says_nothing_that_its_delivery_says(api: Program, sold: tuple[str, str]) -> None:
    body = {"delivery": sold[0], "reason": "damaged"}
    line = {"delivery_line": 1, "quantity": "1"}
    again = {**body, **HEAD, "lines": [{**line, **OF_RETURN_LINE}]}
    assert refused(api, "erp/sales-returns/", again) == taken(*HEAD, line=OF_RETURN_LINE)
    trade.created(api.post("erp/sales-returns/", {**body, "warehouse": "MAIN", "lines": [line]}))


def test_a_credit_note_says_nothing_that_its_invoice_says(api: Program, sold: tuple[str, str]) -> None:
    line = {"invoice_line": 1, "amount": "1.00"}
    again = {"invoice": sold[1], **HEAD, "lines": [{**line, **OF_CREDIT_LINE}]}
    assert refused(api, "erp/credit-notes/", again) == taken(*HEAD, line=OF_CREDIT_LINE)
    with_unit = {"invoice": sold[1], "lines": [{**line, "unit": "box"}]}
    assert refused(api, "erp/credit-notes/", with_unit) == [("lines.0.unit", "invalid_value")]
    trade.created(api.post("erp/credit-notes/", {"invoice": sold[1], "lines": [line]}))


def test_what_only_a_line_of_an_original_has_is_refused_without_one(api: Program, sold: tuple[str, str]) -> None:
    line = {"amount": "1.00", "tax_code": "STD", "description": "x"}
    of_invoice = {"invoice_line": 1, "quantity": "1", "unit": "box"}
    body = {"customer": "C1", "lines": [{**line, **of_invoice}]}
    assert refused(api, "erp/credit-notes/", body) == [
        (f"lines.0.{name}", "invalid_value") for name in ("invoice_line", "quantity", "unit")
    ]
    trade.created(api.post("erp/credit-notes/", {**body, "prices_include_tax": True, "lines": [line]}))
    back = {"product": "P1", "quantity": "1", "delivery_line": 1}
    free = {"customer": "C1", "warehouse": "MAIN", "reason": "other"}
    assert refused(api, "erp/sales-returns/", {**free, "lines": [back]}) == [("lines.0.delivery_line", "invalid_value")]
    del back["delivery_line"]
    trade.created(api.post("erp/sales-returns/", {**free, "prices_include_tax": True, "lines": [{**back, "discount": "0.1"}]}))
