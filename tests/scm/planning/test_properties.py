"""What holds of every plan: pegs sum on both sides, nobody waits for what comes after the need, twice is nothing new."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from erp.reference.rules import ALWAYS, Calendar
from scm.planning.explosion import BillLine, Plan
from scm.planning.lots import LotRule, split_lot
from scm.planning.messages import find_messages
from scm.planning.netting import Item, Kind, Netted
from scm.planning.rules import EXCESS, MICRO, NONE, PHANTOM, PLANNED, SAFETY, STOCK, Bucket, Ref, Requirement, Supply, Usage
from tests.scm.planning.case import TODAY, day, plan, u

fifty = settings(max_examples=50, deadline=None)
PRODUCTS = range(1, 7)
numbers = st.integers(-5, 30)
units = st.integers(1, 60).map(u)
calendars = st.sampled_from([ALWAYS, Calendar(), Calendar(closed=frozenset(day(n) for n in range(3, 7)))])
lot_rules = st.builds(
    LotRule,
    minimum=st.integers(0, 40).map(u),
    maximum=st.none() | st.integers(1, 90).map(u),
    multiple=st.sampled_from([1, MICRO, u(12)]),
    periods=st.integers(1, 6),
)
usages = st.builds(
    Usage.of,
    st.integers(1, 5 * MICRO),
    output=st.sampled_from([MICRO, u(3)]),
    scrap_fraction=st.sampled_from([0, 50_000]),
    yield_fraction=st.sampled_from([MICRO, 900_000]),
    decimals=st.sampled_from([0, 3, 6]),
)
# Components have a higher number than their parents, so that there is no cycle.
bill_lines = st.builds(BillLine, st.integers(1, 4), st.integers(2, 6), usages).filter(
    lambda row: row.parent_id < row.component_id
)


def items_of(product: int) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        st.just(product),
        st.sampled_from(Kind),
        on_hand=st.integers(0, 80).map(u),
        safety_stock=st.integers(0, 30).map(u),
        lot=lot_rules,
        lead_days=st.integers(0, 9),
        calendar=calendars,
        bucket=st.sampled_from(Bucket),
    )


@dataclass
class Case:
    items: Sequence[Item]
    lines: Sequence[BillLine]
    requirements: Sequence[Requirement]
    supplies: Sequence[Supply]

    def plan(self) -> Plan:
        return plan(self.items, self.lines, self.requirements, self.supplies)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    wanted = draw(st.lists(st.tuples(st.sampled_from(PRODUCTS), units, numbers, st.integers(0, 2)), max_size=10))
    coming = draw(st.lists(st.tuples(st.sampled_from(PRODUCTS), units, numbers, st.booleans()), max_size=6))
    return Case(
        items=[draw(items_of(product)) for product in PRODUCTS],
        lines=draw(st.lists(bill_lines, max_size=8)),
        requirements=[Requirement(p, q, day(n), Ref("sales_order", i), x) for i, (p, q, n, x) in enumerate(wanted)],
        supplies=[
            Supply(p, q, day(n), Ref("purchase_order", i), release=day(n - 2) if firm else None)
            for i, (p, q, n, firm) in enumerate(coming)
        ],
    )


@fifty
@given(case=cases())
def test_pegs_sum_to_every_requirement_and_to_every_supply(case: Case) -> None:
    for netted in case.plan().netted.values():
        by_demand: dict[Ref, int] = defaultdict(int)
        by_supply: dict[Ref, int] = defaultdict(int)
        for peg in netted.pegs:
            assert peg.quantity > 0
            by_demand[peg.demand] += peg.quantity
            by_supply[peg.supply] += peg.quantity
        demands: dict[Ref, int] = defaultdict(int)
        for requirement in netted.requirements:
            demands[requirement.source] += requirement.quantity
        product, item = netted.item.product_id, netted.item
        assert by_demand.pop(Ref(SAFETY, product), 0) == demands.pop(Ref(SAFETY, product), 0) + item.safety_stock
        excess = by_demand.pop(Ref(EXCESS, product), 0)
        assert by_demand == demands
        missing = by_supply.pop(Ref(NONE, product), 0) + by_supply.pop(Ref(PHANTOM, product), 0)
        assert missing == sum(quantity for _, quantity in netted.missing)
        assert by_supply.pop(Ref(STOCK), 0) == item.on_hand
        assert by_supply == {row.source: row.quantity for row in [*netted.supplies, *netted.lots]}
        assert item.on_hand + netted.scheduled + netted.planned + missing == item.safety_stock + netted.gross + excess


@fifty
@given(case=cases())
def test_planned_supply_is_wanted_no_later_than_what_it_serves(case: Case) -> None:
    for netted in case.plan().netted.values():
        due = {lot.source: lot.due for lot in netted.lots}
        for peg in netted.pegs:
            if peg.supply.kind == PLANNED and peg.demand_date is not None:
                assert due[peg.supply] <= max(peg.demand_date, TODAY)
        if netted.item.kind in (Kind.MAKE, Kind.BUY):
            assert covers_everything(netted)


def covers_everything(netted: Netted) -> bool:
    """Stock, receipts and lots together, used whenever they come, cover all requirements and safety stock."""
    there = netted.item.on_hand + netted.scheduled + netted.planned
    return there >= netted.gross + netted.item.safety_stock


@fifty
@given(case=cases())
def test_lots_keep_their_rule_and_are_one_for_each_bucket(case: Case) -> None:
    for netted in case.plan().netted.values():
        assert len({lot.due for lot in netted.lots}) == len(netted.lots)
        for lot in netted.lots:
            assert lot.quantity >= lot.need > 0
            assert sum(split_lot(lot.quantity, netted.item.lot)) == lot.quantity


@fifty
@given(case=cases())
def test_no_component_is_wanted_before_its_parent_begins(case: Case) -> None:
    netted = case.plan().netted
    lots = {lot.source: lot for item in netted.values() for lot in item.lots}
    for item in netted.values():
        for requirement in item.requirements:
            if requirement.source.kind == PLANNED:
                assert requirement.day == lots[requirement.source].release
        for peg in item.pegs:
            if peg.demand.kind == PLANNED and peg.supply.kind == PLANNED:
                assert lots[peg.supply].due <= max(lots[peg.demand].release, TODAY)


@fifty
@given(case=cases(), seed=st.integers())
def test_the_order_of_the_input_changes_nothing(case: Case, seed: int) -> None:
    dice = random.Random(seed)

    def shuffled(rows: Sequence[Any]) -> list[Any]:
        return dice.sample(list(rows), len(rows))

    other = Case(*(shuffled(rows) for rows in (case.items, case.lines, case.requirements, case.supplies)))
    assert other.plan() == case.plan()


@fifty
@given(case=cases())
def test_a_second_run_after_accepting_everything_plans_nothing(case: Case) -> None:
    """Lots become orders: bought ones receipts, made ones receipts with requirements of their own."""
    first = case.plan()
    accepted = [(item, lot) for item in first.netted.values() for lot in item.lots]
    orders = {lot.source: Ref("order", number) for number, (_, lot) in enumerate(accepted)}
    supplies = [Supply(lot.product_id, lot.quantity, lot.due, orders[lot.source]) for _, lot in accepted]
    components = [
        requirement._replace(source=orders[requirement.source])
        for item in first.netted.values()
        if item.item.kind is not Kind.PHANTOM
        for requirement in asked_by_lots(item, case.lines)
    ]
    second = replace(case, requirements=[*case.requirements, *components], supplies=[*case.supplies, *supplies]).plan()
    assert [lot for item in second.netted.values() for lot in item.lots] == []


def asked_by_lots(netted: Netted, lines: Sequence[BillLine]) -> list[Requirement]:
    if netted.item.kind is not Kind.MAKE:
        return []
    return [
        Requirement(row.component_id, row.usage.of_parents(lot.quantity), lot.release, lot.source, lot.priority)
        for lot in netted.lots
        for row in lines
        if row.parent_id == netted.item.product_id
    ]


@fifty
@given(case=cases())
def test_firm_proposals_are_kept_and_nothing_is_added_to_them(case: Case) -> None:
    first = case.plan()
    firm = [
        Supply(lot.product_id, lot.quantity, lot.due, Ref("proposal", number), release=lot.release)
        for number, lot in enumerate(lot for item in first.netted.values() for lot in item.lots)
    ]
    second = replace(case, supplies=[*case.supplies, *firm]).plan()
    assert [lot for item in second.netted.values() for lot in item.lots] == []


@fifty
@given(case=cases(), days=st.integers(1, 40), which=st.integers(0, 5))
def test_postponing_a_receipt_plans_no_more_of_its_product(case: Case, days: int, which: int) -> None:
    if which >= len(case.supplies):
        return
    late = case.supplies[which]
    supplies = [*case.supplies]
    supplies[which] = late._replace(day=late.day + days * (day(2) - day(1)))
    lone = replace(case, lines=[])
    before, after = lone.plan().netted, replace(lone, supplies=supplies).plan().netted
    assert after[late.product_id].lots == before[late.product_id].lots


@fifty
@given(case=cases())
def test_whoever_is_late_or_lacks_something_is_told(case: Case) -> None:
    for netted in case.plan().netted.values():
        told = {message.code for message in find_messages(netted, today=TODAY)}
        late = any(lot.expected > lot.due for lot in netted.lots)
        assert not late or "past_due" in told
        assert ("no_source" in told) == (netted.item.kind is Kind.NONE and bool(netted.missing))
