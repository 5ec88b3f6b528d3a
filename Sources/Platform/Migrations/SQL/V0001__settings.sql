-- The settings that every statement runs under, and who may do what by default.
-- The roles linli_owner, linli and linli_backup exist already (ops/roles.sql).
CREATE SCHEMA IF NOT EXISTS linli;
-- Trusted, so the owner may create it: exclusion constraints over (uuid, range).
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA linli;

GRANT USAGE ON SCHEMA linli TO linli, linli_backup;

-- A new function is nobody's until it is granted: a SECURITY DEFINER function that PUBLIC can call
-- is a hole that no one sees. Every table is readable by the backup, and by nobody else.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA linli GRANT SELECT ON TABLES TO linli_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA linli GRANT SELECT ON SEQUENCES TO linli_backup;
GRANT SELECT ON ALL TABLES IN SCHEMA linli TO linli_backup; -- the record of migrations is there

-- The principal and the instant are transaction-local settings (linli.instant, linli.principal,
-- linli.estate, linli.person, linli.account, linli.device, linli.job). Policies read them through these functions
-- as scalar sub-selects, so each is computed once a statement. A setting that does not belong to
-- the kind of principal reads as NULL whatever was left in it: without a principal nothing matches.

-- Who asks: person, device, job or account; NULL when nobody does.
CREATE FUNCTION linli.principal_kind() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('linli.principal', true), '');

-- The instant of this transaction: the server's clock, in microseconds since 1970 UTC.
CREATE FUNCTION linli.instant() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_timestamp(nullif(current_setting('linli.instant', true), '')::float8 / 1000000);

-- The estate that a person, device or job acts in; an account alone is in none.
CREATE FUNCTION linli.estate_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('linli.principal', true) IN ('person', 'device', 'job')
        THEN nullif(current_setting('linli.estate', true), '')::uuid END;

-- The person who asks, when the principal is a person.
CREATE FUNCTION linli.person_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('linli.principal', true) = 'person'
        THEN nullif(current_setting('linli.person', true), '')::uuid END;

-- The account that asks: alone, or through its person in an estate.
CREATE FUNCTION linli.account_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('linli.principal', true) IN ('person', 'account')
        THEN nullif(current_setting('linli.account', true), '')::uuid END;

-- The device that reports, when the principal is a device.
CREATE FUNCTION linli.device_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('linli.principal', true) = 'device'
        THEN nullif(current_setting('linli.device', true), '')::uuid END;

-- The named job of one estate that runs, when the principal is a job.
CREATE FUNCTION linli.job_name() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('linli.principal', true) = 'job'
        THEN nullif(current_setting('linli.job', true), '') END;

-- The instant that this many microseconds since 1970 UTC name.
CREATE FUNCTION linli.instant_of(micros bigint) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_timestamp(micros::float8 / 1000000);

GRANT EXECUTE ON FUNCTION
    linli.principal_kind(), linli.instant(), linli.estate_id(), linli.person_id(),
    linli.account_id(), linli.device_id(), linli.job_name(), linli.instant_of(bigint)
    TO linli, linli_backup;
