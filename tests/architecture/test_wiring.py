"""Every fact has its reaction or is declared to have none; the wiring lists every flow; names are permanent."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import get_type_hints

from django.dispatch.dispatcher import NO_RECEIVERS

from erp.core import bus
from erp.core.events import Event
from integration import wiring
from tests.architecture.tree import ROOT, sources

PAST = ("ed", "short", "won", "lost", "held", "sent", "withdrawn", "written_off")

PLAIN = {
    "class",
    "int",
    "str",
    "bool",
    "decimal",
    "Decimal",
    "datetime",
    "date",
    "None",
    "NoneType",
    "tuple",
    "erp",
    "core",
    "events",
}
PLAIN |= {"DocumentRef"}
PERSONAL = {"name", "email", "phone", "street", "city", "address", "contact", "label"}


def event_classes(base: type[Event] = Event) -> Iterator[type[Event]]:
    """Every published event of the product: concrete classes with a type."""
    for path in sources("erp", "crm", "scm", "integration"):
        if path.stem == "events":
            importlib.import_module(".".join(path.with_suffix("").parts))
    for sub in base.__subclasses__():
        yield from event_classes(sub)
        if "type" in vars(sub) and not sub.__module__.startswith("tests."):
            yield sub


EVENTS = sorted(event_classes(), key=lambda event: event.type)


def has_receiver(event: type[Event]) -> bool:
    return event.type in bus._signals and bus._signals[event.type].receivers not in ([], NO_RECEIVERS)


def test_every_event_is_wired_or_declared_without_reaction_and_not_both() -> None:
    wired = {event_type for consumer in bus.consumers() for event_type in consumer.event_types}
    wired |= {event.type for event in EVENTS if has_receiver(event)}
    known = {event.type for event in EVENTS}
    assert known - wired - wiring.WITHOUT_REACTION == set()
    assert wired & wiring.WITHOUT_REACTION == set()
    assert wired - known == set(), "a consumer waits for an event nobody publishes"
    assert wiring.WITHOUT_REACTION - known == set()


def test_the_wiring_lists_every_flow_file_that_reacts() -> None:
    flows = [path for path in sources("integration") if path.parts[1] == "flows" and path.stem != "__init__"]
    reacting = {
        ".".join(p.with_suffix("").parts)
        for p in flows
        if hasattr(importlib.import_module(".".join(p.with_suffix("").parts)), "connect")
    }
    assert {flow.__name__ for flow in wiring.FLOWS} == reacting
    declared = [consumer.name for flow in wiring.FLOWS for consumer in getattr(flow, "CONSUMERS", ())]
    assert sorted(declared) == sorted(consumer.name for consumer in bus.consumers() if not consumer.name.startswith("test"))


def test_a_consumer_is_named_after_its_flow() -> None:
    for flow in wiring.FLOWS:
        for consumer in getattr(flow, "CONSUMERS", ()):
            assert consumer.name.partition(".")[0] == flow.__name__.rpartition(".")[2]


def test_types_are_unique_past_tense_names_of_their_aggregate() -> None:
    types = [event.type for event in EVENTS]
    assert len(types) == len(set(types))
    assert [event.type for event in EVENTS if event.type.partition(".")[0] != event.aggregate] == []
    verbs = {event.type.partition(".")[2] for event in EVENTS}
    assert [verb for verb in verbs if not verb.endswith(PAST)] == []


def test_an_event_is_frozen_and_holds_ids_and_plain_values_never_personal_data() -> None:
    wrong = []
    for event in EVENTS:
        assert event.__dataclass_params__.frozen  # type: ignore[attr-defined]
        hints = get_type_hints(event)
        for field in fields(event):
            words = set(re.findall(r"\w+", str(hints[field.name]))) - PLAIN
            if words or PERSONAL & set(field.name.split("_")):
                wrong.append(f"{event.type}.{field.name}: {hints[field.name]}")
    assert wrong == []


def test_nothing_below_the_integration_subscribes_or_listens() -> None:
    words = ("bus.subscribe", "signal_of")
    listening = [
        str(path)
        for path in sources("erp", "crm", "scm")
        if path.parts[:2] != ("erp", "core") and any(word in (ROOT / path).read_text() for word in words)
    ]
    assert listening == []
