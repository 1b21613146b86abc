"""Writing about documents."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.models import Comment
from erp.documents.registry import describe, find_kind
from erp.identity.permissions import BE_HERE

MAX_LETTERS = 4000


@dataclass(frozen=True, kw_only=True)
class CommentDraft:
    document: DocumentRef
    body: str


@operation(BE_HERE)
def add_comments(*, comments: Sequence[CommentDraft], actor: Actor, at: datetime.datetime) -> int:
    """Keep the comments; whoever may open a document may write about it. Returns how many."""
    known = describe([comment.document for comment in comments if find_kind(comment.document.kind)])
    refusals: list[BusinessRuleViolation] = []
    for comment in comments:
        card = known.get(comment.document)
        if card is None or not actor.can(card.permission):
            refusals.append(NotFound(field="document", what=_("document"), value=comment.document.id))
        if not comment.body.strip() or len(comment.body) > MAX_LETTERS or "\x00" in comment.body:
            rule = _("Write between 1 and 4,000 characters.")
            refusals.append(InvalidValue(field="text", what=_("comment"), value=comment.body[:20], rule=rule))
    raise_refusals(refusals)
    rows = [(c.document.kind, c.document.id, c.body.strip(), actor.name, at) for c in comments]
    insert_rows(Comment, ["kind", "document_id", "body", "actor", "at"], rows)
    return len(rows)
