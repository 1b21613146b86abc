"""One item: what is missing when, and what the planner makes of it."""

from dataclasses import replace

from erp.reference.rules import Calendar
from scm.planning.lots import LotRule
from scm.planning.netting import Item, Kind, Row, tabulate
from scm.planning.rules import MICRO, Bucket, Ref, Supply
from tests.scm.planning.case import TODAY, A, day, lots, messages, net, order, pegged, purchase, releases, u

WHOLE = LotRule(multiple=MICRO)
ITEM = Item(A, lot=WHOLE)


def test_two_rows_are_netted_against_what_is_projected_once() -> None:
    """Projected 12, rows of 12 and 1: one is missing (erpnext#50788)."""
    assert lots(net(replace(ITEM, on_hand=u(12)), [order(1, 12, 3), order(2, 1, 3)])) == {3: 1}


def test_what_is_on_order_is_not_ordered_again() -> None:
    """Need 18, 15 on order: 3 (InvenTree#4904)."""
    assert lots(net(ITEM, [order(1, 18, 5)], [purchase(1, 15, 4)])) == {5: 3}


def test_the_minimum_holds_once_for_a_bucket() -> None:
    """Three of 20 with a minimum of 100 are 100, not 300 (erpnext#58710)."""
    rule = LotRule(minimum=u(100))
    assert lots(net(replace(ITEM, lot=rule), [order(1, 20, 3), order(2, 20, 3), order(3, 20, 3)])) == {3: 100}


def test_what_the_minimum_was_too_much_serves_the_next_bucket() -> None:
    rule = LotRule(minimum=u(100))
    assert lots(net(replace(ITEM, lot=rule), [order(1, 60, 3), order(2, 30, 5), order(3, 20, 8)])) == {3: 100, 8: 100}


def test_two_orders_a_month_apart_keep_two_days() -> None:
    """OCA/manufacture#1011."""
    assert lots(net(ITEM, [order(1, 5, 3), order(2, 7, 33)])) == {3: 5, 33: 7}


def test_a_postponed_receipt_makes_no_second_order_but_a_message() -> None:
    """odoo#76466."""
    postponed = net(ITEM, [order(1, 10, 5)], [purchase(1, 10, 40)])
    assert postponed.lots == []
    assert [(m.code, m.day, m.better, m.days, m.source) for m in messages(postponed)] == [
        ("expedite", day(40), day(5), 35, Ref("purchase_order", 1, 1))
    ]
    assert [(peg.supply_date, peg.late_days) for peg in postponed.pegs] == [(day(40), 35)]


def test_a_receipt_that_comes_too_early_or_for_nothing_is_told() -> None:
    netted = net(ITEM, [order(1, 10, 20)], [purchase(1, 10, 5), purchase(2, 6, 25)])
    assert [(m.code, m.quantity, m.better) for m in messages(netted)] == [
        ("de_expedite", u(10), day(20)),
        ("cancel_surplus", u(6), None),
        ("excess", u(6), None),
    ]


def test_a_receipt_whose_day_is_past_is_told_and_counted_as_of_today() -> None:
    netted = net(ITEM, [order(1, 10, 1)], [purchase(1, 10, -4)])
    assert netted.lots == []
    assert [(m.code, m.days) for m in messages(netted)] == [("late_receipt", 5)]
    assert netted.pegs[0].supply_date == TODAY


def test_safety_stock_is_filled_up_today_and_served_last() -> None:
    netted = net(replace(ITEM, on_hand=u(4), safety_stock=u(10)), [order(1, 3, 1), order(2, 5, 9)])
    assert lots(netted) == {1: 9, 9: 5}
    assert pegged(netted) == [
        ("safety", "stock", 4),
        ("sales_order", "planned", 3),
        ("safety", "planned", 6),
        ("sales_order", "planned", 5),
    ]


def test_stock_beyond_safety_stock_is_excess_and_the_rest_of_a_lot_is_not() -> None:
    lying = net(replace(ITEM, on_hand=u(30), safety_stock=u(10)), [order(1, 5, 4)])
    assert [(m.code, m.quantity) for m in messages(lying)] == [("excess", u(15))]
    rounded = net(replace(ITEM, lot=LotRule(minimum=u(100))), [order(1, 60, 3)])
    assert pegged(rounded) == [("sales_order", "planned", 60), ("excess", "planned", 40)]
    assert messages(rounded) == []


def test_what_is_past_due_is_wanted_today_and_keeps_its_true_days() -> None:
    netted = net(replace(ITEM, lead_days=3), [order(1, 5, -1), order(2, 4, 1)])
    [lot] = netted.lots
    assert (lot.due, lot.release, lot.expected, lot.quantity) == (TODAY, day(-4), day(4), u(9))
    assert [(m.code, m.day, m.better, m.days) for m in messages(netted)] == [("past_due", TODAY, day(-4), 5)]
    assert [peg.late_days for peg in netted.pegs] == [5, 3]


def test_a_lot_starts_on_working_days_before_it_is_wanted() -> None:
    """Day 8 is a Monday, day 4 a Thursday on which nobody works."""
    week = replace(ITEM, lead_days=2, calendar=Calendar(closed=frozenset({day(4)})))
    assert releases(net(week, [order(1, 1, 8)])) == {3: 1}


def test_no_lead_time_is_the_same_day() -> None:
    assert releases(net(replace(ITEM, calendar=Calendar()), [order(1, 1, 6)])) == {6: 1}


def test_a_week_is_one_bucket_that_begins_on_monday() -> None:
    weekly = replace(ITEM, bucket=Bucket.WEEK)
    assert lots(net(weekly, [order(1, 5, 3), order(2, 6, 7), order(3, 7, 10), order(4, 8, 14)])) == {1: 11, 8: 15}


def test_a_period_puts_the_next_buckets_into_one_lot() -> None:
    """87 come in, 124 and 90 are wanted, eight days together, in fives: 130; 3 are left over, so that of 18 lack 15 (as OCA)."""
    grouped = replace(ITEM, lot=LotRule(multiple=u(5), periods=8))
    wanted = [order(1, 124, 4), order(2, 90, 6), order(3, 18, 15)]
    assert lots(net(grouped, wanted, [purchase(1, 87, 4)])) == {4: 130, 15: 15}


def test_demand_without_a_source_stays_visible() -> None:
    netted = net(replace(ITEM, kind=Kind.NONE, on_hand=u(2)), [order(1, 5, 3), order(2, 4, 9)])
    assert (netted.lots, netted.net, netted.planned) == ([], u(7), 0)
    assert pegged(netted) == [("sales_order", "stock", 2), ("sales_order", "none", 3), ("sales_order", "none", 4)]
    assert [(m.code, m.quantity, m.better) for m in messages(netted)] == [("no_source", u(7), day(3))]


def test_the_higher_priority_is_served_first_within_a_bucket() -> None:
    netted = net(replace(ITEM, on_hand=u(5)), [order(1, 5, 3), order(2, 5, 3, priority=9), order(3, 1, 2)])
    assert [(peg.demand.id, peg.supply.kind) for peg in netted.pegs] == [
        (3, "stock"),
        (2, "stock"),
        (2, "planned"),
        (1, "planned"),
    ]


def test_a_source_that_wants_the_same_twice_is_one_requirement() -> None:
    netted = net(ITEM, [order(1, 5, 3), order(1, 2, 3)])
    assert [requirement.quantity for requirement in netted.requirements] == [u(7)]


def test_the_table_shows_each_document_on_its_own_day() -> None:
    asked_for = Supply(A, u(3), day(6), Ref("requisition", 1))
    netted = net(replace(ITEM, on_hand=u(8)), [order(1, 10, 3), order(2, 4, 9)], [asked_for])
    assert list(tabulate(netted, today=TODAY)) == [
        Row(day(3), u(10), 0, 0, 0, u(-2)),
        Row(day(6), 0, u(3), 0, 0, u(1)),
        Row(day(9), u(4), 0, u(3), u(3), 0),
    ]


def test_nothing_wanted_is_nothing_planned() -> None:
    netted = net(ITEM, [])
    assert (netted.lots, netted.pegs, messages(netted)) == ([], [], [])
