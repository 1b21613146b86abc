"""Sending an invitation again."""

import datetime
from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, raise_refusals
from erp.core.operation import operation
from erp.identity.errors import AlreadyIn
from erp.identity.models import Mail, Membership, User
from erp.identity.permissions import MANAGE_PEOPLE


@operation(MANAGE_PEOPLE)
def send_invitations(*, membership_ids: Sequence[int], site: str, actor: Actor, at: datetime.datetime) -> int:
    """Queue the mail with the link to `site` once more for those who have not come in yet; return how many.

    Refuses memberships of no use any more and people who have a password.
    """
    rows = Membership.objects.filter(pk__in=membership_ids, company_id=actor.company_id, active=True).select_related("user")
    found = {row.pk: row.user for row in rows}
    refusals: list[BusinessRuleViolation] = [
        NotFound(what=_("member"), value=i, document_id=i) for i in membership_ids if i not in found
    ]
    refusals += [AlreadyIn(document=str(user), document_id=i) for i, user in found.items() if user.has_usable_password()]
    raise_refusals(refusals)
    queue_invitations(list(found.values()), site=site, actor=actor, at=at)
    return len(found)


def queue_invitations(users: Sequence[User], *, site: str, actor: Actor, at: datetime.datetime) -> None:
    """One statement; a mail that waits already is not queued twice."""
    Mail.objects.bulk_create(
        [
            Mail(
                kind=Mail.Kind.INVITATION,
                address=user.email.lower(),
                site=site,
                language=user.language or get_language() or "",
                company_id=actor.company_id,
                inviter=actor.label,
                available_at=at,
                created_at=at,
            )
            for user in users
        ],
        ignore_conflicts=True,
    )
