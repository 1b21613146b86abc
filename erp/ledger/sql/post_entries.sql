-- Journal entries with all their lines in one statement. Accounts are named by role or by id; the period is the one
-- of the date. The triggers check balance and lock, and keep the account balances.
WITH given AS MATERIALIZED (
    SELECT u.*, p.id AS period_id, nextval(pg_get_serial_sequence('ledger_journalentry', 'id')) AS id
    FROM unnest(%s::int[], %s::text[], %s::date[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[])
         AS u(ord, journal, date, kind, document_id, document_number, memo, reverses_id)
    LEFT JOIN ledger_period p ON p.company_id = (SELECT current_setting('weft.company_id')::bigint)
         AND u.date BETWEEN p.first_date AND p.last_date
    ORDER BY u.ord
), entries AS (
    INSERT INTO ledger_journalentry (id, company_id, number, journal, date, period_id, kind, document_id, document_number,
                                     memo, reverses_id, actor, posted_at)
    SELECT g.id, (SELECT current_setting('weft.company_id')::bigint), documents_next_number('journal_entry'), g.journal,
           g.date, g.period_id, g.kind, g.document_id, g.document_number, g.memo, g.reverses_id,
           current_setting('weft.actor'), %s
    FROM given g ORDER BY g.ord
    RETURNING id, number
), lines AS (
    INSERT INTO ledger_journalline (company_id, entry_id, sequence, account_id, period_id, date, party_id, debit, credit,
                                    currency_code, currency_amount)
    SELECT (SELECT current_setting('weft.company_id')::bigint), g.id, u.sequence, COALESCE(u.account_id, a.account_id),
           g.period_id, g.date, u.party_id, u.debit, u.credit, u.currency_code, u.currency_amount
    FROM unnest(%s::int[], %s::smallint[], %s::text[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[],
                %s::text[], %s::numeric[])
         AS u(ord, sequence, role, account_id, party_id, debit, credit, currency_code, currency_amount)
    JOIN given g ON g.ord = u.ord
    LEFT JOIN ledger_postingaccount a ON a.company_id = (SELECT current_setting('weft.company_id')::bigint) AND a.role = u.role
    ORDER BY u.ord, u.sequence
)
SELECT g.id, e.number FROM given g JOIN entries e ON e.id = g.id ORDER BY g.ord
