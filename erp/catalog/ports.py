"""What the catalog asks upward: how much there is of a product. Stock is above this floor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class StockOfProduct:
    """Stock of a product in one warehouse, in its unit; `value` in company currency."""

    warehouse: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    value: Decimal


@dataclass(frozen=True)
class StockAnswer:
    """The answering side: `levels(product_id)`, the address of the moves of a SKU, and who may see what."""

    levels: Callable[[int], Sequence[StockOfProduct]]
    moves_url: Callable[[str], str]
    permission: str
    value_permission: str


_answer: list[StockAnswer] = []


def bind_stock(answer: StockAnswer) -> None:
    """Called once at start-up by the app that knows the stock."""
    _answer[:] = [answer]


def stock_answer() -> StockAnswer | None:
    return _answer[0] if _answer else None
