"""The thread of a sales order, from the causation of events alone. Knows no kind of document but the one it starts from."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.automation.queries import rules_behind
from erp.automation.timeline import actor_name
from erp.core.events import DocumentRef
from erp.documents.causation import Happening, Story, read_story
from erp.documents.event_labels import event_label
from erp.documents.registry import DocumentCard, describe, find_kind
from erp.identity.access import labels_of_actors

Thread = dict[str, Any]
SUBJECT = "sales_order"


def order_thread(order_id: int, can: Callable[[str], bool]) -> Thread | None:
    """Nodes, edges and the elapsed seconds of everything that led to the order and came of it; None if there is none.

    A node whose kind nobody registered is described by its events. A node the reader may not open has no `url`.
    The number of statements does not depend on the number of documents, only on the number of their kinds.
    """
    story = read_story(DocumentRef(SUBJECT, order_id))
    return thread_of(story, can) if story else None


def thread_of(story: Story, can: Callable[[str], bool]) -> Thread:
    """The thread as plain values, documents in order of their first event."""
    cards = describe(story.documents)
    who = labels_of_actors({events[0].actor for events in story.documents.values()})
    firsts = [events[0] for events in story.documents.values()]
    rules = rules_behind(firsts, {cause.effect.id: cause.source for cause in story.causes})
    happenings = story.happenings
    return {
        "nodes": [
            {
                **_description(ref, events, cards.get(ref), can),
                "at": events[0].at,
                "who": actor_name(who, events[0].actor),
                "rule": rules.get(events[0].id, ""),
            }
            for ref, events in story.documents.items()
        ],
        "edges": [{"source": _key(c.source), "target": _key(c.target), "cause": c.event.type, "at": c.at} for c in story.causes],
        "elapsed": (max(h.at for h in happenings) - min(h.at for h in happenings)).total_seconds(),
    }


def labelled(thread: Thread) -> Thread:
    """The thread for people: causes named in the reader's language."""
    return {**thread, "edges": [{**edge, "cause": event_label(edge["cause"])} for edge in thread["edges"]]}


# Documents that have no page of their own: what they are called, and their lane.
_WITHOUT_PAGE = {"production_issue": (_("Issue to production"), "make"), "delivery_advice": (_("Delivery advice"), "buy")}
_STATUS = {"posted": _("Posted")}


def _description(
    ref: DocumentRef, events: list[Happening], card: DocumentCard | None, can: Callable[[str], bool]
) -> dict[str, Any]:
    if card:
        return {
            "id": _key(ref),
            "type": ref.kind,
            "type_label": card.label,
            "number": card.number,
            "status": card.status,
            "status_label": card.status_label,
            "state_family": card.family,
            "lane": card.lane,
            "url": card.url if can(card.permission) else "",
        }
    kind, latest = find_kind(ref.kind), events[-1]
    status = str(latest.payload.get("status") or "")
    label, lane = (kind.label, kind.lane) if kind else _WITHOUT_PAGE.get(ref.kind, (_plain(ref.kind), ""))
    return {
        "id": _key(ref),
        "type": ref.kind,
        "type_label": str(label),
        "number": str(latest.payload.get("number") or ref.id),
        "status": status,
        "status_label": str(_STATUS.get(status, _plain(status))),
        "state_family": "done" if status == "posted" else "open",
        "lane": lane,
        "url": "",
    }


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _key(ref: DocumentRef) -> str:
    return f"{ref.kind}:{ref.id}"
