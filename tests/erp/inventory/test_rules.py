"""Moving average by known answers and by property: value never gets lost, and nothing is left without stock."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from erp.inventory.rules import found_value, issue_cost, unit_cost

CENTS = st.decimals(min_value="0.00", max_value="99999.99", places=2)
QUANTITIES = st.decimals(min_value="0.001", max_value="9999", places=3)


def test_an_issue_costs_its_share_of_the_value() -> None:
    assert issue_cost(on_hand=Decimal(3), value=Decimal("10.00"), quantity=Decimal(1), places=2) == Decimal("3.33")


def test_the_last_unit_takes_the_remainder() -> None:
    assert issue_cost(on_hand=Decimal(1), value=Decimal("3.34"), quantity=Decimal(1), places=2) == Decimal("3.34")


def test_a_currency_without_decimals_is_rounded_to_its_unit() -> None:
    assert issue_cost(on_hand=Decimal(3), value=Decimal(100), quantity=Decimal(2), places=0) == Decimal(67)


def test_found_stock_is_worth_the_average_or_nothing_when_nothing_is_known() -> None:
    assert found_value(on_hand=Decimal(4), value=Decimal("10.00"), surplus=Decimal(2), places=2) == Decimal("5.00")
    assert found_value(on_hand=Decimal(0), value=Decimal(0), surplus=Decimal(2), places=2) == 0


def test_the_unit_cost_of_nothing_is_zero() -> None:
    assert unit_cost(on_hand=Decimal(0), value=Decimal(0)) == 0


@given(value=CENTS, parts=st.lists(QUANTITIES, min_size=1, max_size=12))
def test_issuing_everything_in_parts_leaves_no_value_behind(value: Decimal, parts: list[Decimal]) -> None:
    on_hand, left = sum(parts), value
    for part in parts:
        cost = issue_cost(on_hand=on_hand, value=left, quantity=part, places=2)
        assert 0 <= cost <= left
        on_hand, left = on_hand - part, left - cost
    assert (on_hand, left) == (0, 0)
