-- A stock move is dated in a period that is open for stock, whether its goods have a value and so an entry, or none.
-- Closing a period takes the same lock exclusively, as it does against entries.
CREATE OR REPLACE FUNCTION inventory_check_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    refused record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('ledger_period', p.id))
    FROM (SELECT DISTINCT company_id, date FROM new_moves) m
    JOIN ledger_period p ON p.company_id = m.company_id AND m.date BETWEEN p.first_date AND p.last_date;
    SELECT m.date INTO refused FROM (SELECT DISTINCT company_id, date FROM new_moves) m
    LEFT JOIN ledger_period p ON p.company_id = m.company_id AND m.date BETWEEN p.first_date AND p.last_date
    WHERE p.id IS NULL OR p.stock_locked
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'stock is closed for %', refused.date
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_move_period', DETAIL = refused.date::text;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER inventory_move_period AFTER INSERT ON inventory_stockmove
    REFERENCING NEW TABLE AS new_moves FOR EACH STATEMENT EXECUTE FUNCTION inventory_check_moves();
