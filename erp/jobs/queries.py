"""Reads of jobs."""

from decimal import Decimal

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from erp.jobs.models import BulkRun, Job
from erp.jobs.operations.start_bulk import KIND


def list_jobs(*, kind: str | None = None) -> QuerySet[Job]:
    """Jobs, the latest first."""
    jobs = Job.objects.order_by("-id")
    return jobs if kind is None else jobs.filter(kind=kind)


def bulk_jobs(list_name: str) -> QuerySet[Job]:
    """The jobs that do a verb on rows of that list."""
    runs = BulkRun.objects.filter(list_name=list_name).annotate(key=Cast("pk", CharField())).values("key")
    return Job.objects.filter(kind=KIND, key__in=runs)


def find_job(*, kind: str, key: str) -> Job | None:
    return Job.objects.filter(kind=kind, key=key).first()


def share_done(job: Job) -> Decimal:
    """How far the job is, from 0 to 1, two decimals, rounded down: 1 means finished."""
    if job.state == Job.State.DONE:
        return Decimal(1)
    return (Decimal(job.done) / job.total).quantize(Decimal("0.01"), rounding="ROUND_DOWN") if job.total else Decimal(0)
