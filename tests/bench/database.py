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


def environment() -> dict[str, str]:
    """The environment of this process, with every log-in pointing at the bench's database."""
    own = {name: make_conninfo(**{**conninfo_to_dict(os.environ[name]), "dbname": NAME}) for name in URLS if os.environ.get(name)}
    return {**os.environ, **own, "WEFT_BENCH": "1"}


def create() -> None:
    """Make the database anew and migrate it."""
    drop()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment(), check=True)


def drop() -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


def analyse() -> None:
    """Statistics of what was seeded; before them a prepared plan would be one for empty tables."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
