-- Adjustments keep signed quantities; their amount is cost, which the file does not know.
SELECT a.external_ref, a.date, count(DISTINCT a.id), count(*), sum(l.quantity), NULL
FROM inventory_adjustment a
JOIN inventory_adjustmentline l ON l.company_id = a.company_id AND l.adjustment_id = a.id
WHERE a.company_id = (SELECT current_setting('weft.company_id')::bigint) AND a.external_source = %s
GROUP BY a.external_ref, a.date
