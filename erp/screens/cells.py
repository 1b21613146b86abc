"""One cell of a list or of document lines: its value as HTML on screen and as a plain value in an export."""

import datetime
import re
from decimal import Decimal
from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from erp.reference.unit_names import unit_word
from erp.screens import formats
from erp.screens.list_query import value_at
from erp.screens.lists import Column, State

NOTHING = mark_safe('<span class="w-none">–</span>')  # noqa: S308 constant
NUMERIC = re.compile(r"[+-]?\d+(\.\d+)?")
RISKY_FIRST = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # full-width signs too


def state_html(label: str, family: str) -> SafeString:
    """A state as dot and word; colour is never the only carrier."""
    dot = '<i class="w-dot" aria-hidden="true"></i>'
    return mark_safe(f'<span class="w-state w-state-{escape(family)}">{dot}{escape(label)}</span>')  # noqa: S308 both escaped


def figure_html(figure: str, suffix: str = "", *, bad: bool = False) -> SafeString:
    """A figure with its unit or currency small and grey behind it. Plain strings: a page of a list holds hundreds."""
    classes = "w-figure w-bad" if bad else "w-figure"
    unit = f'<span class="w-unit">{escape(suffix)}</span>' if suffix else ""
    return mark_safe(f'<span class="{classes}">{escape(figure)}{unit}</span>')  # noqa: S308


def value_of(column: Column, row: Any) -> Any:
    """What the cell is about: the words made from the row, else what stands at the column's path."""
    return str(column.text(row)) if column.text else value_at(row, column.path)


def state_of(column: Column, value: Any) -> State:
    return column.states.get(value) or State(str(value if value is not None else ""))


def cell_html(column: Column, row: Any) -> str:
    """The cell as it stands on screen."""
    value = value_of(column, row)
    if value is None or value == "":
        return NOTHING
    if column.blank_zero and value == 0:
        return ""
    content = _content(column, row, value)
    if column.aside and (said := column.aside(row)):
        content = format_html('{}<span class="w-unit">{}</span>', content, said)
    url = column.url(row) if column.url else None
    return format_html('<a href="{}">{}</a>', url, content) if url else content


def _content(column: Column, row: Any, value: Any) -> str:
    bad = bool(column.bad and column.bad(row))
    match column.kind:
        case "money":
            currency = str(value_at(row, column.currency) or "") if column.currency else ""
            return figure_html(formats.money(value, currency), currency, bad=bad)
        case "quantity":
            unit = unit_word(str(value_at(row, column.unit) or "")) if column.unit else ""
            return figure_html(formats.number(value, column.places), unit, bad=bad)
        case "number":
            return figure_html(formats.number(value, column.places), bad=bad)
        case "percent":
            return figure_html(formats.number(value, 1 if column.places is None else column.places), "%", bad=bad)
        case "date":
            return figure_html(formats.date(value), bad=bad)
        case "time":
            return figure_html(formats.date_and_time(value), bad=bad)
        case "state":
            state = state_of(column, value)
            return state_html(str(state.label), state.family)
        case "flag":
            return escape(gettext("Yes") if value else gettext("No"))
        case "unit":
            return escape(unit_word(str(value)))
        case "code":
            return mark_safe(f'<span class="w-code">{escape(value)}</span>')  # noqa: S308
        case _:
            return format_html('<span class="w-bad">{}</span>', value) if bad else conditional_escape(value)


def export_value(column: Column, row: Any) -> Any:
    """The value for a file: numbers as Decimal, dates in ISO form, states in words, text made harmless."""
    value = value_of(column, row)
    if value is None:
        return ""
    if column.kind == "state":
        return harmless(str(state_of(column, value).label))
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, (int, float, Decimal)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return harmless(str(value))


def harmless(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula; real numbers stay."""
    return "'" + text if text.startswith(RISKY_FIRST) and not NUMERIC.fullmatch(text) else text
