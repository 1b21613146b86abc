"""Timing of rounds: rate, percentiles, processor time of client and server, statements the server received."""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

UNCOUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Timing:
    """Orders done, seconds each in milliseconds per call, and processor seconds of this process and its backend."""

    orders: int = 0
    seconds: float = 0.0
    calls: list[float] = field(default_factory=list)
    client_cpu: float = 0.0
    server_cpu: float = 0.0

    @property
    def rate(self) -> float:
        return self.orders / self.seconds if self.seconds else 0.0

    @property
    def per_order(self) -> float:
        """Processor milliseconds of both sides for one order."""
        return 1e3 * (self.client_cpu + self.server_cpu) / self.orders

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.calls, n=100)[percent - 1] if len(self.calls) > 1 else self.calls[0]


def timed(timing: Timing, work: Callable[[], Any], *, calls: int, orders: int, backend: int = 0) -> Timing:
    """Add `calls` calls of `work`, each of which does `orders` orders, by the product's backend unless another is named."""
    backend = backend or connection.connection.info.backend_pid
    began, client, server = time.perf_counter(), time.process_time(), _cpu_of(backend)
    for _ in range(calls):
        at = time.perf_counter()
        work()
        timing.calls.append(1e3 * (time.perf_counter() - at))
    timing.seconds += time.perf_counter() - began
    timing.client_cpu += time.process_time() - client
    timing.server_cpu += _cpu_of(backend) - server
    timing.orders += calls * orders
    return timing


def statements(work: Callable[[], Any]) -> int:
    """How many statements the server receives for `work`, BEGIN, COMMIT and savepoints apart."""
    with _counting() as seen:
        work()
    return sum(1 for sql in seen if not sql.lstrip().upper().startswith(UNCOUNTED))


@contextmanager
def _counting() -> Any:
    seen: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield seen


def _cpu_of(pid: int) -> float:
    """Processor seconds of a process of this machine; 0 where they cannot be read (a server elsewhere)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
