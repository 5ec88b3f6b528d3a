-- The three database roles and their rights on the current database. Run by a superuser, once for
-- each database; running it again changes nothing:
--
--   psql -v ON_ERROR_STOP=1 -d linli -f ops/roles.sql
--
--   linli_owner   owns schema linli and runs the migrations; nothing else signs in with it
--   linli         serves requests; row-level security holds for it, always
--   linli_backup  reads everything, for pg_dump
DO $$
DECLARE
    wanted record;
BEGIN
    -- Roles belong to the whole cluster: two databases may be prepared at once.
    PERFORM pg_advisory_xact_lock(hashtextextended('linli.roles', 0));
    FOR wanted IN
        SELECT *
        FROM (VALUES ('linli_owner', false), ('linli', false), ('linli_backup', true))
            AS wanted (name, bypasses)
    LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
                EXECUTE format('CREATE ROLE %I LOGIN', wanted.name);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster made it a moment ago
        END;
        IF EXISTS (
            SELECT
            FROM pg_roles
            WHERE rolname = wanted.name
                AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR NOT rolcanlogin
                    OR NOT rolinherit OR rolbypassrls <> wanted.bypasses)
        ) THEN
            EXECUTE format(
                'ALTER ROLE %I LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION %s',
                wanted.name, CASE WHEN wanted.bypasses THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END);
        END IF;
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO linli_owner', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO linli, linli_backup', current_database());
END
$$;
