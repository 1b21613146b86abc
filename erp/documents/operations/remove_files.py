"""Removing attached files."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.documents.errors import FileGone, NotYourFile
from erp.documents.models import Attachment
from erp.documents.operations.openable import openable
from erp.documents.permissions import REMOVE_FILES
from erp.identity.permissions import BE_HERE


@operation(BE_HERE)
def remove_files(*, attachment_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> int:
    """Drop the content of the files and say who did; one's own, or anybody's with the permission. Returns how many."""
    rows = Attachment.objects.select_for_update().defer("content").filter(pk__in=attachment_ids).order_by("pk")
    found = {row.pk: row for row in rows}
    known = openable([DocumentRef(row.kind, row.document_id) for row in found.values()], actor)
    refusals: list[BusinessRuleViolation] = []
    for pk in dict.fromkeys(attachment_ids):
        row = found.get(pk)
        if row is None or DocumentRef(row.kind, row.document_id) not in known:
            refusals.append(NotFound(what=_("file"), value=pk))
        elif row.removed_at is not None:
            refusals.append(FileGone(name=row.name))
        elif row.actor != actor.name and not actor.can(REMOVE_FILES):
            refusals.append(NotYourFile(name=row.name))
    raise_refusals(refusals)
    return update_rows(Attachment, ["content", "removed_by", "removed_at"], [(pk, "", actor.name, at) for pk in found])
