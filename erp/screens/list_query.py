"""From the address of a list to its rows: search, filters, sort, keyset pages, capped count, totals."""

import base64
import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import django_filters
from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db.models import F, Model, Q, QuerySet, Sum
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import OrderBy
from django.forms import BoundField
from django.http import QueryDict

from erp.core.actor import Actor
from erp.screens.lists import COUNT_LIMIT, MAX_SORTS, PAGE_ROWS, Column, ListScreen

RESERVED = frozenset({"q", "sort", "after", "before", "export", "density"})


@dataclass(frozen=True)
class SortKey:
    """One sort criterion: an ORM path, its direction, and whether its value may be missing (then it comes last)."""

    path: str
    descending: bool
    nullable: bool
    column: str = ""

    def expression(self, *, backwards: bool) -> OrderBy:
        descending = self.descending != backwards
        where = {"nulls_first" if backwards else "nulls_last": True} if self.nullable else {}
        return F(self.path).desc(**where) if descending else F(self.path).asc(**where)


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    after: str
    before: str
    first: int


def value_at(row: Any, path: str) -> Any:
    """The value at a path of a row; a missing related row gives None."""
    if isinstance(row, Mapping) and path in row:
        return row[path]
    for part in path.split(LOOKUP_SEP):
        if row is None:
            return None
        row = row[part] if isinstance(row, Mapping) else getattr(row, part)
    return row() if callable(row) else row


class ListQuery:
    """One reader's question to one list. Asks the database only in `page`, `count`, `totals` and `ids`."""

    def __init__(self, screen: ListScreen, actor: Actor, params: QueryDict) -> None:
        self.screen, self.actor, self.params = screen, actor, with_defaults(screen, params)
        self.columns = screen.columns_for(actor)
        self.hidden = screen.hidden_paths(actor)
        base = screen.rows(actor)
        self.filterset = self._filterset(base)
        self.unknown = self._unknown()
        narrowed = base.none() if self.unknown else self.filterset.qs if self.filterset is not None else base
        self.term = self.params.get("q", "").strip()
        self.queryset: QuerySet[Any] = self._search(narrowed)
        self.sort_keys = self._sort_keys()

    def _filterset(self, base: QuerySet[Any]) -> django_filters.FilterSet | None:
        if self.screen.filters is None:
            return None
        filterset = self.screen.filters(self.params, queryset=base)
        for name, item in list(filterset.filters.items()):
            if name in self.hidden or (item.field_name or "") in self.hidden:
                del filterset.filters[name]
        return filterset

    def _unknown(self) -> list[BoundField]:
        """The filters whose value means nothing: the list is empty then, for nobody asked for everything."""
        form = self.filterset.form if self.filterset is not None else None
        return [form[name] for name in form.errors if name in form.fields] if form is not None else []

    def _search(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not self.term:
            return rows
        wanted = Q()
        for path in self.screen.search:
            bare = path.rpartition(LOOKUP_SEP)[0] if path.endswith(("startswith", "exact", "contains")) else path
            one = Q(**{path if bare != path else f"{path}__icontains": self.term})
            if bare not in self.hidden and _can_ask(rows, one):
                wanted |= one
        return rows.filter(wanted) if wanted else rows.none()

    def _sort_keys(self) -> list[SortKey]:
        by_name = {column.name: column for column in self.columns if column.sort_path}
        keys: list[SortKey] = []
        for part in self.params.get("sort", "").split(","):
            column = by_name.get(part.lstrip("-"))
            if column and column.name not in {key.column for key in keys} and len(keys) < MAX_SORTS:
                keys.append(self._key(column.sort_path, part.startswith("-"), column.name))
        if not keys and self.screen.default_sort.lstrip("-") not in self.hidden:
            keys = [self._default_key(part) for part in self.screen.default_sort.split(",")]
        if self.screen.key not in {key.path for key in keys}:
            keys.append(SortKey(self.screen.key, keys[-1].descending if keys else True, nullable=False))
        return keys

    def _default_key(self, part: str) -> SortKey:
        name = part.lstrip("-")
        column = next((c for c in self.columns if name in {c.name, c.sort_path}), None)
        return self._key(column.sort_path or name if column else name, part.startswith("-"), column.name if column else "")

    def _key(self, path: str, descending: bool, column: str) -> SortKey:
        return SortKey(path, descending, _may_be_null(self.queryset.model, path), column)

    def ordered(self, *, backwards: bool = False) -> QuerySet[Any]:
        return self.queryset.order_by(*(key.expression(backwards=backwards) for key in self.sort_keys))

    def page(self, rows: int = PAGE_ROWS) -> Page:
        """The page the address asks for; a cursor that does not fit this sort gives the first page."""
        backwards = "before" in self.params
        cursor = read_cursor(self.params.get("before") or self.params.get("after") or "", self.sort_keys)
        try:
            return self._page(rows, cursor, backwards=backwards and cursor is not None)
        except (ValidationError, ValueError, FieldError):
            return self._page(rows, None, backwards=False)

    def _page(self, size: int, cursor: tuple[list[Any], int] | None, *, backwards: bool) -> Page:
        queryset = self.ordered(backwards=backwards)
        if cursor:
            queryset = queryset.filter(beyond(self.sort_keys, cursor[0], backwards=backwards))
        found = list(queryset[: size + 1])
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        first = 1 if cursor is None else max(1, cursor[1] - len(found) if backwards else cursor[1] + 1)
        has_next, has_previous = (bool(cursor), more) if backwards else (more, bool(cursor))
        return Page(
            rows=found,
            after=self.cursor(found[-1], first + len(found) - 1) if found and has_next else "",
            before=self.cursor(found[0], first) if found and has_previous else "",
            first=first,
        )

    def cursor(self, row: Any, position: int) -> str:
        """An opaque address of a row in this sort; `position` is its rank, for display."""
        values = [_plain(value_at(row, key.path)) for key in self.sort_keys]
        names = [key.path for key in self.sort_keys]
        return base64.urlsafe_b64encode(json.dumps([names, values, position]).encode()).decode().rstrip("=")

    def count(self) -> int:
        """How many rows match, at most COUNT_LIMIT + 1."""
        return self.queryset.order_by()[: COUNT_LIMIT + 1].count()

    def totals(self, *names: str) -> dict[str, list[tuple[Decimal, str]]]:
        """Per summed column (or those named) its (amount, currency) pairs over all matching rows, in one query per currency
        path."""
        found: dict[str, list[tuple[Decimal, str]]] = {}
        summed = [column for column in self.columns if column.total and (not names or column.name in names)]
        for currency in dict.fromkeys(column.currency for column in summed):
            group = [column for column in summed if column.currency == currency]
            for row in self._sums(group, currency):
                for column in group:
                    if row[f"total_{column.name}"] is not None:
                        found.setdefault(column.name, []).append((row[f"total_{column.name}"], str(row.get(currency) or "")))
        return found

    def _sums(self, group: Sequence[Column], currency: str) -> list[dict[str, Any]]:
        sums = {f"total_{column.name}": Sum(column.sort_path or column.path) for column in group}
        if not currency:
            return [self.queryset.order_by().aggregate(**sums)]
        return list(self.queryset.order_by().values(currency).annotate(**sums).order_by(currency))

    def ids(self, limit: int) -> list[int]:
        """The keys of the matching rows in the order shown, for a bulk verb on everything."""
        return list(self.ordered().values_list(self.screen.key, flat=True)[:limit])


def with_defaults(screen: ListScreen, params: QueryDict) -> QueryDict:
    """The address with the filters that are in force until the reader chooses otherwise."""
    missing = {name: value for name, value in screen.defaults.items() if name not in params}
    if not missing:
        return params
    copy = params.copy()
    copy.update(missing)
    return copy


def beyond(keys: Sequence[SortKey], values: Sequence[Any], *, backwards: bool) -> Q:
    """The condition "sorts after this row" (or before it); missing values sort last."""
    result = Q()
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        step = _past(key, value, backwards=backwards)
        if step is not None:
            result |= equal & step
        equal &= Q(**{f"{key.path}__isnull": True}) if value is None else Q(**{key.path: value})
    first, edge = keys[0], values[0]
    if not first.nullable and edge is not None and len(keys) > 1:  # lets the index on the first key bound the scan
        result &= Q(**{f"{first.path}__{'lte' if first.descending != backwards else 'gte'}": edge})
    return result


def _past(key: SortKey, value: Any, *, backwards: bool) -> Q | None:
    if value is None:
        return Q(**{f"{key.path}__isnull": False}) if backwards else None
    step = Q(**{f"{key.path}__{'lt' if key.descending != backwards else 'gt'}": value})
    return step | Q(**{f"{key.path}__isnull": True}) if key.nullable and not backwards else step


def read_cursor(text: str, keys: Sequence[SortKey]) -> tuple[list[Any], int] | None:
    """The values and position in a cursor; None if it is damaged or belongs to another sort."""
    if not text:
        return None
    try:
        names, values, position = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        fits = names == [key.path for key in keys] and len(values) == len(keys) and isinstance(position, int)
    except (ValueError, TypeError):
        return None
    return (values, position) if fits else None


def _can_ask(rows: QuerySet[Any], condition: Q) -> bool:
    """Whether the term fits the type of the field it would be looked for in."""
    try:
        rows.filter(condition)
    except (ValueError, ValidationError):
        return False
    return True


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return str(value.pk if isinstance(value, Model) else value)


def _may_be_null(model: type[Model], path: str) -> bool:
    options: Any = model._meta
    parts = path.split(LOOKUP_SEP)
    try:
        for i, part in enumerate(parts):
            found = options.pk if part == "pk" else options.get_field(part)
            if found is None or getattr(found, "null", True):
                return True
            if i < len(parts) - 1:
                options = found.related_model._meta
    except (FieldDoesNotExist, AttributeError):
        return True  # an annotation
    return False
