"""Refusals. Each is a sentence a person can act on, with a stable code a program can rely on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erp.core.money import plain


class BusinessRuleViolation(Exception):
    """A rule of the trade says no. Subclasses set `code`, `message` and `remedy`.

    Both texts are lazy translations with %(name)s placeholders filled from `params`. `field` names the input
    at fault ("lines.2.quantity"), `document` the document concerned (its number or code).
    """

    code: ClassVar[str] = "business_rule"
    message: ClassVar[str | Promise] = _("This is not possible.")
    remedy: ClassVar[str | Promise] = ""

    def __init__(self, *, field: str = "", document: str = "", document_id: int | None = None, **params: Any) -> None:
        self.field, self.document, self.document_id = field, document, document_id
        self.params = {"document": document, **params}
        super().__init__(self.code)

    @property
    def sentence(self) -> str:
        """The refusal in the reader's language, remedy included."""
        return " ".join(part for part in (str(self.message) % self.params, self.remedy_sentence) if part)

    @property
    def at_field(self) -> str:
        """The sentence where the label of its field stands before it already."""
        return self.sentence

    @property
    def remedy_sentence(self) -> str:
        return str(self.remedy) % self.params if self.remedy else ""

    def __str__(self) -> str:
        return self.sentence


class Refusals(Exception):
    """All refusals of a set at once. Raised after every document was judged; nothing was changed."""

    def __init__(self, refusals: Sequence[BusinessRuleViolation]) -> None:
        self.refusals = list(refusals)
        super().__init__(f"{len(self.refusals)} refusals")

    def __str__(self) -> str:
        return "\n".join(refusal.sentence for refusal in self.refusals)


class InputError(BusinessRuleViolation):
    """The input itself is wrong, whatever the state of the company: unknown code, wrong type, negative quantity."""

    code = "invalid_input"


class UnknownCode(InputError):
    code = "unknown_code"
    message = _("There is no %(what)s “%(value)s”.")
    remedy = _("Check the code, or create it first.")


class InvalidValue(InputError):
    code = "invalid_value"
    message = _("%(what)s: “%(value)s” is not allowed.")
    remedy = _("%(rule)s")

    def __init__(self, *, value: Any = "", **params: Any) -> None:
        super().__init__(value=plain(value) if isinstance(value, Decimal) else value, **params)

    @property
    def at_field(self) -> str:
        return f"{_('“%(value)s” is not allowed.') % self.params} {self.remedy_sentence}"


class AlreadyTaken(BusinessRuleViolation):
    code = "already_taken"
    message = _("There is already a %(what)s “%(value)s”.")
    remedy = _("Choose another one, or change the record that has it.")


class ExternalRefTaken(AlreadyTaken):
    code = "external_ref_taken"
    message = _("%(source)s already knows another record by “%(value)s”.")
    remedy = _("Change that record instead of creating a second one.")


class PermissionDenied(BusinessRuleViolation):
    code = "permission_denied"
    message = _("You do not have the permission “%(permission)s”.")
    remedy = _("Ask an administrator for a role that has it.")


class CompanyClosed(PermissionDenied):
    """The company's books go on in another database; nothing is written here any more."""

    code = "company_closed"
    message = _("This company is closed here: it has moved.")
    remedy = _("Ask your administrator for its new address.")


class NotFound(BusinessRuleViolation):
    code = "not_found"
    message = _("There is no %(what)s “%(value)s”.")
    remedy = _("Check the number. It may belong to another company.")


class WrongState(BusinessRuleViolation):
    """The document is not in a state in which the verb is allowed; a second press of a button ends here."""

    code = "wrong_state"
    message = _("%(document)s is already %(state)s.")
    remedy = _("Reload the page to see what happened to it.")


class StaleEdit(BusinessRuleViolation):
    code = "stale_edit"
    message = _("%(document)s was changed by somebody else after you opened it.")
    remedy = _("Compare both versions and save again.")


class ChangedSinceSeen(StaleEdit):
    """A verb was pressed on a page that shows the document as it was before somebody else changed it."""

    code = "changed_since_seen"
    remedy = _("Look at it again, then decide.")


class Busy(BusinessRuleViolation):
    """Other work held the same rows through every retry."""

    code = "busy"
    message = _("Others are changing the same records right now.")
    remedy = _("Try again in a moment.")


def raise_refusals(refusals: Sequence[BusinessRuleViolation]) -> None:
    """Raise what was collected: one refusal as itself, several as `Refusals`, none not at all."""
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise Refusals(refusals)
