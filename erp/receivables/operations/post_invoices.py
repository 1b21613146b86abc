"""Posting invoices: number without gaps, entry, open item."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import raise_refusals
from erp.core.money import convert
from erp.core.operation import operation
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.ledger.operations.post_entries import post_entries_for
from erp.receivables.events import InvoicePosted
from erp.receivables.models import Invoice, InvoiceLine
from erp.receivables.operations.post_claims import (
    BookedAmounts,
    ClaimDraft,
    ClaimKind,
    ClaimLineDraft,
    PostedClaim,
    entry_of,
    insert_claims,
)
from erp.receivables.permissions import POST_INVOICES
from erp.reference.queries import minor_units
from erp.reference.rules import MEASURE_COLUMNS

INVOICE = ClaimKind(name="invoice", model=Invoice, line_model=InvoiceLine, sign=1, head=("due_date",), line=MEASURE_COLUMNS[1:])


@dataclass(frozen=True, kw_only=True)
class InvoiceLineDraft(ClaimLineDraft):
    """A finished line of an invoice: what it is for, in which unit it is stated and priced, and its amounts."""

    product_id: int
    unit: str
    entered_quantity: Decimal
    unit_numerator: int
    unit_denominator: int


@dataclass(frozen=True, kw_only=True)
class InvoiceDraft(ClaimDraft):
    """An invoice to post."""

    due_date: datetime.date
    lines: Sequence[InvoiceLineDraft]


PostedInvoice = PostedClaim


@operation(POST_INVOICES)
def post_invoices(*, invoices: Sequence[InvoiceDraft], actor: Actor, at: datetime.datetime) -> list[PostedInvoice]:
    """Post invoices that stem from no delivery, dated today or before."""
    raise_refusals(future_refusals([draft.date for draft in invoices], actor=actor, at=at))
    return post_invoices_for(invoices=invoices, actor=actor, at=at)


def post_invoices_for(*, invoices: Sequence[InvoiceDraft], actor: Actor, at: datetime.datetime) -> list[PostedInvoice]:
    """Post invoices for an operation that checked its own permission; two statements for any number."""
    home = company_facts(actor.company_id).currency_code
    booked = [_booked(draft, minor_units(home)) for draft in invoices]
    posted = insert_claims(INVOICE, invoices, booked, actor, at)
    bus.publish([_event(p, d) for p, d in zip(posted, invoices, strict=True)], at=at)
    post_entries_for(
        entries=[
            entry_of(INVOICE, claim, draft, amounts, home, draft.due_date)
            for claim, draft, amounts in zip(posted, invoices, booked, strict=True)
        ],
        actor=actor,
        at=at,
    )
    return posted


def _event(invoice: PostedInvoice, draft: InvoiceDraft) -> InvoicePosted:
    return InvoicePosted(
        id=invoice.id,
        number=invoice.number,
        status="open",
        customer_id=draft.customer_id,
        total=draft.total,
        currency=draft.currency_code,
        source_id=draft.source.id if draft.source else None,
        stems_from=draft.source,
    )


def _booked(draft: InvoiceDraft, places: int) -> BookedAmounts:
    net, tax = convert(draft.net, draft.rate, places), convert(draft.tax, draft.rate, places)
    return BookedAmounts(net, tax, net + tax)
