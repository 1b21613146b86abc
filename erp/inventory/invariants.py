"""What must be true of the stock."""

from erp.catalog.measures import entered_quantities
from erp.core.invariants import Invariant, declare, sums_of_lines, totals_of


def _levels(column: str, facts: str, quantity: str) -> str:
    return f"""
SELECT l.id, product_id, warehouse_id, p.sku || ' @ ' || w.code AS key,
       coalesce(l.{column}, 0) AS stored, coalesce(f.total, 0) AS derived
FROM inventory_stocklevel l
FULL JOIN (SELECT product_id, warehouse_id, sum({quantity}) AS total FROM {facts} GROUP BY 1, 2) f
     USING (product_id, warehouse_id)
JOIN catalog_product p ON p.id = product_id
JOIN inventory_warehouse w ON w.id = warehouse_id
"""  # noqa: S608


def _moves(head: str, line: str, link: str, kind: str, quantity: str, among: str = "true") -> str:
    """Lines of stock documents (`among` them, of those that move stock) against their moves; a move refers to its line by
    sequence."""
    return f"""
SELECT coalesce(l.number, m.document_number) || ' line ' || line_id AS key,
       coalesce(l.quantity, 0) AS stored, coalesce(m.quantity, 0) AS derived
FROM (SELECT h.id AS document_id, h.number, x.sequence::bigint AS line_id, {quantity} AS quantity
      FROM {head} h JOIN {line} x ON x.{link} = h.id WHERE {quantity} <> 0 AND {among}) l
FULL JOIN (SELECT document_id, line_id, document_number, quantity FROM inventory_stockmove WHERE kind = '{kind}') m
     USING (document_id, line_id)
"""  # noqa: S608


def _values(head: str, line: str, link: str, kind: str, among: str = "true") -> str:
    return f"""
SELECT h.number || ' line ' || x.sequence AS key, x.value AS stored, coalesce(sum(v.amount), 0) AS derived
FROM {head} h JOIN {line} x ON x.{link} = h.id
LEFT JOIN inventory_stockmove m ON m.kind = '{kind}' AND m.document_id = h.id AND m.line_id = x.sequence
LEFT JOIN inventory_valueentry v ON v.move_id = m.id
WHERE {among}
GROUP BY h.number, x.id, x.sequence, x.value
"""  # noqa: S608


_SINCE_OPENING = "h.purpose <> 'history'"
_VALUE_IN_BOOKS = """
SELECT a.code || ' ' || a.name AS key,
       (SELECT coalesce(sum(value), 0) FROM inventory_stocklevel) AS stored,
       (SELECT coalesce(sum(b.debit - b.credit), 0) FROM ledger_accountbalance b WHERE b.account_id = a.id) AS derived
FROM ledger_postingaccount r JOIN ledger_ledgeraccount a ON a.id = r.account_id WHERE r.role = 'inventory'
"""
_VALUE_PER_ENTRY = """
SELECT coalesce(e.number, 'entry ' || entry_id) AS key, coalesce(v.amount, 0) AS stored, coalesce(b.amount, 0) AS derived
FROM (SELECT entry_id, sum(amount) AS amount FROM inventory_valueentry GROUP BY 1) v
FULL JOIN (SELECT l.entry_id, sum(l.debit - l.credit) AS amount FROM ledger_journalline l
           JOIN ledger_postingaccount r ON r.role = 'inventory' AND r.account_id = l.account_id GROUP BY 1) b USING (entry_id)
LEFT JOIN ledger_journalentry e ON e.id = entry_id
"""
# One sort of the moves; those of a day share one running sum. A row per level, with the first day it was short.
_STOCK_OF_EACH_DAY = """
SELECT p.sku || ' @ ' || w.code || coalesce(' on ' || short_on, '') AS key, least(lowest, 0) AS stored, 0 AS derived
FROM (SELECT product_id, warehouse_id, min(total) AS lowest, min(date) FILTER (WHERE total < 0) AS short_on
      FROM (SELECT product_id, warehouse_id, date,
                   sum(quantity) OVER (PARTITION BY product_id, warehouse_id ORDER BY date) AS total
            FROM inventory_stockmove) days
      GROUP BY 1, 2) levels
JOIN catalog_product p ON p.id = product_id
JOIN inventory_warehouse w ON w.id = warehouse_id
"""
_VALUE_OF_MOVE = """
SELECT m.document_number || ' move ' || v.move_id AS key,
       (v.product_id, v.warehouse_id, v.date, sign(v.amount))::text AS stored,
       (m.product_id, m.warehouse_id, m.date, sign(m.quantity))::text AS derived
FROM inventory_valueentry v LEFT JOIN inventory_stockmove m ON m.id = v.move_id
"""

declare(
    Invariant(
        name="inventory.on_hand",
        sentence="stock levels: on hand = Σ moves",
        sql=_levels("on_hand", "inventory_stockmove", "quantity"),
        totals=totals_of("inventory.StockLevel", "on_hand"),
        missing=("product_id", "warehouse_id"),
    ),
    Invariant(
        name="inventory.stock_of_each_day",
        sentence="stock at the end of each day is zero or more",
        sql=_STOCK_OF_EACH_DAY,
    ),
    Invariant(
        name="inventory.reserved",
        sentence="stock levels: reserved = Σ reservations",
        sql=_levels("reserved", "inventory_reservation", "quantity"),
        totals=totals_of("inventory.StockLevel", "reserved"),
        missing=("product_id", "warehouse_id"),
    ),
    Invariant(
        name="inventory.value",
        sentence="stock levels: value = Σ value entries",
        sql=_levels("value", "inventory_valueentry", "amount"),
        totals=totals_of("inventory.StockLevel", "value"),
        missing=("product_id", "warehouse_id"),
    ),
    Invariant(
        name="inventory.value_in_books",
        sentence="stock value = balance of the inventory account",
        sql=_VALUE_IN_BOOKS,
    ),
    Invariant(
        name="inventory.value_per_entry",
        sentence="value entries of each journal entry = its lines on the inventory account",
        sql=_VALUE_PER_ENTRY,
    ),
    Invariant(
        name="inventory.value_of_move",
        sentence="each value entry has the product, warehouse, day and sign of its move",
        sql=_VALUE_OF_MOVE,
    ),
    Invariant(
        name="inventory.receipt_value",
        sentence="receipts: value = Σ lines",
        sql=sums_of_lines(head="inventory_receipt", line="inventory_receiptline", link="receipt_id", columns=["value"]),
        totals=totals_of("inventory.Receipt", "value"),
    ),
    Invariant(
        name="inventory.receipt_moves",
        sentence="receipt lines = moves of receipts",
        sql=_moves("inventory_receipt", "inventory_receiptline", "receipt_id", "receipt", "x.quantity", _SINCE_OPENING),
    ),
    Invariant(
        name="inventory.receipt_line_value",
        sentence="receipt lines: value = Σ value entries of their moves",
        sql=_values("inventory_receipt", "inventory_receiptline", "receipt_id", "receipt", _SINCE_OPENING),
    ),
    Invariant(
        name="inventory.adjustment_value",
        sentence="stock adjustments: value = Σ lines",
        sql=sums_of_lines(head="inventory_adjustment", line="inventory_adjustmentline", link="adjustment_id", columns=["value"]),
        totals=totals_of("inventory.Adjustment", "value"),
    ),
    Invariant(
        name="inventory.adjustment_moves",
        sentence="adjustment lines = moves of adjustments",
        sql=_moves("inventory_adjustment", "inventory_adjustmentline", "adjustment_id", "stock_adjustment", "x.quantity"),
    ),
    Invariant(
        name="inventory.adjustment_line_value",
        sentence="adjustment lines: value = Σ value entries of their moves",
        sql=_values("inventory_adjustment", "inventory_adjustmentline", "adjustment_id", "stock_adjustment"),
    ),
    Invariant(
        name="inventory.count_value",
        sentence="stock counts: value of the variance = Σ lines",
        sql=sums_of_lines(head="inventory_count", line="inventory_countline", link="count_id", columns=["value"]),
        totals=totals_of("inventory.Count", "value"),
    ),
    Invariant(
        name="inventory.count_moves",
        sentence="variances of counted lines = moves of counts",
        sql=_moves("inventory_count", "inventory_countline", "count_id", "stock_count", "(x.found - x.expected)"),
    ),
    Invariant(
        name="inventory.count_line_value",
        sentence="counted lines: value = Σ value entries of their moves",
        sql=_values("inventory_count", "inventory_countline", "count_id", "stock_count"),
    ),
    Invariant(
        name="inventory.entered_quantities",
        sentence="receipt lines: quantity = quantity as entered × what its unit holds",
        sql=entered_quantities(head="inventory_receipt", line="inventory_receiptline", link="receipt_id"),
    ),
    Invariant(
        name="inventory.adjusted_as_entered",
        sentence="adjustment lines: quantity = quantity as entered × what its unit holds",
        sql=entered_quantities(head="inventory_adjustment", line="inventory_adjustmentline", link="adjustment_id"),
    ),
)
