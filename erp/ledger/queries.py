"""Reads of the books. A trial balance sums slots, never lines."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from erp.core.rows import COMPANY, fetch
from erp.ledger.models import JournalEntry, JournalLine

_TRIAL_BALANCE = f"""
SELECT a.id, a.code, a.name, a.kind,
       COALESCE(sum(b.debit - b.credit) FILTER (WHERE p.last_date < %s), 0),
       COALESCE(sum(b.debit) FILTER (WHERE p.last_date >= %s), 0),
       COALESCE(sum(b.credit) FILTER (WHERE p.last_date >= %s), 0)
FROM ledger_ledgeraccount a
LEFT JOIN (ledger_accountbalance b
           JOIN ledger_period p ON p.company_id = b.company_id AND p.id = b.period_id AND p.first_date <= %s)
     ON b.company_id = a.company_id AND b.account_id = a.id
WHERE a.company_id = {COMPANY}
GROUP BY a.id, a.code, a.name, a.kind ORDER BY a.code
"""  # noqa: S608
_WHOLE_PERIODS = f"""
SELECT COALESCE((SELECT min(p.first_date) FROM ledger_period p
                 WHERE p.company_id = {COMPANY} AND p.first_date <= d.first AND p.last_date >= d.first), d.first),
       COALESCE((SELECT max(p.last_date) FROM ledger_period p
                 WHERE p.company_id = {COMPANY} AND p.first_date <= d.last AND p.last_date >= d.last), d.last)
FROM (SELECT %s::date AS first, %s::date AS last) d
"""  # noqa: S608


@dataclass(frozen=True)
class TrialBalanceRow:
    """One account: opening balance, turnover and closing balance (debit positive), in company currency."""

    account_id: int
    code: str
    name: str
    kind: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit

    @property
    def is_used(self) -> bool:
        return bool(self.opening or self.debit or self.credit)


def trial_balance(*, first_date: datetime.date, last_date: datetime.date) -> list[TrialBalanceRow]:
    """Every account over whole periods: from the period that `first_date` lies in to that of `last_date`; `whole_periods`
    says which days these are."""
    return [TrialBalanceRow(*row) for row in fetch(_TRIAL_BALANCE, [first_date, first_date, first_date, last_date])]


def whole_periods(*, first_date: datetime.date, last_date: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first day of the period that `first_date` lies in and the last day of that of `last_date`; a day that lies in no
    period stays as it is."""
    [(first, last)] = fetch(_WHOLE_PERIODS, [first_date, last_date])
    return first, last


def find_entry_of(kind: str, document_id: int) -> JournalEntry | None:
    """The entry that books a document (its first one, where there are several)."""
    return JournalEntry.objects.filter(kind=kind, document_id=document_id).order_by("id").first()


def find_entry(entry_id: int) -> JournalEntry | None:
    return JournalEntry.objects.select_related("period", "reverses").filter(pk=entry_id).first()


def list_entries() -> QuerySet[JournalEntry]:
    """Entries with `amount`, the sum of their debits."""
    lines = JournalLine.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    return JournalEntry.objects.annotate(amount=Subquery(lines.annotate(s=Sum("debit")).values("s")))


def list_entry_lines(entry_id: int) -> QuerySet[JournalLine]:
    return JournalLine.objects.filter(entry_id=entry_id).select_related("account", "party").order_by("sequence")


def find_reversal(entry_id: int) -> JournalEntry | None:
    """The entry that reverses this one."""
    return JournalEntry.objects.filter(reverses_id=entry_id).first()
