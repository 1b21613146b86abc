"""Available-to-promise: known answers, and never more than there will be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm.planning.available_to_promise import Cover, cumulative, find_available, promise, take
from scm.planning.rules import Ref, Requirement, Supply
from tests.scm.planning.case import TODAY, A, day, order, purchase, u

STOCK = Ref("stock")


def available(usable: int, coming: dict[int, int], wanted: dict[int, int]):  # type: ignore[no-untyped-def]
    supplies = [purchase(number, units, number) for number, units in coming.items()]
    return find_available(u(usable), supplies, [order(n, units, n) for n, units in wanted.items()], today=TODAY)


def textbook():  # type: ignore[no-untyped-def]
    return available(40, {2: 60, 4: 60, 6: 60}, {1: 30, 2: 25, 3: 10, 4: 20, 5: 15, 6: 5})


def test_the_textbook_case_of_six_periods() -> None:
    """On hand 40; 60 in periods 2, 4, 6; orders 30, 25, 10, 20, 15, 5: 10, 25, 25, 55."""
    rows = textbook()
    assert [(row.day, row.quantity) for row in rows] == [(day(1), u(10)), (day(2), u(25)), (day(4), u(25)), (day(6), u(55))]
    assert cumulative(rows) == [u(10), u(35), u(60), u(115)]


def test_a_shortage_is_taken_back_from_the_nearest_earlier_receipt() -> None:
    """On hand 10, 20 in period 3, orders of 25 then: period 1 keeps 5, period 3 nothing."""
    assert [row.quantity for row in available(10, {3: 20}, {3: 25})] == [u(5), 0]


@pytest.mark.parametrize(
    ("units", "wanted", "then", "now"),
    [(10, 1, 1, 10), (30, 1, 2, 10), (35, 3, 3, 10), (36, 3, 4, 10), (115, 1, 6, 10), (4, 9, 9, 4)],
)
def test_a_request_is_promised_on_the_first_day_that_covers_it(units: int, wanted: int, then: int, now: int) -> None:
    promised = promise(textbook(), u(units), day(wanted))
    assert (promised.day, promised.now) == (day(then), u(now))


def test_more_than_will_ever_come_has_no_day() -> None:
    promised = promise(textbook(), u(116), day(1))
    assert (promised.day, promised.now, promised.covered_by) == (None, u(10), ())


def test_a_promise_says_what_it_comes_from_and_spares_what_is_free_earlier() -> None:
    assert promise(textbook(), u(30), day(1)).covered_by == (
        Cover(Ref("purchase_order", 2, 1), day(2), u(25)),
        Cover(STOCK, day(1), u(5)),
    )


def test_two_lines_of_one_document_are_not_promised_the_same_goods() -> None:
    rows = textbook()
    take(rows, promise(rows, u(30), day(2)))
    second = promise(rows, u(30), day(2))
    assert second.day == day(4)
    assert second.covered_by == (Cover(Ref("purchase_order", 4, 1), day(4), u(25)), Cover(STOCK, day(1), u(5)))


def test_what_is_past_due_counts_as_of_today() -> None:
    [row] = available(10, {-3: 5}, {-6: 2})
    assert (row.day, row.quantity) == (TODAY, u(13))


def test_who_promised_more_than_there_is_makes_up_for_it_first() -> None:
    rows = available(-5, {3: 20}, {})
    assert cumulative(rows) == [u(-5), u(15)]
    promised = promise(rows, u(15), day(1))
    assert (promised.day, promised.now) == (day(3), 0)
    assert promised.covered_by == (Cover(Ref("purchase_order", 3, 1), day(3), u(15)),)
    assert promise(rows, u(16), day(1)).day is None


amounts = st.integers(1, 50).map(u)
numbers = st.integers(-3, 15)
supplies = st.lists(st.tuples(amounts, numbers), max_size=6).map(
    lambda rows: [Supply(A, q, day(n), Ref("purchase_order", i)) for i, (q, n) in enumerate(rows)]
)
demands = st.lists(st.tuples(amounts, numbers), max_size=6).map(
    lambda rows: [Requirement(A, q, day(n), Ref("sales_order", i)) for i, (q, n) in enumerate(rows)]
)


@given(usable=st.integers(-20, 60).map(u), coming=supplies, wanted=demands, asked=amounts, number=numbers)
def test_what_is_promised_can_be_delivered_without_breaking_another_promise(
    usable: int, coming: list[Supply], wanted: list[Requirement], asked: int, number: int
) -> None:
    """Whenever the new line is delivered on its day, no later day has less than before it was in debt already."""
    rows = find_available(usable, coming, wanted, today=TODAY)
    promised = promise(rows, asked, day(number))
    if promised.day is None:
        assert asked > usable + sum(s.quantity for s in coming) - sum(d.quantity for d in wanted)
        return
    assert promised.day >= max(TODAY, day(number))
    assert sum(cover.quantity for cover in promised.covered_by) == asked
    assert all(cover.day <= promised.day for cover in promised.covered_by)
    for later in range((promised.day - TODAY).days, 20):
        end = TODAY + timedelta(days=later)
        there = usable + sum(s.quantity for s in coming if s.day <= end) - sum(d.quantity for d in wanted if d.day <= end)
        assert there >= asked


@given(usable=st.integers(0, 60).map(u), coming=supplies, wanted=demands, asks=st.lists(amounts, min_size=1, max_size=4))
def test_lines_together_take_no_more_than_their_receipts_bring(
    usable: int, coming: list[Supply], wanted: list[Requirement], asks: list[int]
) -> None:
    rows = find_available(usable, coming, wanted, today=TODAY)
    before = cumulative(rows)[-1]
    taken: dict[Ref, int] = {}
    for asked in asks:
        promised = promise(rows, asked, TODAY)
        take(rows, promised)
        for cover in promised.covered_by:
            taken[cover.source] = taken.get(cover.source, 0) + cover.quantity
    assert cumulative(rows)[-1] == before - sum(taken.values())
    assert all(taken[s.source] <= s.quantity for s in coming if s.source in taken)
    assert taken.get(STOCK, 0) <= usable
