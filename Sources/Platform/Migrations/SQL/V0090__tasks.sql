-- Tasks (待办): what a role on duty at a place has to see to.
--
-- A task goes to the holders of its kind's duty role at its place. One takes it; what nobody takes
-- by its due time falls to its stand-in, then climbs to the next role. Whoever is concerned herself
-- never gets it, and sees nothing of it (`linli.may_handle`).
--
-- A feature adds its kinds in a migration of its own, raises tasks with `linli.raise_task` and ends
-- them with `linli.finish_task`.

CREATE TABLE linli.task_kind (
    code text NOT NULL,
    -- Who has to see to it, within which time.
    duty_role linli.role_code NOT NULL,
    due interval NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    -- The roles that it climbs to, one after another.
    climbs_to text[] NOT NULL DEFAULT '{residents_committee,subdistrict_officer}',
    -- Its feature ends it when it is decided there; nobody ends it by hand.
    is_decided_elsewhere boolean NOT NULL DEFAULT false,
    CONSTRAINT task_kind_pkey PRIMARY KEY (code),
    CONSTRAINT task_kind_code CHECK (code ~ '^[a-z][a-z-]{0,39}$'),
    CONSTRAINT task_kind_due CHECK (due BETWEEN interval '1 minute' AND interval '90 days'),
    CONSTRAINT task_kind_titles CHECK (char_length(title_zh) BETWEEN 1 AND 60
        AND char_length(title_en) BETWEEN 1 AND 100),
    CONSTRAINT task_kind_climbs CHECK (cardinality(climbs_to) <= 4)
);
ALTER TABLE linli.task_kind ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.task_kind FORCE ROW LEVEL SECURITY;
CREATE POLICY task_kind_owner ON linli.task_kind TO linli_owner USING (true) WITH CHECK (true);
CREATE POLICY task_kind_read ON linli.task_kind FOR SELECT TO linli
    USING ((SELECT linli.principal_kind()) IS NOT NULL);
GRANT SELECT ON linli.task_kind TO linli;

CREATE TABLE linli.task (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    -- The thing that it is about, and the person.
    about_id uuid,
    subject_id uuid,
    -- Others who are concerned themselves: the subject's counterpart, an author, who asked.
    concerned uuid[] NOT NULL DEFAULT '{}',
    place_id uuid,
    raised_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    -- The role that has it now, and the keys that open it: of each role that it came to.
    role linli.role_code NOT NULL,
    audience text[] NOT NULL,
    -- The roles that it can still climb to, and when, if nobody takes it; never: 'infinity'.
    climbs_to text[] NOT NULL,
    climbs_at timestamptz NOT NULL,
    stand_in_id uuid,
    -- Whether it has fallen to its stand-in.
    is_stand_ins boolean NOT NULL DEFAULT false,
    taken_by uuid,
    taken_at timestamptz,
    finished_at timestamptz,
    finished_by uuid,
    outcome text,
    -- What the steward wrote, under the estate's key.
    note_sealed bytea,
    CONSTRAINT task_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT task_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT task_of_kind FOREIGN KEY (kind) REFERENCES linli.task_kind (code),
    CONSTRAINT task_subject FOREIGN KEY (estate_id, subject_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT task_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT task_stand_in FOREIGN KEY (estate_id, stand_in_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT task_taken_by FOREIGN KEY (estate_id, taken_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT task_finished_by FOREIGN KEY (estate_id, finished_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT task_concerned_count CHECK (cardinality(concerned) <= 32
        AND array_position(concerned, NULL) IS NULL),
    CONSTRAINT task_audience_count CHECK (cardinality(audience) BETWEEN 1 AND 64),
    CONSTRAINT task_forward CHECK (raised_at < due_at),
    CONSTRAINT task_taken_whole CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
    CONSTRAINT task_finished_whole CHECK ((finished_at IS NULL) = (outcome IS NULL)),
    CONSTRAINT task_outcome_code CHECK (outcome ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT task_note_bytes CHECK (octet_length(note_sealed) BETWEEN 33 AND 16384)
);
CREATE UNIQUE INDEX task_open_once ON linli.task (estate_id, kind, about_id, subject_id)
    NULLS NOT DISTINCT WHERE finished_at IS NULL;
CREATE INDEX task_of_subject ON linli.task (estate_id, subject_id);
CREATE INDEX task_to_climb ON linli.task (estate_id, climbs_at)
    WHERE finished_at IS NULL AND taken_by IS NULL;
CREATE INDEX task_taken ON linli.task (estate_id, taken_by) WHERE finished_at IS NULL;

-- A steward's no; she is told of the task no more.
CREATE TABLE linli.task_refusal (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    task_id uuid NOT NULL,
    person_id uuid NOT NULL,
    at timestamptz NOT NULL,
    because text NOT NULL,
    note_sealed bytea,
    CONSTRAINT task_refusal_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT task_refusal_once UNIQUE (estate_id, task_id, person_id),
    CONSTRAINT task_refusal_task FOREIGN KEY (estate_id, task_id)
        REFERENCES linli.task (estate_id, id),
    CONSTRAINT task_refusal_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT task_refusal_because CHECK (because IN ('busy', 'too_near', 'not_mine', 'other')),
    CONSTRAINT task_refusal_note_bytes CHECK (octet_length(note_sealed) BETWEEN 33 AND 16384)
);

-- Who holds what duty ---------------------------------------------------------------------------

-- The places that a role must be held at to have a duty at this place, the nearest first: the place
-- and those above it. For the functions here alone.
CREATE FUNCTION linli.duty_places(place uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT up.id
        FROM linli.place AS p
        CROSS JOIN LATERAL (VALUES
            (1, p.id), (2, p.parent_id), (3, p.floor_id), (4, p.stair_id), (5, p.building_id)
        ) AS up (distance, id)
        WHERE p.estate_id = linli.estate_id() AND p.id = place AND up.id IS NOT NULL
        GROUP BY up.id
        ORDER BY min(up.distance);
END
$$;

-- Who holds a role now at a place (NULL: over the estate), there, above it or above the estate, and
-- is there; `rank` 1 for the nearest. For the functions here alone.
CREATE FUNCTION linli.duty_holders(duty text, place uuid)
    RETURNS TABLE (person_id uuid, rank bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        WITH near AS (
            SELECT n.id, n.number
            FROM linli.duty_places(place) WITH ORDINALITY AS n (id, number)
        ), holder AS (
            SELECT r.person_id, coalesce(near.number, 100) AS number
            FROM linli.role_term AS r
            LEFT JOIN near ON near.id = r.place_id
            WHERE r.estate_id = estate AND r.role = duty AND r.begins <= at AND r.ends > at
                AND (r.place_id IS NULL OR near.id IS NOT NULL)
            UNION ALL
            SELECT p.id, 200
            FROM linli.account_role_term AS t
            JOIN linli.person AS p ON p.estate_id = estate AND p.account_id = t.account_id
            WHERE t.role = duty AND t.begins <= at AND t.ends > at
                AND linli.holds_above(t.account_id, estate, at, ARRAY[duty])
        )
        SELECT h.person_id, min(h.number)::bigint
        FROM holder AS h
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = h.person_id
        WHERE p.state = 'active'
        GROUP BY h.person_id;
END
$$;

-- The keys of those holders, whoever they are at the time of reading. For the functions here alone.
CREATE FUNCTION linli.duty_keys(duty text, place uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN ARRAY(
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT n.id, n.parent_id
            FROM linli.estate AS e JOIN linli.node AS n ON n.id = e.node_id
            WHERE e.estate_id = estate
            UNION ALL
            SELECT n.id, n.parent_id
            FROM above JOIN linli.node AS n ON n.id = above.parent_id
        )
        SELECT 'role:' || duty || '@' || node.id
        FROM (
            SELECT estate AS id
            UNION
            SELECT above.id FROM above
            UNION
            SELECT near FROM linli.duty_places(place) AS near
        ) AS node);
END
$$;

-- Whether a person may handle a task: not what is about herself or her household, nor what concerns
-- her otherwise. THE predicate: lists, notices, taking and climbing all ask it.
CREATE FUNCTION linli.may_handle(task uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN person IS NOT NULL AND EXISTS (
        SELECT
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.id = task
            AND t.subject_id IS DISTINCT FROM person
            AND person <> ALL (t.concerned)
            AND NOT EXISTS (
                SELECT
                FROM linli.membership AS own
                JOIN linli.membership AS theirs ON theirs.estate_id = own.estate_id
                    AND theirs.household_id = own.household_id
                WHERE own.estate_id = estate AND own.person_id = person
                    AND theirs.person_id = t.subject_id
                    AND own.begins <= at AND own.ends > at
                    AND theirs.begins <= at AND theirs.ends > at));
END
$$;

-- Who has a task of this role and place to see to, is not away, and has not said no; the nearest on duty first,
-- then who has least to do. For the functions here alone.
CREATE FUNCTION linli.task_stewards(wanted linli.task, duty text)
    RETURNS TABLE (person_id uuid, rank bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT h.person_id, h.rank
        FROM linli.duty_holders(duty, wanted.place_id) AS h
        WHERE linli.may_handle(wanted.id, h.person_id)
            AND linli.person_available(wanted.estate_id, h.person_id)
            AND NOT EXISTS (
                SELECT
                FROM linli.task_refusal AS no
                WHERE no.estate_id = wanted.estate_id AND no.task_id = wanted.id
                    AND no.person_id = h.person_id)
        ORDER BY h.rank, (
            SELECT count(*)
            FROM linli.task AS other
            WHERE other.estate_id = wanted.estate_id AND other.taken_by = h.person_id
                AND other.finished_at IS NULL), h.person_id
        LIMIT 60;
END
$$;

-- Telling ---------------------------------------------------------------------------------------

-- Writes an event of a task, and tells these persons. It opens to the roles that have it; where one
-- of their holders may not handle it, to the others by name. For the functions here alone.
CREATE FUNCTION linli.tell_of_task(wanted linli.task, what text, event uuid, told uuid[])
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    instant CONSTANT timestamptz := linli.instant();
    opened text[] := wanted.audience;
    roles CONSTANT text[] := ARRAY(
        SELECT DISTINCT split_part(split_part(key, '@', 1), ':', 2)
        FROM unnest(wanted.audience) AS key);
    id uuid := coalesce(event, linli.fresh_id(instant));
BEGIN
    IF EXISTS (
        SELECT
        FROM unnest(roles) AS role
        CROSS JOIN LATERAL linli.duty_holders(role, wanted.place_id) AS h
        WHERE NOT linli.may_handle(wanted.id, h.person_id))
    THEN
        opened := ARRAY(
            SELECT DISTINCT 'person:' || h.person_id
            FROM unnest(roles) AS role
            CROSS JOIN LATERAL linli.duty_holders(role, wanted.place_id) AS h
            WHERE linli.may_handle(wanted.id, h.person_id)
            LIMIT 60);
        IF opened = '{}' THEN
            RETURN;
        END IF;
    END IF;
    PERFORM linli.append_event(id, 'task.' || what, opened,
        CASE WHEN wanted.subject_id IS NULL THEN '{}' ELSE ARRAY[wanted.subject_id] END,
        json_build_object('task', wanted.id, 'kind', wanted.kind)::text);
    PERFORM linli.notify(id, 'task.' || what, 'task', wanted.id,
        json_build_object('until', wanted.due_at)::text, told);
END
$$;

-- Runs as nobody in particular what a function here does: who raised a task stays in the event of
-- the feature that did. For the functions here alone.
CREATE FUNCTION linli.act_as_job(job text) RETURNS text[]
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before CONSTANT text[] := ARRAY[
        coalesce(current_setting('linli.instant', true), ''),
        coalesce(current_setting('linli.principal', true), ''),
        linli.estate_id()::text,
        coalesce(current_setting('linli.person', true), ''),
        coalesce(current_setting('linli.account', true), ''),
        coalesce(current_setting('linli.beneficiary', true), ''),
        coalesce(current_setting('linli.job', true), '')];
BEGIN
    PERFORM linli.restore_principal(ARRAY[before[1], 'job', before[3], '', '', '']),
        set_config('linli.job', job, true);
    RETURN before;
END
$$;

CREATE FUNCTION linli.end_act_as_job(before text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.restore_principal(before[1:6]), set_config('linli.job', before[7], true);
END
$$;

-- Raising, climbing, ending ---------------------------------------------------------------------

-- Gives a task to the next role with somebody who may handle it; answers it as it is then. An office
-- above the estate has no person here before it first enters: what climbs opens to each role on its
-- way, so that whoever comes finds it. For the functions here alone.
CREATE FUNCTION linli.climb_task(id uuid) RETURNS linli.task
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    wanted linli.task;
    half interval;
    higher text;
    told uuid[] := '{}';
BEGIN
    SELECT * INTO wanted
    FROM linli.task AS t
    WHERE t.estate_id = linli.estate_id() AND t.id = climb_task.id
    FOR NO KEY UPDATE;
    SELECT k.due / 2 INTO half FROM linli.task_kind AS k WHERE k.code = wanted.kind;
    wanted.climbs_at := 'infinity';
    IF NOT wanted.is_stand_ins AND wanted.stand_in_id IN (
        SELECT s.person_id FROM linli.task_stewards(wanted, wanted.role) AS s)
    THEN
        wanted.is_stand_ins := true;
        wanted.climbs_at := at + half;
        told := ARRAY[wanted.stand_in_id];
    ELSE
        WHILE told = '{}' AND cardinality(wanted.climbs_to) > 0 LOOP
            higher := wanted.climbs_to[1];
            wanted.climbs_to := wanted.climbs_to[2:];
            CONTINUE WHEN higher = wanted.role;
            told := ARRAY(
                SELECT s.person_id FROM linli.task_stewards(wanted, higher) AS s);
            wanted.role := higher;
            wanted.audience := ARRAY(
                SELECT DISTINCT key
                FROM unnest(wanted.audience || linli.duty_keys(higher, wanted.place_id)) AS key);
            wanted.stand_in_id := told[2];
            wanted.is_stand_ins := false;
        END LOOP;
        IF told <> '{}' THEN
            wanted.climbs_at := at + half;
        END IF;
    END IF;
    UPDATE linli.task AS t
    SET role = wanted.role, audience = wanted.audience, climbs_to = wanted.climbs_to,
        climbs_at = wanted.climbs_at, stand_in_id = wanted.stand_in_id,
        is_stand_ins = wanted.is_stand_ins
    WHERE t.estate_id = wanted.estate_id AND t.id = wanted.id;
    IF told <> '{}' THEN
        PERFORM linli.tell_of_task(wanted, 'climbed', NULL, told);
    END IF;
    RETURN wanted;
END
$$;

-- Raises a task of a kind for the duty role at a place, NULL: over the estate; whoever is
-- `concerned` besides the subject never gets it. Where one of this kind, thing and person is open,
-- that one is answered. The event has the id given, NULL: a fresh one; it names no doer.
CREATE FUNCTION linli.raise_task(
    kind text, about uuid, subject uuid, place uuid, event uuid, concerned uuid[] DEFAULT '{}')
    RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    rule linli.task_kind;
    wanted linli.task;
    stewards uuid[];
    before text[];
BEGIN
    SELECT * INTO STRICT rule FROM linli.task_kind AS k WHERE k.code = raise_task.kind;
    INSERT INTO linli.task (estate_id, id, kind, about_id, subject_id, concerned, place_id,
        raised_at, due_at, role, audience, climbs_to, climbs_at)
    VALUES (estate, linli.fresh_id(at), raise_task.kind, about, subject,
        ARRAY(SELECT DISTINCT c FROM unnest(raise_task.concerned) AS c WHERE c IS NOT NULL),
        place, at, at + rule.due, rule.duty_role, linli.duty_keys(rule.duty_role, place),
        array_remove(rule.climbs_to, rule.duty_role::text), at + rule.due)
    ON CONFLICT (estate_id, kind, about_id, subject_id) WHERE finished_at IS NULL DO NOTHING
    RETURNING * INTO wanted;
    IF NOT FOUND THEN
        SELECT * INTO STRICT wanted
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.kind = raise_task.kind AND t.finished_at IS NULL
            AND t.about_id IS NOT DISTINCT FROM about AND t.subject_id IS NOT DISTINCT FROM subject;
        UPDATE linli.task AS t
        SET concerned = ARRAY(
            SELECT DISTINCT c FROM unnest(t.concerned || raise_task.concerned) AS c
            WHERE c IS NOT NULL)
        WHERE t.estate_id = estate AND t.id = wanted.id
            AND NOT t.concerned @> raise_task.concerned;
        RETURN wanted.id;
    END IF;
    before := linli.act_as_job('tasks');
    stewards := ARRAY(
        SELECT s.person_id FROM linli.task_stewards(wanted, rule.duty_role) AS s);
    UPDATE linli.task AS t
    SET stand_in_id = stewards[2]
    WHERE t.estate_id = estate AND t.id = wanted.id;
    PERFORM linli.tell_of_task(wanted, 'raised', event, stewards);
    IF stewards = '{}' THEN
        PERFORM linli.climb_task(wanted.id);
    END IF;
    PERFORM linli.end_act_as_job(before);
    RETURN wanted.id;
END
$$;

-- Ends a task with an outcome, for the feature that decided; false: it had ended, or is none. Who
-- decides is the feature's to know; it is said by the doer's name.
CREATE FUNCTION linli.finish_task(task uuid, outcome text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    wanted linli.task;
BEGIN
    UPDATE linli.task AS t
    SET finished_at = linli.instant(), finished_by = linli.person_id(),
        outcome = finish_task.outcome, climbs_at = 'infinity'
    WHERE t.estate_id = linli.estate_id() AND t.id = finish_task.task AND t.finished_at IS NULL
    RETURNING * INTO wanted;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM linli.tell_of_task(wanted, 'finished', NULL,
        array_remove(ARRAY[wanted.taken_by], NULL));
    RETURN true;
END
$$;

-- The job `task-climb`: what nobody took by its time, and what its taker has no right to any more;
-- at most so many. How many there were.
CREATE FUNCTION linli.climb_tasks(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one linli.task;
    moved bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'task-climb' THEN
        RAISE EXCEPTION 'only the job task-climb climbs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR one IN
        SELECT *
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.finished_at IS NULL AND t.taken_by IS NOT NULL
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        CONTINUE WHEN linli.may_handle(one.id, one.taken_by) AND EXISTS (
            SELECT
            FROM linli.event_keys(estate, ARRAY[one.taken_by]) AS k
            WHERE k.key = ANY (one.audience));
        UPDATE linli.task AS t
        SET taken_by = NULL, taken_at = NULL, climbs_at = greatest(t.due_at, at)
        WHERE t.estate_id = estate AND t.id = one.id
        RETURNING * INTO one;
        PERFORM linli.tell_of_task(one, 'handedBack', NULL, ARRAY(
            SELECT s.person_id FROM linli.task_stewards(one, one.role) AS s));
        moved := moved + 1;
    END LOOP;
    FOR one IN
        SELECT *
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.finished_at IS NULL AND t.taken_by IS NULL
            AND t.climbs_at <= at
        ORDER BY t.climbs_at, t.id
        LIMIT rows_max
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        PERFORM linli.climb_task(one.id);
        moved := moved + 1;
    END LOOP;
    RETURN moved;
END
$$;

-- What stewards do ------------------------------------------------------------------------------

-- Takes a task for the principal to act on, held to the transaction's end, as it is then; no row
-- where the principal sees none. For the functions here alone.
CREATE FUNCTION linli.hold_task(id uuid) RETURNS SETOF linli.task
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    keys CONSTANT text[] := linli.own_event_keys();
BEGIN
    RETURN QUERY
        SELECT t.*
        FROM linli.task AS t
        WHERE t.estate_id = linli.estate_id() AND t.id = hold_task.id
            AND linli.event_visible(t.audience, keys)
            AND linli.may_handle(t.id, linli.person_id())
        FOR NO KEY UPDATE;
END
$$;

-- Does one thing with a task: take, hand_back, pass (to the stand-in), decline, finish. Verdicts:
-- done; unknown, finished, taken (by another), not_yours, no_stand_in, elsewhere (its feature ends
-- it).
CREATE FUNCTION linli.act_on_task(
    id uuid, act text, event uuid, fresh uuid, code text, note bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    wanted linli.task;
    told uuid[] := '{}';
    what text;
BEGIN
    SELECT * INTO wanted FROM linli.hold_task(id);
    IF wanted.id IS NULL THEN
        RETURN 'unknown';
    ELSIF wanted.finished_at IS NOT NULL THEN
        RETURN 'finished';
    ELSIF act IN ('hand_back', 'pass', 'finish') AND wanted.taken_by IS DISTINCT FROM me THEN
        RETURN 'not_yours';
    ELSIF act IN ('take', 'decline') AND wanted.taken_by <> me THEN
        RETURN 'taken';
    ELSIF act = 'finish' AND (
        SELECT k.is_decided_elsewhere FROM linli.task_kind AS k WHERE k.code = wanted.kind)
    THEN
        RETURN 'elsewhere';
    END IF;
    CASE act
        WHEN 'take' THEN
            what := 'taken';
            IF wanted.stand_in_id = me THEN
                wanted.stand_in_id := (
                    SELECT s.person_id FROM linli.task_stewards(wanted, wanted.role) AS s
                    WHERE s.person_id <> me LIMIT 1);
            END IF;
            wanted.taken_by := me;
            wanted.taken_at := at;
        WHEN 'pass' THEN
            what := 'passed';
            IF wanted.stand_in_id IS NULL OR wanted.stand_in_id NOT IN (
                SELECT s.person_id FROM linli.task_stewards(wanted, wanted.role) AS s)
            THEN
                RETURN 'no_stand_in';
            END IF;
            told := ARRAY[wanted.stand_in_id];
            wanted.taken_by := wanted.stand_in_id;
            wanted.taken_at := at;
            wanted.stand_in_id := me;
        WHEN 'finish' THEN
            what := 'finished';
            wanted.finished_at := at;
            wanted.finished_by := me;
            wanted.outcome := code;
            wanted.note_sealed := note;
            wanted.climbs_at := 'infinity';
        ELSE
            what := CASE act WHEN 'decline' THEN 'declined' ELSE 'handedBack' END;
            IF act = 'decline' THEN
                INSERT INTO linli.task_refusal
                    (estate_id, id, task_id, person_id, at, because, note_sealed)
                VALUES (estate, fresh, id, me, at, code, note)
                ON CONFLICT ON CONSTRAINT task_refusal_once DO NOTHING;
            END IF;
            told := ARRAY(
                SELECT s.person_id FROM linli.task_stewards(wanted, wanted.role) AS s);
            IF wanted.stand_in_id = me THEN
                wanted.stand_in_id := told[2];
            END IF;
            -- With nobody left of the role it climbs at the next minute.
            wanted.climbs_at := CASE
                WHEN told = '{}' THEN at
                WHEN wanted.taken_by IS NULL THEN wanted.climbs_at
                ELSE greatest(wanted.due_at, at) END;
            IF wanted.taken_by IS NULL THEN
                told := '{}';
            END IF;
            wanted.taken_by := NULL;
            wanted.taken_at := NULL;
    END CASE;
    UPDATE linli.task AS t
    SET taken_by = wanted.taken_by, taken_at = wanted.taken_at,
        stand_in_id = wanted.stand_in_id, climbs_at = wanted.climbs_at,
        finished_at = wanted.finished_at, finished_by = wanted.finished_by,
        outcome = wanted.outcome, note_sealed = wanted.note_sealed
    WHERE t.estate_id = estate AND t.id = wanted.id;
    PERFORM linli.tell_of_task(wanted, what, event, told);
    RETURN 'done';
END
$$;

-- Reading ---------------------------------------------------------------------------------------

-- The tasks that the principal sees, in threads: those about one person are one, a task about nobody
-- is its own; the most pressing thread first, so many of them. Views: open, mine, finished.
CREATE FUNCTION linli.task_threads(
    wanted uuid, view text, of_person uuid, after_due timestamptz, after_thread uuid,
    threads_max integer)
    RETURNS TABLE (
        thread uuid, thread_due timestamptz, subject_id uuid, display_name text, id uuid,
        kind text, title_zh text, title_en text, about_id uuid, place_id uuid, state text,
        role text, raised_at timestamptz, due_at timestamptz, is_overdue boolean,
        is_decided_elsewhere boolean, stand_in_id uuid, taken_by uuid, taken_at timestamptz,
        finished_at timestamptz, finished_by uuid, outcome text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    keys CONSTANT text[] := linli.own_event_keys();
BEGIN
    RETURN QUERY
        WITH seen AS MATERIALIZED (
            SELECT t.*, coalesce(t.subject_id, t.id) AS thread
            FROM linli.task AS t
            WHERE t.estate_id = estate
                AND (wanted IS NULL OR t.id = wanted)
                AND (of_person IS NULL OR t.subject_id = of_person)
                AND CASE view
                    WHEN 'mine' THEN t.finished_at IS NULL AND t.taken_by = me
                    WHEN 'finished' THEN t.finished_at IS NOT NULL
                    WHEN 'open' THEN t.finished_at IS NULL
                    ELSE true END
                AND linli.event_visible(t.audience, keys)
                AND linli.may_handle(t.id, me)
        ), page AS MATERIALIZED (
            SELECT s.thread, min(s.due_at) AS due
            FROM seen AS s
            GROUP BY s.thread
            HAVING (min(s.due_at), s.thread) > (after_due, after_thread)
            ORDER BY 2, 1
            LIMIT threads_max
        )
        SELECT g.thread, g.due, s.subject_id, p.display_name, s.id, s.kind, k.title_zh,
            k.title_en, s.about_id, s.place_id,
            CASE WHEN s.finished_at IS NOT NULL THEN 'finished'
                WHEN s.taken_by IS NOT NULL THEN 'taken' ELSE 'open' END,
            s.role::text, s.raised_at, s.due_at, s.finished_at IS NULL AND s.due_at <= at,
            k.is_decided_elsewhere, s.stand_in_id, s.taken_by, s.taken_at, s.finished_at,
            s.finished_by, s.outcome
        FROM page AS g
        JOIN seen AS s ON s.thread = g.thread
        JOIN linli.task_kind AS k ON k.code = s.kind
        LEFT JOIN linli.person AS p ON p.estate_id = estate AND p.id = s.subject_id
        ORDER BY g.due, g.thread, s.due_at, s.id;
END
$$;

-- What was written at a task that the principal sees: its end, and each no.
CREATE FUNCTION linli.task_notes(task uuid)
    RETURNS TABLE (id uuid, person_id uuid, at timestamptz, code text, note_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    keys CONSTANT text[] := linli.own_event_keys();
BEGIN
    RETURN QUERY
        WITH seen AS MATERIALIZED (
            SELECT t.*
            FROM linli.task AS t
            WHERE t.estate_id = estate AND t.id = task_notes.task
                AND linli.event_visible(t.audience, keys)
                AND linli.may_handle(t.id, linli.person_id())
        )
        SELECT s.id, s.finished_by, s.finished_at, s.outcome, s.note_sealed
        FROM seen AS s
        WHERE s.finished_at IS NOT NULL
        UNION ALL
        SELECT no.id, no.person_id, no.at, no.because, no.note_sealed
        FROM seen AS s
        JOIN linli.task_refusal AS no ON no.estate_id = estate AND no.task_id = s.id
        ORDER BY 3, 1
        LIMIT 100;
END
$$;

-- The names of kinds of tasks that the principal sees, for its notices.
CREATE FUNCTION linli.task_titles(tasks uuid[])
    RETURNS TABLE (id uuid, title_zh text, title_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    keys CONSTANT text[] := linli.own_event_keys();
BEGIN
    RETURN QUERY
        SELECT t.id, k.title_zh, k.title_en
        FROM linli.task AS t
        JOIN linli.task_kind AS k ON k.code = t.kind
        WHERE t.estate_id = linli.estate_id() AND t.id = ANY (tasks)
            AND linli.event_visible(t.audience, keys)
            AND linli.may_handle(t.id, linli.person_id());
END
$$;

-- How much each holder of the principal's duties has in hand, of what the principal may handle too;
-- the row without a person: what waits for a taker.
CREATE FUNCTION linli.task_load()
    RETURNS TABLE (role text, person_id uuid, display_name text, open bigint, overdue bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    keys CONSTANT text[] := linli.own_event_keys();
BEGIN
    RETURN QUERY
        WITH duty AS (
            SELECT DISTINCT own.role, own.place_id FROM linli.own_roles() AS own
            WHERE linli.is_office(own.role)
        ), holder AS (
            SELECT DISTINCT d.role, h.person_id
            FROM duty AS d CROSS JOIN LATERAL linli.duty_holders(d.role, d.place_id) AS h
            UNION
            SELECT d.role, NULL FROM duty AS d
        ), seen AS MATERIALIZED (
            SELECT t.role::text AS role, t.taken_by, t.due_at
            FROM linli.task AS t
            WHERE t.estate_id = estate AND t.finished_at IS NULL
                AND linli.event_visible(t.audience, keys)
                AND linli.may_handle(t.id, me)
        )
        SELECT h.role, h.person_id, p.display_name, count(s.role),
            count(s.role) FILTER (WHERE s.due_at <= at)
        FROM holder AS h
        LEFT JOIN linli.person AS p ON p.estate_id = estate AND p.id = h.person_id
        LEFT JOIN seen AS s ON s.role = h.role AND s.taken_by IS NOT DISTINCT FROM h.person_id
        GROUP BY h.role, h.person_id, p.display_name
        ORDER BY h.role, h.person_id NULLS LAST
        LIMIT 200;
END
$$;

-- Who sees and does what ------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['task', 'task_refusal']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- Whoever has a duty and may handle it; all writing is the functions'.
CREATE POLICY task_read ON linli.task FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND linli.event_visible(audience, (SELECT linli.own_event_keys()))
        AND linli.may_handle(id, (SELECT linli.person_id())));
GRANT SELECT ON linli.task TO linli;
GRANT EXECUTE ON FUNCTION
    linli.may_handle(uuid, uuid), linli.raise_task(text, uuid, uuid, uuid, uuid, uuid[]),
    linli.finish_task(uuid, text), linli.climb_tasks(integer),
    linli.act_on_task(uuid, text, uuid, uuid, text, bytea),
    linli.task_threads(uuid, text, uuid, timestamptz, uuid, integer), linli.task_notes(uuid),
    linli.task_titles(uuid[]), linli.task_load()
    TO linli;

-- Sealed texts ----------------------------------------------------------------------------------

-- Each column that EstateVault seals; a room adds its own, here and in SealedColumn. The job `reseal`
-- takes them through the functions below.
CREATE TABLE linli.sealed_column (
    source text NOT NULL,
    field text NOT NULL,
    CONSTRAINT sealed_column_pkey PRIMARY KEY (source, field)
);
ALTER TABLE linli.sealed_column ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.sealed_column FORCE ROW LEVEL SECURITY;
CREATE POLICY sealed_column_owner ON linli.sealed_column TO linli_owner
    USING (true) WITH CHECK (true);
INSERT INTO linli.sealed_column (source, field) VALUES
    ('task', 'note_sealed'), ('task_refusal', 'note_sealed');

-- The next values of the estate that do not begin as they would if they were sealed now, taken.
CREATE FUNCTION linli.stale_texts(head bytea, after_column text, after_id uuid, rows_max integer)
    RETURNS TABLE (sealed_column text, id uuid, value_sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    one record;
    left_over integer := rows_max;
    found_rows integer;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'reseal' THEN
        RAISE EXCEPTION 'only the job reseal reseals' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR one IN
        SELECT c.source, c.field, c.source || '.' || c.field AS name
        FROM linli.sealed_column AS c
        WHERE c.source || '.' || c.field >= after_column
        ORDER BY 3
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT $1, t.id, t.%1$I FROM linli.%2$I AS t WHERE t.estate_id = $2 AND t.id > $3 '
            'AND substring(t.%1$I FOR 5) <> $4 ORDER BY t.id LIMIT $5 FOR NO KEY UPDATE',
            one.field, one.source)
            USING one.name, linli.estate_id(), CASE WHEN one.name = after_column THEN after_id
                ELSE '00000000-0000-0000-0000-000000000000' END, head, left_over;
        GET DIAGNOSTICS found_rows = ROW_COUNT;
        left_over := left_over - found_rows;
        EXIT WHEN left_over <= 0;
    END LOOP;
END
$$;

-- Puts one back, sealed anew.
CREATE FUNCTION linli.renew_text(sealed_column text, text_id uuid, value bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'reseal' OR NOT EXISTS (
        SELECT
        FROM linli.sealed_column AS c
        WHERE c.source || '.' || c.field = sealed_column)
    THEN
        RAISE EXCEPTION 'only the job reseal reseals' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('UPDATE linli.%I SET %I = $1 WHERE estate_id = $2 AND id = $3',
        split_part(sealed_column, '.', 1), split_part(sealed_column, '.', 2))
        USING value, linli.estate_id(), text_id;
END
$$;

-- As before, and the sealed texts of estates.
CREATE OR REPLACE FUNCTION linli.sealed_heads() RETURNS TABLE (head bytea, sealed bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY EXECUTE (
        SELECT 'SELECT s.head, sum(s.n)::bigint FROM ('
            'SELECT substring(value_sealed FOR 5) AS head, count(*) AS n '
            'FROM linli.person_sealed GROUP BY 1 UNION ALL '
            'SELECT substring(value_sealed FOR 5), count(*) '
            'FROM linli.account_identifier GROUP BY 1'
            || string_agg(format(
                ' UNION ALL SELECT substring(%1$I FOR 5), count(*) FROM linli.%2$I '
                'WHERE %1$I IS NOT NULL GROUP BY 1', c.field, c.source), '')
            || ') AS s GROUP BY s.head ORDER BY s.head'
        FROM linli.sealed_column AS c);
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.stale_texts(bytea, text, uuid, integer), linli.renew_text(text, uuid, bytea) TO linli;
