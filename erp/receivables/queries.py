"""Reads of invoices and of what customers owe."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from erp.ledger.models import OpenItem, Settlement
from erp.parties.models import Party
from erp.receivables.models import Invoice, InvoiceLine

ZERO = Value(Decimal(0))


def invoices_with_residual(on: datetime.date) -> QuerySet[Invoice]:
    """Invoices with `residual` and, in company currency, `company_total` and `company_residual`; `status` on the day is
    open, partly, overdue or paid."""
    item = OpenItem.objects.filter(kind="invoice", document_id=OuterRef("pk"))
    rows = Invoice.objects.annotate(
        residual=Subquery(item.values("residual")[:1]),
        company_total=Subquery(item.values("company_amount")[:1]),
        company_residual=Subquery(item.values("company_residual")[:1]),
    )
    return rows.annotate(
        status=Case(
            When(residual=0, then=Value("paid")),
            When(due_date__lt=on, then=Value("overdue")),
            When(residual__lt=F("total"), then=Value("partly")),
            default=Value("open"),
        )
    )


def open_invoice_ids() -> QuerySet[Any, Any]:
    """Ids of the invoices with something open, to be used inside a filter."""
    return OpenItem.objects.filter(kind="invoice", residual__gt=0).values("document_id")


def find_invoice(invoice_id: int, on: datetime.date) -> Invoice | None:
    return invoices_with_residual(on).select_related("customer").filter(pk=invoice_id).first()


def list_invoice_lines(invoice_id: int) -> QuerySet[InvoiceLine]:
    return InvoiceLine.objects.filter(invoice_id=invoice_id).select_related("product__unit").order_by("sequence")


def list_settlements(invoice_id: int) -> QuerySet[Settlement]:
    """What settled an invoice, with the paying item loaded."""
    rows = Settlement.objects.filter(debit_item__kind="invoice", debit_item__document_id=invoice_id)
    return rows.select_related("credit_item").order_by("id")


def list_open_invoices(customer_id: int) -> QuerySet[OpenItem]:
    """Open items of the customer's invoices, oldest due date first."""
    return OpenItem.objects.filter(party_id=customer_id, kind="invoice", residual__gt=0).order_by("due_date", "id")


def customers_of_invoices(invoice_ids: Sequence[int]) -> list[int]:
    """The customers who got these invoices, each once."""
    return sorted(set(Invoice.objects.filter(pk__in=invoice_ids).values_list("customer_id", flat=True)))


def find_credit(item_id: int) -> OpenItem | None:
    """The open item of a payment or credit note, used up or not."""
    return OpenItem.objects.filter(pk=item_id, amount__lt=0).first()


def find_credit_of(kind: str, document_id: int) -> OpenItem | None:
    """The open item below zero of a document; None if it has none."""
    return OpenItem.objects.filter(kind=kind, document_id=document_id, amount__lt=0).first()


def can_apply_credit(customer_id: int) -> bool:
    """Whether some credit of the customer meets an open invoice in its currency."""
    invoices = OpenItem.objects.filter(
        party_id=OuterRef("party_id"), currency_code=OuterRef("currency_code"), account_id=OuterRef("account_id")
    ).filter(kind="invoice", residual__gt=0)
    return OpenItem.objects.filter(Exists(invoices), party_id=customer_id, residual__lt=0).exists()


def customers_with_balance(on: datetime.date) -> QuerySet[Party]:
    """Customers with open items: in company currency what is `open`, `overdue` on the day, and the `oldest` due date."""
    items = OpenItem.objects.filter(party_id=OuterRef("pk")).exclude(residual=0).order_by().values("party_id")
    due = Q(kind="invoice", due_date__lt=on)
    return Party.objects.filter(pk__in=OpenItem.objects.exclude(residual=0).values("party_id")).annotate(
        open=Coalesce(Subquery(items.annotate(s=Sum("company_residual")).values("s")), ZERO),
        overdue=Coalesce(Subquery(items.filter(due).annotate(s=Sum("company_residual")).values("s")), ZERO),
        oldest=Subquery(items.filter(kind="invoice").annotate(d=Min("due_date")).values("d")),
    )
