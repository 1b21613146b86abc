"""Stopping background work between two of its rows."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, raise_refusals
from erp.core.operation import operation
from erp.jobs.errors import JobNotRunning, NotYourJob
from erp.jobs.models import Job
from erp.jobs.permissions import RUN, VIEW_ALL

State = Job.State


@operation(RUN)
def stop_jobs(*, job_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> int:
    """Stop one's own running jobs, or anybody's with the permission. What is done stays done. Returns how many."""
    found = {job.pk: job for job in Job.objects.select_for_update().filter(pk__in=job_ids).order_by("pk")}
    refusals: list[BusinessRuleViolation] = []
    for pk in dict.fromkeys(job_ids):
        job = found.get(pk)
        if job is None:
            refusals.append(NotFound(what=_("job"), value=pk))
        elif job.actor != actor.name and not actor.can(VIEW_ALL):
            refusals.append(NotYourJob(document=str(job)))
        elif job.state not in (State.RUNNING, State.WAITING, State.FAILED):
            refusals.append(JobNotRunning(document=str(job), state=job.get_state_display().lower()))
    raise_refusals(refusals)
    return Job.objects.filter(pk__in=found).update(state=State.STOPPED, changed_at=at)
