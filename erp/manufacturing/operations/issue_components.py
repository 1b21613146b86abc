"""Components going into production."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO, plain
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute, insert_documents, insert_rows, numbered, update_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import StockMove
from erp.inventory.operations.issue_stock import Issue, take_from_levels
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.ledger.models import AccountRole
from erp.manufacturing.drafts import ComponentPart
from erp.manufacturing.errors import MoreThanRequired
from erp.manufacturing.events import ProductionIssuePosted
from erp.manufacturing.models import ComponentLine, ManufacturingOrder, ProductionIssue, ProductionIssueLine, WipFact
from erp.manufacturing.operations.lock_production import (
    LockedComponent,
    LockedProduction,
    judge_parts,
    lock_production,
    wrong_states,
)
from erp.manufacturing.operations.release_production import KIND
from erp.manufacturing.permissions import OPERATE
from erp.manufacturing.states import ManufacturingOrderState
from erp.reference.queries import minor_units

_USED = f"""
WITH used AS MATERIALIZED (SELECT * FROM unnest(%s::bigint[], %s::numeric[]) AS u(line_id, quantity)), gone AS (
    DELETE FROM inventory_reservation r USING used u
    WHERE r.company_id = {COMPANY} AND r.kind = '{KIND}' AND r.line_id = u.line_id AND r.quantity = u.quantity
)
UPDATE inventory_reservation r SET quantity = r.quantity - u.quantity FROM used u
WHERE r.company_id = {COMPANY} AND r.kind = '{KIND}' AND r.line_id = u.line_id AND r.quantity > u.quantity
"""  # noqa: S608


@operation(OPERATE)
def issue_components(
    *,
    order_ids: Sequence[int],
    date: datetime.date,
    actor: Actor,
    at: datetime.datetime,
    parts: Sequence[ComponentPart] | None = None,
) -> list[tuple[int, str]]:
    """Issue the `parts`, or else everything that is reserved, for released orders; return the ids and numbers of the issues.

    The cost of what left the shelf, at the moving average, lies in the orders from now on. A part takes what is reserved for it
    first, then what is free. Refuses parts of other orders and more than the order still takes.
    """
    refusals = future_refusals([date], actor=actor, at=at)
    orders, components = lock_production(order_ids)
    refusals += wrong_states(list(orders.values()), ManufacturingOrderState.IN_PROGRESS)
    if parts is not None:
        known = {c.id: c for found in components.values() for c in found}
        refusals += _judge(parts, orders, known)
    raise_refusals(refusals)
    wanted = None if parts is None else {part.component_id: part.quantity for part in parts}
    made, _wip = issue_for(orders, components, date=date, actor=actor, at=at, wanted=wanted)
    return made


def _judge(
    parts: Sequence[ComponentPart], orders: Mapping[int, LockedProduction], known: Mapping[int, LockedComponent]
) -> list[BusinessRuleViolation]:
    found = judge_parts(parts, known)
    for i, part in enumerate(parts):
        component = known.get(part.component_id)
        if component is not None and part.quantity > component.outstanding:
            found.append(
                MoreThanRequired(
                    field=f"lines.{i}.quantity",
                    document=orders[component.order_id].number,
                    document_id=component.order_id,
                    component=component.sku,
                    quantity=plain(part.quantity),
                    open=plain(component.outstanding),
                )
            )
    return found


class _Taken(NamedTuple):
    """So much of a component that goes into an order; `unreserved` of it was kept for it."""

    order: LockedProduction
    component: LockedComponent
    quantity: Decimal
    unreserved: Decimal


def _taken(
    orders: Mapping[int, LockedProduction],
    components: Mapping[int, list[LockedComponent]],
    wanted: Mapping[int, Decimal] | None,
) -> list[_Taken]:
    found = []
    for order in orders.values():
        for component in components[order.id]:
            quantity = component.reserved if wanted is None else wanted.get(component.id, ZERO)
            if quantity:
                found.append(_Taken(order, component, quantity, min(quantity, component.reserved)))
    return found


def issue_for(
    orders: Mapping[int, LockedProduction],
    components: Mapping[int, list[LockedComponent]],
    *,
    date: datetime.date,
    actor: Actor,
    at: datetime.datetime,
    wanted: Mapping[int, Decimal] | None = None,
) -> tuple[list[tuple[int, str]], dict[int, Decimal]]:
    """The same for locked orders that may begin, for operations that checked their own permission; also the cost that came to
    lie in each order. `wanted` says how much by component."""
    places = minor_units(company_facts(actor.company_id).currency_code)
    taken = _taken(orders, components, wanted)
    levels = lock_levels((t.component.product_id, t.order.warehouse_id) for t in taken)
    issues = [Issue((t.component.product_id, t.order.warehouse_id), t.quantity, t.unreserved, t.order.number) for t in taken]
    costs = take_from_levels(issues, levels, places=places)
    wip: dict[int, Decimal] = {}
    for t, cost in zip(taken, costs, strict=True):
        wip[t.order.id] = wip.get(t.order.id, ZERO) + cost
    busy = [o for o in orders.values() if o.id in wip]
    sequence: dict[int, int] = {}
    rows = []
    position = {o.id: i for i, o in enumerate(busy)}
    for t, cost in zip(taken, costs, strict=True):
        sequence[t.order.id] = sequence.get(t.order.id, 0) + 1
        part = (t.component.id, t.component.product_id, t.quantity, cost)
        rows.append((position[t.order.id], sequence[t.order.id], *part))
    made = insert_documents(
        ProductionIssue,
        ["order_id", "warehouse_id", "date", "value", "actor", "posted_at"],
        [(o.id, o.warehouse_id, date, wip[o.id], actor.name, at) for o in busy],
        ProductionIssueLine,
        ["sequence", "component_id", "product_id", "quantity", "cost"],
        rows,
        parent="issue_id",
        computed=numbered("production_issue"),
        returning=["id", "number"],
    )
    _publish(busy, made, at)
    _post(busy, made, taken, costs, date, actor, at)
    _advance(busy, made, taken, wip, date, at)
    return [(row[0], row[1]) for row in made], wip


def _publish(busy: Sequence[LockedProduction], made: Sequence[tuple[int, str]], at: datetime.datetime) -> None:
    bus.publish(
        [
            ProductionIssuePosted(
                id=pk,
                number=number,
                status="posted",
                order_id=o.id,
                stems_from=DocumentRef("manufacturing_order", o.id),
            )
            for (pk, number), o in zip(made, busy, strict=True)
        ],
        at=at,
    )


def _post(
    busy: Sequence[LockedProduction],
    made: Sequence[tuple[int, str]],
    taken: Sequence[_Taken],
    costs: Sequence[Decimal],
    date: datetime.date,
    actor: Actor,
    at: datetime.datetime,
) -> None:
    moves: dict[int, list[MoveDraft]] = {}
    for t, cost in zip(taken, costs, strict=True):
        moves.setdefault(t.order.id, []).append(
            MoveDraft(
                product_id=t.component.product_id,
                warehouse_id=t.order.warehouse_id,
                quantity=-t.quantity,
                amount=-cost,
                line_id=t.component.id,
                unreserved=t.unreserved,
            )
        )
    post_stock(
        postings=[
            StockPosting(
                document=DocumentRef("production_issue", pk),
                number=number,
                reason=StockMove.Reason.ISSUE,
                date=date,
                counter_role=AccountRole.WORK_IN_PROGRESS,
                moves=moves[o.id],
            )
            for (pk, number), o in zip(made, busy, strict=True)
        ],
        currency=company_facts(actor.company_id).currency_code,
        actor=actor,
        at=at,
    )


def _advance(
    busy: Sequence[LockedProduction],
    made: Sequence[tuple[int, str]],
    taken: Sequence[_Taken],
    wip: Mapping[int, Decimal],
    date: datetime.date,
    at: datetime.datetime,
) -> None:
    kept = [t for t in taken if t.unreserved]
    if kept:
        execute(_USED, [[t.component.id for t in kept], [t.unreserved for t in kept]])
    update_rows(ComponentLine, [], [(t.component.id, t.quantity, -t.unreserved) for t in taken], add=["issued", "reserved"])
    update_rows(
        ManufacturingOrder,
        ["state"],
        [(o.id, ManufacturingOrderState.IN_PROGRESS, wip[o.id]) for o in busy],
        add=["wip"],
    )
    insert_rows(
        WipFact,
        ["order_id", "kind", "amount", "document_kind", "document_id", "date", "at"],
        [
            (o.id, WipFact.Kind.ISSUE, wip[o.id], "production_issue", pk, date, at)
            for (pk, _number), o in zip(made, busy, strict=True)
        ],
    )
