-- The log-ins of Weft. Run once as a superuser (or a role that may create roles) on any PostgreSQL >= 15;
-- running it again changes nothing. Afterwards: CREATE DATABASE weft OWNER weft_owner; and passwords as you like.
--
--   weft_owner   owns the tables and migrates them; never used to serve requests
--   weft_app     web, workers, beat, tests: owns nothing and cannot look past the walls between companies
--   weft_reader  change feed and warehouse: reads only what a policy grants it
--
-- And a role without a log-in, which weft_app takes on while it reads for a supplier:
--
--   weft_partner reads the few tables that are granted to it, of each the supplier's own rows

DO $$
DECLARE
    login text;
BEGIN
    FOREACH login IN ARRAY ARRAY['weft_owner', 'weft_app', 'weft_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', login);
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname IN ('weft_owner', 'weft_app', 'weft_reader') AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'A log-in of Weft is superuser or has BYPASSRLS, so the walls between companies would not hold'
            USING HINT = 'ALTER ROLE <name> NOSUPERUSER NOBYPASSRLS';
    END IF;
END
$$;

-- weft_app may become weft_partner, but must not see through its eyes without that: policies of inherited roles add up.
ALTER ROLE weft_app NOINHERIT;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weft_partner') THEN
        CREATE ROLE weft_partner NOLOGIN;
    END IF;
END
$$;
GRANT weft_partner TO weft_app;

-- The owner makes the databases of the test suite.
ALTER ROLE weft_owner CREATEDB;

-- The owner may step behind the wall (SET ROLE weft_app) to work on one company at a time: data migrations, rebuild.
GRANT weft_app TO weft_owner;

-- Consumers of the event log wait for the oldest open transaction: none may stay open for ever.
ALTER ROLE weft_app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE weft_reader SET default_transaction_read_only = on;
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        ALTER ROLE weft_app SET transaction_timeout = '120s';
    END IF;
END
$$;
