"""Reads of the books. A trial balance sums slots, never lines."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, Value, When

from erp.core.rows import COMPANY, fetch
from erp.ledger.models import AccountRole, JournalEntry, JournalLine, OpenItem, PostingAccount

_AGEING = (Path(__file__).parent / "sql" / "ageing.sql").read_text()
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
_OPEN_BY_DUE_DATE = f"""
SELECT i.due_date, i.kind, i.company_amount < 0, sum(i.company_residual) FROM ledger_openitem i
WHERE i.company_id = {COMPANY} AND i.is_open
  AND i.account_id = (SELECT account_id FROM ledger_postingaccount WHERE company_id = {COMPANY} AND role = %s)
GROUP BY 1, 2, 3
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


def role_account(role: str) -> Subquery:
    """The id of the ledger account that plays a role, inside a filter: open items of receivables are those on its account."""
    return Subquery(PostingAccount.objects.filter(role=role).values("account_id"))


def role_account_sql(role: str) -> str:
    """The same in SQL."""
    return f"(SELECT account_id FROM ledger_postingaccount WHERE company_id = {COMPANY} AND role = '{role}')"  # noqa: S608


def open_items_by_side() -> QuerySet[OpenItem]:
    """Open items with their `side`, receivable or payable, and `owed`: what is open of them, positive where it is still to
    be paid, whoever owes it, and negative for money and credit on account."""
    payable = When(account_id=role_account(AccountRole.PAYABLE), then=Value(AccountRole.PAYABLE.value))
    rows = OpenItem.objects.annotate(side=Case(payable, default=Value(AccountRole.RECEIVABLE.value)))
    return rows.annotate(owed=Case(When(side=AccountRole.PAYABLE, then=-F("residual")), default=F("residual")))


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


@dataclass(frozen=True)
class AgeingRow:
    """What a party owed at the end of a day, in company currency, by days past due. `on_account` is money and credit
    not yet used (negative); `total` is the sum of all. The row of all parties has no party."""

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
    """`rows` largest debt first, `total` of all parties, `parties` how many there are in all."""

    rows: list[AgeingRow]
    total: AgeingRow
    parties: int


def ageing_of(
    role: str, *, on: datetime.date, party_ids: Sequence[int] = (), limit: int | None = None, offset: int = 0
) -> Ageing:
    """The account of a role (receivables, or payables with what the company owes as positive) as it stood at the end of `on`,
    whatever was settled or booked later; of some parties, if given.

    Starts from what is open now and takes back later settlements, so that a recent day costs little however long the
    history is.
    """
    sign = -1 if role == AccountRole.PAYABLE else 1
    found = fetch(_AGEING, [*[on] * 4, sign, role, on, not party_ids, list(party_ids), limit, offset])
    total = next(AgeingRow(None, "", "", *row[3:11]) for row in found if row[0] is None)
    parties = next(row[11] for row in found if row[0] is None)
    return Ageing([AgeingRow(*row[:11]) for row in found if row[0] is not None], total, parties)


@dataclass(frozen=True)
class OpenSum:
    """What is open on an account, in company currency (debit positive), of the items of one kind that are due on one day;
    debits and credits apart."""

    due_date: datetime.date
    kind: str
    is_credit: bool
    amount: Decimal


def open_by_due_date(role: str) -> list[OpenSum]:
    """What is open now on the account of a role, without its parties: one pass of the index of what is open."""
    return [OpenSum(*row) for row in fetch(_OPEN_BY_DUE_DATE, [role])]
