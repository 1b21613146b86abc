"""Inviting people into a company."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, raise_refusals
from erp.core.operation import operation
from erp.identity.errors import AlreadyMember, OnOtherSide, RoleNotYours
from erp.identity.models import Membership, User
from erp.identity.operations.send_invitations import queue_invitations
from erp.identity.permissions import MAKE_ADMINISTRATORS, MANAGE_PEOPLE
from erp.identity.roles import STAFF, Role


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Somebody to let in with a role, or with a `party_id` to act for that supplier. A person who works in another company keeps
    their log-in."""

    email: str
    display_name: str
    role: str
    language: str = ""
    party_id: int | None = None

    @property
    def address(self) -> str:
        return self.email.strip().lower()


@operation(MANAGE_PEOPLE)
def invite_people(*, invitations: Sequence[Invitation], site: str, actor: Actor, at: datetime.datetime) -> list[int]:
    """Give each person a membership, and a log-in without a usable password where there is none; return the user ids.

    The mails with links to `site` are queued with it, for the worker to send. Refuses roles that are held already, and
    administrators made by others. Nobody works in the company and acts for a supplier of it.
    """
    known = {user.email.lower(): user for user in User.objects.filter(email__in=[i.address for i in invitations])}
    held = set(
        Membership.objects.filter(company_id=actor.company_id, active=True, user__in=known.values()).values_list(
            "user_id", "role"
        )
    )
    raise_refusals([r for n, i in enumerate(invitations) for r in _refusals(i, known, held, actor, f"{n}." if n else "")])
    fresh = {i.address: _user(i, at) for i in invitations if i.address not in known}
    User.objects.bulk_create(fresh.values())
    users = {**known, **fresh}
    Membership.objects.bulk_create(
        [Membership(user=users[i.address], company_id=actor.company_id, role=i.role, party_id=i.party_id) for i in invitations],
        update_conflicts=True,
        unique_fields=["user", "company", "role"],
        update_fields=["active", "party_id"],
    )
    queue_invitations([users[i.address] for i in invitations], site=site, actor=actor, at=at)
    return [users[i.address].pk for i in invitations]


def _refusals(
    invitation: Invitation, known: dict[str, User], held: set[tuple[int, str]], actor: Actor, prefix: str
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if invitation.role not in ((Role.SUPPLIER,) if invitation.party_id is not None else STAFF):
        rule = _("Choose one of the roles.")
        found.append(InvalidValue(field=f"{prefix}role", what=_("role"), value=invitation.role, rule=rule))
    if "@" not in invitation.address:
        rule = _("Enter an address like name@example.com.")
        found.append(InvalidValue(field=f"{prefix}email", what=_("email address"), value=invitation.email, rule=rule))
    if invitation.role == Role.ADMINISTRATOR and not actor.can(MAKE_ADMINISTRATORS):
        found.append(RoleNotYours(field=f"{prefix}role"))
    user = known.get(invitation.address)
    if user and (user.pk, invitation.role) in held:
        found.append(AlreadyMember(field=f"{prefix}role", document=invitation.email))
    elif user and any((role == Role.SUPPLIER) != (invitation.role == Role.SUPPLIER) for pk, role in held if pk == user.pk):
        found.append(OnOtherSide(field=f"{prefix}email", document=invitation.email))
    return found


def _user(invitation: Invitation, at: datetime.datetime) -> User:
    return User(
        username=invitation.address,
        email=invitation.address,
        display_name=invitation.display_name,
        language=invitation.language,
        password=make_password(None),
        date_joined=at,
    )
