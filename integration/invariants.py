"""What must be true of events and of the duties they gave."""

from erp.core import bus
from erp.core.invariants import Invariant, declare
from erp.core.rows import COMPANY


def _duties() -> str:
    """Every event against the consumers wired for its type. A consumer's duty begins with its first delivery in the
    company: events older than its wiring owe it nothing. Nor do those whose done deliveries were forgotten."""
    wired = ", ".join(f"('{event_type}', '{c.name}')" for c in bus.consumers() for event_type in c.event_types)
    return f"""
SELECT 'event ' || e.id || ' ' || w.consumer AS key, d.id IS NOT NULL AS stored, true AS derived
FROM core_event e
JOIN (VALUES {wired or "('', '')"}) AS w(type, consumer) ON w.type = e.type
JOIN (SELECT consumer, min(event_id) AS first_id FROM core_delivery WHERE company_id = {COMPANY} GROUP BY 1) f
     ON f.consumer = w.consumer AND e.id >= f.first_id
JOIN identity_company c ON c.id = e.company_id AND e.id > c.events_forgotten_to
LEFT JOIN core_delivery d ON d.company_id = {COMPANY} AND d.consumer = w.consumer AND d.event_id = e.id
"""  # noqa: S608


_OF_EVENTS = f"""
SELECT 'delivery ' || d.id AS key, d.event_id AS stored, e.id AS derived
FROM core_delivery d LEFT JOIN core_event e ON e.id = d.event_id WHERE d.company_id = {COMPANY}
"""  # noqa: S608
_CAUSES = """
SELECT 'event ' || e.id AS key, coalesce(c.id < e.id AND c.correlation_id = e.correlation_id, false) AS stored, true AS derived
FROM core_event e LEFT JOIN core_event c ON c.id = e.causation_id WHERE e.causation_id IS NOT NULL
"""

declare(
    Invariant(name="bus.duties", sentence="each event has one delivery per consumer wired for it", sql=_duties),
    Invariant(name="bus.events", sentence="each delivery has its event", sql=_OF_EVENTS),
    Invariant(name="bus.causes", sentence="each event's cause is an earlier event of the same chain", sql=_CAUSES),
)
