"""Reads of sales: what waits, what is open, what a customer owes and will owe."""

from collections.abc import Sequence
from decimal import Decimal

from erp.core.rows import COMPANY, fetch

_EXPOSURE = f"""
SELECT c.id,
       COALESCE((SELECT sum(i.company_residual) FROM ledger_openitem i
                 WHERE i.company_id = {COMPANY} AND i.party_id = c.id AND i.residual <> 0), 0)
     + COALESCE((SELECT sum(round(l.total * o.rate * (l.quantity - l.invoiced) / l.quantity, 2)) FROM sales_salesorder o
                 JOIN sales_salesorderline l ON l.company_id = o.company_id AND l.order_id = o.id
                 WHERE o.company_id = {COMPANY} AND o.customer_id = c.id
                   AND o.state IN ('confirmed', 'partly_delivered', 'delivered')), 0)
FROM unnest(%s::bigint[]) AS c(id)
"""  # noqa: S608
_WAITING = f"""
SELECT order_id FROM (
    SELECT o.id AS order_id, o.priority, o.promised_date,
           sum(l.quantity - l.delivered - l.reserved) OVER (PARTITION BY l.product_id ORDER BY o.priority DESC, o.promised_date, o.id)
           - (l.quantity - l.delivered - l.reserved) AS before, v.on_hand - v.reserved AS available
    FROM sales_salesorderline l
    JOIN sales_salesorder o ON o.company_id = l.company_id AND o.id = l.order_id
    JOIN inventory_stocklevel v ON v.company_id = l.company_id AND v.product_id = l.product_id AND v.warehouse_id = o.warehouse_id
    WHERE l.company_id = {COMPANY} AND l.product_id = ANY(%s::bigint[]) AND l.stocked AND l.quantity > l.delivered + l.reserved
      AND o.warehouse_id = %s AND o.state IN ('confirmed', 'partly_delivered')
) waiting WHERE before < available
GROUP BY order_id, priority, promised_date ORDER BY priority DESC, promised_date, order_id
"""  # noqa: S608


def credit_exposure(customer_ids: Sequence[int]) -> dict[int, Decimal]:
    """Open items plus confirmed orders not yet invoiced, in company currency; payments on account count against it."""
    return dict(fetch(_EXPOSURE, [list(customer_ids)])) if customer_ids else {}


def waiting_orders(*, product_ids: Sequence[int], warehouse_id: int) -> list[int]:
    """Confirmed orders that the available stock of these products can serve at least in part, by priority, promised
    date and time of order."""
    return [row[0] for row in fetch(_WAITING, [list(product_ids), warehouse_id])]
