"""What is new on the documents a person follows: read from the events and comments themselves, none of the person's own."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.rows import COMPANY, fetch
from erp.documents.models import Follower
from erp.documents.registry import DocumentCard, describe, find_kind

LIMIT = 200
_FOLLOWED = f"FROM documents_follower f WHERE f.company_id = {COMPANY} AND f.user_id = %s"
# Events of the document, events that came of it on other documents, comments on it.
_NEWS = f"""
WITH f AS MATERIALIZED (SELECT f.kind, f.document_id, f.seen_event_id, f.seen_comment_id {_FOLLOWED})
SELECT * FROM (
  SELECT f.kind, f.document_id, e.type, '' AS body, e.actor, e.occurred_at, e.aggregatetype, e.aggregateid
  FROM f JOIN core_event e ON e.company_id = {COMPANY} AND e.aggregatetype = f.kind AND e.aggregateid = f.document_id
    AND e.id > f.seen_event_id
  UNION ALL
  SELECT f.kind, f.document_id, e.type, '', e.actor, e.occurred_at, e.aggregatetype, e.aggregateid
  FROM f JOIN core_event c ON c.company_id = {COMPANY} AND c.aggregatetype = f.kind AND c.aggregateid = f.document_id
    JOIN core_event e ON e.company_id = {COMPANY} AND e.correlation_id = c.correlation_id AND e.causation_id = c.id
    AND e.id > f.seen_event_id AND (e.aggregatetype, e.aggregateid) <> (f.kind, f.document_id)
  UNION ALL
  SELECT f.kind, f.document_id, '', m.body, m.actor, m.at, f.kind, f.document_id
  FROM f JOIN documents_comment m ON m.company_id = {COMPANY} AND m.kind = f.kind AND m.document_id = f.document_id
    AND m.id > f.seen_comment_id
) n WHERE n.actor <> %s AND n.kind = ANY(%s::text[]) ORDER BY n.occurred_at DESC LIMIT {LIMIT}
"""  # noqa: S608


@dataclass(frozen=True)
class News:
    """One happening: an event by its type, or the text of a comment; `about` is where it happened."""

    document: DocumentRef
    type: str
    body: str
    actor: str
    at: datetime.datetime
    about: DocumentRef


def list_news(actor: Actor) -> list[News]:
    """The newest first, of documents the reader may open today; two statements at most."""
    followed = set(Follower.objects.filter(user_id=actor.user_id or 0).values_list("kind", flat=True))
    kinds = [name for name in followed if may_open(name, actor.can)]
    if not kinds:
        return []
    rows = fetch(_NEWS, [actor.user_id or 0, actor.name, kinds])
    return [News(DocumentRef(*row[:2]), *row[2:6], DocumentRef(*row[6:])) for row in rows]


def is_following(ref: DocumentRef, actor: Actor) -> bool:
    return Follower.objects.filter(user_id=actor.user_id or 0, kind=ref.kind, document_id=ref.id).exists()


def cards_of_news(news: list[News]) -> dict[DocumentRef, DocumentCard]:
    return describe({one.document for one in news} | {one.about for one in news})


def may_open(kind_name: str, can: Callable[[str], bool]) -> bool:
    kind = find_kind(kind_name)
    return kind is not None and can(kind.permission)
