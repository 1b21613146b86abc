"""What people did to parked deliveries; the events themselves are the audit."""

from dataclasses import dataclass
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DeliveryReplayed(Event):
    """A parked delivery was given back to its consumer, and why."""

    type: ClassVar[str] = "parked_event.replayed"
    aggregate: ClassVar[str] = "parked_event"
    consumer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeliverySkipped(Event):
    """A parked delivery was given up, and why."""

    type: ClassVar[str] = "parked_event.skipped"
    aggregate: ClassVar[str] = "parked_event"
    consumer: str
    reason: str
