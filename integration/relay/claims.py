"""Claiming work. A claim is global: it looks over all companies, at ids and names of consumers only."""

import itertools
import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

_SQL = Path(__file__).parent / "sql"
_CLAIM = (_SQL / "claim.sql").read_text()
_FREE_LOST = (_SQL / "free_lost.sql").read_text()
MAX_UNFINISHED = 3
LOOKS = 8
_look = itertools.count(1)


@dataclass(frozen=True)
class Claimed:
    """A delivery handed to this worker. More attempts started than finished: a handler may have killed its worker."""

    id: int
    company_id: int
    consumer: str
    started: int
    finished: int
    claim: int

    @property
    def is_poison(self) -> bool:
        return self.started - self.finished > MAX_UNFINISHED


@dataclass(frozen=True)
class Lot:
    """Deliveries whose worker was lost so many times, and how many of them are handed out at once."""

    least: int
    most: int
    size: int


# The first loss took a whole claim with it, the guilty one among many; who is lost again is tried alone.
FRESH, SUSPECTS, CONVICTS = Lot(0, 0, 500), Lot(1, 1, 20), Lot(2, 2**15, 1)


@contextmanager
def at_work() -> Iterator[int]:
    """The number under which a worker claims, locked for its session as long as the block lasts: when the worker dies,
    the lock is gone with its session and `free_lost_claims` gives back what it held. Sessions of a pooler are anybody's,
    so behind one there is no lock and a lost claim waits for its time."""
    worker = secrets.randbits(62)
    if settings.POOLED_EXTERNALLY:
        yield worker
        return
    _execute("SELECT pg_advisory_lock(%s)", [worker])
    try:
        yield worker
    finally:
        with suppress(Error):  # the session is gone, and the lock with it
            _execute("SELECT pg_advisory_unlock(%s)", [worker])


def free_lost_claims() -> None:
    """Make due again what workers had claimed that are no more."""
    if not settings.POOLED_EXTERNALLY:
        _execute(_FREE_LOST, [])


def claim_sets(worker: int) -> list[list[Claimed]]:
    """The next sets of work, each of one company and consumer; empty when nothing is due.

    Deliveries under suspicion of killing their worker come when there is nothing else, and at every LOOKS-th look all
    the same, since there may always be something else.
    """
    look = next(_look)
    first = SUSPECTS if look % LOOKS == 0 else CONVICTS if look % LOOKS == LOOKS // 2 else FRESH
    lots = dict.fromkeys((first, FRESH, SUSPECTS, CONVICTS))
    claimed = next((found for lot in lots if (found := _claim(lot, worker))), [])
    sets: dict[tuple[int, str], list[Claimed]] = defaultdict(list)
    for delivery in sorted(claimed, key=lambda c: c.id):
        sets[delivery.company_id, delivery.consumer].append(delivery)
    return list(sets.values())


def _claim(lot: Lot, worker: int) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"least": lot.least, "most": lot.most, "limit": lot.size, "claim": worker})
        return [Claimed(*row, claim=worker) for row in cursor.fetchall()]


def _execute(sql: str, params: list[object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
