"""Components going into production."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute, insert_documents, insert_rows, update_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import StockMove
from erp.inventory.operations.issue_stock import Issue, take_from_levels
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.ledger.models import AccountRole
from erp.manufacturing.events import ProductionIssuePosted
from erp.manufacturing.models import ComponentLine, ManufacturingOrder, ProductionIssue, ProductionIssueLine, WipFact
from erp.manufacturing.operations.lock_production import (
    LockedComponent,
    LockedProduction,
    lock_production,
    wrong_states,
)
from erp.manufacturing.operations.release_production import KIND
from erp.manufacturing.permissions import OPERATE
from erp.manufacturing.states import ManufacturingOrderState
from erp.reference.queries import minor_units

_USED = f"""
DELETE FROM inventory_reservation WHERE company_id = {COMPANY} AND kind = '{KIND}' AND line_id = ANY(%s::bigint[])
"""  # noqa: S608


@operation(OPERATE)
def issue_components(
    *, order_ids: Sequence[int], date: datetime.date, actor: Actor, at: datetime.datetime
) -> list[tuple[int, str]]:
    """Issue everything that is reserved for released orders; return the ids and numbers of the issues. The cost of what left the
    shelf, at the moving average, lies in the orders from now on."""
    raise_refusals(future_refusals([date], actor=actor, at=at))
    orders, components = lock_production(order_ids)
    raise_refusals(wrong_states(list(orders.values()), ManufacturingOrderState.IN_PROGRESS))
    made, _wip = issue_for(orders, components, date=date, actor=actor, at=at)
    return made


def issue_for(
    orders: Mapping[int, LockedProduction],
    components: Mapping[int, list[LockedComponent]],
    *,
    date: datetime.date,
    actor: Actor,
    at: datetime.datetime,
) -> tuple[list[tuple[int, str]], dict[int, Decimal]]:
    """The same for locked orders that may begin, for operations that checked their own permission; also the cost that came to
    lie in each order."""
    places = minor_units(company_facts(actor.company_id).currency_code)
    flat = [(o, c) for o in orders.values() for c in components[o.id] if c.reserved]
    levels = lock_levels((c.product_id, o.warehouse_id) for o, c in flat)
    issues = [Issue((c.product_id, o.warehouse_id), c.reserved, c.reserved, o.number) for o, c in flat]
    costs = take_from_levels(issues, levels, places=places)
    wip: dict[int, Decimal] = {}
    for (o, _c), cost in zip(flat, costs, strict=True):
        wip[o.id] = wip.get(o.id, ZERO) + cost
    busy = [o for o in orders.values() if o.id in wip]
    sequence: dict[int, int] = {}
    rows = []
    position = {o.id: i for i, o in enumerate(busy)}
    for (o, c), cost in zip(flat, costs, strict=True):
        sequence[o.id] = sequence.get(o.id, 0) + 1
        rows.append((position[o.id], sequence[o.id], c.id, c.product_id, c.reserved, cost))
    made = insert_documents(
        ProductionIssue,
        ["order_id", "warehouse_id", "date", "value", "actor", "posted_at"],
        [(o.id, o.warehouse_id, date, wip[o.id], actor.name, at) for o in busy],
        ProductionIssueLine,
        ["sequence", "component_id", "product_id", "quantity", "cost"],
        rows,
        parent="issue_id",
        computed={"number": "documents_next_number('production_issue')"},
        returning=["id", "number"],
    )
    _publish(busy, made, at)
    _post(busy, made, flat, costs, date, actor, at)
    _advance(busy, made, flat, wip, date, at)
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
    flat: Sequence[tuple[LockedProduction, LockedComponent]],
    costs: Sequence[Decimal],
    date: datetime.date,
    actor: Actor,
    at: datetime.datetime,
) -> None:
    moves: dict[int, list[MoveDraft]] = {}
    for (o, c), cost in zip(flat, costs, strict=True):
        moves.setdefault(o.id, []).append(
            MoveDraft(
                product_id=c.product_id,
                warehouse_id=o.warehouse_id,
                quantity=-c.reserved,
                amount=-cost,
                line_id=c.id,
                unreserved=c.reserved,
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
    flat: Sequence[tuple[LockedProduction, LockedComponent]],
    wip: Mapping[int, Decimal],
    date: datetime.date,
    at: datetime.datetime,
) -> None:
    execute(_USED, [[c.id for _o, c in flat]])
    update_rows(ComponentLine, [], [(c.id, c.reserved, -c.reserved) for _o, c in flat], add=["issued", "reserved"])
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
