"""A whole running Weft: servers, migrated database, demo company, then web, worker and beat under one supervisor."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

from config.services.embedded import EmbeddedServers, Say
from config.services.errors import ServiceError
from config.services.processes import start_time
from config.services.supervisor import GRACE_SECONDS, Program, Supervisor
from config.services.urls import RunRecord, find_record, own_record, remove_record, write_record

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120.0
PROGRAMS = ("web", "worker", "beat")
OF_DEMO = "actors"


@dataclass(frozen=True)
class SiteOptions:
    """Where a site keeps its data, where it listens, whether it shows the demo company."""

    data_dir: Path
    port: int = 8000
    bind: str = "127.0.0.1"
    demo: bool = True
    durable: bool = True

    @property
    def url(self) -> str:
        """Address for people and programs of this machine."""
        return f"http://127.0.0.1:{self.port}"


class Site:
    """One Weft. `up` returns when it serves; `down` ends everything it started. The caller holds `sole_supervisor`."""

    def __init__(self, options: SiteOptions, *, say: Say) -> None:
        self.options = options
        self.say = say
        self.servers = EmbeddedServers(options.data_dir, durable=options.durable)
        self.data_dir = self.servers.data_dir
        self.logs = self.data_dir / "log"
        self.record = own_record("site")
        self.supervisor: Supervisor | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of this site."""
        options = self.options
        own = {
            "WEFT_URL": options.url,
            "PORT": str(options.port),
            "BIND": options.bind,
            "DEMO": str(int(options.demo)),
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **self.servers.environment, **own}

    def up(self) -> None:
        """Bring everything up, step by step, saying how long each took."""
        end_leftovers(self.data_dir)
        refuse_taken_port(self.options.bind, self.options.port)
        self.logs.mkdir(exist_ok=True)
        self.servers.start(self.say)
        self._publish()
        with self._step("Database migrated"):
            self.manage("migrate", "--no-input")
        if self.options.demo:
            with self._step("Demo company loaded"):
                self.manage("load_demo")
        with self._step("Web, worker and beat ready"):
            self.supervisor = Supervisor(self.servers.servers, programs(self), say=self.say)
            self.supervisor.changed = self._note_children
            self.supervisor.start_programs()
            self._wait_until_ready(self.supervisor)
        if self.options.demo:
            self.manage("play_demo", "--once", shown=True)

    def down(self) -> None:
        """End programs and servers; the data stay."""
        if self.supervisor:
            self.supervisor.stop_programs()
        self.servers.stop()
        if (record := find_record(self.data_dir)) and record.pid == self.record.pid:
            remove_record(self.data_dir)  # but not that of a dead predecessor, whose programs may still have to be ended

    def manage(self, *arguments: str, shown: bool = False) -> None:
        """Run a management command. Its output goes to a log, or is `shown`. Raises ServiceError if it fails."""
        log = self.logs / f"{arguments[0]}.log"
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        with log.open("wb") as output:
            sys.stdout.flush()
            target = None if shown else output
            done = subprocess.run(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=target, stderr=target, check=False
            )
        if done.returncode:
            raise ServiceError(f"manage.py {' '.join(arguments)} failed.\n{'' if shown else last_lines(log)}".rstrip())

    def _publish(self) -> None:
        shown = ("DATABASE_", "REDIS_", "WEFT_")
        self.record.environment = {name: value for name, value in self.environment.items() if name.startswith(shown)}
        write_record(self.data_dir, self.record)

    def _note_children(self, children: dict[str, tuple[int, int | None]]) -> None:
        self.record.children = children
        write_record(self.data_dir, self.record)

    def _wait_until_ready(self, supervisor: Supervisor) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (answer := readiness(self.options.port)) is not None:
            if time.monotonic() > deadline:
                logs = "\n".join(f"{program.log}:\n{last_lines(program.log)}" for program in supervisor.programs)
                raise ServiceError(
                    f"Weft is not ready after {READY_SECONDS:.0f} s. {self.options.url}/readyz says: {answer}\n{logs}"
                )
            supervisor.look_once(time.monotonic())
            time.sleep(0.2)

    @contextlib.contextmanager
    def _step(self, done: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"{done} ({time.monotonic() - began:.1f} s)")


def programs(site: Site) -> list[Program]:
    """Web, worker and beat of a site; of the demo also those who act outside of the company."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    size = ["--concurrency", os.environ.get("WORKER_PROCESSES") or "2"]
    commands = [
        [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn_settings", "config.wsgi"],
        [*celery, "worker", *size, "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
        [*celery, "beat", "--schedule", str(site.data_dir / "beat-schedule"), "--pidfile", ""],
    ]
    named = dict(zip(PROGRAMS, commands, strict=True))
    if site.options.demo:
        named[OF_DEMO] = [sys.executable, str(ROOT / "manage.py"), "run_actors"]
    return [
        Program(name, command, cwd=ROOT, environment=site.environment, log=site.logs / f"{name}.log")
        for name, command in named.items()
    ]


def readiness(port: int) -> str | None:
    """None if /readyz answers 200, else what it answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        connection.close()
    return None if answer.status == 200 else f"{answer.status} {body}"


def refuse_taken_port(bind: str, port: int) -> None:
    """Raise ServiceError if another program listens on the port: better now than in a log."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise ServiceError(
                f"Port {port} on {bind} cannot be used: {error.strerror}.\nChoose another: PORT=<number> make run"
            ) from None


def end_leftovers(data_dir: Path) -> None:
    """End the programs of a supervisor that died without stopping them. Servers look after their own orphans."""
    record = find_record(data_dir)
    if record is None or record.living:
        return
    for signum, seconds in ((SIGTERM, GRACE_SECONDS), (SIGKILL, 5.0)):
        deadline = time.monotonic() + seconds
        signal_sessions(record, signum)
        while signal_sessions(record, 0) and time.monotonic() < deadline:
            time.sleep(0.1)


def signal_sessions(record: RunRecord, signum: int) -> int:
    """Send `signum` (0 only asks) to the sessions that the recorded programs led; returns how many there still are."""
    found = 0
    for name, (pid, started) in record.children.items():
        reused = start_time(pid) not in (None, started)
        if name in (*PROGRAMS, OF_DEMO) and not reused:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signum)
                found += 1
    return found


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
