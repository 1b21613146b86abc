-- What the journal has on the revenue account for each credit note.
SELECT n.external_ref, e.date, count(DISTINCT e.id), NULL, NULL, sum(l.credit - l.debit)
FROM receivables_creditnote n
JOIN ledger_journalentry e ON e.company_id = n.company_id AND e.kind = 'credit_note' AND e.document_id = n.id
JOIN ledger_journalline l ON l.company_id = e.company_id AND l.entry_id = e.id
JOIN ledger_postingaccount a ON a.company_id = l.company_id AND a.account_id = l.account_id AND a.role = 'revenue'
WHERE n.company_id = (SELECT current_setting('weft.company_id')::bigint) AND n.external_source = %s
GROUP BY n.external_ref, e.date
