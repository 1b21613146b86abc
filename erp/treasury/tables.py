"""The list of payments."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.screens.lists import Action, Column, ListScreen, State
from erp.treasury.filters import PaymentFilter
from erp.treasury.models import Payment
from erp.treasury.permissions import VIEW_PAYMENTS
from erp.treasury.queries import list_payments

DIRECTIONS = {
    Payment.Direction.IN: State(Payment.Direction.IN.label, "done"),
    Payment.Direction.OUT: State(Payment.Direction.OUT.label, "waiting"),
}
PAYMENTS = ListScreen(
    name="payments",
    title=_("Payments"),
    permission=VIEW_PAYMENTS,
    rows=lambda _actor: list_payments(),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="party", label=_("Party"), field="party__name"),
        Column(name="direction", label=_("Direction"), kind="state", states=DIRECTIONS),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="bank_account", label=_("Bank account"), field="bank_account__name"),
        Column(name="memo", label=_("Memo")),
        Column(name="amount", label=_("Amount"), kind="money", currency="currency_code", total=True),
    ),
    filters=PaymentFilter,
    search=("number__istartswith", "party__name", "memo"),
    search_hint=_("Number, party or memo"),
    default_sort="-id",
    row_url=lambda row: reverse("treasury:payment", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New payment"), "receivables:new_payment", "receivables.receive"),
    empty=_("No payment has come in yet."),
)
