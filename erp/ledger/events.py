"""Facts of the books."""

from dataclasses import dataclass
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class JournalEntryPosted(Event):
    """An entry was booked for the document it stems from."""

    type: ClassVar[str] = "journal_entry.posted"
    aggregate: ClassVar[str] = "journal_entry"
