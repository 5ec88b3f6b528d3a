-- Whoever is asked at once has time to answer, and an urgent request that nobody has answered goes on for two
-- hours instead of lapsing with its first minutes. docs/help/asking.md has the rules.

-- The least time that who is asked for an urgent request has: to see it, to say yes, and to go there.
CREATE FUNCTION linli.help_answer_least() RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN interval '10 minutes';

-- From an instant on, the first whole minute at which a visit may begin whose helper is asked now.
CREATE FUNCTION linli.help_first_minute(at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN date_trunc('minute', at + linli.help_answer_least() + interval '59.999999 seconds');

ALTER TABLE linli.help_request
    -- Until when an urgent request moves along while nobody has agreed: two hours after it was to begin. By
    -- then a social worker has it (help-nobody).
    ADD COLUMN urgent_until timestamptz,
    ADD CONSTRAINT help_request_urgent_until CHECK (urgent_until IS NULL OR urgency = 'urgent');

-- As before; an urgent request begins when somebody can have answered, and goes on for two hours.
CREATE OR REPLACE FUNCTION linli.help_ask(
    event uuid, new_ids uuid[], new_kind text, of_person uuid, of_child uuid, at_place uuid,
    new_begins timestamptz, new_ends timestamptz, new_minutes integer, new_urgency text,
    gender text, language text, says_elder boolean, wants_list boolean, until date)
    RETURNS TABLE (verdict text, made integer)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    own CONSTANT uuid := linli.subject_id();
    rule linli.help_kind;
    helped uuid := coalesce(of_person, own);
    by_office boolean;
    elder boolean;
    home uuid;
    weeks integer;
    number integer;
    first timestamptz := new_begins;
    last timestamptz := new_ends;
BEGIN
    SELECT * INTO rule FROM linli.help_kind AS k WHERE k.code = new_kind;
    by_office := linli.may_read('help_request', 'care') AND helped <> own
        AND NOT linli.help_asks_for(helped) AND helped <> ALL (linli.own_unseen());
    verdict := CASE
        WHEN rule.code IS NULL OR linli.person_id() IS NULL THEN 'unknown'
        WHEN NOT EXISTS (SELECT FROM linli.person AS p
            WHERE p.estate_id = estate AND p.id = helped) THEN 'unknown'
        WHEN NOT (by_office OR linli.help_asks_for(helped)) THEN 'unknown'
        WHEN linli.is_child(estate, helped) THEN 'child_unfit'
        WHEN NOT linli.is_here(helped) THEN 'gone'
        WHEN rule.with_child AND of_child IS NULL THEN 'child_needed'
        WHEN NOT rule.with_child AND of_child IS NOT NULL THEN 'child_unfit'
        WHEN of_child IS NOT NULL AND NOT (linli.is_guardian(helped, of_child)
            AND linli.is_child(estate, of_child)) THEN 'unknown'
        WHEN of_child IS NOT NULL AND NOT linli.consented(of_child, 'alone_with_adult')
            THEN 'consent'
        WHEN new_urgency = 'urgent' AND (NOT rule.urgent_ok OR new_begins > at + interval '1 day')
            THEN 'urgent'
        WHEN new_begins < at OR new_begins > at + interval '60 days' THEN 'time'
        WHEN new_urgency = 'today' AND (new_begins AT TIME ZONE zone)::date <> linli.local_day()
            THEN 'urgent' END;
    IF verdict IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    home := (
        SELECT h.residence_id FROM linli.household AS h
        WHERE h.estate_id = estate AND h.id = linli.need_home(helped));
    elder := says_elder OR linli.help_elder(helped);
    weeks := CASE WHEN until IS NULL THEN 1
        ELSE 1 + (until - (new_begins AT TIME ZONE zone)::date) / 7 END;
    -- Two devices of one person take turns.
    PERFORM linli.agenda_take(ARRAY[helped]);
    verdict := CASE
        WHEN at_place IS NULL AND home IS NULL THEN 'home'
        WHEN at_place IS NOT NULL AND at_place IS DISTINCT FROM home AND NOT EXISTS (
            SELECT FROM linli.place AS p
            WHERE p.estate_id = estate AND p.id = at_place
                AND p.kind IN ('building', 'stair', 'public')) THEN 'place'
        WHEN rule.at_home AND at_place IS NOT NULL AND at_place IS DISTINCT FROM home THEN 'place'
        WHEN wants_list AND (elder OR rule.at_home OR rule.with_child OR by_office) THEN 'list'
        WHEN weeks < 1 OR weeks > cardinality(new_ids)
            OR new_begins + (weeks - 1) * interval '7 days' > at + interval '60 days' THEN 'time'
        WHEN 20 <= (
            SELECT count(DISTINCT r.series_id) FROM linli.help_request AS r
            WHERE r.estate_id = estate AND r.person_id = helped
                AND r.state IN ('looking', 'agreed')) THEN 'many'
        ELSE 'asked' END;
    made := CASE WHEN verdict = 'asked' THEN weeks END;
    IF verdict = 'asked' THEN
        IF new_urgency = 'urgent' THEN
            first := greatest(first, linli.help_first_minute(at));
            last := last + (first - new_begins);
        END IF;
        FOR number IN 1..weeks LOOP
            INSERT INTO linli.help_request (estate_id, id, series_id, kind, person_id, child_id,
                asker_id, entered_by, is_by_office, place_id, shown_place_id, begins, ends, minutes,
                urgency, wish_gender, wish_language, is_elder, is_listed, entered_at,
                urgent_until)
            VALUES (estate, new_ids[number], new_ids[1], new_kind, helped, of_child,
                CASE WHEN by_office THEN helped ELSE own END, linli.person_id(), by_office,
                coalesce(at_place, home), linli.help_shown_place(coalesce(at_place, home)),
                ((first AT TIME ZONE zone) + (number - 1) * interval '7 days')
                    AT TIME ZONE zone,
                ((last AT TIME ZONE zone) + (number - 1) * interval '7 days')
                    AT TIME ZONE zone,
                new_minutes, new_urgency, gender, language, elder, wants_list, at,
                CASE WHEN new_urgency = 'urgent'
                    THEN first + (number - 1) * interval '7 days' + interval '2 hours' END);
        END LOOP;
        PERFORM linli.append_event(event, 'helpRequest.asked',
            linli.help_audience(helped, own), '{}',
            json_build_object('request', new_ids[1])::text);
    END IF;
    RETURN NEXT;
END
$$;

-- As before, for an urgent request too.
CREATE OR REPLACE FUNCTION linli.help_change(
    event uuid, request uuid, new_begins timestamptz, new_ends timestamptz, new_minutes integer,
    gender text, language text, wants_list boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    r CONSTANT linli.help_request := linli.help_request_take(request);
    rule linli.help_kind;
    first timestamptz := new_begins;
BEGIN
    IF r.id IS NULL THEN
        RETURN 'unknown';
    ELSIF r.state <> 'looking' THEN
        RETURN 'over';
    ELSIF new_begins < at OR new_begins > at + interval '60 days' THEN
        RETURN 'time';
    END IF;
    SELECT * INTO STRICT rule FROM linli.help_kind AS k WHERE k.code = r.kind;
    IF wants_list AND (r.is_elder OR rule.at_home OR rule.with_child OR r.is_by_office
        OR linli.help_elder(r.person_id))
    THEN
        RETURN 'list';
    END IF;
    IF r.urgency = 'urgent' THEN
        first := greatest(first, linli.help_first_minute(at));
    END IF;
    PERFORM linli.help_proposals_end(request);
    -- At another time those may be asked again who did not answer.
    DELETE FROM linli.help_proposal AS p
    WHERE p.estate_id = r.estate_id AND p.request_id = r.id AND p.state = 'lapsed'
        AND new_begins <> r.begins;
    UPDATE linli.help_request AS o
    SET begins = first, ends = new_ends + (first - new_begins), minutes = new_minutes,
        urgent_until = CASE WHEN r.urgency = 'urgent' THEN first + interval '2 hours' END,
        wish_gender = gender,
        wish_language = language, is_listed = wants_list
    WHERE o.estate_id = r.estate_id AND o.id = r.id;
    PERFORM linli.append_event(event, 'helpRequest.changed',
        linli.help_audience(r.person_id, r.asker_id), '{}',
        json_build_object('request', r.id)::text);
    RETURN 'changed';
END
$$;

-- As before; who is asked for an urgent request has time to answer.
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
            SELECT o.id
            FROM (SELECT DISTINCT r.person_id AS id FROM open AS r) AS o
            WHERE linli.person_available(estate, o.id)
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

-- As before; who is asked for an urgent request has time to answer.
CREATE OR REPLACE FUNCTION linli.help_propose_by_hand(
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
        OR (r.urgency = 'urgent' AND first_at < at + linli.help_answer_least())
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

-- Moves urgent requests along that nobody is asked for and nobody can be asked for any more, to the first minute
-- at which somebody can; those who asked see when. How many there were. For the job alone.
CREATE FUNCTION linli.help_urgent_move() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    first CONSTANT timestamptz := linli.help_first_minute(at);
    one record;
    moved bigint := 0;
BEGIN
    FOR one IN
        SELECT r.id, r.person_id, r.asker_id
        FROM linli.help_request AS r
        WHERE r.estate_id = estate AND r.state = 'looking' AND r.urgent_until > at
            AND r.ends - r.minutes * interval '1 minute' < first
            AND NOT EXISTS (
                SELECT FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.request_id = r.id AND p.state = 'open')
        ORDER BY r.id
        LIMIT 200
        FOR UPDATE SKIP LOCKED
    LOOP
        moved := moved + 1;
        UPDATE linli.help_request AS o
        SET begins = greatest(o.begins, first), ends = first + o.minutes * interval '1 minute'
        WHERE o.estate_id = estate AND o.id = one.id;
        PERFORM linli.append_event(linli.fresh_id(at), 'helpRequest.moved',
            linli.help_audience(one.person_id, one.asker_id), '{}',
            json_build_object('request', one.id)::text);
    END LOOP;
    RETURN moved;
END
$$;

-- As before; urgent requests move along.
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
        SELECT r.id, v.state AS became, greatest(r.ends - r.minutes * interval '1 minute',
            r.urgent_until) > at AS is_ahead
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
    PERFORM linli.help_urgent_move();
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

-- As before; what is urgent goes on.
CREATE OR REPLACE FUNCTION linli.help_visit_fell() RETURNS trigger
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
            WHEN greatest(r.ends - r.minutes * interval '1 minute', r.urgent_until)
                > linli.instant() THEN 'looking'
            ELSE 'lapsed' END);
    END IF;
    RETURN NULL;
END
$$;

-- When a request is to be met, to who may see it.
CREATE FUNCTION linli.help_span(request uuid, OUT begins timestamptz, OUT ends timestamptz)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT r.begins, r.ends
        FROM linli.help_request AS r
        WHERE r.estate_id = linli.estate_id() AND r.id = request
            AND linli.help_request_side(r) IS NOT NULL;
END
$$;
GRANT EXECUTE ON FUNCTION linli.help_span(uuid) TO linli;
