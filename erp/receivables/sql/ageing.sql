-- What customers owed at the end of a day, by days past due, in company currency: what is open now, plus what was settled
-- after that day. A settlement is later if it, or one of the two items it joins, is dated later.
WITH asked AS MATERIALIZED (
    SELECT (SELECT current_setting('weft.company_id')::bigint) AS company_id, %s::date AS day, %s::boolean AS everybody,
           %s::bigint[] AS customers
), later AS MATERIALIZED (
    SELECT s.id FROM ledger_settlement s
    WHERE s.company_id = (SELECT company_id FROM asked) AND s.date > (SELECT day FROM asked)
    UNION
    SELECT s.id FROM ledger_journalentry e
    JOIN ledger_openitem i ON i.company_id = e.company_id AND i.entry_id = e.id
    JOIN LATERAL (SELECT d.id FROM ledger_settlement d WHERE d.company_id = i.company_id AND d.debit_item_id = i.id
                  UNION ALL
                  SELECT c.id FROM ledger_settlement c WHERE c.company_id = i.company_id AND c.credit_item_id = i.id) s ON true
    WHERE e.company_id = (SELECT company_id FROM asked) AND e.date > (SELECT day FROM asked)
), back AS MATERIALIZED (
    SELECT x.item_id, sum(x.amount) AS amount
    FROM ledger_settlement s JOIN later ON later.id = s.id
    CROSS JOIN LATERAL (VALUES (s.debit_item_id, s.debit_company_amount), (s.credit_item_id, -s.credit_company_amount))
         AS x(item_id, amount)
    WHERE s.company_id = (SELECT company_id FROM asked) GROUP BY 1
), items AS (
    SELECT i.*, i.company_residual + COALESCE(b.amount, 0) AS was_open
    FROM ledger_openitem i LEFT JOIN back b ON b.item_id = i.id
    WHERE i.company_id = (SELECT company_id FROM asked) AND i.residual <> 0
    UNION ALL
    SELECT i.*, i.company_residual + b.amount FROM back b
    JOIN ledger_openitem i ON i.company_id = (SELECT company_id FROM asked) AND i.id = b.item_id AND i.residual = 0
), aged AS (
    SELECT i.party_id, i.was_open, CASE WHEN i.company_amount < 0 THEN NULL ELSE (SELECT day FROM asked) - i.due_date END AS late
    FROM items i JOIN ledger_postingaccount r
         ON r.company_id = i.company_id AND r.role = 'receivable' AND r.account_id = i.account_id
    WHERE i.date <= (SELECT day FROM asked) AND i.was_open <> 0
      AND ((SELECT everybody FROM asked) OR i.party_id = ANY ((SELECT customers FROM asked)::bigint[]))
), summed AS (
    SELECT party_id,
           COALESCE(sum(was_open) FILTER (WHERE late <= 0), 0) AS not_due,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 1 AND 30), 0) AS days_30,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 31 AND 60), 0) AS days_60,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 61 AND 90), 0) AS days_90,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 91 AND 120), 0) AS days_120,
           COALESCE(sum(was_open) FILTER (WHERE late > 120), 0) AS older,
           COALESCE(sum(was_open) FILTER (WHERE late IS NULL), 0) AS on_account,
           COALESCE(sum(was_open), 0) AS total,
           count(DISTINCT party_id) AS customers
    FROM aged GROUP BY GROUPING SETS ((party_id), ())
), shown AS (
    (SELECT * FROM summed WHERE party_id IS NULL)
    UNION ALL
    (SELECT * FROM summed WHERE party_id IS NOT NULL ORDER BY total DESC, party_id LIMIT %s::int OFFSET %s::int)
)
SELECT s.party_id, COALESCE(p.code, ''), COALESCE(p.name, ''), s.not_due, s.days_30, s.days_60, s.days_90, s.days_120, s.older,
       s.on_account, s.total, s.customers
FROM shown s LEFT JOIN parties_party p ON p.company_id = (SELECT company_id FROM asked) AND p.id = s.party_id
ORDER BY s.total DESC, s.party_id
