"""Runs a job as numbered steps, chunk by chunk; a runner that dies loses at most the chunk it was in."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from erp.core import clock
from erp.core.actor import Actor
from erp.core.units import run_unit
from erp.jobs.errors import JobNotRunning
from erp.jobs.models import Job
from erp.jobs.operations.advance_job import advance_job, ensure_running, fail_job, finish_job, lock_job
from erp.jobs.operations.start_job import start_job
from erp.jobs.rules import Chunk, merge_reports, progress


@dataclass(frozen=True)
class Step:
    """A step of a job. `chunk(position, actor, at)` does the next piece inside a unit of work (so it may run again
    after a rollback and has no effect outside the database); `position` is None at first."""

    title: str | Promise
    weight: int
    chunk: Callable[[Any, Actor, datetime.datetime], Chunk]


def run_chunks(
    *, kind: str, key: str, steps: Sequence[Step], actor: Actor, now: Callable[[], datetime.datetime] = clock.now
) -> Job:
    """Start or resume the job and run it to its end; return it. A job already done is returned as it is.

    Each chunk and the cursor behind it commit together. An error is recorded on the job and raised; a kill leaves the
    job running, and the next call goes on.
    """
    job = run_unit(actor, lambda: start_job(kind=kind, key=key, actor=actor, at=now()))
    if job.state == Job.State.DONE:
        return job
    number = job.pk
    try:
        while run_unit(actor, lambda: _advance(number, steps, actor, now())):
            pass
    except JobNotRunning:
        raise
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        run_unit(actor, lambda: fail_job(job_id=number, error=message, actor=actor, at=now()))
        raise
    return run_unit(actor, lambda: Job.objects.get(pk=number))


def _advance(job_id: int, steps: Sequence[Step], actor: Actor, at: datetime.datetime) -> bool:
    """One chunk; False when nothing is left, be it that another runner did it."""
    job = lock_job(job_id)
    if job.state == Job.State.DONE:
        return False
    ensure_running(job)
    index, position = job.cursor.get("step", 0), job.cursor.get("position")
    if index >= len(steps):
        finish_job(job_id=job_id, actor=actor, at=at)
        return False
    chunk = steps[index].chunk(position, actor, at)
    finished = index + 1 if chunk.position is None else index
    within = {} if chunk.position is None else {"done": chunk.done, "of": chunk.of}
    done, total = progress([step.weight for step in steps], finished=finished, **within)
    advance_job(
        job_id=job_id,
        cursor={"step": finished, "position": chunk.position},
        done=done,
        total=total,
        step=str(steps[index].title),
        report=merge_reports(job.report, chunk.report),
        actor=actor,
        at=at,
    )
    return True
