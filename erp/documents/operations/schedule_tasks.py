"""Planning what is to be done about documents."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.errors import NotInCompany
from erp.documents.models import Task
from erp.documents.operations.openable import not_openable, openable
from erp.identity.access import people_of
from erp.identity.permissions import BE_HERE

MAX_SUBJECT = 200
_COLUMNS = ["kind", "document_id", "document_number", "subject", "due_date", "owner_id", "actor", "at"]


@dataclass(frozen=True, kw_only=True)
class TaskDraft:
    document: DocumentRef
    subject: str
    due_date: datetime.date
    owner_id: int


@operation(BE_HERE)
def schedule_tasks(*, tasks: Sequence[TaskDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Give people tasks about documents that the actor may open; return their ids in order."""
    known = openable([task.document for task in tasks], actor)
    people = people_of(actor.company_id)
    refusals: list[BusinessRuleViolation] = []
    for task in tasks:
        if task.document not in known:
            refusals.append(not_openable(task.document))
        if not task.subject.strip() or len(task.subject) > MAX_SUBJECT or "\0" in task.subject:
            rule = _("Write between 1 and 200 characters.")
            refusals.append(InvalidValue(field="subject", what=_("task"), value=task.subject[:20], rule=rule))
        if task.owner_id not in people:
            refusals.append(NotInCompany(field="owner_id", value=task.owner_id))
    raise_refusals(refusals)
    rows = [(*t.document, known[t.document].number, t.subject.strip(), t.due_date, t.owner_id, actor.name, at) for t in tasks]
    return [pk for (pk,) in insert_rows(Task, _COLUMNS, rows, returning=["id"])]
