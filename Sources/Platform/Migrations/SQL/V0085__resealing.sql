-- What is sealed under a key that is to go is sealed anew by the job `reseal`, in each estate and, for
-- accounts, above them. Which key that is, the value's first five bytes say.

CREATE POLICY person_sealed_reseal ON linli.person_sealed FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND (SELECT linli.job_name()) = 'reseal');
CREATE POLICY person_sealed_reseal_change ON linli.person_sealed FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND (SELECT linli.job_name()) = 'reseal')
    WITH CHECK (estate_id = (SELECT linli.estate_id()) AND (SELECT linli.job_name()) = 'reseal');

CREATE POLICY account_identifier_reseal ON linli.account_identifier FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'reseal-accounts');
CREATE POLICY account_identifier_reseal_change ON linli.account_identifier FOR UPDATE TO linli
    USING ((SELECT linli.job_name()) = 'reseal-accounts')
    WITH CHECK ((SELECT linli.job_name()) = 'reseal-accounts');
GRANT UPDATE (value_sealed) ON linli.account_identifier TO linli;

-- How many values begin how: when none is left of an old key, its line may leave the key file.
CREATE FUNCTION linli.sealed_heads() RETURNS TABLE (head bytea, sealed bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT s.head, count(*)
        FROM (
            SELECT substring(value_sealed FOR 5) AS head
            FROM linli.person_sealed
            UNION ALL
            SELECT substring(value_sealed FOR 5)
            FROM linli.account_identifier
        ) AS s
        GROUP BY s.head
        ORDER BY s.head;
END
$$;
GRANT EXECUTE ON FUNCTION linli.sealed_heads() TO linli;
