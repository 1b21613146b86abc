"""The one tax function, by known answers."""

import inspect
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.core.money import round_half_up
from erp.reference import rules
from erp.reference.rules import TaxedAmount, sum_lines, tax_line

D = Decimal
AMOUNTS = ("net", "tax", "total")


def taxed(quantity: str, price: str, rate: str = "0.13", places: int = 2, **more: object) -> tuple[Decimal, ...]:
    line = tax_line(quantity=D(quantity), unit_price=D(price), rate=D(rate), places=places, **more)  # type: ignore[arg-type]
    return line.net, line.tax, line.total


@pytest.mark.parametrize(
    ("quantity", "price", "rate", "net", "tax", "total"),
    [
        ("1", "100", "0.13", "100.00", "13.00", "113.00"),
        ("3", "19.99", "0.13", "59.97", "7.80", "67.77"),
        ("1", "0.05", "0.1", "0.05", "0.01", "0.06"),
        ("7", "0.333333", "0.06", "2.33", "0.14", "2.47"),
        ("1", "100", "0", "100.00", "0.00", "100.00"),
        ("2.5", "9.90", "0.20", "24.75", "4.95", "29.70"),
    ],
)
def test_exclusive_tax_is_that_of_the_rounded_net(quantity: str, price: str, rate: str, net: str, tax: str, total: str) -> None:
    assert taxed(quantity, price, rate) == (D(net), D(tax), D(total))


@pytest.mark.parametrize(
    ("gross", "rate", "net", "tax"),
    [
        ("113.00", "0.13", "100.00", "13.00"),
        ("100.00", "0.13", "88.50", "11.50"),
        ("39513.00", "0.13", "34967.26", "4545.74"),
        ("0.01", "0.13", "0.01", "0.00"),
        ("9.99", "0.06", "9.42", "0.57"),
    ],
)
def test_inclusive_total_is_exactly_what_was_typed_and_tax_is_the_rest(gross: str, rate: str, net: str, tax: str) -> None:
    assert taxed("1", gross, rate, inclusive=True) == (D(net), D(tax), D(gross))


def test_tax_of_an_inclusive_price_is_never_the_rate_of_the_rounded_net() -> None:
    net, tax, total = taxed("1", "1.03", "0.05", inclusive=True)
    assert (net, tax, total) == (D("0.98"), D("0.05"), D("1.03"))
    assert net + round_half_up(net * D("0.05"), 2) == total
    net, tax, total = taxed("1", "0.09", "0.13", inclusive=True)
    assert (net, tax) == (D("0.08"), D("0.01"))


def test_a_discount_comes_before_tax() -> None:
    assert taxed("4", "25", discount=D("0.1")) == (D("90.00"), D("11.70"), D("101.70"))
    assert taxed("4", "25", discount=D(1)) == (D(0), D(0), D(0))


@pytest.mark.parametrize(("places", "net", "tax"), [(0, "1001", "130"), (2, "1000.50", "130.07"), (3, "1000.500", "130.065")])
def test_each_currency_rounds_to_its_own_minor_unit(places: int, net: str, tax: str) -> None:
    assert taxed("1", "1000.5", places=places)[:2] == (D(net), D(tax))


prices = st.decimals(min_value=0, max_value=10**6, places=4)
quantities = st.decimals(min_value=0, max_value=10**4, places=3)
rates = st.sampled_from([D(0), D("0.03"), D("0.06"), D("0.09"), D("0.13"), D("0.2")])


@given(
    quantity=quantities,
    price=prices,
    rate=rates,
    discount=st.sampled_from([D(0), D("0.05"), D("0.333333")]),
    inclusive=st.booleans(),
)
def test_net_and_tax_are_rounded_and_sum_to_the_total(
    quantity: Decimal, price: Decimal, rate: Decimal, discount: Decimal, inclusive: bool
) -> None:
    line = tax_line(quantity=quantity, unit_price=price, rate=rate, places=2, discount=discount, inclusive=inclusive)
    assert line.net + line.tax == line.total
    assert all(amount == round_half_up(amount, 2) >= 0 for amount in (line.net, line.tax, line.total))
    assert abs(line.tax - line.net * rate) < D("0.02")


def test_a_document_is_the_sum_of_its_lines() -> None:
    line = TaxedAmount(D("0.33"), D("0.04"), D("0.37"))
    assert sum_lines([line] * 3) == TaxedAmount(D("0.99"), D("0.12"), D("1.11"))
    assert sum_lines([]) == TaxedAmount(D(0), D(0), D(0))


def test_every_tax_computation_of_the_product_is_in_this_one_module() -> None:
    assert [name for name, _ in inspect.getmembers(rules, inspect.isfunction) if "tax" in name] == ["tax_line"]
