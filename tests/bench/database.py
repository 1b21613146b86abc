"""A database of the bench's own, beside the one in the environment."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parents[2]
NAME = "weft_bench"
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_READER_URL", "DATABASE_ADMIN_URL")


def environment(database: str = NAME) -> dict[str, str]:
    """The environment of this process, with every log-in pointing at that database."""
    own = {
        name: make_conninfo(**{**conninfo_to_dict(os.environ[name]), "dbname": database}) for name in URLS if os.environ.get(name)
    }
    return {**os.environ, **own, "WEFT_BENCH": "1"}


def create(database: str = NAME) -> None:
    """Make the database anew and migrate it."""
    drop(database)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    migrate(database)


def migrate(database: str) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment(database), check=True)


def exists(database: str) -> bool:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        return bool(owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone())


def drop(database: str = NAME) -> None:
    """Also from under a superuser's session, where there is one to ask."""
    with psycopg.connect(os.environ.get("DATABASE_ADMIN_URL") or os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def analyse() -> None:
    """Statistics of what was seeded; before them a prepared plan would be one for empty tables."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
