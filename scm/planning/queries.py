"""Reads of planning: what is wanted and coming, how items are got, what is proposed."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.db.models import F, QuerySet

from erp.catalog.models import Product
from erp.core.rows import COMPANY, fetch
from erp.manufacturing.models import ManufacturingOrder
from erp.manufacturing.queries import bills_below, valid_bills
from erp.manufacturing.rules import ValidBill
from erp.purchasing.models import PurchaseOrder
from erp.purchasing.queries import terms_of_products
from erp.purchasing.rules import Choice, Terms, choose_supplier
from scm.planning.available_to_promise import Available, find_available
from scm.planning.explosion import BillLine
from scm.planning.lots import LotRule
from scm.planning.models import ItemPolicy, Peg, PlanItem, PlanMessage, PlanRun, Proposal
from scm.planning.netting import Item, Kind
from scm.planning.rules import STOCK, Bucket, Ref, Requirement, Supply, Usage, from_micro, to_micro

_PROJECTION = (Path(__file__).parent / "sql" / "projection.sql").read_text()
_UNITS = f"""
SELECT p.id, p.supply, u.decimals FROM catalog_product p
JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
WHERE p.company_id = {COMPANY} AND p.id = ANY (%s::bigint[])
"""  # noqa: S608


class ProjectionRow(NamedTuple):
    """One line of supply (above zero) or demand (below) of a product; stock has no day."""

    product_id: int
    kind: str
    document_id: int
    line_id: int
    day: datetime.date | None
    quantity: Decimal
    priority: int


def projection(warehouse_id: int, product_ids: Iterable[int] | None = None) -> list[ProjectionRow]:
    """Everything that is wanted and coming in the warehouse, of all products or of some; one statement, one snapshot."""
    asked = [warehouse_id, product_ids is None, sorted(set(product_ids or ()))]
    return [ProjectionRow(*row) for row in fetch(_PROJECTION, asked * 5)]


@dataclass(frozen=True)
class Problem:
    """What a run has to work out: items, what goes into what, what is wanted and coming; `choices` are the suppliers of bought
    items, `bills` the bills of made ones."""

    items: list[Item]
    lines: list[BillLine]
    requirements: list[Requirement]
    supplies: list[Supply]
    choices: Mapping[int, Choice]
    terms: Mapping[int, Sequence[Terms]]
    bills: Mapping[int, ValidBill]


def planned_products(warehouse_id: int, product_ids: Iterable[int] | None = None) -> set[int]:
    """The products that have a policy in the warehouse, of all or of some."""
    rows = ItemPolicy.objects.filter(warehouse_id=warehouse_id, active=True)
    rows = rows if product_ids is None else rows.filter(product_id__in=set(product_ids))
    return set(rows.values_list("product_id", flat=True))


def planned_anywhere(product_ids: Iterable[int]) -> set[int]:
    """Those of the products that have a policy in some warehouse."""
    return set(ItemPolicy.objects.filter(product_id__in=set(product_ids), active=True).values_list("product_id", flat=True))


def read_problem(warehouse_id: int, product_ids: Iterable[int] | None, *, today: datetime.date, company_id: int) -> Problem:
    """Read the plan's input: of all products with a policy, or of some, and everything below them. A dozen statements at most.

    Of items below that are also wanted by items outside, what those have proposed counts as a requirement.
    """
    tops = planned_products(warehouse_id, product_ids)
    bills = valid_bills(on=today) if product_ids is None else bills_below(tops, on=today)
    wanted = tops | _below(tops, bills)
    policies = {p.product_id: p for p in ItemPolicy.objects.filter(warehouse_id=warehouse_id, product_id__in=wanted, active=True)}
    units = {row[0]: (row[1], row[2]) for row in fetch(_UNITS, [sorted(wanted)])}
    rows = projection(warehouse_id, wanted)
    on_hand = {row.product_id: row.quantity for row in rows if row.kind == STOCK}
    terms = terms_of_products(wanted, on=today, company_id=company_id)
    choices: dict[int, Choice] = {}
    items = []
    for product in sorted(wanted):
        choice, _reason = choose_supplier(terms.get(product, []), Decimal(1), today)
        if choice:
            choices[product] = choice
        stock = on_hand.get(product, Decimal(0))
        items.append(_item(product, policies.get(product), units[product], bills.get(product), choice, stock))
    return Problem(
        items=items,
        lines=_lines(bills, wanted),
        requirements=[*_requirements(rows), *_outside(warehouse_id, wanted, today, netted=wanted)],
        supplies=_supplies(rows),
        choices=choices,
        terms=terms,
        bills=bills,
    )


def _below(tops: set[int], bills: Mapping[int, ValidBill]) -> set[int]:
    found: set[int] = set()
    waiting = list(tops)
    while waiting:
        bill = bills.get(waiting.pop())
        for component in bill.components if bill else ():
            if component.product_id not in found:
                found.add(component.product_id)
                waiting.append(component.product_id)
    return found


def _item(
    product: int,
    policy: ItemPolicy | None,
    unit: tuple[str, int],
    bill: ValidBill | None,
    choice: Choice | None,
    on_hand: Decimal,
) -> Item:
    supply, decimals = unit
    step = 10 ** (6 - decimals)
    plain = Item(
        product_id=product,
        kind=Kind.NONE,
        on_hand=max(to_micro(on_hand), 0),
        safety_stock=to_micro(policy.safety_stock) if policy else 0,
        bucket=Bucket(policy.bucket) if policy else Bucket.DAY,
    )
    if bill is not None and bill.components and (bill.phantom or supply == Product.Supply.MAKE):
        kind = Kind.PHANTOM if bill.phantom else Kind.MAKE
        days = bill.lead_days if policy is None or policy.make_days is None else policy.make_days
        return replace(plain, kind=kind, lot=_made_lot(policy, step), lead_days=days)
    if choice is not None:
        lot = _bought_lot(choice.terms, policy.lot_periods if policy else 1)
        return replace(plain, kind=Kind.BUY, lot=lot, lead_days=choice.terms.lead_days)
    return plain


def _made_lot(policy: ItemPolicy | None, step: int) -> LotRule:
    if policy is None or policy.lot_rule == ItemPolicy.LotRule.LOT_FOR_LOT:
        return LotRule(multiple=step)
    if policy.lot_rule == ItemPolicy.LotRule.FIXED:
        return LotRule.fixed(to_micro(policy.lot_quantity))
    if policy.lot_rule == ItemPolicy.LotRule.PERIOD:
        return LotRule(multiple=step, periods=policy.lot_periods)
    maximum = None if policy.lot_maximum is None else to_micro(policy.lot_maximum)
    multiple = to_micro(policy.lot_multiple) or step
    return LotRule(minimum=to_micro(policy.lot_minimum), maximum=maximum, multiple=multiple)


def _bought_lot(terms: Terms, periods: int) -> LotRule:
    """The limits of the agreement in the product's unit."""

    def micro(quantity: Decimal) -> int:
        return to_micro(quantity) * terms.ratio.numerator // terms.ratio.denominator

    maximum = None if terms.maximum is None else micro(terms.maximum)
    return LotRule(minimum=micro(terms.minimum), maximum=maximum, multiple=max(micro(terms.multiple), 1), periods=periods)


def _lines(bills: Mapping[int, ValidBill], wanted: set[int]) -> list[BillLine]:
    return [
        BillLine(
            bill.product_id,
            c.product_id,
            Usage.of(
                to_micro(c.quantity),
                output=to_micro(bill.quantity),
                scrap_fraction=to_micro(c.scrap_fraction),
                yield_fraction=to_micro(bill.yield_fraction),
                decimals=c.decimals,
            ),
        )
        for bill in bills.values()
        if bill.product_id in wanted
        for c in bill.components
    ]


def _requirements(rows: Sequence[ProjectionRow]) -> list[Requirement]:
    return [
        Requirement(r.product_id, -to_micro(r.quantity), r.day, Ref(r.kind, r.document_id, r.line_id), r.priority)
        for r in rows
        if r.quantity < 0 and r.day is not None
    ]


def _supplies(rows: Sequence[ProjectionRow]) -> list[Supply]:
    return [
        Supply(r.product_id, to_micro(r.quantity), r.day, Ref(r.kind, r.document_id, r.line_id))
        for r in rows
        if r.quantity > 0 and r.day is not None
    ]


def _outside(warehouse_id: int, wanted: set[int], today: datetime.date, *, netted: set[int]) -> list[Requirement]:
    """What open proposals of made items want of items in the set; those of `netted` items are worked out anew."""
    rows = Proposal.objects.filter(warehouse_id=warehouse_id, kind=Proposal.Kind.MAKE, state=Proposal.State.OPEN)
    outside = list(rows.exclude(product_id__in=netted).values_list("id", "product_id", "quantity", "start_date"))
    if not outside:
        return []
    bills = valid_bills(on=today, product_ids=(row[1] for row in outside))
    lines = {(line.parent_id, line.component_id): line.usage for line in _lines(bills, set(bills))}
    return [
        Requirement(component, usage.of_parents(to_micro(quantity)), start, Ref("proposal", pk))
        for pk, product, quantity, start in outside
        for (parent, component), usage in lines.items()
        if parent == product and component in wanted
    ]


def find_available_of(
    product_ids: Iterable[int], *, warehouse_id: int, today: datetime.date
) -> tuple[dict[int, list[Available]], dict[Ref, str]]:
    """What is available to promise of products by day, and the numbers of the documents it comes from; ten statements at most.

    Supply is stock above the safety stock, what is on order or in production, and what the plan proposes; demand are confirmed
    orders, components of production and those of proposed production.
    """
    wanted = set(product_ids)
    rows = projection(warehouse_id, wanted)
    proposed = Proposal.objects.filter(warehouse_id=warehouse_id, product_id__in=wanted, state=Proposal.State.OPEN)
    plan = list(proposed.values_list("id", "product_id", "quantity", "need_date", "number"))
    safety = dict(
        ItemPolicy.objects.filter(warehouse_id=warehouse_id, product_id__in=wanted, active=True).values_list(
            "product_id", "safety_stock"
        )
    )
    usable = {row.product_id: row.quantity for row in rows if row.kind == STOCK}
    supplies = [*_supplies(rows), *(Supply(p, to_micro(q), day, Ref("proposal", pk)) for pk, p, q, day, _number in plan)]
    demands = [*_requirements(rows), *_outside(warehouse_id, wanted, today, netted=set())]
    coming: dict[int, list[Supply]] = defaultdict(list)
    going: dict[int, list[Requirement]] = defaultdict(list)
    for supply in supplies:
        coming[supply.product_id].append(supply)
    for demand in demands:
        going[demand.product_id].append(demand)
    available = {
        product: find_available(
            to_micro(usable.get(product, Decimal(0)) - safety.get(product, Decimal(0))),
            coming[product],
            going[product],
            today=today,
        )
        for product in wanted
    }
    numbers = {Ref("proposal", pk): number for pk, _product, _quantity, _day, number in plan}
    return available, numbers | _numbers_of({supply.source for supply in supplies})


@dataclass(frozen=True)
class ProjectedRow:
    """A line of supply (above zero) or demand (below) of an item in its unit, and what there is after it. `pegged` are the other
    ends of its pegs in the item's last run."""

    id: int
    date: datetime.date
    source: Ref
    quantity: Decimal
    balance: Decimal
    pegged: Sequence[tuple[Ref, Decimal]]


def project_item(product_id: int, *, warehouse_id: int, today: datetime.date) -> list[ProjectedRow]:
    """Stock, then everything that is coming, wanted and planned of the item by day; what was due before today counts as of today,
    and of one day supply comes first. Six statements."""
    rows = projection(warehouse_id, [product_id])
    proposed = Proposal.objects.filter(warehouse_id=warehouse_id, product_id=product_id, state=Proposal.State.OPEN)
    lines = [(r.day or today, Ref(r.kind, r.document_id, r.line_id), r.quantity) for r in rows]
    lines += [(day, Ref("proposal", pk), quantity) for pk, day, quantity in proposed.values_list("id", "need_date", "quantity")]
    outside = _outside(warehouse_id, {product_id}, today, netted=set())
    lines += [(wanted.day, wanted.source, -from_micro(wanted.quantity)) for wanted in outside]
    pegs = _pegs_of_item(product_id, warehouse_id)
    balance = Decimal(0)
    found: list[ProjectedRow] = []
    for day, source, quantity in sorted(lines, key=lambda line: (line[1].kind != STOCK, max(line[0], today), -line[2], line[1])):
        balance += quantity
        found.append(ProjectedRow(len(found), day, source, quantity, balance, pegs.get((source, quantity > 0), ())))
    return found


def _pegs_of_item(product_id: int, warehouse_id: int) -> dict[tuple[Ref, bool], list[tuple[Ref, Decimal]]]:
    """The other ends of each end of the pegs of the item's last run; the flag tells supply."""
    found: dict[tuple[Ref, bool], list[tuple[Ref, Decimal]]] = defaultdict(list)
    if run_id := last_run_of(product_id, warehouse_id):
        for peg in Peg.objects.filter(run_id=run_id, product_id=product_id).order_by("demand_date", "id"):
            supply = Ref(STOCK) if peg.supply_kind == STOCK else Ref(peg.supply_kind, peg.supply_id, peg.supply_line)
            demand = Ref(peg.demand_kind, peg.demand_id, peg.demand_line)
            found[supply, True].append((demand, peg.quantity))
            found[demand, False].append((supply, peg.quantity))
    return found


def last_run_of(product_id: int, warehouse_id: int) -> int | None:
    """The last run that planned the item there."""
    rows = PlanItem.objects.filter(product_id=product_id, run__warehouse_id=warehouse_id).order_by("-run_id")
    return rows.values_list("run_id", flat=True).first()


def list_messages(run_id: int, product_id: int) -> QuerySet[PlanMessage]:
    """What the run said about the item."""
    return PlanMessage.objects.filter(run_id=run_id, product_id=product_id).order_by("id")


def find_policy(pk: int) -> ItemPolicy | None:
    return list_policies().filter(pk=pk).first()


def _numbers_of(sources: Iterable[Ref]) -> dict[Ref, str]:
    """The numbers of the orders among the sources."""
    sources = list(sources)
    kinds: dict[str, type[PurchaseOrder | ManufacturingOrder]] = {
        "purchase_order": PurchaseOrder,
        "manufacturing_order": ManufacturingOrder,
    }
    found: dict[Ref, str] = {}
    for kind, model in kinds.items():
        if ids := {source.id for source in sources if source.kind == kind}:
            numbers = dict(model.objects.filter(pk__in=ids).values_list("id", "number"))
            found |= {source: numbers[source.id] for source in sources if source.kind == kind}
    return found


def list_proposals() -> QuerySet[Proposal]:
    """Proposals with the `unit` of their product."""
    rows = Proposal.objects.select_related("product", "warehouse", "supplier", "run")
    return rows.annotate(unit=F("product__unit__code"))


def list_runs() -> QuerySet[PlanRun]:
    return PlanRun.objects.select_related("warehouse")


def find_run(pk: int) -> PlanRun | None:
    return list_runs().filter(pk=pk).first()


def list_run_items(run_id: int) -> QuerySet[PlanItem]:
    return PlanItem.objects.filter(run_id=run_id).select_related("product__unit").order_by("level", "product__sku")


def list_policies() -> QuerySet[ItemPolicy]:
    """Policies with the `unit` of their product."""
    return ItemPolicy.objects.select_related("product", "warehouse").annotate(unit=F("product__unit__code"))


def proposals_of_run(run_ids: Sequence[int]) -> QuerySet[Proposal]:
    """The open proposals that these runs made or changed."""
    rows = list_proposals().filter(run_id__in=list(run_ids), state=Proposal.State.OPEN)
    return rows.order_by("id")


def pegs_of_proposal(proposal: Proposal) -> QuerySet[Peg]:
    """What the proposal serves, as its run saw it."""
    return Peg.objects.filter(run_id=proposal.run_id, supply_kind="proposal", supply_id=proposal.pk).order_by("id")
