"""The page of a delivery and its verbs."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_facts
from erp.sales.models import Delivery, DeliveryLine
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.permissions import INVOICE_DELIVERIES, RETURN_GOODS, VIEW_COST, VIEW_ORDERS
from erp.sales.queries import find_delivery, list_delivery_lines
from erp.sales.tables import DELIVERIES, INVOICED
from erp.screens.columns import measure_column, product_column
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.lists import Column, State
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_ORDERS)
def delivery(request: CompanyRequest, pk: int) -> HttpResponse:
    """One delivery: what left, for which order, and at what cost for those who may see it."""
    found = find_delivery(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, delivery: Delivery) -> DocumentPage:
    assert request.actor is not None
    can = request.actor.can
    lines = list(list_delivery_lines(delivery.pk))
    state = _state(delivery, lines)
    story = DocumentStory(DocumentRef("delivery", delivery.pk), Delivery, can)
    currency = company_facts(request.actor.company_id).currency_code
    return DocumentPage(
        number=delivery.number,
        title=_("Customer"),
        type_label=_("Delivery"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=delivery.customer.name,
        party_url=find_url("party", delivery.customer_id, can),
        trail=find_trail(request, DELIVERIES, reverse("sales:deliveries"), delivery.pk),
        key_date=Fact(label=_("Date"), value=delivery.date, kind="date"),
        verbs=[_invoice_verb(delivery), _return_verb(delivery, lines)],
        facts=[
            Fact(
                label=_("Sales order"),
                value=delivery.order.number,
                kind="code",
                url=reverse("sales:order", args=[delivery.order_id]),
            ),
            Fact(
                label=_("Invoice"),
                value=delivery.invoice.number if delivery.invoice else "",
                kind="code",
                url=find_url("invoice", delivery.invoice_id, can) if delivery.invoice_id else "",
            ),
            Fact(label=_("Warehouse"), value=delivery.warehouse.name),
            Fact(label=_("Cost"), value=delivery.cost, kind="money", unit=currency, permission=VIEW_COST),
        ],
        lines=_lines(request, lines),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
        thread_url=reverse("thread:sales_order", args=[delivery.order_id]),
    )


def _invoice_verb(delivery: Delivery) -> Verb:
    return Verb(
        name="invoice",
        label=_("Invoice delivery"),
        url=reverse("sales:invoice", args=[delivery.pk]),
        permission=INVOICE_DELIVERIES,
        icon="file-invoice",
        enabled=delivery.invoice_id is None,
        reason=_("It is invoiced already.") if delivery.invoice_id else "",
    )


def _state(delivery: Delivery, lines: Sequence[Any]) -> State:
    """Invoiced or not; and once all of it came back, that."""
    invoiced = INVOICED[delivery.invoice_id is not None]
    back = all(line.returned == line.quantity for line in lines)
    return State(_("Returned"), "cancelled") if back and delivery.invoice_id else invoiced


def _return_verb(delivery: Delivery, lines: Sequence[Any]) -> Verb:
    left = any(line.returned < line.quantity for line in lines)
    return Verb(
        name="return",
        label=_("Return goods"),
        url=reverse("sales:new_return", args=[delivery.pk]),
        permission=RETURN_GOODS,
        method="get",
        icon="arrow-back-up",
        enabled=left,
        reason="" if left else _("Everything came back already."),
    )


def _lines(request: CompanyRequest, lines: Sequence[DeliveryLine]) -> Lines:
    assert request.actor is not None
    can = request.actor.can
    columns = (
        product_column(can),
        Column(name="description", label=_("Description"), field="order_line__description"),
        measure_column(_("Delivered")),
        Column(name="returned", label=_("Returned"), kind="quantity"),
        Column(name="ordered", label=_("Ordered"), kind="quantity", field="order_line__quantity"),
        Column(name="cost", label=_("Cost"), kind="money", permission=VIEW_COST),
    )
    return Lines(columns=columns, rows=lines)


def invoice(request: CompanyRequest, pk: int) -> str:
    return invoice_deliveries(delivery_ids=[pk], actor=request.actor, at=clock.now())[0].number  # type: ignore[arg-type]
