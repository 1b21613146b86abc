-- What the database itself holds true of the books, and the balances it keeps while doing so.

-- An entry is dated inside its period and the period is open. Closing a period takes the same lock exclusively.
CREATE OR REPLACE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    refused record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('ledger_period', period_id)) FROM (SELECT DISTINCT period_id FROM new_entries) p;
    SELECT e.date, p.code INTO refused FROM new_entries e
    JOIN ledger_period p ON p.company_id = e.company_id AND p.id = e.period_id
    WHERE p.ledger_locked OR e.date NOT BETWEEN p.first_date AND p.last_date
       OR (e.journal = 'stock' AND p.stock_locked)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'period % is closed for %', refused.code, refused.date
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_period_open', DETAIL = refused.date::text;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_entry_period AFTER INSERT ON ledger_journalentry
    REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

-- Debits equal credits in every entry; lines come with their entry, in its transaction, never later; the slot
-- balances grow by the same statement. ORDER BY keeps two sets from deadlocking.
CREATE OR REPLACE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    refused bigint;
BEGIN
    SELECT entry_id INTO refused FROM new_lines GROUP BY entry_id HAVING sum(debit) <> sum(credit) OR count(*) < 2 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal entry % does not balance', refused
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entry_balanced';
    END IF;
    SELECT e.id INTO refused FROM (SELECT DISTINCT company_id, entry_id FROM new_lines) l
    JOIN ledger_journalentry e ON e.company_id = l.company_id AND e.id = l.entry_id
    WHERE e.xid <> pg_current_xact_id() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal entry % is posted: it takes no more lines', refused
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entry_complete';
    END IF;
    INSERT INTO ledger_accountbalance AS b (company_id, account_id, period_id, slot, debit, credit)
    SELECT company_id, account_id, period_id, pg_backend_pid() % 8, sum(debit), sum(credit)
    FROM new_lines GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (company_id, account_id, period_id, slot)
    DO UPDATE SET debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_line_balanced AFTER INSERT ON ledger_journalline
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_lines();
