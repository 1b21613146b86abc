"""The lists of vendor bills and of tolerances."""

import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.queries import company_today
from erp.payables.filters import ToleranceFilter, VendorBillFilter
from erp.payables.models import MatchTolerance, VendorBill
from erp.payables.operations.pay_bills import BillPaymentDraft, pay_bills
from erp.payables.permissions import PAY, RELEASE, VIEW, VIEW_TOLERANCES
from erp.payables.queries import list_bills, open_amount
from erp.payables.rules import WIDER
from erp.payables.states import FAMILIES, VendorBillState
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

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


def pay_whole_bill(pk: int, *, actor: Actor, at: datetime.datetime) -> str:
    """Pay today what is open of a bill; the number of the payment."""
    bill = VendorBill.objects.get(pk=pk)
    draft = BillPaymentDraft(
        supplier_id=bill.supplier_id,
        amount=open_amount(pk),
        date=company_today(),
        currency_code=bill.currency_code,
        bill_ids=[pk],
    )
    return pay_bills(payments=[draft], actor=actor, at=at)[0].number


def pay_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor: Any = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        numbers = dict(VendorBill.objects.filter(pk__in=ids).values_list("pk", "number"))
    return bulk_each(request, ids, lambda pk: pay_whole_bill(pk, actor=actor, at=at), lambda pk: numbers.get(pk, str(pk)))


def _limit(row: MatchTolerance, name: str) -> str:
    """A limit in words: "2 % or 0.05"."""
    share, absolute = getattr(row, f"{name}_fraction"), getattr(row, name)
    parts = [f"{(share * 100).normalize():f} %"] if share is not None else []
    parts += [f"{absolute.normalize():f}"] if absolute is not None else []
    joint = _(" or ") if row.combine == WIDER else _(" and ")
    return str(joint).join(parts)


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
    bulk=(
        BulkVerb(
            name="pay", label=_("Pay"), permission=PAY, perform=pay_many, icon="cash", on_row=lambda row, _actor: row.unpaid > 0
        ),
    ),
    empty=_("No bill has come in yet."),
)
TOLERANCES = ListScreen(
    name="match_tolerances",
    title=_("Tolerances of bills"),
    permission=VIEW_TOLERANCES,
    rows=lambda _actor: MatchTolerance.objects.select_related("supplier"),
    columns=(
        Column(name="supplier", label=_("Supplier"), text=lambda row: row.supplier.name if row.supplier else _("All suppliers")),
        Column(name="quantity_over", label=_("Quantity over"), text=lambda row: _limit(row, "quantity_over"), sort=False),
        Column(name="price_over", label=_("Price over"), text=lambda row: _limit(row, "price_over"), sort=False),
        Column(name="price_under", label=_("Price under"), text=lambda row: _limit(row, "price_under"), sort=False),
    ),
    filters=ToleranceFilter,
    search=("supplier__name", "supplier__code"),
    default_sort="id",
    row_url=lambda row: reverse("payables:tolerance", args=[row.pk]),
    row_label=lambda row: row.supplier.name if row.supplier else str(_("All suppliers")),
    primary=Action(_("New tolerance"), "payables:new_tolerance", RELEASE),
    empty=_("There is none: the usual one holds, which is 2 % of the price."),
)
