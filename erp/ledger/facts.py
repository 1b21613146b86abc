"""What document pages say about the books."""

from django.urls import reverse
from django.utils.translation import gettext as _

from erp.ledger.permissions import VIEW_LEDGER
from erp.ledger.queries import find_entry_of
from erp.screens.documents import Fact


def entry_fact(kind: str, document_id: int) -> Fact:
    """The journal entry that books a document, opening it for those who may see the books."""
    entry = find_entry_of(kind, document_id)
    return Fact(
        label=_("Journal entry"),
        value=entry.number if entry else "",
        kind="code",
        url=reverse("ledger:entry", args=[entry.pk]) if entry else "",
        permission=VIEW_LEDGER,
    )
