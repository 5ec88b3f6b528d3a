-- A safety ban travels from committee to committee as a signed note; the committee that receives it
-- decides for itself. Nothing here is listed with a name: a note is found again by who joins.

-- Installations whose notes a committee accepts besides its own, by the key that they sign with.
CREATE TABLE linli.safety_issuer (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    key bytea NOT NULL,
    entered_by uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT safety_issuer_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT safety_issuer_once UNIQUE (estate_id, key),
    CONSTRAINT safety_issuer_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT safety_issuer_entered_by FOREIGN KEY (estate_id, entered_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_issuer_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT safety_issuer_key_bytes CHECK (octet_length(key) = 32)
);

-- A note that came in: what it says, and of whom, under the estate's key. The ban's id in the other
-- estate is its name; one that was lifted there stays, so that it does not come again.
CREATE TABLE linli.safety_note (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    ban_id uuid NOT NULL,
    issuer text NOT NULL,
    kind text NOT NULL,
    -- Whom it is about, as JSON: name, and day of birth if it is known; NULL: a lifting alone.
    whom_sealed bytea,
    reason_sealed bytea,
    ends timestamptz NOT NULL,
    received_by uuid NOT NULL,
    received_at timestamptz NOT NULL,
    lifted_at timestamptz,
    -- Up to when those who came to be here have been compared with it.
    compared_until timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT safety_note_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT safety_note_once UNIQUE (estate_id, ban_id),
    CONSTRAINT safety_note_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT safety_note_received_by FOREIGN KEY (estate_id, received_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_note_kind_known
        CHECK (kind IN ('harassment', 'violence', 'fraud', 'children', 'other')),
    CONSTRAINT safety_note_whole CHECK ((whom_sealed IS NULL) = (reason_sealed IS NULL)
        AND (whom_sealed IS NOT NULL OR lifted_at IS NOT NULL)),
    CONSTRAINT safety_note_bytes CHECK (octet_length(whom_sealed) BETWEEN 33 AND 4096
        AND octet_length(reason_sealed) BETWEEN 33 AND 8192),
    CONSTRAINT safety_note_issuer_length CHECK (char_length(issuer) BETWEEN 1 AND 240)
);

-- Who may be the one of a note, and what the committee decided about that.
CREATE TABLE linli.safety_match (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    note_id uuid NOT NULL,
    person_id uuid NOT NULL,
    found_at timestamptz NOT NULL,
    decision text,
    because_sealed bytea,
    decided_by uuid,
    decided_at timestamptz,
    ban_id uuid,
    CONSTRAINT safety_match_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT safety_match_once UNIQUE (estate_id, note_id, person_id),
    CONSTRAINT safety_match_note FOREIGN KEY (estate_id, note_id)
        REFERENCES linli.safety_note (estate_id, id),
    CONSTRAINT safety_match_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_match_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_match_ban FOREIGN KEY (estate_id, ban_id)
        REFERENCES linli.safety_ban (estate_id, id),
    CONSTRAINT safety_match_decision_known CHECK (decision IN ('ban', 'no_ban', 'other_person')),
    CONSTRAINT safety_match_decided_whole CHECK ((decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decided_by IS NULL)
        AND (decision IS NULL) = (because_sealed IS NULL)
        AND (ban_id IS NULL OR decision = 'ban')),
    CONSTRAINT safety_match_bytes CHECK (octet_length(because_sealed) BETWEEN 33 AND 8192)
);

ALTER TABLE linli.safety_ban ADD CONSTRAINT safety_ban_note
    FOREIGN KEY (estate_id, note_id) REFERENCES linli.safety_note (estate_id, id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['safety_issuer', 'safety_note', 'safety_match']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.sealed_column (source, field) VALUES
    ('safety_note', 'whom_sealed'), ('safety_note', 'reason_sealed'),
    ('safety_match', 'because_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('safety_issuer', 'entered_by', 'stay'), ('safety_note', 'received_by', 'stay'),
    ('safety_match', 'person_id', 'move'), ('safety_match', 'decided_by', 'stay');
INSERT INTO linli.task_kind
    (code, duty_role, due, title_zh, title_en, climbs_to, is_decided_elsewhere)
VALUES
    ('safety-match', 'residents_committee', '1 day', '外小区的安全通报可能涉及一位住户，请核实并决定',
        'Another committee''s safety note may be about a resident: find out, and decide', '{}',
        true),
    ('safety-note-lifted', 'residents_committee', '3 days', '原小区已解除安全禁令，请重新考虑',
        'The other committee has lifted its ban: think again about the one that followed', '{}',
        false);

-- Issuing ----------------------------------------------------------------------------------------

-- What a note of a ban says, for a member of the committee who may decide on it: whom it is about goes
-- into the note and nowhere else. It is logged, and the committee's log says that it was issued.
CREATE FUNCTION linli.issue_note(ban uuid, event uuid)
    RETURNS TABLE (verdict text, kind text, person_id uuid, display_name text,
        legal_sealed bytea, birth_sealed bytea, reason_sealed bytea, begins timestamptz,
        ends timestamptz, lifted_at timestamptz, estate_zh text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    b linli.safety_ban;
BEGIN
    SELECT * INTO b
    FROM linli.safety_ban AS x
    WHERE x.estate_id = estate AND x.id = ban;
    verdict := CASE
        WHEN b.id IS NULL OR NOT linli.may_read('safety', 'decision') THEN 'unknown'
        WHEN NOT linli.decides_safety(b.person_id) THEN 'own'
        WHEN b.lifted_at IS NULL AND b.ends <= linli.instant() THEN 'over'
        ELSE 'issued' END;
    IF verdict = 'issued' THEN
        SELECT b.kind, p.id, p.display_name,
            (SELECT s.value_sealed FROM linli.person_sealed AS s
                WHERE s.estate_id = estate AND s.person_id = p.id AND s.field = 'legal_name'),
            (SELECT s.value_sealed FROM linli.person_sealed AS s
                WHERE s.estate_id = estate AND s.person_id = p.id AND s.field = 'birth_date'),
            b.reason_sealed, b.begins, b.ends, b.lifted_at, e.name_zh
        INTO kind, person_id, display_name, legal_sealed, birth_sealed, reason_sealed, begins,
            ends, lifted_at, estate_zh
        FROM linli.person AS p
        JOIN linli.estate AS e ON e.estate_id = estate
        WHERE p.estate_id = estate AND p.id = b.person_id;
        PERFORM linli.log_read(b.person_id, 'safety', 'decision');
        PERFORM linli.append_event(event, 'safety.noteIssued',
            linli.duty_keys('residents_committee', NULL), '{}',
            json_build_object('ban', ban)::text);
    END IF;
    RETURN NEXT;
END
$$;

-- Receiving --------------------------------------------------------------------------------------

-- Enters the key of another installation, by the committee. Verdicts: entered; unknown, there.
CREATE FUNCTION linli.enter_issuer(new_id uuid, name text, key bytea, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.may_read('safety', 'decision') THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.safety_issuer (estate_id, id, name, key, entered_by, entered_at)
    VALUES (linli.estate_id(), new_id, name, key, linli.person_id(), linli.instant())
    ON CONFLICT ON CONSTRAINT safety_issuer_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    PERFORM linli.append_event(event, 'safety.issuerEntered',
        linli.duty_keys('residents_committee', NULL), '{}',
        json_build_object('issuer', new_id)::text);
    RETURN 'entered';
END
$$;

-- The installations whose keys were entered, for the committee.
CREATE FUNCTION linli.safety_issuers()
    RETURNS TABLE (id uuid, name text, key bytea, entered_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.may_read('safety', 'decision') THEN
        RETURN QUERY
            SELECT i.id, i.name, i.key, i.entered_at
            FROM linli.safety_issuer AS i
            WHERE i.estate_id = linli.estate_id()
            ORDER BY i.id
            LIMIT 100;
    END IF;
END
$$;

-- Receives a note that the server has verified under a key. Of a ban of this installation's own it is
-- known whether it lives. Verdicts: received, lifted_now (a lifting that came in); unknown, issuer
-- (no such key), again, lifted, expired, own_estate.
CREATE FUNCTION linli.receive_note(new_id uuid, of_ban uuid, from_estate uuid, issuer text,
    signed_by bytea, is_own_key boolean, of_kind text, whom bytea, reason bytea,
    until timestamptz, is_lifting boolean, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    there linli.safety_note;
BEGIN
    IF NOT linli.may_read('safety', 'decision') THEN
        RETURN 'unknown';
    ELSIF from_estate = estate THEN
        RETURN 'own_estate';
    ELSIF NOT is_own_key AND NOT EXISTS (
        SELECT FROM linli.safety_issuer AS i WHERE i.estate_id = estate AND i.key = signed_by)
    THEN
        RETURN 'issuer';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('note ' || of_ban, 126));
    SELECT * INTO there
    FROM linli.safety_note AS n
    WHERE n.estate_id = estate AND n.ban_id = of_ban;
    IF is_lifting THEN
        IF there.lifted_at IS NOT NULL THEN
            RETURN 'again';
        END IF;
        INSERT INTO linli.safety_note AS n (estate_id, id, ban_id, issuer, kind, ends,
            received_by, received_at, lifted_at)
        VALUES (estate, new_id, of_ban, issuer, of_kind, until, linli.person_id(), at, at)
        ON CONFLICT ON CONSTRAINT safety_note_once DO UPDATE SET lifted_at = at;
        -- The committee decided for itself, and does so again.
        PERFORM linli.raise_task('safety-note-lifted', b.id, b.person_id, NULL, NULL)
        FROM linli.safety_ban AS b
        WHERE b.estate_id = estate AND b.note_id = there.id AND b.lifted_at IS NULL
            AND b.ends > at;
        PERFORM linli.finish_task(t.id, 'lifted')
        FROM linli.task AS t
        JOIN linli.safety_match AS m ON m.estate_id = estate AND m.id = t.about_id
            AND m.note_id = there.id
        WHERE t.estate_id = estate AND t.kind = 'safety-match' AND t.finished_at IS NULL;
    ELSIF there.lifted_at IS NOT NULL OR (is_own_key AND EXISTS (
        SELECT
        FROM linli.safety_ban AS b
        WHERE b.estate_id = from_estate AND b.id = of_ban AND b.lifted_at IS NOT NULL))
    THEN
        RETURN 'lifted';
    ELSIF there.id IS NOT NULL THEN
        RETURN 'again';
    ELSIF until <= at THEN
        RETURN 'expired';
    ELSE
        INSERT INTO linli.safety_note (estate_id, id, ban_id, issuer, kind, whom_sealed,
            reason_sealed, ends, received_by, received_at)
        VALUES (estate, new_id, of_ban, issuer, of_kind, whom, reason, until,
            linli.person_id(), at);
    END IF;
    PERFORM linli.append_event(event,
        CASE WHEN is_lifting THEN 'safety.noteLifted' ELSE 'safety.noteReceived' END,
        linli.duty_keys('residents_committee', NULL), '{}',
        json_build_object('note', coalesce(there.id, new_id))::text);
    RETURN CASE WHEN is_lifting THEN 'lifted_now' ELSE 'received' END;
END
$$;

-- Finding whom a note is about --------------------------------------------------------------------

-- Whom the job has not compared with a note: whoever came to be here since it last looked, with some
-- minutes over for those who were coming in just then.
CREATE FUNCTION linli.notes_to_compare(after_note uuid, after_person uuid, rows_max integer)
    RETURNS TABLE (note_id uuid, whom_sealed bytea, person_id uuid, display_name text,
        legal_sealed bytea, birth_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'safety-notes' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT n.id, n.whom_sealed, p.id, p.display_name,
            (SELECT s.value_sealed FROM linli.person_sealed AS s
                WHERE s.estate_id = estate AND s.person_id = p.id AND s.field = 'legal_name'),
            (SELECT s.value_sealed FROM linli.person_sealed AS s
                WHERE s.estate_id = estate AND s.person_id = p.id AND s.field = 'birth_date')
        FROM linli.safety_note AS n
        JOIN linli.person AS p ON p.estate_id = estate
            AND p.state IN ('active', 'away', 'in_hospital')
            AND greatest(p.created_at, p.claimed_at) > n.compared_until - interval '10 minutes'
        WHERE n.estate_id = estate AND n.lifted_at IS NULL AND n.ends > at
            AND n.whom_sealed IS NOT NULL AND (n.id, p.id) > (after_note, after_person)
            AND NOT EXISTS (
                SELECT
                FROM linli.safety_match AS m
                WHERE m.estate_id = estate AND m.note_id = n.id AND m.person_id = p.id)
        ORDER BY n.id, p.id
        LIMIT rows_max;
END
$$;

-- Notes whom the job found, each a task of the committee's, and that it has looked until now.
CREATE FUNCTION linli.note_matches(notes uuid[], persons uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    fresh record;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'safety-notes' THEN
        RAISE EXCEPTION 'only its job does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR fresh IN
        INSERT INTO linli.safety_match (estate_id, id, note_id, person_id, found_at)
        SELECT estate, linli.fresh_id(at), g.note, g.person, at
        FROM unnest(notes, persons) AS g (note, person)
        ON CONFLICT ON CONSTRAINT safety_match_once DO NOTHING
        RETURNING id, person_id
    LOOP
        PERFORM linli.raise_task('safety-match', fresh.id, fresh.person_id, NULL, NULL);
    END LOOP;
    UPDATE linli.safety_note AS n
    SET compared_until = at
    WHERE n.estate_id = estate AND n.lifted_at IS NULL AND n.ends > at;
END
$$;

-- Deciding ----------------------------------------------------------------------------------------

-- Who may be the one of a note, for the committee; each reading is logged.
CREATE FUNCTION linli.safety_matches(wanted uuid, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, note_id uuid, person_id uuid, display_name text, issuer text,
        kind text, ends timestamptz, is_lifted boolean, found_at timestamptz, decision text,
        reason_sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    shown uuid[];
BEGIN
    IF NOT linli.may_read('safety', 'decision') THEN
        RETURN;
    END IF;
    shown := ARRAY(
        SELECT m.id
        FROM linli.safety_match AS m
        WHERE m.estate_id = estate AND (wanted IS NULL OR m.id = wanted) AND m.id < before
            AND linli.decides_safety(m.person_id)
        ORDER BY m.id DESC
        LIMIT least(rows_max, 101));
    PERFORM linli.log_reads(ARRAY(
        SELECT m.person_id FROM linli.safety_match AS m
        WHERE m.estate_id = estate AND m.id = ANY (shown)), 'safety', 'decision');
    RETURN QUERY
        SELECT m.id, n.id, m.person_id, p.display_name, n.issuer, n.kind, n.ends,
            n.lifted_at IS NOT NULL, m.found_at, m.decision, n.reason_sealed
        FROM linli.safety_match AS m
        JOIN linli.safety_note AS n ON n.estate_id = estate AND n.id = m.note_id
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
        WHERE m.estate_id = estate AND m.id = ANY (shown)
        ORDER BY m.id DESC;
END
$$;

-- Decides on whom a note may be about; a ban that follows is this committee's own, and ends no later
-- than the other. Verdicts: decided; unknown, own, again, lifted, there.
CREATE FUNCTION linli.decide_match(wanted uuid, becomes text, because bytea, ban uuid,
    reason bytea, evidence bytea, until timestamptz, event uuid, ban_event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    m linli.safety_match;
    n linli.safety_note;
    verdict text;
BEGIN
    SELECT * INTO m
    FROM linli.safety_match AS x
    WHERE x.estate_id = estate AND x.id = wanted
    FOR NO KEY UPDATE;
    SELECT * INTO n
    FROM linli.safety_note AS x
    WHERE x.estate_id = estate AND x.id = m.note_id;
    IF m.id IS NULL OR NOT linli.may_read('safety', 'decision') THEN
        RETURN 'unknown';
    ELSIF NOT linli.decides_safety(m.person_id) THEN
        RETURN 'own';
    ELSIF m.decision IS NOT NULL THEN
        RETURN 'again';
    ELSIF becomes = 'ban' AND (n.lifted_at IS NOT NULL OR n.ends <= at) THEN
        RETURN 'lifted';
    END IF;
    IF becomes = 'ban' THEN
        verdict := linli.set_ban(
            ban, m.person_id, n.kind, reason, evidence, least(until, n.ends), n.id, ban_event);
        IF verdict <> 'set' THEN
            RETURN verdict;
        END IF;
    END IF;
    UPDATE linli.safety_match AS x
    SET decision = becomes, because_sealed = because, decided_by = linli.person_id(),
        decided_at = at, ban_id = CASE becomes WHEN 'ban' THEN ban END
    WHERE x.estate_id = estate AND x.id = wanted;
    PERFORM linli.append_event(event, 'safety.matchDecided',
        linli.duty_keys('residents_committee', NULL), '{}',
        json_build_object('match', wanted, 'decision', becomes)::text);
    PERFORM linli.finish_task(t.id, becomes)
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.about_id = wanted AND t.kind = 'safety-match'
        AND t.finished_at IS NULL;
    RETURN 'decided';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.issue_note(uuid, uuid), linli.enter_issuer(uuid, text, bytea, uuid),
    linli.safety_issuers(),
    linli.receive_note(uuid, uuid, uuid, text, bytea, boolean, text, bytea, bytea, timestamptz,
        boolean, uuid),
    linli.notes_to_compare(uuid, uuid, integer), linli.note_matches(uuid[], uuid[]),
    linli.safety_matches(uuid, uuid, integer),
    linli.decide_match(uuid, text, bytea, uuid, bytea, bytea, timestamptz, uuid, uuid)
    TO linli;
