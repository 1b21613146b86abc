"""The list of tasks: mine until the reader chooses otherwise."""

from typing import Any

import django_filters
from django.db.models import BooleanField, Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.documents.models import Task
from erp.documents.operations.complete_tasks import complete_tasks
from erp.documents.registry import find_url, kinds
from erp.identity.models import User
from erp.identity.permissions import BE_HERE
from erp.identity.queries import company_today
from erp.screens.filters import dates
from erp.screens.lists import EVERYTHING, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

STATES = {"open": State(_("Open"), "open"), "late": State(_("Late"), "bad"), "done": State(_("Done"), "done")}
OPEN = ("open", "late")


class TaskFilter(django_filters.FilterSet):
    whose = django_filters.ChoiceFilter(
        label=_("Whose"), choices=(("mine", _("Mine")), (EVERYTHING, _("All"))), empty_label=None, method="filter_whose"
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=(("open", _("Open")), ("late", _("Late")), ("done", _("Done")), (EVERYTHING, _("All"))),
        empty_label=None,
        method="filter_state",
    )
    due = dates(_("Due"), "due_date")

    class Meta:
        model = Task
        fields: list[str] = []

    def filter_whose(self, rows: QuerySet[Task], _name: str, value: str) -> QuerySet[Task]:
        return rows if value == EVERYTHING else rows.filter(mine=True)

    def filter_state(self, rows: QuerySet[Task], _name: str, value: str) -> QuerySet[Task]:
        if value == EVERYTHING:
            return rows
        return rows.filter(done_at=None) if value == "open" else rows.filter(state=value)


def list_tasks(actor: Actor) -> QuerySet[Any]:
    """Those of the reader, and those about documents the reader may open; with `state`, `mine` and the `owner`'s name."""
    person = User.objects.filter(pk=OuterRef("owner_id"))
    name = Coalesce(NullIf(F("display_name"), Value("")), F("username"), output_field=CharField())
    seen = [kind.name for kind in kinds() if actor.can(kind.permission)]
    rows = Task.objects.filter(Q(owner_id=actor.user_id or 0) | Q(kind__in=seen))
    return rows.annotate(
        owner=Subquery(person.annotate(shown=name).values("shown")[:1]),
        mine=Case(When(owner_id=actor.user_id or 0, then=True), default=False, output_field=BooleanField()),
        state=Case(
            When(done_at__isnull=False, then=Value("done")),
            When(due_date__lt=company_today(), then=Value("late")),
            default=Value("open"),
        ),
    )


def complete_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        subjects = dict(Task.objects.filter(pk__in=ids).values_list("pk", "subject"))
    return bulk_each(request, ids, lambda pk: complete_tasks(task_ids=[pk], actor=actor, at=at), lambda pk: subjects[pk])


TASKS = ListScreen(
    name="tasks",
    title=_("Tasks"),
    permission=BE_HERE,
    rows=list_tasks,
    columns=(
        Column(name="subject", label=_("Task")),
        Column(name="due", label=_("Due"), kind="date", field="due_date", bad=lambda row: row.state == "late"),
        Column(name="document", label=_("Document"), kind="code", field="document_number"),
        Column(name="owner", label=_("Person")),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="at", label=_("Since"), kind="time", visible=False),
        Column(name="done_at", label=_("Done at"), kind="time", visible=False),
    ),
    filters=TaskFilter,
    search=("subject", "document_number__istartswith"),
    search_hint=_("Task or number of the document"),
    defaults={"whose": "mine", "state": "open"},
    default_sort="due_date",
    row_url=lambda row: find_url(row.kind, row.document_id, lambda _permission: True),
    row_label=lambda row: row.subject,
    bulk=(
        BulkVerb(
            name="complete",
            label=_("Done"),
            permission=BE_HERE,
            perform=complete_many,
            icon="check",
            on_row=lambda row, _actor: row.state in OPEN,
        ),
    ),
    empty=_("You have no task. Plan one on the page of any document."),
)
