-- An operator of the software reads nothing personal alone: it asks, with a reason, for one person's
-- record or the whole estate's, for 24 hours at most; a member of the residents' committee, which is
-- never the same account, approves; the person concerned is told. Where the whole estate is meant, the
-- committee has announced it, and each person is told at the first reading of its record.
--
-- The second person is the committee's and not a colleague's: two operators of one firm are one
-- interest, and the committee is answerable to those whose records they are.

CREATE TABLE linli.access_request (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    kind text NOT NULL,
    purpose text NOT NULL,
    -- Whose record; NULL: anybody's of the estate.
    about_id uuid,
    because text NOT NULL,
    hours smallint NOT NULL,
    -- Nobody decides after this.
    lapses_at timestamptz NOT NULL,
    decision text,
    decided_by uuid,
    decided_at timestamptz,
    -- How the committee has announced that the whole estate is meant.
    announcement_id uuid,
    -- Until when it is good.
    ends timestamptz,
    ended_by uuid,
    ended_at timestamptz,
    CONSTRAINT access_request_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT access_request_asked_by FOREIGN KEY (estate_id, asked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT access_request_about FOREIGN KEY (estate_id, about_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT access_request_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT access_request_ended_by FOREIGN KEY (estate_id, ended_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT access_request_announcement FOREIGN KEY (estate_id, announcement_id)
        REFERENCES linli.announcement (estate_id, id),
    CONSTRAINT access_request_two_persons CHECK (decided_by <> asked_by),
    CONSTRAINT access_request_of_another CHECK (about_id <> asked_by),
    CONSTRAINT access_request_kind_code CHECK (kind ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT access_request_purpose_code CHECK (purpose ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT access_request_because_length CHECK (char_length(because) BETWEEN 1 AND 400),
    CONSTRAINT access_request_hours CHECK (hours BETWEEN 1 AND 24),
    CONSTRAINT access_request_lapses CHECK (lapses_at > asked_at),
    CONSTRAINT access_request_decision_known CHECK (decision IN ('approved', 'refused')),
    CONSTRAINT access_request_decided_whole CHECK ((decision IS NULL) = (decided_by IS NULL)
        AND (decision IS NULL) = (decided_at IS NULL)),
    CONSTRAINT access_request_approved_whole
        CHECK (coalesce(decision = 'approved', false) = (ends IS NOT NULL)),
    CONSTRAINT access_request_bounded CHECK (ends <= decided_at + interval '24 hours'),
    CONSTRAINT access_request_announced
        CHECK (decision IS DISTINCT FROM 'approved' OR about_id IS NOT NULL
            OR announcement_id IS NOT NULL),
    CONSTRAINT access_request_ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX access_request_by_asker ON linli.access_request (estate_id, asked_by, ends);
ALTER TABLE linli.access_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.access_request FORCE ROW LEVEL SECURITY;
CREATE POLICY access_request_owner ON linli.access_request TO linli_owner
    USING (true) WITH CHECK (true);

-- The requests ----------------------------------------------------------------------------------

-- What is to be done besides when somebody asks: nothing yet. What raises tasks replaces this, which
-- tells the residents' committee. For the functions here alone.
CREATE FUNCTION linli.access_asked(request uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN;
END
$$;

-- What is to be done besides when a request is decided, or ended before: nothing. What raises tasks
-- replaces this. For the functions here alone.
CREATE FUNCTION linli.access_settled(request uuid, outcome text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN;
END
$$;

-- Whether the principal holds the office that asks, in a proved session. For the functions here alone.
CREATE FUNCTION linli.asks_for_access() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL AND linli.has_role('software_operator');
END
$$;

-- Asks for access. Verdicts: asked; unknown (the principal is no such operator, or there is no such
-- person), no_rule (no approval opens this kind for this purpose), too_many (it has as many that wait).
CREATE FUNCTION linli.ask_access(
    request uuid, kind text, purpose text, about uuid, because text, hours integer,
    lapses timestamptz, waiting_max integer, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT linli.asks_for_access() OR about = own OR (about IS NOT NULL AND NOT linli.is_here(about))
    THEN
        RETURN 'unknown';
    ELSIF NOT EXISTS (
        SELECT
        FROM linli.access_rule AS r
        WHERE r.role = 'software_operator' AND r.needs_second AND r.kind = ask_access.kind
            AND r.purpose = ask_access.purpose)
    THEN
        RETURN 'no_rule';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('access/' || own, 88));
    IF waiting_max <= (
        SELECT count(*)
        FROM linli.access_request AS r
        WHERE r.estate_id = estate AND r.asked_by = own AND r.decision IS NULL
            AND r.ended_at IS NULL AND r.lapses_at > at)
    THEN
        RETURN 'too_many';
    END IF;
    INSERT INTO linli.access_request (estate_id, id, asked_by, asked_at, kind, purpose, about_id,
        because, hours, lapses_at)
    VALUES (estate, request, own, at, ask_access.kind, ask_access.purpose, about,
        ask_access.because, ask_access.hours, lapses);
    PERFORM linli.append_event(event, 'access.asked',
        ARRAY['person:' || own, 'role:residents_committee'], array_remove(ARRAY[own, about], NULL),
        json_build_object('request', request, 'kind', kind, 'purpose', purpose)::text);
    PERFORM linli.access_asked(request);
    RETURN 'asked';
END
$$;

-- Decides on a request, as a member of the residents' committee who is another account than the one
-- that asked; the person concerned and the one that asked are told. Verdicts: approved, refused;
-- unknown, self, decided (before), lapsed, not_announced (the whole estate is meant, and the
-- announcement is none of the committee's to the whole estate that is live).
CREATE FUNCTION linli.decide_access(
    request uuid, decision text, announcement uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    wanted linli.access_request;
BEGIN
    SELECT * INTO wanted
    FROM linli.access_request AS r
    WHERE r.estate_id = estate AND r.id = request
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee')
    THEN
        RETURN 'unknown';
    ELSIF wanted.asked_by = linli.person_id() THEN
        RETURN 'self';
    ELSIF wanted.decision IS NOT NULL OR wanted.ended_at IS NOT NULL THEN
        RETURN 'decided';
    ELSIF wanted.lapses_at <= at THEN
        RETURN 'lapsed';
    ELSIF decision = 'approved' AND wanted.about_id IS NULL AND NOT EXISTS (
        SELECT
        FROM linli.announcement AS a
        WHERE a.estate_id = estate AND a.id = announcement AND a.addressed = '{estate}'
            AND a.published_as = 'residents_committee' AND a.withdrawn_at IS NULL
            AND a.published_at >= wanted.asked_at AND a.begins <= at AND a.ends > at)
    THEN
        RETURN 'not_announced';
    END IF;
    UPDATE linli.access_request AS r
    SET decision = decide_access.decision, decided_by = linli.person_id(), decided_at = at,
        announcement_id = CASE WHEN decide_access.decision = 'approved' AND r.about_id IS NULL
            THEN announcement END,
        ends = CASE WHEN decide_access.decision = 'approved'
            THEN at + r.hours * interval '1 hour' END
    WHERE r.estate_id = estate AND r.id = request;
    PERFORM linli.append_event(event, 'access.' || decision,
        ARRAY['person:' || wanted.asked_by, 'role:residents_committee']
            || CASE WHEN decision <> 'approved' THEN '{}'::text[]
                WHEN wanted.about_id IS NULL THEN ARRAY['estate']
                ELSE ARRAY['person:' || wanted.about_id] END,
        array_remove(ARRAY[wanted.asked_by, wanted.about_id], NULL),
        json_build_object('request', request, 'kind', wanted.kind, 'purpose', wanted.purpose)
            ::text);
    PERFORM linli.notify(event, 'access.' || decision, 'person', wanted.asked_by, '{}',
        ARRAY[wanted.asked_by]);
    IF decision = 'approved' AND wanted.about_id IS NOT NULL THEN
        PERFORM linli.notify(event, 'access.opened', 'person', wanted.about_id,
            json_build_object('until', at + wanted.hours * interval '1 hour')::text,
            ARRAY[wanted.about_id]);
    END IF;
    PERFORM linli.access_settled(request, decision);
    RETURN decision;
END
$$;

-- Ends a request or what it has opened, from this instant on: by the one that asked, or a member of
-- the residents' committee. Verdicts: ended; unknown, over (refused, lapsed or ended before).
CREATE FUNCTION linli.end_access(request uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    wanted linli.access_request;
BEGIN
    SELECT * INTO wanted
    FROM linli.access_request AS r
    WHERE r.estate_id = estate AND r.id = request
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT (wanted.asked_by = own OR linli.has_role('residents_committee'))
    THEN
        RETURN 'unknown';
    ELSIF wanted.ended_at IS NOT NULL OR coalesce(wanted.ends, wanted.lapses_at) <= at
        OR wanted.decision = 'refused'
    THEN
        RETURN 'over';
    END IF;
    UPDATE linli.access_request AS r
    SET ended_at = at, ended_by = own
    WHERE r.estate_id = estate AND r.id = request;
    PERFORM linli.append_event(event, 'access.ended',
        ARRAY['person:' || wanted.asked_by, 'role:residents_committee']
            || CASE WHEN wanted.decision IS NULL OR wanted.about_id IS NULL THEN '{}'::text[]
                ELSE ARRAY['person:' || wanted.about_id] END,
        array_remove(ARRAY[wanted.asked_by, wanted.about_id], NULL),
        json_build_object('request', request)::text);
    PERFORM linli.notify(event, 'access.ended', 'person', wanted.asked_by, '{}',
        ARRAY[wanted.asked_by]);
    PERFORM linli.access_settled(request, 'ended');
    RETURN 'ended';
END
$$;

-- A page of the requests that the principal asks or decides, the latest first.
CREATE FUNCTION linli.access_requests(before_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, asked_by uuid, asked_name text, asked_at timestamptz, kind text,
        purpose text, about_id uuid, because text, hours smallint, lapses_at timestamptz,
        state text, decided_by uuid, decided_at timestamptz, announcement_id uuid,
        ends timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    decides CONSTANT boolean := linli.beneficiary_id() IS NULL
        AND linli.has_role('residents_committee');
    asks CONSTANT boolean := linli.asks_for_access();
BEGIN
    RETURN QUERY
        SELECT r.id, r.asked_by, p.display_name, r.asked_at, r.kind, r.purpose, r.about_id,
            r.because, r.hours, r.lapses_at,
            CASE WHEN r.decision = 'refused' THEN 'refused'
                WHEN r.ended_at IS NOT NULL THEN 'ended'
                WHEN r.ends <= at OR (r.decision IS NULL AND r.lapses_at <= at) THEN 'lapsed'
                WHEN r.decision = 'approved' THEN 'open'
                ELSE 'waiting' END,
            r.decided_by, r.decided_at, r.announcement_id, coalesce(r.ended_at, r.ends)
        FROM linli.access_request AS r
        JOIN linli.person AS p ON p.estate_id = r.estate_id AND p.id = r.asked_by
        WHERE r.estate_id = estate AND r.id < before_id
            AND (decides OR (asks AND r.asked_by = own))
        ORDER BY r.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- Reading under a request -----------------------------------------------------------------------

-- The request under which the principal reads this kind of data of this person for this purpose now;
-- NULL: there is none.
CREATE FUNCTION linli.access_to(person uuid, kind text, purpose text) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT linli.asks_for_access() THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT r.id
        FROM linli.access_request AS r
        WHERE r.estate_id = linli.estate_id() AND r.asked_by = linli.person_id()
            AND r.decision = 'approved' AND r.ends > at AND r.ended_at IS NULL
            AND r.kind = access_to.kind AND r.purpose = access_to.purpose
            AND (r.about_id IS NULL OR r.about_id = person)
        ORDER BY r.about_id IS NULL, r.id
        LIMIT 1);
END
$$;

-- Logs a reading under a request; where the request is for the whole estate, the person is told at
-- the first. For the functions here alone.
CREATE FUNCTION linli.log_access(person uuid, kind text, purpose text, request uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    event CONSTANT uuid := linli.fresh_id(at);
    wanted linli.access_request;
    is_first boolean;
BEGIN
    SELECT * INTO STRICT wanted
    FROM linli.access_request AS r
    WHERE r.estate_id = estate AND r.id = request AND r.asked_by = own;
    is_first := NOT EXISTS (
        SELECT
        FROM linli.record_read AS l
        WHERE l.estate_id = estate AND l.about_id = person AND l.request_id = request);
    INSERT INTO linli.record_read (estate_id, id, reader_id, reader_role, about_id, kind, purpose,
        request_id, on_day, at)
    SELECT estate, linli.fresh_id(at), own, 'software_operator', person, log_access.kind,
        log_access.purpose, request, (at AT TIME ZONE e.zone)::date, at
    FROM linli.estate AS e
    WHERE e.estate_id = estate
    ON CONFLICT ON CONSTRAINT record_read_once DO NOTHING;
    IF FOUND AND is_first AND wanted.about_id IS NULL THEN
        PERFORM linli.append_event(event, 'access.used',
            ARRAY['person:' || person, 'person:' || own, 'role:residents_committee'],
            ARRAY[person], json_build_object('request', request, 'kind', kind)::text);
        PERFORM linli.notify(event, 'access.used', 'person', person, '{}',
            ARRAY[person]);
    END IF;
END
$$;

-- As before; and, under a request that a second person has approved, an operator of the software.
CREATE OR REPLACE FUNCTION linli.proofs_read(person uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    request CONSTANT uuid := linli.access_to(person, 'proof', 'support');
BEGIN
    IF NOT linli.is_here(person) THEN
        RETURN false;
    ELSIF linli.may_read('proof', 'verification') THEN
        PERFORM linli.log_read(person, 'proof', 'verification');
        RETURN true;
    ELSIF request IS NULL THEN
        RETURN false;
    END IF;
    PERFORM linli.log_access(person, 'proof', 'support', request);
    RETURN true;
END
$$;

-- The proofs of whom a request opens.
CREATE POLICY proof_for_support ON linli.proof FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.asks_for_access())
        AND linli.access_to(person_id, 'proof', 'support') IS NOT NULL);

CREATE OR REPLACE FUNCTION linli.person_record(person uuid, purpose text)
    RETURNS TABLE (person_id uuid, display_name text, level text, is_claimed boolean, homes json)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    request CONSTANT uuid := CASE WHEN purpose = 'support'
        THEN linli.access_to(person, 'person', 'support') END;
    places CONSTANT uuid[] := CASE WHEN request IS NULL
        THEN linli.read_places('person', purpose) END;
BEGIN
    -- A desk and a guard on an alarm read whom the request or the alarm names, and not anybody.
    IF cardinality(places) = 0 OR (purpose = 'support' AND request IS NULL)
        OR purpose NOT IN ('admission', 'care', 'support')
    THEN
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
    IF request IS NULL THEN
        PERFORM linli.log_read(person, 'person', purpose);
    ELSE
        PERFORM linli.log_access(person, 'person', purpose, request);
    END IF;
    RETURN NEXT;
END
$$;

-- As before; an operator of the software organises nothing: who comes is for organisers to read.
CREATE OR REPLACE FUNCTION linli.may_organise(estate uuid, person uuid) RETURNS boolean
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
            AND p.claimed_at IS NOT NULL
            AND (EXISTS (
                    SELECT
                    FROM linli.role_term AS r
                    WHERE r.estate_id = estate AND r.person_id = p.id
                        AND r.role <> 'software_operator'
                        AND r.begins <= at AND r.ends > at)
                OR EXISTS (
                    SELECT
                    FROM linli.membership AS m
                    JOIN linli.household AS h
                        ON h.estate_id = m.estate_id AND h.id = m.household_id
                    WHERE m.estate_id = estate AND m.person_id = p.id
                        AND m.begins <= at AND m.ends > at
                        AND h.begins <= at AND h.ends > at)
                OR linli.holds_above(p.account_id, estate, at, ARRAY[
                    'grid_worker', 'social_worker', 'residents_committee', 'partner_organisation',
                    'subdistrict_officer'])));
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.asks_for_access(),
    linli.ask_access(uuid, text, text, uuid, text, integer, timestamptz, integer, uuid),
    linli.decide_access(uuid, text, uuid, uuid), linli.end_access(uuid, uuid),
    linli.access_requests(uuid, integer), linli.access_to(uuid, text, text)
    TO linli;
