"""What a plan run reads: items, what goes into what, what is wanted and coming, what stands already."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from erp.catalog.models import Product
from erp.core.rows import COMPANY, fetch
from erp.manufacturing.queries import bills_below, heads_of, valid_bills, working_calendars
from erp.manufacturing.rules import ValidBill
from erp.purchasing.queries import terms_of_products
from erp.purchasing.rules import Choice, Terms, choose_supplier
from erp.reference.rules import Calendar
from scm.planning.explosion import BillLine, Plan, plan_items
from scm.planning.lots import LotRule
from scm.planning.models import ItemPolicy, Proposal
from scm.planning.netting import Item, Kind
from scm.planning.rules import STOCK, Bucket, Ref, Requirement, Supply, Usage, to_micro

_PROJECTION = (Path(__file__).parent / "sql" / "projection.sql").read_text()
_UNITS = f"""
SELECT p.id, p.supply, u.decimals FROM catalog_product p
JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
WHERE p.company_id = {COMPANY} AND p.id = ANY (%s::bigint[])
"""  # noqa: S608


STANDING = (Proposal.State.OPEN, Proposal.State.FIRM)
_PLANNED = f"""
SELECT p.product_id FROM planning_itempolicy p
WHERE p.company_id = {COMPANY} AND p.active AND p.product_id = ANY (%s::bigint[])
  AND (%s::bigint IS NULL OR p.warehouse_id = %s)
UNION
SELECT i.product_id FROM planning_planitem i JOIN planning_planrun r ON r.company_id = i.company_id AND r.id = i.run_id
WHERE i.company_id = {COMPANY} AND i.product_id = ANY (%s::bigint[]) AND (%s::bigint IS NULL OR r.warehouse_id = %s)
"""  # noqa: S608
_COMPONENTS = f"""
SELECT demand_id, product_id, max(supply_date) FROM planning_peg
WHERE company_id = {COMPANY} AND until_run_id IS NULL AND demand_kind = 'proposal' AND demand_id = ANY (%s::bigint[])
  AND supply_date IS NOT NULL GROUP BY demand_id, product_id
"""  # noqa: S608


class Policy(NamedTuple):
    """What an item's policy says of its planning."""

    product_id: int
    safety_stock: Decimal
    bucket: str
    make_days: int | None
    lot_rule: str
    lot_quantity: Decimal
    lot_periods: int
    lot_minimum: Decimal
    lot_maximum: Decimal | None
    lot_multiple: Decimal


_POLICIES = f"""
SELECT {", ".join(Policy._fields)} FROM planning_itempolicy
WHERE company_id = {COMPANY} AND warehouse_id = %s AND active AND product_id = ANY (%s::bigint[])
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
    """What a run has to work out. `standing` are what proposals of other items want of these, by component and then by the item
    that is to be made; `terms` are what suppliers ask for bought items."""

    items: list[Item]
    lines: list[BillLine]
    requirements: list[Requirement]
    supplies: list[Supply]
    standing: Mapping[int, Mapping[int, list[Requirement]]]
    terms: Mapping[int, Sequence[Terms]]
    phantoms: Mapping[int, set[int]]

    def plan(self, today: datetime.date) -> Plan:
        """All items at once."""
        others = (row for heads in self.standing.values() for rows in heads.values() for row in rows)
        return plan_items(self.items, self.lines, [*self.requirements, *others], self.supplies, today=today)


def planned_products(product_ids: Iterable[int], *, warehouse_id: int | None = None) -> set[int]:
    """Those of the products that are planned in the warehouse, or in any: they have a policy, or go into something that has."""
    asked = sorted(set(product_ids))
    return {row[0] for row in fetch(_PLANNED, [asked, warehouse_id, warehouse_id, asked, warehouse_id, warehouse_id])}


def read_everything(warehouse_id: int, *, today: datetime.date, company_id: int) -> Problem:
    """All items that have a policy and everything below them. A dozen statements at most."""
    bills = valid_bills(on=today)
    tops = ItemPolicy.objects.filter(warehouse_id=warehouse_id, active=True)
    wanted = _with_all_below(set(tops.values_list("product_id", flat=True)), bills)
    return _read(warehouse_id, wanted, bills, today, company_id, leave_out=wanted)


def read_below(warehouse_id: int, product_ids: Iterable[int], *, today: datetime.date, company_id: int) -> Problem:
    """These items and everything below them."""
    bills = bills_below(product_ids, on=today)
    wanted = _with_all_below(set(product_ids), bills)
    return _read(warehouse_id, wanted, bills, today, company_id, leave_out=wanted)


def _read(
    warehouse_id: int,
    wanted: set[int],
    bills: Mapping[int, ValidBill],
    today: datetime.date,
    company_id: int,
    *,
    leave_out: set[int],
) -> Problem:
    items, terms = read_items(warehouse_id, wanted, bills, today, company_id)
    rows = projection(warehouse_id, wanted)
    stock = stock_of(rows)
    items = [replace(item, on_hand=stock.get(item.product_id, 0)) for item in items]
    standing, phantoms = standing_requirements(warehouse_id, wanted, leave_out=leave_out, today=today)
    return Problem(
        items=items,
        lines=bill_lines(bills, wanted),
        requirements=requirements_of(rows),
        supplies=[*supplies_of(rows), *firm_supplies(warehouse_id, wanted)],
        standing=standing,
        terms=terms,
        phantoms=phantoms,
    )


def read_items(
    warehouse_id: int, wanted: Set[int], bills: Mapping[int, ValidBill], today: datetime.date, company_id: int
) -> tuple[list[Item], dict[int, Sequence[Terms]]]:
    """The products as they are planned, without their stock, and what suppliers ask for them. Five statements."""
    policies = {row[0]: Policy(*row) for row in fetch(_POLICIES, [warehouse_id, sorted(wanted)])}
    units = {row[0]: (row[1], row[2]) for row in fetch(_UNITS, [sorted(wanted)])}
    terms = terms_of_products(wanted, on=today, company_id=company_id)
    calendar = working_calendars([warehouse_id])[warehouse_id]
    items = []
    for product in sorted(wanted):
        choice, _reason = choose_supplier(terms.get(product, []), Decimal(1), today)
        items.append(_item(product, policies.get(product), units[product], bills.get(product), choice, calendar))
    return items, dict(terms)


def stock_of(rows: Iterable[ProjectionRow]) -> dict[int, int]:
    """What lies there of each product, in millionths; less than nothing counts as nothing."""
    return {row.product_id: max(to_micro(row.quantity), 0) for row in rows if row.kind == STOCK}


def _with_all_below(tops: set[int], bills: Mapping[int, ValidBill]) -> set[int]:
    found = set(tops)
    waiting = list(tops)
    while waiting:
        bill = bills.get(waiting.pop())
        for component in bill.components if bill else ():
            if component.product_id not in found:
                found.add(component.product_id)
                waiting.append(component.product_id)
    return found


def days_of_components(proposal_ids: Iterable[int]) -> list[tuple[int, int, datetime.date]]:
    """Proposals to make, a component and the day on which it is there; components that lie in stock are left out."""
    asked = sorted(proposal_ids)
    return fetch(_COMPONENTS, [asked]) if asked else []


def standing_requirements(
    warehouse_id: int, product_ids: Set[int], *, leave_out: Set[int], today: datetime.date
) -> tuple[dict[int, dict[int, list[Requirement]]], dict[int, set[int]]]:
    """What proposals to make items want of these products, but for the items left out, which are planned anew: by component,
    then by the item that is to be made. And the phantoms that each goes into, which have no proposals. Three statements."""
    heads = heads_of(product_ids) - leave_out
    bills = valid_bills(on=today, product_ids=heads) if heads else {}
    proposed: dict[int, list[tuple[int, int, datetime.date]]] = defaultdict(list)
    rows = Proposal.objects.filter(warehouse_id=warehouse_id, kind=Proposal.Kind.MAKE, state__in=STANDING)
    rows = rows.filter(product_id__in=bills.keys())
    for pk, product, quantity, start in rows.values_list("id", "product_id", "quantity", "start_date") if bills else ():
        proposed[product].append((pk, to_micro(quantity), start))
    found: dict[int, dict[int, list[Requirement]]] = defaultdict(dict)
    phantoms: dict[int, set[int]] = defaultdict(set)
    for line in bill_lines(bills, bills.keys()):
        if line.component_id not in product_ids:
            continue
        if bills[line.parent_id].phantom:
            phantoms[line.component_id].add(line.parent_id)
        elif lots := proposed[line.parent_id]:
            found[line.component_id].setdefault(line.parent_id, []).extend(
                Requirement(line.component_id, line.usage.of_parents(quantity), start, Ref("proposal", pk))
                for pk, quantity, start in lots
            )
    return found, phantoms


def firm_supplies(warehouse_id: int, product_ids: Iterable[int]) -> list[Supply]:
    """Proposals that the planner fixed: they come as a document would, and want their components when they begin."""
    rows = Proposal.objects.filter(warehouse_id=warehouse_id, product_id__in=set(product_ids), state=Proposal.State.FIRM)
    return [
        Supply(p.product_id, to_micro(p.quantity), p.need_date, Ref("proposal", p.pk), p.start_date if p.kind == "make" else None)
        for p in rows
    ]


def _item(
    product: int,
    policy: Policy | None,
    unit: tuple[str, int],
    bill: ValidBill | None,
    choice: Choice | None,
    calendar: Calendar,
) -> Item:
    supply, decimals = unit
    step = 10 ** (6 - decimals)
    plain = Item(
        product_id=product,
        kind=Kind.NONE,
        safety_stock=to_micro(policy.safety_stock) if policy else 0,
        bucket=Bucket(policy.bucket) if policy else Bucket.DAY,
    )
    if bill is not None and bill.components and (bill.phantom or supply == Product.Supply.MAKE):
        kind = Kind.PHANTOM if bill.phantom else Kind.MAKE
        days = bill.lead_days if policy is None or policy.make_days is None else policy.make_days
        return replace(plain, kind=kind, lot=_made_lot(policy, step), lead_days=days, calendar=calendar)
    if choice is not None:
        lot = _bought_lot(choice.terms, policy.lot_periods if policy else 1)
        return replace(plain, kind=Kind.BUY, lot=lot, lead_days=choice.terms.lead_days)
    return plain


def _made_lot(policy: Policy | None, step: int) -> LotRule:
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


def bill_lines(bills: Mapping[int, ValidBill], wanted: Iterable[int]) -> list[BillLine]:
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


def requirements_of(rows: Sequence[ProjectionRow]) -> list[Requirement]:
    return [
        Requirement(r.product_id, -to_micro(r.quantity), r.day, Ref(r.kind, r.document_id, r.line_id), r.priority)
        for r in rows
        if r.quantity < 0 and r.day is not None
    ]


def supplies_of(rows: Sequence[ProjectionRow]) -> list[Supply]:
    return [
        Supply(r.product_id, to_micro(r.quantity), r.day, Ref(r.kind, r.document_id, r.line_id))
        for r in rows
        if r.quantity > 0 and r.day is not None
    ]
