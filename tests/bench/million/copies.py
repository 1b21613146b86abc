"""Copying a played day in SQL, resumably: one transaction and one mark per table and batch of copies."""

import datetime
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import models
from psycopg import sql

from tests.bench.million.columns import DERIVED, Carrier, Series, Span, carried_models

BATCH = 100
MONTHS = (0.8, 0.7, 0.95, 1.0, 1.05, 1.1, 0.95, 0.9, 1.05, 1.1, 1.5, 1.2)
WEEKDAYS = (1.1, 1.15, 1.1, 1.05, 1.1, 0.4, 0.25)
GROWTH_PER_YEAR = 1.25
_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS million;
CREATE TABLE IF NOT EXISTS million.done (step text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE IF NOT EXISTS million.span (day int, name text, low bigint, high bigint, PRIMARY KEY (day, name));
CREATE TABLE IF NOT EXISTS million.copy (day int, k int, days int, PRIMARY KEY (day, k));
CREATE TABLE IF NOT EXISTS million.period_of (day int, k int, was date, id bigint);
CREATE TABLE IF NOT EXISTS million.party_of (day int, k int, was bigint, was_code text, id bigint, code text);
CREATE TABLE IF NOT EXISTS million.dropped_index (name text PRIMARY KEY, definition text NOT NULL);
"""


@dataclass(frozen=True)
class Store:
    """The database of the big company, as its superuser, with references and triggers off."""

    connection: psycopg.Connection[Any]
    say: Callable[[str], None]

    def run(self, text: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        return self.connection.execute(text.encode(), values or None)

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.run(text, values).fetchall()

    def is_done(self, step: str) -> bool:
        return bool(self.rows("SELECT 1 FROM million.done WHERE step = %s", [step]))

    def once(self, step: str, work: Callable[[], object]) -> None:
        """Do it unless it is done; the work and its mark are one transaction."""
        if not self.is_done(step):
            with self.connection.transaction():
                work()
                self.run("INSERT INTO million.done (step) VALUES (%s)", [step])


def open_store(url: str, say: Callable[[str], None]) -> Store:
    connection = psycopg.connect(url, autocommit=True)
    for setting in ("session_replication_role = replica", "synchronous_commit = off", "maintenance_work_mem = '512MB'"):
        connection.execute(f"SET {setting}".encode())
    for setting in ("work_mem = '128MB'", "enable_nestloop = off", "enable_mergejoin = off"):
        connection.execute(f"SET {setting}".encode())
    store = Store(connection, say)
    store.run(_SCHEMA)
    return store


def tops(store: Store) -> dict[str, int]:
    """The highest id of each carried table, and the last number of each series."""
    found = {m._meta.db_table: store.rows(f"SELECT COALESCE(max(id), 0) FROM {m._meta.db_table}")[0][0] for m in carried_models()}
    for code, company, gapless, next_value in store.rows("SELECT code, company_id, gapless, next_value FROM documents_series"):
        found[f"series:{code}"] = next_value - 1 if gapless else store.rows(_LAST_NUMBER.format(company, code))[0][0]
    return found


_LAST_NUMBER = 'SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM numbers."c{}_{}"'


def note_day(store: Store, day: int, before: dict[str, int], after: dict[str, int], *, late: datetime.timedelta) -> None:
    """Note what a day made, and set back what the database dated by its own clock instead of the story's."""
    for name, high in after.items():
        store.run("INSERT INTO million.span VALUES (%s, %s, %s, %s)", [day, name, before.get(name, 0), high])
    for table, column in (("documents_history", "at"), ("core_delivery", "available_at")):
        span = (late, before[table], after[table])
        store.run(f"UPDATE {table} SET {column} = {column} - %s WHERE id > %s AND id <= %s", span)


def plan_copies(store: Store, day: int, *, count: int, last: datetime.date, dates: Sequence[datetime.date]) -> None:
    """Give each copy its date, and the customers and periods that go with it."""
    chosen = sorted(random.Random(day).choices(dates, [weight(date, dates[0]) for date in dates], k=count))
    values = [(day, k, (date - last).days) for k, date in enumerate(chosen, 1)]
    with store.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO million.copy VALUES (%s, %s, %s)", values)
    low, high = store.rows("SELECT low, high FROM million.span WHERE day = %s AND name = 'ledger_journalentry'", [day])[0]
    store.run(_PERIODS, [low, high, day])
    store.run(_PARTIES, [day, day])
    store.run("CREATE INDEX IF NOT EXISTS party_of_k ON million.party_of (day, k)")
    store.run("CREATE INDEX IF NOT EXISTS period_of_k ON million.period_of (day, k)")


# Customers of a copy: the same kind of skew as in the story, by a hash, so that all rows of the copy agree.
_PARTIES = """
INSERT INTO million.party_of (day, k, was, was_code, id, code)
WITH customers AS MATERIALIZED (
    SELECT id, code, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS total FROM parties_party WHERE is_customer
), used AS (
    SELECT DISTINCT o.customer_id FROM sales_salesorder o
    JOIN million.span s ON s.day = %s AND s.name = 'sales_salesorder' AND o.id > s.low AND o.id <= s.high
)
SELECT c.day, c.k, w.id, w.code, t.id, t.code
FROM million.copy c CROSS JOIN used u JOIN customers w ON w.id = u.customer_id
JOIN customers t ON t.place = floor(w.total * power((hashint8extended(u.customer_id, c.k) & 1048575) / 1048576.0, 2))
WHERE c.day = %s
"""
_PERIODS = """
INSERT INTO million.period_of (day, k, was, id)
SELECT c.day, c.k, d.date, p.id
FROM million.copy c CROSS JOIN (SELECT DISTINCT date, company_id FROM ledger_journalentry WHERE id > %s AND id <= %s) d
JOIN ledger_period p ON p.company_id = d.company_id AND d.date + c.days BETWEEN p.first_date AND p.last_date
WHERE c.day = %s
"""


def weight(date: datetime.date, first: datetime.date) -> float:
    """How busy a day is: growth over the years, season, day of the week."""
    years = (date - first).days / 365
    return float(GROWTH_PER_YEAR**years * MONTHS[date.month - 1] * WEEKDAYS[date.weekday()])


def carriers(store: Store, counts: Sequence[int]) -> list[Carrier]:
    """One per day. Copies of all days lie behind everything that was played, one day after the other."""
    spans = store.rows("SELECT day, name, low, high FROM million.span ORDER BY name, day")
    known = store.rows("SELECT code, prefix, padding FROM documents_series")
    series = {f"series:{code}": (prefix, padding) for code, prefix, padding in known}
    ends: dict[str, int] = {}
    for _, name, _, high in spans:
        ends[name] = max(ends.get(name, 0), high)
    moved: list[dict[str, Span]] = [{} for _ in counts]
    for day, name, low, high in spans:
        if high > low:
            moved[day][name] = Span(low, high, ends[name] - low)
            ends[name] += counts[day] * (high - low)
    return [
        Carrier(
            {n: s for n, s in one.items() if not n.startswith("series:")},
            {n: Series(*series[n], s) for n, s in one.items() if n in series},
        )
        for one in moved
    ]


def drop_indexes(store: Store, tables: Sequence[str]) -> None:
    """Keep the definitions of plain indexes and drop them; they are built again at the end, which is faster."""
    for name, definition in store.rows(_PLAIN_INDEXES, [list(tables)]):
        store.run("INSERT INTO million.dropped_index VALUES (%s, %s)", [name, definition])
        store.connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))


_PLAIN_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisunique
"""


def build_indexes(store: Store) -> None:
    """Each in a transaction of its own, so that a second process may help: what one builds, the other leaves."""
    for (name,) in store.rows("SELECT name FROM million.dropped_index ORDER BY name"):
        with store.connection.transaction():
            for (definition,) in store.rows(_TAKE_INDEX, [name]):
                store.say(f"index {name}")
                store.run(definition)
                store.run("DELETE FROM million.dropped_index WHERE name = %s", [name])


_TAKE_INDEX = "SELECT definition FROM million.dropped_index WHERE name = %s FOR UPDATE SKIP LOCKED"


def copy_day(store: Store, day: int, carrier: Carrier, count: int) -> None:
    """All copies of a day, table by table."""
    by_table = {m._meta.db_table: m for m in carried_models()}
    tables = [table for table in carrier.spans if table not in DERIVED]
    for table in tables:
        for low, high in _batches(count):
            store.once(f"day {day} {table} {high}", lambda t=table, a=low, b=high: _copy(store, day, by_table[t], carrier, a, b))  # type: ignore[misc]
        store.say(f"day {day} {table}: {count:,} copies of {carrier.spans[table].width:,} rows")


def _batches(count: int) -> Iterator[tuple[int, int]]:
    for low in range(1, count + 1, BATCH):
        yield low, min(count, low + BATCH - 1)


def _copy(store: Store, day: int, model: type[models.Model], carrier: Carrier, low: int, high: int) -> None:
    table, columns, span = model._meta.db_table, carrier.expressions(model), carrier.spans[model._meta.db_table]
    some = f"WHERE day = {day} AND k BETWEEN {low} AND {high}"
    store.run(
        f"WITH copies AS MATERIALIZED (SELECT k, days FROM million.copy {some} ORDER BY k),"
        f" parties AS MATERIALIZED (SELECT * FROM million.party_of {some}),"
        f" periods AS MATERIALIZED (SELECT * FROM million.period_of {some})"
        f" INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM copies c"
        f" CROSS JOIN (SELECT * FROM {table} WHERE id > {span.low} AND id <= {span.high} ORDER BY id) b{carrier.joins(model)}"
    )
