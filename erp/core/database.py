"""Turns libpq URLs into Django database settings. The three log-ins are explained in docs/environment.md."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict


def database_settings(url: str, *, pooled_externally: bool = False, pooler_prepares: bool = False) -> dict[str, Any]:
    """Django settings of one log-in.

    Statements are bound and prepared on the server, which halves its work. With a transaction pooler in front
    (`pooled_externally`) server-side cursors are off, and so are prepared statements unless the pooler carries them
    from session to session (`pooler_prepares`).
    """
    parts = conninfo_to_dict(url)
    options: dict[str, Any] = {k: v for k, v in parts.items() if k not in {"user", "password", "host", "port", "dbname"}}
    if pooler_prepares or not pooled_externally:
        options |= {"server_side_binding": True, "prepare_threshold": 2}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled_externally,
    }
