"""The register of document kinds: what the thread, the quick jump and related documents know about a kind.

An app registers its kinds in `AppConfig.ready`. Whoever shows documents asks here and needs no knowledge of apps.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise

from erp.core.events import DocumentRef
from erp.documents.models import Series


@dataclass(frozen=True, kw_only=True)
class DocumentKind:
    """How documents of one kind are found and shown.

    `name` is the aggregate of its events ("sales_order"), `lane` one of the thread's lanes (customer, sales, stock,
    buy, make, ship, money), `families` maps states to the state families of the screens (draft, open, waiting, done,
    bad, cancelled), `status` reads the state of a row, `url_name` its page, `permission` who may open it. `rows` gives
    the rows with what `status` reads, where the state is not a column. `plural` is the label of several; the quick
    jump also looks into the fields `also_found_by`, such as the barcode of a box. Without `jump` its numbers are those of other
    kinds, and the quick jump leaves it out.
    """

    name: str
    model: str
    label: str | Promise
    lane: str
    url_name: str
    permission: str
    families: dict[str, str]
    plural: str | Promise = ""
    icon: str = "file"
    number_field: str = "number"
    also_found_by: tuple[str, ...] = ()
    select_related: tuple[str, ...] = ()
    status: Callable[[models.Model], tuple[str, str]] | None = None
    rows: Callable[[], models.QuerySet[models.Model]] | None = None
    jump: bool = True


@dataclass(frozen=True)
class DocumentCard:
    """What is shown of one document: enough for a chip that opens it."""

    ref: DocumentRef
    label: str
    plural: str
    icon: str
    lane: str
    number: str
    status: str
    status_label: str
    family: str
    url: str
    permission: str


_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    _kinds[kind.name] = kind


def unregister(name: str) -> None:
    _kinds.pop(name, None)


def kinds() -> list[DocumentKind]:
    return list(_kinds.values())


def find_kind(name: str) -> DocumentKind | None:
    return _kinds.get(name)


def find_url(name: str, document_id: int, can: Callable[[str], bool]) -> str:
    """The page of a document without asking the database; "" if its kind is unknown or not for this reader."""
    kind = _kinds.get(name)
    return reverse(kind.url_name, args=[document_id]) if kind and can(kind.permission) else ""


def describe(refs: Iterable[DocumentRef]) -> dict[DocumentRef, DocumentCard]:
    """Cards of the documents that exist; one statement per kind."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for ref in refs:
        by_kind[ref.kind].add(ref.id)
    cards = {}
    for name, ids in by_kind.items():
        if kind := _kinds.get(name):
            found = kind.rows() if kind.rows else apps.get_model(kind.model)._default_manager.all()
            rows = found.filter(id__in=ids).select_related(*kind.select_related)
            cards.update({(card := _card(kind, row)).ref: card for row in rows})
    return cards


def find_by_number(number: str, can: Callable[[str], bool]) -> str | None:
    """The page of the document or record with this number or code, or None; for the quick jump. What is exactly so called
    goes first; a document's number is also known in small letters, without its hyphen and its leading zeros."""
    if found := _find_page(number, can):
        return found
    return next((page for full in _full_numbers(number) if full != number and (page := _find_page(full, can))), None)


def _find_page(number: str, can: Callable[[str], bool]) -> str | None:
    for kind in _kinds.values():
        if kind.jump and can(kind.permission) and (found := _find_row(kind, number)):
            return reverse(kind.url_name, args=[found])
    return None


def _full_numbers(typed: str) -> list[str]:
    """What was typed as the series of the company would write it: so141 is SO-000141."""
    asked, found = _bare(typed), []
    for prefix, padding in Series.objects.order_by("code").values_list("prefix", "padding"):
        digits = asked.removeprefix(_bare(prefix))
        if _bare(prefix) and len(digits) < len(asked) and digits.isascii() and digits.isdigit():
            found.append(prefix + digits.lstrip("0").zfill(padding))
    return found


def _bare(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return "".join(letter for letter in text if letter.isalnum()).casefold()


def _find_row(kind: DocumentKind, number: str) -> int | None:
    """The id of the row with that number, else with that in a field it is also found by, if only one has it."""
    rows = apps.get_model(kind.model)._default_manager.values_list("pk", flat=True)
    for field in (kind.number_field, *kind.also_found_by):
        found = list(rows.filter(**{field: number})[:2])
        if len(found) == 1:
            return int(found[0])
    return None


def _card(kind: DocumentKind, row: models.Model) -> DocumentCard:
    status, label = kind.status(row) if kind.status else _state(row)
    return DocumentCard(
        ref=DocumentRef(kind.name, row.pk),
        label=str(kind.label),
        plural=str(kind.plural or kind.label),
        icon=kind.icon,
        lane=kind.lane,
        number=str(reduce(getattr, kind.number_field.split("__"), row)),
        status=status,
        status_label=label,
        family=kind.families.get(status, "open"),
        url=reverse(kind.url_name, args=[row.pk]),
        permission=kind.permission,
    )


def _state(row: models.Model) -> tuple[str, str]:
    if hasattr(row, "state"):
        return str(row.state), str(row.get_state_display())  # type: ignore[attr-defined]
    return "", ""
