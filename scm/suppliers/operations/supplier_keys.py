"""Keys with which the programs of suppliers call."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import NotFound, raise_refusals
from erp.core.operation import operation
from erp.documents.drafts import MissingValue
from erp.identity.api_keys import create_api_key
from erp.identity.models import ApiKey, Company
from erp.identity.roles import Role
from erp.parties.models import Party
from scm.suppliers.permissions import MANAGE_KEYS


@dataclass(frozen=True)
class MadeKey:
    """A new key. `token` cannot be shown again."""

    name: str
    prefix: str
    token: str


@operation(MANAGE_KEYS)
def make_supplier_key(*, supplier_id: int, name: str, actor: Actor, at: datetime.datetime) -> MadeKey:
    """A key for a program of the supplier, which sees and does only what is theirs."""
    known = Party.objects.filter(pk=supplier_id, is_supplier=True).exists()
    raise_refusals(
        [
            *([] if known else [NotFound(field="supplier", what=_("supplier"), value=supplier_id)]),
            *([] if name.strip() else [MissingValue(field="name", what=_("name"))]),
        ]
    )
    company = Company.objects.get(pk=actor.company_id)
    token = create_api_key(company=company, name=name.strip()[:80], role=Role.SUPPLIER, party_id=supplier_id, at=at)
    return MadeKey(name.strip()[:80], token.split("_", 2)[1], token)


@operation(MANAGE_KEYS)
def revoke_supplier_key(*, supplier_id: int, prefix: str, actor: Actor, at: datetime.datetime) -> None:
    """From now on the key opens nothing. Refuses one that is not the supplier's or revoked already."""
    rows = ApiKey.objects.filter(company_id=actor.company_id, party_id=supplier_id, prefix=prefix, revoked_at=None)
    if not rows.update(revoked_at=at):
        raise_refusals([NotFound(field="prefix", what=_("key"), value=prefix)])
