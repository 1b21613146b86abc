"""Reads of planning: what may be promised, an item over time, what is proposed and why."""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When

from erp.core.events import DocumentRef
from erp.core.rows import COMPANY, fetch
from erp.inventory.models import Warehouse
from erp.manufacturing.models import ManufacturingOrder
from erp.purchasing.models import PurchaseOrder
from scm.planning.available_to_promise import Available, find_available
from scm.planning.messages import LATE, SHORTAGE, SURPLUS
from scm.planning.models import ItemPolicy, Peg, PlanItem, PlanMessage, PlanRun, Proposal
from scm.planning.problem import STANDING, projection, requirements_of, standing_requirements, supplies_of
from scm.planning.rules import NONE, PHANTOM, STOCK, Ref, Requirement, Supply, from_micro, to_micro
from scm.planning.tracing import Link


def _proposed_demand(warehouse_id: int, product_ids: set[int], today: datetime.date) -> list[Requirement]:
    """What proposals to make want of these products."""
    found, _phantoms = standing_requirements(warehouse_id, product_ids, leave_out=set(), today=today)
    return [wanted for heads in found.values() for rows in heads.values() for wanted in rows]


def find_available_of(
    product_ids: Iterable[int], *, warehouse_id: int, today: datetime.date
) -> tuple[dict[int, list[Available]], dict[Ref, str]]:
    """What is available to promise of products by day, and the numbers of the documents it comes from; ten statements at most.

    Supply is stock above the safety stock, what is on order or in production, and what the plan proposes; demand are confirmed
    orders, components of production and those of proposed production.
    """
    wanted = set(product_ids)
    rows = projection(warehouse_id, wanted)
    proposed = Proposal.objects.filter(warehouse_id=warehouse_id, product_id__in=wanted, state__in=STANDING)
    plan = list(proposed.values_list("id", "product_id", "quantity", "need_date", "number"))
    safety = dict(
        ItemPolicy.objects.filter(warehouse_id=warehouse_id, product_id__in=wanted, active=True).values_list(
            "product_id", "safety_stock"
        )
    )
    usable = {row.product_id: row.quantity for row in rows if row.kind == STOCK}
    supplies = [*supplies_of(rows), *(Supply(p, to_micro(q), day, Ref("proposal", pk)) for pk, p, q, day, _number in plan)]
    demands = [*requirements_of(rows), *_proposed_demand(warehouse_id, wanted, today)]
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
    proposed = Proposal.objects.filter(warehouse_id=warehouse_id, product_id=product_id, state__in=STANDING)
    lines = [(r.day or today, Ref(r.kind, r.document_id, r.line_id), r.quantity) for r in rows]
    lines += [(day, Ref("proposal", pk), quantity) for pk, day, quantity in proposed.values_list("id", "need_date", "quantity")]
    outside = _proposed_demand(warehouse_id, {product_id}, today)
    lines += [(wanted.day, wanted.source, -from_micro(wanted.quantity)) for wanted in outside]
    pegs = _pegs_of_item(product_id, warehouse_id)
    balance = Decimal(0)
    found: list[ProjectedRow] = []
    for day, source, quantity in sorted(lines, key=lambda line: (line[1].kind != STOCK, max(line[0], today), -line[2], line[1])):
        balance += quantity
        found.append(ProjectedRow(len(found), day, source, quantity, balance, pegs.get((source, quantity > 0), ())))
    return found


def _pegs_of_item(product_id: int, warehouse_id: int) -> dict[tuple[Ref, bool], list[tuple[Ref, Decimal]]]:
    """The other ends of each end of the item's pegs as they hold; the flag tells supply."""
    found: dict[tuple[Ref, bool], list[tuple[Ref, Decimal]]] = defaultdict(list)
    rows = Peg.objects.filter(until_run=None, product_id=product_id, run__warehouse_id=warehouse_id)
    for peg in rows.order_by("demand_date", "id"):
        supply = Ref(STOCK) if peg.supply_kind == STOCK else Ref(peg.supply_kind, peg.supply_id, peg.supply_line)
        demand = Ref(peg.demand_kind, peg.demand_id, peg.demand_line)
        found[supply, True].append((demand, peg.quantity))
        found[demand, False].append((supply, peg.quantity))
    return found


def list_messages(product_id: int, warehouse_id: int) -> QuerySet[PlanMessage]:
    """What holds of what the runs said about the item."""
    return _messages().filter(product_id=product_id, run__warehouse_id=warehouse_id).order_by("id")


def _messages() -> QuerySet[PlanMessage]:
    """What holds of what the runs said, but for proposals that became orders or were withdrawn since."""
    settled = Proposal.objects.filter(pk=OuterRef("document_id")).exclude(state__in=STANDING)
    return PlanMessage.objects.filter(until_run=None).exclude(Q(document_kind="proposal") & Exists(settled))


# The documents that runs serve otherwise than before. After a full run all that are served: so what a reaction could not do is
# done the next night at the latest.
_MOVED = f"""
WITH runs AS (SELECT * FROM planning_planrun WHERE company_id = {COMPANY} AND id = ANY (%s::bigint[]))
SELECT g.demand_id FROM planning_peg g JOIN runs ON g.run_id = runs.id WHERE g.company_id = {COMPANY} AND g.demand_kind = %s
UNION
SELECT g.demand_id FROM planning_peg g JOIN runs ON g.until_run_id = runs.id WHERE g.company_id = {COMPANY} AND g.demand_kind = %s
UNION
SELECT g.demand_id FROM planning_peg g JOIN planning_planrun r ON r.company_id = g.company_id AND r.id = g.run_id
WHERE g.company_id = {COMPANY} AND g.demand_kind = %s AND g.until_run_id IS NULL
  AND r.warehouse_id IN (SELECT warehouse_id FROM runs WHERE kind = 'full')
"""  # noqa: S608
# Of each order in production the day on which the last of the components that it still wants is there.
_MATERIAL = f"""
SELECT g.demand_id, max(g.supply_date) FROM planning_peg g
JOIN manufacturing_componentline c ON c.company_id = g.company_id AND c.id = g.demand_line
WHERE g.company_id = {COMPANY} AND g.demand_kind = 'manufacturing_order' AND g.demand_id = ANY (%s::bigint[])
  AND g.until_run_id IS NULL AND c.required > c.issued
GROUP BY g.demand_id
"""  # noqa: S608


def _moved(kind: str, run_ids: Sequence[int]) -> list[int]:
    return [row[0] for row in fetch(_MOVED, [list(run_ids), kind, kind, kind])]


def days_of_sales(run_ids: Sequence[int]) -> dict[int, dict[int, datetime.date | None]]:
    """When the goods of the orders that the runs serve otherwise can be there, by order and line; None where nobody knows,
    and the first of all days where they lie in stock."""
    rows = Peg.objects.filter(until_run=None, demand_kind="sales_order", demand_id__in=_moved("sales_order", run_ids)).order_by()
    found: dict[int, dict[int, datetime.date | None]] = defaultdict(dict)
    for order, line, day, unknown in rows.values_list("demand_id", "demand_line").annotate(
        day=Max("supply_date"), unknown=Count("id", filter=Q(supply_kind__in=(NONE, PHANTOM)))
    ):
        found[order][line] = None if unknown else day or datetime.date.min
    return found


def days_of_material(run_ids: Sequence[int]) -> dict[int, datetime.date]:
    """When everything that the orders in production which the runs serve otherwise still want can be there."""
    orders = _moved("manufacturing_order", run_ids)
    return {order: day or datetime.date.min for order, day in fetch(_MATERIAL, [orders])} if orders else {}


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


def list_current_messages() -> QuerySet[PlanMessage]:
    """What holds of what the runs said about items, with the `unit` of the product, the `number` of the document, the item's
    `policy` and the `rank` in which a planner looks at it: shortage, late, excess."""
    numbers = [
        When(document_kind=kind, then=Subquery(model.objects.filter(pk=OuterRef("document_id")).values("number")[:1]))
        for kind, model in (
            ("purchase_order", PurchaseOrder),
            ("manufacturing_order", ManufacturingOrder),
            ("proposal", Proposal),
        )
    ]
    rows = _messages()
    policies = ItemPolicy.objects.filter(product_id=OuterRef("product_id"), warehouse_id=OuterRef("run__warehouse_id"))
    ranks = [When(code__in=codes, then=Value(rank)) for rank, codes in enumerate((SHORTAGE, LATE, SURPLUS))]
    return rows.select_related("product", "run__warehouse").annotate(
        unit=F("product__unit__code"),
        number=Case(*numbers, default=Value("")),
        policy=Subquery(policies.values("pk")[:1]),
        rank=Case(*ranks, default=Value(len(ranks)), output_field=IntegerField()),
    )


def list_runs() -> QuerySet[PlanRun]:
    return PlanRun.objects.select_related("warehouse")


def list_planned_warehouses() -> QuerySet[Warehouse]:
    """Warehouses with planned `items` (how many), and of the last full run `run_id`, `run_number`, `run_at` and the number of
    `proposals` that stood after it."""
    policies = ItemPolicy.objects.filter(warehouse_id=OuterRef("pk"), active=True).order_by()
    last = PlanRun.objects.filter(warehouse_id=OuterRef("pk"), kind=PlanRun.Kind.FULL).order_by("-id")
    rows = Warehouse.objects.annotate(
        items=Subquery(policies.values("warehouse_id").annotate(rows=Count("pk")).values("rows")),
        run_id=Subquery(last.values("pk")[:1]),
        run_number=Subquery(last.values("number")[:1]),
        run_at=Subquery(last.values("at")[:1]),
        proposals=Subquery(last.values("proposals_open")[:1]),
    )
    return rows.filter(items__gt=0)


def find_run(pk: int) -> PlanRun | None:
    return list_runs().filter(pk=pk).first()


def list_run_items(run_id: int) -> QuerySet[PlanItem]:
    return PlanItem.objects.filter(run_id=run_id).select_related("product__unit").order_by("level", "product__sku")


def list_policies() -> QuerySet[ItemPolicy]:
    """Policies with the `unit` of their product."""
    return ItemPolicy.objects.select_related("product", "warehouse").annotate(unit=F("product__unit__code"))


def proposals_of_runs(after: Mapping[int, int]) -> QuerySet[Proposal]:
    """The open proposals that these runs made or changed, by run and id: of each run those after that id."""
    rows = list_proposals().filter(run_id__in=list(after), state=Proposal.State.OPEN)
    for run, last in after.items():
        if last:
            rows = rows.exclude(run_id=run, pk__lte=last)
    return rows.order_by("run_id", "pk")


def links_of_proposal(proposal: Proposal) -> list[Link]:
    """What the proposal serves, or served at last."""
    rows = Peg.objects.filter(supply_kind="proposal", supply_id=proposal.pk).select_related("product").order_by("id")
    pegs = list(rows)
    last = max((peg.until_run_id or math.inf for peg in pegs), default=None)
    return [
        Link(
            demand=DocumentRef(peg.demand_kind, peg.demand_id),
            supply=DocumentRef(proposal.document_kind, proposal.document_id)
            if proposal.document_id
            else DocumentRef("proposal", proposal.pk),
            product_id=peg.product_id,
            sku=peg.product.sku,
            quantity=peg.quantity,
            demand_date=peg.demand_date,
            supply_date=peg.supply_date,
            late_days=peg.late_days,
        )
        for peg in pegs
        if (peg.until_run_id or math.inf) == last
    ]
