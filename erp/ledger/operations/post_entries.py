"""Posting: the one way into the books."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.db import IntegrityError
from django.db.models import Q

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.operation import operation
from erp.core.rows import fetch
from erp.ledger.errors import ControlAccount, EntryNotBalanced, NoPeriod, PeriodClosed
from erp.ledger.events import JournalEntryPosted
from erp.ledger.models import LedgerAccount
from erp.ledger.permissions import POST_ENTRIES

_SQL = (Path(__file__).parents[1] / "sql" / "post_entries.sql").read_text()


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """One side of an entry. The account is given by `role` (AccountRole) or by `account_id`.

    `debit`/`credit` are company currency; `currency_amount` is signed (debit positive) in `currency_code`.
    """

    role: str | None = None
    account_id: int | None = None
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    party_id: int | None = None
    currency_code: str
    currency_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class ItemDraft:
    """What an entry leaves open on the account of `role`: `amount` is signed in its currency, what is owed to us positive;
    `company_amount` is its value in company currency at `rate`."""

    role: str
    party_id: int
    due_date: datetime.date
    currency_code: str
    rate: Decimal
    amount: Decimal
    company_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """An entry for a document, dated `date`. `document` names what it books and becomes the cause of its event; an open
    item is that of this document and date."""

    journal: str
    date: datetime.date
    document: DocumentRef
    document_number: str
    lines: Sequence[LineDraft] = field(default_factory=tuple)
    memo: str = ""
    reverses_id: int | None = None
    opens: ItemDraft | None = None


@dataclass(frozen=True)
class PostedEntry:
    id: int
    number: str
    item_id: int | None

    @property
    def opened(self) -> int:
        """The id of the open item, of an entry that opened one."""
        assert self.item_id is not None
        return self.item_id


def debit(
    role: str, amount: Decimal, *, currency: str, in_currency: Decimal | None = None, party_id: int | None = None
) -> LineDraft:
    """A debit of `amount` (company currency) to the account of a role; a negative amount becomes a credit."""
    foreign = amount if in_currency is None else in_currency
    if amount < 0:
        return LineDraft(role=role, credit=-amount, party_id=party_id, currency_code=currency, currency_amount=foreign)
    return LineDraft(role=role, debit=amount, party_id=party_id, currency_code=currency, currency_amount=foreign)


def credit(
    role: str, amount: Decimal, *, currency: str, in_currency: Decimal | None = None, party_id: int | None = None
) -> LineDraft:
    """A credit of `amount` (company currency); `in_currency` is given as a positive figure too."""
    foreign = amount if in_currency is None else in_currency
    return debit(role, -amount, currency=currency, in_currency=-foreign, party_id=party_id)


@operation(POST_ENTRIES)
def post_entries(*, entries: Sequence[EntryDraft], actor: Actor, at: datetime.datetime) -> list[PostedEntry]:
    """Post balanced entries with all their lines and open items, in one statement; return their ids and numbers in order.

    Raises EntryNotBalanced, ControlAccount, PeriodClosed or NoPeriod; nothing is posted then. Control accounts belong
    to their sub-ledgers and are refused here.
    """
    raise_refusals(_control_accounts(entries))
    return post_entries_for(entries=entries, actor=actor, at=at)


def _control_accounts(entries: Sequence[EntryDraft]) -> list[ControlAccount]:
    lines = [line for entry in entries for line in entry.lines]
    by_role = Q(postingaccount__role__in={line.role for line in lines if line.role})
    asked = by_role | Q(pk__in={line.account_id for line in lines if line.account_id})
    return [ControlAccount(account=str(account)) for account in LedgerAccount.objects.filter(asked, is_control=True).distinct()]


def post_entries_for(*, entries: Sequence[EntryDraft], actor: Actor, at: datetime.datetime) -> list[PostedEntry]:
    """The posting itself, for operations of sub-ledgers whose own permission was checked (a clerk who ships goods
    books their cost without the right to write into the books)."""
    if not entries:
        return []
    raise_refusals([refusal for entry in entries if (refusal := _unbalanced(entry))])
    heads = [
        (i, e.journal, e.date, e.document.kind, e.document.id, e.document_number, e.memo, e.reverses_id, *_opened(e.opens))
        for i, e in enumerate(entries)
    ]
    lines = [
        (i, s, line.role, line.account_id, line.party_id, line.debit, line.credit, line.currency_code, line.currency_amount)
        for i, entry in enumerate(entries)
        for s, line in enumerate(_with_amounts(entry.lines), 1)
    ]
    try:
        rows = fetch(_SQL, [*map(list, zip(*heads, strict=True)), at, *map(list, zip(*lines, strict=True))])
    except IntegrityError as error:
        raise _translated(error, entries) from error
    posted = [PostedEntry(*row) for row in rows]
    bus.publish(
        [
            JournalEntryPosted(id=p.id, number=p.number, status="posted", stems_from=e.document)
            for p, e in zip(posted, entries, strict=True)
        ],
        at=at,
    )
    return posted


def _opened(item: ItemDraft | None) -> tuple[object, ...]:
    if item is None:
        return (None,) * 7
    return item.role, item.party_id, item.due_date, item.currency_code, item.rate, item.amount, item.company_amount


def _with_amounts(lines: Sequence[LineDraft]) -> list[LineDraft]:
    """Lines of zero are left out, but never below the two an entry needs."""
    used = [line for line in lines if line.debit or line.credit]
    return used if len(used) >= 2 else list(lines)


def _unbalanced(entry: EntryDraft) -> EntryNotBalanced | None:
    debits = sum((line.debit for line in entry.lines), ZERO)
    credits = sum((line.credit for line in entry.lines), ZERO)
    if debits == credits and len(entry.lines) >= 2:
        return None
    return EntryNotBalanced(document=entry.document_number, debit=debits, credit=credits)


def _translated(error: IntegrityError, entries: Sequence[EntryDraft]) -> Exception:
    """The sentence for what a trigger or constraint refused."""
    cause = getattr(error.__cause__, "diag", None)
    if cause is not None and cause.constraint_name == "ledger_period_open":
        return PeriodClosed(field="date", date=cause.message_detail)
    if cause is not None and cause.column_name == "period_id":
        return NoPeriod(field="date", date=min(entry.date for entry in entries).isoformat())
    return error
