"""A Weft of its own, servers included, every process of which may be killed."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import redis
import requests

from config.services.postgres import Postgres, throwaway_postgres
from config.services.redis import Redis
from tests.support.fault_points import armed, release

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "web": ["gunicorn", "-c", "python:config.gunicorn_settings", "config.wsgi"],
    "worker": ["celery", "-A", "config", "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
    "beat": ["celery", "-A", "config", "beat", "--pidfile", ""],
    "actors": ["django", "run_actors"],
}
PATIENCE = 90.0


def wait_until(what: str, condition: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """The first true answer of the condition; AssertionError after the deadline."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.05)
    return answer


class FaultSite:
    """Web, worker, beat and the demo's actors as children of the test; the database is looked at above all walls."""

    def __init__(self, postgres: Postgres, queue: Redis, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.postgres, self.queue, self.folder, self.url = postgres, queue, folder, f"http://127.0.0.1:{port}"
        inherited = {n: v for n, v in os.environ.items() if not n.startswith(("DATABASE_", "REDIS_", "CELERY_", "PYTEST_"))}
        self.environment = {
            **inherited,
            **postgres.environment(),
            **queue.environment(),
            "DJANGO_SETTINGS_MODULE": "tests.support.fault_settings",
            "DATA_DIR": str(folder),
            "WEFT_SECRET_KEY": "faults",
            "PORT": str(port),
            "PYTHONPATH": str(ROOT),
        }
        self.redis = redis.Redis.from_url(queue.url())
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ended: list[str] = []
        self.key = ""

    def set_up(self) -> None:
        self.run("manage.py", "migrate", "--no-input")
        self.key = self.run("-m", "tests.support.fault_world").splitlines()[-1]
        for name in COMMANDS:
            self.start(name)
        wait_until("web answers", self.serves)

    def run(self, *arguments: str, check: bool = True) -> str:
        """Run Python to its end; what it printed. AssertionError if it fails, unless that is for the caller to judge."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        command = [sys.executable, "-m", *COMMANDS[name]]
        if name == "beat":
            command += ["--schedule", str(self.folder / "schedule")]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def serves(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def post(self, path: str, body: Any = None) -> Any:
        answer = requests.post(
            f"{self.url}/api/v1/{path}/", json=body or {}, headers={"Authorization": f"Bearer {self.key}"}, timeout=PATIENCE
        )
        assert answer.ok, answer.text
        return answer.json()

    def rows(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            return connection.execute(sql.encode(), params).fetchall()

    def arm(self, point: str) -> None:
        """The next process that comes by this point stands still."""
        self.redis.rpush(armed(point), 1)

    def tend(self) -> bool:
        """Start again what ended by itself, as the supervisor of a real site does: a Celery worker may end when it loses its
        broker in the middle of a task. True, to stand in a condition."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.ended.append(name)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # what it left of its session
                self.start(name)
        return True

    def kill_child(self, pid: int) -> None:
        """One child of web or worker; its parent makes a new one."""
        os.kill(pid, signal.SIGKILL)

    def kill_whole(self, name: str) -> None:
        """Parent and children at once; started again."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()
        self.start(name)

    def kill_postgres(self, pid: int) -> None:
        """The database server, while `pid` stands in a transaction; it goes on when the server is back."""
        self.postgres.kill()
        self.postgres.start()
        self.redis.rpush(release(pid), 1)

    def kill_redis(self) -> None:
        """Redis with all it remembers; whoever stands at a point goes on."""
        self.queue.kill()
        for file in self.queue.data.iterdir():
            shutil.rmtree(file) if file.is_dir() else file.unlink()

    def start_redis(self) -> None:
        self.queue.start()

    def logs(self) -> str:
        return "\n".join(f"{path.name}:\n{path.read_text(errors='replace')[-3000:]}" for path in self.folder.glob("*.log"))


@contextlib.contextmanager
def fault_site() -> Iterator[FaultSite]:
    """Everything up, everything gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="weft-faults-"))
    folder.chmod(0o711)
    with throwaway_postgres(durable=False) as postgres:
        queue = Redis(folder / "redis").start()
        site = FaultSite(postgres, queue, folder)
        try:
            site.set_up()
            yield site
        finally:
            site.stop()
            queue.remove()
            shutil.rmtree(folder, ignore_errors=True)
