"""Things that happen, the effect a consumer has on them, and what is known of their deliveries."""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.db.models import F

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef, Event, Recorded
from erp.core.models import Delivery, EventRow
from erp.core.scope import company_scope
from erp.core.units import run_unit
from integration.relay.drain import drain
from tests.support.cast import AT

NAME = "test.effect"
React = Callable[[Sequence[Recorded], Actor, datetime.datetime], None]


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    type: ClassVar[str] = "test_thing.happened"
    aggregate: ClassVar[str] = "test_thing"
    step: int = 0


@dataclass(frozen=True, kw_only=True)
class Effect(Event):
    type: ClassVar[str] = "test_effect.done"
    aggregate: ClassVar[str] = "test_effect"
    step: int = 0


def affect(events: Sequence[Recorded], actor: Actor, at: datetime.datetime) -> None:
    """One effect in the database per event."""
    bus.publish(
        [Effect(id=e.document.id, step=e.payload["step"], stems_from=DocumentRef("test_thing", e.document.id)) for e in events],
        at=at,
    )


@dataclass
class Things:
    """The deliveries of one consumer in one company."""

    actor: Actor
    sets: list[list[int]] = field(default_factory=list)

    def happen(self, *steps: tuple[int, int]) -> None:
        """(thing, step) happen in this order, in one unit of work."""
        run_unit(self.actor, lambda: bus.publish([Happened(id=i, step=step) for i, step in steps], at=AT))

    def effects(self) -> list[tuple[int, int]]:
        """(thing, step) of every effect, in the order they came about."""
        with company_scope(self.actor, read_only=True):
            rows = EventRow.objects.filter(type=Effect.type).order_by("id")
            return [(row.aggregateid, row.payload["step"]) for row in rows]

    def duty(self, thing: int, step: int = 0) -> Delivery:
        """The delivery of that happening."""
        with company_scope(self.actor, read_only=True):
            event = EventRow.objects.get(type=Happened.type, aggregateid=thing, payload__step=step)
        return Delivery.objects.get(event_id=event.pk, consumer=NAME)

    def states(self) -> Counter[str]:
        return Counter(Delivery.objects.filter(consumer=NAME).values_list("state", flat=True))

    def work_off(self, *, rounds: int = 20) -> None:
        """Drain again and again without waiting for any back-off, until nothing is pending."""
        for _ in range(rounds):
            hurry()
            drain()
            if not Delivery.objects.filter(state="pending").exclude(pk__in=held()).exists():
                return
        raise AssertionError(f"still pending after {rounds} rounds: {self.states()}")


def hurry() -> None:
    """Everything pending is due now."""
    Delivery.objects.filter(state="pending").update(available_at=F("available_at") - datetime.timedelta(hours=1))


def held() -> list[int]:
    """Pending deliveries behind a parked one of their key."""
    parked = {(d.consumer, d.key): d.pk for d in Delivery.objects.filter(state="parked").order_by("-pk")}
    pending = Delivery.objects.filter(state="pending")
    return [d.pk for d in pending if parked.get((d.consumer, d.key), d.pk) < d.pk]


def exactly_once(things: Things, expected: Sequence[tuple[int, int]]) -> None:
    """Every happening had its effect, and none had two."""
    counted = Counter(things.effects())
    lost = [step for step in expected if not counted[step]]
    doubled = [step for step, count in counted.items() if count > 1]
    assert (lost, doubled, things.states()) == ([], [], Counter(done=len(expected)))
