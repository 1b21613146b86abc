"""The embedded servers of one DATA_DIR: started where the environment names none, shared by several commands."""

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.services.errors import ServiceError
from config.services.places import make_data_dir
from config.services.postgres import Postgres
from config.services.redis import Redis
from config.services.server import EmbeddedServer
from config.services.urls import discover, own_record, remove_record, write_record

Say = Callable[[str], None]


def silent(_line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Lease:
    """Servers one may use: the variables that lead to them, and those of them the holder has to look after."""

    environment: dict[str, str]
    servers: list[EmbeddedServer]


class EmbeddedServers:
    """PostgreSQL and Redis under `data_dir`, each only if its URL is not set in the environment."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = make_data_dir(data_dir)
        self.servers: list[EmbeddedServer] = []
        self._postgres: Postgres | None = None
        self._redis: Redis | None = None
        if not os.environ.get("DATABASE_URL"):
            self._postgres = Postgres(self.data_dir / "postgres", durable=durable)
            self.servers.append(self._postgres)
        if not os.environ.get("REDIS_URL"):
            self._redis = Redis(self.data_dir / "redis")
            self.servers.append(self._redis)

    @property
    def environment(self) -> dict[str, str]:
        """The variables a command needs to use these servers."""
        found = {
            "DATA_DIR": str(self.data_dir),
            "WEFT_SECRET_KEY": os.environ.get("WEFT_SECRET_KEY") or secret_key(self.data_dir),
        }
        for server in (self._postgres, self._redis):
            if server:
                found |= server.environment()
        return found

    def start(self, say: Say = silent) -> None:
        """Start each server and say so."""
        for server in self.servers:
            began = time.monotonic()
            server.start()
            moved = "" if server.home.is_relative_to(self.data_dir) else f", files in {server.home}"
            say(f"{server.name} ready ({time.monotonic() - began:.1f} s{moved})")

    def stop(self) -> None:
        """Stop each server, the last started first."""
        for server in reversed(self.servers):
            server.stop()

    def end_orphans(self) -> None:
        """End what a dead supervisor left running."""
        for server in self.servers:
            server.end_orphans()

    def remove(self) -> None:
        """Stop, and delete the data for good."""
        for server in reversed(self.servers):
            server.remove()
        shutil.rmtree(self.data_dir, ignore_errors=True)


def secret_key(data_dir: Path) -> str:
    """The key that signs sessions here: drawn once, readable by its owner alone."""
    path = data_dir / "secret_key"
    with contextlib.suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


@contextlib.contextmanager
def sole_supervisor(data_dir: Path) -> Iterator[bool]:
    """Hold the right to supervise `data_dir`; False if another living process holds it."""
    with (make_data_dir(data_dir) / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


@contextlib.contextmanager
def shared_servers(data_dir: Path, *, say: Say = silent) -> Iterator[Lease]:
    """Servers for the length of one command: those that run in `data_dir`, else started for it.

    Several commands may run at once: the one that started the servers waits for the others before it stops them.
    """
    data_dir = make_data_dir(data_dir)
    with (data_dir / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with sole_supervisor(data_dir) as sole:
            if not sole:
                yield Lease(_wait_for_other(data_dir), [])
                return
            servers = EmbeddedServers(data_dir)
            record = own_record("servers")
            try:
                servers.start(say)
                record.environment = servers.environment
                write_record(data_dir, record)
                yield Lease(record.environment, servers.servers)
            finally:
                fcntl.flock(users, fcntl.LOCK_EX)  # returns when nobody else uses them
                remove_record(data_dir)
                servers.stop()


def _wait_for_other(data_dir: Path) -> dict[str, str]:
    """The servers of another command in `data_dir`, which may be starting just now."""
    deadline = time.monotonic() + 120
    while not (found := discover(data_dir)):
        if time.monotonic() > deadline:
            raise ServiceError(f"Another command holds {data_dir} but its servers do not come up. `make stop` ends it.")
        time.sleep(0.1)
    return found


@contextlib.contextmanager
def fresh_servers(parent: Path, *, say: Say = silent) -> Iterator[Lease]:
    """New, empty servers in a directory under `parent`, deleted afterwards."""
    with fresh_directory(parent) as directory:
        servers = EmbeddedServers(directory, durable=False)
        try:
            servers.start(say)
            yield Lease(servers.environment, servers.servers)
        finally:
            servers.remove()


@contextlib.contextmanager
def fresh_directory(parent: Path) -> Iterator[Path]:
    """A new DATA_DIR in `parent`, held. What killed runs left in `parent`, servers included, is removed first."""
    make_data_dir(parent.parent)
    parent = make_data_dir(parent)
    with contextlib.ExitStack() as stack:
        with (parent / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for leftover in filter(Path.is_dir, parent.iterdir()):
                with sole_supervisor(leftover) as free:
                    if free:
                        _remove_leftover(leftover)
            directory = Path(tempfile.mkdtemp(dir=parent))
            directory.chmod(stat.S_IMODE(parent.stat().st_mode))
            stack.enter_context(sole_supervisor(directory))
        yield directory


def _remove_leftover(folder: Path) -> None:
    servers = EmbeddedServers(folder)
    servers.end_orphans()
    servers.remove()
