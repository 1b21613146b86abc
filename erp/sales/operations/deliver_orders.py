"""Delivering: goods leave, their cost is booked, the rest stays as a backorder."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.operation import operation
from erp.core.rows import execute, insert_documents, numbered
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import StockMove
from erp.inventory.operations.issue_stock import Issue, take_from_levels
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.ledger.models import AccountRole
from erp.reference.queries import minor_units
from erp.sales.errors import NotFullyReserved, NothingToDeliver
from erp.sales.events import DeliveryPosted
from erp.sales.models import Delivery, DeliveryLine
from erp.sales.operations.lock_orders import LockedOrder, OrderLine, lock_orders_with_lines, wrong_states
from erp.sales.permissions import DELIVER_ORDERS
from erp.sales.states import SalesOrderState

_ADVANCE = (Path(__file__).parents[1] / "sql" / "advance_delivered.sql").read_text()
_HEAD = ["order_id", "customer_id", "warehouse_id", "date", "cost", "actor", "posted_at", "external_source", "external_ref"]


@dataclass(frozen=True, kw_only=True)
class DeliveryPlan:
    """Deliver what is reserved for an order, dated `date`."""

    order_id: int
    date: datetime.date
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class PostedDelivery:
    id: int
    number: str
    order_id: int


@dataclass
class Shipment:
    """One delivery in the making: its order and the lines with quantity and cost."""

    plan: DeliveryPlan
    order: LockedOrder
    lines: list[tuple[OrderLine, Decimal]]
    open_after: bool
    costs: dict[int, Decimal]

    @property
    def cost(self) -> Decimal:
        return sum(self.costs.values(), ZERO)


@operation(DELIVER_ORDERS)
def deliver_orders(*, deliveries: Sequence[DeliveryPlan], actor: Actor, at: datetime.datetime) -> list[PostedDelivery]:
    """Post one delivery per order: everything reserved, and services with it. Cost of sales at moving average.

    Refuses an order that is not fully reserved unless it allows partial delivery, a date after today, and one with
    nothing to deliver: named twice in a set, it has nothing left the second time.
    """
    orders, lines = lock_orders_with_lines([plan.order_id for plan in deliveries])
    raise_refusals(wrong_states(list(orders.values()), SalesOrderState.DELIVERED))
    shipments = [_shipment(plan, orders[plan.order_id], lines.pop(plan.order_id, [])) for plan in deliveries]
    refusals = future_refusals([plan.date for plan in deliveries], actor=actor, at=at)
    raise_refusals(refusals + [refusal for shipment in shipments if (refusal := _refusal(shipment))])
    currency = company_facts(actor.company_id).currency_code
    _cost(shipments, minor_units(currency))
    posted = _insert(shipments, actor, at)
    bus.publish([_event(p, s) for p, s in zip(posted, shipments, strict=True)], at=at)
    post_stock(postings=[_posting(p, s) for p, s in zip(posted, shipments, strict=True)], currency=currency, actor=actor, at=at)
    _update_orders(shipments)
    return posted


def _shipment(plan: DeliveryPlan, order: LockedOrder, lines: Sequence[OrderLine]) -> Shipment:
    taken = [(line, line.reserved if line.stocked else line.open) for line in lines]
    taken = [(line, quantity) for line, quantity in taken if quantity > 0]
    done = {line.id: quantity for line, quantity in taken}
    return Shipment(plan, order, taken, any(line.open > done.get(line.id, ZERO) for line in lines), {})


def _refusal(shipment: Shipment) -> BusinessRuleViolation | None:
    order = shipment.order
    if not shipment.lines or (shipment.open_after and not any(line.stocked for line, _ in shipment.lines)):
        return NothingToDeliver(document=order.number, document_id=order.id)
    if shipment.open_after and not order.partial_delivery:
        return NotFullyReserved(document=order.number, document_id=order.id)
    return None


def _cost(shipments: Sequence[Shipment], places: int) -> None:
    """Moving-average cost of every stocked line, under the locks of all levels concerned."""
    stocked = [(s, line, quantity) for s in shipments for line, quantity in s.lines if line.stocked]
    levels = lock_levels((line.product_id, s.order.warehouse_id) for s, line, _ in stocked)
    issues = [Issue((line.product_id, s.order.warehouse_id), quantity, quantity, s.order.number) for s, line, quantity in stocked]
    for (shipment, line, _), cost in zip(stocked, take_from_levels(issues, levels, places=places), strict=True):
        shipment.costs[line.id] = cost


def _insert(shipments: Sequence[Shipment], actor: Actor, at: datetime.datetime) -> list[PostedDelivery]:
    heads = [
        (
            s.order.id,
            s.order.customer_id,
            s.order.warehouse_id,
            s.plan.date,
            s.cost,
            actor.name,
            at,
            s.plan.external_source,
            s.plan.external_ref,
        )
        for s in shipments
    ]
    lines = [
        (position, line.sequence, line.id, line.product_id, quantity, s.costs.get(line.id, ZERO))
        for position, s in enumerate(shipments)
        for line, quantity in s.lines
    ]
    rows = insert_documents(
        Delivery,
        _HEAD,
        heads,
        DeliveryLine,
        ["sequence", "order_line_id", "product_id", "quantity", "cost"],
        lines,
        parent="delivery_id",
        computed=numbered("delivery"),
        returning=["id", "number", "order_id"],
    )
    return [PostedDelivery(*row) for row in rows]


def _event(delivery: PostedDelivery, shipment: Shipment) -> DeliveryPosted:
    order = shipment.order
    return DeliveryPosted(
        id=delivery.id,
        number=delivery.number,
        status="posted",
        customer_id=order.customer_id,
        order_id=order.id,
        complete=not shipment.open_after,
        stems_from=DocumentRef("sales_order", order.id),
    )


def _posting(delivery: PostedDelivery, shipment: Shipment) -> StockPosting:
    return StockPosting(
        document=DocumentRef("delivery", delivery.id),
        number=delivery.number,
        reason=StockMove.Reason.ISSUE,
        date=shipment.plan.date,
        counter_role=AccountRole.COST_OF_SALES,
        moves=[
            MoveDraft(
                product_id=line.product_id,
                warehouse_id=shipment.order.warehouse_id,
                quantity=-quantity,
                amount=-shipment.costs[line.id],
                line_id=line.id,
                unreserved=quantity,
            )
            for line, quantity in shipment.lines
            if line.stocked
        ],
    )


def _update_orders(shipments: Sequence[Shipment]) -> None:
    if not shipments:
        return
    states = SalesOrderState
    orders = [(s.order.id, states.PARTLY_DELIVERED if s.open_after else states.DELIVERED) for s in shipments]
    lines = [(line.id, quantity, quantity if line.stocked else ZERO) for s in shipments for line, quantity in s.lines]
    execute(_ADVANCE, [*map(list, zip(*lines, strict=True)), *map(list, zip(*orders, strict=True))])
