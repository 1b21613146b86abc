"""The program refuses to work as a log-in that could look through the walls."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

_CHECK = """
SELECT rolsuper, rolbypassrls, EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                       WHERE c.relowner = r.oid AND c.relkind = 'r' AND n.nspname = 'public')
FROM pg_roles r WHERE rolname = current_user
"""
_checked: set[tuple[str, str, str]] = set()
_allowed_owner = False


def allow_owner() -> None:
    """Migrations and the creation of test databases work as the owner; nothing else may call this."""
    global _allowed_owner
    _allowed_owner = True


def disallow_owner() -> None:
    global _allowed_owner
    _allowed_owner = False


def refuse_privileged_login(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """On the first connection of a log-in: raise unless it is neither superuser, BYPASSRLS nor owner of tables."""
    if _allowed_owner or connection.vendor != "postgresql":
        return
    settings = connection.settings_dict
    key = (settings["HOST"], settings["NAME"], settings["USER"])
    if key in _checked:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CHECK)
        superuser, bypass, owner = cursor.fetchone()
    if superuser or bypass or owner:
        what = "is a superuser" if superuser else "may bypass row security" if bypass else "owns tables"
        raise ImproperlyConfigured(
            f"The database log-in “{settings['USER']}” {what}, so the walls between companies would not hold. "
            "Set DATABASE_URL to the application log-in (see docs/environment.md)."
        )
    _checked.add(key)
