-- The round asks all at once: one statement where there was one for each helper, request and asking. An
-- urgent request has a round of its own; a request looks again in the transaction in which its visit is
-- cancelled; and who may not meet is barred before anybody is chosen. docs/help/asking.md.

-- Many events and notices --------------------------------------------------------------------------

-- Writes many events of one kind for a job, each opened by one person, in one statement. For the
-- functions here alone.
CREATE FUNCTION linli.append_events(
    event_ids uuid[], kind text, persons uuid[], payloads text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS NULL THEN
        RAISE EXCEPTION 'only a job writes many events at once'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.event (event_id, kind, audience, payload, salt, digest)
    SELECT e.id, append_events.kind, ARRAY['person:' || e.person], e.payload::json, e.salt,
        sha256(e.salt || convert_to(e.payload, 'UTF8'))
    FROM (
        SELECT u.id, u.person, u.payload, uuid_send(gen_random_uuid()) AS salt
        FROM unnest(event_ids, persons, payloads) AS u (id, person, payload)
        OFFSET 0) AS e;
END
$$;

-- Tells one person of each of many events of its transaction. For the functions here alone.
CREATE FUNCTION linli.notify_each(
    events uuid[], kind text, subject_kind text, subjects uuid[], details text[], persons uuid[])
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    now_is CONSTANT timestamptz := linli.instant();
BEGIN
    IF cardinality(events) <> (
        SELECT count(*)
        FROM linli.event AS e
        WHERE e.estate_id = estate AND e.event_id = ANY (events) AND e.seq IS NULL AND e.at = now_is
            AND e.actor_kind = linli.principal_kind()
            AND e.actor_id IS NOT DISTINCT FROM linli.person_id())
    THEN
        RAISE EXCEPTION 'a notice tells of an event of its own transaction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_of_event';
    END IF;
    INSERT INTO linli.notice
        (estate_id, person_id, id, kind, subject_kind, subject_id, details, at, expires_at)
    SELECT estate, p.id, u.event, notify_each.kind, notify_each.subject_kind, u.subject,
        u.details::json, now_is, now_is + interval '730 days'
    FROM unnest(events, subjects, details, persons) AS u (event, subject, details, person)
    JOIN linli.person AS p ON p.estate_id = estate AND p.id = u.person
        AND p.state IN ('active', 'away', 'in_hospital')
    ON CONFLICT ON CONSTRAINT notice_pkey DO NOTHING;
END
$$;

-- Who is who ---------------------------------------------------------------------------------------

-- Which of some persons are treated as elders. For the functions here alone.
CREATE FUNCTION linli.help_elders(persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT d.beneficiary_id
        FROM linli.delegation AS d
        WHERE d.estate_id = estate AND d.beneficiary_id = ANY (persons) AND d.begins <= at
            AND d.ends > at
        UNION
        SELECT e.person_id
        FROM linli.care_entry AS e
        WHERE e.estate_id = estate AND e.person_id = ANY (persons) AND e.ended_at IS NULL
            AND linli.on_care_list(e.person_id);
END
$$;
CREATE OR REPLACE FUNCTION linli.help_elder(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM linli.help_elders(ARRAY[person]));
END
$$;

-- Which of some persons a ban is there to protect.
CREATE FUNCTION linli.sheltered(persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT e.id FROM linli.help_elders(persons) AS e (id)
        UNION
        SELECT a.person_id
        FROM linli.age AS a
        WHERE a.estate_id = estate AND a.person_id = ANY (persons)
            AND a.turns_18 > linli.today(estate)
        UNION
        SELECT m.person_id
        FROM linli.activity AS a
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.thing_id = a.id
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.capacity_id = c.id
            AND m.is_live AND m.person_id = ANY (persons)
        WHERE a.estate_id = estate AND a.meant_for = 'elders';
END
$$;
CREATE OR REPLACE FUNCTION linli.is_sheltered(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM linli.sheltered(ARRAY[person]));
END
$$;

-- Which helpers and persons linli.help_bar keeps apart. For the functions here alone.
CREATE FUNCTION linli.help_apart(helpers uuid[], persons uuid[])
    RETURNS TABLE (helper_id uuid, person_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    banned CONSTANT uuid[] := ARRAY(
        SELECT DISTINCT b.person_id
        FROM linli.safety_ban AS b
        WHERE b.estate_id = estate AND b.person_id = ANY (helpers || persons)
            AND linli.is_banned(b.person_id));
BEGIN
    RETURN QUERY
        SELECT a.person_id, a.other_id
        FROM linli.apart_pairs(helpers) AS a
        WHERE a.other_id = ANY (persons)
        UNION
        SELECT r.other_id, r.person_id
        FROM linli.help_safety_report AS r
        WHERE r.estate_id = estate AND r.person_id = ANY (persons) AND r.other_id = ANY (helpers)
            AND r.decision IS DISTINCT FROM 'lifted'
        UNION
        SELECT r.person_id, r.other_id
        FROM linli.help_safety_report AS r
        WHERE r.estate_id = estate AND r.person_id = ANY (helpers) AND r.other_id = ANY (persons)
            AND r.decision IS DISTINCT FROM 'lifted';
    IF banned <> '{}' THEN
        RETURN QUERY
            SELECT h, p
            FROM linli.sheltered(persons) AS p
            CROSS JOIN unnest(banned) AS h
            WHERE h = ANY (helpers)
            UNION
            SELECT h, p
            FROM linli.sheltered(helpers) AS h
            CROSS JOIN unnest(banned) AS p
            WHERE p = ANY (persons);
    END IF;
END
$$;

-- How much helpers have taken in this month, and are asked for now. For the functions here alone.
CREATE FUNCTION linli.help_loads(helpers uuid[]) RETURNS TABLE (person_id uuid, load integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    month CONSTANT timestamp := date_trunc('month', linli.local_day()::timestamp);
    from_at CONSTANT timestamptz := month AT TIME ZONE zone;
    to_at CONSTANT timestamptz := (month + interval '1 month') AT TIME ZONE zone;
BEGIN
    RETURN QUERY
        SELECT t.id, count(*)::integer
        FROM (
            SELECT v.helper_id AS id
            FROM linli.help_visit AS v
            WHERE v.estate_id = estate AND v.helper_id = ANY (helpers)
                AND v.state IN ('planned', 'under_way', 'done') AND v.begins >= from_at
                AND v.begins < to_at
            UNION ALL
            SELECT p.helper_id
            FROM linli.help_proposal AS p
            WHERE p.estate_id = estate AND p.helper_id = ANY (helpers) AND p.state = 'open'
                AND p.until > at) AS t
        GROUP BY t.id;
END
$$;

-- What the round reads -----------------------------------------------------------------------------

-- Who offers help now, with one of some kinds, or any (NULL); minutes count from midnight of today on the
-- estate's clock. For the job alone.
CREATE FUNCTION linli.help_round_helpers(of_kinds text[])
    RETURNS TABLE (id uuid, kinds text[], languages text[], gender text, gender_rule text,
        in_person boolean, vetted boolean, windows integer[], busy integer[], load integer,
        load_max integer, asked integer, rest_days integer, building uuid, stair uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    today CONSTANT date := linli.local_day();
    base CONSTANT timestamptz := today::timestamp AT TIME ZONE zone;
    known uuid[];
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN;
    END IF;
    known := ARRAY(
        SELECT p.person_id
        FROM linli.helper_profile AS p
        WHERE p.estate_id = estate AND p.is_active AND coalesce(p.paused_until < today, true)
            AND (of_kinds IS NULL OR p.kinds && of_kinds)
            AND linli.person_available(estate, p.person_id)
            AND NOT linli.is_child(estate, p.person_id));
    RETURN QUERY
        WITH one AS MATERIALIZED (
            SELECT p.*, linli.level_of(estate, p.person_id) AS level
            FROM linli.helper_profile AS p
            WHERE p.estate_id = estate AND p.person_id = ANY (known)
        ), free AS MATERIALIZED (
            SELECT w.person_id, array_agg(x.minute ORDER BY d.day, w.begins_minute, x.number)
                AS minutes
            FROM generate_series(0, 14) AS d (day)
            JOIN linli.helper_window AS w ON w.estate_id = estate
                AND w.person_id = ANY (known)
                AND w.weekday = extract(isodow FROM today + d.day)::integer
            CROSS JOIN LATERAL (VALUES (1, d.day * 1440 + w.begins_minute),
                (2, d.day * 1440 + w.ends_minute)) AS x (number, minute)
            WHERE NOT EXISTS (
                SELECT FROM linli.helper_day_off AS o
                WHERE o.estate_id = estate AND o.person_id = w.person_id
                    AND o.day = today + d.day)
            GROUP BY w.person_id
        ), bound AS MATERIALIZED (
            SELECT t.person_id, array_agg(x.minute ORDER BY t.b, t.e, x.number) AS minutes
            FROM linli.help_bound(known) AS t
            CROSS JOIN LATERAL (VALUES
                (1, greatest(-100000, floor(extract(epoch FROM t.b - base) / 60))::integer),
                (2, least(100000, ceil(extract(epoch FROM t.e - base) / 60))::integer))
                AS x (number, minute)
            GROUP BY t.person_id
        ), asked AS MATERIALIZED (
            SELECT p.helper_id, count(*)::integer AS times
            FROM linli.help_proposal AS p
            WHERE p.estate_id = estate AND p.helper_id = ANY (known) AND p.origin = 'round'
                AND p.made_at > at - interval '7 days'
            GROUP BY p.helper_id
        ), home AS MATERIALIZED (
            -- Who belongs to one household is counted there; of several linli.need_home chooses.
            SELECT m.person_id, CASE WHEN count(*) = 1 THEN min(m.household_id::text)::uuid
                ELSE linli.need_home(m.person_id) END AS household_id
            FROM linli.membership AS m
            JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
                AND h.begins <= at AND h.ends > at
            WHERE m.estate_id = estate AND m.person_id = ANY (known) AND m.begins <= at
                AND m.ends > at AND m.role_in_household <> 'carer'
            GROUP BY m.person_id
        )
        SELECT o.person_id, o.kinds, o.languages, o.gender, o.gender_rule,
            linli.is_at_least(o.level, 'in_person'),
            EXISTS (
                SELECT FROM linli.vetting AS v
                WHERE v.estate_id = estate AND v.person_id = o.person_id)
                AND linli.is_vetted(o.person_id),
            coalesce(f.minutes, '{}'), coalesce(b.minutes, '{}'), coalesce(l.load, 0),
            o.monthly_max, coalesce(a.times, 0), o.rest_days, u.building_id, u.stair_id
        FROM one AS o
        LEFT JOIN free AS f ON f.person_id = o.person_id
        LEFT JOIN bound AS b ON b.person_id = o.person_id
        LEFT JOIN linli.help_loads(known) AS l ON l.person_id = o.person_id
        LEFT JOIN asked AS a ON a.helper_id = o.person_id
        LEFT JOIN home AS m ON m.person_id = o.person_id
        LEFT JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        LEFT JOIN linli.place AS u ON u.estate_id = estate AND u.id = h.residence_id
        WHERE linli.is_at_least(o.level, 'household')
        ORDER BY o.person_id;
END
$$;

-- When helpers are bound: what they have promised, what they are asked for, and the rest around it. For
-- the functions here alone.
CREATE FUNCTION linli.help_bound(helpers uuid[])
    RETURNS TABLE (person_id uuid, b timestamptz, e timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
BEGIN
    RETURN QUERY
        WITH open AS MATERIALIZED (
            SELECT p.helper_id, p.begins, p.ends
            FROM linli.help_proposal AS p
            WHERE p.estate_id = estate AND p.state = 'open' AND p.until > at
                AND p.helper_id = ANY (helpers)
        )
        SELECT c.person_id, c.begins - interval '10 minutes', c.ends + interval '10 minutes'
        FROM linli.commitments(helpers, '{}', at) AS c
        WHERE c.state <> 'waiting' AND c.begins < at + interval '15 days'
        UNION ALL
        SELECT o.helper_id, o.begins - interval '10 minutes', o.ends + interval '10 minutes'
        FROM open AS o
        UNION ALL
        -- Rest before and after each visit, in whole days.
        SELECT v.helper_id,
            (((v.begins AT TIME ZONE zone)::date - q.rest_days)::timestamp) AT TIME ZONE zone,
            (((v.ends AT TIME ZONE zone)::date + q.rest_days + 1)::timestamp) AT TIME ZONE zone
        FROM linli.helper_profile AS q
        JOIN (
            SELECT x.helper_id, x.begins, x.ends FROM linli.help_visit AS x
            WHERE x.estate_id = estate AND x.helper_id = ANY (helpers)
                AND x.state IN ('planned', 'under_way', 'done')
                AND x.begins BETWEEN at - interval '32 days' AND at + interval '47 days'
            UNION ALL
            SELECT o.helper_id, o.begins, o.ends FROM open AS o
        ) AS v ON v.helper_id = q.person_id
        WHERE q.estate_id = estate AND q.person_id = ANY (helpers) AND q.rest_days > 0;
END
$$;
CREATE OR REPLACE FUNCTION linli.help_round_helpers()
    RETURNS TABLE (id uuid, kinds text[], languages text[], gender text, gender_rule text,
        in_person boolean, vetted boolean, windows integer[], busy integer[], load integer,
        load_max integer, asked integer, rest_days integer, building uuid, stair uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY SELECT h.* FROM linli.help_round_helpers(NULL) AS h;
END
$$;

-- The requests that look for somebody now, and nobody is asked for: some of them, or all (NULL). For the
-- job alone.
CREATE FUNCTION linli.help_round_requests(only_ids uuid[])
    RETURNS TABLE (id uuid, person_id uuid, kind text, child boolean, elder boolean,
        first_minute integer, last_minute integer, minutes integer, urgency text,
        wish_gender text, wish_language text, person_gender text, asked uuid[], building uuid,
        stair uuid, origin timestamptz, now_minute integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    base CONSTANT timestamptz := linli.local_day()::timestamp AT TIME ZONE zone;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH open AS MATERIALIZED (
            SELECT r.*
            FROM linli.help_request AS r
            WHERE r.estate_id = estate AND r.state = 'looking'
                AND r.begins < at + interval '14 days'
                AND r.ends - r.minutes * interval '1 minute' > at + interval '1 minute'
                AND (only_ids IS NULL OR r.id = ANY (only_ids))
                AND NOT EXISTS (
                    SELECT FROM linli.help_proposal AS p
                    WHERE p.estate_id = estate AND p.request_id = r.id AND p.state = 'open'
                        AND p.origin <> 'offer')
        ), here AS MATERIALIZED (
            SELECT o.id
            FROM (SELECT DISTINCT r.person_id AS id FROM open AS r) AS o
            WHERE linli.person_available(estate, o.id)
        ), elders AS MATERIALIZED (
            SELECT e.id FROM linli.help_elders(ARRAY(SELECT h.id FROM here AS h)) AS e (id)
        )
        SELECT r.id, r.person_id, r.kind, r.child_id IS NOT NULL, r.is_elder OR e.id IS NOT NULL,
            ceil(extract(epoch FROM greatest(r.begins, at + interval '1 minute') - base)
                / 60)::integer,
            floor(extract(epoch FROM r.ends - base) / 60)::integer, r.minutes, r.urgency,
            r.wish_gender, r.wish_language, q.gender,
            ARRAY(
                SELECT p.helper_id FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.request_id = r.id),
            u.building_id, u.stair_id, base,
            floor(extract(epoch FROM at - base) / 60)::integer
        FROM open AS r
        JOIN here AS h ON h.id = r.person_id
        LEFT JOIN elders AS e ON e.id = r.person_id
        JOIN linli.place AS u ON u.estate_id = estate AND u.id = r.place_id
        LEFT JOIN linli.helper_profile AS q ON q.estate_id = estate AND q.person_id = r.person_id
        WHERE r.child_id IS NULL OR linli.consented(r.child_id, 'alone_with_adult')
        ORDER BY r.id
        LIMIT 5000;
END
$$;
CREATE OR REPLACE FUNCTION linli.help_round_requests()
    RETURNS TABLE (id uuid, person_id uuid, kind text, child boolean, elder boolean,
        first_minute integer, last_minute integer, minutes integer, urgency text,
        wish_gender text, wish_language text, person_gender text, asked uuid[], building uuid,
        stair uuid, origin timestamptz, now_minute integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY SELECT r.* FROM linli.help_round_requests(NULL) AS r;
END
$$;

-- As before; and whom a safety report or a ban keeps apart is barred.
CREATE OR REPLACE FUNCTION linli.help_round_pairs(helpers uuid[], persons uuid[])
    RETURNS TABLE (helper_id uuid, person_id uuid, tie text, visits integer, is_known boolean,
        is_barred boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH found AS (
            SELECT t.claimer_id AS h, t.other_id AS p, t.kind, 0 AS n, false AS known,
                false AS barred
            FROM linli.tie AS t
            WHERE t.estate_id = estate AND t.claimer_id = ANY (helpers)
                AND t.other_id = ANY (persons) AND linli.tie_counts(t)
            UNION ALL
            SELECT t.other_id, t.claimer_id, t.kind, 0, false, false
            FROM linli.tie AS t
            WHERE t.estate_id = estate AND t.other_id = ANY (helpers)
                AND t.claimer_id = ANY (persons) AND linli.tie_counts(t)
            UNION ALL
            SELECT v.helper_id, v.person_id, NULL, count(*)::integer,
                bool_or(v.begins > at - interval '31 days'), false
            FROM linli.help_visit AS v
            WHERE v.estate_id = estate AND v.helper_id = ANY (helpers)
                AND v.person_id = ANY (persons) AND v.begins > at - interval '366 days'
                AND v.state IN ('planned', 'under_way', 'done')
            GROUP BY v.helper_id, v.person_id
            UNION ALL
            SELECT a.helper_id, a.person_id, NULL, 0, false, true
            FROM linli.help_apart(helpers, persons) AS a
            UNION ALL
            SELECT a.helper_id, a.person_id, NULL, 0, false, true
            FROM linli.help_aversion AS a
            WHERE a.estate_id = estate AND a.helper_id = ANY (helpers)
                AND a.person_id = ANY (persons)
            UNION ALL
            SELECT m.person_id, o.person_id, NULL, 0, false, true
            FROM linli.membership AS m
            JOIN linli.membership AS o ON o.estate_id = estate AND o.household_id = m.household_id
                AND o.person_id = ANY (persons) AND o.begins <= at AND o.ends > at
            WHERE m.estate_id = estate AND m.person_id = ANY (helpers) AND m.begins <= at
                AND m.ends > at
        )
        SELECT f.h, f.p, max(f.kind), sum(f.n)::integer, bool_or(f.known), bool_or(f.barred)
        FROM found AS f
        GROUP BY f.h, f.p;
END
$$;

-- What the round writes ----------------------------------------------------------------------------

-- Which of some askings may be, by their number: the same rules as linli.help_propose_one, and nobody is
-- asked twice at a time, or for more than the maximum. Whoever calls holds the requests. For the functions
-- here alone.
CREATE FUNCTION linli.help_fits(requests uuid[], helpers uuid[], firsts timestamptz[])
    RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    known CONSTANT uuid[] := ARRAY(
        SELECT q.person_id
        FROM linli.helper_profile AS q
        WHERE q.estate_id = estate AND q.person_id = ANY (helpers) AND q.is_active
            AND coalesce(q.paused_until < today, true)
            AND linli.person_available(estate, q.person_id)
            AND NOT linli.is_child(estate, q.person_id));
    levels CONSTANT text[] := ARRAY(
        SELECT linli.level_of(estate, k.id) FROM unnest(known) WITH ORDINALITY AS k (id, n)
        ORDER BY k.n);
    proved CONSTANT uuid[] := ARRAY(
        SELECT k.id FROM unnest(known, levels) AS k (id, level)
        WHERE linli.is_at_least(k.level, 'household'));
    seen CONSTANT uuid[] := ARRAY(
        SELECT k.id FROM unnest(known, levels) AS k (id, level)
        WHERE linli.is_at_least(k.level, 'in_person'));
    here CONSTANT uuid[] := ARRAY(
        SELECT o.id
        FROM (
            SELECT DISTINCT r.person_id AS id
            FROM linli.help_request AS r
            WHERE r.estate_id = estate AND r.id = ANY (requests)) AS o
        WHERE linli.person_available(estate, o.id));
    elders CONSTANT uuid[] := ARRAY(SELECT linli.help_elders(here));
BEGIN
    -- NOT IN: each list is read once.
    RETURN QUERY
        SELECT o.number
        FROM (
            SELECT g.number, g.helper_id, g.begins, r.id AS request_id, r.person_id, r.child_id,
                r.is_elder, g.begins + r.minutes * interval '1 minute' AS ends,
                row_number() OVER (PARTITION BY g.helper_id ORDER BY g.number) AS nth
            FROM unnest(requests, helpers, firsts) WITH ORDINALITY
                AS g (request_id, helper_id, begins, number)
            JOIN linli.help_request AS r ON r.estate_id = estate AND r.id = g.request_id
            WHERE r.state = 'looking' AND g.begins > at AND g.begins >= r.begins
                AND g.begins + r.minutes * interval '1 minute' <= r.ends
                AND g.helper_id NOT IN (r.person_id, r.asker_id)) AS o
        JOIN linli.helper_profile AS q ON q.estate_id = estate AND q.person_id = o.helper_id
        LEFT JOIN linli.help_loads(known) AS l ON l.person_id = o.helper_id
        WHERE o.helper_id = ANY (proved) AND o.person_id = ANY (here)
            AND coalesce(l.load, 0) + o.nth <= q.monthly_max
            AND (o.helper_id = ANY (seen) OR NOT (o.is_elder OR o.child_id IS NOT NULL
                OR o.person_id = ANY (elders)))
            AND (o.child_id IS NULL OR (linli.is_vetted(o.helper_id)
                AND linli.consented(o.child_id, 'alone_with_adult')))
            AND (o.helper_id, o.person_id) NOT IN (
                SELECT a.helper_id, a.person_id FROM linli.help_apart(known, here) AS a)
            AND (o.helper_id, o.person_id) NOT IN (
                SELECT a.helper_id, a.person_id FROM linli.help_aversion AS a
                WHERE a.estate_id = estate AND a.helper_id = ANY (known))
            AND (o.helper_id, o.request_id) NOT IN (
                SELECT p.helper_id, p.request_id FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.request_id = ANY (requests))
            AND o.request_id NOT IN (
                SELECT p.request_id FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.request_id = ANY (requests) AND p.state = 'open'
                    AND p.origin <> 'offer')
            AND NOT EXISTS (
                SELECT FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.helper_id = o.helper_id AND p.state = 'open'
                    AND p.until > at AND p.begins < o.ends AND p.ends > o.begins);
END
$$;

-- As before, all at once. Rounds of an estate take turns here, so that two ask nobody for one time.
CREATE OR REPLACE FUNCTION linli.help_propose(
    ids uuid[], requests uuid[], helpers uuid[], firsts timestamptz[], why text[])
    RETURNS TABLE (request_id uuid, helper_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    fit bigint[];
    made record;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('help-propose/' || estate, 225));
    PERFORM FROM linli.help_request AS r
    WHERE r.estate_id = estate AND r.id = ANY (requests)
    ORDER BY r.id
    FOR UPDATE;
    fit := ARRAY(SELECT linli.help_fits(requests, helpers, firsts));
    WITH new AS (
        INSERT INTO linli.help_proposal AS p (estate_id, id, request_id, helper_id, origin, begins,
            ends, reasons, made_at, until)
        SELECT estate, g.id, r.id, g.helper, 'round', g.first,
            g.first + r.minutes * interval '1 minute', g.why::jsonb, at,
            least(g.first, at + CASE r.urgency WHEN 'urgent' THEN interval '30 minutes'
                ELSE interval '12 hours' END)
        FROM unnest(ids, requests, helpers, firsts, why) WITH ORDINALITY
            AS g (id, request, helper, first, why, number)
        JOIN linli.help_request AS r ON r.estate_id = estate AND r.id = g.request
        WHERE g.number = ANY (fit)
        RETURNING p.id, p.helper_id, json_build_object('proposal', p.id)::text AS payload,
            json_build_object('until', p.until, 'begins', p.begins)::text AS details
    )
    SELECT array_agg(linli.fresh_id(at)) AS events, array_agg(n.id) AS ids,
        array_agg(n.helper_id) AS persons, array_agg(n.payload) AS payloads,
        array_agg(n.details) AS details
    INTO made
    FROM new AS n;
    PERFORM linli.append_events(made.events, 'helpProposal.made', made.persons, made.payloads),
        linli.notify_each(made.events, 'helpProposal.made', 'help_proposal', made.ids,
            made.details, made.persons)
    WHERE made.ids IS NOT NULL;
    RETURN QUERY
        SELECT g.request, g.helper
        FROM unnest(requests, helpers) WITH ORDINALITY AS g (request, helper, number)
        WHERE g.number <> ALL (fit);
END
$$;

-- As before; what nobody answered lapses all at once.
CREATE OR REPLACE FUNCTION linli.help_round_sweep() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    over record;
    one record;
    swept bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN 0;
    END IF;
    WITH ended AS (
        UPDATE linli.help_proposal AS p SET state = 'lapsed', answered_at = at
        WHERE p.estate_id = estate AND p.state = 'open' AND p.until <= at
        RETURNING p.helper_id, json_build_object('proposal', p.id)::text AS payload
    )
    SELECT array_agg(linli.fresh_id(at)) AS events, array_agg(e.helper_id) AS persons,
        array_agg(e.payload) AS payloads, count(*) AS times
    INTO over
    FROM ended AS e;
    IF over.times > 0 THEN
        swept := over.times;
        PERFORM linli.append_events(over.events, 'helpProposal.lapsed', over.persons,
            over.payloads);
    END IF;
    -- A visit that nobody came to, that is over, or that fell while another held the request.
    FOR one IN
        SELECT r.id, v.state AS became, r.ends - r.minutes * interval '1 minute' > at AS is_ahead
        FROM linli.help_request AS r
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.id = r.visit_id
        WHERE r.estate_id = estate AND r.state = 'agreed'
            AND v.state IN ('done', 'cancelled', 'missed')
        ORDER BY r.id
        LIMIT 200
        FOR UPDATE OF r SKIP LOCKED
    LOOP
        swept := swept + 1;
        PERFORM linli.help_reopen(one.id, CASE
            WHEN one.became = 'done' THEN 'done'
            WHEN one.became = 'cancelled' AND one.is_ahead THEN 'looking'
            ELSE 'lapsed' END);
    END LOOP;
    FOR one IN
        SELECT r.id
        FROM linli.help_request AS r
        WHERE r.estate_id = estate AND r.state = 'looking'
            AND r.ends - r.minutes * interval '1 minute' <= at
        ORDER BY r.id
        LIMIT 200
        FOR UPDATE SKIP LOCKED
    LOOP
        swept := swept + 1;
        PERFORM linli.help_reopen(one.id, 'lapsed');
    END LOOP;
    RETURN swept;
END
$$;

-- A visit that falls -------------------------------------------------------------------------------

-- The request of a visit that is cancelled looks again at once, or lapses; who takes the request back says
-- so himself. Where somebody else holds the request, the job finds it.
CREATE FUNCTION linli.help_visit_fell() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    r linli.help_request;
BEGIN
    SELECT * INTO r FROM linli.help_request AS o
    WHERE o.estate_id = NEW.estate_id AND o.id = NEW.source_id AND o.visit_id = NEW.id
        AND o.state = 'agreed'
    FOR UPDATE SKIP LOCKED;
    IF r.id IS NOT NULL THEN
        PERFORM linli.help_reopen(r.id, CASE
            WHEN r.ends - r.minutes * interval '1 minute' > linli.instant() THEN 'looking'
            ELSE 'lapsed' END);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER help_visit_fell AFTER UPDATE OF state ON linli.help_visit
    FOR EACH ROW
    WHEN (NEW.state = 'cancelled' AND OLD.state <> 'cancelled' AND NEW.source = 'request'
        AND NEW.because <> 'withdrawn')
    EXECUTE FUNCTION linli.help_visit_fell();

-- As before; the request is held before its visit, as everywhere.
CREATE OR REPLACE FUNCTION linli.visit_cancel(visit uuid, code text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    v linli.help_visit;
    side text;
BEGIN
    PERFORM FROM linli.help_request AS r
    WHERE r.estate_id = estate AND r.id = (
        SELECT o.source_id FROM linli.help_visit AS o
        WHERE o.estate_id = estate AND o.id = visit AND o.source = 'request')
    FOR UPDATE;
    v := linli.help_visit_take(visit);
    side := linli.help_side(v);
    IF side IS NULL THEN
        RETURN 'unknown';
    ELSIF v.state <> 'planned' THEN
        RETURN 'state';
    ELSIF side <> 'office' AND linli.instant() >= v.begins THEN
        RETURN 'late';
    END IF;
    PERFORM linli.help_visits_end(ARRAY[visit], CASE side WHEN 'office' THEN 'office' ELSE code END,
        side = 'office');
    RETURN 'done';
END
$$;

-- As before; the request looks again by the fall of its visit.
CREATE OR REPLACE FUNCTION linli.help_release(event uuid, proposal uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held record;
    p linli.help_proposal;
    r linli.help_request;
BEGIN
    SELECT * INTO held FROM linli.help_proposal_take(proposal) AS t;
    p := held.p;
    r := held.r;
    IF p.id IS NULL OR p.helper_id IS DISTINCT FROM linli.person_id()
        OR linli.beneficiary_id() IS NOT NULL OR r.person_id = ANY (linli.own_unseen())
    THEN
        RETURN 'unknown';
    ELSIF p.state <> 'accepted' OR r.helper_id IS DISTINCT FROM p.helper_id
        OR r.state <> 'agreed' OR NOT linli.cancel_help_visit(r.visit_id, 'released')
    THEN
        RETURN 'over';
    END IF;
    PERFORM linli.append_event(event, 'helpProposal.released', ARRAY['person:' || p.helper_id],
        '{}', json_build_object('proposal', p.id)::text);
    RETURN 'released';
END
$$;

-- As before; the visit that falls closes the conversation, once.
CREATE OR REPLACE FUNCTION linli.help_withdraw(event uuid, request uuid, whole boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    r CONSTANT linli.help_request := linli.help_request_take(request);
    one linli.help_request;
    ended integer := 0;
BEGIN
    IF r.id IS NULL THEN
        RETURN 'unknown';
    END IF;
    FOR one IN
        SELECT * FROM linli.help_request AS o
        WHERE o.estate_id = r.estate_id AND (o.id = r.id
                OR (whole AND o.series_id = r.series_id AND o.begins >= r.begins))
            AND o.state IN ('looking', 'agreed')
        ORDER BY o.begins
        FOR UPDATE
    LOOP
        -- What is under way or over is not taken back.
        CONTINUE WHEN one.visit_id IS NOT NULL
            AND NOT linli.cancel_help_visit(one.visit_id, 'withdrawn');
        ended := ended + 1;
        PERFORM linli.help_proposals_end(one.id);
        UPDATE linli.help_proposal AS p SET state = 'released'
        WHERE p.estate_id = one.estate_id AND p.request_id = one.id AND p.state = 'accepted';
        UPDATE linli.help_request AS o SET state = 'withdrawn', closed_at = at
        WHERE o.estate_id = one.estate_id AND o.id = one.id;
        PERFORM linli.finish_task(one.task_id, 'done');
    END LOOP;
    IF ended = 0 THEN
        RETURN 'over';
    END IF;
    PERFORM linli.append_event(event, 'helpRequest.withdrawn',
        linli.help_audience(r.person_id, r.asker_id), '{}',
        json_build_object('request', r.id)::text);
    RETURN 'withdrawn';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.help_round_helpers(text[]), linli.help_round_requests(uuid[])
    TO linli;
