"""The owner's log-in, for maintenance commands: to rebuild, to move a company, to change data in migrations.

The owner passes the walls. `step_behind_wall` gives that up for the rest of a transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection


class OwnerUnknown(RuntimeError):
    """A command needs the owner of the tables and was not given the log-in."""

    def __init__(self) -> None:
        super().__init__("This needs the log-in of the tables' owner: set DATABASE_OWNER_URL (see docs/environment.md).")


class RolesOutdated(OwnerUnknown):
    """The server's log-ins are those of an older version."""

    def __init__(self) -> None:
        RuntimeError.__init__(self, "The owner may not act as weft_app here: run config/services/roles.sql again as a superuser.")


@contextmanager
def owner_connection() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner to the database in use, in autocommit. Raises OwnerUnknown where it is not set."""
    if not settings.DATABASE_OWNER_URL:
        raise OwnerUnknown
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"], autocommit=True) as owner:
        yield owner


BEHIND_WALL = (
    "SELECT set_config('role', 'weft_app', true), set_config('weft.company_id', %s, true), set_config('weft.actor', %s, true)"
)


def step_behind_wall(owner: psycopg.Connection[Any], company_id: int, actor: str) -> None:
    """From here to RESET ROLE or the end of the transaction, see and touch exactly what the application would.

    Raises RolesOutdated where the server refuses that; never is more seen instead.
    """
    try:
        owner.execute(BEHIND_WALL, [str(company_id), actor])
    except psycopg.errors.InsufficientPrivilege as refused:
        raise RolesOutdated from refused
