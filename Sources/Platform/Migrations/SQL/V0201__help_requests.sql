-- Asking for help (求助): who needs what, when and where. A request is read by who asked, by who is helped
-- and stands for it, and by the offices of care; a helper reads what it needs to say yes or no, and the
-- address once it has said yes. docs/help/asking.md has the rules.

CREATE TABLE linli.help_request (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- The requests of one asking, a week each.
    series_id uuid NOT NULL,
    kind text NOT NULL,
    -- Who is helped; a child's guardian where the child is looked after.
    person_id uuid NOT NULL,
    child_id uuid,
    -- Who speaks for the request, and who entered it: a delegate, or an office (then both differ).
    asker_id uuid NOT NULL,
    entered_by uuid NOT NULL,
    is_by_office boolean NOT NULL,
    -- Where, and what of it is told before somebody has said yes.
    place_id uuid NOT NULL,
    shown_place_id uuid NOT NULL,
    -- Some minutes within these.
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    minutes integer NOT NULL,
    urgency text NOT NULL,
    wish_gender text,
    wish_language text,
    is_elder boolean NOT NULL,
    is_listed boolean NOT NULL,
    words_sealed bytea,
    is_masked boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'looking',
    entered_at timestamptz NOT NULL,
    -- Who comes, and the visit.
    helper_id uuid,
    visit_id uuid,
    closed_at timestamptz,
    task_id uuid,
    CONSTRAINT help_request_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_request_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT help_request_of_kind FOREIGN KEY (kind) REFERENCES linli.help_kind (code),
    CONSTRAINT help_request_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_request_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_request_asker FOREIGN KEY (estate_id, asker_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_request_entered_by FOREIGN KEY (estate_id, entered_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_request_helper FOREIGN KEY (estate_id, helper_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_request_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT help_request_shown_place FOREIGN KEY (estate_id, shown_place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT help_request_minutes_range CHECK (minutes BETWEEN 10 AND 480),
    CONSTRAINT help_request_forward CHECK (ends <= begins + interval '12 hours'
        AND begins + minutes * interval '1 minute' <= ends),
    CONSTRAINT help_request_urgency_known CHECK (urgency IN ('normal', 'today', 'urgent')),
    CONSTRAINT help_request_gender_known CHECK (wish_gender IN ('female', 'male')),
    CONSTRAINT help_request_language_code CHECK (wish_language ~ '^[a-z]{1,20}$'),
    CONSTRAINT help_request_words_bytes CHECK (octet_length(words_sealed) BETWEEN 33 AND 4096),
    CONSTRAINT help_request_elder_unlisted CHECK (NOT (is_elder AND is_listed)),
    CONSTRAINT help_request_state_known
        CHECK (state IN ('looking', 'agreed', 'done', 'withdrawn', 'lapsed')),
    CONSTRAINT help_request_agreed_whole CHECK ((helper_id IS NULL) = (visit_id IS NULL)
        AND (state <> 'agreed' OR helper_id IS NOT NULL)
        AND (state <> 'looking' OR helper_id IS NULL)),
    CONSTRAINT help_request_another CHECK (helper_id NOT IN (person_id, asker_id)),
    CONSTRAINT help_request_closed_whole
        CHECK ((closed_at IS NOT NULL) = (state IN ('done', 'withdrawn', 'lapsed')))
);
CREATE INDEX help_request_of_asker ON linli.help_request (estate_id, asker_id, id);
CREATE INDEX help_request_of_person ON linli.help_request (estate_id, person_id, id);
CREATE INDEX help_request_of_child ON linli.help_request (estate_id, child_id, id);
CREATE INDEX help_request_open ON linli.help_request (estate_id, state, begins)
    WHERE state IN ('looking', 'agreed');
CREATE INDEX help_request_latest ON linli.help_request (estate_id, id);

-- Who was asked for a request, or offers, and what became of it.
CREATE TABLE linli.help_proposal (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    request_id uuid NOT NULL,
    helper_id uuid NOT NULL,
    -- round, office: the helper says yes or no; offer: the helper did, the asker says it.
    origin text NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    -- Codes with what fills them in.
    reasons jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open',
    answered_at timestamptz,
    because text,
    CONSTRAINT help_proposal_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_proposal_request FOREIGN KEY (estate_id, request_id)
        REFERENCES linli.help_request (estate_id, id),
    CONSTRAINT help_proposal_helper FOREIGN KEY (estate_id, helper_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_proposal_once UNIQUE (estate_id, request_id, helper_id),
    CONSTRAINT help_proposal_origin_known CHECK (origin IN ('round', 'office', 'offer')),
    CONSTRAINT help_proposal_forward CHECK (begins < ends AND made_at < until AND until <= begins),
    CONSTRAINT help_proposal_state_known
        CHECK (state IN ('open', 'accepted', 'declined', 'lapsed', 'released')),
    CONSTRAINT help_proposal_answered_whole CHECK ((answered_at IS NULL) = (state = 'open')),
    CONSTRAINT help_proposal_because_known CHECK (because IN ('busy', 'far', 'not_my_thing',
        'not_this_person', 'other') AND (because IS NULL OR state = 'declined')),
    CONSTRAINT help_proposal_reasons_few CHECK (jsonb_typeof(reasons) = 'array'
        AND jsonb_array_length(reasons) <= 12)
);
-- One person is asked at a time.
CREATE UNIQUE INDEX help_proposal_open_once ON linli.help_proposal (estate_id, request_id)
    WHERE state = 'open' AND origin <> 'offer';
CREATE INDEX help_proposal_of_helper ON linli.help_proposal (estate_id, helper_id, id);
CREATE INDEX help_proposal_to_answer ON linli.help_proposal (estate_id, until)
    WHERE state = 'open';

-- "Not this person": a helper is not asked again for whom it does not want to help. Nobody reads it.
CREATE TABLE linli.help_aversion (
    estate_id uuid NOT NULL,
    helper_id uuid NOT NULL,
    person_id uuid NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT help_aversion_pkey PRIMARY KEY (estate_id, helper_id, person_id),
    CONSTRAINT help_aversion_helper FOREIGN KEY (estate_id, helper_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_aversion_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id)
);

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('help-nobody', 'social_worker', interval '2 hours', '一项求助暂时没有人能来',
        'Nobody can come to help so far');
INSERT INTO linli.access_rule (role, kind, purpose, needs_second) VALUES
    ('residents_committee', 'help_request', 'care', false),
    ('social_worker', 'help_request', 'care', false);

-- Who may be asked for -------------------------------------------------------------------------------

-- Whether a person is treated as an elder: never listed, helped by who is verified in person. For the
-- functions here alone.
CREATE FUNCTION linli.help_elder(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    listed boolean := false;
BEGIN
    IF to_regprocedure('linli.on_care_list(uuid)') IS NOT NULL THEN
        EXECUTE 'SELECT linli.on_care_list($1)' INTO listed USING person;
    END IF;
    RETURN coalesce(listed, false) OR EXISTS (
        SELECT FROM linli.delegation AS d
        WHERE d.estate_id = linli.estate_id() AND d.beneficiary_id = person AND d.begins <= at
            AND d.ends > at);
END
$$;

-- The part of a place that may be told: a stair, a building, or what is open to all. For the functions
-- here alone.
CREATE FUNCTION linli.help_shown_place(place uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN p.kind IN ('residence', 'floor')
            THEN coalesce(p.stair_id, p.building_id, p.id) ELSE p.id END
        FROM linli.place AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = place);
END
$$;

-- A place by its name and those above it. For the functions here alone.
CREATE FUNCTION linli.help_place_name(place uuid, is_zh boolean) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT string_agg(CASE WHEN is_zh THEN u.name_zh ELSE u.name_en END,
            CASE WHEN is_zh THEN '' ELSE ', ' END ORDER BY n.number DESC)
        FROM linli.duty_places(place) WITH ORDINALITY AS n (id, number)
        JOIN linli.place AS u ON u.estate_id = linli.estate_id() AND u.id = n.id
        WHERE u.kind <> 'floor');
END
$$;

-- Whom the principal may ask for: itself, who lives with it, its children. For the functions here alone.
CREATE FUNCTION linli.help_asks_for(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.subject_id();
BEGIN
    RETURN own IS NOT NULL AND NOT linli.is_child(estate, own) AND (own = person
        OR linli.is_guardian(own, person)
        OR (NOT linli.is_child(estate, person) AND NOT linli.kept_apart(own, person) AND EXISTS (
            SELECT
            FROM linli.membership AS m
            JOIN linli.membership AS o ON o.estate_id = estate
                AND o.household_id = m.household_id AND o.person_id = own
            WHERE m.estate_id = estate AND m.person_id = person AND m.begins <= at AND m.ends > at
                AND o.begins <= at AND o.ends > at
                AND o.role_in_household NOT IN ('flatmate', 'carer'))));
END
$$;

-- A request as the principal stands to it: 'own' (it asked, is helped, or stands for who is), 'office';
-- NULL: a stranger. For the functions here alone.
CREATE FUNCTION linli.help_request_side(r linli.help_request) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.subject_id();
BEGIN
    RETURN CASE
        WHEN r.id IS NULL OR own IS NULL THEN NULL
        WHEN r.person_id = ANY (linli.own_unseen()) THEN NULL
        WHEN own IN (r.asker_id, r.person_id)
            AND (r.child_id IS NULL OR linli.is_guardian(own, r.child_id)) THEN 'own'
        WHEN r.child_id IS NOT NULL AND linli.is_guardian(own, r.child_id) THEN 'own'
        WHEN linli.may_read('help_request', 'care') THEN 'office' END;
END
$$;

-- Asking ---------------------------------------------------------------------------------------------

-- Asks for help: for oneself (person and child NULL), for who lives with one, for one's child, or as an
-- office for anybody here. `days` is the last day of a weekly asking. Verdicts: asked; unknown (no such
-- person, child or place, or not one's to ask for); child_needed (the kind is about a child, name which);
-- child_unfit (it is not); consent (a guardian's consent that an adult is alone with the child lacks);
-- home (the person has no home here, name a place); place (it is a floor, or another's residence); time
-- (the past, or more than 60 days ahead); many (20 are open); urgent (the kind, or the time, is not); list
-- (it may not be listed); gone (who is to be helped is not here).
CREATE FUNCTION linli.help_ask(
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
        FOR number IN 1..weeks LOOP
            INSERT INTO linli.help_request (estate_id, id, series_id, kind, person_id, child_id,
                asker_id, entered_by, is_by_office, place_id, shown_place_id, begins, ends, minutes,
                urgency, wish_gender, wish_language, is_elder, is_listed, entered_at)
            VALUES (estate, new_ids[number], new_ids[1], new_kind, helped, of_child,
                CASE WHEN by_office THEN helped ELSE own END, linli.person_id(), by_office,
                coalesce(at_place, home), linli.help_shown_place(coalesce(at_place, home)),
                ((new_begins AT TIME ZONE zone) + (number - 1) * interval '7 days')
                    AT TIME ZONE zone,
                ((new_ends AT TIME ZONE zone) + (number - 1) * interval '7 days')
                    AT TIME ZONE zone,
                new_minutes, new_urgency, gender, language, elder, wants_list, at);
        END LOOP;
        PERFORM linli.append_event(event, 'helpRequest.asked',
            linli.help_audience(helped, own), '{}',
            json_build_object('request', new_ids[1])::text);
    END IF;
    RETURN NEXT;
END
$$;

-- Who hears of a request: who asked and who is helped. For the functions here alone.
CREATE FUNCTION linli.help_audience(person uuid, asker uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT 'person:' || p FROM unnest(ARRAY[person, asker]) AS p);
END
$$;

-- Writes the sealed words of a request that was asked in this transaction.
CREATE FUNCTION linli.help_words(request uuid, sealed bytea, masked boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.help_request AS r SET words_sealed = sealed, is_masked = masked
    WHERE r.estate_id = linli.estate_id() AND r.id = request AND r.state = 'looking'
        AND r.entered_by = linli.person_id() AND r.entered_at = linli.instant();
END
$$;

-- Ends who is asked for a request, as time would: nobody learns why. For the functions here alone.
CREATE FUNCTION linli.help_proposals_end(request uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    ended record;
    before text[];
    event uuid;
BEGIN
    FOR ended IN
        UPDATE linli.help_proposal AS p SET state = 'lapsed', answered_at = at
        WHERE p.estate_id = linli.estate_id() AND p.request_id = request AND p.state = 'open'
        RETURNING p.id, p.helper_id
    LOOP
        before := linli.act_as_job('help-round');
        event := linli.fresh_id(at);
        PERFORM linli.append_event(event, 'helpProposal.lapsed', ARRAY['person:' || ended.helper_id],
            '{}', json_build_object('proposal', ended.id)::text);
        PERFORM linli.end_act_as_job(before);
    END LOOP;
END
$$;

-- A request that the principal may change, held; NULL: there is none for it. For the functions here
-- alone.
CREATE FUNCTION linli.help_request_take(request uuid) RETURNS linli.help_request
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    found linli.help_request;
BEGIN
    SELECT * INTO found FROM linli.help_request AS r
    WHERE r.estate_id = linli.estate_id() AND r.id = request
    FOR UPDATE;
    IF linli.help_request_side(found) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN found;
END
$$;

-- Changes when and how a request is that is still looking; who was asked is asked no more. Verdicts:
-- changed, unknown, over, time, list.
CREATE FUNCTION linli.help_change(
    event uuid, request uuid, new_begins timestamptz, new_ends timestamptz, new_minutes integer,
    gender text, language text, wants_list boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    r CONSTANT linli.help_request := linli.help_request_take(request);
    rule linli.help_kind;
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
    PERFORM linli.help_proposals_end(request);
    -- At another time those may be asked again who did not answer.
    DELETE FROM linli.help_proposal AS p
    WHERE p.estate_id = r.estate_id AND p.request_id = r.id AND p.state = 'lapsed'
        AND new_begins <> r.begins;
    UPDATE linli.help_request AS o
    SET begins = new_begins, ends = new_ends, minutes = new_minutes, wish_gender = gender,
        wish_language = language, is_listed = wants_list
    WHERE o.estate_id = r.estate_id AND o.id = r.id;
    PERFORM linli.append_event(event, 'helpRequest.changed',
        linli.help_audience(r.person_id, r.asker_id), '{}',
        json_build_object('request', r.id)::text);
    RETURN 'changed';
END
$$;

-- Takes a request back, and a visit that is planned for it with it; or all the later ones of its series
-- too. Verdicts: withdrawn, unknown, over.
CREATE FUNCTION linli.help_withdraw(event uuid, request uuid, whole boolean) RETURNS text
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
        PERFORM linli.close_conversations(ARRAY(
            SELECT c.id FROM linli.conversation AS c
            WHERE c.estate_id = one.estate_id AND c.kind = 'match' AND c.about_id = one.id));
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

-- Reading --------------------------------------------------------------------------------------------

-- The requests that the principal asked, is helped by or stands for (`of_office` false), or those of all
-- as an office, which is logged: the latest first. Who comes is shown once it is agreed; who was asked
-- never is.
CREATE FUNCTION linli.help_requests_seen(
    one uuid, of_state text, of_office boolean, before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, series_id uuid, kind text, person_id uuid, person_name text,
        child_id uuid, place_id uuid, place_zh text, place_en text, begins timestamptz,
        ends timestamptz, minutes integer, urgency text, wish_gender text, wish_language text,
        is_elder boolean, is_listed boolean, state text, entered_at timestamptz,
        helper_name text, visit_id uuid, visit_begins timestamptz, visit_ends timestamptz,
        conversation_id uuid, offers json, words_sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.subject_id();
    me CONSTANT uuid := linli.person_id();
    unseen CONSTANT uuid[] := linli.own_unseen();
    about uuid[] := '{}';
BEGIN
    IF of_office AND NOT linli.may_read('help_request', 'care') THEN
        RETURN;
    END IF;
    FOR id, series_id, kind, person_id, person_name, child_id, place_id, place_zh, place_en, begins,
        ends, minutes, urgency, wish_gender, wish_language, is_elder, is_listed, state, entered_at,
        helper_name, visit_id, visit_begins, visit_ends, conversation_id, offers, words_sealed IN
        SELECT r.id, r.series_id, r.kind, r.person_id, p.display_name, r.child_id, r.place_id,
            linli.help_place_name(r.place_id, true), linli.help_place_name(r.place_id, false),
            r.begins, r.ends, r.minutes, r.urgency, r.wish_gender, r.wish_language, r.is_elder,
            r.is_listed, CASE WHEN r.state = 'agreed' AND v.state = 'done' THEN 'done'
                WHEN r.state = 'looking' AND r.ends < linli.instant() THEN 'lapsed'
                ELSE r.state END,
            r.entered_at, h.display_name, v.id, v.begins, v.ends, c.id,
            CASE WHEN r.state = 'looking' AND NOT of_office THEN (
                SELECT json_agg(json_build_object('id', o.id, 'name', q.display_name,
                    'begins', to_char(o.begins AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    'ends', to_char(o.ends AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
                    ORDER BY o.id)
                FROM linli.help_proposal AS o
                JOIN linli.person AS q ON q.estate_id = estate AND q.id = o.helper_id
                WHERE o.estate_id = estate AND o.request_id = r.id AND o.origin = 'offer'
                    AND o.state = 'open' AND o.until > linli.instant()
                    AND linli.may_help(o.helper_id, r.person_id)) END,
            r.words_sealed
        FROM linli.help_request AS r
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = r.person_id
        LEFT JOIN linli.help_visit AS v ON v.estate_id = estate AND v.id = r.visit_id
        LEFT JOIN linli.person AS h ON h.estate_id = estate AND h.id = r.helper_id
            AND r.state IN ('agreed', 'done') AND h.id <> ALL (unseen)
        LEFT JOIN linli.conversation AS c ON c.estate_id = estate AND c.kind = 'match'
            AND c.about_id = r.id AND c.asker_id = me AND c.closed_at IS NULL
        WHERE r.estate_id = estate AND r.id < before_id AND (one IS NULL OR r.id = one)
            AND (of_state IS NULL OR r.state = of_state)
            AND (of_office OR own IN (r.asker_id, r.person_id)
                OR r.child_id IN (SELECT linli.own_children()))
            AND linli.help_request_side(r) = CASE WHEN of_office
                AND own NOT IN (r.asker_id, r.person_id) THEN 'office' ELSE 'own' END
        ORDER BY r.id DESC
        LIMIT rows_max
    LOOP
        about := about || person_id;
        RETURN NEXT;
    END LOOP;
    IF of_office THEN
        PERFORM linli.log_reads(about[1:greatest(rows_max - 1, 1)], 'help_request', 'care');
    END IF;
END
$$;

-- What neighbours see of requests that are listed: never an elder's, never whose it is.
CREATE FUNCTION linli.help_board(before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, kind text, place_id uuid, place_zh text, place_en text,
        begins timestamptz, ends timestamptz, minutes integer, urgency text, offered boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
BEGIN
    IF me IS NULL OR linli.beneficiary_id() IS NOT NULL OR linli.is_child(estate, me)
        OR NOT linli.may_write()
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.kind, r.shown_place_id, linli.help_place_name(r.shown_place_id, true),
            linli.help_place_name(r.shown_place_id, false), r.begins, r.ends, r.minutes, r.urgency,
            EXISTS (
                SELECT FROM linli.help_proposal AS p
                WHERE p.estate_id = estate AND p.request_id = r.id AND p.helper_id = me
                    AND p.origin = 'offer' AND p.state = 'open')
        FROM linli.help_request AS r
        WHERE r.estate_id = estate AND r.state = 'looking' AND r.is_listed AND r.id < before_id
            AND r.ends - r.minutes * interval '1 minute' > linli.instant()
            AND NOT linli.help_elder(r.person_id)
            AND me NOT IN (r.asker_id, r.person_id)
            AND linli.may_help(me, r.person_id) AND NOT linli.help_gate_lacks(r, me)
        ORDER BY r.id DESC
        LIMIT rows_max;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['help_request', 'help_proposal', 'help_aversion']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.help_ask(uuid, uuid[], text, uuid, uuid, uuid, timestamptz, timestamptz, integer, text,
        text, text, boolean, boolean, date),
    linli.help_words(uuid, bytea, boolean),
    linli.help_change(uuid, uuid, timestamptz, timestamptz, integer, text, text, boolean),
    linli.help_withdraw(uuid, uuid, boolean),
    linli.help_requests_seen(uuid, text, boolean, uuid, bigint),
    linli.help_board(uuid, bigint)
    TO linli;

INSERT INTO linli.sealed_column (source, field) VALUES ('help_request', 'words_sealed');
INSERT INTO linli.conversation_kind (code, open_after) VALUES ('match', interval '7 days');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('help_request', 'person_id', 'move'), ('help_request', 'child_id', 'move'),
    ('help_request', 'asker_id', 'move'), ('help_request', 'entered_by', 'stay'),
    ('help_request', 'helper_id', 'move'), ('help_proposal', 'helper_id', 'stay'),
    ('help_aversion', 'helper_id', 'move'), ('help_aversion', 'person_id', 'move');
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('help_request', '求助（结束后）', 'Requests for help, after their end', '365 days', '30 days',
    '1096 days', '办完即可删（个人信息保护法第十九条）', 'no longer than needed (PIPL art. 19)');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('help_request', 'person_id', 'yes', '为我提出的求助', 'Help that was asked for one',
        'r.id, r.kind, r.begins, r.ends, r.minutes, r.urgency, r.state, r.entered_at', 'blank',
        'words_sealed = NULL', 'help_request'),
    ('help_request', 'asker_id', 'yes', '我提出的求助', 'Help that one asked for',
        'r.id, r.kind, r.begins, r.ends, r.state, r.entered_at', 'blank', 'words_sealed = NULL',
        'help_request'),
    ('help_request', 'entered_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'ledger'),
    ('help_request', 'helper_id', 'elsewhere', '帮助的人', 'Who helps', NULL, 'keep', NULL,
        'help_request'),
    ('help_proposal', 'helper_id', 'yes', '问过我的求助', 'What one was asked to help with',
        'r.id, r.origin, r.begins, r.ends, r.made_at, r.state, r.answered_at, r.because', 'keep',
        NULL, 'help_request'),
    ('help_aversion', 'helper_id', 'yes', '我不想帮的人', 'Whom one would not help', 'r.since',
        'delete', NULL, 'person'),
    ('help_aversion', 'person_id', 'confidence', '不想帮的人', 'Who would not be helped', NULL,
        'delete', NULL, 'person');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, guardian_right, erasure,
        becomes, kept)
VALUES ('help_request', 'child_id', 'yes', '为孩子提出的求助', 'Help that was asked for a child',
    'r.id, r.kind, r.begins, r.ends, r.state', 'any', 'blank', 'words_sealed = NULL',
    'help_request');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('help_request', 1, 'help_proposal', 'EXISTS (SELECT FROM linli.help_request AS q
        WHERE q.estate_id = r.estate_id AND q.id = r.request_id AND q.closed_at < $1)', NULL),
    ('help_request', 2, 'help_request', 'r.closed_at < $1 AND NOT EXISTS (
        SELECT FROM linli.help_proposal AS p
        WHERE p.estate_id = r.estate_id AND p.request_id = r.id)', NULL);
