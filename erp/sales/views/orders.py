"""The page of a sales order and its verbs."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.documents.registry import find_url
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.inventory.models import StockLevel
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.operations.cancel_orders import cancel_orders
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.permissions import VIEW_ORDERS
from erp.sales.queries import find_order, list_order_lines, stock_of
from erp.sales.states import FAMILIES, SalesOrderState
from erp.sales.tables import ORDERS, is_late
from erp.sales.views.order_verbs import order_verbs
from erp.screens.columns import discount_columns, measure_column, price_column, product_column
from erp.screens.documents import Amount, Counter, DocumentPage, Fact, Lines, Step, Stock, steps_to
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires

STEPS = [(s.value, s.label) for s in SalesOrderState if s not in (SalesOrderState.PARTLY_DELIVERED, SalesOrderState.CANCELLED)]


@requires(VIEW_ORDERS)
def order(request: CompanyRequest, pk: int) -> HttpResponse:
    """One sales order: what was promised, what of it is reserved, delivered and invoiced."""
    found = find_order(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, order: SalesOrder) -> DocumentPage:
    assert request.actor is not None
    can = request.actor.can
    lines = list(list_order_lines(order.pk))
    levels = stock_of([line.product_id for line in lines if line.stocked], order.warehouse_id)
    story = DocumentStory(DocumentRef("sales_order", order.pk), SalesOrder, can)
    related = story.related()
    return DocumentPage(
        number=order.number,
        title=_("Customer"),
        type_label=_("Sales order"),
        state_label=order.get_state_display(),
        state_family=FAMILIES[SalesOrderState(order.state)],  # type: ignore[arg-type]
        actor=request.actor,
        party=order.customer.name,
        party_url=find_url("party", order.customer_id, can),
        trail=find_trail(request, ORDERS, reverse("sales:orders"), order.pk),
        key_amount=Fact(label=_("Total"), value=order.total, kind="money", unit=order.currency_code),
        key_date=Fact(label=_("Promised"), value=order.promised_date, kind="date"),
        steps=_steps(order),
        verbs=order_verbs(order, lines, {pk: level.on_hand - level.reserved for pk, level in levels.items()}),
        facts=_facts(order),
        lines=_lines(request, order, lines, levels),
        amounts=[
            Amount(_("Net"), order.net, order.currency_code),
            Amount(_("Tax"), order.tax, order.currency_code),
            Amount(_("Total"), order.total, order.currency_code, strong=True),
        ],
        counters=_counters(order, story),
        related=related,
        timeline=story.timeline(),
        comment_url=story.comment_url,
        thread_url=reverse("thread:sales_order", args=[order.pk]),
        notice=_notice(order, lines),
    )


def _counters(order: SalesOrder, story: DocumentStory) -> list[Counter]:
    counted = (
        (_("Delivery"), _("Deliveries"), "delivery", "sales:deliveries", "truck-delivery"),
        (_("Return"), _("Returns"), "sales_return", "sales:returns", "arrow-back-up"),
    )
    return [
        Counter(one if number == 1 else many, number, _list(name, order=order.number), icon)
        for one, many, kind, name, icon in counted
        if (number := len(story.cards_of(kind)))
    ]


def _notice(order: SalesOrder, lines: list[SalesOrderLine]) -> str:
    if is_late(order):
        return _("This order is late: it was promised for an earlier day.")
    if any(line.returned for line in lines):
        whole = all(line.returned == line.delivered for line in lines)
        return _("Everything that was delivered came back.") if whole else _("Some of what was delivered came back.")
    return ""


def _steps(order: SalesOrder) -> list[Step]:
    if order.state == SalesOrderState.CANCELLED:
        return [Step(SalesOrderState.PLACED.label, "done"), Step(SalesOrderState.CANCELLED.label, "bad")]
    if order.state == SalesOrderState.PARTLY_DELIVERED:
        labels = [(SalesOrderState.PARTLY_DELIVERED.value if s == "delivered" else s, label) for s, label in STEPS]
        return steps_to(labels, order.state)
    return steps_to(STEPS, order.state, finished=order.state == SalesOrderState.INVOICED)


def _facts(order: SalesOrder) -> list[Fact]:
    return [
        Fact(label=_("Date"), value=order.date, kind="date"),
        Fact(label=_("First promised"), value=order.first_promised_date, kind="date"),
        Fact(label=_("Customer's reference"), value=order.reference),
        Fact(label=_("Warehouse"), value=order.warehouse.name),
        Fact(label=_("Partial delivery allowed"), value=order.partial_delivery, kind="flag"),
        Fact(label=_("Payment days"), value=order.payment_days, kind="number"),
        Fact(label=_("Priority"), value=order.priority, kind="number"),
        Fact(label=_("Placed by"), value=label_of_actor(order.actor)),
        Fact(label=_("Placed at"), value=order.placed_at, kind="time"),
    ]


def _lines(request: CompanyRequest, order: SalesOrder, lines: list[SalesOrderLine], levels: dict[int, StockLevel]) -> Lines:
    assert request.actor is not None
    can = request.actor.can
    columns = (
        product_column(can),
        Column(name="description", label=_("Description")),
        measure_column(_("Ordered")),
        Column(name="reserved", label=_("Reserved"), kind="quantity"),
        Column(name="delivered", label=_("Delivered"), kind="quantity"),
        Column(name="invoiced", label=_("Invoiced"), kind="quantity"),
        *([Column(name="returned", label=_("Returned"), kind="quantity")] if any(line.returned for line in lines) else []),
        Column(name="open", label=_("Open"), kind="quantity"),
        *([Column(name="promised_date", label=_("Promised"), kind="date")] if any(line.promised_date for line in lines) else []),
        price_column(lines),
        *discount_columns(lines),
        Column(name="net", label=_("Net"), kind="money"),
    )
    waiting = [line for line in lines if line.stocked and line.open] if order.state != SalesOrderState.CANCELLED else []
    return Lines(columns=columns, rows=lines, stock={line.pk: _stock(line, levels, order) for line in waiting})


def _stock(line: SalesOrderLine, levels: dict[int, StockLevel], order: SalesOrder) -> Stock:
    level = levels.get(line.product_id)
    on_hand, reserved = (level.on_hand, level.reserved) if level else (ZERO, ZERO)
    missing = line.quantity - line.delivered - line.reserved
    return Stock(
        on_hand=on_hand,
        reserved=reserved,
        available=on_hand - reserved,
        unit=line.product.unit.code,
        url=_list("inventory:moves", product=line.product.sku, warehouse=order.warehouse.code),
        enough=on_hand - reserved >= missing,
    )


def _list(name: str, **params: str) -> str:
    return reverse(name, query=params)


def confirm(request: CompanyRequest, pk: int) -> object:
    return confirm_orders(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[arg-type]


def reserve(request: CompanyRequest, pk: int) -> object:
    return reserve_orders(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[arg-type]


def deliver(request: CompanyRequest, pk: int) -> str:
    assert request.actor is not None and request.company is not None
    at = clock.now()
    plan = DeliveryPlan(order_id=pk, date=clock.local_date(at, request.company.time_zone))
    return deliver_orders(deliveries=[plan], actor=request.actor, at=at)[0].number


def cancel(request: CompanyRequest, pk: int) -> object:
    return cancel_orders(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[arg-type]
