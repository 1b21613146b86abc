"""Reads about any document: what was written about it, how it changed."""

from collections.abc import Callable, Sequence

from django.db.models import F, QuerySet

from erp.core.events import DocumentRef
from erp.documents.models import Attachment, Comment, History, Task
from erp.documents.registry import find_kind


def list_comments(ref: DocumentRef) -> QuerySet[Comment]:
    """The comments on a document, oldest first."""
    return Comment.objects.filter(kind=ref.kind, document_id=ref.id).order_by("id")


def list_changes(table: str, row_id: int) -> Sequence[History]:
    """The recorded changes of a row, oldest first."""
    return list(History.objects.filter(table_name=table, row_id=row_id, action="update").order_by("id"))


def list_attachments(ref: DocumentRef) -> QuerySet[Attachment]:
    """The files of a document without their bytes, oldest first; removed ones too."""
    return Attachment.objects.defer("content").filter(kind=ref.kind, document_id=ref.id).order_by("id")


def find_attachment(attachment_id: int, can: Callable[[str], bool]) -> Attachment | None:
    """The file with its bytes, if it is there and the reader may open its document."""
    found = Attachment.objects.filter(pk=attachment_id, removed_at=None).first()
    kind = find_kind(found.kind) if found else None
    return found if kind and can(kind.permission) else None


def list_document_tasks(ref: DocumentRef) -> QuerySet[Task]:
    """The tasks about a document, open ones first, by day."""
    rows = Task.objects.filter(kind=ref.kind, document_id=ref.id)
    return rows.order_by(F("done_at").asc(nulls_first=True), "due_date", "id")
