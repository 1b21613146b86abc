"""The program refuses to work as a log-in that could look through the walls."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

from erp.core.database import database_settings
from erp.core.login import refuse_privileged_login
from erp.core.rows import fetch_one


def test_the_suite_itself_works_as_the_application(db: None) -> None:
    superuser, bypass = fetch_one("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    owned = fetch_one("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")[0]
    assert (superuser, bypass, owned) == (False, False, 0)
    member = fetch_one("SELECT pg_has_role(current_user, c.relowner, 'MEMBER') FROM pg_class c WHERE relname = 'core_event'")[0]
    assert member is False


@pytest.mark.parametrize(("url", "why"), [("DATABASE_ADMIN_URL", "superuser"), ("DATABASE_OWNER_URL", "owns tables")])
def test_a_privileged_log_in_is_refused_with_the_remedy(transactional_db: None, url: str, why: str) -> None:
    other: Any = connections["default"].copy()
    other.settings_dict = {
        **connection.settings_dict,
        **database_settings(getattr(settings, url)),
        "NAME": connection.settings_dict["NAME"],
    }
    try:
        with pytest.raises(ImproperlyConfigured, match=f"{why}.*DATABASE_URL"):
            other.connect()
            refuse_privileged_login(connection=other)
    finally:
        other.close()
