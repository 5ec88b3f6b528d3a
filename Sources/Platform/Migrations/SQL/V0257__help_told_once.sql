-- Of what is agreed each hears once: who is helped of the agreement, who helps of the visit; and the visits of
-- some weeks are one notice. docs/help/visits.md has the rules.

-- Promises a visit as linli.plan_help_visit does, and writes its event; whom a notice tells of it, and of what,
-- is the caller's. Answers as that.
CREATE FUNCTION linli.promise_help_visit(
    event uuid, new_id uuid, source text, source_id uuid, kind text, helper uuid, person uuid, child uuid,
    place uuid, begins timestamptz, ends timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    who CONSTANT uuid[] := ARRAY(
        SELECT DISTINCT p FROM unnest(ARRAY[helper, person]) AS p WHERE p IS NOT NULL ORDER BY p);
    young CONSTANT uuid := coalesce(child,
        CASE WHEN linli.is_child(estate, person) THEN person END);
    rule linli.help_kind;
    verdict text;
BEGIN
    SELECT * INTO STRICT rule FROM linli.help_kind AS k WHERE k.code = promise_help_visit.kind;
    IF promise_help_visit.begins < at OR promise_help_visit.ends <= promise_help_visit.begins
        OR promise_help_visit.ends > promise_help_visit.begins + interval '12 hours'
        OR promise_help_visit.begins > at + interval '366 days'
    THEN
        RETURN 'past';
    END IF;
    PERFORM linli.agenda_take(who);
    verdict := CASE
        WHEN person IS NOT NULL THEN linli.help_bar(helper, person)
        WHEN NOT linli.person_available(estate, helper) THEN 'gone' END;
    IF verdict IS NULL AND rule.with_child AND young IS NULL THEN
        verdict := 'child';
    ELSIF verdict IS NULL AND young IS NOT NULL AND NOT linli.are_related(helper, young) THEN
        verdict := CASE
            WHEN linli.help_bar(helper, young) = 'apart' THEN 'apart'
            WHEN NOT linli.is_vetted(helper)
                OR NOT linli.consented(young, 'alone_with_adult') THEN 'child' END;
    END IF;
    IF verdict IS NULL AND linli.help_busy(who, place, promise_help_visit.begins, promise_help_visit.ends)
    THEN
        verdict := 'busy';
    END IF;
    IF verdict IS NOT NULL THEN
        RETURN verdict;
    END IF;
    INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id, person_id,
        child_id, place_id, begins, ends, planned_at)
    VALUES (estate, new_id, promise_help_visit.source, promise_help_visit.source_id,
        promise_help_visit.kind, helper, person, child, place, promise_help_visit.begins,
        promise_help_visit.ends, at);
    PERFORM linli.append_event(event, 'helpVisit.planned',
        ARRAY(SELECT 'person:' || w FROM unnest(who) AS w), '{}',
        json_build_object('visit', new_id)::text);
    RETURN NULL;
END
$$;

-- As before: both sides are told.
CREATE OR REPLACE FUNCTION linli.plan_help_visit(
    new_id uuid, source text, source_id uuid, kind text, helper uuid, person uuid, child uuid,
    place uuid, begins timestamptz, ends timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    verdict CONSTANT text := linli.promise_help_visit(event, new_id, source, source_id, kind, helper,
        person, child, place, begins, ends);
BEGIN
    IF verdict IS NULL THEN
        PERFORM linli.notify(event, 'helpVisit.planned', 'help_visit', new_id,
            json_build_object('begins', begins)::text, array_remove(ARRAY[helper, person], NULL));
    END IF;
    RETURN verdict;
END
$$;

-- As before; the agreement tells who asked and who is helped, the visit who helps.
CREATE OR REPLACE FUNCTION linli.help_agree(event uuid, r linli.help_request, p linli.help_proposal)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    visit CONSTANT uuid := linli.fresh_id(at);
    planned CONSTANT uuid := linli.fresh_id(at);
    verdict text;
BEGIN
    verdict := CASE WHEN linli.help_gate_lacks(r, p.helper_id) THEN 'gate'
        ELSE linli.promise_help_visit(planned, visit, 'request', r.id, r.kind, p.helper_id,
            r.person_id, r.child_id, r.place_id, p.begins, p.ends) END;
    IF verdict IS NOT NULL THEN
        RETURN verdict;
    END IF;
    PERFORM linli.notify(planned, 'helpVisit.planned', 'help_visit', visit,
        json_build_object('begins', p.begins)::text, ARRAY[p.helper_id]);
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

-- As before; what is planned at once is one notice: the first of them, and how many they are.
CREATE OR REPLACE FUNCTION linli.pairing_plan(p linli.pairing) RETURNS boolean
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
    event uuid;
    first record;
    many integer := 0;
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
        event := linli.fresh_id(at);
        verdict := 'busy';
        FOR later IN 0..3 LOOP
            EXIT WHEN place IS NULL;
            first_at := linli.pairing_begins(p, due + later);
            CONTINUE WHEN linli.pairing_away(p.person_id, first_at)
                OR linli.pairing_away(p.helper_id, first_at)
                OR linli.pairing_away(p.child_id, first_at);
            verdict := linli.promise_help_visit(event, visit, 'pairing', p.id, p.kind,
                p.helper_id, p.person_id, p.child_id, place, first_at,
                first_at + p.minutes * interval '1 minute');
            EXIT WHEN verdict IS DISTINCT FROM 'busy';
        END LOOP;
        IF verdict IN ('apart', 'child') THEN
            RETURN false;
        END IF;
        CONTINUE WHEN verdict IN ('gone', 'past');
        IF verdict IS NULL THEN
            many := many + 1;
            IF many = 1 THEN
                SELECT event AS id, visit AS visit_id, first_at AS begins INTO first;
            END IF;
        END IF;
        INSERT INTO linli.pairing_day AS d (estate_id, pairing_id, on_day, visit_id)
        VALUES (estate, p.id, due, CASE WHEN verdict IS NULL THEN visit END)
        ON CONFLICT ON CONSTRAINT pairing_day_pkey DO UPDATE SET visit_id = excluded.visit_id;
    END LOOP;
    IF many > 0 THEN
        PERFORM linli.notify(first.id,
            CASE WHEN many > 1 THEN 'helpVisit.plannedSeries' ELSE 'helpVisit.planned' END,
            'help_visit', first.visit_id,
            json_build_object('begins', first.begins, 'count', many)::text,
            ARRAY[p.helper_id, p.person_id]);
    END IF;
    UPDATE linli.pairing AS o SET plan_at = at + interval '15 minutes'
    WHERE o.estate_id = estate AND o.id = p.id;
    RETURN true;
END
$$;

-- As before; that somebody stands in tells both of the visit, too.
CREATE OR REPLACE FUNCTION linli.pairing_cover_answer(event uuid, cover uuid, says_yes boolean) RETURNS text
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
    verdict := linli.promise_help_visit(linli.fresh_id(at), visit, 'pairing', p.id, p.kind, me,
        p.person_id, p.child_id, linli.pairing_place(p, false), c.begins, c.ends);
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
