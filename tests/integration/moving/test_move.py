"""A company goes from one database to another and lives on there."""

import dataclasses
import datetime
import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection

from erp.core import clock
from erp.core.actor import Actor
from erp.core.cells import cell_of
from erp.core.models import Delivery as Duty
from erp.core.models import EventRow
from erp.core.rows import fetch
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.documents.models import Comment, Series
from erp.identity.api_keys import find_api_key
from erp.identity.models import Company, User
from erp.ledger.queries import trial_balance
from erp.receivables.models import Invoice
from erp.sales.models import SalesOrder
from integration.moving import importing
from integration.moving.manifest import TableFile, read_manifest
from integration.relay.drain import drain
from tests.integration.moving.conftest import COMMENT, Move, close_this_month, enter_order, run
from tests.integration.moving.databases import working_in

pytestmark = pytest.mark.xdist_group("moving")
YEARS = datetime.date(2025, 1, 1), datetime.date(2027, 12, 31)


def books(actor: Actor) -> list[Any]:
    with company_scope(actor, read_only=True):
        return [dataclasses.astuple(row) for row in trial_balance(first_date=YEARS[0], last_date=YEARS[1])]


@pytest.fixture(scope="module")
def moved(move: Move, second: str, django_db_blocker: Any) -> Iterator[Move]:
    """Brought in through blocks of a few rows, several statements a table: as a large company would be."""
    patch = pytest.MonkeyPatch()
    patch.setattr(importing, "BLOCK", 700)
    patch.setattr(importing, "BLOCKS_PER_STATEMENT", 2)
    with django_db_blocker.unblock(), working_in(second):
        run("import_company", move.folder)
    patch.undo()
    return move


@pytest.fixture
def there(moved: Move, second: str, django_db_blocker: Any) -> Iterator[Move]:
    """At work in the second database, where the company is now."""
    with django_db_blocker.unblock(), working_in(second):
        yield moved


def numbers(actor: Actor) -> dict[str, int]:
    """The number each series draws next, without drawing it."""
    with company_scope(actor, read_only=True):
        found = dict(Series.objects.filter(gapless=True).values_list("code", "next_value"))
        for code in Series.objects.filter(gapless=False).values_list("code", flat=True):
            [(last, called)] = fetch(f"SELECT last_value, is_called FROM numbers.c{actor.company_id}_{code}")
            found[code] = last + called
        return found


def test_every_row_is_there_as_it_was_and_the_company_can_be_written_out_again(there: Move, tmp_path: Path) -> None:
    run("export_company", "acme", tmp_path / "again")
    before, after = read_manifest(there.folder), read_manifest(tmp_path / "again")
    assert sum(file.rows for file in before.tables) > 300
    assert after.tables == before.tables
    assert after.counters == before.counters
    with company_scope(there.story.actor, read_only=True):
        assert Comment.objects.get().body == COMMENT.strip()


def test_its_books_are_the_same_and_everything_verifies(there: Move, second: str, django_db_blocker: Any) -> None:
    here = books(there.story.actor)
    assert "BAD" not in (output := run("verify"))
    assert "1 company" in output
    assert run("rebuild", "--dry-run").splitlines()[-1].endswith(" 0 differ; nothing was changed")
    assert numbers(there.story.actor)["invoice"] > 1
    counted = numbers(there.story.actor)
    connection.close()
    connection.settings_dict["NAME"], name = connection.settings_dict["NAME"].removesuffix("_cell1"), second
    try:
        assert books(there.story.actor) == here
        assert numbers(there.story.actor) == counted
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def test_its_people_and_programs_get_in_and_nobody_rules_the_machine(there: Move) -> None:
    anna = User.objects.get(username="anna")
    assert anna.check_password("anna's password")
    assert (anna.is_staff, anna.is_superuser) == (False, False)
    assert [m.company.code for m in anna.memberships.all()] == ["acme"]
    key = find_api_key(there.key, clock.now())
    assert key
    assert key.company.code == "acme"
    assert there.key.split("_", 2)[2] not in "".join(path.read_text() for path in there.folder.iterdir())


def test_the_wall_stands_around_it(there: Move) -> None:
    assert Company.objects.count() == 1
    [(guarded,)] = fetch("SELECT count(*) FROM pg_policies WHERE policyname = 'company_wall'")
    assert guarded > 30
    with pytest.raises(Exception, match="bigint|weft.company_id"):
        SalesOrder.objects.count()


def test_life_goes_on_with_the_next_numbers_and_ids_of_the_new_cell(there: Move) -> None:
    """Last of this file: it changes the company."""
    actor = there.story.actor
    by = {"actor": actor, "at": clock.now()}
    before = numbers(actor)
    due = Duty.objects.filter(company_id=actor.company_id, state="pending")
    assert due.exists()
    assert not due.exclude(claim=None).exists()
    with pytest.raises(Exception, match="closed"):
        run_unit(actor, lambda: fetch(POST_TODAY))
    run_unit(actor, lambda: close_this_month(by, closed=False))
    drain()
    assert not due.exists()
    with company_scope(actor, read_only=True):
        assert SalesOrder.objects.get(pk=there.waiting).state == "invoiced"
    new = enter_order(there.story)
    drain()
    with company_scope(actor, read_only=True):
        order, invoice = SalesOrder.objects.get(pk=new), Invoice.objects.latest("id")
        assert (order.state, order.number) == ("invoiced", f"SO-{before['sales_order']:06}")
        drawn = sorted(Invoice.objects.values_list("number", flat=True))
        assert drawn == [f"INV-{number:06}" for number in range(1, len(drawn) + 1)]
        assert len(drawn) > before["invoice"]
        assert {cell_of(pk) for pk in (order.pk, invoice.pk, EventRow.objects.latest("id").pk)} == {1}
        assert cell_of(there.waiting) == 0
    assert "BAD" not in run("verify")


POST_TODAY = """
INSERT INTO ledger_journalentry (company_id, number, journal, date, period_id, kind, document_id, document_number, memo, actor,
                                 posted_at)
SELECT company_id, 'X', 'general', current_date, id, '', NULL, '', '', '', now() FROM ledger_period
WHERE current_date BETWEEN first_date AND last_date
"""


def test_the_files_are_for_the_eyes_of_one(move: Move) -> None:
    assert stat.S_IMODE(move.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in move.folder.iterdir()} == {0o600}
    files = {file.table: file for file in read_manifest(move.folder).tables}
    assert "is_superuser" not in files["identity_user"].columns
    assert "xid" not in files["core_event"].columns


def rows_file(folder: Path, text: str) -> TableFile:
    (folder / "t.copy").write_text(text)
    return TableFile("t", ["id", "name"], [], text.count("\n") - 1, hashlib.sha256(text.encode()).hexdigest())


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
def test_a_file_is_cut_where_rows_end_and_comes_through_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(importing, "BLOCK", block)
    text = "id\tname\n1\ta\n2\tlonger than a block\n3\t\n"
    blocks = list(importing.rows_of(tmp_path / "t.copy", rows_file(tmp_path, text)))
    assert all(one.endswith(b"\n") for one in blocks)
    assert b"".join(blocks).decode() == text.partition("\n")[2]


def test_there_is_no_company_of_that_code(move: Move, django_db_blocker: Any, tmp_path: Path) -> None:
    with django_db_blocker.unblock(), pytest.raises(CommandError, match="no company nobody"):
        run("export_company", "nobody", tmp_path / "x")
