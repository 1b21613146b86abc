"""What the command prints: control totals, remarks, where the time went."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from erp.jobs.models import Job
from integration.datasets.control import Control, Line
from integration.datasets.progress import shares
from integration.datasets.remarks import Remark, counts
from integration.datasets.totals import Totals

SHOWN = 5
_HEADINGS = f"{'documents':>10}{'lines':>10}{'quantity':>13}{'amount':>16}"


def control_table(control: Control) -> Iterator[str]:
    yield f"  {'month':<9}{'kind':<14}{'':<22}{_HEADINGS}"
    for line in control.lines:
        yield _control_line(line)
    for check in control.checks:
        mark = "ok" if check.ok else f"DIFFERS: {_figure(check.expected)} expected"
        yield f"  {check.what:<52}{_figure(check.found):>16}  {mark}"


def _control_line(line: Line) -> str:
    first = line.stage == "source"
    label = f"{line.month:<9}{line.kind:<14}" if first else " " * 23
    mark = "ok" if not line.different else f"DIFFERS: {len(line.different):,} ({', '.join(line.different[:SHOWN])})"
    return f"  {label}{line.stage:<22}{_figures(line.totals)}{'' if first else f'  {mark}'}"


def fate_lines(control: Control) -> Iterator[str]:
    """What became of the documents of each kind; a document can become several things."""
    yield f"  {'kind':<14}{'became':<45}{_HEADINGS}"
    before = ""
    for fate in control.fates:
        yield f"  {fate.kind if fate.kind != before else '':<14}{fate.what:<45}{_figures(fate.totals)}"
        before = fate.kind


def _figures(totals: Totals) -> str:
    return f"{totals.documents:>10,}{_figure(totals.lines):>10}{_figure(totals.quantity):>13}{_money(totals.amount):>16}"


def remark_lines(remarks: Sequence[Remark]) -> Iterator[str]:
    for what, why, rows, documents in counts(remarks):
        yield f"  {rows:>8,} rows of {documents:>6,} documents {what}: {why}"


def time_lines(job: Job) -> Iterator[str]:
    """Documents per second over all time spent in operations, kills included, and each operation's share."""
    rows = shares(job.report)
    seconds = sum(ms for _name, ms, _share in rows) / 1000
    documents = job.report.get("documents", 0)
    if seconds:
        yield f"  {documents:,} documents in {seconds:,.1f} s of operations: {documents / seconds:,.1f} documents/s"
    for name, ms, share in rows:
        yield f"  {name:<20}{ms / 1000:>8.1f} s {share:>4} %"


def _figure(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"
