-- Whoever reads another's personal record because of an office leaves a line, and the person sees it,
-- with those whom it named and, of a child, its guardians. For all persons: who is an elder or a child
-- is itself a thing not to be told by whether a line stands there.
--
-- A line says who read what of whom for which purpose, once a day in the estate's zone: a desk's list
-- that is looked at all day is one reading. It is written in the transaction of the reading, so that
-- what cannot be logged is not read. What an office is told about a person in a notice or an event,
-- the person was told as well; that is no reading.

CREATE TABLE linli.record_read (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    reader_id uuid NOT NULL,
    -- The role that let it read.
    reader_role linli.role_code NOT NULL,
    about_id uuid NOT NULL,
    kind text NOT NULL,
    purpose text NOT NULL,
    -- Under which request, where the rule takes a second person; the nil uuid: none.
    request_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    on_day date NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT record_read_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT record_read_reader FOREIGN KEY (estate_id, reader_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT record_read_about FOREIGN KEY (estate_id, about_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT record_read_of_another CHECK (reader_id <> about_id),
    CONSTRAINT record_read_kind_code CHECK (kind ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT record_read_purpose_code CHECK (purpose ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT record_read_once
        UNIQUE (estate_id, about_id, reader_id, kind, purpose, on_day, request_id)
);
CREATE INDEX record_read_shown ON linli.record_read (estate_id, about_id, at DESC, id DESC);
CREATE INDEX record_read_by_reader ON linli.record_read (estate_id, reader_id, at);

-- Whom a person named to see who reads its record: at most eight of its household, its confirmed ties
-- and its delegates, for as long as they are that.
CREATE TABLE linli.record_watcher (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    watcher_id uuid NOT NULL,
    named_at timestamptz NOT NULL,
    CONSTRAINT record_watcher_pkey PRIMARY KEY (estate_id, person_id, watcher_id),
    CONSTRAINT record_watcher_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT record_watcher_watcher FOREIGN KEY (estate_id, watcher_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT record_watcher_another CHECK (person_id <> watcher_id)
);
CREATE INDEX record_watcher_of_watcher ON linli.record_watcher (estate_id, watcher_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['record_read', 'record_watcher'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- Logging ---------------------------------------------------------------------------------------

-- Logs that the principal reads this kind of data of these persons for a purpose, by the role that
-- lets it; oneself is passed over. Lines come in one order, so that two readings at once never wait
-- for each other in a ring. What its roles do not let it read raises: nothing is read then.
CREATE FUNCTION linli.log_reads(about uuid[], kind text, purpose text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    reader CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    held text;
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(about) AS one (id) WHERE one.id <> reader) THEN
        RETURN;
    END IF;
    SELECT own.role INTO held
    FROM linli.own_roles() AS own
    WHERE own.role = ANY (linli.reading_roles(log_reads.kind, log_reads.purpose))
        AND linli.beneficiary_id() IS NULL
    ORDER BY own.role
    LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the principal does not read % for %', kind, purpose
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.record_read (estate_id, id, reader_id, reader_role, about_id, kind, purpose,
        on_day, at)
    SELECT estate, linli.fresh_id(at), reader, held, p.id, log_reads.kind, log_reads.purpose,
        (at AT TIME ZONE e.zone)::date, at
    FROM linli.person AS p
    JOIN linli.estate AS e ON e.estate_id = p.estate_id
    WHERE p.estate_id = estate AND p.id = ANY (about) AND p.id <> reader
    ORDER BY p.id
    ON CONFLICT ON CONSTRAINT record_read_once DO NOTHING;
END
$$;

-- As log_reads, of one person.
CREATE FUNCTION linli.log_read(about uuid, kind text, purpose text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.log_reads(ARRAY[about], kind, purpose);
END
$$;

-- What offices read ------------------------------------------------------------------------------

-- linli.people, logged. The row after the page, which only tells that there is a next, is not read.
CREATE FUNCTION linli.people_read(
    is_new boolean, after_at timestamptz, after_id uuid, days integer, rows_max integer)
    RETURNS TABLE (person_id uuid, display_name text, level text, since timestamptz, homes json)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    about uuid[] := '{}';
BEGIN
    FOR person_id, display_name, level, since, homes IN
        SELECT * FROM linli.people(is_new, after_at, after_id, days, rows_max)
    LOOP
        about := about || person_id;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(about[1:rows_max - 1], 'person', 'admission');
END
$$;

-- linli.residences, logged for all who live there.
CREATE FUNCTION linli.residences_read(place uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (residence_id uuid, place_zh text, place_en text, households json)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    about uuid[] := '{}';
    shown integer := 0;
BEGIN
    FOR residence_id, place_zh, place_en, households IN
        SELECT * FROM linli.residences(place, after_id, rows_max)
    LOOP
        shown := shown + 1;
        IF shown < rows_max THEN
            about := about || ARRAY(
                SELECT (member.one ->> 'person')::uuid
                FROM json_array_elements(households) AS home (one)
                CROSS JOIN json_array_elements(home.one -> 'members') AS member (one));
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(about, 'person', 'admission');
END
$$;

-- linli.open_proof_requests, logged for those who are not of the reader's household.
CREATE FUNCTION linli.open_proof_requests_read()
    RETURNS TABLE (id uuid, person_id uuid, display_name text, asked_at timestamptz,
        expires_at timestamptz, is_of_household boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    about uuid[] := '{}';
BEGIN
    FOR id, person_id, display_name, asked_at, expires_at, is_of_household IN
        SELECT * FROM linli.open_proof_requests()
    LOOP
        IF NOT is_of_household THEN
            about := about || person_id;
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(about, 'person', 'desk');
END
$$;

-- Logs that the principal reads proofs of a person, if it may and the person is here; whether so.
CREATE FUNCTION linli.proofs_read(person uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT (linli.may_read('proof', 'verification') AND linli.is_here(person)) THEN
        RETURN false;
    END IF;
    PERFORM linli.log_read(person, 'proof', 'verification');
    RETURN true;
END
$$;

-- linli.no_shows_seen, logged where an appeal is read by the office that decides it.
CREATE FUNCTION linli.no_shows_read(wanted uuid, view text, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, occurrence_id uuid, activity_id uuid, reservation_id uuid,
        person_id uuid, display_name text, claimed_at timestamptz, answer text,
        answered_at timestamptz, answer_note text, appealed_at timestamptz, decision text,
        decided_at timestamptz, decision_note text, ages_out_at timestamptz, holder_id uuid,
        capacity_id uuid, claimed_by uuid, may_decide boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    subject CONSTANT uuid := linli.subject_id();
    seen record;
    about uuid[] := '{}';
BEGIN
    FOR seen IN SELECT * FROM linli.no_shows_seen(wanted, view, before, rows_max) AS n LOOP
        IF seen.may_decide AND subject NOT IN (seen.person_id, seen.holder_id)
            AND NOT linli.is_steward(seen.activity_id)
        THEN
            about := about || seen.person_id;
        END IF;
    END LOOP;
    PERFORM linli.log_reads(about, 'dispute', 'decision');
    RETURN QUERY SELECT * FROM linli.no_shows_seen(wanted, view, before, rows_max);
END
$$;

-- A person's record: name, level and homes, for an office that reads persons for this purpose there.
-- No row for others.
CREATE FUNCTION linli.person_record(person uuid, purpose text)
    RETURNS TABLE (person_id uuid, display_name text, level text, is_claimed boolean, homes json)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    places CONSTANT uuid[] := linli.read_places('person', purpose);
BEGIN
    -- A desk and a guard on an alarm read whom the request or the alarm names, and not anybody.
    IF purpose NOT IN ('admission', 'care') OR cardinality(places) = 0 THEN
        RETURN;
    END IF;
    SELECT p.id, p.display_name, linli.level_of(estate, p.id), p.claimed_at IS NOT NULL,
        linli.homes_of(p.id, places)
    INTO person_id, display_name, level, is_claimed, homes
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person AND p.origin = 'resident'
        AND p.state IN ('active', 'away', 'in_hospital');
    IF NOT FOUND OR (places IS NOT NULL AND json_array_length(homes) = 0) THEN
        RETURN;
    END IF;
    PERFORM linli.log_read(person, 'person', purpose);
    RETURN NEXT;
END
$$;

-- Who sees it -----------------------------------------------------------------------------------

-- The persons whose guardian the principal is now: their lines are shown to it as well. None until
-- there are guardians; what brings them replaces this.
CREATE FUNCTION linli.guarded_persons() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN;
END
$$;

-- Whether one may be named to watch over another's record: of its household, tied to it by a tie that
-- both have confirmed, or its delegate, now; and claimed. For the functions here alone.
CREATE FUNCTION linli.may_watch(person uuid, watcher uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN person <> watcher AND linli.is_here(watcher) AND linli.claimed(watcher) AND (EXISTS (
            SELECT
            FROM linli.membership AS m
            JOIN linli.membership AS o ON o.estate_id = m.estate_id
                AND o.household_id = m.household_id
            WHERE m.estate_id = estate AND m.person_id = person AND o.person_id = watcher
                AND m.begins <= at AND m.ends > at AND o.begins <= at AND o.ends > at)
        OR EXISTS (
            SELECT
            FROM linli.tie AS t
            WHERE t.estate_id = estate AND t.confirmed_at <= at AND t.ends > at
                AND (t.claimer_id, t.other_id) IN ((person, watcher), (watcher, person)))
        OR EXISTS (
            SELECT
            FROM linli.delegation AS d
            WHERE d.estate_id = estate AND d.beneficiary_id = person AND d.doer_id = watcher
                AND d.begins <= at AND d.ends > at));
END
$$;

-- Whose lines the principal sees now: its own, those of whom it guards, and of who named it.
CREATE FUNCTION linli.watched_persons() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT own
        UNION
        SELECT guarded FROM linli.guarded_persons() AS guarded
        UNION
        SELECT w.person_id
        FROM linli.record_watcher AS w
        WHERE w.estate_id = linli.estate_id() AND w.watcher_id = own
            AND linli.is_here(w.person_id) AND linli.may_watch(w.person_id, own);
END
$$;

-- A page of who read the records that the principal sees, the latest first: of one person of them
-- (NULL: of all).
CREATE FUNCTION linli.record_reads(
    of_person uuid, before_at timestamptz, before_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, at timestamptz, about_id uuid, about_name text, reader_id uuid,
        reader_name text, reader_role text, kind text, purpose text, request_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    persons CONSTANT uuid[] := ARRAY(
        SELECT w.id FROM linli.watched_persons() AS w (id)
        WHERE of_person IS NULL OR w.id = of_person);
BEGIN
    RETURN QUERY
        SELECT r.id, r.at, r.about_id, about.display_name, r.reader_id, reader.display_name,
            r.reader_role::text, r.kind, r.purpose,
            nullif(r.request_id, '00000000-0000-0000-0000-000000000000')
        FROM unnest(persons) AS one (id)
        CROSS JOIN LATERAL (
            SELECT *
            FROM linli.record_read AS l
            WHERE l.estate_id = estate AND l.about_id = one.id
                AND (l.at, l.id) < (before_at, before_id)
            ORDER BY l.at DESC, l.id DESC
            LIMIT least(rows_max, 101)
        ) AS r
        JOIN linli.person AS about ON about.estate_id = estate AND about.id = r.about_id
        JOIN linli.person AS reader ON reader.estate_id = estate AND reader.id = r.reader_id
        ORDER BY r.at DESC, r.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- Watchers --------------------------------------------------------------------------------------

-- Whom the principal named, and who named it ('names_me'), with whether that counts now.
CREATE FUNCTION linli.record_watchers()
    RETURNS TABLE (person_id uuid, display_name text, names_me boolean, counts boolean,
        named_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.display_name, w.watcher_id = own,
            linli.is_here(w.person_id) AND linli.may_watch(w.person_id, w.watcher_id), w.named_at
        FROM linli.record_watcher AS w
        JOIN linli.person AS p ON p.estate_id = w.estate_id
            AND p.id = CASE WHEN w.watcher_id = own THEN w.person_id ELSE w.watcher_id END
        WHERE w.estate_id = linli.estate_id() AND own IN (w.person_id, w.watcher_id)
        ORDER BY w.named_at, p.id
        LIMIT 200;
END
$$;

-- Names somebody who may see from now on who reads the principal's record; it is told. Verdicts:
-- named; again (it was before); too_many; unknown (nobody whom it may name).
CREATE FUNCTION linli.name_watcher(watcher uuid, watchers_max integer, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL OR NOT linli.may_watch(own, watcher) THEN
        RETURN 'unknown';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('watchers/' || own, 87));
    IF EXISTS (
        SELECT
        FROM linli.record_watcher AS w
        WHERE w.estate_id = estate AND w.person_id = own AND w.watcher_id = watcher)
    THEN
        RETURN 'again';
    ELSIF watchers_max <= (
        SELECT count(*)
        FROM linli.record_watcher AS w
        WHERE w.estate_id = estate AND w.person_id = own)
    THEN
        RETURN 'too_many';
    END IF;
    INSERT INTO linli.record_watcher (estate_id, person_id, watcher_id, named_at)
    VALUES (estate, own, watcher, linli.instant());
    PERFORM linli.append_event(event, 'recordWatcher.named',
        ARRAY['person:' || own, 'person:' || watcher], ARRAY[own, watcher],
        json_build_object('person', own, 'watcher', watcher)::text);
    PERFORM linli.notify(event, 'recordWatcher.named', 'person', own, '{}', ARRAY[watcher]);
    RETURN 'named';
END
$$;

-- Ends it: for whom the principal named, or, by the one who was named, for who named it. The one who
-- watches is not told that it does no more. Whether there was any.
CREATE FUNCTION linli.drop_watcher(other uuid, event uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
    dropped record;
    found_any boolean := false;
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN false;
    END IF;
    DELETE FROM linli.record_watcher AS w
    WHERE w.estate_id = linli.estate_id()
        AND (w.person_id, w.watcher_id) IN ((own, other), (other, own));
    IF FOUND THEN
        PERFORM linli.append_event(event, 'recordWatcher.dropped', ARRAY['person:' || own],
            ARRAY[own], json_build_object('person', own, 'other', other)::text);
        found_any := true;
    END IF;
    RETURN found_any;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.log_reads(uuid[], text, text), linli.log_read(uuid, text, text),
    linli.people_read(boolean, timestamptz, uuid, integer, integer),
    linli.residences_read(uuid, uuid, integer), linli.open_proof_requests_read(),
    linli.proofs_read(uuid), linli.no_shows_read(uuid, text, uuid, integer),
    linli.person_record(uuid, text),
    linli.record_reads(uuid, timestamptz, uuid, integer), linli.record_watchers(),
    linli.name_watcher(uuid, integer, uuid), linli.drop_watcher(uuid, uuid)
    TO linli;
