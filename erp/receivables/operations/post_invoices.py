"""Posting invoices: number without gaps, entry, open item."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.money import ZERO, convert
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.identity.queries import company_facts
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, PostedEntry, credit, debit, post_entries_for
from erp.ledger.operations.settle_items import ItemDraft, open_items
from erp.receivables.events import InvoicePosted
from erp.receivables.models import Invoice, InvoiceLine
from erp.receivables.permissions import POST_INVOICES
from erp.reference.queries import minor_units

_HEAD = [
    "customer_id",
    "date",
    "due_date",
    "currency_code",
    "rate",
    "prices_include_tax",
    "net",
    "tax",
    "total",
    "actor",
    "posted_at",
    "external_source",
    "external_ref",
]
_LINE = [
    "invoice_id",
    "sequence",
    "product_id",
    "description",
    "quantity",
    "unit_price",
    "discount",
    "tax_code",
    "tax_rate",
    "net",
    "tax",
    "total",
]


@dataclass(frozen=True, kw_only=True)
class InvoiceLineDraft:
    """A finished line: amounts are given, in the invoice's currency, never recomputed."""

    product_id: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, kw_only=True)
class InvoiceDraft:
    """An invoice to post; `source` is the document it stems from."""

    customer_id: int
    date: datetime.date
    due_date: datetime.date
    currency_code: str
    rate: Decimal
    prices_include_tax: bool
    lines: Sequence[InvoiceLineDraft]
    source: DocumentRef | None = None
    external_source: str = ""
    external_ref: str = ""

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), ZERO)


@dataclass(frozen=True)
class PostedInvoice:
    id: int
    number: str


@operation(POST_INVOICES)
def post_invoices(*, invoices: Sequence[InvoiceDraft], actor: Actor, at: datetime.datetime) -> list[PostedInvoice]:
    """Post invoices that stem from no delivery."""
    return post_invoices_for(invoices=invoices, actor=actor, at=at)


def post_invoices_for(*, invoices: Sequence[InvoiceDraft], actor: Actor, at: datetime.datetime) -> list[PostedInvoice]:
    """Post invoices for an operation that checked its own permission; five statements for any number."""
    company_currency = company_facts(actor.company_id).currency_code
    posted = _insert(invoices, actor, at)
    bus.publish([_event(p, d) for p, d in zip(posted, invoices, strict=True)], at=at)
    amounts = [_company_amounts(draft, minor_units(company_currency)) for draft in invoices]
    entries = post_entries_for(
        entries=[_entry(*parts) for parts in zip(posted, invoices, amounts, strict=True)], actor=actor, at=at
    )
    open_items(
        items=[_item(*parts) for parts in zip(posted, invoices, amounts, entries, strict=True)], role=AccountRole.RECEIVABLE
    )
    return posted


def _insert(invoices: Sequence[InvoiceDraft], actor: Actor, at: datetime.datetime) -> list[PostedInvoice]:
    heads = [
        (
            d.customer_id,
            d.date,
            d.due_date,
            d.currency_code,
            d.rate,
            d.prices_include_tax,
            d.net,
            d.tax,
            d.net + d.tax,
            actor.name,
            at,
            d.external_source,
            d.external_ref,
        )
        for d in invoices
    ]
    rows = insert_rows(Invoice, _HEAD, heads, computed={"number": "documents_next_number('invoice')"}, returning=["id", "number"])
    posted = [PostedInvoice(*row) for row in rows]
    insert_rows(
        InvoiceLine,
        _LINE,
        [
            (
                invoice.id,
                i,
                line.product_id,
                line.description,
                line.quantity,
                line.unit_price,
                line.discount,
                line.tax_code,
                line.tax_rate,
                line.net,
                line.tax,
                line.net + line.tax,
            )
            for invoice, draft in zip(posted, invoices, strict=True)
            for i, line in enumerate(draft.lines, 1)
        ],
    )
    return posted


def _event(invoice: PostedInvoice, draft: InvoiceDraft) -> InvoicePosted:
    return InvoicePosted(
        id=invoice.id,
        number=invoice.number,
        status="open",
        customer_id=draft.customer_id,
        total=draft.net + draft.tax,
        currency=draft.currency_code,
        source_id=draft.source.id if draft.source else None,
        stems_from=draft.source,
    )


def _company_amounts(draft: InvoiceDraft, places: int) -> tuple[Decimal, Decimal]:
    return convert(draft.net, draft.rate, places), convert(draft.tax, draft.rate, places)


def _entry(invoice: PostedInvoice, draft: InvoiceDraft, amounts: tuple[Decimal, Decimal]) -> EntryDraft:
    net, tax = amounts
    currency, party = draft.currency_code, draft.customer_id
    return EntryDraft(
        journal=JournalEntry.Journal.SALES,
        date=draft.date,
        document=DocumentRef("invoice", invoice.id),
        document_number=invoice.number,
        lines=(
            debit(AccountRole.RECEIVABLE, net + tax, currency=currency, in_currency=draft.net + draft.tax, party_id=party),
            credit(AccountRole.REVENUE, net, currency=currency, in_currency=draft.net),
            credit(AccountRole.OUTPUT_TAX, tax, currency=currency, in_currency=draft.tax),
        ),
    )


def _item(invoice: PostedInvoice, draft: InvoiceDraft, amounts: tuple[Decimal, Decimal], entry: PostedEntry) -> ItemDraft:
    return ItemDraft(
        entry_id=entry.id,
        party_id=draft.customer_id,
        kind="invoice",
        document_id=invoice.id,
        document_number=invoice.number,
        date=draft.date,
        due_date=draft.due_date,
        currency_code=draft.currency_code,
        rate=draft.rate,
        amount=draft.net + draft.tax,
        company_amount=sum(amounts, ZERO),
    )
