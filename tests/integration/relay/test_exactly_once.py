"""Every delivery has its effect once, whatever the handlers do and however many workers there are."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection, transaction

from erp.core import bus
from erp.core.models import Delivery
from integration.relay import handling
from integration.relay.claims import at_work, claim_sets
from integration.relay.drain import drain
from tests.integration.relay.things import NAME, Things, affect, exactly_once, hurry
from tests.support.crowd import run_crowd

pytestmark = pytest.mark.django_db(transaction=True)
seen_dying = pytest.mark.skipif(
    settings.POOLED_EXTERNALLY, reason="behind a pooler a worker's death is not seen: what it had claimed waits five minutes"
)
Fail = Callable[[Callable[[int, int], bool]], None]


def test_handlers_that_fail_after_their_effect_have_it_once_in_the_end(things: Things, fail: Fail) -> None:
    failed: Counter[tuple[int, int]] = Counter()

    def now_and_then(thing: int, step: int) -> bool:
        failed[thing, step] += 1
        return failed[thing, step] <= thing % 4

    steps = [(thing, step) for step in range(3) for thing in range(12)]
    things.happen(*steps)
    fail(now_and_then)
    things.work_off()
    exactly_once(things, steps)


def test_a_crash_between_the_mark_and_the_commit_undoes_both(things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    crashes = iter([True, False])
    mark = handling.mark_done

    def mark_and_crash(delivery_ids: Sequence[int], at: datetime) -> None:
        mark(delivery_ids, at)
        if next(crashes):
            raise KeyboardInterrupt

    monkeypatch.setattr(handling, "mark_done", mark_and_crash)
    things.happen((1, 0))
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert (things.effects(), things.duty(1).state) == ([], "pending")
    things.work_off()
    exactly_once(things, [(1, 0)])


def test_the_check_turns_red_when_the_mark_is_not_in_the_transaction(things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation: the mark follows in a transaction of its own, and the worker dies in between, once."""
    crashes = iter([True])
    mark = handling.mark_done

    def mark_afterwards(delivery_ids: Sequence[int], at: datetime) -> None:
        company = things.actor.company_id

        def later() -> None:
            if next(crashes, False):
                raise KeyboardInterrupt
            Delivery.objects.filter(pk__in=delivery_ids, company_id=company).update(state="done", finished_at=at)

        transaction.on_commit(later)

    monkeypatch.setattr(handling, "mark_done", mark_afterwards)
    things.happen((1, 0), (2, 0))
    with pytest.raises(KeyboardInterrupt):
        drain()
    things.work_off()
    assert things.states() == Counter(done=2)
    with pytest.raises(AssertionError):
        exactly_once(things, [(1, 0), (2, 0)])
    assert mark is not handling.mark_done


def test_a_set_that_fails_is_halved_until_only_the_guilty_one_fails(things: Things, fail: Fail) -> None:
    things.happen(*[(thing, 0) for thing in range(1, 6)])
    fail(lambda thing, _step: thing == 3)
    drain(max_seconds=1)
    assert things.sets == [[1, 2, 3, 4, 5], [1, 2], [3, 4, 5], [3], [4, 5]]
    assert sorted(things.effects()) == [(1, 0), (2, 0), (4, 0), (5, 0)]
    guilty = things.duty(3)
    assert (guilty.state, guilty.finished_attempts) == ("pending", 1)
    assert things.states() == Counter(done=4, pending=1)
    assert "thing 3 is guilty" in guilty.last_error


def test_what_was_claimed_by_another_meanwhile_is_left_alone(things: Things) -> None:
    things.happen((1, 0))
    [late] = claim_sets(1)
    hurry()
    [claimed] = claim_sets(2)
    handling.handle(late)
    assert things.effects() == []
    handling.handle(claimed)
    handling.handle(late)
    exactly_once(things, [(1, 0)])


def test_a_delivery_in_the_hands_of_a_slow_worker_is_not_handed_out_again(things: Things, fail: Fail) -> None:
    """The handler takes longer than its claim: its row lock protects it."""
    others: list[object] = []

    def look(_thing: int, _step: int) -> bool:
        def other_worker() -> None:
            try:
                others.append(claim_sets(2))
            finally:
                connection.close()

        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join(20)
        return False

    things.happen((1, 0))
    fail(look)
    [claimed] = claim_sets(1)
    hurry()
    handling.handle(claimed)
    assert others == [[]]
    exactly_once(things, [(1, 0)])


def test_two_workers_never_double_and_keep_the_order_of_each_key(things: Things) -> None:
    steps = [(thing, step) for step in range(6) for thing in range(20)]
    for start in range(0, len(steps), 10):
        things.happen(*steps[start : start + 10])
    errors: list[BaseException] = []
    together = threading.Barrier(2)

    def work() -> None:
        try:
            together.wait(20)
            deadline = time.monotonic() + 50
            while things.states()["pending"] and time.monotonic() < deadline:
                drain()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    exactly_once(things, steps)
    for thing in range(20):
        assert [step for t, step in things.effects() if t == thing] == list(range(6))


@seen_dying
def test_a_claim_lasts_as_long_as_its_worker_lives_and_not_a_second_longer(things: Things) -> None:
    things.happen((1, 0))
    claimed, seen = threading.Event(), threading.Event()

    def worker_that_dies() -> None:
        try:
            with at_work() as worker:
                claim_sets(worker)
                claimed.set()
                seen.wait(20)
                connection.close()  # what the server sees of a death; the lock is gone before it is given back
        finally:
            connection.close()

    worker = threading.Thread(target=worker_that_dies)
    worker.start()
    claimed.wait(20)
    assert drain() == 0
    seen.set()
    worker.join(20)
    deadline = time.monotonic() + 20
    while not drain() and time.monotonic() < deadline:
        pass  # the server may need a moment to end the session
    exactly_once(things, [(1, 0)])


@seen_dying
def test_one_lost_worker_does_not_make_its_whole_claim_go_one_by_one(things: Things) -> None:
    steps = [(thing, 0) for thing in range(1, 26)]
    things.happen(*steps)
    claim_sets(1)  # and the worker dies
    drain()
    assert [len(handled) for handled in things.sets] == [20, 5]
    exactly_once(things, steps)


def poison_worker() -> int:
    """A worker of its own: thing 13 ends it without a word."""
    import os

    from integration.relay.drain import drain
    from tests.integration.relay.things import Happened

    def react(events, actor, at):  # type: ignore[no-untyped-def]
        if any(event.document.id == 13 for event in events):
            os._exit(9)
        affect(events, actor, at)

    bus.subscribe(bus.Consumer(NAME, (Happened.type,), react))
    hurry()
    return drain()


def test_a_handler_that_kills_its_worker_ends_parked_and_the_others_are_done(things: Things) -> None:
    innocent = [(thing, 0) for thing in (11, 12, 14, 15)]
    things.happen(*innocent, (13, 0), (13, 1))
    codes = []
    for _ in range(10):
        [outcome] = run_crowd(
            "tests.integration.relay.test_exactly_once:poison_worker", [()], database=connection.settings_dict["NAME"]
        )
        assert outcome.error == "", outcome.text
        codes.append(outcome.exit_code)
        if outcome.exit_code == 0:
            break
    poison = things.duty(13)
    assert (poison.state, poison.last_error) == ("parked", "The handler ended its worker 3 times without finishing.")
    assert codes == [9, 9, 9, 0]
    assert sorted(things.effects()) == innocent
    assert things.states() == Counter(done=4, parked=1, pending=1)
    assert things.duty(13, 1).started_attempts == 0
