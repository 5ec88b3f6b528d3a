-- What is said about activities: a thread of comments that its readers see and write, and feedback by
-- those who came, which its organisers read.

CREATE TABLE linli.activity_comment (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    activity_id uuid NOT NULL,
    author_id uuid NOT NULL,
    -- NULL: it was removed.
    body text,
    at timestamptz NOT NULL,
    removed_at timestamptz,
    removed_as text,
    CONSTRAINT activity_comment_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT activity_comment_of FOREIGN KEY (estate_id, activity_id)
        REFERENCES linli.activity (estate_id, id),
    CONSTRAINT activity_comment_author FOREIGN KEY (estate_id, author_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT activity_comment_body_length CHECK (char_length(body) BETWEEN 1 AND 1000),
    CONSTRAINT activity_comment_removed_as_known CHECK (removed_as IN ('author', 'steward')),
    CONSTRAINT activity_comment_removed_whole CHECK ((removed_at IS NULL) = (body IS NOT NULL)
        AND (removed_at IS NULL) = (removed_as IS NULL))
);
CREATE INDEX activity_comment_thread ON linli.activity_comment (estate_id, activity_id, id);
CREATE INDEX activity_comment_of_author ON linli.activity_comment (estate_id, author_id, at);

CREATE TABLE linli.activity_feedback (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    occurrence_id uuid NOT NULL,
    person_id uuid NOT NULL,
    verdict text NOT NULL,
    body text,
    at timestamptz NOT NULL,
    CONSTRAINT activity_feedback_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT activity_feedback_once UNIQUE (estate_id, occurrence_id, person_id),
    CONSTRAINT activity_feedback_of FOREIGN KEY (estate_id, occurrence_id)
        REFERENCES linli.activity_occurrence (estate_id, id),
    CONSTRAINT activity_feedback_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT activity_feedback_verdict_known CHECK (verdict IN ('good', 'mixed', 'poor')),
    CONSTRAINT activity_feedback_body_length CHECK (char_length(body) BETWEEN 1 AND 1000)
);
CREATE INDEX activity_feedback_of_occurrence
    ON linli.activity_feedback (estate_id, occurrence_id, id);

-- The thread of an activity that the principal may read, the latest first, with the names under
-- which its authors speak. What was removed stays as a gap.
CREATE FUNCTION linli.activity_comments(activity uuid, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, author_id uuid, author_name text, is_steward boolean, body text,
        at timestamptz, removed_as text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    readable CONSTANT uuid := linli.readable_activity(activity);
BEGIN
    RETURN QUERY
        SELECT c.id, c.author_id, p.display_name,
            EXISTS (
                SELECT
                FROM linli.steward AS s
                WHERE s.estate_id = c.estate_id AND s.thing_id = readable
                    AND s.person_id = c.author_id),
            c.body, c.at, c.removed_as
        FROM linli.activity_comment AS c
        JOIN linli.person AS p ON p.estate_id = c.estate_id AND p.id = c.author_id
        WHERE c.estate_id = linli.estate_id() AND c.activity_id = readable AND c.id < before
        ORDER BY c.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- Adds a comment to a published activity that the principal may read, up to so many in all and so
-- many of one author within an hour. Verdicts: added; gone, closed, full, too_many.
CREATE FUNCTION linli.activity_comment_add(
    new_id uuid, activity uuid, words text, thread_max integer, per_hour_max integer)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    instant CONSTANT timestamptz := linli.instant();
    found_state text;
BEGIN
    IF person IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'gone';
    END IF;
    -- One at a time, so that no two count the same.
    PERFORM pg_advisory_xact_lock(hashtextextended('comments/' || activity, 64));
    SELECT a.state INTO found_state
    FROM linli.activity AS a
    WHERE a.estate_id = estate AND a.id = linli.readable_activity(activity);
    IF found_state IS NULL THEN
        RETURN 'gone';
    ELSIF found_state <> 'published' THEN
        RETURN 'closed';
    ELSIF per_hour_max <= (
        SELECT count(*)
        FROM linli.activity_comment AS c
        WHERE c.estate_id = estate AND c.author_id = person AND c.at > instant - interval '1 hour')
    THEN
        RETURN 'too_many';
    ELSIF thread_max <= (
        SELECT count(*)
        FROM linli.activity_comment AS c
        WHERE c.estate_id = estate AND c.activity_id = activity)
    THEN
        RETURN 'full';
    END IF;
    INSERT INTO linli.activity_comment (estate_id, id, activity_id, author_id, body, at)
    VALUES (estate, new_id, activity, person, words, instant);
    RETURN 'added';
END
$$;

-- Removes a comment's words, by its author or by who looks after the activity. Verdicts: author,
-- steward; gone, forbidden.
CREATE FUNCTION linli.activity_comment_remove(activity uuid, comment uuid)
    RETURNS TABLE (verdict text, author_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    SELECT c.author_id INTO author_id
    FROM linli.activity_comment AS c
    WHERE c.estate_id = estate AND c.id = comment AND c.removed_at IS NULL
        AND c.activity_id = linli.readable_activity(activity)
    FOR UPDATE;
    verdict := CASE
        WHEN NOT FOUND THEN 'gone'
        WHEN author_id = linli.person_id() THEN 'author'
        WHEN linli.is_steward(activity) THEN 'steward'
        ELSE 'forbidden' END;
    IF verdict IN ('author', 'steward') THEN
        UPDATE linli.activity_comment AS c
        SET body = NULL, removed_at = linli.instant(), removed_as = verdict
        WHERE c.estate_id = estate AND c.id = comment;
    END IF;
    RETURN NEXT;
END
$$;

-- Gives feedback on a meeting where the principal was, once, within 30 days after its end.
-- Verdicts: given; gone, not_there, not_over, too_late, already.
CREATE FUNCTION linli.activity_feedback_give(
    new_id uuid, occurrence uuid, new_verdict text, words text)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    instant CONSTANT timestamptz := linli.instant();
    meeting record;
BEGIN
    SELECT o.capacity_id, o.ends INTO meeting
    FROM linli.activity_occurrence AS o
    WHERE o.estate_id = estate AND o.id = linli.readable_occurrence(occurrence);
    IF NOT FOUND OR person IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'gone';
    ELSIF instant < meeting.ends THEN
        RETURN 'not_over';
    ELSIF instant >= meeting.ends + interval '30 days' THEN
        RETURN 'too_late';
    ELSIF NOT EXISTS (
        SELECT
        FROM linli.reservation_member AS m
        WHERE m.estate_id = estate AND m.capacity_id = meeting.capacity_id
            AND m.person_id = person AND m.is_live AND m.checked_in_at IS NOT NULL)
    THEN
        RETURN 'not_there';
    END IF;
    INSERT INTO linli.activity_feedback (estate_id, id, occurrence_id, person_id, verdict, body, at)
    VALUES (estate, new_id, occurrence, person, new_verdict, words, instant)
    ON CONFLICT ON CONSTRAINT activity_feedback_once DO NOTHING;
    RETURN CASE WHEN FOUND THEN 'given' ELSE 'already' END;
END
$$;

-- What was said of a meeting, for those who look after it; nothing for others.
CREATE FUNCTION linli.occurrence_feedback(occurrence uuid, after uuid, rows_max integer)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, verdict text, body text,
        at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT f.id, f.person_id, p.display_name, f.verdict, f.body, f.at
        FROM linli.activity_occurrence AS o
        JOIN linli.activity_feedback AS f
            ON f.estate_id = o.estate_id AND f.occurrence_id = o.id
        JOIN linli.person AS p ON p.estate_id = f.estate_id AND p.id = f.person_id
        WHERE o.estate_id = linli.estate_id() AND o.id = occurrence
            AND linli.is_steward(o.activity_id) AND f.id > after
        ORDER BY f.id
        LIMIT least(rows_max, 101);
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['activity_comment', 'activity_feedback']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.activity_comments(uuid, uuid, integer),
    linli.activity_comment_add(uuid, uuid, text, integer, integer),
    linli.activity_comment_remove(uuid, uuid),
    linli.activity_feedback_give(uuid, uuid, text, text),
    linli.occurrence_feedback(uuid, uuid, integer)
    TO linli;
