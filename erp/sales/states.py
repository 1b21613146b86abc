"""States of a sales order, as a table one can read aloud."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SalesOrderState(models.TextChoices):
    PLACED = "placed", _("Placed")
    CONFIRMED = "confirmed", _("Confirmed")
    PARTLY_DELIVERED = "partly_delivered", _("Partly delivered")
    DELIVERED = "delivered", _("Delivered")
    INVOICED = "invoiced", _("Invoiced")
    CANCELLED = "cancelled", _("Cancelled")


S = SalesOrderState
TRANSITIONS: dict[str, frozenset[str]] = {
    S.PLACED: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.CONFIRMED: frozenset({S.PARTLY_DELIVERED, S.DELIVERED, S.CANCELLED}),
    S.PARTLY_DELIVERED: frozenset({S.PARTLY_DELIVERED, S.DELIVERED, S.CANCELLED}),
    S.DELIVERED: frozenset({S.INVOICED}),
    S.INVOICED: frozenset(),
    S.CANCELLED: frozenset(),
}
FAMILIES = {
    S.PLACED: "draft",
    S.CONFIRMED: "open",
    S.PARTLY_DELIVERED: "waiting",
    S.DELIVERED: "open",
    S.INVOICED: "done",
    S.CANCELLED: "cancelled",
}
