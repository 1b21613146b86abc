"""The buyer's desk: what waits for a buyer, the first rows of each of their lists."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.payables.tables import BILLS
from erp.purchasing.tables import PURCHASE_ORDERS, REQUISITIONS
from erp.screens.documents import Lines, LinesTable
from erp.screens.lists import COUNT_LIMIT, Column
from integration.dashboards.tiles import Tile
from scm.planning.tables import PROPOSALS

SHOWN = 6

ORDERS, BUY = "purchasing:orders", {"state": "open", "kind": "buy"}
WAITING: tuple[Tile, ...] = (
    Tile(label=_("Asked for in the house"), screen=REQUISITIONS, url_name="purchasing:requisitions", filters={"state": "open"}),
    Tile(label=_("Proposals to buy"), screen=PROPOSALS, url_name="planning:proposals", filters=BUY),
    Tile(label=_("Orders to issue"), screen=PURCHASE_ORDERS, url_name=ORDERS, filters={"todo": "issue"}),
    Tile(label=_("Counter-proposals"), screen=PURCHASE_ORDERS, url_name=ORDERS, filters={"todo": "answer"}),
    Tile(label=_("Late orders"), screen=PURCHASE_ORDERS, url_name=ORDERS, filters={"todo": "late"}),
    Tile(label=_("Received, not billed"), screen=PURCHASE_ORDERS, url_name=ORDERS, filters={"todo": "bill"}),
    Tile(label=_("Held bills"), screen=BILLS, url_name="payables:bills", filters={"state": "held"}),
)


@dataclass(frozen=True)
class Waiting:
    """One list: how many wait, `capped` if there are more, and the first of them as a table."""

    label: Any
    count: int
    capped: bool
    url: str
    table: LinesTable


def list_waiting(actor: Actor) -> list[Waiting]:
    """The lists with something in them that this reader may open; two statements each."""
    found = []
    for tile in WAITING:
        if not tile.is_for(actor):
            continue
        query = tile.query(actor)
        count = query.count()
        if count:
            rows = query.page(SHOWN).rows
            table = LinesTable(Lines(columns=_columns(tile, actor), rows=rows, key=tile.screen.key), actor)
            found.append(Waiting(tile.label, min(count, COUNT_LIMIT), count > COUNT_LIMIT, tile.url, table))
    return found


def _columns(tile: Tile, actor: Actor) -> tuple[Column, ...]:
    """The columns that the list shows at first, the first of them opening the row."""
    first, *others = (column for column in tile.screen.columns_for(actor) if column.visible)
    return replace(first, url=tile.screen.row_url), *others
