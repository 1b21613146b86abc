"""Writing about documents."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.models import Comment
from erp.documents.operations.follow_documents import add_followers
from erp.documents.operations.openable import not_openable, openable
from erp.identity.access import user_names_of
from erp.identity.permissions import BE_HERE

MAX_LETTERS = 4000
MENTION = re.compile(r"(?<![\w.@])@([\w.+-]*\w)")


@dataclass(frozen=True, kw_only=True)
class CommentDraft:
    document: DocumentRef
    body: str


def _listeners(comments: Sequence[CommentDraft], actor: Actor) -> list[tuple[DocumentRef, int]]:
    """Who hears of it from now on: the writer, and those of the company who are named with an @."""
    named = {name.lower() for comment in comments for name in MENTION.findall(comment.body)}
    known = user_names_of(actor.company_id, named) if named else {}
    wanted = [(comment.document, actor.user_id) for comment in comments if actor.user_id]
    for comment in comments:
        names = dict.fromkeys(name.lower() for name in MENTION.findall(comment.body))
        wanted += [(comment.document, known[name]) for name in names if name in known]
    return list(dict.fromkeys(wanted))


@operation(BE_HERE)
def add_comments(*, comments: Sequence[CommentDraft], actor: Actor, at: datetime.datetime) -> int:
    """Keep the comments; whoever may open a document may write about it. Returns how many."""
    known = openable([comment.document for comment in comments], actor)
    refusals: list[BusinessRuleViolation] = []
    for comment in comments:
        if comment.document not in known:
            refusals.append(not_openable(comment.document))
        if not comment.body.strip() or len(comment.body) > MAX_LETTERS or "\x00" in comment.body:
            rule = _("Write between 1 and 4,000 characters.")
            refusals.append(InvalidValue(field="text", what=_("comment"), value=comment.body[:20], rule=rule))
    raise_refusals(refusals)
    rows = [(c.document.kind, c.document.id, c.body.strip(), actor.name, at) for c in comments]
    add_followers(_listeners(comments, actor), at=at)
    insert_rows(Comment, ["kind", "document_id", "body", "actor", "at"], rows)
    return len(rows)
