"""Closing a company in the database it leaves, and opening it again: as the owner, in one short transaction.

Whoever writes in a company holds its lock shared until commit (`core_may_write`), the closing holds it alone. So everything
that was ever committed was committed before the closing, and a snapshot taken after it has all there is.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection
from psycopg.errors import LockNotAvailable

from erp.core.owner import owner_connection
from erp.identity.models import Company
from integration.moving.errors import MovingRefused

PATIENCE_SECONDS = 150  # longer than any request may last
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('company', %s))"
_CLOSE = "UPDATE identity_company SET closed_at = %s WHERE id = %s AND closed_at IS NULL"
_HOLD = "UPDATE core_delivery SET state = 'held', claim = NULL WHERE company_id = %s AND state = 'pending'"
_OPEN = "UPDATE identity_company SET closed_at = NULL WHERE id = %s AND closed_at IS NOT NULL"
_DUE = "UPDATE core_delivery SET state = 'pending', available_at = now() WHERE company_id = %s AND state = 'held'"


def close_company(company: Company, *, at: datetime.datetime, patience: float = PATIENCE_SECONDS) -> int:
    """Close it once all who write in it have committed; until then and after it nobody else may begin. Return how many
    deliveries are held. Raises MovingRefused if it is closed, or if somebody still writes after so many seconds."""
    with owner_connection() as owner, owner.transaction():
        owner.execute("SELECT set_config('lock_timeout', %s, true)", [f"{round(1000 * patience)}ms"])
        try:
            owner.execute(_ALONE, [company.pk])
        except LockNotAvailable as busy:
            raise MovingRefused(f"Somebody is writing in {company.code} for more than {patience:g} s. Try again later.") from busy
        return _switch(owner, _CLOSE, [at, company.pk], _HOLD, company, "closed")


def reopen_company(company: Company) -> int:
    """Let people and workers in again; return how many held deliveries are due. Raises MovingRefused if it is open."""
    with owner_connection() as owner, owner.transaction():
        return _switch(owner, _OPEN, [company.pk], _DUE, company, "open")


@contextmanager
def closed_for_good(company: Company, *, at: datetime.datetime) -> Iterator[int]:
    """Closed before the block and ever after; open again if the block fails."""
    held = close_company(company, at=at)
    try:
        yield held
    except BaseException:
        reopen_company(company)
        raise


def _switch(owner: Connection, company_sql: str, params: list[object], deliveries_sql: str, company: Company, word: str) -> int:
    if not owner.execute(company_sql.encode(), params).rowcount:
        raise MovingRefused(f"{company.code} is {word} already.")
    return owner.execute(deliveries_sql.encode(), [company.pk]).rowcount
