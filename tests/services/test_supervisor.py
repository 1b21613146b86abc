"""Programs under supervision: restarted when they die, gone when stopped."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.services.processes import start_time
from config.services.supervisor import LONGEST_PAUSE, STEADY_SECONDS, Backoff, Program, Supervisor

FAMILY = """
import pathlib, subprocess, sys, time
pathlib.Path(sys.argv[1]).write_text(str(subprocess.Popen(["sleep", "60"]).pid))
time.sleep(60)
"""


def program(place: Path, *command: str) -> Program:
    return Program("work", command, cwd=place, environment=os.environ, log=place / "work.log")


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_pause_doubles_up_to_a_limit():
    backoff = Backoff()
    backoff.started(0)
    assert [backoff.died(1) for _ in range(7)] == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_program_that_ran_steadily_starts_with_a_short_pause_again():
    backoff = Backoff()
    backoff.started(0)
    backoff.died(1)
    backoff.died(2)
    backoff.started(10)
    assert backoff.died(10 + STEADY_SECONDS + 1) == 1


def test_a_dead_program_is_announced_and_started_again_after_its_pause(place):
    lines: list[str] = []
    work = program(place, "sleep", "60")
    supervisor = Supervisor([], [work], say=lines.append)
    supervisor.start_programs()
    first = work.process
    first.kill()
    wait_for(lambda: not work.alive())
    now = time.monotonic()
    supervisor.look_once(now)
    supervisor.look_once(now + 0.5)
    assert not work.alive()
    supervisor.look_once(now + 1.1)
    assert work.alive()
    assert work.process.pid != first.pid
    assert [line.split(" ")[1] for line in lines] == ["ended", "is"]
    supervisor.stop_programs()


def test_a_dead_server_is_started_again(postgres):
    lines: list[str] = []
    supervisor = Supervisor([postgres], [], say=lines.append)
    postgres.kill()
    now = time.monotonic()
    supervisor.look_once(now)
    supervisor.look_once(now + 2)
    assert postgres.ready()


@pytest.mark.parametrize("death", ["stop", "crash"])
def test_the_children_of_a_program_end_with_it(place, death):
    work = program(place, sys.executable, "-c", FAMILY, str(place / "pid"))
    supervisor = Supervisor([], [work], say=lambda _line: None)
    supervisor.start_programs()
    wait_for(lambda: (place / "pid").exists() and (place / "pid").read_text())
    grandchild = int((place / "pid").read_text())
    if death == "crash":
        work.process.kill()
        work.process.wait()
        work.command = ["sleep", "60"]
        work.start()
    else:
        supervisor.stop_programs()
    wait_for(lambda: start_time(grandchild) is None)
    supervisor.stop_programs()


def test_processes_are_published_with_their_start_times(place):
    seen: list[dict[str, tuple[int, int | None]]] = []
    work = program(place, "sleep", "60")
    supervisor = Supervisor([], [work], say=lambda _line: None)
    supervisor.changed = seen.append
    supervisor.start_programs()
    assert seen == [{"work": (work.process.pid, start_time(work.process.pid))}]
    supervisor.stop_programs()
