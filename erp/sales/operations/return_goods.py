"""Goods come back: onto the shelf at the cost they left with, and out of the cost of sales."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import StockMove
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.inventory.operations.return_stock import ComingBack, put_on_levels
from erp.ledger.models import AccountRole
from erp.reference.queries import minor_units
from erp.reference.rules import MEASURE_COLUMNS
from erp.sales.events import SalesReturnPosted
from erp.sales.models import SalesOrderLine, SalesReturn, SalesReturnLine
from erp.sales.operations.prepare_returns import PlannedReturn, ReturnDraft, ReturnLineDraft, prepare_returns
from erp.sales.permissions import RETURN_GOODS

__all__ = ["PostedReturn", "ReturnDraft", "ReturnLineDraft", "return_goods"]

_HEAD = [
    "delivery_id",
    "customer_id",
    "warehouse_id",
    "date",
    "reason",
    "remark",
    "currency_code",
    "rate",
    "prices_include_tax",
    "cost",
    "actor",
    "posted_at",
    "external_source",
    "external_ref",
]
_LINE = [
    "sales_return_id",
    "sequence",
    "delivery_line_id",
    "product_id",
    "description",
    "stocked",
    *MEASURE_COLUMNS,
    "unit_price",
    "discount",
    "tax_code",
    "tax_rate",
    "cost",
]
Costs = list[list[Decimal]]


@dataclass(frozen=True)
class PostedReturn:
    id: int
    number: str


@operation(RETURN_GOODS)
def return_goods(*, returns: Sequence[ReturnDraft], actor: Actor, at: datetime.datetime) -> list[PostedReturn]:
    """Post the returns. What came back of a delivery is worth what it left with (the last of a line takes the rest); goods
    without an original are worth the moving average. Services come back without a move. Refuses more than was delivered
    and not returned yet, and dates after today; all lines of all returns at once.
    """
    home = company_facts(actor.company_id).currency_code
    planned, refusals = prepare_returns(returns, home=home)
    costs, unknown = _cost(planned, minor_units(home))
    future = future_refusals([draft.date for draft in returns], actor=actor, at=at)
    raise_named([*future, *refusals, *unknown])
    posted = _insert(planned, costs, actor, at)
    _count_returned(planned)
    bus.publish([_event(p, plan) for p, plan in zip(posted, planned, strict=True)], at=at)
    postings = [_posting(*parts) for parts in zip(posted, planned, costs, strict=True)]
    post_stock(postings=postings, currency=home, actor=actor, at=at)
    return posted


def _cost(planned: Sequence[PlannedReturn], places: int) -> tuple[Costs, list[BusinessRuleViolation]]:
    """What each line is worth, under the locks of all levels concerned; a service nothing."""
    goods = [
        ComingBack((line.product_id, plan.warehouse_id), line.measure.quantity, line.cost, line.stated_cost, line.field)
        for plan in planned
        for line in plan.lines
        if line.stocked
    ]
    levels = lock_levels((item.key for item in goods), create=True)
    found, refusals = put_on_levels(goods, levels, places=places)
    costs = iter(found)
    return [[next(costs) if line.stocked else ZERO for line in plan.lines] for plan in planned], refusals


def _insert(planned: Sequence[PlannedReturn], costs: Costs, actor: Actor, at: datetime.datetime) -> list[PostedReturn]:
    heads = [
        (
            plan.delivery.id if plan.delivery else None,
            plan.customer_id,
            plan.warehouse_id,
            plan.draft.date,
            plan.draft.reason,
            plan.draft.remark,
            plan.currency_code,
            plan.rate,
            plan.prices_include_tax,
            sum(values, ZERO),
            actor.name,
            at,
            plan.draft.external_source,
            plan.draft.external_ref,
        )
        for plan, values in zip(planned, costs, strict=True)
    ]
    rows = insert_rows(
        SalesReturn, _HEAD, heads, computed={"number": "documents_next_number('sales_return')"}, returning=["id", "number"]
    )
    posted = [PostedReturn(*row) for row in rows]
    insert_rows(
        SalesReturnLine,
        _LINE,
        [
            (
                made.id,
                i,
                line.original.id if line.original else None,
                line.product_id,
                line.description,
                line.stocked,
                *line.measure.columns,
                line.unit_price,
                line.discount,
                line.tax_code,
                line.tax_rate,
                cost,
            )
            for made, plan, values in zip(posted, planned, costs, strict=True)
            for i, (line, cost) in enumerate(zip(plan.lines, values, strict=True), 1)
        ],
    )
    return posted


def _count_returned(planned: Sequence[PlannedReturn]) -> None:
    returned: dict[int, Decimal] = defaultdict(Decimal)
    for plan in planned:
        for line in plan.lines:
            if line.original:
                returned[line.original.order_line_id] += line.measure.quantity
    update_rows(SalesOrderLine, [], sorted(returned.items()), add=["returned"])


def _event(made: PostedReturn, plan: PlannedReturn) -> SalesReturnPosted:
    delivery = plan.delivery
    return SalesReturnPosted(
        id=made.id,
        number=made.number,
        status="posted",
        customer_id=plan.customer_id,
        warehouse_id=plan.warehouse_id,
        products=tuple(sorted({line.product_id for line in plan.lines if line.stocked})),
        delivery_id=delivery.id if delivery else None,
        order_id=delivery.order_id if delivery else None,
        stems_from=DocumentRef("delivery", delivery.id) if delivery else None,
    )


def _posting(made: PostedReturn, plan: PlannedReturn, costs: Sequence[Decimal]) -> StockPosting:
    return StockPosting(
        document=DocumentRef("sales_return", made.id),
        number=made.number,
        reason=StockMove.Reason.RETURN,
        date=plan.draft.date,
        counter_role=AccountRole.COST_OF_SALES,
        moves=[
            MoveDraft(
                product_id=line.product_id, warehouse_id=plan.warehouse_id, quantity=line.measure.quantity, amount=cost, line_id=i
            )
            for i, (line, cost) in enumerate(zip(plan.lines, costs, strict=True), 1)
            if line.stocked
        ],
    )
