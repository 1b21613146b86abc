"""The embedded PostgreSQL: who may log in, and that nothing keeps it down."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config.services.errors import ServiceError
from config.services.places import SOCKET_PATH_LIMIT
from config.services.postgres import APP, OWNER, READER, ROLES_SQL, Postgres
from config.services.processes import start_time, working_in

NOBODY = 65534
DIE_AFTER_START = """
import os, sys
from pathlib import Path
from config.services.postgres import Postgres
print(Postgres(Path(sys.argv[1])).start().pid, flush=True)
os._exit(9)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root runs the servers as another account")


def remember(server: Postgres, fact: str) -> None:
    """Commit a row as the owner."""
    with server.connect(OWNER, "weft") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS facts (fact text)")
        connection.execute("INSERT INTO facts VALUES (%s)", [fact])


def remembered(server: Postgres) -> list[str]:
    """The rows committed so far."""
    with server.connect(OWNER, "weft") as connection:
        return [fact for (fact,) in connection.execute("SELECT fact FROM facts ORDER BY 1")]


@contextmanager
def stopped(server: Postgres) -> Iterator[Path]:
    """The data directory while the server is down; it is started again afterwards."""
    server.stop()
    yield server.data
    server.start()


def test_the_log_ins_cannot_look_past_the_walls(peaceful_postgres):
    with peaceful_postgres.connect() as connection:
        rows = connection.execute(
            "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
            " FROM pg_roles WHERE rolname LIKE 'weft%' ORDER BY 1"
        ).fetchall()
    assert rows == [
        (APP, True, False, False, False, False),
        (OWNER, True, False, False, False, True),
        ("weft_partner", False, False, False, False, False),
        (READER, True, False, False, False, False),
    ]


def test_the_application_owns_nothing_and_cannot_make_tables(peaceful_postgres):
    with peaceful_postgres.connect(APP, "weft") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (i int)")


def test_the_reader_cannot_write(peaceful_postgres):
    with peaceful_postgres.connect(READER, "weft") as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE mine (i int)")


def test_roles_that_bypass_the_walls_are_refused(postgres):
    with postgres.connect() as connection:
        connection.execute("ALTER ROLE weft_app BYPASSRLS")
        with pytest.raises(psycopg.errors.RaiseException, match="walls between companies"):
            connection.execute(ROLES_SQL.read_bytes())


def test_it_listens_on_no_network(peaceful_postgres):
    with peaceful_postgres.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert peaceful_postgres.socket.stat().st_mode & 0o777 == 0o700


@as_root
def test_another_user_cannot_log_in_even_with_the_socket_in_reach(postgres):
    postgres.socket.chmod(0o711)
    (postgres.socket / ".s.PGSQL.5432").chmod(0o777)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setuid(NOBODY)
        try:
            psycopg.connect(postgres.url())
        except psycopg.OperationalError as refusal:
            os._exit(0 if "peer authentication failed" in str(refusal).lower() else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_committed_rows_survive_kill_minus_9(postgres):
    remember(postgres, "before the kill")
    postgres.kill()
    assert not postgres.ready()
    postgres.start()
    assert remembered(postgres) == ["before the kill"]


def test_a_new_supervisor_recovers_what_a_dead_one_left(postgres):
    remember(postgres, "kept")
    postgres.kill()
    postgres.stop()  # gives the home free, as the death of the supervisor would
    successor = Postgres(postgres.home, durable=False).start()
    try:
        assert remembered(successor) == ["kept"]
    finally:
        successor.stop()


def test_an_orphan_is_ended_and_its_successor_has_its_data(place):
    died = subprocess.run(
        [sys.executable, "-c", DIE_AFTER_START, place / "postgres"], capture_output=True, text=True, check=False
    )
    orphan = int(died.stdout)
    assert start_time(orphan) is not None
    server = Postgres(place / "postgres").start()
    try:
        assert server.pid != orphan
        assert start_time(orphan) is None
        remember(server, "usable")
    finally:
        server.stop()
    assert working_in(server.data) == []


def test_the_lock_files_of_a_zombie_do_not_keep_it_down(postgres):
    with stopped(postgres) as data:
        zombie = subprocess.Popen(["true"])
        while start_time(zombie.pid) is not None:
            time.sleep(0.01)
        lock = f"{zombie.pid}\n{data}\n1\n5432\n{postgres.socket}\n\n0 0\nready\n"
        (data / "postmaster.pid").write_text(lock)
        (postgres.socket / ".s.PGSQL.5432.lock").write_text(lock)
    assert postgres.ready()
    zombie.wait()


def test_a_lock_file_whose_pid_is_another_program_does_not_keep_it_down(postgres):
    with stopped(postgres) as data:
        (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n\n\n0 0\nready\n")
    assert postgres.ready()


def test_an_interrupted_first_start_is_begun_again(place):
    server = Postgres(place / "postgres", durable=False)
    (server.home / "data.new").mkdir(mode=0o700)
    os.chown(server.home / "data.new", server.account.uid, server.account.gid)
    (server.home / "data.new" / "PG_VERSION").write_text("half")
    server.start()
    assert server.ready()
    server.remove()


def test_one_home_has_one_supervisor(postgres):
    with pytest.raises(ServiceError, match="make stop"):
        Postgres(postgres.home).start()
    assert postgres.ready()


def test_starting_twice_changes_nothing(postgres):
    pid = postgres.pid
    postgres.start()
    assert postgres.pid == pid


def test_a_long_path_puts_the_socket_into_the_temporary_directory(place):
    server = Postgres(place / ("deep" * 30) / "postgres", durable=False).start()
    try:
        assert len(str(server.home)) > SOCKET_PATH_LIMIT
        assert server.socket.name.startswith("weft-")
        assert server.ready()
    finally:
        server.remove()


def test_odd_characters_in_the_path_are_no_obstacle(place):
    server = Postgres(place / 'it\'s 100 % «odd», "quoted"' / "postgres", durable=False).start()
    try:
        remember(server, "fine")
        assert remembered(server) == ["fine"]
    finally:
        server.remove()


@as_root
def test_below_a_private_directory_the_home_moves_and_the_directory_stays_private(place):
    place.chmod(0o700)
    server = Postgres(place / "postgres", durable=False).start()
    try:
        assert (place / "postgres").is_symlink()
        assert not server.home.is_relative_to(place)
        assert place.stat().st_mode & 0o777 == 0o700
        assert Postgres(place / "postgres").home == server.home
    finally:
        server.remove()


@pytest.mark.long
def test_the_older_version_works_as_well(place):
    server = Postgres(place / "postgres", major="16", durable=False).start()
    try:
        with server.connect(APP, "weft") as connection:
            assert connection.info.server_version // 10000 == 16
        assert Postgres(place / "postgres").major == "16"
    finally:
        server.stop()
