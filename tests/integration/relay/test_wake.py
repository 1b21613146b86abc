"""The wake-up after a commit is one for many commits, and nothing depends on it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from erp.core import bus
from erp.core.scope import company_scope
from integration.relay import heartbeat, tasks, wake
from integration.relay.drain import drain
from tests.integration.relay.things import Happened, Things, exactly_once
from tests.support.cast import AT

pytestmark = pytest.mark.django_db(transaction=True)


class MemoryRedis:
    """As much of a Redis as the wake-up needs."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.answer: bytes | None = None
        self.connection_pool = self

    def make_connection(self) -> "MemoryRedis":
        return self

    def send_command(self, command: str, key: str, value: Any, *options: Any) -> None:
        assert (command, options) == ("SET", ("NX", "EX", wake.KEY_SECONDS))
        self.answer = None if key in self.values else b"OK"
        self.values.setdefault(key, value)

    def read_response(self) -> bytes | None:
        return self.answer

    def set(self, key: str, value: Any, *, ex: int | None = None) -> bool:
        self.values[key] = value
        return True

    def delete(self, key: str) -> None:
        self.values.pop(key, None)

    def exists(self, key: str) -> int:
        return int(key in self.values)


@pytest.fixture
def asked(things: Things, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time a worker was asked to sweep."""
    asked: list[str] = []
    redis = MemoryRedis()
    monkeypatch.setattr(wake, "client", lambda: redis)
    monkeypatch.setattr(heartbeat, "client", lambda: redis)
    monkeypatch.setattr(tasks.sweep, "apply_async", lambda **_: asked.append("sweep"))
    bus.on_wake(wake.wake)
    return asked


@pytest.fixture
def no_redis(things: Things, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """Nobody listens where Redis should be."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    wake.client.cache_clear()
    bus.on_wake(wake.wake)
    yield
    wake.client.cache_clear()


def test_many_commits_ask_once_until_a_worker_has_begun(things: Things, asked: list[str]) -> None:
    for thing in range(5):
        things.happen((thing, 0))
    assert asked == ["sweep"]
    tasks.sweep()
    exactly_once(things, [(thing, 0) for thing in range(5)])
    assert heartbeat.is_alive()
    things.happen((9, 0))
    assert asked == ["sweep", "sweep"]


def test_commits_while_a_worker_is_at_work_ask_nobody_and_are_seen_by_it(
    things: Things, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One comes after the look that found nothing more: the last look, after the key is gone, finds it."""
    later = iter([(2, 0), (3, 0)])

    def drain_and_commit() -> int:
        handled = drain()
        if step := next(later, None):
            things.happen(step)
        return handled

    things.happen((1, 0))
    monkeypatch.setattr(tasks, "drain", drain_and_commit)
    tasks.sweep()
    assert asked == ["sweep"]
    exactly_once(things, [(1, 0), (2, 0), (3, 0)])


def test_a_commit_after_the_last_look_has_begun_wakes_again(
    things: Things, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_and_commit() -> int:
        handled = drain()
        if not handled:
            things.happen((2, 0))
        return handled

    things.happen((1, 0))
    monkeypatch.setattr(tasks, "drain", look_and_commit)
    monkeypatch.setattr(wake, "hold", lambda: None)
    wake.forget()
    tasks.sweep()
    assert asked == ["sweep", "sweep"]


def test_a_transaction_asks_once_however_often_it_publishes(things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    bus.on_wake(lambda: calls.append(1))
    with company_scope(things.actor):
        bus.publish([Happened(id=1)], at=AT)
        bus.publish([Happened(id=2)], at=AT)
    assert calls == [1]


def test_a_transaction_that_rolls_back_or_nobody_reacts_to_asks_nobody(things: Things, asked: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), company_scope(things.actor):
        bus.publish([Happened(id=1)], at=AT)
        raise ZeroDivisionError
    with company_scope(things.actor), transaction.atomic():
        bus.publish([], at=AT)
    assert asked == []


def test_what_handlers_publish_asks_nobody_since_the_same_drain_finds_it(things: Things, asked: list[str]) -> None:
    things.happen((1, 0))
    before = len(asked)
    wake.forget()
    drain()
    assert len(asked) == before
    exactly_once(things, [(1, 0)])


def test_without_redis_the_request_succeeds_and_a_later_drain_finds_the_work(things: Things, no_redis: None) -> None:
    things.happen((1, 0), (2, 0))
    assert things.effects() == []
    assert not heartbeat.is_alive()
    tasks.sweep()
    exactly_once(things, [(1, 0), (2, 0)])


def test_a_broker_that_fails_does_not_fail_the_request(things: Things, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ConnectionError("broker is gone")

    monkeypatch.setattr(tasks.sweep, "apply_async", refuse)
    things.happen((1, 0))
    drain()
    exactly_once(things, [(1, 0)])
