"""The list of vendor bills."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.identity.queries import company_today
from erp.payables.filters import VendorBillFilter
from erp.payables.models import VendorBill
from erp.payables.permissions import VIEW
from erp.payables.queries import list_bills
from erp.payables.states import FAMILIES, VendorBillState
from erp.screens.lists import Column, ListScreen, State

STATES = {state.value: State(state.label, FAMILIES[state]) for state in VendorBillState}  # type: ignore[arg-type]
KINDS = {kind.value: State(kind.label) for kind in VendorBill.Kind}
REASONS = {
    "not_received": _("Not received"),
    "quantity_over": _("More than was received"),
    "price_over": _("Dearer than ordered"),
    "price_under": _("Cheaper than ordered"),
    "order_cancelled": _("Order was cancelled"),
}


def reasons_of(codes: list[str]) -> str:
    """What a bill is held for, in words."""
    return ", ".join(str(REASONS.get(code, code)) for code in codes)


BILLS = ListScreen(
    name="vendor_bills",
    title=_("Vendor bills"),
    permission=VIEW,
    rows=list_bills,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="supplier", label=_("Supplier"), field="supplier__name"),
        Column(name="supplier_number", label=_("Supplier's number"), kind="code"),
        Column(name="kind", label=_("Kind"), kind="state", states=KINDS, visible=False),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="held", label=_("Held for"), kind="note", text=lambda row: reasons_of(row.held_reasons), sort=False),
        Column(name="date", label=_("Date"), kind="date"),
        Column(
            name="due_date",
            label=_("Due"),
            kind="date",
            bad=lambda row: bool(row.unpaid > 0 and row.due_date < company_today()),
        ),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code", total=True),
        Column(name="unpaid", label=_("To pay"), kind="money", currency="currency_code", total=True),
    ),
    filters=VendorBillFilter,
    search=("number__istartswith", "supplier_number__istartswith", "supplier__name"),
    search_hint=_("Number or supplier"),
    default_sort="-id",
    row_url=lambda row: reverse("payables:bill", args=[row.pk]),
    row_label=lambda row: row.number,
    empty=_("No bill has come in yet."),
)
