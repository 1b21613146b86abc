"""What must be true of the data at every commit, and the check of it.

Each app declares its invariants in `<app>/invariants.py`; `manage.py verify` checks them all, and so does anybody who
calls `check`. An invariant re-derives what is stored from the facts, in SQL, behind the company's own wall.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.utils.module_loading import autodiscover_modules
from psycopg import IsolationLevel

from erp.core.actor import Actor
from erp.core.rows import fetch
from erp.core.scope import company_scope, take_time

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """A sentence that is always true, and the SQL that shows it.

    `sql` selects all rows compared as `key` (what a person calls the row), `stored` and `derived`; where the two
    differ the sentence is false. It may be a function, for what is only known when all apps are loaded. `totals`
    are the stored totals it proves, as "app.Model.column"; then `sql` also selects `id`, the row of the model that holds
    the total (any one of them, where the total is the sum of several), and, if it proves more than one, the column's name
    as `total`: from this `rebuild` puts right what differs. Where the row itself may be missing, `id` is null and
    `missing` names the columns, selected too, that make a new one.
    """

    name: str
    sentence: str
    sql: str | Callable[[], str]
    totals: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.sql() if callable(self.sql) else self.sql


@dataclass(frozen=True)
class Difference:
    """One key of which the sentence is false."""

    key: str
    stored: str | None
    derived: str | None


@dataclass(frozen=True)
class Finding:
    """What a check saw: rows compared, rows that differ, the first of them."""

    invariant: Invariant
    compared: int
    different: int
    examples: list[Difference]

    @property
    def ok(self) -> bool:
        return self.different == 0


_invariants: dict[str, Invariant] = {}


def declare(*invariants: Invariant) -> None:
    """Register invariants; names are unique."""
    for invariant in invariants:
        if _invariants.setdefault(invariant.name, invariant) is not invariant:
            raise ValueError(f"invariant {invariant.name} is declared twice")


def all_invariants() -> list[Invariant]:
    """Those of every installed app, from the ground floor up."""
    autodiscover_modules("invariants")
    return list(_invariants.values())


def check(invariant: Invariant) -> Finding:
    """Check one invariant for the company in scope: one statement."""
    sql = invariant.text.replace("%", "%%")
    rows = fetch(
        f"WITH compared AS MATERIALIZED ({sql}),"  # noqa: S608
        " different AS MATERIALIZED (SELECT * FROM compared WHERE stored IS DISTINCT FROM derived)"
        " SELECT (SELECT count(*) FROM compared), (SELECT count(*) FROM different), d.key::text, d.stored::text, d.derived::text"
        f" FROM (SELECT 1) AS one LEFT JOIN (SELECT * FROM different ORDER BY key LIMIT {SHOWN}) d ON true ORDER BY d.key"
    )
    compared, different = rows[0][:2]
    return Finding(invariant, compared, different, [Difference(*row[2:]) for row in rows] if different else [])


def check_company(actor: Actor, invariants: Sequence[Invariant]) -> Iterator[Finding]:
    """Check a company in one snapshot: all findings are of the same instant, whatever others write meanwhile."""
    with one_snapshot(), company_scope(actor, read_only=True):
        take_time()
        for invariant in invariants:
            yield check(invariant)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Transactions begun inside are REPEATABLE READ. Inside a transaction (of a test) nothing changes.

    It must be set before the transaction begins: opening a scope is a query already, and takes the snapshot. It goes with
    BEGIN and never to the session, which behind a pooler is anybody's; so `take_time` is called inside the scope.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    before = raw.isolation_level
    raw.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        yield
    finally:
        if not raw.closed:
            raw.isolation_level = before


def sums_of_lines(*, head: str, line: str, link: str, columns: Sequence[str], key: str = "number") -> str:
    """SQL that compares columns of a document with the sums over its lines; keys read "INV-000001 net"."""
    sums = ", ".join(f"sum({column}) AS {column}" for column in columns)
    pairs = ", ".join(f"('{column}', h.{column}, coalesce(s.{column}, 0))" for column in columns)
    return (
        f"SELECT h.id, h.{key} || ' ' || c.name AS key, c.name AS total, c.stored, c.derived FROM {head} h"  # noqa: S608
        f" LEFT JOIN (SELECT {link}, {sums} FROM {line} GROUP BY {link}) s ON s.{link} = h.id"
        f" CROSS JOIN LATERAL (VALUES {pairs}) AS c(name, stored, derived)"
    )


def totals_of(model: str, *columns: str) -> tuple[str, ...]:
    """("app.Model.column", ...) of some columns of a model."""
    return tuple(f"{model}.{column}" for column in columns)
