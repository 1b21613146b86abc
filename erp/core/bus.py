"""The bus. A publisher knows facts; who reacts to them is written in `integration/wiring.py` alone.

Publishing, inside the publisher's transaction, writes the events and one delivery row per consumer, then sends the
events' signals. Signal receivers react in the same transaction (only where a refusal must undo the publisher);
consumers react after commit, through the relay.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.dispatch import Signal

from erp.core.actor import Actor
from erp.core.events import DocumentRef, Event, Recorded
from erp.core.rows import fetch
from erp.core.scope import current_scope

Handler = Callable[..., None]
_PUBLISH = (Path(__file__).parent / "sql" / "publish.sql").read_text()


@dataclass(frozen=True)
class Consumer:
    """A named after-commit reaction. The handler is called with `events`, `actor` and `at` for one company at a time."""

    name: str
    event_types: tuple[str, ...]
    handler: Callable[[Sequence[Recorded], Actor, datetime.datetime], None]


_consumers: dict[str, Consumer] = {}
_by_type: dict[str, list[str]] = defaultdict(list)
_signals: dict[str, Signal] = defaultdict(Signal)
_batch: ContextVar[list[tuple[Event, datetime.datetime]] | None] = ContextVar("weft_batch", default=None)
_wake: list[Callable[[], None]] = []


def subscribe(consumer: Consumer) -> None:
    """Register an after-commit consumer; names are unique and permanent (they stand in the delivery rows)."""
    if consumer.name in _consumers:
        raise ValueError(f"consumer {consumer.name} is registered twice")
    _consumers[consumer.name] = consumer
    for event_type in consumer.event_types:
        _by_type[event_type].append(consumer.name)


def consumer(name: str) -> Consumer:
    """The consumer of that name; KeyError if the wiring no longer has it."""
    return _consumers[name]


def consumers() -> list[Consumer]:
    return list(_consumers.values())


def signal_of(event_class: type[Event]) -> Signal:
    """The in-transaction signal of an event class; receivers get `events` (all of one batch), `actor` and `at`."""
    return _signals[event_class.type]


def on_wake(call: Callable[[], None]) -> None:
    """Set what runs after a commit that left work for the relay; it must not raise."""
    _wake[:] = [call]


@contextmanager
def together() -> Iterator[None]:
    """Collect what is published inside and write it with one statement at the end of the outermost block."""
    if _batch.get() is not None:
        yield
        return
    batch: list[tuple[Event, datetime.datetime]] = []
    token = _batch.set(batch)
    try:
        yield
    finally:
        _batch.reset(token)
    _write(batch)


def publish(events: Sequence[Event], *, at: datetime.datetime) -> None:
    """Publish facts that happened at `at`. The publisher has locked the documents they are about."""
    batch = _batch.get()
    if batch is not None:
        batch.extend((event, at) for event in events)
    else:
        _write([(event, at) for event in events])


def _write(batch: Sequence[tuple[Event, datetime.datetime]]) -> None:
    if not batch:
        return
    fetch(_PUBLISH, [*_columns(batch), *_wiring({event.type for event, _ in batch})])
    if any(_by_type.get(event.type) for event, _ in batch):
        _wake_after_commit()
    actor = current_scope().actor
    for event_type in dict.fromkeys(event.type for event, _ in batch):
        if event_type in _signals:
            events, instants = zip(*((event, at) for event, at in batch if event.type == event_type), strict=True)
            _signals[event_type].send(sender=type(events[0]), events=list(events), actor=actor, at=max(instants))


def _wake_after_commit() -> None:
    """Once for a transaction, however often it publishes."""
    for call in _wake:
        if all(call is not planned for _, planned, _ in connection.run_on_commit):
            transaction.on_commit(call, robust=True)


def _columns(batch: Sequence[tuple[Event, datetime.datetime]]) -> list[list[object]]:
    latest: dict[DocumentRef, int] = {}
    roots: list[int] = []
    rows: list[tuple[object, ...]] = []
    for ord_, (event, at) in enumerate(batch):
        origin = event.stems_from or event.document
        parent = latest.get(origin)
        roots.append(ord_ if parent is None else roots[parent])
        latest[event.document] = ord_
        payload = json.dumps(event.payload())
        rows.append((event.aggregate, event.id, event.type, event.schema_version, payload, at, *origin, parent, roots[-1], ord_))
    return [list(column) for column in zip(*rows, strict=True)]


def _wiring(types: set[str]) -> tuple[list[str], list[str]]:
    pairs = [(event_type, name) for event_type in sorted(types) for name in _by_type.get(event_type, ())]
    return [event_type for event_type, _ in pairs], [name for _, name in pairs]
