"""Lot rules: rounded once, and split into orders that a supplier takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm.planning.lots import LotRule, lot_quantity, split_lot

amounts = st.integers(1, 400)
rules = st.builds(LotRule, minimum=st.integers(0, 60), maximum=st.none() | st.integers(1, 120), multiple=st.integers(1, 24))


@pytest.mark.parametrize(
    ("rule", "need", "lot", "orders"),
    [
        (LotRule(), 37, 37, [37]),
        (LotRule(multiple=12), 37, 48, [48]),
        (LotRule.fixed(200), 320, 400, [200, 200]),
        (LotRule(minimum=100), 60, 100, [100]),
        (LotRule(minimum=50, maximum=500, multiple=25), 112, 125, [125]),
        (LotRule(minimum=50, maximum=100), 140, 140, [90, 50]),
        (LotRule(minimum=60, maximum=100), 250, 250, [100, 90, 60]),
        (LotRule(minimum=60, maximum=100), 101, 120, [60, 60]),
        (LotRule(minimum=60, maximum=100), 205, 205, [85, 60, 60]),
        (LotRule(minimum=5, maximum=7, multiple=4), 9, 16, [8, 8]),
        (LotRule(minimum=24, maximum=130, multiple=24), 2551, 2568, [120] * 21 + [48]),
    ],
)
def test_a_lot_is_rounded_and_split(rule: LotRule, need: int, lot: int, orders: list[int]) -> None:
    assert lot_quantity(need, rule) == lot
    assert split_lot(lot, rule) == orders


@given(need=amounts, rule=rules)
def test_the_orders_are_the_lot_and_keep_every_limit(need: int, rule: LotRule) -> None:
    lot = lot_quantity(need, rule)
    orders = split_lot(lot, rule)
    assert lot >= need
    assert sum(orders) == lot
    assert orders == sorted(orders, reverse=True)
    assert all(order % rule.multiple == 0 and order >= rule.smallest for order in orders)
    assert rule.largest is None or max(orders) <= rule.largest


@given(need=amounts, rule=rules)
def test_no_smaller_lot_would_do(need: int, rule: LotRule) -> None:
    lot = lot_quantity(need, rule)
    if lot - rule.multiple >= max(need, rule.smallest):
        largest = rule.largest or lot
        fewer = -(-(lot - rule.multiple) // largest)
        assert fewer * rule.smallest > lot - rule.multiple


@given(need=amounts, rule=rules)
def test_a_lot_is_already_rounded(need: int, rule: LotRule) -> None:
    lot = lot_quantity(need, rule)
    assert lot_quantity(lot, rule) == lot
