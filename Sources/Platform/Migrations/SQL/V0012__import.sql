-- What the job `import` needs beside the policies of V0002.

-- The estate with this path in the tree (city, district, subdistrict, committee area) and this code:
-- found before a principal can be in it.
CREATE FUNCTION linli.estate_for_import(path text[], wanted text) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    above uuid;
    step text;
BEGIN
    FOREACH step IN ARRAY path LOOP
        SELECT node.id INTO above
        FROM linli.node AS node
        WHERE node.parent_id IS NOT DISTINCT FROM above AND node.code = step;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END LOOP;
    RETURN (
        SELECT e.estate_id
        FROM linli.estate AS e
        WHERE e.node_id = above AND e.code = wanted
        ORDER BY e.estate_id
        LIMIT 1);
END
$$;
GRANT EXECUTE ON FUNCTION linli.estate_for_import(text[], text) TO linli;

-- Of membership, no policy but the import's allows any change.
GRANT UPDATE (role_in_household) ON linli.membership TO linli;
