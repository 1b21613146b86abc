"""Which sale a cancellation takes back: the same customer, product and price, the latest first, never more than was sold."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from integration.datasets.matching import Match, OpenSales, unmatched

D = Decimal
OWL = ("20001", "OWL", D("1.25"))
FRACTION = ("20001", "STAR", D("0.2145"))


def sales(*sold: tuple[str, int, tuple[str, str, Decimal]]) -> OpenSales:
    """Sales of one line each: number, quantity, line."""
    made = OpenSales(places=2)
    for number, quantity, line in sold:
        made.sell(line, sale=number, position=1, quantity=D(quantity))
    return made


def test_the_latest_sale_comes_first_and_several_make_up_what_one_does_not_have() -> None:
    opened = sales(("1", 5, OWL), ("2", 2, OWL))
    assert opened.take_back(OWL, D(3)) == [Match("2", 1, D(2)), Match("1", 1, D(1))]
    assert opened.take_back(OWL, D(9)) == [Match("1", 1, D(4))]
    assert opened.take_back(OWL, D(1)) == []


def test_another_customer_product_or_price_is_another_line() -> None:
    opened = sales(("1", 5, OWL))
    for line in (("20002", "OWL", D("1.25")), ("20001", "STAR", D("1.25")), ("20001", "OWL", D("1.26"))):
        assert opened.take_back(line, D(1)) == []
    assert opened.take_back(("20001", "OWL", D("1.250")), D(1)) == [Match("1", 1, D(1))]


def test_a_price_with_a_fraction_of_a_penny_comes_back_by_whole_lines_only() -> None:
    opened = sales(("1", 6, FRACTION), ("2", 6, FRACTION), ("3", 4, FRACTION))
    assert opened.take_back(FRACTION, D(5)) == []
    assert opened.take_back(FRACTION, D(6)) == [Match("2", 1, D(6))]
    assert opened.take_back(FRACTION, D(6)) == [Match("1", 1, D(6))]
    assert opened.take_back(FRACTION, D(6)) == []


steps = st.lists(
    st.tuples(st.booleans(), st.sampled_from("ab"), st.sampled_from(["1.25", "0.005"]), st.integers(1, 9)), max_size=40
)


@given(steps)
def test_never_more_comes_back_of_a_sale_than_was_sold_before_and_nothing_is_lost(
    taken: list[tuple[bool, str, str, int]],
) -> None:
    opened, left = OpenSales(places=2), defaultdict(Decimal)
    lines = {}
    for number, (is_sale, product, price, quantity) in enumerate(taken):
        line = ("c", product, D(price))
        if is_sale:
            opened.sell(line, sale=str(number), position=1, quantity=D(quantity))
            left[str(number)], lines[str(number)] = D(quantity), line
            continue
        matches = opened.take_back(line, D(quantity))
        assert sum((match.quantity for match in matches), D(0)) + unmatched(matches, D(quantity)) == quantity
        assert [int(match.sale) for match in matches] == sorted((int(match.sale) for match in matches), reverse=True)
        for match in matches:
            assert lines[match.sale] == line
            left[match.sale] -= match.quantity
            assert match.quantity > 0 and left[match.sale] >= 0
        if unmatched(matches, D(quantity)) and price == "1.25":
            assert not any(left[sale] for sale, of in lines.items() if of == line)
