-- Calendar links (日历订阅): secret addresses at which a calendar program reads what a person may see.
--
-- A link is the person's own, reads as that person at the moment of reading, and opens nothing once
-- it is revoked or the person is here no more. Only the secret's hash is kept.

CREATE TABLE linli.calendar_link (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- What it shows: what concerns the person, what it may see of the estate, or when a venue is
    -- taken.
    kind text NOT NULL,
    -- The venue, for a link of that kind alone.
    place_id uuid,
    -- SHA-256 of the secret: 32 random bytes need no key.
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- To the day: when exactly a program asked is nobody's to read.
    last_fetched_on date,
    revoked_at timestamptz,
    CONSTRAINT calendar_link_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT calendar_link_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT calendar_link_venue FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.venue (estate_id, place_id),
    CONSTRAINT calendar_link_kind_known CHECK (kind IN ('personal', 'estate', 'venue')),
    CONSTRAINT calendar_link_place_of_venue CHECK ((kind = 'venue') = (place_id IS NOT NULL)),
    CONSTRAINT calendar_link_secret_bytes CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT calendar_link_forward CHECK (revoked_at >= created_at)
);
-- The secret is found before the estate is known. What is revoked is not in it, so that looking for
-- it takes as long as looking for what never was.
CREATE INDEX calendar_link_by_secret ON linli.calendar_link (secret_hash)
    WHERE revoked_at IS NULL;
CREATE INDEX calendar_link_of_person ON linli.calendar_link (estate_id, person_id, id)
    WHERE revoked_at IS NULL;

-- Makes a link of the principal. The verdict is 'made', or why not: 'full' (it has live_max of them)
-- or 'no_venue'. The only way in: a person's links are counted one at a time.
CREATE FUNCTION linli.calendar_link_make(
    id uuid, kind text, place uuid, secret bytea, live_max integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
BEGIN
    IF person IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RAISE EXCEPTION 'a link is made by a person for itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind = 'venue' AND NOT EXISTS (
        SELECT FROM linli.venue AS v WHERE v.estate_id = estate AND v.place_id = place)
    THEN
        RETURN 'no_venue';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('calendar links ' || person, 65));
    IF (
        SELECT count(*) FROM linli.calendar_link AS l
        WHERE l.estate_id = estate AND l.person_id = person AND l.revoked_at IS NULL
    ) >= live_max THEN
        RETURN 'full';
    END IF;
    INSERT INTO linli.calendar_link (estate_id, id, person_id, kind, place_id, secret_hash,
        created_at)
    VALUES (estate, id, person, kind, place, secret, linli.instant());
    RETURN 'made';
END
$$;

-- Whose link this secret opens, if it is live and so is its person, as enter_session would let it
-- in; no row otherwise, after as many look-ups.
CREATE FUNCTION linli.live_calendar_link(secret bytea)
    RETURNS TABLE (estate_id uuid, link_id uuid, person_id uuid, account_id uuid, kind text,
        place_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    nothing CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    link linli.calendar_link;
    person linli.person;
    state text;
BEGIN
    SELECT * INTO link
    FROM linli.calendar_link AS l
    WHERE l.secret_hash = secret AND l.revoked_at IS NULL;
    SELECT * INTO person
    FROM linli.person AS p
    WHERE p.estate_id = coalesce(link.estate_id, nothing)
        AND p.id = coalesce(link.person_id, nothing);
    SELECT a.state INTO state
    FROM linli.account AS a
    WHERE a.id = coalesce(person.account_id, nothing);
    IF link.id IS NULL OR state IS DISTINCT FROM 'active'
        OR person.state NOT IN ('active', 'away', 'in_hospital')
        OR (person.origin = 'office' AND NOT linli.holds_above(
            person.account_id, person.estate_id, linli.instant()))
    THEN
        RETURN;
    END IF;
    estate_id := link.estate_id;
    link_id := link.id;
    person_id := person.id;
    account_id := person.account_id;
    kind := link.kind;
    place_id := link.place_id;
    RETURN NEXT;
END
$$;

-- When a venue is taken between two instants, with what a calendar needs to notice a change, and the
-- meeting it is for: its words are read by that id, as far as the reader may. The coming_max next
-- uses and the past_max last ones.
CREATE FUNCTION linli.venue_uses(
    place uuid, since timestamptz, until timestamptz, past_max integer, coming_max integer)
    RETURNS TABLE (booking_id uuid, occurrence_id uuid, begins timestamptz, ends timestamptz,
        sequence integer, changed_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.person_id() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH used AS MATERIALIZED (
            (SELECT b.*
            FROM linli.venue_booking AS b
            WHERE b.estate_id = estate AND b.place_id = place AND b.cancelled_at IS NULL
                AND b.begins >= since AND b.begins < at
            ORDER BY b.begins DESC, b.id DESC
            LIMIT past_max)
            UNION ALL
            (SELECT b.*
            FROM linli.venue_booking AS b
            WHERE b.estate_id = estate AND b.place_id = place AND b.cancelled_at IS NULL
                AND b.begins >= at AND b.begins < until
            ORDER BY b.begins, b.id
            LIMIT coming_max)
        )
        SELECT b.id, o.id, b.begins, b.ends, coalesce(o.sequence, 0),
            greatest(b.booked_at, o.changed_at)
        FROM used AS b
        LEFT JOIN linli.activity_occurrence AS o
            ON o.estate_id = estate AND o.id = b.for_id AND b.for_kind = 'activity'
        ORDER BY b.begins, b.id;
END
$$;

ALTER TABLE linli.calendar_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.calendar_link FORCE ROW LEVEL SECURITY;
CREATE POLICY calendar_link_owner ON linli.calendar_link TO linli_owner
    USING (true) WITH CHECK (true);
CREATE POLICY calendar_link_own ON linli.calendar_link FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.person_id()));
-- It is revoked, once and now; and a day on which it was read is noted.
CREATE POLICY calendar_link_change ON linli.calendar_link FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.person_id()) AND revoked_at IS NULL)
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.person_id())
        AND (revoked_at IS NULL OR revoked_at = (SELECT linli.instant())));

GRANT SELECT (estate_id, id, person_id, kind, place_id, created_at, last_fetched_on, revoked_at),
    UPDATE (last_fetched_on, revoked_at) ON linli.calendar_link TO linli;
GRANT EXECUTE ON FUNCTION
    linli.calendar_link_make(uuid, text, uuid, bytea, integer), linli.live_calendar_link(bytea),
    linli.venue_uses(uuid, timestamptz, timestamptz, integer, integer)
    TO linli;
