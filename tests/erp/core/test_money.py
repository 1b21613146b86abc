"""Money: one rounding, and parts that always sum to the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.core.money import convert, distribute, round_half_up, too_large

cents = st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-2))
weights = st.lists(st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-3)), min_size=1, max_size=30)
CENT = Decimal("0.01")


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.005", 2, "0.01"), ("-0.005", 2, "-0.01"),
        ("0.015", 2, "0.02"), ("0.025", 2, "0.03"), ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1.0005", 3, "1.001"), ("0.00499999999999999999", 2, "0.00"), ("1234567890123456.785", 2, "1234567890123456.79"),
    ],
)  # fmt: skip
def test_halves_go_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert round_half_up(Decimal(value), places) == Decimal(rounded)


def test_conversion_rounds_once_to_the_target_currency() -> None:
    assert convert(Decimal("10.00"), Decimal("7.12345"), 2) == Decimal("71.23")
    assert convert(Decimal("10.00"), Decimal("155.05"), 0) == Decimal("1551")


@given(total=cents, weights=weights)
def test_parts_sum_to_the_total_and_each_is_within_one_cent_of_its_share(total: Decimal, weights: list[Decimal]) -> None:
    parts = distribute(total, weights, 2)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(part == round_half_up(part, 2) for part in parts)
    if any(weights):
        assert all(abs(part - total * weight / sum(weights)) < CENT for part, weight in zip(parts, weights, strict=True))


@given(total=cents, weights=weights.filter(any))
def test_a_weight_of_zero_gets_nothing_and_no_part_has_the_other_sign(total: Decimal, weights: list[Decimal]) -> None:
    for part, weight in zip(distribute(total, weights, 2), weights, strict=True):
        assert part * total >= 0
        assert weight or part == 0


def test_the_missing_cent_goes_to_the_largest_remainder_and_ties_to_the_first() -> None:
    third = [Decimal(1)] * 3
    assert distribute(Decimal("100.00"), third, 2) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert distribute(Decimal("-100.00"), third, 2) == [Decimal("-33.34"), Decimal("-33.33"), Decimal("-33.33")]
    assert distribute(Decimal("0.03"), [Decimal(1), Decimal(5)], 2) == [Decimal("0.01"), Decimal("0.02")]
    assert distribute(Decimal(10), [Decimal(0), Decimal(0)], 0) == [Decimal(10), Decimal(0)]
    assert distribute(Decimal(10), [], 2) == []


def test_products_too_large_are_seen_before_they_are_computed() -> None:
    assert too_large(Decimal("99999999999999"), Decimal(10) ** 12)
    assert not too_large(Decimal("1000000"), Decimal("1000000"))
    assert not too_large(Decimal(0), Decimal(10) ** 15)
