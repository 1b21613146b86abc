from collections.abc import Callable, Iterator

import pytest

from erp.core import bus
from erp.core.actor import Actor
from tests.integration.relay.things import NAME, Happened, React, Things, affect
from tests.support.cast import acme, rival, system

__all__ = ["acme", "rival", "system"]


@pytest.fixture
def subscribe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[React], None]]:
    """Registers a handler of the test event; gone afterwards. No wake-up leaves the process."""
    monkeypatch.setattr(bus, "_consumers", dict(bus._consumers))
    monkeypatch.setattr(bus, "_by_type", type(bus._by_type)(list, {k: list(v) for k, v in bus._by_type.items()}))
    monkeypatch.setattr(bus, "_wake", [])
    yield lambda handler: bus.subscribe(bus.Consumer(NAME, (Happened.type,), handler))


@pytest.fixture
def things(system: Actor, subscribe: Callable[[React], None]) -> Things:
    """Things whose consumer does its effect and never fails."""
    things = Things(system)

    def react(events, actor, at):  # type: ignore[no-untyped-def]
        things.sets.append([event.document.id for event in events])
        affect(events, actor, at)

    subscribe(react)
    return things


@pytest.fixture
def fail(things: Things) -> Callable[[Callable[[int, int], bool]], None]:
    """From now on the handler fails, after its effect, where `guilty(thing, step)` says so."""

    def install(guilty: Callable[[int, int], bool]) -> None:
        before = bus.consumer(NAME)

        def react(events, actor, at):  # type: ignore[no-untyped-def]
            before.handler(events, actor, at)
            for event in events:
                if guilty(event.document.id, event.payload["step"]):
                    raise ZeroDivisionError(f"thing {event.document.id} is guilty")

        bus._consumers[NAME] = bus.Consumer(NAME, before.event_types, react)

    return install
