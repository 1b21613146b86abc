"""A document that takes its terms from an original does not state them again: nothing that was said is lost in silence."""

from collections.abc import Iterable
from typing import Any

from erp.core.errors import BusinessRuleViolation
from erp.documents.errors import ComesFromOriginal


def original_refusals(fields: Iterable[tuple[str, Any, Any]], *, original: str) -> list[BusinessRuleViolation]:
    """A refusal for each (field, what it is called, value) that was given although the document `original` says it; None and
    an empty text are not given."""
    return [
        ComesFromOriginal(field=field, what=what, original=original)
        for field, what, value in fields
        if value is not None and value != ""
    ]
