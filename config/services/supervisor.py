"""Keeps programs running: starts them, restarts the one that dies, ends them all in order."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.services.errors import ServiceError
from config.services.processes import start_time
from config.services.server import LOG_LIMIT, EmbeddedServer

POLL_SECONDS = 0.3
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # after running this long, the next death is a first death again
GRACE_SECONDS = 20.0


class Stopped(BaseException):
    """A signal (`args[0]`) asked to end. Not an Exception, so that no handler on the way keeps it."""


def raise_on_signals() -> None:
    """From now on SIGINT, SIGTERM and SIGHUP raise Stopped in the main thread, once: clean-up is not interrupted."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup asked to outlive the terminal
        signals.append(signal.SIGHUP)

    def stop(signum: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signum)

    for each in signals:
        signal.signal(each, stop)


@dataclass
class Backoff:
    """How long to wait before the next restart: 1, 2, 4 ... 30 seconds while it keeps dying."""

    deaths: int = 0
    started_at: float = 0.0
    due_at: float = 0.0

    def started(self, now: float) -> None:
        """The program started."""
        self.started_at, self.due_at = now, 0.0

    def died(self, now: float) -> float:
        """The program died; returns the pause before its restart."""
        self.deaths = 1 if now - self.started_at > STEADY_SECONDS else self.deaths + 1
        pause = min(2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        self.due_at = now + pause
        return pause


class Program:
    """One child process with its log. It leads a session of its own, so that its children end with it."""

    def __init__(self, name: str, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.command = list(command)
        self.cwd = cwd
        self.environment = dict(environment)
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; what a dead predecessor left of its session is ended first."""
        self._end_session(signal.SIGKILL)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send SIGTERM: finish what is in hand."""
        if self.alive() and self.process:
            self.process.terminate()

    def ensure_stopped(self, *, deadline: float) -> None:
        """Wait for the end until `deadline` (monotonic), then kill what is left."""
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.1, deadline - time.monotonic()))
            self._end_session(signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _end_session(self, signum: signal.Signals) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signum)


class Supervisor:
    """Watches servers and programs. `changed` is called with (name -> (pid, start time)) whenever a process is new."""

    def __init__(self, servers: Sequence[EmbeddedServer], programs: Sequence[Program], *, say: Callable[[str], None]) -> None:
        everything: list[EmbeddedServer | Program] = [*servers, *programs]
        self.watched = {each.name: each for each in everything}
        self.programs = programs
        self.say = say
        self.changed: Callable[[dict[str, tuple[int, int | None]]], None] = lambda _children: None
        self._backoffs = {name: Backoff() for name in self.watched}

    def start_programs(self) -> None:
        """Start every program (the servers are started before)."""
        for program in self.programs:
            program.start()
            self._backoffs[program.name].started(time.monotonic())
        self.changed(self.children())

    def children(self) -> dict[str, tuple[int, int | None]]:
        """Every living child with its start time."""
        living = {name: each.process for name, each in self.watched.items() if each.alive()}
        return {name: (process.pid, start_time(process.pid)) for name, process in living.items() if process}

    def watch(self) -> NoReturn:
        """Look after everything until Stopped is raised."""
        while True:
            self.look_once(time.monotonic())
            time.sleep(POLL_SECONDS)

    def look_once(self, now: float) -> None:
        """Note the dead, and restart those whose pause is over."""
        for name, each in self.watched.items():
            backoff = self._backoffs[name]
            if each.alive():
                continue
            if not backoff.due_at:
                pause = backoff.died(now)
                self.say(f"{name} ended unexpectedly; starting it again in {pause:.0f} s (log: {each.log})")
            elif now >= backoff.due_at:
                self._restart(each, backoff)

    def stop_programs(self) -> None:
        """End the programs together, each with time to finish what it has in hand."""
        deadline = time.monotonic() + GRACE_SECONDS
        for program in self.programs:
            program.ask_to_stop()
        for program in self.programs:
            program.ensure_stopped(deadline=deadline)

    def _restart(self, each: EmbeddedServer | Program, backoff: Backoff) -> None:
        backoff.started(time.monotonic())
        try:
            each.start()
        except ServiceError as error:
            self.say(str(error))
            return
        self.say(f"{each.name} is up again")
        self.changed(self.children())
