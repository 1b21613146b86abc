"""Ending somebody's access to a company."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import NotFound, raise_refusals
from erp.core.operation import operation
from erp.identity.errors import OwnAccess, RoleNotYours
from erp.identity.models import Membership
from erp.identity.permissions import MAKE_ADMINISTRATORS, MANAGE_PEOPLE
from erp.identity.roles import Role


@operation(MANAGE_PEOPLE)
def end_memberships(*, membership_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> int:
    """Switch memberships of this company off; their log-ins stay for other companies. Returns how many were on."""
    rows = {m.pk: m for m in Membership.objects.filter(pk__in=membership_ids, company_id=actor.company_id)}
    raise_refusals(
        [NotFound(what=_("person"), value=i) for i in membership_ids if i not in rows]
        + [OwnAccess() for m in rows.values() if m.user_id == actor.user_id]
        + [RoleNotYours() for m in rows.values() if m.role == Role.ADMINISTRATOR and not actor.can(MAKE_ADMINISTRATORS)]
    )
    return Membership.objects.filter(pk__in=list(rows), active=True).update(active=False)
