-- What parties owed at the end of a day on the account of a role, by days past due, in company currency: what is open now,
-- plus what was settled after that day. The sign makes positive what is owed, whoever owes it. A settlement is later if it, or one of the two items it joins, is dated later.
-- The day is given wherever it is compared, so that the planner sees how little a recent day has to take back; and what is
-- open now is read first and apart, by its own small index.
WITH later AS MATERIALIZED (
    SELECT s.id, s.debit_item_id, s.debit_company_amount, s.credit_item_id, s.credit_company_amount FROM ledger_settlement s
    WHERE s.company_id = (SELECT current_setting('weft.company_id')::bigint) AND s.date > %s::date
    UNION
    SELECT s.id, s.debit_item_id, s.debit_company_amount, s.credit_item_id, s.credit_company_amount
    FROM ledger_openitem i JOIN ledger_settlement s ON s.company_id = i.company_id AND s.debit_item_id = i.id
    WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint) AND i.date > %s::date
    UNION
    SELECT s.id, s.debit_item_id, s.debit_company_amount, s.credit_item_id, s.credit_company_amount
    FROM ledger_openitem i JOIN ledger_settlement s ON s.company_id = i.company_id AND s.credit_item_id = i.id
    WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint) AND i.date > %s::date
), back AS MATERIALIZED (
    SELECT x.item_id, sum(x.amount) AS amount FROM later s
    CROSS JOIN LATERAL (VALUES (s.debit_item_id, s.debit_company_amount), (s.credit_item_id, -s.credit_company_amount))
         AS x(item_id, amount)
    GROUP BY 1
), open_now AS MATERIALIZED (
    SELECT id, account_id, party_id, date, due_date, company_amount, company_residual FROM ledger_openitem
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND is_open
), items AS (
    SELECT i.account_id, i.party_id, i.date, i.due_date, i.company_amount, i.company_residual + COALESCE(b.amount, 0) AS was_open
    FROM open_now i LEFT JOIN back b ON b.item_id = i.id
    UNION ALL
    SELECT i.account_id, i.party_id, i.date, i.due_date, i.company_amount, i.company_residual + b.amount
    FROM back b JOIN ledger_openitem i ON i.id = b.item_id AND NOT i.is_open
    WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint)
), aged AS (
    SELECT i.party_id, g.sign * i.was_open AS was_open,
           CASE WHEN g.sign * i.company_amount < 0 THEN NULL ELSE %s::date - i.due_date END AS late
    FROM (SELECT %s::int AS sign) g
    CROSS JOIN items i JOIN ledger_postingaccount r ON r.account_id = i.account_id AND r.role = %s::text
    WHERE r.company_id = (SELECT current_setting('weft.company_id')::bigint) AND i.date <= %s::date AND i.was_open <> 0
      AND (%s::boolean OR i.party_id = ANY ((SELECT %s::bigint[])::bigint[]))
), summed AS MATERIALIZED (
    SELECT party_id,
           COALESCE(sum(was_open) FILTER (WHERE late <= 0), 0) AS not_due,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 1 AND 30), 0) AS days_30,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 31 AND 60), 0) AS days_60,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 61 AND 90), 0) AS days_90,
           COALESCE(sum(was_open) FILTER (WHERE late BETWEEN 91 AND 120), 0) AS days_120,
           COALESCE(sum(was_open) FILTER (WHERE late > 120), 0) AS older,
           COALESCE(sum(was_open) FILTER (WHERE late IS NULL), 0) AS on_account,
           sum(was_open) AS total
    FROM aged GROUP BY party_id
), shown AS (
    (SELECT * FROM summed ORDER BY total DESC, party_id LIMIT %s::int OFFSET %s::int)
    UNION ALL
    SELECT NULL, COALESCE(sum(not_due), 0), COALESCE(sum(days_30), 0), COALESCE(sum(days_60), 0), COALESCE(sum(days_90), 0),
           COALESCE(sum(days_120), 0), COALESCE(sum(older), 0), COALESCE(sum(on_account), 0), COALESCE(sum(total), 0)
    FROM summed
)
SELECT s.party_id, COALESCE(p.code, ''), COALESCE(p.name, ''), s.not_due, s.days_30, s.days_60, s.days_90, s.days_120, s.older,
       s.on_account, s.total, (SELECT count(*) FROM summed)
FROM shown s
LEFT JOIN parties_party p ON p.company_id = (SELECT current_setting('weft.company_id')::bigint) AND p.id = s.party_id
ORDER BY s.total DESC, s.party_id
