-- What is done in a pairing: its times, rests, stand-ins and visits, and the job that sees to them. Visits are
-- those of help_visit, and nothing here keeps a second one. docs/help/paired-families.md.

-- Whether somebody is away at an instant, as far as it is known now. For the functions here alone.
CREATE FUNCTION linli.pairing_away(person uuid, wanted timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN person IS NOT NULL AND (NOT EXISTS (
            SELECT FROM linli.person AS p
            WHERE p.estate_id = estate AND p.id = person AND p.state = 'active')
        OR EXISTS (
            SELECT FROM linli.absence AS a
            WHERE a.estate_id = estate AND a.person_id = person AND a.begins <= wanted
                AND a.ends > wanted));
END
$$;

-- The days of a pairing's cadence between two: each week, each second one, or the first of such a weekday in
-- a month. For the functions here alone.
CREATE FUNCTION linli.pairing_days(p linli.pairing, first_day date, last_day date)
    RETURNS SETOF date
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT d::date
        FROM generate_series(greatest(first_day, p.anchor_on)::timestamp, last_day::timestamp,
            interval '1 day') AS d
        WHERE extract(isodow FROM d)::integer = p.weekday AND CASE p.cadence
            WHEN 'fortnightly' THEN (d::date - (p.anchor_on
                + (p.weekday - extract(isodow FROM p.anchor_on)::integer + 7) % 7)) / 7 % 2 = 0
            WHEN 'monthly' THEN extract(day FROM d) <= 7
            ELSE true END
        ORDER BY 1;
END
$$;

-- The instant of a day at which a pairing's visit begins. For the functions here alone.
CREATE FUNCTION linli.pairing_begins(p linli.pairing, on_day date) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (on_day + p.minute * interval '1 minute')
        AT TIME ZONE (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = p.estate_id);
END
$$;

-- The one whom both sides would have instead, where it may come; NULL: nobody. For the functions here alone.
CREATE FUNCTION linli.pairing_stand_in(p linli.pairing) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE WHEN p.helper_names_id = p.person_names_id
        AND linli.pairing_bar(p.form, p.helper_names_id, p.person_id, p.child_id) IS NULL
        THEN p.helper_names_id END;
END
$$;

-- Ends some visits of a pairing that are planned, and forgets their days, so that they are looked for anew;
-- what a stand-in was asked for these days lapses. For the functions here alone.
CREATE FUNCTION linli.pairing_unplan(p linli.pairing, last_day date, code text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_visits_end(ARRAY(
        SELECT v.id
        FROM linli.help_visit AS v
        JOIN linli.pairing_day AS d ON d.estate_id = v.estate_id AND d.pairing_id = p.id
            AND d.visit_id = v.id AND d.on_day <= last_day
        WHERE v.estate_id = p.estate_id AND v.source = 'pairing' AND v.source_id = p.id
            AND v.state = 'planned'
        ORDER BY v.id), code, false);
    UPDATE linli.pairing_cover AS c SET state = 'lapsed', answered_at = linli.instant()
    WHERE c.estate_id = p.estate_id AND c.pairing_id = p.id AND c.state = 'open'
        AND c.on_day <= last_day;
    DELETE FROM linli.pairing_day AS d
    WHERE d.estate_id = p.estate_id AND d.pairing_id = p.id AND d.on_day <= last_day
        AND d.on_day > linli.local_day();
END
$$;

-- Tells both sides that something of it is another now; the doer knows. For the functions here alone.
CREATE FUNCTION linli.pairing_changed(event uuid, p linli.pairing, what text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.append_event(event, 'pairing.changed', linli.pairing_audience(p), '{}',
        json_build_object('pairing', p.id, 'what', what)::text);
    PERFORM linli.notify(event, 'pairing.changed', 'pairing', p.id,
        json_build_object('what', json_build_array(what))::text, ARRAY[p.helper_id, p.person_id]);
END
$$;

-- A pairing that lives, of which the principal is one of the two sides, held; with why not. For the functions
-- here alone.
CREATE FUNCTION linli.pairing_act(
    pairing uuid, OUT p linli.pairing, OUT side text, OUT verdict text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    p := linli.pairing_take(pairing);
    side := linli.pairing_side(p);
    verdict := CASE
        WHEN coalesce(side, 'office') = 'office' THEN 'unknown'
        WHEN p.state NOT IN ('trial', 'active', 'review')
            OR linli.pairing_bar(p.form, p.helper_id, p.person_id, p.child_id) IS NOT NULL
            THEN 'over' END;
END
$$;

-- Other times from tomorrow on. Verdicts: changed; unknown; over.
CREATE FUNCTION linli.pairing_cadence(
    event uuid, pairing uuid, new_cadence text, new_weekday integer, new_minute integer,
    new_minutes integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held record;
    p linli.pairing;
BEGIN
    SELECT * INTO held FROM linli.pairing_act(pairing) AS t;
    IF held.verdict IS NOT NULL THEN
        RETURN held.verdict;
    END IF;
    p := held.p;
    PERFORM linli.pairing_changed(event, p, 'times');
    PERFORM linli.pairing_unplan(p, 'infinity', 'moved');
    UPDATE linli.pairing AS o
    SET cadence = new_cadence, weekday = new_weekday, minute = new_minute, minutes = new_minutes,
        anchor_on = linli.local_day() + 1, plan_at = linli.instant()
    WHERE o.estate_id = p.estate_id AND o.id = p.id;
    RETURN 'changed';
END
$$;

-- Rests until the end of a day, 90 days ahead at most; NULL: goes on at once. Verdicts: changed; unknown;
-- over; time.
CREATE FUNCTION linli.pairing_pause(event uuid, pairing uuid, last_day date) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held record;
    p linli.pairing;
BEGIN
    SELECT * INTO held FROM linli.pairing_act(pairing) AS t;
    IF held.verdict IS NOT NULL THEN
        RETURN held.verdict;
    ELSIF last_day < linli.local_day() OR last_day > linli.local_day() + 90 THEN
        RETURN 'time';
    END IF;
    p := held.p;
    PERFORM linli.pairing_changed(event, p, CASE WHEN last_day IS NULL THEN 'resumed'
        ELSE 'paused' END);
    IF last_day IS NOT NULL THEN
        PERFORM linli.pairing_unplan(p, last_day, 'paused');
    END IF;
    UPDATE linli.pairing AS o SET paused_until = last_day, plan_at = linli.instant()
    WHERE o.estate_id = p.estate_id AND o.id = p.id;
    RETURN 'changed';
END
$$;

-- Whom one side would have in the helper's stead; NULL: nobody. It counts when both say the same. Verdicts:
-- changed; unknown; over; unfit (one word for every reason).
CREATE FUNCTION linli.pairing_name(event uuid, pairing uuid, stand_in uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held record;
    p linli.pairing;
BEGIN
    SELECT * INTO held FROM linli.pairing_act(pairing) AS t;
    p := held.p;
    IF held.verdict IS NOT NULL THEN
        RETURN held.verdict;
    ELSIF stand_in IS NOT NULL AND (stand_in IN (p.helper_id, p.person_id)
        OR stand_in = ANY (linli.own_unseen()) OR stand_in = ANY (linli.own_apart())
        OR linli.pairing_bar(p.form, stand_in, p.person_id, p.child_id) IS NOT NULL
        OR NOT (EXISTS (
            SELECT FROM linli.pairing AS o
            WHERE o.estate_id = estate AND o.helper_id = stand_in
                AND o.state IN ('trial', 'active', 'review'))
        OR EXISTS (
            SELECT FROM linli.helper_profile AS h
            WHERE h.estate_id = estate AND h.person_id = stand_in AND h.is_active)))
    THEN
        RETURN 'unfit';
    END IF;
    UPDATE linli.pairing AS o
    SET helper_names_id = CASE held.side WHEN 'helper' THEN stand_in ELSE o.helper_names_id END,
        person_names_id = CASE held.side WHEN 'person' THEN stand_in ELSE o.person_names_id END,
        plan_at = linli.instant()
    WHERE o.estate_id = estate AND o.id = p.id;
    PERFORM linli.pairing_changed(event, p, 'stand_in');
    RETURN 'changed';
END
$$;

-- Asks the stand-in for a day, once; whether it is asked. For the functions here alone.
CREATE FUNCTION linli.pairing_ask_cover(p linli.pairing, for_day date, first_at timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    stand_in CONSTANT uuid := linli.pairing_stand_in(p);
    id CONSTANT uuid := linli.fresh_id(at);
    event uuid;
    before text[];
BEGIN
    IF stand_in IS NULL OR first_at <= at OR linli.pairing_away(stand_in, first_at) THEN
        RETURN false;
    END IF;
    INSERT INTO linli.pairing_cover (estate_id, id, pairing_id, on_day, stand_in_id, begins, ends,
        asked_at, until)
    VALUES (p.estate_id, id, p.id, for_day, stand_in, first_at,
        first_at + p.minutes * interval '1 minute', at, least(at + interval '2 days', first_at))
    ON CONFLICT ON CONSTRAINT pairing_cover_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    before := linli.act_as_job('pairings');
    event := linli.fresh_id(at);
    PERFORM linli.append_event(event, 'pairing.standInAsked', ARRAY['person:' || stand_in], '{}',
        json_build_object('cover', id)::text);
    PERFORM linli.notify(event, 'pairing.standInAsked', 'pairing_cover', id,
        json_build_object('begins', first_at, 'until', least(at + interval '2 days', first_at))
            ::text, ARRAY[stand_in]);
    PERFORM linli.end_act_as_job(before);
    RETURN true;
END
$$;

-- Leaves one visit out, before it begins: the helper cannot come this time, and its stand-in is asked; or who
-- is helped does not need it. Verdicts: skipped; unknown; over; late (there is no such visit to come).
CREATE FUNCTION linli.pairing_skip(event uuid, pairing uuid, visit uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held record;
    p linli.pairing;
    v linli.help_visit;
BEGIN
    SELECT * INTO held FROM linli.pairing_act(pairing) AS t;
    IF held.verdict IS NOT NULL THEN
        RETURN held.verdict;
    END IF;
    p := held.p;
    SELECT * INTO v FROM linli.help_visit AS o
    WHERE o.estate_id = estate AND o.id = visit AND o.source = 'pairing' AND o.source_id = p.id
    FOR UPDATE;
    IF v.id IS NULL OR v.state <> 'planned' OR v.begins <= linli.instant()
        OR (held.side = 'helper' AND v.helper_id <> p.helper_id)
    THEN
        RETURN 'late';
    END IF;
    PERFORM linli.append_event(event, 'pairing.skipped', linli.pairing_audience(p), '{}',
        json_build_object('pairing', p.id, 'visit', v.id)::text);
    PERFORM linli.help_visits_end(ARRAY[v.id],
        CASE held.side WHEN 'helper' THEN 'no_time' ELSE 'not_needed' END, false);
    IF held.side = 'helper' THEN
        PERFORM linli.pairing_ask_cover(p, d.on_day, v.begins)
        FROM linli.pairing_day AS d
        WHERE d.estate_id = estate AND d.pairing_id = p.id AND d.visit_id = v.id;
    END IF;
    RETURN 'skipped';
END
$$;

-- Stand-ins --------------------------------------------------------------------------------------

-- What the principal is asked to stand in for, the latest first: of the place a stair or building alone.
CREATE FUNCTION linli.own_pairing_covers(before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, kind text, begins timestamptz, ends timestamptz, place_zh text,
        place_en text, state text, until timestamptz, visit_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    me CONSTANT uuid := linli.person_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.id, p.kind, c.begins, c.ends, linli.help_place_name(u.id, true),
            linli.help_place_name(u.id, false),
            CASE WHEN c.state = 'open' AND (c.until <= at OR p.ended_at IS NOT NULL
                OR linli.pairing_bar(p.form, me, p.person_id, p.child_id) IS NOT NULL)
                THEN 'lapsed' ELSE c.state END, c.until, c.visit_id
        FROM linli.pairing_cover AS c
        JOIN linli.pairing AS p ON p.estate_id = estate AND p.id = c.pairing_id
        CROSS JOIN LATERAL (SELECT linli.pairing_place(p, true) AS id) AS u
        WHERE c.estate_id = estate AND c.stand_in_id = me AND c.id < before_id
            AND p.person_id <> ALL (linli.own_unseen())
        ORDER BY c.id DESC
        LIMIT rows_max;
END
$$;

-- Where a pairing's visits are: at home; or the part of it that is told. For the functions here alone.
CREATE FUNCTION linli.pairing_place(p linli.pairing, is_shown boolean) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    home CONSTANT uuid := (
        SELECT h.residence_id FROM linli.household AS h
        WHERE h.estate_id = p.estate_id AND h.id = linli.need_home(p.person_id));
BEGIN
    RETURN CASE WHEN is_shown THEN linli.help_shown_place(home) ELSE home END;
END
$$;

-- The stand-in's answer; both are told, and the visit says who comes. Verdicts: agreed, declined; unknown;
-- over (too late, or it may not be: all the same words); busy (one has promised something else then).
CREATE FUNCTION linli.pairing_cover_answer(event uuid, cover uuid, says_yes boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    me CONSTANT uuid := linli.person_id();
    visit CONSTANT uuid := linli.fresh_id(at);
    c linli.pairing_cover;
    p linli.pairing;
    verdict text;
BEGIN
    SELECT * INTO c FROM linli.pairing_cover AS o WHERE o.estate_id = estate AND o.id = cover;
    IF c.stand_in_id IS DISTINCT FROM me OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    p := linli.pairing_hold(c.pairing_id, ARRAY[me]);
    SELECT * INTO c FROM linli.pairing_cover AS o WHERE o.estate_id = estate AND o.id = cover
    FOR UPDATE;
    IF p.person_id = ANY (linli.own_unseen()) THEN
        RETURN 'unknown';
    ELSIF c.state <> 'open' OR c.until <= at OR p.state NOT IN ('trial', 'active', 'review')
        OR linli.pairing_bar(p.form, me, p.person_id, p.child_id) IS NOT NULL
    THEN
        RETURN 'over';
    ELSIF NOT says_yes THEN
        UPDATE linli.pairing_cover AS o SET state = 'declined', answered_at = at
        WHERE o.estate_id = estate AND o.id = cover;
        PERFORM linli.append_event(event, 'pairing.standInDeclined', ARRAY['person:' || me], '{}',
            json_build_object('cover', cover)::text);
        PERFORM linli.pairing_tell(p, 'uncovered', json_build_object('begins', c.begins));
        RETURN 'declined';
    END IF;
    verdict := linli.plan_help_visit(visit, 'pairing', p.id, p.kind, me, p.person_id, p.child_id,
        linli.pairing_place(p, false), c.begins, c.ends);
    IF verdict IS NOT NULL THEN
        RETURN CASE WHEN verdict = 'busy' AND EXISTS (
            SELECT FROM linli.commitments(ARRAY[me], '{}', c.begins - interval '1 day') AS o
            WHERE o.state <> 'waiting' AND o.begins < c.ends + interval '30 minutes'
                AND o.ends > c.begins - interval '30 minutes') THEN 'busy' ELSE 'over' END;
    END IF;
    UPDATE linli.pairing_cover AS o SET state = 'accepted', answered_at = at, visit_id = visit
    WHERE o.estate_id = estate AND o.id = cover;
    INSERT INTO linli.pairing_day AS d (estate_id, pairing_id, on_day, visit_id)
    VALUES (estate, p.id, c.on_day, visit)
    ON CONFLICT ON CONSTRAINT pairing_day_pkey DO UPDATE SET visit_id = excluded.visit_id;
    PERFORM linli.append_event(event, 'pairing.standInAgreed', ARRAY['person:' || me], '{}',
        json_build_object('cover', cover)::text);
    PERFORM linli.pairing_tell(p, 'covered', json_build_object('begins', c.begins));
    RETURN 'agreed';
END
$$;

-- Reading ------------------------------------------------------------------------------------------

-- The pairings of the subject, or those of all as an office, which is logged: the latest first. Who is helped
-- has no name for a helper whom an office asks before both have agreed; an address stands with the visits
-- alone. What is over shows nothing of the other, whatever ended it.
CREATE FUNCTION linli.pairings_seen(one uuid, of_office boolean, before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, form text, kind text, side text, state text, cadence text,
        weekday integer, minute integer, minutes integer, helper_id uuid, helper_name text,
        person_id uuid, person_name text, child_id uuid, place_zh text, place_en text,
        proposed_at timestamptz, until timestamptz, has_agreed boolean, trial_until timestamptz,
        review_at timestamptz, has_renewed boolean, paused_until date, own_stand_in uuid,
        other_stand_in uuid, other_stand_in_name text, visit_id uuid, visit_begins timestamptz,
        unfixed date[], conversation_id uuid, ended_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.subject_id();
    me CONSTANT uuid := linli.person_id();
    apart CONSTANT uuid[] := linli.own_apart();
    about uuid[] := '{}';
    p linli.pairing;
    other uuid;
    is_live boolean;
BEGIN
    FOR p IN
        SELECT o.* FROM linli.pairing AS o
        WHERE o.estate_id = estate AND o.id < before_id AND (one IS NULL OR o.id = one)
            AND (of_office OR own IN (o.helper_id, o.person_id)
                OR o.child_id IN (SELECT linli.own_children()))
            AND CASE WHEN of_office AND one IS NULL
                THEN o.state IN ('proposed', 'trial', 'active', 'review') ELSE true END
            AND CASE WHEN of_office THEN linli.pairing_side(o) = 'office'
                ELSE linli.pairing_side(o) IN ('helper', 'person') END
        ORDER BY o.id DESC
        LIMIT rows_max
    LOOP
        side := linli.pairing_side(p);
        state := CASE
            WHEN p.state = 'declined' AND side <> 'office' THEN 'lapsed'
            WHEN p.state = 'proposed' AND (p.until <= at OR linli.pairing_bar(
                p.form, p.helper_id, p.person_id, p.child_id) IS NOT NULL) THEN 'lapsed'
            WHEN p.state IN ('trial', 'active', 'review') AND linli.pairing_bar(
                p.form, p.helper_id, p.person_id, p.child_id) IS NOT NULL THEN 'ended'
            ELSE p.state END;
        is_live := state IN ('proposed', 'trial', 'active', 'review');
        id := p.id;
        form := p.form;
        kind := p.kind;
        cadence := p.cadence;
        weekday := p.weekday;
        minute := p.minute;
        minutes := p.minutes;
        proposed_at := p.proposed_at;
        until := p.until;
        trial_until := p.trial_until;
        review_at := p.review_at;
        ended_at := CASE WHEN NOT is_live THEN coalesce(p.ended_at,
            CASE WHEN p.state = 'proposed' AND p.until <= at THEN p.until END, at) END;
        has_agreed := CASE side WHEN 'helper' THEN p.helper_agreed_at IS NOT NULL
            WHEN 'person' THEN p.person_agreed_at IS NOT NULL END;
        has_renewed := CASE WHEN state = 'review' THEN CASE side
            WHEN 'helper' THEN p.helper_renews_at IS NOT NULL
            WHEN 'person' THEN p.person_renews_at IS NOT NULL END END;
        paused_until := CASE WHEN is_live AND p.paused_until >= linli.local_day()
            THEN p.paused_until END;
        helper_id := CASE WHEN is_live OR side <> 'person' THEN p.helper_id END;
        person_id := CASE WHEN side <> 'helper' OR (is_live
            AND (state <> 'proposed' OR p.origin <> 'office')) THEN p.person_id END;
        child_id := CASE WHEN person_id IS NOT NULL THEN p.child_id END;
        SELECT q.display_name INTO helper_name
        FROM linli.person AS q WHERE q.estate_id = estate AND q.id = helper_id;
        SELECT q.display_name INTO person_name
        FROM linli.person AS q WHERE q.estate_id = estate AND q.id = person_id;
        place_zh := CASE WHEN is_live THEN linli.help_place_name(linli.pairing_place(p, true), true)
            END;
        place_en := CASE WHEN is_live
            THEN linli.help_place_name(linli.pairing_place(p, true), false) END;
        own_stand_in := CASE WHEN is_live THEN CASE side WHEN 'helper' THEN p.helper_names_id
            WHEN 'person' THEN p.person_names_id ELSE linli.pairing_stand_in(p) END END;
        other := CASE side WHEN 'helper' THEN p.person_names_id
            WHEN 'person' THEN p.helper_names_id END;
        other_stand_in := CASE WHEN is_live AND other <> ALL (apart) THEN other END;
        SELECT q.display_name INTO other_stand_in_name
        FROM linli.person AS q WHERE q.estate_id = estate AND q.id = other_stand_in;
        visit_id := NULL;
        visit_begins := NULL;
        unfixed := NULL;
        conversation_id := NULL;
        IF is_live AND state <> 'proposed' THEN
            SELECT v.id, v.begins INTO visit_id, visit_begins
            FROM linli.help_visit AS v
            WHERE v.estate_id = estate AND v.source = 'pairing' AND v.source_id = p.id
                AND v.state IN ('planned', 'under_way')
            ORDER BY v.begins
            LIMIT 1;
            unfixed := ARRAY(
                SELECT d.on_day FROM linli.pairing_day AS d
                WHERE d.estate_id = estate AND d.pairing_id = p.id AND d.visit_id IS NULL
                    AND d.on_day >= linli.local_day()
                ORDER BY d.on_day
                LIMIT 10);
            SELECT c.id INTO conversation_id
            FROM linli.conversation AS c
            WHERE c.estate_id = estate AND c.kind = 'match' AND c.about_id = p.id
                AND c.closed_at IS NULL AND me IN (p.helper_id, c.asker_id)
            LIMIT 1;
        END IF;
        about := about || p.helper_id || p.person_id;
        RETURN NEXT;
    END LOOP;
    IF of_office THEN
        PERFORM linli.log_reads(about[1:greatest(2 * (rows_max - 1), 2)], 'help', 'care');
    END IF;
END
$$;

-- The job ------------------------------------------------------------------------------------------

-- Where the missed visits begin that follow each other up to now, if there are two; a visit that took place,
-- whoever came, begins anew. For the functions here alone.
CREATE FUNCTION linli.pairing_missed(pairing uuid) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN (
        SELECT CASE WHEN count(*) >= 2 THEN min(v.begins) END
        FROM linli.help_visit AS v
        WHERE v.estate_id = estate AND v.source = 'pairing' AND v.source_id = pairing
            AND v.state = 'missed' AND v.begins > coalesce((
                SELECT max(o.begins) FROM linli.help_visit AS o
                WHERE o.estate_id = estate AND o.source = 'pairing' AND o.source_id = pairing
                    AND o.state IN ('under_way', 'done')), '-infinity'));
END
$$;

-- The pairings that the job has something to do for now. For the job alone.
CREATE FUNCTION linli.pairings_due(rows_max bigint) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    is_quiet CONSTANT boolean := linli.is_quiet();
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'pairings' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id
        FROM linli.pairing AS p
        WHERE p.estate_id = estate AND p.state IN ('proposed', 'trial', 'active', 'review')
            AND (p.plan_at <= at
                OR (p.state = 'proposed' AND p.until <= at)
                OR (p.state = 'trial' AND p.trial_until <= at)
                OR (p.state = 'active' AND p.review_at <= at)
                OR (p.state = 'review' AND p.review_asked_at <= at - interval '28 days')
                OR (p.state = 'review' AND p.review_asked_at <= at - interval '14 days'
                    AND p.review_told_at IS NULL AND NOT is_quiet)
                OR EXISTS (
                    SELECT FROM linli.pairing_cover AS c
                    WHERE c.estate_id = estate AND c.pairing_id = p.id AND c.state = 'open'
                        AND c.until <= at)
                OR (p.state <> 'proposed' AND NOT is_quiet
                    AND p.missed_from IS DISTINCT FROM linli.pairing_missed(p.id)
                    AND linli.pairing_missed(p.id) IS NOT NULL))
        ORDER BY p.id
        LIMIT rows_max;
END
$$;

-- Does what is due for one pairing; one a transaction, which holds the agendas of two. For the job alone.
CREATE FUNCTION linli.pairing_tend(pairing uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    p linli.pairing;
    late record;
    run timestamptz;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'pairings' THEN
        RETURN false;
    END IF;
    p := linli.pairing_hold(pairing);
    IF p.state IS NULL OR p.ended_at IS NOT NULL THEN
        RETURN false;
    ELSIF p.state = 'proposed' THEN
        IF p.until <= at OR linli.pairing_bar(p.form, p.helper_id, p.person_id, p.child_id)
            IS NOT NULL
        THEN
            PERFORM linli.pairing_close(p, 'lapsed');
        END IF;
        RETURN true;
    ELSIF linli.pairing_bar(p.form, p.helper_id, p.person_id, p.child_id) IS NOT NULL
        OR (p.state = 'review' AND p.review_asked_at <= at - interval '28 days')
    THEN
        PERFORM linli.pairing_close(p, 'ended');
        RETURN true;
    END IF;
    p := linli.pairing_move_on(p);
    FOR late IN
        UPDATE linli.pairing_cover AS c SET state = 'lapsed', answered_at = at
        WHERE c.estate_id = p.estate_id AND c.pairing_id = p.id AND c.state = 'open'
            AND c.until <= at
        RETURNING c.begins
    LOOP
        PERFORM linli.pairing_tell(p, 'uncovered', json_build_object('begins', late.begins));
    END LOOP;
    IF NOT linli.pairing_plan(p) THEN
        PERFORM linli.pairing_close(p, 'ended');
        RETURN true;
    END IF;
    run := linli.pairing_missed(p.id);
    IF run IS NULL THEN
        PERFORM linli.pairing_tasks_end(p, ARRAY['pairing-missed'], 'visited');
    ELSIF run IS DISTINCT FROM p.missed_from AND NOT linli.is_quiet() THEN
        PERFORM linli.raise_task('pairing-missed', p.id, p.person_id, NULL, NULL,
            ARRAY[p.helper_id]);
        UPDATE linli.pairing AS o SET missed_from = run
        WHERE o.estate_id = p.estate_id AND o.id = p.id;
    END IF;
    RETURN true;
END
$$;

-- From the trial on, to the review, and to a person where nobody answers. For the functions here alone.
CREATE FUNCTION linli.pairing_move_on(p linli.pairing) RETURNS linli.pairing
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF p.state = 'trial' AND p.trial_until <= at THEN
        UPDATE linli.pairing AS o SET state = 'active'
        WHERE o.estate_id = p.estate_id AND o.id = p.id
        RETURNING * INTO p;
        PERFORM linli.pairing_tell(p, 'active');
    END IF;
    IF p.state = 'active' AND p.review_at <= at THEN
        UPDATE linli.pairing AS o SET state = 'review', review_asked_at = at
        WHERE o.estate_id = p.estate_id AND o.id = p.id
        RETURNING * INTO p;
        PERFORM linli.pairing_tell(p, 'review',
            json_build_object('until', at + interval '14 days'));
    ELSIF p.state = 'review' AND p.review_asked_at <= at - interval '14 days'
        AND p.review_told_at IS NULL AND NOT linli.is_quiet()
    THEN
        PERFORM linli.raise_task('pairing-review', p.id, p.person_id, NULL, NULL,
            ARRAY[p.helper_id]);
        UPDATE linli.pairing AS o SET review_told_at = at
        WHERE o.estate_id = p.estate_id AND o.id = p.id
        RETURNING * INTO p;
    END IF;
    RETURN p;
END
$$;

-- Looks after the visits of the next four weeks: those of who is away end, the stand-in is asked for the
-- helper's of the next seven days, and what lacks is planned, up to three days later where its own day is
-- taken. False: the two may not meet. For the functions here alone.
CREATE FUNCTION linli.pairing_plan(p linli.pairing) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    place CONSTANT uuid := linli.pairing_place(p, false);
    due date;
    first_at timestamptz;
    visit uuid;
    verdict text;
BEGIN
    PERFORM linli.help_visits_end(ARRAY(
        SELECT v.id
        FROM linli.help_visit AS v
        WHERE v.estate_id = estate AND v.source = 'pairing' AND v.source_id = p.id
            AND v.state = 'planned' AND v.begins > at
            AND (linli.pairing_away(p.person_id, v.begins)
                OR linli.pairing_away(v.child_id, v.begins)
                OR linli.pairing_away(v.helper_id, v.begins))
        ORDER BY v.id), 'paused', true);
    DELETE FROM linli.pairing_day AS d
    USING linli.help_visit AS v
    WHERE d.estate_id = estate AND d.pairing_id = p.id AND d.on_day >= today
        AND v.estate_id = estate AND v.id = d.visit_id AND v.because = 'paused';
    FOR due IN
        SELECT d FROM linli.pairing_days(p, today, today + 28) AS d
        WHERE d > coalesce(p.paused_until, '-infinity') AND NOT EXISTS (
            SELECT FROM linli.pairing_day AS o
            WHERE o.estate_id = estate AND o.pairing_id = p.id AND o.on_day = d
                AND o.visit_id IS NOT NULL)
        ORDER BY d
    LOOP
        first_at := linli.pairing_begins(p, due);
        CONTINUE WHEN first_at <= at OR linli.pairing_away(p.person_id, first_at)
            OR linli.pairing_away(p.child_id, first_at);
        IF linli.pairing_away(p.helper_id, first_at) THEN
            PERFORM linli.pairing_ask_cover(p, due, first_at)
            WHERE first_at < at + interval '7 days';
            CONTINUE;
        END IF;
        visit := linli.fresh_id(at);
        verdict := 'busy';
        FOR later IN 0..3 LOOP
            EXIT WHEN place IS NULL;
            first_at := linli.pairing_begins(p, due + later);
            CONTINUE WHEN linli.pairing_away(p.person_id, first_at)
                OR linli.pairing_away(p.helper_id, first_at)
                OR linli.pairing_away(p.child_id, first_at);
            verdict := linli.plan_help_visit(visit, 'pairing', p.id, p.kind, p.helper_id,
                p.person_id, p.child_id, place, first_at,
                first_at + p.minutes * interval '1 minute');
            EXIT WHEN verdict IS DISTINCT FROM 'busy';
        END LOOP;
        IF verdict IN ('apart', 'child') THEN
            RETURN false;
        END IF;
        CONTINUE WHEN verdict IN ('gone', 'past');
        INSERT INTO linli.pairing_day AS d (estate_id, pairing_id, on_day, visit_id)
        VALUES (estate, p.id, due, CASE WHEN verdict IS NULL THEN visit END)
        ON CONFLICT ON CONSTRAINT pairing_day_pkey DO UPDATE SET visit_id = excluded.visit_id;
    END LOOP;
    UPDATE linli.pairing AS o SET plan_at = at + interval '15 minutes'
    WHERE o.estate_id = estate AND o.id = p.id;
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.pairing_cadence(uuid, uuid, text, integer, integer, integer),
    linli.pairing_pause(uuid, uuid, date), linli.pairing_name(uuid, uuid, uuid),
    linli.pairing_skip(uuid, uuid, uuid), linli.own_pairing_covers(uuid, bigint),
    linli.pairing_cover_answer(uuid, uuid, boolean),
    linli.pairings_seen(uuid, boolean, uuid, bigint), linli.pairings_due(bigint),
    linli.pairing_tend(uuid)
    TO linli;
