"""Facts of approving."""

from dataclasses import dataclass
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalEvent(Event):
    """`kind` and `document_id` name the document that it is about."""

    aggregate: ClassVar[str] = "approval"
    kind: str
    document_id: int
    document_number: str


@dataclass(frozen=True, kw_only=True)
class ApprovalRequested(ApprovalEvent):
    """A document waits; `roles` are asked now: at first, and again at every further stage."""

    type: ClassVar[str] = "approval.requested"
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApprovalGranted(ApprovalEvent):
    """All stages agreed."""

    type: ClassVar[str] = "approval.granted"


@dataclass(frozen=True, kw_only=True)
class ApprovalRefused(ApprovalEvent):
    """Somebody did not agree; `comment` is why."""

    type: ClassVar[str] = "approval.refused"
    comment: str


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(ApprovalEvent):
    """The document is out of the game."""

    type: ClassVar[str] = "approval.withdrawn"
