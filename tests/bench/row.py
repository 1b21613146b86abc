"""One figure of the bench."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure. `met` is None where nothing is asked of it; `note` says under which circumstances it was measured."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None
    note: str = ""
