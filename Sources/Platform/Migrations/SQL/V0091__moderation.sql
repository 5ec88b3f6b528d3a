-- Reports (举报), what becomes of posts, and appeals (申诉).
--
-- A post that was reported, reviewed or decided on has a row in linli.moderation. Its visibility is
-- kept where the post is read: an activity that is held, hidden or shadowed loses its audience, and
-- with it every list, feed, search, calendar and admission that asks for it; a comment or feedback
-- that is hidden exists for nobody, one that is shadowed for its author alone (a restrictive policy
-- on the owner, whose functions read them). Announcements are offices': they are withdrawn.

CREATE TABLE linli.moderation (
    estate_id uuid NOT NULL,
    thing_id uuid NOT NULL,
    thing_kind text NOT NULL,
    author_id uuid NOT NULL,
    -- held: waits for its review; unlisted: by its address alone; shadowed: its author sees it as
    -- if nothing were; hidden: nobody does.
    visibility text NOT NULL DEFAULT 'visible',
    changed_at timestamptz NOT NULL,
    -- A review let it pass.
    approved_at timestamptz,
    CONSTRAINT moderation_pkey PRIMARY KEY (estate_id, thing_id),
    CONSTRAINT moderation_author FOREIGN KEY (estate_id, author_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT moderation_kind_known CHECK (
        thing_kind IN ('activity', 'comment', 'feedback', 'announcement', 'message')),
    CONSTRAINT moderation_visibility_known CHECK (
        visibility IN ('visible', 'unlisted', 'shadowed', 'hidden', 'held')),
    CONSTRAINT moderation_held_activity CHECK (thing_kind = 'activity'
        OR visibility IN ('visible', 'shadowed', 'hidden')),
    CONSTRAINT moderation_announcement_stays CHECK (
        thing_kind <> 'announcement' OR visibility = 'visible')
);
CREATE INDEX moderation_of_author ON linli.moderation (estate_id, author_id);
CREATE INDEX moderation_unseen ON linli.moderation (estate_id, thing_kind)
    WHERE visibility <> 'visible';

CREATE TABLE linli.report (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    thing_id uuid NOT NULL,
    -- Shown to nobody.
    reporter_id uuid NOT NULL,
    kind text NOT NULL,
    words_sealed bytea,
    at timestamptz NOT NULL,
    CONSTRAINT report_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT report_once UNIQUE (estate_id, thing_id, reporter_id),
    CONSTRAINT report_of FOREIGN KEY (estate_id, thing_id)
        REFERENCES linli.moderation (estate_id, thing_id),
    CONSTRAINT report_reporter FOREIGN KEY (estate_id, reporter_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT report_kind_known CHECK (
        kind IN ('scam', 'harassment', 'children', 'health_goods', 'other')),
    CONSTRAINT report_words_bytes CHECK (octet_length(words_sealed) BETWEEN 33 AND 16384)
);
CREATE INDEX report_of_reporter ON linli.report (estate_id, reporter_id, at);

-- Who decided what about whom, and why: only added to.
CREATE TABLE linli.moderation_decision (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    thing_id uuid NOT NULL,
    was text NOT NULL,
    becomes text NOT NULL,
    because text NOT NULL,
    -- What the author reads.
    reason_sealed bytea NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT moderation_decision_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT moderation_decision_of FOREIGN KEY (estate_id, thing_id)
        REFERENCES linli.moderation (estate_id, thing_id),
    CONSTRAINT moderation_decision_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT moderation_decision_because CHECK (because IN ('scam', 'harassment', 'children',
        'health_goods', 'investment', 'cash', 'off_topic', 'unfounded', 'fine', 'other')),
    CONSTRAINT moderation_decision_reason_bytes
        CHECK (octet_length(reason_sealed) BETWEEN 33 AND 16384)
);
CREATE INDEX moderation_decision_thing
    ON linli.moderation_decision (estate_id, thing_id, decided_at);

-- The author's appeal against a decision, once; who decides on it did not decide before.
CREATE TABLE linli.appeal (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    thing_id uuid NOT NULL,
    decision_id uuid NOT NULL,
    words_sealed bytea NOT NULL,
    at timestamptz NOT NULL,
    decided_by_decision uuid,
    CONSTRAINT appeal_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT appeal_once UNIQUE (estate_id, thing_id),
    CONSTRAINT appeal_of FOREIGN KEY (estate_id, decision_id)
        REFERENCES linli.moderation_decision (estate_id, id),
    CONSTRAINT appeal_decided FOREIGN KEY (estate_id, decided_by_decision)
        REFERENCES linli.moderation_decision (estate_id, id),
    CONSTRAINT appeal_words_bytes CHECK (octet_length(words_sealed) BETWEEN 33 AND 16384)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['moderation', 'report', 'moderation_decision', 'appeal']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

CREATE FUNCTION linli.moderation_decision_stays() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND linli.job_name() = 'reseal' THEN
        OLD.reason_sealed := NEW.reason_sealed;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a decision stays as it was made'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'moderation_decision_stays';
END
$$;
CREATE TRIGGER moderation_decision_stays BEFORE UPDATE OR DELETE ON linli.moderation_decision
    FOR EACH ROW EXECUTE FUNCTION linli.moderation_decision_stays();

INSERT INTO linli.task_kind
    (code, duty_role, due, title_zh, title_en, is_decided_elsewhere)
VALUES
    ('report', 'social_worker', '1 day', '有内容被举报', 'a post was reported', true),
    ('appeal', 'residents_committee', '3 days', '对处理结果的申诉', 'an appeal', true);

-- Where visibility is kept ----------------------------------------------------------------------

-- Whether this transaction is moderating: it sees what is hidden, and counts no new version.
CREATE FUNCTION linli.moderating() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('linli.moderating', true), '') = 'on';

CREATE FUNCTION linli.unseen(thing text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT m.thing_id
        FROM linli.moderation AS m
        WHERE m.estate_id = linli.estate_id() AND m.thing_kind = thing
            AND (m.visibility = 'hidden' OR (m.visibility = 'shadowed'
                AND m.author_id IS DISTINCT FROM linli.person_id()));
END
$$;
CREATE POLICY activity_comment_shown ON linli.activity_comment AS RESTRICTIVE
    FOR SELECT TO linli_owner
    USING ((SELECT linli.moderating())
        OR id NOT IN (SELECT u FROM linli.unseen('comment') AS u));
CREATE POLICY activity_feedback_shown ON linli.activity_feedback AS RESTRICTIVE
    FOR SELECT TO linli_owner
    USING ((SELECT linli.moderating())
        OR id NOT IN (SELECT u FROM linli.unseen('feedback') AS u));

-- Children's and elders' activities may be published now: linli.moderation holds them first.
ALTER TABLE linli.activity
    DROP CONSTRAINT activity_published_for_all,
    DROP CONSTRAINT activity_audience_whole,
    ADD CONSTRAINT activity_audience_count CHECK (cardinality(audience) BETWEEN 1 AND 40),
    -- What it would be open to if nothing were kept from it; NULL: as it is.
    ADD COLUMN open_audience text[];
-- It stands in no list.
ALTER TABLE linli.activity_occurrence ADD COLUMN is_unlisted boolean NOT NULL DEFAULT false;

-- How visible an activity is.
CREATE FUNCTION linli.activity_visibility(activity uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN coalesce((
        SELECT m.visibility
        FROM linli.moderation AS m
        WHERE m.estate_id = linli.estate_id() AND m.thing_id = activity), 'visible');
END
$$;

-- To whom an activity is open: nobody, while it is kept back; never a visitor, if it is for
-- children or elders.
CREATE FUNCTION linli.narrowed(wide text[], meant_for text, visibility text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN visibility IN ('hidden', 'shadowed', 'held')
            THEN ARRAY['person:00000000-0000-0000-0000-000000000000']
        WHEN meant_for <> 'general' AND 'public' = ANY (wide)
            THEN array_remove(array_remove(wide, 'public'), 'estate') || ARRAY['estate']
        ELSE wide END;

CREATE FUNCTION linli.activity_narrow() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.moderating() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.audience IS DISTINCT FROM OLD.audience THEN
        NEW.open_audience := NEW.audience;
    END IF;
    NEW.audience := linli.narrowed(coalesce(NEW.open_audience, NEW.audience), NEW.meant_for,
        linli.activity_visibility(NEW.id));
    RETURN NEW;
END
$$;
CREATE TRIGGER activity_narrow BEFORE INSERT OR UPDATE ON linli.activity
    FOR EACH ROW EXECUTE FUNCTION linli.activity_narrow();

CREATE FUNCTION linli.activity_occurrence_narrow() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    whole linli.activity;
BEGIN
    IF linli.moderating() THEN
        RETURN NEW;
    END IF;
    SELECT * INTO whole
    FROM linli.activity AS a
    WHERE a.estate_id = NEW.estate_id AND a.id = NEW.activity_id;
    IF whole.open_audience IS DISTINCT FROM whole.audience AND whole.open_audience IS NOT NULL THEN
        NEW.audience := whole.audience;
    END IF;
    NEW.is_unlisted := linli.activity_visibility(NEW.activity_id) = 'unlisted';
    RETURN NEW;
END
$$;
CREATE TRIGGER activity_occurrence_narrow BEFORE INSERT OR UPDATE ON linli.activity_occurrence
    FOR EACH ROW EXECUTE FUNCTION linli.activity_occurrence_narrow();

-- As before; what moderation changes is no new version.
CREATE OR REPLACE FUNCTION linli.activity_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.moderating() THEN
        RETURN NEW;
    END IF;
    INSERT INTO linli.activity_version
        (estate_id, activity_id, version, said, changed_at, changed_by)
    VALUES (OLD.estate_id, OLD.id, OLD.version,
        to_jsonb(OLD) - ARRAY['estate_id', 'id', 'version', 'audience', 'open_audience',
            'created_at', 'changed_at', 'changed_by', 'split_from'],
        OLD.changed_at, OLD.changed_by);
    NEW.version := OLD.version + 1;
    NEW.changed_at := linli.instant();
    NEW.changed_by := linli.person_id();
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION linli.activity_occurrence_count() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.moderating() THEN
        RETURN NEW;
    END IF;
    NEW.version := OLD.version + 1;
    NEW.changed_at := linli.instant();
    NEW.changed_by := linli.person_id();
    RETURN NEW;
END
$$;

-- Brings an activity and its meetings to how visible it is. For the functions here alone.
CREATE FUNCTION linli.apply_visibility(activity uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    visibility CONSTANT text := linli.activity_visibility(activity);
    before CONSTANT text := coalesce(current_setting('linli.moderating', true), '');
    opened text[];
BEGIN
    PERFORM set_config('linli.moderating', 'on', true);
    UPDATE linli.activity AS a
    SET open_audience = coalesce(a.open_audience, a.audience),
        audience = linli.narrowed(
            coalesce(a.open_audience, a.audience), a.meant_for, visibility)
    WHERE a.estate_id = estate AND a.id = activity
    RETURNING a.audience INTO opened;
    UPDATE linli.activity_occurrence AS o
    SET audience = opened, is_unlisted = visibility = 'unlisted'
    WHERE o.estate_id = estate AND o.activity_id = activity;
    PERFORM set_config('linli.moderating', before, true);
END
$$;

-- As before, and whomever an activity is for.
CREATE OR REPLACE FUNCTION linli.activity_strangers(occurrence uuid, persons uuid[])
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    audience CONSTANT text[] := (
        SELECT o.audience
        FROM linli.activity_occurrence AS o
        WHERE o.estate_id = estate AND o.id = occurrence AND o.state = 'scheduled');
BEGIN
    RETURN QUERY
        SELECT p.id
        FROM unnest(persons) AS p (id)
        LEFT JOIN (
            SELECT k.person_id, array_agg(k.key) AS keys
            FROM linli.event_keys(estate, persons) AS k
            GROUP BY k.person_id
        ) AS held ON held.person_id = p.id
        -- Whoever is here holds a key of its own; anybody else is a visitor.
        WHERE NOT coalesce('person:' || p.id = ANY (held.keys)
            AND linli.event_visible(audience, held.keys), false);
END
$$;

-- Reporting -------------------------------------------------------------------------------------

-- Who wrote a post that there is. For the functions here alone.
CREATE FUNCTION linli.post_author(kind text, thing uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE kind
        WHEN 'activity' THEN (
            SELECT a.organiser_id FROM linli.activity AS a
            WHERE a.estate_id = estate AND a.id = thing AND a.published_at IS NOT NULL)
        WHEN 'comment' THEN (
            SELECT c.author_id FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.id = thing AND c.removed_at IS NULL)
        WHEN 'feedback' THEN (
            SELECT f.person_id FROM linli.activity_feedback AS f
            WHERE f.estate_id = estate AND f.id = thing)
        WHEN 'announcement' THEN (
            SELECT a.published_by FROM linli.announcement AS a
            WHERE a.estate_id = estate AND a.id = thing) END;
END
$$;

-- Whether the principal may read a post, as where it stands. For the functions here alone.
CREATE FUNCTION linli.may_read_post(kind text, thing uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE kind
        WHEN 'activity' THEN linli.readable_activity(thing) IS NOT NULL
        WHEN 'comment' THEN EXISTS (
            SELECT FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.id = thing
                AND linli.readable_activity(c.activity_id) IS NOT NULL)
        WHEN 'feedback' THEN EXISTS (
            SELECT
            FROM linli.activity_feedback AS f
            JOIN linli.activity_occurrence AS o ON o.estate_id = estate AND o.id = f.occurrence_id
            WHERE f.estate_id = estate AND f.id = thing AND linli.is_steward(o.activity_id))
        WHEN 'announcement' THEN linli.readable_announcement(thing) IS NOT NULL
        ELSE false END;
END
$$;

-- Reports a post that the principal may read; once more changes nothing. Verdicts: done; unknown,
-- own, too_many.
CREATE FUNCTION linli.report_post(
    new_id uuid, of_kind text, thing uuid, what text, words bytea, per_day_max integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    instant CONSTANT timestamptz := linli.instant();
    author CONSTANT uuid := linli.post_author(of_kind, thing);
BEGIN
    IF me IS NULL OR author IS NULL OR NOT linli.may_read_post(of_kind, thing) THEN
        RETURN 'unknown';
    ELSIF author = me THEN
        RETURN 'own';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('reports/' || me, 91));
    IF per_day_max <= (
        SELECT count(*)
        FROM linli.report AS r
        WHERE r.estate_id = estate AND r.reporter_id = me AND r.at > instant - interval '24 hours')
    THEN
        RETURN 'too_many';
    END IF;
    INSERT INTO linli.moderation (estate_id, thing_id, thing_kind, author_id, changed_at)
    VALUES (estate, thing, of_kind, author, instant)
    ON CONFLICT ON CONSTRAINT moderation_pkey DO NOTHING;
    INSERT INTO linli.report (estate_id, id, thing_id, reporter_id, kind, words_sealed, at)
    VALUES (estate, new_id, thing, me, what, words, instant)
    ON CONFLICT ON CONSTRAINT report_once DO NOTHING;
    IF FOUND THEN
        PERFORM linli.raise_task('report', thing, author, NULL, NULL, ARRAY[me]);
    END IF;
    RETURN 'done';
END
$$;

-- Deciding --------------------------------------------------------------------------------------

-- Whether the principal decides on posts, and on this one: not on her own, not on what she helps
-- with, reported or lives with.
CREATE FUNCTION linli.may_moderate(thing uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN linli.has_role('social_worker', 'residents_committee') AND NOT EXISTS (
        SELECT
        FROM linli.moderation AS m
        WHERE m.estate_id = estate AND m.thing_id = thing
            AND (m.author_id = me
                OR EXISTS (
                    SELECT FROM linli.report AS r
                    WHERE r.estate_id = estate AND r.thing_id = thing AND r.reporter_id = me)
                OR EXISTS (
                    SELECT FROM linli.steward AS s
                    WHERE s.estate_id = estate AND s.thing_id = thing AND s.person_id = me)
                OR EXISTS (
                    SELECT
                    FROM linli.membership AS own
                    JOIN linli.membership AS theirs ON theirs.estate_id = own.estate_id
                        AND theirs.household_id = own.household_id
                    WHERE own.estate_id = estate AND own.person_id = me
                        AND theirs.person_id = m.author_id
                        AND own.begins <= at AND own.ends > at
                        AND theirs.begins <= at AND theirs.ends > at)));
END
$$;

-- Tells the author of what was decided, without a name; the guests of an activity that is kept back
-- from now on, too. For the functions here alone.
CREATE FUNCTION linli.tell_of_decision(m linli.moderation, becomes text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    event uuid := linli.fresh_id(at);
    before CONSTANT text[] := linli.act_as_job('moderation');
BEGIN
    PERFORM linli.append_event(event, 'moderation.told', ARRAY['person:' || m.author_id],
        ARRAY[m.author_id],
        json_build_object('thing', m.thing_id, 'kind', m.thing_kind, 'visibility', becomes)::text);
    PERFORM linli.notify(event, 'moderation.told', m.thing_kind, m.thing_id,
        json_build_object('because', 'moderation_' || becomes)::text, ARRAY[m.author_id]);
    IF m.thing_kind = 'activity' AND m.visibility IN ('visible', 'unlisted')
        AND becomes = 'hidden'
    THEN
        PERFORM linli.notify(event, 'moderation.withdrawn', 'activity', m.thing_id, '{}', ARRAY(
            SELECT DISTINCT p.person_id
            FROM linli.activity_occurrence AS o
            JOIN linli.reservation_member AS p
                ON p.estate_id = o.estate_id AND p.capacity_id = o.capacity_id
            WHERE o.estate_id = m.estate_id AND o.activity_id = m.thing_id AND o.ends > at
                AND p.is_live AND p.person_id <> m.author_id));
    END IF;
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Decides on a post. Verdicts: done; unknown, own_case, decided_before (the appeal is another
-- person's to decide), author_unproved (who invites elders or children is verified in person),
-- not_for_kind.
CREATE FUNCTION linli.moderate(
    new_id uuid, thing uuid, becomes text, code text, reason bytea, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    m linli.moderation;
    appealed linli.appeal;
    one uuid;
BEGIN
    IF NOT linli.has_role('social_worker', 'residents_committee') THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO m
    FROM linli.moderation AS x
    WHERE x.estate_id = estate AND x.thing_id = thing
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF NOT linli.may_moderate(thing) THEN
        RETURN 'own_case';
    ELSIF becomes NOT IN ('visible', 'hidden', 'shadowed', 'unlisted')
        OR (m.thing_kind <> 'activity' AND becomes = 'unlisted')
        OR (m.thing_kind = 'announcement' AND becomes <> 'visible')
    THEN
        RETURN 'not_for_kind';
    END IF;
    SELECT * INTO appealed
    FROM linli.appeal AS a
    WHERE a.estate_id = estate AND a.thing_id = thing AND a.decided_by_decision IS NULL;
    IF appealed.id IS NOT NULL AND EXISTS (
        SELECT
        FROM linli.moderation_decision AS d
        WHERE d.estate_id = estate AND d.thing_id = thing AND d.decided_by = me)
    THEN
        RETURN 'decided_before';
    ELSIF m.thing_kind = 'activity' AND becomes IN ('visible', 'unlisted')
        AND EXISTS (
            SELECT FROM linli.activity AS a
            WHERE a.estate_id = estate AND a.id = thing AND a.meant_for <> 'general')
        AND NOT linli.is_at_least(linli.level_of(estate, m.author_id), 'in_person')
    THEN
        RETURN 'author_unproved';
    END IF;
    INSERT INTO linli.moderation_decision (estate_id, id, thing_id, was, becomes, because,
        reason_sealed, decided_by, decided_at)
    VALUES (estate, new_id, thing, m.visibility, becomes, code, reason, me, at);
    UPDATE linli.moderation AS x
    SET visibility = becomes, changed_at = at,
        approved_at = CASE WHEN x.visibility = 'held' AND becomes = 'visible' THEN at
            WHEN becomes = 'visible' THEN x.approved_at END
    WHERE x.estate_id = estate AND x.thing_id = thing;
    IF appealed.id IS NOT NULL THEN
        UPDATE linli.appeal AS a SET decided_by_decision = new_id
        WHERE a.estate_id = estate AND a.id = appealed.id;
    END IF;
    IF m.thing_kind = 'activity' THEN
        PERFORM linli.apply_visibility(thing);
    END IF;
    PERFORM linli.append_event(event, 'moderation.decided',
        linli.duty_keys('social_worker', NULL) || linli.duty_keys('residents_committee', NULL),
        '{}', json_build_object('thing', thing, 'kind', m.thing_kind, 'visibility', becomes,
            'because', code)::text);
    IF becomes <> 'shadowed' AND (becomes <> m.visibility OR appealed.id IS NOT NULL) THEN
        PERFORM linli.tell_of_decision(m, becomes);
    END IF;
    FOR one IN
        SELECT t.id
        FROM linli.task AS t
        JOIN linli.task_kind AS k ON k.code = t.kind
        WHERE t.estate_id = estate AND t.about_id = thing AND t.finished_at IS NULL
            AND k.code IN ('report', 'appeal', 'review', 'post-watch', 'unusual-pattern')
    LOOP
        PERFORM linli.finish_task(one, becomes);
    END LOOP;
    RETURN 'done';
END
$$;

-- Appeals against what was decided on the principal's post, once. Verdicts: done; unknown, again,
-- not_kept_back.
CREATE FUNCTION linli.appeal_decision(new_id uuid, thing uuid, words bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    m linli.moderation;
    last linli.moderation_decision;
BEGIN
    SELECT * INTO m
    FROM linli.moderation AS x
    WHERE x.estate_id = estate AND x.thing_id = thing AND x.author_id = me
    FOR NO KEY UPDATE;
    SELECT * INTO last
    FROM linli.moderation_decision AS d
    WHERE d.estate_id = estate AND d.thing_id = thing AND d.becomes <> 'shadowed'
    ORDER BY d.decided_at DESC, d.id DESC
    LIMIT 1;
    IF m.thing_id IS NULL OR last.id IS NULL THEN
        RETURN 'unknown';
    ELSIF m.visibility NOT IN ('hidden', 'unlisted') THEN
        RETURN 'not_kept_back';
    END IF;
    INSERT INTO linli.appeal (estate_id, id, thing_id, decision_id, words_sealed, at)
    VALUES (estate, new_id, thing, last.id, words, at)
    ON CONFLICT ON CONSTRAINT appeal_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'again';
    END IF;
    PERFORM linli.raise_task('appeal', thing, me, NULL, NULL, ARRAY(
        SELECT d.decided_by FROM linli.moderation_decision AS d
        WHERE d.estate_id = estate AND d.thing_id = thing
        UNION
        SELECT r.reporter_id FROM linli.report AS r
        WHERE r.estate_id = estate AND r.thing_id = thing
        LIMIT 32));
    RETURN 'done';
END
$$;

-- Reading ---------------------------------------------------------------------------------------

-- The posts that the principal decides on: one, or those that wait (reported since the last
-- decision, held, appealed) or all. Nothing of who reported.
CREATE FUNCTION linli.moderation_seen(wanted uuid, view text, before uuid, rows_max integer)
    RETURNS TABLE (thing_id uuid, thing_kind text, author_id uuid, author_name text,
        visibility text, changed_at timestamptz, title text, words text, reports bigint,
        report_kinds text[], is_appealed boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    was CONSTANT text := coalesce(current_setting('linli.moderating', true), '');
BEGIN
    IF NOT linli.has_role('social_worker', 'residents_committee') THEN
        RETURN;
    END IF;
    PERFORM set_config('linli.moderating', 'on', true);
    RETURN QUERY
        WITH post AS MATERIALIZED (
            SELECT m.*, r.number, r.kinds, EXISTS (
                    SELECT FROM linli.appeal AS a
                    WHERE a.estate_id = estate AND a.thing_id = m.thing_id
                        AND a.decided_by_decision IS NULL) AS appealed
            FROM linli.moderation AS m
            CROSS JOIN LATERAL (
                SELECT count(*) AS number,
                    coalesce(array_agg(DISTINCT x.kind ORDER BY x.kind), '{}') AS kinds
                FROM linli.report AS x
                WHERE x.estate_id = estate AND x.thing_id = m.thing_id
                    AND x.at > coalesce((
                        SELECT max(d.decided_at) FROM linli.moderation_decision AS d
                        WHERE d.estate_id = estate AND d.thing_id = m.thing_id), '-infinity')
            ) AS r
            WHERE m.estate_id = estate
                AND (wanted IS NULL OR m.thing_id = wanted) AND m.thing_id < before
        )
        SELECT p.thing_id, p.thing_kind, p.author_id, who.display_name, p.visibility,
            p.changed_at, coalesce(a.title_zh, n.title_zh),
            coalesce(a.body_zh, n.body_zh, c.body, f.body), p.number, p.kinds, p.appealed
        FROM post AS p
        JOIN linli.person AS who ON who.estate_id = estate AND who.id = p.author_id
        LEFT JOIN linli.activity AS a ON a.estate_id = estate AND a.id = p.thing_id
        LEFT JOIN linli.announcement AS n ON n.estate_id = estate AND n.id = p.thing_id
        LEFT JOIN linli.activity_comment AS c ON c.estate_id = estate AND c.id = p.thing_id
        LEFT JOIN linli.activity_feedback AS f ON f.estate_id = estate AND f.id = p.thing_id
        WHERE (view = 'all' OR p.number > 0 OR p.appealed OR p.visibility = 'held')
            AND linli.may_moderate(p.thing_id)
        ORDER BY p.thing_id DESC
        LIMIT rows_max;
    PERFORM set_config('linli.moderating', was, true);
END
$$;

-- What was said of a post that the principal decides on: reports without who made them, decisions,
-- the appeal.
CREATE FUNCTION linli.moderation_log(thing uuid)
    RETURNS TABLE (id uuid, what text, at timestamptz, code text, becomes text, by_person uuid,
        words_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF NOT linli.may_moderate(thing) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, 'report', r.at, r.kind, NULL, NULL::uuid, r.words_sealed
        FROM linli.report AS r
        WHERE r.estate_id = estate AND r.thing_id = thing
        UNION ALL
        SELECT d.id, 'decision', d.decided_at, d.because, d.becomes, d.decided_by, d.reason_sealed
        FROM linli.moderation_decision AS d
        WHERE d.estate_id = estate AND d.thing_id = thing
        UNION ALL
        SELECT a.id, 'appeal', a.at, NULL, NULL, NULL, a.words_sealed
        FROM linli.appeal AS a
        WHERE a.estate_id = estate AND a.thing_id = thing
        ORDER BY 3, 1
        LIMIT 500;
END
$$;

-- What was decided on the principal's own posts, and what waits for its review; nothing of what is
-- shadowed.
CREATE FUNCTION linli.own_moderation(before uuid, rows_max integer)
    RETURNS TABLE (thing_id uuid, thing_kind text, visibility text, changed_at timestamptz,
        because text, decision_id uuid, reason_sealed bytea, may_appeal boolean,
        appealed_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
BEGIN
    RETURN QUERY
        SELECT m.thing_id, m.thing_kind, m.visibility, m.changed_at, d.because, d.id,
            d.reason_sealed, m.visibility IN ('hidden', 'unlisted') AND a.id IS NULL, a.at
        FROM linli.moderation AS m
        LEFT JOIN LATERAL (
            SELECT *
            FROM linli.moderation_decision AS x
            WHERE x.estate_id = estate AND x.thing_id = m.thing_id
            ORDER BY x.decided_at DESC, x.id DESC
            LIMIT 1
        ) AS d ON true
        LEFT JOIN linli.appeal AS a ON a.estate_id = estate AND a.thing_id = m.thing_id
        WHERE m.estate_id = estate AND m.author_id = me AND m.visibility <> 'shadowed'
            AND (m.visibility = 'held' OR d.becomes <> 'shadowed') AND m.thing_id < before
        ORDER BY m.thing_id DESC
        LIMIT rows_max;
END
$$;

INSERT INTO linli.sealed_column (source, field) VALUES
    ('report', 'words_sealed'), ('moderation_decision', 'reason_sealed'),
    ('appeal', 'words_sealed');

GRANT EXECUTE ON FUNCTION
    linli.activity_visibility(uuid), linli.moderating(),
    linli.narrowed(text[], text, text),
    linli.report_post(uuid, text, uuid, text, bytea, integer), linli.may_moderate(uuid),
    linli.moderate(uuid, uuid, text, text, bytea, uuid),
    linli.appeal_decision(uuid, uuid, bytea),
    linli.moderation_seen(uuid, text, uuid, integer), linli.moderation_log(uuid),
    linli.own_moderation(uuid, integer)
    TO linli;
