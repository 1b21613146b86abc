"""Locks of periods."""

import datetime
from collections.abc import Sequence

from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import fetch, update_rows
from erp.ledger.models import Period
from erp.ledger.permissions import LOCK_PERIODS

_WAIT = (
    "SELECT pg_advisory_xact_lock(hashtextextended('ledger_period', id)) FROM (SELECT unnest(%s::bigint[]) AS id ORDER BY 1) p"
)


@operation(LOCK_PERIODS)
def lock_periods(*, period_ids: Sequence[int], ledger: bool, stock: bool, actor: Actor, at: datetime.datetime) -> int:
    """Set both locks of the periods; waits for postings under way. Returns how many periods were found."""
    fetch(_WAIT, [sorted(period_ids)])
    return update_rows(Period, ["ledger_locked", "stock_locked"], [(i, ledger, stock) for i in sorted(period_ids)])
