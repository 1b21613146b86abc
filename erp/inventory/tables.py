"""The lists of the stock."""

from typing import Any

from django.db.models import F, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.documents.registry import find_url
from erp.identity.queries import company_facts
from erp.inventory.filters import (
    AdjustmentFilter,
    CountFilter,
    LevelAtFilter,
    LevelFilter,
    MoveFilter,
    ReceiptFilter,
    WarehouseFilter,
)
from erp.inventory.models import Adjustment, Count, Receipt, StockMove, Warehouse
from erp.inventory.permissions import ADJUST_STOCK, COUNT_STOCK, EDIT_WAREHOUSES, RECEIVE_GOODS, VIEW_STOCK, VIEW_VALUE
from erp.inventory.queries import list_levels
from erp.screens.lists import Action, Column, ListScreen, State

REASONS = {
    StockMove.Reason.RECEIPT: State(StockMove.Reason.RECEIPT.label, "done"),
    StockMove.Reason.ISSUE: State(StockMove.Reason.ISSUE.label, "open"),
    StockMove.Reason.COUNT: State(StockMove.Reason.COUNT.label, "waiting"),
    StockMove.Reason.RETURN: State(StockMove.Reason.RETURN.label, "done"),
    StockMove.Reason.ADJUST: State(StockMove.Reason.ADJUST.label, "waiting"),
    StockMove.Reason.PRODUCE: State(StockMove.Reason.PRODUCE.label, "done"),
    StockMove.Reason.RETURN_OUT: State(StockMove.Reason.RETURN_OUT.label, "open"),
}
PURPOSES = {
    Receipt.Purpose.GOODS: State(Receipt.Purpose.GOODS.label, "done"),
    Receipt.Purpose.OPENING: State(Receipt.Purpose.OPENING.label, "draft"),
    Receipt.Purpose.HISTORY: State(Receipt.Purpose.HISTORY.label, "cancelled"),
}
ADJUSTMENT_REASONS = {
    reason: State(reason.label, "done" if reason == Adjustment.Reason.FOUND else "bad") for reason in Adjustment.Reason
}
ACTIVE = {True: State(_("Active"), "done"), False: State(_("Inactive"), "cancelled")}
UNIT = "product__unit__code"
SKU = Column(name="sku", label=_("SKU"), kind="code", field="product__sku")
NAME = Column(name="product", label=_("Product"), field="product__name")
WAREHOUSE = Column(name="warehouse", label=_("Warehouse"), field="warehouse__code")


def with_currency(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    return rows.annotate(company_currency=Value(company_facts(actor.company_id).currency_code))


def money(name: str, label: Any, **options: Any) -> Column:
    """A value in company currency, for those who may see what stock is worth."""
    return Column(name=name, label=label, kind="money", currency="company_currency", total=True, permission=VIEW_VALUE, **options)


def _moves_of(row: Any) -> str:
    return reverse("inventory:moves", query={"product": row.product.sku, "warehouse": row.warehouse.code})


LEVELS = ListScreen(
    name="stock_levels",
    title=_("Stock levels"),
    permission=VIEW_STOCK,
    rows=lambda actor: with_currency(list_levels(), actor),
    columns=(
        SKU,
        NAME,
        WAREHOUSE,
        Column(name="on_hand", label=_("On hand"), kind="quantity", unit=UNIT),
        Column(name="reserved", label=_("Reserved"), kind="quantity"),
        Column(name="available", label=_("Available"), kind="quantity", bad=lambda row: row.available <= 0),
        money("value", _("Value")),
    ),
    filters=LevelFilter,
    search=("product__sku__istartswith", "product__name"),
    search_hint=_("SKU or name"),
    default_sort="sku",
    row_url=_moves_of,
    row_label=lambda row: row.product.sku,
    empty=_("Nothing is in stock yet."),
    empty_action=Action(_("New receipt"), "inventory:new_receipt", RECEIVE_GOODS),
)
LEVELS_AT = ListScreen(
    name="stock_on_a_day",
    title=_("Stock on a day"),
    permission=VIEW_STOCK,
    rows=lambda actor: with_currency(list_levels().annotate(quantity_at=F("on_hand"), value_at=F("value")), actor),
    columns=(
        SKU,
        NAME,
        WAREHOUSE,
        Column(name="quantity_at", label=_("On hand"), kind="quantity", unit=UNIT, sort=False),
        Column(
            name="value_at",
            label=_("Value"),
            kind="money",
            currency="company_currency",
            total=True,
            permission=VIEW_VALUE,
        ),
    ),
    filters=LevelAtFilter,
    search=("product__sku__istartswith", "product__name"),
    search_hint=_("SKU or name"),
    default_sort="sku",
    row_url=_moves_of,
    row_label=lambda row: row.product.sku,
    empty=_("Nothing is in stock yet."),
)
MOVES = ListScreen(
    name="stock_moves",
    title=_("Stock moves"),
    permission=VIEW_STOCK,
    rows=lambda _actor: StockMove.objects.select_related("product__unit", "warehouse"),
    columns=(
        Column(name="document", label=_("Document"), kind="code", field="document_number", sort=False),
        Column(name="date", label=_("Date"), kind="date"),
        SKU,
        NAME,
        WAREHOUSE,
        Column(name="reason", label=_("Reason"), kind="state", states=REASONS, sort=False),
        Column(name="quantity", label=_("Quantity"), kind="quantity", unit=UNIT, total=True),
        Column(name="recorded_at", label=_("Recorded at"), kind="time", sort=False, visible=False),
    ),
    filters=MoveFilter,
    search=("product__sku__istartswith", "product__name", "document_number__istartswith"),
    search_hint=_("SKU, name or document"),
    default_sort="-id",
    row_url=lambda row: find_url(row.kind, row.document_id, lambda _permission: True),
    row_label=lambda row: row.document_number,
    empty=_("Nothing has moved yet."),
)
RECEIPTS = ListScreen(
    name="receipts",
    title=_("Receipts"),
    permission=VIEW_STOCK,
    rows=lambda actor: with_currency(Receipt.objects.select_related("warehouse", "supplier"), actor),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="purpose", label=_("Purpose"), kind="state", states=PURPOSES),
        WAREHOUSE,
        Column(name="supplier", label=_("Supplier"), field="supplier__name", sort=False),
        money("value", _("Value")),
    ),
    filters=ReceiptFilter,
    search=("number__istartswith",),
    default_sort="-id",
    row_url=lambda row: reverse("inventory:receipt", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New receipt"), "inventory:new_receipt", RECEIVE_GOODS),
    empty=_("Nothing has been received yet."),
)
COUNTS = ListScreen(
    name="stock_counts",
    title=_("Stock counts"),
    permission=VIEW_STOCK,
    rows=lambda actor: with_currency(Count.objects.select_related("warehouse"), actor),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="date", label=_("Date"), kind="date"),
        WAREHOUSE,
        money("value", _("Value of the variance")),
    ),
    filters=CountFilter,
    search=("number__istartswith",),
    default_sort="-id",
    row_url=lambda row: reverse("inventory:count", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New count"), "inventory:new_count", COUNT_STOCK),
    empty=_("Nothing has been counted yet."),
)
ADJUSTMENTS = ListScreen(
    name="stock_adjustments",
    title=_("Stock adjustments"),
    permission=VIEW_STOCK,
    rows=lambda actor: with_currency(Adjustment.objects.select_related("warehouse"), actor),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="reason", label=_("Reason"), kind="state", states=ADJUSTMENT_REASONS),
        WAREHOUSE,
        Column(name="note", label=_("Note"), sort=False),
        money("value", _("Value")),
    ),
    filters=AdjustmentFilter,
    search=("number__istartswith", "note"),
    default_sort="-id",
    row_url=lambda row: reverse("inventory:adjustment", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New adjustment"), "inventory:new_adjustment", ADJUST_STOCK),
    empty=_("Nothing has been written off or found yet."),
)
WAREHOUSES = ListScreen(
    name="warehouses",
    title=_("Warehouses"),
    permission=VIEW_STOCK,
    rows=lambda _actor: Warehouse.objects.all(),
    columns=(
        Column(name="code", label=_("Code"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="active", label=_("State"), kind="state", states=ACTIVE),
    ),
    filters=WarehouseFilter,
    search=("code__istartswith", "name"),
    default_sort="code",
    row_url=lambda row: reverse("inventory:warehouse", args=[row.pk]),
    row_label=lambda row: row.code,
    primary=Action(_("New warehouse"), "inventory:new_warehouse", EDIT_WAREHOUSES),
    empty=_("There is no warehouse yet."),
)
