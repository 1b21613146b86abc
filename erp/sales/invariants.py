"""What must be true of sales orders, deliveries and returns."""

from erp.catalog.measures import entered_quantities
from erp.core.invariants import Invariant, declare, sums_of_lines, totals_of


def _lines(column: str, facts: str) -> str:
    """A quantity of the order lines against `facts`: rows of (line_id, quantity)."""
    return f"""
SELECT l.id, o.number || ' line ' || l.sequence AS key, l.{column} AS stored, coalesce(f.quantity, 0) AS derived
FROM sales_salesorderline l JOIN sales_salesorder o ON o.id = l.order_id
LEFT JOIN (SELECT line_id, sum(quantity) AS quantity FROM ({facts}) x GROUP BY 1) f ON f.line_id = l.id
"""  # noqa: S608


_RESERVED = "SELECT line_id, quantity FROM inventory_reservation WHERE kind = 'sales_order'"
_DELIVERED = "SELECT order_line_id AS line_id, quantity FROM sales_deliveryline"
_INVOICED = """
SELECT l.order_line_id AS line_id, l.quantity FROM sales_deliveryline l
JOIN sales_delivery d ON d.id = l.delivery_id WHERE d.invoice_id IS NOT NULL
"""
_RETURNED = """
SELECT d.order_line_id AS line_id, r.quantity FROM sales_salesreturnline r JOIN sales_deliveryline d ON d.id = r.delivery_line_id
"""
_COMPANY_TOTAL = """
SELECT o.id, o.number AS key, o.company_total AS stored, round(o.total * o.rate, k.minor_units) AS derived
FROM sales_salesorder o JOIN identity_company c ON c.id = o.company_id JOIN reference_currency k ON k.code = c.currency_code
"""
_LIVING_LINE = """
SELECT coalesce(o.number || ' line ' || l.sequence, 'reservation ' || r.id) AS key, true AS derived,
       coalesce(o.state IN ('confirmed', 'partly_delivered') AND l.stocked AND l.product_id = r.product_id
                AND o.warehouse_id = r.warehouse_id AND o.id = r.document_id, false) AS stored
FROM inventory_reservation r
LEFT JOIN sales_salesorderline l ON l.id = r.line_id
LEFT JOIN sales_salesorder o ON o.id = l.order_id
WHERE r.kind = 'sales_order'
"""
_WITHIN_OPEN = """
SELECT o.number || ' line ' || l.sequence AS key, l.reserved AS stored, least(l.reserved, l.quantity - l.delivered) AS derived
FROM sales_salesorderline l JOIN sales_salesorder o ON o.id = l.order_id
"""
_STATE = """
SELECT o.number AS key, o.state AS stored, CASE
         WHEN q.invoiced = q.ordered THEN 'invoiced'
         WHEN q.delivered = q.ordered THEN 'delivered'
         WHEN o.state = 'cancelled' THEN 'cancelled'
         WHEN q.delivered > 0 THEN 'partly_delivered'
         WHEN q.reserved > 0 THEN 'confirmed'
         WHEN o.state IN ('placed', 'confirmed') THEN o.state
         ELSE 'placed' END AS derived
FROM sales_salesorder o
JOIN (SELECT order_id, sum(quantity) AS ordered, sum(delivered) AS delivered, sum(invoiced) AS invoiced, sum(reserved) AS reserved
      FROM sales_salesorderline GROUP BY 1) q ON q.order_id = o.id
"""
_MOVES = """
SELECT coalesce(l.number, m.document_number) || ' order line ' || line_id AS key,
       coalesce(l.quantity, 0) AS stored, coalesce(m.quantity, 0) AS derived
FROM (SELECT d.id AS document_id, d.number, x.order_line_id AS line_id, x.quantity FROM sales_delivery d
      JOIN sales_deliveryline x ON x.delivery_id = d.id JOIN sales_salesorderline s ON s.id = x.order_line_id AND s.stocked) l
FULL JOIN (SELECT document_id, line_id, document_number, -quantity AS quantity FROM inventory_stockmove WHERE kind = 'delivery') m
     USING (document_id, line_id)
"""
_COSTS = """
SELECT d.number || ' line ' || x.sequence AS key, x.cost AS stored, -coalesce(sum(v.amount), 0) AS derived
FROM sales_delivery d JOIN sales_deliveryline x ON x.delivery_id = d.id
LEFT JOIN inventory_stockmove m ON m.kind = 'delivery' AND m.document_id = d.id AND m.line_id = x.order_line_id
LEFT JOIN inventory_valueentry v ON v.move_id = m.id
GROUP BY d.number, x.id, x.sequence, x.cost
"""
_BACK_OF_DELIVERED = """
SELECT d.number || ' line ' || l.sequence AS key, r.quantity AS stored, least(r.quantity, l.quantity) AS derived
FROM (SELECT delivery_line_id, sum(quantity) AS quantity FROM sales_salesreturnline
      WHERE delivery_line_id IS NOT NULL GROUP BY 1) r
JOIN sales_deliveryline l ON l.id = r.delivery_line_id JOIN sales_delivery d ON d.id = l.delivery_id
"""
_COST_BACK = """
SELECT d.number || ' line ' || l.sequence AS key, r.cost AS stored,
       CASE WHEN r.quantity = l.quantity THEN l.cost ELSE least(r.cost, l.cost) END AS derived
FROM (SELECT delivery_line_id, sum(quantity) AS quantity, sum(cost) AS cost FROM sales_salesreturnline
      WHERE delivery_line_id IS NOT NULL GROUP BY 1) r
JOIN sales_deliveryline l ON l.id = r.delivery_line_id JOIN sales_delivery d ON d.id = l.delivery_id
"""
_OF_ITS_DELIVERY = """
SELECT r.number || ' line ' || x.sequence AS key, (r.delivery_id, r.customer_id, x.product_id)::text AS stored,
       (l.delivery_id, d.customer_id, l.product_id)::text AS derived
FROM sales_salesreturnline x JOIN sales_salesreturn r ON r.id = x.sales_return_id
JOIN sales_deliveryline l ON l.id = x.delivery_line_id JOIN sales_delivery d ON d.id = l.delivery_id
"""
_RETURN_MOVES = """
SELECT coalesce(l.number, m.document_number) || ' line ' || line_id AS key,
       coalesce(l.quantity, 0) AS stored, coalesce(m.quantity, 0) AS derived
FROM (SELECT r.id AS document_id, r.number, x.sequence::bigint AS line_id, x.quantity
      FROM sales_salesreturn r JOIN sales_salesreturnline x ON x.sales_return_id = r.id WHERE x.stocked) l
FULL JOIN (SELECT document_id, line_id, document_number, quantity FROM inventory_stockmove WHERE kind = 'sales_return') m
     USING (document_id, line_id)
"""
_RETURN_COSTS = """
SELECT r.number || ' line ' || x.sequence AS key, x.cost AS stored, coalesce(sum(v.amount), 0) AS derived
FROM sales_salesreturn r JOIN sales_salesreturnline x ON x.sales_return_id = r.id
LEFT JOIN inventory_stockmove m ON m.kind = 'sales_return' AND m.document_id = r.id AND m.line_id = x.sequence
LEFT JOIN inventory_valueentry v ON v.move_id = m.id
GROUP BY r.number, x.id, x.sequence, x.cost
"""
_CREDITED_GOODS = """
SELECT r.number || ' line ' || x.sequence AS key, (x.product_id, x.quantity, d.invoice_id, r.customer_id)::text AS stored,
       (l.product_id, l.quantity, n.invoice_id, n.customer_id)::text AS derived
FROM sales_salesreturn r JOIN sales_salesreturnline x ON x.sales_return_id = r.id
LEFT JOIN sales_delivery d ON d.id = r.delivery_id
LEFT JOIN receivables_creditnote n ON n.id = r.credit_note_id
LEFT JOIN receivables_creditnoteline l ON l.credit_note_id = n.id AND l.sequence = x.sequence
WHERE r.credit_note_id IS NOT NULL
"""
_HAS_LINES = """
SELECT d.number AS key, count(x.id) AS stored, greatest(count(x.id), 1) AS derived
FROM sales_delivery d LEFT JOIN sales_deliveryline x ON x.delivery_id = d.id GROUP BY d.id, d.number
"""
_INVOICED_GOODS = """
SELECT i.number || ' ' || p.sku AS key, coalesce(b.quantity, 0) AS stored, coalesce(g.quantity, 0) AS derived
FROM (SELECT d.invoice_id, x.product_id, sum(x.quantity) AS quantity FROM sales_delivery d
      JOIN sales_deliveryline x ON x.delivery_id = d.id WHERE d.invoice_id IS NOT NULL GROUP BY 1, 2) g
FULL JOIN (SELECT invoice_id, product_id, sum(quantity) AS quantity FROM receivables_invoiceline
           WHERE invoice_id IN (SELECT invoice_id FROM sales_delivery) GROUP BY 1, 2) b USING (invoice_id, product_id)
LEFT JOIN receivables_invoice i ON i.id = invoice_id
LEFT JOIN catalog_product p ON p.id = product_id
"""
_INVOICED_TOTAL = """
SELECT o.number AS key, o.total AS stored, coalesce(sum(i.total), 0) AS derived
FROM sales_salesorder o
LEFT JOIN (SELECT DISTINCT order_id, invoice_id FROM sales_delivery) d ON d.order_id = o.id
LEFT JOIN receivables_invoice i ON i.id = d.invoice_id
WHERE o.state = 'invoiced' GROUP BY o.id, o.number, o.total
"""

declare(
    Invariant(
        name="sales.order_totals",
        sentence="sales orders: net, tax and total = Σ lines",
        sql=sums_of_lines(head="sales_salesorder", line="sales_salesorderline", link="order_id", columns=["net", "tax", "total"]),
        totals=totals_of("sales.SalesOrder", "net", "tax", "total"),
    ),
    Invariant(
        name="sales.company_total",
        sentence="sales orders: total in company currency = total × rate",
        sql=_COMPANY_TOTAL,
        totals=totals_of("sales.SalesOrder", "company_total"),
    ),
    Invariant(
        name="sales.reserved",
        sentence="order lines: reserved = Σ reservations",
        sql=_lines("reserved", _RESERVED),
        totals=totals_of("sales.SalesOrderLine", "reserved"),
    ),
    Invariant(
        name="sales.delivered",
        sentence="order lines: delivered = Σ delivery lines",
        sql=_lines("delivered", _DELIVERED),
        totals=totals_of("sales.SalesOrderLine", "delivered"),
    ),
    Invariant(
        name="sales.invoiced",
        sentence="order lines: invoiced = Σ lines of invoiced deliveries",
        sql=_lines("invoiced", _INVOICED),
        totals=totals_of("sales.SalesOrderLine", "invoiced"),
    ),
    Invariant(
        name="sales.returned",
        sentence="order lines: returned = Σ return lines",
        sql=_lines("returned", _RETURNED),
        totals=totals_of("sales.SalesOrderLine", "returned"),
    ),
    Invariant(
        name="sales.living_line",
        sentence="each reservation belongs to a line of an open order, of that product and warehouse",
        sql=_LIVING_LINE,
    ),
    Invariant(name="sales.within_open", sentence="order lines: reserved <= ordered - delivered", sql=_WITHIN_OPEN),
    Invariant(name="sales.state", sentence="the state of each order is that of its quantities", sql=_STATE),
    Invariant(
        name="sales.delivery_cost",
        sentence="deliveries: cost = Σ lines",
        sql=sums_of_lines(head="sales_delivery", line="sales_deliveryline", link="delivery_id", columns=["cost"]),
        totals=totals_of("sales.Delivery", "cost"),
    ),
    Invariant(name="sales.delivery_lines", sentence="each delivery has lines", sql=_HAS_LINES),
    Invariant(name="sales.delivery_moves", sentence="delivery lines of stocked products = moves of deliveries", sql=_MOVES),
    Invariant(name="sales.line_cost", sentence="delivery lines: cost = Σ value entries of their moves", sql=_COSTS),
    Invariant(
        name="sales.invoiced_goods",
        sentence="invoice lines of deliveries = what was delivered",
        sql=_INVOICED_GOODS,
    ),
    Invariant(name="sales.invoiced_total", sentence="invoiced orders: total = Σ invoices", sql=_INVOICED_TOTAL),
    Invariant(
        name="sales.return_cost",
        sentence="sales returns: cost = Σ lines",
        sql=sums_of_lines(head="sales_salesreturn", line="sales_salesreturnline", link="sales_return_id", columns=["cost"]),
        totals=totals_of("sales.SalesReturn", "cost"),
    ),
    Invariant(
        name="sales.back_of_delivered", sentence="what came back of a delivery line <= what was delivered", sql=_BACK_OF_DELIVERED
    ),
    Invariant(
        name="sales.cost_back",
        sentence="a delivery line that came back wholly is worth what it left with, one that came back partly no more",
        sql=_COST_BACK,
    ),
    Invariant(
        name="sales.return_original",
        sentence="return lines belong to the delivery, customer and product of their return",
        sql=_OF_ITS_DELIVERY,
    ),
    Invariant(name="sales.return_moves", sentence="return lines of stocked products = moves of returns", sql=_RETURN_MOVES),
    Invariant(name="sales.return_line_cost", sentence="return lines: cost = Σ value entries of their moves", sql=_RETURN_COSTS),
    Invariant(
        name="sales.credited_goods",
        sentence="credit notes of returns credit what came back, against the invoice of the delivery",
        sql=_CREDITED_GOODS,
    ),
    Invariant(
        name="sales.entered_quantities",
        sentence="order lines: quantity = quantity as entered × what its unit holds",
        sql=entered_quantities(head="sales_salesorder", line="sales_salesorderline", link="order_id"),
    ),
    Invariant(
        name="sales.returned_as_entered",
        sentence="return lines: quantity = quantity as entered × what its unit holds",
        sql=entered_quantities(head="sales_salesreturn", line="sales_salesreturnline", link="sales_return_id"),
    ),
)
