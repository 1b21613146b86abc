"""From events and their causes to documents and edges: pure, without a database."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erp.core.events import DocumentRef


@dataclass(frozen=True)
class EventFact:
    """What the thread needs of an event."""

    id: int
    type: str
    document: DocumentRef
    payload: Mapping[str, Any]
    causation_id: int | None
    actor: str
    at: datetime.datetime


@dataclass(frozen=True)
class Edge:
    """One document led to another: by which kind of event, when."""

    source: DocumentRef
    target: DocumentRef
    cause: str
    at: datetime.datetime
    event_id: int


def related(events: Sequence[EventFact], start: DocumentRef) -> list[EventFact]:
    """The events of a document, everything that led to them and everything they led to, in order."""
    by_id = {event.id: event for event in events}
    children: dict[int, list[int]] = defaultdict(list)
    for event in events:
        if event.causation_id in by_id:
            children[event.causation_id].append(event.id)
    own = [event.id for event in events if event.document == start]
    kept = _closure(own, lambda i: [c] if (c := by_id[i].causation_id) in by_id else [])
    kept |= _closure(own, lambda i: children[i])
    return [event for event in events if event.id in kept]


def _closure(start: Iterable[int], step: Any) -> set[int]:
    seen: set[int] = set()
    todo = list(start)
    while todo:
        event_id = todo.pop()
        if event_id not in seen:
            seen.add(event_id)
            todo.extend(step(event_id))
    return seen


def edges_of(events: Sequence[EventFact]) -> list[Edge]:
    """One edge per pair of different documents: the first time one led to the other."""
    by_id = {event.id: event for event in events}
    found: dict[tuple[DocumentRef, DocumentRef], Edge] = {}
    for event in events:
        cause = by_id.get(event.causation_id or 0)
        if cause is not None and cause.document != event.document:
            pair = (cause.document, event.document)
            found.setdefault(pair, Edge(*pair, cause=cause.type, at=event.at, event_id=cause.id))
    return list(found.values())
