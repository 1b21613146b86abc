"""Parts of a line always sum to the line; a limit is a limit."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from erp.sales.rules import discounted, exceeds_limit, share_of_line

D = Decimal


@given(
    amount=st.decimals(min_value="0.00", max_value="99999.99", places=2),
    parts=st.lists(st.decimals(min_value="0.001", max_value="999", places=3), min_size=1, max_size=8),
)
def test_the_last_partial_invoice_takes_the_residue(amount: Decimal, parts: list[Decimal]) -> None:
    ordered, before, total = sum(parts, D(0)), D(0), D(0)
    for part in parts:
        total += share_of_line(amount, ordered=ordered, before=before, quantity=part, places=2)
        before += part
    assert total == amount


def test_a_third_three_times_is_the_whole() -> None:
    shares = [share_of_line(D("10.00"), ordered=D(3), before=D(i), quantity=D(1), places=2) for i in range(3)]
    assert shares == [D("3.33"), D("3.34"), D("3.33")]


def test_the_limit_itself_is_allowed_and_one_cent_more_is_not() -> None:
    assert not exceeds_limit(exposure=D("90.00"), order_total=D("10.00"), limit=D("100.00"))
    assert exceeds_limit(exposure=D("90.01"), order_total=D("10.00"), limit=D("100.00"))
    assert not exceeds_limit(exposure=D("1e9"), order_total=D("1e9"), limit=None)


def test_a_discount_is_a_fraction() -> None:
    assert discounted(D("40"), D("0.25")) == D("30")
