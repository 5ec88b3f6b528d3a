-- What the pairing round asks of each person, asked of many in one statement, by the rules of
-- linli.person_available, linli.is_child and linli.level_of. docs/help/asking.md.

-- Which of some persons are there, as linli.person_available says of one. For the functions here alone.
CREATE FUNCTION linli.people_available(persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT p.id
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (persons) AND p.state = 'active'
        EXCEPT ALL
        SELECT DISTINCT a.person_id
        FROM linli.absence AS a
        WHERE a.estate_id = estate AND a.person_id = ANY (persons) AND a.begins <= at
            AND a.ends > at;
END
$$;

-- Which of some persons are under 18, as linli.is_child says of one. For the functions here alone.
CREATE FUNCTION linli.children_among(persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    today CONSTANT date := linli.today(estate);
BEGIN
    RETURN QUERY
        SELECT a.person_id
        FROM linli.age AS a
        WHERE a.estate_id = estate AND a.person_id = ANY (persons) AND a.turns_18 > today;
END
$$;

-- How far each of some persons is proved, as linli.level_of says of one, where that is at least
-- `household`; others are left out. For the functions here alone.
CREATE FUNCTION linli.levels_of(persons uuid[]) RETURNS TABLE (person_id uuid, level text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT p.id, CASE WHEN bool_or(f.level = 'in_person') THEN 'in_person' ELSE 'household' END
        FROM linli.proof AS f
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = f.person_id
            AND p.state IN ('active', 'away', 'in_hospital')
        WHERE f.estate_id = estate AND f.person_id = ANY (persons) AND f.proved_at <= at
            AND f.ends > at AND (f.withdrawn_at IS NULL OR f.withdrawn_at > at)
            AND (f.level = 'in_person' OR (f.level = 'household' AND EXISTS (
                SELECT
                FROM linli.membership AS m
                JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
                    AND h.begins <= at AND h.ends > at
                WHERE m.estate_id = estate AND m.person_id = f.person_id
                    AND m.household_id = f.household_id AND m.begins <= at AND m.ends > at)))
        GROUP BY p.id;
END
$$;

-- Which of some persons are there and of age: who may help. For the functions here alone.
CREATE FUNCTION linli.help_grown(persons uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT a.id FROM linli.people_available(persons) AS a (id)
        EXCEPT
        SELECT c.id FROM linli.children_among(persons) AS c (id));
END
$$;

-- As before.
CREATE OR REPLACE FUNCTION linli.sheltered(persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT e.id FROM linli.help_elders(persons) AS e (id)
        UNION
        SELECT c.id FROM linli.children_among(persons) AS c (id)
        UNION
        SELECT m.person_id
        FROM linli.activity AS a
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.thing_id = a.id
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.capacity_id = c.id
            AND m.is_live AND m.person_id = ANY (persons)
        WHERE a.estate_id = estate AND a.meant_for = 'elders';
END
$$;

-- The round, as before: each rule of a person is asked once of all -----------------------------------

CREATE OR REPLACE FUNCTION linli.help_round_helpers(of_kinds text[])
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
    known := linli.help_grown(ARRAY(
        SELECT p.person_id
        FROM linli.helper_profile AS p
        WHERE p.estate_id = estate AND p.is_active AND coalesce(p.paused_until < today, true)
            AND (of_kinds IS NULL OR p.kinds && of_kinds)));
    RETURN QUERY
        WITH one AS MATERIALIZED (
            SELECT p.*, v.level
            FROM linli.helper_profile AS p
            JOIN linli.levels_of(known) AS v ON v.person_id = p.person_id
            WHERE p.estate_id = estate
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
        ORDER BY o.person_id;
END
$$;

CREATE OR REPLACE FUNCTION linli.help_round_requests(only_ids uuid[])
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
    -- The round that comes some seconds after an asking still finds the minute that it was moved to.
    soonest CONSTANT timestamptz := linli.help_first_minute(at - interval '5 seconds');
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
                AND r.ends - r.minutes * interval '1 minute' >= CASE r.urgency
                    WHEN 'urgent' THEN soonest
                    ELSE at + interval '1 minute 1 microsecond' END
                AND (only_ids IS NULL OR r.id = ANY (only_ids))
                AND NOT EXISTS (
                    SELECT FROM linli.help_proposal AS p
                    WHERE p.estate_id = estate AND p.request_id = r.id AND p.state = 'open'
                        AND p.origin <> 'offer')
        ), here AS MATERIALIZED (
            SELECT a.id
            FROM linli.people_available(ARRAY(SELECT r.person_id FROM open AS r)) AS a (id)
        ), elders AS MATERIALIZED (
            SELECT e.id FROM linli.help_elders(ARRAY(SELECT h.id FROM here AS h)) AS e (id)
        )
        SELECT r.id, r.person_id, r.kind, r.child_id IS NOT NULL, r.is_elder OR e.id IS NOT NULL,
            ceil(extract(epoch FROM greatest(r.begins, CASE r.urgency
                WHEN 'urgent' THEN soonest
                ELSE at + interval '1 minute' END) - base) / 60)::integer,
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

-- Which of some askings, by their number, are at a time for which their helper is asked already. Askings of
-- a moment ago are not in the planner's numbers yet: it would read all of them for each that is to be. For
-- the functions here alone.
CREATE FUNCTION linli.help_clashes(requests uuid[], helpers uuid[], firsts timestamptz[])
    RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
    SET enable_nestloop = off
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT g.number
        FROM unnest(requests, helpers, firsts) WITH ORDINALITY
            AS g (request_id, helper_id, begins, number)
        JOIN linli.help_request AS r ON r.estate_id = estate AND r.id = g.request_id
        JOIN linli.help_proposal AS p ON p.estate_id = estate AND p.helper_id = g.helper_id
            AND p.state = 'open' AND p.until > at AND p.ends > g.begins
            AND p.begins < g.begins + r.minutes * interval '1 minute';
END
$$;

CREATE OR REPLACE FUNCTION linli.help_fits(requests uuid[], helpers uuid[], firsts timestamptz[])
    RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    known CONSTANT uuid[] := linli.help_grown(ARRAY(
        SELECT q.person_id
        FROM linli.helper_profile AS q
        WHERE q.estate_id = estate AND q.person_id = ANY (helpers) AND q.is_active
            AND coalesce(q.paused_until < today, true)));
    here CONSTANT uuid[] := ARRAY(
        SELECT a.id
        FROM linli.people_available(ARRAY(
            SELECT r.person_id
            FROM linli.help_request AS r
            WHERE r.estate_id = estate AND r.id = ANY (requests))) AS a (id));
    elders CONSTANT uuid[] := ARRAY(SELECT linli.help_elders(here));
BEGIN
    -- NOT IN: each list is read once.
    RETURN QUERY
        SELECT o.number
        FROM (
            SELECT g.number, g.helper_id, g.begins, r.id AS request_id, r.person_id, r.child_id,
                r.is_elder, row_number() OVER (PARTITION BY g.helper_id ORDER BY g.number) AS nth
            FROM unnest(requests, helpers, firsts) WITH ORDINALITY
                AS g (request_id, helper_id, begins, number)
            JOIN linli.help_request AS r ON r.estate_id = estate AND r.id = g.request_id
            WHERE r.state = 'looking' AND g.begins > at AND g.begins >= r.begins
                AND g.begins + r.minutes * interval '1 minute' <= r.ends
                AND g.helper_id NOT IN (r.person_id, r.asker_id)) AS o
        JOIN linli.helper_profile AS q ON q.estate_id = estate AND q.person_id = o.helper_id
        JOIN linli.levels_of(known) AS v ON v.person_id = o.helper_id
        JOIN unnest(here) AS a (id) ON a.id = o.person_id
        LEFT JOIN linli.help_loads(known) AS l ON l.person_id = o.helper_id
        WHERE coalesce(l.load, 0) + o.nth <= q.monthly_max
            AND (v.level = 'in_person' OR NOT (o.is_elder OR o.child_id IS NOT NULL
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
            AND o.number NOT IN (SELECT linli.help_clashes(requests, helpers, firsts));
END
$$;
