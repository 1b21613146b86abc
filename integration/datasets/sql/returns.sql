-- Returns keep quantities, negative as in the file; their amount is cost, which the file does not know.
SELECT r.external_ref, r.date, count(DISTINCT r.id), count(*), -sum(l.quantity), NULL
FROM sales_salesreturn r
JOIN sales_salesreturnline l ON l.company_id = r.company_id AND l.sales_return_id = r.id
WHERE r.company_id = (SELECT current_setting('weft.company_id')::bigint) AND r.external_source = %s
GROUP BY r.external_ref, r.date
