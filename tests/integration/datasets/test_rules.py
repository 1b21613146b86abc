from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from integration.datasets.rules import (
    least_opening_stock,
    line_amount,
    median_price,
    most_frequent,
    one_spelling,
    phases,
    set_end,
)

D = Decimal
flows = st.lists(st.tuples(st.sampled_from("ab"), st.integers(-9, 9).map(Decimal)), max_size=40)


def test_a_line_is_rounded_half_up_by_itself() -> None:
    assert line_amount(D(1), D("0.005"), 2) == D("0.01")
    assert line_amount(D(-1), D("0.005"), 2) == D("-0.01")
    assert line_amount(D(10), D("0.2145"), 2) == D("2.15")


def test_codes_that_differ_by_case_get_their_most_frequent_spelling_and_capitals_win_a_tie() -> None:
    assert one_spelling(["1a", "1A", "1A", "m", "M", "gift"]) == {"1a": "1A", "1A": "1A", "m": "M", "M": "M", "gift": "gift"}


def test_the_most_frequent_value_ignores_empty_ones_and_takes_the_first_of_a_tie() -> None:
    assert most_frequent(["", "", "", "b", "a", "a", "b"]) == "b"
    assert most_frequent(["", ""]) == ""


def test_the_median_is_of_prices_above_zero() -> None:
    assert median_price([D(0), D("1.25"), D("1.66")]) == D("1.455")
    assert median_price([D(0)]) == 0


@given(flows)
def test_with_the_least_opening_stock_a_product_touches_zero_and_never_goes_below(flow: list[tuple[str, Decimal]]) -> None:
    for product, opening in least_opening_stock(flow).items():
        levels = [opening]
        for name, quantity in flow:
            if name == product:
                levels.append(levels[-1] - quantity)
        assert min(levels) == 0


@given(st.lists(st.integers(1, 3), min_size=1, max_size=30).map(sorted), st.integers(1, 5))
def test_sets_hold_documents_of_one_day_and_leave_none_out(days: list[int], size: int) -> None:
    start, seen = 0, 0
    while start < len(days):
        end = set_end(days, start, size)
        assert 1 <= end - start <= size
        assert len(set(days[start:end])) == 1
        assert end == len(days) or end - start == size or days[end] != days[start]
        start, seen = end, seen + end - start
    assert seen == len(days)


steps = st.lists(st.tuples(st.sampled_from(["sale", "return"]), st.sets(st.sampled_from("abcdef"), max_size=3)), max_size=30)


@given(steps)
def test_phases_hold_one_kind_each_and_keep_the_order_of_everything_they_touch(given_steps: list[tuple[str, set[str]]]) -> None:
    made = phases(given_steps)
    done = [position for _kind, positions in made for position in positions]
    assert sorted(done) == list(range(len(given_steps)))
    assert all(given_steps[position][0] == kind for kind, positions in made for position in positions)
    for thing in "abcdef":
        touching = [position for position in done if thing in given_steps[position][1]]
        assert touching == sorted(touching)


def test_documents_that_do_not_meet_share_a_phase() -> None:
    assert phases([("sale", {"a"}), ("return", {"b"}), ("sale", {"c"}), ("return", {"a"}), ("sale", {"b"})]) == [
        ("sale", [0, 2]),
        ("return", [1, 3]),
        ("sale", [4]),
    ]
