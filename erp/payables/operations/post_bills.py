"""The one posting of vendor bills: entry, open item, state. Who matched them hands over finished amounts."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.identity.queries import company_facts
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, ItemDraft, credit, debit, post_entries_for
from erp.payables.events import VendorBillPosted
from erp.payables.rules import Booked


class BillToBook(Protocol):
    """A bill as it was entered, written already or about to be; amounts in its currency, `company_total` in the company's."""

    @property
    def supplier_id(self) -> int: ...
    @property
    def supplier_number(self) -> str: ...
    @property
    def sign(self) -> int: ...
    @property
    def date(self) -> datetime.date: ...
    @property
    def due_date(self) -> datetime.date: ...
    @property
    def currency_code(self) -> str: ...
    @property
    def rate(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def company_total(self) -> Decimal: ...


@dataclass(frozen=True, kw_only=True)
class FinishedBill:
    """A bill whose rows are written and whose lines are worked out: `booked` those that were matched, `charges` the net of the
    others in company currency. `stems_from` is the order it is for."""

    id: int
    number: str
    bill: BillToBook
    booked: Sequence[Booked]
    charges: Decimal
    stems_from: DocumentRef | None


def post_bills_for(*, bills: Sequence[FinishedBill], actor: Actor, at: datetime.datetime) -> None:
    """Book the bills and open what is owed, for operations whose own permission was checked and that wrote the bills as posted;
    one statement for any number."""
    home = company_facts(actor.company_id).currency_code
    bus.publish([_event(b) for b in bills], at=at)
    post_entries_for(entries=[_entry(b, home) for b in bills], actor=actor, at=at)


def _entry(finished: FinishedBill, home: str) -> EntryDraft:
    bill, lines = finished.bill, finished.booked
    sign, currency, total = bill.sign, bill.currency_code, bill.company_total
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
        document=DocumentRef("vendor_bill", finished.id),
        document_number=finished.number,
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
        id=finished.id,
        number=finished.number,
        status="open",
        supplier_id=bill.supplier_id,
        total=bill.sign * bill.total,
        currency=bill.currency_code,
        stems_from=finished.stems_from,
    )
