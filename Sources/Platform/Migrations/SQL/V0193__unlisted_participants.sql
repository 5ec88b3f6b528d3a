-- Who is kept apart from an organiser stands in no list of that one's, while the sum counts everybody:
-- the difference would tell. So, from an estate's first block, protection or ban on, a share of all
-- others is left out of each organiser's lists, too. Another organiser has them; at the door each shows
-- a code. Who comes with a child is always listed: somebody has to know whom to call.

-- What an estate sets; the first block makes its row.
CREATE TABLE linli.listing_rule (
    estate_id uuid NOT NULL,
    -- Of a thousand persons an organiser is not shown so many.
    unlisted_permille integer NOT NULL DEFAULT 50,
    -- The key of the draw; nobody but the owner reads it.
    seed uuid NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT listing_rule_pkey PRIMARY KEY (estate_id),
    CONSTRAINT listing_rule_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT listing_rule_range CHECK (unlisted_permille BETWEEN 0 AND 500)
);
ALTER TABLE linli.listing_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.listing_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY listing_rule_owner ON linli.listing_rule TO linli_owner USING (true) WITH CHECK (true);

CREATE FUNCTION linli.listing_begins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.listing_rule (estate_id)
    VALUES (NEW.estate_id)
    ON CONFLICT ON CONSTRAINT listing_rule_pkey DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER block_listing AFTER INSERT ON linli.block
    FOR EACH ROW EXECUTE FUNCTION linli.listing_begins();
CREATE TRIGGER protection_listing AFTER INSERT ON linli.protection
    FOR EACH ROW EXECUTE FUNCTION linli.listing_begins();
CREATE TRIGGER safety_ban_listing AFTER INSERT ON linli.safety_ban
    FOR EACH ROW EXECUTE FUNCTION linli.listing_begins();
INSERT INTO linli.listing_rule (estate_id)
SELECT estate_id FROM linli.block
UNION SELECT estate_id FROM linli.protection
UNION SELECT estate_id FROM linli.safety_ban;

-- Which of some persons a viewer's lists are without by the draw: the same ones in each list and at each
-- time. For the functions here alone.
CREATE FUNCTION linli.unlisted(viewer uuid, persons uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    rules linli.listing_rule;
BEGIN
    SELECT * INTO rules FROM linli.listing_rule AS l WHERE l.estate_id = linli.estate_id();
    RETURN ARRAY(
        SELECT person
        FROM unnest(persons) AS person
        WHERE rules.unlisted_permille > 0 AND person <> viewer
            AND linli.company_draw(rules.seed, viewer, person) < rules.unlisted_permille);
END
$$;

-- As before, without those who are unlisted.
CREATE OR REPLACE FUNCTION linli.occurrence_participants(
    occurrence uuid, after_reservation uuid, after_person uuid, only_person uuid, rows_max integer)
    RETURNS TABLE (reservation_id uuid, person_id uuid, display_name text, kind text, state text,
        holder_id uuid, queued_at timestamptz, until timestamptz, checked_in_at timestamptz,
        checked_out_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    looked_after uuid;
    apart uuid[];
    drawn uuid[];
BEGIN
    SELECT o.capacity_id INTO looked_after
    FROM linli.activity_occurrence AS o
    WHERE o.estate_id = estate AND o.id = occurrence AND linli.is_steward(o.activity_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF only_person IS NULL THEN
        apart := linli.own_apart();
        drawn := linli.unlisted(own, ARRAY(
            SELECT r.holder_id
            FROM linli.reservation AS r
            WHERE r.estate_id = estate AND r.capacity_id = looked_after AND r.state <> 'ended'
            UNION
            SELECT m.person_id
            FROM linli.reservation_member AS m
            WHERE m.estate_id = estate AND m.capacity_id = looked_after AND m.is_live));
    END IF;
    RETURN QUERY
        SELECT m.reservation_id, m.person_id, p.display_name, m.kind, r.state, r.holder_id,
            r.queued_at, r.until, m.checked_in_at, m.checked_out_at
        FROM linli.reservation AS r
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
            AND m.is_live
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
        WHERE r.estate_id = estate AND r.capacity_id = looked_after AND r.state <> 'ended'
            AND (r.until IS NULL OR r.until > linli.instant())
            AND (r.id, m.person_id) > (after_reservation, after_person)
            AND (only_person IS NULL OR m.person_id = only_person)
            AND (only_person IS NOT NULL
                OR (m.person_id <> ALL (apart) AND r.holder_id <> ALL (apart)
                    AND (r.holder_id = own
                        OR (m.person_id <> ALL (drawn) AND r.holder_id <> ALL (drawn))
                        OR EXISTS (
                            SELECT
                            FROM linli.reservation_member AS c
                            WHERE c.estate_id = estate AND c.reservation_id = r.id AND c.is_live
                                AND c.kind IN ('child', 'child_seat')))))
        ORDER BY r.id, m.person_id
        LIMIT least(rows_max, 201);
END
$$;

-- Nor do the events of bookings tell an organiser of them: that of a person comes to whom it is about,
-- and to those who list it. For the functions here, and a policy.
CREATE FUNCTION linli.is_listed_event(viewer uuid, kind text, concerned uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN split_part(kind, '.', 1) NOT IN ('reservation', 'attendance') OR viewer IS NULL
        OR viewer = ANY (concerned) OR cardinality(linli.unlisted(viewer, concerned)) = 0;
END
$$;
GRANT EXECUTE ON FUNCTION linli.is_listed_event(uuid, text, uuid[]) TO linli;
ALTER POLICY event_apart ON linli.event
    USING ((SELECT linli.job_name()) IS NOT NULL
        OR NOT linli.is_of_person(kind)
        OR (NOT array_append(about, actor_id) && (SELECT linli.own_apart())::uuid[]
            AND (NOT (starts_with(kind, 'reservation.') OR starts_with(kind, 'attendance.'))
                OR linli.is_listed_event(
                    (SELECT linli.person_id()), kind, array_append(about, actor_id))))
        OR linli.event_visible(audience, (SELECT linli.own_duty_keys())));

-- As before, and none of a booking to an organiser who does not list it.
CREATE OR REPLACE FUNCTION linli.visible_events(
    after_seq bigint, until_seq bigint, persons uuid[], asleep boolean)
RETURNS TABLE (seq bigint, person_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate uuid := linli.estate_id();
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'feed' AND persons IS DISTINCT FROM ARRAY[linli.person_id()]
    THEN
        RAISE EXCEPTION 'only the job feed asks for others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF cardinality(persons) = 0 THEN
        RETURN;
    END IF;
    -- The join by key finds candidates without comparing everyone with everything; the predicate
    -- decides. Who is kept apart is asked from the few whom the events are about.
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT k.person_id, k.key
        FROM linli.event_keys(estate, persons, CASE WHEN asleep THEN persons ELSE '{}' END) AS k
    ), holder AS MATERIALIZED (
        SELECT h.person_id, array_agg(h.key) AS keys FROM held AS h GROUP BY h.person_id
    ), stretch AS MATERIALIZED (
        SELECT e.seq, e.audience, e.kind, e.actor_id, e.about FROM linli.event AS e
        WHERE e.estate_id = estate AND e.seq > after_seq AND e.seq <= until_seq
    ), doing AS MATERIALIZED (
        SELECT s.seq, one.id
        FROM stretch AS s CROSS JOIN LATERAL unnest(s.about || s.actor_id) AS one (id)
        WHERE linli.is_of_person(s.kind) AND one.id IS NOT NULL
    ), apart AS MATERIALIZED (
        SELECT d.seq, p.other_id
        FROM linli.apart_pairs(ARRAY(SELECT DISTINCT d.id FROM doing AS d)) AS p
        JOIN doing AS d ON d.id = p.person_id
    ), candidate AS (
        SELECT DISTINCT s.seq, h.person_id
        FROM stretch AS s CROSS JOIN LATERAL unnest(s.audience) AS opened (key)
        JOIN held AS h ON h.key = opened.key
    )
    SELECT c.seq, c.person_id
    FROM candidate AS c JOIN stretch AS s ON s.seq = c.seq
    JOIN holder AS h ON h.person_id = c.person_id
    WHERE linli.event_visible(s.audience, h.keys)
        AND (NOT EXISTS (
                SELECT FROM apart AS a WHERE a.seq = c.seq AND a.other_id = c.person_id)
                AND linli.is_listed_event(c.person_id, s.kind, s.about || s.actor_id)
            OR linli.event_visible(s.audience, ARRAY(
                SELECT k FROM unnest(h.keys) AS k WHERE linli.is_duty_key(k))))
    ORDER BY c.seq, c.person_id;
END $$;
