"""The suite works as the application log-in: databases are made by the owner, tests connect as `weft_app`."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from erp.core import login
from erp.core.database import database_settings
from erp.core.grants import grant_global_tables
from erp.identity.queries import company_facts
from tests.support.story import forget_numbers


def _log_in(url: str) -> None:
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    connection.close()
    pooled = settings.POOLED_EXTERNALLY and url == settings.DATABASE_URL
    options = database_settings(url, pooled_externally=pooled, pooler_prepares=pooled and settings.POOLER_PREPARES)
    connection.settings_dict.update({**options, "NAME": name})


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    with django_db_blocker.unblock():
        app_url = settings.DATABASE_URL
        login.allow_owner()
        _log_in(settings.DATABASE_OWNER_URL)
        made = setup_databases(
            verbosity=0,
            interactive=False,
            aliases=["default"],
            keepdb=django_db_keepdb and not django_db_createdb,
            serialized_aliases=[],
        )
        grant_global_tables(connections["default"])
        login.disallow_owner()
        _log_in(app_url)
        connections["default"].ensure_connection()
    yield
    with django_db_blocker.unblock():
        login.allow_owner()
        _log_in(settings.DATABASE_OWNER_URL)
        if not django_db_keepdb:
            _end_sessions_of_the_pooler()
            teardown_databases(made, verbosity=0)


def _end_sessions_of_the_pooler() -> None:
    """It keeps them for the next client, and a database in use cannot be dropped."""
    if settings.POOLED_EXTERNALLY:
        with _superuser() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND usename = 'weft_app'"
            )


def _flush_as_superuser(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Append-only triggers forbid TRUNCATE, so the flush between transactional tests goes around them."""
    with _superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        for sql in sql_list:
            admin.execute(sql.encode())
        forget_numbers(admin)


def _superuser() -> psycopg.Connection[Any]:
    return psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["default"].settings_dict["NAME"], autocommit=True)


@pytest.fixture(scope="session", autouse=True)
def flush_around_triggers() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", _flush_as_superuser)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def as_in_a_new_process() -> None:
    """A request leaves its language to the thread, and facts of companies are kept for good: no test begins with another's."""
    translation.deactivate()
    company_facts.cache_clear()


@pytest.fixture
def superuser(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection that stands above policies and triggers: for corrupting what `verify` must notice."""
    with _superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
