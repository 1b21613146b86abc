"""Ticking off tasks."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.documents.errors import TaskDone
from erp.documents.models import Task
from erp.documents.operations.openable import openable
from erp.identity.permissions import BE_HERE


@operation(BE_HERE)
def complete_tasks(*, task_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> int:
    """Mark the tasks as done by the actor: one's own, or those of any document one may open. Returns how many."""
    found = {row.pk: row for row in Task.objects.select_for_update().filter(pk__in=task_ids).order_by("pk")}
    known = openable([DocumentRef(row.kind, row.document_id) for row in found.values()], actor)
    refusals: list[BusinessRuleViolation] = []
    for pk in dict.fromkeys(task_ids):
        row = found.get(pk)
        if row is None or (row.owner_id != actor.user_id and DocumentRef(row.kind, row.document_id) not in known):
            refusals.append(NotFound(what=_("task"), value=pk))
        elif row.done_at is not None:
            refusals.append(TaskDone(document=row.subject))
    raise_refusals(refusals)
    return update_rows(Task, ["done_by", "done_at"], [(pk, actor.name, at) for pk in found])
