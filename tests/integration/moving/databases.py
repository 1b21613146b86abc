"""A second database beside the test's own: another cell, migrated by the command as in production."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parents[3]
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_READER_URL", "DATABASE_ADMIN_URL")


def environment(name: str, cell: int) -> dict[str, str]:
    """The environment of a command that works on the database."""
    urls = {url: make_conninfo(**{**conninfo_to_dict(getattr(settings, url)), "dbname": name}) for url in URLS}
    return {**os.environ, **urls, "WEFT_CELL": str(cell)}


@contextmanager
def database(suffix: str) -> Iterator[str]:
    """An empty database of the owner; dropped at the end by the administrator, who may end an autovacuum in it."""
    name = f"{connections['default'].settings_dict['NAME']}_{suffix}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
        admin.execute(drop)
        try:
            with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
                owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            yield name
        finally:
            admin.execute(drop)


@contextmanager
def other_cell(cell: int) -> Iterator[str]:
    """A migrated database of that cell."""
    with database(f"cell{cell}") as name:
        migrate(name, cell)
        yield name


def migrate(name: str, cell: int) -> None:
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment(name, cell), check=True, capture_output=True)


@contextmanager
def working_in(name: str) -> Iterator[None]:
    """The connection of this process in the other database for the length of the block."""
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
