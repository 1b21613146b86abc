"""The lists of making."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.queries import company_today
from erp.inventory.permissions import VIEW_VALUE
from erp.manufacturing.filters import BomFilter, CalendarFilter, ManufacturingOrderFilter
from erp.manufacturing.models import ManufacturingOrder
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.permissions import PLAN, RELEASE, SAVE_BOMS, SAVE_CALENDARS, VIEW, VIEW_BOMS
from erp.manufacturing.queries import list_boms, list_calendars, list_orders
from erp.manufacturing.rules import CostSource
from erp.manufacturing.states import FAMILIES, OPEN, ManufacturingOrderState
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

STATES = {state.value: State(state.label, FAMILIES[state]) for state in ManufacturingOrderState}  # type: ignore[arg-type]

COST_SOURCES = {
    CostSource.COMPONENTS: _("Its components"),
    CostSource.STOCK: _("Stock"),
    CostSource.AGREEMENT: _("Agreement"),
    CostSource.UNKNOWN: _("Not known"),
}


def weekday_words(weekdays: int) -> str:
    """The weekdays of a calendar, in short."""
    return ", ".join(str(word) for n, word in WEEKDAYS_ABBR.items() if weekdays >> n & 1)


def release_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor: Any = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        numbers = dict(ManufacturingOrder.objects.filter(pk__in=ids).values_list("pk", "number"))
    return bulk_each(
        request, ids, lambda pk: release_production(order_ids=[pk], actor=actor, at=at), lambda pk: numbers.get(pk, str(pk))
    )


CALENDARS = ListScreen(
    name="working_calendars",
    title=_("Working calendars"),
    permission=VIEW,
    rows=lambda _actor: list_calendars(),
    columns=(
        Column(name="code", label=_("Warehouse"), field="warehouse__code", kind="code"),
        Column(name="name", label=_("Name"), field="warehouse__name"),
        Column(name="weekdays", label=_("Works on"), text=lambda row: weekday_words(row.weekdays)),
        Column(name="exceptions", label=_("Days to come unlike their weekday"), kind="number", blank_zero=True),
    ),
    filters=CalendarFilter,
    search=("warehouse__code__istartswith", "warehouse__name"),
    search_hint=_("Warehouse"),
    default_sort="id",
    row_url=lambda row: reverse("manufacturing:calendar", args=[row.pk]),
    row_label=lambda row: row.warehouse.code,
    primary=Action(_("New working calendar"), "manufacturing:new_calendar", SAVE_CALENDARS),
    empty=_("No warehouse has a working calendar: every day counts."),
)
ORDERS = ListScreen(
    name="manufacturing_orders",
    title=_("Manufacturing orders"),
    permission=VIEW,
    rows=list_orders,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="sku", label=_("Product"), kind="code", field="product__sku"),
        Column(name="name", label=_("Name"), field="product__name"),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="quantity", label=_("Quantity"), kind="quantity", unit="unit"),
        Column(name="completed", label=_("Completed"), kind="quantity"),
        Column(name="scrapped", label=_("Scrapped"), kind="quantity", visible=False),
        Column(name="start_date", label=_("Start"), kind="date"),
        Column(
            name="due_date",
            label=_("Due"),
            kind="date",
            bad=lambda row: bool(row.state in OPEN and row.due_date < company_today()),
        ),
        Column(
            name="wip",
            label=_("Work in progress"),
            kind="money",
            currency="company_currency",
            total=True,
            permission=VIEW_VALUE,
        ),
    ),
    filters=ManufacturingOrderFilter,
    search=("number__istartswith", "product__sku__istartswith", "product__name"),
    search_hint=_("Number or product"),
    default_sort="-id",
    row_url=lambda row: reverse("manufacturing:order", args=[row.pk]),
    row_label=lambda row: row.number,
    bulk=(BulkVerb(name="release", label=_("Release"), permission=RELEASE, perform=release_many, icon="player-play"),),
    primary=Action(_("New manufacturing order"), "manufacturing:new_order", PLAN),
    empty=_("Nothing is being made."),
)
BOMS = ListScreen(
    name="boms",
    title=_("Bills of materials"),
    permission=VIEW_BOMS,
    rows=lambda _actor: list_boms(),
    columns=(
        Column(name="sku", label=_("Product"), kind="code", field="product__sku"),
        Column(name="name", label=_("Name"), field="product__name"),
        Column(name="code", label=_("Code"), kind="code"),
        Column(name="quantity", label=_("Makes"), kind="quantity"),
        Column(name="phantom", label=_("Phantom"), kind="flag"),
        Column(name="lead_days", label=_("Lead days"), kind="number"),
        Column(name="valid_from_date", label=_("Valid from"), kind="date"),
        Column(name="valid_to_date", label=_("Valid to"), kind="date"),
        Column(name="active", label=_("Active"), kind="flag"),
    ),
    filters=BomFilter,
    search=("product__sku__istartswith", "product__name"),
    search_hint=_("Product"),
    default_sort="product__sku",
    row_url=lambda row: reverse("manufacturing:bom", args=[row.pk]),
    row_label=lambda row: row.product.sku,
    primary=Action(_("New bill of materials"), "manufacturing:new_bom", SAVE_BOMS),
    empty=_("Nobody has written down what anything is made of."),
)
