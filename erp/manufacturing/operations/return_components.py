"""Components coming back from production."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO, plain
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch, insert_documents, insert_rows, numbered, update_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import StockMove
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.ledger.models import AccountRole
from erp.ledger.rules import share_of_rest
from erp.manufacturing.drafts import ReturnDraft
from erp.manufacturing.errors import CostHasGone, MoreThanIssued
from erp.manufacturing.events import ProductionIssueReturned
from erp.manufacturing.models import ComponentLine, ManufacturingOrder, ProductionIssue, ProductionIssueLine, WipFact
from erp.manufacturing.operations.lock_production import (
    LockedComponent,
    LockedProduction,
    judge_parts,
    lock_production,
    not_begun,
)
from erp.manufacturing.permissions import OPERATE
from erp.reference.queries import minor_units

_LYING = f"""
SELECT l.component_id, sum(CASE i.kind WHEN 'return' THEN -l.cost ELSE l.cost END)
FROM manufacturing_productionissueline l
JOIN manufacturing_productionissue i ON i.company_id = l.company_id AND i.id = l.issue_id
WHERE l.company_id = {COMPANY} AND l.component_id = ANY(%s::bigint[]) GROUP BY 1
"""  # noqa: S608


class _Back(NamedTuple):
    """So much of a component with the cost it went in with."""

    component: LockedComponent
    quantity: Decimal
    cost: Decimal


@operation(OPERATE)
def return_components(*, returns: Sequence[ReturnDraft], actor: Actor, at: datetime.datetime) -> list[tuple[int, str]]:
    """Put issued components of orders in progress back on the shelf; return the ids and numbers of the returns.

    They come back at the cost they were issued with, the last of a component with all that is left of its cost, which then does
    not lie in the order any more. Refuses more than was issued, and components whose cost finished goods have taken already.
    """
    refusals = future_refusals([r.date for r in returns], actor=actor, at=at)
    orders, components = lock_production([r.order_id for r in returns])
    waiting = not_begun([orders[pk] for pk in dict.fromkeys(r.order_id for r in returns)])
    refusals += waiting or _judge(returns, orders, components)
    raise_refusals(refusals)
    currency = company_facts(actor.company_id).currency_code
    back = _costed(returns, components, minor_units(currency))
    values = [sum((b.cost for b in found), ZERO) for found in back]
    raise_refusals(_uncovered(returns, orders, values))
    found = [(orders[r.order_id].warehouse_id, b) for r, some in zip(returns, back, strict=True) for b in some]
    lock_levels(((b.component.product_id, warehouse_id) for warehouse_id, b in found), create=True)
    made = _insert(returns, orders, back, values, actor, at)
    _publish(made, returns, orders, back, at)
    _post(made, returns, orders, back, currency, actor, at)
    _advance(made, returns, back, values, at)
    return made


def _judge(
    returns: Sequence[ReturnDraft], orders: Mapping[int, LockedProduction], components: Mapping[int, list[LockedComponent]]
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    seen: set[int] = set()
    for n, draft in enumerate(returns):
        prefix = f"{n}." if len(returns) > 1 else ""
        known = {c.id: c for c in components[draft.order_id]}
        wrong = judge_parts(draft.lines, known)
        if draft.order_id in seen:
            rule = _("Name each order once, with all that comes back from it.")
            wrong.append(InvalidValue(field="order", what=_("order"), value=orders[draft.order_id].number, rule=rule))
        seen.add(draft.order_id)
        for i, part in enumerate(draft.lines):
            component = known.get(part.component_id)
            if component is not None and part.quantity > component.issued:
                wrong.append(
                    MoreThanIssued(
                        field=f"lines.{i}.quantity",
                        document=orders[draft.order_id].number,
                        document_id=draft.order_id,
                        component=component.sku,
                        quantity=plain(part.quantity),
                        issued=plain(component.issued),
                    )
                )
        for refusal in wrong:
            refusal.field = f"{prefix}{refusal.field}"
        found += wrong
    return found


def _costed(returns: Sequence[ReturnDraft], components: Mapping[int, list[LockedComponent]], places: int) -> list[list[_Back]]:
    lying = dict(fetch(_LYING, [[part.component_id for draft in returns for part in draft.lines]]))
    back = []
    for draft in returns:
        known = {c.id: c for c in components[draft.order_id]}
        found = []
        for part in draft.lines:
            component = known[part.component_id]
            cost = share_of_rest(lying[component.id], part=part.quantity, rest=component.issued, places=places)
            found.append(_Back(component, part.quantity, cost))
        back.append(found)
    return back


def _uncovered(
    returns: Sequence[ReturnDraft], orders: Mapping[int, LockedProduction], values: Sequence[Decimal]
) -> list[BusinessRuleViolation]:
    """Refusals for orders in which less cost is left than would come back."""
    return [
        CostHasGone(
            field=f"{n}.lines" if len(returns) > 1 else "lines", document=orders[r.order_id].number, document_id=r.order_id
        )
        for n, (r, value) in enumerate(zip(returns, values, strict=True))
        if value > orders[r.order_id].wip
    ]


def _insert(
    returns: Sequence[ReturnDraft],
    orders: Mapping[int, LockedProduction],
    back: Sequence[Sequence[_Back]],
    values: Sequence[Decimal],
    actor: Actor,
    at: datetime.datetime,
) -> list[tuple[int, str]]:
    rows = insert_documents(
        ProductionIssue,
        ["kind", "order_id", "warehouse_id", "date", "value", "actor", "posted_at"],
        [
            (ProductionIssue.Kind.RETURN, r.order_id, orders[r.order_id].warehouse_id, r.date, value, actor.name, at)
            for r, value in zip(returns, values, strict=True)
        ],
        ProductionIssueLine,
        ["sequence", "component_id", "product_id", "quantity", "cost"],
        [
            (n, i, b.component.id, b.component.product_id, b.quantity, b.cost)
            for n, found in enumerate(back)
            for i, b in enumerate(found, 1)
        ],
        parent="issue_id",
        computed=numbered("production_issue"),
        returning=["id", "number"],
    )
    return [(row[0], row[1]) for row in rows]


def _publish(
    made: Sequence[tuple[int, str]],
    returns: Sequence[ReturnDraft],
    orders: Mapping[int, LockedProduction],
    back: Sequence[Sequence[_Back]],
    at: datetime.datetime,
) -> None:
    bus.publish(
        [
            ProductionIssueReturned(
                id=pk,
                number=number,
                status="returned",
                order_id=r.order_id,
                warehouse_id=orders[r.order_id].warehouse_id,
                products=tuple(sorted(b.component.product_id for b in found)),
                stems_from=DocumentRef("manufacturing_order", r.order_id),
            )
            for (pk, number), r, found in zip(made, returns, back, strict=True)
        ],
        at=at,
    )


def _post(
    made: Sequence[tuple[int, str]],
    returns: Sequence[ReturnDraft],
    orders: Mapping[int, LockedProduction],
    back: Sequence[Sequence[_Back]],
    currency: str,
    actor: Actor,
    at: datetime.datetime,
) -> None:
    post_stock(
        postings=[
            StockPosting(
                document=DocumentRef("production_issue", pk),
                number=number,
                reason=StockMove.Reason.RETURN,
                date=r.date,
                counter_role=AccountRole.WORK_IN_PROGRESS,
                moves=[
                    MoveDraft(
                        product_id=b.component.product_id,
                        warehouse_id=orders[r.order_id].warehouse_id,
                        quantity=b.quantity,
                        amount=b.cost,
                        line_id=b.component.id,
                    )
                    for b in found
                ],
            )
            for (pk, number), r, found in zip(made, returns, back, strict=True)
        ],
        currency=currency,
        actor=actor,
        at=at,
    )


def _advance(
    made: Sequence[tuple[int, str]],
    returns: Sequence[ReturnDraft],
    back: Sequence[Sequence[_Back]],
    values: Sequence[Decimal],
    at: datetime.datetime,
) -> None:
    update_rows(ComponentLine, [], [(b.component.id, -b.quantity) for found in back for b in found], add=["issued"])
    update_rows(ManufacturingOrder, [], [(r.order_id, -value) for r, value in zip(returns, values, strict=True)], add=["wip"])
    insert_rows(
        WipFact,
        ["order_id", "kind", "amount", "document_kind", "document_id", "date", "at"],
        [
            (r.order_id, WipFact.Kind.RETURN, -value, "production_issue", pk, r.date, at)
            for (pk, _number), r, value in zip(made, returns, values, strict=True)
        ],
    )
