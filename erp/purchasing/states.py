"""States of purchase orders and requisitions, as tables one can read aloud.

A counter-proposal is not a state: an answer waits where a `SupplierAnswer` has no `AnswerOutcome`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PurchaseOrderState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
    ISSUED = "issued", _("Issued")
    CONFIRMED = "confirmed", _("Confirmed")
    PARTLY_RECEIVED = "partly_received", _("Partly received")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


S = PurchaseOrderState
TRANSITIONS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.AWAITING_APPROVAL, S.ISSUED, S.CANCELLED}),
    S.AWAITING_APPROVAL: frozenset({S.ISSUED, S.CANCELLED}),
    S.ISSUED: frozenset({S.CONFIRMED, S.PARTLY_RECEIVED, S.RECEIVED, S.CANCELLED}),  # a supplier may ship unasked
    S.CONFIRMED: frozenset({S.PARTLY_RECEIVED, S.RECEIVED, S.CANCELLED}),
    S.PARTLY_RECEIVED: frozenset({S.PARTLY_RECEIVED, S.RECEIVED, S.CLOSED}),
    S.RECEIVED: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.CANCELLED: frozenset(),
}
OPEN = (S.ISSUED, S.CONFIRMED, S.PARTLY_RECEIVED)
FAMILIES = {
    S.DRAFT: "draft",
    S.AWAITING_APPROVAL: "waiting",
    S.ISSUED: "open",
    S.CONFIRMED: "open",
    S.PARTLY_RECEIVED: "waiting",
    S.RECEIVED: "open",
    S.CLOSED: "done",
    S.CANCELLED: "cancelled",
}


class RequisitionState(models.TextChoices):
    """Ordered: every line that is still wanted is. Cancelled: nothing was ordered, and nothing will be."""

    OPEN = "open", _("Open")
    ORDERED = "ordered", _("Ordered")
    CANCELLED = "cancelled", _("Cancelled")


R = RequisitionState
REQUISITION_TRANSITIONS: dict[str, frozenset[str]] = {
    R.OPEN: frozenset({R.ORDERED, R.CANCELLED}),
    R.ORDERED: frozenset(),
    R.CANCELLED: frozenset(),
}
REQUISITION_FAMILIES = {R.OPEN: "open", R.ORDERED: "done", R.CANCELLED: "cancelled"}
