"""Set-based writing: each helper is one SQL statement, however many rows.

The text depends only on the model and the columns, so PostgreSQL prepares it once; the values travel as arrays.
Their types are those of the casts in the text: psycopg would choose them by the size of the numbers, and each new
combination would be planned and prepared again.
Cost follows the number of statements (docs/performance.md), so operations compute every value first and write
each row once. The company is not a column here: it comes from the open scope, in SQL.
"""

import datetime
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import Dumper

COMPANY = "(SELECT current_setting('weft.company_id')::bigint)"
# Given ids. The sub-select hides their number from the planner, which else plans every execution anew, for nothing.
IDS = "(SELECT %s::bigint[])"
ANY_ID = f"ANY ({IDS}::bigint[])"


class Column(list[Any]):
    """The values of one column, for `unnest` or `ANY`."""


class ColumnDumper(Dumper):
    """Writes a Column as an array in text, of unknown type: the statement's cast decides."""

    def dump(self, obj: Column) -> bytes:
        text = "{" + ",".join([str(value) if type(value) in _PLAIN else _quoted_text(value) for value in obj]) + "}"
        if "\0" in text:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return text.encode()


_PLAIN = frozenset((int, bool, Decimal, datetime.date))  # of bool PostgreSQL reads "True" and "False" too


def _quoted_text(value: object) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


psycopg.adapters.register_dumper(Column, ColumnDumper)


_open = threading.local()


def _cursor() -> CursorWrapper:
    """The cursor of the open transaction. It is made once for each connection and then kept: making one costs as much
    as a small statement, and a used one knows how to convert what it has seen. Outside a transaction Django's own,
    which looks after the connection's health."""
    if not connection.in_atomic_block or connection.queries_logged:
        return connection.cursor()
    kept: CursorWrapper | None = getattr(_open, "cursor", None)
    if kept is None or kept.connection is not connection.connection or kept.closed:
        kept = _open.cursor = connection.cursor()
    return kept


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    cursor = _cursor()
    cursor.execute(sql, _bound(params))
    return cursor.fetchall()


def fetch_one(sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The only row of a statement that always has one."""
    [row] = fetch(sql, params)
    return row


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement; return the number of rows it touched."""
    cursor = _cursor()
    cursor.execute(sql, _bound(params))
    return cursor.rowcount


def _bound(params: Sequence[Any] | None) -> Sequence[Any] | None:
    return params and [Column(value) if type(value) is list else value for value in params]


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    computed: Mapping[str, str] | None = None,
    returning: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Insert all rows in one statement, in order; return the `returning` columns in the same order.

    `columns` are attribute names (`customer_id`), `computed` maps further columns to constant SQL evaluated for
    each row (`{"number": "documents_next_number('sales_order')"}`). Columns left out take the field's default.
    """
    data = list(rows)
    if not data:
        return []
    sql, defaults = _insert_sql(model, tuple(columns), tuple((computed or {}).items()), tuple(returning))
    params = [*defaults, *_arrays(model, tuple(columns), data)]
    if returning:
        return fetch(sql, params)
    execute(sql, params)
    return []


def update_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    add: Sequence[str] = (),
    key: str = "id",
) -> int:
    """Update rows by key in one statement; return how many were found.

    Each row is (key, *values of `columns`, *increments of `add`): `add` columns grow by the value given.
    """
    data = list(rows)
    if not data:
        return 0
    names = (key, *columns, *add)
    return execute(_update_sql(model, key, tuple(columns), tuple(add)), _arrays(model, names, data))


@lru_cache(maxsize=1024)
def _insert_sql(
    model: type[models.Model],
    columns: tuple[str, ...],
    computed: tuple[tuple[str, str], ...],
    returning: tuple[str, ...],
) -> tuple[str, tuple[Any, ...]]:
    given = {*columns, "company_id", "id", *(name for name, _ in computed)}
    fields = {field.attname: field for field in model._meta.concrete_fields}
    if unknown := given - fields.keys():
        raise ValueError(f"{model.__name__} has no column {sorted(unknown)}")
    defaults = [f for f in fields.values() if f.attname not in given and f.has_default() and not callable(f.default)]
    names = ["company_id", *(f.attname for f in defaults), *(n for n, _ in computed), *columns]
    values = [COMPANY, *(f"%s::{base_type(f)}" for f in defaults), *(sql for _, sql in computed)]
    values += [_cast(fields[column], f'u."{column}"') for column in columns]
    listed = ", ".join(f'"{fields[name].column}"' for name in names)
    returned = f" RETURNING {', '.join(_quoted(fields, returning))}" if returning else ""
    arrays, aliases = _unnest(fields, columns)
    text = (
        f'INSERT INTO "{model._meta.db_table}" ({listed}) SELECT {", ".join(values)}'
        f" FROM unnest({arrays}) WITH ORDINALITY AS u({aliases}, ord) ORDER BY u.ord{returned}"
    )
    return text, tuple(field.get_db_prep_save(field.default, connection) for field in defaults)


@lru_cache(maxsize=1024)
def _update_sql(model: type[models.Model], key: str, columns: tuple[str, ...], add: tuple[str, ...]) -> str:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    arrays, aliases = _unnest(fields, (key, *columns, *add))
    sets = [f'"{fields[c].column}" = {_cast(fields[c], f"u.{chr(34)}{c}{chr(34)}")}' for c in columns]
    sets += [f'"{fields[c].column}" = t."{fields[c].column}" + u."{c}"' for c in add]
    return (
        f'UPDATE "{model._meta.db_table}" AS t SET {", ".join(sets)} FROM unnest({arrays}) AS u({aliases})'
        f' WHERE t.company_id = {COMPANY} AND t."{fields[key].column}" = u."{key}"'
    )


def _quoted(fields: Mapping[str, models.Field], names: Sequence[str]) -> list[str]:
    return [f'"{fields[name].column}"' for name in names]


def _unnest(fields: Mapping[str, models.Field], columns: Sequence[str]) -> tuple[str, str]:
    arrays = ", ".join(f"(SELECT %s::{_array_type(fields[column])}[])" for column in columns)
    return arrays, ", ".join(f'"{column}"' for column in columns)


def base_type(field: models.Field) -> str:
    """The PostgreSQL type of a field without its modifiers: numeric, text, bigint ..."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    declared = target.cast_db_type(connection) or target.db_type(connection) or "text"
    name = declared.split("(")[0].strip()
    return "text" if name in {"varchar", "character varying"} else name


def _array_type(field: models.Field) -> str:
    return "text" if base_type(field) == "jsonb" else base_type(field)


def _cast(field: models.Field, expression: str) -> str:
    return f"{expression}::jsonb" if base_type(field) == "jsonb" else expression


def _arrays(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    arrays = [list(column) for column in zip(*rows, strict=True)]
    for i in _json_positions(model, columns):
        arrays[i] = [None if value is None else json.dumps(value) for value in arrays[i]]
    return arrays


@lru_cache(maxsize=1024)
def _json_positions(model: type[models.Model], columns: tuple[str, ...]) -> list[int]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [i for i, column in enumerate(columns) if base_type(fields[column]) == "jsonb"]
