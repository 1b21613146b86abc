"""The shape of an event: a fact in the past tense, made of ids and plain values, never of names or addresses."""

import datetime
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple


class DocumentRef(NamedTuple):
    """A document by kind and id: ("sales_order", 42)."""

    kind: str
    id: int


_told: dict[type, tuple[str, ...]] = {}  # the names of the payload of each event class


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. `type` is its stable public name, `aggregate` the kind of document it is about.

    `stems_from` names the document whose latest event caused this one; without it, it is the document's own
    latest event. The thread is built from this causation alone. `number` and `status` are what the thread shows.
    """

    type: ClassVar[str]
    aggregate: ClassVar[str]
    schema_version: ClassVar[int] = 1

    id: int
    number: str = ""
    status: str = ""
    stems_from: DocumentRef | None = None

    @property
    def document(self) -> DocumentRef:
        return DocumentRef(self.aggregate, self.id)

    def payload(self) -> dict[str, Any]:
        """Plain JSON values of everything but the id and the cause."""
        if type(self) not in _told:
            _told[type(self)] = tuple(f.name for f in fields(self) if f.name not in {"id", "stems_from"})
        return {name: _plain(getattr(self, name)) for name in _told[type(self)]}


@dataclass(frozen=True)
class Recorded:
    """An event as a consumer receives it."""

    id: int
    company_id: int
    type: str
    document: DocumentRef
    payload: dict[str, Any]
    correlation_id: int
    causation_id: int | None
    actor: str
    occurred_at: datetime.datetime


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
