"""Arithmetic of offers, by known answers."""

from decimal import Decimal as D

import pytest

from crm.pipeline.rules import default_price, margin


@pytest.mark.parametrize(
    ("list_price", "rate", "tax_rate", "inclusive", "places", "expected"),
    [
        ("12.345678", "1", "0.13", False, 2, "12.345678"),
        ("40", "0.8", "0.13", False, 2, "50.00"),
        ("10", "1", "0.13", True, 2, "11.30"),
        ("100", "0.0065", "0", False, 0, "15385"),
    ],
)
def test_the_list_price_in_the_documents_currency(
    list_price: str, rate: str, tax_rate: str, inclusive: bool, places: int, expected: str
) -> None:
    price = default_price(list_price=D(list_price), rate=D(rate), tax_rate=D(tax_rate), inclusive=inclusive, places=places)
    assert price == D(expected)


def test_margin_is_a_fraction_of_what_is_earned() -> None:
    assert margin(net=D(80), rate=D(1), quantity=D(2), on_hand=D(10), value=D(200)) == D("0.5")
    assert margin(net=D(100), rate=D("0.8"), quantity=D(2), on_hand=D(10), value=D(500)) == D("-0.25")


def test_margin_is_unknown_without_stock_or_price() -> None:
    assert margin(net=D(80), rate=D(1), quantity=D(2), on_hand=D(0), value=D(0)) is None
    assert margin(net=D(0), rate=D(1), quantity=D(2), on_hand=D(1), value=D(5)) is None
