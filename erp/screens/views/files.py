"""Files of any registered document: attach, fetch, remove."""

import io

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from erp.core import clock
from erp.core.errors import InvalidValue
from erp.core.events import DocumentRef
from erp.documents.operations.attach_files import FileDraft, attach_files
from erp.documents.operations.remove_files import remove_files
from erp.documents.queries import find_attachment
from erp.screens.views.guard import requires
from erp.screens.views.verbs import verb_view


def _attach(request: HttpRequest, kind: str, pk: int) -> int:
    limit = settings.ATTACHMENT_MAX_MB * 2**20
    drafts = [
        FileDraft(document=DocumentRef(kind, pk), name=file.name or "", content=file.read(limit + 1))
        for file in request.FILES.getlist("files")
    ]
    if not drafts:
        raise InvalidValue(field="files", what=_("file"), value="", rule=_("Choose at least one file."))
    max_mb: int = settings.ATTACHMENT_MAX_MB
    return len(attach_files(files=drafts, max_mb=max_mb, actor=request.actor, at=clock.now()))  # type: ignore[attr-defined]


def _remove(request: HttpRequest, pk: int) -> int:
    return remove_files(attachment_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


attach = verb_view(_attach, "", done=_("Attached."))
remove = verb_view(_remove, "", done=_("Removed."))


@requires("")
@require_safe
def fetch(request: HttpRequest, pk: int) -> FileResponse:
    """The file as a download, never shown inside our own pages: a browser must not run what somebody attached."""
    found = find_attachment(pk, request.actor.can)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    response = FileResponse(
        io.BytesIO(bytes(found.content)), as_attachment=True, filename=found.name, content_type=found.media_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
