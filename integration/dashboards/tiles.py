"""A figure as the list it opens. What it shows is counted or summed by that list itself, so the two cannot differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from erp.core.actor import Actor
from erp.core.money import ZERO
from erp.identity.queries import company_facts
from erp.screens.figures import Figure
from erp.screens.list_query import ListQuery
from erp.screens.lists import COUNT_LIMIT, ListScreen

Label = str | Promise
Filters = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """The rows of `screen` under `filters`, counted, or the sum of their column `total` in company currency.

    A number of people's work that is `done_with` a permission comes first for those who hold it. `shorter` is a quicker way
    to the same sum, for lists that work theirs out row by row; a test holds both against each other.
    """

    label: Label
    screen: ListScreen
    url_name: str
    filters: Filters = field(default_factory=dict)
    total: str = ""
    good: Literal["up", "down", ""] = ""
    done_with: str = ""
    shorter: Callable[[], Decimal] | None = None

    @property
    def url(self) -> str:
        asked = urlencode(self.filters, doseq=True)
        return f"{reverse(self.url_name)}?{asked}" if asked else reverse(self.url_name)

    def is_for(self, actor: Actor) -> bool:
        """Whether the reader may open the list and see the column."""
        seen = not self.total or self.total in {column.name for column in self.screen.columns_for(actor)}
        return actor.can(self.screen.permission) and seen

    def query(self, actor: Actor, filters: Filters | None = None) -> ListQuery:
        asked = urlencode(self.filters if filters is None else filters, doseq=True)
        return ListQuery(self.screen, actor, QueryDict(asked))


@dataclass(frozen=True)
class Extra:
    """What a figure tells beside its value: the change against the period before, in words, and its course."""

    change: Decimal | None = None
    label: Label = ""
    spark: Sequence[Decimal] = ()


def read_tile(tile: Tile, actor: Actor, extra: Callable[[Decimal], Extra | None] | None = None) -> Figure:
    """The tile as a figure; one statement, and what `extra` asks for beside it, which is given the value."""
    value, unit = _value(tile, actor)
    more = (extra(Decimal(value)) if extra else None) or Extra()
    capped = not tile.total and value > COUNT_LIMIT
    return Figure(
        label=tile.label,
        value=COUNT_LIMIT if capped else value,
        url=tile.url,
        kind="money" if tile.total else "number",
        unit=unit,
        change=more.change,
        change_label=more.label if more.change is not None else "",
        spark=more.spark,  # type: ignore[arg-type]
        good=tile.good,
        capped=capped,
    )


def _value(tile: Tile, actor: Actor) -> tuple[Decimal | int, str]:
    if not tile.total:
        return tile.query(actor).count(), ""
    amount = tile.shorter() if tile.shorter else sum_of(tile, actor)
    return amount, company_facts(actor.company_id).currency_code


def sum_of(tile: Tile, actor: Actor, filters: Filters | None = None) -> Decimal:
    """The list's own sum of the column, under the tile's filters or others."""
    sums = tile.query(actor, filters).totals(tile.total).get(tile.total, [])
    return sum((amount for amount, _currency in sums), ZERO)


def visible(tiles: Sequence[Tile], actor: Actor, order: Callable[[Tile], int] | None = None) -> list[Tile]:
    """Those the reader may see; what the reader can do something about first."""
    seen = [tile for tile in tiles if tile.is_for(actor)]
    return sorted(seen, key=order) if order else seen
