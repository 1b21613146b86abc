"""Facts of the pipeline."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OpportunityOpened(Event):
    type: ClassVar[str] = "opportunity.opened"
    aggregate: ClassVar[str] = "opportunity"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(Event):
    """Its stage changed from `stage_before` to `status`."""

    type: ClassVar[str] = "opportunity.moved"
    aggregate: ClassVar[str] = "opportunity"
    customer_id: int
    stage_before: str


@dataclass(frozen=True, kw_only=True)
class QuotationDrafted(Event):
    """A new offer, first version."""

    type: ClassVar[str] = "quotation.drafted"
    aggregate: ClassVar[str] = "quotation"
    customer_id: int
    currency: str
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class QuotationAccepted(Event):
    """The customer takes the offer; the sales order is placed in the same transaction. `customer_id` for readers that
    do not know quotations; the lines are in `crm.pipeline.queries.quotation_orders`."""

    type: ClassVar[str] = "quotation.accepted"
    aggregate: ClassVar[str] = "quotation"
    customer_id: int
    currency: str
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class QuotationCancelled(Event):
    type: ClassVar[str] = "quotation.cancelled"
    aggregate: ClassVar[str] = "quotation"
    customer_id: int
