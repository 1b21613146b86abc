"""Order holds per key; a failing delivery backs off, is parked with its error and holds back its own key only."""

import datetime
import itertools
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from erp.core import bus
from integration.relay import claims
from integration.relay.claims import claim_sets
from integration.relay.drain import drain
from integration.relay.handling import BACKOFF_SECONDS, MAX_ATTEMPTS, handle
from tests.integration.relay.things import NAME, Happened, Things, exactly_once, hurry
from tests.support.cast import AT

pytestmark = pytest.mark.django_db(transaction=True)
Fail = Callable[[Callable[[int, int], bool]], None]


def test_only_the_lowest_unfinished_delivery_of_a_key_is_handed_out(things: Things) -> None:
    things.happen((1, 0), (2, 0), (1, 1), (1, 2))
    [claimed] = claim_sets(1)
    assert [c.id for c in claimed] == [things.duty(1).pk, things.duty(2).pk]
    assert claim_sets(2) == []


def test_the_head_of_a_key_is_found_by_index_even_if_statistics_say_that_nothing_waits(things: Things) -> None:
    """A join of what waits with what waits took 0.2 s for 200 of 1,000."""
    sql = (Path(claims.__file__).parent / "sql" / "claim.sql").read_text()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql % {"least": 0, "most": 0, "limit": 500, "claim": 1})
        plan = [line.strip() for (line,) in cursor.fetchall()]
    [condition] = [line for line in plan if "d_1.key" in line]
    assert condition.startswith("Index Cond")
    assert "core_delivery_head" in plan[plan.index(condition) - 1]


def test_effects_come_in_the_order_of_the_facts(things: Things) -> None:
    steps = [(thing, step) for thing in (1, 2) for step in range(5)]
    things.happen(*steps)
    drain()
    assert [step for thing, step in things.effects() if thing == 2] == [0, 1, 2, 3, 4]
    exactly_once(things, steps)


def test_a_parked_delivery_holds_back_its_key_and_no_other(things: Things, fail: Fail) -> None:
    things.happen((1, 0), (1, 1), (2, 0), (2, 1))
    fail(lambda thing, step: (thing, step) == (1, 0))
    things.work_off()
    assert things.effects() == [(2, 0), (2, 1)]
    assert (things.duty(1, 0).state, things.duty(1, 1).state) == ("parked", "pending")
    things.happen((1, 2))
    hurry()
    assert drain() == 0


def test_a_failing_delivery_holds_back_its_key_while_it_backs_off(things: Things, fail: Fail) -> None:
    things.happen((1, 0), (1, 1))
    failures = iter([True])
    fail(lambda thing, step: next(failures, False))
    assert drain() == 1
    assert things.duty(1, 1).started_attempts == 0
    things.work_off()
    assert things.effects() == [(1, 0), (1, 1)]


def test_it_backs_off_longer_each_time_and_is_parked_after_the_last_attempt(things: Things, fail: Fail) -> None:
    things.happen((1, 0))
    fail(lambda thing, step: True)
    waits = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        hurry()
        before = timezone.now()
        assert drain(max_seconds=0.5) == 1
        duty = things.duty(1)
        assert duty.finished_attempts == duty.started_attempts == attempt
        assert duty.state == ("parked" if attempt == MAX_ATTEMPTS else "pending")
        waits.append((duty.available_at - before).total_seconds())
    for wait, seconds in zip(waits, BACKOFF_SECONDS, strict=False):
        assert seconds * 0.8 <= wait <= seconds * 1.2 + 5
    assert "ZeroDivisionError: thing 1 is guilty" in duty.last_error
    assert "Traceback" in duty.last_error
    assert things.effects() == []
    assert drain() == 0


def test_a_delivery_that_is_not_due_is_left(things: Things, fail: Fail) -> None:
    things.happen((1, 0))
    fail(lambda thing, step: len(things.sets) == 1)
    assert drain(max_seconds=0.5) == 1
    assert things.duty(1).available_at > timezone.now() - datetime.timedelta(seconds=1)
    assert things.states() == Counter(pending=1)


def test_work_of_a_consumer_that_the_wiring_no_longer_has_is_parked_not_lost(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    things.happen((1, 0))
    monkeypatch.delitem(bus._consumers, NAME)
    things.work_off()
    duty = things.duty(1)
    assert duty.state == "parked"
    assert f"KeyError: '{NAME}'" in duty.last_error


def test_a_delivery_whose_worker_died_is_tried_again_while_there_is_always_other_work(
    things: Things, fail: Fail, monkeypatch: pytest.MonkeyPatch
) -> None:
    things.happen((1, 0))
    claim_sets(1)  # and the worker dies
    hurry()
    made: list[int] = []

    def make_more(thing: int, _step: int) -> bool:
        if thing > 1:
            made.append(thing)
            bus.publish([Happened(id=thing + 1)], at=AT)
        return False

    fail(make_more)
    things.happen((100, 0))
    monkeypatch.setattr(claims, "_look", itertools.count(1))
    deadline = time.monotonic() + 30
    while (1, 0) not in things.effects() and len(made) < 40 and time.monotonic() < deadline:
        for deliveries in claim_sets(2):
            handle(deliveries)
    assert (1, 0) in things.effects()
    assert len(made) < claims.LOOKS + 2
