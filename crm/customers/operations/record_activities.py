"""Telling the customer's timeline what happened."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm.customers.permissions import RECORD_ACTIVITIES
from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import execute

_INSERT = (Path(__file__).parents[1] / "sql" / "record_activities.sql").read_text()


@dataclass(frozen=True, kw_only=True)
class ActivityDraft:
    """One entry. `consumer` and `event_id` are its cause, `kind`/`document_id` the document it is about, `actor` who did
    it (the event's actor), `details` plain values such as `{"status": "posted", "total": "12.00"}`: never names."""

    customer_id: int
    consumer: str
    event_id: int
    type: str
    kind: str
    document_id: int
    document_number: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    actor: str
    at: datetime.datetime


@operation(RECORD_ACTIVITIES)
def record_activities(*, entries: Sequence[ActivityDraft], actor: Actor, at: datetime.datetime) -> int:
    """Add the entries to their customers' timelines, those already there left out; return how many are new."""
    if not entries:
        return 0
    rows = [
        (
            e.customer_id,
            e.consumer,
            e.event_id,
            e.type,
            e.kind,
            e.document_id,
            e.document_number,
            json.dumps(dict(e.details)),
            e.actor,
            e.at,
        )
        for e in entries
    ]
    return execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])
