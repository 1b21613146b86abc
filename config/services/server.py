"""What both embedded servers have in common: one supervisor at a time, orphans ended, readiness by connecting."""

import fcntl
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from signal import SIGKILL, SIGQUIT, SIGTERM, Signals
from typing import IO, ClassVar, Self

from config.services.account import Account, server_account
from config.services.errors import ServiceError
from config.services.places import make_data_dir, make_home
from config.services.processes import send, wait_until_none_works_in, working_in

READY_SECONDS = 300.0  # recovery after a crash replays the log; it is never cut short while the process lives
STOP_SECONDS = 30.0
LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside as .1 at the next start


class EmbeddedServer(ABC):
    """A server whose parent is this process. `start` returns when it answers; the data survive any kill.

    One process at a time may hold a home: `start` raises ServiceError if another living one does. A server that
    outlived its supervisor is ended first, so that its next parent is always the one who watches it.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[Signals] = SIGTERM

    def __init__(self, place: Path, *, account: Account | None = None) -> None:
        self.account = account or server_account()
        make_data_dir(place.parent)
        self.home = make_home(place, self.account)
        self.data = self.home / "data"
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @abstractmethod
    def _prepare(self) -> None:
        """Make what must exist before the process starts. Runs with the home locked and no orphan alive."""

    @abstractmethod
    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the process."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether the server accepts a connection now."""

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.home / f"{self.name.lower()}.log"

    @property
    def pid(self) -> int | None:
        """The running server's process id; None if it does not run."""
        return self.process.pid if self.alive() and self.process else None

    def alive(self) -> bool:
        """Whether the process of this supervisor runs (it may not be ready yet)."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> Self:
        """Start the server unless it runs, and wait until it answers."""
        if self.alive():
            return self
        self._take_lock()
        try:
            self.end_orphans()
            self._prepare()
            if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.1"))
            with self.log.open("ab") as log:
                self.process = self._launch(log)
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server in good order and give its home free. Nothing happens if it does not run."""
        if self.process and self.process.poll() is None:
            for signum in (self.stop_signal, SIGQUIT, SIGKILL):
                self.process.send_signal(signum)
                try:
                    self.process.wait(STOP_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    continue
        self.process = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def remove(self) -> None:
        """Stop, and delete the data for good."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def kill(self) -> None:
        """End the main process at once, as a crash would (kill -9). For fault tests; `start` recovers."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def end_orphans(self) -> None:
        """End what a dead supervisor left running on these data. Raises ServiceError if it does not go."""
        for signum, seconds in ((self.stop_signal, 10.0), (SIGQUIT, 5.0), (SIGKILL, 5.0)):
            pids = working_in(self.data)
            if not pids:
                return
            send(self._heads(pids), signum)
            if wait_until_none_works_in(self.data, seconds=seconds):
                return
        raise ServiceError(
            f"{self.name} of an earlier start still runs on {self.data} (pids {working_in(self.data)}). End it and start again."
        )

    def _heads(self, pids: list[int]) -> list[int]:
        """Of the processes on these data, those to signal."""
        return pids

    def _spawn(self, command: list[str], log: IO[bytes], *, stdin: int) -> subprocess.Popen[bytes]:
        """Start `command` in the data directory (orphans are found by that), as the account, in a session of its own."""
        identity = {**self.account.popen_arguments(), "cwd": self.data}
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        return subprocess.Popen(command, stdin=stdin, stdout=log, stderr=log, env=environment, start_new_session=True, **identity)

    def _take_lock(self) -> None:
        if self._lock:
            return
        lock = (self.home / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise ServiceError(
                f"{self.home} is in use by another Weft. `make stop` ends it; DATA_DIR=<directory> runs a second one."
            ) from None
        self._lock = lock

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        pause = 0.01
        while not self.ready():
            if not self.alive() or time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace").splitlines()[-8:]
                raise ServiceError("\n".join([f"{self.name} did not start; its log {self.log} ends with:", *tail]))
            time.sleep(pause)
            pause = min(pause * 1.5, 0.25)
