-- After help (事后): each side rates the other by a few facts, which are shown when both are in or after 14
-- days; a dispute is decided by one person, and by another on appeal. docs/help/visits.md.

INSERT INTO linli.task_kind
    (code, duty_role, due, title_zh, title_en, climbs_to, is_decided_elsewhere) VALUES
    ('help-dispute', 'social_worker', '3 days', '一次互助有分歧，请听双方', 'Two disagree about a visit of help',
        '{residents_committee,subdistrict_officer}', true),
    ('help-dispute-appeal', 'residents_committee', '3 days', '对分歧处理的申诉，请另一人裁定',
        'An appeal about a visit of help, for another member', '{}', true);

-- What one side says of the other: facts, no words.
CREATE TABLE linli.help_rating (
    estate_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    id uuid NOT NULL,
    -- Of whom, and for which side it was said by whom.
    rater_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    said_by uuid NOT NULL,
    said_at timestamptz NOT NULL,
    kept_time integer NOT NULL,
    careful integer NOT NULL,
    friendly integer NOT NULL,
    again boolean NOT NULL,
    CONSTRAINT help_rating_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_rating_once UNIQUE (estate_id, visit_id, rater_id),
    CONSTRAINT help_rating_visit FOREIGN KEY (estate_id, visit_id)
        REFERENCES linli.help_visit (estate_id, id),
    CONSTRAINT help_rating_rater FOREIGN KEY (estate_id, rater_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_rating_subject FOREIGN KEY (estate_id, subject_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_rating_said_by FOREIGN KEY (estate_id, said_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_rating_two CHECK (rater_id <> subject_id),
    CONSTRAINT help_rating_range CHECK (kept_time BETWEEN 1 AND 3 AND careful BETWEEN 1 AND 3
        AND friendly BETWEEN 1 AND 3)
);
CREATE INDEX help_rating_of_subject ON linli.help_rating (estate_id, subject_id);

-- Two disagree about a visit: decided by one of the office, and by another if one of them appeals.
CREATE TABLE linli.help_dispute (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    visit_id uuid NOT NULL,
    raised_by uuid NOT NULL,
    -- Against which side.
    against_id uuid NOT NULL,
    about text NOT NULL,
    raised_at timestamptz NOT NULL,
    words_sealed bytea,
    decision text,
    decided_by uuid,
    decided_at timestamptz,
    appealed_by uuid,
    appealed_at timestamptz,
    appeal_decision text,
    appeal_decided_by uuid,
    appeal_decided_at timestamptz,
    CONSTRAINT help_dispute_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_dispute_once UNIQUE (estate_id, visit_id, against_id),
    CONSTRAINT help_dispute_visit FOREIGN KEY (estate_id, visit_id)
        REFERENCES linli.help_visit (estate_id, id),
    CONSTRAINT help_dispute_raised_by FOREIGN KEY (estate_id, raised_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_dispute_against FOREIGN KEY (estate_id, against_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_dispute_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_dispute_appealed_by FOREIGN KEY (estate_id, appealed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_dispute_appeal_decided_by FOREIGN KEY (estate_id, appeal_decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_dispute_about_known
        CHECK (about IN ('no_show', 'late', 'money', 'damage', 'conduct', 'other')),
    CONSTRAINT help_dispute_decisions_known CHECK (decision IN ('upheld', 'dismissed')
        AND appeal_decision IN ('upheld', 'dismissed')),
    CONSTRAINT help_dispute_decision_whole CHECK ((decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decided_by IS NULL)),
    CONSTRAINT help_dispute_appeal_whole CHECK ((appealed_at IS NULL) = (appealed_by IS NULL)
        AND (appealed_at IS NULL OR decision IS NOT NULL)
        AND (appeal_decision IS NULL) = (appeal_decided_at IS NULL)
        AND (appeal_decision IS NULL) = (appeal_decided_by IS NULL)
        AND (appeal_decision IS NULL OR appealed_at IS NOT NULL)),
    CONSTRAINT help_dispute_other_judge CHECK (appeal_decided_by <> decided_by),
    CONSTRAINT help_dispute_words_bytes CHECK (octet_length(words_sealed) BETWEEN 33 AND 16384)
);

-- Rates the other side of a visit that is done, once, within 30 days; for who is helped, whoever stands
-- for it. Verdicts: done; unknown; state (not done, or rated), late.
CREATE FUNCTION linli.visit_rate(
    event uuid, new_id uuid, visit uuid, new_time integer, new_careful integer,
    new_friendly integer, new_again boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    side CONSTANT text := linli.help_side(v);
    rater CONSTANT uuid := CASE side WHEN 'helper' THEN v.helper_id ELSE v.person_id END;
BEGIN
    IF coalesce(side, 'office') = 'office' OR v.person_id IS NULL THEN
        RETURN 'unknown';
    ELSIF v.state <> 'done' OR EXISTS (
        SELECT FROM linli.help_rating AS r
        WHERE r.estate_id = v.estate_id AND r.visit_id = v.id AND r.rater_id = rater)
    THEN
        RETURN 'state';
    ELSIF at > v.closed_at + interval '30 days' THEN
        RETURN 'late';
    END IF;
    INSERT INTO linli.help_rating (estate_id, visit_id, id, rater_id, subject_id, said_by, said_at,
        kept_time, careful, friendly, again)
    VALUES (v.estate_id, v.id, new_id, rater,
        CASE side WHEN 'helper' THEN v.person_id ELSE v.helper_id END, linli.person_id(), at,
        new_time, new_careful, new_friendly, new_again);
    -- Only who said it hears of it: whether the other has is not shown before both have.
    PERFORM linli.append_event(event, 'helpRating.given', ARRAY['person:' || linli.person_id()],
        '{}', json_build_object('visit', v.id)::text);
    RETURN 'done';
END
$$;

-- What was said of a visit: one's own, and the other's once both are in or 14 days after it was done. For
-- its two sides; the office reads none.
CREATE FUNCTION linli.visit_ratings(visit uuid)
    RETURNS TABLE (id uuid, is_own boolean, kept_time integer, careful integer, friendly integer,
        again boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    v linli.help_visit;
    side text;
    own uuid;
BEGIN
    SELECT * INTO v FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = visit;
    side := linli.help_side(v);
    own := CASE side WHEN 'helper' THEN v.helper_id WHEN 'person' THEN v.person_id END;
    RETURN QUERY
        SELECT r.id, r.rater_id = own, r.kept_time, r.careful, r.friendly, r.again
        FROM linli.help_rating AS r
        WHERE own IS NOT NULL AND r.estate_id = estate AND r.visit_id = v.id
            AND (r.rater_id = own OR linli.help_rating_shown(v))
        ORDER BY r.rater_id <> own;
END
$$;

-- Whether the ratings of a visit are shown to both sides. For the functions here alone.
CREATE FUNCTION linli.help_rating_shown(v linli.help_visit) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.instant() >= v.closed_at + interval '14 days' OR 2 = (
        SELECT count(*) FROM linli.help_rating AS r
        WHERE r.estate_id = v.estate_id AND r.visit_id = v.id);
END
$$;

-- Disputes -----------------------------------------------------------------------------------------

-- A side says what went wrong, up to 30 days after. Verdicts: done; unknown; state (it has not begun, or
-- there is a dispute), late.
CREATE FUNCTION linli.visit_dispute(
    event uuid, new_id uuid, visit uuid, new_about text, sealed bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    side CONSTANT text := linli.help_side(v);
    against CONSTANT uuid := CASE side WHEN 'helper' THEN v.person_id ELSE v.helper_id END;
BEGIN
    IF coalesce(side, 'office') = 'office' OR v.person_id IS NULL THEN
        RETURN 'unknown';
    ELSIF v.state NOT IN ('under_way', 'done', 'missed') OR EXISTS (
        SELECT FROM linli.help_dispute AS d
        WHERE d.estate_id = v.estate_id AND d.visit_id = v.id AND d.against_id = against)
    THEN
        RETURN 'state';
    ELSIF at > v.closed_at + interval '30 days' THEN
        RETURN 'late';
    END IF;
    INSERT INTO linli.help_dispute (estate_id, id, visit_id, raised_by, against_id, about,
        raised_at, words_sealed)
    VALUES (v.estate_id, new_id, v.id, linli.person_id(), against, new_about, at, sealed);
    PERFORM linli.append_event(event, 'helpDispute.raised',
        ARRAY['person:' || linli.person_id(), 'person:' || against], '{}',
        json_build_object('dispute', new_id, 'visit', v.id)::text);
    PERFORM linli.notify(event, 'helpDispute.raised', 'help_visit', v.id,
        json_build_object('begins', v.begins)::text, ARRAY[against]);
    PERFORM linli.raise_task('help-dispute', new_id, NULL, NULL, NULL, linli.help_concerned(v));
    RETURN 'done';
END
$$;

-- On which side of a dispute the principal is: 'raiser' (the side that raised it), 'other', 'office'.
-- For the functions here alone.
CREATE FUNCTION linli.help_dispute_side(d linli.help_dispute) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    v linli.help_visit;
    side text;
BEGIN
    SELECT * INTO v FROM linli.help_visit AS o
    WHERE o.estate_id = d.estate_id AND o.id = d.visit_id;
    side := linli.help_side(v);
    RETURN CASE
        WHEN side = 'office' THEN CASE
            WHEN linli.person_id() <> ALL (linli.help_concerned(v)) THEN 'office' END
        WHEN side IS NULL THEN NULL
        WHEN (side = 'helper') = (d.against_id = v.helper_id) THEN 'other'
        ELSE 'raiser' END;
END
$$;

-- Decides on a dispute, or on the appeal about it: never who decided before. Verdicts: done; unknown;
-- state (decided), same.
CREATE FUNCTION linli.help_dispute_decide(event uuid, dispute uuid, new_decision text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    d linli.help_dispute;
    v linli.help_visit;
BEGIN
    SELECT * INTO d FROM linli.help_dispute AS o WHERE o.estate_id = estate AND o.id = dispute
    FOR UPDATE;
    IF linli.help_dispute_side(d) IS DISTINCT FROM 'office' THEN
        RETURN 'unknown';
    ELSIF d.decision IS NOT NULL AND (d.appealed_at IS NULL OR d.appeal_decision IS NOT NULL) THEN
        RETURN 'state';
    ELSIF d.decided_by = own THEN
        RETURN 'same';
    END IF;
    UPDATE linli.help_dispute AS o
    SET decision = coalesce(o.decision, new_decision), decided_by = coalesce(o.decided_by, own),
        decided_at = coalesce(o.decided_at, at),
        appeal_decision = CASE WHEN o.decision IS NOT NULL THEN new_decision END,
        appeal_decided_by = CASE WHEN o.decision IS NOT NULL THEN own END,
        appeal_decided_at = CASE WHEN o.decision IS NOT NULL THEN at END
    WHERE o.estate_id = estate AND o.id = dispute;
    SELECT * INTO v FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = d.visit_id;
    PERFORM linli.append_event(event, 'helpDispute.decided', ARRAY['person:' || v.helper_id,
        'person:' || v.person_id], '{}',
        json_build_object('dispute', dispute, 'decision', new_decision)::text);
    PERFORM linli.notify(event, 'helpDispute.decided', 'help_visit', v.id,
        json_build_object('begins', v.begins)::text, ARRAY[v.helper_id, v.person_id]);
    PERFORM linli.finish_task(t.id, new_decision)
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.about_id = dispute AND t.finished_at IS NULL
        AND t.kind IN ('help-dispute', 'help-dispute-appeal');
    PERFORM linli.help_dispute_settled(dispute);
    RETURN 'done';
END
$$;

-- What follows when a dispute is decided; later rooms say more. For the functions here alone.
CREATE FUNCTION linli.help_dispute_settled(dispute uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    NULL;
END
$$;

-- Either side appeals once, within 15 days of the decision. Verdicts: done; unknown; state, late.
CREATE FUNCTION linli.help_dispute_appeal(event uuid, dispute uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    d linli.help_dispute;
    v linli.help_visit;
BEGIN
    SELECT * INTO d FROM linli.help_dispute AS o WHERE o.estate_id = estate AND o.id = dispute
    FOR UPDATE;
    IF coalesce(linli.help_dispute_side(d), 'office') = 'office' THEN
        RETURN 'unknown';
    ELSIF d.decision IS NULL OR d.appealed_at IS NOT NULL THEN
        RETURN 'state';
    ELSIF at > d.decided_at + interval '15 days' THEN
        RETURN 'late';
    END IF;
    UPDATE linli.help_dispute AS o SET appealed_by = linli.person_id(), appealed_at = at
    WHERE o.estate_id = estate AND o.id = dispute;
    SELECT * INTO v FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = d.visit_id;
    PERFORM linli.append_event(event, 'helpDispute.appealed', ARRAY['person:' || v.helper_id,
        'person:' || v.person_id], '{}', json_build_object('dispute', dispute)::text);
    PERFORM linli.raise_task('help-dispute-appeal', dispute, NULL, NULL, NULL,
        linli.help_concerned(v) || d.decided_by);
    RETURN 'done';
END
$$;

-- A dispute, for its sides and the office.
CREATE FUNCTION linli.help_dispute_seen(dispute uuid)
    RETURNS TABLE (id uuid, words_sealed bytea, visit_id uuid, side text, about text,
        raised_at timestamptz, decision text, decided_at timestamptz, appealed_at timestamptz,
        appeal_decision text, appeal_decided_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT d.id, CASE WHEN s.side <> 'other' THEN d.words_sealed END, d.visit_id, s.side,
            d.about, d.raised_at, d.decision, d.decided_at, d.appealed_at, d.appeal_decision,
            d.appeal_decided_at
        FROM linli.help_dispute AS d
        CROSS JOIN LATERAL (SELECT linli.help_dispute_side(d) AS side) AS s
        WHERE d.estate_id = linli.estate_id() AND d.id = dispute AND s.side IS NOT NULL;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['help_rating', 'help_dispute'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.visit_rate(uuid, uuid, uuid, integer, integer, integer, boolean),
    linli.visit_ratings(uuid), linli.visit_dispute(uuid, uuid, uuid, text, bytea),
    linli.help_dispute_decide(uuid, uuid, text), linli.help_dispute_appeal(uuid, uuid),
    linli.help_dispute_seen(uuid)
    TO linli;

INSERT INTO linli.sealed_column (source, field) VALUES ('help_dispute', 'words_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('help_rating', 'rater_id', 'move'), ('help_rating', 'subject_id', 'move'),
    ('help_rating', 'said_by', 'stay'), ('help_dispute', 'raised_by', 'move'),
    ('help_dispute', 'against_id', 'move'), ('help_dispute', 'decided_by', 'stay'),
    ('help_dispute', 'appealed_by', 'move'), ('help_dispute', 'appeal_decided_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, kept)
VALUES
    ('help_rating', 'rater_id', 'yes', '我对互助的评价', 'What one said of help',
        'r.visit_id, r.said_at, r.kept_time, r.careful, r.friendly, r.again', 'keep', 'help_visit'),
    ('help_rating', 'subject_id', 'confidence', '别人对我的评价', 'What others said of one', NULL, 'keep',
        'help_visit'),
    ('help_rating', 'said_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', 'help_visit'),
    ('help_dispute', 'raised_by', 'yes', '我提出的互助分歧', 'Disputes about help that one raised',
        'r.id, r.visit_id, r.about, r.raised_at, r.decision, r.appeal_decision', 'keep',
        'help_visit'),
    ('help_dispute', 'against_id', 'yes', '对我提出的互助分歧', 'Disputes about help raised against one',
        'r.id, r.visit_id, r.about, r.raised_at, r.decision, r.appeal_decision', 'keep',
        'help_visit'),
    ('help_dispute', 'decided_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', 'help_visit'),
    ('help_dispute', 'appealed_by', 'elsewhere', '申诉', 'Appeals', NULL, 'keep', 'help_visit'),
    ('help_dispute', 'appeal_decided_by', 'doer', '谁办的', 'Who did it', NULL, 'keep',
        'help_visit');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('help_visit', 2, 'help_rating', 'r.said_at < $1', NULL),
    ('help_visit', 3, 'help_dispute', 'coalesce(r.appeal_decided_at, r.decided_at) < $1', NULL);
UPDATE linli.retention_target SET past = past || ' AND NOT EXISTS (
        SELECT FROM linli.help_rating AS g
        WHERE g.estate_id = r.estate_id AND g.visit_id = r.id) AND NOT EXISTS (
        SELECT FROM linli.help_dispute AS d
        WHERE d.estate_id = r.estate_id AND d.visit_id = r.id)'
WHERE kind = 'help_visit' AND number = 9;
