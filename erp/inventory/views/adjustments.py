"""The page of a stock adjustment."""

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core.events import DocumentRef
from erp.identity.middleware import CompanyRequest
from erp.inventory.models import Adjustment
from erp.inventory.permissions import VIEW_STOCK, VIEW_VALUE
from erp.inventory.queries import find_adjustment, list_adjustment_lines
from erp.inventory.tables import ADJUSTMENT_REASONS, ADJUSTMENTS
from erp.ledger.facts import entry_fact
from erp.screens.columns import measure_column, product_column
from erp.screens.documents import DocumentPage, Fact, Lines
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_STOCK)
def adjustment(request: CompanyRequest, pk: int) -> HttpResponse:
    """One adjustment; its value only for those who may see it."""
    found = find_adjustment(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, adjustment: Adjustment) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    can = request.actor.can
    story = DocumentStory(DocumentRef("stock_adjustment", adjustment.pk), Adjustment, can)
    value = Fact(label=_("Value"), value=adjustment.value, kind="money", unit=request.company.currency_code)
    return DocumentPage(
        number=adjustment.number,
        title="",
        type_label=_("Stock adjustment"),
        state_label=_("Posted"),
        state_family="done",
        actor=request.actor,
        trail=find_trail(request, ADJUSTMENTS, reverse("inventory:adjustments"), adjustment.pk),
        key_amount=value if can(VIEW_VALUE) else None,
        key_date=Fact(label=_("Date"), value=adjustment.date, kind="date"),
        facts=[
            Fact(label=_("Reason"), value=ADJUSTMENT_REASONS[Adjustment.Reason(adjustment.reason)].label),
            Fact(label=_("Warehouse"), value=adjustment.warehouse.name),
            Fact(label=_("Note"), value=adjustment.note),
            entry_fact("stock_adjustment", adjustment.pk),
            Fact(label=_("Posted at"), value=adjustment.posted_at, kind="time"),
        ],
        lines=Lines(columns=_columns(can), rows=list(list_adjustment_lines(adjustment.pk))),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _columns(can: Callable[[str], bool]) -> tuple[Column, ...]:
    return (
        product_column(can),
        Column(name="name", label=_("Name"), field="product__name"),
        replace(measure_column(_("Quantity")), bad=lambda row: row.quantity < 0),
        Column(name="value", label=_("Value"), kind="money", permission=VIEW_VALUE),
    )
