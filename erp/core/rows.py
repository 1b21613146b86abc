"""Set-based writing: each helper is one SQL statement, however many rows.

The text depends only on the model and the columns, so PostgreSQL prepares it once; the values travel as arrays.
Their types are those of the casts in the text: psycopg would choose them by the size of the numbers, and each new
combination would be planned and prepared again.
Cost follows the number of statements (docs/performance.md), so operations compute every value first and write
each row once. The company is not a column here: it comes from the open scope, in SQL.
"""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import Dumper

COMPANY = "(SELECT current_setting('weft.company_id')::bigint)"
# Given ids. The sub-select hides their number from the planner, which else plans every execution anew, for nothing. What is
# only inserted, and joined with little, needs no such cover: there the kept plan is the cheapest anyway.
IDS = "(SELECT %s::bigint[])"
ANY_ID = f"ANY ({IDS}::bigint[])"
_HIDDEN = "(SELECT %s::{}[])"


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


_unit_cursor: ContextVar[CursorWrapper | None] = ContextVar("weft_cursor", default=None)


@contextmanager
def one_cursor() -> Iterator[None]:
    """Inside the block, which is one transaction, all statements go through one cursor: making one costs as much as a
    small statement, and a used one knows how to convert what it has seen."""
    with connection.cursor() as cursor:
        token = _unit_cursor.set(cursor)
        try:
            yield
        finally:
            _unit_cursor.reset(token)


def _cursor() -> CursorWrapper:
    cursor = _unit_cursor.get()
    # somebody who counts statements began after the block, and needs a cursor that tells
    return connection.cursor() if cursor is None or cursor.db.force_debug_cursor else cursor


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    cursor = _cursor()
    cursor.execute(sql, _bound(params))
    return cursor.cursor.fetchall()


def fetch_one(sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The only row of a statement that always has one."""
    [row] = fetch(sql, params)
    return row


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement; return the number of rows it touched."""
    cursor = _cursor()
    cursor.execute(sql, _bound(params))
    return cursor.cursor.rowcount


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


def insert_documents(
    head: type[models.Model],
    head_columns: Sequence[str],
    heads: Sequence[Sequence[Any]],
    line: type[models.Model],
    line_columns: Sequence[str],
    lines: Sequence[Sequence[Any]],
    *,
    parent: str,
    computed: Mapping[str, str],
    returning: Sequence[str],
    with_lines: bool = False,
) -> list[tuple[Any, ...]]:
    """Insert documents with their lines in one statement; return the `returning` columns of the heads, in their order.

    Each line starts with the position of its head in `heads`; the column `parent` takes the head's id. `computed` is for
    the heads, as in `insert_rows`; `with_lines` the ids of a head's lines are returned after its columns.
    """
    if not heads:
        return []
    head_names, line_names = tuple(head_columns), tuple(line_columns)
    sql, head_defaults, line_defaults = _insert_documents_sql(
        head, head_names, tuple(computed.items()), line, line_names, parent, tuple(returning), with_lines
    )
    positions, *values = list(zip(*lines, strict=True)) or [()] * (1 + len(line_names))
    of_lines = [list(positions), *_as_arrays(line, line_names, values)]
    return fetch(sql, [*_arrays(head, head_names, heads), *head_defaults, *line_defaults, *of_lines])


def numbered(series: str) -> dict[str, str]:
    """The `computed` of documents with a number of that series: those of a set are drawn together."""
    return {"number": f"(SELECT documents_next_numbers('{series}', (SELECT count(*) FROM given)))[u.ord]"}  # noqa: S608


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
    into, values, defaults = _insert_parts(model, columns, computed)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    returned = f" RETURNING {', '.join(_quoted(fields, returning))}" if returning else ""
    arrays, aliases = _unnest(fields, columns)
    text = f"{into} SELECT {values} FROM unnest({arrays}) WITH ORDINALITY AS u({aliases}, ord) ORDER BY u.ord{returned}"
    return text, defaults


@lru_cache(maxsize=1024)
def _insert_documents_sql(
    head: type[models.Model],
    head_columns: tuple[str, ...],
    computed: tuple[tuple[str, str], ...],
    line: type[models.Model],
    line_columns: tuple[str, ...],
    parent: str,
    returning: tuple[str, ...],
    with_lines: bool,
) -> tuple[str, tuple[Any, ...], tuple[Any, ...]]:
    """The ids of the heads are drawn first, so that a line finds its head by position, not by a join."""
    head_fields = {field.attname: field for field in head._meta.concrete_fields}
    line_fields = {field.attname: field for field in line._meta.concrete_fields}
    into_heads, head_values, head_defaults = _insert_parts(head, head_columns, (("id", "u.id"), *computed))
    into_lines, line_values, line_defaults = _insert_parts(line, line_columns, ((parent, "ids.of_heads[u.head + 1]"),))
    head_arrays, head_aliases = _unnest(head_fields, head_columns)
    line_arrays, line_aliases = _unnest(line_fields, line_columns)
    ids_and_returned = tuple(dict.fromkeys(("id", *returning)))
    of_heads = "JOIN (SELECT head, array_agg(id ORDER BY id) AS line_ids FROM lines GROUP BY head) l ON l.head = heads.id"
    text = f'''
WITH given AS MATERIALIZED (
    SELECT u.*, nextval('"{head._meta.db_table}_id_seq"') AS id
    FROM unnest({head_arrays}) WITH ORDINALITY AS u({head_aliases}, ord) ORDER BY u.ord
), heads AS (
    {into_heads} SELECT {head_values} FROM given AS u ORDER BY u.ord RETURNING {", ".join(_quoted(head_fields, ids_and_returned))}
), lines AS (
    {into_lines} SELECT {line_values} FROM (SELECT array_agg(id ORDER BY ord) AS of_heads FROM given) AS ids,
    unnest(%s::int[], {line_arrays}) WITH ORDINALITY AS u(head, {line_aliases}, ord) ORDER BY u.ord
    RETURNING id, {_quoted(line_fields, [parent])[0]} AS head
)
SELECT {", ".join(_quoted(head_fields, returning))}{", line_ids" if with_lines else ""}
FROM heads {of_heads if with_lines else ""} ORDER BY id'''
    return text, head_defaults, line_defaults


def _insert_parts(
    model: type[models.Model], columns: tuple[str, ...], computed: tuple[tuple[str, str], ...]
) -> tuple[str, str, tuple[Any, ...]]:
    """The beginning of an insert, what it selects, and the parameters for the defaults of the columns left out."""
    given = {*columns, "company_id", "id", *(name for name, _ in computed)}
    fields = {field.attname: field for field in model._meta.concrete_fields}
    if unknown := given - fields.keys():
        raise ValueError(f"{model.__name__} has no column {sorted(unknown)}")
    defaults = [f for f in fields.values() if f.attname not in given and f.has_default() and _is_constant(f.default)]
    names = ["company_id", *(f.attname for f in defaults), *(n for n, _ in computed), *columns]
    values = [COMPANY, *(f"%s::{base_type(f)}" for f in defaults), *(sql for _, sql in computed)]
    values += [_cast(fields[column], f'u."{column}"') for column in columns]
    listed = ", ".join(f'"{fields[name].column}"' for name in names)
    parameters = tuple(field.get_db_prep_save(field.get_default(), connection) for field in defaults)
    return f'INSERT INTO "{model._meta.db_table}" ({listed})', ", ".join(values), parameters


def _is_constant(default: Any) -> bool:
    return not callable(default) or default in (dict, list)


@lru_cache(maxsize=1024)
def _update_sql(model: type[models.Model], key: str, columns: tuple[str, ...], add: tuple[str, ...]) -> str:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    arrays, aliases = _unnest(fields, (key, *columns, *add), _HIDDEN)
    sets = [f'"{fields[c].column}" = {_cast(fields[c], f"u.{chr(34)}{c}{chr(34)}")}' for c in columns]
    sets += [f'"{fields[c].column}" = t."{fields[c].column}" + u."{c}"' for c in add]
    return (
        f'UPDATE "{model._meta.db_table}" AS t SET {", ".join(sets)} FROM unnest({arrays}) AS u({aliases})'
        f' WHERE t.company_id = {COMPANY} AND t."{fields[key].column}" = u."{key}"'
    )


def _quoted(fields: Mapping[str, models.Field], names: Sequence[str]) -> list[str]:
    return [f'"{fields[name].column}"' for name in names]


def _unnest(fields: Mapping[str, models.Field], columns: Sequence[str], array: str = "%s::{}[]") -> tuple[str, str]:
    arrays = ", ".join(array.format(_array_type(fields[column])) for column in columns)
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
    return _as_arrays(model, columns, zip(*rows, strict=True))


def _as_arrays(model: type[models.Model], columns: tuple[str, ...], values: Iterable[Iterable[Any]]) -> list[list[Any]]:
    arrays = [list(column) for column in values]
    for i in _json_positions(model, columns):
        arrays[i] = [None if value is None else json.dumps(value) for value in arrays[i]]
    return arrays


@lru_cache(maxsize=1024)
def _json_positions(model: type[models.Model], columns: tuple[str, ...]) -> list[int]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [i for i, column in enumerate(columns) if base_type(fields[column]) == "jsonb"]
