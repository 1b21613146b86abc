"""Bulk loads: COPY, which is refused behind a policy, by way of a temporary table.

For rows that come as a stream and should not stand in memory, tens of thousands of them. It is not faster than
`insert_rows`, which also returns what it made (docs/decisions/copy-goes-through-a-temporary-table.md). The company comes
from the open scope, in SQL.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

from erp.core.rows import COMPANY, base_type, execute

ROWS_PER_BLOCK = 2000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert all rows, in order, through COPY; return how many. `rows` may be a generator: they stream through.

    `columns` are attribute names as for `insert_rows`; columns left out take the field's default. Policies, triggers and
    constraints see one INSERT of all rows. Ask `erp.core.statistics.analyze_outgrown` before working with what was loaded.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    given = {*columns, "company_id", "id"}
    if unknown := given - fields.keys():
        raise ValueError(f"{model.__name__} has no column {sorted(unknown)}")
    defaults = [f for f in fields.values() if f.attname not in given and f.has_default() and not callable(f.default)]
    table = model._meta.db_table
    listed = ", ".join(f'"{fields[column].column}"' for column in columns)
    execute(f'CREATE TEMP TABLE copied_rows AS SELECT {listed} FROM "{table}" WITH NO DATA')
    load = f"COPY copied_rows ({listed}) FROM STDIN (FORMAT text)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(load) as copy:
        for block in _blocks([fields[column] for column in columns], rows):
            copy.write(block)
    names = ", ".join(["company_id", *(f'"{f.column}"' for f in defaults)])
    values = ", ".join([COMPANY, *(f"%s::{base_type(f)}" for f in defaults)])
    count = execute(
        f'INSERT INTO "{table}" ({names}, {listed}) SELECT {values}, {listed} FROM copied_rows',
        [f.get_db_prep_save(f.default, connection) for f in defaults],
    )
    execute("DROP TABLE copied_rows")
    return count


def _blocks(fields: "Sequence[models.Field[Any, Any]]", rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writers = [_writer(field) for field in fields]
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_PER_BLOCK)):
        written = [
            [r"\N" if value is None else write(value) for value in column]
            for write, column in zip(writers, zip(*some, strict=True), strict=True)
        ]
        yield "".join(["\t".join(row) + "\n" for row in zip(*written, strict=True)])


def _writer(field: "models.Field[Any, Any]") -> Callable[[Any], str]:
    match base_type(field):
        case "text":
            return lambda value: str(value).translate(_ESCAPES)
        case "jsonb":
            return lambda value: json.dumps(value).translate(_ESCAPES)
        case "boolean":
            return lambda value: "t" if value else "f"
        case _:
            return str
