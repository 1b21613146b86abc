"""Planning what is to be made."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import CountedProduct, counted_products, judge_measure
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.operation import operation
from erp.core.rows import insert_documents, numbered
from erp.documents.operations.judge_days import future_refusals
from erp.inventory.operations.judge_warehouses import warehouse_refusals, warehouses_in_use
from erp.inventory.operations.naming import raise_named
from erp.manufacturing.drafts import ManufacturingDraft, PlacedProduction
from erp.manufacturing.errors import NoBill
from erp.manufacturing.events import ManufacturingOrderPlaced
from erp.manufacturing.models import ComponentLine, ManufacturingOrder
from erp.manufacturing.permissions import PLAN
from erp.manufacturing.queries import bills_below, working_calendars
from erp.manufacturing.rules import ValidBill, components_of
from erp.reference.rules import Calendar, add_working_days

_HEAD = [
    "product_id",
    "bom_id",
    "warehouse_id",
    "quantity",
    "date",
    "start_date",
    "due_date",
    "first_due_date",
    "priority",
    "source_kind",
    "source_id",
    "actor",
    "placed_at",
]


@operation(PLAN)
def place_production(*, orders: Sequence[ManufacturingDraft], actor: Actor, at: datetime.datetime) -> list[PlacedProduction]:
    """Write the orders down with the components their bills of materials ask for, phantoms replaced by theirs.

    The bill that is valid on the start day counts. Refuses, all at once: products without one, quantities that cannot be
    counted, a due day before the start, warehouses out of use, orders dated after today.
    """
    products = counted_products(order.product_id for order in orders)
    days = {order.start_date or order.due_date for order in orders}
    bills = {day: bills_below({o.product_id for o in orders if (o.start_date or o.due_date) == day}, on=day) for day in days}
    refusals = future_refusals([order.date for order in orders], actor=actor, at=at)
    in_use = warehouses_in_use(order.warehouse_id for order in orders)
    for i, order in enumerate(orders):
        prefix = f"{i}." if len(orders) > 1 else ""
        refusals += warehouse_refusals(order.warehouse_id, in_use, f"{prefix}warehouse")
        refusals += _refusals(order, products.get(order.product_id), bills[order.start_date or order.due_date], prefix)
    raise_named(refusals)
    chosen = [bills[o.start_date or o.due_date][o.product_id] for o in orders]
    calendars = working_calendars(order.warehouse_id for order in orders)
    needed = [components_of(bill, o.quantity, bills[o.start_date or o.due_date]) for bill, o in zip(chosen, orders, strict=True)]
    rows = insert_documents(
        ManufacturingOrder,
        _HEAD,
        [_head(o, bill, calendars[o.warehouse_id], actor, at) for o, bill in zip(orders, chosen, strict=True)],
        ComponentLine,
        ["sequence", "product_id", "required"],
        [
            (position, n, product, quantity)
            for position, parts in enumerate(needed)
            for n, (product, quantity) in enumerate(parts.items(), 1)
        ],
        parent="order_id",
        computed=numbered("manufacturing_order"),
        returning=["id", "number"],
    )
    bus.publish([_event(row[0], row[1], o, parts) for row, o, parts in zip(rows, orders, needed, strict=True)], at=at)
    return [PlacedProduction(*row) for row in rows]


def _refusals(
    order: ManufacturingDraft, product: CountedProduct | None, bills: Mapping[int, ValidBill], prefix: str
) -> list[BusinessRuleViolation]:
    if product is None:
        return [UnknownCode(field=f"{prefix}product", what=_("product"), value=order.product_id)]
    found: list[BusinessRuleViolation] = []
    bill = bills.get(order.product_id)
    if bill is None or not bill.components or (order.bom_id is not None and bill.id != order.bom_id):
        day = order.start_date or order.due_date
        found.append(NoBill(field=f"{prefix}product", product=product.sku, date=day.isoformat()))
    if order.quantity <= 0:
        rule = _("Enter a quantity above zero.")
        found.append(InvalidValue(field=f"{prefix}quantity", what=_("quantity"), value=order.quantity, rule=rule))
    else:
        wrong = judge_measure(order.quantity, "", product.units, product=product.sku, field="")
        for refusal in wrong:
            refusal.field = f"{prefix}quantity"
        found += wrong
    if order.start_date is not None and order.due_date < order.start_date:
        rule = _("Choose the start or a later day.")
        found.append(InvalidValue(field=f"{prefix}due_date", what=_("due"), value=f"{order.due_date}", rule=rule))
    return found


def _head(
    order: ManufacturingDraft, bill: ValidBill, calendar: Calendar, actor: Actor, at: datetime.datetime
) -> tuple[object, ...]:
    start = order.start_date or add_working_days(order.due_date, -bill.lead_days, calendar)
    return (
        order.product_id,
        bill.id,
        order.warehouse_id,
        order.quantity,
        order.date,
        start,
        order.due_date,
        order.due_date,
        order.priority,
        order.source_kind,
        order.source_id,
        actor.name,
        at,
    )


def _event(pk: int, number: str, order: ManufacturingDraft, parts: Mapping[int, Decimal]) -> ManufacturingOrderPlaced:
    return ManufacturingOrderPlaced(
        id=pk,
        number=number,
        status="planned",
        product_id=order.product_id,
        warehouse_id=order.warehouse_id,
        quantity=order.quantity,
        components=tuple(sorted(parts)),
        stems_from=order.source,
    )
