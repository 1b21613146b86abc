"""Reads of the inbox and of what was decided."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erp.automation.models import AutomaticStep, ExceptionItem
from erp.core.errors import BusinessRuleViolation

SENTENCES: dict[str, str | Promise] = {
    "no_rule": _("No automation rule covers this step on that day."),
    "not_matching": _("No automation rule applies to this document."),
    "waiting_for_stock": _("%(document)s waits for stock. Receive goods, and it goes on by itself."),
    "over_limit": _("The amount of %(amount)s is above the limit of %(limit)s."),
}


def list_exceptions(*, state: str = ExceptionItem.State.OPEN) -> QuerySet[ExceptionItem]:
    """The inbox, oldest first."""
    return ExceptionItem.objects.filter(state=state).order_by("id")


def list_steps(*, kind: str, document_id: int) -> QuerySet[AutomaticStep]:
    """What Weft decided about a document, in order."""
    return AutomaticStep.objects.filter(kind=kind, document_id=document_id).order_by("id")


def sentence_of(reason: Mapping[str, Any]) -> str:
    """A stored reason as a sentence in the reader's language; "" for a yes.

    Codes are those of the decision or of any refusal in the product; a code no version of it knows is shown as it is.
    """
    code, params = reason.get("code", ""), _Lenient(reason.get("params", {}))
    if code in SENTENCES:
        return str(SENTENCES[code]) % params
    for refusal in _refusals(BusinessRuleViolation):
        if refusal.code == code:
            texts = (str(refusal.message), str(refusal.remedy))
            return " ".join(text % params for text in texts if text)
    return str(code)


class _Lenient(dict[str, Any]):
    """A text that gained a placeholder after the reason was stored stays readable."""

    def __missing__(self, key: str) -> str:
        return "…"


def _refusals(cls: type[BusinessRuleViolation]) -> Iterator[type[BusinessRuleViolation]]:
    yield cls
    for sub in cls.__subclasses__():
        yield from _refusals(sub)
