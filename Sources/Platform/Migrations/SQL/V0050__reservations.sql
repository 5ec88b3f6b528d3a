-- The reservation kernel (预约): capacities, what holds some of them, and who waits.
--
-- A seat at an activity, a place in a car, a portion, a drill: each is a capacity with kinds of
-- places. This file knows no feature. docs/reservations.md has the states and the rules.
--
-- Whoever changes a capacity's reservations holds the row of the capacity first (capacities in order
-- of id), then agendas (in order of id), and nothing after them. The decisions are made in the
-- server; what may never happen whatever it decides is refused here: more held than there is, a
-- person twice at one capacity, a step that the picture of states does not have, a step of another's
-- reservation.

-- Who looks after a thing whose places are reserved, such as an activity: they see who comes.
CREATE TABLE linli.steward (
    estate_id uuid NOT NULL,
    thing_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The organiser; the others help.
    is_lead boolean NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT steward_pkey PRIMARY KEY (estate_id, thing_id, person_id),
    CONSTRAINT steward_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id)
);
CREATE UNIQUE INDEX steward_one_lead ON linli.steward (estate_id, thing_id) WHERE is_lead;
CREATE INDEX steward_of_person ON linli.steward (estate_id, person_id);

-- Whether some of each kind, aligned, are within what there is, and all of them within the overall.
CREATE FUNCTION linli.seats_within(held integer[], totals integer[], overall integer)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, linli
AS $$
DECLARE
    whole bigint := 0;
BEGIN
    IF cardinality(held) <> cardinality(totals) THEN
        RETURN false;
    END IF;
    FOR place IN 1 .. cardinality(held) LOOP
        IF held[place] IS NULL OR held[place] < 0 OR held[place] > totals[place] THEN
            RETURN false;
        END IF;
        whole := whole + held[place];
    END LOOP;
    RETURN overall IS NULL OR whole <= overall;
END
$$;

-- The sum of two vectors of seats; a negative factor takes away.
CREATE FUNCTION linli.seats_plus(seats integer[], more integer[], factor integer)
    RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, linli
AS $$
BEGIN
    FOR place IN 1 .. cardinality(more) LOOP
        seats[place] := coalesce(seats[place], 0) + factor * more[place];
    END LOOP;
    RETURN seats;
END
$$;

CREATE TABLE linli.capacity (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- Whose rules decide who may hold.
    feature text NOT NULL,
    -- What the places are of, such as the occurrence of an activity; and what its stewards look after.
    subject_id uuid NOT NULL,
    thing_id uuid NOT NULL,
    version integer NOT NULL DEFAULT 1,
    -- Kinds of places such as adult, child, wheelchair; a kind never goes.
    kinds text[] NOT NULL,
    totals integer[] NOT NULL,
    -- The most over all kinds; NULL leaves it to the kinds.
    overall integer,
    -- Held, offered or confirmed of each kind, and how many reservations wait: kept by
    -- reservation_count. A hold that has lapsed counts until it is settled.
    held integer[] NOT NULL,
    waiting integer NOT NULL DEFAULT 0,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    place_id uuid,
    -- From when until when places can be booked.
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    -- How long an offer holds its place.
    offer_minutes integer NOT NULL,
    -- For each kind: up to so long before it begins one leaves without a mark.
    cancel_minutes integer[] NOT NULL,
    waiting_max integer NOT NULL,
    closed_at timestamptz,
    CONSTRAINT capacity_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT capacity_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT capacity_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT capacity_of_subject UNIQUE (estate_id, feature, subject_id),
    CONSTRAINT capacity_feature_known CHECK (feature IN ('activity')),
    CONSTRAINT capacity_kinds_named CHECK (cardinality(kinds) BETWEEN 1 AND 12
        AND array_to_string(kinds, ',', '!') ~ '^([a-z][a-z_]{0,23}(,|$))+$'),
    CONSTRAINT capacity_totals_aligned CHECK (cardinality(totals) = cardinality(kinds)
        AND 0 <= ALL (totals) AND 10000 >= ALL (totals)),
    CONSTRAINT capacity_overall_range CHECK (overall BETWEEN 0 AND 10000),
    -- THE invariant: never more than there is.
    CONSTRAINT capacity_never_over CHECK (linli.seats_within(held, totals, overall)),
    CONSTRAINT capacity_waiting_counts CHECK (waiting >= 0),
    CONSTRAINT capacity_forward CHECK (begins < ends),
    CONSTRAINT capacity_window CHECK (opens_at <= closes_at AND closes_at <= ends),
    CONSTRAINT capacity_offer_range CHECK (offer_minutes BETWEEN 1 AND 10080),
    CONSTRAINT capacity_cancel_aligned CHECK (cardinality(cancel_minutes) = cardinality(kinds)
        AND 0 <= ALL (cancel_minutes) AND 43200 >= ALL (cancel_minutes)),
    CONSTRAINT capacity_waiting_max_range CHECK (waiting_max BETWEEN 0 AND 10000)
) WITH (fillfactor = 70);
CREATE INDEX capacity_awaited ON linli.capacity (estate_id, id) WHERE waiting > 0;

CREATE TABLE linli.reservation (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    capacity_id uuid NOT NULL,
    thing_id uuid NOT NULL,
    -- Who answers for it, and the household whose limits it counts for.
    holder_id uuid NOT NULL,
    household_id uuid,
    state text NOT NULL,
    -- Aligned with the capacity's kinds.
    seats integer[] NOT NULL,
    -- The place in the queue: the higher priority, then the earlier, then the id.
    priority integer NOT NULL DEFAULT 0,
    queued_at timestamptz NOT NULL,
    -- A hold and an offer are void from here on, swept or not.
    until timestamptz,
    changed_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_as text,
    -- Why a steward took the place away, in words; for the holder and the stewards alone.
    note text,
    CONSTRAINT reservation_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT reservation_capacity FOREIGN KEY (estate_id, capacity_id)
        REFERENCES linli.capacity (estate_id, id),
    CONSTRAINT reservation_holder FOREIGN KEY (estate_id, holder_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT reservation_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT reservation_state_known
        CHECK (state IN ('waiting', 'offered', 'held', 'confirmed', 'ended')),
    CONSTRAINT reservation_until_of_state CHECK ((until IS NOT NULL) = (state IN ('offered', 'held'))),
    CONSTRAINT reservation_ended_whole CHECK ((state = 'ended') = (ended_at IS NOT NULL)
        AND (state = 'ended') = (ended_as IS NOT NULL)),
    CONSTRAINT reservation_ended_as_known CHECK (ended_as IN ('cancelled', 'cancelled_late',
        'excused', 'lapsed', 'declined', 'closed')),
    CONSTRAINT reservation_seats_some CHECK (0 <= ALL (seats) AND 0 < ANY (seats)),
    CONSTRAINT reservation_note_length CHECK (char_length(note) BETWEEN 1 AND 400)
) WITH (fillfactor = 80);
CREATE INDEX reservation_queue
    ON linli.reservation (estate_id, capacity_id, priority DESC, queued_at, id)
    WHERE state = 'waiting';
CREATE INDEX reservation_due ON linli.reservation (estate_id, until)
    WHERE until IS NOT NULL;
CREATE INDEX reservation_due_of ON linli.reservation (estate_id, capacity_id, until)
    WHERE until IS NOT NULL;
CREATE INDEX reservation_live ON linli.reservation (estate_id, capacity_id, id)
    WHERE state <> 'ended';
CREATE INDEX reservation_of_holder ON linli.reservation (estate_id, holder_id, id);
CREATE INDEX reservation_of_household ON linli.reservation (estate_id, household_id, id)
    WHERE state <> 'ended';

-- The persons that a reservation brings, each in a kind of place.
CREATE TABLE linli.reservation_member (
    estate_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    capacity_id uuid NOT NULL,
    kind text NOT NULL,
    -- Whether the reservation lives, and the person has not left it.
    is_live boolean NOT NULL DEFAULT true,
    left_at timestamptz,
    left_as text,
    checked_in_at timestamptz,
    checked_out_at timestamptz,
    CONSTRAINT reservation_member_pkey PRIMARY KEY (estate_id, reservation_id, person_id),
    CONSTRAINT reservation_member_of FOREIGN KEY (estate_id, reservation_id)
        REFERENCES linli.reservation (estate_id, id),
    CONSTRAINT reservation_member_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT reservation_member_left_whole
        CHECK (is_live = (left_at IS NULL) AND is_live = (left_as IS NULL)),
    CONSTRAINT reservation_member_order
        CHECK (checked_out_at IS NULL OR checked_in_at <= checked_out_at)
);
-- Nobody is twice at one capacity, whichever device asks.
CREATE UNIQUE INDEX reservation_member_once
    ON linli.reservation_member (estate_id, capacity_id, person_id) WHERE is_live;
CREATE INDEX reservation_member_of_person
    ON linli.reservation_member (estate_id, person_id, reservation_id);

-- That somebody who held a place did not come: a steward's claim, the person's own word, and an
-- appeal that the residents' committee decides. It counts for nothing after ages_out_at.
CREATE TABLE linli.no_show (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    thing_id uuid NOT NULL,
    claimed_by uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    -- agreed or disputed; the person's or its holder's.
    answer text,
    answered_at timestamptz,
    answer_note text,
    appealed_at timestamptz,
    decided_by uuid,
    decided_at timestamptz,
    -- upheld: it stands; dismissed: it counts for nothing.
    decision text,
    decision_note text,
    ages_out_at timestamptz NOT NULL,
    CONSTRAINT no_show_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT no_show_of FOREIGN KEY (estate_id, reservation_id, person_id)
        REFERENCES linli.reservation_member (estate_id, reservation_id, person_id),
    CONSTRAINT no_show_claimed_by FOREIGN KEY (estate_id, claimed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT no_show_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT no_show_once UNIQUE (estate_id, reservation_id, person_id),
    CONSTRAINT no_show_answer_known CHECK (answer IN ('agreed', 'disputed')),
    CONSTRAINT no_show_answer_whole CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT no_show_appeal_of_dispute CHECK (appealed_at IS NULL OR answer = 'disputed'),
    CONSTRAINT no_show_decision_known CHECK (decision IN ('upheld', 'dismissed')),
    CONSTRAINT no_show_decision_whole CHECK ((decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decided_by IS NULL)),
    CONSTRAINT no_show_decision_of_appeal CHECK (decision IS NULL OR appealed_at IS NOT NULL),
    CONSTRAINT no_show_not_own_judge CHECK (decided_by NOT IN (claimed_by, person_id)),
    CONSTRAINT no_show_notes_length CHECK (char_length(answer_note) BETWEEN 1 AND 400
        AND char_length(decision_note) BETWEEN 1 AND 400),
    CONSTRAINT no_show_ages CHECK (claimed_at < ages_out_at)
);
CREATE INDEX no_show_of_person ON linli.no_show (estate_id, person_id, id);
CREATE INDEX no_show_of_thing ON linli.no_show (estate_id, thing_id, id);
CREATE INDEX no_show_appeals ON linli.no_show (estate_id, appealed_at, id)
    WHERE appealed_at IS NOT NULL AND decision IS NULL;

-- What stands for a person or a household in the order of locks: whoever counts what they have
-- reserved holds it.
CREATE TABLE linli.agenda (
    estate_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    CONSTRAINT agenda_pkey PRIMARY KEY (estate_id, owner_id),
    CONSTRAINT agenda_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id)
);

-- Questions of the principal --------------------------------------------------------------------

-- Whether the principal looks after a thing; if `lead`, as its organiser.
CREATE FUNCTION linli.is_steward(thing uuid, lead boolean DEFAULT false) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.steward AS s
        WHERE s.estate_id = linli.estate_id() AND s.thing_id = thing
            AND s.person_id = linli.person_id() AND (s.is_lead OR NOT lead));
END
$$;

-- The things that the principal looks after.
CREATE FUNCTION linli.own_things() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT s.thing_id
        FROM linli.steward AS s
        WHERE s.estate_id = linli.estate_id() AND s.person_id = linli.person_id();
END
$$;

-- Whether somebody looks after a thing.
CREATE FUNCTION linli.is_stewarded(thing uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.steward AS s
        WHERE s.estate_id = linli.estate_id() AND s.thing_id = thing);
END
$$;

-- Whether a reservation is the subject's own: held by it, or bringing it.
CREATE FUNCTION linli.is_own_reservation(reservation uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.reservation AS r
        WHERE r.estate_id = linli.estate_id() AND r.id = reservation
            AND r.holder_id = linli.subject_id()
    ) OR EXISTS (
        SELECT
        FROM linli.reservation_member AS m
        WHERE m.estate_id = linli.estate_id() AND m.reservation_id = reservation
            AND m.person_id = linli.subject_id());
END
$$;

-- What may never happen ------------------------------------------------------------------------

-- Each step is one of the picture of states, and of one who may take it.
CREATE FUNCTION linli.reservation_guard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    begins_at timestamptz;
    is_own CONSTANT boolean := NEW.holder_id = linli.subject_id() OR linli.job_name() IS NOT NULL;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state IN ('waiting', 'held', 'confirmed') AND is_own THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.state = OLD.state THEN
        -- Some of a group leave, or an offer ends earlier because it begins earlier.
        IF is_own OR linli.is_steward(NEW.thing_id) OR linli.is_own_reservation(NEW.id) THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.state = 'offered' THEN
        -- By whoever settles: the place goes to who waits.
        IF OLD.state = 'waiting' AND NEW.until > at THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.state = 'confirmed' THEN
        IF OLD.state IN ('offered', 'held') AND OLD.until > at AND is_own THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.state = 'waiting' THEN
        -- Fewer places: the steward said who goes back to the queue.
        IF OLD.state IN ('offered', 'held', 'confirmed') AND NEW.note IS NOT NULL
            AND (linli.is_steward(NEW.thing_id) OR linli.job_name() IS NOT NULL)
        THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.state <> 'ended' THEN
        CASE NEW.ended_as
            WHEN 'lapsed' THEN
                IF OLD.until <= at THEN
                    RETURN NEW;
                END IF;
                SELECT c.begins INTO begins_at
                FROM linli.capacity AS c
                WHERE c.estate_id = NEW.estate_id AND c.id = NEW.capacity_id;
                IF OLD.state = 'waiting' AND begins_at <= at THEN
                    RETURN NEW;
                END IF;
            WHEN 'closed' THEN
                IF linli.is_steward(NEW.thing_id) OR linli.job_name() IS NOT NULL
                    OR linli.has_role('residents_committee')
                THEN
                    RETURN NEW;
                END IF;
            ELSE
                IF is_own OR linli.is_own_reservation(NEW.id) THEN
                    RETURN NEW;
                END IF;
        END CASE;
    END IF;
    RAISE EXCEPTION 'a reservation does not take this step' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'reservation_step', TABLE = 'reservation';
END
$$;
CREATE TRIGGER reservation_guard BEFORE INSERT OR UPDATE ON linli.reservation
    FOR EACH ROW EXECUTE FUNCTION linli.reservation_guard();

-- The capacity's counters follow each reservation; the capacity refuses what is over.
CREATE FUNCTION linli.reservation_count() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    freed integer[] := '{}';
    taken integer[] := '{}';
    waited integer := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state IN ('offered', 'held', 'confirmed') THEN
            freed := OLD.seats;
        END IF;
        waited := waited - (OLD.state = 'waiting')::integer;
    END IF;
    IF NEW.state IN ('offered', 'held', 'confirmed') THEN
        taken := NEW.seats;
    END IF;
    waited := waited + (NEW.state = 'waiting')::integer;
    IF freed IS DISTINCT FROM taken OR waited <> 0 THEN
        UPDATE linli.capacity AS c
        SET held = linli.seats_plus(linli.seats_plus(c.held, freed, -1), taken, 1),
            waiting = c.waiting + waited
        WHERE c.estate_id = NEW.estate_id AND c.id = NEW.capacity_id;
    END IF;
    IF NEW.state = 'ended' THEN
        UPDATE linli.reservation_member AS m
        SET is_live = false, left_at = NEW.ended_at, left_as = NEW.ended_as
        WHERE m.estate_id = NEW.estate_id AND m.reservation_id = NEW.id AND m.is_live;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER reservation_count AFTER INSERT OR UPDATE ON linli.reservation
    FOR EACH ROW EXECUTE FUNCTION linli.reservation_count();

-- The kernel's statements ------------------------------------------------------------------------
-- As the owner, since a transaction of one person settles the reservations of others; each keeps to
-- the principal's estate, and the triggers above judge what is done.

-- Takes capacities in order of id, and holds them to the end of the transaction.
CREATE FUNCTION linli.capacity_take(ids uuid[]) RETURNS SETOF linli.capacity
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT *
        FROM linli.capacity AS c
        WHERE c.estate_id = linli.estate_id() AND c.id = ANY (ids)
        ORDER BY c.id
        FOR UPDATE;
END
$$;

-- A reservation with whom it brings.
CREATE TYPE linli.reservation_party AS (
    id uuid, capacity_id uuid, holder_id uuid, household_id uuid, state text, seats integer[],
    priority integer, queued_at timestamptz, until timestamptz, persons uuid[], kinds text[]);

-- Live reservations of a capacity, in order of the queue: those due to lapse ('due'), the waiting
-- after a place in the queue ('waiting'), all ('live'), or those with these ids ('these').
CREATE FUNCTION linli.reservation_parties(
    capacity uuid, which text, these uuid[], after_priority integer, after_queued timestamptz,
    after_id uuid, rows_max integer
) RETURNS SETOF linli.reservation_party
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    found_ids uuid[];
BEGIN
    CASE which
        WHEN 'due' THEN
            found_ids := ARRAY(
                SELECT r.id
                FROM linli.reservation AS r
                WHERE r.estate_id = estate AND r.capacity_id = capacity
                    AND r.until <= linli.instant());
        WHEN 'waiting' THEN
            found_ids := ARRAY(
                SELECT r.id
                FROM linli.reservation AS r
                WHERE r.estate_id = estate AND r.capacity_id = capacity AND r.state = 'waiting'
                    AND (r.priority < after_priority
                        OR (r.priority = after_priority
                            AND (r.queued_at, r.id) > (after_queued, after_id)))
                ORDER BY r.priority DESC, r.queued_at, r.id
                LIMIT rows_max);
        WHEN 'live' THEN
            found_ids := ARRAY(
                SELECT r.id
                FROM linli.reservation AS r
                WHERE r.estate_id = estate AND r.capacity_id = capacity AND r.state <> 'ended'
                LIMIT rows_max);
        ELSE
            found_ids := these;
    END CASE;
    IF cardinality(found_ids) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.capacity_id, r.holder_id, r.household_id, r.state, r.seats, r.priority,
            r.queued_at, r.until, coalesce(m.persons, '{}'), coalesce(m.kinds, '{}')
        FROM linli.reservation AS r
        LEFT JOIN LATERAL (
            SELECT array_agg(m.person_id ORDER BY m.person_id) AS persons,
                array_agg(m.kind ORDER BY m.person_id) AS kinds
            FROM linli.reservation_member AS m
            WHERE m.estate_id = estate AND m.reservation_id = r.id AND m.is_live
        ) AS m ON true
        WHERE r.estate_id = estate AND r.id = ANY (found_ids)
            AND (capacity IS NULL OR r.capacity_id = capacity)
        ORDER BY r.priority DESC, r.queued_at, r.id;
END
$$;

-- Which of some persons have a reservation that lives at a capacity.
CREATE FUNCTION linli.living_members(capacity uuid, persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT m.person_id
        FROM linli.reservation_member AS m
        WHERE m.estate_id = linli.estate_id() AND m.capacity_id = capacity
            AND m.person_id = ANY (persons) AND m.is_live
        ORDER BY m.person_id;
END
$$;

-- Takes the agendas of persons and households in order of id, and holds them to the end.
CREATE FUNCTION linli.agenda_take(owners uuid[]) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    taken integer;
BEGIN
    SELECT count(*) INTO taken
    FROM (
        SELECT
        FROM linli.agenda AS a
        WHERE a.estate_id = estate AND a.owner_id = ANY (owners)
        ORDER BY a.owner_id
        FOR UPDATE) AS a;
    IF taken < cardinality(owners) THEN
        -- Some are new: made in order, and waited for in the same order.
        INSERT INTO linli.agenda (estate_id, owner_id)
        SELECT estate, o.id FROM unnest(owners) AS o (id) ORDER BY o.id
        ON CONFLICT ON CONSTRAINT agenda_pkey DO NOTHING;
        SELECT count(*) INTO taken
        FROM (
            SELECT
            FROM linli.agenda AS a
            WHERE a.estate_id = estate AND a.owner_id = ANY (owners)
            ORDER BY a.owner_id
            FOR UPDATE) AS a;
    END IF;
    RETURN taken;
END
$$;

-- The same, before it is known whether the queue of a capacity has to be looked at: only where it
-- surely has not. So the usual booking takes all its locks in one round trip.
CREATE FUNCTION linli.agenda_take_early(owners uuid[], capacity uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM linli.capacity AS c
        WHERE c.estate_id = linli.estate_id() AND c.id = capacity AND c.waiting > 0
            AND (c.begins <= linli.instant()
                OR ((c.overall IS NULL OR (SELECT sum(h) FROM unnest(c.held) AS h) < c.overall)
                    AND EXISTS (
                        SELECT FROM unnest(c.held, c.totals) AS k (held, total)
                        WHERE k.held < k.total))
                OR EXISTS (
                    SELECT
                    FROM linli.reservation AS r
                    WHERE r.estate_id = c.estate_id AND r.capacity_id = c.id
                        AND r.until <= linli.instant())))
    THEN
        RETURN false;
    END IF;
    PERFORM linli.agenda_take(owners);
    RETURN true;
END
$$;

-- What some persons and households have reserved and not ended: a row for each person that a
-- reservation brings; lapsed holds, and what was over before an instant, are left out.
CREATE FUNCTION linli.commitments(
    persons uuid[], households uuid[], ending_after timestamptz
) RETURNS TABLE (person_id uuid, household_id uuid, reservation_id uuid, capacity_id uuid,
    feature text, state text, begins timestamptz, ends timestamptz, place_id uuid, local_day date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    found_ids CONSTANT uuid[] := ARRAY(
        SELECT m.reservation_id
        FROM linli.reservation_member AS m
        WHERE m.estate_id = estate AND m.person_id = ANY (persons) AND m.is_live
        UNION
        SELECT r.id
        FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.household_id = ANY (households) AND r.state <> 'ended');
BEGIN
    IF cardinality(found_ids) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.person_id, r.household_id, r.id, c.id, c.feature, r.state, c.begins, c.ends,
            c.place_id, (c.begins AT TIME ZONE zone)::date
        FROM linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
        WHERE r.estate_id = estate AND r.id = ANY (found_ids) AND r.state <> 'ended' AND m.is_live
            AND c.ends > ending_after
            AND (r.until IS NULL OR r.until > linli.instant());
END
$$;

-- Writes a new reservation and whom it brings.
CREATE FUNCTION linli.reservation_put(
    new_id uuid, capacity uuid, holder uuid, household uuid, new_state text, new_seats integer[],
    new_priority integer, new_until timestamptz, persons uuid[], kinds text[]
) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    INSERT INTO linli.reservation (estate_id, id, capacity_id, thing_id, holder_id, household_id,
        state, seats, priority, queued_at, until, changed_at)
    SELECT estate, new_id, c.id, c.thing_id, holder, household, new_state, new_seats, new_priority,
        at, new_until, at
    FROM linli.capacity AS c
    WHERE c.estate_id = estate AND c.id = capacity;
    INSERT INTO linli.reservation_member (estate_id, reservation_id, person_id, capacity_id, kind)
    SELECT estate, new_id, m.person, capacity, m.kind
    FROM unnest(persons, kinds) AS m (person, kind);
END
$$;

-- Takes a step with a reservation: to another state, or with fewer of its group.
CREATE FUNCTION linli.reservation_step(
    reservation uuid, new_state text, new_seats integer[], new_priority integer,
    new_until timestamptz, new_ended_as text, new_note text, leaving uuid[]
) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    UPDATE linli.reservation_member AS m
    SET is_live = false, left_at = at, left_as = new_ended_as
    WHERE m.estate_id = estate AND m.reservation_id = reservation AND m.is_live
        AND m.person_id = ANY (leaving);
    UPDATE linli.reservation AS r
    SET state = new_state, seats = new_seats, priority = new_priority, until = new_until,
        changed_at = at, note = coalesce(new_note, r.note),
        ended_at = CASE WHEN new_state = 'ended' THEN at END,
        ended_as = CASE WHEN new_state = 'ended' THEN new_ended_as END
    WHERE r.estate_id = estate AND r.id = reservation;
END
$$;

-- Changes a capacity that the principal looks after (the committee and jobs, any): how much there
-- is, when and where, or that it is over.
CREATE FUNCTION linli.capacity_change(
    capacity uuid, new_kinds text[], new_totals integer[], new_overall integer,
    new_cancel integer[], new_begins timestamptz, new_ends timestamptz, new_place uuid,
    new_opens timestamptz, new_closes timestamptz, is_closed boolean
) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.capacity AS c
    SET kinds = new_kinds, totals = new_totals, overall = new_overall,
        held = c.held || array_fill(0, ARRAY[cardinality(new_kinds) - cardinality(c.kinds)]),
        cancel_minutes = new_cancel, begins = new_begins, ends = new_ends, place_id = new_place,
        opens_at = new_opens, closes_at = new_closes, version = c.version + 1,
        closed_at = CASE WHEN is_closed THEN coalesce(c.closed_at, linli.instant()) END
    WHERE c.estate_id = linli.estate_id() AND c.id = capacity
        -- What is stored stays aligned: kinds are only added.
        AND new_kinds[1:cardinality(c.kinds)] = c.kinds
        AND (linli.is_steward(c.thing_id) OR linli.job_name() IS NOT NULL
            OR linli.has_role('residents_committee'));
    RETURN FOUND;
END
$$;

-- The capacities of the estate that may have something to settle: a hold or an offer that has
-- lapsed, or somebody waiting where there is room or where it has begun.
CREATE FUNCTION linli.capacities_to_settle(after uuid, rows_max integer)
    RETURNS TABLE (capacity_id uuid, feature text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT found.id, c.feature
        FROM (
            SELECT r.capacity_id AS id
            FROM linli.reservation AS r
            WHERE r.estate_id = estate AND r.until <= at
            UNION
            SELECT c.id
            FROM linli.capacity AS c
            WHERE c.estate_id = estate AND c.waiting > 0
                AND (c.begins <= at OR (c.closed_at IS NULL
                    AND (c.overall IS NULL
                        OR (SELECT sum(h) FROM unnest(c.held) AS h) < c.overall)
                    AND EXISTS (
                        SELECT FROM unnest(c.held, c.totals) AS k (held, total)
                        WHERE k.held < k.total)))
        ) AS found
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = found.id
        WHERE found.id > after
        ORDER BY found.id
        LIMIT rows_max;
END
$$;

-- What of each kind is free at a capacity now, for everybody the same: what has lapsed is free
-- whether or not it was settled. What of a lapsed hold goes to one who waits counts as free until
-- the sweep offers it.
CREATE FUNCTION linli.capacity_free(capacity linli.capacity) RETURNS integer[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    free integer[] := linli.seats_plus(capacity.totals, capacity.held, -1);
    whole integer;
    lapsed integer[];
BEGIN
    FOR lapsed IN
        SELECT r.seats
        FROM linli.reservation AS r
        WHERE r.estate_id = linli.estate_id() AND r.estate_id = capacity.estate_id
            AND r.capacity_id = capacity.id AND r.state <> 'ended' AND r.until <= linli.instant()
    LOOP
        free := linli.seats_plus(free, lapsed, 1);
    END LOOP;
    IF capacity.overall IS NOT NULL THEN
        whole := greatest(0, capacity.overall - (SELECT sum(t) FROM unnest(capacity.totals) AS t)
            + (SELECT sum(f) FROM unnest(free) AS f));
        FOR place IN 1 .. cardinality(free) LOOP
            free[place] := least(free[place], whole);
        END LOOP;
    END IF;
    RETURN free;
END
$$;

-- How many wait before this one, and with it; for its own people and the stewards.
CREATE FUNCTION linli.waiting_position(reservation uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT (
            SELECT count(*)
            FROM linli.reservation AS q
            WHERE q.estate_id = r.estate_id AND q.capacity_id = r.capacity_id
                AND q.state = 'waiting'
                AND (q.priority > r.priority OR (q.priority = r.priority
                    AND (q.queued_at, q.id) <= (r.queued_at, r.id))))
        FROM linli.reservation AS r
        WHERE r.estate_id = linli.estate_id() AND r.id = reservation AND r.state = 'waiting'
            AND (linli.is_own_reservation(r.id) OR linli.is_steward(r.thing_id)));
END
$$;

-- Who sees and does what ------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['steward', 'capacity', 'reservation', 'reservation_member',
        'no_show', 'agenda']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- That there are places, and how many are free, shows with the thing; who looks after it, too.
CREATE POLICY capacity_read ON linli.capacity FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()));
CREATE POLICY capacity_open ON linli.capacity FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND (linli.is_steward(thing_id) OR (SELECT linli.job_name()) IS NOT NULL));
CREATE POLICY steward_read ON linli.steward FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()));
-- Who makes a thing looks after it, and says who else does; the committee may put somebody in.
CREATE POLICY steward_add ON linli.steward FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND since = (SELECT linli.instant())
        AND ((person_id = (SELECT linli.person_id()) AND NOT linli.is_stewarded(thing_id))
            OR linli.is_steward(thing_id, true)
            OR (SELECT linli.job_name()) IS NOT NULL
            OR linli.has_role('residents_committee')));
CREATE POLICY steward_change ON linli.steward FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (linli.is_steward(thing_id, true) OR (SELECT linli.job_name()) IS NOT NULL
            OR linli.has_role('residents_committee')))
    WITH CHECK (estate_id = (SELECT linli.estate_id()));
CREATE POLICY steward_leave ON linli.steward FOR DELETE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (person_id = (SELECT linli.person_id()) OR linli.is_steward(thing_id, true)
            OR (SELECT linli.job_name()) IS NOT NULL
            OR linli.has_role('residents_committee')));

-- A reservation is seen by whom it concerns, and by who looks after the thing.
CREATE POLICY reservation_read ON linli.reservation FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (holder_id = (SELECT linli.subject_id())
            OR thing_id IN (SELECT linli.own_things())
            OR linli.is_own_reservation(id)));
CREATE POLICY reservation_member_read ON linli.reservation_member FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND EXISTS (
            SELECT
            FROM linli.reservation AS r
            WHERE r.estate_id = reservation_member.estate_id
                AND r.id = reservation_member.reservation_id));
-- Stewards note who came.
CREATE POLICY reservation_member_attend ON linli.reservation_member FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND EXISTS (
            SELECT
            FROM linli.reservation AS r
            WHERE r.estate_id = reservation_member.estate_id
                AND r.id = reservation_member.reservation_id
                AND r.thing_id IN (SELECT linli.own_things())))
    WITH CHECK (estate_id = (SELECT linli.estate_id()));

-- A no-show is seen by its person, whoever holds the reservation, the stewards, and the committee
-- once it was appealed.
CREATE POLICY no_show_read ON linli.no_show FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (person_id = (SELECT linli.subject_id())
            OR thing_id IN (SELECT linli.own_things())
            OR linli.is_own_reservation(reservation_id)
            OR (appealed_at IS NOT NULL AND (SELECT linli.has_role('residents_committee')))));
CREATE POLICY no_show_claim ON linli.no_show FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND claimed_by = (SELECT linli.person_id())
        AND claimed_at = (SELECT linli.instant())
        AND answer IS NULL AND appealed_at IS NULL AND decision IS NULL
        AND linli.is_steward(thing_id));
CREATE POLICY no_show_answer ON linli.no_show FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND decision IS NULL
        AND (person_id = (SELECT linli.subject_id()) OR linli.is_own_reservation(reservation_id)))
    WITH CHECK (estate_id = (SELECT linli.estate_id()) AND decision IS NULL);
CREATE POLICY no_show_decide ON linli.no_show FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND appealed_at IS NOT NULL AND decision IS NULL
        AND (SELECT linli.has_role('residents_committee')))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND decided_by = (SELECT linli.person_id())
        AND decided_at = (SELECT linli.instant()));

GRANT SELECT ON linli.steward, linli.capacity, linli.reservation, linli.reservation_member,
    linli.no_show TO linli;
GRANT INSERT (estate_id, thing_id, person_id, is_lead, since), UPDATE (is_lead), DELETE
    ON linli.steward TO linli;
GRANT INSERT (estate_id, id, feature, subject_id, thing_id, kinds, totals, overall, held, begins,
    ends, place_id, opens_at, closes_at, offer_minutes, cancel_minutes, waiting_max)
    ON linli.capacity TO linli;
GRANT UPDATE (checked_in_at, checked_out_at) ON linli.reservation_member TO linli;
GRANT INSERT (estate_id, id, reservation_id, person_id, thing_id, claimed_by, claimed_at,
    ages_out_at), UPDATE (answer, answered_at, answer_note, appealed_at, decided_by, decided_at,
    decision, decision_note) ON linli.no_show TO linli;
GRANT EXECUTE ON FUNCTION
    linli.is_steward(uuid, boolean), linli.own_things(), linli.is_stewarded(uuid),
    linli.is_own_reservation(uuid), linli.seats_plus(integer[], integer[], integer),
    linli.seats_within(integer[], integer[], integer),
    linli.capacity_take(uuid[]),
    linli.reservation_parties(uuid, text, uuid[], integer, timestamptz, uuid, integer),
    linli.living_members(uuid, uuid[]), linli.agenda_take(uuid[]),
    linli.agenda_take_early(uuid[], uuid), linli.commitments(uuid[], uuid[], timestamptz),
    linli.reservation_put(uuid, uuid, uuid, uuid, text, integer[], integer, timestamptz, uuid[],
        text[]),
    linli.reservation_step(uuid, text, integer[], integer, timestamptz, text, text, uuid[]),
    linli.capacity_change(uuid, text[], integer[], integer, integer[], timestamptz, timestamptz,
        uuid, timestamptz, timestamptz, boolean),
    linli.capacities_to_settle(uuid, integer), linli.capacity_free(linli.capacity),
    linli.waiting_position(uuid)
    TO linli;
