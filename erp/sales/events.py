"""Facts of sales orders and deliveries."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class SalesOrderEvent(Event):
    aggregate: ClassVar[str] = "sales_order"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class SalesOrderPlaced(SalesOrderEvent):
    """An order was taken; `total` is in company currency."""

    type: ClassVar[str] = "sales_order.placed"
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class SalesOrderConfirmed(SalesOrderEvent):
    """The company stands by the order."""

    type: ClassVar[str] = "sales_order.confirmed"


@dataclass(frozen=True, kw_only=True)
class SalesOrderReserved(SalesOrderEvent):
    """Stock was kept for the order; `complete` when nothing is missing any more."""

    type: ClassVar[str] = "sales_order.reserved"
    complete: bool


@dataclass(frozen=True, kw_only=True)
class SalesOrderShort(SalesOrderEvent):
    """Stock is missing for the order; it waits."""

    type: ClassVar[str] = "sales_order.short"
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SalesOrderCancelled(SalesOrderEvent):
    """The order was cancelled and its reservations released: `products` of `warehouse_id` are free again."""

    type: ClassVar[str] = "sales_order.cancelled"
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SalesOrderPromiseMoved(SalesOrderEvent):
    """The goods will be there on another day than the customer was told last; `first` is what was promised first."""

    type: ClassVar[str] = "sales_order.promise_moved"
    was: datetime.date
    now: datetime.date
    first: datetime.date


@dataclass(frozen=True, kw_only=True)
class DeliveryPosted(Event):
    """Goods left for a customer; `complete` when the order has nothing left to deliver."""

    type: ClassVar[str] = "delivery.posted"
    aggregate: ClassVar[str] = "delivery"
    customer_id: int
    order_id: int
    complete: bool


@dataclass(frozen=True, kw_only=True)
class SalesReturnEvent(Event):
    aggregate: ClassVar[str] = "sales_return"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class SalesReturnPosted(SalesReturnEvent):
    """Goods came back: `products` lie in `warehouse_id` again. Without an original there is no delivery and no order."""

    type: ClassVar[str] = "sales_return.posted"
    warehouse_id: int
    products: tuple[int, ...]
    delivery_id: int | None
    order_id: int | None


@dataclass(frozen=True, kw_only=True)
class SalesReturnInvoiced(SalesReturnEvent):
    """The delivery that the goods came back from was invoiced after they came back: now they can be credited."""

    type: ClassVar[str] = "sales_return.invoiced"
    invoice_id: int
