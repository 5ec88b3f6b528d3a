-- A child that is protected from a reader takes it no other time than one that never was: what is asked
-- about it is asked about nobody from the first step on.
CREATE FUNCTION linli.seen_child(child uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE WHEN child = ANY (linli.own_unseen())
        THEN '00000000-0000-0000-0000-000000000000' ELSE child END;
END
$$;
GRANT EXECUTE ON FUNCTION linli.seen_child(uuid) TO linli;
