-- Who reads what (谁能看什么): which role reads which kind of data for which purpose, as data.
--
-- The table says what an office opens. What somebody reads of its own, of its household, of a meeting
-- that it organises or as a delegate comes from that relation, and stands in no row. What has no row
-- here, no office reads: health, trust, help, contact and birth have none. docs/people/reading.md has
-- the same table, written by hand, and says why; a test compares them. A later feature adds the rows
-- of its kinds.

CREATE TABLE linli.access_rule (
    role linli.role_code NOT NULL,
    kind text NOT NULL,
    purpose text NOT NULL,
    -- Only while a request stands that a second person has approved.
    needs_second boolean NOT NULL DEFAULT false,
    CONSTRAINT access_rule_pkey PRIMARY KEY (role, kind, purpose),
    CONSTRAINT access_rule_kind_code CHECK (kind ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT access_rule_purpose_code CHECK (purpose ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT access_rule_second CHECK (needs_second OR role <> 'software_operator')
);
CREATE INDEX access_rule_of_kind ON linli.access_rule (kind, purpose);

ALTER TABLE linli.access_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.access_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY access_rule_owner ON linli.access_rule TO linli_owner
    USING (true) WITH CHECK (true);

INSERT INTO linli.access_rule (role, kind, purpose, needs_second) VALUES
    ('residents_committee', 'person', 'admission', false),
    ('residents_committee', 'person', 'care', false),
    ('residents_committee', 'person', 'desk', false),
    ('residents_committee', 'role', 'appointment', false),
    ('residents_committee', 'proof', 'verification', false),
    ('residents_committee', 'care_list', 'care', false),
    ('residents_committee', 'need', 'care', false),
    ('residents_committee', 'dispute', 'decision', false),
    ('residents_committee', 'dispute', 'mediation', false),
    ('residents_committee', 'alarm', 'alarm', false),
    ('residents_committee', 'door_log', 'alarm', false),
    ('residents_committee', 'booking', 'venue', false),
    ('residents_committee', 'count', 'statistics', false),
    ('social_worker', 'person', 'care', false),
    ('social_worker', 'person', 'desk', false),
    ('social_worker', 'proof', 'verification', false),
    ('social_worker', 'care_list', 'care', false),
    ('social_worker', 'need', 'care', false),
    ('social_worker', 'dispute', 'mediation', false),
    ('social_worker', 'alarm', 'alarm', false),
    ('social_worker', 'door_log', 'alarm', false),
    ('stair_leader', 'person', 'admission', false),
    ('property_manager', 'alarm', 'duty', false),
    ('property_manager', 'door', 'duty', false),
    ('property_manager', 'device', 'duty', false),
    ('property_manager', 'door_log', 'duty', false),
    ('property_manager', 'person', 'alarm', false),
    ('property_manager', 'person', 'desk', false),
    ('property_manager', 'booking', 'venue', false),
    ('duty_guard', 'alarm', 'duty', false),
    ('duty_guard', 'door', 'duty', false),
    ('duty_guard', 'device', 'duty', false),
    ('duty_guard', 'door_log', 'duty', false),
    ('duty_guard', 'person', 'alarm', false),
    ('owners_committee', 'count', 'statistics', false),
    ('subdistrict_officer', 'count', 'statistics', false),
    ('software_operator', 'person', 'support', true),
    ('software_operator', 'proof', 'support', true),
    ('software_operator', 'log', 'support', true);

-- The rules, as everybody may know them.
CREATE FUNCTION linli.public_access_rules()
    RETURNS TABLE (role text, kind text, purpose text, needs_second boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
    SELECT r.role::text, r.kind, r.purpose, r.needs_second
    FROM linli.access_rule AS r
    ORDER BY r.role::text COLLATE "C", r.kind COLLATE "C", r.purpose COLLATE "C"
    LIMIT 1000
$$;

-- The roles that read a kind of data for a purpose, of their own right.
CREATE FUNCTION linli.reading_roles(kind text, purpose text) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT r.role::text
        FROM linli.access_rule AS r
        WHERE r.kind = reading_roles.kind AND r.purpose = reading_roles.purpose
            AND NOT r.needs_second);
END
$$;

-- Whether the principal reads a kind of data of the whole estate for a purpose now, by the roles that
-- it holds over it; an office counts in a proved session alone. Nobody reads so for another.
CREATE FUNCTION linli.may_read(kind text, purpose text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.person_id() IS NOT NULL
        AND linli.beneficiary_id() IS NULL
        AND linli.has_role(VARIADIC linli.reading_roles(kind, purpose));
END
$$;

-- Where the principal reads a kind of data for a purpose now: NULL, of the whole estate; else the
-- places that its roles are held at, with what lies below; none: nowhere.
CREATE FUNCTION linli.read_places(kind text, purpose text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.may_read(kind, purpose) THEN
        RETURN NULL;
    END IF;
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT DISTINCT own.place_id
        FROM linli.own_roles() AS own
        WHERE own.place_id IS NOT NULL
            AND own.role = ANY (linli.reading_roles(kind, purpose)));
END
$$;

-- Counts ----------------------------------------------------------------------------------------

-- A count as those see it who read counts alone: nothing below five.
CREATE FUNCTION linli.counted(n bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN n >= 5 THEN n END;

-- The cells of a breakdown whose total may be known, as those see them who read counts alone: all of
-- them, or, where one is below five, none. To hide the small ones alone would not do: the total less
-- what is shown gives them away, and which larger cells are hidden with them tells how small they are.
CREATE FUNCTION linli.counted_cells(cells bigint[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN 5 <= ALL (cells) THEN cells
        ELSE array_fill(NULL::bigint, ARRAY[cardinality(cells)]) END;

GRANT EXECUTE ON FUNCTION
    linli.public_access_rules(), linli.reading_roles(text, text), linli.may_read(text, text),
    linli.read_places(text, text), linli.counted(bigint), linli.counted_cells(bigint[])
    TO linli;

-- Rows that offices read ------------------------------------------------------------------------

DROP POLICY person_for_operators ON linli.person;
CREATE POLICY person_for_operators ON linli.person FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.may_read('person', 'admission')));
DROP POLICY household_for_operators ON linli.household;
CREATE POLICY household_for_operators ON linli.household FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.may_read('person', 'admission')));
DROP POLICY membership_for_operators ON linli.membership;
CREATE POLICY membership_for_operators ON linli.membership FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.may_read('person', 'admission')));
DROP POLICY role_term_for_operators ON linli.role_term;
CREATE POLICY role_term_for_operators ON linli.role_term FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.may_read('role', 'appointment')));
DROP POLICY proof_for_operators ON linli.proof;
CREATE POLICY proof_for_operators ON linli.proof FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.may_read('proof', 'verification')));
DROP POLICY join_code_read ON linli.join_code;
CREATE POLICY join_code_read ON linli.join_code FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.beneficiary_id()) IS NULL
        AND (issued_by = (SELECT linli.person_id())
            OR household_id IN (SELECT own FROM linli.own_households() AS own)
            OR (SELECT linli.may_read('person', 'admission'))
            OR residence_id IN (SELECT led FROM linli.led_residences() AS led)));
DROP POLICY venue_booking_read ON linli.venue_booking;
CREATE POLICY venue_booking_read ON linli.venue_booking FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (booked_by = (SELECT linli.person_id())
            OR (SELECT linli.may_read('booking', 'venue'))));
DROP POLICY no_show_read ON linli.no_show;
CREATE POLICY no_show_read ON linli.no_show FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (person_id = (SELECT linli.subject_id())
            OR thing_id IN (SELECT linli.own_things())
            OR linli.is_own_reservation(reservation_id)
            OR (appealed_at IS NOT NULL AND (SELECT linli.may_read('dispute', 'decision')))));

-- Desks -----------------------------------------------------------------------------------------

-- Whether the principal sits at a desk, where it reads who asks to be vouched for.
CREATE OR REPLACE FUNCTION linli.at_desk() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN linli.may_read('person', 'desk');

CREATE OR REPLACE FUNCTION linli.live_desk(token bytea, at timestamptz) RETURNS linli.desk
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    found linli.desk;
    roles CONSTANT text[] := linli.reading_roles('person', 'desk');
BEGIN
    SELECT d.* INTO found
    FROM linli.desk AS d
    JOIN linli.person AS p ON p.estate_id = d.estate_id AND p.id = d.opened_by
        AND p.state IN ('active', 'away', 'in_hospital')
    WHERE d.token_hash = token
        AND d.closed_at IS NULL
        AND d.ends > at
        AND (linli.holds_above(p.account_id, d.estate_id, at, roles) OR EXISTS (
            SELECT
            FROM linli.role_term AS term
            WHERE term.estate_id = d.estate_id
                AND term.person_id = p.id
                AND term.place_id IS NULL
                AND term.begins <= at
                AND term.ends > at
                AND term.role = ANY (roles)));
    RETURN found;
END
$$;

-- Events ----------------------------------------------------------------------------------------

-- As before; an operator of the software is nobody of the estate: its role opens what is addressed to
-- the role itself, and nothing that is said in the estate.
CREATE OR REPLACE FUNCTION linli.event_keys(estate uuid, persons uuid[], asleep uuid[])
RETURNS TABLE (person_id uuid, key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    now CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
    WITH RECURSIVE live AS MATERIALIZED (
        SELECT p.id, p.account_id, p.id = ANY (asleep) AS sleeps FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND p.state IN ('active', 'away', 'in_hospital')
    ), home AS MATERIALIZED (
        SELECT m.person_id, m.household_id, h.residence_id
        FROM live JOIN linli.membership AS m ON m.estate_id = estate AND m.person_id = live.id
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        WHERE m.begins <= now AND m.ends > now AND h.begins <= now AND h.ends > now
    ), above (id, parent_id) AS (
        SELECT n.id, n.parent_id FROM linli.estate AS e JOIN linli.node AS n ON n.id = e.node_id
        WHERE e.estate_id = estate
        UNION
        SELECT n.id, n.parent_id FROM above JOIN linli.node AS n ON n.id = above.parent_id
    ), office AS MATERIALIZED (
        SELECT r.person_id, r.role::text AS role, r.place_id, coalesce(r.place_id, estate) AS node,
            r.role <> 'software_operator' AS is_of_estate
        FROM live JOIN linli.role_term AS r ON r.estate_id = estate AND r.person_id = live.id
        WHERE r.begins <= now AND r.ends > now AND NOT (live.sleeps AND linli.is_office(r.role))
        UNION
        SELECT live.id, a.role::text, NULL, a.node_id, a.role <> 'software_operator'
        FROM live JOIN linli.account_role_term AS a ON a.account_id = live.account_id
        JOIN above ON above.id = a.node_id
        WHERE a.begins <= now AND a.ends > now AND NOT (live.sleeps AND linli.is_office(a.role))
    )
    SELECT DISTINCT p.id, 'public' FROM unnest(persons) AS p (id)
    UNION
    SELECT live.id, 'person:' || live.id FROM live
    UNION
    SELECT home.person_id, k.key
    FROM home LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = home.residence_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('household:' || home.household_id), ('place:' || p.id),
        ('place:' || p.floor_id), ('place:' || p.stair_id), ('place:' || p.building_id)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, k.key
    FROM office LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
        AND office.is_of_estate
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN office.is_of_estate THEN 'estate' END), ('role:' || office.role),
        ('role:' || office.role || '@' || office.node), ('place:' || p.id), ('place:' || p.floor_id), ('place:' || p.stair_id),
        ('place:' || p.building_id),
        (CASE WHEN office.place_id IS NULL AND office.role IN (
            'grid_worker', 'social_worker', 'residents_committee', 'owners_committee',
            'property_manager', 'subdistrict_officer') THEN 'officer' END)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, 'place:' || below.id
    FROM office JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
        AND office.is_of_estate
    CROSS JOIN LATERAL (
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.building_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.stair_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE p.kind = 'floor' AND b.estate_id = estate AND b.building_id = p.building_id
            AND b.floor_id = p.id AND b.kind <> 'residence'
    ) AS below;
END $$;

-- Announcements ---------------------------------------------------------------------------------

-- As before; who publishes and reads nobody of those addressed sees counts without small cells.
CREATE OR REPLACE FUNCTION linli.announcement_readers(announcement uuid)
    RETURNS TABLE (version integer, persons bigint, households_read bigint,
        households_current bigint, households_addressed bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    -- Both looked up whether it is there or not: how long a refusal takes tells nothing.
    keys CONSTANT text[] := linli.own_event_keys();
    spoken CONSTANT text[] := linli.own_announcement_keys();
    led uuid[];
    is_exact boolean;
    subject linli.announcement;
BEGIN
    SELECT * INTO subject
    FROM linli.announcement AS a
    WHERE a.estate_id = estate AND a.id = announcement;
    IF NOT FOUND
        OR NOT linli.event_visible(subject.audience, keys)
        OR NOT linli.announceable(subject.addressed, spoken)
    THEN
        RETURN;
    END IF;
    led := linli.read_places('person', 'admission');
    is_exact := linli.may_read('person', 'admission')
        OR subject.addressed <@ ARRAY(
            SELECT 'place:' || p.id
            FROM linli.place AS p
            WHERE p.estate_id = estate
                AND (p.id = ANY (led) OR p.stair_id = ANY (led) OR p.building_id = ANY (led)));
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
    ), total AS (
        SELECT (SELECT count(*)
                FROM linli.announcement_receipt AS r
                WHERE r.estate_id = estate AND r.announcement_id = announcement) AS persons,
            count(DISTINCT c.household_id) FILTER (WHERE c.person_id IS NOT NULL) AS any_version,
            count(DISTINCT c.household_id) FILTER (WHERE c.version = subject.version) AS this,
            count(DISTINCT c.household_id) AS addressed
        FROM counted AS c
    ), told AS (
        SELECT t.*, linli.counted_cells(CASE WHEN subject.version = 1
            THEN ARRAY[t.this, t.addressed - t.this]
            ELSE ARRAY[t.this, t.any_version - t.this, t.addressed - t.any_version] END) AS cells
        FROM total AS t
    )
    SELECT subject.version,
        CASE WHEN is_exact THEN t.persons
            WHEN t.cells[1] IS NOT NULL THEN linli.counted(t.persons) END,
        CASE WHEN is_exact OR t.cells[1] IS NOT NULL THEN t.any_version END,
        CASE WHEN is_exact THEN t.this ELSE t.cells[1] END,
        CASE WHEN is_exact THEN t.addressed ELSE linli.counted(t.addressed) END
    FROM told AS t;
END
$$;
