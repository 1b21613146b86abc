"""Places in the relay, in handlers, in a request and in the steps of the actors where a process stops when a test asks for it.

A token in the Redis list `weft:fault:<point>` is taken by the first process that comes by. It reports its pid and then
stands still, transaction open, until it is killed or released.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import redis
from django.apps import AppConfig
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

HIT = "weft:fault:hit"
HANDLERS = ("confirm", "reserve", "deliver", "invoice")


def armed(point: str) -> str:
    """The list that holds the tokens of a point."""
    return f"weft:fault:{point}"


def release(pid: int) -> str:
    """The list that lets a standing process go on."""
    return f"weft:fault:release:{pid}"


def reach(point: str) -> None:
    """Stand still here if a test asks for it; without Redis nobody asks, and who stands goes on."""
    redis_client = _client(os.getpid())
    with suppress(redis.RedisError):
        if redis_client.lpop(armed(point)) is not None:
            redis_client.rpush(HIT, json.dumps({"pid": os.getpid(), "point": point}))
            redis_client.blpop([release(os.getpid())], timeout=0)


@lru_cache(maxsize=4)
def _client(_pid: int) -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0))


def _before(point: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        reach(point)
        return function(*args, **kwargs)

    return run


def _after(point: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        reach(point)
        return result

    return run


class FaultPoints(AppConfig):
    """Last of the apps, so that the wiring stands."""

    name = "tests.support.fault_points"
    label = "fault_points"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        from crm.pipeline.events import QuotationAccepted
        from erp.core import bus
        from erp.identity.rest.idempotency import KeyedCall
        from integration.demo.client import Client
        from integration.relay import drain, handling

        drain.handle = _before("relay.claimed", drain.handle)
        handling.mark_done = _after("relay.marked", handling.mark_done)
        for consumer in bus.consumers():
            bus._consumers[consumer.name] = bus.Consumer(
                consumer.name, consumer.event_types, _after(consumer.name, consumer.handler)
            )
        KeyedCall.once = _after("web.kept", KeyedCall.once)  # type: ignore[method-assign]
        KeyedCall.patiently = _after("web.committed", KeyedCall.patiently)  # type: ignore[method-assign]
        Client.post_once = _after("actors.answered", _before("actors.asking", Client.post_once))  # type: ignore[method-assign]
        bus.signal_of(QuotationAccepted).connect(_accepted, dispatch_uid="fault_points")


def _accepted(**_: Any) -> None:
    """Inside the unit of work of a request, the order placed."""
    reach("web.accepted")
