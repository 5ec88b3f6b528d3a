-- How the periodic work of an estate goes, and of the installation that serves it: for whoever holds an
-- office here. It names work and instants alone. docs/operations.md has the list.
CREATE FUNCTION linli.periodic_work() RETURNS SETOF linli.job_run
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT EXISTS (SELECT FROM linli.own_roles() AS own WHERE linli.is_office(own.role))
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.*
        FROM linli.job_run AS r
        WHERE r.estate_id IN (linli.estate_id(), '00000000-0000-0000-0000-000000000000')
        ORDER BY r.job;
END
$$;

GRANT EXECUTE ON FUNCTION linli.periodic_work() TO linli;
