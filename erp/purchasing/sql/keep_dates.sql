-- The day we asked for stays once the order is issued, and the supplier's first word stays for ever.
CREATE OR REPLACE FUNCTION purchasing_keep_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_promised_date IS DISTINCT FROM NEW.first_promised_date AND OLD.first_promised_date IS NOT NULL THEN
        RAISE EXCEPTION 'the first promise of purchase order line % stays %', OLD.id, OLD.first_promised_date
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.requested_date <> NEW.requested_date AND EXISTS (
        SELECT FROM purchasing_purchaseorder o
        WHERE o.company_id = OLD.company_id AND o.id = OLD.order_id AND o.issued_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the requested day of purchase order line % stays %', OLD.id, OLD.requested_date
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS purchasing_keep_dates ON purchasing_purchaseorderline;
CREATE TRIGGER purchasing_keep_dates BEFORE UPDATE OF requested_date, first_promised_date ON purchasing_purchaseorderline
FOR EACH ROW WHEN (OLD.requested_date IS DISTINCT FROM NEW.requested_date
                   OR OLD.first_promised_date IS DISTINCT FROM NEW.first_promised_date)
EXECUTE FUNCTION purchasing_keep_dates();
