-- Pairing (结对): who is asked to help with which request. The round reads all open requests and all who
-- offer help at once, computes outside of the database, and writes whom it asks: one person a request at a
-- time, nobody twice for the same. Who accepts is promised by linli.plan_help_visit in the same
-- transaction. docs/help/asking.md has the rules.

-- The persons among whom the round looks; minutes count from midnight of today on the estate's clock. For
-- the job alone.
CREATE FUNCTION linli.help_round_helpers()
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
    month CONSTANT timestamptz := date_trunc('month', today::timestamp) AT TIME ZONE zone;
    month_end CONSTANT timestamptz :=
        (date_trunc('month', today::timestamp) + interval '1 month') AT TIME ZONE zone;
    known uuid[];
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN;
    END IF;
    known := ARRAY(
        SELECT p.person_id
        FROM linli.helper_profile AS p
        WHERE p.estate_id = estate AND p.is_active AND coalesce(p.paused_until < today, true)
            AND linli.person_available(estate, p.person_id)
        ORDER BY p.person_id);
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
        ), taken AS MATERIALIZED (
            SELECT c.person_id, c.begins - interval '10 minutes' AS b,
                c.ends + interval '10 minutes' AS e
            FROM linli.commitments(known, '{}', at) AS c
            WHERE c.state <> 'waiting' AND c.begins < at + interval '15 days'
            UNION ALL
            -- What one is asked for already.
            SELECT p.helper_id, p.begins - interval '10 minutes', p.ends + interval '10 minutes'
            FROM linli.help_proposal AS p
            WHERE p.estate_id = estate AND p.state = 'open' AND p.helper_id = ANY (known)
            UNION ALL
            -- Rest before and after each visit, in whole days.
            SELECT v.helper_id,
                (((v.begins AT TIME ZONE zone)::date - q.rest_days)::timestamp) AT TIME ZONE zone,
                (((v.ends AT TIME ZONE zone)::date + q.rest_days + 1)::timestamp) AT TIME ZONE zone
            FROM (
                SELECT x.helper_id, x.begins, x.ends FROM linli.help_visit AS x
                WHERE x.estate_id = estate AND x.helper_id = ANY (known)
                    AND x.state IN ('planned', 'under_way', 'done')
                    AND x.begins BETWEEN at - interval '32 days' AND at + interval '47 days'
                UNION ALL
                SELECT x.helper_id, x.begins, x.ends FROM linli.help_proposal AS x
                WHERE x.estate_id = estate AND x.helper_id = ANY (known) AND x.state = 'open'
            ) AS v
            JOIN linli.helper_profile AS q ON q.estate_id = estate AND q.person_id = v.helper_id
                AND q.rest_days > 0
        ), bound AS MATERIALIZED (
            SELECT t.person_id, array_agg(x.minute ORDER BY t.b, t.e, x.number) AS minutes
            FROM taken AS t
            CROSS JOIN LATERAL (VALUES
                (1, greatest(-100000, floor(extract(epoch FROM t.b - base) / 60))::integer),
                (2, least(100000, ceil(extract(epoch FROM t.e - base) / 60))::integer))
                AS x (number, minute)
            GROUP BY t.person_id
        )
        SELECT o.person_id, o.kinds, o.languages, o.gender, o.gender_rule,
            linli.is_at_least(o.level, 'in_person'), linli.is_vetted(o.person_id),
            coalesce(f.minutes, '{}'), coalesce(b.minutes, '{}'),
            ((SELECT count(*) FROM linli.help_visit AS v
                WHERE v.estate_id = estate AND v.helper_id = o.person_id
                    AND v.state IN ('planned', 'under_way', 'done')
                    AND v.begins >= month AND v.begins < month_end)
            + (SELECT count(*) FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.helper_id = o.person_id AND p.state = 'open')
            )::integer,
            o.monthly_max,
            (SELECT count(*) FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.helper_id = o.person_id AND p.origin = 'round'
                    AND p.made_at > at - interval '7 days')::integer,
            o.rest_days, u.building_id, u.stair_id
        FROM one AS o
        LEFT JOIN free AS f ON f.person_id = o.person_id
        LEFT JOIN bound AS b ON b.person_id = o.person_id
        LEFT JOIN linli.household AS h ON h.estate_id = estate
            AND h.id = linli.need_home(o.person_id)
        LEFT JOIN linli.place AS u ON u.estate_id = estate AND u.id = h.residence_id
        WHERE linli.is_at_least(o.level, 'household') AND NOT linli.is_child(estate, o.person_id)
        ORDER BY o.person_id;
END
$$;

-- The requests that look for somebody now, and nobody is asked for. For the job alone.
CREATE FUNCTION linli.help_round_requests()
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
        SELECT r.id, r.person_id, r.kind, r.child_id IS NOT NULL,
            r.is_elder OR linli.help_elder(r.person_id),
            ceil(extract(epoch FROM greatest(r.begins, at + interval '1 minute') - base)
                / 60)::integer,
            floor(extract(epoch FROM r.ends - base) / 60)::integer, r.minutes, r.urgency,
            r.wish_gender, r.wish_language, q.gender,
            ARRAY(
                SELECT p.helper_id FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.request_id = r.id),
            u.building_id, u.stair_id, base,
            floor(extract(epoch FROM at - base) / 60)::integer
        FROM linli.help_request AS r
        JOIN linli.place AS u ON u.estate_id = estate AND u.id = r.place_id
        LEFT JOIN linli.helper_profile AS q ON q.estate_id = estate AND q.person_id = r.person_id
        WHERE r.estate_id = estate AND r.state = 'looking' AND r.begins < at + interval '14 days'
            AND r.ends - r.minutes * interval '1 minute' > at + interval '1 minute'
            AND NOT EXISTS (
                SELECT FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.request_id = r.id AND p.state = 'open'
                    AND p.origin <> 'offer')
            AND linli.person_available(estate, r.person_id)
            AND (r.child_id IS NULL OR linli.consented(r.child_id, 'alone_with_adult'))
        ORDER BY r.id
        LIMIT 5000;
END
$$;

-- What helpers and those who ask are to each other: ties, visits of the last months, and pairs that may
-- not be. For the job alone.
CREATE FUNCTION linli.help_round_pairs(helpers uuid[], persons uuid[])
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
                AND (v.state = 'done' OR (v.state IN ('planned', 'under_way')))
            GROUP BY v.helper_id, v.person_id
            UNION ALL
            SELECT a.person_id, a.other_id, NULL, 0, false, true
            FROM linli.apart_pairs(helpers) AS a
            WHERE a.other_id = ANY (persons)
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

-- Asks helpers for requests, as the round found; answers the pairs that may not be after all. For the job
-- alone.
CREATE FUNCTION linli.help_propose(
    ids uuid[], requests uuid[], helpers uuid[], firsts timestamptz[], why text[])
    RETURNS TABLE (request_id uuid, helper_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    number integer;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN;
    END IF;
    FOR number IN 1..cardinality(ids) LOOP
        IF NOT linli.help_propose_one(ids[number], requests[number], helpers[number],
            firsts[number], why[number]::jsonb, 'round')
        THEN
            request_id := requests[number];
            helper_id := helpers[number];
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

-- Asks one helper for one request; false: it may not be. For the functions here alone.
CREATE FUNCTION linli.help_propose_one(
    new_id uuid, request uuid, helper uuid, first_at timestamptz, why jsonb, by text)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    r linli.help_request;
    kept interval;
    event CONSTANT uuid := linli.fresh_id(at);
    before text[];
BEGIN
    SELECT * INTO r FROM linli.help_request AS o
    WHERE o.estate_id = estate AND o.id = request
    FOR UPDATE;
    IF r.state IS DISTINCT FROM 'looking' OR first_at <= at OR first_at < r.begins
        OR first_at + r.minutes * interval '1 minute' > r.ends
        OR helper IN (r.person_id, r.asker_id)
        OR NOT linli.may_help(helper, r.person_id)
        OR linli.help_gate_lacks(r, helper)
        OR EXISTS (
            SELECT FROM linli.help_proposal AS p
            WHERE p.estate_id = estate AND p.request_id = request
                AND (p.helper_id = helper OR (p.state = 'open' AND p.origin <> 'offer')))
    THEN
        RETURN false;
    END IF;
    kept := CASE r.urgency WHEN 'urgent' THEN interval '30 minutes' ELSE interval '12 hours' END;
    INSERT INTO linli.help_proposal (estate_id, id, request_id, helper_id, origin, begins, ends,
        reasons, made_at, until)
    VALUES (estate, new_id, request, helper, by, first_at,
        first_at + r.minutes * interval '1 minute', why, at, least(at + kept, first_at));
    -- Whoever had it proposed by hand is not named to the helper.
    before := linli.act_as_job('help-round');
    PERFORM linli.append_event(event, 'helpProposal.made', ARRAY['person:' || helper], '{}',
        json_build_object('proposal', new_id)::text);
    PERFORM linli.notify(event, 'helpProposal.made', 'help_proposal', new_id,
        json_build_object('until', least(at + kept, first_at), 'begins', first_at)::text,
        ARRAY[helper]);
    PERFORM linli.end_act_as_job(before);
    RETURN true;
END
$$;

-- Whether a helper lacks what a request takes: an elder's helper is verified in person, a child's vetted
-- too, every one of another household, and grown. For the functions here alone.
CREATE FUNCTION linli.help_gate_lacks(r linli.help_request, helper uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    level CONSTANT text := linli.level_of(estate, helper);
BEGIN
    RETURN linli.is_child(estate, helper) OR NOT linli.is_at_least(level, 'household')
        OR ((r.is_elder OR r.child_id IS NOT NULL OR linli.help_elder(r.person_id))
            AND NOT linli.is_at_least(level, 'in_person'))
        OR (r.child_id IS NOT NULL AND NOT (linli.is_vetted(helper)
            AND linli.consented(r.child_id, 'alone_with_adult')))
        OR EXISTS (
            SELECT FROM linli.help_aversion AS a
            WHERE a.estate_id = estate AND a.helper_id = helper AND a.person_id = r.person_id);
END
$$;

-- What time has ended: who did not answer is asked no more; a request whose time is past lapses; one whose
-- visit fell is looking again, or lapses. How many rows changed. For the job alone.
CREATE FUNCTION linli.help_round_sweep() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one record;
    event uuid;
    swept bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN 0;
    END IF;
    FOR one IN
        UPDATE linli.help_proposal AS p SET state = 'lapsed', answered_at = at
        WHERE p.estate_id = estate AND p.state = 'open' AND p.until <= at
        RETURNING p.id, p.helper_id
    LOOP
        swept := swept + 1;
        PERFORM linli.append_event(linli.fresh_id(at), 'helpProposal.lapsed',
            ARRAY['person:' || one.helper_id], '{}',
            json_build_object('proposal', one.id)::text);
    END LOOP;
    -- A visit that was cancelled, or that nobody came to.
    FOR one IN
        SELECT r.id, r.person_id, r.asker_id, r.helper_id, r.visit_id, v.state AS became,
            v.because, r.ends - r.minutes * interval '1 minute' > at AS is_ahead
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

-- Moves a request on without a doer: done, looking again, or lapsed; who had agreed keeps nothing of it,
-- and those who asked are told. For the functions here alone.
CREATE FUNCTION linli.help_reopen(request uuid, becomes text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    event CONSTANT uuid := linli.fresh_id(at);
    before text[];
    r linli.help_request;
BEGIN
    SELECT * INTO STRICT r FROM linli.help_request AS o
    WHERE o.estate_id = estate AND o.id = request;
    IF becomes = 'lapsed' THEN
        PERFORM linli.help_proposals_end(request);
        PERFORM linli.finish_task(r.task_id, 'done');
    END IF;
    IF becomes <> 'done' THEN
        UPDATE linli.help_proposal AS p SET state = 'released'
        WHERE p.estate_id = estate AND p.request_id = request AND p.state = 'accepted';
        PERFORM linli.close_conversations(ARRAY(
            SELECT c.id FROM linli.conversation AS c
            WHERE c.estate_id = estate AND c.kind = 'match' AND c.about_id = request
                AND c.closed_at IS NULL));
    END IF;
    UPDATE linli.help_request AS o
    SET state = becomes,
        helper_id = CASE WHEN becomes = 'looking' THEN NULL ELSE o.helper_id END,
        visit_id = CASE WHEN becomes = 'looking' THEN NULL ELSE o.visit_id END,
        closed_at = CASE WHEN becomes <> 'looking' THEN at END
    WHERE o.estate_id = estate AND o.id = request;
    before := linli.act_as_job('help-round');
    PERFORM linli.append_event(event, 'helpRequest.' || becomes,
        linli.help_audience(r.person_id, r.asker_id), '{}',
        json_build_object('request', request)::text);
    PERFORM linli.notify(event, 'helpRequest.' || becomes, 'help_request', request, '{}',
        ARRAY[r.person_id, r.asker_id])
    WHERE becomes <> 'done';
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Gives to a person what nobody could be asked for: urgent ones, and those of the next day. How many. For
-- the job alone.
CREATE FUNCTION linli.help_nobody(requests uuid[]) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    r linli.help_request;
    raised bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN 0;
    END IF;
    FOR r IN
        SELECT o.* FROM linli.help_request AS o
        WHERE o.estate_id = estate AND o.id = ANY (requests) AND o.state = 'looking'
            AND o.task_id IS NULL
            AND (o.urgency = 'urgent' OR o.begins <= at + interval '24 hours')
        ORDER BY o.id
        FOR UPDATE
    LOOP
        UPDATE linli.help_request AS o
        SET task_id = linli.raise_task('help-nobody', r.id, r.person_id, r.shown_place_id, NULL,
            ARRAY[r.person_id, r.asker_id])
        WHERE o.estate_id = estate AND o.id = r.id;
        raised := raised + 1;
    END LOOP;
    RETURN raised;
END
$$;

-- The helper's side -----------------------------------------------------------------------------------

-- What the principal is or was asked for: the latest first. Of the place a stair or building alone, until
-- it has accepted and while the visit is ahead or under way; then the address, and who it is.
CREATE FUNCTION linli.own_help_proposals(one uuid, before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, origin text, kind text, begins timestamptz, ends timestamptz,
        minutes integer, urgency text, place_zh text, place_en text, state text,
        until timestamptz, reasons text, visit_id uuid, person_name text, address_zh text,
        address_en text, conversation_id uuid, request_id uuid, words_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    me CONSTANT uuid := linli.person_id();
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF me IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.origin, r.kind, p.begins, p.ends, r.minutes, r.urgency,
            linli.help_place_name(r.shown_place_id, true),
            linli.help_place_name(r.shown_place_id, false),
            CASE WHEN p.state = 'open' AND (p.until <= at OR NOT linli.may_help(me, r.person_id))
                    THEN 'lapsed'
                -- To an offerer no and silence look the same.
                WHEN p.origin = 'offer' AND p.state = 'declined' THEN 'lapsed'
                ELSE p.state END,
            p.until, p.reasons::text, v.id,
            CASE WHEN v.id IS NOT NULL THEN q.display_name END,
            CASE WHEN v.id IS NOT NULL THEN linli.help_place_name(r.place_id, true) END,
            CASE WHEN v.id IS NOT NULL THEN linli.help_place_name(r.place_id, false) END,
            c.id, CASE WHEN v.id IS NOT NULL THEN r.id END,
            CASE WHEN v.id IS NOT NULL THEN r.words_sealed END
        FROM linli.help_proposal AS p
        JOIN linli.help_request AS r ON r.estate_id = estate AND r.id = p.request_id
        JOIN linli.person AS q ON q.estate_id = estate AND q.id = r.person_id
        LEFT JOIN linli.help_visit AS v ON v.estate_id = estate AND v.id = r.visit_id
            AND v.helper_id = me AND p.state = 'accepted' AND v.state IN ('planned', 'under_way')
            AND linli.may_help(me, r.person_id)
        LEFT JOIN linli.conversation AS c ON c.estate_id = estate AND c.kind = 'match'
            AND c.about_id = r.id AND v.id IS NOT NULL AND c.closed_at IS NULL
        WHERE p.estate_id = estate AND p.helper_id = me AND p.id < before_id
            AND (one IS NULL OR p.id = one) AND r.person_id <> ALL (unseen)
        ORDER BY p.id DESC
        LIMIT rows_max;
END
$$;

-- Promises the visit of a proposal, and lets both speak. Whoever calls holds the request. NULL: it is
-- promised; else the code of linli.plan_help_visit. For the functions here alone.
CREATE FUNCTION linli.help_agree(event uuid, r linli.help_request, p linli.help_proposal)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    visit CONSTANT uuid := linli.fresh_id(at);
    verdict text;
BEGIN
    verdict := CASE WHEN linli.help_gate_lacks(r, p.helper_id) THEN 'gate'
        ELSE linli.plan_help_visit(visit, 'request', r.id, r.kind, p.helper_id, r.person_id,
            r.child_id, r.place_id, p.begins, p.ends) END;
    IF verdict IS NOT NULL THEN
        RETURN verdict;
    END IF;
    UPDATE linli.help_request AS o
    SET state = 'agreed', helper_id = p.helper_id, visit_id = visit
    WHERE o.estate_id = r.estate_id AND o.id = r.id;
    UPDATE linli.help_proposal AS o SET state = 'accepted', answered_at = at
    WHERE o.estate_id = p.estate_id AND o.id = p.id;
    -- Whoever else offered sees what time would have brought.
    PERFORM linli.help_proposals_end(r.id);
    IF linli.may_converse(r.asker_id, p.helper_id) THEN
        PERFORM linli.open_conversation(linli.fresh_id(at), 'match', r.id, r.asker_id, NULL,
            ARRAY[p.helper_id]);
        UPDATE linli.conversation AS c SET thing_ends = p.ends + interval '7 days'
        WHERE c.estate_id = r.estate_id AND c.kind = 'match' AND c.about_id = r.id
            AND c.closed_at IS NULL;
    END IF;
    PERFORM linli.finish_task(r.task_id, 'done');
    PERFORM linli.append_event(event, 'helpRequest.agreed',
        linli.help_audience(r.person_id, r.asker_id) || ('person:' || p.helper_id), '{}',
        json_build_object('request', r.id, 'proposal', p.id)::text);
    PERFORM linli.notify(event, 'helpRequest.agreed', 'help_request', r.id,
        json_build_object('begins', p.begins)::text, ARRAY[r.person_id, r.asker_id]);
    RETURN NULL;
END
$$;

-- A proposal that waits for the principal's answer, with its request held; no row: there is none. For the
-- functions here alone.
CREATE FUNCTION linli.help_proposal_take(
    proposal uuid, OUT p linli.help_proposal, OUT r linli.help_request)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    -- The request first, as everywhere.
    SELECT o.* INTO r FROM linli.help_request AS o
    WHERE o.estate_id = estate AND o.id = (
        SELECT q.request_id FROM linli.help_proposal AS q
        WHERE q.estate_id = estate AND q.id = proposal)
    FOR UPDATE;
    SELECT q.* INTO p FROM linli.help_proposal AS q
    WHERE q.estate_id = estate AND q.id = proposal
    FOR UPDATE;
END
$$;

-- Says yes. Verdicts: agreed; unknown; over (it lapsed, or somebody was quicker, or it may not be: all
-- the same words); busy (one has promised something else then).
CREATE FUNCTION linli.help_accept(event uuid, proposal uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    held record;
    p linli.help_proposal;
    r linli.help_request;
    verdict text;
BEGIN
    SELECT * INTO held FROM linli.help_proposal_take(proposal) AS t;
    p := held.p;
    r := held.r;
    IF p.id IS NULL OR p.helper_id IS DISTINCT FROM linli.person_id()
        OR linli.beneficiary_id() IS NOT NULL OR p.origin = 'offer'
        OR r.person_id = ANY (linli.own_unseen())
    THEN
        RETURN 'unknown';
    ELSIF p.state <> 'open' OR p.until <= at OR r.state <> 'looking' THEN
        RETURN 'over';
    END IF;
    verdict := linli.help_agree(event, r, p);
    RETURN CASE WHEN verdict IS NULL THEN 'agreed' WHEN verdict = 'busy'
        AND linli.help_helper_busy(p) THEN 'busy' ELSE 'over' END;
END
$$;

-- Whether it is the helper itself who has promised something else: it reads that of nobody else. For the
-- functions here alone.
CREATE FUNCTION linli.help_helper_busy(p linli.help_proposal) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.commitments(ARRAY[p.helper_id], '{}', p.begins - interval '1 day') AS c
        WHERE c.person_id = p.helper_id AND c.state <> 'waiting'
            AND c.begins < p.ends + interval '30 minutes'
            AND c.ends > p.begins - interval '30 minutes');
END
$$;

-- Says no; with not_this_person, for good: nobody is told. Verdicts: declined, unknown, over.
CREATE FUNCTION linli.help_decline(event uuid, proposal uuid, why text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
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
    ELSIF p.state <> 'open' OR p.until <= at THEN
        RETURN 'over';
    END IF;
    UPDATE linli.help_proposal AS o SET state = 'declined', answered_at = at, because = why
    WHERE o.estate_id = p.estate_id AND o.id = p.id;
    IF why = 'not_this_person' THEN
        INSERT INTO linli.help_aversion (estate_id, helper_id, person_id, since)
        VALUES (p.estate_id, p.helper_id, r.person_id, at)
        ON CONFLICT DO NOTHING;
    END IF;
    PERFORM linli.append_event(event, 'helpProposal.declined', ARRAY['person:' || p.helper_id],
        '{}', json_build_object('proposal', p.id)::text);
    RETURN 'declined';
END
$$;

-- Gives back what one has accepted, before it begins: the request looks again. Verdicts: released,
-- unknown, over.
CREATE FUNCTION linli.help_release(event uuid, proposal uuid) RETURNS text
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
    PERFORM linli.help_reopen(r.id, 'looking');
    PERFORM linli.append_event(event, 'helpProposal.released', ARRAY['person:' || p.helper_id],
        '{}', json_build_object('proposal', p.id)::text);
    RETURN 'released';
END
$$;

-- A neighbour offers help for a request that is listed. Verdicts: offered; unknown; there (offered, or
-- asked, before); time (it does not lie within).
CREATE FUNCTION linli.help_offer(
    event uuid, new_id uuid, request uuid, first_at timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    me CONSTANT uuid := linli.person_id();
    r linli.help_request;
    begins CONSTANT timestamptz := first_at;
BEGIN
    SELECT * INTO r FROM linli.help_request AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = request
    FOR UPDATE;
    IF r.id IS NULL OR NOT r.is_listed OR r.state <> 'looking' OR me IN (r.asker_id, r.person_id)
        OR linli.beneficiary_id() IS NOT NULL OR NOT linli.may_help(me, r.person_id)
        OR linli.help_elder(r.person_id) OR linli.help_gate_lacks(r, me)
    THEN
        RETURN 'unknown';
    ELSIF begins <= at OR begins < r.begins OR begins + r.minutes * interval '1 minute' > r.ends
    THEN
        RETURN 'time';
    ELSIF EXISTS (
        SELECT FROM linli.help_proposal AS p
        WHERE p.estate_id = r.estate_id AND p.request_id = r.id AND p.helper_id = me)
    THEN
        RETURN 'there';
    END IF;
    INSERT INTO linli.help_proposal (estate_id, id, request_id, helper_id, origin, begins, ends,
        reasons, made_at, until)
    VALUES (r.estate_id, new_id, r.id, me, 'offer', begins,
        begins + r.minutes * interval '1 minute', '[]', at, begins);
    PERFORM linli.append_event(event, 'helpRequest.offered',
        linli.help_audience(r.person_id, r.asker_id) || ('person:' || me), '{}',
        json_build_object('request', r.id, 'proposal', new_id)::text);
    PERFORM linli.notify(event, 'helpRequest.offered', 'help_request', r.id,
        json_build_object('begins', begins)::text, ARRAY[r.person_id, r.asker_id]);
    RETURN 'offered';
END
$$;

-- The asker's answer to an offer. Verdicts: agreed, declined, unknown, over.
CREATE FUNCTION linli.help_offer_answer(event uuid, request uuid, proposal uuid, says_yes boolean)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    held record;
    p linli.help_proposal;
    r linli.help_request;
    event_id CONSTANT uuid := linli.fresh_id(at);
    before text[];
BEGIN
    SELECT * INTO held FROM linli.help_proposal_take(proposal) AS t;
    p := held.p;
    r := held.r;
    IF p.id IS NULL OR r.id <> request OR p.origin <> 'offer'
        OR linli.help_request_side(r) IS DISTINCT FROM 'own'
    THEN
        RETURN 'unknown';
    ELSIF p.state <> 'open' OR p.until <= at OR r.state <> 'looking' THEN
        RETURN 'over';
    END IF;
    IF NOT says_yes THEN
        UPDATE linli.help_proposal AS o SET state = 'declined', answered_at = at
        WHERE o.estate_id = p.estate_id AND o.id = p.id;
        before := linli.act_as_job('help-round');
        PERFORM linli.append_event(event_id, 'helpProposal.lapsed', ARRAY['person:' || p.helper_id],
            '{}', json_build_object('proposal', p.id)::text);
        PERFORM linli.end_act_as_job(before);
        PERFORM linli.append_event(event, 'helpRequest.offerAnswered',
            linli.help_audience(r.person_id, r.asker_id), '{}',
            json_build_object('request', r.id)::text);
        RETURN 'declined';
    END IF;
    RETURN CASE WHEN linli.help_agree(event, r, p) IS NULL THEN 'agreed' ELSE 'over' END;
END
$$;

-- An office asks a helper by hand, through the same gates. Verdicts: proposed; unknown; over (the request
-- is not looking, or somebody is asked); unfit (one word for every reason); time.
CREATE FUNCTION linli.help_propose_by_hand(
    event uuid, new_id uuid, request uuid, helper uuid, first_at timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    r linli.help_request;
BEGIN
    r := linli.help_request_take(request);
    IF r.id IS NULL OR NOT linli.may_read('help_request', 'care')
        OR linli.person_id() IN (r.person_id, r.asker_id)
    THEN
        RETURN 'unknown';
    ELSIF r.state <> 'looking' OR EXISTS (
        SELECT FROM linli.help_proposal AS p
        WHERE p.estate_id = r.estate_id AND p.request_id = r.id AND p.state = 'open'
            AND p.origin <> 'offer')
    THEN
        RETURN 'over';
    ELSIF first_at <= at OR first_at < r.begins
        OR first_at + r.minutes * interval '1 minute' > r.ends
    THEN
        RETURN 'time';
    ELSIF helper = linli.person_id() OR helper = ANY (linli.own_unseen())
        OR NOT linli.help_propose_one(new_id, request, helper, first_at, '[]', 'office')
    THEN
        RETURN 'unfit';
    END IF;
    PERFORM linli.append_event(event, 'helpRequest.proposedByHand',
        linli.duty_keys('social_worker', NULL), '{}',
        json_build_object('request', r.id)::text);
    RETURN 'proposed';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.help_round_helpers(), linli.help_round_requests(),
    linli.help_round_pairs(uuid[], uuid[]),
    linli.help_propose(uuid[], uuid[], uuid[], timestamptz[], text[]),
    linli.help_round_sweep(), linli.help_nobody(uuid[]),
    linli.own_help_proposals(uuid, uuid, bigint), linli.help_accept(uuid, uuid),
    linli.help_decline(uuid, uuid, text), linli.help_release(uuid, uuid),
    linli.help_offer(uuid, uuid, uuid, timestamptz),
    linli.help_offer_answer(uuid, uuid, uuid, boolean),
    linli.help_propose_by_hand(uuid, uuid, uuid, uuid, timestamptz)
    TO linli;
