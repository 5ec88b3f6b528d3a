-- Paired families (结对家庭; one to many: 老伙伴): one helps another for long, at a cadence. Proposed, agreed to
-- by both, tried, kept up, looked at again, renewed or ended, and no end has a reason or a name. A pairing
-- gives no key: visits alone take a helper to a door. docs/help/paired-families.md has the rules.
--
-- Locks: agendas, then the pairing, then visits. So who says that a visit was not safe, and holds the agendas
-- of both, ends their pairing in the same transaction.

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('pairing-missed', 'social_worker', interval '1 day', '一对结对连着两次没见上，请问问双方',
        'A pair has missed two visits in a row: ask both'),
    ('pairing-review', 'social_worker', interval '3 days', '一对结对到期没有答复，请问问双方',
        'A pair has not said whether it goes on: ask both');

-- What an estate has set; without a row as linli.pairing_rules says.
CREATE TABLE linli.pairing_setting (
    estate_id uuid NOT NULL,
    -- Most elders of one helper, and most paired families of a household.
    elders_max integer NOT NULL,
    families_max integer NOT NULL,
    trial_days integer NOT NULL,
    review_days integer NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pairing_setting_pkey PRIMARY KEY (estate_id),
    CONSTRAINT pairing_setting_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT pairing_setting_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_setting_ranges CHECK (elders_max BETWEEN 1 AND 20
        AND families_max BETWEEN 1 AND 5 AND trial_days BETWEEN 7 AND 90
        AND review_days BETWEEN 30 AND 366)
);

CREATE TABLE linli.pairing (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- elder: a helper has several; family: a household has one.
    form text NOT NULL,
    kind text NOT NULL,
    helper_id uuid NOT NULL,
    -- Who is helped; a guardian where the child is looked after.
    person_id uuid NOT NULL,
    child_id uuid,
    -- Who proposed it: an office, or one of the two.
    origin text NOT NULL,
    proposed_by uuid NOT NULL,
    cadence text NOT NULL,
    -- Monday is 1; the minute of that day on the estate's clock.
    weekday integer NOT NULL,
    minute integer NOT NULL,
    minutes integer NOT NULL,
    -- The day from which on the cadence is counted.
    anchor_on date,
    state text NOT NULL DEFAULT 'proposed',
    proposed_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    helper_agreed_at timestamptz,
    person_agreed_at timestamptz,
    -- Who agreed for who is helped: itself, a delegate, a guardian.
    person_agreed_by uuid,
    trial_until timestamptz,
    review_at timestamptz,
    -- When both were asked whether it goes on, who said yes, and when a person was asked to see to it.
    review_asked_at timestamptz,
    helper_renews_at timestamptz,
    person_renews_at timestamptz,
    review_told_at timestamptz,
    -- The last day without visits.
    paused_until date,
    -- Whom each side would have in the helper's stead: one of both, where they are equal.
    helper_names_id uuid,
    person_names_id uuid,
    -- The first missed visit of the row of them that a task was raised for.
    missed_from timestamptz,
    -- When the job looks at its visits next.
    plan_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT pairing_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT pairing_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT pairing_of_kind FOREIGN KEY (kind) REFERENCES linli.help_kind (code),
    CONSTRAINT pairing_helper FOREIGN KEY (estate_id, helper_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_proposed_by FOREIGN KEY (estate_id, proposed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_person_agreed_by FOREIGN KEY (estate_id, person_agreed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_helper_names FOREIGN KEY (estate_id, helper_names_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_person_names FOREIGN KEY (estate_id, person_names_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_two_persons CHECK (helper_id <> person_id AND helper_id <> child_id
        AND person_id <> child_id),
    CONSTRAINT pairing_form_known CHECK (form IN ('elder', 'family')),
    CONSTRAINT pairing_child_of_family CHECK (child_id IS NULL OR form = 'family'),
    CONSTRAINT pairing_origin_known CHECK (origin IN ('office', 'helper', 'person')),
    CONSTRAINT pairing_cadence_known CHECK (cadence IN ('weekly', 'fortnightly', 'monthly')),
    CONSTRAINT pairing_hours CHECK (weekday BETWEEN 1 AND 7 AND minute BETWEEN 360 AND 1260
        AND minutes BETWEEN 15 AND 240),
    CONSTRAINT pairing_state_known CHECK (state IN ('proposed', 'trial', 'active', 'review', 'ended',
        'declined', 'lapsed')),
    CONSTRAINT pairing_forward CHECK (proposed_at < until),
    CONSTRAINT pairing_by_both CHECK (state NOT IN ('trial', 'active', 'review', 'ended')
        OR (helper_agreed_at IS NOT NULL AND person_agreed_at IS NOT NULL
            AND trial_until IS NOT NULL AND review_at IS NOT NULL AND anchor_on IS NOT NULL)),
    CONSTRAINT pairing_agreed_by_whole
        CHECK ((person_agreed_at IS NULL) = (person_agreed_by IS NULL)),
    CONSTRAINT pairing_review_whole CHECK (state = 'ended'
        OR (state = 'review') = (review_asked_at IS NOT NULL)),
    CONSTRAINT pairing_stand_in_another CHECK (helper_names_id NOT IN (helper_id, person_id)
        AND person_names_id NOT IN (helper_id, person_id)),
    CONSTRAINT pairing_ended_whole
        CHECK ((ended_at IS NULL) = (state IN ('proposed', 'trial', 'active', 'review')))
);
CREATE UNIQUE INDEX pairing_open_once ON linli.pairing (estate_id, helper_id, person_id)
    WHERE state IN ('proposed', 'trial', 'active', 'review');
CREATE INDEX pairing_of_helper ON linli.pairing (estate_id, helper_id, id);
CREATE INDEX pairing_of_person ON linli.pairing (estate_id, person_id, id);
CREATE INDEX pairing_of_child ON linli.pairing (estate_id, child_id, id);
CREATE INDEX pairing_open ON linli.pairing (estate_id, id)
    WHERE state IN ('proposed', 'trial', 'active', 'review');

-- The days of a pairing for which a visit was looked for: with the visit, or none: not fixed.
CREATE TABLE linli.pairing_day (
    estate_id uuid NOT NULL,
    pairing_id uuid NOT NULL,
    on_day date NOT NULL,
    visit_id uuid,
    CONSTRAINT pairing_day_pkey PRIMARY KEY (estate_id, pairing_id, on_day),
    CONSTRAINT pairing_day_of FOREIGN KEY (estate_id, pairing_id)
        REFERENCES linli.pairing (estate_id, id)
);
CREATE INDEX pairing_day_of_visit ON linli.pairing_day (estate_id, visit_id);

-- That the stand-in is asked for one visit.
CREATE TABLE linli.pairing_cover (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    pairing_id uuid NOT NULL,
    on_day date NOT NULL,
    stand_in_id uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    asked_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open',
    answered_at timestamptz,
    visit_id uuid,
    CONSTRAINT pairing_cover_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT pairing_cover_of FOREIGN KEY (estate_id, pairing_id)
        REFERENCES linli.pairing (estate_id, id),
    CONSTRAINT pairing_cover_stand_in FOREIGN KEY (estate_id, stand_in_id)
        REFERENCES linli.person (estate_id, id),
    -- Asked once for a day.
    CONSTRAINT pairing_cover_once UNIQUE (estate_id, pairing_id, on_day, stand_in_id),
    CONSTRAINT pairing_cover_forward
        CHECK (begins < ends AND asked_at < until AND until <= begins),
    CONSTRAINT pairing_cover_state_known
        CHECK (state IN ('open', 'accepted', 'declined', 'lapsed')),
    CONSTRAINT pairing_cover_answered_whole CHECK ((answered_at IS NULL) = (state = 'open')
        AND (visit_id IS NOT NULL) = (state = 'accepted'))
);
CREATE INDEX pairing_cover_of_stand_in ON linli.pairing_cover (estate_id, stand_in_id, id);
CREATE INDEX pairing_cover_to_answer ON linli.pairing_cover (estate_id, until)
    WHERE state = 'open';

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['pairing_setting', 'pairing', 'pairing_day', 'pairing_cover'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- A pairing goes its way and never back; what both agreed to stays.
CREATE FUNCTION linli.pairing_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF linli.job_name() = 'retention' THEN
            RETURN OLD;
        END IF;
    ELSIF linli.job_name() = 'merge' THEN
        RETURN NEW;
    ELSIF (NEW.state = OLD.state
            OR (OLD.state = 'proposed' AND NEW.state IN ('trial', 'declined', 'lapsed'))
            OR (OLD.state = 'trial' AND NEW.state IN ('active', 'ended'))
            OR (OLD.state = 'active' AND NEW.state IN ('review', 'ended'))
            OR (OLD.state = 'review' AND NEW.state IN ('active', 'ended')))
        AND (OLD.helper_agreed_at IS NULL OR NEW.helper_agreed_at = OLD.helper_agreed_at)
        AND (OLD.person_agreed_at IS NULL OR (NEW.person_agreed_at, NEW.person_agreed_by)
            = (OLD.person_agreed_at, OLD.person_agreed_by))
        AND (NEW.id, NEW.form, NEW.kind, NEW.helper_id, NEW.person_id, NEW.origin, NEW.proposed_by,
                NEW.proposed_at)
            = (OLD.id, OLD.form, OLD.kind, OLD.helper_id, OLD.person_id, OLD.origin,
                OLD.proposed_by, OLD.proposed_at)
        AND NEW.child_id IS NOT DISTINCT FROM OLD.child_id
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a pairing does not go that way'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'pairing_keep';
END
$$;
CREATE TRIGGER pairing_keep BEFORE UPDATE OR DELETE ON linli.pairing
    FOR EACH ROW EXECUTE FUNCTION linli.pairing_keep();

-- The rules ----------------------------------------------------------------------------------------

-- What holds here: five elders, one family, four weeks to try, half a year to the next look.
CREATE FUNCTION linli.pairing_rules()
    RETURNS TABLE (elders_max integer, families_max integer, trial_days integer,
        review_days integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT coalesce(s.elders_max, 5), coalesce(s.families_max, 1), coalesce(s.trial_days, 28),
            coalesce(s.review_days, 180)
        FROM (VALUES (linli.estate_id())) AS e (id)
        LEFT JOIN linli.pairing_setting AS s ON s.estate_id = e.id;
END
$$;

-- Sets them, as the residents' committee, for what comes from now on. Verdicts: set; unknown.
CREATE FUNCTION linli.pairing_rules_set(
    event uuid, elders integer, families integer, trial integer, review integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.pairing_setting AS s (estate_id, elders_max, families_max, trial_days,
        review_days, changed_by, changed_at)
    VALUES (linli.estate_id(), elders, families, trial, review, linli.person_id(),
        linli.instant())
    ON CONFLICT ON CONSTRAINT pairing_setting_pkey DO UPDATE
        SET elders_max = excluded.elders_max, families_max = excluded.families_max,
            trial_days = excluded.trial_days, review_days = excluded.review_days,
            changed_by = excluded.changed_by, changed_at = excluded.changed_at;
    PERFORM linli.append_event(event, 'pairing.rulesSet', '{estate}', '{}',
        json_build_object('elders', elders, 'families', families, 'trial_days', trial,
            'review_days', review)::text);
    RETURN 'set';
END
$$;

-- Why two may not be a pair, whatever time it is: 'gone' (one is not of the estate any more), 'apart' (a
-- block, a protection, a ban or a safety report stands between them), 'gate' (the helper is not known as it
-- must be, lives with the other, does not want to, or a guardian's consent lacks); NULL: they may. For the
-- functions here alone.
CREATE FUNCTION linli.pairing_bar(of_form text, helper uuid, person uuid, child uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    helped CONSTANT uuid[] := array_remove(ARRAY[person, child], NULL);
    level CONSTANT text := linli.level_of(estate, helper);
BEGIN
    RETURN CASE
        WHEN helper IS NULL OR person IS NULL OR helper = ANY (helped) OR EXISTS (
            SELECT FROM unnest(helped || helper) AS one (id)
            WHERE NOT EXISTS (
                SELECT FROM linli.person AS p
                WHERE p.estate_id = estate AND p.id = one.id
                    AND p.state IN ('active', 'away', 'in_hospital'))) THEN 'gone'
        WHEN EXISTS (
            SELECT FROM unnest(helped) AS one (id)
            WHERE linli.kept_apart(helper, one.id) OR linli.ban_between(helper, one.id)
                OR linli.safety_stands(helper, one.id)) THEN 'apart'
        WHEN linli.is_child(estate, helper) OR linli.is_child(estate, person)
            OR NOT linli.is_at_least(level, 'household')
            OR ((of_form = 'elder' OR child IS NOT NULL OR linli.help_elder(person))
                AND NOT linli.is_at_least(level, 'in_person'))
            OR (child IS NOT NULL AND (NOT linli.is_child(estate, child)
                OR NOT linli.is_guardian(person, child)
                OR NOT (linli.are_related(helper, child) OR (linli.is_vetted(helper)
                    AND linli.consented(child, 'alone_with_adult')))))
            OR EXISTS (
                SELECT FROM linli.help_aversion AS a
                WHERE a.estate_id = estate AND a.helper_id = helper AND a.person_id = person)
            OR EXISTS (
                SELECT
                FROM linli.membership AS m
                JOIN linli.membership AS o ON o.estate_id = estate
                    AND o.household_id = m.household_id AND o.person_id = person
                WHERE m.estate_id = estate AND m.person_id = helper AND m.begins <= at
                    AND m.ends > at AND o.begins <= at AND o.ends > at) THEN 'gate' END;
END
$$;

-- Whether one of two has no place for another pairing of a form. Whoever asks in order to fill it holds the
-- agendas of both and of their households. For the functions here alone.
CREATE FUNCTION linli.pairing_full(of_form text, helper uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    rules record;
    one uuid;
    home uuid;
BEGIN
    SELECT * INTO rules FROM linli.pairing_rules();
    IF of_form = 'elder' THEN
        RETURN rules.elders_max <= (
                SELECT count(*) FROM linli.pairing AS p
                WHERE p.estate_id = estate AND p.helper_id = helper AND p.form = 'elder'
                    AND p.state IN ('trial', 'active', 'review'))
            OR EXISTS (
                SELECT FROM linli.pairing AS p
                WHERE p.estate_id = estate AND p.person_id = person AND p.form = 'elder'
                    AND p.state IN ('trial', 'active', 'review'));
    END IF;
    FOREACH one IN ARRAY ARRAY[helper, person] LOOP
        home := linli.need_home(one);
        IF rules.families_max <= (
            SELECT count(*) FROM linli.pairing AS p
            WHERE p.estate_id = estate AND p.form = 'family'
                AND p.state IN ('trial', 'active', 'review')
                AND (one IN (p.helper_id, p.person_id)
                    OR home IN (linli.need_home(p.helper_id), linli.need_home(p.person_id))))
        THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END
$$;

-- Who is who ---------------------------------------------------------------------------------------

-- On which side of a pairing the principal is: 'helper', 'person' (who is helped, its delegate, a guardian of
-- the child), 'office'; NULL: a stranger. A helper acts for nobody it helps. For the functions here alone.
CREATE FUNCTION linli.pairing_side(p linli.pairing) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN CASE
        WHEN p.id IS NULL OR linli.person_id() IS NULL THEN NULL
        WHEN p.helper_id = linli.person_id() THEN
            CASE WHEN linli.beneficiary_id() IS NULL THEN 'helper' END
        WHEN p.person_id = linli.subject_id() OR (p.child_id IS NOT NULL
            AND linli.beneficiary_id() IS NULL
            AND linli.is_guardian(linli.person_id(), p.child_id)) THEN 'person'
        WHEN p.helper_id = ANY (unseen) OR p.person_id = ANY (unseen)
            OR p.child_id = ANY (unseen) THEN NULL
        WHEN linli.may_read('help', 'care') THEN 'office' END;
END
$$;

-- The two of a pairing as an audience. For the functions here alone.
CREATE FUNCTION linli.pairing_audience(p linli.pairing) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    RETURN ARRAY['person:' || p.helper_id, 'person:' || p.person_id];

-- A pairing, held with the agendas of both and of some beside. For the functions here alone.
CREATE FUNCTION linli.pairing_hold(pairing uuid, beside uuid[] DEFAULT '{}') RETURNS linli.pairing
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    p linli.pairing;
BEGIN
    PERFORM linli.agenda_take(ARRAY(
        SELECT DISTINCT a
        FROM linli.pairing AS o
        CROSS JOIN LATERAL unnest(beside || ARRAY[o.helper_id, o.person_id]) AS a
        WHERE o.estate_id = linli.estate_id() AND o.id = pairing AND a IS NOT NULL
        ORDER BY a));
    SELECT * INTO p FROM linli.pairing AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = pairing
    FOR UPDATE;
    RETURN p;
END
$$;

-- The same, where the principal has a side in it; NULL: there is none for it. For the functions here alone.
CREATE FUNCTION linli.pairing_take(pairing uuid, beside uuid[] DEFAULT '{}') RETURNS linli.pairing
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    p linli.pairing;
BEGIN
    SELECT * INTO p FROM linli.pairing AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = pairing;
    IF linli.pairing_side(p) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN linli.pairing_hold(pairing, beside);
END
$$;

-- Tells both of what nobody is to be seen in. For the functions here alone.
CREATE FUNCTION linli.pairing_tell(p linli.pairing, what text, details json DEFAULT '{}')
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    before CONSTANT text[] := linli.act_as_job('pairings');
BEGIN
    PERFORM linli.append_event(event, 'pairing.' || what, linli.pairing_audience(p), '{}',
        json_build_object('pairing', p.id)::text);
    PERFORM linli.notify(event, 'pairing.' || what, 'pairing', p.id, details::text,
        ARRAY[p.helper_id, p.person_id]);
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Ends a pairing that is held, whatever the cause, with the same words: its visits to come, what its stand-in
-- was asked, what the two say to each other, and its tasks. For the functions here alone.
CREATE FUNCTION linli.pairing_close(p linli.pairing, becomes text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    UPDATE linli.pairing AS o SET state = becomes, ended_at = at, plan_at = NULL
    WHERE o.estate_id = p.estate_id AND o.id = p.id
        AND o.state IN ('proposed', 'trial', 'active', 'review');
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM linli.help_visits_end(ARRAY(
        SELECT v.id FROM linli.help_visit AS v
        WHERE v.estate_id = p.estate_id AND v.source = 'pairing' AND v.source_id = p.id
            AND v.state = 'planned'
        ORDER BY v.id), 'pairing_ended', true);
    UPDATE linli.pairing_cover AS c SET state = 'lapsed', answered_at = at
    WHERE c.estate_id = p.estate_id AND c.pairing_id = p.id AND c.state = 'open';
    PERFORM linli.close_conversations(ARRAY(
        SELECT c.id FROM linli.conversation AS c
        WHERE c.estate_id = p.estate_id AND c.kind = 'match' AND c.about_id = p.id
            AND c.closed_at IS NULL));
    PERFORM linli.pairing_tasks_end(p, ARRAY['pairing-missed', 'pairing-review'], 'ended');
    PERFORM linli.pairing_tell(p,
        CASE WHEN p.state = 'proposed' THEN 'lapsed' ELSE 'ended' END);
END
$$;

-- Ends the open tasks of a pairing of some kinds, in nobody's name. For the functions here alone.
CREATE FUNCTION linli.pairing_tasks_end(p linli.pairing, kinds text[], came text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before CONSTANT text[] := linli.act_as_job('pairings');
BEGIN
    PERFORM linli.finish_task(t.id, came)
    FROM linli.task AS t
    WHERE t.estate_id = p.estate_id AND t.kind = ANY (kinds) AND t.about_id = p.id
        AND t.finished_at IS NULL;
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Proposing and agreeing ---------------------------------------------------------------------------

-- Proposes a pairing: as an office for any two, or as one of two who know each other. Whoever proposes for
-- itself has agreed. Verdicts: proposed; unknown; kind (it is, or is not, about a child); unfit (one word for
-- every reason why it may not be).
CREATE FUNCTION linli.pairing_propose(
    event uuid, new_id uuid, new_form text, new_kind text, of_helper uuid, of_person uuid,
    of_child uuid, new_cadence text, new_weekday integer, new_minute integer, new_minutes integer)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.subject_id();
    helper CONSTANT uuid := coalesce(of_helper, own);
    person CONSTANT uuid := coalesce(of_person, own);
    from_whom CONSTANT text := CASE
        WHEN linli.person_id() IS NULL THEN NULL
        WHEN helper = linli.person_id() THEN
            CASE WHEN linli.beneficiary_id() IS NULL THEN 'helper' END
        WHEN person = own THEN 'person'
        WHEN linli.may_read('help', 'care') THEN 'office' END;
    made linli.pairing;
BEGIN
    IF from_whom IS NULL THEN
        RETURN 'unknown';
    ELSIF (SELECT k.with_child FROM linli.help_kind AS k WHERE k.code = new_kind)
        IS DISTINCT FROM (of_child IS NOT NULL) OR (of_child IS NOT NULL AND new_form <> 'family')
    THEN
        RETURN 'kind';
    ELSIF helper = person OR ARRAY[helper, person, of_child] && linli.own_unseen()
        OR NOT linli.may_help(helper, person)
        OR linli.pairing_bar(new_form, helper, person, of_child) IS NOT NULL
        OR linli.pairing_full(new_form, helper, person)
        OR (from_whom <> 'office' AND (
            NOT EXISTS (
                SELECT FROM linli.confirmed_ties(own) AS t
                WHERE t.person_id = CASE from_whom WHEN 'helper' THEN person ELSE helper END)
            -- Who was asked is left alone for a month.
            OR EXISTS (
                SELECT FROM linli.pairing AS p
                WHERE p.estate_id = estate AND p.helper_id = helper AND p.person_id = person
                    AND p.state IN ('declined', 'lapsed')
                    AND p.proposed_at > at - interval '30 days')))
    THEN
        RETURN 'unfit';
    END IF;
    INSERT INTO linli.pairing (estate_id, id, form, kind, helper_id, person_id, child_id, origin,
        proposed_by, cadence, weekday, minute, minutes, proposed_at, until, helper_agreed_at,
        person_agreed_at, person_agreed_by)
    VALUES (estate, new_id, new_form, new_kind, helper, person, of_child, from_whom, linli.person_id(),
        new_cadence, new_weekday, new_minute, new_minutes, at, at + interval '7 days',
        CASE WHEN from_whom = 'helper' THEN at END, CASE WHEN from_whom = 'person' THEN at END,
        CASE WHEN from_whom = 'person' THEN linli.person_id() END)
    ON CONFLICT (estate_id, helper_id, person_id)
        WHERE state IN ('proposed', 'trial', 'active', 'review') DO NOTHING
    RETURNING * INTO made;
    IF made.id IS NULL THEN
        RETURN 'unfit';
    END IF;
    PERFORM linli.append_event(event, 'pairing.proposed', linli.pairing_audience(made), '{}',
        json_build_object('pairing', new_id)::text);
    PERFORM linli.notify(event, 'pairing.proposed', 'pairing', new_id,
        json_build_object('until', made.until)::text, ARRAY[helper, person]);
    RETURN 'proposed';
END
$$;

-- One side's answer to a proposal. Both yes: it begins. No: the other sees that it came to nothing. Verdicts:
-- agreed, declined; unknown; over (it lapsed, or it may not be: all the same words).
CREATE FUNCTION linli.pairing_answer(event uuid, pairing uuid, says_yes boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    homes CONSTANT uuid[] := ARRAY(
        SELECT linli.need_home(one.id)
        FROM linli.pairing AS o
        CROSS JOIN LATERAL unnest(ARRAY[o.helper_id, o.person_id]) AS one (id)
        WHERE o.estate_id = estate AND o.id = pairing AND o.form = 'family');
    p linli.pairing;
    side text;
BEGIN
    p := linli.pairing_take(pairing, homes);
    side := linli.pairing_side(p);
    IF coalesce(side, 'office') = 'office' THEN
        RETURN 'unknown';
    ELSIF p.state <> 'proposed' OR p.until <= at
        OR linli.pairing_bar(p.form, p.helper_id, p.person_id, p.child_id) IS NOT NULL
    THEN
        RETURN 'over';
    ELSIF NOT says_yes THEN
        PERFORM linli.append_event(event, 'pairing.declined',
            ARRAY['person:' || linli.person_id()], '{}',
            json_build_object('pairing', p.id)::text);
        PERFORM linli.pairing_close(p, 'declined');
        RETURN 'declined';
    ELSIF (CASE side WHEN 'helper' THEN p.helper_agreed_at ELSE p.person_agreed_at END)
        IS NOT NULL
    THEN
        RETURN 'agreed';
    ELSIF (CASE side WHEN 'helper' THEN p.person_agreed_at ELSE p.helper_agreed_at END)
        IS NOT NULL
        AND linli.pairing_full(p.form, p.helper_id, p.person_id)
    THEN
        RETURN 'over';
    END IF;
    UPDATE linli.pairing AS o
    SET helper_agreed_at = CASE side WHEN 'helper' THEN at ELSE o.helper_agreed_at END,
        person_agreed_at = CASE side WHEN 'person' THEN at ELSE o.person_agreed_at END,
        person_agreed_by = CASE side WHEN 'person' THEN linli.person_id()
            ELSE o.person_agreed_by END
    WHERE o.estate_id = estate AND o.id = p.id
    RETURNING * INTO p;
    -- The other sees that it begins, and not before who it is.
    PERFORM linli.append_event(event, 'pairing.agreed', ARRAY['person:' || linli.person_id()],
        '{}', json_build_object('pairing', p.id)::text);
    IF p.helper_agreed_at IS NOT NULL AND p.person_agreed_at IS NOT NULL THEN
        PERFORM linli.pairing_begin(p);
    END IF;
    RETURN 'agreed';
END
$$;

-- Both have agreed: the trial begins, and they may speak with each other. For the functions here alone.
CREATE FUNCTION linli.pairing_begin(p linli.pairing) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    rules record;
BEGIN
    SELECT * INTO rules FROM linli.pairing_rules();
    UPDATE linli.pairing AS o
    SET state = 'trial', trial_until = at + rules.trial_days * interval '1 day',
        review_at = at + (rules.trial_days + rules.review_days) * interval '1 day',
        anchor_on = linli.local_day() + 1, plan_at = at
    WHERE o.estate_id = p.estate_id AND o.id = p.id;
    IF linli.may_converse(p.person_id, p.helper_id) THEN
        PERFORM linli.open_conversation(linli.fresh_id(at), 'match', p.id, p.person_id, NULL,
            ARRAY[p.helper_id]);
    END IF;
    PERFORM linli.pairing_tell(p, 'begun');
END
$$;

-- Ends it at once, as either side or an office; no reason is asked. Verdicts: ended; unknown; over.
CREATE FUNCTION linli.pairing_end(event uuid, pairing uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    p CONSTANT linli.pairing := linli.pairing_take(pairing);
BEGIN
    IF linli.pairing_side(p) IS NULL THEN
        RETURN 'unknown';
    ELSIF p.ended_at IS NOT NULL OR (p.state = 'proposed' AND p.until <= linli.instant())
        OR linli.pairing_bar(p.form, p.helper_id, p.person_id, p.child_id) IS NOT NULL
    THEN
        RETURN 'over';
    END IF;
    -- Whoever ended it finds that in the log; nobody else does.
    PERFORM linli.append_event(event, 'pairing.left', ARRAY['person:' || linli.person_id()], '{}',
        json_build_object('pairing', p.id)::text);
    PERFORM linli.pairing_close(p, CASE p.state WHEN 'proposed' THEN 'lapsed' ELSE 'ended' END);
    RETURN 'ended';
END
$$;

-- Whether it goes on after a review: no ends it; both yes renew it. Verdicts: noted; unknown; over (nobody
-- asks now).
CREATE FUNCTION linli.pairing_renew(event uuid, pairing uuid, says_yes boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    p linli.pairing := linli.pairing_take(pairing);
    side CONSTANT text := linli.pairing_side(p);
BEGIN
    IF coalesce(side, 'office') = 'office' THEN
        RETURN 'unknown';
    ELSIF p.state <> 'review'
        OR linli.pairing_bar(p.form, p.helper_id, p.person_id, p.child_id) IS NOT NULL
    THEN
        RETURN 'over';
    ELSIF NOT says_yes THEN
        RETURN CASE linli.pairing_end(event, pairing) WHEN 'ended' THEN 'noted' ELSE 'over' END;
    END IF;
    PERFORM linli.append_event(event, 'pairing.renews', ARRAY['person:' || linli.person_id()],
        '{}', json_build_object('pairing', p.id)::text);
    UPDATE linli.pairing AS o
    SET helper_renews_at = CASE side WHEN 'helper' THEN at ELSE o.helper_renews_at END,
        person_renews_at = CASE side WHEN 'person' THEN at ELSE o.person_renews_at END
    WHERE o.estate_id = p.estate_id AND o.id = p.id
    RETURNING * INTO p;
    IF p.helper_renews_at IS NOT NULL AND p.person_renews_at IS NOT NULL THEN
        UPDATE linli.pairing AS o
        SET state = 'active', review_asked_at = NULL, helper_renews_at = NULL,
            person_renews_at = NULL, review_told_at = NULL, review_at = at + (
                SELECT r.review_days FROM linli.pairing_rules() AS r) * interval '1 day'
        WHERE o.estate_id = p.estate_id AND o.id = p.id;
        PERFORM linli.pairing_tasks_end(p, ARRAY['pairing-review'], 'renewed');
        PERFORM linli.pairing_tell(p, 'renewed');
    END IF;
    RETURN 'noted';
END
$$;

-- What ends it ---------------------------------------------------------------------------------------

-- Ends what there is between some helpers and those they may not meet any more; each is held in turn. What
-- wrote this down is not seen in it. For the functions here alone.
CREATE FUNCTION linli.pairings_part(persons uuid[], others uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    p linli.pairing;
BEGIN
    IF linli.estate_id() IS NULL THEN
        RETURN;
    END IF;
    FOR p IN
        SELECT o.* FROM linli.pairing AS o
        WHERE o.estate_id = linli.estate_id()
            AND o.state IN ('proposed', 'trial', 'active', 'review')
            AND ((o.helper_id = ANY (persons)
                    AND (o.person_id = ANY (others) OR o.child_id = ANY (others)))
                OR (o.helper_id = ANY (others)
                    AND (o.person_id = ANY (persons) OR o.child_id = ANY (persons))))
        ORDER BY o.id
        FOR UPDATE
    LOOP
        CONTINUE WHEN linli.pairing_bar(p.form, p.helper_id, p.person_id, p.child_id) IS NULL;
        PERFORM linli.pairing_close(p,
            CASE p.state WHEN 'proposed' THEN 'lapsed' ELSE 'ended' END);
    END LOOP;
END
$$;

-- Before what the two say to each other is held (block_parts, protection_parts): who agrees holds the pairing
-- first.
CREATE FUNCTION linli.block_ends_pairings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.pairings_part(ARRAY[NEW.blocker_id], ARRAY[NEW.other_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER block_ends_pairings AFTER INSERT ON linli.block
    FOR EACH ROW EXECUTE FUNCTION linli.block_ends_pairings();

CREATE FUNCTION linli.protection_ends_pairings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.pairings_part(
        (SELECT array_agg(n.protected_id ORDER BY n.id) FROM fresh AS n),
        (SELECT array_agg(n.other_id ORDER BY n.id) FROM fresh AS n))
    WHERE EXISTS (SELECT FROM fresh);
    RETURN NULL;
END
$$;
CREATE TRIGGER protection_ends_pairings AFTER INSERT ON linli.protection
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION linli.protection_ends_pairings();

-- Before the visits between them end as the desk ends them: the other reads of one end.
CREATE FUNCTION linli.safety_ends_pairings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.pairings_part(ARRAY[NEW.person_id], ARRAY[NEW.other_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER safety_ends_pairings AFTER INSERT ON linli.help_safety_report
    FOR EACH ROW EXECUTE FUNCTION linli.safety_ends_pairings();

CREATE FUNCTION linli.ban_ends_pairings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.pairings_part(ARRAY[NEW.person_id], ARRAY(
        SELECT other
        FROM linli.pairing AS p
        CROSS JOIN LATERAL unnest(ARRAY[p.helper_id, p.person_id, p.child_id]) AS other
        WHERE p.estate_id = NEW.estate_id AND NEW.person_id IN (p.helper_id, p.person_id)
            AND p.state IN ('proposed', 'trial', 'active', 'review')
            AND other <> NEW.person_id));
    RETURN NULL;
END
$$;
CREATE TRIGGER ban_ends_pairings AFTER INSERT ON linli.safety_ban
    FOR EACH ROW EXECUTE FUNCTION linli.ban_ends_pairings();

-- A guardian takes its consent back that an adult is alone with the child.
CREATE FUNCTION linli.consent_ends_pairings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.pairings_part(ARRAY[NEW.subject_id], ARRAY(
        SELECT p.helper_id
        FROM linli.pairing AS p
        WHERE p.estate_id = NEW.estate_id AND p.child_id = NEW.subject_id
            AND p.state IN ('proposed', 'trial', 'active', 'review')));
    RETURN NULL;
END
$$;
CREATE TRIGGER consent_ends_pairings AFTER UPDATE OF withdrawn_at ON linli.consent
    FOR EACH ROW WHEN (NEW.purpose = 'alone_with_adult' AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION linli.consent_ends_pairings();

-- Who dies, moves away, is erased or made one with another has no pairings.
CREATE FUNCTION linli.state_ends_pairings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.pairings_part(ARRAY[NEW.id], ARRAY(
        SELECT other
        FROM linli.pairing AS p
        CROSS JOIN LATERAL unnest(ARRAY[p.helper_id, p.person_id, p.child_id]) AS other
        WHERE p.estate_id = NEW.estate_id AND NEW.id IN (p.helper_id, p.person_id, p.child_id)
            AND p.state IN ('proposed', 'trial', 'active', 'review') AND other <> NEW.id));
    DELETE FROM linli.pairing_wish AS w
    WHERE w.estate_id = NEW.estate_id AND NEW.id IN (w.person_id, w.child_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER state_ends_pairings AFTER UPDATE OF state ON linli.person
    FOR EACH ROW WHEN (NEW.state IN ('moved', 'dead', 'erased', 'merged') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION linli.state_ends_pairings();

-- Volunteering ---------------------------------------------------------------------------------------

-- That somebody would be one of a pair. Nobody but itself and the offices of care reads it.
CREATE TABLE linli.pairing_wish (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    side text NOT NULL,
    form text NOT NULL,
    -- What it would do, or would like.
    kinds text[] NOT NULL,
    -- How many it would take.
    seats integer NOT NULL,
    child_id uuid,
    since timestamptz NOT NULL,
    CONSTRAINT pairing_wish_pkey PRIMARY KEY (estate_id, person_id, side),
    CONSTRAINT pairing_wish_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_wish_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT pairing_wish_side_known CHECK (side IN ('helper', 'person')),
    CONSTRAINT pairing_wish_form_known CHECK (form IN ('elder', 'family')),
    CONSTRAINT pairing_wish_kinds_count CHECK (cardinality(kinds) BETWEEN 1 AND 30),
    CONSTRAINT pairing_wish_seats_range
        CHECK (seats BETWEEN 1 AND 20 AND (seats = 1 OR side = 'helper')),
    CONSTRAINT pairing_wish_child_of_person
        CHECK (child_id IS NULL OR (side = 'person' AND form = 'family'))
);
CREATE INDEX pairing_wish_of_child ON linli.pairing_wish (estate_id, child_id);
ALTER TABLE linli.pairing_wish ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.pairing_wish FORCE ROW LEVEL SECURITY;
CREATE POLICY pairing_wish_owner ON linli.pairing_wish TO linli_owner USING (true) WITH CHECK (true);

-- Says so, or says it anew. Verdicts: set; unknown; forbidden (a child; a helper speaks for itself, and is
-- proved to live here); kind (one of them is none, or is, or is not, about a child).
CREATE FUNCTION linli.pairing_wish_put(
    event uuid, new_side text, new_form text, new_kinds text[], new_seats integer, of_child uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.subject_id();
BEGIN
    IF own IS NULL OR linli.is_child(estate, own) OR (new_side = 'helper' AND (
        linli.beneficiary_id() IS NOT NULL
        OR NOT linli.is_at_least(linli.own_level(), 'household')))
    THEN
        RETURN 'forbidden';
    ELSIF of_child IS NOT NULL AND NOT linli.is_guardian(own, of_child) THEN
        RETURN 'unknown';
    ELSIF (of_child IS NOT NULL AND (new_side = 'helper' OR new_form = 'elder')) OR EXISTS (
        SELECT FROM unnest(new_kinds) AS k (code)
        LEFT JOIN linli.help_kind AS h ON h.code = k.code
        WHERE h.code IS NULL
            OR (new_side = 'person' AND h.with_child <> (of_child IS NOT NULL))
            OR (h.with_child AND new_form = 'elder'))
    THEN
        RETURN 'kind';
    END IF;
    INSERT INTO linli.pairing_wish AS w (estate_id, person_id, side, form, kinds, seats, child_id,
        since)
    VALUES (estate, own, new_side, new_form, new_kinds,
        CASE WHEN new_side = 'helper' THEN coalesce(new_seats, 1) ELSE 1 END, of_child,
        linli.instant())
    ON CONFLICT ON CONSTRAINT pairing_wish_pkey DO UPDATE
        SET form = excluded.form, kinds = excluded.kinds, seats = excluded.seats,
            child_id = excluded.child_id;
    PERFORM linli.append_event(event, 'pairing.wished', ARRAY['person:' || own], '{}',
        json_build_object('side', new_side)::text);
    RETURN 'set';
END
$$;

-- Takes it back. Verdicts: ended, unknown.
CREATE FUNCTION linli.pairing_wish_end(event uuid, of_side text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.subject_id();
BEGIN
    DELETE FROM linli.pairing_wish AS w
    WHERE w.estate_id = linli.estate_id() AND w.person_id = own AND w.side = of_side
        AND (of_side = 'person' OR linli.beneficiary_id() IS NULL);
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'pairing.wishEnded', ARRAY['person:' || own], '{}',
        json_build_object('side', of_side)::text);
    RETURN 'ended';
END
$$;

-- The subject's own.
CREATE FUNCTION linli.own_pairing_wishes()
    RETURNS TABLE (side text, form text, kinds text[], seats integer, child_id uuid,
        since timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT w.side, w.form, w.kinds, w.seats, w.child_id, w.since
        FROM linli.pairing_wish AS w
        WHERE w.estate_id = linli.estate_id() AND w.person_id = linli.subject_id()
            AND (w.side = 'person' OR linli.beneficiary_id() IS NULL)
        ORDER BY w.side;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.pairing_rules(), linli.pairing_rules_set(uuid, integer, integer, integer, integer),
    linli.pairing_propose(uuid, uuid, text, text, uuid, uuid, uuid, text, integer, integer,
        integer),
    linli.pairing_answer(uuid, uuid, boolean), linli.pairing_end(uuid, uuid),
    linli.pairing_renew(uuid, uuid, boolean),
    linli.pairing_wish_put(uuid, text, text, text[], integer, uuid),
    linli.pairing_wish_end(uuid, text), linli.own_pairing_wishes()
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('pairing_setting', 'changed_by', 'stay'),
    ('pairing', 'helper_id', 'move'), ('pairing', 'person_id', 'move'),
    ('pairing', 'child_id', 'move'), ('pairing', 'proposed_by', 'stay'),
    ('pairing', 'person_agreed_by', 'stay'), ('pairing', 'helper_names_id', 'move'),
    ('pairing', 'person_names_id', 'move'), ('pairing_cover', 'stand_in_id', 'move'),
    ('pairing_wish', 'person_id', 'move'), ('pairing_wish', 'child_id', 'move');
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('pairing', '结对（结束后）', 'Pairings, after their end', '365 days', '30 days', '1096 days',
    '办完即可删（个人信息保护法第十九条）', 'no longer than needed (PIPL art. 19)');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, guardian_right, erasure,
        becomes, kept)
VALUES
    ('pairing_setting', 'changed_by', 'doer', '谁办的', 'Who did it', NULL, NULL, 'keep', NULL,
        'ledger'),
    ('pairing', 'helper_id', 'yes', '我帮助的结对', 'Pairings in which one helps',
        'r.id, r.form, r.kind, r.cadence, r.proposed_at, r.helper_agreed_at, r.trial_until,
            r.ended_at', NULL, 'keep', NULL, 'pairing'),
    ('pairing', 'person_id', 'yes', '帮助我的结对', 'Pairings in which one is helped',
        'r.id, r.form, r.kind, r.cadence, r.proposed_at, r.person_agreed_at, r.trial_until,
            r.ended_at', NULL, 'keep', NULL, 'pairing'),
    ('pairing', 'child_id', 'yes', '照看孩子的结对', 'Pairings for a child',
        'r.id, r.kind, r.cadence, r.proposed_at, r.trial_until, r.ended_at', 'any', 'keep', NULL,
        'pairing'),
    ('pairing', 'proposed_by', 'doer', '谁办的', 'Who did it', NULL, NULL, 'keep', NULL, 'pairing'),
    ('pairing', 'person_agreed_by', 'doer', '谁办的', 'Who did it', NULL, NULL, 'keep', NULL,
        'pairing'),
    ('pairing', 'helper_names_id', 'confidence', '谁选的替补', 'Whom one side would have instead',
        NULL, NULL, 'blank', 'helper_names_id = NULL', 'pairing'),
    ('pairing', 'person_names_id', 'confidence', '谁选的替补', 'Whom one side would have instead',
        NULL, NULL, 'blank', 'person_names_id = NULL', 'pairing'),
    ('pairing_cover', 'stand_in_id', 'yes', '请我替补的探访', 'Visits one was asked to stand in for',
        'r.id, r.begins, r.ends, r.asked_at, r.state, r.answered_at', NULL, 'keep', NULL,
        'pairing'),
    ('pairing_wish', 'person_id', 'yes', '愿意结对', 'That one would be paired',
        'r.side, r.form, r.kinds, r.seats, r.since', NULL, 'delete', NULL, 'person'),
    ('pairing_wish', 'child_id', 'yes', '愿意为孩子结对', 'That a child would be paired',
        'r.form, r.kinds, r.since', 'any', 'delete', NULL, 'person');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('pairing', 1, 'pairing_cover', 'EXISTS (SELECT FROM linli.pairing AS p
        WHERE p.estate_id = r.estate_id AND p.id = r.pairing_id AND p.ended_at < $1)', NULL),
    ('pairing', 2, 'pairing_day', 'EXISTS (SELECT FROM linli.pairing AS p
        WHERE p.estate_id = r.estate_id AND p.id = r.pairing_id AND p.ended_at < $1)', NULL),
    ('pairing', 3, 'pairing', 'r.ended_at < $1 AND NOT EXISTS (
        SELECT FROM linli.pairing_cover AS c
        WHERE c.estate_id = r.estate_id AND c.pairing_id = r.id) AND NOT EXISTS (
        SELECT FROM linli.pairing_day AS d
        WHERE d.estate_id = r.estate_id AND d.pairing_id = r.id)', NULL);
