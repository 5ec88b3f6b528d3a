-- The round of help groups: shifts are laid four weeks ahead, members are asked for them in fair shares, and
-- what time has ended ends. And what members read of the rota. docs/help/groups.md has the rules.

-- What time does --------------------------------------------------------------------------------------

-- Ends what has lapsed, and lays shifts of four weeks; at most so many of each kind. How many there were. For
-- the job alone.
CREATE FUNCTION linli.help_rota_sweep(rows_max bigint) RETURNS bigint
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
        FOR UPDATE SKIP LOCKED
    LOOP
        swept := swept + 1;
        PERFORM linli.help_group_part(linli.fresh_id(at), g, m.person_id, 'gone')
        FROM linli.help_group_member AS m
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
            AND p.state NOT IN ('active', 'away', 'in_hospital')
        WHERE m.estate_id = estate AND m.group_id = g.id AND m.ended_at IS NULL;
    END LOOP;
    RETURN swept + linli.help_shifts_lay(rows_max) + linli.help_seats_sweep(rows_max);
END
$$;

-- Lays shifts of the next four weeks that are not there yet. For the job alone.
CREATE FUNCTION linli.help_shifts_lay(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    one record;
    laid bigint := 0;
BEGIN
    FOR one IN
        SELECT r.id, r.group_id, w.begins, w.begins + r.minutes * interval '1 minute' AS ends
        FROM linli.help_rota AS r
        CROSS JOIN generate_series(0, 28) AS d (day)
        CROSS JOIN LATERAL (
            SELECT ((linli.local_day() + d.day)::timestamp
                + r.begins_minute * interval '1 minute') AT TIME ZONE zone AS begins) AS w
        WHERE r.estate_id = estate AND r.ended_at IS NULL
            AND (r.person_id IS NULL OR r.agreed_at IS NOT NULL)
            AND extract(isodow FROM linli.local_day() + d.day) = r.weekday AND w.begins > at
            AND NOT EXISTS (
                SELECT FROM linli.help_shift AS s
                WHERE s.estate_id = estate AND s.rota_id = r.id AND s.begins = w.begins)
        ORDER BY r.id, w.begins
        LIMIT rows_max
    LOOP
        INSERT INTO linli.help_shift (estate_id, id, rota_id, group_id, begins, ends)
        SELECT estate, e.id, one.id, one.group_id, one.begins, one.ends
        FROM (SELECT linli.fresh_id(at) AS id) AS e
        ON CONFLICT ON CONSTRAINT help_shift_once DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        laid := laid + 1;
        PERFORM linli.help_group_tell(linli.fresh_id(at), 'helpShift.laid', one.group_id, NULL, true,
            '{}', json_build_object('group', one.group_id, 'rota', one.id));
    END LOOP;
    RETURN laid;
END
$$;

-- What time does to seats: who did not answer is asked no more; who did not come is told once, and its
-- stewards; what nobody left is over; where a seat is free a day before, the stewards hear of it. For the job
-- alone.
CREATE FUNCTION linli.help_seats_sweep(rows_max bigint) RETURNS bigint
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

-- Tells the stewards that a seat of a shift is free. For the job alone.
CREATE FUNCTION linli.help_shift_tell_free(s linli.help_shift) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    stewards CONSTANT uuid[] := linli.help_group_persons(s.group_id, NULL, true);
BEGIN
    IF stewards = '{}' THEN
        RETURN;
    END IF;
    PERFORM linli.append_event(event, 'helpShift.free',
        ARRAY(SELECT 'person:' || p FROM unnest(stewards) AS p), '{}',
        json_build_object('shift', s.id)::text);
    PERFORM linli.notify(event, 'helpShift.free', 'help_shift', s.id,
        json_build_object('begins', s.begins)::text, stewards);
END
$$;

-- What time has done to one seat. Its shift is held. For the job alone.
CREATE FUNCTION linli.help_seat_age(t linli.help_seat) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    what text;
BEGIN
    what := CASE
        WHEN t.state = 'proposed' AND t.until <= at THEN 'lapsed'
        WHEN t.visit_id IS NOT NULL THEN NULL
        WHEN t.state = 'confirmed' AND t.told_in_at IS NULL
            AND t.begins <= at - interval '15 minutes' THEN 'late'
        WHEN t.state = 'confirmed' AND t.begins <= at - interval '75 minutes' THEN 'missed'
        WHEN t.state = 'under_way' AND t.ends <= at - interval '2 hours' THEN 'done' END;
    IF what IS NULL THEN
        RETURN;
    END IF;
    UPDATE linli.help_seat AS o
    SET state = CASE WHEN what = 'late' THEN o.state ELSE what END,
        told_in_at = CASE WHEN what = 'late' THEN at ELSE o.told_in_at END
    WHERE o.estate_id = t.estate_id AND o.id = t.id;
    PERFORM linli.help_seat_tell(linli.fresh_id(at), 'helpShift.' || what, t, CASE WHEN what = 'late'
        THEN t.person_id || array_remove(linli.help_group_persons(t.group_id, t.person_id, true),
            t.person_id) ELSE '{}' END);
END
$$;

-- The round -------------------------------------------------------------------------------------------

-- The groups with a seat ahead that nobody has and nobody is asked for. For the job alone.
CREATE FUNCTION linli.help_rota_groups() RETURNS SETOF uuid
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
        ORDER BY s.group_id
        LIMIT 200;
END
$$;

-- The shifts of a group with free seats: minutes from midnight of today on the estate's clock, the month (0:
-- this one), and who was asked before. For the job alone.
CREATE FUNCTION linli.help_rota_shifts(grp uuid)
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
                WHERE t.estate_id = estate AND t.shift_id = s.id)
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
        ORDER BY s.begins, s.id
        LIMIT 500;
END
$$;

-- The members of a group who may be asked: what each offers and has had (four weeks back, and what is
-- ahead; and those back alone), of 28 days how many it was in, what its months leave, when it has time. For
-- the job alone.
CREATE FUNCTION linli.help_rota_members(grp uuid)
    RETURNS TABLE (id uuid, monthly_max integer, load integer, past integer, days integer,
        left_now integer, left_next integer, rest_days integer, windows integer[], busy integer[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    today CONSTANT date := linli.local_day();
    base CONSTANT timestamptz := today::timestamp AT TIME ZONE zone;
    next_month CONSTANT timestamptz :=
        (date_trunc('month', today::timestamp) + interval '1 month') AT TIME ZONE zone;
    known uuid[];
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-rota' THEN
        RETURN;
    END IF;
    known := ARRAY(
        SELECT m.person_id
        FROM linli.help_group_member AS m
        JOIN linli.helper_profile AS p ON p.estate_id = estate AND p.person_id = m.person_id
            AND p.is_active
        WHERE m.estate_id = estate AND m.group_id = grp AND m.ended_at IS NULL
            AND m.monthly_max > 0 AND linli.is_here(m.person_id)
            AND NOT linli.is_child(estate, m.person_id)
        ORDER BY m.person_id);
    RETURN QUERY
        WITH free AS MATERIALIZED (
            SELECT w.person_id, array_agg(x.minute ORDER BY d.day, w.begins_minute, x.number)
                AS minutes
            FROM generate_series(0, 29) AS d (day)
            JOIN linli.helper_window AS w ON w.estate_id = estate AND w.person_id = ANY (known)
                AND w.weekday = extract(isodow FROM today + d.day)::integer
            JOIN linli.helper_profile AS p ON p.estate_id = estate AND p.person_id = w.person_id
                AND coalesce(p.paused_until < today + d.day, true)
            CROSS JOIN LATERAL (VALUES (1, d.day * 1440 + w.begins_minute),
                (2, d.day * 1440 + w.ends_minute)) AS x (number, minute)
            WHERE NOT EXISTS (
                SELECT FROM linli.helper_day_off AS o
                WHERE o.estate_id = estate AND o.person_id = w.person_id
                    AND o.day = today + d.day)
            GROUP BY w.person_id
        ), taken AS MATERIALIZED (
            SELECT c.person_id, c.begins - interval '10 minutes' AS b,
                c.ends + interval '10 minutes' AS e
            FROM linli.commitments(known, '{}', at) AS c
            WHERE c.state <> 'waiting' AND c.begins < at + interval '30 days'
            UNION ALL
            SELECT p.helper_id, p.begins - interval '10 minutes', p.ends + interval '10 minutes'
            FROM linli.help_proposal AS p
            WHERE p.estate_id = estate AND p.state = 'open' AND p.helper_id = ANY (known)
            UNION ALL
            SELECT a.person_id, greatest(a.begins, at), least(a.ends, at + interval '30 days')
            FROM linli.absence AS a
            WHERE a.estate_id = estate AND a.person_id = ANY (known) AND a.ends > at
                AND a.begins < at + interval '30 days' AND a.begins < a.ends
            UNION ALL
            -- The day of each shift and visit, and those of rest around it.
            SELECT v.person_id,
                (((v.begins AT TIME ZONE zone)::date - q.rest_days)::timestamp) AT TIME ZONE zone,
                (((v.begins AT TIME ZONE zone)::date + q.rest_days + 1)::timestamp)
                    AT TIME ZONE zone
            FROM (
                SELECT t.person_id, t.begins FROM linli.help_seat AS t
                WHERE t.estate_id = estate AND t.person_id = ANY (known)
                    AND (t.state IN ('confirmed', 'under_way', 'done')
                        OR (t.state = 'proposed' AND t.until > at))
                    AND t.begins BETWEEN at - interval '32 days' AND at + interval '62 days'
                UNION ALL
                SELECT x.helper_id, x.begins FROM linli.help_visit AS x
                JOIN linli.helper_profile AS r ON r.estate_id = estate AND r.person_id = x.helper_id
                    AND r.rest_days > 0
                WHERE x.estate_id = estate AND x.helper_id = ANY (known)
                    AND x.state IN ('planned', 'under_way', 'done')
                    AND x.begins BETWEEN at - interval '32 days' AND at + interval '62 days'
            ) AS v
            JOIN linli.helper_profile AS q ON q.estate_id = estate AND q.person_id = v.person_id
        ), bound AS MATERIALIZED (
            SELECT t.person_id, array_agg(x.minute ORDER BY t.b, t.e, x.number) AS minutes
            FROM taken AS t
            CROSS JOIN LATERAL (VALUES
                (1, floor(extract(epoch FROM t.b - base) / 60)::integer),
                (2, ceil(extract(epoch FROM t.e - base) / 60)::integer)) AS x (number, minute)
            GROUP BY t.person_id
        )
        SELECT m.person_id, m.monthly_max, h.load, h.past,
            least(28, floor(extract(epoch FROM at - m.since) / 86400))::integer,
            greatest(0, least(m.monthly_max - l.in_group, p.monthly_max - l.in_all)),
            greatest(0, least(m.monthly_max - n.in_group, p.monthly_max - n.in_all)),
            p.rest_days, coalesce(f.minutes, '{}'), coalesce(b.minutes, '{}')
        FROM linli.help_group_member AS m
        JOIN linli.helper_profile AS p ON p.estate_id = estate AND p.person_id = m.person_id
        CROSS JOIN LATERAL (
            SELECT count(*)::integer AS load,
                (count(*) FILTER (WHERE t.begins <= at))::integer AS past
            FROM linli.help_seat AS t
            WHERE t.estate_id = estate AND t.person_id = m.person_id AND t.group_id = grp
                AND (t.state IN ('confirmed', 'under_way', 'done')
                    OR (t.state = 'proposed' AND t.until > at))
                AND t.begins > base - interval '28 days') AS h
        CROSS JOIN LATERAL linli.help_month_load(m.person_id, grp, at, NULL) AS l
        CROSS JOIN LATERAL linli.help_month_load(m.person_id, grp, next_month, NULL) AS n
        LEFT JOIN free AS f ON f.person_id = m.person_id
        LEFT JOIN bound AS b ON b.person_id = m.person_id
        WHERE m.estate_id = estate AND m.group_id = grp AND m.ended_at IS NULL
            AND m.person_id = ANY (known)
        ORDER BY m.person_id;
END
$$;

-- Asks members for shifts, as the round found; answers the pairs that may not be after all. For the job
-- alone.
CREATE FUNCTION linli.help_rota_propose(
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
                WHERE x.estate_id = estate AND x.shift_id = s.id AND x.person_id = persons[number])
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

-- Reading ---------------------------------------------------------------------------------------------

-- The templates of a group, for its members; or those that are for the subject, or whom it stands for (NULL),
-- with whom they are for. A home is told by its stair or building.
CREATE FUNCTION linli.help_rotas_seen(grp uuid)
    RETURNS TABLE (id uuid, group_id uuid, kind text, weekday integer, begins_minute integer,
        minutes integer, seats integer, place_zh text, place_en text, is_visit boolean,
        person uuid, is_agreed boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    side text;
BEGIN
    SELECT linli.help_group_side(g) INTO side FROM linli.help_group AS g
    WHERE g.estate_id = estate AND g.id = grp;
    RETURN QUERY
        SELECT r.id, r.group_id, r.kind, r.weekday, r.begins_minute, r.minutes, r.seats,
            linli.help_place_name(linli.help_shown_place(r.place_id), true),
            linli.help_place_name(linli.help_shown_place(r.place_id), false),
            r.person_id IS NOT NULL,
            CASE WHEN grp IS NULL OR side = 'steward' THEN r.person_id END,
            r.person_id IS NULL OR r.agreed_at IS NOT NULL
        FROM linli.help_rota AS r
        WHERE r.estate_id = estate AND r.ended_at IS NULL AND CASE
            WHEN grp IS NOT NULL THEN r.group_id = grp AND side IN ('member', 'steward', 'office')
                AND (r.person_id IS NULL OR r.person_id <> ALL (linli.own_unseen()))
            ELSE r.person_id IS NOT NULL AND linli.stands_for(r.person_id) END
        ORDER BY r.weekday, r.begins_minute, r.id
        LIMIT 100;
END
$$;

-- Shifts: of a group (for its members), of the subject's own (`grp` NULL), or one of them, those to come by
-- their beginning. How many come is the same number for each reader; names are not those of whom one is kept
-- apart from.
CREATE FUNCTION linli.help_shifts_seen(
    grp uuid, one uuid, after_begins bigint, after_id uuid, rows_max bigint)
    RETURNS TABLE (sort bigint, id uuid, group_id uuid, rota_id uuid, kind text, begins timestamptz,
        ends timestamptz, seats integer, taken integer, place_zh text, place_en text,
        is_visit boolean, is_cancelled boolean, people json, offers json, seat uuid, state text,
        until timestamptz, is_offered boolean, visit_id uuid, reasons text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.subject_id();
    apart CONSTANT uuid[] := linli.own_apart() || linli.own_unseen();
BEGIN
    RETURN QUERY
        WITH mine AS MATERIALIZED (
            SELECT m.group_id FROM linli.help_group_member AS m
            WHERE m.estate_id = estate AND m.person_id = own AND m.ended_at IS NULL
        ), found AS (
            SELECT s.*, extract(epoch FROM s.begins)::bigint AS sort
            FROM linli.help_shift AS s
            WHERE s.estate_id = estate AND s.group_id IN (SELECT m.group_id FROM mine AS m)
                AND CASE WHEN one IS NOT NULL THEN s.id = one
                    ELSE s.ends > at - interval '1 day'
                        AND CASE WHEN grp IS NOT NULL THEN s.group_id = grp
                        ELSE EXISTS (
                            SELECT FROM linli.help_seat AS x
                            WHERE x.estate_id = estate AND x.shift_id = s.id AND x.person_id = own
                                AND (x.state IN ('confirmed', 'under_way', 'done', 'missed')
                                    OR (x.state = 'proposed' AND x.until > at))) END END
        )
        SELECT f.sort, f.id, f.group_id, f.rota_id, r.kind, f.begins, f.ends, r.seats,
            (SELECT count(*) FROM linli.help_seat AS x
                WHERE x.estate_id = estate AND x.shift_id = f.id
                    AND x.state IN ('confirmed', 'under_way', 'done', 'missed'))::integer,
            linli.help_place_name(linli.help_shown_place(r.place_id), true),
            linli.help_place_name(linli.help_shown_place(r.place_id), false),
            r.person_id IS NOT NULL, f.cancelled_at IS NOT NULL,
            (SELECT coalesce(json_agg(json_build_object('id', p.id, 'display_name', p.display_name,
                    'state', x.state) ORDER BY x.id), '[]')
                FROM linli.help_seat AS x
                JOIN linli.person AS p ON p.estate_id = estate AND p.id = x.person_id
                WHERE x.estate_id = estate AND x.shift_id = f.id AND p.id <> ALL (apart)
                    AND x.state IN ('confirmed', 'under_way', 'done', 'missed')),
            (SELECT coalesce(json_agg(x.id ORDER BY x.id), '[]')
                FROM linli.help_seat AS x
                WHERE x.estate_id = estate AND x.shift_id = f.id AND x.state = 'confirmed'
                    AND x.offered_at IS NOT NULL AND x.person_id <> own
                    AND x.person_id <> ALL (apart)),
            t.id, CASE WHEN t.state = 'proposed' AND t.until <= at THEN 'lapsed' ELSE t.state END,
            t.until, t.offered_at IS NOT NULL, t.visit_id, t.reasons::text
        FROM found AS f
        JOIN linli.help_rota AS r ON r.estate_id = estate AND r.id = f.rota_id
        LEFT JOIN LATERAL (
            SELECT x.* FROM linli.help_seat AS x
            WHERE x.estate_id = estate AND x.shift_id = f.id AND x.person_id = own
            ORDER BY x.state IN ('proposed', 'confirmed', 'under_way', 'done', 'missed') DESC,
                x.id DESC
            LIMIT 1) AS t ON true
        WHERE one IS NOT NULL OR (f.sort, f.id) > (after_begins, after_id)
        ORDER BY f.sort, f.id
        LIMIT rows_max;
END
$$;

-- The notes about a shift, sealed: what those of the one before of the same template left for who comes to
-- this one; what was left at this one, for who wrote it; both for the stewards. For 30 days.
CREATE FUNCTION linli.help_shift_notes(shift uuid)
    RETURNS TABLE (seat_id uuid, is_before boolean, display_name text, value_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    s linli.help_shift;
    steward boolean;
    comes boolean;
    before_id uuid;
BEGIN
    SELECT * INTO s FROM linli.help_shift AS o WHERE o.estate_id = estate AND o.id = shift;
    SELECT m.is_steward INTO steward FROM linli.help_group_member AS m
    WHERE m.estate_id = estate AND m.group_id = s.group_id AND m.person_id = own
        AND m.ended_at IS NULL;
    IF steward IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    comes := EXISTS (
        SELECT FROM linli.help_seat AS t
        WHERE t.estate_id = estate AND t.shift_id = shift AND t.person_id = own
            AND t.state IN ('confirmed', 'under_way', 'done'));
    SELECT o.id INTO before_id FROM linli.help_shift AS o
    WHERE o.estate_id = estate AND o.rota_id = s.rota_id AND o.begins < s.begins AND EXISTS (
        SELECT FROM linli.help_seat AS t
        WHERE t.estate_id = estate AND t.shift_id = o.id AND t.note_sealed IS NOT NULL)
    ORDER BY o.begins DESC
    LIMIT 1;
    RETURN QUERY
        SELECT t.id, t.shift_id <> shift, p.display_name, t.note_sealed
        FROM linli.help_seat AS t
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = t.person_id
        WHERE t.estate_id = estate AND t.shift_id IN (shift, before_id)
            AND t.note_sealed IS NOT NULL AND t.ends > linli.instant() - interval '30 days'
            AND (steward OR t.person_id = own OR (comes AND t.shift_id = before_id))
            AND (p.id = own OR p.id <> ALL (linli.own_apart() || linli.own_unseen()))
        ORDER BY t.begins, t.id;
END
$$;

-- The names of groups, for the notices of who may read them.
CREATE FUNCTION linli.help_group_titles(subjects uuid[])
    RETURNS TABLE (id uuid, title_zh text, title_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT x.id, g.name_zh, coalesce(g.name_en, g.name_zh)
        FROM (
            SELECT u.id, u.id AS group_id FROM unnest(subjects) AS u (id)
            UNION ALL
            SELECT s.id, s.group_id FROM linli.help_shift AS s
            WHERE s.estate_id = estate AND s.id = ANY (subjects)
            UNION ALL
            SELECT r.id, r.group_id FROM linli.help_rota AS r
            WHERE r.estate_id = estate AND r.id = ANY (subjects)
        ) AS x
        JOIN linli.help_group AS g ON g.estate_id = estate AND g.id = x.group_id
        WHERE linli.person_id() IS NOT NULL AND NOT EXISTS (
            SELECT FROM linli.moderation AS m
            WHERE m.estate_id = estate AND m.thing_id = g.id AND m.visibility <> 'visible');
END
$$;

-- Reports ---------------------------------------------------------------------------------------------

-- As before; and of a help group.
CREATE OR REPLACE FUNCTION linli.post_author(kind text, thing uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE kind
        WHEN 'activity' THEN (
            SELECT a.organiser_id FROM linli.activity AS a
            WHERE a.estate_id = estate AND a.id = thing AND a.published_at IS NOT NULL)
        WHEN 'comment' THEN (
            SELECT c.author_id FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.id = thing AND c.removed_at IS NULL)
        WHEN 'feedback' THEN (
            SELECT f.person_id FROM linli.activity_feedback AS f
            WHERE f.estate_id = estate AND f.id = thing)
        WHEN 'announcement' THEN (
            SELECT a.published_by FROM linli.announcement AS a
            WHERE a.estate_id = estate AND a.id = thing)
        WHEN 'message' THEN (
            SELECT m.author_id FROM linli.conversation_message AS m
            WHERE m.estate_id = estate AND m.id = thing AND m.taken_back_at IS NULL)
        WHEN 'help_group' THEN (
            SELECT g.founded_by FROM linli.help_group AS g
            WHERE g.estate_id = estate AND g.id = thing AND g.closed_at IS NULL) END;
END
$$;

CREATE OR REPLACE FUNCTION linli.may_read_post(kind text, thing uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE kind
        WHEN 'activity' THEN linli.readable_activity(thing) IS NOT NULL
        WHEN 'comment' THEN EXISTS (
            SELECT FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.id = thing
                AND linli.readable_activity(c.activity_id) IS NOT NULL)
        WHEN 'feedback' THEN EXISTS (
            SELECT
            FROM linli.activity_feedback AS f
            JOIN linli.activity_occurrence AS o ON o.estate_id = estate AND o.id = f.occurrence_id
            WHERE f.estate_id = estate AND f.id = thing AND linli.is_steward(o.activity_id))
        WHEN 'announcement' THEN linli.readable_announcement(thing) IS NOT NULL
        WHEN 'message' THEN linli.reads_message(thing)
        WHEN 'help_group' THEN EXISTS (
            SELECT FROM linli.help_group AS g
            WHERE g.estate_id = estate AND g.id = thing AND linli.help_group_side(g) IS NOT NULL)
        ELSE false END;
END
$$;

-- As before, with the words of a help group.
CREATE OR REPLACE FUNCTION linli.moderation_seen(wanted uuid, view text, before uuid, rows_max integer)
    RETURNS TABLE (thing_id uuid, thing_kind text, author_id uuid, author_name text,
        visibility text, changed_at timestamptz, title text, words text, reports bigint,
        report_kinds text[], is_appealed boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    was CONSTANT text := coalesce(current_setting('linli.moderating', true), '');
BEGIN
    IF NOT linli.has_role('social_worker', 'residents_committee') THEN
        RETURN;
    END IF;
    PERFORM set_config('linli.moderating', 'on', true);
    RETURN QUERY
        WITH post AS MATERIALIZED (
            SELECT m.*, r.number, r.kinds, EXISTS (
                    SELECT FROM linli.appeal AS a
                    WHERE a.estate_id = estate AND a.thing_id = m.thing_id
                        AND a.decided_by_decision IS NULL) AS appealed
            FROM linli.moderation AS m
            CROSS JOIN LATERAL (
                SELECT count(*) AS number,
                    coalesce(array_agg(DISTINCT x.kind ORDER BY x.kind), '{}') AS kinds
                FROM linli.report AS x
                WHERE x.estate_id = estate AND x.thing_id = m.thing_id
                    AND x.at > coalesce((
                        SELECT max(d.decided_at) FROM linli.moderation_decision AS d
                        WHERE d.estate_id = estate AND d.thing_id = m.thing_id), '-infinity')
            ) AS r
            WHERE m.estate_id = estate
                AND (wanted IS NULL OR m.thing_id = wanted) AND m.thing_id < before
        )
        SELECT p.thing_id, p.thing_kind, p.author_id, who.display_name, p.visibility,
            p.changed_at, coalesce(a.title_zh, n.title_zh, g.name_zh),
            coalesce(a.body_zh, n.body_zh, c.body, f.body, nullif(
                concat_ws(E'\n', g.purpose_zh, g.name_en, g.purpose_en), '')), p.number, p.kinds, p.appealed
        FROM post AS p
        JOIN linli.person AS who ON who.estate_id = estate AND who.id = p.author_id
        LEFT JOIN linli.activity AS a ON a.estate_id = estate AND a.id = p.thing_id
        LEFT JOIN linli.announcement AS n ON n.estate_id = estate AND n.id = p.thing_id
        LEFT JOIN linli.activity_comment AS c ON c.estate_id = estate AND c.id = p.thing_id
        LEFT JOIN linli.activity_feedback AS f ON f.estate_id = estate AND f.id = p.thing_id
        LEFT JOIN linli.help_group AS g ON g.estate_id = estate AND g.id = p.thing_id
        WHERE (view = 'all' OR p.number > 0 OR p.appealed OR p.visibility = 'held')
            AND linli.may_moderate(p.thing_id)
        ORDER BY p.thing_id DESC
        LIMIT rows_max;
    PERFORM set_config('linli.moderating', was, true);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.help_rota_sweep(bigint), linli.help_rota_groups(), linli.help_rota_shifts(uuid),
    linli.help_rota_members(uuid), linli.help_rota_propose(uuid[], uuid[], uuid[], text[]),
    linli.help_rotas_seen(uuid), linli.help_shifts_seen(uuid, uuid, bigint, uuid, bigint),
    linli.help_shift_notes(uuid), linli.help_group_titles(uuid[])
    TO linli;
