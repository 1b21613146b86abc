"""What Weft may do by itself, as the management wants it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.automation.actions import conditions_by_verb
from erp.automation.models import Rule
from erp.automation.permissions import MANAGE_RULES
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, raise_refusals
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows

_LABELS = {field.name: field.verbose_name for field in Rule._meta.concrete_fields}
_COLUMNS = ("verb", "name", "condition", "limit_amount", "valid_from_date", "valid_to_date", "priority")


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """A rule to write; with an `id` it replaces that rule. To end a rule, give it a `valid_to_date`."""

    verb: str
    name: str
    valid_from_date: datetime.date
    valid_to_date: datetime.date | None = None
    condition: Mapping[str, Any] = field(default_factory=dict)
    limit_amount: Decimal | None = None
    priority: int = 0
    id: int | None = None

    def values(self) -> tuple[Any, ...]:
        return tuple(dict(value) if isinstance(value := getattr(self, name), Mapping) else value for name in _COLUMNS)


@operation(MANAGE_RULES)
def save_rules(*, drafts: Sequence[RuleDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Write all rules or none; return their ids in the order of the drafts. Earlier decisions keep the rule they saw."""
    wanted = [draft.id for draft in drafts if draft.id is not None]
    known = set(Rule.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    raise_refusals([refusal for i, draft in enumerate(drafts) for refusal in _judge(draft, f"rules.{i}", known)])
    update_rows(Rule, _COLUMNS, [(draft.id, *draft.values()) for draft in drafts if draft.id is not None])
    made = insert_rows(Rule, _COLUMNS, [draft.values() for draft in drafts if draft.id is None], returning=["id"])
    fresh = iter(row[0] for row in made)
    return [draft.id if draft.id is not None else next(fresh) for draft in drafts]


def _judge(draft: RuleDraft, path: str, known: set[int]) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if draft.id is not None and draft.id not in known:
        found.append(NotFound(what=_("automation rule"), value=draft.id, field=f"{path}.id"))
    blank = [name for name in ("verb", "name") if not getattr(draft, name).strip()]
    found += [_invalid(path, name, getattr(draft, name), _("It must not be empty.")) for name in blank]
    found += _judge_names(draft, path)
    if draft.limit_amount is not None and not (draft.limit_amount.is_finite() and draft.limit_amount >= 0):
        found.append(_invalid(path, "limit_amount", draft.limit_amount, _("A limit is zero or more.")))
    if draft.valid_to_date is not None and draft.valid_to_date < draft.valid_from_date:
        found.append(_invalid(path, "valid_to_date", draft.valid_to_date, _("The last day is not before the first.")))
    if not all(isinstance(value, str | int | bool) for value in draft.condition.values()):
        rule = _("A condition compares with texts, whole numbers or yes/no.")
        found.append(_invalid(path, "condition", dict(draft.condition), rule))
    return found


def _judge_names(draft: RuleDraft, path: str) -> list[BusinessRuleViolation]:
    """A rule about a verb or an input that no flow declares would never hold, in silence."""
    declared = conditions_by_verb()
    if draft.verb not in declared:
        rule = _("Possible are: %(names)s.") % {"names": ", ".join(sorted(declared))}
        return [_invalid(path, "verb", draft.verb, rule)] if draft.verb.strip() else []
    known = declared[draft.verb]
    rule = _("A condition of this step compares: %(names)s.") % {"names": ", ".join(sorted(known))}
    return [
        InvalidValue(field=f"{path}.condition.{name}", what=_LABELS["condition"], value=name, rule=rule)
        for name in draft.condition
        if name not in known
    ]


def _invalid(path: str, name: str, value: object, rule: str) -> InvalidValue:
    return InvalidValue(field=f"{path}.{name}", what=_LABELS[name], value=value, rule=rule)
