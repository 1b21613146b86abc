"""What must be true of agreements, purchase orders, receipts against them and what is not billed yet."""

from erp.catalog.measures import entered_quantities
from erp.core.invariants import Invariant, declare, sums_of_lines, totals_of


def _lines(column: str, facts: str) -> str:
    """A quantity of the order lines against `facts`: rows of (line_id, quantity)."""
    return f"""
SELECT l.id, o.number || ' line ' || l.sequence AS key, l.{column} AS stored, coalesce(f.quantity, 0) AS derived
FROM purchasing_purchaseorderline l JOIN purchasing_purchaseorder o ON o.id = l.order_id
LEFT JOIN (SELECT line_id, sum(quantity) AS quantity FROM ({facts}) x GROUP BY 1) f ON f.line_id = l.id
"""  # noqa: S608


_RECEIVED = "SELECT order_line_id AS line_id, accepted AS quantity FROM purchasing_goodsreceiptline"
_REJECTED = "SELECT order_line_id AS line_id, rejected AS quantity FROM purchasing_goodsreceiptline"
_RETURNED = "SELECT order_line_id AS line_id, quantity FROM purchasing_purchasereturnline"
_BILLED = """
SELECT order_line_id AS line_id, -quantity AS quantity FROM purchasing_clearingfact
WHERE kind IN ('bill', 'vendor_credit') AND order_line_id IS NOT NULL
"""
_COMPANY_TOTAL = """
SELECT o.id, o.number AS key, o.company_total AS stored, round(l.total * o.rate, k.minor_units) AS derived
FROM purchasing_purchaseorder o JOIN identity_company c ON c.id = o.company_id
JOIN reference_currency k ON k.code = c.currency_code
CROSS JOIN LATERAL (SELECT coalesce(sum(total), 0) AS total FROM purchasing_purchaseorderline WHERE order_id = o.id) l
"""
_STATE = """
SELECT o.number AS key, o.state AS stored, CASE
         WHEN o.state IN ('closed', 'cancelled') THEN o.state
         WHEN q.complete THEN 'received'
         WHEN q.received > 0 THEN 'partly_received'
         WHEN o.issued_at IS NOT NULL THEN CASE WHEN o.state = 'confirmed' THEN 'confirmed' ELSE 'issued' END
         ELSE CASE WHEN o.state = 'awaiting_approval' THEN o.state ELSE 'draft' END END AS derived
FROM purchasing_purchaseorder o
JOIN (SELECT order_id, bool_and(received >= quantity OR closed_short) AS complete, sum(received) AS received
      FROM purchasing_purchaseorderline GROUP BY 1) q ON q.order_id = o.id
"""
_REQUISITIONS = """
SELECT r.number AS key, r.state AS stored, CASE
         WHEN q.ordered = q.lines THEN 'ordered'
         WHEN q.ordered = 0 THEN CASE WHEN r.state = 'cancelled' THEN r.state ELSE 'open' END
         ELSE CASE WHEN r.state = 'ordered' THEN r.state ELSE 'open' END END AS derived
FROM purchasing_requisition r
JOIN (SELECT requisition_id, count(*) AS lines, count(order_line_id) AS ordered FROM purchasing_requisitionline GROUP BY 1) q
  ON q.requisition_id = r.id
"""
_RECEIPT_WORTH = """
SELECT r.number AS key, g.value AS stored, r.value AS derived
FROM (SELECT receipt_id, sum(value) AS value FROM purchasing_goodsreceiptline WHERE receipt_id IS NOT NULL GROUP BY 1) g
JOIN inventory_receipt r ON r.id = g.receipt_id
"""
# Of receipts: what is owed at the order's price until it is billed.
_RECEIPT_CLEARING = """
SELECT r.number || ' line ' || line_id AS key, coalesce(g.value, 0) AS stored, coalesce(f.amount, 0) AS derived
FROM (SELECT receipt_id, order_line_id AS line_id, sum(value) AS value FROM purchasing_goodsreceiptline
      WHERE receipt_id IS NOT NULL AND accepted > 0 GROUP BY 1, 2) g
FULL JOIN (SELECT document_id AS receipt_id, order_line_id AS line_id, sum(amount) AS amount FROM purchasing_clearingfact
           WHERE kind = 'receipt' AND order_line_id IS NOT NULL GROUP BY 1, 2) f USING (receipt_id, line_id)
LEFT JOIN inventory_receipt r ON r.id = receipt_id
"""
_LINE_OF_ITS_ORDER = """
SELECT o.number || ' line ' || l.sequence AS key, l.supplier_id::text AS stored, o.supplier_id::text AS derived
FROM purchasing_purchaseorderline l JOIN purchasing_purchaseorder o ON o.id = l.order_id
"""
_FIRST_PROMISE = """
SELECT o.number || ' line ' || l.sequence AS key,
       (l.first_promised_date IS NULL) = (l.last_promised_date IS NULL) AS stored, true AS derived
FROM purchasing_purchaseorderline l JOIN purchasing_purchaseorder o ON o.id = l.order_id
"""
_BILL_CLEARING = """
SELECT b.number || ' line ' || line_id AS key, coalesce(l.amount, 0) AS stored, coalesce(f.amount, 0) AS derived
FROM (SELECT x.bill_id, x.source_id AS line_id, sum(CASE v.kind WHEN 'credit' THEN 1 ELSE -1 END * x.clearing) AS amount
      FROM payables_vendorbillline x JOIN payables_vendorbill v ON v.id = x.bill_id
      WHERE v.state = 'posted' AND x.source_kind = 'purchase_order_line' GROUP BY 1, 2) l
FULL JOIN (SELECT document_id AS bill_id, order_line_id AS line_id, sum(amount) AS amount FROM purchasing_clearingfact
           WHERE document_kind = 'vendor_bill' GROUP BY 1, 2) f USING (bill_id, line_id)
LEFT JOIN payables_vendorbill b ON b.id = bill_id
"""
# Receipts without an order never stand in clearing facts: they are what is left of the account.
_CLEARING_ACCOUNT = """
SELECT 'clearing' AS key, coalesce((
           SELECT sum(l.credit - l.debit) FROM ledger_journalline l
           JOIN ledger_postingaccount r ON r.role = 'stock_clearing' AND r.account_id = l.account_id
           JOIN ledger_journalentry e ON e.id = l.entry_id
           WHERE e.kind <> 'receipt' OR e.document_id IN (SELECT receipt_id FROM purchasing_goodsreceiptline)), 0) AS stored,
       coalesce((SELECT sum(amount) FROM purchasing_clearingfact), 0) AS derived
"""

declare(
    Invariant(
        name="purchasing.order_totals",
        sentence="purchase orders: net, tax and total = Σ lines",
        sql=sums_of_lines(
            head="purchasing_purchaseorder",
            line="purchasing_purchaseorderline",
            link="order_id",
            columns=["net", "tax", "total"],
        ),
        totals=totals_of("purchasing.PurchaseOrder", "net", "tax", "total"),
    ),
    Invariant(
        name="purchasing.order_company_total",
        sentence="purchase orders: the total in company currency is Σ lines at the order's rate",
        sql=_COMPANY_TOTAL,
        totals=totals_of("purchasing.PurchaseOrder", "company_total"),
    ),
    *(
        Invariant(
            name=f"purchasing.line_{column}",
            sentence=f"purchase order lines: {column} = {words}",
            sql=_lines(column, facts),
            totals=totals_of("purchasing.PurchaseOrderLine", column),
        )
        for column, words, facts in (
            ("received", "Σ accepted", _RECEIVED),
            ("rejected", "Σ rejected at the door", _REJECTED),
            ("returned", "Σ returned", _RETURNED),
            ("billed", "Σ billed less credited", _BILLED),
        )
    ),
    Invariant(
        name="purchasing.entered_quantities",
        sentence="purchase order lines: quantity = entered quantity × what its unit holds",
        sql=entered_quantities(head="purchasing_purchaseorder", line="purchasing_purchaseorderline", link="order_id"),
    ),
    Invariant(
        name="purchasing.requisition_quantities",
        sentence="requisition lines: quantity = entered quantity × what its unit holds",
        sql=entered_quantities(head="purchasing_requisition", line="purchasing_requisitionline", link="requisition_id"),
    ),
    Invariant(
        name="purchasing.requisition_state",
        sentence="requisitions: ordered when nothing is left to order, cancelled only where nothing was",
        sql=_REQUISITIONS,
    ),
    Invariant(
        name="purchasing.order_state",
        sentence="purchase orders: the state is what issue and receipts say",
        sql=_STATE,
    ),
    Invariant(
        name="purchasing.receipt_worth",
        sentence="receipts of orders: their value = Σ what was kept of the order lines",
        sql=_RECEIPT_WORTH,
    ),
    Invariant(
        name="purchasing.receipt_clearing",
        sentence="every receipt of an order line stands in clearing with its value, and nothing else does",
        sql=_RECEIPT_CLEARING,
    ),
    Invariant(
        name="purchasing.line_supplier",
        sentence="purchase order lines: their supplier is the order's",
        sql=_LINE_OF_ITS_ORDER,
    ),
    Invariant(
        name="purchasing.first_promise",
        sentence="purchase order lines: a latest promise has a first one",
        sql=_FIRST_PROMISE,
    ),
    Invariant(
        name="purchasing.bill_clearing",
        sentence="every posted line of a bill stands in clearing with what it took, and nothing else does",
        sql=_BILL_CLEARING,
    ),
    Invariant(
        name="purchasing.clearing_account",
        sentence="Σ clearing of order lines = the clearing account, receipts without an order left out",
        sql=_CLEARING_ACCOUNT,
    ),
)
