"""Orders through the web server: one at a time, and a thousand in one call."""

import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command

from tests.bench.database import ROOT
from tests.bench.row import Row
from tests.bench.timing import Timing
from tests.bench.trade import CUSTOMERS, LINES, PRODUCTS

BULK, READY_SECONDS = 1000, 60


def entry(company: str, *, singles: int, bulks: int) -> Iterator[Row]:
    """`o2c.entry_api` and `o2c.bulk_api`: a web process as in production, one connection kept open."""
    out = StringIO()
    call_command("create_api_key", company=company, role="salesperson", stdout=out)
    dice = random.Random(5)
    with web() as port:
        client = Caller(port, out.getvalue().strip())
        for _ in range(10):
            client.post("erp/sales-orders/", order(dice))
        single = Timing()
        for _ in range(singles):
            single.calls.append(1e3 * client.post("erp/sales-orders/", order(dice)))
        p95 = single.percentile(95)
        yield Row("o2c.entry_api", p95, "ms p95, one order of five lines through HTTP", aim="< 60", met=p95 < 60)
        yield Row("o2c.entry_api.p50", single.percentile(50), "ms")
        client.post("erp/sales-orders/bulk/", {"orders": [order(dice) for _ in range(10)]})
        bodies = [{"orders": [order(dice) for _ in range(BULK)]} for _ in range(bulks)]
        seconds = [client.post("erp/sales-orders/bulk/", body) for body in bodies]
        rate = BULK * bulks / sum(seconds)
        yield Row("o2c.bulk_api", rate, f"orders/s, {BULK:,} in one call", aim=">= 300", met=rate >= 300)


def order(dice: random.Random) -> dict[str, object]:
    products = dice.sample(range(PRODUCTS), LINES)
    lines = [{"product": f"P{i:04}", "quantity": str(dice.randint(1, 5))} for i in products]
    return {"customer": f"C{dice.randrange(CUSTOMERS):03}", "lines": lines}


class Caller:
    """A program with an API key and one connection."""

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Host": "localhost"}

    def post(self, path: str, body: object) -> float:
        """Seconds from sending to having read the whole answer."""
        text = json.dumps(body)
        began = time.perf_counter()
        headers = {**self.headers, "Idempotency-Key": secrets.token_hex(8)}
        self.connection.request("POST", f"/api/v1/{path}", text, headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status not in (200, 201, 207):
            raise RuntimeError(f"{path}: {response.status} {answer[:500]!r}")
        return time.perf_counter() - began


@contextmanager
def web() -> Iterator[int]:
    """One web process on a free port, until the block ends."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "BIND": "127.0.0.1", "WEB_WORKERS": "1", "ALLOWED_HOSTS": "localhost"}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn_settings", "--log-level", "error", "config.wsgi"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the web server did not come up")
