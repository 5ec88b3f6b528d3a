-- With this a superuser copies what was published: ids that follow from numbers, and rows like those
-- that are there, but for some of their columns. For benchmarks and tests of size alone.
CREATE SCHEMA bench;
CREATE FUNCTION bench.id(fill text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (fill || lpad(to_hex(n), 31, '0'))::uuid;
-- Inserts into a table what `source` (FROM …) gives: of each row t its columns, but for `own`.
CREATE FUNCTION bench.copy(name text, own jsonb, source text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE (
        SELECT format('INSERT INTO linli.%I (%s) SELECT %s %s', name,
            string_agg(quote_ident(attname), ', ' ORDER BY attnum),
            string_agg(coalesce(own ->> attname, 't.' || quote_ident(attname)), ', '
                ORDER BY attnum),
            source)
        FROM pg_attribute
        WHERE attrelid = ('linli.' || name)::regclass AND attnum > 0 AND attgenerated = ''
            AND NOT attisdropped);
END
$$;
