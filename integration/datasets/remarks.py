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


def counts(remarks: Sequence[Remark]) -> list[tuple[str, str, int, int]]:
    """(what, why, rows, documents), the most frequent first within refused, changed, nothing to book."""
    rows = Counter((remark.what, remark.why) for remark in remarks)
    documents = Counter((what, why) for what, why, _document in {(r.what, r.why, r.document) for r in remarks})
    order = (REFUSED, CHANGED, NOTHING)
    found = [(what, why, n, documents[what, why]) for (what, why), n in rows.items()]
    return sorted(found, key=lambda c: (order.index(c[0]), -c[2], c[1]))


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
