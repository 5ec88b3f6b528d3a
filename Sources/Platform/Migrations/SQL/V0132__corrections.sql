-- What is kept of a person and it cannot edit itself: it asks for a correction, the residents' committee
-- decides with a reason. What was, what is wanted and the reasons are sealed.

CREATE TABLE linli.correction (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    field text NOT NULL,
    was_sealed bytea,
    wanted_sealed bytea NOT NULL,
    because_sealed bytea,
    outcome text,
    decided_by uuid,
    decided_at timestamptz,
    reason_sealed bytea,
    CONSTRAINT correction_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT correction_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT correction_asked_by FOREIGN KEY (estate_id, asked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT correction_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT correction_field_known CHECK (field IN (
        'display_name', 'legal_name', 'birth_date', 'residence', 'other')),
    CONSTRAINT correction_outcome_known CHECK (outcome IN ('corrected', 'refused')),
    CONSTRAINT correction_decided_whole CHECK ((outcome IS NULL) = (decided_by IS NULL)
        AND (outcome IS NULL) = (decided_at IS NULL)),
    CONSTRAINT correction_not_own_judge CHECK (decided_by <> asked_by AND decided_by <> person_id),
    CONSTRAINT correction_sealed_bytes CHECK (octet_length(was_sealed) BETWEEN 33 AND 16384
        AND octet_length(wanted_sealed) BETWEEN 33 AND 16384
        AND octet_length(because_sealed) BETWEEN 33 AND 16384
        AND octet_length(reason_sealed) BETWEEN 33 AND 16384)
);
CREATE UNIQUE INDEX correction_open ON linli.correction (estate_id, person_id, field)
    WHERE outcome IS NULL;
CREATE INDEX correction_of_asker ON linli.correction (estate_id, asked_by, asked_at);

ALTER TABLE linli.correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.correction FORCE ROW LEVEL SECURITY;
CREATE POLICY correction_owner ON linli.correction TO linli_owner USING (true) WITH CHECK (true);

INSERT INTO linli.sealed_column (source, field) VALUES
    ('correction', 'was_sealed'), ('correction', 'wanted_sealed'),
    ('correction', 'because_sealed'), ('correction', 'reason_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('correction', 'asked_by', 'move'), ('correction', 'decided_by', 'stay'),
    ('correction', 'person_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
VALUES ('correction', 'decided_by', 'doer', '谁办的', 'Who did it', 'keep', 'ledger');
INSERT INTO linli.personal_data (table_name, column_name, handed_out, title_zh, title_en, shown,
    guardian_right, guardian_only_if, erasure, kept)
VALUES
    ('correction', 'person_id', 'yes', '关于我的更正', 'Corrections of one''s record',
        'r.id, r.field, r.asked_at, r.was_sealed, r.wanted_sealed, r.outcome, r.decided_at,
            r.reason_sealed', 'any', 'r.asked_by = $3', 'delete', 'correction'),
    ('correction', 'asked_by', 'yes', '我请求的更正', 'Corrections one asked for',
        'r.id, r.person_id, r.field, r.asked_at, r.outcome, r.decided_at', NULL, 'true', 'delete',
        'correction');
INSERT INTO linli.access_rule (role, kind, purpose) VALUES
    ('residents_committee', 'correction', 'decision');
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere) VALUES
    ('correction', 'residents_committee', interval '7 days', '核实一项资料更正',
        'Check a correction of somebody''s record', true);

-- What is kept now of the person whose record is to be corrected, for the one who asks: its name, or
-- what is sealed. No row: it is neither the principal nor a child that it guards.
CREATE FUNCTION linli.correctable(about uuid, of_field text)
    RETURNS TABLE (display_name text, value_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR (about <> linli.person_id() AND NOT linli.is_guardian(linli.person_id(), about))
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT CASE WHEN of_field = 'display_name' THEN p.display_name END, s.value_sealed
        FROM linli.person AS p
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = p.estate_id AND s.person_id = p.id
            AND s.field = of_field AND of_field IN ('legal_name', 'birth_date')
        WHERE p.estate_id = linli.estate_id() AND p.id = about
            AND p.state IN ('active', 'away', 'in_hospital');
END
$$;

-- Asks for a correction. Verdicts: asked; unknown, there (one of the field is open).
CREATE FUNCTION linli.ask_correction(
    new_id uuid, about uuid, of_field text, was bytea, wanted bytea, because bytea, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF NOT EXISTS (SELECT FROM linli.correctable(about, of_field)) THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.correction (estate_id, id, person_id, asked_by, asked_at, field, was_sealed,
        wanted_sealed, because_sealed)
    VALUES (estate, new_id, about, own, linli.instant(), of_field, was, wanted, because)
    ON CONFLICT (estate_id, person_id, field) WHERE outcome IS NULL DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    PERFORM linli.append_event(event, 'correction.asked',
        ARRAY['person:' || own, 'role:residents_committee'], ARRAY[about],
        json_build_object('correction', new_id, 'field', of_field)::text);
    PERFORM linli.raise_task('correction', new_id, about, NULL, NULL, ARRAY[own]);
    RETURN 'asked';
END
$$;

-- Whether the principal decides on this correction: the committee, and not where it is concerned. For
-- the functions here alone.
CREATE FUNCTION linli.may_correct(asked linli.correction) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.may_read('correction', 'decision') AND linli.beneficiary_id() IS NULL
        AND NOT linli.is_own_household(asked.person_id)
        AND NOT linli.is_own_household(asked.asked_by)
        AND NOT linli.kept_apart(asked.person_id, linli.person_id());
END
$$;

-- Corrections, the latest first: those that the principal asked for, or (for_office) that it decides on;
-- what it reads so is noted.
CREATE FUNCTION linli.corrections(for_office boolean, before_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, field text, asked_at timestamptz,
        was_sealed bytea, wanted_sealed bytea, because_sealed bytea, outcome text,
        decided_at timestamptz, reason_sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    found_ids uuid[];
BEGIN
    found_ids := ARRAY(
        SELECT c.id
        FROM linli.correction AS c
        WHERE c.estate_id = linli.estate_id() AND c.id < before_id
            AND CASE WHEN for_office THEN c.outcome IS NULL AND linli.may_correct(c)
                ELSE c.asked_by = linli.person_id() AND linli.beneficiary_id() IS NULL END
        ORDER BY c.id DESC
        LIMIT least(rows_max, 101));
    IF for_office THEN
        PERFORM linli.log_reads(ARRAY(
            SELECT DISTINCT c.person_id
            FROM linli.correction AS c
            WHERE c.estate_id = linli.estate_id() AND c.id = ANY (found_ids[1:rows_max - 1])),
            'correction', 'decision')
        WHERE found_ids <> '{}';
    END IF;
    RETURN QUERY
        SELECT c.id, c.person_id, p.display_name, c.field, c.asked_at, c.was_sealed,
            c.wanted_sealed, c.because_sealed, c.outcome, c.decided_at, c.reason_sealed
        FROM linli.correction AS c
        JOIN linli.person AS p ON p.estate_id = c.estate_id AND p.id = c.person_id
        WHERE c.estate_id = linli.estate_id() AND c.id = ANY (found_ids)
        ORDER BY c.id DESC;
END
$$;

-- Decides on a correction. Verdicts: done; unknown, own, again. What is wanted comes with it, for the
-- server, which puts it in the same transaction.
CREATE FUNCTION linli.decide_correction(
    correction uuid, wanted_outcome text, reason bytea, event uuid)
    RETURNS TABLE (verdict text, person_id uuid, field text, wanted_sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    asked linli.correction;
BEGIN
    verdict := 'unknown';
    SELECT * INTO asked
    FROM linli.correction AS c
    WHERE c.estate_id = estate AND c.id = correction
    FOR NO KEY UPDATE;
    IF FOUND AND linli.may_read('correction', 'decision') AND linli.beneficiary_id() IS NULL
        AND NOT linli.kept_apart(asked.person_id, linli.person_id())
    THEN
        verdict := CASE WHEN NOT linli.may_correct(asked) THEN 'own'
            WHEN asked.outcome IS NOT NULL THEN 'again' ELSE 'done' END;
    END IF;
    IF verdict <> 'done' THEN
        RETURN NEXT;
        RETURN;
    END IF;
    UPDATE linli.correction AS c
    SET outcome = wanted_outcome, decided_by = linli.person_id(), decided_at = linli.instant(),
        reason_sealed = reason
    WHERE c.estate_id = estate AND c.id = correction;
    PERFORM linli.finish_task(t.id, wanted_outcome)
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.kind = 'correction' AND t.about_id = correction
        AND t.finished_at IS NULL;
    PERFORM linli.append_event(event, 'correction.decided',
        ARRAY['person:' || asked.asked_by, 'role:residents_committee'], ARRAY[asked.person_id],
        json_build_object('correction', correction, 'field', asked.field,
            'outcome', wanted_outcome)::text);
    PERFORM linli.notify(event, 'correction.decided', 'person', asked.person_id, '{}',
        ARRAY[asked.asked_by]);
    person_id := asked.person_id;
    field := asked.field;
    wanted_sealed := asked.wanted_sealed;
    RETURN NEXT;
END
$$;

-- Puts what a decision of this very transaction corrects: the name, or what is sealed for the person.
CREATE FUNCTION linli.put_corrected(correction uuid, name text, sealed bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    asked linli.correction;
BEGIN
    SELECT * INTO asked
    FROM linli.correction AS c
    WHERE c.estate_id = estate AND c.id = correction AND c.outcome = 'corrected'
        AND c.decided_by = linli.person_id() AND c.decided_at = at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing was decided here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF asked.field = 'display_name' THEN
        UPDATE linli.person AS p
        SET display_name = name
        WHERE p.estate_id = estate AND p.id = asked.person_id;
    ELSIF asked.field IN ('legal_name', 'birth_date') THEN
        INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
        VALUES (estate, asked.person_id, asked.field, sealed, at)
        ON CONFLICT ON CONSTRAINT person_sealed_pkey
            DO UPDATE SET value_sealed = EXCLUDED.value_sealed, changed_at = EXCLUDED.changed_at;
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.correctable(uuid, text),
    linli.ask_correction(uuid, uuid, text, bytea, bytea, bytea, uuid),
    linli.corrections(boolean, uuid, integer),
    linli.decide_correction(uuid, text, bytea, uuid), linli.put_corrected(uuid, text, bytea)
    TO linli;
