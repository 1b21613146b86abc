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

-- The next numbers of a series, in order: of a set all at once, since asking for each costs four times as much, and a gapless
-- row would be written as often.
CREATE OR REPLACE FUNCTION documents_next_numbers(series_code text, how_many bigint) RETURNS text[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    company bigint := current_setting('weft.company_id')::bigint;
    s record;
    last bigint;
    plain regclass;
BEGIN
    SELECT prefix, padding, gapless INTO s FROM documents_series WHERE company_id = company AND code = series_code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'company % has no number series %', company, series_code;
    END IF;
    IF s.gapless THEN
        UPDATE documents_series SET next_value = next_value + how_many WHERE company_id = company AND code = series_code
        RETURNING next_value - 1 INTO last;
        RETURN ARRAY(SELECT documents_format_number(s.prefix, s.padding, v) FROM generate_series(last - how_many + 1, last) v);
    END IF;
    plain := ('numbers.c' || company || '_' || series_code)::regclass;
    IF how_many = 1 THEN
        RETURN ARRAY[documents_format_number(s.prefix, s.padding, nextval(plain))];
    END IF;
    RETURN ARRAY(SELECT documents_format_number(s.prefix, s.padding, nextval(plain)) FROM generate_series(1, how_many));
END $$;

CREATE OR REPLACE FUNCTION documents_next_number(series_code text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN (documents_next_numbers(series_code, 1))[1];
END $$;
