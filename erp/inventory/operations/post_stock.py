"""The one posting of stock: moves, value and journal entry together, so stock value = inventory account at every commit."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.rows import execute
from erp.identity.queries import company_facts
from erp.inventory.operations.judge_dates import BackdatedIssue, ensure_there_since
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.judge_periods import ensure_stock_open
from erp.ledger.operations.post_entries import EntryDraft, credit, debit, post_entries_for

_WRITE = (Path(__file__).parents[1] / "sql" / "write_moves.sql").read_text()


@dataclass(frozen=True, kw_only=True)
class MoveDraft:
    """Goods in (positive `quantity` and `amount`) or out (negative). `unreserved` frees that much of a reservation
    with the same statement; the caller deletes the reservation rows."""

    product_id: int
    warehouse_id: int
    quantity: Decimal
    amount: Decimal
    line_id: int
    unreserved: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class StockPosting:
    """All moves of one document; `counter_role` is the account against inventory. Where goods leave at another worth than was
    agreed, the counter account takes `agreed` and the account of `difference_role` the rest."""

    document: DocumentRef
    number: str
    reason: str
    date: datetime.date
    counter_role: str
    moves: Sequence[MoveDraft]
    agreed: Decimal | None = None
    difference_role: str = ""


def post_stock(*, postings: Sequence[StockPosting], currency: str, actor: Actor, at: datetime.datetime) -> None:
    """Book the documents and write their moves; two statements for any number of documents.

    The caller checked the permission and holds the levels' locks. A document without value (free goods) moves
    quantities only; its period must be open for stock all the same.
    """
    _ensure_there_since(postings, local_date(at, company_facts(actor.company_id).time_zone))
    valued = [posting for posting in postings if posting.agreed or any(move.amount for move in posting.moves)]
    posted = post_entries_for(entries=[_entry(posting, currency) for posting in valued], actor=actor, at=at)
    ensure_stock_open(p.date for p in postings if p.moves and p not in valued)
    entry_ids = {posting.document: entry.id for posting, entry in zip(valued, posted, strict=True)}
    rows = [
        (
            m.product_id,
            m.warehouse_id,
            m.quantity,
            p.reason,
            p.document.kind,
            p.document.id,
            m.line_id,
            p.number,
            p.date,
            m.amount,
            entry_ids.get(p.document),
            m.unreserved,
        )
        for p in postings
        for m in p.moves
    ]
    if rows:
        execute(_WRITE, [*map(list, zip(*rows, strict=True)), at, at])


def _ensure_there_since(postings: Sequence[StockPosting], today: datetime.date) -> None:
    ensure_there_since(
        BackdatedIssue(move.product_id, move.warehouse_id, posting.date, -move.quantity, posting.number)
        for posting in postings
        if posting.date < today
        for move in posting.moves
        if move.quantity < 0
    )


def _entry(posting: StockPosting, currency: str) -> EntryDraft:
    came_in = sum((move.amount for move in posting.moves if move.amount > 0), ZERO)
    went_out = -sum((move.amount for move in posting.moves if move.amount < 0), ZERO)
    agreed = went_out if posting.agreed is None else posting.agreed
    difference = agreed - went_out
    return EntryDraft(
        journal=JournalEntry.Journal.STOCK,
        date=posting.date,
        document=posting.document,
        document_number=posting.number,
        lines=(
            debit(AccountRole.INVENTORY, came_in, currency=currency),
            credit(posting.counter_role, came_in, currency=currency),
            debit(posting.counter_role, agreed, currency=currency),
            credit(AccountRole.INVENTORY, went_out, currency=currency),
            *((credit(posting.difference_role, difference, currency=currency),) if difference else ()),
        ),
    )
