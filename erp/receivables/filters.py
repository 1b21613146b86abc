"""How invoices, credit notes and customers' balances can be narrowed."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from erp.identity.queries import company_today
from erp.ledger.models import OpenItem
from erp.parties.models import Party
from erp.receivables.models import CreditNote, Invoice
from erp.receivables.queries import open_invoice_ids
from erp.screens.filters import dates

STATES = (("open", _("Open")), ("overdue", _("Overdue")), ("paid", _("Paid")))


class InvoiceFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="filter_state")
    customer = django_filters.CharFilter(label=_("Customer code"), field_name="customer__code")
    date = dates(_("Date"), "date")
    due = dates(_("Due"), "due_date")
    total = django_filters.NumericRangeFilter(label=_("Total"))

    class Meta:
        model = Invoice
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[Invoice], _name: str, value: str) -> QuerySet[Invoice]:
        match value:
            case "open":
                return rows.filter(pk__in=open_invoice_ids())
            case "overdue":
                return rows.filter(pk__in=open_invoice_ids(), due_date__lt=company_today())
            case "paid":
                return rows.exclude(pk__in=open_invoice_ids())
            case _:
                return rows


class CreditNoteFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=(("on_account", _("On account")), ("settled", _("Settled"))), method="filter_state"
    )
    customer = django_filters.CharFilter(label=_("Customer code"), field_name="customer__code")
    invoice = django_filters.CharFilter(label=_("Invoice"), field_name="invoice__number")
    date = dates(_("Date"), "date")

    class Meta:
        model = CreditNote
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[CreditNote], _name: str, value: str) -> QuerySet[CreditNote]:
        left = OpenItem.objects.filter(kind="credit_note", is_open=True).values("document_id")
        return rows.filter(pk__in=left) if value == "on_account" else rows.exclude(pk__in=left)


class BalanceFilter(django_filters.FilterSet):
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="filter_overdue")

    class Meta:
        model = Party
        fields: list[str] = []

    def filter_overdue(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(overdue__gt=0) if value else rows.filter(overdue=0)
