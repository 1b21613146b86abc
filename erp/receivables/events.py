"""Facts of receivables."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class InvoicePosted(Event):
    """A customer was invoiced; `total` is in the invoice's currency. `source_id` is the document it stems from."""

    type: ClassVar[str] = "invoice.posted"
    aggregate: ClassVar[str] = "invoice"
    customer_id: int
    total: Decimal
    currency: str
    source_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(Event):
    """A customer paid; `amount` of it settled the invoice it stems from (None: nothing was open, it stays on account)."""

    type: ClassVar[str] = "payment.received"
    aggregate: ClassVar[str] = "payment"
    customer_id: int
    amount: Decimal
    currency: str
    invoice_id: int | None


@dataclass(frozen=True, kw_only=True)
class CreditApplied(Event):
    """`amount` of a customer's credit (the open item of a payment or credit note) settled the invoice it stems from."""

    type: ClassVar[str] = "credit.applied"
    aggregate: ClassVar[str] = "credit"
    customer_id: int
    amount: Decimal
    currency: str
    invoice_id: int


@dataclass(frozen=True, kw_only=True)
class CreditNotePosted(Event):
    """A claim on a customer was given up; `total` is in the note's currency. `invoice_id` is the invoice it credits,
    `source_id` the return it stems from, if there is one."""

    type: ClassVar[str] = "credit_note.posted"
    aggregate: ClassVar[str] = "credit_note"
    customer_id: int
    total: Decimal
    currency: str
    invoice_id: int | None
    source_id: int | None
