"""Posting finished credits: number without gaps, entry, open item, and at once the settlement of the invoice they credit."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.money import ZERO
from erp.identity.queries import company_facts
from erp.ledger.operations.post_entries import PostedEntry, post_entries_for
from erp.ledger.operations.settle_items import SettlementDraft, settle_items
from erp.ledger.rules import Allocation, allocate, next_share, share_of_rest
from erp.receivables.events import CreditNotePosted
from erp.receivables.models import CreditNote, CreditNoteLine
from erp.receivables.operations.lock_invoices import LockedInvoice
from erp.receivables.operations.post_claims import (
    BookedAmounts,
    ClaimDraft,
    ClaimKind,
    ClaimLineDraft,
    PostedClaim,
    entry_of,
    insert_claims,
)
from erp.reference.queries import minor_units
from erp.reference.rules import MEASURE_COLUMNS

CREDIT_NOTE = ClaimKind(
    name="credit_note",
    model=CreditNote,
    line_model=CreditNoteLine,
    sign=-1,
    head=("invoice_id", "memo"),
    line=(*MEASURE_COLUMNS[1:], "invoice_line_id"),
)
PostedCreditNote = PostedClaim


@dataclass(frozen=True, kw_only=True)
class CreditedLineDraft(ClaimLineDraft):
    """A finished line of a credit note, of this line of the invoice; the price is of one of the unit."""

    invoice_line_id: int | None = None
    unit: str = ""
    entered_quantity: Decimal = ZERO
    unit_numerator: int = 1
    unit_denominator: int = 1


@dataclass(frozen=True, kw_only=True)
class CreditDraft(ClaimDraft):
    """A finished credit note. `source` is the return it stems from, or else the invoice."""

    lines: Sequence[CreditedLineDraft]
    invoice_id: int | None = None
    memo: str = ""


@dataclass(frozen=True)
class Planned:
    """A credit in company currency, and what of its invoice it settles."""

    booked: BookedAmounts
    settles: list[Allocation]


def post_credits_for(
    *, credits: Sequence[CreditDraft], invoices: Mapping[int, LockedInvoice], actor: Actor, at: datetime.datetime
) -> list[PostedCreditNote]:
    """Post the credits for an operation that checked its own permission and locked the invoices; six statements for any
    number. What an invoice has open is settled at once, the rest stays on the customer's account."""
    home = company_facts(actor.company_id).currency_code
    planned = [_plan(credit, invoices, minor_units(home)) for credit in credits]
    posted = insert_claims(CREDIT_NOTE, credits, [plan.booked for plan in planned], actor, at)
    bus.publish([_event(p, c) for p, c in zip(posted, credits, strict=True)], at=at)
    entries = post_entries_for(
        entries=[
            entry_of(CREDIT_NOTE, p, c, plan.booked, home, c.date) for p, c, plan in zip(posted, credits, planned, strict=True)
        ],
        actor=actor,
        at=at,
    )
    settle_items(settlements=_settlements(credits, planned, entries), actor=actor, at=at)
    return posted


def _plan(credit: CreditDraft, invoices: Mapping[int, LockedInvoice], places: int) -> Planned:
    """At the invoice's rate, so that the credits of an invoice sum to its value in company currency."""
    if credit.invoice_id is None:
        net, tax = (next_share(ZERO, amount, rate=credit.rate, places=places) for amount in (credit.net, credit.tax))
        return Planned(BookedAmounts(net, tax, net + tax), [])
    invoice = invoices[credit.invoice_id]
    net = next_share(invoice.net_before, credit.net, rate=credit.rate, places=places)
    tax = next_share(invoice.tax_before, credit.tax, rate=credit.rate, places=places)
    invoice.net_before += credit.net
    invoice.tax_before += credit.tax
    settles = allocate(credit.total, [invoice.open], places=places)
    return Planned(BookedAmounts(net, tax, _receivable(credit.total, net + tax, settles, places)), settles)


def _receivable(total: Decimal, value: Decimal, settles: Sequence[Allocation], places: int) -> Decimal:
    """What leaves the customer's account: what is settled as it is carried there, the rest at the credit's own value."""
    rest = total - sum((a.amount for a in settles), ZERO)
    carried = sum((a.company_amount for a in settles), ZERO)
    return carried + share_of_rest(value, part=rest, rest=total, places=places)


def _event(note: PostedCreditNote, credit: CreditDraft) -> CreditNotePosted:
    source = credit.source
    return CreditNotePosted(
        id=note.id,
        number=note.number,
        status="posted",
        customer_id=credit.customer_id,
        total=credit.total,
        currency=credit.currency_code,
        invoice_id=credit.invoice_id,
        source_id=source.id if source and source.kind != "invoice" else None,
        stems_from=source,
    )


def _settlements(
    credits: Sequence[CreditDraft], planned: Sequence[Planned], entries: Sequence[PostedEntry]
) -> list[SettlementDraft]:
    return [
        SettlementDraft(
            debit_item_id=a.item_id,
            credit_item_id=entry.opened,
            amount=a.amount,
            debit_company_amount=a.company_amount,
            credit_company_amount=a.company_amount,
            date=credit.date,
        )
        for credit, plan, entry in zip(credits, planned, entries, strict=True)
        for a in plan.settles
    ]
