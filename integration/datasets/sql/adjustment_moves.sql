-- What the adjustments moved.
SELECT a.external_ref, m.date, count(DISTINCT a.id), count(*), sum(m.quantity), NULL
FROM inventory_adjustment a
JOIN inventory_stockmove m ON m.company_id = a.company_id AND m.kind = 'stock_adjustment' AND m.document_id = a.id
WHERE a.company_id = (SELECT current_setting('weft.company_id')::bigint) AND a.external_source = %s
GROUP BY a.external_ref, m.date
