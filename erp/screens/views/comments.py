"""A comment on any registered document."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.events import DocumentRef
from erp.documents.operations.add_comments import CommentDraft, add_comments
from erp.screens.views.verbs import verb_view


def _add(request: HttpRequest, kind: str, pk: int) -> int:
    draft = CommentDraft(document=DocumentRef(kind, pk), body=request.POST.get("text", ""))
    return add_comments(comments=[draft], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


comment = verb_view(_add, "", done=_("Comment added."))
