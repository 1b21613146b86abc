"""Facts about processes of this machine, without dependencies: alive, same one as before, working in a directory.

A process is named by its pid and its start time, since pids are reused. A zombie counts as dead: where pid 1
does not reap (many containers), a killed server stays `<defunct>` for ever.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def start_time(pid: int) -> int | None:
    """Clock ticks from boot to the start of `pid`; None if it is dead, a zombie, or not to be seen."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before ")" may hold spaces
    return None if fields[0] in "ZX" else int(fields[19])


def is_same(pid: int, started: int | None) -> bool:
    """Whether `pid` lives and is still the process that was seen to start at `started`."""
    return started is not None and start_time(pid) == started


def working_in(directory: Path) -> list[int]:
    """Living processes whose working directory is `directory`: both servers move into their data directory."""
    target = str(directory.resolve())
    found = []
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        with contextlib.suppress(OSError):  # gone meanwhile, or another user's
            if entry.name.isdigit() and os.readlink(entry / "cwd") == target and start_time(int(entry.name)) is not None:
                found.append(int(entry.name))
    return found


def send(pids: Iterable[int], signum: signal.Signals) -> None:
    """Signal each process that still exists."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)


def wait_until_none_works_in(directory: Path, *, seconds: float) -> bool:
    """Wait for the last process to leave `directory`; False if some are still there after `seconds`."""
    deadline = time.monotonic() + seconds
    while working_in(directory):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
