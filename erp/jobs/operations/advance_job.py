"""Moving a job on, in the transaction that did the work."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.core.operation import operation
from erp.jobs.errors import JobNotRunning
from erp.jobs.models import Job
from erp.jobs.permissions import RUN

State = Job.State


def lock_job(job_id: int) -> Job:
    """Lock the job before doing a chunk, so that two runners never do the same one."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound(what=_("job"), value=job_id)
    return job


def ensure_running(job: Job) -> None:
    """Raise JobNotRunning for a job that is done, failed or waiting."""
    if job.state != State.RUNNING:
        raise JobNotRunning(document=str(job), state=job.get_state_display().lower())


@operation(RUN)
def advance_job(
    *,
    job_id: int,
    cursor: Mapping[str, Any],
    done: int,
    total: int,
    step: str,
    report: Mapping[str, Any],
    actor: Actor,
    at: datetime.datetime,
) -> None:
    """Store where the job goes on; it commits together with the chunk, or not at all."""
    ensure_running(lock_job(job_id))
    _change(job_id, at, cursor=dict(cursor), done=done, total=total, step=step, report=dict(report))


@operation(RUN)
def finish_job(*, job_id: int, actor: Actor, at: datetime.datetime) -> None:
    """The work is done; the job stays as its report."""
    job = lock_job(job_id)
    ensure_running(job)
    _change(job_id, at, state=State.DONE, done=job.total, step="", error="")


@operation(RUN)
def fail_job(*, job_id: int, error: str, actor: Actor, at: datetime.datetime) -> None:
    """Record why it stopped. `start_job` with the same key goes on from the cursor."""
    ensure_running(lock_job(job_id))
    _change(job_id, at, state=State.FAILED, error=error[:4000])


def _change(job_id: int, at: datetime.datetime, **values: Any) -> None:
    Job.objects.filter(pk=job_id).update(changed_at=at, **values)
