"""The lists of invoices, of credit notes and of customers' balances."""

from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.identity.queries import company_facts, company_today
from erp.receivables.filters import BalanceFilter, CreditNoteFilter, InvoiceFilter
from erp.receivables.permissions import RECEIVE_PAYMENTS, VIEW_INVOICES
from erp.receivables.queries import credit_notes_with_residual, customers_with_balance, invoices_with_residual
from erp.screens.lists import Action, Column, ListScreen, State

STATES = {
    "open": State(_("Open"), "open"),
    "partly": State(_("Partly settled"), "waiting"),
    "overdue": State(_("Overdue"), "bad"),
    "paid": State(_("Paid"), "done"),
    "credited": State(_("Credited"), "cancelled"),
}
CREDIT_STATES = {"on_account": State(_("On account"), "open"), "settled": State(_("Settled"), "done")}


def list_invoices(actor: Actor) -> QuerySet[Any]:
    currency = company_facts(actor.company_id).currency_code
    return invoices_with_residual(company_today()).select_related("customer").annotate(company_currency=Value(currency))


def list_credit_notes(actor: Actor) -> QuerySet[Any]:
    currency = company_facts(actor.company_id).currency_code
    return credit_notes_with_residual().select_related("customer", "invoice").annotate(company_currency=Value(currency))


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
        Column(name="credited", label=_("Credited"), kind="money", currency="currency_code", total=True, visible=False),
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
CREDIT_NOTES = ListScreen(
    name="credit_notes",
    title=_("Credit notes"),
    permission=VIEW_INVOICES,
    rows=list_credit_notes,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="customer", label=_("Customer"), field="customer__name"),
        Column(name="status", label=_("State"), kind="state", states=CREDIT_STATES, sort=False),
        Column(name="invoice", label=_("Invoice"), kind="code", field="invoice__number", sort="invoice_id"),
        Column(name="memo", label=_("Why"), visible=False),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code", total=True),
        Column(name="residual", label=_("On account"), kind="money", currency="currency_code", total=True),
        Column(
            name="company_total",
            label=_("In company currency"),
            kind="money",
            currency="company_currency",
            total=True,
        ),
    ),
    filters=CreditNoteFilter,
    search=("number__istartswith", "customer__name", "invoice__number__istartswith"),
    search_hint=_("Number, customer or invoice"),
    default_sort="-id",
    row_url=lambda row: reverse("receivables:credit_note", args=[row.pk]),
    row_label=lambda row: row.number,
    empty=_("Nothing has been credited yet. Credit notes come from returns and from the page of an invoice."),
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
