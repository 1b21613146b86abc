-- The claim on the customer that each invoice opened.
SELECT i.external_ref, o.date, count(*), NULL, NULL, sum(o.company_amount)
FROM receivables_invoice i
JOIN ledger_openitem o ON o.company_id = i.company_id AND o.kind = 'invoice' AND o.document_id = i.id
WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint) AND i.external_source = %s
GROUP BY i.external_ref, o.date
