-- What a block costs the pages of events, comments and activities: who is kept apart is asked by
-- equality where nobody acts for another, and once for an activity's organisers, ids and names.

-- As before. The indexes have the other side: no row of a block is fetched.
CREATE OR REPLACE FUNCTION linli.own_apart() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    subject CONSTANT uuid := linli.subject_id();
BEGIN
    IF own IS NULL THEN
        RETURN '{}';
    END IF;
    IF subject <> own THEN
        RETURN ARRAY(
            SELECT p.other_id FROM linli.apart_pairs(ARRAY[own, subject]) AS p);
    END IF;
    RETURN ARRAY(
        SELECT b.other_id
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.blocker_id = own AND b.ended_at IS NULL
        UNION ALL
        SELECT b.blocker_id
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.other_id = own AND b.ended_at IS NULL
        UNION ALL
        SELECT p.other_id
        FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.protected_id = own AND p.ended_at IS NULL
            AND p.begins <= at AND p.ends > at
        UNION ALL
        SELECT p.protected_id
        FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.other_id = own AND p.ended_at IS NULL
            AND p.begins <= at AND p.ends > at);
END
$$;

-- The organisers of an activity whom its reader is shown, in their order: each one's id, and behind it
-- under what name the estate knows them. NULL for a visitor, who is shown the ids alone.
CREATE FUNCTION linli.shown_stewards(activity uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    apart uuid[];
BEGIN
    IF linli.person_id() IS NULL
        OR NOT (linli.is_steward(activity) OR linli.readable_activity(activity) IS NOT NULL)
    THEN
        RETURN NULL;
    END IF;
    apart := linli.own_apart();
    RETURN ARRAY(
        SELECT word.text
        FROM linli.steward AS s
        JOIN linli.person AS p ON p.estate_id = s.estate_id AND p.id = s.person_id
        CROSS JOIN LATERAL unnest(ARRAY[p.id::text,
            CASE WHEN p.claimed_at IS NULL THEN '*' ELSE p.display_name END])
            WITH ORDINALITY AS word (text, place)
        WHERE s.estate_id = estate AND s.thing_id = activity AND s.person_id <> ALL (apart)
        ORDER BY s.is_lead DESC, s.since, s.person_id, word.place);
END
$$;
GRANT EXECUTE ON FUNCTION linli.shown_stewards(uuid) TO linli;
