-- Handing a child over: it leaves with a guardian of its own group, or with a named person who shows
-- a one-time code (接送码); otherwise the organiser sees whom to call, through the desk.

-- A code that a guardian or a named pick-up person shows. Only its keyed hash is kept.
CREATE TABLE linli.release_code (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    capacity_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    child_id uuid NOT NULL,
    -- Who fetches the child.
    person_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    voided_at timestamptz,
    used_at timestamptz,
    used_by uuid,
    CONSTRAINT release_code_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT release_code_member FOREIGN KEY (estate_id, reservation_id, child_id)
        REFERENCES linli.reservation_member (estate_id, reservation_id, person_id),
    CONSTRAINT release_code_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT release_code_once UNIQUE (estate_id, code_hash),
    CONSTRAINT release_code_hash_bytes CHECK (octet_length(code_hash) = 32),
    CONSTRAINT release_code_used_whole CHECK ((used_at IS NULL) = (used_by IS NULL)),
    CONSTRAINT release_code_forward CHECK (created_at < expires_at)
);
CREATE INDEX release_code_of ON linli.release_code (estate_id, reservation_id, child_id);
ALTER TABLE linli.release_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.release_code FORCE ROW LEVEL SECURITY;
CREATE POLICY release_code_owner ON linli.release_code TO linli_owner USING (true) WITH CHECK (true);

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en)
VALUES ('child-waiting', 'social_worker', interval '30 minutes', '活动结束，有孩子等人来接',
    'A child waits to be fetched from an activity');

-- Whether a child of a meeting is handed over by a code: nobody who guards it is in its group, and it
-- is not one of 14 or more that joined by itself. For the functions here alone.
CREATE FUNCTION linli.is_handed_over(reservation uuid, child uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN linli.is_child(estate, child)
        AND NOT EXISTS (
            SELECT
            FROM linli.reservation AS r
            WHERE r.estate_id = estate AND r.id = reservation AND r.holder_id = child
                AND NOT linli.is_under_14(estate, child))
        AND NOT EXISTS (
            SELECT
            FROM linli.reservation_member AS g
            WHERE g.estate_id = estate AND g.reservation_id = is_handed_over.reservation
                AND g.is_live AND g.person_id IN (SELECT linli.guardians_of(child)));
END
$$;

-- Whether a person may fetch a child now: a guardian with the right, or one whom every such guardian
-- named.
CREATE FUNCTION linli.may_fetch(person uuid, child uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.is_child(linli.estate_id(), child)
        AND (linli.has_guardian_right(person, child, 'pick_up')
            OR linli.consented(child, 'pick_up', person));
END
$$;

-- Makes a code for who fetches a child, which voids its earlier ones: of some hashes the first that no
-- code has. By the one who fetches, or a guardian with the right for one who may. Verdicts: given;
-- gone, not_fetcher, not_now, not_in, already, none_free.
CREATE FUNCTION linli.release_ask(
    new_id uuid, reservation uuid, child uuid, fetcher uuid, hashes text[], event uuid)
    RETURNS TABLE (verdict text, place integer, expires_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    taken record;
BEGIN
    SELECT r.state, c.id AS capacity_id, c.begins, c.ends, m.checked_out_at
    INTO taken
    FROM linli.reservation AS r
    JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
    JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
    WHERE r.estate_id = estate AND r.id = reservation AND m.person_id = child AND m.is_live
    FOR UPDATE OF m;
    verdict := CASE
        WHEN NOT FOUND OR linli.beneficiary_id() IS NOT NULL
            OR NOT linli.may_fetch(own, child) THEN 'gone'
        WHEN NOT linli.may_fetch(fetcher, child)
            OR (fetcher <> own AND NOT linli.has_guardian_right(own, child, 'pick_up'))
            THEN 'not_fetcher'
        WHEN taken.state <> 'confirmed' THEN 'gone'
        WHEN at < taken.begins - interval '1 hour' OR at >= taken.ends + interval '2 hours'
            THEN 'not_now'
        WHEN taken.checked_out_at IS NOT NULL THEN 'already'
        ELSE 'given' END;
    IF verdict = 'given' THEN
        SELECT min(h.place) INTO place
        FROM unnest(hashes) WITH ORDINALITY AS h (hash, place)
        WHERE NOT EXISTS (
            SELECT
            FROM linli.release_code AS k
            WHERE k.estate_id = estate AND k.code_hash = decode(h.hash, 'hex'));
        IF place IS NULL THEN
            verdict := 'none_free';
        ELSE
            UPDATE linli.release_code AS k
            SET voided_at = at
            WHERE k.estate_id = estate AND k.reservation_id = reservation
                AND k.child_id = child AND k.person_id = fetcher
                AND k.used_at IS NULL AND k.voided_at IS NULL;
            expires_at := taken.ends + interval '2 hours';
            INSERT INTO linli.release_code (estate_id, id, capacity_id, reservation_id, child_id,
                person_id, code_hash, created_at, expires_at)
            VALUES (estate, new_id, taken.capacity_id, reservation, child, fetcher,
                decode(hashes[place], 'hex'), at, release_ask.expires_at);
            PERFORM linli.tell_family(event, 'child.codeMade', child, ARRAY[own],
                ARRAY(SELECT linli.guardians_of(child)),
                json_build_object('child', child, 'reservation', reservation));
        END IF;
    END IF;
    RETURN NEXT;
END
$$;

-- Notes that somebody came or went, as before; a child without its own guardian comes in only where
-- the adults who must be there are ('two_adults', 'child_ratio'), and leaves by a code ('by_code').
ALTER FUNCTION linli.attendance_mark(uuid, uuid, text) RENAME TO attendance_write;
CREATE FUNCTION linli.attendance_mark(reservation uuid, person uuid, new_step text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    meeting record;
BEGIN
    IF linli.is_child(estate, person) THEN
        SELECT o.id, o.activity_id INTO meeting
        FROM linli.reservation AS r
        JOIN linli.activity_occurrence AS o ON o.estate_id = estate
            AND o.capacity_id = r.capacity_id
        WHERE r.estate_id = estate AND r.id = reservation;
        IF new_step = 'out' AND linli.is_handed_over(reservation, person) THEN
            RETURN 'by_code';
        ELSIF new_step = 'in' AND person IN (SELECT linli.lone_children(meeting.id)) THEN
            RETURN coalesce(replace(linli.children_lack(meeting.activity_id,
                    (SELECT count(*) FROM linli.lone_children(meeting.id))), '-', '_'),
                linli.attendance_write(reservation, person, new_step));
        END IF;
    END IF;
    RETURN linli.attendance_write(reservation, person, new_step);
END
$$;

-- Hands a child over to who shows its code, at a meeting that the principal looks after; a code that
-- does not work is counted with those of check-in. Whoever may fetch it no more fetches nobody.
-- Verdicts: those of attendance_mark, and too_many, unknown, other, used, expired, not_fetcher.
CREATE FUNCTION linli.release_redeem(
    occurrence uuid, hash text, attempt uuid, attempts_max integer, event uuid)
    RETURNS TABLE (verdict text, child_id uuid, fetcher_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    meeting record;
    code linli.release_code;
BEGIN
    SELECT o.capacity_id, o.activity_id INTO meeting
    FROM linli.activity_occurrence AS o
    WHERE o.estate_id = estate AND o.id = occurrence AND linli.is_steward(o.activity_id)
        AND linli.beneficiary_id() IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('attendance/' || linli.person_id(), 63));
    SELECT * INTO code
    FROM linli.release_code AS k
    WHERE k.estate_id = estate AND k.code_hash = decode(hash, 'hex')
    FOR UPDATE;
    verdict := CASE
        WHEN attempts_max <= (
            SELECT count(*)
            FROM linli.attendance_attempt AS t
            WHERE t.estate_id = estate AND t.person_id = linli.person_id()
                AND t.at > linli.instant() - interval '10 minutes')
            THEN 'too_many'
        WHEN code.id IS NULL THEN 'unknown'
        WHEN code.capacity_id <> meeting.capacity_id THEN 'other'
        WHEN code.used_at IS NOT NULL THEN 'used'
        WHEN code.voided_at IS NOT NULL OR code.expires_at <= at THEN 'expired'
        WHEN NOT linli.may_fetch(code.person_id, code.child_id) THEN 'not_fetcher'
        ELSE linli.attendance_write(code.reservation_id, code.child_id, 'out') END;
    IF verdict IN ('unknown', 'other', 'used', 'expired') THEN
        INSERT INTO linli.attendance_attempt (estate_id, id, person_id, at)
        VALUES (estate, attempt, linli.person_id(), at);
    ELSIF verdict = 'done' THEN
        UPDATE linli.release_code AS k
        SET used_at = at, used_by = linli.person_id()
        WHERE k.estate_id = estate AND k.id = code.id;
        child_id := code.child_id;
        fetcher_id := code.person_id;
        PERFORM linli.append_event(event, 'child.released',
            (ARRAY['person:' || code.person_id, 'person:' || linli.person_id()]
                || ARRAY(SELECT 'person:' || g FROM linli.guardians_of(code.child_id) AS g)
                || ARRAY(SELECT 'person:' || s.person_id FROM linli.steward AS s
                    WHERE s.estate_id = estate AND s.thing_id = meeting.activity_id))[1:64],
            ARRAY[code.child_id],
            json_build_object('occurrence', occurrence, 'reservation', code.reservation_id)::text);
        PERFORM linli.notify(event, 'child.released', 'child', code.child_id, '{}',
            ARRAY(SELECT linli.guardians_of(code.child_id)));
    END IF;
    RETURN NEXT;
END
$$;

-- Whom to call for a child that nobody fetches: its guardians with the right are told at once, and the
-- duty role gets a task; the organiser reads their names, and calls through the desk. Nothing for
-- others.
CREATE FUNCTION linli.call_guardians(occurrence uuid, child uuid, event uuid)
    RETURNS TABLE (person_id uuid, display_name text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    guardians uuid[];
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT EXISTS (
        SELECT
        FROM linli.activity_occurrence AS o
        JOIN linli.reservation_member AS m ON m.estate_id = estate
            AND m.capacity_id = o.capacity_id AND m.person_id = child AND m.is_live
        WHERE o.estate_id = estate AND o.id = occurrence AND linli.is_steward(o.activity_id)
            AND m.checked_in_at IS NOT NULL AND m.checked_out_at IS NULL)
    THEN
        RETURN;
    END IF;
    guardians := ARRAY(
        SELECT g.guardian_id
        FROM linli.live_guardianships(estate, child) AS g
        WHERE 'pick_up' = ANY (g.rights));
    PERFORM linli.tell_family(event, 'child.waits', child, guardians, guardians,
        json_build_object('child', child, 'occurrence', occurrence));
    PERFORM linli.raise_task('child-waiting', occurrence, child, NULL, NULL, guardians);
    RETURN QUERY
        SELECT p.id, p.display_name
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (guardians)
        ORDER BY p.id;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.release_ask(uuid, uuid, uuid, uuid, text[], uuid),
    linli.release_redeem(uuid, text, uuid, integer, uuid),
    linli.call_guardians(uuid, uuid, uuid)
    TO linli;
