-- Review before publication (先审后发), and what is watched around elders.
--
-- An activity for children or elders waits for a review when it is published, and again when its
-- words change, until its organiser is verified in person and has had three approved; where a word
-- is watched, always. A word never refuses anything: it lets a person look.

-- Words that let somebody look: data, extended by operators. Compared without spaces, punctuation
-- and case.
CREATE TABLE linli.watch_word (
    word text NOT NULL,
    category text NOT NULL,
    CONSTRAINT watch_word_pkey PRIMARY KEY (word),
    CONSTRAINT watch_word_length CHECK (char_length(word) BETWEEN 2 AND 40),
    CONSTRAINT watch_word_bare CHECK (word !~ '[[:space:][:punct:][:upper:]]'),
    CONSTRAINT watch_word_category
        CHECK (category IN ('health_goods', 'investment', 'cash', 'bait'))
);
INSERT INTO linli.watch_word (word, category) VALUES
    ('保健品', 'health_goods'), ('特效药', 'health_goods'), ('根治', 'health_goods'),
    ('包治', 'health_goods'), ('祖传秘方', 'health_goods'), ('干细胞', 'health_goods'),
    ('延年益寿', 'health_goods'), ('理疗仪', 'health_goods'), ('supplements', 'health_goods'),
    ('理财', 'investment'), ('投资', 'investment'), ('稳赚', 'investment'),
    ('高收益', 'investment'), ('返利', 'investment'), ('分红', 'investment'),
    ('以房养老', 'investment'), ('养老项目', 'investment'), ('内部名额', 'investment'),
    ('guaranteedreturn', 'investment'),
    ('带现金', 'cash'), ('现金交', 'cash'), ('转账', 'cash'), ('汇款', 'cash'), ('打款', 'cash'),
    ('银行卡', 'cash'), ('验证码', 'cash'), ('押金', 'cash'), ('预付', 'cash'),
    ('bringcash', 'cash'),
    ('送鸡蛋', 'bait'), ('个鸡蛋', 'bait'), ('斤鸡蛋', 'bait'), ('送礼品', 'bait'),
    ('免费领', 'bait'), ('免费讲座', 'bait'), ('免费体检', 'bait'), ('免费旅游', 'bait');

-- How much is unusual.
CREATE TABLE linli.watch_limit (
    name text NOT NULL,
    value integer NOT NULL,
    CONSTRAINT watch_limit_pkey PRIMARY KEY (name),
    CONSTRAINT watch_limit_positive CHECK (value > 0)
);
INSERT INTO linli.watch_limit (name, value) VALUES
    -- More elders than that, reached within so many days by one who is here for fewer than so many
    -- days or is not verified in person.
    ('elders_max', 5), ('elders_days', 7), ('newcomer_days', 30),
    -- Reviews passed after which one who is verified in person is reviewed no more.
    ('approvals', 3);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['watch_word', 'watch_limit']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.task_kind
    (code, duty_role, due, title_zh, title_en, is_decided_elsewhere)
VALUES
    ('review', 'social_worker', '2 days', '先审后发：待审核的活动', 'an activity to review', true),
    ('post-watch', 'social_worker', '1 day', '内容里有需要留意的词', 'a post with a watched word',
        true);
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en)
VALUES ('unusual-pattern', 'social_worker', '1 day', '老人身边的异常情况',
    'something unusual around elders');

CREATE FUNCTION linli.watch_limit(of_name text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (SELECT l.value FROM linli.watch_limit AS l WHERE l.name = of_name);
END
$$;

-- The categories of the watched words in some texts.
CREATE FUNCTION linli.watched(VARIADIC texts text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    bare CONSTANT text := lower(regexp_replace(
        array_to_string(texts, ' '), '[[:space:][:punct:]，。！？、；：“”‘’（）《》【】…—·～￥＋＝｜]+', '', 'g'));
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT w.category
        FROM linli.watch_word AS w
        WHERE position(w.word IN bare) > 0
        ORDER BY w.category);
END
$$;

-- Whether what a person does for children and elders is published without a review.
CREATE FUNCTION linli.publishes_freely(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN linli.is_at_least(linli.level_of(estate, person), 'in_person')
        AND linli.watch_limit('approvals') <= (
            SELECT count(*)
            FROM linli.moderation AS m
            WHERE m.estate_id = estate AND m.author_id = person AND m.approved_at IS NOT NULL);
END
$$;

-- Holds a published activity for its review where it needs one, or lets somebody look at it. For
-- the functions here alone.
CREATE FUNCTION linli.review_activity(whole linli.activity, words text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    found text[] := linli.watched(words);
    helpers uuid[];
    now_is text;
BEGIN
    IF whole.meant_for = 'general' AND found = '{}' THEN
        RETURN;
    ELSIF whole.meant_for <> 'general' AND found = '{}'
        AND linli.publishes_freely(whole.organiser_id)
    THEN
        RETURN;
    END IF;
    helpers := ARRAY(
        SELECT s.person_id
        FROM linli.steward AS s
        WHERE s.estate_id = whole.estate_id AND s.thing_id = whole.id
        LIMIT 30);
    INSERT INTO linli.moderation AS m
        (estate_id, thing_id, thing_kind, author_id, visibility, changed_at)
    VALUES (whole.estate_id, whole.id, 'activity', whole.organiser_id,
        CASE WHEN whole.meant_for = 'general' THEN 'visible' ELSE 'held' END, at)
    ON CONFLICT ON CONSTRAINT moderation_pkey DO UPDATE
    SET visibility = CASE WHEN m.visibility IN ('visible', 'unlisted') THEN excluded.visibility
            ELSE m.visibility END,
        changed_at = at
    WHERE excluded.visibility = 'held'
    RETURNING m.visibility INTO now_is;
    IF whole.meant_for = 'general' THEN
        PERFORM linli.raise_task('post-watch', whole.id, whole.organiser_id, NULL, NULL, helpers);
    ELSIF now_is = 'held' THEN
        PERFORM linli.apply_visibility(whole.id);
        PERFORM linli.raise_task('review', whole.id, whole.organiser_id, NULL, NULL, helpers);
    END IF;
END
$$;

CREATE FUNCTION linli.activity_review() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.moderating() OR NEW.state <> 'published' THEN
        RETURN NULL;
    END IF;
    -- The later part of an activity is as visible as the whole was, and needs no review for that.
    IF TG_OP = 'INSERT' AND NEW.split_from IS NOT NULL THEN
        INSERT INTO linli.moderation
            (estate_id, thing_id, thing_kind, author_id, visibility, changed_at)
        SELECT m.estate_id, NEW.id, m.thing_kind, m.author_id, m.visibility, linli.instant()
        FROM linli.moderation AS m
        WHERE m.estate_id = NEW.estate_id AND m.thing_id = NEW.split_from;
        IF FOUND THEN
            PERFORM linli.apply_visibility(NEW.id);
        END IF;
        IF EXISTS (
            SELECT FROM linli.activity AS a
            WHERE a.estate_id = NEW.estate_id AND a.id = NEW.split_from
                AND (a.title_zh, a.body_zh, a.title_en, a.body_en, a.cost_note, a.bring,
                    a.place_text, a.meant_for)
                IS NOT DISTINCT FROM (NEW.title_zh, NEW.body_zh, NEW.title_en, NEW.body_en,
                    NEW.cost_note, NEW.bring, NEW.place_text, NEW.meant_for))
        THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM linli.review_activity(NEW, concat_ws(' ', NEW.title_zh, NEW.body_zh, NEW.title_en,
        NEW.body_en, NEW.cost_note, NEW.bring, NEW.place_text));
    RETURN NULL;
END
$$;
CREATE TRIGGER activity_review_new AFTER INSERT ON linli.activity
    FOR EACH ROW EXECUTE FUNCTION linli.activity_review();
CREATE TRIGGER activity_review AFTER UPDATE ON linli.activity
    FOR EACH ROW
    WHEN (NEW.state = 'published' AND (OLD.state, OLD.title_zh, OLD.body_zh, OLD.title_en,
        OLD.body_en, OLD.cost_note, OLD.bring, OLD.place_text, OLD.meant_for)
        IS DISTINCT FROM (NEW.state, NEW.title_zh, NEW.body_zh, NEW.title_en, NEW.body_en,
        NEW.cost_note, NEW.bring, NEW.place_text, NEW.meant_for))
    EXECUTE FUNCTION linli.activity_review();

-- One meeting's own words are read as those of the whole.
CREATE FUNCTION linli.occurrence_review() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    whole linli.activity;
BEGIN
    IF linli.moderating() OR NOT ('words' = ANY (NEW.overrides) OR 'place' = ANY (NEW.overrides))
    THEN
        RETURN NULL;
    END IF;
    SELECT * INTO whole
    FROM linli.activity AS a
    WHERE a.estate_id = NEW.estate_id AND a.id = NEW.activity_id AND a.state = 'published';
    IF FOUND THEN
        PERFORM linli.review_activity(whole, concat_ws(' ', NEW.title_zh, NEW.body_zh,
            NEW.title_en, NEW.body_en, NEW.place_text));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER occurrence_review AFTER UPDATE ON linli.activity_occurrence
    FOR EACH ROW
    WHEN ((OLD.title_zh, OLD.body_zh, OLD.title_en, OLD.body_en, OLD.place_text)
        IS DISTINCT FROM (NEW.title_zh, NEW.body_zh, NEW.title_en, NEW.body_en, NEW.place_text))
    EXECUTE FUNCTION linli.occurrence_review();

-- Watching --------------------------------------------------------------------------------------

-- Whether a person is new here, or not verified in person.
CREATE FUNCTION linli.is_newcomer(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN NOT linli.is_at_least(linli.level_of(estate, person), 'in_person') OR EXISTS (
        SELECT
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = person
            AND coalesce(p.claimed_at, p.created_at) > linli.instant()
                - linli.watch_limit('newcomer_days') * interval '1 day');
END
$$;

-- The elders whom a person has reached since an instant: who takes part in activities for elders
-- that it joined or wrote to.
CREATE FUNCTION linli.elders_reached(person uuid, since timestamptz) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN (
        WITH reached AS (
            SELECT c.activity_id AS id
            FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.author_id = person AND c.at > since
            UNION
            SELECT r.thing_id
            FROM linli.reservation AS r
            WHERE r.estate_id = estate AND r.holder_id = person AND r.queued_at > since
        )
        SELECT count(DISTINCT m.person_id)
        FROM reached
        JOIN linli.activity AS a ON a.estate_id = estate AND a.id = reached.id
            AND a.meant_for = 'elders'
        JOIN linli.activity_occurrence AS o ON o.estate_id = estate AND o.activity_id = a.id
        JOIN linli.reservation_member AS m ON m.estate_id = estate
            AND m.capacity_id = o.capacity_id AND m.is_live
        WHERE m.person_id <> person);
END
$$;

-- Raises a task where a newcomer has reached many elders. For the functions here alone.
CREATE FUNCTION linli.watch_contacts(person uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.elders_reached(person, at - linli.watch_limit('elders_days') * interval '1 day')
            > linli.watch_limit('elders_max')
        AND linli.is_newcomer(person)
    THEN
        PERFORM linli.raise_task('unusual-pattern', NULL, person, NULL, NULL);
    END IF;
END
$$;

-- What is written to others: watched words of a newcomer let somebody look at it, and the post can
-- be decided on at once.
CREATE FUNCTION linli.watch_words(of_kind text, thing uuid, author uuid, words text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.watched(words) <> '{}' AND linli.is_newcomer(author) THEN
        INSERT INTO linli.moderation (estate_id, thing_id, thing_kind, author_id, changed_at)
        VALUES (linli.estate_id(), thing, of_kind, author, linli.instant())
        ON CONFLICT ON CONSTRAINT moderation_pkey DO NOTHING;
        PERFORM linli.raise_task('unusual-pattern', thing, author, NULL, NULL);
    END IF;
END
$$;

CREATE FUNCTION linli.comment_watch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.estate_id() IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM linli.watch_words('comment', NEW.id, NEW.author_id, NEW.body);
    IF EXISTS (
        SELECT
        FROM linli.activity AS a
        WHERE a.estate_id = NEW.estate_id AND a.id = NEW.activity_id AND a.meant_for = 'elders')
    THEN
        PERFORM linli.watch_contacts(NEW.author_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER comment_watch AFTER INSERT ON linli.activity_comment
    FOR EACH ROW EXECUTE FUNCTION linli.comment_watch();

CREATE FUNCTION linli.reservation_watch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.estate_id() IS NOT NULL AND EXISTS (
        SELECT
        FROM linli.activity AS a
        WHERE a.estate_id = NEW.estate_id AND a.id = NEW.thing_id AND a.meant_for = 'elders')
    THEN
        PERFORM linli.watch_contacts(NEW.holder_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER reservation_watch AFTER INSERT ON linli.reservation
    FOR EACH ROW EXECUTE FUNCTION linli.reservation_watch();
