-- Numbers of documents. Plain ones come from one sequence per company and series, so two writers never wait;
-- gapless ones from the series row, locked until commit.

CREATE SCHEMA IF NOT EXISTS numbers;
GRANT USAGE ON SCHEMA numbers TO weft_app, weft_reader;

-- Makes the sequence of a plain series. Runs as the owner: the application may not create objects itself.
CREATE OR REPLACE FUNCTION documents_create_sequence(series text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text := format('c%s_%s', current_setting('weft.company_id')::bigint, series);
BEGIN
    IF series !~ '^[a-z_]{1,40}$' THEN
        RAISE EXCEPTION 'series % is not a valid code', series;
    END IF;
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS numbers.%I', name);
    EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE numbers.%I TO weft_app', name);
    EXECUTE format('GRANT SELECT ON SEQUENCE numbers.%I TO weft_reader', name);
END $$;
REVOKE ALL ON FUNCTION documents_create_sequence(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION documents_create_sequence(text) TO weft_app;

CREATE OR REPLACE FUNCTION documents_format_number(prefix text, padding int, value bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT prefix || CASE WHEN length(value::text) >= padding THEN value::text ELSE lpad(value::text, padding, '0') END $$;

CREATE OR REPLACE FUNCTION documents_next_number(series_code text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    company bigint := current_setting('weft.company_id')::bigint;
    s record;
BEGIN
    SELECT prefix, padding, gapless INTO s FROM documents_series WHERE company_id = company AND code = series_code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'company % has no number series %', company, series_code;
    END IF;
    IF s.gapless THEN
        UPDATE documents_series SET next_value = next_value + 1 WHERE company_id = company AND code = series_code
        RETURNING documents_format_number(prefix, padding, next_value - 1) INTO s.prefix;
        RETURN s.prefix;
    END IF;
    RETURN documents_format_number(s.prefix, s.padding, nextval(format('numbers.%I', format('c%s_%s', company, series_code))::regclass));
END $$;
