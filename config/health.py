"""Is the process up (`/healthz`), and can it do its work (`/readyz`)? For supervisors and load balancers."""

from collections.abc import Callable

import redis
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from integration.relay import heartbeat
from integration.relay.queries import due_deliveries
from integration.relay.wake import client

MAX_LAG_SECONDS = 30.0


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Database, Redis, workers and relay lag; 503 names what is missing."""
    checks: dict[str, Callable[[], str]] = {"database": _database, "redis": _redis, "workers": _workers, "relay": _relay}
    report = {name: _run(check) for name, check in checks.items()}
    ready = all(answer == "ok" for answer in report.values())
    return JsonResponse({"status": "ok" if ready else "not ready", **report}, status=200 if ready else 503)


def _run(check: Callable[[], str]) -> str:
    try:
        return check()
    except (Error, OSError, redis.RedisError) as error:
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _redis() -> str:
    return "ok" if client().ping() else "no answer"


def _workers() -> str:
    return "ok" if heartbeat.is_alive() else "no worker reported within the last seconds"


def _relay() -> str:
    count, seconds = due_deliveries()
    return "ok" if seconds < MAX_LAG_SECONDS else f"{count} deliveries due, the oldest for {seconds:.0f} s"


healthz.permission = readyz.permission = "public"  # type: ignore[attr-defined]
