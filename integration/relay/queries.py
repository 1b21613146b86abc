"""How the relay stands."""

from dataclasses import dataclass

from erp.core.rows import fetch_one

_STATUS = """
SELECT COALESCE(extract(epoch FROM now() - min(e.occurred_at)) FILTER (WHERE d.state = 'pending'), 0)::float,
       count(*) FILTER (WHERE d.state = 'pending'), count(*) FILTER (WHERE d.state = 'parked')
FROM core_delivery d LEFT JOIN core_event e ON e.company_id = d.company_id AND e.id = d.event_id
WHERE d.state IN ('pending', 'parked') AND d.company_id = (SELECT current_setting('weft.company_id')::bigint)
"""
_LAG = """
SELECT count(*), COALESCE(extract(epoch FROM now() - min(available_at)), 0)::float FROM core_delivery
WHERE state = 'pending' AND available_at <= now()
"""


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
