"""Number series of a company."""

from collections.abc import Sequence
from dataclasses import dataclass

from erp.core.rows import fetch, insert_rows
from erp.documents.models import Series


@dataclass(frozen=True)
class SeriesPlan:
    """A series to create: `code` as the document kind, numbers as prefix + padded counter."""

    code: str
    prefix: str
    padding: int = 6
    gapless: bool = False


def create_series(plans: Sequence[SeriesPlan]) -> None:
    """Create the series of the company in scope, and the sequences of the plain ones."""
    insert_rows(Series, ["code", "prefix", "padding", "gapless"], [(p.code, p.prefix, p.padding, p.gapless) for p in plans])
    for plan in plans:
        if not plan.gapless:
            fetch("SELECT documents_create_sequence(%s)", [plan.code])
