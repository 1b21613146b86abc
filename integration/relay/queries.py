"""How the relay stands."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from erp.core.events import DocumentRef
from erp.core.rows import COMPANY, fetch, fetch_one
from erp.documents.registry import describe

_STATUS = """
SELECT COALESCE(extract(epoch FROM now() - min(e.occurred_at) FILTER (WHERE d.state = 'pending')), 0)::float,
       count(*) FILTER (WHERE d.state = 'pending'), count(*) FILTER (WHERE d.state = 'parked')
FROM core_delivery d LEFT JOIN core_event e ON e.company_id = d.company_id AND e.id = d.event_id
WHERE d.state IN ('pending', 'parked') AND d.company_id = (SELECT current_setting('weft.company_id')::bigint)
"""
_LAG = """
SELECT count(*), COALESCE(extract(epoch FROM now() - min(available_at)), 0)::float FROM core_delivery
WHERE state = 'pending' AND available_at <= now()
"""

_PARKED = f"""
SELECT d.id, d.consumer, e.type, e.aggregatetype, e.aggregateid, e.occurred_at, d.finished_attempts, d.last_error,
       (SELECT count(*) FROM core_delivery w WHERE w.company_id = d.company_id AND w.consumer = d.consumer AND w.key = d.key
          AND w.state = 'pending' AND w.id > d.id)
FROM core_delivery d JOIN core_event e ON e.company_id = d.company_id AND e.id = d.event_id
WHERE d.company_id = {COMPANY} AND d.state = 'parked' ORDER BY d.id LIMIT %s
"""  # noqa: S608
_HELD_BACK = f"""
SELECT count(*) FROM core_delivery w
WHERE w.company_id = {COMPANY} AND w.state = 'pending' AND EXISTS (
    SELECT 1 FROM core_delivery b WHERE b.company_id = w.company_id AND b.consumer = w.consumer AND b.key = w.key
      AND b.state = 'parked' AND b.id < w.id)
"""  # noqa: S608


@dataclass(frozen=True)
class RelayStatus:
    """Of one company: age of the oldest waiting event in seconds, how many wait, how many are parked."""

    lag_seconds: float
    pending: int
    parked: int


def relay_status() -> RelayStatus:
    return RelayStatus(*fetch_one(_STATUS))


def due_deliveries() -> tuple[int, float]:
    """Over all companies: how many deliveries are due, and for how many seconds the oldest."""
    count, seconds = fetch_one(_LAG)
    return count, seconds


@dataclass(frozen=True, kw_only=True)
class ParkedDelivery:
    """A delivery that failed for good, the document it is about, and how many later ones of that document wait behind."""

    id: int
    consumer: str
    event_type: str
    document: DocumentRef
    number: str
    url: str
    occurred_at: datetime.datetime
    attempts: int
    error: str
    held_back: int

    @property
    def last_line(self) -> str:
        """Of a traceback the line that says what was wrong."""
        return next((line.strip() for line in reversed(self.error.splitlines()) if line.strip()), "")


def held_back() -> int:
    """Deliveries of the company that wait behind a parked one of the same document."""
    return int(fetch_one(_HELD_BACK)[0])


def parked_deliveries(can: Callable[[str], bool], *, limit: int) -> list[ParkedDelivery]:
    """The oldest parked deliveries of the company; a document the reader may not open has no link."""
    rows = fetch(_PARKED, [limit])
    refs = {DocumentRef(row[3], row[4]) for row in rows}
    cards = describe(refs)
    found = []
    for id_, consumer, event_type, kind, document_id, occurred_at, attempts, error, behind in rows:
        ref = DocumentRef(kind, document_id)
        card = cards.get(ref)
        found.append(
            ParkedDelivery(
                id=id_,
                consumer=consumer,
                event_type=event_type,
                document=ref,
                number=card.number if card else f"{kind} {document_id}",
                url=card.url if card and can(card.permission) else "",
                occurred_at=occurred_at,
                attempts=attempts,
                error=error,
                held_back=behind,
            )
        )
    return found
