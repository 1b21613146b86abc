"""A sample list in its states."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from erp.screens.list_layout import arrange
from erp.screens.list_page import Chip, ListPage, make_headers, make_rows, make_totals
from erp.screens.list_query import SortKey
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, Refused, State

STATES = {
    "draft": State(_("Draft"), "draft"),
    "open": State(_("Open"), "open"),
    "waiting": State(_("Waiting"), "waiting"),
    "done": State(_("Done"), "done"),
    "late": State(_("Late"), "bad"),
    "cancelled": State(_("Cancelled"), "cancelled"),
}
COLUMNS = (
    Column(name="number", label=_("Number"), kind="code"),
    Column(name="name", label=_("Name")),
    Column(name="state", label=_("State"), kind="state", states=STATES),
    Column(name="day", label=_("Date"), kind="date", bad=lambda row: row["state"] == "late"),
    Column(name="quantity", label=_("Quantity"), kind="quantity", unit="unit"),
    Column(name="share", label=_("Share"), kind="percent"),
    Column(name="amount", label=_("Amount"), kind="money", currency="currency", total=True, bad=lambda row: row["amount"] < 0),
    Column(name="note", label=_("Note"), visible=False),
)
NAMES = (
    "Aster & Co",
    "北京远山科技有限公司",
    "Marlowe Lighting",
    "臺灣晨光股份有限公司",
    "Fjord Outfitters",
    "Hollis & Daughters",
    "上海锦程贸易",
    "Okafor Textiles",
)


def _nothing(*_args: Any) -> Any:
    return BulkOutcome(done=0)


SCREEN = ListScreen(
    name="kit",
    title=_("Sample list"),
    permission="",
    rows=_nothing,
    columns=COLUMNS,
    search=("number", "name"),
    row_url=lambda row: f"#{row['number']}",
    row_label=lambda row: str(row["number"]),
    bulk=(
        BulkVerb(name="confirm", label=_("Confirm"), permission="", perform=_nothing),
        BulkVerb(
            name="cancel",
            label=_("Cancel"),
            permission="",
            perform=_nothing,
            icon="ban",
            danger=True,
            confirm=_("Cancel %(count)s rows."),
            confirm_one=_("Cancel this row."),
        ),
    ),
    empty=_("Nothing has been recorded yet."),
)


def rows() -> list[dict[str, Any]]:
    start = datetime.date(2026, 3, 2)
    states = list(STATES)
    return [
        {
            "id": i + 1,
            "number": f"AB-{1042 + i}",
            "name": NAMES[i % len(NAMES)],
            "state": states[i % len(states)],
            "day": start + datetime.timedelta(days=i * 3),
            "quantity": Decimal(i * 7 + 1) / (4 if i % 3 == 0 else 1),
            "unit": "pcs" if i % 2 else "kg",
            "share": Decimal(i * 9 + 3) / 2,
            "amount": Decimal(i * i * 217 - 340) + Decimal("0.5"),
            "currency": "CNY" if i % 4 else "EUR",
            "note": "",
        }
        for i in range(12)
    ]


def full_page(**changes: Any) -> ListPage:
    """A page with chips, a sort by two columns, totals in two currencies and more pages on both sides."""
    layout = arrange(COLUMNS, [column.name for column in COLUMNS if column.visible], None, changes.pop("density", "normal"))
    keys = [SortKey("day", True, False, "day"), SortKey("amount", False, False, "amount")]
    page = ListPage(
        screen=SCREEN,
        layout=layout,
        headers=make_headers(layout, keys, QueryDict("sort=-day,amount")),
        rows=make_rows(SCREEN, layout.chosen, rows(), ""),
        count=4312,
        first=51,
        after_url="?after=x",
        before_url="?before=x",
        chips=[
            Chip("state", str(_("State")), str(_("Open")), None, "?"),
            Chip("day", str(_("Date")), "2026-03-01 – 2026-03-31", None, "?"),
        ],
        totals=make_totals(layout.chosen, {"amount": [(Decimal("48210.5"), "CNY"), (Decimal("13004.2"), "EUR")]}),
        bulk=SCREEN.bulk,
    )
    return replace(page, **changes)


def empty_page(*, narrowed: bool) -> ListPage:
    action = Action(_("Record the first one"), "screens:kit")
    return replace(
        full_page(),
        rows=[],
        count=0,
        chips=full_page().chips[:1] if narrowed else [],
        empty_action=action,
        after_url="",
        before_url="",
    )


OUTCOME = BulkOutcome(
    done=198,
    refused=(
        Refused("AB-1044", str(_("This is not possible."))),
        Refused("AB-1051", str(_("Others are changing the same records right now."))),
    ),
)
