-- Daily check (每日平安): by choice, somebody says each day that she is well; what happens when she has not said
-- so by her hour. docs/help/care-list.md has the rules.

CREATE TABLE linli.daily_check (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The minute of the estate's day by which she says it; what follows stays within the day.
    minute integer NOT NULL,
    since timestamptz NOT NULL,
    -- The last day on which it was said, or for which nothing is asked any more.
    said_on date NOT NULL,
    said_by uuid,
    -- What was done on which day because it was not said: 1 she was reminded, 2 those she named were told,
    -- 3 a task was raised.
    missed_on date,
    stage integer NOT NULL DEFAULT 0,
    task_id uuid,
    CONSTRAINT daily_check_pkey PRIMARY KEY (estate_id, person_id),
    CONSTRAINT daily_check_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT daily_check_said_by FOREIGN KEY (estate_id, said_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT daily_check_minute_range CHECK (minute BETWEEN 0 AND 1320),
    CONSTRAINT daily_check_stage_range CHECK (stage BETWEEN 0 AND 3)
);
CREATE INDEX daily_check_due ON linli.daily_check (estate_id, minute);

-- Whom she wants told.
CREATE TABLE linli.daily_check_told (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    told_id uuid NOT NULL,
    CONSTRAINT daily_check_told_pkey PRIMARY KEY (estate_id, person_id, told_id),
    CONSTRAINT daily_check_told_of FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.daily_check (estate_id, person_id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT daily_check_told_person FOREIGN KEY (estate_id, told_id)
        REFERENCES linli.person (estate_id, id)
);
CREATE INDEX daily_check_told_of_person ON linli.daily_check_told (estate_id, told_id);

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere) VALUES
    ('daily-check-missed', 'social_worker', interval '1 hour', '一位居民今天没有报平安，请联系',
        'A resident has not said today that she is well: reach her', false);

-- The minute of the estate's day. For the functions here alone.
CREATE FUNCTION linli.local_minute() RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT extract(hour FROM t)::integer * 60 + extract(minute FROM t)::integer
        FROM (
            SELECT linli.instant() AT TIME ZONE e.zone AS t
            FROM linli.estate AS e
            WHERE e.estate_id = linli.estate_id()) AS local);
END
$$;

-- Whether somebody may be told of her: grown up and here, of her household, tied to her, or the one who
-- answers for her on the care list; and not kept apart from her. For the functions here alone.
CREATE FUNCTION linli.daily_check_may_tell(person uuid, other uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN person <> other AND NOT linli.is_child(estate, other)
        AND NOT linli.kept_apart(person, other) AND NOT linli.ban_between(person, other)
        AND NOT linli.safety_stands(person, other)
        AND EXISTS (
            SELECT FROM linli.person AS p
            WHERE p.estate_id = estate AND p.id = other AND p.claimed_at IS NOT NULL
                AND p.state IN ('active', 'away', 'in_hospital'))
        AND (EXISTS (
            SELECT FROM linli.confirmed_ties(person) AS t WHERE t.person_id = other)
        OR EXISTS (
            SELECT
            FROM linli.membership AS hers
            JOIN linli.membership AS theirs ON theirs.estate_id = estate
                AND theirs.household_id = hers.household_id
            WHERE hers.estate_id = estate AND hers.person_id = person AND hers.begins <= at
                AND hers.ends > at AND theirs.person_id = other AND theirs.begins <= at
                AND theirs.ends > at)
        OR EXISTS (
            SELECT FROM linli.care_entry AS e
            WHERE e.estate_id = estate AND e.person_id = person AND e.ended_at IS NULL
                AND e.steward_id = other));
END
$$;

-- Those who are told now. For the functions here alone.
CREATE FUNCTION linli.daily_check_tells(person uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT t.told_id
        FROM linli.daily_check_told AS t
        WHERE t.estate_id = linli.estate_id() AND t.person_id = person
            AND linli.daily_check_may_tell(person, t.told_id)
        ORDER BY t.told_id);
END
$$;

-- Begins it, or changes it; from the next time on that its hour comes. Verdicts: set; unknown; told (one of
-- those may not be told).
CREATE FUNCTION linli.daily_check_set(event uuid, new_minute integer, told uuid[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    today CONSTANT date := linli.local_day();
    settled CONSTANT date := CASE WHEN linli.local_minute() >= new_minute THEN today
        ELSE today - 1 END;
    before uuid;
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL OR linli.is_child(estate, own) THEN
        RETURN 'unknown';
    ELSIF EXISTS (
        SELECT FROM unnest(told) AS t (id) WHERE NOT linli.daily_check_may_tell(own, t.id))
    THEN
        RETURN 'told';
    END IF;
    SELECT c.task_id INTO before
    FROM linli.daily_check AS c
    WHERE c.estate_id = estate AND c.person_id = own
    FOR NO KEY UPDATE;
    INSERT INTO linli.daily_check AS c (estate_id, person_id, minute, since, said_on)
    VALUES (estate, own, new_minute, linli.instant(), settled)
    ON CONFLICT ON CONSTRAINT daily_check_pkey DO UPDATE
        SET minute = excluded.minute, said_on = greatest(c.said_on, excluded.said_on), stage = 0,
            missed_on = NULL, task_id = NULL;
    PERFORM linli.finish_task(before, 'changed');
    DELETE FROM linli.daily_check_told AS t WHERE t.estate_id = estate AND t.person_id = own;
    INSERT INTO linli.daily_check_told (estate_id, person_id, told_id)
    SELECT DISTINCT estate, own, t.id FROM unnest(told) AS t (id);
    PERFORM linli.append_event(event, 'dailyCheck.set', ARRAY['person:' || own], '{}', '{}');
    RETURN 'set';
END
$$;

-- Ends it at once. Verdicts: ended, unknown.
CREATE FUNCTION linli.daily_check_end(event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
    task uuid;
BEGIN
    DELETE FROM linli.daily_check AS c
    WHERE c.estate_id = linli.estate_id() AND c.person_id = own AND linli.beneficiary_id() IS NULL
    RETURNING c.task_id INTO task;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.finish_task(task, 'ended');
    PERFORM linli.append_event(event, 'dailyCheck.ended', ARRAY['person:' || own], '{}', '{}');
    RETURN 'ended';
END
$$;

-- Whether the principal may say it for her: of her household and grown up, her delegate, one whom she named,
-- or an office that reads the care list, such as at its desk. For the functions here alone.
CREATE FUNCTION linli.daily_check_speaks(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
BEGIN
    RETURN own IS NOT NULL AND linli.beneficiary_id() IS NULL
        AND person <> ALL (linli.own_unseen()) AND (
            own = person OR linli.may_read('care_list', 'care')
            OR own = ANY (linli.daily_check_tells(person))
            OR (NOT linli.kept_apart(person, own) AND (EXISTS (
                SELECT FROM linli.delegation AS d
                WHERE d.estate_id = estate AND d.doer_id = own AND d.beneficiary_id = person
                    AND d.begins <= at AND d.ends > at)
            OR (NOT linli.is_child(estate, own) AND EXISTS (
                SELECT
                FROM linli.membership AS hers
                JOIN linli.membership AS mine ON mine.estate_id = estate
                    AND mine.household_id = hers.household_id
                WHERE hers.estate_id = estate AND hers.person_id = person AND hers.begins <= at
                    AND hers.ends > at AND mine.person_id = own AND mine.begins <= at
                    AND mine.ends > at)))));
END
$$;

-- Says that she is well today; those who had been told hear it, and the task ends. Once a day is enough: a
-- second time changes nothing. Verdicts: said, again, unknown.
CREATE FUNCTION linli.daily_check_say(event uuid, person uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    today CONSTANT date := linli.local_day();
    whom CONSTANT uuid := coalesce(person, own);
    held linli.daily_check;
    told uuid[] := '{}';
BEGIN
    IF linli.daily_check_speaks(whom) IS NOT TRUE THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO held
    FROM linli.daily_check AS c
    WHERE c.estate_id = estate AND c.person_id = whom
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF held.said_on = today AND held.said_by IS NOT NULL THEN
        RETURN 'again';
    END IF;
    UPDATE linli.daily_check AS c
    SET said_on = today, said_by = own, stage = 0, missed_on = NULL, task_id = NULL
    WHERE c.estate_id = estate AND c.person_id = whom;
    PERFORM linli.finish_task(held.task_id, 'said');
    IF held.missed_on = today AND held.stage >= 2 THEN
        told := linli.daily_check_tells(whom);
    END IF;
    PERFORM linli.append_event(event, 'dailyCheck.said',
        ARRAY['person:' || whom] || ARRAY(SELECT 'person:' || t FROM unnest(told) AS t), '{}',
        json_build_object('person', whom)::text, CASE WHEN own <> whom THEN whom END);
    PERFORM linli.notify(event, 'dailyCheck.said', 'person', whom, '{}', told || whom);
    RETURN 'said';
END
$$;

-- The principal's own.
CREATE FUNCTION linli.own_daily_check()
    RETURNS TABLE (minute integer, told uuid[], since timestamptz, said_on date, is_said boolean,
        is_paused boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT c.minute, linli.daily_check_tells(c.person_id), c.since,
            CASE WHEN c.said_by IS NOT NULL THEN c.said_on END,
            c.said_on = linli.local_day() AND c.said_by IS NOT NULL,
            NOT linli.person_available(estate, c.person_id)
        FROM linli.daily_check AS c
        WHERE c.estate_id = estate AND c.person_id = linli.person_id();
END
$$;

-- The job `daily-check`: a step for each who has not said it: at her hour she is reminded, half an hour later
-- those she named are told, an hour later it is a task. Of steps that a stop of the server has passed over the last
-- is taken, and those before it with it. How many there were.
CREATE FUNCTION linli.daily_check_sweep(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    now_minute CONSTANT integer := linli.local_minute();
    held linli.daily_check;
    was integer;
    becomes integer;
    event uuid;
    told uuid[];
    task uuid;
    done bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'daily-check' THEN
        RAISE EXCEPTION 'only the job daily-check does this'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR held IN
        SELECT c.*
        FROM linli.daily_check AS c
        WHERE c.estate_id = estate AND c.minute <= now_minute AND c.said_on < today
            AND least((now_minute - c.minute) / 30 + 1, 3)
                > CASE WHEN c.missed_on = today THEN c.stage ELSE 0 END
            AND linli.person_available(estate, c.person_id)
        ORDER BY c.minute, c.person_id
        LIMIT rows_max FOR NO KEY UPDATE
    LOOP
        was := CASE WHEN held.missed_on = today THEN held.stage ELSE 0 END;
        becomes := least((now_minute - held.minute) / 30 + 1, 3);
        task := CASE WHEN held.missed_on = today THEN held.task_id END;
        IF was < 1 THEN
            event := linli.fresh_id(at);
            PERFORM linli.append_event(event, 'dailyCheck.reminded',
                ARRAY['person:' || held.person_id], '{}', '{}');
            PERFORM linli.notify(event, 'dailyCheck.reminded', 'person', held.person_id, '{}',
                ARRAY[held.person_id]);
        END IF;
        IF was < 2 AND becomes >= 2 THEN
            told := linli.daily_check_tells(held.person_id);
            event := linli.fresh_id(at);
            PERFORM linli.append_event(event, 'dailyCheck.told',
                ARRAY['person:' || held.person_id]
                    || ARRAY(SELECT 'person:' || t FROM unnest(told) AS t), '{}',
                json_build_object('person', held.person_id)::text);
            PERFORM linli.notify(event, 'dailyCheck.told', 'person', held.person_id, '{}', told);
        END IF;
        IF becomes >= 3 THEN
            task := linli.raise_task('daily-check-missed', NULL, held.person_id, NULL, NULL);
            event := linli.fresh_id(at);
            PERFORM linli.append_event(event, 'dailyCheck.missed', linli.care_offices(), '{}',
                json_build_object('task', task)::text);
        END IF;
        UPDATE linli.daily_check AS c
        SET missed_on = today, stage = becomes, task_id = task
        WHERE c.estate_id = estate AND c.person_id = held.person_id;
        done := done + 1;
    END LOOP;
    RETURN done;
END
$$;

-- Who moves away or dies is asked no more.
CREATE FUNCTION linli.daily_check_of_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    DELETE FROM linli.daily_check AS c WHERE c.estate_id = NEW.estate_id AND c.person_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER daily_check_of_state AFTER UPDATE OF state ON linli.person
    FOR EACH ROW WHEN (NEW.state IN ('moved', 'dead') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION linli.daily_check_of_state();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['daily_check', 'daily_check_told']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.daily_check_set(uuid, integer, uuid[]), linli.daily_check_end(uuid),
    linli.daily_check_say(uuid, uuid), linli.own_daily_check(), linli.daily_check_sweep(integer)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('daily_check', 'person_id', 'move'), ('daily_check', 'said_by', 'stay'),
    ('daily_check_told', 'told_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('daily_check', 'person_id', 'yes', '每日平安', 'The daily check',
        'r.minute, r.since, r.said_on', 'delete', NULL, 'person'),
    ('daily_check', 'said_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'person'),
    ('daily_check_told', 'told_id', 'confidence', '谁请求通知您', 'Who wants one told', NULL, 'delete',
        NULL, 'person');
