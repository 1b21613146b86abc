"""The durable unit of work around ONE operation, retried when rows were contended."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import Error, connection
from psycopg import errors as pg

from erp.core.actor import Actor
from erp.core.errors import Busy
from erp.core.scope import company_scope

T = TypeVar("T")
ATTEMPTS = 3
RETRIED = (pg.DeadlockDetected, pg.SerializationFailure, pg.LockNotAvailable)


def run_unit(actor: Actor, work: Callable[[], T]) -> T:
    """Run `work` in its own transaction of the actor's company and return its result.

    A deadlock or serialization failure is retried with jitter, at most three times, then raises Busy. `work` must
    therefore have no effect outside the database.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with company_scope(actor):
                return work()
        except Error as error:
            if not isinstance(error.__cause__, RETRIED) or connection.in_atomic_block:
                raise
            if attempt == ATTEMPTS:
                raise Busy from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311
    raise AssertionError("unreachable")
