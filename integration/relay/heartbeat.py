"""A sign of life of the workers, for `/readyz` and the monitor."""

import redis

from erp.core import clock
from integration.relay.wake import client

KEY = "weft:relay:heartbeat"
FRESH_SECONDS = 15


def beat() -> None:
    """Note that a worker is at work."""
    try:
        client().set(KEY, clock.now().timestamp(), ex=FRESH_SECONDS)
    except redis.RedisError:
        return


def is_alive() -> bool:
    """Whether a worker was at work within the last seconds."""
    try:
        return bool(client().exists(KEY))
    except redis.RedisError:
        return False
