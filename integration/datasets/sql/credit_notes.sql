-- Credit notes of returns and those without goods, which have no quantity; negative as in the file.
SELECT n.external_ref, n.date, count(DISTINCT n.id), count(*), -sum(l.quantity), -sum(l.total)
FROM receivables_creditnote n
JOIN receivables_creditnoteline l ON l.company_id = n.company_id AND l.credit_note_id = n.id
WHERE n.company_id = (SELECT current_setting('weft.company_id')::bigint) AND n.external_source = %s
GROUP BY n.external_ref, n.date
