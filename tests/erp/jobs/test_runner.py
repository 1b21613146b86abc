"""Long work: numbered steps with progress, resumed after a kill without doing anything twice."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from erp.core.actor import Actor, system_actor
from erp.core.rows import insert_rows
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.jobs.errors import JobNotRunning
from erp.jobs.models import Job
from erp.jobs.operations.advance_job import fail_job, finish_job
from erp.jobs.operations.start_job import start_job
from erp.jobs.queries import find_job, list_jobs, share_done
from erp.jobs.rules import Chunk, merge_reports, progress
from erp.jobs.runner import Step, run_chunks
from erp.reference.models import PaymentTerm
from tests.support.cast import AT, found

CODES = [f"T{n}" for n in range(10)]


class Killed(BaseException):
    """What `kill -9` looks like from inside: nothing catches it."""


class Import:
    """Writes the codes in chunks of three, then counts them; may be made to die or fail in its nth chunk."""

    def __init__(self, *, die_in: int = 0, error: BaseException | None = None) -> None:
        self.die_in, self.error, self.chunks = die_in, error or Killed(), 0

    def write(self, position: Any, actor: Actor, at: datetime.datetime) -> Chunk:
        start = position or 0
        codes = CODES[start : start + 3]
        insert_rows(PaymentTerm, ["code", "name", "days"], [(code, code, 0) for code in codes])
        self._perhaps_die()
        end = start + len(codes)
        return Chunk(
            position=end if end < len(CODES) else None,
            done=end,
            of=len(CODES),
            report={"written": len(codes), "last": codes[-1:], "kind": "terms"},
        )

    def count(self, position: Any, actor: Actor, at: datetime.datetime) -> Chunk:
        self._perhaps_die()
        return Chunk(position=None, report={"counted": PaymentTerm.objects.filter(code__in=CODES).count()})

    def _perhaps_die(self) -> None:
        self.chunks += 1
        if self.chunks == self.die_in:
            raise self.error

    def run(self, actor: Actor) -> Job:
        steps = [Step("Write", 3, self.write), Step("Count", 1, self.count)]
        return run_chunks(kind="test_import", key="2026", steps=steps, actor=actor, now=lambda: AT)


@pytest.fixture
def actor(transactional_db: None) -> Actor:
    return system_actor(found().pk, "test")


def job_of(actor: Actor) -> Job:
    with company_scope(actor):
        job = find_job(kind="test_import", key="2026")
    assert job is not None
    return job


def test_a_job_runs_its_steps_in_order_and_keeps_its_report(actor: Actor) -> None:
    work = Import()
    job = work.run(actor)
    assert (job.state, job.done, job.total, share_done(job)) == ("done", 4000, 4000, Decimal(1))
    assert job.report == {"written": 10, "last": ["T2", "T5", "T8", "T9"], "kind": "terms", "counted": 10}
    assert work.chunks == 5


@pytest.mark.parametrize("chunk", [1, 2, 4, 5])
def test_after_a_kill_it_goes_on_where_it_stopped_and_doubles_nothing(actor: Actor, chunk: int) -> None:
    with pytest.raises(Killed):
        Import(die_in=chunk).run(actor)
    assert job_of(actor).state == "running"
    resumed = Import()
    job = resumed.run(actor)
    assert resumed.chunks == 5 - (chunk - 1)
    assert (job.state, job.report["written"], job.report["counted"]) == ("done", 10, 10)


def test_progress_is_that_of_the_committed_chunks(actor: Actor) -> None:
    with pytest.raises(Killed):
        Import(die_in=3).run(actor)
    job = job_of(actor)
    assert (job.done, job.total, job.step, share_done(job)) == (1800, 4000, "Write", Decimal("0.45"))
    assert job.cursor == {"step": 0, "position": 6}


def test_an_error_is_kept_on_the_job_and_the_next_run_goes_on(actor: Actor) -> None:
    with pytest.raises(ValueError, match="bad row"):
        Import(die_in=2, error=ValueError("bad row 4")).run(actor)
    failed = job_of(actor)
    assert (failed.state, failed.error) == ("failed", "ValueError: bad row 4")
    job = Import().run(actor)
    assert (job.state, job.error, job.report["written"]) == ("done", "", 10)


def test_a_finished_job_is_not_done_again(actor: Actor) -> None:
    Import().run(actor)
    again = Import()
    assert again.run(actor).state == "done"
    assert again.chunks == 0


def test_two_runners_of_one_job_share_its_chunks_and_do_none_twice(actor: Actor) -> None:
    runners = [Import(), Import()]

    def run(runner: Import) -> str:
        try:
            return runner.run(actor).state
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, runners)) == ["done", "done"]
    assert sum(runner.chunks for runner in runners) == 5
    assert job_of(actor).report["written"] == 10


def test_the_same_key_is_the_same_job_and_another_key_another(acme: Company, in_acme: Actor) -> None:
    first = start_job(kind="import", key="a", total=5, actor=in_acme, at=AT)
    assert start_job(kind="import", key="a", actor=in_acme, at=AT).pk == first.pk
    assert start_job(kind="import", key="b", actor=in_acme, at=AT).pk != first.pk
    assert [job.key for job in list_jobs(kind="import")] == ["b", "a"]


def test_what_is_finished_neither_fails_nor_finishes_again(in_acme: Actor) -> None:
    job = start_job(kind="import", key="a", actor=in_acme, at=AT)
    finish_job(job_id=job.pk, actor=in_acme, at=AT)
    with pytest.raises(JobNotRunning, match="it is done"):
        fail_job(job_id=job.pk, error="late", actor=in_acme, at=AT)
    with pytest.raises(JobNotRunning):
        finish_job(job_id=job.pk, actor=in_acme, at=AT)


@given(weights=st.lists(st.integers(1, 9), min_size=1, max_size=6), data=st.data())
def test_progress_never_goes_back_and_ends_at_its_total(weights: list[int], data: st.DataObject) -> None:
    finished = data.draw(st.integers(0, len(weights) - 1))
    of = data.draw(st.integers(1, 100))
    shares = [progress(weights, finished=finished, done=done, of=of)[0] for done in range(of + 1)]
    assert shares == sorted(shares)
    assert shares[-1] == progress(weights, finished=finished + 1)[0] <= sum(weights) * 1000
    assert progress(weights, finished=len(weights)) == (sum(weights) * 1000, sum(weights) * 1000)


def test_reports_add_numbers_join_lists_and_replace_the_rest() -> None:
    assert merge_reports({"n": 1, "rows": [1], "why": "a"}, {"n": 2, "rows": [2], "why": "b", "new": True}) == {
        "n": 3,
        "rows": [1, 2],
        "why": "b",
        "new": True,
    }
