"""Many levels: known answers, and the cases in which other planners went wrong."""

from dataclasses import replace

import pytest

from erp.reference.rules import Calendar
from scm.planning.lots import LotRule
from scm.planning.netting import Item, Kind, tabulate
from scm.planning.rules import MICRO, Ref, Requirement, Supply, Usage, from_micro, to_micro
from tests.scm.planning.case import (
    TODAY,
    A,
    B,
    C,
    D,
    day,
    gross,
    line,
    lots,
    messages,
    net,
    order,
    pegged,
    plan,
    purchase,
    releases,
    u,
)

WHOLE = LotRule(multiple=MICRO)


def test_the_textbook_case_of_three_levels() -> None:
    """Oracle A: A of 2 B and 1 C, B of 3 C; lead times 1, 2, 1; C in 200s, 20 of it for safety, 100 on order for day 4."""
    items = [
        Item(A, lead_days=1, on_hand=u(20), lot=WHOLE),
        Item(B, lead_days=2, on_hand=u(30), lot=WHOLE),
        Item(C, Kind.BUY, lead_days=1, on_hand=u(200), safety_stock=u(20), lot=LotRule.fixed(u(200))),
    ]
    wanted = [order(1, 50, 5), order(2, 80, 7), order(3, 100, 8)]
    made = plan(items, [line(A, B, 2), line(A, C, 1), line(B, C, 3)], wanted, [purchase(1, 100, 4, product=C)])
    a, b, c = made.netted[A], made.netted[B], made.netted[C]
    assert made.levels.codes == {A: 0, B: 1, C: 2}
    assert releases(a) == {4: 30, 6: 80, 7: 100}
    assert gross(b) == {4: 60, 6: 160, 7: 200}
    assert releases(b) == {2: 30, 4: 160, 5: 200}
    assert gross(c) == {2: 90, 4: 510, 5: 600, 6: 80, 7: 100}
    assert releases(c) == {3: 400, 4: 600, 6: 200}
    assert [row.projected // MICRO for row in tabulate(c, today=TODAY)] == [110, 100, 100, 20, 120]
    assert [(row.gross // MICRO, row.net // MICRO) for row in tabulate(c, today=TODAY)] == [
        (90, 0),
        (510, 320),
        (600, 520),
        (80, 0),
        (100, 100),
    ]


FP1, FP2, SF1, SF2, PP1, PP2 = 11, 12, 21, 22, 31, 32


OCA_ITEMS = [
    Item(FP1, lead_days=2),
    Item(FP2, lead_days=1),
    Item(SF1, lead_days=1),
    Item(SF2, lead_days=3, on_hand=u(15)),
    Item(PP1, Kind.BUY, lead_days=4, on_hand=u(10)),
    Item(PP2, Kind.BUY, lead_days=2, on_hand=u(20)),
]
OCA_LINES = [
    line(FP1, PP1, 2),
    line(FP1, PP2, 3),
    line(FP2, SF1, 2),
    line(FP2, SF2, 3),
    line(SF1, PP1, 3),
    line(SF1, PP2, 2),
    line(SF2, PP2, 3),
]
OCA_WANTED = [
    order(1, 100, 7, product=FP1),
    order(1, 15, 7, product=FP2),
    Requirement(SF1, u(24), day(9), Ref("manufacturing_order", 5, 1)),
    Requirement(SF2, u(36), day(9), Ref("manufacturing_order", 5, 2)),
]
OCA_COMING = [purchase(1, 5, 1, product=PP2)]


def test_two_finished_goods_that_share_parts_over_three_levels() -> None:
    """The published figures of OCA's mrp_multi_level (levels 0/0/1/1/2/2; PP-1 wanted by 200, 90 and 72), in working days.

    An order wants 100 FP-1 and 15 FP-2 on day 7; a manufacturing order wants 24 SF-1 and 36 SF-2 on day 9.
    """
    netted = plan(OCA_ITEMS, OCA_LINES, OCA_WANTED, OCA_COMING)
    found = netted.netted
    assert netted.levels.codes == {FP1: 0, FP2: 0, SF1: 1, SF2: 1, PP1: 2, PP2: 2}
    assert (lots(found[FP1]), lots(found[FP2])) == ({7: 100}, {7: 15})
    assert gross(found[SF1]) == lots(found[SF1]) == {6: 30, 9: 24}
    assert (gross(found[SF2]), lots(found[SF2])) == ({6: 45, 9: 36}, {6: 30, 9: 36})
    assert sorted(requirement.quantity // MICRO for requirement in found[PP1].requirements) == [72, 90, 200]
    assert lots(found[PP1]) == {5: 280, 8: 72}
    assert gross(found[PP2]) == {3: 90, 5: 360, 6: 108, 8: 48}
    assert lots(found[PP2]) == {3: 65, 5: 360, 6: 108, 8: 48}


def test_what_is_in_production_for_later_comes_before_what_is_planned() -> None:
    """The 12 FP-2 of that manufacturing order come on day 10. OCA plans 15 for day 7 beside them; here 3 are planned and the
    12 are to come sooner."""
    making = Supply(FP2, u(12), day(10), Ref("manufacturing_order", 5))
    found = plan(OCA_ITEMS, OCA_LINES, OCA_WANTED, [*OCA_COMING, making]).netted[FP2]
    assert lots(found) == {7: 3}
    assert [(message.code, message.better) for message in messages(found)] == [("expedite", day(7))]


def test_a_part_of_two_finished_goods_is_wanted_for_both() -> None:
    """Not for the first only (erpnext#58809, #37785)."""
    shared = plan([Item(A), Item(B), Item(C)], [line(A, C, 2), line(B, C, 3)], [order(1, 5, 9), order(2, 7, 9, product=B)])
    assert lots(shared.netted[C]) == {9: 31}
    assert [(peg.demand.id, peg.quantity) for peg in shared.netted[C].pegs] == [(A, u(10)), (B, u(21))]


def test_scrap_and_yield_ask_for_more_and_are_rounded_up_once() -> None:
    assert line(A, B, scrap_fraction=100_000).usage.of_parents(u(100)) == u(110)
    assert line(A, B, yield_fraction=800_000).usage.of_parents(u(100)) == u(125)
    assert line(A, B, 5, output=u(12)).usage.of_parents(u(30)) == u(13)
    assert Usage.of(u(5), output=u(12), decimals=3).of_parents(u(1)) == 417_000
    assert Usage.of(u(1), output=u(3)).of_parents(u(1)) == 333_334


def test_a_quantity_of_the_database_goes_to_micro_units_and_back() -> None:
    assert from_micro(to_micro(from_micro(123_456_789))) == from_micro(123_456_789)
    assert str(from_micro(u(5))) == "5.000000"


def test_a_phantom_gives_its_own_stock_first_and_passes_the_rest_on_without_time() -> None:
    """A (lead 2) of 3 B, B a phantom of 2 C with 10 on hand: 30 - 10 = 20, which is 40 of C on A's release."""
    items = [Item(A, lead_days=2), Item(B, Kind.PHANTOM, on_hand=u(10), lead_days=9), Item(C, Kind.BUY, lead_days=1)]
    blown = plan(items, [line(A, B, 3), line(B, C, 2)], [order(1, 10, 8)])
    assert pegged(blown.netted[B]) == [("planned", "stock", 10), ("planned", "phantom", 20)]
    assert (blown.netted[B].lots, blown.netted[B].net, messages(blown.netted[B])) == ([], u(20), [])
    assert lots(blown.netted[C]) == {6: 40}
    assert blown.netted[C].pegs[0].demand == blown.netted[A].lots[0].source


def test_many_small_requirements_of_a_phantom_are_rounded_up_once() -> None:
    """Three of one for A each, half a C for one B: 2, not 3."""
    half = line(B, C, output=u(2))
    blown = plan([Item(B, Kind.PHANTOM), Item(C)], [half], [order(number, 1, 5, product=B) for number in (1, 2, 3)])
    assert lots(blown.netted[C]) == {5: 2}


def test_a_firm_proposal_stays_as_it_is_and_its_components_are_wanted_when_it_begins() -> None:
    firm = Supply(A, u(8), day(9), Ref("proposal", 77), release=day(4))
    kept = plan([Item(A, lead_days=1), Item(B, Kind.BUY)], [line(A, B, 2)], [order(1, 10, 9)], [firm])
    assert lots(kept.netted[A]) == {9: 2}
    assert lots(kept.netted[B]) == {4: 16, 8: 4}


def test_a_manufacturing_order_lists_its_components_itself() -> None:
    making = Supply(A, u(8), day(9), Ref("manufacturing_order", 5))
    kept = plan([Item(A), Item(B)], [line(A, B, 2)], [order(1, 8, 9)], [making])
    assert kept.netted[B].requirements == []


def test_items_on_a_cycle_are_told_and_the_others_are_planned() -> None:
    """A > B > A, B > D; C > D."""
    lines = [line(A, B), line(B, A), line(B, D), line(C, D, 2)]
    wanted = [order(1, 5, 3), order(2, 6, 4, product=C)]
    made = plan([Item(A, on_hand=u(2)), Item(B), Item(C), Item(D, Kind.BUY)], lines, wanted)
    [told] = messages(made.netted[A], made.levels.cycles[A])
    assert (told.code, told.path, told.quantity) == ("cycle", (A, B, A), u(3))
    assert pegged(made.netted[A]) == [("sales_order", "stock", 2), ("sales_order", "none", 3)]
    assert (made.netted[B].requirements, made.netted[B].planned) == ([], 0)
    assert lots(made.netted[D]) == {4: 12}


def test_urgency_goes_down_with_what_is_made_for_it() -> None:
    """A for an urgent order and B for another want the two C that lie there: A's lot gets them."""
    items = [Item(A), Item(B), Item(C, on_hand=u(2))]
    urgent = plan(items, [line(A, C), line(B, C)], [order(2, 2, 5, priority=5), order(1, 2, 5, product=B)])
    assert [(peg.demand.id, peg.supply.kind) for peg in urgent.netted[C].pegs] == [(A, "stock"), (B, "planned")]


def test_each_item_goes_back_on_its_own_calendar() -> None:
    """Wanted on Monday, day 15: made in 2 days of a five-day week from Thursday; bought in 3 days of a seven-day week."""
    items = [Item(A, lead_days=2, calendar=Calendar()), Item(B, Kind.BUY, lead_days=3)]
    made = plan(items, [line(A, B)], [order(1, 4, 15)])
    assert releases(made.netted[A]) == {11: 4}
    assert releases(made.netted[B]) == {8: 4}


def test_a_product_without_an_item_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="products 2, 3"):
        plan([Item(A)], [line(A, B)], [order(1, 1, 1, product=C)])


def test_what_was_accepted_is_not_planned_again() -> None:
    """The scheduler twice (odoo#30541, #17320, #20719): the lot as a purchase order leaves nothing to plan."""
    item, wanted = Item(A, Kind.BUY, on_hand=u(3), safety_stock=u(5), lot=LotRule(multiple=u(12))), [order(1, 40, 6)]
    first = net(item, wanted)
    bought = [purchase(number, lot.quantity // MICRO, 6) for number, lot in enumerate(first.lots)]
    assert first.planned == u(12) + u(36)
    assert net(item, wanted, bought).lots == []
    assert net(replace(item, on_hand=item.on_hand + first.planned), wanted).lots == []
