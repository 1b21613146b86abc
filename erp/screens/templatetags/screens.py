"""Template tags of the screen kit."""

import json
from functools import cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.forms import BoundField, CheckboxInput, DateInput, RadioSelect, Select, SelectMultiple
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django_filters.fields import DateRangeField

from erp.reference.unit_names import unit_word
from erp.screens import cells, formats, submissions
from erp.screens.assets import NPM_ASSETS
from erp.screens.desk import Desk, desk_of, timeline_of
from erp.screens.documents import DocumentPage, Entry
from erp.screens.thread import ThreadLayout, lay_out

register = template.Library()
register.filter("money", formats.money)
register.filter("figure", formats.number)
register.filter("day", formats.date)
register.filter("day_time", formats.date_and_time)
register.filter("clock", formats.clock_time)
register.filter("duration", formats.duration)


@register.simple_tag
def npm(name: str) -> str:
    """The address of an npm file by its short name (erp/screens/assets.py)."""
    return static(NPM_ASSETS[name])


@register.simple_tag
def has_npm(name: str) -> bool:
    """Whether the optional npm file is installed."""
    return finders.find(NPM_ASSETS[name]) is not None


@register.simple_tag
def desk(document: DocumentPage) -> Desk | None:
    """Files and tasks of the document, read when the page is drawn."""
    return desk_of(document)


@register.simple_tag
def whole_timeline(document: DocumentPage, desk: Desk | None) -> list[Entry]:
    return timeline_of(document, desk)


@register.filter
def groups(entries: list[Entry]) -> list[str]:
    """The groups that occur in a timeline, in a fixed order; none if there is but one."""
    found = {entry.group for entry in entries}
    return [group for group in ("comment", "event", "change", "file", "task") if group in found] if len(found) > 1 else []


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A Tabler icon; always beside a word or inside something with a label."""
    return format_html('<i class="ti ti-{} {}" aria-hidden="true"></i>', name, extra)


@register.simple_tag
def keys_dialog() -> SafeString:
    """The dialog of the keyboard shortcuts: the same on every page, drawn once for a language."""
    return _keys_dialog(get_language())


@cache
def _keys_dialog(_language: str) -> SafeString:
    return render_to_string("screens/shell/keys.html")


@register.simple_tag
def state(label: Any, family: str = "draft") -> SafeString:
    return cells.state_html(str(label), family)


@register.simple_tag
def amount(value: Any, currency: str = "") -> SafeString:
    return cells.figure_html(formats.money(value, currency), currency)


@register.simple_tag
def quantity(value: Any, unit: str = "") -> SafeString:
    return cells.figure_html(formats.number(value), unit_word(unit))


@register.simple_tag
def token() -> SafeString:
    """The hidden token that makes a second press of the same button harmless."""
    return format_html('<input type="hidden" name="token" value="{}">', submissions.new_token())


@register.simple_tag
def field(bound: BoundField, size: str = "") -> SafeString:
    """A form field as its widget with our classes, described by its help and errors."""
    widget = bound.field.widget
    for part in getattr(widget, "widgets", [widget]):
        if isinstance(part, DateInput) or isinstance(bound.field, DateRangeField):  # the browser's own calendar speaks ISO
            part.input_type, part.format = "date", "%Y-%m-%d"
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, RadioSelect):
        css = ""
    elif isinstance(widget, (Select, SelectMultiple)):
        css = "form-select"
    else:
        css = "form-control"
    classes = " ".join(part for part in (css, f"{css}-sm" if size == "sm" and css != "form-check-input" else "") if part)
    attrs: dict[str, str | bool] = {"class": f"{classes} is-invalid" if bound.errors else classes}
    if bound.errors or bound.help_text:
        attrs["aria-describedby"] = f"{bound.auto_id}_note"
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def css(name: str) -> str:
    return f"css/{name}.css"


@register.filter
def html_lang(code: str) -> str:
    """The language tag browsers choose regional glyphs by: zh-hans becomes zh-Hans."""
    first, _dash, rest = code.partition("-")
    return f"{first}-{rest.capitalize()}" if rest else first


@register.filter
def person(user: Any) -> str:
    return str(getattr(user, "display_name", "") or user.get_username())


@register.filter
def initials(user: Any) -> str:
    """Two letters for the round sign: of the first and last word, or the last two of a Chinese name."""
    name = person(user)
    parts = name.split()
    if len(parts) > 1:
        return (parts[0][0] + parts[-1][0]).upper()
    return name[:2].upper() if name.isascii() else name[-2:]


@register.filter
def thread_layout(thread: Any) -> ThreadLayout:
    return lay_out(thread)


@register.filter
def as_json(value: Any) -> str:
    """A value for a data attribute; the template escapes it."""
    return json.dumps(value, default=str)


@register.filter
def numbered(sentence: Any, count: Any) -> str:
    """Fill %(count)s of a sentence."""
    return str(sentence) % {"count": count}
