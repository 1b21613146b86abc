"""The bus: facts with their causes, and one duty per consumer, in one statement."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import transaction

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef, Event
from erp.core.models import Delivery, EventRow
from tests.support.cast import AT, counted_statements


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    type: ClassVar[str] = "test_thing.happened"
    aggregate: ClassVar[str] = "test_thing"
    amount: Decimal = Decimal(0)
    day: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class Followed(Event):
    type: ClassVar[str] = "test_effect.followed"
    aggregate: ClassVar[str] = "test_effect"


def rows() -> list[EventRow]:
    return list(EventRow.objects.order_by("id"))


@pytest.fixture
def consumers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two consumers of the test event, gone afterwards."""
    monkeypatch.setattr(bus, "_consumers", dict(bus._consumers))
    monkeypatch.setattr(bus, "_by_type", type(bus._by_type)(list, {k: list(v) for k, v in bus._by_type.items()}))
    for name in ("test.one", "test.two"):
        bus.subscribe(bus.Consumer(name, (Happened.type,), lambda events, actor, at: None))
    yield


def test_an_event_is_a_row_of_ids_and_plain_values(in_acme: Actor) -> None:
    bus.publish([Happened(id=7, number="T-7", status="open", amount=Decimal("1.50"), day=AT.date())], at=AT)
    [row] = rows()
    assert (row.aggregatetype, row.aggregateid, row.type, row.actor, row.occurred_at) == (
        "test_thing",
        7,
        Happened.type,
        "system:test",
        AT,
    )
    assert row.payload == {"number": "T-7", "status": "open", "amount": "1.50", "day": "2026-03-02"}
    assert (row.causation_id, row.correlation_id) == (None, row.id)


def test_the_cause_is_the_latest_event_of_the_document_it_stems_from(in_acme: Actor) -> None:
    bus.publish([Happened(id=1)], at=AT)
    bus.publish([Happened(id=2)], at=AT)
    bus.publish([Happened(id=1)], at=AT)
    bus.publish([Followed(id=9, stems_from=DocumentRef("test_thing", 1))], at=AT)
    first, other, second, effect = rows()
    assert second.causation_id == first.id
    assert (effect.causation_id, effect.correlation_id) == (second.id, first.id)
    assert other.correlation_id == other.id


def test_inside_one_batch_causes_are_found_as_well(in_acme: Actor) -> None:
    with bus.together():
        bus.publish([Happened(id=1)], at=AT)
        bus.publish([Followed(id=5, stems_from=DocumentRef("test_thing", 1)), Followed(id=5)], at=AT)
    thing, effect, again = rows()
    assert [effect.causation_id, again.causation_id] == [thing.id, effect.id]
    assert {row.correlation_id for row in rows()} == {thing.id}


def test_publishing_is_one_statement_with_one_delivery_per_consumer(in_acme: Actor, consumers: None) -> None:
    with counted_statements() as statements:
        bus.publish([Happened(id=n) for n in range(50)] + [Followed(id=1)], at=AT)
        assert statements() == 1
    assert Delivery.objects.filter(consumer="test.one").count() == Delivery.objects.filter(consumer="test.two").count() == 50
    assert Delivery.objects.get(consumer="test.one", key="test_thing:3").state == "pending"


def test_nothing_is_published_by_a_transaction_that_rolls_back(in_acme: Actor, consumers: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        bus.publish([Happened(id=1)], at=AT)
        raise ZeroDivisionError
    assert (rows(), Delivery.objects.count()) == ([], 0)


def test_a_receiver_reacts_in_the_same_transaction_and_its_refusal_undoes_the_publisher(in_acme: Actor) -> None:
    seen: list[Any] = []

    def receive(*, events: list[Happened], actor: Actor, at: datetime.datetime, **_: Any) -> None:
        seen.append(([event.id for event in events], actor.name, at))
        if events[0].id == 13:
            raise ZeroDivisionError

    bus.signal_of(Happened).connect(receive)
    try:
        bus.publish([Happened(id=1), Happened(id=2)], at=AT)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            bus.publish([Happened(id=13)], at=AT)
    finally:
        bus.signal_of(Happened).disconnect(receive)
    assert seen == [([1, 2], "system:test", AT), ([13], "system:test", AT)]
    assert [row.aggregateid for row in rows()] == [1, 2]


def test_the_name_of_a_consumer_is_taken_once(consumers: None) -> None:
    with pytest.raises(ValueError, match=r"test\.one is registered twice"):
        bus.subscribe(bus.Consumer("test.one", (), lambda events, actor, at: None))
