"""The lists of invoices and of customers' balances."""

from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.identity.queries import company_facts, company_today
from erp.receivables.filters import BalanceFilter, InvoiceFilter
from erp.receivables.permissions import RECEIVE_PAYMENTS, VIEW_INVOICES
from erp.receivables.queries import customers_with_balance, invoices_with_residual
from erp.screens.lists import Action, Column, ListScreen, State

STATES = {
    "open": State(_("Open"), "open"),
    "partly": State(_("Partly paid"), "waiting"),
    "overdue": State(_("Overdue"), "bad"),
    "paid": State(_("Paid"), "done"),
}


def list_invoices(actor: Actor) -> QuerySet[Any]:
    currency = company_facts(actor.company_id).currency_code
    return invoices_with_residual(company_today()).select_related("customer").annotate(company_currency=Value(currency))


def list_balances(actor: Actor) -> QuerySet[Any]:
    currency = company_facts(actor.company_id).currency_code
    return customers_with_balance(company_today()).annotate(company_currency=Value(currency))


INVOICES = ListScreen(
    name="invoices",
    title=_("Invoices"),
    permission=VIEW_INVOICES,
    rows=list_invoices,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="customer", label=_("Customer"), field="customer__name"),
        Column(name="status", label=_("State"), kind="state", states=STATES, sort=False),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="due", label=_("Due"), kind="date", field="due_date", bad=lambda row: row.status == "overdue"),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code", total=True),
        Column(name="residual", label=_("Open"), kind="money", currency="currency_code", total=True),
        Column(
            name="company_total",
            label=_("In company currency"),
            kind="money",
            currency="company_currency",
            total=True,
        ),
        Column(
            name="company_residual",
            label=_("Open in company currency"),
            kind="money",
            currency="company_currency",
            total=True,
            visible=False,
        ),
    ),
    filters=InvoiceFilter,
    search=("number__istartswith", "customer__name"),
    search_hint=_("Number or customer"),
    default_sort="-id",
    row_url=lambda row: reverse("receivables:invoice", args=[row.pk]),
    row_label=lambda row: row.number,
    empty=_("Nothing has been invoiced yet. Invoices come from deliveries."),
)
BALANCES = ListScreen(
    name="customer_balances",
    title=_("Customers' balances"),
    permission=VIEW_INVOICES,
    rows=list_balances,
    columns=(
        Column(name="code", label=_("Customer"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="open", label=_("Open"), kind="money", currency="company_currency", total=True),
        Column(
            name="overdue",
            label=_("Overdue"),
            kind="money",
            currency="company_currency",
            total=True,
            bad=lambda row: row.overdue > 0,
        ),
        Column(name="oldest", label=_("Oldest due date"), kind="date"),
    ),
    filters=BalanceFilter,
    search=("code__istartswith", "name"),
    search_hint=_("Code or name"),
    default_sort="code",
    row_url=lambda row: reverse("receivables:invoices", query={"state": "open", "customer": row.code}),
    row_label=lambda row: row.name,
    primary=Action(_("New payment"), "receivables:new_payment", RECEIVE_PAYMENTS),
    empty=_("No customer owes anything."),
)
