"""What came of what: documents and their causes, read from the event log alone.

Knows no kind of document: whatever publishes events is found.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erp.core.events import DocumentRef
from erp.core.rows import COMPANY, fetch

MAX_EVENTS = 5000
_COLUMNS = (
    "e.id, e.aggregatetype, e.aggregateid, e.type, e.payload::text, e.correlation_id, e.causation_id, e.actor, e.occurred_at"
)
_WHOLE = f"""
SELECT {_COLUMNS} FROM core_event e
WHERE e.company_id = {COMPANY} AND e.correlation_id IN (
    SELECT o.correlation_id FROM core_event o
    WHERE o.company_id = {COMPANY} AND o.aggregatetype = %s AND o.aggregateid = %s)
ORDER BY e.id LIMIT {MAX_EVENTS}
"""  # noqa: S608
_BEYOND = f"""
SELECT {_COLUMNS} FROM core_event e
WHERE e.company_id = {COMPANY} AND e.correlation_id IN (
    SELECT o.correlation_id FROM core_event o
    JOIN unnest(%s::text[], %s::bigint[]) AS k(kind, id) ON o.aggregatetype = k.kind AND o.aggregateid = k.id
    WHERE o.company_id = {COMPANY} AND NOT o.correlation_id = ANY(%s::bigint[]))
ORDER BY e.id LIMIT {MAX_EVENTS}
"""  # noqa: S608

_FIRST = f"""
SELECT DISTINCT ON (e.aggregatetype, e.aggregateid) {_COLUMNS} FROM core_event e
JOIN unnest(%s::text[], %s::bigint[]) AS k(kind, id) ON e.aggregatetype = k.kind AND e.aggregateid = k.id
WHERE e.company_id = {COMPANY} ORDER BY e.aggregatetype, e.aggregateid, e.id
"""  # noqa: S608


@dataclass(frozen=True)
class Happening:
    """An event as the story needs it."""

    id: int
    document: DocumentRef
    type: str
    payload: Mapping[str, Any]
    correlation_id: int
    causation_id: int | None
    actor: str
    at: datetime.datetime


@dataclass(frozen=True)
class Cause:
    """An event of `source` led to an event of `target`, another document, at `at`."""

    source: DocumentRef
    target: DocumentRef
    event: Happening
    effect: Happening

    @property
    def at(self) -> datetime.datetime:
        return self.effect.at


@dataclass(frozen=True)
class Story:
    """The documents of a story with their events in order, and what caused which."""

    subject: DocumentRef
    documents: dict[DocumentRef, list[Happening]]
    causes: list[Cause]

    @property
    def happenings(self) -> list[Happening]:
        return sorted((h for events in self.documents.values() for h in events), key=lambda h: h.id)


def read_story(subject: DocumentRef, *, siblings: bool = True) -> Story | None:
    """Everything that led to the document and came of it; None if it has no event. Two statements.

    With `siblings`, what else came of its ancestors belongs to it, but no other document of the subject's own kind
    nor anything that came of one.
    """
    happenings = _happenings(fetch(_WHOLE, list(subject)))
    if not happenings:
        return None
    documents = {h.document for h in happenings}
    known = sorted({h.correlation_id for h in happenings})
    happenings += _happenings(fetch(_BEYOND, [[d.kind for d in documents], [d.id for d in documents], known]))
    causes = _causes(happenings)
    members = _members(subject, causes, siblings=siblings)
    kept: dict[DocumentRef, list[Happening]] = defaultdict(list)
    for happening in sorted(happenings, key=lambda h: h.id):
        if happening.document in members:
            kept[happening.document].append(happening)
    return Story(subject, dict(kept), [c for c in causes if c.source in members and c.target in members])


def first_happenings(documents: Iterable[DocumentRef]) -> dict[DocumentRef, Happening]:
    """The first event of each document that has one; one statement."""
    wanted = sorted(documents)
    rows = fetch(_FIRST, [[d.kind for d in wanted], [d.id for d in wanted]]) if wanted else []
    return {happening.document: happening for happening in _happenings(rows)}


def _happenings(rows: Iterable[Sequence[Any]]) -> list[Happening]:
    return [Happening(row[0], DocumentRef(row[1], row[2]), row[3], json.loads(row[4]), *row[5:]) for row in rows]


def _causes(happenings: Sequence[Happening]) -> list[Cause]:
    """One cause per pair of documents: the first."""
    by_id = {h.id: h for h in happenings}
    first: dict[tuple[DocumentRef, DocumentRef], Cause] = {}
    for effect in sorted(happenings, key=lambda h: h.id):
        event = by_id.get(effect.causation_id or 0)
        if event and event.document != effect.document:
            first.setdefault((event.document, effect.document), Cause(event.document, effect.document, event, effect))
    return list(first.values())


def _members(subject: DocumentRef, causes: Sequence[Cause], *, siblings: bool) -> set[DocumentRef]:
    parents: dict[DocumentRef, set[DocumentRef]] = defaultdict(set)
    children: dict[DocumentRef, set[DocumentRef]] = defaultdict(set)
    for cause in causes:
        parents[cause.target].add(cause.source)
        children[cause.source].add(cause.target)
    ancestors = _reach({subject}, parents, {subject})
    others = {d for pair in (parents, children) for d in pair if d.kind == subject.kind} - {subject}
    below = _reach(ancestors if siblings else {subject}, children, ancestors | (others if siblings else set()))
    return (ancestors | below) - (others - ancestors)


def _reach(start: set[DocumentRef], links: Mapping[DocumentRef, set[DocumentRef]], closed: set[DocumentRef]) -> set[DocumentRef]:
    """All that can be reached from the start without entering what is closed; the start included."""
    found, waiting = set(start), list(start)
    while waiting:
        for document in links.get(waiting.pop(), ()):
            if document not in found and document not in closed:
                found.add(document)
                waiting.append(document)
    return found
