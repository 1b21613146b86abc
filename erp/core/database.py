"""Turns libpq URLs into Django database settings. The three log-ins are explained in docs/environment.md."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict


def database_settings(url: str, *, pooled_externally: bool = False) -> dict[str, Any]:
    """Django settings of one log-in.

    With a transaction pooler in front (`pooled_externally`) prepared statements and server-side cursors are
    off; otherwise statements are bound and prepared on the server, which halves the cost of a small statement.
    """
    parts = conninfo_to_dict(url)
    options: dict[str, Any] = {k: v for k, v in parts.items() if k not in {"user", "password", "host", "port", "dbname"}}
    if not pooled_externally:
        options |= {"server_side_binding": True, "prepare_threshold": 2}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pooled_externally else None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled_externally,
    }
