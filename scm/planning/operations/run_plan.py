"""Working out the plan: lock, read, net, write."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import fetch, insert_rows, update_rows
from erp.core.scope import take_time
from erp.identity.queries import company_facts
from erp.purchasing.rules import Choice, Terms, choose_supplier
from scm.planning.drafts import FinishedRun
from scm.planning.events import PlanRunFinished
from scm.planning.explosion import Plan
from scm.planning.findings import OF_PEGS, Held, keep_up
from scm.planning.messages import find_messages
from scm.planning.models import Peg, PlanItem, PlanMessage, PlanRun, Proposal
from scm.planning.net_change import NetChange
from scm.planning.netting import Kind, Netted
from scm.planning.permissions import RUN
from scm.planning.problem import days_of_components, read_below, read_everything
from scm.planning.rules import PLANNED, Ref, from_micro
from scm.planning.standing import Standing
from scm.planning.waiting import late_lots, with_late_lot

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('planning', %s))"
BLOCK = 50_000


@dataclass(frozen=True)
class _Wanted:
    """A proposal as the plan wants it."""

    kind: str
    product_id: int
    quantity: Decimal
    need_date: datetime.date
    start_date: datetime.date
    supplier_id: int | None
    agreement_line_id: int | None
    choice: Mapping[str, object]

    @property
    def key(self) -> tuple[int, str, datetime.date]:
        return self.product_id, self.kind, self.need_date


@operation(RUN)
def run_plan(
    *,
    warehouse_id: int,
    product_ids: Sequence[int] | None = None,
    reason: str = "",
    stems_from: DocumentRef | None = None,
    sales_orders: Sequence[int] = (),
    actor: Actor,
    at: datetime.datetime,
) -> FinishedRun:
    """Plan the warehouse: all items that have a policy and what goes into them, or only those named and, level by level, what
    is below as far as something else is planned above it, of which no more is netted than the buckets that this moves.

    Two runs of a warehouse wait for each other. A run that finds nothing changed writes what it saw and leaves every proposal
    as it is, and every peg and message that it finds again. Open proposals of the items that are not needed any more are
    withdrawn. The number of statements does not depend on the number of items, but for pegs, which are compared in blocks of
    about 50,000.
    """
    fetch(_LOCK, [warehouse_id])
    zone = company_facts(actor.company_id).time_zone
    today = local_date(at, zone)
    plan, terms, held = _work_out(warehouse_id, product_ids, today, actor.company_id, zone)
    wanted = _wanted(plan, terms, today)
    [(run_id, number)] = insert_rows(
        PlanRun,
        ["kind", "warehouse_id", "reason", "items_planned", "proposals_open", "actor", "at"],
        [
            (
                PlanRun.Kind.FULL if product_ids is None else PlanRun.Kind.NET_CHANGE,
                warehouse_id,
                reason[:200],
                len(plan.netted),
                len(wanted),
                actor.name,
                at,
            )
        ],
        computed={"number": "documents_next_number('plan_run')"},
        returning=["id", "number"],
    )
    ids, changed, withdrawn = _propose(wanted, None if product_ids is None else plan, warehouse_id, run_id, today)
    _write_items(plan, run_id)
    _write_pegs(plan, ids, held, warehouse_id, run_id, whole=product_ids is None)
    _write_messages(plan, ids, warehouse_id, run_id, today)
    bus.publish(
        [
            PlanRunFinished(
                id=run_id,
                number=number,
                status="finished",
                warehouse_id=warehouse_id,
                proposals=len(wanted),
                changed=changed,
                sales_orders=tuple(sales_orders),
                stems_from=stems_from,
            )
        ],
        at=at,
    )
    return FinishedRun(run_id, number, len(wanted), changed, withdrawn)


@operation(RUN)
def plan_anew(*, warehouse_id: int, actor: Actor, at: datetime.datetime) -> FinishedRun:
    """Plan all of the warehouse, as at night and when a planner asks for it: that of a large factory takes longer than a request
    may."""
    take_time()
    return run_plan(warehouse_id=warehouse_id, actor=actor, at=at)


def _work_out(
    warehouse_id: int, product_ids: Sequence[int] | None, today: datetime.date, company_id: int, time_zone: str
) -> tuple[Plan, Mapping[int, Sequence[Terms]], Held]:
    """The plan, what suppliers ask for what it buys, and the pegs of the sections that it netted."""
    if product_ids is not None:
        reader = Standing(warehouse_id, today=today, company_id=company_id, time_zone=time_zone)
        if changed := NetChange(reader, today=today).run(product_ids):
            return changed, reader.terms, reader.held
        problem = read_below(warehouse_id, product_ids, today=today, company_id=company_id)
    else:
        problem = read_everything(warehouse_id, today=today, company_id=company_id)
    return problem.plan(today), problem.terms, {}


def _wanted(plan: Plan, terms: Mapping[int, Sequence[Terms]], today: datetime.date) -> list[_Wanted]:
    """A proposal for every lot; of bought ones the supplier is chosen anew for the quantity that it came to."""
    found = []
    for netted in plan.netted.values():
        for lot in netted.lots:
            quantity = from_micro(lot.quantity)
            choice: Choice | None = None
            reason: dict[str, object] = {}
            if netted.item.kind is Kind.BUY:
                choice, reason = choose_supplier(terms[lot.product_id], quantity, today)
            found.append(
                _Wanted(
                    kind=Proposal.Kind.MAKE if netted.item.kind is Kind.MAKE else Proposal.Kind.BUY,
                    product_id=lot.product_id,
                    quantity=quantity,
                    need_date=lot.due,
                    start_date=max(lot.release, today),
                    supplier_id=choice.terms.supplier_id if choice else None,
                    agreement_line_id=choice.terms.line_id if choice else None,
                    choice=reason,
                )
            )
    return found


def _propose(
    wanted: Sequence[_Wanted], part: Plan | None, warehouse_id: int, run_id: int, today: datetime.date
) -> tuple[dict[tuple[int, datetime.date], int], int, int]:
    """Make, change and withdraw proposals until the open ones of this part of the plan, or of all, are the wanted ones; their
    ids by product and day, how many are new or other, and how many were withdrawn. One that is overdue keeps its number and the
    day on which it was needed."""
    rows = Proposal.objects.filter(warehouse_id=warehouse_id, state=Proposal.State.OPEN)
    if part is not None:
        whole = [product for product, n in part.netted.items() if n.section is None]
        ids_of_sections = [pk for n in part.netted.values() if n.section for pk in n.section.proposals]
        rows = rows.filter(Q(product_id__in=whole) | Q(pk__in=ids_of_sections))
    known: dict[tuple[int, str, datetime.date], Proposal] = {}
    standing = rows.order_by("need_date", "id").select_for_update(no_key=True)
    gone = [p.pk for p in standing if known.setdefault((p.product_id, p.kind, max(p.need_date, today)), p) is not p]
    ids = {(product, day): p.pk for (product, _kind, day), p in known.items()}
    fresh = [w for w in wanted if w.key not in known]
    other = [w for w in wanted if w.key in known and _differs(known[w.key], w, today)]
    keys = {w.key for w in wanted}
    gone += [p.pk for key, p in known.items() if key not in keys]
    columns = ["quantity", "start_date", "supplier_id", "agreement_line_id", "choice", "run_id"]
    update_rows(Proposal, ["state"], [(pk, Proposal.State.WITHDRAWN) for pk in gone])
    update_rows(Proposal, columns, [(known[w.key].pk, *_values(w), run_id) for w in other])
    made = insert_rows(
        Proposal,
        ["kind", "product_id", "warehouse_id", "need_date", *columns],
        [(w.kind, w.product_id, warehouse_id, w.need_date, *_values(w), run_id) for w in fresh],
        computed={"number": "documents_next_number('proposal')"},
        returning=["id"],
    )
    ids |= {(w.product_id, w.need_date): row[0] for w, row in zip(fresh, made, strict=True)}
    return ids, len(fresh) + len(other), len(gone)


def _values(w: _Wanted) -> tuple[object, ...]:
    return w.quantity, w.start_date, w.supplier_id, w.agreement_line_id, dict(w.choice)


def _differs(current: Proposal, w: _Wanted, today: datetime.date) -> bool:
    now = (current.quantity, max(current.start_date, today), current.supplier_id, current.agreement_line_id)
    return now != (w.quantity, w.start_date, w.supplier_id, w.agreement_line_id)


def _write_items(plan: Plan, run_id: int) -> None:
    columns = ["run_id", "product_id", "level", "gross", "on_hand", "scheduled", "safety", "net", "planned"]
    columns += ["planned_kind", "ends", "buckets"]
    rows = [
        (
            run_id,
            product,
            plan.levels.codes[product],
            from_micro(n.gross),
            from_micro(n.item.on_hand),
            from_micro(n.scheduled),
            from_micro(n.item.safety_stock),
            from_micro(n.net),
            from_micro(n.planned),
            str(n.item.kind),
            {str(start): left for start, left in n.ends.items()},
            sorted(map(str, n.section.buckets)) if n.section else None,
        )
        for product, n in plan.netted.items()
    ]
    insert_rows(PlanItem, columns, rows)


def _write_pegs(
    plan: Plan, ids: Mapping[tuple[int, datetime.date], int], held: Held, warehouse_id: int, run_id: int, *, whole: bool
) -> None:
    """What serves what, with lots that wait for components on the day on which they are there; of a part of the plan some of
    these components were served by runs before."""
    made = {ids[lot.product_id, lot.due]: lot.source for n in plan.netted.values() if n.item.kind is Kind.MAKE for lot in n.lots}
    standing = {Ref("proposal", pk): source for pk, source in made.items()}
    late = late_lots(plan, {} if whole else _days_before(plan, made, standing), standing)
    for part in _parts(plan.netted.values()):
        rows = (
            (
                peg.product_id,
                from_micro(peg.quantity),
                *_named(peg.demand, ids),
                peg.demand_date,
                *_named(peg.supply, ids),
                peg.supply_date,
                peg.late_days,
                peg.bucket,
            )
            for n in part
            for peg in (with_late_lot(peg, late) for peg in n.pegs)
        )
        keep_up(Peg, OF_PEGS, rows, part, warehouse_id=warehouse_id, run_id=run_id, held=held)


def _parts(netted: Iterable[Netted]) -> Iterator[list[Netted]]:
    """Items, so many that they have about as many pegs as are read and written at once."""
    part: list[Netted] = []
    pegs = 0
    for n in netted:
        part.append(n)
        pegs += len(n.pegs)
        if pegs >= BLOCK:
            yield part
            part, pegs = [], 0
    if part:
        yield part


def _days_before(plan: Plan, made: Mapping[int, Ref], standing: Mapping[Ref, Ref]) -> dict[Ref, datetime.date]:
    """When those components of the lots are there that the plan does not serve."""
    served = {(standing.get(peg.demand, peg.demand), product) for product, n in plan.netted.items() for peg in n.pegs}
    found: dict[Ref, datetime.date] = {}
    for pk, product, day in days_of_components(made):
        if (made[pk], product) not in served:
            found[made[pk]] = max(day, found.get(made[pk], day))
    return found


def _named(ref: Ref, ids: Mapping[tuple[int, datetime.date], int]) -> tuple[str, int, int]:
    """A planned lot goes by its proposal, everything else by what it is."""
    if ref.kind != PLANNED:
        return ref.kind, ref.id, ref.line
    return "proposal", ids[ref.id, datetime.date.fromordinal(ref.line)], 0


def _write_messages(
    plan: Plan, ids: Mapping[tuple[int, datetime.date], int], warehouse_id: int, run_id: int, today: datetime.date
) -> None:
    columns = ["product_id", "code", "quantity", "date", "better_date", "days", "document_kind", "document_id", "path", "bucket"]
    rows = []
    for product, netted in plan.netted.items():
        for m in find_messages(netted, today=today, cycle=plan.levels.cycles.get(product, ())):
            kind, document, _line = _named(m.source, ids) if m.source else ("", None, 0)
            quantity = from_micro(m.quantity)
            rows.append((product, str(m.code), quantity, m.day, m.better, m.days, kind, document, tuple(m.path), m.bucket))
    keep_up(PlanMessage, columns, rows, plan.netted.values(), warehouse_id=warehouse_id, run_id=run_id)
