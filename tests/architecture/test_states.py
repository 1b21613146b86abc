"""States are a table one can read aloud, and the table is complete."""

import importlib
from types import ModuleType
from typing import Any

import pytest
from django.db import models

from tests.architecture.tree import sources

MODULES = [
    importlib.import_module(".".join(path.with_suffix("").parts))
    for path in sources("erp", "crm", "scm")
    if path.stem == "states" and path.parts[1] != "documents"
]


def tables(module: ModuleType, ending: str) -> list[dict[str, Any]]:
    return [value for name, value in vars(module).items() if name.endswith(ending) and isinstance(value, dict)]


def choices(table: dict[str, Any]) -> type[models.TextChoices]:
    [kind] = {type(state) for state in table}
    return kind


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_state_says_what_may_follow_and_leads_only_to_states_of_its_own_kind(module: ModuleType) -> None:
    assert tables(module, "TRANSITIONS")
    for table in tables(module, "TRANSITIONS"):
        kind = choices(table)
        assert set(table) == set(kind)
        assert {target for targets in table.values() for target in targets} <= set(kind)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_state_is_reached_from_the_first_one(module: ModuleType) -> None:
    for table in tables(module, "TRANSITIONS"):
        first = next(iter(choices(table)))
        reached, waiting = {first}, [first]
        while waiting:
            fresh = set(table[waiting.pop()]) - reached
            reached |= fresh
            waiting += fresh
        assert reached == set(table)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_state_has_a_family_of_the_screens(module: ModuleType) -> None:
    for table in tables(module, "FAMILIES"):
        assert set(table) == set(choices(table))
        assert set(table.values()) <= {"draft", "open", "waiting", "done", "bad", "cancelled"}
