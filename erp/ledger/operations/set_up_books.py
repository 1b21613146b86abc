"""The books of a new company: chart, account roles, monthly periods."""

import calendar
import datetime

from erp.core.rows import insert_rows
from erp.ledger.charts import TEMPLATES
from erp.ledger.models import LedgerAccount, Period, PostingAccount


def set_up_books(*, chart: str, first_year: int, last_year: int) -> None:
    """Create accounts and roles from a chart template and an open period for each month of the years."""
    template = TEMPLATES[chart]
    rows = insert_rows(LedgerAccount, ["code", "name", "kind", "is_control"], template.accounts, returning=["code", "id"])
    ids = dict(rows)
    insert_rows(PostingAccount, ["role", "account_id"], [(role, ids[code]) for role, code in template.roles.items()])
    insert_rows(Period, ["code", "first_date", "last_date"], _months(first_year, last_year))


def _months(first_year: int, last_year: int) -> list[tuple[str, datetime.date, datetime.date]]:
    months = [(year, month) for year in range(first_year, last_year + 1) for month in range(1, 13)]
    return [
        (f"{year}-{month:02}", datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1]))
        for year, month in months
    ]
