"""The wake-up after a commit: coalesced into one task by a Redis key, and allowed to fail (beat sweeps)."""

import logging
import os
import threading
from functools import lru_cache

import redis
from django.conf import settings

from integration.relay.drain import draining

log = logging.getLogger(__name__)
KEY = "weft:relay:wake"
KEY_SECONDS = 2
_own = threading.local()


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def wake() -> None:
    """Ask a worker to drain, unless one was asked a moment ago or is at work, or this process itself is draining."""
    if draining.get():
        return
    try:
        if _nobody_asked():
            from integration.relay.tasks import sweep

            sweep.apply_async(expires=30)
    except Exception as error:
        log.warning("relay was not woken, the sweep will find the work: %s", error)


def _nobody_asked() -> bool:
    """Set the key, unless it is there. On a connection kept for this thread, since it happens at every commit: the way
    through the client's pool and retries takes five times the processor time."""
    mine = (os.getpid(), client())
    if getattr(_own, "key", None) != mine:
        _own.key, _own.connection = mine, mine[1].connection_pool.make_connection()
    _own.connection.send_command("SET", KEY, 1, "NX", "EX", KEY_SECONDS)
    return _own.connection.read_response() is not None


def hold() -> None:
    """A worker is at work and will look again: commits meanwhile need not ask for one."""
    try:
        client().set(KEY, 1, ex=KEY_SECONDS)
    except redis.RedisError as error:
        log.warning("wake-up key not held: %s", error)


def forget() -> None:
    """Let the next commit send a wake-up again; called before the last look."""
    try:
        client().delete(KEY)
    except redis.RedisError as error:
        log.warning("wake-up key not deleted: %s", error)
