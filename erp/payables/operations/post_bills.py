"""The one posting of vendor bills: entry, open item, state. Who matched them hands over finished amounts."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.money import ZERO, convert
from erp.core.rows import update_rows
from erp.identity.queries import company_facts
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, ItemDraft, credit, debit, post_entries_for
from erp.payables.events import VendorBillPosted
from erp.payables.models import VendorBill, VendorBillLine
from erp.payables.rules import Booked
from erp.payables.states import VendorBillState
from erp.reference.queries import minor_units


@dataclass(frozen=True, kw_only=True)
class FinishedBill:
    """A bill under lock whose lines are worked out: `booked` by the id of each matched line, `charges` the net of the others in
    company currency. `stems_from` is the order it is for."""

    bill: VendorBill
    booked: dict[int, Booked]
    charges: Decimal
    stems_from: DocumentRef | None
    released_by: str = ""
    release_reason: str = ""


def post_bills_for(*, bills: Sequence[FinishedBill], actor: Actor, at: datetime.datetime) -> None:
    """Book the bills and open what is owed, for operations whose own permission was checked; four statements for any number."""
    home = company_facts(actor.company_id).currency_code
    bus.publish([_event(b) for b in bills], at=at)
    totals = {b.bill.pk: _company_total(b, minor_units(home)) for b in bills}
    post_entries_for(entries=[_entry(b, totals[b.bill.pk], home) for b in bills], actor=actor, at=at)
    update_rows(
        VendorBill,
        ["state", "company_total", "held_reasons", "released_by", "release_reason", "posted_at"],
        [(b.bill.pk, VendorBillState.POSTED, totals[b.bill.pk], [], b.released_by, b.release_reason, at) for b in bills],
    )
    update_rows(
        VendorBillLine,
        ["clearing", "price_difference", "exchange_difference"],
        [(pk, line.clearing, line.price_difference, line.exchange_difference) for b in bills for pk, line in b.booked.items()],
    )


def _company_total(finished: FinishedBill, places: int) -> Decimal:
    """What the supplier's account moves by: the net of the lines as booked, and the tax."""
    tax = convert(finished.bill.tax, finished.bill.rate, places)
    return sum((line.net for line in finished.booked.values()), finished.charges) + tax


def _entry(finished: FinishedBill, total: Decimal, home: str) -> EntryDraft:
    bill, lines = finished.bill, finished.booked.values()
    sign, currency = bill.sign, bill.currency_code
    tax = total - finished.charges - sum((line.net for line in lines), ZERO)
    sums = [
        (AccountRole.STOCK_CLEARING, sum((line.clearing for line in lines), ZERO)),
        (AccountRole.PRICE_DIFFERENCE, sum((line.price_difference for line in lines), ZERO)),
        (AccountRole.EXCHANGE_DIFFERENCE, sum((line.exchange_difference for line in lines), ZERO)),
        (AccountRole.PURCHASE_CHARGES, finished.charges),
    ]
    return EntryDraft(
        journal=JournalEntry.Journal.PURCHASE,
        date=bill.date,
        document=DocumentRef("vendor_bill", bill.pk),
        document_number=bill.number,
        memo=bill.supplier_number,
        lines=(
            *(debit(role, sign * amount, currency=home) for role, amount in sums if amount),
            *((debit(AccountRole.INPUT_TAX, sign * tax, currency=currency, in_currency=sign * bill.tax),) if tax else ()),
            credit(
                AccountRole.PAYABLE,
                sign * total,
                currency=currency,
                in_currency=sign * bill.total,
                party_id=bill.supplier_id,
            ),
        ),
        opens=ItemDraft(
            role=AccountRole.PAYABLE,
            party_id=bill.supplier_id,
            due_date=bill.due_date,
            currency_code=currency,
            rate=bill.rate,
            amount=-sign * bill.total,
            company_amount=-sign * total,
        ),
    )


def _event(finished: FinishedBill) -> VendorBillPosted:
    bill = finished.bill
    return VendorBillPosted(
        id=bill.pk,
        number=bill.number,
        status="open",
        supplier_id=bill.supplier_id,
        total=bill.sign * bill.total,
        currency=bill.currency_code,
        stems_from=finished.stems_from,
    )
