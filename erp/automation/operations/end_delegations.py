"""Ending delegations before their last day."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.automation.errors import NotYourDelegation
from erp.automation.models import Delegation
from erp.automation.permissions import ANSWER_APPROVALS, MANAGE_APPROVALS
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.identity.access import people_of


@operation(ANSWER_APPROVALS)
def end_delegations(*, delegation_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> list[int]:
    """From now on nobody answers for them by these delegations; what was answered stays. Everybody ends what they delegated, who
    keeps the policies any of them. Refuses what has ended already."""
    rows = {row.pk: row for row in Delegation.objects.select_for_update().filter(pk__in=delegation_ids).order_by("pk")}
    people = people_of(actor.company_id)
    raise_refusals([r for pk in delegation_ids for r in _judge(pk, rows.get(pk), people, actor)])
    update_rows(Delegation, ("ended_at",), [(pk, at) for pk in rows])
    return list(delegation_ids)


def _judge(pk: int, row: Delegation | None, people: dict[int, str], actor: Actor) -> list[BusinessRuleViolation]:
    if row is None:
        return [NotFound(what=_("delegation"), value=pk, document_id=pk)]
    name = people.get(row.from_user_id, str(row.from_user_id))
    if row.from_user_id != actor.user_id and not actor.can(MANAGE_APPROVALS):
        return [NotYourDelegation(document=name, document_id=pk)]
    return [WrongState(document=name, document_id=pk, state=_("ended"))] if row.ended_at is not None else []
