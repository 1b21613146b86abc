"""What the list template draws, worked out beforehand: headers with their sort links, chips, rows, totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.forms import BoundField
from django.http import QueryDict
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.screens import formats
from erp.screens.cells import cell_html, figure_html
from erp.screens.list_layout import Layout
from erp.screens.list_query import SortKey
from erp.screens.lists import COUNT_LIMIT, EVERYTHING, Action, BulkVerb, Column, First, ListScreen

PARTS = frozenset({"min", "max", "after", "before", "from", "to", "lookup", "0", "1"})
TABLE_CELL = {"": "<td>", "right": '<td class="w-right">', "note": '<td class="w-note">'}
NOT_KEPT = ("after", "before", "export", "density", "sort")


@dataclass(frozen=True)
class Header:
    column: Column
    direction: str  # "", "asc", "desc"
    rank: int
    sort_url: str
    add_url: str
    width: int | None

    @property
    def aria_sort(self) -> str:
        return {"asc": "ascending", "desc": "descending"}.get(self.direction, "none")


@dataclass(frozen=True)
class Chip:
    """One filter in force: its words, its field to edit it, and the address without it; `standing` if by default."""

    name: str
    label: str
    value: str
    field: BoundField | None
    remove_url: str
    standing: bool = False


@dataclass(frozen=True)
class Cell:
    column: Column
    html: str


@dataclass(frozen=True)
class Row:
    """A drawn record; `cells` are its table cells as one piece of HTML, drawn here because fifty rows of a template's
    loops took half of a page's time."""

    key: Any
    url: str
    label: str
    cells: SafeString
    verbs: Sequence[BulkVerb] = ()


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One drawn page of one list. The kit page makes it by hand, the view from a ListQuery."""

    screen: ListScreen
    layout: Layout
    headers: list[Header]
    rows: list[Row]
    count: int
    first: int = 1
    after_url: str = ""
    before_url: str = ""
    chips: list[Chip] = field(default_factory=list)
    free_fields: list[BoundField] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    totals: list[Cell] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    term: str = ""
    query: str = ""
    primary: Action | None = None
    empty_action: Action | None = None
    bulk: Sequence[BulkVerb] = ()
    clear_url: str = "?"
    above: First | None = None

    @property
    def capped(self) -> bool:
        return self.count > COUNT_LIMIT

    @property
    def count_text(self) -> str:
        return f"{COUNT_LIMIT:,}+" if self.capped else f"{self.count:,}"

    @property
    def selectable_text(self) -> str:
        return self.count_text

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def narrowed(self) -> bool:
        return bool(self.term) or any(not chip.standing for chip in self.chips)

    @property
    def has_row_verbs(self) -> bool:
        return any(verb.on_row for verb in self.bulk)

    def export_url(self) -> str:
        return f"?{self.query}&export=" if self.query else "?export="


def make_rows(
    screen: ListScreen, columns: Sequence[Column], records: Sequence[Any], trail: str, actor: Actor | None = None
) -> list[Row]:
    """Draw the records; the actor's verbs stand at the end of each row."""
    offered = [verb for verb in screen.bulk_for(actor) if verb.on_row] if actor else []
    shaped = [(column, TABLE_CELL[column.shape]) for column in columns]
    trail = urlencode({"list": trail}) if trail else ""
    rows = []
    for record in records:
        url = screen.row_url(record) if screen.row_url else ""
        if url and trail:
            url = f"{url}{'&' if '?' in url else '?'}{trail}"
        key = record[screen.key] if isinstance(record, dict) else getattr(record, screen.key)
        verbs = [verb for verb in offered if verb.on_row and actor and verb.on_row(record, actor)]
        label = screen.row_label(record) if screen.row_label else str(key)
        rows.append(Row(key, url, label, _cells(shaped, record, url), verbs))
    return rows


def _cells(shaped: Sequence[tuple[Column, str]], record: Any, url: str) -> SafeString:
    """The cells of one record; the first opens it."""
    drawn = [cell_html(column, record) for column, _tag in shaped]
    if url and drawn:
        drawn[0] = f'<a class="w-open" href="{escape(url)}">{drawn[0]}</a>'
    return mark_safe("".join(f"{tag}{html}</td>" for (_column, tag), html in zip(shaped, drawn, strict=True)))  # noqa: S308 cell_html escapes


def make_headers(layout: Layout, keys: Sequence[SortKey], params: QueryDict) -> list[Header]:
    """Headers whose link sorts by that column alone (up, down, off) and whose second link adds it to the sort."""
    current = {key.column: ("desc" if key.descending else "asc") for key in keys if key.column}
    ranks = {name: i + 1 for i, name in enumerate(current)} if len(current) > 1 else {}
    headers = []
    for column in layout.chosen:
        direction = current.get(column.name, "")
        turn = {"": column.name, "asc": f"-{column.name}", "desc": ""}[direction]
        others = [("-" if d == "desc" else "") + name for name, d in current.items() if name != column.name]
        sort_url = _with(params, sort=turn) if column.sort_path else ""
        add_url = _with(params, sort=",".join([*others, *([turn] if turn else [])])) if column.sort_path else ""
        headers.append(Header(column, direction, ranks.get(column.name, 0), sort_url, add_url, layout.widths.get(column.name)))
    return headers


def _with(params: QueryDict, **changes: str) -> str:
    copy = params.copy()
    for name in NOT_KEPT:
        if name != "sort" or "sort" in changes:
            copy.pop(name, None)
    for name, value in changes.items():
        copy[name] = value
        if not value:
            del copy[name]
    return f"?{copy.urlencode()}" if copy else "?"


def make_chips(filterset: Any, params: QueryDict, defaults: Mapping[str, str]) -> tuple[list[Chip], list[BoundField]]:
    """The filters in force as chips, and the fields of those that are not."""
    if filterset is None:
        return [], []
    chips, free = [], []
    for name in filterset.filters:
        bound = filterset.form[name]
        shown = _shown_value(bound)
        names = [key for key in params if key == name or (key.startswith(f"{name}_") and key[len(name) + 1 :] in PARTS)]
        if not shown:
            free.append(bound)
            continue
        copy = params.copy()
        for key in [*names, "after", "before"]:
            copy.pop(key, None)
        standing = name in defaults and bound.value() == defaults[name]
        if standing:
            copy[name] = EVERYTHING
        chips.append(Chip(name, str(bound.label), shown, bound, f"?{copy.urlencode()}", standing))
    return chips, free


def make_unknown(fields: Sequence[BoundField]) -> list[str]:
    """Which filters have a value that means nothing, each as a sentence."""
    return [_("The filter “%(name)s” does not know “%(value)s”.") % {"name": f.label, "value": _shown_value(f)} for f in fields]


def _shown_value(bound: BoundField) -> str:
    value = bound.value()
    if isinstance(value, (list, tuple, slice)):
        parts = [value.start, value.stop] if isinstance(value, slice) else list(value)
        words = [_choice_label(bound, part) if part not in (None, "") else "" for part in parts]
        if len(words) == 2 and not hasattr(bound.field, "choices"):
            return _range_words(*words)
        return ", ".join(word for word in words if word)
    return _choice_label(bound, value) if value not in (None, "") else ""


def _range_words(low: str, high: str) -> str:
    if low and high:
        return f"{low} – {high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


def _choice_label(bound: BoundField, value: Any) -> str:
    for key, label in getattr(bound.field, "choices", ()):
        if str(key) == str(value):
            return str(label)
    return str(value)


def make_totals(columns: Sequence[Column], totals: dict[str, list[tuple[Decimal, str]]]) -> list[Cell]:
    """The totals row: the word in the first column, sums under their columns; several currencies stand side by side."""
    if not totals:
        return []
    cells = []
    for i, column in enumerate(columns):
        sums = [_sum_html(column, *one) for one in totals.get(column.name, [])]
        word = _("Total") if i == 0 else ""
        cells.append(Cell(column, format_html_join("", '<span class="w-sum">{}</span>', ((one,) for one in sums)) or word))
    return cells


def _sum_html(column: Column, amount: Decimal, currency: str) -> str:
    return figure_html(formats.money(amount, currency) if column.kind == "money" else formats.number(amount), currency)
