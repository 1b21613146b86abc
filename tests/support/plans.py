"""What the database would do for each statement of a page: plans read as the application log-in, in the page's own scope."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

READS = ("SELECT", "WITH", "--")


@contextmanager
def plans_of_statements(look: Callable[[str, dict[str, Any]], None]) -> Iterator[None]:
    """Ask for the plan of each reading statement before it runs and hand it to `look`."""

    def explain(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not many and str(sql).lstrip().startswith(READS) and "set_config" not in sql:
            with connection.connection.cursor() as raw:
                raw.execute("EXPLAIN (FORMAT JSON) " + sql, params)
                found = raw.fetchone()[0]
            look(str(sql), (json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def scanned_whole(plan: dict[str, Any]) -> set[str]:
    """The tables that the plan reads from end to end."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
