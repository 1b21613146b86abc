"""Stock counts: the page of one, and the sheet to enter one."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.forms import CountHeadForm, CountSheetForm
from erp.inventory.models import Count, StockLevel, Warehouse
from erp.inventory.operations.count_stock import CountDraft, count_stock
from erp.inventory.permissions import COUNT_STOCK, VIEW_STOCK, VIEW_VALUE
from erp.inventory.queries import find_count, list_count_lines, list_levels
from erp.inventory.tables import COUNTS
from erp.ledger.facts import entry_fact
from erp.screens.columns import product_column
from erp.screens.documents import DocumentPage, Fact, Lines
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires

SHEET_ROWS = 200


@requires(VIEW_STOCK)
def count(request: CompanyRequest, pk: int) -> HttpResponse:
    """One count with its variances."""
    found = find_count(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


@requires(COUNT_STOCK)
def new_count(request: CompanyRequest) -> HttpResponse:
    """First where to count, then the sheet with one input per product."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        head = CountHeadForm(request.GET if "warehouse" in request.GET else None)
        if not head.is_valid():
            return render(request, "erp/inventory/count_head.html", {"form": head})
        warehouse: Warehouse = head.cleaned_data["warehouse"]
        levels = _levels(warehouse, head.cleaned_data["products"])
        form = CountSheetForm(request.POST or None, levels=levels, initial={"date": company_today()})
        valid = form.is_valid()
        if request.method == "POST" and valid and not form.found():
            form.add_error(None, _("Enter what was found of at least one product."))
            valid = False
    if request.method == "POST" and valid:
        draft, at = CountDraft(warehouse_id=warehouse.pk, date=form.day, found=form.found()), clock.now()
        names = form.names()
        done, posted = submit_form(
            request, form, lambda: count_stock(counts=[draft], actor=actor, at=at), done=_("Count posted."), names=names
        )
        if done:
            return redirect("inventory:count", posted[0].id) if posted else redirect("inventory:counts")
    with company_scope(request.actor, read_only=True):
        if request.method == "POST":
            form.expect(_levels(warehouse, head.cleaned_data["products"]))
        return render(
            request, "erp/inventory/count_sheet.html", {"form": form, "warehouse": warehouse, "capped": len(levels) == SHEET_ROWS}
        )


def _levels(warehouse: Warehouse, prefix: str) -> list[StockLevel]:
    rows = list_levels().filter(warehouse=warehouse, product__sku__istartswith=prefix)
    return list(rows.order_by("product__sku")[:SHEET_ROWS])


def _page(request: CompanyRequest, count: Count) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    can = request.actor.can
    story = DocumentStory(DocumentRef("stock_count", count.pk), Count, can)
    value = Fact(label=_("Value of the variance"), value=count.value, kind="money", unit=request.company.currency_code)
    return DocumentPage(
        number=count.number,
        title="",
        type_label=_("Stock count"),
        state_label=_("Posted"),
        state_family="done",
        actor=request.actor,
        trail=find_trail(request, COUNTS, reverse("inventory:counts"), count.pk),
        key_amount=value if can(VIEW_VALUE) else None,
        key_date=Fact(label=_("Date"), value=count.date, kind="date"),
        facts=[
            Fact(label=_("Warehouse"), value=count.warehouse.name),
            entry_fact("stock_count", count.pk),
            Fact(label=_("Posted at"), value=count.posted_at, kind="time"),
        ],
        lines=Lines(columns=_columns(can), rows=list(list_count_lines(count.pk))),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _columns(can: Callable[[str], bool]) -> tuple[Column, ...]:
    return (
        product_column(can),
        Column(name="name", label=_("Name"), field="product__name"),
        Column(name="expected", label=_("Expected"), kind="quantity", unit="product__unit__code"),
        Column(name="found", label=_("Found"), kind="quantity"),
        Column(name="difference", label=_("Difference"), kind="quantity", bad=lambda row: row.difference < 0),
        Column(name="value", label=_("Value"), kind="money", permission=VIEW_VALUE),
    )
