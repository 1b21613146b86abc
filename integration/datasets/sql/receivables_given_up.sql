-- What each credit note took off the claims on the customer.
SELECT n.external_ref, o.date, count(*), NULL, NULL, sum(o.company_amount)
FROM receivables_creditnote n
JOIN ledger_openitem o ON o.company_id = n.company_id AND o.kind = 'credit_note' AND o.document_id = n.id
WHERE n.company_id = (SELECT current_setting('weft.company_id')::bigint) AND n.external_source = %s
GROUP BY n.external_ref, o.date
