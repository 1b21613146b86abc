"""States of quotations and stages of opportunities, as tables one can read aloud."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuotationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACCEPTED = "accepted", _("Accepted")
    CANCELLED = "cancelled", _("Cancelled")


class OpportunityStage(models.TextChoices):
    NEW = "new", _("New")
    QUALIFIED = "qualified", _("Qualified")
    PROPOSAL = "proposal", pgettext_lazy("stage", "Proposal")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


Q, O = QuotationState, OpportunityStage  # noqa: E741
TRANSITIONS: dict[str, frozenset[str]] = {
    Q.DRAFT: frozenset({Q.ACCEPTED, Q.CANCELLED}),
    Q.ACCEPTED: frozenset(),
    Q.CANCELLED: frozenset(),
}
FAMILIES = {Q.DRAFT: "draft", Q.ACCEPTED: "done", Q.CANCELLED: "cancelled"}
OPEN_STAGES = frozenset({O.NEW, O.QUALIFIED, O.PROPOSAL})
STAGE_TRANSITIONS: dict[str, frozenset[str]] = {
    O.NEW: frozenset({O.QUALIFIED, O.PROPOSAL, O.WON, O.LOST}),
    O.QUALIFIED: frozenset({O.NEW, O.PROPOSAL, O.WON, O.LOST}),
    O.PROPOSAL: frozenset({O.NEW, O.QUALIFIED, O.WON, O.LOST}),
    O.WON: frozenset(),
    O.LOST: frozenset({O.NEW}),
}
STAGE_FAMILIES = {O.NEW: "draft", O.QUALIFIED: "open", O.PROPOSAL: "open", O.WON: "done", O.LOST: "cancelled"}
