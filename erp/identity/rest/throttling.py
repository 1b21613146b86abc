"""Rate limit of one key or person: a token bucket in Redis, shared by all web processes.

Without Redis nobody is limited: a limit is a courtesy to the others, not a wall.
"""

import logging
import math
from functools import cache
from typing import Any

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
PER_SECOND, BURST = 100, 1000
_TAKE = """
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local tokens = math.min(burst, (tonumber(state[1]) or burst) + (now - (tonumber(state[2]) or now)) * rate)
local taken = tokens >= 1
if taken then tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return taken and '0' or tostring((1 - tokens) / rate)
"""


@cache
def _client(url: str) -> "redis.Redis[Any]":
    return redis.Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2)


class PrincipalThrottle(BaseThrottle):
    """`API_RATE_PER_SECOND` and `API_RATE_BURST` in the settings change the limits; a rate of 0 switches it off."""

    def allow_request(self, request: Request, view: Any) -> bool:
        rate, burst = getattr(settings, "API_RATE_PER_SECOND", PER_SECOND), getattr(settings, "API_RATE_BURST", BURST)
        if not rate:
            return True
        key = f"weft:rate:{request.user.company_id}:{request.user.name}"
        try:
            self.seconds = float(_client(settings.REDIS_URL).eval(_TAKE, 1, key, rate, burst))
        except redis.RedisError as error:
            logger.warning("rate limit not checked: %s", error)
            return True
        return self.seconds == 0

    def wait(self) -> float:
        return math.ceil(self.seconds)
