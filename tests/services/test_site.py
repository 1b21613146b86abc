"""`make run` from outside: it serves, mends itself, and leaves nothing running."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.services.processes import start_time, working_in
from config.services.site import PROGRAMS, readiness
from config.services.urls import find_record

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]


class Running:
    """One `config.launch run` in a directory and on a port of its own."""

    def __init__(self, place: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.place = place
        self.process: subprocess.Popen[str]

    def launch(self, verb: str) -> "subprocess.Popen[str]":
        """Start the command line with `verb`, without the servers of the test run."""
        inherited = {n: v for n, v in os.environ.items() if not n.startswith(("DATABASE_", "REDIS_", "WEFT_"))}
        environment = {**inherited, "DATA_DIR": str(self.place), "PORT": str(self.port), "DEMO": "0"}
        output = (self.place / f"{verb}.out").open("a")
        return subprocess.Popen(
            [sys.executable, "-m", "config.launch", verb],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
        )

    def start(self) -> None:
        """Run until ready."""
        self.process = self.launch("run")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for /readyz; fail with what was printed."""
        deadline = time.monotonic() + 120
        while readiness(self.port) is not None or len(self.children()) < 5:
            printed = (self.place / "run.out").read_text()
            assert self.process.poll() is None, printed
            assert time.monotonic() < deadline, printed
            time.sleep(0.2)

    def children(self) -> dict[str, int]:
        """Living children by name."""
        record = find_record(self.place)
        recorded = record.children if record else {}
        return {name: pid for name, (pid, started) in recorded.items() if start_time(pid) == started}

    def everything(self) -> list[int]:
        """All processes of this Weft: sessions of its programs, and its servers."""
        sessions = set(self.children().values())
        mine = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        servers = [pid for name in ("postgres", "redis") for pid in working_in(self.place / name / "data")]
        return [pid for pid in mine if start_time(pid) is not None and _session(pid) in sessions] + servers


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return -1


@pytest.fixture
def weft(place: Path) -> Iterator[Running]:
    running = Running(place)
    running.start()
    yield running
    running.launch("stop").wait(120)


def test_every_killed_part_comes_back(weft):
    for name in ("PostgreSQL", "Redis", *PROGRAMS):
        pid = weft.children()[name]
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while weft.children().get(name) in (pid, None):
            assert time.monotonic() < deadline, name
            time.sleep(0.1)
        weft.wait_until_ready()


def test_a_signal_ends_everything_and_the_next_start_keeps_the_key(weft):
    key = (weft.place / "secret_key").read_text()
    before = weft.everything()
    weft.process.terminate()
    assert weft.process.wait(120) == 0
    assert [pid for pid in before if start_time(pid) is not None] == []
    weft.start()
    assert (weft.place / "secret_key").read_text() == key


def test_after_the_death_of_the_supervisor_a_new_start_takes_over(weft):
    before = weft.everything()
    weft.process.kill()
    weft.process.wait()
    os.kill(before[0], signal.SIGKILL)
    weft.start()
    assert [pid for pid in before if start_time(pid) is not None] == []


def test_a_second_one_in_the_same_place_is_refused(weft):
    assert weft.launch("run").wait(60) == 1
    assert "runs already" in (weft.place / "run.out").read_text()
    assert readiness(weft.port) is None
