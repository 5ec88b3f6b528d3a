-- Visits of help (上门与陪伴): one person helps another at a time. A visit is a commitment of both, so that
-- nobody is promised twice; who is kept apart from whom, or said that it was not safe, does not meet.
-- docs/help/visits.md has the rules. Tables are read through functions alone.

CREATE TABLE linli.help_visit (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- What it came of, and that thing.
    source text NOT NULL,
    source_id uuid NOT NULL,
    kind text NOT NULL,
    helper_id uuid NOT NULL,
    -- Who is helped; NULL: a household's delivery.
    person_id uuid,
    child_id uuid,
    place_id uuid,
    capacity_id uuid,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'planned',
    planned_at timestamptz NOT NULL,
    checked_in_at timestamptz,
    checked_out_at timestamptz,
    helper_confirmed_at timestamptz,
    person_confirmed_at timestamptz,
    -- When it was done, missed or cancelled; and why it was cancelled.
    closed_at timestamptz,
    because text,
    -- When both were told that nobody came, or left.
    told_in_at timestamptz,
    told_out_at timestamptz,
    -- For the next helper, under the estate's key.
    note_sealed bytea,
    -- An errand's money in fen: said before, and paid by the receipt after.
    cash_fen bigint,
    paid_fen bigint,
    receipt_sealed bytea,
    CONSTRAINT help_visit_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_visit_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT help_visit_of_kind FOREIGN KEY (kind) REFERENCES linli.help_kind (code),
    CONSTRAINT help_visit_helper FOREIGN KEY (estate_id, helper_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_visit_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_visit_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_visit_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT help_visit_source_known
        CHECK (source IN ('request', 'pairing', 'care', 'rota', 'delivery')),
    CONSTRAINT help_visit_state_known
        CHECK (state IN ('planned', 'under_way', 'done', 'missed', 'cancelled')),
    CONSTRAINT help_visit_person_or_delivery CHECK (person_id IS NOT NULL OR source = 'delivery'),
    CONSTRAINT help_visit_two_persons CHECK (helper_id <> person_id),
    CONSTRAINT help_visit_forward CHECK (begins < ends AND ends <= begins + interval '12 hours'),
    CONSTRAINT help_visit_in_whole
        CHECK ((state IN ('under_way', 'done')) = (checked_in_at IS NOT NULL)),
    CONSTRAINT help_visit_out_whole CHECK ((state = 'done') = (checked_out_at IS NOT NULL)
        AND checked_in_at <= checked_out_at),
    CONSTRAINT help_visit_closed_whole
        CHECK ((state IN ('done', 'missed', 'cancelled')) = (closed_at IS NOT NULL)),
    CONSTRAINT help_visit_because_whole CHECK ((state = 'cancelled') = (because IS NOT NULL)),
    CONSTRAINT help_visit_because_code CHECK (because ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT help_visit_confirmed_done CHECK (state = 'done'
        OR (helper_confirmed_at IS NULL AND person_confirmed_at IS NULL)),
    CONSTRAINT help_visit_note_bytes CHECK (octet_length(note_sealed) BETWEEN 33 AND 16384),
    CONSTRAINT help_visit_receipt_bytes CHECK (octet_length(receipt_sealed) BETWEEN 33 AND 16384),
    CONSTRAINT help_visit_cash_range CHECK (cash_fen BETWEEN 0 AND 10000000
        AND paid_fen BETWEEN 0 AND 10000000),
    CONSTRAINT help_visit_paid_of_said CHECK (paid_fen IS NULL OR cash_fen IS NOT NULL)
);
CREATE UNIQUE INDEX help_visit_once ON linli.help_visit (estate_id, source, source_id, begins)
    WHERE state <> 'cancelled';
CREATE INDEX help_visit_of_helper ON linli.help_visit (estate_id, helper_id, begins);
CREATE INDEX help_visit_of_person ON linli.help_visit (estate_id, person_id, begins);
CREATE INDEX help_visit_of_source ON linli.help_visit (estate_id, source, source_id, begins);
CREATE INDEX help_visit_live ON linli.help_visit (estate_id, begins)
    WHERE state IN ('planned', 'under_way');

-- "It was not safe": for the duty role alone. It stands between the two from that moment, until somebody
-- of that office lifts it; the other is never shown it.
CREATE TABLE linli.help_safety_report (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    visit_id uuid NOT NULL,
    -- For which side of the visit it was not safe, who said so, and with whom.
    person_id uuid NOT NULL,
    said_by uuid NOT NULL,
    other_id uuid NOT NULL,
    said_at timestamptz NOT NULL,
    note_sealed bytea,
    decided_by uuid,
    decided_at timestamptz,
    decision text,
    CONSTRAINT help_safety_report_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_safety_report_visit FOREIGN KEY (estate_id, visit_id)
        REFERENCES linli.help_visit (estate_id, id),
    CONSTRAINT help_safety_report_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_safety_report_said_by FOREIGN KEY (estate_id, said_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_safety_report_other FOREIGN KEY (estate_id, other_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_safety_report_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_safety_report_once UNIQUE (estate_id, visit_id, person_id),
    CONSTRAINT help_safety_report_two CHECK (person_id <> other_id),
    CONSTRAINT help_safety_report_not_own_judge CHECK (decided_by NOT IN (person_id, other_id)),
    CONSTRAINT help_safety_report_decision_known CHECK (decision IN ('stands', 'lifted')),
    CONSTRAINT help_safety_report_decision_whole CHECK ((decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decided_by IS NULL)),
    CONSTRAINT help_safety_report_note_bytes CHECK (octet_length(note_sealed) BETWEEN 33 AND 16384)
);
CREATE INDEX help_safety_report_between
    ON linli.help_safety_report (estate_id, person_id, other_id);

-- Whether one of two said that help by the other was not safe, and nobody has lifted it.
CREATE FUNCTION linli.safety_stands(a uuid, b uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.help_safety_report AS r
        WHERE r.estate_id = linli.estate_id() AND r.decision IS DISTINCT FROM 'lifted'
            AND ((r.person_id = a AND r.other_id = b) OR (r.person_id = b AND r.other_id = a)));
END
$$;

-- Why one may not meet another as a helper: 'gone' (one is not here, or not available), 'apart'; NULL if
-- it may. For the functions here alone.
CREATE FUNCTION linli.help_bar(helper uuid, person uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE
        WHEN helper IS NULL OR person IS NULL OR helper = person
            OR NOT linli.person_available(estate, helper)
            OR NOT linli.person_available(estate, person) THEN 'gone'
        WHEN linli.kept_apart(helper, person) OR linli.ban_between(helper, person)
            OR linli.safety_stands(helper, person) THEN 'apart' END;
END
$$;

-- Whether one may help another now: THE predicate of proposals, pairings, rotas and visits.
CREATE FUNCTION linli.may_help(helper uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.help_bar(helper, person) IS NULL;
END
$$;

-- As before, and visits that live: of the helper, and of who is helped.
CREATE OR REPLACE FUNCTION linli.commitments(
    persons uuid[], households uuid[], ending_after timestamptz
) RETURNS TABLE (person_id uuid, household_id uuid, reservation_id uuid, capacity_id uuid,
    feature text, state text, begins timestamptz, ends timestamptz, place_id uuid, local_day date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    found_ids CONSTANT uuid[] := ARRAY(
        SELECT m.reservation_id
        FROM linli.reservation_member AS m
        WHERE m.estate_id = estate AND m.person_id = ANY (persons) AND m.is_live
        UNION
        SELECT r.id
        FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.household_id = ANY (households) AND r.state <> 'ended');
BEGIN
    -- The longest visit is 12 hours: what began earlier is over.
    RETURN QUERY
        SELECT p.id, NULL::uuid, v.id, v.id, 'help_visit', 'confirmed', v.begins, v.ends,
            v.place_id, (v.begins AT TIME ZONE zone)::date
        FROM unnest(persons) AS p (id)
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.helper_id = p.id
        WHERE v.state IN ('planned', 'under_way') AND v.ends > ending_after
            AND v.begins > ending_after - interval '12 hours'
        UNION ALL
        SELECT p.id, NULL::uuid, v.id, v.id, 'help_visit', 'confirmed', v.begins, v.ends,
            v.place_id, (v.begins AT TIME ZONE zone)::date
        FROM unnest(persons) AS p (id)
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.person_id = p.id
        WHERE v.state IN ('planned', 'under_way') AND v.ends > ending_after
            AND v.begins > ending_after - interval '12 hours';
    IF cardinality(found_ids) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.person_id, r.household_id, r.id, c.id, c.feature, r.state, c.begins, c.ends,
            c.place_id, (c.begins AT TIME ZONE zone)::date
        FROM linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
        WHERE r.estate_id = estate AND r.id = ANY (found_ids) AND r.state <> 'ended' AND m.is_live
            AND c.feature <> 'lot' AND c.ends > ending_after
            AND (r.until IS NULL OR r.until > linli.instant());
END
$$;

-- Whether one of some persons is promised elsewhere between two instants, or too far away. For the
-- functions here alone; who calls holds their agendas.
CREATE FUNCTION linli.help_busy(
    persons uuid[], place uuid, begins timestamptz, ends timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.commitments(persons, '{}', help_busy.begins - interval '1 day') AS c
        CROSS JOIN LATERAL (
            SELECT linli.minutes_between(c.place_id, place) * interval '1 minute' AS gap) AS way
        WHERE c.person_id = ANY (persons) AND c.state <> 'waiting'
            AND c.begins < help_busy.ends + way.gap AND c.ends + way.gap > help_busy.begins);
END
$$;

-- Promises a visit. It holds the agendas of those concerned as the kernel of reservations does, so that
-- nobody is promised twice at a time. Both sides are told. Answers NULL when it is planned, else why not:
-- 'busy', 'gone', 'apart', 'child' (an adult alone with a child whose guardians did not all agree, or who
-- is not vetted), 'past' (it begins before now, or ends out of reason). It is called by other rooms'
-- functions, which know that the caller may.
CREATE FUNCTION linli.plan_help_visit(
    new_id uuid, source text, source_id uuid, kind text, helper uuid, person uuid, child uuid,
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
    event uuid;
BEGIN
    SELECT * INTO STRICT rule FROM linli.help_kind AS k WHERE k.code = plan_help_visit.kind;
    IF plan_help_visit.begins < at OR plan_help_visit.ends <= plan_help_visit.begins
        OR plan_help_visit.ends > plan_help_visit.begins + interval '12 hours'
        OR plan_help_visit.begins > at + interval '366 days'
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
    IF verdict IS NULL AND linli.help_busy(who, place, plan_help_visit.begins, plan_help_visit.ends)
    THEN
        verdict := 'busy';
    END IF;
    IF verdict IS NOT NULL THEN
        RETURN verdict;
    END IF;
    INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id, person_id,
        child_id, place_id, begins, ends, planned_at)
    VALUES (estate, new_id, plan_help_visit.source, plan_help_visit.source_id,
        plan_help_visit.kind, helper, person, child, place, plan_help_visit.begins,
        plan_help_visit.ends, at);
    event := linli.fresh_id(at);
    PERFORM linli.append_event(event, 'helpVisit.planned',
        ARRAY(SELECT 'person:' || w FROM unnest(who) AS w), '{}',
        json_build_object('visit', new_id)::text);
    PERFORM linli.notify(event, 'helpVisit.planned', 'help_visit', new_id,
        json_build_object('begins', plan_help_visit.begins)::text, who);
    RETURN NULL;
END
$$;

-- Ends some planned visits for a reason, as one person or, where nobody is to be seen in it, as the
-- office. For the functions here alone.
CREATE FUNCTION linli.help_visits_end(ids uuid[], code text, is_office boolean) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    ended linli.help_visit;
    who uuid[];
    before text[];
    event uuid;
    done bigint := 0;
BEGIN
    FOR ended IN
        UPDATE linli.help_visit AS v SET state = 'cancelled', closed_at = at, because = code
        WHERE v.estate_id = linli.estate_id() AND v.id = ANY (ids) AND v.state = 'planned'
        RETURNING v.*
    LOOP
        done := done + 1;
        who := array_remove(ARRAY[ended.helper_id, ended.person_id], NULL);
        event := linli.fresh_id(at);
        IF is_office THEN
            before := linli.act_as_job('help-visits');
        END IF;
        PERFORM linli.append_event(event, 'helpVisit.cancelled',
            ARRAY(SELECT 'person:' || w FROM unnest(who) AS w), '{}',
            json_build_object('visit', ended.id, 'because', code)::text);
        PERFORM linli.notify(event, 'helpVisit.cancelled', 'help_visit', ended.id,
            json_build_object('begins', ended.begins, 'because', code)::text, who);
        -- What they spoke of it with each other ends with it, whoever ended it.
        PERFORM linli.close_conversations(ARRAY(
            SELECT c.id FROM linli.conversation AS c
            WHERE c.estate_id = ended.estate_id AND c.kind = 'match' AND ended.source = 'request'
                AND c.about_id = ended.source_id AND c.closed_at IS NULL));
        IF is_office THEN
            PERFORM linli.end_act_as_job(before);
        END IF;
    END LOOP;
    RETURN done;
END
$$;

-- Cancels a planned visit; answers whether there was one. Called by other rooms' functions.
CREATE FUNCTION linli.cancel_help_visit(id uuid, because text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.help_visits_end(ARRAY[cancel_help_visit.id], cancel_help_visit.because, false) > 0;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['help_visit', 'help_safety_report'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.sealed_column (source, field) VALUES
    ('help_visit', 'note_sealed'), ('help_visit', 'receipt_sealed'),
    ('help_safety_report', 'note_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('help_visit', 'helper_id', 'move'), ('help_visit', 'person_id', 'move'),
    ('help_visit', 'child_id', 'move'), ('help_safety_report', 'person_id', 'move'),
    ('help_safety_report', 'said_by', 'stay'), ('help_safety_report', 'other_id', 'move'),
    ('help_safety_report', 'decided_by', 'stay');
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('help_visit', '互助上门记录', 'Visits of help', '1096 days', '365 days', '3650 days',
    '处理纠纷和安全问题所需', 'needed for disputes and safety');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, guardian_right, erasure,
        becomes, kept)
VALUES
    ('help_visit', 'helper_id', 'yes', '我帮助别人的记录', 'Visits by which one helped',
        'r.id, r.kind, r.begins, r.ends, r.state, r.checked_in_at, r.checked_out_at', NULL, 'keep',
        NULL, 'help_visit'),
    ('help_visit', 'person_id', 'yes', '我得到帮助的记录', 'Visits by which one was helped',
        'r.id, r.kind, r.begins, r.ends, r.state, r.checked_in_at, r.checked_out_at, r.cash_fen,
            r.paid_fen', NULL, 'blank', 'note_sealed = NULL, receipt_sealed = NULL', 'help_visit'),
    ('help_visit', 'child_id', 'yes', '孩子得到照看的记录', 'Visits by which a child was looked after',
        'r.id, r.kind, r.begins, r.ends, r.state', 'any', 'keep', NULL, 'help_visit'),
    ('help_safety_report', 'person_id', 'yes', '我说过的不安全', 'What one said was not safe',
        'r.id, r.visit_id, r.said_at', NULL, 'keep', NULL, 'help_visit'),
    ('help_safety_report', 'said_by', 'doer', '谁办的', 'Who did it', NULL, NULL, 'keep', NULL,
        'help_visit'),
    ('help_safety_report', 'other_id', 'protects', '安全反馈', 'What was said of safety', NULL, NULL,
        'keep', NULL, 'help_visit'),
    ('help_safety_report', 'decided_by', 'doer', '谁办的', 'Who did it', NULL, NULL, 'keep', NULL,
        'help_visit');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('help_visit', 1, 'help_safety_report', 'r.decided_at < $1', NULL),
    ('help_visit', 9, 'help_visit', 'r.closed_at < $1 AND NOT EXISTS (
        SELECT FROM linli.help_safety_report AS s
        WHERE s.estate_id = r.estate_id AND s.visit_id = r.id)', NULL);
