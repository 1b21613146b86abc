"""Totals of documents: what the file says of each, and what each stage of the line must therefore hold."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO
from integration.datasets.judging import SourceDocument
from integration.datasets.outcomes import Outcome, PlannedLine
from integration.datasets.rules import line_amount

Figure = int | Decimal | None


@dataclass(frozen=True)
class Totals:
    """Documents, lines, quantity and amount of one document on its day, or of many. What is not known is None."""

    documents: int
    lines: int | None
    quantity: Decimal | None
    amount: Decimal | None
    date: datetime.date | None = None

    def agrees_with(self, wanted: "Totals") -> bool:
        """Whether whatever this stage keeps is what it must be."""
        pairs = zip(self.values, wanted.values, strict=True)
        return self.date == wanted.date and all(mine is None or mine == theirs for mine, theirs in pairs)

    @property
    def values(self) -> tuple[Figure, ...]:
        return self.documents, self.lines, self.quantity, self.amount


def total_of(many: Iterable[Totals]) -> Totals:
    rows = [totals.values for totals in many]
    if not rows:
        return Totals(0, 0, ZERO, ZERO)
    documents, *columns = zip(*rows, strict=True)
    lines, quantity, amount = (None if None in column else sum(column) for column in columns)  # type: ignore[arg-type]
    return Totals(sum(documents), lines, quantity, amount)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Fate:
    """What the documents of a kind became: how many, with how many lines or parts of lines."""

    kind: str
    what: str
    totals: Totals


def fates_of(outcomes: Iterable[Outcome], places: int) -> list[Fate]:
    """All that became of all documents, kind by kind, in the order of the file."""
    groups: dict[str, dict[str, list[Totals]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        sign = 1 if outcome.treatment in ("sale", "found stock") else -1
        for what, lines in outcome.fates():
            if lines:
                groups[outcome.document.kind.name][what].append(_planned(outcome, lines, sign, places))
    return [Fate(kind, what, total_of(of)) for kind, fates in groups.items() for what, of in fates.items()]


def source_totals(document: SourceDocument, places: int) -> Totals:
    return Totals(
        1,
        len(document.lines),
        sum((line.quantity for line in document.lines), ZERO),
        sum((line_amount(line.quantity, line.unit_price, places) for line in document.lines), ZERO),
        document.date,
    )


def wanted_totals(outcome: Outcome, places: int) -> Iterator[tuple[str, str, Totals]]:
    """(stage, external reference, totals) of every document that this one becomes, with the signs of the file."""
    match outcome.treatment:
        case "sale":
            whole = _planned(outcome, outcome.sold, 1, places)
            for stage in ("orders", "deliveries", "invoices", "revenue", "receivables"):
                yield stage, outcome.number, whole
        case "return":
            yield from _wanted_back(outcome, places)
        case treatment if outcome.adjustment:
            whole = _planned(outcome, outcome.adjustment.lines, -1 if treatment == "write-off" else 1, places)
            for stage in ("adjustments", "adjustment moves"):
                yield stage, outcome.number, whole


def _wanted_back(outcome: Outcome, places: int) -> Iterator[tuple[str, str, Totals]]:
    for part in outcome.returns:
        whole = _planned(outcome, part.lines, -1, places)
        for stage in ("returns", "credit notes", "revenue given up", "receivables given up"):
            yield stage, part.ref, whole
    if outcome.credit:
        whole = _planned(outcome, outcome.credit.lines, -1, places)
        yield "credit notes", outcome.credit.ref, Totals(1, whole.lines, ZERO, whole.amount, whole.date)
        for stage in ("revenue given up", "receivables given up"):
            yield stage, outcome.credit.ref, whole


def _planned(outcome: Outcome, lines: Sequence[PlannedLine], sign: int, places: int) -> Totals:
    return Totals(
        1,
        len(lines),
        sum((sign * line.quantity for line in lines), ZERO),
        sum((sign * line_amount(line.quantity, line.unit_price, places) for line in lines), ZERO),
        outcome.document.date,
    )
