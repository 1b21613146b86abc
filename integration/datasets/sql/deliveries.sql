-- Deliveries keep quantities; their amount is cost, which the file does not know.
SELECT d.external_ref, d.date, count(DISTINCT d.id), count(*), sum(l.quantity), NULL
FROM sales_delivery d
JOIN sales_deliveryline l ON l.company_id = d.company_id AND l.delivery_id = d.id
WHERE d.company_id = (SELECT current_setting('weft.company_id')::bigint) AND d.external_source = %s
GROUP BY d.external_ref, d.date
