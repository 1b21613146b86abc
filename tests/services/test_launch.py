"""The command line behind the Makefile, from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.services.postgres import Postgres
from config.services.processes import is_same, start_time, working_in
from config.services.urls import RunRecord, discover, find_record, own_record, record_path, write_record

ROOT = Path(__file__).resolve().parents[2]
PRINT_URL = "import os; print(os.environ['DATABASE_URL'])"


def launch(place: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_", "CELERY_"))}
    command = [sys.executable, "-m", "config.launch", *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment, "DATA_DIR": str(place)},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for_servers(place: Path) -> dict[str, str]:
    deadline = time.monotonic() + 30
    while not (found := discover(place)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_exec_gives_the_command_its_servers_and_returns_its_exit_code(place):
    output, _ = (process := launch(place, "exec", "--", sys.executable, "-c", f"{PRINT_URL}; raise SystemExit(7)")).communicate()
    assert process.returncode == 7
    assert output.startswith("postgresql://weft_app@/weft?host=")
    assert working_in(place / "postgres" / "data") == []
    assert discover(place) == {}


def test_fresh_servers_leave_nothing_behind_and_clear_what_a_killed_run_left(place):
    killed = launch(place, "exec", "--fresh", "--", "sleep", "60")
    while not list(place.glob("test/*/postgres/data/postmaster.pid")) or not list(place.glob("test/*/redis/data/appendonly.aof")):
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    left = [*place.glob("test/*/postgres/data"), *place.glob("test/*/redis/data")]
    pids = [pid for data in left for pid in working_in(data)]
    assert pids
    launch(place, "exec", "--fresh", "--", "true").wait()
    assert [path for path in (place / "test").iterdir() if path.is_dir()] == []
    assert [pid for pid in pids if start_time(pid) is not None] == []


def test_a_second_command_uses_the_servers_of_the_first_and_outlives_it(place):
    first = launch(place, "exec", "--", "sleep", "1")
    url = wait_for_servers(place)["DATABASE_URL"]
    second = launch(
        place,
        "exec",
        "--",
        "sh",
        "-c",
        f"sleep 2; {sys.executable} -c \"import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); {PRINT_URL}\"",
    )
    output, errors = second.communicate()
    assert (second.returncode, output.strip()) == (0, url), errors
    assert first.wait() == 0
    assert discover(place) == {}


def test_stop_ends_a_running_supervisor(place):
    running = launch(place, "servers")
    wait_for_servers(place)
    assert launch(place, "stop").wait() == 0
    assert running.wait(30) is not None
    assert working_in(place / "postgres" / "data") == []


def test_stop_ends_what_a_killed_supervisor_left(place):
    killed = launch(place, "servers")
    wait_for_servers(place)
    killed.kill()
    killed.wait()
    assert discover(place) == {}
    assert working_in(place / "postgres" / "data") != []
    assert launch(place, "stop").wait() == 0
    assert working_in(place / "postgres" / "data") == []
    assert working_in(place / "redis" / "data") == []


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_servers(place, signum):
    running = launch(place, "servers")
    wait_for_servers(place)
    running.send_signal(signum)
    running.wait(45)
    assert working_in(place / "postgres" / "data") == []


def test_a_server_killed_under_a_command_comes_back(place):
    running = launch(place, "servers")
    environment = wait_for_servers(place)
    data = place / "postgres" / "data"
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    import psycopg

    deadline = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(environment["DATABASE_URL"]).close()
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    running.terminate()
    running.wait(45)


def test_a_record_is_private_and_believed_only_while_its_supervisor_lives(place):
    record = own_record("site")
    record.environment = {"DATABASE_URL": "postgresql://"}
    write_record(place, record)
    assert record_path(place).stat().st_mode & 0o777 == 0o600
    assert discover(place) == {"DATABASE_URL": "postgresql://"}
    write_record(place, RunRecord(os.getpid(), (record.started or 0) + 1, "site", record.environment))
    assert discover(place) == {}


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"pid": 1}), json.dumps({"unknown": 1})])
def test_a_damaged_record_is_no_record(place, content):
    record_path(place).write_text(content)
    assert find_record(place) is None
    assert discover(place) == {}


def test_a_reused_pid_is_not_taken_for_the_process_it_was():
    started = start_time(os.getpid())
    assert is_same(os.getpid(), started)
    assert not is_same(os.getpid(), (started or 0) + 1)
    assert not is_same(os.getpid(), None)


def test_url_of_the_record_and_of_the_server_agree(place):
    running = launch(place, "servers")
    found = wait_for_servers(place)
    assert found["DATABASE_URL"] == Postgres(place / "postgres").url()
    running.terminate()
    running.wait(45)
