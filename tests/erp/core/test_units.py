"""The durable unit of work: contention is retried, everything else is not."""

import pytest
from django.db import DatabaseError

from erp.core import units
from erp.core.actor import Actor, system_actor
from erp.core.errors import Busy
from erp.core.rows import execute
from erp.core.units import ATTEMPTS, run_unit
from erp.reference.models import Unit
from tests.support.cast import found

DEADLOCK, SERIALIZATION, NO_LOCK, UNIQUE = "40P01", "40001", "55P03", "23505"


@pytest.fixture
def actor(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setattr(units.time, "sleep", lambda seconds: None)
    return system_actor(found().pk, "test")


class Work:
    """Changes a row, then fails as the database would, for its first `failures` attempts."""

    def __init__(self, failures: int, sqlstate: str) -> None:
        self.failures, self.sqlstate, self.attempts = failures, sqlstate, 0

    def __call__(self) -> str:
        self.attempts += 1
        Unit.objects.filter(code="PC").update(name=f"attempt {self.attempts}")
        if self.attempts <= self.failures:
            execute(f"DO $$ BEGIN RAISE EXCEPTION 'contended' USING ERRCODE = '{self.sqlstate}'; END $$", None)  # type: ignore[arg-type]
        return "done"


@pytest.mark.parametrize("sqlstate", [DEADLOCK, SERIALIZATION, NO_LOCK])
def test_contention_is_retried_in_a_new_transaction(actor: Actor, sqlstate: str) -> None:
    work = Work(ATTEMPTS - 1, sqlstate)
    assert run_unit(actor, work) == "done"
    assert work.attempts == ATTEMPTS
    assert run_unit(actor, lambda: Unit.objects.get(code="PC").name) == f"attempt {ATTEMPTS}"


def test_after_the_last_attempt_it_says_busy_and_nothing_is_changed(actor: Actor) -> None:
    work = Work(ATTEMPTS, DEADLOCK)
    with pytest.raises(Busy, match="Try again"):
        run_unit(actor, work)
    assert work.attempts == ATTEMPTS
    assert run_unit(actor, lambda: Unit.objects.get(code="PC").name) == "Piece"


def test_other_errors_are_not_retried(actor: Actor) -> None:
    work = Work(1, UNIQUE)
    with pytest.raises(DatabaseError):
        run_unit(actor, work)
    assert work.attempts == 1


def test_it_waits_a_little_longer_each_time_never_the_same(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(units.time, "sleep", waited.append)
    run_unit(actor, Work(2, DEADLOCK))
    assert len(waited) == 2
    assert all(0 < seconds <= 0.1 for seconds in waited)
