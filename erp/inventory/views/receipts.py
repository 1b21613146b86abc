"""The page of a receipt."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core.events import DocumentRef
from erp.identity.middleware import CompanyRequest
from erp.inventory.models import Receipt
from erp.inventory.permissions import VIEW_STOCK, VIEW_VALUE
from erp.inventory.queries import find_receipt, list_receipt_lines
from erp.inventory.tables import PURPOSES, RECEIPTS
from erp.ledger.facts import entry_fact
from erp.screens.columns import measure_column, product_column
from erp.screens.documents import DocumentPage, Fact, Lines
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_STOCK)
def receipt(request: CompanyRequest, pk: int) -> HttpResponse:
    """One receipt; its value only for those who may see it."""
    found = find_receipt(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, receipt: Receipt) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    can = request.actor.can
    story = DocumentStory(DocumentRef("receipt", receipt.pk), Receipt, can)
    sees_value = can(VIEW_VALUE)
    return DocumentPage(
        number=receipt.number,
        title=_("Supplier"),
        type_label=_("Receipt"),
        state_label=_("Posted"),
        state_family="done",
        actor=request.actor,
        party=receipt.supplier.name if receipt.supplier else "",
        trail=find_trail(request, RECEIPTS, reverse("inventory:receipts"), receipt.pk),
        key_amount=Fact(label=_("Value"), value=receipt.value, kind="money", unit=request.company.currency_code)
        if sees_value
        else None,
        key_date=Fact(label=_("Date"), value=receipt.date, kind="date"),
        facts=[
            Fact(label=_("Warehouse"), value=receipt.warehouse.name),
            Fact(label=_("Purpose"), value=PURPOSES[Receipt.Purpose(receipt.purpose)].label),
            entry_fact("receipt", receipt.pk),
            Fact(label=_("Posted at"), value=receipt.posted_at, kind="time"),
        ],
        lines=Lines(columns=_columns(request), rows=list(list_receipt_lines(receipt.pk))),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _columns(request: CompanyRequest) -> tuple[Column, ...]:
    assert request.actor is not None
    can = request.actor.can
    return (
        product_column(can),
        Column(name="name", label=_("Name"), field="product__name"),
        measure_column(_("Quantity")),
        Column(name="value", label=_("Value"), kind="money", permission=VIEW_VALUE),
    )
