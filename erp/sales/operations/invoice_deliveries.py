"""Invoicing what was delivered, at the terms of the order."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import NotFound, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, execute, fetch
from erp.documents.operations.judge_days import future_refusals
from erp.receivables.operations.post_invoices import InvoiceDraft, InvoiceLineDraft, PostedInvoice, post_invoices_for
from erp.reference.queries import minor_units
from erp.sales.errors import AlreadyInvoiced
from erp.sales.events import SalesReturnInvoiced
from erp.sales.models import SalesReturn
from erp.sales.operations.lock_orders import LockedOrder, OrderLine, lock_delivered_orders
from erp.sales.permissions import INVOICE_DELIVERIES
from erp.sales.rules import share_of_line
from erp.sales.states import SalesOrderState

_ADVANCE = (Path(__file__).parents[1] / "sql" / "advance_invoiced.sql").read_text()
_DELIVERIES = f"""
SELECT d.id, d.number, d.order_id, d.date, d.invoice_id, d.external_source, d.external_ref,
       array_agg(l.order_line_id ORDER BY l.sequence), array_agg(l.quantity ORDER BY l.sequence),
       ARRAY(SELECT r.id FROM sales_salesreturn r WHERE r.company_id = d.company_id AND r.delivery_id = d.id ORDER BY r.id)
FROM sales_delivery d JOIN sales_deliveryline l ON l.company_id = d.company_id AND l.delivery_id = d.id
WHERE d.company_id = {COMPANY} AND d.id = {ANY_ID} GROUP BY d.company_id, d.id ORDER BY d.id
"""  # noqa: S608


@dataclass(frozen=True)
class DeliveredGoods:
    """A delivery to invoice: order lines and quantities, in sequence, and the returns that wait for the invoice."""

    id: int
    number: str
    order_id: int
    date: datetime.date
    invoice_id: int | None
    external_source: str
    external_ref: str
    line_ids: list[int]
    quantities: list[Decimal]
    return_ids: list[int]


@operation(INVOICE_DELIVERIES)
def invoice_deliveries(
    *, delivery_ids: Sequence[int], actor: Actor, at: datetime.datetime, date: datetime.date | None = None
) -> list[PostedInvoice]:
    """Post one invoice per delivery, dated `date` or else the day of the delivery. A second press is refused, and so
    is a date after today.

    What came back already is invoiced too, and credited afterwards against this invoice.
    """
    orders, lines_by_order = lock_delivered_orders(delivery_ids)
    goods = [DeliveredGoods(*row) for row in fetch(_DELIVERIES, [list(delivery_ids)])]
    known = {delivery.id for delivery in goods}
    raise_refusals(
        [NotFound(field="delivery", what=_("delivery"), value=i) for i in delivery_ids if i not in known]
        + [AlreadyInvoiced(document=d.number, document_id=d.id) for d in goods if d.invoice_id]
        + future_refusals([date], actor=actor, at=at)
    )
    lines = {line.id: line for of_order in lines_by_order.values() for line in of_order}
    invoiced = {line_id: line.invoiced for line_id, line in lines.items()}
    drafts = [_draft(delivery, orders[delivery.order_id], lines, invoiced, date) for delivery in goods]
    posted = post_invoices_for(invoices=drafts, actor=actor, at=at)
    links = {delivery.id: invoice.id for delivery, invoice in zip(goods, posted, strict=True)}
    _advance(orders, lines, invoiced, links)
    _release_returns({i: invoice.id for d, invoice in zip(goods, posted, strict=True) for i in d.return_ids}, at)
    return posted


def _release_returns(invoice_of: dict[int, int], at: datetime.datetime) -> None:
    """Say of the returns that came before their invoice that they can be credited now; nothing is asked without one."""
    numbers = SalesReturn.objects.filter(pk__in=invoice_of).values_list("pk", "number", "customer_id") if invoice_of else ()
    bus.publish(
        [
            SalesReturnInvoiced(
                id=pk,
                number=number,
                status="posted",
                customer_id=customer_id,
                invoice_id=invoice_of[pk],
                stems_from=DocumentRef("invoice", invoice_of[pk]),
            )
            for pk, number, customer_id in numbers
        ],
        at=at,
    )


def _draft(
    delivery: DeliveredGoods,
    order: LockedOrder,
    lines: dict[int, OrderLine],
    invoiced: dict[int, Decimal],
    date: datetime.date | None,
) -> InvoiceDraft:
    places = minor_units(order.currency_code)
    drafts = []
    for line_id, quantity in zip(delivery.line_ids, delivery.quantities, strict=True):
        line, before = lines[line_id], invoiced[line_id]
        net, tax = (
            share_of_line(amount, ordered=line.quantity, before=before, quantity=quantity, places=places)
            for amount in (line.net, line.tax)
        )
        invoiced[line_id] = before + quantity
        measure, unit_price = line.in_its_unit(quantity)
        drafts.append(
            InvoiceLineDraft(
                product_id=line.product_id,
                description=line.description,
                quantity=quantity,
                unit=measure.unit,
                entered_quantity=measure.entered,
                unit_numerator=measure.ratio.numerator,
                unit_denominator=measure.ratio.denominator,
                unit_price=unit_price,
                discount=line.discount,
                tax_code=line.tax_code,
                tax_rate=line.tax_rate,
                net=net,
                tax=tax,
            )
        )
    on = date or delivery.date
    return InvoiceDraft(
        customer_id=order.customer_id,
        date=on,
        due_date=on + datetime.timedelta(days=order.payment_days),
        currency_code=order.currency_code,
        rate=order.rate,
        prices_include_tax=order.prices_include_tax,
        lines=drafts,
        source=DocumentRef("delivery", delivery.id),
        external_source=delivery.external_source,
        external_ref=delivery.external_ref,
    )


def _advance(
    orders: dict[int, LockedOrder], lines: dict[int, OrderLine], invoiced: dict[int, Decimal], links: dict[int, int]
) -> None:
    changed = {line_id: quantity for line_id, quantity in sorted(invoiced.items()) if quantity != lines[line_id].invoiced}
    waiting = {line.order_id for line_id, line in lines.items() if invoiced[line_id] < line.quantity}
    done = [o.id for o in orders.values() if o.state == SalesOrderState.DELIVERED and o.id not in waiting]
    execute(_ADVANCE, [list(changed), list(changed.values()), done, list(links), list(links.values())])
