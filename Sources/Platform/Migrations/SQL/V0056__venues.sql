-- Venues (可预订场地): public places that can be booked, with their rules and opening hours; the
-- minutes on foot between places; the limits of what a person or a household may reserve.
--
-- A public place without a row in venue is used without booking. Who may book what when is decided
-- by the rules in Social/Venues; that no two uses of a venue overlap, gaps included, is held here.

-- A public place that can be booked. Only an import adds one.
CREATE TABLE linli.venue (
    estate_id uuid NOT NULL,
    place_id uuid NOT NULL,
    place_kind text NOT NULL GENERATED ALWAYS AS ('public') STORED,
    -- Counts the changes of rules and hours.
    version integer NOT NULL DEFAULT 1,
    -- What a use takes besides its own time: before it begins, and after it ends.
    setup_minutes integer NOT NULL DEFAULT 0,
    cleaning_minutes integer NOT NULL DEFAULT 0,
    -- How long before its begin a use must be booked.
    lead_minutes integer NOT NULL DEFAULT 0,
    -- Most hours that one person may book here in a month; NULL: any number.
    hours_month_max integer,
    -- Roles that may book; 'resident' is whoever belongs to a household of the estate.
    open_to text[] NOT NULL DEFAULT '{resident}',
    changed_at timestamptz NOT NULL,
    -- NULL: an import.
    changed_by uuid,
    CONSTRAINT venue_pkey PRIMARY KEY (estate_id, place_id),
    CONSTRAINT venue_place FOREIGN KEY (estate_id, place_id, place_kind)
        REFERENCES linli.place (estate_id, id, kind),
    CONSTRAINT venue_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT venue_version_counts CHECK (version >= 1),
    CONSTRAINT venue_setup_bounds CHECK (setup_minutes BETWEEN 0 AND 720),
    CONSTRAINT venue_cleaning_bounds CHECK (cleaning_minutes BETWEEN 0 AND 720),
    CONSTRAINT venue_lead_bounds CHECK (lead_minutes BETWEEN 0 AND 129600),
    CONSTRAINT venue_hours_month_bounds CHECK (hours_month_max BETWEEN 1 AND 744),
    CONSTRAINT venue_open_to_count CHECK (cardinality(open_to) BETWEEN 1 AND 20
        AND array_position(open_to, NULL) IS NULL),
    CONSTRAINT venue_open_to_roles CHECK (open_to <@ ARRAY['resident', 'owner', 'tenant',
        'family_elsewhere', 'carer', 'volunteer', 'organiser', 'stair_leader', 'grid_worker',
        'social_worker', 'residents_committee', 'owners_committee', 'property_manager',
        'duty_guard', 'partner_organisation'])
);

-- When a venue is open, on the weekdays (1 Monday … 7 Sunday) and the clock of the estate's zone;
-- several rows a day where it closes at noon. A weekday without a row is closed; so is a venue
-- without any.
CREATE TABLE linli.venue_hours (
    estate_id uuid NOT NULL,
    place_id uuid NOT NULL,
    weekday integer NOT NULL,
    opens time NOT NULL,
    closes time NOT NULL,
    CONSTRAINT venue_hours_pkey PRIMARY KEY (estate_id, place_id, weekday, opens),
    CONSTRAINT venue_hours_of FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.venue (estate_id, place_id),
    CONSTRAINT venue_hours_weekday CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT venue_hours_forward CHECK (opens < closes),
    CONSTRAINT venue_hours_whole_minutes CHECK (
        extract(second FROM opens) = 0 AND extract(second FROM closes) = 0),
    CONSTRAINT venue_hours_once EXCLUDE USING gist (
        estate_id WITH =, place_id WITH =, weekday WITH =,
        int4range(extract(epoch FROM opens)::integer, extract(epoch FROM closes)::integer) WITH &&)
);

-- One use of a venue: an occurrence of an activity now. begins and ends are those of the use;
-- period has the gaps as well, as the venue's rules were when it was booked or moved.
--
-- One table, not two: the busy times could not then differ from the bookings. Column grants cannot
-- tell readers apart (all are the role linli), so that everyone of the estate reads the busy times
-- through venue_busy(), and who books for what only from the rows that the policies below open.
CREATE TABLE linli.venue_booking (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    place_id uuid NOT NULL,
    booked_by uuid NOT NULL,
    booked_at timestamptz NOT NULL,
    -- For what: the kind, the occurrence, and the thing that its stewards look after.
    for_kind text NOT NULL,
    for_id uuid NOT NULL,
    thing_id uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    period tstzrange NOT NULL,
    cancelled_at timestamptz,
    CONSTRAINT venue_booking_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT venue_booking_of FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.venue (estate_id, place_id),
    CONSTRAINT venue_booking_booked_by FOREIGN KEY (estate_id, booked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT venue_booking_for_known CHECK (for_kind IN ('activity')),
    CONSTRAINT venue_booking_forward CHECK (begins < ends),
    -- With the bounds of the gaps, it bounds where venue_busy has to look.
    CONSTRAINT venue_booking_length CHECK (ends - begins <= interval '7 days'),
    CONSTRAINT venue_booking_period CHECK (period @> tstzrange(begins, ends)),
    -- Checked at the end of a statement, so that one can move a whole series onto itself.
    CONSTRAINT venue_booking_once EXCLUDE USING gist (
        estate_id WITH =, place_id WITH =, period WITH &&) WHERE (cancelled_at IS NULL)
        DEFERRABLE INITIALLY IMMEDIATE
);
CREATE UNIQUE INDEX venue_booking_one_live ON linli.venue_booking (estate_id, for_kind, for_id)
    WHERE cancelled_at IS NULL;
CREATE INDEX venue_booking_of_place ON linli.venue_booking (estate_id, place_id, begins, id)
    WHERE cancelled_at IS NULL;
CREATE INDEX venue_booking_of_person ON linli.venue_booking (estate_id, booked_by, begins)
    WHERE cancelled_at IS NULL;
CREATE INDEX venue_booking_of_thing ON linli.venue_booking (estate_id, thing_id)
    WHERE cancelled_at IS NULL;

-- Minutes on foot between two places, either way; once a pair.
CREATE TABLE linli.place_minutes (
    estate_id uuid NOT NULL,
    from_place uuid NOT NULL,
    to_place uuid NOT NULL,
    minutes integer NOT NULL,
    CONSTRAINT place_minutes_pkey PRIMARY KEY (estate_id, from_place, to_place),
    CONSTRAINT place_minutes_from FOREIGN KEY (estate_id, from_place)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT place_minutes_to FOREIGN KEY (estate_id, to_place)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT place_minutes_ordered CHECK (from_place < to_place),
    CONSTRAINT place_minutes_bounds CHECK (minutes BETWEEN 0 AND 240)
);

-- How much a person or a household may reserve of a feature, in a day, week or month (of the begin
-- of what is reserved, in the estate's zone) or at one time ('live'): seats, reservations, or places
-- in wait-lists.
CREATE TABLE linli.reservation_limit (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    feature text NOT NULL,
    per text NOT NULL,
    counts text NOT NULL,
    period text NOT NULL,
    most integer NOT NULL,
    CONSTRAINT reservation_limit_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT reservation_limit_estate FOREIGN KEY (estate_id)
        REFERENCES linli.estate (estate_id),
    CONSTRAINT reservation_limit_once UNIQUE (estate_id, feature, per, counts, period),
    CONSTRAINT reservation_limit_feature_known CHECK (feature IN ('activity')),
    CONSTRAINT reservation_limit_per_known CHECK (per IN ('person', 'household')),
    CONSTRAINT reservation_limit_counts_known CHECK (counts IN ('seats', 'holds', 'waiting')),
    CONSTRAINT reservation_limit_period_known CHECK (period IN ('day', 'week', 'month', 'live')),
    CONSTRAINT reservation_limit_most_bounds CHECK (most BETWEEN 1 AND 10000)
);

-- What the tables keep ---------------------------------------------------------------------------

-- Every change of a venue counts. One by hand, outside of any principal, keeps the instant.
CREATE FUNCTION linli.venue_keep() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, linli
AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.changed_at := coalesce(linli.instant(), OLD.changed_at);
    NEW.changed_by := linli.person_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER venue_keep BEFORE UPDATE ON linli.venue
    FOR EACH ROW EXECUTE FUNCTION linli.venue_keep();

-- A change of its hours is a change of the venue. Hours are not updated: they go and come.
CREATE FUNCTION linli.venue_hours_count() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.venue AS v
    SET version = v.version
    FROM (SELECT DISTINCT c.estate_id, c.place_id FROM changed AS c) AS c
    WHERE v.estate_id = c.estate_id AND v.place_id = c.place_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER venue_hours_come AFTER INSERT ON linli.venue_hours
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION linli.venue_hours_count();
CREATE TRIGGER venue_hours_go AFTER DELETE ON linli.venue_hours
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION linli.venue_hours_count();

-- A booking takes the gaps of its venue as they are when it is made or moved.
CREATE FUNCTION linli.venue_booking_period() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    SELECT tstzrange(NEW.begins - make_interval(mins => v.setup_minutes),
        NEW.ends + make_interval(mins => v.cleaning_minutes))
    INTO NEW.period
    FROM linli.venue AS v
    WHERE v.estate_id = NEW.estate_id AND v.place_id = NEW.place_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this place is no venue'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'venue_booking_of';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER venue_booking_period BEFORE INSERT OR UPDATE OF place_id, begins, ends
    ON linli.venue_booking FOR EACH ROW EXECUTE FUNCTION linli.venue_booking_period();

-- Questions --------------------------------------------------------------------------------------

-- Minutes on foot from one place to another: 0 to the same, as imported, else 10. A place that is
-- not known (free text) is NULL, and 10 minutes from everywhere.
CREATE FUNCTION linli.minutes_between(a uuid, b uuid) RETURNS integer
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF a = b THEN
        RETURN 0;
    END IF;
    RETURN coalesce((
        SELECT m.minutes
        FROM linli.place_minutes AS m
        WHERE m.estate_id = linli.estate_id()
            AND m.from_place = least(a, b) AND m.to_place = greatest(a, b)), 10);
END
$$;

-- Holds the venues among these places to the end of the transaction, in the order of their ids;
-- returns which of them are venues. Whoever books, moves or cancels takes it first.
--
-- The constraint alone would keep the uses apart, too: but who meets an uncommitted clash waits
-- inside an INSERT while it has rows of its own, and two who book series in different orders
-- deadlock. A person may not update a venue, which a lock of its rows asks for: the owner locks.
CREATE FUNCTION linli.lock_venues(places uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT v.place_id
        FROM linli.venue AS v
        WHERE v.estate_id = estate AND v.place_id = ANY (places)
        ORDER BY v.place_id
        FOR NO KEY UPDATE;
END
$$;

-- When a venue is taken between two instants, for every person of the estate: the use, and what it
-- takes with its gaps; not by whom, nor for what.
CREATE FUNCTION linli.venue_busy(place uuid, since timestamptz, until timestamptz)
    RETURNS TABLE (booking_id uuid, begins timestamptz, ends timestamptz,
        busy_from timestamptz, busy_until timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.person_id() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT b.id, b.begins, b.ends, lower(b.period), upper(b.period)
        FROM linli.venue_booking AS b
        WHERE b.estate_id = estate AND b.place_id = place AND b.cancelled_at IS NULL
            -- By the longest use and gaps.
            AND b.begins > since - interval '8 days'
            AND b.begins < until + interval '1 day'
            AND lower(b.period) < until AND upper(b.period) > since
        ORDER BY b.begins, b.id;
END
$$;

-- Minutes that a person has booked of a venue for uses that begin between two instants, but for
-- these bookings. It tells them of oneself; to an officer; and to who moves one of that person's
-- bookings, whose ids it then knows.
CREATE FUNCTION linli.venue_minutes_used(
    place uuid, booker uuid, since timestamptz, until timestamptz, besides uuid[]) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF NOT coalesce(booker = linli.person_id()
        OR linli.has_role('residents_committee', 'owners_committee', 'property_manager')
        OR EXISTS (
            SELECT
            FROM linli.venue_booking AS b
            WHERE b.estate_id = estate AND b.id = ANY (besides) AND b.booked_by = booker), false)
    THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT coalesce(sum(extract(epoch FROM b.ends - b.begins)) / 60, 0)::integer
        FROM linli.venue_booking AS b
        WHERE b.estate_id = estate AND b.booked_by = booker AND b.place_id = place
            AND b.cancelled_at IS NULL AND b.begins >= since AND b.begins < until
            AND NOT b.id = ANY (besides));
END
$$;

-- Who sees and does what -------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'venue', 'venue_hours', 'venue_booking', 'place_minutes', 'reservation_limit']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
    -- Rules are everyone's to read, as places are; an import writes them.
    FOREACH name IN ARRAY ARRAY['venue', 'venue_hours', 'place_minutes', 'reservation_limit']
    LOOP
        EXECUTE format('CREATE POLICY %I ON linli.%I FOR SELECT TO linli '
            'USING (estate_id = (SELECT linli.estate_id()))', name || '_here', name);
        EXECUTE format(
            'CREATE POLICY %I ON linli.%I TO linli USING (estate_id = (SELECT linli.estate_id()) '
            'AND (SELECT linli.job_name()) = ''import'') WITH CHECK (estate_id = '
            '(SELECT linli.estate_id()) AND (SELECT linli.job_name()) = ''import'')',
            name || '_import', name);
    END LOOP;
END
$$;

-- Committees and the property manager change rules and hours of what is a venue.
CREATE POLICY venue_rule ON linli.venue FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'owners_committee', 'property_manager')))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'owners_committee', 'property_manager')));
CREATE POLICY venue_hours_set ON linli.venue_hours FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'owners_committee', 'property_manager')));
CREATE POLICY venue_hours_drop ON linli.venue_hours FOR DELETE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'owners_committee', 'property_manager')));

-- A booking is its booker's, and the officers'; a feature whose things have stewards opens it to
-- them by policies of its own (by thing_id).
CREATE POLICY venue_booking_read ON linli.venue_booking FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (booked_by = (SELECT linli.person_id())
            OR (SELECT linli.has_role(
                'residents_committee', 'owners_committee', 'property_manager'))));
CREATE POLICY venue_booking_book ON linli.venue_booking FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND booked_by = (SELECT linli.person_id())
        AND booked_at = (SELECT linli.instant())
        AND cancelled_at IS NULL);
CREATE POLICY venue_booking_change ON linli.venue_booking FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND cancelled_at IS NULL
        AND (booked_by = (SELECT linli.person_id())
            OR (SELECT linli.has_role(
                'residents_committee', 'owners_committee', 'property_manager'))))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND (cancelled_at IS NULL OR cancelled_at = (SELECT linli.instant())));

GRANT SELECT ON linli.venue, linli.venue_hours, linli.venue_booking, linli.place_minutes,
    linli.reservation_limit TO linli;
GRANT INSERT (estate_id, place_id, setup_minutes, cleaning_minutes, lead_minutes, hours_month_max,
    open_to, changed_at) ON linli.venue TO linli;
GRANT UPDATE (setup_minutes, cleaning_minutes, lead_minutes, hours_month_max, open_to)
    ON linli.venue TO linli;
GRANT INSERT, DELETE ON linli.venue_hours TO linli;
GRANT INSERT (estate_id, id, place_id, booked_by, booked_at, for_kind, for_id, thing_id, begins,
    ends) ON linli.venue_booking TO linli;
GRANT UPDATE (place_id, begins, ends, cancelled_at) ON linli.venue_booking TO linli;
GRANT INSERT, UPDATE (minutes) ON linli.place_minutes TO linli;
GRANT INSERT, UPDATE (most) ON linli.reservation_limit TO linli;
GRANT EXECUTE ON FUNCTION
    linli.minutes_between(uuid, uuid), linli.lock_venues(uuid[]),
    linli.venue_busy(uuid, timestamptz, timestamptz),
    linli.venue_minutes_used(uuid, uuid, timestamptz, timestamptz, uuid[])
    TO linli;
