"""Reads about any document: what was written about it, how it changed."""

from collections.abc import Sequence

from django.db.models import QuerySet

from erp.core.events import DocumentRef
from erp.documents.models import Comment, History


def list_comments(ref: DocumentRef) -> QuerySet[Comment]:
    """The comments on a document, oldest first."""
    return Comment.objects.filter(kind=ref.kind, document_id=ref.id).order_by("id")


def list_changes(table: str, row_id: int) -> Sequence[History]:
    """The recorded changes of a row, oldest first."""
    return list(History.objects.filter(table_name=table, row_id=row_id, action="update").order_by("id"))
