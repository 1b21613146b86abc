"""Tasks about any registered document: plan one, tick one off."""

import datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.errors import InvalidValue
from erp.core.events import DocumentRef
from erp.documents.operations.complete_tasks import complete_tasks
from erp.documents.operations.schedule_tasks import TaskDraft, schedule_tasks
from erp.identity.rest.references import as_id
from erp.screens.views.verbs import verb_view


def _schedule(request: HttpRequest, kind: str, pk: int) -> int:
    asked = request.POST.get("due_date", "")
    draft = TaskDraft(
        document=DocumentRef(kind, pk),
        subject=request.POST.get("subject", ""),
        due_date=_day(asked),
        owner_id=as_id(request.POST.get("owner")) or 0,
    )
    return len(schedule_tasks(tasks=[draft], actor=request.actor, at=clock.now()))  # type: ignore[attr-defined]


def _day(text: str) -> datetime.date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise InvalidValue(field="due_date", what=_("due"), value=text[:20], rule=_("Choose a day."))
    return day


def _complete(request: HttpRequest, pk: int) -> int:
    return complete_tasks(task_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


schedule = verb_view(_schedule, "", done=_("Task planned."))
complete = verb_view(_complete, "", done=_("Done."))
