"""A month of ordinary business for the demo company, so that lists, charts and dashboards have something to show."""

import datetime
import random
from collections.abc import Sequence
from decimal import Decimal

from erp.catalog.models import Product, ProductUnit
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.units import run_unit
from erp.inventory.models import Adjustment, StockLevel, Warehouse
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft, adjust_stock
from erp.parties.models import Party
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.models import Delivery, SalesReturn
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods

SEED, DAYS, PAID_SHARE, PAID_SHARE_OF_SHORT_TERMS = 7, 30, 0.7, 0.3
ADJUSTED = {9: Adjustment.Reason.DAMAGED, 4: Adjustment.Reason.FOUND}  # days ago
RETURNED = 5  # days ago


def play_history(actor: Actor, *, time_zone: str, at: datetime.datetime) -> int:
    """Take, deliver and invoice a few orders on each of the last days; most are paid two weeks later. One piece comes back,
    one breaks, one turns up again. Returns how many orders."""
    dice = random.Random(SEED)  # noqa: S311
    orders = 0
    for days_ago in range(DAYS, 0, -1):
        instant = at - datetime.timedelta(days=days_ago)
        if local_date(instant, time_zone).weekday() < 5:
            orders += run_unit(actor, lambda instant=instant: _day(actor, instant, local_date(instant, time_zone), dice))  # type: ignore[misc]
        if reason := ADJUSTED.get(days_ago):
            run_unit(actor, lambda r=reason, instant=instant: _adjust(actor, instant, local_date(instant, time_zone), r))  # type: ignore[misc]
        if days_ago == RETURNED:
            run_unit(actor, lambda instant=instant: _return(actor, instant, local_date(instant, time_zone)))  # type: ignore[misc]
        run_unit(actor, lambda instant=instant: _payments(actor, instant, local_date(instant, time_zone), dice))  # type: ignore[misc]
    return orders


def _day(actor: Actor, at: datetime.datetime, on: datetime.date, dice: random.Random) -> int:
    drafts = _drafts(on, dice)
    placed = [order.id for order in place_orders(orders=drafts, actor=actor, at=at)]
    confirm_orders(order_ids=placed, actor=actor, at=at)
    complete = reserve_orders(order_ids=placed, actor=actor, at=at)
    plans = [DeliveryPlan(order_id=order_id, date=on) for order_id, whole in complete.items() if whole]
    delivered = deliver_orders(deliveries=plans, actor=actor, at=at)
    invoice_deliveries(delivery_ids=[delivery.id for delivery in delivered], actor=actor, at=at)
    return len(placed)


def _drafts(on: datetime.date, dice: random.Random) -> Sequence[SalesOrderDraft]:
    warehouse = Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]
    customers = list(Party.objects.filter(is_customer=True, credit_limit__gt=5000).order_by("code").values_list("pk", flat=True))
    in_stock = StockLevel.objects.filter(on_hand__gt=20).values_list("product_id", flat=True)
    products = list(Product.objects.filter(pk__in=in_stock).order_by("sku").values_list("pk", flat=True))
    boxes = dict(ProductUnit.objects.order_by("-numerator").values_list("product_id", "code"))
    return [
        SalesOrderDraft(
            customer_id=dice.choice(customers),
            warehouse_id=warehouse,
            date=on,
            promised_date=on + datetime.timedelta(days=2),
            lines=[
                OrderLineDraft(product_id=product, quantity=Decimal(dice.randint(1, 4)), unit=boxes.get(product, ""))
                for product in dice.sample(products, min(len(products), dice.randint(1, 4)))
            ],
        )
        for _ in range(dice.randint(1, 3))
    ]


def _adjust(actor: Actor, at: datetime.datetime, on: datetime.date, reason: str) -> None:
    """One piece of what lies there in the largest number."""
    level = StockLevel.objects.order_by("-on_hand", "pk")[0]
    lines = [AdjustmentLineDraft(product_id=level.product_id, quantity=Decimal(1))]
    draft = AdjustmentDraft(warehouse_id=level.warehouse_id, date=on, reason=reason, lines=lines)
    adjust_stock(adjustments=[draft], actor=actor, at=at)


def _return(actor: Actor, at: datetime.datetime, on: datetime.date) -> None:
    """One customer sends a piece back and gets it credited."""
    delivery = Delivery.objects.filter(invoice__isnull=False, date__lt=on).order_by("-pk").first()
    if delivery is None:
        return
    line = delivery.lines.order_by("sequence").first()
    assert line is not None
    back = ReturnDraft(
        delivery_id=delivery.pk,
        date=on,
        reason=SalesReturn.Reason.DAMAGED,
        lines=[ReturnLineDraft(delivery_line_id=line.pk, quantity=Decimal(1), unit=line.product.unit.code)],
    )
    [made] = return_goods(returns=[back], actor=actor, at=at)
    credit_returns(return_ids=[made.id], actor=actor, at=at)


def _share(invoice: Invoice) -> float:
    return PAID_SHARE if (invoice.due_date - invoice.date).days > 14 else PAID_SHARE_OF_SHORT_TERMS


def _payments(actor: Actor, at: datetime.datetime, on: datetime.date, dice: random.Random) -> int:
    """What was invoiced fourteen days ago is paid, most of it; of short terms less, so that something is overdue."""
    due = Invoice.objects.filter(date=on - datetime.timedelta(days=14)).order_by("pk")
    paid = [invoice for invoice in due if dice.random() < _share(invoice)]
    drafts = [PaymentDraft(customer_id=i.customer_id, amount=i.total, date=on, invoice_ids=[i.pk], memo=i.number) for i in paid]
    if drafts:
        receive_payments(payments=drafts, actor=actor, at=at)
    return len(drafts)
