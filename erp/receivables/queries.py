"""Reads of invoices and of what customers owe."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from erp.core.rows import fetch
from erp.ledger.models import OpenItem, Settlement
from erp.parties.models import Party
from erp.receivables.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine

ZERO = Value(Decimal(0))
_AGEING = (Path(__file__).parent / "sql" / "ageing.sql").read_text()


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
    return OpenItem.objects.filter(pk=item_id, amount__lt=0).first()


def find_credit_of(kind: str, document_id: int) -> OpenItem | None:
    """The open item below zero of a document; None if it has none."""
    return OpenItem.objects.filter(kind=kind, document_id=document_id, amount__lt=0).first()


def can_apply_credit(customer_id: int, currency_code: str = "") -> bool:
    """Whether some credit of the customer (in that currency, if one is named) meets an open invoice in its currency."""
    invoices = OpenItem.objects.filter(
        party_id=OuterRef("party_id"), currency_code=OuterRef("currency_code"), account_id=OuterRef("account_id")
    ).filter(kind="invoice", is_open=True, residual__gt=0)
    credits = OpenItem.objects.filter(Exists(invoices), party_id=customer_id, is_open=True, residual__lt=0)
    return (credits.filter(currency_code=currency_code) if currency_code else credits).exists()


def customers_with_balance(on: datetime.date) -> QuerySet[Party]:
    """Customers with open items: in company currency what is `open`, `overdue` on the day, and the `oldest` due date."""
    items = OpenItem.objects.filter(party_id=OuterRef("pk"), is_open=True).order_by().values("party_id")
    due = Q(kind="invoice", due_date__lt=on)
    return Party.objects.filter(pk__in=OpenItem.objects.filter(is_open=True).values("party_id")).annotate(
        open=Coalesce(Subquery(items.annotate(s=Sum("company_residual")).values("s")), ZERO),
        overdue=Coalesce(Subquery(items.filter(due).annotate(s=Sum("company_residual")).values("s")), ZERO),
        oldest=Subquery(items.filter(kind="invoice").annotate(d=Min("due_date")).values("d")),
    )


@dataclass(frozen=True)
class AgeingRow:
    """What a customer owed at the end of a day, in company currency, by days past due. `on_account` is money and credit
    not yet used (negative); `total` is the sum of all. The row of all customers has no party."""

    party_id: int | None
    code: str
    name: str
    not_due: Decimal
    days_30: Decimal
    days_60: Decimal
    days_90: Decimal
    days_120: Decimal
    older: Decimal
    on_account: Decimal
    total: Decimal

    @property
    def overdue(self) -> Decimal:
        return self.days_30 + self.days_60 + self.days_90 + self.days_120 + self.older


@dataclass(frozen=True)
class Ageing:
    """`rows` largest debt first, `total` of all customers, `customers` how many there are in all."""

    rows: list[AgeingRow]
    total: AgeingRow
    customers: int


def ageing(*, on: datetime.date, customer_ids: Sequence[int] = (), limit: int | None = None, offset: int = 0) -> Ageing:
    """Receivables as they stood at the end of `on`, whatever was settled or booked later; of some customers, if given.

    Starts from what is open now and takes back later settlements, so that a recent day costs little however long the
    history is.
    """
    found = fetch(_AGEING, [*[on] * 5, not customer_ids, list(customer_ids), limit, offset])
    total = next(AgeingRow(None, "", "", *row[3:11]) for row in found if row[0] is None)
    customers = next(row[11] for row in found if row[0] is None)
    return Ageing([AgeingRow(*row[:11]) for row in found if row[0] is not None], total, customers)


def numbers_of_invoices(invoice_ids: Iterable[int]) -> dict[int, str]:
    """For a refusal, which names documents as people do; no statement without ids."""
    ids = list(invoice_ids)
    return dict(Invoice.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}


def numbers_of_items(item_ids: Sequence[int]) -> dict[int, str]:
    """The numbers of the documents of open items, by item."""
    return dict(OpenItem.objects.filter(pk__in=item_ids).values_list("pk", "document_number"))
