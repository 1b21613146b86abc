"""Reads of sales: what waits, what is open, what a customer owes and will owe."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from erp.core.rows import COMPANY, fetch, fetch_one
from erp.inventory.models import StockLevel
from erp.reference.queries import minor_units
from erp.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine, SalesReturn, SalesReturnLine

_EXPOSURE = "SELECT sales_credit_exposure(%s, true, %s)"
_WAITING = f"""
SELECT order_id FROM (
    SELECT o.id AS order_id, o.priority, COALESCE(o.first_promised_date, o.promised_date) AS promised_date,
           sum(l.quantity - l.delivered - l.reserved)
               OVER (PARTITION BY l.product_id ORDER BY o.priority DESC, COALESCE(o.first_promised_date, o.promised_date), o.id)
           - (l.quantity - l.delivered - l.reserved) AS before, v.on_hand - v.reserved AS available
    FROM sales_salesorderline l
    JOIN sales_salesorder o ON o.company_id = l.company_id AND o.id = l.order_id
    JOIN inventory_stocklevel v ON v.company_id = l.company_id AND v.product_id = l.product_id AND v.warehouse_id = o.warehouse_id
    WHERE l.company_id = {COMPANY} AND l.product_id = ANY(%s::bigint[]) AND l.is_waiting
      AND o.warehouse_id = %s AND o.state IN ('confirmed', 'partly_delivered')
) waiting WHERE before < available
GROUP BY order_id, priority, promised_date ORDER BY priority DESC, promised_date, order_id
"""  # noqa: S608
_ORDER_FACTS = f"""
SELECT o.id, o.number, p.code, w.code, o.currency_code, o.partial_delivery, o.company_total FROM sales_salesorder o
JOIN parties_party p ON p.company_id = o.company_id AND p.id = o.customer_id
JOIN inventory_warehouse w ON w.company_id = o.company_id AND w.id = o.warehouse_id
WHERE o.company_id = {COMPANY} AND o.id = ANY(%s::bigint[]) AND o.state = ANY(%s::text[]) ORDER BY o.id
"""  # noqa: S608
_DELIVERY_FACTS = f"""
SELECT d.id, d.number, p.code, w.code, o.company_total FROM sales_delivery d
JOIN sales_salesorder o ON o.company_id = d.company_id AND o.id = d.order_id
JOIN parties_party p ON p.company_id = d.company_id AND p.id = d.customer_id
JOIN inventory_warehouse w ON w.company_id = d.company_id AND w.id = d.warehouse_id
WHERE d.company_id = {COMPANY} AND d.id = ANY(%s::bigint[]) AND d.invoice_id IS NULL ORDER BY d.id
"""  # noqa: S608
_RETURN_FACTS = f"""
SELECT r.id, r.number, p.code, w.code, r.reason, r.delivery_id IS NOT NULL,
       (SELECT sum(round(l.quantity * l.unit_price * (1 - l.discount)
                         * CASE WHEN r.prices_include_tax THEN 1 ELSE 1 + l.tax_rate END * r.rate, %s::int))
        FROM sales_salesreturnline l WHERE l.company_id = r.company_id AND l.sales_return_id = r.id)
FROM sales_salesreturn r
JOIN parties_party p ON p.company_id = r.company_id AND p.id = r.customer_id
JOIN inventory_warehouse w ON w.company_id = r.company_id AND w.id = r.warehouse_id
LEFT JOIN sales_delivery d ON d.company_id = r.company_id AND d.id = r.delivery_id
WHERE r.company_id = {COMPANY} AND r.id = ANY(%s::bigint[]) AND r.credit_note_id IS NULL
  AND (r.delivery_id IS NULL OR d.invoice_id IS NOT NULL) ORDER BY r.id
"""  # noqa: S608


@dataclass(frozen=True)
class OrderFacts:
    """What a policy may ask about an order; codes, not ids, since people write them into rules."""

    id: int
    number: str
    customer: str
    warehouse: str
    currency_code: str
    partial_delivery: bool
    company_total: Decimal


@dataclass(frozen=True)
class DeliveryFacts:
    """What a policy may ask about a delivery; `order_total` is the whole order's, in company currency."""

    id: int
    number: str
    customer: str
    warehouse: str
    order_total: Decimal


@dataclass(frozen=True)
class ReturnFacts:
    """What a policy may ask about a return; `value` is what it was sold for, tax included, in company currency."""

    id: int
    number: str
    customer: str
    warehouse: str
    reason: str
    has_original: bool
    value: Decimal


def order_facts(order_ids: Sequence[int], *, states: Sequence[str]) -> list[OrderFacts]:
    """Facts of those of the orders that are in one of the states."""
    return [OrderFacts(*row) for row in fetch(_ORDER_FACTS, [list(order_ids), list(states)])]


def delivery_facts(delivery_ids: Sequence[int]) -> list[DeliveryFacts]:
    """Facts of those of the deliveries that are not invoiced yet."""
    return [DeliveryFacts(*row) for row in fetch(_DELIVERY_FACTS, [list(delivery_ids)])]


def products_of_orders(order_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(warehouse, product) of every stocked line of the orders, each once."""
    rows = SalesOrderLine.objects.filter(order_id__in=list(order_ids), stocked=True).order_by()
    return list(rows.values_list("order__warehouse_id", "product_id").distinct())


def return_facts(return_ids: Sequence[int], *, company_currency: str) -> list[ReturnFacts]:
    """Facts of those of the returns that can be credited: not credited yet, their delivery invoiced."""
    return [ReturnFacts(*row) for row in fetch(_RETURN_FACTS, [minor_units(company_currency), list(return_ids)])]


def credit_exposure(customer_id: int, *, company_currency: str) -> Decimal:
    """What counts against the credit limit when the next order is placed, in company currency: open items (money on account
    counts against them) and orders not yet invoiced."""
    return Decimal(fetch_one(_EXPOSURE, [customer_id, minor_units(company_currency)])[0])


def waiting_orders(*, product_ids: Sequence[int], warehouse_id: int) -> list[int]:
    """Confirmed orders that the available stock of these products can serve at least in part, by priority, promised
    date and time of order."""
    return [row[0] for row in fetch(_WAITING, [list(product_ids), warehouse_id])]


def find_order(order_id: int) -> SalesOrder | None:
    return SalesOrder.objects.select_related("customer", "warehouse").filter(pk=order_id).first()


def list_order_lines(order_id: int) -> QuerySet[SalesOrderLine]:
    """The lines with `open` (ordered - delivered), product and unit loaded."""
    lines = SalesOrderLine.objects.filter(order_id=order_id).select_related("product__unit").order_by("sequence")
    return lines.annotate(open=F("quantity") - F("delivered"))


def stock_of(product_ids: Sequence[int], warehouse_id: int) -> dict[int, StockLevel]:
    """The stock levels of products in a warehouse, by product; none where nothing ever lay."""
    levels = StockLevel.objects.filter(warehouse_id=warehouse_id, product_id__in=product_ids)
    return {level.product_id: level for level in levels}


def find_delivery(delivery_id: int) -> Delivery | None:
    return Delivery.objects.select_related("customer", "warehouse", "order", "invoice").filter(pk=delivery_id).first()


def list_delivery_lines(delivery_id: int) -> QuerySet[DeliveryLine]:
    """The lines with `returned`, and product, unit and order line loaded."""
    lines = with_returned(DeliveryLine.objects.filter(delivery_id=delivery_id))
    return lines.select_related("product__unit", "order_line").order_by("sequence")


def with_returned(lines: QuerySet[DeliveryLine]) -> QuerySet[Any]:
    """Delivery lines with `returned`: how much of each came back, the sum of its returns."""
    back = SalesReturnLine.objects.filter(delivery_line_id=OuterRef("pk")).order_by().values("delivery_line_id")
    total = Subquery(back.annotate(total=Sum("quantity")).values("total"))
    return lines.annotate(returned=Coalesce(total, Value(Decimal(0))))


def returnable_lines(delivery_ids: Sequence[int]) -> dict[int, Decimal]:
    """By delivery line of these deliveries: how much of it can still come back."""
    lines = with_returned(DeliveryLine.objects.filter(delivery_id__in=delivery_ids))
    return {pk: quantity - returned for pk, quantity, returned in lines.values_list("pk", "quantity", "returned")}


def find_return(return_id: int) -> SalesReturn | None:
    found = SalesReturn.objects.select_related("customer", "warehouse", "delivery__order", "credit_note")
    return found.filter(pk=return_id).first()


def list_return_lines(return_id: int) -> QuerySet[SalesReturnLine]:
    """The lines with product and unit loaded."""
    return SalesReturnLine.objects.filter(sales_return_id=return_id).select_related("product__unit").order_by("sequence")
