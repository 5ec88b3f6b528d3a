-- The rota (排班) of a help group: shifts each week, who is asked for them in fair shares, who comes, and what
-- one leaves to the next. A seat that is taken is a promise like a visit or a place at a meeting: nobody is
-- promised twice. A shift at somebody's home is a visit of help. docs/help/groups.md has the rules.
--
-- Locks: the shift, the agendas, a visit, the seat.

CREATE TABLE linli.help_rota (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    kind text NOT NULL,
    -- Monday is 1; minutes of a day of the estate's clock.
    weekday integer NOT NULL,
    begins_minute integer NOT NULL,
    minutes integer NOT NULL,
    seats integer NOT NULL,
    -- A place that is open to all, or the home of who is helped.
    place_id uuid NOT NULL,
    -- Who is helped, and when she agreed: before that nothing is planned.
    person_id uuid,
    agreed_at timestamptz,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT help_rota_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_rota_of FOREIGN KEY (estate_id, group_id)
        REFERENCES linli.help_group (estate_id, id),
    CONSTRAINT help_rota_of_kind FOREIGN KEY (kind) REFERENCES linli.help_kind (code),
    CONSTRAINT help_rota_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT help_rota_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_rota_made_by FOREIGN KEY (estate_id, made_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_rota_weekday CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT help_rota_minutes CHECK (begins_minute BETWEEN 0 AND 1439
        AND minutes BETWEEN 15 AND 480 AND begins_minute + minutes <= 1440),
    CONSTRAINT help_rota_seats_range CHECK (seats BETWEEN 1 AND 20
        AND (person_id IS NULL OR seats = 1)),
    CONSTRAINT help_rota_agreed_by_somebody CHECK (agreed_at IS NULL OR person_id IS NOT NULL)
);
CREATE INDEX help_rota_of_group ON linli.help_rota (estate_id, group_id, id);
CREATE INDEX help_rota_of_person ON linli.help_rota (estate_id, person_id);

CREATE TABLE linli.help_shift (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    rota_id uuid NOT NULL,
    group_id uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    cancelled_at timestamptz,
    -- When the stewards were told that a seat is free.
    told_free_at timestamptz,
    CONSTRAINT help_shift_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_shift_once UNIQUE (estate_id, rota_id, begins),
    CONSTRAINT help_shift_of FOREIGN KEY (estate_id, rota_id)
        REFERENCES linli.help_rota (estate_id, id),
    CONSTRAINT help_shift_of_group FOREIGN KEY (estate_id, group_id)
        REFERENCES linli.help_group (estate_id, id),
    CONSTRAINT help_shift_forward CHECK (begins < ends)
);
CREATE INDEX help_shift_of_group_ahead ON linli.help_shift (estate_id, group_id, begins);
CREATE INDEX help_shift_ahead ON linli.help_shift (estate_id, begins) WHERE cancelled_at IS NULL;

-- Who is asked for a shift, and who comes.
CREATE TABLE linli.help_seat (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    shift_id uuid NOT NULL,
    group_id uuid NOT NULL,
    person_id uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    place_id uuid NOT NULL,
    -- round: asked; volunteer, swap: taken.
    origin text NOT NULL,
    reasons jsonb NOT NULL DEFAULT '[]',
    state text NOT NULL,
    made_at timestamptz NOT NULL,
    -- Until when who is asked may answer.
    until timestamptz,
    -- Since when it is offered to the others.
    offered_at timestamptz,
    visit_id uuid,
    checked_in_at timestamptz,
    checked_out_at timestamptz,
    told_in_at timestamptz,
    -- For the next, under the estate's key.
    note_sealed bytea,
    CONSTRAINT help_seat_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_seat_of FOREIGN KEY (estate_id, shift_id)
        REFERENCES linli.help_shift (estate_id, id),
    CONSTRAINT help_seat_of_group FOREIGN KEY (estate_id, group_id)
        REFERENCES linli.help_group (estate_id, id),
    CONSTRAINT help_seat_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_seat_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT help_seat_origin_known CHECK (origin IN ('round', 'volunteer', 'swap')),
    CONSTRAINT help_seat_state_known CHECK (state IN ('proposed', 'confirmed', 'under_way', 'done',
        'missed', 'declined', 'lapsed', 'released', 'cancelled')),
    CONSTRAINT help_seat_until_whole CHECK (state <> 'proposed' OR until IS NOT NULL),
    CONSTRAINT help_seat_in_whole CHECK (state NOT IN ('under_way', 'done')
        OR checked_in_at IS NOT NULL OR visit_id IS NOT NULL),
    CONSTRAINT help_seat_out_later CHECK (checked_in_at <= checked_out_at),
    CONSTRAINT help_seat_forward CHECK (begins < ends),
    CONSTRAINT help_seat_reasons_few
        CHECK (jsonb_typeof(reasons) = 'array' AND jsonb_array_length(reasons) <= 8),
    CONSTRAINT help_seat_note_bytes CHECK (octet_length(note_sealed) BETWEEN 33 AND 16384)
);
CREATE UNIQUE INDEX help_seat_once ON linli.help_seat (estate_id, shift_id, person_id)
    WHERE state IN ('proposed', 'confirmed', 'under_way', 'done', 'missed');
CREATE INDEX help_seat_of_shift ON linli.help_seat (estate_id, shift_id, state);
CREATE INDEX help_seat_of_person ON linli.help_seat (estate_id, person_id, begins);
CREATE INDEX help_seat_promised ON linli.help_seat (estate_id, person_id, begins)
    WHERE state IN ('confirmed', 'under_way') AND visit_id IS NULL;
CREATE INDEX help_seat_live ON linli.help_seat (estate_id, begins)
    WHERE state IN ('proposed', 'confirmed', 'under_way');
CREATE INDEX help_seat_of_visit ON linli.help_seat (estate_id, visit_id) WHERE visit_id IS NOT NULL;

-- As before, and seats of shifts that are taken; one at somebody's home is its visit.
CREATE OR REPLACE FUNCTION linli.commitments(
    persons uuid[], households uuid[], ending_after timestamptz
) RETURNS TABLE (person_id uuid, household_id uuid, reservation_id uuid, capacity_id uuid,
    feature text, state text, begins timestamptz, ends timestamptz, place_id uuid, local_day date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    found_ids CONSTANT uuid[] := ARRAY(
        SELECT m.reservation_id
        FROM linli.reservation_member AS m
        WHERE m.estate_id = estate AND m.person_id = ANY (persons) AND m.is_live
        UNION
        SELECT r.id
        FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.household_id = ANY (households) AND r.state <> 'ended');
BEGIN
    -- The longest visit is 12 hours, the longest shift 8: what began earlier is over.
    RETURN QUERY
        SELECT p.id, NULL::uuid, v.id, v.id, 'help_visit', 'confirmed', v.begins, v.ends,
            v.place_id, (v.begins AT TIME ZONE zone)::date
        FROM unnest(persons) AS p (id)
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.helper_id = p.id
        WHERE v.state IN ('planned', 'under_way') AND v.ends > ending_after
            AND v.begins > ending_after - interval '12 hours'
        UNION ALL
        SELECT p.id, NULL::uuid, v.id, v.id, 'help_visit', 'confirmed', v.begins, v.ends,
            v.place_id, (v.begins AT TIME ZONE zone)::date
        FROM unnest(persons) AS p (id)
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.person_id = p.id
        WHERE v.state IN ('planned', 'under_way') AND v.ends > ending_after
            AND v.begins > ending_after - interval '12 hours'
        UNION ALL
        SELECT p.id, NULL::uuid, t.id, t.id, 'help_shift', 'confirmed', t.begins, t.ends,
            t.place_id, (t.begins AT TIME ZONE zone)::date
        FROM unnest(persons) AS p (id)
        JOIN linli.help_seat AS t ON t.estate_id = estate AND t.person_id = p.id
        WHERE t.state IN ('confirmed', 'under_way') AND t.visit_id IS NULL
            AND t.ends > ending_after AND t.begins > ending_after - interval '12 hours';
    IF cardinality(found_ids) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.person_id, r.household_id, r.id, c.id, c.feature, r.state, c.begins, c.ends,
            c.place_id, (c.begins AT TIME ZONE zone)::date
        FROM linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
        WHERE r.estate_id = estate AND r.id = ANY (found_ids) AND r.state <> 'ended' AND m.is_live
            AND c.feature <> 'lot' AND c.ends > ending_after
            AND (r.until IS NULL OR r.until > linli.instant());
END
$$;

-- The template ----------------------------------------------------------------------------------------

-- A steward adds shifts of each week: at a place that is open to all, or at the home of somebody whom it
-- knows by a confirmed tie, who agrees first. Verdicts: added; unknown, kind, place, person, rotas (there are 30).
CREATE FUNCTION linli.help_rota_add(
    event uuid, new_id uuid, grp uuid, new_kind text, day integer, first integer, lasts integer,
    places integer, at_place uuid, for_person uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    g CONSTANT linli.help_group := linli.help_group_take(grp);
    stands uuid := at_place;
BEGIN
    IF g.closed_at IS NOT NULL OR linli.help_group_side(g) IS DISTINCT FROM 'steward' THEN
        RETURN 'unknown';
    ELSIF new_kind <> ALL (g.kinds) THEN
        RETURN 'kind';
    ELSIF 30 <= (
        SELECT count(*) FROM linli.help_rota AS r
        WHERE r.estate_id = estate AND r.group_id = grp AND r.ended_at IS NULL)
    THEN
        RETURN 'rotas';
    ELSIF for_person IS NOT NULL THEN
        IF places <> 1 OR at_place IS NOT NULL OR linli.is_child(estate, for_person) OR NOT EXISTS (
            SELECT FROM linli.confirmed_ties(own) AS t WHERE t.person_id = for_person)
        THEN
            RETURN 'person';
        END IF;
        SELECT h.residence_id INTO stands FROM linli.household AS h
        WHERE h.estate_id = estate AND h.id = linli.need_home(for_person);
    ELSIF NOT EXISTS (
        SELECT FROM linli.place AS p
        WHERE p.estate_id = estate AND p.id = at_place AND p.kind NOT IN ('residence', 'floor'))
    THEN
        RETURN 'place';
    END IF;
    IF stands IS NULL THEN
        RETURN 'person';
    END IF;
    INSERT INTO linli.help_rota (estate_id, id, group_id, kind, weekday, begins_minute, minutes,
        seats, place_id, person_id, made_by, made_at)
    VALUES (estate, new_id, grp, new_kind, day, first, lasts, places, stands, for_person, own, at);
    PERFORM linli.help_group_tell(event, 'helpRota.added', grp, NULL, false, '{}',
        json_build_object('group', grp, 'rota', new_id));
    PERFORM linli.notify(event, 'helpRota.asked', 'help_rota', new_id, '{}', ARRAY[for_person])
    WHERE for_person IS NOT NULL;
    RETURN 'added';
END
$$;

-- Ends a template and what is ahead of it. For the functions here alone; who calls holds the group.
CREATE FUNCTION linli.help_rota_close(rota uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one uuid;
BEGIN
    UPDATE linli.help_rota AS r SET ended_at = at
    WHERE r.estate_id = estate AND r.id = rota AND r.ended_at IS NULL;
    FOR one IN
        SELECT s.id FROM linli.help_shift AS s
        WHERE s.estate_id = estate AND s.rota_id = rota AND s.begins > at
            AND s.cancelled_at IS NULL
        ORDER BY s.id
        FOR UPDATE
    LOOP
        PERFORM linli.help_shift_end(one);
    END LOOP;
END
$$;

-- Calls off a shift: who promised it is told. Who calls holds it. For the functions here alone.
CREATE FUNCTION linli.help_shift_end(shift uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    t linli.help_seat;
BEGIN
    UPDATE linli.help_shift AS s SET cancelled_at = at
    WHERE s.estate_id = estate AND s.id = shift AND s.cancelled_at IS NULL;
    FOR t IN
        SELECT o.* FROM linli.help_seat AS o
        WHERE o.estate_id = estate AND o.shift_id = shift AND o.state IN ('proposed', 'confirmed')
        ORDER BY o.id
    LOOP
        PERFORM linli.cancel_help_visit(t.visit_id, 'not_needed') WHERE t.visit_id IS NOT NULL;
        UPDATE linli.help_seat AS o SET state = 'cancelled', offered_at = NULL
        WHERE o.estate_id = estate AND o.id = t.id;
        PERFORM linli.help_seat_tell(linli.fresh_id(at), 'helpShift.cancelled', t,
            ARRAY[t.person_id]);
    END LOOP;
END
$$;

-- A steward ends a template, or a shift of it. Verdicts: done; unknown.
CREATE FUNCTION linli.help_rota_end(event uuid, rota uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    r linli.help_rota;
    g linli.help_group;
BEGIN
    SELECT * INTO r FROM linli.help_rota AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = rota;
    g := linli.help_group_take(r.group_id);
    IF r.ended_at IS NOT NULL OR linli.help_group_side(g) IS DISTINCT FROM 'steward' THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.help_rota_close(rota);
    PERFORM linli.help_group_tell(event, 'helpRota.ended', g.id, NULL, false, '{}',
        json_build_object('group', g.id, 'rota', rota));
    RETURN 'done';
END
$$;

CREATE FUNCTION linli.help_shift_cancel(event uuid, shift uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    s linli.help_shift;
    g linli.help_group;
BEGIN
    SELECT o.group_id INTO s.group_id FROM linli.help_shift AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = shift;
    g := linli.help_group_take(s.group_id);
    SELECT * INTO s FROM linli.help_shift AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = shift
    FOR UPDATE;
    IF linli.help_group_side(g) IS DISTINCT FROM 'steward' THEN
        RETURN 'unknown';
    ELSIF s.cancelled_at IS NOT NULL OR s.begins <= linli.instant() THEN
        RETURN 'past';
    END IF;
    PERFORM linli.help_shift_end(shift);
    PERFORM linli.help_group_tell(event, 'helpShift.calledOff', g.id, NULL, true, '{}',
        json_build_object('group', g.id, 'shift', shift));
    RETURN 'done';
END
$$;

-- Who is to be helped, or stands for it, agrees to a template, or ends it. Verdicts: done; unknown.
CREATE FUNCTION linli.help_rota_agree(event uuid, rota uuid, agrees boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    r linli.help_rota;
    stewards uuid[];
BEGIN
    SELECT o.group_id INTO r.group_id FROM linli.help_rota AS o
    WHERE o.estate_id = estate AND o.id = rota;
    PERFORM FROM linli.help_group AS g
    WHERE g.estate_id = estate AND g.id = r.group_id
    FOR UPDATE;
    SELECT * INTO r FROM linli.help_rota AS o
    WHERE o.estate_id = estate AND o.id = rota
    FOR UPDATE;
    IF r.person_id IS NULL OR r.ended_at IS NOT NULL OR linli.stands_for(r.person_id) IS NOT TRUE
    THEN
        RETURN 'unknown';
    END IF;
    stewards := linli.help_group_persons(r.group_id, r.person_id, true);
    IF agrees THEN
        UPDATE linli.help_rota AS o SET agreed_at = coalesce(o.agreed_at, at)
        WHERE o.estate_id = estate AND o.id = rota;
    ELSE
        PERFORM linli.help_rota_close(rota);
    END IF;
    PERFORM linli.append_event(event, 'helpRota.answered', ARRAY(
            SELECT 'person:' || p
            FROM unnest(stewards || r.person_id || linli.person_id()) AS p
            GROUP BY p ORDER BY p), '{}', json_build_object('rota', rota)::text);
    PERFORM linli.notify(event, CASE WHEN agrees THEN 'helpRota.agreed' ELSE 'helpRota.refused' END,
        'help_group', r.group_id, '{}', stewards);
    RETURN 'done';
END
$$;

-- What was for somebody who is gone ends. For the functions here alone.
CREATE FUNCTION linli.help_rotas_of_gone(person uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN
        SELECT r.id
        FROM linli.help_rota AS r
        JOIN linli.help_group AS g ON g.estate_id = r.estate_id AND g.id = r.group_id
        WHERE r.estate_id = linli.estate_id() AND r.person_id = person AND r.ended_at IS NULL
        ORDER BY g.id, r.id
        FOR UPDATE OF g
    LOOP
        PERFORM linli.help_rota_close(one);
    END LOOP;
END
$$;

-- Seats -----------------------------------------------------------------------------------------------

-- Writes an event of a seat, for its person and the stewards, and tells some. For the functions here alone.
CREATE FUNCTION linli.help_seat_tell(event uuid, what text, t linli.help_seat, told uuid[])
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.append_event(event, what, ARRAY(
            SELECT 'person:' || p
            FROM unnest(linli.help_group_persons(t.group_id, t.person_id, true) || t.person_id) AS p
            GROUP BY p ORDER BY p LIMIT 64), '{}',
        json_build_object('shift', t.shift_id, 'seat', t.id)::text);
    PERFORM linli.notify(event, what, 'help_shift', t.shift_id, json_build_object(
        'begins', t.begins, 'until', coalesce(t.until, t.begins))::text, told)
    WHERE told <> '{}';
END
$$;

-- Seats of a shift that are somebody's: taken, or kept for who is asked. For the functions here alone.
CREATE FUNCTION linli.help_seats_held(shift uuid)
    RETURNS SETOF linli.help_seat
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT t.* FROM linli.help_seat AS t
        WHERE t.estate_id = linli.estate_id() AND t.shift_id = shift
            AND (t.state IN ('confirmed', 'under_way', 'done', 'missed')
                OR (t.state = 'proposed' AND t.until > linli.instant()));
END
$$;

-- How many shifts and visits a person has in the calendar month of an instant: in a group, and in all; a
-- seat left out. For the functions here alone.
CREATE FUNCTION linli.help_month_load(
    person uuid, grp uuid, at timestamptz, besides uuid, OUT in_group integer, OUT in_all integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    first CONSTANT timestamp := date_trunc('month', at AT TIME ZONE zone);
BEGIN
    SELECT count(*) FILTER (WHERE t.group_id = grp), count(*) FILTER (WHERE t.visit_id IS NULL)
    INTO in_group, in_all
    FROM linli.help_seat AS t
    WHERE t.estate_id = estate AND t.person_id = person AND t.id IS DISTINCT FROM besides
        AND (t.state IN ('confirmed', 'under_way', 'done')
            OR (t.state = 'proposed' AND t.until > linli.instant()))
        AND t.begins >= first AT TIME ZONE zone
        AND t.begins < (first + interval '1 month') AT TIME ZONE zone;
    in_all := in_all + (
        SELECT count(*) FROM linli.help_visit AS v
        WHERE v.estate_id = estate AND v.helper_id = person
            AND v.state IN ('planned', 'under_way', 'done')
            AND v.begins >= first AT TIME ZONE zone
            AND v.begins < (first + interval '1 month') AT TIME ZONE zone);
END
$$;

-- Whether a shift fits a member, whatever the reason is that it does not: those who come, who is helped,
-- months and rest, an absence. `besides` is a seat that does not count. Who calls holds the shift and the
-- agenda. For the functions here alone.
CREATE FUNCTION linli.help_shift_fits(s linli.help_shift, person uuid, besides uuid) RETURNS boolean
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
        AND (r.person_id IS NULL OR (r.person_id <> person
            AND linli.may_help(person, r.person_id)
            AND linli.is_at_least(linli.level_of(estate, person),
                CASE WHEN linli.help_elder(r.person_id) THEN 'in_person' ELSE 'household' END)));
END
$$;

-- Promises a shift to a person: takes the agendas, looks whether it fits, plans the visit where it is one.
-- Who calls holds the shift. Verdict NULL: it is promised; else busy, unfit. For the functions here alone.
CREATE FUNCTION linli.help_shift_promise(
    s linli.help_shift, person uuid, besides uuid, OUT verdict text, OUT visit uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    r linli.help_rota;
BEGIN
    SELECT * INTO r FROM linli.help_rota AS o
    WHERE o.estate_id = s.estate_id AND o.id = s.rota_id;
    PERFORM linli.agenda_take(ARRAY(
        SELECT DISTINCT p FROM unnest(ARRAY[person, r.person_id]) AS p
        WHERE p IS NOT NULL ORDER BY p));
    IF NOT linli.help_shift_fits(s, person, besides) THEN
        verdict := 'unfit';
    ELSIF r.person_id IS NULL THEN
        verdict := CASE WHEN linli.help_busy(ARRAY[person], r.place_id, s.begins, s.ends)
            THEN 'busy' END;
    ELSE
        visit := linli.fresh_id(linli.instant());
        verdict := linli.plan_help_visit(visit, 'rota', r.id, r.kind, person, r.person_id, NULL,
            r.place_id, s.begins, s.ends);
        verdict := CASE WHEN verdict = 'busy'
            AND linli.help_busy(ARRAY[person], r.place_id, s.begins, s.ends) THEN 'busy'
            WHEN verdict IS NOT NULL THEN 'unfit' END;
    END IF;
END
$$;

-- A shift that the principal may see as a member, held; NULL: none. For the functions here alone.
CREATE FUNCTION linli.help_shift_take(shift uuid) RETURNS linli.help_shift
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    s linli.help_shift;
BEGIN
    SELECT * INTO s FROM linli.help_shift AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = shift
    FOR UPDATE;
    IF NOT EXISTS (
        SELECT FROM linli.help_group_member AS m
        WHERE m.estate_id = s.estate_id AND m.group_id = s.group_id
            AND m.person_id = linli.subject_id() AND m.ended_at IS NULL)
    THEN
        RETURN NULL;
    END IF;
    RETURN s;
END
$$;

-- Takes a free seat, or one that its holder offers: in one step, or not at all. Verdicts: done; unknown; seated
-- (one has a seat), past (it has begun, or was called off), unfit (full, or it does not fit: the same words),
-- busy (one has promised something else then).
CREATE FUNCTION linli.help_seat_take(event uuid, new_id uuid, shift uuid, offered uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    s CONSTANT linli.help_shift := linli.help_shift_take(coalesce(shift, (
        SELECT t.shift_id FROM linli.help_seat AS t
        WHERE t.estate_id = linli.estate_id() AND t.id = offered)));
    was linli.help_seat;
    t linli.help_seat;
    made_verdict text;
    made_visit uuid;
BEGIN
    IF s.id IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO was FROM linli.help_seat AS o WHERE o.estate_id = estate AND o.id = offered;
    IF s.cancelled_at IS NOT NULL OR s.begins <= at THEN
        RETURN 'past';
    ELSIF EXISTS (SELECT FROM linli.help_seats_held(s.id) AS h WHERE h.person_id = own) THEN
        RETURN 'seated';
    ELSIF offered IS NOT NULL AND (was.state <> 'confirmed' OR was.offered_at IS NULL) THEN
        RETURN 'unfit';
    ELSIF offered IS NULL AND (SELECT count(*) FROM linli.help_seats_held(s.id)) >= (
        SELECT r.seats FROM linli.help_rota AS r WHERE r.estate_id = estate AND r.id = s.rota_id)
    THEN
        RETURN 'unfit';
    END IF;
    BEGIN
        PERFORM linli.help_seats_agenda(s, own);
        IF was.id IS NOT NULL THEN
            PERFORM linli.cancel_help_visit(was.visit_id, 'released') WHERE was.visit_id IS NOT NULL;
            UPDATE linli.help_seat AS o SET state = 'released', offered_at = NULL
            WHERE o.estate_id = estate AND o.id = was.id;
        END IF;
        SELECT p.verdict, p.visit INTO made_verdict, made_visit
        FROM linli.help_shift_promise(s, own, NULL) AS p;
        IF made_verdict IS NOT NULL THEN
            RAISE EXCEPTION 'not promised' USING ERRCODE = 'LN236';
        END IF;
    EXCEPTION WHEN SQLSTATE 'LN236' THEN
        RETURN made_verdict;
    END;
    INSERT INTO linli.help_seat (estate_id, id, shift_id, group_id, person_id, begins, ends, place_id,
        origin, state, made_at, visit_id)
    SELECT estate, new_id, s.id, s.group_id, own, s.begins, s.ends, r.place_id,
        CASE WHEN was.id IS NULL THEN 'volunteer' ELSE 'swap' END, 'confirmed', at, made_visit
    FROM linli.help_rota AS r
    WHERE r.estate_id = estate AND r.id = s.rota_id
    RETURNING * INTO t;
    PERFORM linli.help_seat_tell(event,
        CASE WHEN was.id IS NULL THEN 'helpShift.taken' ELSE 'helpShift.swapped' END, t,
        array_remove(ARRAY[was.person_id], NULL));
    RETURN 'done';
END
$$;

-- The agendas of who takes a shift and who is helped there. For the functions here alone.
CREATE FUNCTION linli.help_seats_agenda(s linli.help_shift, person uuid) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.agenda_take(ARRAY(
        SELECT DISTINCT p
        FROM linli.help_rota AS r
        CROSS JOIN LATERAL unnest(ARRAY[person, r.person_id]) AS p
        WHERE r.estate_id = s.estate_id AND r.id = s.rota_id AND p IS NOT NULL
        ORDER BY p));
END
$$;

-- An own seat (or of whom one acts for) with its shift held; NULL: none. For the functions here alone.
CREATE FUNCTION linli.help_seat_own(seat uuid, OUT t linli.help_seat, OUT s linli.help_shift)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    SELECT o.* INTO s FROM linli.help_shift AS o
    WHERE o.estate_id = estate AND o.id = (
        SELECT x.shift_id FROM linli.help_seat AS x
        WHERE x.estate_id = estate AND x.id = seat AND x.person_id = linli.subject_id())
    FOR UPDATE;
    SELECT x.* INTO t FROM linli.help_seat AS x
    WHERE x.estate_id = estate AND x.id = seat AND x.shift_id = s.id;
END
$$;

-- Says yes or no to a shift that one is asked for. Verdicts: done; unknown; past (it lapsed, or may not be:
-- the same words), busy.
CREATE FUNCTION linli.help_seat_answer(event uuid, seat uuid, says_yes boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    held record;
    t linli.help_seat;
    made_verdict text;
    made_visit uuid;
BEGIN
    SELECT * INTO held FROM linli.help_seat_own(seat) AS h;
    t := held.t;
    IF t.id IS NULL OR (says_yes AND linli.beneficiary_id() IS NOT NULL) THEN
        RETURN 'unknown';
    ELSIF t.state <> 'proposed' OR t.until <= at THEN
        RETURN 'past';
    ELSIF says_yes THEN
        SELECT p.verdict, p.visit INTO made_verdict, made_visit
        FROM linli.help_shift_promise(held.s, t.person_id, t.id) AS p;
        IF made_verdict IS NOT NULL THEN
            RETURN CASE made_verdict WHEN 'busy' THEN 'busy' ELSE 'past' END;
        END IF;
    END IF;
    UPDATE linli.help_seat AS o
    SET state = CASE WHEN says_yes THEN 'confirmed' ELSE 'declined' END, until = NULL,
        visit_id = made_visit
    WHERE o.estate_id = t.estate_id AND o.id = t.id;
    PERFORM linli.help_seat_tell(event,
        CASE WHEN says_yes THEN 'helpShift.taken' ELSE 'helpShift.declined' END, t, '{}');
    RETURN 'done';
END
$$;

-- Gives back a seat before it begins: others are asked. Verdicts: done; unknown, past.
CREATE FUNCTION linli.help_seat_release(event uuid, seat uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    held record;
    t linli.help_seat;
BEGIN
    SELECT * INTO held FROM linli.help_seat_own(seat) AS h;
    t := held.t;
    IF t.id IS NULL THEN
        RETURN 'unknown';
    ELSIF t.state <> 'confirmed' OR t.begins <= at THEN
        RETURN 'past';
    END IF;
    PERFORM linli.help_seat_free(event, t);
    RETURN 'done';
END
$$;

-- Frees a seat that is promised. Who calls holds the shift. For the functions here alone.
CREATE FUNCTION linli.help_seat_free(event uuid, t linli.help_seat) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.cancel_help_visit(t.visit_id, 'released') WHERE t.visit_id IS NOT NULL;
    UPDATE linli.help_seat AS o SET state = 'released', offered_at = NULL, until = NULL
    WHERE o.estate_id = t.estate_id AND o.id = t.id;
    -- Where it is soon, its stewards hear of it again.
    UPDATE linli.help_shift AS s SET told_free_at = NULL
    WHERE s.estate_id = t.estate_id AND s.id = t.shift_id;
    PERFORM linli.help_seat_tell(event, 'helpShift.released', t, '{}');
END
$$;

-- Frees what a person has ahead in a group. For the functions here alone.
CREATE FUNCTION linli.help_seats_release(person uuid, grp uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    t linli.help_seat;
BEGIN
    PERFORM FROM linli.help_shift AS s
    WHERE s.estate_id = estate AND s.group_id = grp AND s.begins > at AND EXISTS (
        SELECT FROM linli.help_seat AS o
        WHERE o.estate_id = estate AND o.shift_id = s.id AND o.person_id = person
            AND o.state IN ('proposed', 'confirmed'))
    ORDER BY s.id
    FOR UPDATE;
    FOR t IN
        SELECT o.* FROM linli.help_seat AS o
        WHERE o.estate_id = estate AND o.group_id = grp AND o.person_id = person AND o.begins > at
            AND o.state IN ('proposed', 'confirmed')
        ORDER BY o.shift_id
    LOOP
        PERFORM linli.help_seat_free(linli.fresh_id(at), t);
    END LOOP;
END
$$;

-- Offers a seat to the others, or offers it no more: it stays one's own until another takes it. Verdicts:
-- done; unknown, past.
CREATE FUNCTION linli.help_seat_offer(event uuid, seat uuid, is_offered boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held record;
    t linli.help_seat;
BEGIN
    SELECT * INTO held FROM linli.help_seat_own(seat) AS h;
    t := held.t;
    IF t.id IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    ELSIF t.state <> 'confirmed' OR t.begins <= at THEN
        RETURN 'past';
    END IF;
    UPDATE linli.help_seat AS o SET offered_at = CASE WHEN is_offered THEN at END
    WHERE o.estate_id = estate AND o.id = seat;
    PERFORM linli.help_seat_tell(event,
        CASE WHEN is_offered THEN 'helpShift.offered' ELSE 'helpShift.kept' END, t,
        CASE WHEN is_offered AND t.offered_at IS NULL THEN ARRAY(
            SELECT p FROM unnest(linli.help_group_persons(t.group_id, t.person_id, false)) AS p
            WHERE linli.help_shift_fits(held.s, p, t.id)
                AND NOT linli.help_busy(ARRAY[p], t.place_id, t.begins, t.ends))
            ELSE '{}' END);
    RETURN 'done';
END
$$;

-- Has come: from half an hour before it begins until it ends. Verdicts: done; unknown; visit (it is checked in
-- as one), past, early.
CREATE FUNCTION linli.help_seat_check_in(event uuid, seat uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    held record;
    t linli.help_seat;
    verdict text;
BEGIN
    SELECT * INTO held FROM linli.help_seat_own(seat) AS h;
    t := held.t;
    verdict := CASE
        WHEN t.id IS NULL OR linli.beneficiary_id() IS NOT NULL THEN 'unknown'
        WHEN t.visit_id IS NOT NULL THEN 'visit'
        WHEN t.state <> 'confirmed' OR at > t.ends THEN 'past'
        WHEN at < t.begins - interval '30 minutes' THEN 'early'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_seat AS o
        SET state = 'under_way', checked_in_at = at, offered_at = NULL
        WHERE o.estate_id = t.estate_id AND o.id = t.id;
        PERFORM linli.help_seat_tell(event, 'helpShift.checkedIn', t, '{}');
    END IF;
    RETURN verdict;
END
$$;

-- Has left. Verdicts: done; unknown, visit, past.
CREATE FUNCTION linli.help_seat_check_out(event uuid, seat uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    held record;
    t linli.help_seat;
    verdict text;
BEGIN
    SELECT * INTO held FROM linli.help_seat_own(seat) AS h;
    t := held.t;
    verdict := CASE
        WHEN t.id IS NULL OR linli.beneficiary_id() IS NOT NULL THEN 'unknown'
        WHEN t.visit_id IS NOT NULL THEN 'visit'
        WHEN t.state <> 'under_way' THEN 'past'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_seat AS o SET state = 'done', checked_out_at = at
        WHERE o.estate_id = t.estate_id AND o.id = t.id;
        PERFORM linli.help_seat_tell(event, 'helpShift.checkedOut', t, '{}');
    END IF;
    RETURN verdict;
END
$$;

-- Leaves a note for the next, from coming until a week after. Verdicts: done; unknown, visit, past.
CREATE FUNCTION linli.help_seat_note(event uuid, seat uuid, sealed bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held record;
    t linli.help_seat;
    verdict text;
BEGIN
    SELECT * INTO held FROM linli.help_seat_own(seat) AS h;
    t := held.t;
    verdict := CASE
        WHEN t.id IS NULL OR linli.beneficiary_id() IS NOT NULL THEN 'unknown'
        WHEN t.visit_id IS NOT NULL THEN 'visit'
        WHEN t.state NOT IN ('under_way', 'done')
            OR linli.instant() > t.ends + interval '7 days' THEN 'past'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_seat AS o SET note_sealed = sealed
        WHERE o.estate_id = t.estate_id AND o.id = t.id;
        PERFORM linli.help_seat_tell(event, 'helpShift.noted', t, '{}');
    END IF;
    RETURN verdict;
END
$$;

-- What becomes of a visit becomes of its seat.
CREATE FUNCTION linli.help_seat_of_visit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.help_seat AS t
    SET state = CASE NEW.state WHEN 'planned' THEN 'confirmed' WHEN 'cancelled' THEN 'released'
            ELSE NEW.state END, offered_at = NULL,
        checked_in_at = NEW.checked_in_at, checked_out_at = NEW.checked_out_at
    WHERE t.estate_id = NEW.estate_id AND t.visit_id = NEW.id
        AND t.state IN ('confirmed', 'under_way');
    RETURN NULL;
END
$$;
CREATE TRIGGER help_seat_of_visit AFTER UPDATE OF state ON linli.help_visit
    FOR EACH ROW WHEN (NEW.source = 'rota' AND OLD.state <> NEW.state)
    EXECUTE FUNCTION linli.help_seat_of_visit();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['help_rota', 'help_shift', 'help_seat'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.help_rota_add(uuid, uuid, uuid, text, integer, integer, integer, integer, uuid, uuid),
    linli.help_rota_end(uuid, uuid), linli.help_shift_cancel(uuid, uuid),
    linli.help_rota_agree(uuid, uuid, boolean), linli.help_seat_take(uuid, uuid, uuid, uuid),
    linli.help_seat_answer(uuid, uuid, boolean), linli.help_seat_release(uuid, uuid),
    linli.help_seat_offer(uuid, uuid, boolean), linli.help_seat_check_in(uuid, uuid),
    linli.help_seat_check_out(uuid, uuid), linli.help_seat_note(uuid, uuid, bytea)
    TO linli;

INSERT INTO linli.sealed_column (source, field) VALUES ('help_seat', 'note_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('help_rota', 'person_id', 'move'), ('help_rota', 'made_by', 'stay'),
    ('help_seat', 'person_id', 'move');
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES
    ('help_shift', '互助小组的排班', 'Shifts of help groups', '365 days', '60 days', '1096 days',
        '办完即可删（个人信息保护法第十九条）', 'no longer than needed (PIPL art. 19)'),
    ('help_note', '互助小组的交接留言', 'Handover notes of help groups', '30 days', '7 days', '30 days',
        '只供交接（个人信息保护法第十九条）', 'for the next shift alone (PIPL art. 19)');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('help_rota', 'person_id', 'yes', '小组为我排的探访', 'What help groups plan for one',
        'r.kind, r.weekday, r.begins_minute, r.minutes, r.agreed_at, r.ended_at', 'keep', NULL,
        'help_shift'),
    ('help_rota', 'made_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'help_shift'),
    ('help_seat', 'person_id', 'yes', '我的小组排班', 'One''s shifts in help groups',
        'r.begins, r.ends, r.origin, r.state, r.checked_in_at, r.checked_out_at', 'blank',
        'note_sealed = NULL', 'help_shift');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('help_note', 1, 'help_seat', 'r.note_sealed IS NOT NULL AND r.ends < $1', 'note_sealed = NULL'),
    ('help_shift', 1, 'help_seat', 'r.ends < $1', NULL),
    ('help_shift', 2, 'help_shift', 'r.ends < $1 AND NOT EXISTS (
        SELECT FROM linli.help_seat AS t
        WHERE t.estate_id = r.estate_id AND t.shift_id = r.id)', NULL),
    ('help_shift', 3, 'help_rota', 'r.ended_at < $1 AND NOT EXISTS (
        SELECT FROM linli.help_shift AS s
        WHERE s.estate_id = r.estate_id AND s.rota_id = r.id)', NULL),
    ('help_group', 3, 'help_group', 'r.closed_at < $1 AND NOT EXISTS (
        SELECT FROM linli.help_group_member AS m
        WHERE m.estate_id = r.estate_id AND m.group_id = r.id) AND NOT EXISTS (
        SELECT FROM linli.help_group_asking AS a
        WHERE a.estate_id = r.estate_id AND a.group_id = r.id) AND NOT EXISTS (
        SELECT FROM linli.help_rota AS o
        WHERE o.estate_id = r.estate_id AND o.group_id = r.id)', NULL);
