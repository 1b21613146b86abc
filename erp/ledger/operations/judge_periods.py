"""Days on which stock may move although nothing is booked for it, so that no entry asks for an open period; and days on
which nothing may be booked, for documents that are refused before an entry would ask."""

import datetime
from collections.abc import Iterable

from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.rows import COMPANY, fetch
from erp.ledger.errors import NoPeriod, PeriodClosed

_FIND = f"""
SELECT d.date, p.id FROM unnest(%s::date[]) AS d(date)
LEFT JOIN ledger_period p ON p.company_id = {COMPANY} AND d.date BETWEEN p.first_date AND p.last_date ORDER BY p.id
"""  # noqa: S608
_HOLD = "SELECT pg_advisory_xact_lock_shared(hashtextextended('ledger_period', id)) FROM unnest(%s::bigint[]) AS p(id)"
_CLOSED = f"SELECT id FROM ledger_period WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[]) AND stock_locked"  # noqa: S608
_BOOKS = f"""
SELECT d.date, p.id IS NULL FROM unnest(%s::date[]) AS d(date)
LEFT JOIN ledger_period p ON p.company_id = {COMPANY} AND d.date BETWEEN p.first_date AND p.last_date
WHERE p.id IS NULL OR p.ledger_locked
"""  # noqa: S608


def find_closed(dates: Iterable[datetime.date]) -> dict[datetime.date, PeriodClosed | NoPeriod]:
    """Why nothing can be booked on these days, for those on which that is so; one statement, no lock.

    It names what the entry itself would be refused for, so it is asked where something else is wrong already.
    """
    rows = fetch(_BOOKS, [sorted(set(dates))])
    return {day: (NoPeriod if missing else PeriodClosed)(field="date", date=day.isoformat()) for day, missing in rows}


def ensure_stock_open(dates: Iterable[datetime.date]) -> None:
    """Refuse days without a period and days whose period is closed for stock. No statement when no day is asked.

    The lock that closing waits for is taken before the period is read, as the trigger on entries does.
    """
    days = sorted(set(dates))
    if not days:
        return
    periods: dict[datetime.date, int | None] = dict(fetch(_FIND, [days]))
    known = sorted({period for period in periods.values() if period is not None})
    fetch(_HOLD, [known])
    closed = {row[0] for row in fetch(_CLOSED, [known])}
    refusals: list[BusinessRuleViolation] = [NoPeriod(field="date", date=d.isoformat()) for d in days if periods[d] is None]
    refusals += [PeriodClosed(field="date", date=d.isoformat()) for d in days if periods[d] in closed]
    raise_refusals(refusals)
