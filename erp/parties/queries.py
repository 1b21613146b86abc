"""Reads of parties."""

from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.documents.drafts import versioned
from erp.parties.models import Party
from erp.parties.permissions import VIEW_PARTIES


def get_party(*, party_id: int, actor: Actor) -> Party:
    """The party with its `version`, payment term loaded; raises NotFound or PermissionDenied."""
    actor.ensure(VIEW_PARTIES)
    party: Party | None = versioned(Party.objects.select_related("payment_term")).filter(pk=party_id).first()
    if party is None:
        raise NotFound(what=Party._meta.verbose_name, value=party_id)
    return party
