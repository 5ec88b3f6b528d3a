-- What ends with somebody who has moved or died; who is nobody of the estate; and readings by offices
-- that left no line.

-- Ends ------------------------------------------------------------------------------------------

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('child-unguarded', 'social_worker', interval '4 hours', '孩子没有监护人了',
        'A child has no guardian any more');

ALTER TABLE linli.delegation DROP CONSTRAINT delegation_ended_how_known;
ALTER TABLE linli.delegation ADD CONSTRAINT delegation_ended_how_known
    CHECK (ended_how IN ('by_herself', 'at_desk', 'laid_down', 'moved', 'dead', 'erased'));

-- As before; and a child without a guardian is a task, until there is one.
CREATE OR REPLACE FUNCTION linli.family_changed(child uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held uuid;
    unguarded uuid;
BEGIN
    IF NOT linli.is_child(estate, child) THEN
        RETURN;
    END IF;
    IF linli.is_under_14(estate, child) OR NOT linli.consented(child, 'sign_in') THEN
        UPDATE linli.session AS s
        SET revoked_at = linli.instant()
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = child AND s.account_id = p.account_id
            AND s.revoked_at IS NULL AND s.expires_at > linli.instant();
    END IF;
    FOR held IN
        SELECT r.id
        FROM linli.reservation_member AS m
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = m.reservation_id
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        WHERE m.estate_id = estate AND m.person_id = child AND m.is_live AND r.state <> 'ended'
            AND c.ends > linli.instant() AND m.checked_in_at IS NULL
            AND NOT linli.may_bring_child(r.holder_id, child)
        ORDER BY r.capacity_id, r.id
    LOOP
        PERFORM linli.give_up_place(held, child);
    END LOOP;
    unguarded := (
        SELECT t.id
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.kind = 'child-unguarded' AND t.subject_id = child
            AND t.finished_at IS NULL);
    IF NOT EXISTS (SELECT FROM linli.live_guardianships(estate, child)) THEN
        PERFORM linli.raise_task('child-unguarded', child, child, NULL, NULL, '{}');
    ELSIF unguarded IS NOT NULL THEN
        PERFORM linli.finish_task(unguarded, 'done');
    END IF;
END
$$;

-- Tells the other of the two, an elder's contacts and social workers that a delegation has ended with
-- one who is here no more. For the functions here alone.
CREATE FUNCTION linli.tell_delegation_gone(ended linli.delegation, gone uuid, reason text)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    other CONSTANT uuid := CASE WHEN ended.doer_id = gone THEN ended.beneficiary_id
        ELSE ended.doer_id END;
BEGIN
    PERFORM linli.append_event(event, 'delegation.ended',
        ARRAY['person:' || other, 'role:social_worker'],
        ARRAY[ended.beneficiary_id, ended.doer_id],
        json_build_object('delegation', ended.id, 'how', reason)::text);
    PERFORM linli.notify(event, 'delegation.ended', 'person', ended.beneficiary_id, '{}',
        other || CASE WHEN other = ended.beneficiary_id
            THEN linli.delegation_contacts(ended.estate_id, other) ELSE '{}' END);
END
$$;

-- Tells who guards the child still, or, where it is the child that is here no more, who did; what stood
-- on that right ends with it. For the functions here alone.
CREATE FUNCTION linli.tell_guardianship_gone(ended linli.guardianship, gone uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    told CONSTANT uuid[] := CASE WHEN ended.child_id = gone THEN ARRAY[ended.guardian_id]
        ELSE ARRAY(SELECT linli.guardians_of(ended.child_id)) END;
BEGIN
    IF linli.person_id() IS NOT NULL OR told <> '{}' THEN
        PERFORM linli.tell_family(linli.fresh_id(linli.instant()), 'guardianship.ended',
            ended.child_id, told, told,
            json_build_object('guardianship', ended.id, 'child', ended.child_id));
    END IF;
    IF ended.guardian_id = gone THEN
        PERFORM linli.family_changed(ended.child_id);
    END IF;
END
$$;

-- As before; delegations and guardianships end with a word to those who are left, and a request to
-- become a delegate goes with its task.
CREATE OR REPLACE FUNCTION linli.end_person(person uuid, reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    delegation linli.delegation;
    guardianship linli.guardianship;
BEGIN
    UPDATE linli.membership AS m
    SET ends = greatest(at, m.begins)
    WHERE m.estate_id = estate AND m.person_id = person AND m.ends > at;
    UPDATE linli.role_term AS t
    SET ends = greatest(at, t.begins), ended_at = at, ended_by = linli.person_id(),
        ended_because = reason
    WHERE t.estate_id = estate AND t.person_id = person AND t.ends > at;
    FOR delegation IN
        UPDATE linli.delegation AS d
        SET ends = greatest(at, d.begins), ended_by = coalesce(linli.person_id(), person),
            ended_how = reason
        WHERE d.estate_id = estate AND person IN (d.doer_id, d.beneficiary_id) AND d.ends > at
            AND d.ended_by IS NULL
        RETURNING d.*
    LOOP
        PERFORM linli.tell_delegation_gone(delegation, person, reason);
    END LOOP;
    PERFORM linli.finish_task(r.task_id, 'not_needed')
    FROM linli.delegation_request AS r
    WHERE r.estate_id = estate AND person IN (r.doer_id, r.beneficiary_id)
        AND r.decision IS NULL AND r.task_id IS NOT NULL;
    DELETE FROM linli.delegation_request AS r
    WHERE r.estate_id = estate AND person IN (r.doer_id, r.beneficiary_id)
        AND r.decision IS NULL;
    FOR guardianship IN
        UPDATE linli.guardianship AS g
        SET ends = greatest(at, g.begins), ended_by = coalesce(linli.person_id(), person),
            ended_because = reason
        WHERE g.estate_id = estate AND person IN (g.guardian_id, g.child_id) AND g.ends > at
        RETURNING g.*
    LOOP
        PERFORM linli.tell_guardianship_gone(guardianship, person);
    END LOOP;
    UPDATE linli.calendar_link AS l
    SET revoked_at = at
    WHERE l.estate_id = estate AND l.person_id = person AND l.revoked_at IS NULL;
    UPDATE linli.absence AS a
    SET ends = greatest(at, a.begins)
    WHERE a.estate_id = estate AND a.person_id = person AND a.ends > at;
    UPDATE linli.session AS s
    SET revoked_at = at
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person AND s.account_id = p.account_id
        AND s.revoked_at IS NULL AND s.expires_at > at
        AND NOT EXISTS (
            SELECT
            FROM linli.person AS other
            WHERE other.account_id = p.account_id AND other.estate_id <> estate
                AND other.state IN ('active', 'away', 'in_hospital'))
        AND NOT EXISTS (
            SELECT
            FROM linli.account_role_term AS t
            WHERE t.account_id = p.account_id AND t.begins <= at AND t.ends > at);
END
$$;

-- As before, and of nobody who is protected from the principal: another officer notes it.
CREATE OR REPLACE FUNCTION linli.set_person_state(
    new_id uuid, person uuid, wanted text, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.person;
    households uuid[];
    told uuid[];
BEGIN
    SELECT * INTO held
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL OR held.origin <> 'resident'
        OR held.state NOT IN ('active', 'away', 'in_hospital', 'moved', 'dead')
        OR NOT linli.has_role('residents_committee', 'social_worker')
        OR person = ANY (linli.own_unseen())
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(person) THEN
        RETURN 'own';
    ELSIF held.state = wanted OR (wanted = 'active' AND held.state IN ('away', 'in_hospital')) THEN
        RETURN 'again';
    END IF;
    households := ARRAY(
        SELECT DISTINCT m.household_id
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.person_id = person AND m.begins <= at AND m.ends > at);
    told := person || ARRAY(SELECT linli.told_of_newcomer(estate, person, households));
    UPDATE linli.person AS p
    SET state = wanted
    WHERE p.estate_id = estate AND p.id = person;
    INSERT INTO linli.person_state_change (estate_id, id, person_id, state, was, set_by, at, because)
    VALUES (estate, new_id, person, wanted, held.state, linli.person_id(), at, reason);
    IF wanted <> 'active' THEN
        PERFORM linli.end_person(person, wanted);
    END IF;
    PERFORM linli.append_event(event, 'person.' || wanted,
        linli.newcomer_audience(estate, person, households) || ARRAY['role:social_worker'],
        ARRAY[person], json_build_object('person', person, 'was', held.state)::text);
    PERFORM linli.notify(event, 'person.' || wanted, 'person', person, '{}', told);
    RETURN 'set';
END
$$;

-- Who is of the estate --------------------------------------------------------------------------

-- Whether a role makes its holder somebody of the estate, to whom what is said there is said. An
-- operator of the software, an installer and a partner organisation read what is addressed to their
-- role.
CREATE FUNCTION linli.is_of_estate(role text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN role NOT IN ('software_operator', 'installer', 'partner_organisation');

-- As before, by linli.is_of_estate.
CREATE OR REPLACE FUNCTION linli.event_keys(estate uuid, persons uuid[], asleep uuid[])
RETURNS TABLE (person_id uuid, key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    now CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
    WITH RECURSIVE live AS MATERIALIZED (
        SELECT p.id, p.account_id, p.id = ANY (asleep) AS sleeps FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND p.state IN ('active', 'away', 'in_hospital')
    ), home AS MATERIALIZED (
        SELECT m.person_id, m.household_id, h.residence_id
        FROM live JOIN linli.membership AS m ON m.estate_id = estate AND m.person_id = live.id
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        WHERE m.begins <= now AND m.ends > now AND h.begins <= now AND h.ends > now
    ), above (id, parent_id) AS (
        SELECT n.id, n.parent_id FROM linli.estate AS e JOIN linli.node AS n ON n.id = e.node_id
        WHERE e.estate_id = estate
        UNION
        SELECT n.id, n.parent_id FROM above JOIN linli.node AS n ON n.id = above.parent_id
    ), office AS MATERIALIZED (
        SELECT r.person_id, r.role::text AS role, r.place_id, coalesce(r.place_id, estate) AS node,
            linli.is_of_estate(r.role) AS is_of_estate
        FROM live JOIN linli.role_term AS r ON r.estate_id = estate AND r.person_id = live.id
        WHERE r.begins <= now AND r.ends > now AND NOT (live.sleeps AND linli.is_office(r.role))
        UNION
        SELECT live.id, a.role::text, NULL, a.node_id, linli.is_of_estate(a.role)
        FROM live JOIN linli.account_role_term AS a ON a.account_id = live.account_id
        JOIN above ON above.id = a.node_id
        WHERE a.begins <= now AND a.ends > now AND NOT (live.sleeps AND linli.is_office(a.role))
    )
    SELECT DISTINCT p.id, 'public' FROM unnest(persons) AS p (id)
    UNION
    SELECT live.id, 'person:' || live.id FROM live
    UNION
    SELECT home.person_id, k.key
    FROM home LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = home.residence_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('household:' || home.household_id), ('place:' || p.id),
        ('place:' || p.floor_id), ('place:' || p.stair_id), ('place:' || p.building_id)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, k.key
    FROM office LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
        AND office.is_of_estate
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN office.is_of_estate THEN 'estate' END), ('role:' || office.role),
        ('role:' || office.role || '@' || office.node), ('place:' || p.id),
        ('place:' || p.floor_id), ('place:' || p.stair_id), ('place:' || p.building_id),
        (CASE WHEN office.place_id IS NULL AND office.role IN (
            'grid_worker', 'social_worker', 'residents_committee', 'owners_committee',
            'property_manager', 'subdistrict_officer') THEN 'officer' END)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, 'place:' || below.id
    FROM office JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
        AND office.is_of_estate
    CROSS JOIN LATERAL (
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.building_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.stair_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE p.kind = 'floor' AND b.estate_id = estate AND b.building_id = p.building_id
            AND b.floor_id = p.id AND b.kind <> 'residence'
    ) AS below;
END $$;

-- As before; whoever is nobody of the estate but an operator of its software has no ties here.
CREATE OR REPLACE FUNCTION linli.sees_person(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.claimed(person) AND linli.is_here(person) AND person <> linli.person_id()
        AND linli.may_organise(linli.estate_id(), linli.person_id())
        AND (person IN (SELECT own FROM linli.own_household_members() AS own)
            OR EXISTS (
                SELECT
                FROM linli.role_term AS r
                JOIN linli.role_kind AS k ON k.role = r.role AND k.is_public
                WHERE r.estate_id = linli.estate_id() AND r.person_id = person
                    AND r.begins <= linli.instant() AND r.ends > linli.instant()));
END
$$;

-- As before; 'unknown' for such an operator.
CREATE OR REPLACE FUNCTION linli.issue_tie_code(
    new_id uuid, hash bytea, wanted text, until timestamptz, per_day_max integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT linli.may_organise(estate, own) THEN
        RETURN 'unknown';
    END IF;
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = own
    FOR NO KEY UPDATE;
    IF per_day_max <= (
        SELECT count(*)
        FROM linli.tie_code AS c
        WHERE c.estate_id = estate AND c.person_id = own AND c.issued_at > at - interval '24 hours')
    THEN
        RETURN 'too_many';
    END IF;
    UPDATE linli.tie_code AS c
    SET ends = at
    WHERE c.estate_id = estate AND c.person_id = own AND c.ends > at
        AND c.used_at IS NULL;
    INSERT INTO linli.tie_code (estate_id, id, person_id, kind, code_hash, issued_at, ends)
    VALUES (estate, new_id, own, wanted, hash, at, until);
    RETURN 'issued';
END
$$;

-- As before; for such an operator every code is wrong.
CREATE OR REPLACE FUNCTION linli.use_tie_code(
    shown bytea, new_id uuid, tries_max bigint, event uuid, OUT verdict text, OUT tie uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    code linli.tie_code;
    held linli.tie;
BEGIN
    verdict := 'too_many';
    IF NOT linli.take_try('tie_code', uuid_send(linli.account_id()), at, tries_max)
        OR NOT linli.take_try('tie_code_all', uuid_send(estate), at, tries_max * 100)
    THEN
        RETURN;
    END IF;
    verdict := 'wrong';
    SELECT * INTO code
    FROM linli.tie_code AS c
    WHERE c.estate_id = estate AND c.code_hash = shown
    FOR NO KEY UPDATE;
    IF NOT FOUND OR code.person_id = own OR code.used_at IS NOT NULL OR code.ends <= at
        OR NOT linli.is_here(code.person_id) OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.may_organise(estate, own)
    THEN
        RETURN;
    END IF;
    held := linli.open_tie(own, code.person_id, code.kind);
    verdict := CASE WHEN held.confirmed_at IS NULL THEN 'tied' ELSE 'there' END;
    tie := coalesce(held.id, new_id);
    IF verdict = 'there' THEN
        RETURN;
    END IF;
    UPDATE linli.tie_code AS c
    SET used_at = at, used_by = own
    WHERE c.estate_id = estate AND c.id = code.id;
    IF held.id IS NULL THEN
        INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at)
        VALUES (estate, new_id, code.kind, code.person_id, own, code.issued_at)
        RETURNING * INTO held;
    END IF;
    PERFORM linli.tie_confirmed(held, event);
END
$$;

-- Readings --------------------------------------------------------------------------------------

INSERT INTO linli.access_rule (role, kind, purpose) VALUES
    ('residents_committee', 'guardianship', 'care'), ('social_worker', 'guardianship', 'care'),
    ('residents_committee', 'task', 'duty'), ('social_worker', 'task', 'duty');

-- Whether an office that reads such a task leaves a line in its person's record. None where the person is
-- an author or a suspect, or is told by word of mouth: a line would tell first.
ALTER TABLE linli.task_kind ADD COLUMN leaves_line boolean NOT NULL DEFAULT true;
UPDATE linli.task_kind
SET leaves_line = false
WHERE code IN ('report', 'review', 'post-watch', 'appeal', 'unusual-pattern', 'protection-tell',
    'protection-meeting');

-- As before: there are guardians now.
CREATE OR REPLACE FUNCTION linli.guarded_persons() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY SELECT linli.own_children();
END
$$;

-- linli.guardianships_seen, logged where an office reads of another's child.
CREATE FUNCTION linli.guardianships_read(
    wanted uuid, of_child uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, child_id uuid, guardian_id uuid, rights text[], how text,
        begins timestamptz, ends timestamptz, evidence text, ended_because text, objection json)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid[] := linli.person_id() || ARRAY(SELECT linli.own_children())
        || ARRAY(SELECT linli.own_household_members());
    about uuid[] := '{}';
    shown integer := 0;
BEGIN
    FOR id, child_id, guardian_id, rights, how, begins, ends, evidence, ended_because, objection IN
        SELECT * FROM linli.guardianships_seen(wanted, of_child, after_id, rows_max)
    LOOP
        shown := shown + 1;
        IF child_id <> ALL (own) AND guardian_id <> linli.person_id()
            AND (wanted IS NOT NULL OR shown < rows_max)
        THEN
            about := about || child_id;
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(about, 'guardianship', 'care');
END
$$;

-- As before, without those who are protected from the reader.
CREATE OR REPLACE FUNCTION linli.role_terms(
    wanted_state text, wanted_role text, of_person uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, role text, place_id uuid,
        is_above boolean, begins timestamptz, ends timestamptz, because text, because_ref text,
        ended_because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    given CONSTANT text[] := ARRAY(
        SELECT DISTINCT g.role::text
        FROM linli.role_giving AS g
        WHERE linli.beneficiary_id() IS NULL AND linli.has_role(g.given_by::text));
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN QUERY
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT n.id, n.parent_id
            FROM linli.estate AS e
            JOIN linli.node AS n ON n.id = e.node_id
            WHERE e.estate_id = estate
            UNION ALL
            SELECT n.id, n.parent_id FROM above JOIN linli.node AS n ON n.id = above.parent_id
        ), term AS (
            SELECT t.id, t.person_id, t.role::text AS role, t.place_id, false AS is_above, t.begins,
                t.ends, t.because, t.because_ref, t.ended_because
            FROM linli.role_term AS t
            WHERE t.estate_id = estate
            UNION ALL
            SELECT t.id, p.id, t.role::text, NULL, true, t.begins, t.ends, t.because, NULL, NULL
            FROM linli.account_role_term AS t
            JOIN above ON above.id = t.node_id
            JOIN linli.person AS p ON p.estate_id = estate AND p.account_id = t.account_id
        )
        SELECT t.id, t.person_id, p.display_name, t.role, t.place_id, t.is_above, t.begins, t.ends,
            CASE WHEN may.read THEN t.because END, CASE WHEN may.read THEN t.because_ref END,
            CASE WHEN may.read THEN t.ended_because END
        FROM term AS t
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = t.person_id
        LEFT JOIN linli.role_kind AS k ON k.role = t.role
        CROSS JOIN LATERAL (
            SELECT t.person_id = own OR t.role = ANY (given) AS read,
                CASE
                    WHEN t.ends <= at OR t.ends = t.begins THEN 'ended'
                    WHEN t.begins > at THEN 'coming'
                    ELSE 'current' END AS state) AS may
        WHERE own IS NOT NULL AND t.id > after_id AND may.state = wanted_state
            AND (wanted_role IS NULL OR t.role = wanted_role)
            AND (of_person IS NULL OR t.person_id = of_person)
            AND t.person_id <> ALL (unseen)
            AND (may.read OR (wanted_state <> 'ended'
                AND (k.is_public OR t.role = 'subdistrict_officer')
                AND p.claimed_at IS NOT NULL AND p.state IN ('active', 'away', 'in_hospital')))
        ORDER BY t.id
        LIMIT least(rows_max, 101);
END
$$;

-- linli.role_terms, logged where the residents' committee reads what is not public of another.
CREATE FUNCTION linli.role_terms_read(
    wanted_state text, wanted_role text, of_person uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, role text, place_id uuid,
        is_above boolean, begins timestamptz, ends timestamptz, because text, because_ref text,
        ended_because text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    appoints CONSTANT boolean := linli.may_read('role', 'appointment');
    known CONSTANT text[] := 'subdistrict_officer'::text || ARRAY(
        SELECT k.role::text FROM linli.role_kind AS k WHERE k.is_public);
    about uuid[] := '{}';
    shown integer := 0;
BEGIN
    FOR id, person_id, display_name, role, place_id, is_above, begins, ends, because, because_ref,
        ended_because IN
        SELECT * FROM linli.role_terms(wanted_state, wanted_role, of_person, after_id, rows_max)
    LOOP
        shown := shown + 1;
        IF appoints AND role <> ALL (known) AND shown < rows_max THEN
            about := about || person_id;
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(about, 'role', 'appointment');
END
$$;

-- Whether a role of the principal's reads whom a task is about, wherever it is held.
CREATE FUNCTION linli.reads_tasks() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.own_roles() AS own
        JOIN linli.access_rule AS r ON r.role = own.role::text AND r.kind = 'task'
            AND r.purpose = 'duty');
END
$$;

-- linli.task_threads, logged for those whom the tasks are about. Whoever reads nothing of a person by its
-- office (the subdistrict, to which climbs what nobody takes) sees what is overdue, and about nobody.
CREATE FUNCTION linli.task_threads_read(
    wanted uuid, view text, of_person uuid, after_due timestamptz, after_thread uuid,
    threads_max integer)
    RETURNS TABLE (
        thread uuid, thread_due timestamptz, subject_id uuid, display_name text, id uuid,
        kind text, title_zh text, title_en text, about_id uuid, place_id uuid, state text,
        role text, raised_at timestamptz, due_at timestamptz, is_overdue boolean,
        is_decided_elsewhere boolean, stand_in_id uuid, taken_by uuid, taken_at timestamptz,
        finished_at timestamptz, finished_by uuid, outcome text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    quiet CONSTANT text[] := ARRAY(
        SELECT k.code FROM linli.task_kind AS k WHERE NOT k.leaves_line);
    reads CONSTANT boolean := linli.reads_tasks();
    about uuid[] := '{}';
    threads integer := 0;
    last uuid;
BEGIN
    FOR thread, thread_due, subject_id, display_name, id, kind, title_zh, title_en, about_id,
        place_id, state, role, raised_at, due_at, is_overdue, is_decided_elsewhere, stand_in_id,
        taken_by, taken_at, finished_at, finished_by, outcome IN
        SELECT *
        FROM linli.task_threads(wanted, view, of_person, after_due, after_thread, threads_max)
        WHERE reads OR of_person IS NULL
    LOOP
        IF NOT reads THEN
            thread := id;
            subject_id := NULL;
            display_name := NULL;
            about_id := NULL;
            place_id := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF thread IS DISTINCT FROM last THEN
            last := thread;
            threads := threads + 1;
        END IF;
        -- The thread after the page, which only tells that there is a next, is not read.
        IF subject_id IS NOT NULL AND kind <> ALL (quiet)
            AND (wanted IS NOT NULL OR threads < threads_max)
        THEN
            about := about || subject_id;
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(about, 'task', 'duty');
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.guardianships_read(uuid, uuid, uuid, integer), linli.reads_tasks(),
    linli.role_terms_read(text, text, uuid, uuid, integer),
    linli.task_threads_read(uuid, text, uuid, timestamptz, uuid, integer)
    TO linli;
