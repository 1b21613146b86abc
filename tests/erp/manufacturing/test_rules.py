"""What a run takes and what it costs: figures worked out by hand."""

import datetime
from decimal import Decimal

from erp.manufacturing.rules import Component, ValidBill, components_of, find_cycle, overlap, required, roll_up

D = Decimal


def bill(product: int, *parts: tuple[int, str], phantom: bool = False, makes: str = "1", good: str = "1") -> ValidBill:
    components = tuple(Component(pk, D(quantity), D(0), 0) for pk, quantity in parts)
    return ValidBill(
        id=product,
        product_id=product,
        quantity=D(makes),
        yield_fraction=D(good),
        phantom=phantom,
        lead_days=0,
        components=components,
    )


def test_scrap_and_yield_ask_for_more_and_are_rounded_up_to_what_can_be_counted() -> None:
    one = bill(1, (2, "1"))
    assert required(one, Component(2, D(1), D("0.1"), 0), D(100)) == 110
    assert required(bill(1, good="0.8"), Component(2, D(1), D(0), 0), D(100)) == 125
    assert required(bill(1, makes="3"), Component(2, D(1), D(0), 0), D(10)) == 4
    assert required(one, Component(2, D("0.5"), D(0), 4), D(3)) == D("1.5")


def test_a_phantom_is_replaced_by_what_it_is_made_of() -> None:
    bills = {1: bill(1, (2, "2"), (3, "1")), 2: bill(2, (3, "4"), phantom=True)}
    assert components_of(bills[1], D(10), bills) == {3: D(90)}


def test_a_cycle_is_named_over_any_number_of_levels() -> None:
    assert find_cycle([(1, 2), (2, 3), (3, 4)]) == []
    assert find_cycle([(1, 2), (2, 3), (3, 1)]) == [1, 2, 3, 1]
    assert find_cycle([(1, 2), (1, 3), (2, 4), (3, 4)]) == []  # a diamond is none
    assert find_cycle([(1, 2), (2, 3), (3, 2)]) == [2, 3, 2]


def test_costs_roll_up_level_by_level_and_say_where_one_is_missing() -> None:
    bills = {1: bill(1, (2, "2"), (3, "1")), 2: bill(2, (3, "4"), (4, "1"))}
    node = roll_up(1, bills, {3: D("1.5"), 4: D(2)})
    assert (node.each, node.known) == (D("17.5"), True)  # 2 · (4 · 1.5 + 2) + 1.5
    assert not roll_up(1, bills, {3: D(1)}).known


def test_days_overlap_with_the_last_included() -> None:
    first, second = datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)
    assert overlap((first, second), (second, None))
    assert not overlap((first, second - datetime.timedelta(days=1)), (second, None))
