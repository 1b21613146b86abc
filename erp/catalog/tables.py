"""The list of products."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.catalog.filters import ProductFilter
from erp.catalog.models import Product
from erp.catalog.permissions import EDIT_PRODUCTS, VIEW_PRODUCTS
from erp.core.actor import Actor
from erp.screens.lists import Action, Column, ListScreen, State

ACTIVE = {True: State(_("Active"), "done"), False: State(_("Inactive"), "cancelled")}


def _rows(_actor: Actor) -> QuerySet[Product]:
    return Product.objects.select_related("unit", "category")


PRODUCTS = ListScreen(
    name="products",
    title=_("Products"),
    permission=VIEW_PRODUCTS,
    rows=_rows,
    columns=(
        Column(name="sku", label=_("SKU"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="category", label=_("Category"), field="category__name"),
        Column(name="kind", label=_("Kind"), field="get_kind_display", sort="kind"),
        Column(name="supply", label=_("Supply"), field="get_supply_display", sort="supply", visible=False),
        Column(name="barcode", label=_("Barcode"), kind="code", visible=False),
        Column(name="tax_code", label=_("Tax code"), visible=False),
        Column(name="unit", label=_("Unit"), kind="unit", field="unit__code"),
        Column(name="list_price", label=_("List price"), kind="money"),
        Column(name="price_floor", label=_("Price floor"), kind="money"),
        Column(name="active", label=_("State"), kind="state", states=ACTIVE),
    ),
    filters=ProductFilter,
    search=("sku__istartswith", "barcode__exact", "name"),
    search_hint=_("SKU, barcode or name"),
    default_sort="sku",
    row_url=lambda row: reverse("catalog:product", args=[row.pk]),
    row_label=lambda row: row.sku,
    primary=Action(_("New product"), "catalog:new_product", EDIT_PRODUCTS),
    empty=_("There is no product yet."),
)
