SELECT i.external_ref, i.date, count(DISTINCT i.id), count(*), sum(l.quantity), sum(l.total)
FROM receivables_invoice i
JOIN receivables_invoiceline l ON l.company_id = i.company_id AND l.invoice_id = i.id
WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint) AND i.external_source = %s
GROUP BY i.external_ref, i.date
