-- Of the stock moves of the source's documents: units of the opening stock, units left, products of the opening stock
-- whose lowest level was zero, products that were ever below zero (in the order in which the moves were recorded). And
-- both sides of all account balances.
WITH documents AS (
    SELECT 'receipt' AS kind, id FROM inventory_receipt
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND external_source = %s
    UNION ALL
    SELECT 'delivery', id FROM sales_delivery
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND external_source = %s
    UNION ALL
    SELECT 'sales_return', id FROM sales_salesreturn
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND external_source = %s
    UNION ALL
    SELECT 'stock_adjustment', id FROM inventory_adjustment
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND external_source = %s
), moves AS MATERIALIZED (
    SELECT m.id, m.product_id, m.quantity, m.kind FROM inventory_stockmove m
    JOIN documents d ON d.kind = m.kind AND d.id = m.document_id
    WHERE m.company_id = (SELECT current_setting('weft.company_id')::bigint)
), running AS (
    SELECT product_id, kind, sum(quantity) OVER (PARTITION BY product_id ORDER BY id) AS level FROM moves
), lowest AS (
    SELECT product_id, min(level) AS level, bool_or(kind = 'receipt') AS opened FROM running GROUP BY product_id
)
SELECT (SELECT coalesce(sum(quantity), 0) FROM moves WHERE kind = 'receipt'),
       (SELECT coalesce(sum(quantity), 0) FROM moves),
       (SELECT count(*) FROM lowest WHERE level = 0 AND opened),
       (SELECT count(*) FROM lowest WHERE level < 0),
       (SELECT coalesce(sum(debit), 0) FROM ledger_accountbalance
        WHERE company_id = (SELECT current_setting('weft.company_id')::bigint)),
       (SELECT coalesce(sum(credit), 0) FROM ledger_accountbalance
        WHERE company_id = (SELECT current_setting('weft.company_id')::bigint))
