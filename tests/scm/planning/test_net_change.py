"""A net change comes to the plan that a full run would make, and nets no more than it must."""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from scm.planning.explosion import BillLine, Plan
from scm.planning.lots import LotRule
from scm.planning.net_change import Begun, Bucketful, Facts, Last, NetChange, Whole
from scm.planning.netting import Item, Kind, Netted
from scm.planning.pegging import Offer
from scm.planning.rules import MICRO, PLANNED, Ref, Requirement, Usage
from tests.scm.planning.case import TODAY, day, u
from tests.scm.planning.test_properties import PRODUCTS, Case, cases, fifty

ONE = Usage.of(MICRO)


def begun(netted: Netted) -> list[Begun]:
    product = netted.item.product_id
    return [Begun(1000 * product + n, lot.quantity, lot.due, max(lot.release, TODAY)) for n, lot in enumerate(netted.lots)]


def lots(netted: Netted) -> list[tuple[date, int, date]]:
    return [(lot.due, lot.quantity, max(lot.release, TODAY)) for lot in netted.lots]


@dataclass
class Shelf:
    """What the database would hold: the case as it is now, and the proposals and pegs of the plan that was made before."""

    case: Case
    plan: Plan
    levels: bool = True

    def __post_init__(self) -> None:
        self.asked: list[set[int]] = []
        self.whole_asked: list[int] = []
        self.heads = {item.product_id: item for item in self.case.items}
        self.by_lot = {
            (product, one.due): one.proposal_id for product, netted in self.plan.netted.items() for one in begun(netted)
        }

    def facts(self, products: Set[int]) -> Facts:
        self.asked.append(set(products))
        found = {product: self.plan.netted[product] for product in products}
        return Facts(
            items=[replace(item, on_hand=0) for item in self.case.items if item.product_id in products],
            lines=[line for line in self.case.lines if line.parent_id in products],
            levels={p: self.plan.levels.codes[p] for p in products} if self.levels else {},
            last={
                p: Last(n.gross, n.item.on_hand, n.scheduled, n.item.safety_stock, n.net, n.planned, n.ends)
                for p, n in found.items()
            },
        )

    def whole(self, products: Set[int]) -> Whole:
        self.whole_asked += sorted(products)
        standing: dict[int, dict[int, list[Requirement]]] = defaultdict(dict)
        phantoms: dict[int, set[int]] = defaultdict(set)
        for line in self.case.lines:
            if line.component_id in products and self.heads[line.parent_id].kind is Kind.PHANTOM:
                phantoms[line.component_id].add(line.parent_id)
            elif line.component_id in products and (rows := list(self._proposed(line))):
                standing[line.component_id].setdefault(line.parent_id, []).extend(rows)
        return Whole(
            on_hand={p: self.heads[p].on_hand for p in products},
            requirements=[row for row in self.case.requirements if row.product_id in products],
            supplies=[row for row in self.case.supplies if row.product_id in products],
            standing=standing,
            lots={p: begun(self.plan.netted[p]) for p in products if self.heads[p].kind is Kind.MAKE},
            phantoms=phantoms,
        )

    def buckets(self, asked: Mapping[int, Set[date]]) -> dict[tuple[int, date], Bucketful]:
        found = {}
        for product, buckets in asked.items():
            netted = self.plan.netted[product]
            for bucket in buckets:
                pegs = [peg for peg in netted.pegs if peg.bucket == bucket and peg.demand_date]
                rows = [Requirement(product, peg.quantity, peg.demand_date, self._named(peg.demand)) for peg in pegs]
                own = Ref(PLANNED, product, bucket.toordinal())
                offers = [Offer(self._named(peg.supply), peg.supply_date, peg.quantity) for peg in pegs if peg.supply != own]
                found[product, bucket] = Bucketful(rows, offers, [lot for lot in begun(netted) if lot.due == bucket])
        return found

    def _named(self, ref: Ref) -> Ref:
        return Ref("proposal", self.by_lot[ref.id, date.fromordinal(ref.line)]) if ref.kind == PLANNED else ref

    def _proposed(self, line: BillLine) -> list[Requirement]:
        head = self.plan.netted[line.parent_id]
        if head.item.kind is not Kind.MAKE:
            return []
        firm = [
            (-n, supply.quantity, supply.release)
            for n, supply in enumerate(head.supplies, 1000 * line.parent_id)
            if supply.release is not None
        ]
        return [
            Requirement(line.component_id, line.usage.of_parents(quantity), start, Ref("proposal", pk))
            for pk, quantity, start in [*((lot.proposal_id, lot.quantity, lot.start) for lot in begun(head)), *firm]
        ]


def run(case: Case, before: Plan, *products: int, levels: bool = True) -> tuple[Plan, Shelf]:
    shelf = Shelf(case, before, levels)
    plan = NetChange(shelf, today=TODAY).run(products)
    assert plan is not None
    return plan, shelf


def standing_lots(before: Netted, after: Netted | None) -> list[tuple[date, int, date]]:
    """The lots that stand when a run has netted the item, or a section of it, again."""
    if after is None or after.section is None:
        return lots(after or before)
    kept = [lot for lot in lots(before) if lot[0] not in after.section.buckets]
    return sorted([*kept, *lots(after)])


@fifty
@given(
    case=cases(),
    product=st.sampled_from(PRODUCTS),
    quantity=st.integers(1, 60).map(u),
    on=st.integers(-5, 30),
    stock=st.integers(0, 80).map(u),
    levels=st.booleans(),
)
def test_it_comes_to_what_a_full_run_would_plan(
    case: Case, product: int, quantity: int, on: int, stock: int, levels: bool
) -> None:
    case = replace(case, requirements=[row._replace(priority=0) for row in case.requirements])
    before = case.plan()
    changed = replace(
        case,
        items=[replace(item, on_hand=stock) if item.product_id == product else item for item in case.items],
        requirements=[*case.requirements, Requirement(product, quantity, day(on), Ref("sales_order", 99))],
    )
    plan, _shelf = run(changed, before, product, levels=levels)
    full = changed.plan().netted
    assert {p: standing_lots(before.netted[p], plan.netted.get(p)) for p in full} == {
        p: lots(netted) for p, netted in full.items()
    }
    for p, netted in plan.netted.items():
        sums = (netted.gross, netted.scheduled, netted.net, netted.planned)
        assert sums == (full[p].gross, full[p].scheduled, full[p].net, full[p].planned)
    if levels:
        assert all(plan.levels.codes[p] >= before.levels.codes[p] for p in plan.netted)


def lamp(**shade: object) -> Case:
    """A lamp of a shade of a frame; forty lamps are wanted."""
    return Case(
        items=[Item(1), Item(2, **shade), Item(3, Kind.BUY)],  # type: ignore[arg-type]
        lines=[BillLine(1, 2, ONE), BillLine(2, 3, ONE)],
        requirements=[Requirement(1, u(40), day(10), Ref("sales_order", 1))],
        supplies=[],
    )


def with_five_more(case: Case) -> Case:
    return replace(case, requirements=[*case.requirements, Requirement(1, u(5), day(10), Ref("sales_order", 2))])


def test_it_goes_down_as_far_as_something_changes() -> None:
    case = lamp()
    plan, shelf = run(with_five_more(case), case.plan(), 1)
    assert {p: netted.planned for p, netted in plan.netted.items()} == {1: u(45), 2: u(45), 3: u(45)}
    assert shelf.asked == [{1}, {2}, {3}] and shelf.whole_asked == [1]


def test_it_stops_where_a_lot_is_large_enough() -> None:
    case = lamp(lot=LotRule(multiple=u(50)))
    plan, shelf = run(with_five_more(case), case.plan(), 1)
    assert list(plan.netted) == [1, 2] and shelf.asked == [{1}, {2}]
    assert plan.netted[2].planned == u(50)


def test_it_stops_at_once_where_stock_covers() -> None:
    case = replace(lamp(), items=[Item(1, on_hand=u(60)), Item(2), Item(3, Kind.BUY)])
    plan, shelf = run(with_five_more(case), case.plan(), 1)
    assert list(plan.netted) == [1] and shelf.asked == [{1}]


def test_a_bill_that_contains_itself_takes_the_whole_picture() -> None:
    case = lamp()
    before = case.plan()
    looped = replace(with_five_more(case), lines=[*case.lines, BillLine(2, 1, ONE)])
    assert NetChange(Shelf(looped, before), today=TODAY).run([1]) is None
