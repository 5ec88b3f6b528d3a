-- Announcements (公告): what those who may say to everyone, the estate, buildings, stairs or roles.
--
-- Who may read is decided by linli.event_visible over the keys that the principal holds, as for
-- events. Who may publish is decided by linli.announceable over the keys that it may speak to.

CREATE TABLE linli.announcement (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- Counts corrections and the withdrawal; what it was before is in announcement_version.
    version integer NOT NULL DEFAULT 1,
    -- To whom it speaks: public, estate, place:ID, role:CODE.
    addressed text[] NOT NULL,
    -- The keys that open it, as those of events: addressed, and who else sees it by office.
    audience text[] NOT NULL,
    title_zh text NOT NULL,
    body_zh text NOT NULL,
    title_en text,
    body_en text,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    is_pinned boolean NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid NOT NULL,
    -- The role that it is published in.
    published_as linli.role_code NOT NULL,
    -- The last correction or the withdrawal.
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_because text,
    CONSTRAINT announcement_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT announcement_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT announcement_published_by FOREIGN KEY (estate_id, published_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT announcement_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT announcement_version_counts CHECK (version >= 1),
    CONSTRAINT announcement_addressed_count CHECK (cardinality(addressed) BETWEEN 1 AND 20
        AND array_position(addressed, NULL) IS NULL),
    CONSTRAINT announcement_addressed_keys CHECK (array_to_string(addressed, ',')
        ~ '^((public|estate|place:[0-9a-f-]{36}|role:[a-z_]{1,40})(,|$))+$'),
    CONSTRAINT announcement_audience_whole CHECK (
        audience @> addressed AND cardinality(audience) <= 64),
    CONSTRAINT announcement_title_zh_length CHECK (char_length(title_zh) BETWEEN 1 AND 120),
    CONSTRAINT announcement_body_zh_length CHECK (char_length(body_zh) BETWEEN 1 AND 4000),
    CONSTRAINT announcement_title_en_length CHECK (char_length(title_en) BETWEEN 1 AND 240),
    CONSTRAINT announcement_body_en_length CHECK (char_length(body_en) BETWEEN 1 AND 8000),
    CONSTRAINT announcement_en_whole CHECK ((title_en IS NULL) = (body_en IS NULL)),
    CONSTRAINT announcement_forward CHECK (begins < ends),
    CONSTRAINT announcement_withdrawn_whole
        CHECK ((withdrawn_at IS NULL) = (withdrawn_because IS NULL)),
    CONSTRAINT announcement_because_length CHECK (char_length(withdrawn_because) BETWEEN 1 AND 400)
);
CREATE INDEX announcement_feed
    ON linli.announcement (estate_id, is_pinned DESC, published_at DESC, id DESC);

-- What an announcement said before it was corrected or withdrawn. Only the trigger below writes it.
CREATE TABLE linli.announcement_version (
    estate_id uuid NOT NULL,
    announcement_id uuid NOT NULL,
    version integer NOT NULL,
    title_zh text NOT NULL,
    body_zh text NOT NULL,
    title_en text,
    body_en text,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    is_pinned boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    CONSTRAINT announcement_version_pkey PRIMARY KEY (estate_id, announcement_id, version),
    CONSTRAINT announcement_version_of FOREIGN KEY (estate_id, announcement_id)
        REFERENCES linli.announcement (estate_id, id)
);

-- Who has read which version.
CREATE TABLE linli.announcement_receipt (
    estate_id uuid NOT NULL,
    announcement_id uuid NOT NULL,
    person_id uuid NOT NULL,
    version integer NOT NULL,
    read_at timestamptz NOT NULL,
    CONSTRAINT announcement_receipt_pkey PRIMARY KEY (estate_id, announcement_id, person_id),
    CONSTRAINT announcement_receipt_of FOREIGN KEY (estate_id, announcement_id)
        REFERENCES linli.announcement (estate_id, id),
    CONSTRAINT announcement_receipt_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id)
);

-- Every change keeps what was, and counts.
CREATE FUNCTION linli.announcement_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.announcement_version (estate_id, announcement_id, version, title_zh,
        body_zh, title_en, body_en, begins, ends, is_pinned, changed_at, changed_by)
    VALUES (OLD.estate_id, OLD.id, OLD.version, OLD.title_zh, OLD.body_zh, OLD.title_en,
        OLD.body_en, OLD.begins, OLD.ends, OLD.is_pinned, OLD.changed_at, OLD.changed_by);
    NEW.version := OLD.version + 1;
    NEW.changed_at := linli.instant();
    NEW.changed_by := linli.person_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER announcement_keep BEFORE UPDATE ON linli.announcement
    FOR EACH ROW EXECUTE FUNCTION linli.announcement_keep();

-- The keys that the principal may speak to now; '*' for all of them. A role at a place speaks to the
-- buildings and stairs there and below.
CREATE FUNCTION linli.own_announcement_keys() RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.has_role('residents_committee', 'owners_committee', 'property_manager') THEN
        RETURN ARRAY['*'];
    END IF;
    RETURN coalesce((
        SELECT array_agg(DISTINCT 'place:' || p.id)
        FROM linli.own_roles() AS own
        JOIN linli.place AS p ON p.estate_id = estate
            AND (own.place_id IS NULL OR own.place_id IN (p.id, p.stair_id, p.building_id))
        WHERE own.role IN
                ('stair_leader', 'residents_committee', 'owners_committee', 'property_manager')
            AND p.kind IN ('building', 'stair')), '{}');
END
$$;

-- Whether who may speak to these keys may publish to, correct and withdraw for this address. THE
-- predicate of writing.
CREATE FUNCTION linli.announceable(addressed text[], keys text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '*' = ANY (keys) OR addressed <@ keys;

-- How far an announcement has come, for those who may publish it; no row for others.
--
-- A household counts once however many of its members read it, and only while it lives here.
CREATE FUNCTION linli.announcement_readers(announcement uuid)
    RETURNS TABLE (version integer, persons bigint, households_read bigint,
        households_current bigint, households_addressed bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    subject linli.announcement;
BEGIN
    SELECT * INTO subject
    FROM linli.announcement AS a
    WHERE a.estate_id = estate AND a.id = announcement;
    IF NOT FOUND
        OR NOT linli.event_visible(subject.audience, linli.own_event_keys())
        OR NOT linli.announceable(subject.addressed, linli.own_announcement_keys())
    THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH member AS MATERIALIZED (
        SELECT m.household_id, m.person_id
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE m.estate_id = estate
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
    ), addressee AS MATERIALIZED (
        SELECT k.person_id
        FROM linli.event_keys(
            estate, (SELECT array_agg(DISTINCT member.person_id) FROM member)) AS k
        GROUP BY k.person_id
        HAVING linli.event_visible(subject.addressed, array_agg(k.key))
    ), counted AS MATERIALIZED (
        SELECT member.household_id, r.person_id, r.version
        FROM addressee
        JOIN member ON member.person_id = addressee.person_id
        LEFT JOIN linli.announcement_receipt AS r ON r.estate_id = estate
            AND r.announcement_id = announcement AND r.person_id = member.person_id
    )
    SELECT subject.version,
        (SELECT count(*) FROM linli.announcement_receipt AS r
            WHERE r.estate_id = estate AND r.announcement_id = announcement),
        count(DISTINCT c.household_id) FILTER (WHERE c.person_id IS NOT NULL),
        count(DISTINCT c.household_id) FILTER (WHERE c.version = subject.version),
        count(DISTINCT c.household_id)
    FROM counted AS c;
END
$$;

-- The estates that are served, as everybody may know: what a visitor chooses from.
CREATE FUNCTION linli.public_estates(after uuid, rows_max integer)
    RETURNS TABLE (estate_id uuid, code text, name_zh text, name_en text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
    SELECT e.estate_id, e.code, e.name_zh, e.name_en
    FROM linli.estate AS e
    WHERE e.estate_id > after
    ORDER BY e.estate_id
    LIMIT least(rows_max, 101)
$$;

-- Who sees and does what ------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['announcement', 'announcement_version', 'announcement_receipt']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- Its audience sees it during its term until it is withdrawn, the visitor too if it is public; of
-- the audience, who may publish to it sees it before, after and withdrawn as well.
CREATE POLICY announcement_read ON linli.announcement FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND linli.event_visible(audience, (SELECT linli.own_event_keys()))
        AND ((withdrawn_at IS NULL
                AND begins <= (SELECT linli.instant())
                AND ends > (SELECT linli.instant()))
            OR linli.announceable(addressed, (SELECT linli.own_announcement_keys()))));
CREATE POLICY announcement_publish ON linli.announcement FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND published_by = (SELECT linli.person_id())
        AND changed_by = (SELECT linli.person_id())
        AND published_at = (SELECT linli.instant())
        AND changed_at = (SELECT linli.instant())
        AND withdrawn_at IS NULL
        AND linli.announceable(addressed, (SELECT linli.own_announcement_keys())));
CREATE POLICY announcement_change ON linli.announcement FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND linli.announceable(addressed, (SELECT linli.own_announcement_keys())))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND changed_by = (SELECT linli.person_id())
        AND (withdrawn_at IS NULL OR withdrawn_at = (SELECT linli.instant()))
        AND linli.announceable(addressed, (SELECT linli.own_announcement_keys())));

-- Its history is seen by whoever sees it.
CREATE POLICY announcement_version_read ON linli.announcement_version FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND EXISTS (
            SELECT
            FROM linli.announcement AS a
            WHERE a.estate_id = announcement_version.estate_id
                AND a.id = announcement_version.announcement_id));

-- A receipt is its person's own; publishers see counts.
CREATE POLICY announcement_receipt_own ON linli.announcement_receipt FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.person_id()));
CREATE POLICY announcement_receipt_give ON linli.announcement_receipt FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.person_id())
        AND read_at = (SELECT linli.instant())
        AND EXISTS (
            SELECT
            FROM linli.announcement AS a
            WHERE a.estate_id = announcement_receipt.estate_id
                AND a.id = announcement_receipt.announcement_id));
CREATE POLICY announcement_receipt_renew ON linli.announcement_receipt FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.person_id()))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.person_id())
        AND read_at = (SELECT linli.instant()));

GRANT SELECT ON linli.announcement, linli.announcement_version, linli.announcement_receipt TO linli;
GRANT INSERT (estate_id, id, addressed, audience, title_zh, body_zh, title_en, body_en, begins,
    ends, is_pinned, published_at, published_by, published_as, changed_at, changed_by)
    ON linli.announcement TO linli;
GRANT UPDATE (title_zh, body_zh, title_en, body_en, begins, ends, is_pinned, withdrawn_at,
    withdrawn_because) ON linli.announcement TO linli;
GRANT INSERT, UPDATE (version, read_at) ON linli.announcement_receipt TO linli;
GRANT EXECUTE ON FUNCTION
    linli.own_announcement_keys(), linli.announceable(text[], text[]),
    linli.announcement_readers(uuid), linli.public_estates(uuid, integer)
    TO linli;
