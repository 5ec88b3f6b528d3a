-- Persons who are away or in hospital for a time, and those who have moved or died.
--
-- An absence has dates, [begins, ends), and begins and ends by them, whether or not anything runs. It
-- is the person's, its household's and the duty roles' alone to see: no function here answers others.

-- What ends before it has begun never was.
ALTER TABLE linli.membership DROP CONSTRAINT membership_forward;
ALTER TABLE linli.membership ADD CONSTRAINT membership_forward CHECK (begins <= ends);
ALTER TABLE linli.delegation DROP CONSTRAINT delegation_forward;
ALTER TABLE linli.delegation ADD CONSTRAINT delegation_forward CHECK (begins <= ends);

CREATE TABLE linli.absence (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    -- What a duty role that sets it rests on.
    because text,
    CONSTRAINT absence_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT absence_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT absence_set_by FOREIGN KEY (estate_id, set_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT absence_kind_known CHECK (kind IN ('away', 'in_hospital')),
    CONSTRAINT absence_forward CHECK (begins <= ends),
    CONSTRAINT absence_because_length CHECK (char_length(because) BETWEEN 1 AND 400),
    CONSTRAINT absence_once EXCLUDE USING gist (
        estate_id WITH =, person_id WITH =, tstzrange(begins, ends) WITH &&)
);
CREATE INDEX absence_of_person ON linli.absence (estate_id, person_id, ends);
ALTER TABLE linli.absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.absence FORCE ROW LEVEL SECURITY;
CREATE POLICY absence_owner ON linli.absence TO linli_owner USING (true) WITH CHECK (true);

-- What became of a person, with what it rests on: an append-only record.
CREATE TABLE linli.person_state_change (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    state text NOT NULL,
    was text NOT NULL,
    set_by uuid NOT NULL,
    at timestamptz NOT NULL,
    because text NOT NULL,
    CONSTRAINT person_state_change_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT person_state_change_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT person_state_change_set_by FOREIGN KEY (estate_id, set_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT person_state_change_known CHECK (state IN ('active', 'moved', 'dead')
        AND state <> was),
    CONSTRAINT person_state_change_because_length CHECK (char_length(because) BETWEEN 1 AND 400)
);
CREATE INDEX person_state_change_of_person
    ON linli.person_state_change (estate_id, person_id, at);
ALTER TABLE linli.person_state_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.person_state_change FORCE ROW LEVEL SECURITY;
CREATE POLICY person_state_change_owner ON linli.person_state_change TO linli_owner
    USING (true) WITH CHECK (true);

-- Whether a person is here and neither away nor in hospital now: who may be checked on, reminded,
-- proposed or called. For other functions of the owner: it tells of absences.
CREATE FUNCTION linli.person_available(estate uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN estate = linli.estate_id() AND EXISTS (
        SELECT
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = person AND p.state = 'active'
    ) AND NOT EXISTS (
        SELECT
        FROM linli.absence AS a
        WHERE a.estate_id = estate AND a.person_id = person AND a.begins <= at AND a.ends > at);
END
$$;

-- Absences --------------------------------------------------------------------------------------

-- As what the principal may set a person's absences and see them: 'own' (its own, or of its household),
-- 'duty' (residents' committee, social worker), NULL (not at all). For the functions here alone.
CREATE FUNCTION linli.absence_standing(person uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN linli.beneficiary_id() IS NOT NULL OR NOT linli.is_here(person) THEN NULL
        WHEN person = linli.person_id()
            OR person IN (SELECT own FROM linli.own_household_members() AS own) THEN 'own'
        WHEN linli.has_role('residents_committee', 'social_worker') THEN 'duty' END;
END
$$;

-- Writes the event of an absence, for the person, its household and, where one of them did it, the
-- duty roles; the person is told of what another did. For the functions here alone.
CREATE FUNCTION linli.tell_absence(
    event uuid, what text, absence linli.absence, standing text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    PERFORM linli.append_event(event, what, ARRAY['person:' || absence.person_id] || ARRAY(
            SELECT DISTINCT 'household:' || m.household_id
            FROM linli.membership AS m
            WHERE m.estate_id = absence.estate_id AND m.person_id = absence.person_id
                AND m.begins <= at AND m.ends > at)
            || CASE standing WHEN 'duty' THEN ARRAY['role:residents_committee',
                'role:social_worker'] ELSE '{}' END,
        ARRAY[absence.person_id],
        json_build_object('absence', absence.id, 'person', absence.person_id)::text);
    PERFORM linli.notify(event, what, 'person', absence.person_id,
        json_build_object('what', json_build_array(absence.kind), 'begins', absence.begins)::text,
        ARRAY[absence.person_id]);
END
$$;

-- Notes an absence. Verdicts: set; unknown, because (a duty role names what it rests on), begins,
-- ends, there (one of that time is noted).
CREATE FUNCTION linli.set_absence(
    new_id uuid, person uuid, wanted text, since timestamptz, until timestamptz, reason text,
    event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    standing CONSTANT text := linli.absence_standing(person);
    made linli.absence;
BEGIN
    IF standing IS NULL THEN
        RETURN 'unknown';
    ELSIF standing = 'duty' AND reason IS NULL THEN
        RETURN 'because';
    ELSIF since < at THEN
        RETURN 'begins';
    ELSIF until <= since OR until > since + interval '1827 days' THEN
        RETURN 'ends';
    END IF;
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person
    FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT
        FROM linli.absence AS a
        WHERE a.estate_id = estate AND a.person_id = person AND a.begins < until
            AND a.ends > since AND a.begins < a.ends)
    THEN
        RETURN 'there';
    END IF;
    INSERT INTO linli.absence (estate_id, id, person_id, kind, begins, ends, set_by, set_at, because)
    VALUES (estate, new_id, person, wanted, since, until, linli.person_id(), at, reason)
    RETURNING * INTO made;
    PERFORM linli.tell_absence(event, 'absence.set', made, standing);
    RETURN 'set';
END
$$;

-- Ends an absence at an instant (NULL: now), earlier or later than was planned. Verdicts: set;
-- unknown, again (it is over), ends, there.
CREATE FUNCTION linli.end_absence(person uuid, wanted uuid, until timestamptz, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    standing CONSTANT text := linli.absence_standing(person);
    held linli.absence;
    last timestamptz;
BEGIN
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person
    FOR NO KEY UPDATE;
    SELECT * INTO held
    FROM linli.absence AS a
    WHERE a.estate_id = estate AND a.id = wanted AND a.person_id = person
    FOR NO KEY UPDATE;
    IF NOT FOUND OR standing IS NULL THEN
        RETURN 'unknown';
    ELSIF held.ends <= at OR held.ends = held.begins THEN
        RETURN 'again';
    END IF;
    last := greatest(coalesce(until, at), held.begins);
    IF last < at OR last > held.begins + interval '1827 days' THEN
        RETURN 'ends';
    ELSIF EXISTS (
        SELECT
        FROM linli.absence AS a
        WHERE a.estate_id = estate AND a.person_id = person AND a.id <> wanted
            AND a.begins < last AND a.ends > held.begins AND a.begins < a.ends)
    THEN
        RETURN 'there';
    END IF;
    UPDATE linli.absence AS a SET ends = last WHERE a.estate_id = estate AND a.id = wanted;
    PERFORM linli.tell_absence(event, 'absence.ended', held, standing);
    RETURN 'set';
END
$$;

-- A person's absences that are not over, by their beginning, for those who may see them; no row and
-- is_mine NULL for others.
CREATE FUNCTION linli.absences_of(person uuid)
    RETURNS TABLE (id uuid, kind text, begins timestamptz, ends timestamptz, set_by uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.absence_standing(person) IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT a.id, a.kind, a.begins, a.ends, a.set_by
        FROM linli.absence AS a
        WHERE a.estate_id = linli.estate_id() AND a.person_id = person AND a.ends > at
            AND a.begins < a.ends
        ORDER BY a.begins, a.id
        LIMIT 100;
END
$$;

-- Whether the principal may see a person's absences.
CREATE FUNCTION linli.may_see_absences(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.absence_standing(person) IS NOT NULL;
END
$$;

-- What honours them -----------------------------------------------------------------------------

-- As before, and whoever waits is offered nothing while one of the group is absent, and keeps its
-- place in the queue. A booking and the taking up of an offer are its own wish, and asked no such thing.
CREATE OR REPLACE FUNCTION linli.activity_objections(
    occurrence uuid, parties uuid[], holders uuid[], persons uuid[])
    RETURNS TABLE (party_id uuid, person_id uuid, code text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    strangers CONSTANT uuid[] := ARRAY(SELECT linli.activity_strangers(occurrence, persons));
BEGIN
    RETURN QUERY
        SELECT g.party, g.person,
            CASE WHEN g.person = ANY (strangers) THEN 'not-addressed' ELSE 'not-of-household' END
        FROM unnest(parties, holders, persons) AS g (party, holder, person)
        WHERE g.person = ANY (strangers)
            OR (g.person <> g.holder AND NOT EXISTS (
                SELECT
                FROM linli.membership AS one
                JOIN linli.household AS h ON h.estate_id = estate AND h.id = one.household_id
                JOIN linli.membership AS other ON other.estate_id = estate
                    AND other.household_id = one.household_id AND other.person_id = g.person
                WHERE one.estate_id = estate AND one.person_id = g.holder
                    AND one.begins <= at AND one.ends > at AND h.begins <= at AND h.ends > at
                    AND other.begins <= at AND other.ends > at))
        UNION ALL
        SELECT g.party, a.person_id, 'not-addressed'
        FROM unnest(parties, holders, persons) AS g (party, holder, person)
        JOIN linli.absence AS a ON a.estate_id = estate AND a.person_id IN (g.holder, g.person)
            AND a.begins <= at AND a.ends > at
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = g.party
            AND r.state = 'waiting';
END
$$;

-- As before, those who are available first.
CREATE OR REPLACE FUNCTION linli.committee_members(estate uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT member.id
        FROM (
            SELECT p.id, min(term.begins) AS since
            FROM linli.person AS p
            CROSS JOIN LATERAL (
                SELECT r.begins
                FROM linli.role_term AS r
                WHERE r.estate_id = estate AND r.person_id = p.id
                    AND r.role = 'residents_committee' AND r.place_id IS NULL
                    AND r.begins <= at AND r.ends > at
                UNION ALL
                SELECT t.begins
                FROM linli.account_role_term AS t
                WHERE t.account_id = p.account_id AND t.role = 'residents_committee'
                    AND t.begins <= at AND t.ends > at
                    AND linli.holds_above(p.account_id, estate, at, ARRAY['residents_committee'])
            ) AS term
            WHERE p.estate_id = estate AND p.state IN ('active', 'away', 'in_hospital')
            GROUP BY p.id
        ) AS member
        WHERE linli.may_organise(estate, member.id)
        ORDER BY linli.person_available(estate, member.id) DESC, member.since, member.id
        LIMIT 9;
END
$$;

-- As before, a co-organiser who is available before others.
CREATE OR REPLACE FUNCTION linli.succeed_activities(rows_max integer)
    RETURNS TABLE (activity_id uuid, version integer, addressed text[], gone uuid, successor uuid,
        added uuid[], stewards uuid[], because text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    left_over integer := rows_max;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'activity-successor' THEN
        RAISE EXCEPTION 'only its job does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR activity_id, gone, addressed IN
        SELECT a.id, a.organiser_id, a.addressed
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.state = 'published'
            AND a.organiser_id IN (
                SELECT o.organiser_id
                FROM (SELECT DISTINCT d.organiser_id FROM linli.activity AS d
                    WHERE d.estate_id = estate AND d.state = 'published') AS o
                WHERE NOT linli.may_organise(estate, o.organiser_id))
            AND EXISTS (
                SELECT
                FROM linli.activity_occurrence AS o
                WHERE o.estate_id = estate AND o.activity_id = a.id AND o.state = 'scheduled'
                    AND o.ends > linli.instant())
        ORDER BY a.id
        FOR NO KEY UPDATE OF a
    LOOP
        EXIT WHEN left_over <= 0;
        added := '{}';
        SELECT s.person_id INTO successor
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity_id AND s.person_id <> gone
            AND linli.may_organise(estate, s.person_id)
        ORDER BY linli.person_available(estate, s.person_id) DESC, s.since, s.person_id
        LIMIT 1;
        IF successor IS NULL THEN
            added := ARRAY(SELECT m FROM linli.committee_members(estate) AS m WHERE m <> gone);
            CONTINUE WHEN cardinality(added) = 0;
            successor := added[1];
        END IF;
        SELECT CASE WHEN p.state IN ('dead', 'moved', 'suspended', 'erased') THEN p.state
            WHEN a.state <> 'active' THEN a.state ELSE 'left' END
        INTO because
        FROM linli.person AS p
        LEFT JOIN linli.account AS a ON a.id = p.account_id
        WHERE p.estate_id = estate AND p.id = gone;
        PERFORM linli.lead_activity(activity_id, successor, NULL);
        DELETE FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity_id AND s.person_id = gone;
        INSERT INTO linli.steward (estate_id, thing_id, person_id, is_lead, since)
        SELECT estate, activity_id, m.id, false, linli.instant()
        FROM unnest(added) AS m (id)
        WHERE m.id <> successor
        ON CONFLICT ON CONSTRAINT steward_pkey DO NOTHING;
        SELECT a.version INTO version
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.id = activity_id;
        stewards := ARRAY(
            SELECT s.person_id
            FROM linli.steward AS s
            WHERE s.estate_id = estate AND s.thing_id = activity_id
            ORDER BY s.person_id);
        left_over := left_over - 1;
        RETURN NEXT;
    END LOOP;
END
$$;

-- Moved and dead --------------------------------------------------------------------------------

-- Whether a duty role ends, in this reservation, the place of somebody who is here no more. For the
-- functions here alone.
CREATE FUNCTION linli.frees_seats(reservation uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.has_role('residents_committee', 'social_worker') AND EXISTS (
        SELECT
        FROM linli.reservation AS r
        JOIN linli.person AS p ON p.estate_id = r.estate_id AND p.state IN ('moved', 'dead')
            AND (p.id = r.holder_id OR EXISTS (
                SELECT
                FROM linli.reservation_member AS m
                WHERE m.estate_id = r.estate_id AND m.reservation_id = r.id
                    AND m.person_id = p.id))
        WHERE r.estate_id = linli.estate_id() AND r.id = reservation);
END
$$;

-- As before; a duty role ends the places of those who are here no more.
CREATE OR REPLACE FUNCTION linli.reservation_guard() RETURNS trigger
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
        IF is_own OR linli.is_steward(NEW.thing_id) OR linli.is_own_reservation(NEW.id)
            OR linli.frees_seats(NEW.id)
        THEN
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
                IF is_own OR linli.is_own_reservation(NEW.id) OR linli.frees_seats(NEW.id) THEN
                    RETURN NEW;
                END IF;
        END CASE;
    END IF;
    RAISE EXCEPTION 'a reservation does not take this step' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'reservation_step', TABLE = 'reservation';
END
$$;

-- Ends what a person belongs to, holds and may open: memberships, roles, delegations to it and by it,
-- calendar links, and the sessions of its account unless that is somebody elsewhere, too. For the
-- functions here alone.
CREATE FUNCTION linli.end_person(person uuid, reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    UPDATE linli.membership AS m
    SET ends = greatest(at, m.begins)
    WHERE m.estate_id = estate AND m.person_id = person AND m.ends > at;
    UPDATE linli.role_term AS t
    SET ends = greatest(at, t.begins), ended_at = at, ended_by = linli.person_id(),
        ended_because = reason
    WHERE t.estate_id = estate AND t.person_id = person AND t.ends > at;
    UPDATE linli.delegation AS d
    SET ends = greatest(at, d.begins)
    WHERE d.estate_id = estate AND person IN (d.doer_id, d.beneficiary_id) AND d.ends > at;
    UPDATE linli.calendar_link AS l
    SET revoked_at = at
    WHERE l.estate_id = estate AND l.person_id = person AND l.revoked_at IS NULL;
    UPDATE linli.absence AS a
    SET ends = greatest(at, a.begins)
    WHERE a.estate_id = estate AND a.person_id = person AND a.ends > at;
    UPDATE linli.session AS s
    SET revoked_at = at
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person AND s.account_id = p.account_id
        AND s.revoked_at IS NULL AND s.expires_at > at
        AND NOT EXISTS (
            SELECT
            FROM linli.person AS other
            WHERE other.account_id = p.account_id AND other.estate_id <> estate
                AND other.state IN ('active', 'away', 'in_hospital'))
        AND NOT EXISTS (
            SELECT
            FROM linli.account_role_term AS t
            WHERE t.account_id = p.account_id AND t.begins <= at AND t.ends > at);
END
$$;

-- Notes that a person has moved or died, or (active) that this was a mistake, by a duty role with what
-- it rests on. What ended then does not come back by itself. Verdicts: set; unknown, own, again.
CREATE FUNCTION linli.set_person_state(
    new_id uuid, person uuid, wanted text, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.person;
    households uuid[];
    told uuid[];
BEGIN
    SELECT * INTO held
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL OR held.origin <> 'resident'
        OR held.state NOT IN ('active', 'away', 'in_hospital', 'moved', 'dead')
        OR NOT linli.has_role('residents_committee', 'social_worker')
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(person) THEN
        RETURN 'own';
    ELSIF held.state = wanted OR (wanted = 'active' AND held.state IN ('away', 'in_hospital')) THEN
        RETURN 'again';
    END IF;
    households := ARRAY(
        SELECT DISTINCT m.household_id
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.person_id = person AND m.begins <= at AND m.ends > at);
    told := person || ARRAY(SELECT linli.told_of_newcomer(estate, person, households));
    UPDATE linli.person AS p
    SET state = wanted
    WHERE p.estate_id = estate AND p.id = person;
    INSERT INTO linli.person_state_change (estate_id, id, person_id, state, was, set_by, at, because)
    VALUES (estate, new_id, person, wanted, held.state, linli.person_id(), at, reason);
    IF wanted <> 'active' THEN
        PERFORM linli.end_person(person, wanted);
    END IF;
    PERFORM linli.append_event(event, 'person.' || wanted,
        linli.newcomer_audience(estate, person, households) || ARRAY['role:social_worker'],
        ARRAY[person], json_build_object('person', person, 'was', held.state)::text);
    PERFORM linli.notify(event, 'person.' || wanted, 'person', person, '{}', told);
    RETURN 'set';
END
$$;

-- The reservations to come of somebody who is here no more, in order of their capacities, and whether
-- it answers for them: for a duty role that ends them.
CREATE FUNCTION linli.seats_to_free(person uuid)
    RETURNS TABLE (reservation_id uuid, capacity_id uuid, is_holder boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF NOT linli.has_role('residents_committee', 'social_worker') OR NOT EXISTS (
        SELECT
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = person AND p.state IN ('moved', 'dead'))
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.capacity_id, r.holder_id = person
        FROM linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = r.estate_id AND c.id = r.capacity_id
        WHERE r.estate_id = estate AND r.state <> 'ended' AND c.feature = 'activity'
            AND c.begins > linli.instant()
            AND r.id IN (
                SELECT own.id
                FROM linli.reservation AS own
                WHERE own.estate_id = estate AND own.holder_id = person
                UNION
                SELECT m.reservation_id
                FROM linli.reservation_member AS m
                WHERE m.estate_id = estate AND m.person_id = person AND m.is_live)
        ORDER BY r.capacity_id, r.id;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.set_absence(uuid, uuid, text, timestamptz, timestamptz, text, uuid),
    linli.end_absence(uuid, uuid, timestamptz, uuid), linli.absences_of(uuid),
    linli.may_see_absences(uuid), linli.set_person_state(uuid, uuid, text, text, uuid),
    linli.seats_to_free(uuid)
    TO linli;
