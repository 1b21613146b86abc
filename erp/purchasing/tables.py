"""The lists of buying."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.scope import company_scope
from erp.inventory.permissions import VIEW_VALUE
from erp.purchasing.filters import AgreementFilter, PurchaseOrderFilter, PurchaseReturnFilter, RequisitionFilter
from erp.purchasing.models import PurchaseOrder
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.permissions import ISSUE, PLACE, REQUEST, SAVE_AGREEMENTS, VIEW, VIEW_REQUISITIONS
from erp.purchasing.queries import list_agreements, list_purchase_orders, list_requisitions, list_returns
from erp.purchasing.states import FAMILIES, REQUISITION_FAMILIES, PurchaseOrderState, RequisitionState
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

STATES = {state.value: State(state.label, FAMILIES[state]) for state in PurchaseOrderState}  # type: ignore[arg-type]
REQUISITION_STATES = {s.value: State(s.label, REQUISITION_FAMILIES[s]) for s in RequisitionState}  # type: ignore[arg-type]
VALIDITY = {True: State(_("Blocked"), "cancelled"), False: State(_("In force"), "open")}


def issue_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor: Any = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        numbers = dict(PurchaseOrder.objects.filter(pk__in=ids).values_list("pk", "number"))
    return bulk_each(
        request, ids, lambda pk: issue_orders(order_ids=[pk], actor=actor, at=at), lambda pk: numbers.get(pk, str(pk))
    )


PURCHASE_ORDERS = ListScreen(
    name="purchase_orders",
    title=_("Purchase orders"),
    permission=VIEW,
    rows=list_purchase_orders,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="supplier", label=_("Supplier"), field="supplier__name"),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="warehouse", label=_("Warehouse"), field="warehouse__code"),
        Column(name="agreement", label=_("Agreement"), field="agreement__number", visible=False),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code", total=True),
        Column(name="company_total", label=_("In company currency"), kind="money", currency="company_currency", total=True),
    ),
    filters=PurchaseOrderFilter,
    search=("number__istartswith", "supplier__name"),
    search_hint=_("Number or supplier"),
    default_sort="-id",
    row_url=lambda row: reverse("purchasing:order", args=[row.pk]),
    row_label=lambda row: row.number,
    bulk=(BulkVerb(name="issue", label=_("Issue"), permission=ISSUE, perform=issue_many, icon="send"),),
    primary=Action(_("New purchase order"), "purchasing:new_order", PLACE),
    empty=_("Nothing has been ordered yet."),
)
REQUISITIONS = ListScreen(
    name="requisitions",
    title=_("Requisitions"),
    permission=VIEW_REQUISITIONS,
    rows=lambda _actor: list_requisitions(),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="state", label=_("State"), kind="state", states=REQUISITION_STATES),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="warehouse", label=_("Warehouse"), field="warehouse__code"),
        Column(name="to_order", label=_("Lines to order"), kind="number", blank_zero=True),
        Column(name="needed", label=_("Needed by"), kind="date"),
        Column(name="memo", label=_("Memo")),
    ),
    filters=RequisitionFilter,
    search=("number__istartswith", "memo"),
    search_hint=_("Number or memo"),
    default_sort="-id",
    row_url=lambda row: reverse("purchasing:requisition", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New requisition"), "purchasing:new_requisition", REQUEST),
    empty=_("Nobody has asked for anything yet."),
)
AGREEMENTS = ListScreen(
    name="agreements",
    title=_("Agreements"),
    permission=VIEW,
    rows=lambda _actor: list_agreements(),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="supplier", label=_("Supplier"), field="supplier__name"),
        Column(name="blocked", label=_("State"), kind="state", states=VALIDITY),
        Column(name="preferred", label=_("Preferred"), kind="flag"),
        Column(name="valid_from_date", label=_("Valid from"), kind="date"),
        Column(name="valid_to_date", label=_("Valid to"), kind="date"),
        Column(name="currency_code", label=_("Currency")),
        Column(name="items", label=_("Items"), kind="number"),
    ),
    filters=AgreementFilter,
    search=("number__istartswith", "supplier__name"),
    search_hint=_("Number or supplier"),
    default_sort="-id",
    row_url=lambda row: reverse("purchasing:agreement", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New agreement"), "purchasing:new_agreement", SAVE_AGREEMENTS),
    empty=_("No agreement has been made yet."),
)
RETURNS = ListScreen(
    name="purchase_returns",
    title=_("Returns to suppliers"),
    permission=VIEW,
    rows=list_returns,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="supplier", label=_("Supplier"), field="supplier__name"),
        Column(name="order", label=_("Purchase order"), kind="code", field="order__number"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="reason", label=_("Reason")),
        Column(name="value", label=_("Value"), kind="money", currency="company_currency", total=True, permission=VIEW_VALUE),
    ),
    filters=PurchaseReturnFilter,
    search=("number__istartswith", "supplier__name"),
    search_hint=_("Number or supplier"),
    default_sort="-id",
    row_url=lambda row: reverse("purchasing:return", args=[row.pk]),
    row_label=lambda row: row.number,
    empty=_("Nothing has gone back yet."),
)
