"""Facts of what suppliers are owed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class VendorBillEvent(Event):
    aggregate: ClassVar[str] = "vendor_bill"
    supplier_id: int


@dataclass(frozen=True, kw_only=True)
class VendorBillPosted(VendorBillEvent):
    """A bill or credit note of a supplier is in the books; `total` in its currency, negative for a credit note."""

    type: ClassVar[str] = "vendor_bill.posted"
    total: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class VendorBillHeld(VendorBillEvent):
    """A bill does not match; nothing is booked. `reasons` are the codes of what is wrong."""

    type: ClassVar[str] = "vendor_bill.held"
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VendorBillRejected(VendorBillEvent):
    """The bill was turned down; its number is free again."""

    type: ClassVar[str] = "vendor_bill.rejected"


@dataclass(frozen=True, kw_only=True)
class PaymentSent(Event):
    """A supplier was paid; `amount` of it settled the bill it stems from (None: nothing was open, it stays on account)."""

    type: ClassVar[str] = "payment.sent"
    aggregate: ClassVar[str] = "payment"
    supplier_id: int
    amount: Decimal
    currency: str
    bill_id: int | None


@dataclass(frozen=True, kw_only=True)
class AccrualWrittenOff(Event):
    """What was received and will never be billed, or the other way, of an order was written off."""

    type: ClassVar[str] = "purchase_order.written_off"
    aggregate: ClassVar[str] = "purchase_order"
    amount: Decimal
