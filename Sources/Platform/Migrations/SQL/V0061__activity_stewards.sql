-- Who looks after an activity: who may, how it passes to another, and what a split takes along.

-- Whether a person may look after an activity: it belongs here, and the activity is open to it.
CREATE FUNCTION linli.may_look_after(activity uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    keys CONSTANT text[] := ARRAY(
        SELECT k.key FROM linli.event_keys(estate, ARRAY[person]) AS k);
BEGIN
    RETURN linli.may_organise(estate, person) AND EXISTS (
        SELECT
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.id = activity
            AND linli.event_visible(a.audience, keys));
END
$$;

-- The sealed day of birth of one who would look after an activity, and the day in the estate: the
-- server opens it to tell whether the person is of age, and hands out nothing of it.
CREATE FUNCTION linli.organiser_birth(person uuid) RETURNS TABLE (birth_sealed bytea, today date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT s.value_sealed, (linli.instant() AT TIME ZONE e.zone)::date
        FROM linli.estate AS e
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = e.estate_id
            AND s.person_id = organiser_birth.person AND s.field = 'birth_date'
        WHERE e.estate_id = linli.estate_id();
END
$$;

-- Gives an activity to another organiser: by the organiser to one who helps; by the residents'
-- committee to one who helps or is of the audience. The verdict is 'done', or why not: 'unknown' (it
-- is not open to the principal), 'not_lead', 'no_successor'. What it is then goes with it, since the
-- committee may hand over what it does not see.
CREATE FUNCTION linli.hand_over_activity(activity uuid, successor uuid, because text)
    RETURNS TABLE (verdict text, version integer, is_draft boolean, addressed text[],
        stewards uuid[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    by_committee CONSTANT boolean := linli.has_role('residents_committee');
    readable CONSTANT uuid := linli.readable_activity(activity);
    subject linli.activity;
BEGIN
    SELECT * INTO subject
    FROM linli.activity AS a
    WHERE a.estate_id = estate AND a.id = hand_over_activity.activity
        AND (a.id = readable OR (by_committee AND a.published_at IS NOT NULL))
    FOR NO KEY UPDATE;
    verdict := CASE
        WHEN NOT FOUND OR linli.beneficiary_id() IS NOT NULL THEN 'unknown'
        WHEN NOT (linli.is_steward(activity, true) OR by_committee) THEN 'not_lead'
        WHEN successor = subject.organiser_id
            OR NOT linli.may_organise(estate, successor)
            OR NOT (EXISTS (
                    SELECT
                    FROM linli.steward AS s
                    WHERE s.estate_id = estate AND s.thing_id = activity
                        AND s.person_id = successor)
                OR (by_committee AND linli.may_look_after(activity, successor)))
            THEN 'no_successor'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        PERFORM linli.lead_activity(activity, successor, because);
    END IF;
    SELECT a.version INTO version
    FROM linli.activity AS a
    WHERE a.estate_id = estate AND a.id = activity;
    version := coalesce(version, 0);
    is_draft := coalesce(subject.state = 'draft', true);
    addressed := coalesce(subject.addressed, '{}');
    stewards := ARRAY(
        SELECT s.person_id
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity
        ORDER BY s.person_id);
    RETURN NEXT;
END
$$;

-- Makes a person the organiser; who was it helps from now on. For the functions here alone.
CREATE FUNCTION linli.lead_activity(activity uuid, successor uuid, because text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    UPDATE linli.steward AS s
    SET is_lead = false
    WHERE s.estate_id = estate AND s.thing_id = activity AND s.is_lead;
    INSERT INTO linli.steward AS s (estate_id, thing_id, person_id, is_lead, since)
    VALUES (estate, activity, successor, true, linli.instant())
    ON CONFLICT ON CONSTRAINT steward_pkey DO UPDATE SET is_lead = true;
    UPDATE linli.activity AS a
    SET organiser_id = successor, handed_over_because = because
    WHERE a.estate_id = estate AND a.id = activity;
END
$$;

-- The members of the residents' committee over the whole estate, the longest there first.
CREATE FUNCTION linli.committee_members(estate uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT member.id
        FROM (
            SELECT p.id, min(term.begins) AS since
            FROM linli.person AS p
            CROSS JOIN LATERAL (
                SELECT r.begins
                FROM linli.role_term AS r
                WHERE r.estate_id = estate AND r.person_id = p.id
                    AND r.role = 'residents_committee' AND r.place_id IS NULL
                    AND r.begins <= at AND r.ends > at
                UNION ALL
                SELECT t.begins
                FROM linli.account_role_term AS t
                WHERE t.account_id = p.account_id AND t.role = 'residents_committee'
                    AND t.begins <= at AND t.ends > at
                    AND linli.holds_above(p.account_id, estate, at, ARRAY['residents_committee'])
            ) AS term
            WHERE p.estate_id = estate AND p.state IN ('active', 'away', 'in_hospital')
            GROUP BY p.id
        ) AS member
        WHERE linli.may_organise(estate, member.id)
        ORDER BY member.since, member.id
        LIMIT 9;
END
$$;

-- Finds published activities with meetings to come whose organiser is here no more, and gives each
-- to the co-organiser of longest standing, or else to the residents' committee, all of whom look
-- after it then. Answers what changed and why, for the log: 'dead', 'moved', 'suspended', 'erased'
-- or 'left'. At most rows_max; what nobody can take stays, and is asked for again.
CREATE FUNCTION linli.succeed_activities(rows_max integer)
    RETURNS TABLE (activity_id uuid, version integer, addressed text[], gone uuid, successor uuid,
        added uuid[], stewards uuid[], because text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    left_over integer := rows_max;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'activity-successor' THEN
        RAISE EXCEPTION 'only its job does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR activity_id, gone, addressed IN
        SELECT a.id, a.organiser_id, a.addressed
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.state = 'published'
            AND a.organiser_id IN (
                SELECT o.organiser_id
                FROM (SELECT DISTINCT d.organiser_id FROM linli.activity AS d
                    WHERE d.estate_id = estate AND d.state = 'published') AS o
                WHERE NOT linli.may_organise(estate, o.organiser_id))
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
        ORDER BY s.since, s.person_id
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

-- Moves meetings to the later part of their activity, with who looks after them, their seats and
-- who holds them, their no-shows and the bookings of the venue. The new activity names the old one.
CREATE FUNCTION linli.split_activity(part uuid, occurrences uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    whole CONSTANT uuid := (
        SELECT a.split_from FROM linli.activity AS a WHERE a.estate_id = estate AND a.id = part);
    capacities uuid[];
    reserved uuid[];
BEGIN
    IF whole IS NULL OR NOT linli.is_steward(whole) OR linli.is_stewarded(part) THEN
        RAISE EXCEPTION 'only who looks after an activity splits it, once'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
    SELECT s.estate_id, part, s.person_id, s.is_lead, s.since
    FROM linli.steward AS s
    WHERE s.estate_id = estate AND s.thing_id = whole;
    UPDATE linli.venue_booking AS b
    SET thing_id = part
    WHERE b.estate_id = estate AND b.thing_id = whole AND b.for_id = ANY (occurrences)
        AND b.cancelled_at IS NULL;
    capacities := ARRAY(
        SELECT o.capacity_id
        FROM linli.activity_occurrence AS o
        WHERE o.estate_id = estate AND o.activity_id = whole AND o.id = ANY (occurrences));
    PERFORM FROM linli.capacity_take(capacities);
    UPDATE linli.activity_occurrence AS o
    SET activity_id = part
    WHERE o.estate_id = estate AND o.activity_id = whole AND o.id = ANY (occurrences);
    UPDATE linli.capacity AS c
    SET thing_id = part
    WHERE c.estate_id = estate AND c.id = ANY (capacities);
    reserved := ARRAY(
        SELECT r.id
        FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.capacity_id = ANY (capacities) AND r.state <> 'ended');
    UPDATE linli.reservation AS r
    SET thing_id = part
    WHERE r.estate_id = estate AND r.id = ANY (reserved);
END
$$;

-- Those of some persons to whom a meeting does not speak now, or who are not here: they hold no seat.
CREATE FUNCTION linli.activity_strangers(occurrence uuid, persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    audience CONSTANT text[] := (
        SELECT o.audience
        FROM linli.activity_occurrence AS o
        JOIN linli.activity AS a ON a.estate_id = o.estate_id AND a.id = o.activity_id
        WHERE o.estate_id = estate AND o.id = occurrence AND o.state = 'scheduled'
            AND a.meant_for = 'general');
BEGIN
    RETURN QUERY
        SELECT p.id
        FROM unnest(persons) AS p (id)
        LEFT JOIN (
            SELECT k.person_id, array_agg(k.key) AS keys
            FROM linli.event_keys(estate, persons) AS k
            GROUP BY k.person_id
        ) AS held ON held.person_id = p.id
        -- Whoever is here holds a key of its own; anybody else is a visitor.
        WHERE NOT coalesce('person:' || p.id = ANY (held.keys)
            AND linli.event_visible(audience, held.keys), false);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.activity_strangers(uuid, uuid[]),
    linli.may_look_after(uuid, uuid), linli.organiser_birth(uuid), linli.hand_over_activity(uuid, uuid, text),
    linli.succeed_activities(integer), linli.split_activity(uuid, uuid[])
    TO linli;

-- Who looks after an activity looks after its bookings of venues, whoever made them.
CREATE POLICY venue_booking_stewarded ON linli.venue_booking FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND thing_id = ANY ((SELECT linli.own_activities())::uuid[]));
CREATE POLICY venue_booking_steward_change ON linli.venue_booking FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND cancelled_at IS NULL
        AND thing_id = ANY ((SELECT linli.own_activities())::uuid[]))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND thing_id = ANY ((SELECT linli.own_activities())::uuid[])
        AND (cancelled_at IS NULL OR cancelled_at = (SELECT linli.instant())));
