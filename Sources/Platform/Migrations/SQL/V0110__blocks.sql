-- Blocks (屏蔽): mutual, silent and blind. Who sets one reads it alone; it acts on both, and neither
-- counts, free places nor messages tell the other that it is there.

CREATE TABLE linli.block (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    blocker_id uuid NOT NULL,
    -- Whoever the blocker named. No key of the persons: the answer must not tell who is one.
    other_id uuid NOT NULL,
    -- Whether the blocker had been shown that person: only then its list has the name.
    was_shown boolean NOT NULL,
    begins timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT block_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT block_blocker FOREIGN KEY (estate_id, blocker_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT block_of_another CHECK (blocker_id <> other_id),
    CONSTRAINT block_forward CHECK (ended_at >= begins)
);
CREATE UNIQUE INDEX block_once ON linli.block (estate_id, blocker_id, other_id)
    WHERE ended_at IS NULL;
CREATE INDEX block_of_other ON linli.block (estate_id, other_id, blocker_id)
    WHERE ended_at IS NULL;

-- Who is kept apart from some persons, either way. For the functions of the owner: what the serving
-- role may ask is linli.own_apart.
CREATE FUNCTION linli.apart_pairs(persons uuid[])
    RETURNS TABLE (person_id uuid, other_id uuid, is_protection boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT b.blocker_id, b.other_id, false
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.blocker_id = ANY (persons) AND b.ended_at IS NULL
        UNION ALL
        SELECT b.other_id, b.blocker_id, false
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.other_id = ANY (persons) AND b.ended_at IS NULL;
END
$$;

-- Whether two persons are kept apart, either way.
CREATE FUNCTION linli.kept_apart(a uuid, b uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.apart_pairs(ARRAY[a]) AS p
        WHERE p.other_id = b);
END
$$;

-- From whom a person is kept apart, either way.
CREATE FUNCTION linli.apart_from(person uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT p.other_id FROM linli.apart_pairs(ARRAY[person]) AS p;
END
$$;

-- From whom the principal is kept apart, and the one it acts for; empty for jobs and visitors.
CREATE FUNCTION linli.own_apart() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT DISTINCT p.other_id
        FROM linli.apart_pairs(ARRAY[linli.person_id(), linli.subject_id()]) AS p);
END
$$;
GRANT EXECUTE ON FUNCTION linli.own_apart() TO linli;

-- Whether the principal has been shown this person: in its household, in an office, or as author or
-- organiser of an activity that it may read.
CREATE FUNCTION linli.is_shown(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN person IN (SELECT own FROM linli.own_household_members() AS own)
        OR EXISTS (SELECT FROM linli.officer AS o WHERE o.person_id = person)
        OR EXISTS (
            SELECT
            FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.author_id = person
                AND linli.readable_activity(c.activity_id) IS NOT NULL)
        OR EXISTS (
            SELECT
            FROM linli.steward AS s
            WHERE s.estate_id = estate AND s.person_id = person
                AND linli.readable_activity(s.thing_id) IS NOT NULL)
        OR EXISTS (
            SELECT
            FROM linli.reservation_member AS m
            JOIN linli.capacity AS c ON c.estate_id = m.estate_id AND c.id = m.capacity_id
            WHERE m.estate_id = estate AND m.person_id = person
                AND linli.is_steward(c.thing_id))
        OR EXISTS (
            SELECT
            FROM linli.tie AS t
            WHERE t.estate_id = estate AND t.confirmed_at IS NOT NULL
                AND (t.claimer_id, t.other_id) IN
                    ((linli.person_id(), person), (person, linli.person_id())));
END
$$;

-- Sets a block of the principal's. Verdicts: 'set', and again for one that is there; 'self'; 'full'.
-- Whether there is such a person makes no difference.
CREATE FUNCTION linli.block_set(new_id uuid, other uuid, live_max integer)
    RETURNS TABLE (verdict text, id uuid, begins timestamptz, is_new boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
BEGIN
    IF person IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RAISE EXCEPTION 'a block is set by a person for itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    is_new := false;
    IF other = person THEN
        verdict := 'self';
        RETURN NEXT;
        RETURN;
    END IF;
    -- One at a time, so that no two count the same.
    PERFORM pg_advisory_xact_lock(hashtextextended('blocks ' || person, 110));
    SELECT b.id, b.begins INTO id, begins
    FROM linli.block AS b
    WHERE b.estate_id = estate AND b.blocker_id = person AND b.other_id = other
        AND b.ended_at IS NULL;
    IF FOUND THEN
        verdict := 'set';
    ELSIF live_max <= (
        SELECT count(*)
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.blocker_id = person AND b.ended_at IS NULL)
    THEN
        verdict := 'full';
    ELSE
        INSERT INTO linli.block (estate_id, id, blocker_id, other_id, was_shown, begins)
        VALUES (estate, new_id, person, other, linli.is_shown(other), linli.instant());
        verdict := 'set';
        id := new_id;
        begins := linli.instant();
        is_new := true;
    END IF;
    RETURN NEXT;
END
$$;

-- The principal's blocks that live, with the names of those whom it had been shown.
CREATE FUNCTION linli.own_blocks(after uuid, rows_max integer)
    RETURNS TABLE (id uuid, other_id uuid, display_name text, begins timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT b.id, b.other_id, p.display_name, b.begins
        FROM linli.block AS b
        LEFT JOIN linli.person AS p ON b.was_shown AND p.estate_id = estate AND p.id = b.other_id
        WHERE b.estate_id = estate AND b.blocker_id = linli.person_id() AND b.ended_at IS NULL
            AND b.id > after
        ORDER BY b.id
        LIMIT least(rows_max, 101);
END
$$;

ALTER TABLE linli.block ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.block FORCE ROW LEVEL SECURITY;
CREATE POLICY block_owner ON linli.block TO linli_owner USING (true) WITH CHECK (true);
CREATE POLICY block_own ON linli.block FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND blocker_id = (SELECT linli.person_id()));
CREATE POLICY block_end ON linli.block FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND blocker_id = (SELECT linli.person_id())
        AND ended_at IS NULL)
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND blocker_id = (SELECT linli.person_id()) AND ended_at = (SELECT linli.instant()));
GRANT SELECT, UPDATE (ended_at) ON linli.block TO linli;
GRANT EXECUTE ON FUNCTION linli.block_set(uuid, uuid, integer), linli.own_blocks(uuid, integer)
    TO linli;

-- Where it acts: what is said -------------------------------------------------------------------

-- As before, without the words of those from whom the reader is kept apart.
CREATE OR REPLACE FUNCTION linli.activity_comments(activity uuid, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, author_id uuid, author_name text, is_steward boolean, body text,
        at timestamptz, removed_as text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    readable CONSTANT uuid := linli.readable_activity(activity);
    apart CONSTANT uuid[] := linli.own_apart();
BEGIN
    RETURN QUERY
        SELECT c.id, c.author_id, p.display_name,
            EXISTS (
                SELECT
                FROM linli.steward AS s
                WHERE s.estate_id = c.estate_id AND s.thing_id = readable
                    AND s.person_id = c.author_id),
            c.body, c.at, c.removed_as
        FROM linli.activity_comment AS c
        JOIN linli.person AS p ON p.estate_id = c.estate_id AND p.id = c.author_id
        WHERE c.estate_id = linli.estate_id() AND c.activity_id = readable AND c.id < before
            AND c.author_id <> ALL (apart)
        ORDER BY c.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- As before; what the principal is not shown it does not remove.
CREATE OR REPLACE FUNCTION linli.activity_comment_remove(activity uuid, comment uuid)
    RETURNS TABLE (verdict text, author_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    SELECT c.author_id INTO author_id
    FROM linli.activity_comment AS c
    WHERE c.estate_id = estate AND c.id = comment AND c.removed_at IS NULL
        AND c.activity_id = linli.readable_activity(activity)
        AND c.author_id <> ALL (linli.own_apart())
    FOR UPDATE;
    verdict := CASE
        WHEN NOT FOUND THEN 'gone'
        WHEN author_id = linli.person_id() THEN 'author'
        WHEN linli.is_steward(activity) THEN 'steward'
        ELSE 'forbidden' END;
    IF verdict IN ('author', 'steward') THEN
        UPDATE linli.activity_comment AS c
        SET body = NULL, removed_at = linli.instant(), removed_as = verdict
        WHERE c.estate_id = estate AND c.id = comment;
    END IF;
    RETURN NEXT;
END
$$;

-- As before, without what those said from whom the reader is kept apart.
CREATE OR REPLACE FUNCTION linli.occurrence_feedback(
    occurrence uuid, after uuid, rows_max integer)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, verdict text, body text,
        at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    apart CONSTANT uuid[] := linli.own_apart();
BEGIN
    RETURN QUERY
        SELECT f.id, f.person_id, p.display_name, f.verdict, f.body, f.at
        FROM linli.activity_occurrence AS o
        JOIN linli.activity_feedback AS f
            ON f.estate_id = o.estate_id AND f.occurrence_id = o.id
        JOIN linli.person AS p ON p.estate_id = f.estate_id AND p.id = f.person_id
        WHERE o.estate_id = linli.estate_id() AND o.id = occurrence
            AND linli.is_steward(o.activity_id) AND f.id > after
            AND f.person_id <> ALL (apart)
        ORDER BY f.id
        LIMIT least(rows_max, 101);
END
$$;

-- Where it acts: who comes, and who looks after it ----------------------------------------------

-- As before, without those from whom the organiser is kept apart, and those whom they bring: a
-- co-organiser has them in the list. One who is asked for by id (who has just shown a code) is there.
CREATE OR REPLACE FUNCTION linli.occurrence_participants(
    occurrence uuid, after_reservation uuid, after_person uuid, only_person uuid, rows_max integer)
    RETURNS TABLE (reservation_id uuid, person_id uuid, display_name text, kind text, state text,
        holder_id uuid, queued_at timestamptz, until timestamptz, checked_in_at timestamptz,
        checked_out_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    apart CONSTANT uuid[] := linli.own_apart();
BEGIN
    RETURN QUERY
        SELECT m.reservation_id, m.person_id, p.display_name, m.kind, r.state, r.holder_id,
            r.queued_at, r.until, m.checked_in_at, m.checked_out_at
        FROM linli.activity_occurrence AS o
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.capacity_id = o.capacity_id
            AND r.state <> 'ended'
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
            AND m.is_live
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
        WHERE o.estate_id = estate AND o.id = occurrence
            AND linli.is_steward(o.activity_id)
            AND (r.until IS NULL OR r.until > linli.instant())
            AND (r.id, m.person_id) > (after_reservation, after_person)
            AND (only_person IS NULL OR m.person_id = only_person)
            AND (only_person IS NOT NULL
                OR (m.person_id <> ALL (apart) AND r.holder_id <> ALL (apart)))
        ORDER BY r.id, m.person_id
        LIMIT least(rows_max, 201);
END
$$;

-- As before, without those from whom the reader is kept apart.
CREATE OR REPLACE FUNCTION linli.steward_names(activity uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    apart CONSTANT uuid[] := linli.own_apart();
BEGIN
    IF linli.person_id() IS NULL
        OR NOT (linli.is_steward(activity) OR linli.readable_activity(activity) IS NOT NULL)
    THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        SELECT CASE WHEN p.claimed_at IS NULL THEN '*' ELSE p.display_name END
        FROM linli.steward AS s
        JOIN linli.person AS p ON p.estate_id = s.estate_id AND p.id = s.person_id
        WHERE s.estate_id = estate AND s.thing_id = activity AND s.person_id <> ALL (apart)
        ORDER BY s.is_lead DESC, s.since, s.person_id);
END
$$;

-- Where it acts: ties, and vouching -------------------------------------------------------------

-- What the other claims is not shown; the claimer sees its own claim, which nobody confirms.
CREATE POLICY tie_apart ON linli.tie AS RESTRICTIVE FOR SELECT TO linli
    USING (confirmed_at IS NOT NULL
        OR claimer_id IS NOT DISTINCT FROM (SELECT linli.person_id())
        OR claimer_id <> ALL ((SELECT linli.own_apart())::uuid[]));

-- Where it acts: events and notices -------------------------------------------------------------

-- Whether an event of this kind shows what one person did; what is published is open to both.
CREATE FUNCTION linli.is_of_person(kind text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN split_part(kind, '.', 1) IN ('comment', 'feedback', 'reservation', 'attendance',
        'noShow', 'person', 'tie', 'proof', 'session', 'household', 'membership', 'child');

-- Whether a key is of an office: what is seen by it is seen on duty.
CREATE FUNCTION linli.is_duty_key(key text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN key LIKE 'role:%' AND linli.is_office(split_part(substr(key, 6), '@', 1));

-- What the principal's offices let it see.
CREATE FUNCTION linli.own_duty_keys() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT k.key FROM unnest(linli.own_event_keys()) AS k (key) WHERE linli.is_duty_key(k.key));
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.is_of_person(text), linli.is_duty_key(text), linli.own_duty_keys() TO linli;

-- What those do from whom one is kept apart is not seen, but on duty.
CREATE POLICY event_apart ON linli.event AS RESTRICTIVE FOR SELECT TO linli
    USING ((SELECT linli.job_name()) IS NOT NULL
        OR (SELECT cardinality(linli.own_apart())) = 0
        OR NOT linli.is_of_person(kind)
        OR NOT (coalesce(actor_id = ANY ((SELECT linli.own_apart())::uuid[]), false)
            OR about && (SELECT linli.own_apart())::uuid[])
        OR linli.event_visible(audience, (SELECT linli.own_duty_keys())));

-- As before; and none of what those did from whom a reader is kept apart, unless its office sees it.
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
            OR linli.event_visible(s.audience, ARRAY(
                SELECT k FROM unnest(h.keys) AS k WHERE linli.is_duty_key(k))))
    ORDER BY c.seq, c.person_id;
END $$;

-- As before; nobody is told what one said or claims from whom it is kept apart.
CREATE OR REPLACE FUNCTION linli.notify(
    event uuid, kind text, subject_kind text, subject uuid, details text, persons uuid[])
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    instant CONSTANT timestamptz := linli.instant();
    apart CONSTANT uuid[] := CASE WHEN kind IN ('comment.added', 'feedback.given', 'tie.claimed')
        THEN linli.own_apart() ELSE '{}' END;
    told bigint;
BEGIN
    -- Not yet numbered, of this instant and this doer: nobody can tell of what it has not done.
    IF NOT EXISTS (
        SELECT
        FROM linli.event AS e
        WHERE e.estate_id = estate
            AND e.event_id = notify.event
            AND e.seq IS NULL
            AND e.at = linli.instant()
            AND e.actor_kind = linli.principal_kind()
            AND e.actor_id IS NOT DISTINCT FROM linli.person_id())
    THEN
        RAISE EXCEPTION 'a notice tells of an event of its own transaction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_of_event';
    END IF;
    INSERT INTO linli.notice
        (estate_id, person_id, id, kind, subject_kind, subject_id, details, at, expires_at)
    SELECT estate, p.id, notify.event, notify.kind, notify.subject_kind, notify.subject,
        notify.details::json, instant, instant + interval '730 days'
    FROM linli.person AS p
    WHERE p.estate_id = estate
        AND p.id = ANY (persons)
        AND p.id IS DISTINCT FROM linli.person_id()
        AND p.id <> ALL (apart)
        AND p.state IN ('active', 'away', 'in_hospital')
    ON CONFLICT ON CONSTRAINT notice_pkey DO NOTHING;
    GET DIAGNOSTICS told = ROW_COUNT;
    RETURN told;
END
$$;
