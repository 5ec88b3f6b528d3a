-- Activities (活动): what residents do together, once or in a series, at a place and a time.
--
-- An activity is a draft that its stewards (linli.steward: the organiser and the co-organisers) see,
-- until it is published. Then each of its occurrences is a row with an instant of its own, its
-- capacity and its booking of the venue; series are laid down whole, so that a feed reads one index.
-- Who may read is decided by linli.event_visible, as for announcements; who may publish to whom, by
-- linli.announceable over linli.own_activity_keys.

CREATE TABLE linli.activity (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- Counts every change; what it was before is in activity_version.
    version integer NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'draft',
    kind text NOT NULL,
    -- Whom it is made for. Children and elders need what protects them first.
    meant_for text NOT NULL DEFAULT 'general',
    -- To whom it speaks: public, estate, place:ID, role:CODE.
    addressed text[] NOT NULL,
    -- The keys that open it, as those of events: addressed, and who else sees it by office.
    audience text[] NOT NULL,
    title_zh text NOT NULL,
    body_zh text NOT NULL,
    title_en text,
    body_en text,
    -- A place of the estate, or one in words.
    place_id uuid,
    place_text text,
    cost_note text,
    bring text,
    accessibility text[] NOT NULL DEFAULT '{}',
    accessibility_note text,
    -- The first start on the estate's clock, and how long it takes.
    starts_local timestamp NOT NULL,
    minutes integer NOT NULL,
    -- RFC 5545's RRULE with COUNT or UNTIL; NULL: once.
    rrule text,
    -- What holidays and make-up workdays do to the series.
    days text NOT NULL DEFAULT 'as_ruled',
    exdates timestamp[] NOT NULL DEFAULT '{}',
    -- The seats of each occurrence: by kind, over all kinds, and how they are given.
    kinds text[] NOT NULL,
    totals integer[] NOT NULL,
    overall integer,
    cancel_minutes integer[] NOT NULL,
    offer_minutes integer NOT NULL,
    waiting_max integer NOT NULL,
    -- The registration window, in minutes before each begins; NULL: open from its publication.
    opens_minutes integer,
    closes_minutes integer NOT NULL DEFAULT 0,
    organiser_id uuid NOT NULL,
    -- Why it was handed over last, in words; NULL: never, or by a job.
    handed_over_because text,
    created_at timestamptz NOT NULL,
    published_at timestamptz,
    changed_at timestamptz NOT NULL,
    -- NULL: a job.
    changed_by uuid,
    cancelled_at timestamptz,
    cancelled_because text,
    -- The activity whose later occurrences this one took over.
    split_from uuid,
    CONSTRAINT activity_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT activity_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT activity_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT activity_organiser FOREIGN KEY (estate_id, organiser_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT activity_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT activity_split_from FOREIGN KEY (estate_id, split_from)
        REFERENCES linli.activity (estate_id, id),
    CONSTRAINT activity_version_counts CHECK (version >= 1),
    CONSTRAINT activity_state_known CHECK (state IN ('draft', 'published', 'cancelled')),
    CONSTRAINT activity_kind_code CHECK (kind ~ '^[a-z_]{1,40}$'),
    CONSTRAINT activity_meant_for_known CHECK (meant_for IN ('general', 'children', 'elders')),
    -- Nothing that brings strangers to children or elders, before what protects them.
    CONSTRAINT activity_published_for_all CHECK (published_at IS NULL OR meant_for = 'general'),
    CONSTRAINT activity_addressed_count CHECK (cardinality(addressed) BETWEEN 1 AND 20
        AND array_position(addressed, NULL) IS NULL),
    CONSTRAINT activity_addressed_keys CHECK (array_to_string(addressed, ',')
        ~ '^((public|estate|place:[0-9a-f-]{36}|role:[a-z_]{1,40})(,|$))+$'),
    CONSTRAINT activity_audience_whole CHECK (
        audience @> addressed AND cardinality(audience) <= 40),
    CONSTRAINT activity_title_zh_length CHECK (char_length(title_zh) BETWEEN 1 AND 120),
    CONSTRAINT activity_body_zh_length CHECK (char_length(body_zh) BETWEEN 1 AND 4000),
    CONSTRAINT activity_title_en_length CHECK (char_length(title_en) BETWEEN 1 AND 240),
    CONSTRAINT activity_body_en_length CHECK (char_length(body_en) BETWEEN 1 AND 8000),
    CONSTRAINT activity_en_whole CHECK ((title_en IS NULL) = (body_en IS NULL)),
    CONSTRAINT activity_one_place CHECK ((place_id IS NULL) <> (place_text IS NULL)),
    CONSTRAINT activity_place_text_length CHECK (char_length(place_text) BETWEEN 1 AND 200),
    CONSTRAINT activity_cost_note_length CHECK (char_length(cost_note) BETWEEN 1 AND 400),
    CONSTRAINT activity_bring_length CHECK (char_length(bring) BETWEEN 1 AND 400),
    CONSTRAINT activity_accessibility_count CHECK (cardinality(accessibility) <= 16
        AND array_position(accessibility, NULL) IS NULL),
    CONSTRAINT activity_accessibility_note_length
        CHECK (char_length(accessibility_note) BETWEEN 1 AND 400),
    CONSTRAINT activity_minutes_bounded CHECK (minutes BETWEEN 1 AND 14 * 1440),
    CONSTRAINT activity_rrule_length CHECK (char_length(rrule) BETWEEN 1 AND 400),
    CONSTRAINT activity_days_known CHECK (days IN ('as_ruled', 'skip_holidays', 'workdays')),
    CONSTRAINT activity_exdates_count CHECK (cardinality(exdates) <= 400
        AND array_position(exdates, NULL) IS NULL),
    CONSTRAINT activity_seats_aligned CHECK (cardinality(kinds) BETWEEN 1 AND 8
        AND cardinality(totals) = cardinality(kinds)
        AND cardinality(cancel_minutes) = cardinality(kinds)
        AND array_position(kinds, NULL) IS NULL AND array_position(totals, NULL) IS NULL
        AND array_position(cancel_minutes, NULL) IS NULL),
    CONSTRAINT activity_totals_positive CHECK (1 <= ALL (totals) AND 10000 >= ALL (totals)),
    CONSTRAINT activity_overall_positive CHECK (overall BETWEEN 1 AND 10000),
    CONSTRAINT activity_cancel_minutes_bounded
        CHECK (0 <= ALL (cancel_minutes) AND 43200 >= ALL (cancel_minutes)),
    CONSTRAINT activity_offer_minutes_bounded CHECK (offer_minutes BETWEEN 5 AND 10080),
    CONSTRAINT activity_waiting_max_bounded CHECK (waiting_max BETWEEN 0 AND 1000),
    CONSTRAINT activity_window_forward CHECK (closes_minutes BETWEEN 0 AND 525600
        AND (opens_minutes IS NULL OR opens_minutes BETWEEN closes_minutes + 1 AND 1051200)),
    CONSTRAINT activity_published_whole CHECK ((published_at IS NOT NULL) OR state <> 'published'),
    CONSTRAINT activity_draft_unpublished CHECK (published_at IS NULL OR state <> 'draft'),
    CONSTRAINT activity_cancelled_whole CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)
        AND (cancelled_at IS NULL) = (cancelled_because IS NULL)),
    CONSTRAINT activity_because_length CHECK (char_length(cancelled_because) BETWEEN 1 AND 400
        AND char_length(handed_over_because) BETWEEN 1 AND 400)
);
CREATE INDEX activity_of_organiser ON linli.activity (estate_id, organiser_id, state);

-- What an activity was before each change: all that a change may touch. Only the trigger below
-- writes it.
CREATE TABLE linli.activity_version (
    estate_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    version integer NOT NULL,
    said jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid,
    CONSTRAINT activity_version_pkey PRIMARY KEY (estate_id, activity_id, version),
    CONSTRAINT activity_version_of FOREIGN KEY (estate_id, activity_id)
        REFERENCES linli.activity (estate_id, id)
);

-- One meeting. Audience, kind and state are copied so that a feed reads one index.
CREATE TABLE linli.activity_occurrence (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    activity_id uuid NOT NULL,
    version integer NOT NULL DEFAULT 1,
    -- Its start on the estate's clock when it was laid down; never changes.
    recurrence timestamp NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'scheduled',
    kind text NOT NULL,
    audience text[] NOT NULL,
    -- Where it is: that of the activity, unless overrides names 'place'.
    place_id uuid,
    place_text text,
    -- Its own words; NULL: those of the activity.
    title_zh text,
    body_zh text,
    title_en text,
    body_en text,
    -- What it has of its own, so that an edit of the series leaves it: words, place, time, seats.
    overrides text[] NOT NULL DEFAULT '{}',
    -- RFC 5545's SEQUENCE: one more with each change that its guests must know.
    sequence integer NOT NULL DEFAULT 0,
    capacity_id uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid,
    cancelled_at timestamptz,
    cancelled_because text,
    CONSTRAINT activity_occurrence_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT activity_occurrence_of FOREIGN KEY (estate_id, activity_id)
        REFERENCES linli.activity (estate_id, id),
    CONSTRAINT activity_occurrence_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT activity_occurrence_capacity_once UNIQUE (estate_id, capacity_id),
    CONSTRAINT activity_occurrence_version_counts CHECK (version >= 1),
    CONSTRAINT activity_occurrence_state_known CHECK (state IN ('scheduled', 'cancelled')),
    CONSTRAINT activity_occurrence_forward
        CHECK (begins < ends AND ends <= begins + interval '14 days'),
    CONSTRAINT activity_occurrence_audience_count CHECK (cardinality(audience) BETWEEN 1 AND 40),
    CONSTRAINT activity_occurrence_one_place CHECK ((place_id IS NULL) <> (place_text IS NULL)),
    CONSTRAINT activity_occurrence_place_text_length
        CHECK (char_length(place_text) BETWEEN 1 AND 200),
    CONSTRAINT activity_occurrence_title_zh_length CHECK (char_length(title_zh) BETWEEN 1 AND 120),
    CONSTRAINT activity_occurrence_body_zh_length CHECK (char_length(body_zh) BETWEEN 1 AND 4000),
    CONSTRAINT activity_occurrence_title_en_length CHECK (char_length(title_en) BETWEEN 1 AND 240),
    CONSTRAINT activity_occurrence_body_en_length CHECK (char_length(body_en) BETWEEN 1 AND 8000),
    CONSTRAINT activity_occurrence_words_whole CHECK ((title_zh IS NULL) = (body_zh IS NULL)
        AND (title_en IS NULL) = (body_en IS NULL) AND (title_en IS NULL OR title_zh IS NOT NULL)),
    CONSTRAINT activity_occurrence_overrides_known
        CHECK (overrides <@ ARRAY['words', 'place', 'time', 'seats']),
    CONSTRAINT activity_occurrence_sequence_counts CHECK (sequence >= 0),
    CONSTRAINT activity_occurrence_cancelled_whole CHECK (
        (state = 'cancelled') = (cancelled_at IS NOT NULL)
        AND (cancelled_at IS NULL) = (cancelled_because IS NULL)),
    CONSTRAINT activity_occurrence_because_length
        CHECK (char_length(cancelled_because) BETWEEN 1 AND 400)
);
CREATE INDEX activity_occurrence_feed ON linli.activity_occurrence (estate_id, begins, id);
CREATE INDEX activity_occurrence_at ON linli.activity_occurrence (estate_id, place_id, begins, id);
CREATE INDEX activity_occurrence_kind ON linli.activity_occurrence (estate_id, kind, begins, id);
CREATE INDEX activity_occurrence_series
    ON linli.activity_occurrence (estate_id, activity_id, begins, id);

-- Every change keeps what was, and counts.
CREATE FUNCTION linli.activity_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.activity_version
        (estate_id, activity_id, version, said, changed_at, changed_by)
    VALUES (OLD.estate_id, OLD.id, OLD.version,
        to_jsonb(OLD) - ARRAY['estate_id', 'id', 'version', 'audience', 'created_at',
            'changed_at', 'changed_by', 'split_from'],
        OLD.changed_at, OLD.changed_by);
    NEW.version := OLD.version + 1;
    NEW.changed_at := linli.instant();
    NEW.changed_by := linli.person_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER activity_keep BEFORE UPDATE ON linli.activity
    FOR EACH ROW EXECUTE FUNCTION linli.activity_keep();

CREATE FUNCTION linli.activity_occurrence_count() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.changed_at := linli.instant();
    NEW.changed_by := linli.person_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER activity_occurrence_count BEFORE UPDATE ON linli.activity_occurrence
    FOR EACH ROW EXECUTE FUNCTION linli.activity_occurrence_count();

-- Questions of the principal --------------------------------------------------------------------

-- Whether a person is here and belongs: alive in the estate, its account served, with a household or
-- a role now. Who is not can look after nothing. That it is of age the server knows, which opens the
-- sealed day of birth.
CREATE FUNCTION linli.may_organise(estate uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.person AS p
        JOIN linli.account AS a ON a.id = p.account_id AND a.state = 'active'
        WHERE p.estate_id = estate AND p.id = person
            AND p.state IN ('active', 'away', 'in_hospital')
            AND (EXISTS (
                    SELECT
                    FROM linli.role_term AS r
                    WHERE r.estate_id = estate AND r.person_id = p.id
                        AND r.begins <= at AND r.ends > at)
                OR EXISTS (
                    SELECT
                    FROM linli.membership AS m
                    JOIN linli.household AS h
                        ON h.estate_id = m.estate_id AND h.id = m.household_id
                    WHERE m.estate_id = estate AND m.person_id = p.id
                        AND m.begins <= at AND m.ends > at
                        AND h.begins <= at AND h.ends > at)
                OR linli.holds_above(p.account_id, estate, at)));
END
$$;

-- The keys that the principal may publish activities to now; '*' for all of them. A resident speaks
-- to the estate, to its own building and stair and to those who share its role; who may announce to
-- a place may invite to it.
CREATE FUNCTION linli.own_activity_keys() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    spoken CONSTANT text[] := linli.own_announcement_keys();
BEGIN
    IF '*' = ANY (spoken) THEN
        RETURN spoken;
    END IF;
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT coalesce(linli.may_organise(estate, linli.person_id()), false)
    THEN
        RETURN '{}';
    END IF;
    RETURN spoken || ARRAY['estate']
        || ARRAY(SELECT DISTINCT 'role:' || own.role FROM linli.own_roles() AS own)
        || ARRAY(
            SELECT 'place:' || p.id
            FROM linli.own_places() AS own
            JOIN linli.place AS p ON p.estate_id = estate AND p.id = own
            WHERE p.kind IN ('building', 'stair'));
END
$$;

-- The activities that the principal looks after itself; none while it acts for another.
CREATE FUNCTION linli.own_activities() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT s.thing_id
        FROM linli.steward AS s
        WHERE s.estate_id = linli.estate_id() AND s.person_id = linli.person_id());
END
$$;

-- The id again, if the principal may see the activity; NULL otherwise, after as long. It can only
-- narrow: what reads by the id that it gives is still judged by the policies.
CREATE FUNCTION linli.readable_activity(wanted uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    seen CONSTANT text[] := linli.own_event_keys();
    own CONSTANT uuid[] := linli.own_activities();
BEGIN
    RETURN (
        SELECT a.id
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.id = wanted
            AND (a.id = ANY (own)
                OR (a.published_at IS NOT NULL AND linli.event_visible(a.audience, seen))));
END
$$;

-- The same of an occurrence.
CREATE FUNCTION linli.readable_occurrence(wanted uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    seen CONSTANT text[] := linli.own_event_keys();
    own CONSTANT uuid[] := linli.own_activities();
BEGIN
    RETURN (
        SELECT o.id
        FROM linli.activity_occurrence AS o
        WHERE o.estate_id = estate AND o.id = wanted
            AND (o.activity_id = ANY (own) OR linli.event_visible(o.audience, seen)));
END
$$;

-- Who sees and does what ------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['activity', 'activity_version', 'activity_occurrence']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- Who looks after it sees it always, its audience from its publication on, cancelled ones too.
CREATE POLICY activity_read ON linli.activity FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (id = ANY ((SELECT linli.own_activities())::uuid[])
            OR (published_at IS NOT NULL
                AND linli.event_visible(audience, (SELECT linli.own_event_keys())))));
CREATE POLICY activity_draft ON linli.activity FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND organiser_id = (SELECT linli.person_id())
        AND changed_by = (SELECT linli.person_id())
        AND created_at = (SELECT linli.instant())
        AND changed_at = (SELECT linli.instant())
        AND state = 'draft' AND published_at IS NULL
        AND linli.announceable(addressed, (SELECT linli.own_activity_keys())));
-- The later part of one that the principal looks after: published, to the same audience.
CREATE POLICY activity_split ON linli.activity FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND changed_by = (SELECT linli.person_id())
        AND changed_at = (SELECT linli.instant())
        AND state = 'published'
        AND split_from = ANY ((SELECT linli.own_activities())::uuid[]));
CREATE POLICY activity_change ON linli.activity FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND id = ANY ((SELECT linli.own_activities())::uuid[]))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND changed_by = (SELECT linli.person_id())
        AND id = ANY ((SELECT linli.own_activities())::uuid[]));

-- Its history is for those who look after it.
CREATE POLICY activity_version_read ON linli.activity_version FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND activity_id = ANY ((SELECT linli.own_activities())::uuid[]));

CREATE POLICY activity_occurrence_read ON linli.activity_occurrence FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (activity_id = ANY ((SELECT linli.own_activities())::uuid[])
            OR linli.event_visible(audience, (SELECT linli.own_event_keys()))));
CREATE POLICY activity_occurrence_lay ON linli.activity_occurrence FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND activity_id = ANY ((SELECT linli.own_activities())::uuid[])
        AND changed_by = (SELECT linli.person_id())
        AND changed_at = (SELECT linli.instant()));
CREATE POLICY activity_occurrence_change ON linli.activity_occurrence FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND activity_id = ANY ((SELECT linli.own_activities())::uuid[]))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND activity_id = ANY ((SELECT linli.own_activities())::uuid[]));

GRANT SELECT ON linli.activity, linli.activity_version, linli.activity_occurrence TO linli;
GRANT INSERT ON linli.activity, linli.activity_occurrence TO linli;
GRANT UPDATE (state, kind, meant_for, addressed, audience, title_zh, body_zh, title_en, body_en,
    place_id, place_text, cost_note, bring, accessibility, accessibility_note, starts_local,
    minutes, rrule, days, exdates, kinds, totals, overall, cancel_minutes, offer_minutes,
    waiting_max, opens_minutes, closes_minutes, published_at, cancelled_at, cancelled_because)
    ON linli.activity TO linli;
GRANT UPDATE (activity_id, begins, ends, state, kind, audience, place_id, place_text, title_zh,
    body_zh, title_en, body_en, overrides, sequence, cancelled_at, cancelled_because)
    ON linli.activity_occurrence TO linli;
GRANT EXECUTE ON FUNCTION
    linli.may_organise(uuid, uuid), linli.own_activity_keys(), linli.own_activities(),
    linli.readable_activity(uuid), linli.readable_occurrence(uuid)
    TO linli;
