"""Facts of buying."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AgreementSaved(Event):
    """Terms of a supplier changed for these products."""

    type: ClassVar[str] = "agreement.saved"
    aggregate: ClassVar[str] = "agreement"
    supplier_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderEvent(Event):
    aggregate: ClassVar[str] = "purchase_order"
    supplier_id: int


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderPlaced(PurchaseOrderEvent):
    """An order was written; `total` is in company currency. Nobody outside knows of it yet."""

    type: ClassVar[str] = "purchase_order.placed"
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderIssued(PurchaseOrderEvent):
    """The order went to the supplier."""

    type: ClassVar[str] = "purchase_order.issued"
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderAnswered(PurchaseOrderEvent):
    """The supplier confirmed lines or made counter-proposals (`waiting`, answer ids), or one of these was settled; `moved` are
    lines that are now expected on another day, `products` those of which another quantity or day is expected."""

    type: ClassVar[str] = "purchase_order.answered"
    warehouse_id: int
    moved: tuple[int, ...]
    waiting: tuple[int, ...]
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderReceived(PurchaseOrderEvent):
    """Goods of the order came in; `complete` when nothing is expected any more."""

    type: ClassVar[str] = "purchase_order.received"
    complete: bool


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderClosed(PurchaseOrderEvent):
    """Nothing more is expected; `products` of `warehouse_id` came short."""

    type: ClassVar[str] = "purchase_order.closed"
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderCancelled(PurchaseOrderEvent):
    type: ClassVar[str] = "purchase_order.cancelled"
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DeliveryAdvicePosted(Event):
    """The supplier says what is on its way; `products` are those now expected on another day."""

    type: ClassVar[str] = "delivery_advice.posted"
    aggregate: ClassVar[str] = "delivery_advice"
    supplier_id: int
    order_id: int
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PurchaseReturnPosted(Event):
    """Goods went back to the supplier: `products` left `warehouse_id`."""

    type: ClassVar[str] = "purchase_return.posted"
    aggregate: ClassVar[str] = "purchase_return"
    supplier_id: int
    order_id: int
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class OrderMessagePosted(PurchaseOrderEvent):
    """Somebody wrote in the conversation about the order."""

    type: ClassVar[str] = "purchase_order.discussed"
    from_supplier: bool


@dataclass(frozen=True, kw_only=True)
class RequisitionEvent(Event):
    """`products` of `warehouse_id` are those that it is about."""

    aggregate: ClassVar[str] = "requisition"
    warehouse_id: int
    products: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RequisitionPlaced(RequisitionEvent):
    """Somebody asks for something."""

    type: ClassVar[str] = "requisition.placed"


@dataclass(frozen=True, kw_only=True)
class RequisitionOrdered(RequisitionEvent):
    """Lines were ordered; `complete` when nothing of it is left to order."""

    type: ClassVar[str] = "requisition.ordered"
    complete: bool


@dataclass(frozen=True, kw_only=True)
class RequisitionCancelled(RequisitionEvent):
    """What was not ordered yet is not wanted any more."""

    type: ClassVar[str] = "requisition.cancelled"
