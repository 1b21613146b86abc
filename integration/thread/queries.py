"""The thread of a sales order: four statements plus one per kind of document in it."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from erp.core.events import DocumentRef
from erp.core.rows import COMPANY, fetch
from erp.documents.registry import DocumentCard, describe
from erp.identity.access import labels_of_actors
from integration.thread.rules import EventFact, edges_of, related

_EVENTS = f"""
SELECT id, type, aggregatetype, aggregateid, payload, causation_id, actor, occurred_at FROM core_event
WHERE company_id = {COMPANY} AND correlation_id IN (
    SELECT correlation_id FROM core_event WHERE company_id = {COMPANY} AND aggregatetype = %s AND aggregateid = %s)
ORDER BY id LIMIT 5000
"""  # noqa: S608
_RULES = f"""
SELECT s.event_id, r.name FROM automation_automaticstep s
JOIN automation_rule r ON r.company_id = s.company_id AND r.id = s.rule_id
WHERE s.company_id = {COMPANY} AND s.event_id = ANY(%s::bigint[]) AND s.allowed
"""  # noqa: S608
Can = Callable[[str], bool]


def order_thread(order_id: int, can: Can) -> dict[str, Any] | None:
    """The thread of a sales order as plain values, or None when no event ever spoke of it."""
    return document_thread(DocumentRef("sales_order", order_id), can)


def document_thread(start: DocumentRef, can: Can) -> dict[str, Any] | None:
    """Nodes (documents by their first event), edges (what led to what), elapsed seconds from first to last.

    A document the reader may not open has no url; one without a registered kind is described by its events.
    """
    events = related(_events(start), start)
    if not events:
        return None
    edges = edges_of(events)
    firsts: dict[DocumentRef, EventFact] = {}
    lasts: dict[DocumentRef, EventFact] = {}
    for event in events:
        firsts.setdefault(event.document, event)
        lasts[event.document] = event
    cards = describe(firsts)
    labels = labels_of_actors({event.actor for event in firsts.values()})
    rules = dict(fetch(_RULES, [[edge.event_id for edge in edges]])) if edges else {}
    rule_of = {edge.target: rules[edge.event_id] for edge in edges if edge.event_id in rules}
    nodes = [
        _node(first, lasts[ref], cards.get(ref), labels[first.actor], rule_of.get(ref, ""), can) for ref, first in firsts.items()
    ]
    return {
        "nodes": nodes,
        "edges": [{"source": _key(e.source), "target": _key(e.target), "cause": e.cause, "at": e.at} for e in edges],
        "elapsed": (events[-1].at - events[0].at).total_seconds(),
    }


def _events(start: DocumentRef) -> list[EventFact]:
    rows: Sequence[tuple[Any, ...]] = fetch(_EVENTS, [start.kind, start.id])
    return [
        EventFact(id_, type_, DocumentRef(kind, document_id), json.loads(payload), causation_id, actor, at)
        for id_, type_, kind, document_id, payload, causation_id, actor, at in rows
    ]


def _key(ref: DocumentRef) -> str:
    return f"{ref.kind}:{ref.id}"


def _node(first: EventFact, last: EventFact, card: DocumentCard | None, who: str, rule: str, can: Can) -> dict[str, Any]:
    kind = first.document.kind
    status = card.status if card and card.status else last.payload.get("status", "")
    return {
        "id": _key(first.document),
        "type": kind,
        "type_label": card.label if card else kind.replace("_", " "),
        "number": card.number if card else first.payload.get("number", ""),
        "status": status,
        "status_label": (card.status_label if card else "") or status,
        "state_family": card.family if card else "open",
        "at": first.at,
        "url": card.url if card and can(card.permission) else None,
        "lane": card.lane if card else "other",
        "who": who,
        "rule": rule,
    }
