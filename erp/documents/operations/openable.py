"""Documents that an actor may open: what may be written about, attached to and planned."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.core.events import DocumentRef
from erp.documents.registry import DocumentCard, describe, find_kind


def openable(refs: Iterable[DocumentRef], actor: Actor) -> dict[DocumentRef, DocumentCard]:
    """Cards of those documents that exist and that the actor may open; one statement per kind."""
    cards = describe([ref for ref in refs if find_kind(ref.kind)])
    return {ref: card for ref, card in cards.items() if actor.can(card.permission)}


def not_openable(ref: DocumentRef) -> NotFound:
    """The same refusal for a document that is not there and one that is not for this reader."""
    return NotFound(field="document", what=_("document"), value=ref.id)
