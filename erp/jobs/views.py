"""The page of a job: how far it is, what came of it, and stopping or continuing it."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.jobs.bulk import call_worker
from erp.jobs.models import BulkRun, Job
from erp.jobs.operations.start_bulk import KIND
from erp.jobs.operations.start_job import start_job
from erp.jobs.operations.stop_jobs import stop_jobs
from erp.jobs.permissions import RUN, VIEW
from erp.jobs.queries import share_done
from erp.jobs.tables import JOBS, KINDS, STATES, visible_jobs
from erp.screens.handover import find_screen
from erp.screens.views.guard import requires
from erp.screens.views.verbs import verb_view

GOING = (Job.State.RUNNING, Job.State.WAITING)


@requires(VIEW)
@require_safe
def job(request: CompanyRequest, pk: int) -> HttpResponse:
    """Asked again every second by the page itself while the job runs; whoever leaves loses nothing."""
    assert request.actor is not None
    found = visible_jobs(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    partial = request.headers.get("HX-Request") == "true"
    return render(request, "erp/jobs/progress.html" if partial else "erp/jobs/job.html", _context(request, found))


def _context(request: CompanyRequest, found: Job) -> dict[str, Any]:
    run = BulkRun.objects.filter(pk=int(found.key)).defer("row_ids").first() if found.kind == KIND else None
    screen = find_screen(run.list_name) if run else None
    verb = next((verb.label for verb in screen.bulk if run and verb.name == run.verb), "") if screen else ""
    report = found.report
    mine = request.actor is not None and found.actor == request.actor.name
    return {
        "job": found,
        "title": f"{verb} · {screen.title}" if screen else KINDS.get(found.kind, found.kind),
        "list": JOBS,
        "state": STATES[Job.State(found.state)],
        "going": found.state in GOING,
        "can_continue": mine and run is not None and found.state == Job.State.FAILED,
        "percent": int(share_done(found) * Decimal(100)),
        "done": report.get("done", 0),
        "refused": report.get("refused", 0),
        "refusals": report.get("refusals", []),
    }


def _stop(request: HttpRequest, pk: int) -> int:
    return stop_jobs(job_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def _continue(request: HttpRequest, pk: int) -> object:
    actor = request.actor  # type: ignore[attr-defined]
    found = visible_jobs(actor).filter(pk=pk, kind=KIND, actor=actor.name).first()
    if found is None:
        raise Http404
    return start_job(kind=KIND, key=found.key, actor=actor, at=clock.now())


stop = verb_view(_stop, RUN, done=_("Stopped. What is done stays done."))
_resume = verb_view(_continue, RUN, done=_("It goes on."))


@requires(RUN)
def resume(request: CompanyRequest, pk: int) -> HttpResponse:
    """Set the job running again, then ask a worker."""
    assert request.actor is not None
    answer = _resume(request, pk=pk)
    with company_scope(request.actor, read_only=True):
        found = visible_jobs(request.actor).filter(pk=pk, state=Job.State.RUNNING).first()
    if found is not None and request.method == "POST":
        call_worker(found, request.actor)
    return answer  # type: ignore[return-value]
