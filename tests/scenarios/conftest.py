"""One story for a whole module: told once, committed, and cleared away at the end."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.cast import acme, in_acme, rival, system
from tests.support.story import Story, empty_all_tables, tell

pytest.register_assert_rewrite("tests.scenarios.trader")
__all__ = ["acme", "in_acme", "rival", "system"]


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    with django_db_blocker.unblock():
        empty_all_tables()
        try:
            yield tell()
        finally:
            empty_all_tables()
