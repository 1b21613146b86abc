"""A number is what somebody wrote, never ten or a hundred times of it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from erp.screens.numbers import DecimalComma, NotANumber, NumberField, read_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2.5", "2.5"),
        (" -3 ", "-3"),
        (".5", "0.5"),
        ("1,234", "1234"),
        ("1,234,567.89", "1234567.89"),
        ("1，234", "1234"),
        ("12 345.6", "12345.6"),
        ("1\u00a0234", "1234"),
        ("１２．５", "12.5"),
    ],
)
def test_points_and_grouping_are_read(typed: str, value: str) -> None:
    assert read_number(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2,5", "2.5"), ("2，5", "2.5"), ("-12,50", "-12.50"), ("1.234,56", "1234.56"), ("1 234,56", "1234.56"), ("0,125", "0.125")],
)
def test_a_decimal_comma_is_refused_with_the_number_as_it_should_be_written(typed: str, meant: str) -> None:
    with pytest.raises(DecimalComma) as refused:
        read_number(typed, field="lines.0.quantity")
    assert refused.value.field == "lines.0.quantity"
    assert refused.value.sentence == f"Write {meant} with a point."


@pytest.mark.parametrize(
    "typed", ["", "x", "NaN", "Infinity", "1e5", "1_000", "1,23,456", "1 2", "12,345,67,8", "--1", "9" * 100, "1,234 567"]
)
def test_anything_else_is_not_a_number(typed: str) -> None:
    with pytest.raises(NotANumber):
        read_number(typed)


def test_a_form_reads_numbers_the_same_way_and_shows_them_without_an_exponent() -> None:
    field = NumberField(min_value=0, max_digits=20, decimal_places=4)
    assert field.clean("1,234.5") == Decimal("1234.5")
    with pytest.raises(ValidationError, match=r"Write 2\.5 with a point"):
        field.clean("2,5")
    with pytest.raises(ValidationError):
        field.clean("-1")
    assert NumberField(required=False).clean("  ") is None
    assert field.prepare_value(Decimal("1E+3")) == "1000"
