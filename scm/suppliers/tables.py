"""The list of suppliers, and the tables on a supplier's page."""

from typing import Any

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.parties.models import Party
from erp.parties.permissions import EDIT_PARTIES
from erp.purchasing.tables import STATES
from erp.screens.lists import Action, Column, ListScreen, State
from scm.suppliers.permissions import VIEW
from scm.suppliers.queries import list_suppliers_with_orders

ACTIVE = {True: State(_("Active"), "done"), False: State(_("Inactive"), "cancelled")}
FLAG = {True: State(_("Yes"), "done"), False: State(_("No"), "draft")}


class SupplierFilter(django_filters.FilterSet):
    class Meta:
        model = Party
        fields = ["active"]


SUPPLIERS = ListScreen(
    name="suppliers",
    title=_("Suppliers"),
    permission=VIEW,
    rows=lambda _actor: list_suppliers_with_orders(),
    columns=(
        Column(name="code", label=_("Code"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="open_orders", label=_("Open orders"), kind="number", blank_zero=True),
        Column(name="payment_term", label=_("Payment term"), field="payment_term__name"),
        Column(name="currency_id", label=_("Currency")),
        Column(name="email", label=_("Email"), visible=False),
        Column(name="active", label=_("State"), kind="state", states=ACTIVE),
    ),
    filters=SupplierFilter,
    search=("code__istartswith", "name"),
    search_hint=_("Code or name"),
    default_sort="name",
    row_url=lambda row: reverse("suppliers:supplier", args=[row.pk]),
    row_label=lambda row: row.name,
    primary=Action(_("New party"), "parties:new_party", EDIT_PARTIES),
    empty=_("There is no supplier yet."),
)

AGREEMENTS: tuple[Column, ...] = (
    Column(name="number", label=_("Agreement"), kind="code", url=lambda row: reverse("purchasing:agreement", args=[row.pk])),
    Column(name="valid_from_date", label=_("Valid from"), kind="date"),
    Column(name="valid_to_date", label=_("Valid to"), kind="date"),
    Column(name="items", label=_("Items"), kind="number"),
    Column(name="preferred", label=_("Preferred"), kind="state", states=FLAG),
    Column(name="shares", label=_("Shares with them"), text=lambda row: _shared(row)),
)
ORDERS: tuple[Column, ...] = (
    Column(name="number", label=_("Number"), kind="code", url=lambda row: reverse("purchasing:order", args=[row.pk])),
    Column(name="state", label=_("State"), kind="state", states=STATES),
    Column(name="expected", label=_("Expected"), kind="date"),
    Column(name="warehouse", label=_("Deliver to"), field="warehouse__name"),
    Column(name="total", label=_("Total"), kind="money", currency="currency_code"),
)
BILLS: tuple[Column, ...] = (
    Column(name="number", label=_("Bill"), kind="code", url=lambda row: reverse("payables:bill", args=[row.pk])),
    Column(name="supplier_number", label=_("Their number"), kind="code"),
    Column(name="due_date", label=_("Due"), kind="date"),
    Column(name="total", label=_("Total"), kind="money", currency="currency_code"),
    Column(name="unpaid", label=_("To pay"), kind="money", currency="currency_code"),
)
PEOPLE: tuple[Column, ...] = (
    Column(name="name", label=_("Name"), text=lambda row: str(row.user)),
    Column(name="email", label=_("Email"), field="user__email"),
)
KEYS: tuple[Column, ...] = (
    Column(name="name", label=_("Program")),
    Column(name="prefix", label=_("Key"), kind="code"),
    Column(name="created_at", label=_("Made at"), kind="time"),
    Column(name="last_used_at", label=_("Last used"), kind="time"),
)


def _shared(agreement: Any) -> str:
    flags = (
        (agreement.shares_stock, _("stock")),
        (agreement.shares_demand, _("demand")),
        (agreement.shares_forecast, _("forecast")),
    )
    return ", ".join(str(label) for shared, label in flags if shared)
