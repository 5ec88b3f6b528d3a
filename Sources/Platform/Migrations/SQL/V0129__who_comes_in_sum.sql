-- Who comes, in numbers: by kind of seat and how far they are, for whoever looks after the meeting. The
-- numbers are the same for each of them, whoever is left out of its list.
CREATE FUNCTION linli.occurrence_summary(occurrence uuid)
    RETURNS TABLE (kind text, confirmed bigint, offered bigint, waiting bigint, here bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT wanted.kind,
            count(r.id) FILTER (WHERE r.state = 'confirmed'),
            count(r.id) FILTER (WHERE r.state IN ('offered', 'held')),
            count(r.id) FILTER (WHERE r.state = 'waiting'),
            count(r.id) FILTER (WHERE m.checked_in_at IS NOT NULL AND m.checked_out_at IS NULL)
        FROM linli.activity_occurrence AS o
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = o.capacity_id
        CROSS JOIN LATERAL unnest(c.kinds) WITH ORDINALITY AS wanted (kind, place)
        LEFT JOIN linli.reservation_member AS m ON m.estate_id = estate
            AND m.capacity_id = c.id AND m.kind = wanted.kind AND m.is_live
        LEFT JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = m.reservation_id
            AND r.state <> 'ended' AND (r.until IS NULL OR r.until > linli.instant())
        WHERE o.estate_id = estate AND o.id = occurrence AND linli.is_steward(o.activity_id)
        GROUP BY wanted.kind, wanted.place
        ORDER BY wanted.place;
END
$$;
GRANT EXECUTE ON FUNCTION linli.occurrence_summary(uuid) TO linli;
