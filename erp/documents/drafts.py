"""Judging drafts: every field of every row against what its column can hold, before anything is written.

A draft is a frozen dataclass whose attributes carry the names of the model's columns. Refusals name the field
relative to the draft ("lines.2.quantity"), `params["row"]` says which draft of the set it is; in a set of several the
field starts with it too ("3.lines.2.quantity").
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from erp.core.errors import (
    AlreadyTaken,
    BusinessRuleViolation,
    ChangedSinceSeen,
    ExternalRefTaken,
    InputError,
    InvalidValue,
    NotFound,
    StaleEdit,
    raise_refusals,
)

M = TypeVar("M", bound=models.Model)
Text = str | Promise
BIGINT = 2**63
NO_VERSION = "0"  # that of no row: a screen always sends the version it showed, without one its edit is stale
_KEY = re.compile(r"=\(\d+, (.*)\) already exists")


class MissingValue(InputError):
    code = "missing_value"
    message = _("%(what)s is missing.")
    remedy = _("Fill it in.")

    @property
    def at_field(self) -> str:
        return self.remedy_sentence


class Editable(Protocol):
    """What every draft of an editable record has: no id means a new one, no version means: whatever is there."""

    @property
    def id(self) -> int | None: ...
    @property
    def version(self) -> str: ...


class ExternalDraft(Protocol):
    @property
    def id(self) -> int | None: ...
    @property
    def external_source(self) -> str: ...
    @property
    def external_ref(self) -> str: ...


def raise_draft_refusals(refusals: Sequence[BusinessRuleViolation], drafts: Sequence[Any]) -> None:
    """Raise the refusals of a set of drafts; where there are several drafts, each field says of which one."""
    for refusal in refusals if len(drafts) > 1 else ():
        refusal.field = f"{refusal.params['row']}.{refusal.field}"
    raise_refusals(refusals)


def judge_fields(
    model: type[models.Model], draft: Any, *, row: int, document: str = "", prefix: str = ""
) -> list[BusinessRuleViolation]:
    """What the model's columns cannot hold of the draft: missing, too long, not a number, an unknown choice."""
    refusals: list[BusinessRuleViolation] = []
    for field in _shared_fields(model, type(draft)):
        value = getattr(draft, field.attname)
        where: dict[str, Any] = {"field": prefix + field.attname, "document": document, "row": row, "what": field.verbose_name}
        if value is None or (isinstance(value, str) and not value.strip()):
            if not (field.null if value is None else field.blank):
                refusals.append(MissingValue(**where))
        elif rule := _broken_rule(field, value):
            refusals.append(InvalidValue(**where, value=str(value)[:40], rule=rule))
    return refusals


@lru_cache(maxsize=256)
def _shared_fields(model: type[models.Model], draft_class: type) -> "tuple[models.Field[Any, Any], ...]":
    names = draft_class.__dataclass_fields__  # type: ignore[attr-defined]
    return tuple(
        f
        for f in model._meta.concrete_fields
        if f.attname in names and not f.primary_key and not isinstance(f, models.ForeignKey)
    )


def _broken_rule(field: "models.Field[Any, Any]", value: Any) -> Text | None:
    if isinstance(field, models.CharField | models.TextField):
        return _text_rule(field, value)
    if isinstance(field, models.DecimalField):
        return _number_rule(field, value)
    if isinstance(field, models.BooleanField):
        return None if isinstance(value, bool) else _("Answer yes or no.")
    if isinstance(field, models.DateField):
        return None if isinstance(value, datetime.date) else _("Enter a date.")
    if isinstance(field, models.SmallIntegerField):
        return None if isinstance(value, int) and -32768 <= value < 32768 else _("Enter a whole number below 32768.")
    return None


def _text_rule(field: "models.Field[Any, Any]", value: Any) -> Text | None:
    if not isinstance(value, str):
        return _("Enter text.")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return _("Remove the characters that are not text.")
    if field.max_length and len(value) > field.max_length:
        return format_lazy(_("Enter at most {count} characters."), count=field.max_length)
    choices = [str(choice) for choice, _label in field.flatchoices]
    if choices and value not in choices:
        return format_lazy(_("Choose one of: {choices}."), choices=", ".join(choices))
    if isinstance(field, models.EmailField):
        try:
            validate_email(value)
        except ValidationError:
            return _("Enter an address like name@example.com.")
    return None


def _number_rule(field: "models.DecimalField[Any, Any]", value: Any) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int) or not Decimal(value).is_finite():
        return _("Enter a number.")
    number = Decimal(value)
    if number and number.adjusted() >= field.max_digits - field.decimal_places:
        return _("Enter a smaller number.")
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > field.decimal_places:
        return format_lazy(_("Enter at most {count} decimals."), count=field.decimal_places)
    return None


def known_ids(model: type[models.Model], field: str, values: Iterable[Any]) -> dict[Any, int]:
    """Ids by code of the records that exist; one statement, none when nothing is asked."""
    asked = {value for value in values if value and (not isinstance(value, str) or "\x00" not in value)}
    return dict(model._default_manager.filter(**{f"{field}__in": asked}).values_list(field, "id")) if asked else {}


def possible_ids(values: Iterable[int | None]) -> list[int]:
    """The values that can be ids at all, ascending, once each."""
    return sorted({value for value in values if isinstance(value, int) and 0 < value < BIGINT})


def versioned(rows: models.QuerySet[M, Any]) -> Any:
    """The rows with `version`, which changes whenever the row is written."""
    return rows.annotate(version=RawSQL(f'"{rows.model._meta.db_table}".xmin::text', []))  # noqa: S611


def lock_edited(model: type[M], drafts: Sequence[Editable]) -> dict[int, M]:
    """Lock the rows that the drafts change, in id order; references to them are not held up."""
    ids = possible_ids(draft.id for draft in drafts)
    rows = versioned(model._default_manager.filter(pk__in=ids)).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows} if ids else {}


def judge_seen(current: models.Model, version: str, **about: Any) -> list[BusinessRuleViolation]:
    """Refuse a verb on a `versioned` row that is another by now than the one a person looked at; "" if nobody did."""
    return [ChangedSinceSeen(**about)] if version and version != current.version else []  # type: ignore[attr-defined]


def judge_edits(model: type[M], drafts: Sequence[Editable], locked: Mapping[int, M]) -> list[BusinessRuleViolation]:
    """Refuse edits of records that are not there, named twice, or changed since; StaleEdit carries both values."""
    refusals: list[BusinessRuleViolation] = []
    seen: set[int] = set()
    for row, draft in enumerate(drafts):
        if draft.id is None:
            continue
        current = locked.get(draft.id)
        if current is None or draft.id in seen:
            refusals.append(NotFound(field="id", row=row, what=model._meta.verbose_name, value=draft.id))
        elif draft.version and draft.version != current.version:  # type: ignore[attr-defined]
            now_is = {"version": current.version, "differences": differences(model, current, draft)}  # type: ignore[attr-defined]
            refusals.append(StaleEdit(document=str(current), document_id=draft.id, row=row, **now_is))
        seen.add(draft.id)
    return refusals


def differences(model: type[models.Model], current: models.Model, draft: Any) -> dict[str, tuple[str, str]]:
    """The fields in which the stored record and the draft differ: {name: (stored, draft)}."""
    found = {}
    for field in _shared_fields(model, type(draft)):
        stored, typed = getattr(current, field.attname), getattr(draft, field.attname)
        if stored != typed:
            found[field.attname] = ("" if stored is None else str(stored), "" if typed is None else str(typed))
    return found


def judge_unique(model: type[models.Model], field: str, drafts: Sequence[Any]) -> list[BusinessRuleViolation]:
    """Refuse a value of a unique column that another draft or another record has; one statement."""
    what = model._meta.get_field(field).verbose_name
    holders = known_ids(model, field, (_text(getattr(draft, field)) for draft in drafts))
    first: dict[str, int] = {}
    refusals: list[BusinessRuleViolation] = []
    for row, draft in enumerate(drafts):
        value = _text(getattr(draft, field))
        if value and (first.setdefault(value, row) != row or holders.get(value, draft.id) != draft.id):
            refusals.append(AlreadyTaken(field=field, document=value, row=row, what=what, value=value))
    return refusals


def judge_external_refs(model: type[models.Model], drafts: Sequence[ExternalDraft]) -> list[BusinessRuleViolation]:
    """Refuse a reference of an outside system that another draft or record has; a reference needs its source."""
    keys = {(_text(d.external_source), _text(d.external_ref)) for d in drafts if _text(d.external_ref)}
    holders: dict[tuple[str, str], int] = {}
    if keys:
        rows = model._default_manager.filter(external_source__in={k[0] for k in keys}, external_ref__in={k[1] for k in keys})
        holders = {(source, ref): pk for source, ref, pk in rows.values_list("external_source", "external_ref", "id")}
    first: dict[tuple[str, str], int] = {}
    refusals: list[BusinessRuleViolation] = []
    for row, draft in enumerate(drafts):
        key = (_text(draft.external_source), _text(draft.external_ref))
        if not key[1]:
            continue
        if not key[0]:
            refusals.append(MissingValue(field="external_source", row=row, what=_("source")))
        elif first.setdefault(key, row) != row or holders.get(key, draft.id) != draft.id:
            refusals.append(
                ExternalRefTaken(field="external_ref", row=row, source=key[0], value=key[1], what=_("external reference"))
            )
    return refusals


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) and "\x00" not in value else ""


@contextmanager
def unique_or_refused(fields: Mapping[str, str]) -> Iterator[None]:
    """Turn a broken unique constraint (somebody was faster) into AlreadyTaken; `fields` is {constraint: field}."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        field = fields.get(getattr(diagnosis, "constraint_name", None) or "")
        if field is None:
            raise
        found = _KEY.search(getattr(diagnosis, "message_detail", "") or "")
        value = found.group(1) if found else ""
        raise AlreadyTaken(field=field, document=value, what=field, value=value) from error
