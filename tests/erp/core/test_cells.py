"""Ids start where the cell starts, for every table there is and will be."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from erp.core import cells
from erp.core.cells import CELLS, CellRefused, cell_of, first_id, last_id, settle_in_cell
from erp.core.management.commands import migrate
from tests.support.story import superuser

ALL = """
SELECT s.relname, t.relname, q.seqstart, q.seqmin, q.seqmax FROM pg_class s
JOIN pg_sequence q ON q.seqrelid = s.oid JOIN pg_namespace n ON n.oid = s.relnamespace AND n.nspname = 'public'
JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 JOIN pg_class t ON t.oid = d.refobjid
"""


def sequences() -> dict[str, tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        return {table: tuple(bounds) for _, table, *bounds in cursor.fetchall()}


def test_512_cells_fit_below_what_javascript_counts_exactly() -> None:
    assert CELLS == 512
    assert last_id(CELLS - 1) < 2**53
    assert [cell_of(first_id(3)), cell_of(last_id(3)), cell_of(1)] == [3, 3, 0]
    assert [last_id(cell) < first_id(cell + 1) for cell in (0, 1, 510)] == [True, True, True]


@pytest.mark.django_db
def test_every_sequence_of_ours_is_bound_to_the_cell_and_djangos_own_are_left() -> None:
    bounds = sequences()
    ours = {table for table in bounds if table in cells.our_tables()}
    assert {"core_event", "core_delivery", "identity_company", "identity_user", "sales_salesorder"} <= ours
    assert {table: bounds[table] for table in ours if bounds[table] != (1, 1, last_id(0))} == {}
    theirs = {table.partition("_")[0] for table in bounds.keys() - ours}
    assert theirs == {"auth", "axes", "django"}
    assert all(bounds[table] == (1, 1, 2**63 - 1) or bounds[table][2] < 2**53 for table in bounds.keys() - ours)


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Connection[Any]]:
    """Above grants, in a transaction that is undone: sequences are changed for the length of the test."""
    with superuser() as admin, admin.transaction(force_rollback=True):
        yield admin


def next_id(owner: psycopg.Connection[Any], table: str = "reference_unit") -> int:
    return owner.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table]).fetchall()[0][0]


def test_a_second_run_changes_nothing_and_a_new_table_is_brought_in(owner: psycopg.Connection[Any]) -> None:
    assert settle_in_cell(owner, 0) == []
    owner.execute("ALTER SEQUENCE reference_unit_id_seq NO MAXVALUE")
    assert settle_in_cell(owner, 0) == ["reference_unit_id_seq"]


def test_a_higher_cell_starts_above_everything_and_ends_below_the_next(owner: psycopg.Connection[Any]) -> None:
    before = next_id(owner)
    assert "reference_unit_id_seq" in settle_in_cell(owner, 7)
    assert next_id(owner) == first_id(7) > before
    assert settle_in_cell(owner, 7) == []
    assert next_id(owner) == first_id(7) + 1
    owner.execute("SELECT setval('reference_unit_id_seq', %s)", [last_id(7)])
    with pytest.raises(psycopg.errors.SequenceGeneratorLimitExceeded):
        next_id(owner)


def test_a_lower_cell_is_refused_once_ids_were_given_out(owner: psycopg.Connection[Any]) -> None:
    settle_in_cell(owner, 7)
    settle_in_cell(owner, 6)
    settle_in_cell(owner, 7)
    next_id(owner)
    with pytest.raises(CellRefused, match="WEFT_CELL=6 already"):
        settle_in_cell(owner, 6)
    assert next_id(owner) == first_id(7) + 1


@pytest.mark.parametrize("cell", [-1, 512])
def test_what_is_no_cell_is_refused(owner: psycopg.Connection[Any], cell: int) -> None:
    with pytest.raises(CellRefused, match="0 to 511"):
        settle_in_cell(owner, cell)


def test_migrate_settles_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command, up to the database: which cell it asks for."""
    asked: list[int] = []
    monkeypatch.setattr(migrate, "settle_in_cell", lambda connection, cell: asked.append(cell))
    monkeypatch.setattr(migrate, "grant_global_tables", lambda connection: None)
    monkeypatch.setattr(migrate.DjangoMigrate, "handle", lambda *args, **options: None)
    monkeypatch.setattr(migrate.settings, "DATABASE_OWNER_URL", "")
    monkeypatch.setattr(migrate.settings, "WEFT_CELL", 4)
    migrate.Command().handle(database="default")
    assert asked == [4]
