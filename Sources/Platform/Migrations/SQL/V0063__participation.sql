-- Taking part in activities: who may come with whom, who comes, and checking in and out by codes
-- that live ten minutes and work once.

-- Whom one can take along: the wanted persons who are the subject itself or share a household with
-- it now, with what tells children from adults, and the subject always. Who acts for another takes
-- along nobody but that one.
CREATE FUNCTION linli.party_facts(persons uuid[])
    RETURNS TABLE (person_id uuid, households uuid[], subject_roles text[], birth_sealed bytea,
        today date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT p.id, shared.ids, shared.roles, s.value_sealed, (at AT TIME ZONE e.zone)::date
        FROM linli.person AS p
        JOIN linli.estate AS e ON e.estate_id = estate
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(mine.household_id ORDER BY mine.begins, mine.id), '{}') AS ids,
                coalesce(array_agg(mine.role_in_household ORDER BY mine.begins, mine.id), '{}')
                    AS roles
            FROM linli.membership AS mine
            JOIN linli.household AS h ON h.estate_id = estate AND h.id = mine.household_id
            JOIN linli.membership AS theirs ON theirs.estate_id = estate
                AND theirs.household_id = mine.household_id AND theirs.person_id = p.id
            WHERE mine.estate_id = estate AND mine.person_id = subject
                AND mine.begins <= at AND mine.ends > at AND h.begins <= at AND h.ends > at
                AND theirs.begins <= at AND theirs.ends > at
        ) AS shared
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = estate AND s.person_id = p.id
            AND s.field = 'birth_date'
        WHERE p.estate_id = estate
            AND p.id = ANY (persons || subject)
            AND p.state IN ('active', 'away', 'in_hospital')
            AND (p.id = subject
                OR (linli.beneficiary_id() IS NULL AND cardinality(shared.ids) > 0));
END
$$;

-- Who of some groups may not hold a place at a meeting now, and why: a code for each such person.
-- The arrays are aligned: the group, who answers for it, one whom it brings.
CREATE FUNCTION linli.activity_objections(
    occurrence uuid, parties uuid[], holders uuid[], persons uuid[])
    RETURNS TABLE (party_id uuid, person_id uuid, code text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    strangers CONSTANT uuid[] := ARRAY(SELECT linli.activity_strangers(occurrence, persons));
BEGIN
    RETURN QUERY
        SELECT g.party, g.person,
            CASE WHEN g.person = ANY (strangers) THEN 'not-addressed' ELSE 'not-of-household' END
        FROM unnest(parties, holders, persons) AS g (party, holder, person)
        WHERE g.person = ANY (strangers)
            OR (g.person <> g.holder AND NOT EXISTS (
                SELECT
                FROM linli.membership AS one
                JOIN linli.household AS h ON h.estate_id = estate AND h.id = one.household_id
                JOIN linli.membership AS other ON other.estate_id = estate
                    AND other.household_id = one.household_id AND other.person_id = g.person
                WHERE one.estate_id = estate AND one.person_id = g.holder
                    AND one.begins <= at AND one.ends > at AND h.begins <= at AND h.ends > at
                    AND other.begins <= at AND other.ends > at));
END
$$;

-- Whom a meeting's reservations bring, or one of them, for those who look after the activity; nothing
-- for others.
CREATE FUNCTION linli.occurrence_participants(
    occurrence uuid, after_reservation uuid, after_person uuid, only_person uuid, rows_max integer)
    RETURNS TABLE (reservation_id uuid, person_id uuid, display_name text, kind text, state text,
        holder_id uuid, queued_at timestamptz, until timestamptz, checked_in_at timestamptz,
        checked_out_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT m.reservation_id, m.person_id, p.display_name, m.kind, r.state, r.holder_id,
            r.queued_at, r.until, m.checked_in_at, m.checked_out_at
        FROM linli.activity_occurrence AS o
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.capacity_id = o.capacity_id
            AND r.state <> 'ended'
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
            AND m.is_live
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
        WHERE o.estate_id = estate AND o.id = occurrence
            AND linli.is_steward(o.activity_id)
            AND (r.until IS NULL OR r.until > linli.instant())
            AND (r.id, m.person_id) > (after_reservation, after_person)
            AND (only_person IS NULL OR m.person_id = only_person)
        ORDER BY r.id, m.person_id
        LIMIT least(rows_max, 201);
END
$$;

-- The id again, if the principal may see the reservation; NULL otherwise, after as long. It can only
-- narrow: what reads by the id that it gives is still judged by the policies. Who acts for another
-- sees what is that one's, and nothing as an organiser.
CREATE FUNCTION linli.readable_reservation(wanted uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
    things CONSTANT uuid[] := CASE WHEN linli.beneficiary_id() IS NULL
        THEN ARRAY(SELECT linli.own_things()) ELSE '{}' END;
    is_brought CONSTANT boolean := EXISTS (
        SELECT
        FROM linli.reservation_member AS m
        WHERE m.estate_id = estate AND m.reservation_id = wanted AND m.person_id = subject);
BEGIN
    RETURN (
        SELECT r.id
        FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.id = wanted
            AND (r.holder_id = subject OR is_brought OR r.thing_id = ANY (things)));
END
$$;

-- Checking in and out -------------------------------------------------------------------------

-- A code that a participant shows to an organiser. Only its keyed hash is kept.
CREATE TABLE linli.attendance_code (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    capacity_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    step text NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- A later one took its place.
    voided_at timestamptz,
    used_at timestamptz,
    used_by uuid,
    CONSTRAINT attendance_code_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT attendance_code_member FOREIGN KEY (estate_id, reservation_id, person_id)
        REFERENCES linli.reservation_member (estate_id, reservation_id, person_id),
    CONSTRAINT attendance_code_once UNIQUE (estate_id, code_hash),
    CONSTRAINT attendance_code_step_known CHECK (step IN ('in', 'out')),
    CONSTRAINT attendance_code_hash_bytes CHECK (octet_length(code_hash) = 32),
    CONSTRAINT attendance_code_used_whole CHECK ((used_at IS NULL) = (used_by IS NULL)),
    CONSTRAINT attendance_code_forward CHECK (created_at < expires_at)
);
CREATE INDEX attendance_code_of_member
    ON linli.attendance_code (estate_id, reservation_id, person_id, created_at);
CREATE INDEX attendance_code_by_age ON linli.attendance_code (estate_id, created_at);

-- A code that an organiser showed and that did not work.
CREATE TABLE linli.attendance_attempt (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT attendance_attempt_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT attendance_attempt_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id)
);
CREATE INDEX attendance_attempt_of ON linli.attendance_attempt (estate_id, person_id, at);
CREATE INDEX attendance_attempt_by_age ON linli.attendance_attempt (estate_id, at);

-- Makes a code for one member, which voids its earlier ones of that step: of some hashes the first
-- that no code has. Codes are given from an hour before it begins to an hour after its end.
-- Verdicts: given; gone, not_confirmed, not_now, already, not_in, too_many, none_free.
CREATE FUNCTION linli.attendance_ask(
    new_id uuid, reservation uuid, person uuid, new_step text, hashes text[],
    lifetime_minutes integer, per_hour_max integer)
    RETURNS TABLE (verdict text, place integer, meeting_id uuid, holder_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    taken record;
    free integer;
BEGIN
    SELECT r.state, r.holder_id, c.id AS capacity_id, c.subject_id, c.begins, c.ends,
        m.checked_in_at, m.checked_out_at
    INTO taken
    FROM linli.reservation AS r
    JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
    JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
    WHERE r.estate_id = estate AND r.id = reservation AND m.person_id = person AND m.is_live
        AND linli.subject_id() IN (r.holder_id, m.person_id)
    FOR UPDATE OF m;
    verdict := CASE
        WHEN NOT FOUND THEN 'gone'
        WHEN taken.state <> 'confirmed' THEN 'not_confirmed'
        WHEN at < taken.begins - interval '1 hour' OR at >= taken.ends + interval '1 hour'
            THEN 'not_now'
        WHEN new_step = 'in' AND taken.checked_in_at IS NOT NULL THEN 'already'
        WHEN new_step = 'out' AND taken.checked_out_at IS NOT NULL THEN 'already'
        WHEN new_step = 'out' AND taken.checked_in_at IS NULL THEN 'not_in'
        WHEN per_hour_max <= (
            SELECT count(*)
            FROM linli.attendance_code AS k
            WHERE k.estate_id = estate AND k.reservation_id = reservation
                AND k.person_id = person AND k.created_at > at - interval '1 hour')
            THEN 'too_many'
        ELSE 'given' END;
    IF verdict = 'given' THEN
        UPDATE linli.attendance_code AS k
        SET voided_at = at
        WHERE k.estate_id = estate AND k.reservation_id = reservation AND k.person_id = person
            AND k.step = new_step AND k.used_at IS NULL AND k.voided_at IS NULL;
        SELECT min(h.place) INTO free
        FROM unnest(hashes) WITH ORDINALITY AS h (hash, place)
        WHERE NOT EXISTS (
            SELECT
            FROM linli.attendance_code AS k
            WHERE k.estate_id = estate AND k.code_hash = decode(h.hash, 'hex'));
        IF free IS NULL THEN
            verdict := 'none_free';
        ELSE
            INSERT INTO linli.attendance_code (estate_id, id, capacity_id, reservation_id,
                person_id, step, code_hash, created_at, expires_at)
            VALUES (estate, new_id, taken.capacity_id, reservation, person, new_step,
                decode(hashes[free], 'hex'), at, at + lifetime_minutes * interval '1 minute');
        END IF;
    END IF;
    place := free;
    meeting_id := taken.subject_id;
    holder_id := taken.holder_id;
    RETURN NEXT;
END
$$;

-- Notes that somebody came or went; for the functions below, which have asked who does it.
-- Verdicts: done, gone, not_confirmed, already, not_in, claimed.
CREATE FUNCTION linli.attendance_mark(reservation uuid, person uuid, new_step text)
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

-- Redeems a code at a meeting that the principal looks after. A code that does not work is counted,
-- and after attempts_max of them within ten minutes none is looked at.
-- Verdicts: those of attendance_mark, and too_many, not_now, unknown, other, used, expired.
CREATE FUNCTION linli.attendance_redeem(
    occurrence uuid, hash text, attempt uuid, attempts_max integer)
    RETURNS TABLE (verdict text, reservation_id uuid, person_id uuid, step text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    meeting record;
    code linli.attendance_code;
BEGIN
    SELECT o.capacity_id, o.begins, o.ends INTO meeting
    FROM linli.activity_occurrence AS o
    WHERE o.estate_id = estate AND o.id = occurrence AND linli.is_steward(o.activity_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- One at a time, so that no two count the same.
    PERFORM pg_advisory_xact_lock(hashtextextended('attendance/' || linli.person_id(), 63));
    SELECT * INTO code
    FROM linli.attendance_code AS k
    WHERE k.estate_id = estate AND k.code_hash = decode(hash, 'hex')
    FOR UPDATE;
    verdict := CASE
        WHEN attempts_max <= (
            SELECT count(*)
            FROM linli.attendance_attempt AS t
            WHERE t.estate_id = estate AND t.person_id = linli.person_id()
                AND t.at > linli.instant() - interval '10 minutes')
            THEN 'too_many'
        WHEN at < meeting.begins - interval '1 hour' OR at >= meeting.ends + interval '1 hour'
            THEN 'not_now'
        WHEN code.id IS NULL THEN 'unknown'
        WHEN code.capacity_id <> meeting.capacity_id THEN 'other'
        WHEN code.used_at IS NOT NULL THEN 'used'
        WHEN code.voided_at IS NOT NULL OR code.expires_at <= at THEN 'expired'
        ELSE linli.attendance_mark(code.reservation_id, code.person_id, code.step) END;
    IF verdict IN ('unknown', 'other', 'used', 'expired') THEN
        INSERT INTO linli.attendance_attempt (estate_id, id, person_id, at)
        VALUES (estate, attempt, linli.person_id(), at);
    ELSIF verdict = 'done' THEN
        UPDATE linli.attendance_code AS k
        SET used_at = at, used_by = linli.person_id()
        WHERE k.estate_id = estate AND k.id = code.id;
        reservation_id := code.reservation_id;
        person_id := code.person_id;
        step := code.step;
    END IF;
    RETURN NEXT;
END
$$;

-- Roll-call, for those without a phone: notes one of a meeting's participants, from an hour before it
-- begins to a day after its end. Verdicts: those of attendance_mark, and not_now.
CREATE FUNCTION linli.attendance_call(
    occurrence uuid, reservation uuid, person uuid, new_step text)
    RETURNS TABLE (verdict text, reservation_id uuid, person_id uuid, step text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    meeting record;
BEGIN
    SELECT o.capacity_id, o.begins, o.ends INTO meeting
    FROM linli.activity_occurrence AS o
    WHERE o.estate_id = estate AND o.id = occurrence AND linli.is_steward(o.activity_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    verdict := CASE
        WHEN at < meeting.begins - interval '1 hour' OR at >= meeting.ends + interval '24 hours'
            THEN 'not_now'
        WHEN NOT EXISTS (
            SELECT
            FROM linli.reservation AS r
            WHERE r.estate_id = estate AND r.id = reservation
                AND r.capacity_id = meeting.capacity_id)
            THEN 'gone'
        ELSE linli.attendance_mark(reservation, person, new_step) END;
    reservation_id := reservation;
    person_id := person;
    step := new_step;
    RETURN NEXT;
END
$$;

-- The persons who hold the residents' committee's office here now: who decides on appeals.
CREATE FUNCTION linli.committee_persons() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT term.person_id
        FROM linli.role_term AS term
        WHERE term.estate_id = estate AND term.role = 'residents_committee'
            AND term.place_id IS NULL AND term.begins <= at AND term.ends > at
        UNION
        SELECT p.id
        FROM linli.account_role_term AS above
        JOIN linli.person AS p ON p.estate_id = estate AND p.account_id = above.account_id
        WHERE above.role = 'residents_committee' AND above.begins <= at AND above.ends > at
            AND linli.holds_above(above.account_id, estate, at, ARRAY['residents_committee'])
        LIMIT 50;
END
$$;

-- No-shows as those see them whom they concern: one (wanted), the subject's own and those of whom it
-- brought ('own'), those of what the principal looks after ('organised'), or the appeals that wait
-- for the committee ('appeals'). What has aged out is in no list.
CREATE FUNCTION linli.no_shows_seen(wanted uuid, view text, before uuid, rows_max integer)
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
            WHERE n.estate_id = estate AND n.thing_id = ANY (things)
                AND n.id < before
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
        FROM linli.no_show AS n
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = n.reservation_id
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = n.person_id
        WHERE n.estate_id = estate AND n.id = ANY (found_ids) AND n.id < before
            AND (wanted IS NOT NULL OR n.ages_out_at > at)
            AND (subject IN (n.person_id, r.holder_id)
                OR n.thing_id = ANY (things)
                OR (judges AND n.appealed_at IS NOT NULL))
        ORDER BY n.id DESC
        LIMIT least(rows_max, 101);
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['attendance_code', 'attendance_attempt']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
-- A day later neither says anything any more.
CREATE POLICY attendance_code_sweep_read ON linli.attendance_code FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'attendance-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND created_at <= (SELECT linli.instant()) - interval '1 day');
CREATE POLICY attendance_code_sweep ON linli.attendance_code FOR DELETE TO linli
    USING ((SELECT linli.job_name()) = 'attendance-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND created_at <= (SELECT linli.instant()) - interval '1 day');
CREATE POLICY attendance_attempt_sweep_read ON linli.attendance_attempt FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'attendance-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND at <= (SELECT linli.instant()) - interval '1 day');
CREATE POLICY attendance_attempt_sweep ON linli.attendance_attempt FOR DELETE TO linli
    USING ((SELECT linli.job_name()) = 'attendance-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND at <= (SELECT linli.instant()) - interval '1 day');

GRANT SELECT (estate_id, created_at), DELETE ON linli.attendance_code TO linli;
GRANT SELECT (estate_id, at), DELETE ON linli.attendance_attempt TO linli;
GRANT EXECUTE ON FUNCTION
    linli.party_facts(uuid[]), linli.activity_objections(uuid, uuid[], uuid[], uuid[]),
    linli.occurrence_participants(uuid, uuid, uuid, uuid, integer),
    linli.readable_reservation(uuid),
    linli.attendance_ask(uuid, uuid, uuid, text, text[], integer, integer),
    linli.attendance_redeem(uuid, text, uuid, integer),
    linli.attendance_call(uuid, uuid, uuid, text), linli.committee_persons(),
    linli.no_shows_seen(uuid, text, uuid, integer)
    TO linli;
