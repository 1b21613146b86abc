"""Reads of the books. A trial balance sums slots, never lines."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from erp.core.rows import COMPANY, fetch

_TRIAL_BALANCE = f"""
SELECT a.id, a.code, a.name, a.kind,
       COALESCE(sum(b.debit - b.credit) FILTER (WHERE p.last_date < %s), 0),
       COALESCE(sum(b.debit) FILTER (WHERE p.first_date >= %s), 0),
       COALESCE(sum(b.credit) FILTER (WHERE p.first_date >= %s), 0)
FROM ledger_ledgeraccount a
LEFT JOIN (ledger_accountbalance b JOIN ledger_period p ON p.company_id = b.company_id AND p.id = b.period_id AND p.first_date <= %s)
     ON b.company_id = a.company_id AND b.account_id = a.id
WHERE a.company_id = {COMPANY}
GROUP BY a.id, a.code, a.name, a.kind ORDER BY a.code
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
    """Every account over whole periods: from the period that starts on `first_date` to that of `last_date`."""
    return [TrialBalanceRow(*row) for row in fetch(_TRIAL_BALANCE, [first_date, first_date, first_date, last_date])]
