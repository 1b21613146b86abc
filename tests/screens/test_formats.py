"""How figures and times read."""

import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from erp.screens import formats


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("12345.500000"), None, "12,345.5"), (Decimal("3.000000"), None, "3"),
        (Decimal("100"), None, "100"), (Decimal("-80"), 2, "−80.00"),
        (Decimal("0.005"), 2, "0.01"), (None, None, ""), (1234567, None, "1,234,567"), (Decimal("1E+3"), None, "1,000"),
    ],
)  # fmt: skip
def test_numbers(value: object, places: int | None, text: str) -> None:
    assert formats.number(value, places) == text


def test_money_has_the_decimals_of_its_currency() -> None:
    assert [formats.money(Decimal("1234.5"), code) for code in ("CNY", "JPY", "KWD")] == ["1,234.50", "1,235", "1,234.500"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.34, "340 ms"), (2.4, "2.4 s"), (185, "3 min 5 s"), (7800, "2 h 10 min"), (7200, "2 h"), (367200, "4 days 6 h")],
)
def test_durations_use_at_most_two_units(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


def test_dates_in_the_language_of_the_reader() -> None:
    day = datetime.date(2026, 3, 2)
    assert formats.date(day) == "2 Mar 2026"
    with translation.override("zh-hans"):
        assert formats.date(day) == "2026-03-02"
