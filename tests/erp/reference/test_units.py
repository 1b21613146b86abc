"""Quantities in units: exact ratios, nothing rounded on the way."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.reference.rules import Ratio, convert_quantity, state_quantity

D = Decimal
quantities = st.integers(1, 10**13).map(lambda n: Decimal(n).scaleb(-6))
ratios = st.builds(Ratio.of, st.integers(1, 10**5), st.integers(1, 10**5))


def test_a_ratio_is_in_lowest_terms() -> None:
    assert Ratio.of(480, 12) == Ratio(40, 1)
    assert Ratio.of(6, 4).inverse == Ratio(2, 3)


@pytest.mark.parametrize(
    ("quantity", "ratio", "decimals", "base"),
    [
        ("5", Ratio(12), 0, "60"),
        ("250", Ratio(1, 1000), 6, "0.25"),
        ("0.5", Ratio(12), 0, "6"),
        ("0.1", Ratio(12), 0, None),
        ("1", Ratio(1, 3), 6, None),
        ("3", Ratio(1, 3), 0, "1"),
        ("0.0005", Ratio(1, 1000), 6, None),
    ],
)
def test_a_quantity_comes_out_even_or_not_at_all(quantity: str, ratio: Ratio, decimals: int, base: str | None) -> None:
    assert convert_quantity(D(quantity), ratio, decimals=decimals) == (None if base is None else D(base))


@given(quantity=quantities, ratio=ratios, decimals=st.integers(0, 6))
def test_what_comes_out_is_exact_and_goes_back(quantity: Decimal, ratio: Ratio, decimals: int) -> None:
    base = convert_quantity(quantity, ratio, decimals=decimals)
    exact = Fraction(quantity) * ratio.numerator / ratio.denominator
    if base is None:
        assert (exact * 10**decimals).denominator > 1
    else:
        assert Fraction(base) == exact
        assert base * ratio.denominator == quantity * ratio.numerator
        assert convert_quantity(base, ratio.inverse) == quantity


@given(quantity=quantities, ratio=ratios)
def test_a_part_is_said_in_the_unit_or_in_the_base_and_is_the_same_quantity(quantity: Decimal, ratio: Ratio) -> None:
    said = state_quantity(quantity, unit="box", ratio=ratio, base="PC")
    assert said.quantity == quantity
    assert Fraction(said.entered) * said.ratio.numerator / said.ratio.denominator == Fraction(quantity)
    assert (said.unit == "PC") == (
        said.ratio == Ratio() and convert_quantity(quantity, ratio.inverse) is None
    ) or ratio == Ratio()
