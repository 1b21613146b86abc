"""How far bills may be off before a person must look."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, UnknownCode, raise_refusals
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.parties.models import Party
from erp.payables.models import MatchTolerance
from erp.payables.permissions import RELEASE
from erp.payables.rules import STRICTER, WIDER

_LIMITS = ("quantity_over", "price_over", "price_under")
_COLUMNS = ["supplier_id", *(f"{name}{end}" for name in _LIMITS for end in ("_fraction", "")), "combine"]
_LABELS = {field.name: field.verbose_name for field in MatchTolerance._meta.concrete_fields}


@dataclass(frozen=True, kw_only=True)
class ToleranceDraft:
    """The limits of one supplier, or without one of all that have none of their own, which this replaces. Fractions are shares of
    what was ordered or received (0.02 is two percent); what is None does not limit."""

    supplier_id: int | None = None
    quantity_over_fraction: Decimal | None = None
    quantity_over: Decimal | None = None
    price_over_fraction: Decimal | None = None
    price_over: Decimal | None = None
    price_under_fraction: Decimal | None = None
    price_under: Decimal | None = None
    combine: str = STRICTER
    id: int | None = None


@operation(RELEASE)
def save_tolerances(*, drafts: Sequence[ToleranceDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Write all or none; return their ids in order. Bills that are held stay so until they are matched again. Refuses limits
    below zero, shares of more than the whole, unknown suppliers, and a second tolerance of one supplier; all at once."""
    known = {row.supplier_id: row.pk for row in MatchTolerance.objects.select_for_update(no_key=True).order_by("pk")}
    suppliers = set(
        Party.objects.filter(pk__in=[d.supplier_id for d in drafts if d.supplier_id], is_supplier=True).values_list(
            "pk", flat=True
        )
    )
    raise_refusals([r for i, draft in enumerate(drafts) for r in _judge(draft, f"tolerances.{i}", known, suppliers)])
    rows = [(d.id or known.get(d.supplier_id), tuple(getattr(d, name) for name in _COLUMNS)) for d in drafts]
    update_rows(MatchTolerance, _COLUMNS, [(pk, *values) for pk, values in rows if pk is not None])
    made = iter(insert_rows(MatchTolerance, _COLUMNS, [values for pk, values in rows if pk is None], returning=["id"]))
    return [pk if pk is not None else next(made)[0] for pk, _values in rows]


def _judge(draft: ToleranceDraft, path: str, known: dict[int | None, int], suppliers: set[int]) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if draft.id is not None and draft.id not in known.values():
        found.append(NotFound(field=f"{path}.id", what=_("tolerance"), value=draft.id))
    if draft.supplier_id is not None and draft.supplier_id not in suppliers:
        found.append(UnknownCode(field=f"{path}.supplier", what=_("supplier"), value=draft.supplier_id))
    elif draft.id is not None and known.get(draft.supplier_id, draft.id) != draft.id:
        rule = _("It has a tolerance of its own already: change that one.")
        found.append(InvalidValue(field=f"{path}.supplier", what=_("supplier"), value=draft.supplier_id or "*", rule=rule))
    for name in _COLUMNS[1:-1]:
        value, share = getattr(draft, name), name.endswith("_fraction")
        if value is not None and not (value.is_finite() and value >= 0 and (not share or value <= 1)):
            rule = _("Enter a share from 0 to 100 %.") if share else _("Enter zero or more.")
            found.append(InvalidValue(field=f"{path}.{name}", what=_LABELS[name], value=value, rule=rule))
    if draft.combine not in (STRICTER, WIDER):
        found.append(UnknownCode(field=f"{path}.combine", what=_("of both limits"), value=draft.combine))
    return found
