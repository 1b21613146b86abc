"""Control totals: what the file says against what the database holds, read again from every stage of the line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from erp.core.money import ZERO
from erp.core.rows import fetch
from integration.datasets.outcomes import Outcome
from integration.datasets.plan import Plan
from integration.datasets.totals import Fate, Totals, fates_of, source_totals, total_of, wanted_totals

_SQL = Path(__file__).parent / "sql"
STAGES = (
    ("orders", "deliveries", "invoices", "revenue", "receivables")
    + ("returns", "credit notes", "revenue given up", "receivables given up")
    + ("adjustments", "adjustment moves")
)
ByRef = Mapping[str, Totals]


@dataclass(frozen=True)
class Line:
    """One line of the table: a month and kind of document at a stage. `different` lists documents that do not agree."""

    month: str
    kind: str
    stage: str
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
    fates: list[Fate]
    checks: list[Check]

    @property
    def reconciles(self) -> bool:
        return all(check.ok for check in self.checks) and not any(line.different for line in self.lines)


def control(plan: Plan, source: str, *, places: int) -> Control:
    """Compare every document of the plan with what the company in scope holds of the source, and its books and stock."""
    found = {stage: _documents_at(stage, source) for stage in STAGES}
    lines: list[Line] = []
    wanted: dict[str, dict[str, Totals]] = {stage: {} for stage in STAGES}
    for (month, kind), outcomes in _by_month_and_kind(plan.outcomes).items():
        here: dict[str, dict[str, Totals]] = defaultdict(dict)
        for outcome in outcomes:
            for stage, ref, totals in wanted_totals(outcome, places):
                here[stage][ref] = wanted[stage][ref] = totals
        lines.append(Line(month, kind, "source", total_of(source_totals(o.document, places) for o in outcomes), []))
        lines += [_compared(month, kind, stage, here[stage], found[stage]) for stage in STAGES if stage in here]
    stray = [Check(f"{stage} of no document in the file", len(found[stage].keys() - wanted[stage].keys()), 0) for stage in STAGES]
    fates = fates_of(plan.outcomes, places)
    return Control(lines, fates, [*stray, *_accounted_for(plan, fates, places), *_stock_and_books(plan, source)])


def _by_month_and_kind(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], list[Outcome]]:
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.document.date.strftime("%Y-%m"), outcome.document.kind.name].append(outcome)
    return dict(sorted(groups.items()))


def _compared(month: str, kind: str, stage: str, wanted: ByRef, found: ByRef) -> Line:
    different = [ref for ref, totals in wanted.items() if ref not in found or not found[ref].agrees_with(totals)]
    return Line(month, kind, stage, total_of(found[ref] for ref in wanted if ref in found), different)


def _documents_at(stage: str, source: str) -> dict[str, Totals]:
    """Totals by external reference: the number of the document in the file, or one of its parts."""
    rows = fetch((_SQL / f"{stage.replace(' ', '_')}.sql").read_text(), [source])
    return {ref: Totals(documents, lines, quantity, amount, date) for ref, date, documents, lines, quantity, amount in rows}


def _accounted_for(plan: Plan, fates: Sequence[Fate], places: int) -> list[Check]:
    """All that the documents of a kind become, and what of them is not booked, is what the file says."""
    whole: dict[str, list[Totals]] = defaultdict(list)
    for outcome in plan.outcomes:
        whole[outcome.document.kind.name].append(source_totals(outcome.document, places))
    checks = []
    for kind, of_kind in sorted(whole.items()):
        wanted, found = total_of(of_kind), total_of(fate.totals for fate in fates if fate.kind == kind)
        checks.append(Check(f"{kind}: quantity of all that became of it", found.quantity, wanted.quantity))
        checks.append(Check(f"{kind}: amount of all that became of it", found.amount, wanted.amount))
    return checks


def _stock_and_books(plan: Plan, source: str) -> list[Check]:
    stocked = [product for product in plan.products if product.opening]
    opening = sum((product.opening for product in stocked), ZERO)
    outflow = sum((quantity for outcome in plan.loads for _sku, quantity in outcome.outflows()), ZERO)
    [row] = fetch((_SQL / "stock_and_books.sql").read_text(), [source] * 4)
    received, on_hand, touching, below, debit, credit = row
    return [
        Check("opening stock, units", received, opening),
        Check("products that touch zero", touching, len(stocked)),
        Check("products ever below zero", below, 0),
        Check("trial balance: debit and credit", f"{debit:,.2f}", f"{credit:,.2f}"),
        Check("units on hand at the end", on_hand, opening - outflow),
    ]
