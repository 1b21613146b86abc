-- Of the stock moves of the source's receipts and deliveries: units that came in, units left, products whose lowest level
-- was zero and below zero (in the order in which the moves were recorded). And both sides of all account balances.
WITH moves AS MATERIALIZED (
    SELECT m.id, m.product_id, m.quantity FROM inventory_stockmove m
    JOIN inventory_receipt r ON r.company_id = m.company_id AND r.id = m.document_id
    WHERE m.company_id = (SELECT current_setting('weft.company_id')::bigint) AND m.kind = 'receipt' AND r.external_source = %s
    UNION ALL
    SELECT m.id, m.product_id, m.quantity FROM inventory_stockmove m
    JOIN sales_delivery d ON d.company_id = m.company_id AND d.id = m.document_id
    WHERE m.company_id = (SELECT current_setting('weft.company_id')::bigint) AND m.kind = 'delivery' AND d.external_source = %s
), running AS (
    SELECT product_id, sum(quantity) OVER (PARTITION BY product_id ORDER BY id) AS level FROM moves
), lowest AS (
    SELECT product_id, min(level) AS level FROM running GROUP BY product_id
)
SELECT (SELECT coalesce(sum(quantity), 0) FROM moves WHERE quantity > 0),
       (SELECT coalesce(sum(quantity), 0) FROM moves),
       (SELECT count(*) FROM lowest WHERE level = 0),
       (SELECT count(*) FROM lowest WHERE level < 0),
       (SELECT coalesce(sum(debit), 0) FROM ledger_accountbalance
        WHERE company_id = (SELECT current_setting('weft.company_id')::bigint)),
       (SELECT coalesce(sum(credit), 0) FROM ledger_accountbalance
        WHERE company_id = (SELECT current_setting('weft.company_id')::bigint))
