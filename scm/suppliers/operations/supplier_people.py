"""People of suppliers, who see and do in the portal what is their supplier's."""

import datetime

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import NotFound, raise_refusals
from erp.core.operation import operation
from erp.identity.models import Membership
from erp.identity.operations.invite_people import Invitation, invite_people
from erp.identity.roles import Role
from erp.parties.models import Party
from scm.suppliers.permissions import MANAGE_KEYS


@operation(MANAGE_KEYS)
def invite_supplier_person(
    *, supplier_id: int, email: str, display_name: str, language: str, site: str, actor: Actor, at: datetime.datetime
) -> int:
    """Let somebody of the supplier into the portal; the id of the user. The mail with the link to `site` is queued with it.

    Refuses those who work in the company, and those who act for a supplier already.
    """
    known = Party.objects.filter(pk=supplier_id, is_supplier=True).exists()
    raise_refusals([] if known else [NotFound(field="supplier", what=_("supplier"), value=supplier_id)])
    invitation = Invitation(email=email, display_name=display_name, role=Role.SUPPLIER, language=language, party_id=supplier_id)
    return invite_people(invitations=[invitation], site=site, actor=actor, at=at)[0]


@operation(MANAGE_KEYS)
def end_supplier_person(*, supplier_id: int, membership_id: int, actor: Actor, at: datetime.datetime) -> None:
    """The person acts for the supplier no more. Refuses one who does not."""
    rows = Membership.objects.filter(pk=membership_id, company_id=actor.company_id, party_id=supplier_id, active=True)
    if not rows.update(active=False):
        raise_refusals([NotFound(field="person", what=_("person"), value=membership_id)])
