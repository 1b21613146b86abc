-- Whether the transaction may write in the company. If so, it keeps the company from being closed until it ends; a closed
-- company is closed on its row. Whoever closes holds the same lock alone: he waits for those who write, and nobody waits for
-- him. The row is looked at in a statement of its own after the lock, so at READ COMMITTED it is seen as it is under the lock.
CREATE OR REPLACE FUNCTION core_may_write(company bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(hashtextextended('company', company)) THEN
        RETURN false;
    END IF;
    RETURN NOT EXISTS (SELECT FROM identity_company c WHERE c.id = company AND c.closed_at IS NOT NULL);
END $$;
