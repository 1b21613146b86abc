"""Control totals: what the file says against what the database holds, read again from every stage of the line."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from erp.core.money import ZERO
from erp.core.rows import fetch
from integration.datasets.judging import SourceDocument
from integration.datasets.plan import Plan
from integration.datasets.rules import line_amount

_SQL = Path(__file__).parent / "sql"
Figure = int | Decimal | None
STAGES = ("orders", "deliveries", "invoices", "revenue", "receivables")


@dataclass(frozen=True)
class Totals:
    """Lines, quantity and amount of one document on its day, or of many. What a stage does not keep is None."""

    documents: int
    lines: int | None
    quantity: Decimal | None
    amount: Decimal | None
    date: datetime.date | None = None

    def agrees_with(self, source: "Totals") -> bool:
        """Whether whatever this stage keeps is what the file says."""
        pairs = zip(self.values, source.values, strict=True)
        return self.date == source.date and all(mine is None or mine == theirs for mine, theirs in pairs)

    @property
    def values(self) -> tuple[Figure, ...]:
        return self.documents, self.lines, self.quantity, self.amount


@dataclass(frozen=True)
class Line:
    """One line of the table: a month and kind of document at a stage. `different` lists documents that do not agree."""

    month: str
    kind: str
    stage: str
    loaded: bool
    totals: Totals
    different: list[str]


@dataclass(frozen=True)
class Check:
    """Another figure that must be what it must be."""

    what: str
    found: object
    expected: object

    @property
    def ok(self) -> bool:
        return self.found == self.expected


@dataclass(frozen=True)
class Control:
    lines: list[Line]
    checks: list[Check]

    @property
    def reconciles(self) -> bool:
        return all(check.ok for check in self.checks) and not any(line.different for line in self.lines)


def control(plan: Plan, source: str, *, places: int) -> Control:
    """Compare every document of the plan with what the company in scope holds of the source, and its books and stock."""
    by_stage = {stage: _documents_at(stage, source) for stage in STAGES}
    lines: list[Line] = []
    for (month, kind), documents in _by_month_and_kind(plan.documents).items():
        wanted = {document.number: _of_document(document, places) for document in documents}
        loaded = documents[0].kind.treatment != "later"
        lines.append(Line(month, kind, "source", loaded, _sum(wanted.values()), []))
        if loaded:
            lines += [_compared(month, kind, stage, wanted, by_stage[stage]) for stage in STAGES]
    return Control(lines, [*_stray(plan, by_stage), *_stock_and_books(plan, source)])


def _by_month_and_kind(documents: Iterable[SourceDocument]) -> dict[tuple[str, str], list[SourceDocument]]:
    groups: dict[tuple[str, str], list[SourceDocument]] = defaultdict(list)
    for document in documents:
        groups[document.date.strftime("%Y-%m"), document.kind.name].append(document)
    return dict(sorted(groups.items()))


def _of_document(document: SourceDocument, places: int) -> Totals:
    return Totals(
        1,
        len(document.lines),
        sum((line.quantity for line in document.lines), ZERO),
        sum((line_amount(line.quantity, line.unit_price, places) for line in document.lines), ZERO),
        document.date,
    )


def _compared(month: str, kind: str, stage: str, wanted: Mapping[str, Totals], found: Mapping[str, Totals]) -> Line:
    different = [number for number, totals in wanted.items() if number not in found or not found[number].agrees_with(totals)]
    return Line(month, kind, stage, True, _sum(found[number] for number in wanted if number in found), different)


def _sum(many: Iterable[Totals]) -> Totals:
    rows = [totals.values for totals in many]
    if not rows:
        return Totals(0, 0, ZERO, ZERO)
    lines, quantity, amount = (None if None in column else sum(column) for column in list(zip(*rows, strict=True))[1:])
    return Totals(len(rows), lines, quantity, amount)


def _documents_at(stage: str, source: str) -> dict[str, Totals]:
    """Totals by the number of the document in the file."""
    rows = fetch((_SQL / f"{stage}.sql").read_text(), [source])
    return {ref: Totals(documents, lines, quantity, amount, date) for ref, date, documents, lines, quantity, amount in rows}


def _stray(plan: Plan, by_stage: Mapping[str, Mapping[str, Totals]]) -> list[Check]:
    """Nothing is there that the plan does not have."""
    planned = {document.number for document in plan.sales}
    return [Check(f"{stage} of no document in the file", len(found.keys() - planned), 0) for stage, found in by_stage.items()]


def _stock_and_books(plan: Plan, source: str) -> list[Check]:
    stocked = [product for product in plan.products if product.opening]
    opening = sum((product.opening for product in stocked), ZERO)
    [row] = fetch((_SQL / "stock_and_books.sql").read_text(), [source, source])
    received, on_hand, touching, below, debit, credit = row
    return [
        Check("opening stock, units", received, opening),
        Check("products that touch zero", touching, len(stocked)),
        Check("products ever below zero", below, 0),
        Check("trial balance: debit and credit", f"{debit:,.2f}", f"{credit:,.2f}"),
        Check("units on hand at the end", on_hand, opening - _outflow(plan)),
    ]


def _outflow(plan: Plan) -> Decimal:
    stocked = {product.sku for product in plan.products if not product.service}
    return sum((line.quantity for document in plan.sales for sku, line in document.products() if sku in stocked), ZERO)
