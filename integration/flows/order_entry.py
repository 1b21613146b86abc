"""From the CRM to the ERP: an accepted quotation is a sales order in the same transaction, or it is not accepted."""

import datetime
from collections.abc import Sequence
from typing import Any

from crm.pipeline.events import QuotationAccepted
from crm.pipeline.operations.link_sales_orders import link_sales_orders
from crm.pipeline.queries import QuotationOrder, quotation_orders
from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders


def place_accepted(*, events: Sequence[QuotationAccepted], actor: Actor, at: datetime.datetime, **_: Any) -> None:
    """Place the orders of accepted quotations; a refusal of the ERP undoes the acceptance and reaches the salesperson."""
    quotations = {quotation.quotation_id: quotation for quotation in quotation_orders([event.id for event in events])}
    ids = [event.id for event in events]
    placed = place_orders(orders=[_draft(quotations[i]) for i in ids], actor=actor, at=at)
    link_sales_orders(links=[(i, order.id) for i, order in zip(ids, placed, strict=True)], actor=actor, at=at)


def _draft(quotation: QuotationOrder) -> SalesOrderDraft:
    return SalesOrderDraft(
        customer_id=quotation.customer_id,
        warehouse_id=quotation.warehouse_id,
        date=quotation.date,
        promised_date=quotation.promised_date,
        priority=quotation.priority,
        partial_delivery=quotation.partial_delivery,
        currency_code=quotation.currency_code,
        prices_include_tax=quotation.prices_include_tax,
        reference=quotation.reference,
        source=DocumentRef("quotation", quotation.quotation_id),
        lines=[
            OrderLineDraft(
                product_id=line.product_id,
                description=line.description,
                quantity=line.measure.entered,
                unit=line.measure.unit,
                ratio=line.measure.ratio,
                unit_price=line.unit_price,
                discount=line.discount,
            )
            for line in quotation.lines
        ],
    )


def connect() -> None:
    bus.signal_of(QuotationAccepted).connect(place_accepted, dispatch_uid="order_entry.place_accepted")
