"""The list of parties."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.parties.filters import PartyFilter
from erp.parties.models import Party
from erp.parties.permissions import EDIT_PARTIES, VIEW_PARTIES
from erp.screens.lists import Action, Column, ListScreen, State

ACTIVE = {True: State(_("Active"), "done"), False: State(_("Inactive"), "cancelled")}


def _rows(_actor: Actor) -> QuerySet[Party]:
    return Party.objects.select_related("payment_term")


PARTIES = ListScreen(
    name="parties",
    title=_("Parties"),
    permission=VIEW_PARTIES,
    rows=_rows,
    columns=(
        Column(name="code", label=_("Code"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="is_customer", label=_("Customer"), kind="flag"),
        Column(name="is_supplier", label=_("Supplier"), kind="flag"),
        Column(name="payment_term", label=_("Payment term"), field="payment_term__name"),
        Column(name="currency_id", label=_("Currency")),
        Column(name="phone", label=_("Phone"), visible=False),
        Column(name="email", label=_("Email"), visible=False),
        Column(name="active", label=_("State"), kind="state", states=ACTIVE),
    ),
    filters=PartyFilter,
    search=("code__istartswith", "name"),
    search_hint=_("Code or name"),
    default_sort="name",
    row_url=lambda row: reverse("parties:party", args=[row.pk]),
    row_label=lambda row: row.name,
    primary=Action(_("New party"), "parties:new_party", EDIT_PARTIES),
    empty=_("There is no party yet."),
)
