-- The roles that the signed-in account holds now, in whichever estate: what it may be asked as
-- before it has entered one. estate_id NULL: held at a node above estates.
CREATE FUNCTION linli.own_roles_everywhere()
    RETURNS TABLE (estate_id uuid, role text, place_id uuid, node_id uuid, ends timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT term.estate_id, term.role::text, term.place_id, NULL::uuid, term.ends
        FROM linli.person AS p
        JOIN linli.role_term AS term
            ON term.estate_id = p.estate_id AND term.person_id = p.id
        WHERE p.account_id = account
            AND p.state IN ('active', 'away', 'in_hospital')
            AND term.begins <= at
            AND term.ends > at
        UNION ALL
        SELECT NULL::uuid, term.role::text, NULL::uuid, term.node_id, term.ends
        FROM linli.account_role_term AS term
        WHERE term.account_id = account
            AND term.begins <= at
            AND term.ends > at
        ORDER BY 1, 2, 3, 4
        LIMIT 500;
END
$$;
GRANT EXECUTE ON FUNCTION linli.own_roles_everywhere() TO linli;
