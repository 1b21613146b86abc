"""A list screen as data: what it shows, how it can be narrowed, what can be done to many rows at once."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from erp.core.actor import Actor

Label = str | Promise
Kind = Literal["text", "note", "code", "number", "money", "quantity", "percent", "date", "time", "state", "flag", "unit"]
Family = Literal["draft", "open", "waiting", "done", "bad", "cancelled"]
FAMILIES: tuple[Family, ...] = ("draft", "open", "waiting", "done", "bad", "cancelled")
RIGHT_ALIGNED = frozenset({"number", "money", "quantity", "percent"})
MAX_SORTS = 3
PAGE_ROWS = 50
COUNT_LIMIT = 10_000
AT_ONCE = 200  # rows a bulk verb does while the reader waits; more become background work
MOST_ROWS = 100_000  # rows one press may mean
EVERYTHING = "all"  # the value of a filter with a default that asks for no narrowing


@dataclass(frozen=True)
class State:
    """A word for a state and the family that gives its colour."""

    label: Label
    family: Family = "draft"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `field` is the path on the row (attribute, dict key, `customer__name`); default: the name.

    `sort` is the ORM path to sort by; True takes `field`, False forbids. `permission` hides the column and its data
    everywhere: on screen, in exports, as a sort, as a filter, in the search. `total` sums it over the whole filtered
    list, per currency when `currency` names the path of one. `states` explains the values of a state column. `text`
    makes the words of the cell from the row, for what no path can name; a "note" is a sentence, which may wrap.
    `blank_zero` leaves the cell of a zero empty, as the debit and credit columns of a journal do.
    `aside` is said small and grey behind a figure: 3 box (36 PC).
    """

    name: str
    label: Label
    kind: Kind = "text"
    field: str = ""
    sort: bool | str = True
    permission: str = ""
    total: bool = False
    currency: str = ""
    unit: str = ""
    aside: Callable[[Any], str] | None = None
    places: int | None = None
    states: Mapping[Any, State] = dataclasses.field(default_factory=dict)
    visible: bool = True
    text: Callable[[Any], Label] | None = None
    url: Callable[[Any], str | None] | None = None
    bad: Callable[[Any], bool] | None = None
    blank_zero: bool = False

    @property
    def path(self) -> str:
        return self.field or self.name

    @property
    def sort_path(self) -> str:
        if self.sort is False:
            return ""
        return self.path if self.sort is True else self.sort

    @property
    def right_aligned(self) -> bool:
        return self.kind in RIGHT_ALIGNED

    @property
    def shape(self) -> str:
        """How its cells stand: to the right, as a note that may wrap, or plainly."""
        return "right" if self.right_aligned else "note" if self.kind == "note" else ""


@dataclass(frozen=True)
class Action:
    """A way onward: the primary action of a list, or the next step offered by an empty one."""

    label: Label
    url_name: str
    permission: str = ""
    icon: str = "plus"


@dataclass(frozen=True)
class Refused:
    """One row a bulk verb refused, and why."""

    label: str
    sentence: str
    url: str = ""


@dataclass(frozen=True)
class BulkOutcome:
    """What came of a bulk verb; `names` are those of the rows that were done, where they are few enough to be said."""

    done: int
    refused: Sequence[Refused] = ()
    names: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class BulkVerb:
    """A verb on the ticked rows. `perform(request, ids)` runs the operation in its own unit(s) of work.

    `confirm` is a sentence with %(count)s that names what will happen; it is asked before a dangerous verb, `confirm_one`
    before it happens to a single row.
    `on_row(row, actor)` puts the verb as a button at the end of the rows for which it says yes. On many rows it becomes
    background work, where `request` has an actor and nothing else; `as_job` says "never" if it needs more, and "always" if
    already one row takes longer than a reader waits.
    """

    name: str
    label: Label
    permission: str
    perform: Callable[[HttpRequest, list[int]], BulkOutcome]
    icon: str = "check"
    danger: bool = False
    confirm: Label = ""
    confirm_one: Label = ""
    on_row: Callable[[Any, Actor], bool] | None = None
    as_job: Literal["many", "always", "never"] = "many"


@dataclass(frozen=True, kw_only=True)
class FirstCount:
    """How many rows are about something, the colour of it, and where they are."""

    label: Label
    count: int
    family: Family
    url: str


@dataclass(frozen=True, kw_only=True)
class First:
    """What is looked at before the rows of a list: the first rows of another one as a `table` (a `LinesTable`), what they are
    about, and the way to all of them. `rest` is the heading of the list itself."""

    table: Any
    counts: Sequence[FirstCount]
    url: str
    all: Label
    rest: Label


@dataclass(frozen=True, kw_only=True)
class ListScreen:
    """Everything about one list. `rows(actor)` returns a queryset (of models or of `.values()`), related rows joined.

    `search` are ORM paths looked into by the search box (icontains; write `number__istartswith` for another lookup).
    `default_sort` like "-ordered_at"; the row's id is always the last sort key. `row_url(row)` opens a row.
    `first(actor, params)` is what stands above the first page, if anything.
    `defaults` are filters in force until the reader chooses otherwise; each of them knows the value "all".
    """

    name: str
    title: Label
    permission: str
    rows: Callable[[Actor], QuerySet[Any]]
    columns: tuple[Column, ...]
    filters: type[django_filters.FilterSet] | None = None
    search: tuple[str, ...] = ()
    search_hint: Label = ""
    defaults: Mapping[str, str] = dataclasses.field(default_factory=dict)
    default_sort: str = "-id"
    row_url: Callable[[Any], str] | None = None
    row_label: Callable[[Any], str] | None = None
    primary: Action | None = None
    bulk: tuple[BulkVerb, ...] = ()
    empty: Label = ""
    empty_action: Action | None = None
    key: str = "id"
    first: Callable[[Actor, QueryDict], First | None] | None = None

    def columns_for(self, actor: Actor) -> tuple[Column, ...]:
        """The columns this reader may know of."""
        return tuple(column for column in self.columns if not column.permission or actor.can(column.permission))

    def hidden_paths(self, actor: Actor) -> frozenset[str]:
        """ORM paths whose data this reader must not learn, directly or by sorting or filtering."""
        hidden = [column for column in self.columns if column.permission and not actor.can(column.permission)]
        shown = {path for column in self.columns_for(actor) for path in (column.path, column.sort_path)}
        return frozenset(path for column in hidden for path in (column.name, column.path, column.sort_path) if path) - shown

    def bulk_for(self, actor: Actor) -> tuple[BulkVerb, ...]:
        return tuple(verb for verb in self.bulk if actor.can(verb.permission))
