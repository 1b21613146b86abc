"""Company A against every table of company B, and the proof that this test would notice a missing wall.

Every company table gets one made-up row per company, so a new table is tested the day it is made.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import psycopg
import pytest
from django.db import connection

from tests.architecture.test_database import COMPANY_MODELS
from tests.support.story import empty_all_tables, superuser, without_checks

pytestmark = pytest.mark.xdist_group("walls")
TABLES = sorted(model._meta.db_table for model in COMPANY_MODELS)
MINE, THEIRS = 1, 2
FILLER = {
    "bigint": 0, "integer": 0, "smallint": 0, "numeric": 0, "boolean": False, "jsonb": "{}", "text": "x",
    "character varying": "x", "date": "2026-01-01", "timestamp with time zone": "2026-01-01T00:00:00Z", "uuid": "0" * 32,
    "bytea": b"",
}  # fmt: skip


class Cursor(Protocol):
    """What Django's and psycopg's cursors have in common."""

    rowcount: int

    def execute(self, sql: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def made_up(admin: psycopg.Connection[Any], table: str, company: int, number: int) -> tuple[str, dict[str, Any]]:
    """An INSERT of a row that fills only what must be filled."""
    found = admin.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    ).fetchall()
    values = {name: FILLER[kind] for name, kind in found} | {"company_id": company, "id": number}
    columns, marks = ", ".join(f'"{name}"' for name in values), ", ".join(f"%({name})s" for name in values)
    return f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE VALUES ({marks})', values


@pytest.fixture(scope="module")
def inserts(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, tuple[str, dict[str, Any]]]]:
    """One row per company in every table, and for each table an INSERT of another row of the other company."""
    with django_db_blocker.unblock(), superuser() as admin, ExitStack() as stack:
        admin.execute("SET session_replication_role = replica")
        for table in TABLES:
            stack.enter_context(without_checks(admin, table))
        stack.callback(empty_all_tables)
        empty_all_tables()
        more = {}
        for table in TABLES:
            for company in (MINE, THEIRS):
                admin.execute(*made_up(admin, table, company, company))  # type: ignore[arg-type]
            more[table] = made_up(admin, table, THEIRS, 3)
        yield more


def leaks(cursor: Cursor, table: str, insert: tuple[str, dict[str, Any]]) -> list[str]:
    """What is wrong with the wall of a table, seen by the application in a scope of MINE inside an open transaction."""

    def tried(sql: str, params: Any = None) -> int | str:
        cursor.execute("SAVEPOINT attempt")
        try:
            cursor.execute(sql, params)
            return cursor.rowcount
        except Exception as error:
            return type(error.__cause__ or error).__name__
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT attempt")

    cursor.execute("SELECT set_config('weft.company_id', %s, true), set_config('weft.actor', 'test', true)", [str(MINE)])
    found = []
    cursor.execute(f'SELECT company_id FROM "{table}" ORDER BY 1')
    if (seen := [row[0] for row in cursor.fetchall()]) != [MINE]:
        found.append(f"sees rows of companies {seen}")
    if (changed := tried(f'UPDATE "{table}" SET company_id = company_id WHERE id = {THEIRS}')) not in (
        0,
        "InsufficientPrivilege",
    ):
        found.append(f"update of another company: {changed}")
    if (deleted := tried(f'DELETE FROM "{table}" WHERE id = {THEIRS}')) not in (0, "InsufficientPrivilege"):
        found.append(f"deletion of another company: {deleted}")
    if (moved := tried(f'UPDATE "{table}" SET company_id = {THEIRS} WHERE id = {MINE}')) != "InsufficientPrivilege":
        found.append(f"gift to another company: {moved}")
    if (inserted := tried(*insert)) != "InsufficientPrivilege":
        found.append(f"insert for another company: {inserted}")
    cursor.execute("SELECT set_config('weft.company_id', '', true)")
    if (without := tried(f'SELECT * FROM "{table}"')) != "InvalidTextRepresentation":
        found.append(f"without a scope: {without}")
    return found


@pytest.mark.parametrize("table", TABLES)
def test_a_company_neither_sees_nor_touches_another(table: str, inserts: dict[str, tuple[str, dict[str, Any]]]) -> None:
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        assert cursor.connection.info.user == "weft_app"
        assert leaks(cursor, table, inserts[table]) == []


@pytest.mark.parametrize(
    "damage",
    [
        'DROP POLICY company_wall ON "{table}"',
        'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        'DROP POLICY company_wall ON "{table}"; CREATE POLICY company_wall ON "{table}" USING (true)',
        'ALTER POLICY company_wall ON "{table}" WITH CHECK (true)',
    ],
)
def test_with_the_policy_of_any_one_table_damaged_the_test_above_goes_red(
    damage: str, inserts: dict[str, tuple[str, dict[str, Any]]]
) -> None:
    unnoticed = []
    with superuser() as admin:
        for table in TABLES:
            with admin.transaction(force_rollback=True), admin.cursor() as cursor:
                admin.execute(damage.format(table=table).encode())
                admin.execute("SET LOCAL ROLE weft_app")
                if not leaks(cursor, table, inserts[table]):
                    unnoticed.append(table)
    assert unnoticed == []
