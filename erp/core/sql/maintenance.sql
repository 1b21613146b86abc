-- What keeps the database in shape without the owner's log-in, and what lets the owner bring a company in.

-- Tells the planner how large tables have become. Runs as the owner, since only he may analyse; it takes tables of the
-- owner and nothing else, changes no row, and works inside a transaction. Sorted: two callers never lock crosswise.
CREATE OR REPLACE FUNCTION core_analyze(tables text[]) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    known text[];
BEGIN
    SELECT array_agg(c.relname::text ORDER BY c.relname) INTO known FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY(tables)
      AND c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user);
    IF cardinality(tables) IS DISTINCT FROM cardinality(known) AND cardinality(tables) > 0 THEN
        RAISE EXCEPTION 'not tables of Weft: %', array(SELECT unnest(tables) EXCEPT SELECT unnest(known));
    END IF;
    FOREACH name IN ARRAY coalesce(known, '{}') LOOP
        EXECUTE format('ANALYZE public.%I', name);
    END LOOP;
    RETURN coalesce(known, '{}');
END $$;
REVOKE ALL ON FUNCTION core_analyze(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_analyze(text[]) TO weft_app;

-- Whether the owner is bringing in rows that another database has checked and counted already (import_company). Triggers
-- that count or refuse inserted rows have WHEN (NOT core_is_moving()). The application cannot make it true. In plpgsql, since a
-- condition of a trigger that is plain SQL is parsed and planned by every statement that fires it.
CREATE OR REPLACE FUNCTION core_is_moving() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF coalesce(current_setting('weft.moving', true), '') <> 'on' THEN
        RETURN false;
    END IF;
    RETURN current_user = (SELECT r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
                           WHERE c.oid = 'public.core_event'::regclass);
END $$;
