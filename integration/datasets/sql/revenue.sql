-- What the journal has on the revenue account for each invoice.
SELECT i.external_ref, e.date, count(DISTINCT e.id), NULL, NULL, sum(l.credit - l.debit)
FROM receivables_invoice i
JOIN ledger_journalentry e ON e.company_id = i.company_id AND e.kind = 'invoice' AND e.document_id = i.id
JOIN ledger_journalline l ON l.company_id = e.company_id AND l.entry_id = e.id
JOIN ledger_postingaccount a ON a.company_id = l.company_id AND a.account_id = l.account_id AND a.role = 'revenue'
WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint) AND i.external_source = %s
GROUP BY i.external_ref, e.date
