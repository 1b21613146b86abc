"""References in a body: the natural code or the id, looked up for the whole body with one statement per model."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from erp.core.rows import COMPANY, fetch

BIGINT = 2**63
_DIGITS = re.compile(r"[0-9]{1,19}\Z")


def as_id(value: Any) -> int | None:
    """The value as a possible id, or None."""
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and _DIGITS.match(value))):
        return None
    number = int(value)
    return number if 0 < number < BIGINT else None


class Reference(serializers.Field):
    """A record named by its code (a string) or its id (a number, or a string of digits that is no code).

    Gives the id, or the code where the operation takes codes (`gives="code"`). A root `InputSerializer` finds all
    references of a body before validation, so that a thousand orders cost as many statements as one.
    """

    default_error_messages = {  # noqa: RUF012
        "invalid": _("Enter a code or an id."),
        "unknown_code": _("There is no %(what)s “%(value)s”. Check the code, or create it first."),
    }

    def __init__(self, model: str, *, what: Any, code: str = "code", gives: str = "id", **kwargs: Any) -> None:
        self.model, self.what, self.code, self.gives = model, what, code, gives
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("invalid")
        found = self.context["references"].get((self.model, self.code, data))
        if found is None:
            text = self.error_messages["unknown_code"] % {"what": self.what, "value": str(data)[:80]}
            raise serializers.ValidationError(text, code="unknown_code")
        return found[0] if self.gives == "id" else found[1]


def find_references(root: serializers.BaseSerializer[Any], data: Any) -> dict[tuple[str, str, Any], tuple[int, str]]:
    """(id, code) of everything the body refers to, by (model, code field, value as given)."""
    asked: dict[tuple[str, str], set[str | int]] = defaultdict(set)
    for field, value in _walk(root, data):
        if isinstance(value, str | int) and not isinstance(value, bool):
            asked[field.model, field.code].add(value)
    found: dict[tuple[str, str, Any], tuple[int, str]] = {}
    for (model, code), values in asked.items():
        by_code, by_id = _look_up(model, code, values)
        for value in values:
            as_code, same_id = by_code.get(str(value)), by_id.get(as_id(value) or 0)
            match = same_id or as_code if isinstance(value, int) else as_code or same_id
            if match is not None:
                found[model, code, value] = match
    return found


def _look_up(model: str, code: str, values: Iterable[str | int]) -> tuple[dict[str, tuple[int, str]], dict[int, tuple[int, str]]]:
    meta = apps.get_model(model)._meta
    column = meta.get_field(code).column
    codes = sorted({str(value) for value in values if "\0" not in str(value)})
    numbers = sorted({number for value in values if (number := as_id(value))})
    sql = (
        f'SELECT id, "{column}" FROM "{meta.db_table}" WHERE company_id = {COMPANY}'  # noqa: S608
        f' AND ("{column}" = ANY(%s::text[]) OR id = ANY(%s::bigint[]))'
    )
    rows = fetch(sql, [codes, numbers])
    return {row[1]: row for row in rows}, {row[0]: row for row in rows}


def _walk(field: Any, data: Any) -> Iterator[tuple[Reference, Any]]:
    if isinstance(field, Reference):
        yield field, data
    elif isinstance(field, serializers.ListSerializer | serializers.ListField) and isinstance(data, list):
        for item in data:
            yield from _walk(field.child, item)
    elif isinstance(field, serializers.Serializer) and isinstance(data, Mapping):
        for name, child in field.fields.items():
            if name in data:
                yield from _walk(child, data[name])
