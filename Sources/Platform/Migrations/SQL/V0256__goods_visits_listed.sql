-- Who has come to a goods room today, by number and code, so that two volunteers at a desk see one queue.
-- docs/donations/needs.md has the rules.

-- The visits of today at a room, or those that are still open, by their number: with the codes of what waits
-- for each and of what it was handed. To who is on duty there; what is not its to serve has its number
-- alone, like who came for what is free.
CREATE FUNCTION linli.room_visits(
    room uuid, only_open boolean, after_number bigint, after_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, number integer, state text, opened_at timestamptz, ends timestamptz,
        has_second boolean, parcels json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    moment CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT v.id, v.number, CASE WHEN v.ends > moment THEN 'open' ELSE 'ended' END, v.at, v.ends,
            v.second_id IS NOT NULL, coalesce(b.parcels, '[]'::json)
        FROM linli.goods_visit AS v
        LEFT JOIN LATERAL (
            SELECT json_agg(json_build_object('id', w.id, 'code', w.code, 'state', w.state)
                ORDER BY w.id) AS parcels
            FROM (
                SELECT p.id, p.code, 'ready' AS state
                FROM linli.goods_parcel AS p
                WHERE p.estate_id = estate AND p.household_id = v.household_id
                    AND p.room_id = room AND v.ends > moment AND p.until > moment
                    AND linli.parcel_state(p) = 'ready'
                UNION ALL
                SELECT p.id, p.code, 'handed_out'
                FROM linli.goods_custody AS c
                JOIN linli.goods_parcel AS p ON p.estate_id = estate AND p.id = c.parcel_id
                WHERE c.estate_id = estate AND c.visit_id = v.id AND c.undone_at IS NULL
                ORDER BY 1
                LIMIT 50) AS w
            WHERE linli.visit_may_serve(v.room_id, v.household_id) IS NULL) AS b ON true
        WHERE v.estate_id = estate AND v.room_id = room AND v.on_day = linli.local_day()
            AND v.how IN ('word', 'neighbour', 'card') AND (v.ends > moment OR NOT only_open)
            AND (v.number, v.id) > (after_number, after_id)
        ORDER BY v.number, v.id
        LIMIT rows_max;
END
$$;
CREATE INDEX goods_custody_of_visit ON linli.goods_custody (estate_id, visit_id);

GRANT EXECUTE ON FUNCTION linli.room_visits(uuid, boolean, bigint, uuid, bigint) TO linli;
