"""The three-way match and what a bill is made of: figures worked out by hand."""

from decimal import Decimal

import pytest

from erp.payables.rules import WIDER, Limit, Tolerance, match_line, share_of_open, split_line

D = Decimal
TWO_PERCENT = Tolerance(price_over=Limit(fraction=D("0.02")))


def match(quantity: str, price: str, *, received: str = "98", billed: str = "0", tolerance: Tolerance = TWO_PERCENT) -> list[str]:
    return match_line(
        received=D(received), billed=D(billed), quantity=D(quantity), order_price=D(10), price=D(price), tolerance=tolerance
    )


@pytest.mark.parametrize(
    ("quantity", "price", "codes"),
    [
        ("98", "10.20", []),  # 2 % exactly
        ("98", "10.21", ["price_over"]),
        ("99", "10", ["quantity_over"]),
        ("99", "11", ["quantity_over", "price_over"]),
        ("98", "1", []),  # cheaper is welcome
    ],
)
def test_quantity_and_price_are_judged_apart(quantity: str, price: str, codes: list[str]) -> None:
    assert match(quantity, price) == codes


def test_what_was_not_received_cannot_be_billed() -> None:
    assert match("1", "10", received="0") == ["not_received"]
    assert match("1", "10", received="98", billed="98") == ["not_received"]


def test_limits_in_percent_and_absolute_by_the_stricter_or_the_wider() -> None:
    both = Limit(fraction=D("0.02"), absolute=D("0.05"))
    assert (both.of(D(10)), Limit(fraction=D("0.02"), absolute=D("0.05"), combine=WIDER).of(D(10))) == (D("0.05"), D("0.20"))
    assert Limit().of(D(10)) == 0
    under = Tolerance(price_under=Limit(fraction=D("0.1")))
    assert match("98", "8.99", tolerance=under) == ["price_under"]
    assert match("98", "9", tolerance=under) == []


def test_a_quantity_tolerance_lets_a_little_more_through() -> None:
    assert match("100", "10", tolerance=Tolerance(quantity_over=Limit(absolute=D(2)))) == []


def test_at_home_all_that_differs_is_price_abroad_the_rest_is_the_rate() -> None:
    home = split_line(net=D("979.20"), clearing=D(960), ordered_net=D(960), is_home=True)
    assert (home.price_difference, home.exchange_difference) == (D("19.20"), 0)
    # 100 at 10 received at 0.90 = 900; billed 100 at 11 at 0.95 = 1,045: price 95, rate 50
    abroad = split_line(net=D(1045), clearing=D(900), ordered_net=D(950), is_home=False)
    assert (abroad.price_difference, abroad.exchange_difference) == (D(95), D(50))


def test_the_last_part_takes_the_rest_and_nothing_is_taken_from_the_other_side() -> None:
    assert share_of_open(D(10), open_quantity=D(3), part=D(3)) == (D(10), D(3))
    assert share_of_open(D(9), open_quantity=D(3), part=D(1)) == (D(3), D(1))
    assert share_of_open(D(9), open_quantity=D(3), part=D(5)) == (D(9), D(3))
    assert share_of_open(D(9), open_quantity=D(3), part=D(-1)) == (0, 0)
    assert share_of_open(D(-90), open_quantity=D(-10), part=D(-10)) == (D(-90), D(-10))
