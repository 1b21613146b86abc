"""Facts of the stock."""

from dataclasses import dataclass
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReceiptPosted(Event):
    """Goods came in: `products` may now serve waiting orders of `warehouse_id`."""

    type: ClassVar[str] = "receipt.posted"
    aggregate: ClassVar[str] = "receipt"
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class StockCounted(Event):
    """Stock was counted; `products` are those of which more was found than expected."""

    type: ClassVar[str] = "stock_count.posted"
    aggregate: ClassVar[str] = "stock_count"
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class StockAdjusted(Event):
    """Stock was written off or found; `products` are those of which some was found."""

    type: ClassVar[str] = "stock_adjustment.posted"
    aggregate: ClassVar[str] = "stock_adjustment"
    warehouse_id: int
    reason: str
    products: tuple[int, ...]
