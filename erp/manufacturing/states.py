"""States of a manufacturing order, as a table one can read aloud."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ManufacturingOrderState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RELEASED = "released", _("Released")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


S = ManufacturingOrderState
TRANSITIONS: dict[str, frozenset[str]] = {
    S.PLANNED: frozenset({S.RELEASED, S.CANCELLED}),
    S.RELEASED: frozenset({S.IN_PROGRESS, S.CANCELLED}),
    S.IN_PROGRESS: frozenset({S.IN_PROGRESS, S.COMPLETED, S.CLOSED}),
    S.COMPLETED: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.CANCELLED: frozenset(),
}
OPEN = (S.PLANNED, S.RELEASED, S.IN_PROGRESS)
FAMILIES = {
    S.PLANNED: "draft",
    S.RELEASED: "open",
    S.IN_PROGRESS: "waiting",
    S.COMPLETED: "open",
    S.CLOSED: "done",
    S.CANCELLED: "cancelled",
}
