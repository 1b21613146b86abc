"""The thread of a sales order, from the causation of events and from what planning pegged to it. Knows no kind of document but
the one it starts from."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.automation.queries import rules_behind
from erp.automation.timeline import actor_name
from erp.core.events import DocumentRef
from erp.documents.causation import Happening, Story, first_happenings, read_story
from erp.documents.event_labels import event_label
from erp.documents.registry import DocumentCard, describe, find_kind
from erp.identity.access import labels_of_actors
from scm.planning.tracing import DOCUMENTS, Link, trace_supplies

Thread = dict[str, Any]
SUBJECT, SERVES, MAX_LINKS = "sales_order", "serves", 200


def order_thread(order_id: int, can: Callable[[str], bool]) -> Thread | None:
    """Nodes, edges and the elapsed seconds of everything that led to the order and came of it; None if there is none.

    What serves the order by the plan and came of something else joins it, with edges whose cause is `SERVES`.
    A node whose kind nobody registered is described by its events. A node the reader may not open has no `url`.
    The number of statements does not depend on the number of documents, only on the number of their kinds.
    """
    subject = DocumentRef(SUBJECT, order_id)
    story = read_story(subject)
    return thread_of(story, can, trace_supplies([subject], limit=MAX_LINKS)) if story else None


def thread_of(story: Story, can: Callable[[str], bool], links: Sequence[Link] = ()) -> Thread:
    """The thread as plain values, documents in order of their first event. Of the `links` those count whose supply is no part of
    the story."""
    joined = {link.supply for link in links if link.supply.kind in DOCUMENTS} - story.documents.keys()
    others = {ref: [first] for ref, first in first_happenings(joined).items()}
    documents = dict(sorted((story.documents | others).items(), key=lambda item: item[1][0].id))
    cards = describe(documents)
    firsts = [events[0] for events in documents.values()]
    who = labels_of_actors({first.actor for first in firsts})
    rules = rules_behind(firsts, {cause.effect.id: cause.source for cause in story.causes})
    happenings = story.happenings
    pairs = dict.fromkeys((link.supply, link.demand) for link in links if link.supply in others and link.demand in documents)
    return {
        "nodes": [
            {
                **_description(ref, events, cards.get(ref), can),
                "at": events[0].at,
                "who": actor_name(who, events[0].actor),
                "rule": rules.get(events[0].id, ""),
            }
            for ref, events in documents.items()
        ],
        "edges": [
            *({"source": _key(c.source), "target": _key(c.target), "cause": c.event.type, "at": c.at} for c in story.causes),
            *({"source": _key(supply), "target": _key(demand), "cause": SERVES, "at": None} for supply, demand in pairs),
        ],
        "elapsed": (max(h.at for h in happenings) - min(h.at for h in happenings)).total_seconds(),
    }


def labelled(thread: Thread) -> Thread:
    """The thread for people: causes named in the reader's language."""
    return {**thread, "edges": [{**edge, "cause": _cause(edge["cause"])} for edge in thread["edges"]]}


def _cause(cause: str) -> str:
    return str(_("Serves it by the plan")) if cause == SERVES else event_label(cause)


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
