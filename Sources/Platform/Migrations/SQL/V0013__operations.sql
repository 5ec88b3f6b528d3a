-- What the command's own work asks before it can be in an estate.

-- Every estate of this database.
CREATE FUNCTION linli.estate_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
BEGIN ATOMIC
    SELECT estate_id FROM linli.estate ORDER BY estate_id;
END;
GRANT EXECUTE ON FUNCTION linli.estate_ids() TO linli;
