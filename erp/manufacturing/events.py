"""Facts of making."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BillOfMaterialsSaved(Event):
    """What `products` take to be made changed."""

    type: ClassVar[str] = "bill_of_materials.saved"
    aggregate: ClassVar[str] = "bill_of_materials"
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ManufacturingOrderEvent(Event):
    aggregate: ClassVar[str] = "manufacturing_order"
    product_id: int
    warehouse_id: int


@dataclass(frozen=True, kw_only=True)
class ManufacturingOrderPlaced(ManufacturingOrderEvent):
    """Something is to be made; `components` are the products it takes."""

    type: ClassVar[str] = "manufacturing_order.placed"
    quantity: Decimal
    components: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ManufacturingOrderReleased(ManufacturingOrderEvent):
    """All components are kept for the order."""

    type: ClassVar[str] = "manufacturing_order.released"


@dataclass(frozen=True, kw_only=True)
class ProductionIssuePosted(Event):
    """Components went into production."""

    type: ClassVar[str] = "production_issue.posted"
    aggregate: ClassVar[str] = "production_issue"
    order_id: int


@dataclass(frozen=True, kw_only=True)
class ProductionIssueReturned(Event):
    """Components came back from production: the `products` lie in the warehouse again."""

    type: ClassVar[str] = "production_issue.returned"
    aggregate: ClassVar[str] = "production_issue"
    order_id: int
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ManufacturingOrderCompleted(ManufacturingOrderEvent):
    """Goods came out: `products` lie in the warehouse; `complete` when nothing of the order is open any more, `scrapped` is what
    was lost this time."""

    type: ClassVar[str] = "manufacturing_order.completed"
    products: tuple[int, ...]
    complete: bool
    scrapped: Decimal


@dataclass(frozen=True, kw_only=True)
class ManufacturingOrderClosed(ManufacturingOrderEvent):
    """Nothing more is made or booked; `missing` is what was ordered and never came out."""

    type: ClassVar[str] = "manufacturing_order.closed"
    missing: Decimal


@dataclass(frozen=True, kw_only=True)
class ManufacturingOrderCancelled(ManufacturingOrderEvent):
    """The order was given up; its `products` (components) are free again."""

    type: ClassVar[str] = "manufacturing_order.cancelled"
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ManufacturingOrderMoved(ManufacturingOrderEvent):
    """The order is due on another day."""

    type: ClassVar[str] = "manufacturing_order.moved"
    was: datetime.date
    now: datetime.date


@dataclass(frozen=True, kw_only=True)
class WorkingCalendarSaved(Event):
    """Production of a warehouse works on other days; what is planned counts by them from its next run on."""

    type: ClassVar[str] = "working_calendar.saved"
    aggregate: ClassVar[str] = "working_calendar"
    warehouse_id: int
