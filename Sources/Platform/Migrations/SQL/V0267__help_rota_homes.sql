-- The rota at a home: it moves with who is helped, and rests while she is away. docs/help/groups.md.

-- Whether the one whom a shift is for is away then. For the functions here alone.
CREATE FUNCTION linli.help_shift_rests(s linli.help_shift) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM linli.help_rota AS r
        WHERE r.estate_id = s.estate_id AND r.id = s.rota_id
            AND linli.pairing_away(r.person_id, s.begins));
END
$$;

-- Whether a seat was freed because somebody was away: who had it may be asked again. For the functions here
-- alone.
CREATE FUNCTION linli.help_seat_rested(t linli.help_seat) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN t.state = 'released' AND EXISTS (
        SELECT FROM linli.help_visit AS v
        WHERE v.estate_id = t.estate_id AND v.id = t.visit_id AND v.because = 'paused');
END
$$;

-- As before; nobody comes to a home while its person is away.
CREATE OR REPLACE FUNCTION linli.help_shift_fits(s linli.help_shift, person uuid, besides uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    r linli.help_rota;
    m linli.help_group_member;
    p linli.helper_profile;
    load record;
BEGIN
    SELECT * INTO r FROM linli.help_rota AS o WHERE o.estate_id = estate AND o.id = s.rota_id;
    SELECT * INTO m FROM linli.help_group_member AS o
    WHERE o.estate_id = estate AND o.group_id = s.group_id AND o.person_id = person
        AND o.ended_at IS NULL;
    SELECT * INTO p FROM linli.helper_profile AS o
    WHERE o.estate_id = estate AND o.person_id = person;
    SELECT * INTO load FROM linli.help_month_load(person, s.group_id, s.begins, besides);
    RETURN m.id IS NOT NULL AND linli.is_here(person) AND NOT linli.is_child(estate, person)
        AND load.in_group < m.monthly_max
        AND (p.person_id IS NULL OR load.in_all < p.monthly_max)
        AND NOT EXISTS (
            SELECT FROM linli.absence AS a
            WHERE a.estate_id = estate AND a.person_id = person AND a.begins < s.ends
                AND a.ends > s.begins)
        AND NOT EXISTS (
            SELECT FROM linli.help_seats_held(s.id) AS t
            WHERE t.id IS DISTINCT FROM besides AND t.person_id <> person
                AND (linli.kept_apart(t.person_id, person) OR linli.ban_between(t.person_id, person)
                    OR linli.safety_stands(t.person_id, person)))
        AND (coalesce(p.rest_days, 0) = 0 OR NOT EXISTS (
            SELECT
            FROM (
                SELECT t.begins FROM linli.help_seat AS t
                WHERE t.estate_id = estate AND t.person_id = person AND t.id IS DISTINCT FROM besides
                    AND t.state IN ('proposed', 'confirmed', 'under_way', 'done')
                UNION ALL
                SELECT v.begins FROM linli.help_visit AS v
                WHERE v.estate_id = estate AND v.helper_id = person
                    AND v.state IN ('planned', 'under_way', 'done')
                    AND v.id IS DISTINCT FROM (SELECT t.visit_id FROM linli.help_seat AS t
                        WHERE t.estate_id = estate AND t.id = besides)) AS o
            WHERE abs((o.begins AT TIME ZONE zone)::date - (s.begins AT TIME ZONE zone)::date)
                <= p.rest_days))
        AND (r.person_id IS NULL OR (r.person_id <> person AND NOT linli.help_shift_rests(s)
            AND linli.may_help(person, r.person_id)
            AND linli.is_at_least(linli.level_of(estate, person),
                CASE WHEN linli.help_elder(r.person_id) THEN 'in_person' ELSE 'household' END)));
END
$$;

-- As before.
CREATE OR REPLACE FUNCTION linli.help_rota_shifts(grp uuid)
    RETURNS TABLE (id uuid, free integer, first_minute integer, last_minute integer, month integer,
        asked uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    today CONSTANT date := linli.local_day();
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-rota' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT s.id, (r.seats - h.held)::integer, b.first, b.first + r.minutes,
            (date_trunc('month', s.begins AT TIME ZONE zone)
                <> date_trunc('month', today::timestamp))::integer,
            ARRAY(
                SELECT t.person_id FROM linli.help_seat AS t
                WHERE t.estate_id = estate AND t.shift_id = s.id
                    AND NOT linli.help_seat_rested(t))
                || CASE WHEN r.person_id IS NULL THEN '{}' ELSE ARRAY(
                    SELECT m.person_id FROM linli.help_group_member AS m
                    WHERE m.estate_id = estate AND m.group_id = grp AND m.ended_at IS NULL
                        AND NOT linli.may_help(m.person_id, r.person_id)) END
        FROM linli.help_shift AS s
        JOIN linli.help_rota AS r ON r.estate_id = estate AND r.id = s.rota_id
        CROSS JOIN LATERAL (SELECT count(*) AS held FROM linli.help_seats_held(s.id)) AS h
        CROSS JOIN LATERAL (
            SELECT (((s.begins AT TIME ZONE zone)::date - today) * 1440 + r.begins_minute) AS first
            ) AS b
        WHERE s.estate_id = estate AND s.group_id = grp AND s.cancelled_at IS NULL
            AND s.begins > linli.instant() + interval '1 hour' AND r.seats > h.held
            AND NOT linli.help_shift_rests(s)
        ORDER BY s.begins, s.id
        LIMIT 500;
END
$$;

-- As before.
CREATE OR REPLACE FUNCTION linli.help_rota_propose(
    ids uuid[], shifts uuid[], persons uuid[], why text[])
    RETURNS TABLE (shift_id uuid, person_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    number integer;
    s linli.help_shift;
    t linli.help_seat;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-rota' THEN
        RETURN;
    END IF;
    PERFORM FROM linli.help_shift AS o
    WHERE o.estate_id = estate AND o.id = ANY (shifts)
    ORDER BY o.id
    FOR UPDATE;
    PERFORM linli.agenda_take(ARRAY(SELECT DISTINCT p FROM unnest(persons) AS p ORDER BY p));
    FOR number IN 1..cardinality(ids) LOOP
        SELECT * INTO s FROM linli.help_shift AS o
        WHERE o.estate_id = estate AND o.id = shifts[number];
        IF s.cancelled_at IS NOT NULL OR s.begins <= at
            OR EXISTS (
                SELECT FROM linli.help_seat AS x
                WHERE x.estate_id = estate AND x.shift_id = s.id AND x.person_id = persons[number]
                    AND NOT linli.help_seat_rested(x))
            OR (SELECT count(*) FROM linli.help_seats_held(s.id)) >= (
                SELECT r.seats FROM linli.help_rota AS r
                WHERE r.estate_id = estate AND r.id = s.rota_id)
            OR NOT linli.help_shift_fits(s, persons[number], NULL)
        THEN
            shift_id := shifts[number];
            person_id := persons[number];
            RETURN NEXT;
            CONTINUE;
        END IF;
        INSERT INTO linli.help_seat (estate_id, id, shift_id, group_id, person_id, begins, ends,
            place_id, origin, reasons, state, made_at, until)
        SELECT estate, ids[number], s.id, s.group_id, persons[number], s.begins, s.ends, r.place_id,
            'round', why[number]::jsonb, 'proposed', at, least(at + interval '72 hours', s.begins)
        FROM linli.help_rota AS r
        WHERE r.estate_id = estate AND r.id = s.rota_id
        RETURNING * INTO t;
        PERFORM linli.append_event(e.id, 'helpShift.proposed', ARRAY['person:' || t.person_id], '{}',
            json_build_object('shift', s.id, 'seat', t.id)::text),
            linli.notify(e.id, 'helpShift.proposed', 'help_shift', s.id,
                json_build_object('begins', t.begins, 'until', t.until)::text, ARRAY[t.person_id])
        FROM (SELECT linli.fresh_id(at) AS id OFFSET 0) AS e;
    END LOOP;
END
$$;

-- As before.
CREATE OR REPLACE FUNCTION linli.help_rota_groups() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-rota' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT DISTINCT s.group_id
        FROM linli.help_shift AS s
        JOIN linli.help_rota AS r ON r.estate_id = s.estate_id AND r.id = s.rota_id
        WHERE s.estate_id = linli.estate_id() AND s.cancelled_at IS NULL
            AND s.begins > linli.instant() + interval '1 hour'
            AND r.seats > (SELECT count(*) FROM linli.help_seats_held(s.id))
            AND NOT linli.help_shift_rests(s)
        ORDER BY s.group_id
        LIMIT 200;
END
$$;

-- As before; that nobody comes while she is away is no news.
CREATE OR REPLACE FUNCTION linli.help_seats_sweep(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    s linli.help_shift;
    t linli.help_seat;
    swept bigint := 0;
BEGIN
    FOR s IN
        SELECT o.* FROM linli.help_shift AS o
        WHERE o.estate_id = estate AND o.cancelled_at IS NULL
            AND ((o.told_free_at IS NULL AND o.begins > at AND o.begins <= at + interval '24 hours'
                    AND NOT linli.help_shift_rests(o)
                    AND (SELECT r.seats FROM linli.help_rota AS r
                        WHERE r.estate_id = estate AND r.id = o.rota_id) > (
                        SELECT count(*) FROM linli.help_seat AS x
                        WHERE x.estate_id = estate AND x.shift_id = o.id AND x.state = 'confirmed'))
                OR EXISTS (
                    SELECT FROM linli.help_seat AS x
                    WHERE x.estate_id = estate AND x.shift_id = o.id AND ((x.state = 'proposed'
                            AND x.until <= at)
                        OR (x.visit_id IS NULL AND x.state = 'confirmed' AND x.begins <= at -
                            CASE WHEN x.told_in_at IS NULL THEN interval '15 minutes'
                                ELSE interval '75 minutes' END)
                        OR (x.visit_id IS NULL AND x.state = 'under_way'
                            AND x.ends <= at - interval '2 hours'))))
            AND o.begins BETWEEN at - interval '2 days' AND at + interval '30 days'
        ORDER BY o.begins, o.id
        LIMIT rows_max
        FOR UPDATE SKIP LOCKED
    LOOP
        swept := swept + 1;
        FOR t IN
            SELECT x.* FROM linli.help_seat AS x
            WHERE x.estate_id = estate AND x.shift_id = s.id
                AND x.state IN ('proposed', 'confirmed', 'under_way')
            ORDER BY x.id
        LOOP
            PERFORM linli.help_seat_age(t);
        END LOOP;
        IF s.told_free_at IS NULL AND s.begins > at AND s.begins <= at + interval '24 hours'
            AND NOT linli.help_shift_rests(s)
            AND (SELECT r.seats FROM linli.help_rota AS r
                WHERE r.estate_id = estate AND r.id = s.rota_id) > (
                SELECT count(*) FROM linli.help_seat AS x
                WHERE x.estate_id = estate AND x.shift_id = s.id AND x.state = 'confirmed')
        THEN
            UPDATE linli.help_shift AS o SET told_free_at = at
            WHERE o.estate_id = estate AND o.id = s.id;
            PERFORM linli.help_shift_tell_free(s);
        END IF;
    END LOOP;
    RETURN swept;
END
$$;

-- As before, and homes; a group is held as in V0265.
CREATE OR REPLACE FUNCTION linli.help_rota_sweep(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one record;
    g linli.help_group;
    event uuid;
    swept bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-rota' THEN
        RETURN 0;
    END IF;
    -- No and silence end as one.
    FOR one IN
        UPDATE linli.help_group_asking AS a SET state = 'lapsed'
        WHERE a.estate_id = estate AND a.id = ANY (ARRAY(
            SELECT o.id FROM linli.help_group_asking AS o
            WHERE o.estate_id = estate AND o.state IN ('open', 'declined') AND o.until <= at
            ORDER BY o.until, o.id
            LIMIT rows_max
            FOR UPDATE SKIP LOCKED))
        RETURNING a.id, a.group_id, a.person_id, a.kind
    LOOP
        swept := swept + 1;
        CONTINUE WHEN one.kind <> 'application';
        -- The stewards hear nothing of it: they may not have heard of the application either.
        event := linli.fresh_id(at);
        PERFORM linli.append_event(event, 'helpGroup.notTaken', ARRAY['person:' || one.person_id], '{}',
            json_build_object('group', one.group_id)::text);
        PERFORM linli.notify(event, 'helpGroup.notTaken', 'help_group', one.group_id, '{}',
            ARRAY[one.person_id]);
    END LOOP;
    -- Who is not here any more, however that came.
    FOR g IN
        SELECT o.* FROM linli.help_group AS o
        WHERE o.estate_id = estate AND o.closed_at IS NULL AND EXISTS (
            SELECT
            FROM linli.help_group_member AS m
            JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
                AND p.state NOT IN ('active', 'away', 'in_hospital')
            WHERE m.estate_id = estate AND m.group_id = o.id AND m.ended_at IS NULL)
        ORDER BY o.id
        LIMIT rows_max
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        swept := swept + 1;
        PERFORM linli.help_group_part(linli.fresh_id(at), g, m.person_id, 'gone')
        FROM linli.help_group_member AS m
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
            AND p.state NOT IN ('active', 'away', 'in_hospital')
        WHERE m.estate_id = estate AND m.group_id = g.id AND m.ended_at IS NULL;
    END LOOP;
    PERFORM linli.help_rota_homes();
    RETURN swept + linli.help_seats_apart(rows_max) + linli.help_shifts_lay(rows_max)
        + linli.help_seats_sweep(rows_max);
END
$$;

-- Templates whose person lives elsewhere now are there from now on; visits of who is away, on either side, end
-- and their seats are free. Whoever holds one of them is met by the next sweep. For the job alone.
CREATE FUNCTION linli.help_rota_homes() RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one record;
BEGIN
    FOR one IN
        SELECT r.id, linli.help_home(r.person_id) AS home
        FROM linli.help_rota AS r
        WHERE r.estate_id = estate AND r.ended_at IS NULL AND r.person_id IS NOT NULL
            AND linli.help_home(r.person_id) <> r.place_id
        ORDER BY r.id
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        UPDATE linli.help_rota AS r SET place_id = one.home
        WHERE r.estate_id = estate AND r.id = one.id;
    END LOOP;
    PERFORM linli.help_visits_end(ARRAY(
        SELECT v.id
        FROM linli.help_visit AS v
        WHERE v.estate_id = estate AND v.source = 'rota' AND v.state = 'planned' AND v.begins > at
            AND (linli.pairing_away(v.person_id, v.begins)
                OR linli.pairing_away(v.helper_id, v.begins))
        ORDER BY v.id
        FOR UPDATE SKIP LOCKED), 'paused', true);
END
$$;
