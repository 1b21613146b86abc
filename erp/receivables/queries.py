"""Reads of invoices and of what customers owe."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from erp.ledger.models import AccountRole, OpenItem, Settlement
from erp.ledger.queries import Ageing, ageing_of, role_account
from erp.parties.models import Party
from erp.receivables.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine

ZERO = Value(Decimal(0))


def invoices_with_residual(on: datetime.date) -> QuerySet[Invoice]:
    """Invoices with `residual` and `credited`, and in company currency `company_residual`; `status` on the day is open,
    partly (settled: by payments, credits or both), overdue, paid or (wholly) credited."""
    item = OpenItem.objects.filter(kind="invoice", document_id=OuterRef("pk"))
    rows = Invoice.objects.annotate(
        residual=Subquery(item.values("residual")[:1]),
        company_residual=Subquery(item.values("company_residual")[:1]),
        credited=credited_of_invoice(),
    )
    return rows.annotate(
        status=Case(
            When(residual=0, credited__gt=0, credited=F("total"), then=Value("credited")),
            When(residual=0, then=Value("paid")),
            When(due_date__lt=on, then=Value("overdue")),
            When(residual__lt=F("total"), then=Value("partly")),
            default=Value("open"),
        )
    )


def credited_of_invoice() -> Coalesce:
    """What was credited of each invoice, in its currency."""
    notes = CreditNote.objects.filter(invoice_id=OuterRef("pk")).order_by().values("invoice_id")
    return Coalesce(Subquery(notes.annotate(s=Sum("total")).values("s")), ZERO)


def credit_notes_with_residual() -> QuerySet[CreditNote]:
    """Credit notes with what of each is still on the customer's account: `residual`, positive, and `company_residual`
    in company currency; `status` is settled or on_account."""
    item = OpenItem.objects.filter(kind="credit_note", document_id=OuterRef("pk"))
    rows = CreditNote.objects.annotate(
        residual=-Subquery(item.values("residual")[:1]),
        company_residual=-Subquery(item.values("company_residual")[:1]),
    )
    return rows.annotate(status=Case(When(residual=0, then=Value("settled")), default=Value("on_account")))


def find_credit_note(note_id: int) -> CreditNote | None:
    return credit_notes_with_residual().select_related("customer", "invoice").filter(pk=note_id).first()


def list_credit_note_lines(note_id: int) -> QuerySet[CreditNoteLine]:
    return CreditNoteLine.objects.filter(credit_note_id=note_id).select_related("product__unit").order_by("sequence")


def list_settled_by_credit(note_id: int) -> QuerySet[Settlement]:
    """What a credit note settled, with the settled item loaded."""
    rows = Settlement.objects.filter(credit_item__kind="credit_note", credit_item__document_id=note_id)
    return rows.select_related("debit_item").order_by("id")


def list_creditable_lines(invoice_id: int) -> list[InvoiceLine]:
    """The lines of an invoice with what is left to be credited: `quantity_left` and `net_left`, `tax_left`, `total_left`."""
    credits = CreditNoteLine.objects.filter(invoice_line_id=OuterRef("pk")).order_by().values("invoice_line_id")
    left = {
        f"{name}_left": F(name) - Coalesce(Subquery(credits.annotate(s=Sum(name)).values("s")), ZERO)
        for name in ("quantity", "net", "tax", "total")
    }
    return list(list_invoice_lines(invoice_id).annotate(**left))


def open_invoice_ids() -> QuerySet[Any, Any]:
    """Ids of the invoices with something open, to be used inside a filter."""
    return OpenItem.objects.filter(kind="invoice", is_open=True, residual__gt=0).values("document_id")


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
    return OpenItem.objects.filter(party_id=customer_id, kind="invoice", is_open=True, residual__gt=0).order_by("due_date", "id")


def customers_of_invoices(invoice_ids: Sequence[int]) -> list[int]:
    """The customers who got these invoices, each once."""
    return sorted(set(Invoice.objects.filter(pk__in=invoice_ids).values_list("customer_id", flat=True)))


def find_credit(item_id: int) -> OpenItem | None:
    """The open item of a payment or credit note, used up or not."""
    return _credits().filter(pk=item_id).first()


def find_credit_of(kind: str, document_id: int) -> OpenItem | None:
    """The open item below zero of a document; None if it has none."""
    return _credits().filter(kind=kind, document_id=document_id).first()


def _credits() -> QuerySet[OpenItem]:
    return OpenItem.objects.filter(account_id=role_account(AccountRole.RECEIVABLE), amount__lt=0)


def can_apply_credit(customer_id: int, currency_code: str = "") -> bool:
    """Whether some credit of the customer (in that currency, if one is named) meets an open invoice in its currency."""
    invoices = OpenItem.objects.filter(
        party_id=OuterRef("party_id"), currency_code=OuterRef("currency_code"), account_id=OuterRef("account_id")
    ).filter(kind="invoice", is_open=True, residual__gt=0)
    credits = OpenItem.objects.filter(Exists(invoices), party_id=customer_id, is_open=True, residual__lt=0)
    return (credits.filter(currency_code=currency_code) if currency_code else credits).exists()


def customers_with_balance(on: datetime.date) -> QuerySet[Party]:
    """Customers with open items: in company currency what is `open`, `overdue` on the day, and the `oldest` due date."""
    receivables = OpenItem.objects.filter(account_id=role_account(AccountRole.RECEIVABLE), is_open=True)
    items = receivables.filter(party_id=OuterRef("pk")).order_by().values("party_id")
    due = Q(kind="invoice", due_date__lt=on)
    return Party.objects.filter(pk__in=receivables.values("party_id")).annotate(
        open=Coalesce(Subquery(items.annotate(s=Sum("company_residual")).values("s")), ZERO),
        overdue=Coalesce(Subquery(items.filter(due).annotate(s=Sum("company_residual")).values("s")), ZERO),
        oldest=Subquery(items.filter(kind="invoice").annotate(d=Min("due_date")).values("d")),
    )


def ageing(*, on: datetime.date, customer_ids: Sequence[int] = (), limit: int | None = None, offset: int = 0) -> Ageing:
    """What customers owed at the end of `on`; of some of them, if given."""
    return ageing_of(AccountRole.RECEIVABLE, on=on, party_ids=customer_ids, limit=limit, offset=offset)


def numbers_of_invoices(invoice_ids: Iterable[int]) -> dict[int, str]:
    """For a refusal, which names documents as people do; no statement without ids."""
    ids = list(invoice_ids)
    return dict(Invoice.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}


def numbers_of_items(item_ids: Sequence[int]) -> dict[int, str]:
    """The numbers of the documents of open items, by item."""
    return dict(OpenItem.objects.filter(pk__in=item_ids).values_list("pk", "document_number"))
