-- Whether an organiser is here was asked for each pair of activities: seconds where there are hundreds.

-- As before, and asked once for each organiser.
CREATE OR REPLACE FUNCTION linli.succeed_activities(rows_max integer)
    RETURNS TABLE (activity_id uuid, version integer, addressed text[], gone uuid, successor uuid,
        added uuid[], stewards uuid[], because text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    left_over integer := rows_max;
    away uuid[];
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'activity-successor' THEN
        RAISE EXCEPTION 'only its job does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Each organiser is looked at once: OFFSET 0 keeps the question behind the DISTINCT.
    away := ARRAY(
        SELECT o.organiser_id
        FROM (
            SELECT DISTINCT d.organiser_id
            FROM linli.activity AS d
            WHERE d.estate_id = estate AND d.state = 'published'
            OFFSET 0
        ) AS o
        WHERE NOT linli.may_organise(estate, o.organiser_id));
    FOR activity_id, gone, addressed IN
        SELECT a.id, a.organiser_id, a.addressed
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.state = 'published'
            AND a.organiser_id = ANY (away)
            AND EXISTS (
                SELECT
                FROM linli.activity_occurrence AS o
                WHERE o.estate_id = estate AND o.activity_id = a.id AND o.state = 'scheduled'
                    AND o.ends > linli.instant())
        ORDER BY a.id
        FOR NO KEY UPDATE OF a
    LOOP
        EXIT WHEN left_over <= 0;
        added := '{}';
        SELECT s.person_id INTO successor
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity_id AND s.person_id <> gone
            AND linli.may_organise(estate, s.person_id)
        ORDER BY linli.person_available(estate, s.person_id) DESC, s.since, s.person_id
        LIMIT 1;
        IF successor IS NULL THEN
            added := ARRAY(SELECT m FROM linli.committee_members(estate) AS m WHERE m <> gone);
            CONTINUE WHEN cardinality(added) = 0;
            successor := added[1];
        END IF;
        SELECT CASE WHEN p.state IN ('dead', 'moved', 'suspended', 'erased') THEN p.state
            WHEN a.state <> 'active' THEN a.state ELSE 'left' END
        INTO because
        FROM linli.person AS p
        LEFT JOIN linli.account AS a ON a.id = p.account_id
        WHERE p.estate_id = estate AND p.id = gone;
        PERFORM linli.lead_activity(activity_id, successor, NULL);
        DELETE FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity_id AND s.person_id = gone;
        INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
        SELECT estate, activity_id, m.id, false, linli.instant()
        FROM unnest(added) AS m (id)
        WHERE m.id <> successor
        ON CONFLICT ON CONSTRAINT steward_pkey DO NOTHING;
        SELECT a.version INTO version
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.id = activity_id;
        stewards := ARRAY(
            SELECT s.person_id
            FROM linli.steward AS s
            WHERE s.estate_id = estate AND s.thing_id = activity_id
            ORDER BY s.person_id);
        left_over := left_over - 1;
        RETURN NEXT;
    END LOOP;
END
$$;
