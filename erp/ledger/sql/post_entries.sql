-- Journal entries with all their lines and open items in one statement. Accounts are named by role or by id; the period is
-- the one of the date. The triggers check balance and lock, and keep the account balances.
-- A line finds its entry by position, not by a join: the plan is then the same for one entry and for a thousand, and is kept.
WITH given AS MATERIALIZED (
    SELECT u.*, p.id AS period_id, nextval('ledger_journalentry_id_seq') AS id
    FROM unnest(%s::int[], %s::text[], %s::date[], %s::text[], %s::bigint[],
                %s::text[], %s::text[], %s::bigint[],
                %s::text[], %s::bigint[], %s::date[], %s::text[], %s::numeric[],
                %s::numeric[], %s::numeric[])
         AS u(ord, journal, date, kind, document_id, document_number, memo, reverses_id,
              open_role, open_party_id, due_date, open_currency_code, open_rate, open_amount, open_company_amount)
    LEFT JOIN ledger_period p ON p.company_id = (SELECT current_setting('weft.company_id')::bigint)
         AND u.date BETWEEN p.first_date AND p.last_date
    ORDER BY u.ord
), entries AS (
    INSERT INTO ledger_journalentry (id, company_id, number, journal, date, period_id, kind, document_id, document_number,
                                     memo, reverses_id, actor, posted_at)
    SELECT g.id, (SELECT current_setting('weft.company_id')::bigint),
           (SELECT documents_next_numbers('journal_entry', (SELECT count(*) FROM given)))[g.ord + 1], g.journal, g.date,
           g.period_id, g.kind, g.document_id, g.document_number, g.memo, g.reverses_id, current_setting('weft.actor'), %s
    FROM given g ORDER BY g.ord
    RETURNING id, number
), heads AS MATERIALIZED (
    SELECT array_agg(id ORDER BY ord) AS ids, array_agg(period_id ORDER BY ord) AS periods, array_agg(date ORDER BY ord) AS dates
    FROM given
), lines AS (
    INSERT INTO ledger_journalline (company_id, entry_id, sequence, account_id, period_id, date, party_id, debit, credit,
                                    currency_code, currency_amount)
    SELECT (SELECT current_setting('weft.company_id')::bigint), h.ids[u.ord + 1], u.sequence,
           COALESCE(u.account_id, a.account_id), h.periods[u.ord + 1], h.dates[u.ord + 1], u.party_id, u.debit, u.credit,
           u.currency_code, u.currency_amount
    FROM heads h
    CROSS JOIN unnest(%s::int[], %s::smallint[], %s::text[], %s::bigint[],
                      %s::bigint[], %s::numeric[], %s::numeric[], %s::text[],
                      %s::numeric[])
         AS u(ord, sequence, role, account_id, party_id, debit, credit, currency_code, currency_amount)
    LEFT JOIN ledger_postingaccount a ON a.company_id = (SELECT current_setting('weft.company_id')::bigint) AND a.role = u.role
    ORDER BY u.ord, u.sequence
), items AS (
    INSERT INTO ledger_openitem (company_id, account_id, entry_id, party_id, kind, document_id, document_number, date,
                                 due_date, currency_code, rate, amount, company_amount, residual, company_residual)
    SELECT (SELECT current_setting('weft.company_id')::bigint), a.account_id, g.id, g.open_party_id, g.kind, g.document_id,
           g.document_number, g.date, g.due_date, g.open_currency_code, g.open_rate, g.open_amount, g.open_company_amount,
           g.open_amount, g.open_company_amount
    FROM given g
    LEFT JOIN ledger_postingaccount a ON a.company_id = (SELECT current_setting('weft.company_id')::bigint) AND a.role = g.open_role
    WHERE g.open_role IS NOT NULL
    ORDER BY g.ord
    RETURNING id, entry_id
)
SELECT e.id, e.number, i.id FROM entries e LEFT JOIN items i ON i.entry_id = e.id ORDER BY e.id
