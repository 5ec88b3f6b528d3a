-- Who acts for another is told its name, and she is told the delegate's: whoever was appointed before a social
-- worker need be of neither household nor kin, and a page says for whom one acts.

-- The principal's delegations that are not over, on either side, with both names.
CREATE FUNCTION linli.own_delegations()
    RETURNS TABLE (id uuid, doer_id uuid, doer_name text, beneficiary_id uuid, beneficiary_name text,
        scope text[], begins timestamptz, ends timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    me CONSTANT uuid := linli.person_id();
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN QUERY
        SELECT d.id, d.doer_id, o.display_name, d.beneficiary_id, b.display_name, d.scope, d.begins,
            d.ends
        FROM linli.delegation AS d
        JOIN linli.person AS o ON o.estate_id = estate AND o.id = d.doer_id
        JOIN linli.person AS b ON b.estate_id = estate AND b.id = d.beneficiary_id
        WHERE d.estate_id = estate AND d.ends > at AND me IN (d.doer_id, d.beneficiary_id)
            AND d.doer_id <> ALL (unseen) AND d.beneficiary_id <> ALL (unseen)
        ORDER BY d.begins, d.id
        LIMIT 200;
END
$$;
GRANT EXECUTE ON FUNCTION linli.own_delegations() TO linli;
