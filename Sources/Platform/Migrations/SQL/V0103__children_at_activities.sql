-- Children at activities: who joins them, beside whom, and what becomes of their places when a right
-- or a consent goes.

-- The adults ------------------------------------------------------------------------------------

-- That somebody was looked into (审查) before being with other people's children: a dated record of
-- the residents' committee that expires.
CREATE TABLE linli.vetting (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    because text NOT NULL,
    vetted_by uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    CONSTRAINT vetting_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT vetting_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT vetting_by FOREIGN KEY (estate_id, vetted_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT vetting_withdrawn_by FOREIGN KEY (estate_id, withdrawn_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT vetting_of_another CHECK (vetted_by <> person_id),
    CONSTRAINT vetting_because_length CHECK (char_length(because) BETWEEN 1 AND 400),
    CONSTRAINT vetting_two_years CHECK (begins < ends AND ends <= begins + interval '731 days'),
    CONSTRAINT vetting_withdrawn_whole CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX vetting_of_person ON linli.vetting (estate_id, person_id, ends);

-- How many children without their own guardian one adult looks after; without a row, eight.
CREATE TABLE linli.child_ratio (
    estate_id uuid NOT NULL,
    children_per_adult integer NOT NULL,
    CONSTRAINT child_ratio_pkey PRIMARY KEY (estate_id),
    CONSTRAINT child_ratio_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT child_ratio_bounded CHECK (children_per_adult BETWEEN 1 AND 20)
);

-- A place that is kept for another guardian to confirm, and for which child.
CREATE TABLE linli.kept_place (
    estate_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    child_id uuid NOT NULL,
    kind text NOT NULL,
    CONSTRAINT kept_place_pkey PRIMARY KEY (estate_id, reservation_id),
    CONSTRAINT kept_place_of FOREIGN KEY (estate_id, reservation_id)
        REFERENCES linli.reservation (estate_id, id),
    CONSTRAINT kept_place_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['vetting', 'child_ratio', 'kept_place']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- Whether a person may be with other people's children now: grown up, here, verified in person and
-- vetted.
CREATE FUNCTION linli.is_vetted(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN NOT linli.is_child(estate, person)
        AND linli.is_at_least(linli.level_of(estate, person), 'in_person')
        AND EXISTS (
            SELECT
            FROM linli.vetting AS v
            WHERE v.estate_id = estate AND v.person_id = is_vetted.person
                AND v.begins <= at AND v.ends > at AND v.withdrawn_at IS NULL);
END
$$;

-- Whether two share a household or a residence now, or are kin by a tie that both confirmed. For the
-- functions here alone.
CREATE FUNCTION linli.are_related(one uuid, other uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        JOIN linli.household AS g ON g.estate_id = h.estate_id
            AND (g.id = h.id OR g.residence_id = h.residence_id)
        JOIN linli.membership AS o ON o.estate_id = g.estate_id AND o.household_id = g.id
        WHERE m.estate_id = estate AND m.person_id = one AND o.person_id = other
            AND m.begins <= at AND m.ends > at AND o.begins <= at AND o.ends > at
    ) OR EXISTS (
        SELECT
        FROM linli.tie AS t
        WHERE t.estate_id = estate AND t.kind = 'kin' AND one IN (t.claimer_id, t.other_id)
            AND other IN (t.claimer_id, t.other_id) AND t.confirmed_at <= at AND t.ends > at);
END
$$;

-- What the adults who look after an activity lack for so many children without their own guardian:
-- NULL: nothing; two-adults: two grown-ups who are unrelated, one of them verified in person and
-- vetted; child-ratio: more of them. For the functions here alone.
CREATE FUNCTION linli.children_lack(activity uuid, children bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    per_adult CONSTANT integer := coalesce(
        (SELECT r.children_per_adult FROM linli.child_ratio AS r WHERE r.estate_id = estate), 8);
    adults uuid[];
BEGIN
    IF children = 0 THEN
        RETURN NULL;
    END IF;
    adults := ARRAY(
        SELECT s.person_id
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity
            AND NOT linli.is_child(estate, s.person_id)
            AND linli.may_organise(estate, s.person_id));
    IF NOT EXISTS (
        SELECT
        FROM unnest(adults) AS vetted (id)
        CROSS JOIN unnest(adults) AS beside (id)
        WHERE vetted.id <> beside.id AND linli.is_vetted(vetted.id)
            AND NOT linli.are_related(vetted.id, beside.id))
    THEN
        RETURN 'two-adults';
    END IF;
    RETURN CASE WHEN children > per_adult * cardinality(adults) THEN 'child-ratio' END;
END
$$;

-- Joining --------------------------------------------------------------------------------------

-- Whether the one who answers for a booking may bring a child now: a guardian with the right, or the
-- child itself from 14 on with a guardian's consent.
CREATE FUNCTION linli.may_bring_child(holder uuid, child uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE WHEN holder = child
        THEN NOT linli.is_under_14(linli.estate_id(), child)
            AND linli.consented(child, 'join_activities')
        ELSE linli.has_guardian_right(holder, child, 'activities') END;
END
$$;

-- The wanted children whom the subject guards with the right and shares no household with: beside
-- linli.party_facts, in its form. Acting for another brings nobody but that one.
CREATE FUNCTION linli.party_children(persons uuid[])
    RETURNS TABLE (person_id uuid, households uuid[], subject_roles text[], birth_sealed bytea,
        today date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, '{}'::uuid[], '{}'::text[], s.value_sealed, linli.today(estate)
        FROM linli.person AS p
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = estate AND s.person_id = p.id
            AND s.field = 'birth_date'
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND p.state IN ('active', 'away', 'in_hospital')
            AND linli.has_guardian_right(own, p.id, 'activities')
            AND p.id NOT IN (SELECT mine FROM linli.own_household_members() AS mine);
END
$$;

-- Who of some groups may not hold a place at a meeting now, as before, and: a child whom its holder
-- may not bring ('guardian-needed'); children without their own guardian in the group, or at what is
-- made for children, where those who look after it lack something ('two-adults', 'child-ratio').
ALTER FUNCTION linli.activity_objections(uuid, uuid[], uuid[], uuid[])
    RENAME TO grown_objections;
CREATE FUNCTION linli.activity_objections(
    occurrence uuid, parties uuid[], holders uuid[], persons uuid[])
    RETURNS TABLE (party_id uuid, person_id uuid, code text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT o.party_id, o.person_id, o.code
        FROM linli.grown_objections(occurrence, parties, holders, persons) AS o
        -- Whose child it is, guardians' rights say, not who lives where.
        WHERE o.code <> 'not-of-household' OR NOT linli.is_child(estate, o.person_id)
        UNION ALL
        SELECT g.party, g.person, 'guardian-needed'
        FROM unnest(parties, holders, persons) AS g (party, holder, person)
        WHERE linli.is_child(estate, g.person) AND NOT linli.may_bring_child(g.holder, g.person);
    RETURN QUERY SELECT * FROM linli.child_objections(occurrence, parties, persons);
END
$$;

-- The children at a meeting who have none of their guardians in their own group, those who wait
-- apart, and these groups' beside them. For the functions here alone.
CREATE FUNCTION linli.lone_children(occurrence uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT m.person_id
        FROM linli.activity_occurrence AS o
        JOIN linli.activity AS a ON a.estate_id = estate AND a.id = o.activity_id
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.capacity_id = o.capacity_id
            AND r.state IN ('offered', 'held', 'confirmed')
            AND (r.until IS NULL OR r.until > linli.instant())
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
            AND m.is_live
        WHERE o.estate_id = estate AND o.id = occurrence AND linli.is_child(estate, m.person_id)
            AND (a.meant_for = 'children' OR NOT EXISTS (
                SELECT
                FROM linli.reservation_member AS g
                WHERE g.estate_id = estate AND g.reservation_id = r.id AND g.is_live
                    AND g.person_id IN (SELECT linli.guardians_of(m.person_id))));
END
$$;

-- What stands against children of some groups beside those who are there. For activity_objections.
CREATE FUNCTION linli.child_objections(occurrence uuid, parties uuid[], persons uuid[])
    RETURNS TABLE (party_id uuid, person_id uuid, code text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    activity linli.activity;
    there bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(persons) AS p (id) WHERE linli.is_child(estate, p.id)) THEN
        RETURN;
    END IF;
    SELECT a.* INTO activity
    FROM linli.activity_occurrence AS o
    JOIN linli.activity AS a ON a.estate_id = estate AND a.id = o.activity_id
    WHERE o.estate_id = estate AND o.id = occurrence;
    there := (
        SELECT count(*) FROM linli.lone_children(occurrence) AS c WHERE c <> ALL (persons));
    RETURN QUERY
        WITH lone AS (
            SELECT g.party, g.person,
                count(*) OVER (PARTITION BY g.party) AS number
            FROM unnest(parties, persons) AS g (party, person)
            WHERE linli.is_child(estate, g.person)
                AND (activity.meant_for = 'children' OR NOT EXISTS (
                    SELECT
                    FROM unnest(parties, persons) AS o (party, person)
                    WHERE o.party = g.party
                        AND o.person IN (SELECT linli.guardians_of(g.person))))
        )
        SELECT l.party, l.person, linli.children_lack(activity.id, there + l.number)
        FROM lone AS l
        WHERE linli.children_lack(activity.id, there + l.number) IS NOT NULL;
END
$$;

-- Vetting --------------------------------------------------------------------------------------

-- Vets a person for a term, by the residents' committee. Verdicts: vetted; unknown, own, not_known
-- (not verified in person).
CREATE FUNCTION linli.vet(
    new_id uuid, person uuid, because text, until timestamptz, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee')
        OR NOT linli.is_here(person)
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(person) THEN
        RETURN 'own';
    ELSIF linli.is_child(estate, person)
        OR NOT linli.is_at_least(linli.level_of(estate, person), 'in_person')
    THEN
        RETURN 'not_known';
    END IF;
    INSERT INTO linli.vetting (estate_id, id, person_id, because, vetted_by, begins, ends)
    VALUES (estate, new_id, person, because, linli.person_id(), at, until);
    PERFORM linli.append_event(event, 'vetting.given',
        ARRAY['person:' || person, 'role:residents_committee'], ARRAY[person],
        json_build_object('vetting', new_id, 'person', person)::text);
    PERFORM linli.notify(event, 'vetting.given', 'person', person, '{}', ARRAY[person]);
    RETURN 'vetted';
END
$$;

-- Takes a vetting back. Verdicts: withdrawn; unknown, own, over.
CREATE FUNCTION linli.unvet(wanted uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    given linli.vetting;
BEGIN
    SELECT * INTO given
    FROM linli.vetting AS v
    WHERE v.estate_id = estate AND v.id = wanted
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee')
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(given.person_id) THEN
        RETURN 'own';
    ELSIF given.withdrawn_at IS NOT NULL OR given.ends <= at THEN
        RETURN 'over';
    END IF;
    UPDATE linli.vetting AS v
    SET withdrawn_at = at, withdrawn_by = linli.person_id()
    WHERE v.estate_id = estate AND v.id = wanted;
    PERFORM linli.append_event(event, 'vetting.withdrawn',
        ARRAY['person:' || given.person_id, 'role:residents_committee'], ARRAY[given.person_id],
        json_build_object('vetting', wanted, 'person', given.person_id)::text);
    PERFORM linli.notify(event, 'vetting.withdrawn', 'person', given.person_id, '{}',
        ARRAY[given.person_id]);
    RETURN 'withdrawn';
END
$$;

-- The vettings of a person: for the residents' committee, and the person itself.
CREATE FUNCTION linli.vettings_of(person uuid)
    RETURNS TABLE (id uuid, begins timestamptz, ends timestamptz, withdrawn_at timestamptz,
        because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    is_committee CONSTANT boolean := linli.has_role('residents_committee');
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT (is_committee OR person = linli.person_id())
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT v.id, v.begins, v.ends, v.withdrawn_at, CASE WHEN is_committee THEN v.because END
        FROM linli.vetting AS v
        WHERE v.estate_id = linli.estate_id() AND v.person_id = vettings_of.person
        ORDER BY v.begins DESC, v.id DESC
        LIMIT 100;
END
$$;

-- Says how many children one adult looks after, by the residents' committee.
CREATE FUNCTION linli.set_child_ratio(children integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.child_ratio AS r (estate_id, children_per_adult)
    VALUES (linli.estate_id(), children)
    ON CONFLICT ON CONSTRAINT child_ratio_pkey DO UPDATE
        SET children_per_adult = excluded.children_per_adult;
    RETURN 'set';
END
$$;

-- Places that stand on a right ----------------------------------------------------------------

-- Takes a child out of a reservation whose holder may not bring it any more: it is in no list from
-- here on. A place that it held is kept 24 hours (or until it begins) for another guardian with the
-- right, if there is one. For the functions here alone.
CREATE FUNCTION linli.give_up_place(reservation uuid, child uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    r linli.reservation;
    c linli.capacity;
    kind text;
    seat integer[];
    left_over integer[];
    kept CONSTANT uuid := linli.fresh_id(linli.instant());
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    heir uuid;
    ends_at timestamptz;
    told uuid[];
    stewards text[];
    before text[];
BEGIN
    SELECT * INTO r FROM linli.reservation AS s WHERE s.estate_id = estate AND s.id = reservation;
    PERFORM FROM linli.capacity_take(ARRAY[r.capacity_id]);
    SELECT * INTO r
    FROM linli.reservation AS s
    WHERE s.estate_id = estate AND s.id = reservation AND s.state <> 'ended';
    SELECT m.kind INTO kind
    FROM linli.reservation_member AS m
    WHERE m.estate_id = estate AND m.reservation_id = reservation AND m.person_id = child
        AND m.is_live;
    IF r.id IS NULL OR kind IS NULL THEN
        RETURN;
    END IF;
    SELECT * INTO c FROM linli.capacity AS k WHERE k.estate_id = estate AND k.id = r.capacity_id;
    seat := ARRAY(SELECT (k = kind)::integer FROM unnest(c.kinds) AS k);
    left_over := linli.seats_plus(r.seats, seat, -1);
    heir := (
        SELECT min(g.guardian_id::text)::uuid
        FROM linli.live_guardianships(estate, child) AS g
        WHERE 'activities' = ANY (g.rights) AND g.guardian_id <> r.holder_id);
    ends_at := least(at + interval '24 hours', c.begins);
    told := ARRAY(SELECT linli.guardians_of(child)) || r.holder_id;
    stewards := ARRAY(
        SELECT 'person:' || s.person_id
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = r.thing_id);
    before := linli.act_as_job('family');
    IF 0 < ANY (left_over) THEN
        PERFORM linli.reservation_step(reservation, r.state, left_over, r.priority, r.until,
            'cancelled', NULL, ARRAY[child]);
    ELSE
        PERFORM linli.reservation_step(reservation, 'ended', r.seats, r.priority, NULL,
            'cancelled', NULL, '{}');
    END IF;
    IF heir IS NOT NULL AND r.state IN ('held', 'confirmed', 'offered') AND ends_at > at
        AND NOT EXISTS (SELECT FROM linli.living_members(r.capacity_id, ARRAY[heir]))
    THEN
        -- The guardian stands for the child in it until it is confirmed: no list names the child.
        PERFORM linli.reservation_put(kept, r.capacity_id, heir, NULL, 'held', seat, 0, ends_at,
            ARRAY[heir], ARRAY[kind]);
        INSERT INTO linli.kept_place (estate_id, reservation_id, child_id, kind)
        VALUES (estate, kept, child, kind);
    ELSE
        heir := NULL;
    END IF;
    PERFORM linli.append_event(event, 'reservation.shrunk',
        (ARRAY['person:' || r.holder_id] || stewards)[1:64], '{}',
        json_build_object('capacity', c.id, 'subject', c.subject_id, 'reservation', r.id,
            'because', 'cancelled')::text);
    PERFORM linli.notify(event, CASE WHEN heir IS NULL THEN 'child.placeGone'
        ELSE 'child.placeKept' END, 'child', child, json_build_object('until',
            to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'reservation', kept)::text, told);
    PERFORM linli.end_act_as_job(before);
END
$$;

-- As before, and the places of a child that nobody may bring any more as it was brought.
CREATE OR REPLACE FUNCTION linli.family_changed(child uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held uuid;
BEGIN
    IF NOT linli.is_child(estate, child) THEN
        RETURN;
    END IF;
    IF linli.is_under_14(estate, child) OR NOT linli.consented(child, 'sign_in') THEN
        UPDATE linli.session AS s
        SET revoked_at = linli.instant()
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = child AND s.account_id = p.account_id
            AND s.revoked_at IS NULL AND s.expires_at > linli.instant();
    END IF;
    FOR held IN
        SELECT r.id
        FROM linli.reservation_member AS m
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = m.reservation_id
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        WHERE m.estate_id = estate AND m.person_id = child AND m.is_live AND r.state <> 'ended'
            AND c.ends > linli.instant() AND m.checked_in_at IS NULL
            AND NOT linli.may_bring_child(r.holder_id, child)
        ORDER BY r.capacity_id, r.id
    LOOP
        PERFORM linli.give_up_place(held, child);
    END LOOP;
END
$$;

-- Takes back that a child takes part, as who booked it: its place is kept for another guardian.
-- Verdicts: withdrawn; unknown.
CREATE FUNCTION linli.withdraw_child(reservation uuid, child uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR linli.person_id() = child OR NOT EXISTS (
        SELECT
        FROM linli.reservation AS r
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        WHERE r.estate_id = estate AND r.id = withdraw_child.reservation AND r.state <> 'ended'
            AND r.holder_id = linli.person_id() AND m.person_id = child AND m.is_live
            AND m.checked_in_at IS NULL AND c.begins > linli.instant()
            AND linli.is_child(estate, child))
    THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.give_up_place(reservation, child);
    RETURN 'withdrawn';
END
$$;

-- Puts the child into the place that is kept for the principal, who then confirms it through the
-- kernel in this transaction. No row: there is none.
CREATE FUNCTION linli.fill_kept_place(reservation uuid)
    RETURNS TABLE (capacity_id uuid, child_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    kept linli.kept_place;
    capacity uuid;
BEGIN
    SELECT k.* INTO kept
    FROM linli.kept_place AS k
    JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = k.reservation_id
    WHERE k.estate_id = estate AND k.reservation_id = fill_kept_place.reservation
        AND r.state = 'held' AND r.until > linli.instant()
        AND r.holder_id = linli.person_id() AND linli.beneficiary_id() IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT r.capacity_id INTO capacity
    FROM linli.reservation AS r
    WHERE r.estate_id = estate AND r.id = reservation;
    PERFORM FROM linli.capacity_take(ARRAY[capacity]);
    UPDATE linli.reservation_member AS m
    SET person_id = kept.child_id
    WHERE m.estate_id = estate AND m.reservation_id = fill_kept_place.reservation
        AND m.person_id = linli.person_id() AND m.is_live
        AND NOT EXISTS (SELECT FROM linli.living_members(capacity, ARRAY[kept.child_id]));
    IF FOUND THEN
        DELETE FROM linli.kept_place AS k
        WHERE k.estate_id = estate AND k.reservation_id = reservation;
        RETURN QUERY SELECT capacity, kept.child_id;
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.party_children(uuid[]), linli.activity_objections(uuid, uuid[], uuid[], uuid[]),
    linli.is_vetted(uuid), linli.may_bring_child(uuid, uuid),
    linli.vet(uuid, uuid, text, timestamptz, uuid), linli.unvet(uuid, uuid), linli.vettings_of(uuid),
    linli.set_child_ratio(integer), linli.withdraw_child(uuid, uuid),
    linli.fill_kept_place(uuid)
    TO linli;
