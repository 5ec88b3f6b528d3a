-- Care list (探访关爱): whom the residents' committee or a social worker calls on at a cadence, whose turn it
-- is, and what came of it. Read by these two offices alone, and by her whom it is about; who has the turn sees
-- that one. docs/help/care-list.md has the rules.

-- When nobody is woken by a task, in minutes of the estate's day; begins > ends: over midnight. What an
-- estate has not set is as linli.quiet_hours_of says.
CREATE TABLE linli.quiet_hours (
    estate_id uuid NOT NULL,
    begins integer NOT NULL,
    ends integer NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT quiet_hours_pkey PRIMARY KEY (estate_id),
    CONSTRAINT quiet_hours_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT quiet_hours_range CHECK (begins BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439
        AND begins <> ends)
);

CREATE FUNCTION linli.quiet_hours_of() RETURNS TABLE (begins integer, ends integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT coalesce(q.begins, 1320), coalesce(q.ends, 420)
        FROM linli.estate AS e
        LEFT JOIN linli.quiet_hours AS q ON q.estate_id = e.estate_id
        WHERE e.estate_id = linli.estate_id();
END
$$;

-- Whether it is quiet in the estate now.
CREATE FUNCTION linli.is_quiet() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    minute integer;
    rule record;
BEGIN
    SELECT extract(hour FROM t)::integer * 60 + extract(minute FROM t)::integer INTO minute
    FROM (
        SELECT linli.instant() AT TIME ZONE e.zone AS t
        FROM linli.estate AS e
        WHERE e.estate_id = linli.estate_id()) AS local;
    SELECT * INTO rule FROM linli.quiet_hours_of();
    RETURN CASE WHEN rule.begins < rule.ends THEN minute >= rule.begins AND minute < rule.ends
        ELSE minute >= rule.begins OR minute < rule.ends END;
END
$$;

-- Sets them. Verdicts: set, forbidden.
CREATE FUNCTION linli.quiet_hours_set(event uuid, new_begins integer, new_ends integer)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'forbidden';
    END IF;
    INSERT INTO linli.quiet_hours AS q (estate_id, begins, ends, changed_by, changed_at)
    VALUES (linli.estate_id(), new_begins, new_ends, linli.person_id(), linli.instant())
    ON CONFLICT ON CONSTRAINT quiet_hours_pkey DO UPDATE
        SET begins = excluded.begins, ends = excluded.ends, changed_by = excluded.changed_by,
            changed_at = excluded.changed_at;
    PERFORM linli.append_event(event, 'careList.quietHoursSet', ARRAY['estate'], '{}', '{}');
    RETURN 'set';
END
$$;

-- The classes, with how many days there are from one contact to the next.
CREATE TABLE linli.care_class (
    code text NOT NULL,
    days integer NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    CONSTRAINT care_class_pkey PRIMARY KEY (code),
    CONSTRAINT care_class_days_range CHECK (days BETWEEN 1 AND 90)
);
INSERT INTO linli.care_class (code, days, title_zh, title_en) VALUES
    ('weekly', 7, '每周一次', 'Weekly'), ('fortnightly', 14, '每两周一次', 'Fortnightly'),
    ('monthly', 30, '每月一次', 'Monthly');

-- What an estate has set otherwise.
CREATE TABLE linli.care_cadence (
    estate_id uuid NOT NULL,
    class text NOT NULL,
    days integer NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT care_cadence_pkey PRIMARY KEY (estate_id, class),
    CONSTRAINT care_cadence_class FOREIGN KEY (class) REFERENCES linli.care_class (code),
    CONSTRAINT care_cadence_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_cadence_days_range CHECK (days BETWEEN 1 AND 90)
);

CREATE FUNCTION linli.care_classes()
    RETURNS TABLE (class text, days integer, title_zh text, title_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT k.code, coalesce(c.days, k.days), k.title_zh, k.title_en
        FROM linli.care_class AS k
        LEFT JOIN linli.care_cadence AS c ON c.estate_id = linli.estate_id() AND c.class = k.code
        WHERE linli.may_read('care_list', 'care')
        ORDER BY k.days, k.code;
END
$$;

CREATE FUNCTION linli.care_days(of_class text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT coalesce(c.days, k.days)
        FROM linli.care_class AS k
        LEFT JOIN linli.care_cadence AS c ON c.estate_id = linli.estate_id() AND c.class = k.code
        WHERE k.code = of_class);
END
$$;

-- Sets a class's days; what is due already stays so. Verdicts: set, unknown, forbidden.
CREATE FUNCTION linli.care_cadence_set(event uuid, of_class text, new_days integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.may_read('care_list', 'care') THEN
        RETURN 'unknown';
    ELSIF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'forbidden';
    END IF;
    INSERT INTO linli.care_cadence AS c (estate_id, class, days, changed_by, changed_at)
    VALUES (linli.estate_id(), of_class, new_days, linli.person_id(), linli.instant())
    ON CONFLICT ON CONSTRAINT care_cadence_pkey DO UPDATE
        SET days = excluded.days, changed_by = excluded.changed_by,
            changed_at = excluded.changed_at;
    PERFORM linli.append_event(event, 'careList.cadenceSet', linli.care_offices(), '{}',
        json_build_object('class', of_class)::text);
    RETURN 'set';
END
$$;

CREATE TABLE linli.care_entry (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    class text NOT NULL,
    steward_id uuid NOT NULL,
    -- Her own consent, or the office's reason, sealed.
    basis text NOT NULL,
    because_sealed bytea,
    entered_by uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    -- From which of those named on, by their number, the turn is looked for.
    turn integer NOT NULL DEFAULT 0,
    -- The day by which she is to be reached.
    due_on date NOT NULL,
    last_contact_at timestamptz,
    last_outcome text,
    -- How often in a row she was not reached.
    misses integer NOT NULL DEFAULT 0,
    task_id uuid,
    ended_at timestamptz,
    ended_because text,
    CONSTRAINT care_entry_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT care_entry_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_entry_steward FOREIGN KEY (estate_id, steward_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_entry_entered_by FOREIGN KEY (estate_id, entered_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_entry_class FOREIGN KEY (class) REFERENCES linli.care_class (code),
    CONSTRAINT care_entry_basis_known CHECK (basis IN ('consent', 'office')),
    CONSTRAINT care_entry_because_bytes CHECK (octet_length(because_sealed) BETWEEN 33 AND 8192),
    CONSTRAINT care_entry_outcome_known
        CHECK (last_outcome IN ('well', 'needs_help', 'not_reached')),
    CONSTRAINT care_entry_misses_counted CHECK (misses >= 0 AND turn >= 0),
    CONSTRAINT care_entry_ended_whole CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
    CONSTRAINT care_entry_ended_known
        CHECK (ended_because IN ('office', 'consent', 'moved', 'dead', 'erased'))
);
CREATE UNIQUE INDEX care_entry_live ON linli.care_entry (estate_id, person_id)
    WHERE ended_at IS NULL;
CREATE INDEX care_entry_due ON linli.care_entry (estate_id, due_on, id) WHERE ended_at IS NULL;

-- Who takes turns.
CREATE TABLE linli.care_turn (
    estate_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    number integer NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT care_turn_pkey PRIMARY KEY (estate_id, entry_id, number),
    CONSTRAINT care_turn_entry FOREIGN KEY (estate_id, entry_id)
        REFERENCES linli.care_entry (estate_id, id),
    CONSTRAINT care_turn_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_turn_number_range CHECK (number BETWEEN 0 AND 19)
);
CREATE INDEX care_turn_of_person ON linli.care_turn (estate_id, person_id, entry_id);

CREATE TABLE linli.care_contact (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    entry_id uuid NOT NULL,
    person_id uuid NOT NULL,
    by_id uuid NOT NULL,
    kind text NOT NULL,
    outcome text NOT NULL,
    at timestamptz NOT NULL,
    note_sealed bytea,
    CONSTRAINT care_contact_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT care_contact_entry FOREIGN KEY (estate_id, entry_id)
        REFERENCES linli.care_entry (estate_id, id),
    CONSTRAINT care_contact_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_contact_by FOREIGN KEY (estate_id, by_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_contact_kind_known CHECK (kind IN ('visit', 'call', 'met')),
    CONSTRAINT care_contact_outcome_known CHECK (outcome IN ('well', 'needs_help', 'not_reached')),
    CONSTRAINT care_contact_note_bytes CHECK (octet_length(note_sealed) BETWEEN 33 AND 8192)
);
CREATE INDEX care_contact_of_entry ON linli.care_contact (estate_id, entry_id, id);
CREATE INDEX care_contact_of_person ON linli.care_contact (estate_id, person_id, id);

-- That one of the list did not come to a meeting: somebody calls her, and she has no mark. The steward who
-- said so sees the same as of anybody.
CREATE TABLE linli.care_call (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    thing_id uuid NOT NULL,
    claimed_by uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    ages_out_at timestamptz NOT NULL,
    CONSTRAINT care_call_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT care_call_of FOREIGN KEY (estate_id, reservation_id, person_id)
        REFERENCES linli.reservation_member (estate_id, reservation_id, person_id)
        ON UPDATE CASCADE,
    CONSTRAINT care_call_claimed_by FOREIGN KEY (estate_id, claimed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT care_call_once UNIQUE (estate_id, reservation_id, person_id),
    CONSTRAINT care_call_ages CHECK (claimed_at < ages_out_at)
);
CREATE INDEX care_call_of_thing ON linli.care_call (estate_id, thing_id, id);

INSERT INTO linli.consent_purpose (code, needs, guardian_right, is_of_adults, names_person) VALUES
    ('care_list', 'one', 'health', true, false);
INSERT INTO linli.consent_text (purpose, version, zh, en) VALUES
    ('care_list', 1, '我同意居委会和社工把我列入探访关爱名单，定期上门、打电话或碰面问候，并由他们指定的人轮流联系。名单只有居委会和社工看得到。可随时撤回，撤回后立即移出名单。',
        'I agree that the residents'' committee and its social workers keep me on the care list: that they, and those whom they name, call on me, telephone or meet me in turn. Only they read the list. I may take this back at any time; I am off the list at once.');

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere) VALUES
    ('care-due', 'social_worker', interval '1 day', '关爱名单上有一位该联系了',
        'Somebody on the care list is to be reached', true);
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('care-call', 'social_worker', interval '4 hours', '关爱名单上的一位没来参加活动，请打个电话',
        'Somebody on the care list did not come: call her'),
    ('care-help', 'social_worker', interval '1 day', '关爱名单上有一位需要帮忙',
        'Somebody on the care list needs help');

-- Whether a person is on the list now: not one who moved or died, nor one whose consent is over.
CREATE FUNCTION linli.on_care_list(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.care_entry AS e
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = e.person_id
            AND p.state IN ('active', 'away', 'in_hospital')
        WHERE e.estate_id = estate AND e.person_id = person AND e.ended_at IS NULL
            AND (e.basis = 'office' OR linli.consented(person, 'care_list')));
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['quiet_hours', 'care_class', 'care_cadence', 'care_entry',
        'care_turn', 'care_contact', 'care_call']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- Who hears of the list: the two offices. For the functions here alone.
CREATE FUNCTION linli.care_offices() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.duty_keys('residents_committee', NULL) || linli.duty_keys('social_worker', NULL);
END
$$;

-- Whether a person may answer for an entry: of one of the two offices, and not kept apart from her. For the
-- functions here alone.
CREATE FUNCTION linli.care_may_answer(elder uuid, helper uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN helper <> elder AND NOT linli.kept_apart(elder, helper) AND EXISTS (
        SELECT
        FROM unnest(ARRAY['residents_committee', 'social_worker']) AS duty
        CROSS JOIN LATERAL linli.duty_holders(duty, NULL) AS h
        WHERE h.person_id = helper);
END
$$;

-- Whether somebody may call on her now: here, grown up, not kept apart from her by a block, a protection or
-- a ban, and of an office, the leader of a stair, or verified in person. For the functions here alone.
CREATE FUNCTION linli.care_fit(elder uuid, helper uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN helper <> elder AND linli.person_available(estate, helper)
        AND NOT linli.is_child(estate, helper)
        AND NOT linli.kept_apart(elder, helper) AND NOT linli.ban_between(elder, helper)
        AND NOT linli.safety_stands(elder, helper)
        AND (linli.is_at_least(linli.level_of(estate, helper), 'in_person')
            OR EXISTS (
                SELECT
                FROM linli.role_term AS r
                WHERE r.estate_id = estate AND r.person_id = helper
                    AND r.role IN ('stair_leader', 'social_worker', 'residents_committee')
                    AND r.begins <= at AND r.ends > at));
END
$$;

-- The number of those named whose turn it is: the first who may, from the entry's own number round. For the
-- functions here alone.
CREATE FUNCTION linli.care_turn_of(entry linli.care_entry)
    RETURNS TABLE (number integer, person_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    FOR number, person_id IN
        SELECT t.number, t.person_id
        FROM linli.care_turn AS t
        WHERE t.estate_id = entry.estate_id AND t.entry_id = entry.id
        ORDER BY t.number < entry.turn, t.number
    LOOP
        IF linli.care_fit(entry.person_id, person_id) THEN
            RETURN NEXT;
            RETURN;
        END IF;
    END LOOP;
END
$$;

-- Writes who takes turns; whether all of them may. For the functions here alone.
CREATE FUNCTION linli.care_name(entry uuid, elder uuid, named uuid[]) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    DELETE FROM linli.care_turn AS t WHERE t.estate_id = estate AND t.entry_id = entry;
    INSERT INTO linli.care_turn (estate_id, entry_id, number, person_id)
    SELECT estate, entry, n.number - 1, n.id
    FROM unnest(named) WITH ORDINALITY AS n (id, number);
    RETURN true;
END
$$;

-- Whether somebody of those named may not call on her, whoever it is and why ever. For the functions here
-- alone.
CREATE FUNCTION linli.care_unfit(elder uuid, named uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM unnest(named) AS n (id) WHERE linli.care_fit(elder, n.id) IS NOT TRUE)
        OR cardinality(named) <> (SELECT count(DISTINCT n.id) FROM unnest(named) AS n (id));
END
$$;

-- Ends an entry. For the functions here alone.
CREATE FUNCTION linli.care_close(event uuid, entry uuid, why text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held linli.care_entry;
BEGIN
    UPDATE linli.care_entry AS e
    SET ended_at = linli.instant(), ended_because = why
    WHERE e.estate_id = linli.estate_id() AND e.id = entry AND e.ended_at IS NULL
    RETURNING * INTO held;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM linli.finish_task(held.task_id, 'ended');
    PERFORM linli.append_event(event, 'careList.ended',
        linli.care_offices() || ('person:' || held.person_id), '{}',
        json_build_object('entry', entry, 'because', why)::text);
    PERFORM linli.notify(event, 'care.ended', 'care', entry, '{}', ARRAY[held.person_id]);
END
$$;

-- Enters somebody, as an office. Verdicts: entered; unknown; there (she is on the list); consent (she has
-- not agreed); child; steward (that one may not answer for it); named (one of those named may not).
CREATE FUNCTION linli.care_enter(
    event uuid, new_id uuid, elder uuid, new_class text, steward uuid, named uuid[],
    reason bytea, first_due date) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    answers CONSTANT uuid := coalesce(steward, linli.person_id());
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.may_read('care_list', 'care')
        OR elder = ANY (linli.own_unseen())
    THEN
        RETURN 'unknown';
    END IF;
    -- Held, so that she does not move away or die meanwhile.
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = elder AND p.state IN ('active', 'away', 'in_hospital')
    FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF linli.is_child(estate, elder) THEN
        RETURN 'child';
    ELSIF reason IS NULL AND NOT linli.consented(elder, 'care_list') THEN
        RETURN 'consent';
    ELSIF NOT linli.care_may_answer(elder, answers) THEN
        RETURN 'steward';
    ELSIF linli.care_unfit(elder, named) THEN
        RETURN 'named';
    ELSIF first_due < linli.local_day() OR first_due > linli.local_day() + 90 THEN
        RETURN 'due';
    END IF;
    INSERT INTO linli.care_entry (estate_id, id, person_id, class, steward_id, basis,
        because_sealed, entered_by, entered_at, due_on)
    VALUES (estate, new_id, elder, new_class, answers,
        CASE WHEN reason IS NULL THEN 'consent' ELSE 'office' END, reason, linli.person_id(), at,
        coalesce(first_due, linli.local_day() + linli.care_days(new_class)))
    ON CONFLICT (estate_id, person_id) WHERE ended_at IS NULL DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    PERFORM linli.care_name(new_id, elder, named);
    PERFORM linli.append_event(event, 'careList.entered',
        linli.care_offices() || ('person:' || elder), '{}',
        json_build_object('entry', new_id, 'class', new_class)::text);
    PERFORM linli.notify(event, 'care.entered', 'care', new_id, '{}', ARRAY[elder]);
    RETURN 'entered';
END
$$;

-- Holds an entry that the principal's office may change; NULL: there is none. For the functions here alone.
CREATE FUNCTION linli.care_take(entry uuid) RETURNS linli.care_entry
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held linli.care_entry;
BEGIN
    SELECT * INTO held
    FROM linli.care_entry AS e
    WHERE e.estate_id = linli.estate_id() AND e.id = entry AND linli.beneficiary_id() IS NULL
        AND linli.may_read('care_list', 'care') AND e.person_id <> ALL (linli.own_unseen())
    FOR NO KEY UPDATE;
    RETURN held;
END
$$;

-- Changes class, steward and who takes turns; the turn begins anew. Verdicts: changed, unknown, over, steward,
-- named.
CREATE FUNCTION linli.care_change(
    event uuid, entry uuid, new_class text, steward uuid, named uuid[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held linli.care_entry := linli.care_take(entry);
BEGIN
    IF held.id IS NULL THEN
        RETURN 'unknown';
    ELSIF held.ended_at IS NOT NULL OR NOT linli.on_care_list(held.person_id) THEN
        RETURN 'over';
    ELSIF NOT linli.care_may_answer(held.person_id, steward) THEN
        RETURN 'steward';
    ELSIF linli.care_unfit(held.person_id, named) THEN
        RETURN 'named';
    END IF;
    UPDATE linli.care_entry AS e
    SET class = new_class, steward_id = steward, turn = 0,
        due_on = CASE WHEN e.class = new_class THEN e.due_on
            ELSE least(e.due_on, linli.local_day() + linli.care_days(new_class)) END
    WHERE e.estate_id = held.estate_id AND e.id = entry;
    PERFORM linli.care_name(entry, held.person_id, named);
    PERFORM linli.append_event(event, 'careList.changed',
        linli.care_offices() || ('person:' || held.person_id), '{}',
        json_build_object('entry', entry, 'class', new_class)::text);
    RETURN 'changed';
END
$$;

-- Takes somebody off the list. Verdicts: ended, unknown, over.
CREATE FUNCTION linli.care_end(event uuid, entry uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held linli.care_entry := linli.care_take(entry);
BEGIN
    IF held.id IS NULL THEN
        RETURN 'unknown';
    ELSIF held.ended_at IS NOT NULL THEN
        RETURN 'over';
    END IF;
    PERFORM linli.care_close(event, entry, 'office');
    RETURN 'ended';
END
$$;

-- Writes down a contact, as an office or one of those named who may call on her; the turn goes on to the
-- next. Who was not reached is due on the next day. Verdicts: recorded; unknown; over (the entry ended, or its
-- ground did); there (the same was written down within ten minutes: two of an office at once).
CREATE FUNCTION linli.care_record(
    event uuid, new_id uuid, entry uuid, new_kind text, new_outcome text, note bytea)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    instant CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    held linli.care_entry;
    at_turn integer;
    task uuid;
BEGIN
    SELECT * INTO held
    FROM linli.care_entry AS e
    WHERE e.estate_id = estate AND e.id = entry AND linli.beneficiary_id() IS NULL
        AND own <> e.person_id AND e.person_id <> ALL (linli.own_unseen())
        AND (linli.may_read('care_list', 'care') OR EXISTS (
            SELECT FROM linli.care_turn AS t
            WHERE t.estate_id = estate AND t.entry_id = entry AND t.person_id = own
                AND linli.care_fit(e.person_id, own)))
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF held.ended_at IS NOT NULL OR NOT linli.on_care_list(held.person_id) THEN
        RETURN 'over';
    ELSIF EXISTS (
        SELECT
        FROM linli.care_contact AS c
        WHERE c.estate_id = estate AND c.entry_id = entry AND c.kind = new_kind
            AND c.outcome = new_outcome AND c.at > instant - interval '10 minutes')
    THEN
        RETURN 'there';
    END IF;
    SELECT t.number INTO at_turn
    FROM linli.care_turn AS t
    WHERE t.estate_id = estate AND t.entry_id = entry AND t.person_id = own;
    IF at_turn IS NULL THEN
        SELECT t.number INTO at_turn FROM linli.care_turn_of(held) AS t;
    END IF;
    INSERT INTO linli.care_contact (estate_id, id, entry_id, person_id, by_id, kind, outcome, at,
        note_sealed)
    VALUES (estate, new_id, entry, held.person_id, own, new_kind, new_outcome, instant, note);
    UPDATE linli.care_entry AS e
    SET last_contact_at = CASE WHEN new_outcome = 'not_reached' THEN e.last_contact_at ELSE instant END,
        last_outcome = new_outcome, turn = coalesce(at_turn + 1, e.turn),
        misses = CASE WHEN new_outcome = 'not_reached' THEN e.misses + 1 ELSE 0 END,
        due_on = CASE WHEN new_outcome = 'not_reached'
            THEN least(e.due_on, linli.local_day() + 1)
            ELSE linli.local_day() + linli.care_days(e.class) END,
        task_id = CASE WHEN new_outcome = 'not_reached' THEN e.task_id END
    WHERE e.estate_id = estate AND e.id = entry
    RETURNING e.* INTO held;
    PERFORM linli.append_event(event, 'careList.contacted',
        linli.care_offices() || ('person:' || own), '{}',
        json_build_object('entry', entry, 'contact', new_id, 'outcome', new_outcome)::text);
    IF new_outcome <> 'not_reached' THEN
        PERFORM linli.finish_task(t.id, 'reached')
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.kind = 'care-due' AND t.about_id = entry
            AND t.finished_at IS NULL;
    ELSIF held.misses >= 2 AND NOT linli.is_quiet()
        AND linli.person_available(estate, held.person_id)
    THEN
        task := linli.raise_task('care-due', entry, held.person_id, NULL, NULL);
        UPDATE linli.care_entry AS e SET task_id = task
        WHERE e.estate_id = estate AND e.id = entry;
    END IF;
    IF new_outcome = 'needs_help' THEN
        PERFORM linli.raise_task('care-help', entry, held.person_id, NULL, NULL);
    END IF;
    RETURN 'recorded';
END
$$;

-- Reading ------------------------------------------------------------------------------------------

-- The list by due day, the most overdue first; each reading leaves its line with those who are on it. The row
-- after the page is not read.
CREATE FUNCTION linli.care_read(one uuid, after_due date, after_id uuid, rows_max bigint)
    RETURNS TABLE (number bigint, id uuid, person_id uuid, display_name text, residence_zh text,
        class text, basis text, steward_id uuid, steward_name text, turn_id uuid, turn_name text,
        due_on date, is_overdue boolean, is_paused boolean, last_contact_at timestamptz,
        last_outcome text, misses integer, entered_by uuid, entered_at timestamptz,
        because_sealed bytea, named uuid[], ended_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    unseen CONSTANT uuid[] := linli.own_unseen();
    about uuid[] := '{}';
    held linli.care_entry;
BEGIN
    IF NOT linli.may_read('care_list', 'care') THEN
        RETURN;
    END IF;
    FOR held IN
        SELECT e.*
        FROM linli.care_entry AS e
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = e.person_id
            AND (one IS NOT NULL OR p.state IN ('active', 'away', 'in_hospital'))
        WHERE e.estate_id = estate AND (e.id = one OR (one IS NULL AND e.ended_at IS NULL
                AND (e.due_on, e.id) > (after_due, after_id)
                AND (e.basis = 'office' OR linli.consented(e.person_id, 'care_list'))))
            AND e.person_id <> ALL (unseen)
        ORDER BY e.due_on, e.id
        LIMIT rows_max
    LOOP
        about := about || held.person_id;
        number := held.due_on - date '2000-01-01';
        id := held.id;
        person_id := held.person_id;
        SELECT p.display_name INTO display_name
        FROM linli.person AS p WHERE p.estate_id = estate AND p.id = held.person_id;
        residence_zh := linli.care_residence(held.person_id);
        class := held.class;
        basis := held.basis;
        steward_id := held.steward_id;
        SELECT p.display_name INTO steward_name
        FROM linli.person AS p WHERE p.estate_id = estate AND p.id = held.steward_id;
        SELECT t.person_id, p.display_name INTO turn_id, turn_name
        FROM linli.care_turn_of(held) AS t
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = t.person_id;
        due_on := held.due_on;
        is_paused := NOT linli.person_available(estate, held.person_id);
        is_overdue := held.due_on < today AND NOT is_paused;
        last_contact_at := held.last_contact_at;
        last_outcome := held.last_outcome;
        misses := held.misses;
        entered_by := held.entered_by;
        entered_at := held.entered_at;
        because_sealed := held.because_sealed;
        named := ARRAY(
            SELECT t.person_id FROM linli.care_turn AS t
            WHERE t.estate_id = estate AND t.entry_id = held.id ORDER BY t.number);
        ended_at := held.ended_at;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(CASE WHEN one IS NULL THEN about[1:rows_max - 1] ELSE about END,
        'care_list', 'care');
END
$$;

-- Where somebody lives, in words. For the functions here alone.
CREATE FUNCTION linli.care_residence(person uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN (
        SELECT concat_ws(' ', s.name_zh, p.name_zh)
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        JOIN linli.place AS p ON p.estate_id = m.estate_id AND p.id = h.residence_id
        LEFT JOIN linli.place AS s ON s.estate_id = m.estate_id AND s.id = p.stair_id
        WHERE m.estate_id = linli.estate_id() AND m.person_id = person
            AND m.role_in_household <> 'carer' AND m.begins <= at AND m.ends > at
        ORDER BY m.begins, m.id
        LIMIT 1);
END
$$;

-- The contacts of an entry that the principal's office reads; the reading is care_read's.
CREATE FUNCTION linli.care_contacts(entry uuid)
    RETURNS TABLE (id uuid, by_id uuid, kind text, outcome text, at timestamptz, note_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT c.id, c.by_id, c.kind, c.outcome, c.at, c.note_sealed
        FROM linli.care_contact AS c
        WHERE c.estate_id = linli.estate_id() AND c.entry_id = entry
            AND linli.may_read('care_list', 'care') AND c.person_id <> ALL (linli.own_unseen())
        ORDER BY c.id DESC
        LIMIT 50;
END
$$;

-- That the principal is on the list: since when, by whom, and who comes next.
CREATE FUNCTION linli.own_care()
    RETURNS TABLE (id uuid, class text, basis text, entered_at timestamptz, entered_by uuid,
        entered_name text, steward_id uuid, steward_name text, turn_id uuid, turn_name text,
        last_contact_at timestamptz, due_on date, is_paused boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT e.id, e.class, e.basis, e.entered_at, e.entered_by, n.display_name, e.steward_id,
            s.display_name, t.person_id, h.display_name, e.last_contact_at, e.due_on,
            NOT linli.person_available(estate, e.person_id)
        FROM linli.care_entry AS e
        JOIN linli.person AS n ON n.estate_id = estate AND n.id = e.entered_by
        JOIN linli.person AS s ON s.estate_id = estate AND s.id = e.steward_id
        LEFT JOIN LATERAL linli.care_turn_of(e) AS t ON true
        LEFT JOIN linli.person AS h ON h.estate_id = estate AND h.id = t.person_id
        WHERE e.estate_id = estate AND e.person_id = linli.person_id() AND e.ended_at IS NULL
            AND linli.on_care_list(e.person_id);
END
$$;

-- On whom the principal calls next: those whose turn it has.
CREATE FUNCTION linli.care_turns()
    RETURNS TABLE (id uuid, person_id uuid, display_name text, residence_zh text, due_on date,
        is_overdue boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    RETURN QUERY
        SELECT e.id, e.person_id, p.display_name, linli.care_residence(e.person_id), e.due_on,
            e.due_on < linli.local_day()
        FROM linli.care_turn AS t
        JOIN linli.care_entry AS e ON e.estate_id = estate AND e.id = t.entry_id
            AND e.ended_at IS NULL
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = e.person_id
        CROSS JOIN LATERAL linli.care_turn_of(e) AS now_at
        WHERE t.estate_id = estate AND t.person_id = own AND now_at.person_id = own
            AND linli.on_care_list(e.person_id) AND linli.person_available(estate, e.person_id)
        ORDER BY e.due_on, e.id
        LIMIT 100;
END
$$;

-- What ends and pauses it ------------------------------------------------------------------------------

-- Who moves away or dies is off the list in the same transaction.
CREATE FUNCTION linli.care_of_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.care_close(linli.fresh_id(linli.instant()), e.id, NEW.state)
    FROM linli.care_entry AS e
    WHERE e.estate_id = NEW.estate_id AND e.person_id = NEW.id AND e.ended_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER care_of_state AFTER UPDATE OF state ON linli.person
    FOR EACH ROW WHEN (NEW.state IN ('moved', 'dead') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION linli.care_of_state();

-- So is who takes its consent back.
CREATE FUNCTION linli.care_of_consent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.care_close(linli.fresh_id(linli.instant()), e.id, 'consent')
    FROM linli.care_entry AS e
    WHERE e.estate_id = NEW.estate_id AND e.person_id = NEW.subject_id AND e.ended_at IS NULL
        AND e.basis = 'consent' AND NOT linli.consented(NEW.subject_id, 'care_list');
    RETURN NULL;
END
$$;
CREATE TRIGGER care_of_consent AFTER UPDATE OF withdrawn_at ON linli.consent
    FOR EACH ROW WHEN (NEW.purpose = 'care_list' AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION linli.care_of_consent();

-- The job `care-due`: ends what has lost its ground, takes back the tasks of those who are away, and, outside
-- quiet hours, raises one for each who is overdue or was not reached twice. How many it did.
CREATE FUNCTION linli.care_sweep(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.care_entry;
    task uuid;
    event uuid;
    done bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'care-due' THEN
        RAISE EXCEPTION 'only the job care-due does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR held IN
        SELECT e.*
        FROM linli.care_entry AS e
        WHERE e.estate_id = estate AND e.ended_at IS NULL AND e.basis = 'consent'
            AND NOT linli.consented(e.person_id, 'care_list')
        LIMIT rows_max FOR NO KEY UPDATE
    LOOP
        PERFORM linli.care_close(linli.fresh_id(at), held.id, 'consent');
        done := done + 1;
    END LOOP;
    FOR held IN
        SELECT e.*
        FROM linli.care_entry AS e
        WHERE e.estate_id = estate AND e.ended_at IS NULL AND e.task_id IS NOT NULL
            AND NOT linli.person_available(estate, e.person_id)
        LIMIT rows_max FOR NO KEY UPDATE
    LOOP
        PERFORM linli.finish_task(held.task_id, 'paused');
        UPDATE linli.care_entry AS e SET task_id = NULL
        WHERE e.estate_id = estate AND e.id = held.id;
        done := done + 1;
    END LOOP;
    IF linli.is_quiet() THEN
        RETURN done;
    END IF;
    FOR held IN
        SELECT e.*
        FROM linli.care_entry AS e
        WHERE e.estate_id = estate AND e.ended_at IS NULL AND e.task_id IS NULL
            AND (e.due_on < linli.local_day() OR e.misses >= 2)
            AND linli.person_available(estate, e.person_id)
        ORDER BY e.due_on, e.id
        LIMIT rows_max FOR NO KEY UPDATE
    LOOP
        event := linli.fresh_id(at);
        task := linli.raise_task('care-due', held.id, held.person_id, NULL, NULL);
        UPDATE linli.care_entry AS e SET task_id = task
        WHERE e.estate_id = estate AND e.id = held.id;
        PERFORM linli.append_event(event, 'careList.due', linli.care_offices(), '{}',
            json_build_object('entry', held.id)::text);
        done := done + 1;
    END LOOP;
    RETURN done;
END
$$;

-- No-shows -----------------------------------------------------------------------------------------------

-- Takes a claim that one of the list did not come as a reason to call her. Verdicts: none (she is not on it:
-- it is a claim as any); called; there (it was claimed already).
CREATE FUNCTION linli.care_claim(
    new_id uuid, reservation uuid, person uuid, thing uuid, counts_days integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT linli.is_steward(thing) THEN
        RETURN 'none';
    ELSIF EXISTS (
        SELECT FROM linli.care_call AS c
        WHERE c.estate_id = estate AND c.reservation_id = reservation AND c.person_id = person)
        OR EXISTS (
        SELECT FROM linli.no_show AS n
        WHERE n.estate_id = estate AND n.reservation_id = reservation AND n.person_id = person)
    THEN
        RETURN 'there';
    ELSIF NOT linli.on_care_list(person) THEN
        RETURN 'none';
    END IF;
    INSERT INTO linli.care_call (estate_id, id, reservation_id, person_id, thing_id, claimed_by,
        claimed_at, ages_out_at)
    VALUES (estate, new_id, reservation, person, thing, linli.person_id(), at,
        at + counts_days * interval '1 day')
    ON CONFLICT ON CONSTRAINT care_call_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    PERFORM linli.raise_task('care-call', new_id, person, NULL, NULL);
    RETURN 'called';
END
$$;

-- As before, and after a call as after a claim: roll-call does not tell the two apart.
CREATE OR REPLACE FUNCTION linli.attendance_write(reservation uuid, person uuid, new_step text)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    taken record;
BEGIN
    SELECT r.state, m.checked_in_at, m.checked_out_at
    INTO taken
    FROM linli.reservation_member AS m
    JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = m.reservation_id
    WHERE m.estate_id = estate AND m.reservation_id = reservation AND m.person_id = person
        AND m.is_live
    FOR UPDATE OF m;
    IF NOT FOUND THEN
        RETURN 'gone';
    ELSIF taken.state <> 'confirmed' THEN
        RETURN 'not_confirmed';
    ELSIF EXISTS (
        SELECT
        FROM linli.no_show AS n
        WHERE n.estate_id = estate AND n.reservation_id = reservation AND n.person_id = person)
        OR EXISTS (
        SELECT
        FROM linli.care_call AS c
        WHERE c.estate_id = estate AND c.reservation_id = reservation AND c.person_id = person)
    THEN
        RETURN 'claimed';
    ELSIF new_step = 'in' THEN
        IF taken.checked_in_at IS NOT NULL THEN
            RETURN 'already';
        END IF;
        UPDATE linli.reservation_member AS m
        SET checked_in_at = linli.instant()
        WHERE m.estate_id = estate AND m.reservation_id = reservation AND m.person_id = person;
    ELSE
        IF taken.checked_in_at IS NULL THEN
            RETURN 'not_in';
        ELSIF taken.checked_out_at IS NOT NULL THEN
            RETURN 'already';
        END IF;
        UPDATE linli.reservation_member AS m
        SET checked_out_at = linli.instant()
        WHERE m.estate_id = estate AND m.reservation_id = reservation AND m.person_id = person;
    END IF;
    RETURN 'done';
END
$$;

-- As before, and a call instead of a claim for the stewards alone, to whom it looks the same.
CREATE OR REPLACE FUNCTION linli.no_shows_seen(
    wanted uuid, view text, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, occurrence_id uuid, activity_id uuid, reservation_id uuid,
        person_id uuid, display_name text, claimed_at timestamptz, answer text,
        answered_at timestamptz, answer_note text, appealed_at timestamptz, decision text,
        decided_at timestamptz, decision_note text, ages_out_at timestamptz, holder_id uuid,
        capacity_id uuid, claimed_by uuid, may_decide boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
    at CONSTANT timestamptz := linli.instant();
    is_self CONSTANT boolean := linli.beneficiary_id() IS NULL;
    judges CONSTANT boolean := is_self AND linli.has_role('residents_committee');
    things CONSTANT uuid[] := CASE WHEN is_self
        THEN ARRAY(SELECT linli.own_things()) ELSE '{}' END;
    apart CONSTANT uuid[] := linli.own_apart();
    unseen CONSTANT uuid[] := linli.own_unseen();
    found_ids uuid[];
BEGIN
    IF wanted IS NOT NULL THEN
        found_ids := ARRAY[wanted];
    ELSIF view = 'own' THEN
        found_ids := ARRAY(
            SELECT n.id
            FROM linli.no_show AS n
            WHERE n.estate_id = estate AND n.person_id = subject
            UNION
            SELECT n.id
            FROM linli.reservation AS r
            JOIN linli.no_show AS n ON n.estate_id = estate AND n.reservation_id = r.id
            WHERE r.estate_id = estate AND r.holder_id = subject);
    ELSIF view = 'organised' THEN
        found_ids := ARRAY(
            SELECT n.id
            FROM linli.no_show AS n
            JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = n.reservation_id
            WHERE n.estate_id = estate AND n.thing_id = ANY (things)
                AND n.id < before AND n.person_id <> ALL (apart) AND r.holder_id <> ALL (apart)
            ORDER BY n.id DESC
            LIMIT rows_max) || ARRAY(
            SELECT n.id
            FROM linli.care_call AS n
            WHERE n.estate_id = estate AND n.thing_id = ANY (things) AND n.id < before
            ORDER BY n.id DESC
            LIMIT rows_max);
    ELSIF view = 'appeals' AND judges THEN
        found_ids := ARRAY(
            SELECT n.id
            FROM linli.no_show AS n
            WHERE n.estate_id = estate AND n.appealed_at IS NOT NULL AND n.decision IS NULL);
    END IF;
    RETURN QUERY
        SELECT n.id, c.subject_id, n.thing_id, n.reservation_id, n.person_id, p.display_name,
            n.claimed_at, n.answer, n.answered_at, n.answer_note, n.appealed_at, n.decision,
            n.decided_at, n.decision_note, n.ages_out_at, r.holder_id, r.capacity_id,
            n.claimed_by, judges
        FROM (
            SELECT s.id, s.estate_id, s.thing_id, s.reservation_id, s.person_id, s.claimed_at,
                s.answer, s.answered_at, s.answer_note, s.appealed_at, s.decision, s.decided_at,
                s.decision_note, s.ages_out_at, s.claimed_by, false AS is_call
            FROM linli.no_show AS s
            WHERE s.estate_id = estate AND s.id = ANY (found_ids)
            UNION ALL
            SELECT c.id, c.estate_id, c.thing_id, c.reservation_id, c.person_id, c.claimed_at,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.ages_out_at, c.claimed_by, true
            FROM linli.care_call AS c
            WHERE c.estate_id = estate AND c.id = ANY (found_ids)
        ) AS n
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = n.reservation_id
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = n.person_id
        WHERE n.estate_id = estate AND n.id = ANY (found_ids) AND n.id < before
            AND n.person_id <> ALL (unseen) AND r.holder_id <> ALL (unseen)
            AND (wanted IS NOT NULL OR n.ages_out_at > at)
            AND ((NOT n.is_call AND subject IN (n.person_id, r.holder_id))
                OR (n.thing_id = ANY (things)
                    AND n.person_id <> ALL (apart) AND r.holder_id <> ALL (apart))
                OR (judges AND n.appealed_at IS NOT NULL))
        ORDER BY n.id DESC
        LIMIT least(rows_max, 101);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.quiet_hours_of(), linli.quiet_hours_set(uuid, integer, integer), linli.care_classes(),
    linli.care_cadence_set(uuid, text, integer),
    linli.care_enter(uuid, uuid, uuid, text, uuid, uuid[], bytea, date),
    linli.care_change(uuid, uuid, text, uuid, uuid[]), linli.care_end(uuid, uuid),
    linli.care_record(uuid, uuid, uuid, text, text, bytea),
    linli.care_read(uuid, date, uuid, bigint), linli.care_contacts(uuid), linli.own_care(),
    linli.care_turns(), linli.care_sweep(integer),
    linli.care_claim(uuid, uuid, uuid, uuid, integer)
    TO linli;

INSERT INTO linli.sealed_column (source, field) VALUES
    ('care_entry', 'because_sealed'), ('care_contact', 'note_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('quiet_hours', 'changed_by', 'stay'), ('care_cadence', 'changed_by', 'stay'),
    ('care_entry', 'person_id', 'move'), ('care_entry', 'steward_id', 'move'),
    ('care_entry', 'entered_by', 'stay'), ('care_turn', 'person_id', 'move'),
    ('care_contact', 'person_id', 'move'), ('care_contact', 'by_id', 'stay'),
    ('care_call', 'claimed_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('quiet_hours', 'changed_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'ledger'),
    ('care_cadence', 'changed_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'ledger'),
    ('care_entry', 'entered_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'care'),
    ('care_entry', 'steward_id', 'doer', '谁负责', 'Who answers for it', NULL, 'keep', NULL, 'care'),
    ('care_turn', 'person_id', 'doer', '谁轮流联系', 'Who takes turns', NULL, 'keep', NULL, 'care'),
    ('care_contact', 'by_id', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'care'),
    ('care_call', 'claimed_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'party'),
    ('care_call', 'person_id', 'yes', '没来活动时的问候', 'Calls because one did not come',
        'r.id, r.claimed_at', 'keep', NULL, 'party'),
    ('care_entry', 'person_id', 'yes', '探访关爱名单', 'The care list',
        'r.id, r.class, r.basis, r.entered_at, r.last_contact_at, r.due_on, r.ended_at,
            r.ended_because', 'blank',
        'because_sealed = NULL, ended_at = coalesce(r.ended_at, linli.instant()),
            ended_because = coalesce(r.ended_because, ''erased'')', 'care'),
    ('care_contact', 'person_id', 'yes', '探访和联系', 'Visits and calls to one',
        'r.id, r.kind, r.outcome, r.at', 'blank', 'note_sealed = NULL', 'care');
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('care', '探访关爱（结束后）', 'The care list, after an entry''s end', '365 days', '30 days',
    '1096 days', '敏感个人信息，办完即可删（个人信息保护法第十九条）',
    'sensitive; no longer than needed (PIPL art. 19)');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('care', 1, 'care_contact', 'EXISTS (SELECT FROM linli.care_entry AS e
        WHERE e.estate_id = r.estate_id AND e.id = r.entry_id AND e.ended_at < $1)', NULL),
    ('care', 2, 'care_turn', 'EXISTS (SELECT FROM linli.care_entry AS e
        WHERE e.estate_id = r.estate_id AND e.id = r.entry_id AND e.ended_at < $1)', NULL),
    ('care', 3, 'care_entry', 'r.ended_at < $1 AND NOT EXISTS (
        SELECT FROM linli.care_contact AS c
        WHERE c.estate_id = r.estate_id AND c.entry_id = r.id) AND NOT EXISTS (
        SELECT FROM linli.care_turn AS t
        WHERE t.estate_id = r.estate_id AND t.entry_id = r.id)', NULL),
    -- Before the places that they are about.
    ('party', 0, 'care_call', 'r.ages_out_at < $1', NULL);
