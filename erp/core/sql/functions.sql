-- Triggers of the kernel, attached to tables by SecureCompanyTables.

CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are facts: they are never changed or deleted; post a reversal instead', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;

-- Who, when, old -> new of a mutable row, bulk updates included. Row level on purpose: joining transition tables
-- is quadratic once the plan is cached as a nested loop.
CREATE OR REPLACE FUNCTION core_record_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO documents_history (company_id, table_name, row_id, action, changes, actor, at)
        VALUES (OLD.company_id, TG_TABLE_NAME, OLD.id, 'delete', was, current_setting('weft.actor', true), clock_timestamp());
        RETURN OLD;
    END IF;
    INSERT INTO documents_history (company_id, table_name, row_id, action, changes, actor, at)
    SELECT NEW.company_id, TG_TABLE_NAME, NEW.id, 'update', c.changes, current_setting('weft.actor', true), clock_timestamp()
    FROM (SELECT jsonb_object_agg(n.key, jsonb_build_array(was -> n.key, n.value)) AS changes
          FROM jsonb_each(to_jsonb(NEW)) n WHERE n.value IS DISTINCT FROM was -> n.key) c
    WHERE c.changes IS NOT NULL;
    RETURN NEW;
END $$;
