"""Following documents: hearing of them, having seen the news, hearing no more."""

import datetime
from collections.abc import Sequence

from erp.core.actor import Actor
from erp.core.errors import raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute
from erp.documents.operations.openable import not_openable, openable
from erp.identity.permissions import BE_HERE

# All that has happened so far counts as seen. The highest ids are read in the statement that keeps them.
_FOLLOW = f"""
INSERT INTO documents_follower (company_id, kind, document_id, user_id, seen_event_id, seen_comment_id, at)
SELECT {COMPANY}, k.kind, k.id, k.person,
       COALESCE((SELECT max(e.id) FROM core_event e WHERE e.company_id = {COMPANY}), 0),
       COALESCE((SELECT max(c.id) FROM documents_comment c WHERE c.company_id = {COMPANY}), 0), %s
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS k(kind, id, person)
ON CONFLICT (company_id, user_id, kind, document_id) DO NOTHING
"""  # noqa: S608
_SEEN = f"""
UPDATE documents_follower f
SET seen_event_id = COALESCE((SELECT max(e.id) FROM core_event e WHERE e.company_id = {COMPANY}), 0),
    seen_comment_id = COALESCE((SELECT max(c.id) FROM documents_comment c WHERE c.company_id = {COMPANY}), 0)
FROM unnest(%s::text[], %s::bigint[]) AS k(kind, id)
WHERE f.company_id = {COMPANY} AND f.user_id = %s AND f.kind = k.kind AND f.document_id = k.id
"""  # noqa: S608
_UNFOLLOW = f"""
DELETE FROM documents_follower f USING unnest(%s::text[], %s::bigint[]) AS k(kind, id)
WHERE f.company_id = {COMPANY} AND f.user_id = %s AND f.kind = k.kind AND f.document_id = k.id
"""  # noqa: S608


@operation(BE_HERE)
def follow_documents(*, documents: Sequence[DocumentRef], actor: Actor, at: datetime.datetime) -> int:
    """Tell the actor of what happens to the documents from now on. Returns how many are new; following twice is none."""
    known = openable(documents, actor)
    raise_refusals([not_openable(ref) for ref in documents if ref not in known])
    return add_followers([(ref, actor.user_id) for ref in known if actor.user_id], at=at)


def add_followers(wanted: Sequence[tuple[DocumentRef, int]], *, at: datetime.datetime) -> int:
    """Let the people follow the documents; those who do already stay as they are."""
    kinds, ids = [ref.kind for ref, _ in wanted], [ref.id for ref, _ in wanted]
    return execute(_FOLLOW, [at, kinds, ids, [person for _, person in wanted]]) if wanted else 0


@operation(BE_HERE)
def unfollow_documents(*, documents: Sequence[DocumentRef], actor: Actor, at: datetime.datetime) -> int:
    """Tell the actor no more of the documents. Returns how many were followed."""
    return execute(_UNFOLLOW, [[ref.kind for ref in documents], [ref.id for ref in documents], actor.user_id or 0])


@operation(BE_HERE)
def mark_news_seen(*, documents: Sequence[DocumentRef], actor: Actor, at: datetime.datetime) -> int:
    """What has happened to the documents so far is no news to the actor any more. Returns how many are followed."""
    return execute(_SEEN, [[ref.kind for ref in documents], [ref.id for ref in documents], actor.user_id or 0])
