"""What needs approval, and whose."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.automation.actions import approvable_kinds
from erp.automation.models import ApprovalPolicy
from erp.automation.permissions import MANAGE_APPROVALS
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, raise_refusals
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.identity.roles import STAFF

_LABELS = {field.name: field.verbose_name for field in ApprovalPolicy._meta.concrete_fields}
_COLUMNS = ("kind", "name", "from_amount", "stages", "valid_from_date", "valid_to_date")
NEEDS = ("any", "all")


@dataclass(frozen=True, kw_only=True)
class ApprovalPolicyDraft:
    """A policy to write; with an `id` it replaces that policy. `stages` are asked in order:
    {"roles": [...], "needs": "any" or "all"}."""

    kind: str
    name: str
    from_amount: Decimal
    stages: Sequence[Mapping[str, Any]]
    valid_from_date: datetime.date
    valid_to_date: datetime.date | None = None
    id: int | None = None

    def values(self) -> tuple[Any, ...]:
        stages = [{"roles": list(stage["roles"]), "needs": stage.get("needs", "any")} for stage in self.stages]
        return self.kind, self.name, self.from_amount, stages, self.valid_from_date, self.valid_to_date


@operation(MANAGE_APPROVALS)
def save_approval_policies(*, drafts: Sequence[ApprovalPolicyDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Write all policies or none; return their ids in order. What waits already keeps the stages it was asked with."""
    wanted = [draft.id for draft in drafts if draft.id is not None]
    known = set(ApprovalPolicy.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    raise_refusals([refusal for i, draft in enumerate(drafts) for refusal in _judge(draft, f"policies.{i}", known)])
    update_rows(ApprovalPolicy, _COLUMNS, [(draft.id, *draft.values()) for draft in drafts if draft.id is not None])
    made = insert_rows(ApprovalPolicy, _COLUMNS, [draft.values() for draft in drafts if draft.id is None], returning=["id"])
    fresh = iter(row[0] for row in made)
    return [draft.id if draft.id is not None else next(fresh) for draft in drafts]


def _judge(draft: ApprovalPolicyDraft, path: str, known: set[int]) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if draft.id is not None and draft.id not in known:
        found.append(NotFound(what=_("approval policy"), value=draft.id, field=f"{path}.id"))
    if not draft.name.strip():
        found.append(_invalid(path, "name", draft.name, _("It must not be empty.")))
    if draft.kind not in approvable_kinds():
        rule = _("Possible are: %(names)s.") % {"names": ", ".join(sorted(approvable_kinds()))}
        found.append(_invalid(path, "kind", draft.kind, rule))
    if not (draft.from_amount.is_finite() and draft.from_amount >= 0):
        found.append(_invalid(path, "from_amount", draft.from_amount, _("A limit is zero or more.")))
    if draft.valid_to_date is not None and draft.valid_to_date < draft.valid_from_date:
        found.append(_invalid(path, "valid_to_date", draft.valid_to_date, _("The last day is not before the first.")))
    if not draft.stages:
        found.append(_invalid(path, "stages", "", _("Name at least one stage with a role.")))
    for n, stage in enumerate(draft.stages):
        roles = stage.get("roles")
        if not isinstance(roles, list | tuple) or not roles or not all(role in STAFF for role in roles):
            rule = _("Possible are: %(names)s.") % {"names": ", ".join(STAFF)}
            found.append(_invalid(path, f"stages.{n}.roles", roles or "", rule))
        if stage.get("needs", "any") not in NEEDS:
            rule = _("Possible are: %(names)s.") % {"names": ", ".join(NEEDS)}
            found.append(_invalid(path, f"stages.{n}.needs", stage.get("needs"), rule))
    return found


def _invalid(path: str, name: str, value: object, rule: str) -> InvalidValue:
    return InvalidValue(field=f"{path}.{name}", what=_LABELS[name.partition(".")[0]], value=value, rule=rule)
