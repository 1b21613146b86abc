"""Ordering what was asked for, or giving it up."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, fetch, update_rows
from erp.documents.drafts import possible_ids
from erp.identity.queries import company_facts
from erp.purchasing.drafts import PurchaseLineDraft, PurchaseOrderDraft, SupplierChoice, SupplyNeed
from erp.purchasing.errors import LineOrdered, NobodySupplies
from erp.purchasing.events import RequisitionCancelled, RequisitionOrdered
from erp.purchasing.models import Requisition, RequisitionLine
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.permissions import PLACE, REQUEST
from erp.purchasing.queries import look_for_suppliers
from erp.purchasing.states import REQUISITION_TRANSITIONS, RequisitionState

_LOCK = f"""
SELECT r.id, r.number, r.state, r.warehouse_id, l.id, l.product_id, p.sku, l.quantity, l.need_date, l.supplier_id, l.order_line_id
FROM purchasing_requisition r
JOIN purchasing_requisitionline l ON l.company_id = r.company_id AND l.requisition_id = r.id
JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.product_id
WHERE r.company_id = {COMPANY} AND r.id = {ANY_ID} ORDER BY r.id, l.sequence FOR UPDATE OF r, l
"""  # noqa: S608


class _Line(NamedTuple):
    """A line with the head that it stands under."""

    requisition_id: int
    number: str
    state: str
    warehouse_id: int
    id: int
    product_id: int
    sku: str
    quantity: Decimal
    need_date: datetime.date
    supplier_id: int | None
    order_line_id: int | None


@operation(PLACE)
def order_requisitions(
    *, requisition_ids: Sequence[int], line_ids: Sequence[int] | None = None, actor: Actor, at: datetime.datetime
) -> list[int]:
    """Order the lines, or else all that are not ordered yet, from the suppliers whose agreements are best for each; return the
    ids of the purchase orders, which are drafts like others.

    What goes to one supplier under one agreement to one warehouse is one order. Refuses, all at once: requisitions that are not
    open, lines that are ordered already, and those that no agreement in force covers.
    """
    lines = _lock(requisition_ids)
    chosen = [line for line in lines if (line.id in line_ids if line_ids is not None else line.order_line_id is None)]
    refusals: list[BusinessRuleViolation] = [*_wrong_states(lines, RequisitionState.ORDERED), *_unknown(line_ids, lines)]
    ordered = [line for line in chosen if line.order_line_id]
    refusals += [LineOrdered(document=line.number, document_id=line.requisition_id, product=line.sku) for line in ordered]
    raise_refusals(refusals)
    today = local_date(at, company_facts(actor.company_id).time_zone)
    needs = [
        SupplyNeed(product_id=one.product_id, quantity=one.quantity, need_date=one.need_date, supplier_id=one.supplier_id)
        for one in chosen
    ]
    found = look_for_suppliers(needs, on=today, company_id=actor.company_id)
    raise_refusals(
        [
            NobodySupplies(field=f"lines.{i}.product", document=line.number, document_id=line.requisition_id, product=line.sku)
            for i, line in enumerate(chosen)
            if found[i][0] is None
        ]
    )
    became = _place(chosen, {i: choice for i, (choice, _reason) in found.items() if choice}, today, actor, at)
    update_rows(RequisitionLine, ["order_line_id"], [(line, first) for line, (_order, first) in became.items()])
    _close(lines, {line.id for line in chosen}, at)
    return sorted({order for order, _first in became.values()})


def _lock(requisition_ids: Sequence[int]) -> list[_Line]:
    lines = [_Line(*row) for row in fetch(_LOCK, [possible_ids(requisition_ids)])]
    known = {line.requisition_id for line in lines}
    raise_refusals([NotFound(what=_("requisition"), value=pk) for pk in dict.fromkeys(requisition_ids) if pk not in known])
    return lines


def _wrong_states(lines: Sequence[_Line], target: str) -> list[BusinessRuleViolation]:
    heads = {line.requisition_id: line for line in lines if target not in REQUISITION_TRANSITIONS[line.state]}
    return [
        WrongState(document=line.number, document_id=pk, state=RequisitionState(line.state).label.lower())
        for pk, line in heads.items()
    ]


def _unknown(line_ids: Sequence[int] | None, lines: Sequence[_Line]) -> list[BusinessRuleViolation]:
    known = {line.id for line in lines}
    return [NotFound(field=f"lines.{i}", what=_("line"), value=pk) for i, pk in enumerate(line_ids or ()) if pk not in known]


def _place(
    lines: Sequence[_Line],
    choices: Mapping[int, SupplierChoice],
    today: datetime.date,
    actor: Actor,
    at: datetime.datetime,
) -> dict[int, tuple[int, int]]:
    """The order of each line and the first of the order's lines for it."""
    groups: dict[tuple[int, int, int], list[int]] = {}
    for i, line in enumerate(lines):
        groups.setdefault((choices[i].supplier_id, choices[i].agreement_id, line.warehouse_id), []).append(i)
    drafts = [
        PurchaseOrderDraft(
            supplier_id=supplier,
            agreement_id=agreement,
            warehouse_id=warehouse,
            date=today,
            lines=[part for i in members for part in _parts(lines[i], choices[i], today)],
            source=DocumentRef("requisition", lines[members[0]].requisition_id),
        )
        for (supplier, agreement, warehouse), members in groups.items()
    ]
    placed = place_purchase_orders(orders=drafts, actor=actor, at=at) if drafts else []
    became = {}
    for order, members in zip(placed, groups.values(), strict=True):
        made = iter(order.line_ids)
        for i in members:
            of_line = [next(made) for _lot in choices[i].lots]
            became[lines[i].id] = (order.id, of_line[0])
    return became


def _parts(line: _Line, choice: SupplierChoice, today: datetime.date) -> list[PurchaseLineDraft]:
    return [
        PurchaseLineDraft(
            product_id=line.product_id,
            quantity=lot,
            unit=choice.unit,
            requested_date=max(line.need_date, today),
            agreement_line_id=choice.agreement_line_id,
            chosen=choice.reason,
            source_kind="requisition_line",
            source_id=line.id,
        )
        for lot in choice.lots
    ]


def _close(lines: Sequence[_Line], ordered: set[int], at: datetime.datetime) -> None:
    """Requisitions of which nothing is left to order are ordered."""
    heads: dict[int, list[_Line]] = {}
    for line in lines:
        heads.setdefault(line.requisition_id, []).append(line)
    touched = {pk: found for pk, found in heads.items() if any(line.id in ordered for line in found)}
    complete = {pk for pk, found in touched.items() if all(line.id in ordered or line.order_line_id for line in found)}
    update_rows(Requisition, ["state"], [(pk, RequisitionState.ORDERED) for pk in sorted(complete)])
    bus.publish(
        [
            RequisitionOrdered(
                id=pk,
                number=found[0].number,
                status="ordered" if pk in complete else "open",
                warehouse_id=found[0].warehouse_id,
                products=tuple(sorted({line.product_id for line in found if line.id in ordered})),
                complete=pk in complete,
            )
            for pk, found in touched.items()
        ],
        at=at,
    )


@operation(REQUEST)
def cancel_requisitions(*, requisition_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Give up what is not ordered yet: a requisition of which something is ordered counts as ordered, any other as cancelled.
    Refuses requisitions that are not open."""
    lines = _lock(requisition_ids)
    raise_refusals(_wrong_states(lines, RequisitionState.CANCELLED))
    heads = {line.requisition_id: line for line in lines}
    begun = {line.requisition_id for line in lines if line.order_line_id}
    given_up: dict[int, set[int]] = {pk: set() for pk in heads}
    for line in lines:
        if not line.order_line_id:
            given_up[line.requisition_id].add(line.product_id)
    state = {pk: RequisitionState.ORDERED if pk in begun else RequisitionState.CANCELLED for pk in heads}
    update_rows(Requisition, ["state"], sorted(state.items()))
    bus.publish(
        [
            RequisitionCancelled(
                id=pk,
                number=head.number,
                status=state[pk],
                warehouse_id=head.warehouse_id,
                products=tuple(sorted(given_up[pk])),
            )
            for pk, head in heads.items()
        ],
        at=at,
    )
