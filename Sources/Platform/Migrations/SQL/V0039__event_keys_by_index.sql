-- The same keys as V0010 gives, found by index: what lies below an office's place is asked a level at
-- a time, where one join by OR read every place of the estate for every request (0.4 of 0.6 ms).
CREATE OR REPLACE FUNCTION linli.event_keys(estate uuid, persons uuid[])
RETURNS TABLE (person_id uuid, key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    now CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
    WITH RECURSIVE live AS MATERIALIZED (
        SELECT p.id, p.account_id FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND p.state IN ('active', 'away', 'in_hospital')
    ), home AS MATERIALIZED (
        SELECT m.person_id, m.household_id, h.residence_id
        FROM live JOIN linli.membership AS m ON m.estate_id = estate AND m.person_id = live.id
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        WHERE m.begins <= now AND m.ends > now AND h.begins <= now AND h.ends > now
    ), above (id, parent_id) AS (
        SELECT n.id, n.parent_id FROM linli.estate AS e JOIN linli.node AS n ON n.id = e.node_id
        WHERE e.estate_id = estate
        UNION
        SELECT n.id, n.parent_id FROM above JOIN linli.node AS n ON n.id = above.parent_id
    ), office AS MATERIALIZED (
        SELECT r.person_id, r.role::text AS role, r.place_id, coalesce(r.place_id, estate) AS node
        FROM live JOIN linli.role_term AS r ON r.estate_id = estate AND r.person_id = live.id
        WHERE r.begins <= now AND r.ends > now
        UNION
        SELECT live.id, a.role::text, NULL, a.node_id
        FROM live JOIN linli.account_role_term AS a ON a.account_id = live.account_id
        JOIN above ON above.id = a.node_id
        WHERE a.begins <= now AND a.ends > now
    )
    SELECT DISTINCT p.id, 'public' FROM unnest(persons) AS p (id)
    UNION
    SELECT live.id, 'person:' || live.id FROM live
    UNION
    SELECT home.person_id, k.key
    FROM home LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = home.residence_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('household:' || home.household_id), ('place:' || p.id),
        ('place:' || p.floor_id), ('place:' || p.stair_id), ('place:' || p.building_id)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, k.key
    FROM office LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('role:' || office.role), ('role:' || office.role || '@' || office.node),
        ('place:' || p.id), ('place:' || p.floor_id), ('place:' || p.stair_id),
        ('place:' || p.building_id),
        (CASE WHEN office.place_id IS NULL AND office.role IN (
            'grid_worker', 'social_worker', 'residents_committee', 'owners_committee',
            'property_manager', 'subdistrict_officer') THEN 'officer' END)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, 'place:' || below.id
    FROM office JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
    CROSS JOIN LATERAL (
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.building_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.stair_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE p.kind = 'floor' AND b.estate_id = estate AND b.building_id = p.building_id
            AND b.floor_id = p.id AND b.kind <> 'residence'
    ) AS below;
END $$;
