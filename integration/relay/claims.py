"""Claiming work. A claim is global: it looks over all companies, at ids and names of consumers only."""

import itertools
import secrets
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

_CLAIM = (Path(__file__).parent / "sql" / "claim.sql").read_text()
SET_SIZE = 200
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


def claim_sets() -> list[list[Claimed]]:
    """The next sets of work, each of one company and consumer; empty when nothing is due.

    Deliveries under suspicion of killing their worker are handed out alone: when there is nothing else, and at every
    LOOKS-th look all the same, since there may always be something else.
    """
    suspicious_first = next(_look) % LOOKS == 0
    claimed = _claim_some(suspicious=suspicious_first) or _claim_some(suspicious=not suspicious_first)
    sets: dict[tuple[int, str], list[Claimed]] = defaultdict(list)
    for delivery in sorted(claimed, key=lambda c: c.id):
        sets[delivery.company_id, delivery.consumer].append(delivery)
    return list(sets.values())


def _claim_some(*, suspicious: bool) -> list[Claimed]:
    return _claim(limit=1 if suspicious else SET_SIZE, suspicious=suspicious)


def _claim(*, limit: int, suspicious: bool) -> list[Claimed]:
    token = secrets.randbits(62)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"limit": limit, "suspicious": suspicious, "claim": token})
        return [Claimed(*row, claim=token) for row in cursor.fetchall()]
