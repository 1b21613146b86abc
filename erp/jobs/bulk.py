"""A verb on many rows of a list, done row by row in the background: each row with its place in the work, or not at all."""

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils.translation import get_language, override

from erp.core import clock
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.units import run_unit
from erp.jobs.errors import JobNotRunning
from erp.jobs.models import BulkRun, Job
from erp.jobs.operations.advance_job import fail_job
from erp.jobs.operations.start_bulk import KIND, start_bulk
from erp.jobs.rules import Chunk
from erp.jobs.runner import Step, run_chunks
from erp.screens.handover import find_screen
from erp.screens.lists import BulkOutcome, BulkVerb, ListScreen, Refused
from erp.screens.views.verbs import each_refusal

REFUSED_SHOWN = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Doer:
    """What a verb sees instead of a request."""

    actor: Actor


def hand_over(screen: ListScreen, verb: BulkVerb, row_ids: Sequence[int], actor: Actor) -> str:
    """Start the work and say where its progress is shown."""
    language, at = get_language() or "en", clock.now()
    job = run_unit(
        actor,
        lambda: start_bulk(list_name=screen.name, verb=verb.name, row_ids=row_ids, language=language, actor=actor, at=at),
    )
    call_worker(job, actor)
    return reverse("jobs:job", args=[job.pk])


def call_worker(job: Job, actor: Actor) -> None:
    """Ask a worker; if none can be asked the job says so and can be continued from its page."""
    from erp.jobs.tasks import run_bulk

    try:
        run_bulk.delay(actor.company_id, actor.name, int(job.key))
    except Exception as error:
        log.warning("no worker could be asked to run job %s: %s", job.pk, error)
        text, at = f"{type(error).__name__}: no worker could be reached", clock.now()
        run_unit(actor, lambda: fail_job(job_id=job.pk, error=text, actor=actor, at=at))


def carry_out(run_id: int, actor: Actor) -> None:
    """Do the rows that are left, as the person who asked and with what that person may do now."""
    run = run_unit(actor, lambda: BulkRun.objects.get(pk=run_id))
    get_resolver().url_patterns  # noqa: B018 - lists are known once their addresses are
    screen = find_screen(run.list_name)
    verb = next((verb for verb in screen.bulk_for(actor) if verb.name == run.verb), None) if screen else None
    with override(run.language):
        step = Step(verb.label if verb else run.verb, 1, _Rows(run.row_ids, verb).next)
        try:
            run_chunks(kind=KIND, key=str(run.pk), steps=[step], actor=actor)
        except JobNotRunning:
            log.info("job of bulk run %s was stopped or done by another worker", run.pk)


class _Rows:
    """The rows one by one; only the first refusals are kept in words, all are counted."""

    def __init__(self, row_ids: Sequence[int], verb: BulkVerb | None) -> None:
        self.row_ids, self.verb, self.kept = row_ids, verb, 0

    def next(self, position: Any, actor: Actor, at: datetime.datetime) -> Chunk:
        at_row = int(position or 0)
        outcome = self._perform(self.row_ids[at_row], actor)
        report: dict[str, Any] = {"done": outcome.done, "refused": len(outcome.refused)}
        if outcome.refused and self.kept < REFUSED_SHOWN:
            self.kept += 1
            report["refusals"] = [[one.label, one.sentence, one.url] for one in outcome.refused]
        after = at_row + 1
        left = after < len(self.row_ids)
        return Chunk(position=after if left else None, done=after, of=len(self.row_ids), report=report)

    def _perform(self, row_id: int, actor: Actor) -> BulkOutcome:
        if self.verb is None:
            return BulkOutcome(0, [Refused(str(row_id), "permission_denied")])
        try:
            with transaction.atomic():
                return self.verb.perform(Doer(actor), [row_id])  # type: ignore[arg-type]
        except (BusinessRuleViolation, Refusals) as refusal:
            return BulkOutcome(0, [Refused(str(row_id), " ".join(one.sentence for one in each_refusal(refusal)))])
