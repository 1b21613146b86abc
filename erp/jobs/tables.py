"""The list of background work."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.jobs.filters import JobFilter
from erp.jobs.models import Job
from erp.jobs.permissions import VIEW, VIEW_ALL
from erp.jobs.queries import list_jobs, share_done
from erp.screens.lists import Column, ListScreen, State

STATES = {
    Job.State.WAITING: State(Job.State.WAITING.label, "waiting"),
    Job.State.RUNNING: State(Job.State.RUNNING.label, "open"),
    Job.State.DONE: State(Job.State.DONE.label, "done"),
    Job.State.FAILED: State(Job.State.FAILED.label, "bad"),
    Job.State.STOPPED: State(Job.State.STOPPED.label, "cancelled"),
}
KINDS = {"bulk": _("Action on many rows"), "load_dataset": _("Loading of a data set")}


def visible_jobs(actor: Actor) -> QuerySet[Any]:
    """One's own jobs; all of them with the permission."""
    return list_jobs() if actor.can(VIEW_ALL) else list_jobs().filter(actor=actor.name)


JOBS = ListScreen(
    name="jobs",
    title=_("Background work"),
    permission=VIEW,
    rows=visible_jobs,
    columns=(
        Column(name="id", label=_("Number"), kind="code"),
        Column(name="kind", label=_("Kind"), text=lambda row: KINDS.get(row.kind, row.kind)),
        Column(name="step", label=_("Step"), sort=False),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="share", label=_("Done"), text=lambda row: f"{share_done(row) * 100:.0f} %", sort=False),
        Column(name="started_at", label=_("Started at"), kind="time"),
        Column(name="changed_at", label=_("Changed at"), kind="time", visible=False),
    ),
    filters=JobFilter,
    default_sort="-id",
    row_url=lambda row: reverse("jobs:job", args=[row.pk]),
    row_label=str,
    empty=_("Nothing runs in the background. An action on more than 200 rows of a list does."),
)
