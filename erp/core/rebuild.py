"""Putting stored totals right from the facts, by the same SQL that `verify` compares with.

Looking costs no lock. Only where a model's totals differ is its table, alone, closed to writers (EXCLUSIVE: readers go
on), derived again behind the wall, corrected by one statement and opened. One lock at a time cannot deadlock, and the
comparison is right beside running work: who has written the total already is waited for, who has not yet will add to
the corrected one. A table that others keep busy for LOCK_SECONDS is left with RebuildRefused.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from django.apps import apps

from erp.core.actor import Actor
from erp.core.invariants import Invariant, all_invariants
from erp.core.models import CompanyModel
from erp.core.owner import owner_connection, step_behind_wall
from erp.core.rows import fetch
from erp.core.scope import company_scope, take_time

LOCK_SECONDS = 10
PASSES = 5


class RebuildRefused(RuntimeError):
    """The totals of one table could not be put right now; what was done before stays."""


@dataclass(frozen=True)
class Totals:
    """The stored totals of one model, each with the invariant that derives it."""

    model: type[CompanyModel]
    invariants: dict[str, Invariant]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that make a row that should be there and is not."""
        return next(iter(self.invariants.values())).missing

    def name(self, column: str) -> str:
        return f"{self.model._meta.label}.{column}"


@dataclass(frozen=True)
class Rebuilt:
    """What became of one stored total in one company."""

    total: str
    compared: int
    changed: int


def all_totals() -> list[Totals]:
    """Every model with stored totals, from the ground floor up. Raises LookupError for a total nothing derives."""
    proving = {total: invariant for invariant in all_invariants() for total in invariant.totals}
    found = []
    for model in apps.get_models():
        if issubclass(model, CompanyModel) and model.stored_totals:
            names = {column: f"{model._meta.label}.{column}" for column in model.stored_totals}
            if underived := sorted(set(names.values()) - proving.keys()):
                raise LookupError(f"no invariant derives {', '.join(underived)}")
            found.append(Totals(model, {column: proving[name] for column, name in names.items()}))
    return found


def rebuild_company(actor: Actor, *, dry_run: bool = False) -> Iterator[Rebuilt]:
    """Put every stored total of the company right; yield each as it is done. With `dry_run`, only count what differs.

    A total may be derived from another, so passes follow until one finds nothing. Each model is committed by itself: a
    rebuild that was killed is simply run again. Raises RebuildRefused, and OwnerUnknown if something is to be written.
    """
    again = True
    for number in range(PASSES):
        if not again:
            return
        again = False
        for totals in all_totals():
            seen = compare(actor, totals)
            changed = {column: different for column, (_, different) in seen.items()}
            if any(changed.values()) and not dry_run:
                changed = _correct(actor, totals)
                again = True
            for column, (compared, _) in seen.items():
                if number == 0 or changed[column]:
                    yield Rebuilt(totals.name(column), compared if number == 0 else 0, changed[column])
    if again:
        raise RebuildRefused(f"The totals of company {actor.company_id} still differ after {PASSES} passes.")


def compare(actor: Actor, totals: Totals) -> dict[str, tuple[int, int]]:
    """(rows compared, rows that differ) of each total, read as the application without any lock."""
    counts = " UNION ALL ".join(
        f"SELECT '{column}', count(*), count(*) FILTER (WHERE x.stored IS DISTINCT FROM x.derived)"
        f" FROM ({invariant.text}) x{_of(invariant, column, 'WHERE')}"
        for column, invariant in totals.invariants.items()
    )
    with company_scope(actor, read_only=True):
        take_time()
        return {column: (compared, different) for column, compared, different in fetch(counts.replace("%", "%%"))}


def differences(totals: Totals) -> str:
    """SQL for what is to be added: a row per (id, *key) with one increment per total."""
    key = "".join(f", x.{column}" for column in totals.key)
    parts = []
    for column, invariant in totals.invariants.items():
        added = ", ".join(
            f"{'coalesce(x.derived, 0) - coalesce(x.stored, 0)' if other == column else '0'} AS {other}"
            for other in totals.invariants
        )
        parts.append(
            f"SELECT x.id{key}, {added} FROM ({invariant.text}) x"
            f" WHERE x.stored IS DISTINCT FROM x.derived{_of(invariant, column, 'AND')}"
        )
    listed = "".join(f", {column}" for column in totals.key)
    sums = ", ".join(f"sum({column}) AS {column}" for column in totals.invariants)
    return f"SELECT id{listed}, {sums} FROM ({' UNION ALL '.join(parts)}) d GROUP BY id{listed}"


def _of(invariant: Invariant, column: str, word: str) -> str:
    return f" {word} x.total = '{column}'" if len(invariant.totals) > 1 else ""


def _correct(actor: Actor, totals: Totals) -> dict[str, int]:
    """Lock, derive again, write; how many rows each total changed in."""
    table = totals.table
    with owner_connection() as owner:
        try:
            with owner.transaction():
                owner.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'".encode())
                owner.execute(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE'.encode())
                step_behind_wall(owner, actor.company_id, actor.name)
                owner.execute(f"CREATE TEMP TABLE to_add ON COMMIT DROP AS {differences(totals)}".encode())
                owner.execute("RESET ROLE")
                return _write(owner, totals, actor.company_id)
        except psycopg.errors.LockNotAvailable:
            raise RebuildRefused(
                f"Others have been writing to {table} for {LOCK_SECONDS} seconds. Run rebuild again in a quieter moment."
            ) from None


def _write(owner: psycopg.Connection, totals: Totals, company_id: int) -> dict[str, int]:
    """Facts are changed here and nowhere else, and only in a column that repeats other facts."""
    table, columns = totals.table, list(totals.invariants)
    if totals.key:
        names, none = ", ".join([*totals.key, *columns]), ", ".join("0" for _ in columns)
        owner.execute(
            f'INSERT INTO "{table}" (company_id, {names}) SELECT {company_id}, {", ".join(totals.key)}, {none}'
            " FROM to_add WHERE id IS NULL".encode()
        )
        same = " AND ".join(f"t.{column} = a.{column}" for column in totals.key)
        owner.execute(f'UPDATE to_add a SET id = t.id FROM "{table}" t WHERE a.id IS NULL AND {same}'.encode())
    if totals.model.append_only:
        owner.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{table}_append_only"'.encode())
    sets = ", ".join(f"{column} = coalesce(t.{column}, 0) + a.{column}" for column in columns)
    owner.execute(f'UPDATE "{table}" t SET {sets} FROM to_add a WHERE t.company_id = {company_id} AND t.id = a.id'.encode())
    if totals.model.append_only:
        owner.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{table}_append_only"'.encode())
    counts = ", ".join(f"count(*) FILTER (WHERE {column} <> 0)" for column in columns)
    [changed] = owner.execute(f"SELECT {counts} FROM to_add".encode()).fetchall()
    return dict(zip(columns, changed, strict=True))
