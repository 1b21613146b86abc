"""Remarks: why a row of the file was not taken as it stands."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from integration.datasets.source import SourceLine

NOTHING, CHANGED, REFUSED = "nothing to book", "changed", "refused"
COLUMNS = ("row", "document", "product", "what", "why", "from", "to")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Remark:
    """`what` was done with the row and `why`; `before` and `after` are the values of a change."""

    row: int
    document: str
    product: str
    what: str
    why: str
    before: str = ""
    after: str = ""


def changed(line: SourceLine, why: str, before: str, after: str) -> Remark:
    return Remark(line.row, line.document, line.product, CHANGED, why, before, after)


def nothing(line: SourceLine, why: str) -> Remark:
    return Remark(line.row, line.document, line.product, NOTHING, why)


def refused(row: int, document: str, why: str, product: str = "") -> Remark:
    return Remark(row, document, product, REFUSED, why)


def counts(remarks: Sequence[Remark]) -> list[tuple[str, str, int]]:
    """(what, why, rows), the most frequent first within refused, changed, nothing to book."""
    counted = Counter((remark.what, remark.why) for remark in remarks)
    order = (REFUSED, CHANGED, NOTHING)
    return sorted(((*key, n) for key, n in counted.items()), key=lambda c: (order.index(c[0]), -c[2], c[1]))


def write_remarks(path: Path, remarks: Sequence[Remark]) -> None:
    """One line per row and reason. Texts that a spreadsheet would run as a formula are quoted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for r in remarks:
            writer.writerow([r.row, *map(_harmless, (r.document, r.product, r.what, r.why, r.before, r.after))])
    partial.replace(path)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
