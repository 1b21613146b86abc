"""States of a vendor bill, as a table one can read aloud. A held bill is not in the books. Bills are written with what their
match found, so none is left as entered, which is one that waits for its match."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VendorBillState(models.TextChoices):
    ENTERED = "entered", _("Entered")
    HELD = "held", _("Held")
    POSTED = "posted", _("Posted")
    REJECTED = "rejected", _("Rejected")


S = VendorBillState
TRANSITIONS: dict[str, frozenset[str]] = {
    S.ENTERED: frozenset({S.HELD, S.POSTED, S.REJECTED}),
    S.HELD: frozenset({S.HELD, S.POSTED, S.REJECTED}),
    S.POSTED: frozenset(),
    S.REJECTED: frozenset(),
}
WAITING = (S.ENTERED, S.HELD)
FAMILIES = {S.ENTERED: "draft", S.HELD: "waiting", S.POSTED: "open", S.REJECTED: "cancelled"}
