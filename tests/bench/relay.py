"""The relay with a real worker: how long from a commit to the last reaction, and how many reactions a second."""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings

from tests.bench.database import ROOT
from tests.bench.trade import Trade

_PENDING = "SELECT count(*) FROM core_delivery WHERE company_id = %s AND state = 'pending'"
_SPAN = """
SELECT extract(epoch FROM max(d.finished_at) - min(e.occurred_at)) * 1000 FROM core_delivery d
JOIN core_event e ON e.company_id = d.company_id AND e.id = d.event_id
WHERE d.company_id = %s AND e.correlation_id = (
    SELECT correlation_id FROM core_event WHERE company_id = %s AND aggregatetype = 'sales_order' AND aggregateid = %s LIMIT 1)
"""


@contextmanager
def worker(processes: int) -> Iterator[None]:
    """A Celery worker and beat on the bench's database for the length of the block."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    commands = [
        ["worker", "--concurrency", str(processes), "--loglevel", "error", "--without-gossip", "--without-mingle"],
        ["beat", "--loglevel", "error", "--schedule", str(settings.DATA_DIR / "bench-beat"), "--pidfile", ""],
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", *c], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL
        )
        for c in commands
    ]
    try:
        yield
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=30)


class Watcher:
    """Sees over all companies when the relay has nothing left to do."""

    def __init__(self) -> None:
        self.reader = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)

    def wait_until_idle(self, company_id: int, *, seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.reader.execute(_PENDING, [company_id]).fetchone() == (0,):
                return
            time.sleep(0.002)
        raise TimeoutError(f"the relay still had work after {seconds} s")

    def span(self, company_id: int, order_id: int) -> float:
        """Milliseconds from the order's first event to the last reaction of its chain."""
        row = self.reader.execute(_SPAN, [company_id, company_id, order_id]).fetchone()
        assert row is not None
        return float(row[0])


def latency_idle(trade: Trade, watcher: Watcher, orders: int) -> tuple[float, float]:
    """p50 and p99 in milliseconds of the whole automatic chain (confirm, reserve, deliver, invoice, timeline), one
    order at a time on an idle system."""
    spans = []
    for _ in range(orders):
        [order_id] = trade.place(1)
        watcher.wait_until_idle(trade.actor.company_id)
        spans.append(watcher.span(trade.actor.company_id, order_id))
    cuts = statistics.quantiles(spans, n=100)
    return cuts[49], cuts[98]


_SPANS = """
SELECT extract(epoch FROM max(d.finished_at) - min(e.occurred_at)) * 1000 FROM core_delivery d
JOIN core_event e ON e.company_id = d.company_id AND e.id = d.event_id
WHERE d.company_id = %s AND e.id > %s GROUP BY e.correlation_id
"""


def latency_load(trade: Trade, watcher: Watcher, *, per_second: int, seconds: int) -> tuple[float, float, float]:
    """p50 and p99 in milliseconds, commit to last reaction of every order, while orders come at a steady rate in tens;
    and the rate that was reached."""
    company, step = trade.actor.company_id, 10
    [last] = watcher.reader.execute("SELECT COALESCE(max(id), 0) FROM core_event WHERE company_id = %s", [company]).fetchone()  # type: ignore[misc]
    began = time.perf_counter()
    for i in range(per_second * seconds // step):
        if (early := began + i * step / per_second - time.perf_counter()) > 0:
            time.sleep(early)
        trade.place(step)
    rate = per_second * seconds / (time.perf_counter() - began)
    watcher.wait_until_idle(company)
    cuts = statistics.quantiles([float(row[0]) for row in watcher.reader.execute(_SPANS, [company, last]).fetchall()], n=100)
    return cuts[49], cuts[98], rate


def throughput(trade: Trade, watcher: Watcher, orders: int) -> float:
    """Reactions a second while a backlog of placed orders runs to its invoices."""
    company = trade.actor.company_id
    count = "SELECT count(*) FROM core_delivery WHERE company_id = %s"
    before = watcher.reader.execute(count, [company]).fetchone()
    for _ in range(orders // 100):
        trade.place(100)
    began = time.perf_counter()
    watcher.wait_until_idle(company)
    after = watcher.reader.execute(count, [company]).fetchone()
    assert before is not None
    assert after is not None
    return (after[0] - before[0]) / (time.perf_counter() - began)
