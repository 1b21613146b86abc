"""Data migrations in a test: the connection is the owner's, as in `manage.py migrate`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from erp.core import login
from erp.core.data_migration import for_every_company
from tests.conftest import _log_in


@contextmanager
def connected_as_owner() -> Iterator[None]:
    login.allow_owner()
    _log_in(settings.DATABASE_OWNER_URL)
    try:
        yield
    finally:
        login.disallow_owner()
        _log_in(settings.DATABASE_URL)


def migrate(work: Any, *, atomic: bool = True) -> list[str]:
    """Do the work of a data migration for every company; what it told, a line each."""
    told: list[str] = []
    with connection.schema_editor(atomic=atomic) as editor:
        for_every_company(work, tell=told.append)(apps, editor)
    return [line.strip() for line in told]
