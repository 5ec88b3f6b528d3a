-- What guardians, their households and offices do about children: each act with its event and its
-- notices in one transaction. Nobody but the guardians of a child, and those of a household whose
-- word it was, is told anything of it; no event names another home.

-- Who is grown up in a household now, but for the doer: they are told of what is said of its
-- children. For the functions here alone.
CREATE FUNCTION linli.grown_members(estate uuid, household uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT DISTINCT m.person_id
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.household_id = household
            AND m.begins <= at AND m.ends > at AND NOT linli.is_child(estate, m.person_id);
END
$$;

-- Tells persons of an act by an event that they, the doer and nobody else may see; the payload holds
-- ids alone. For the functions here alone.
CREATE FUNCTION linli.tell_family(
    event uuid, kind text, child uuid, seen_by uuid[], told uuid[], details json) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.append_event(event, kind,
        (ARRAY(SELECT DISTINCT 'person:' || p
            FROM unnest(seen_by || linli.person_id()) AS p WHERE p IS NOT NULL))[1:64],
        ARRAY[child], details::text);
    PERFORM linli.notify(event, kind, 'child', child, '{}', told);
END
$$;

-- Whether the principal acts for itself and belongs to a household by a proof.
CREATE FUNCTION linli.is_proved_here(household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.person_id() IS NOT NULL AND linli.beneficiary_id() IS NULL
        AND household IN (SELECT own FROM linli.own_households() AS own)
        AND linli.is_proved_member(linli.estate_id(), linli.person_id(), household);
END
$$;

-- What the principal is in a household now; NULL: nothing.
CREATE FUNCTION linli.own_standing_in(household uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT m.role_in_household
        FROM linli.membership AS m
        WHERE m.estate_id = linli.estate_id() AND m.household_id = household
            AND m.person_id = linli.person_id()
            AND m.begins <= linli.instant() AND m.ends > linli.instant());
END
$$;

-- Whether who is one thing in a household may say of itself that it guards a child which is another
-- there. Grandparents are no guardians by default: an office records them on evidence.
CREATE FUNCTION linli.guards_by_standing(adult text, child text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(CASE
        WHEN adult IN ('head', 'spouse') THEN child = 'child'
        WHEN adult = 'child' THEN child = 'grandchild'
        WHEN adult IN ('tenant', 'relative', 'other') THEN child IN ('child', 'relative', 'other')
    END, false);

-- Keeps on which days a child turns 14 and 18, as the server read them. For the functions here alone.
CREATE FUNCTION linli.note_age(child uuid, fourteen date, eighteen date) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.age AS a (estate_id, person_id, entered_at, turns_14, turns_18)
    SELECT s.estate_id, s.person_id, s.changed_at, fourteen, eighteen
    FROM linli.person_sealed AS s
    WHERE s.estate_id = linli.estate_id() AND s.person_id = child AND s.field = 'birth_date'
    ON CONFLICT ON CONSTRAINT age_pkey DO UPDATE
        SET entered_at = excluded.entered_at, turns_14 = excluded.turns_14,
            turns_18 = excluded.turns_18;
END
$$;

-- Children -------------------------------------------------------------------------------------

-- Looks at where the principal wants to enter its child, and waits for others who do so there.
-- Verdicts: open, with the day, the principal's own day of birth and, a row each, the namesakes
-- there; unknown, not_proved, standing.
CREATE FUNCTION linli.open_child(household uuid, name text, standing text)
    RETURNS TABLE (verdict text, person_id uuid, birth_sealed bytea, today date)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT text := linli.own_standing_in(household);
BEGIN
    today := linli.today(estate);
    verdict := CASE
        WHEN own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN 'unknown'
        WHEN NOT linli.is_proved_here(household) THEN 'not_proved'
        WHEN NOT linli.guards_by_standing(own, standing) THEN 'standing'
        ELSE 'open' END;
    IF verdict = 'open' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('child/' || household, 101));
        person_id := linli.person_id();
        birth_sealed := (
            SELECT s.value_sealed
            FROM linli.person_sealed AS s
            WHERE s.estate_id = estate AND s.person_id = linli.person_id()
                AND s.field = 'birth_date');
    END IF;
    RETURN NEXT;
    IF verdict <> 'open' THEN
        RETURN;
    END IF;
    FOR person_id, birth_sealed IN
        SELECT p.id, s.value_sealed
        FROM linli.membership AS m
        JOIN linli.person AS p ON p.estate_id = m.estate_id AND p.id = m.person_id
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = p.estate_id AND s.person_id = p.id
            AND s.field = 'birth_date'
        WHERE m.estate_id = estate AND m.household_id = household AND p.display_name = name
            AND m.begins <= at AND m.ends > at AND p.state NOT IN ('dead', 'erased')
        ORDER BY p.id
    LOOP
        verdict := 'namesake';
        RETURN NEXT;
    END LOOP;
END
$$;

-- Enters a child where linli.open_child found it open in this transaction: without account or phone,
-- its day of birth sealed, the principal its guardian with every right.
CREATE FUNCTION linli.enter_child(
    child uuid, guardianship uuid, household uuid, name text, standing text, birth_sealed bytea,
    fourteen date, eighteen date, event uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF NOT linli.is_proved_here(household)
        OR NOT linli.guards_by_standing(linli.own_standing_in(household), standing)
        OR eighteen <= linli.today(estate)
    THEN
        RAISE EXCEPTION 'a child is entered by a member of its household'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.person (estate_id, id, display_name, created_at)
    VALUES (estate, child, name, at);
    INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
    VALUES (estate, child, 'birth_date', birth_sealed, at);
    PERFORM linli.note_age(child, fourteen, eighteen);
    INSERT INTO linli.membership (estate_id, id, household_id, person_id, role_in_household, begins)
    VALUES (estate, linli.fresh_id(at), household, child, standing, at);
    INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how,
        household_id, recorded_by, begins)
    VALUES (estate, guardianship, own, child, linli.guardian_rights(), 'entered', household, own,
        at);
    PERFORM linli.tell_family(event, 'guardianship.begun', child,
        ARRAY(SELECT linli.grown_members(estate, household)),
        ARRAY(SELECT linli.grown_members(estate, household)),
        json_build_object('guardianship', guardianship, 'child', child, 'how', 'entered'));
END
$$;

-- The principal's own children: with which rights, in which of its own households, on which of its
-- days, and whether they are there today. Of another home nothing.
CREATE FUNCTION linli.children_seen(wanted uuid DEFAULT NULL)
    RETURNS TABLE (child_id uuid, display_name text, guardianship_id uuid, rights text[],
        is_under_14 boolean, is_with_me boolean, homes json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.today(linli.estate_id());
    own CONSTANT uuid[] := ARRAY(SELECT linli.own_households());
BEGIN
    RETURN QUERY
        SELECT p.id, p.display_name, g.id, g.rights, linli.is_under_14(estate, p.id),
            coalesce(linli.home_of(p.id, today) = ANY (own), false),
            (SELECT coalesce(json_agg(json_build_object('household', m.household_id,
                    'weeks', h.weeks, 'monday', h.monday, 'days', h.days,
                    'exceptions', (
                        SELECT coalesce(json_agg(json_build_object('day', d.day,
                            'is_here', d.is_here) ORDER BY d.day), '[]')
                        FROM linli.child_day AS d
                        WHERE d.estate_id = estate AND d.child_id = p.id
                            AND d.household_id = m.household_id
                            AND d.day BETWEEN today AND today + 366))
                ORDER BY m.begins, m.id), '[]')
            FROM linli.membership AS m
            LEFT JOIN linli.child_home AS h ON h.estate_id = estate AND h.child_id = p.id
                AND h.household_id = m.household_id
            WHERE m.estate_id = estate AND m.person_id = p.id AND m.household_id = ANY (own)
                AND m.begins <= at AND m.ends > at)
        FROM linli.own_children() AS child
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = child
        CROSS JOIN LATERAL linli.live_guardianships(estate, p.id) AS g
        WHERE g.guardian_id = linli.person_id() AND (wanted IS NULL OR p.id = wanted)
        ORDER BY p.id
        LIMIT 50;
END
$$;

-- What a child holds, is offered or waits for from an instant on: for its guardians with the right to
-- join it. Who booked it is told only as whether the principal did.
CREATE FUNCTION linli.child_bookings(
    child uuid, after_begins timestamptz, after_id uuid, rows_max integer)
    RETURNS TABLE (reservation_id uuid, occurrence_id uuid, state text, is_mine boolean,
        begins timestamptz, ends timestamptz, until timestamptz, title_zh text, title_en text,
        checked_in_at timestamptz, checked_out_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_guardian_right(linli.person_id(), child, 'activities')
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, o.id, r.state, r.holder_id = linli.person_id(), o.begins, o.ends, r.until,
            coalesce(o.title_zh, a.title_zh), coalesce(o.title_en, a.title_en),
            m.checked_in_at, m.checked_out_at
        FROM linli.reservation_member AS m
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = m.reservation_id
        JOIN linli.activity_occurrence AS o ON o.estate_id = estate
            AND o.capacity_id = r.capacity_id
        JOIN linli.activity AS a ON a.estate_id = estate AND a.id = o.activity_id
        WHERE m.estate_id = estate AND m.person_id = child AND m.is_live
            AND (r.until IS NULL OR r.until > linli.instant())
            AND o.ends > linli.instant() - interval '1 day'
            AND (o.begins, r.id) > (after_begins, after_id)
        ORDER BY o.begins, r.id
        LIMIT least(rows_max, 101);
END
$$;

-- The names of children as their guardians know them, and offices that record guardians.
CREATE FUNCTION linli.child_names(children uuid[]) RETURNS TABLE (person_id uuid, name text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid[] := ARRAY(SELECT linli.own_children())
        || ARRAY(SELECT linli.own_household_members());
    is_office CONSTANT boolean := linli.has_role('residents_committee', 'social_worker');
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.display_name
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (children)
            AND (p.id = ANY (own) OR is_office);
END
$$;

-- Guardianships --------------------------------------------------------------------------------

-- The sealed day of birth of whom the principal may call a child: of its household, or as an office.
CREATE FUNCTION linli.child_birth(child uuid) RETURNS TABLE (birth_sealed bytea, today date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.is_here(child)
        OR NOT (child IN (SELECT own FROM linli.own_household_members() AS own)
            OR linli.has_role('residents_committee', 'social_worker'))
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT s.value_sealed, linli.today(linli.estate_id())
        FROM linli.estate AS e
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = e.estate_id AND s.person_id = child
            AND s.field = 'birth_date'
        WHERE e.estate_id = linli.estate_id();
END
$$;

-- Whether a person has a guardianship of a child that is not over. For the functions here alone.
CREATE FUNCTION linli.running_guardianship(guardian uuid, child uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT g.id
        FROM linli.guardianship AS g
        WHERE g.estate_id = linli.estate_id() AND g.guardian_id = guardian AND g.child_id = child
            AND g.ends > linli.instant());
END
$$;

-- Declares the principal the guardian of a child of its household; the other grown members and the
-- guardians there are told and may object. Verdicts: begun; unknown, not_proved, standing, there.
CREATE FUNCTION linli.declare_guardianship(
    new_id uuid, child uuid, fourteen date, eighteen date, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    home uuid;
    told uuid[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('guardian/' || child, 101));
    SELECT m.household_id INTO home
    FROM linli.membership AS m
    WHERE m.estate_id = estate AND m.person_id = child AND m.begins <= at AND m.ends > at
        AND m.household_id IN (SELECT mine FROM linli.own_households() AS mine)
    ORDER BY linli.guards_by_standing(linli.own_standing_in(m.household_id),
        m.role_in_household) DESC, m.begins, m.id
    LIMIT 1;
    IF home IS NULL OR linli.beneficiary_id() IS NOT NULL OR child = own THEN
        RETURN 'unknown';
    ELSIF linli.running_guardianship(own, child) IS NOT NULL THEN
        RETURN 'there';
    ELSIF NOT linli.is_proved_here(home) THEN
        RETURN 'not_proved';
    ELSIF NOT EXISTS (
        SELECT
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.household_id = home AND m.person_id = child
            AND m.begins <= at AND m.ends > at
            AND linli.guards_by_standing(linli.own_standing_in(home), m.role_in_household))
    THEN
        RETURN 'standing';
    END IF;
    PERFORM linli.note_age(child, fourteen, eighteen);
    told := ARRAY(
        SELECT linli.grown_members(estate, home)
        UNION
        SELECT linli.guardians_of(child));
    INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how,
        household_id, recorded_by, begins)
    VALUES (estate, new_id, own, child, linli.guardian_rights(), 'declared', home, own, at);
    PERFORM linli.tell_family(event, 'guardianship.begun', child, ARRAY[own],
        told, json_build_object('guardianship', new_id, 'child', child, 'how', 'declared'));
    RETURN 'begun';
END
$$;

-- Records a guardian on evidence, by an office; what it was before for this child ends. Verdicts:
-- begun; unknown, own, not_grown.
CREATE FUNCTION linli.record_guardianship(
    new_id uuid, guardian uuid, child uuid, new_rights text[], shown text, until timestamptz,
    fourteen date, eighteen date, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    before uuid;
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee', 'social_worker')
        OR NOT linli.is_here(child) OR NOT linli.is_here(guardian)
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(child) OR linli.is_own_household(guardian) THEN
        RETURN 'own';
    ELSIF guardian = child OR linli.is_child(estate, guardian) THEN
        RETURN 'not_grown';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('guardian/' || child, 101));
    PERFORM linli.note_age(child, fourteen, eighteen);
    before := linli.running_guardianship(guardian, child);
    UPDATE linli.guardianship AS g
    SET ends = at, ended_by = linli.person_id(), ended_because = shown
    WHERE g.estate_id = estate AND g.id = before;
    INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how, evidence,
        recorded_by, begins, ends)
    VALUES (estate, new_id, guardian, child, new_rights, 'office', shown, linli.person_id(), at,
        until);
    PERFORM linli.tell_family(event, 'guardianship.begun', child, ARRAY[guardian],
        ARRAY(SELECT linli.guardians_of(child)),
        json_build_object('guardianship', new_id, 'child', child, 'how', 'office'));
    PERFORM linli.family_changed(child);
    RETURN 'begun';
END
$$;

-- Ends a guardianship: the guardian lays it down, or an office ends it for a reason. Verdicts: ended;
-- unknown, own, over.
CREATE FUNCTION linli.end_guardianship(wanted uuid, because text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    ending linli.guardianship;
    told uuid[];
BEGIN
    SELECT * INTO ending
    FROM linli.guardianship AS g
    WHERE g.estate_id = estate AND g.id = wanted
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT (ending.guardian_id = linli.person_id()
            OR linli.has_role('residents_committee', 'social_worker'))
    THEN
        RETURN 'unknown';
    ELSIF ending.ends <= at THEN
        RETURN 'over';
    ELSIF ending.guardian_id <> linli.person_id()
        AND (linli.is_own_household(ending.child_id) OR linli.is_own_household(ending.guardian_id))
    THEN
        RETURN 'own';
    END IF;
    told := ARRAY(SELECT linli.guardians_of(ending.child_id)) || ending.guardian_id;
    UPDATE linli.guardianship AS g
    SET ends = at, ended_by = linli.person_id(), ended_because = because
    WHERE g.estate_id = estate AND g.id = wanted;
    PERFORM linli.tell_family(event, 'guardianship.ended', ending.child_id,
        ARRAY[ending.guardian_id], told,
        json_build_object('guardianship', wanted, 'child', ending.child_id));
    PERFORM linli.family_changed(ending.child_id);
    RETURN 'ended';
END
$$;

-- Guardianships as those see them whom they concern: a guardian its own, a household those said in it
-- that may be objected to, an office those of a child or those under objection.
CREATE FUNCTION linli.guardianships_seen(wanted uuid, of_child uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, child_id uuid, guardian_id uuid, rights text[], how text,
        begins timestamptz, ends timestamptz, evidence text, ended_because text, objection json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    is_office CONSTANT boolean := linli.has_role('residents_committee', 'social_worker');
    homes CONSTANT uuid[] := CASE WHEN linli.is_child(estate, own) THEN '{}'
        ELSE ARRAY(SELECT linli.own_households()) END;
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.id, g.child_id, g.guardian_id, g.rights, g.how, g.begins, g.ends,
            CASE WHEN is_office OR g.guardian_id = own THEN g.evidence END,
            CASE WHEN is_office OR g.guardian_id = own THEN g.ended_because END,
            CASE WHEN is_office THEN (
                SELECT json_build_object('id', o.id, 'because', o.because, 'at', o.objected_at)
                FROM linli.family_objection AS o
                WHERE o.estate_id = estate AND o.guardianship_id = g.id AND o.decision IS NULL
                LIMIT 1) END
        FROM linli.guardianship AS g
        WHERE g.estate_id = estate AND g.id > after_id
            AND (wanted IS NULL OR g.id = wanted)
            AND (of_child IS NULL OR g.child_id = of_child)
            AND (g.guardian_id = own OR g.household_id = ANY (homes)
                OR (is_office AND (wanted IS NOT NULL OR of_child IS NOT NULL OR EXISTS (
                    SELECT
                    FROM linli.family_objection AS o
                    WHERE o.estate_id = estate AND o.guardianship_id = g.id
                        AND o.decision IS NULL))))
        ORDER BY g.id
        LIMIT least(rows_max, 101);
END
$$;

-- Objections -----------------------------------------------------------------------------------

-- Objects to a guardianship, as a grown member of the household it was said in or another guardian;
-- or, with a purpose, as a guardian who holds its right. A task goes to a person. Verdicts: raised;
-- unknown, again, over.
CREATE FUNCTION linli.object_family(
    new_id uuid, guardianship uuid, child uuid, purpose text, because text, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    held linli.guardianship;
    subject uuid := child;
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    IF guardianship IS NOT NULL THEN
        SELECT * INTO held
        FROM linli.guardianship AS g
        WHERE g.estate_id = estate AND g.id = guardianship
        FOR NO KEY UPDATE;
        subject := held.child_id;
        IF NOT FOUND OR held.guardian_id = own OR NOT (
            subject IN (SELECT mine FROM linli.own_children() AS mine)
            OR (held.household_id IN (SELECT mine FROM linli.own_households() AS mine)
                AND NOT linli.is_child(estate, own)))
        THEN
            RETURN 'unknown';
        ELSIF held.ends <= at THEN
            RETURN 'over';
        END IF;
    ELSIF NOT EXISTS (
        SELECT
        FROM linli.consent_purpose AS p
        WHERE p.code = object_family.purpose
            AND linli.has_guardian_right(own, subject, p.guardian_right))
    THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.family_objection (estate_id, id, child_id, guardianship_id, purpose, because,
        objected_by, objected_at)
    VALUES (estate, new_id, subject, guardianship, purpose, because, own, at)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'again';
    END IF;
    PERFORM linli.tell_family(event, 'family.objected', subject, ARRAY[own],
        CASE WHEN guardianship IS NULL THEN ARRAY(SELECT linli.guardians_of(subject))
            ELSE ARRAY[held.guardian_id] END,
        json_build_object('objection', new_id, 'child', subject));
    UPDATE linli.family_objection AS o
    SET task_id = linli.raise_task('consent-objection', new_id, subject, NULL, NULL,
        ARRAY[own, held.guardian_id] || ARRAY(SELECT linli.guardians_of(subject)))
    WHERE o.estate_id = estate AND o.id = new_id;
    RETURN 'raised';
END
$$;

-- Decides an objection, as an office that is not of these households. Verdicts: decided; unknown,
-- own, again.
CREATE FUNCTION linli.decide_objection(wanted uuid, verdict text, because text, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    raised linli.family_objection;
    held linli.guardianship;
    told uuid[];
BEGIN
    SELECT * INTO raised
    FROM linli.family_objection AS o
    WHERE o.estate_id = estate AND o.id = wanted
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee', 'social_worker')
    THEN
        RETURN 'unknown';
    ELSIF raised.decision IS NOT NULL THEN
        RETURN 'again';
    ELSIF linli.is_own_household(raised.child_id) OR raised.objected_by = linli.person_id() THEN
        RETURN 'own';
    END IF;
    SELECT * INTO held
    FROM linli.guardianship AS g
    WHERE g.estate_id = estate AND g.id = raised.guardianship_id
    FOR NO KEY UPDATE;
    told := ARRAY(SELECT linli.guardians_of(raised.child_id))
        || ARRAY_REMOVE(ARRAY[raised.objected_by, held.guardian_id], NULL);
    UPDATE linli.family_objection AS o
    SET decision = verdict, decided_by = linli.person_id(), decided_at = at,
        decided_because = decide_objection.because
    WHERE o.estate_id = estate AND o.id = wanted;
    IF verdict = 'upheld' AND held.ends > at THEN
        UPDATE linli.guardianship AS g
        SET ends = at, ended_by = linli.person_id(), ended_because = because
        WHERE g.estate_id = estate AND g.id = held.id;
        PERFORM linli.family_changed(held.child_id);
    END IF;
    PERFORM linli.tell_family(event, 'family.decided', raised.child_id, ARRAY[]::uuid[], told,
        json_build_object('objection', wanted, 'child', raised.child_id, 'decision', verdict));
    IF raised.task_id IS NOT NULL THEN
        PERFORM linli.finish_task(raised.task_id, verdict);
    END IF;
    RETURN 'decided';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.open_child(uuid, text, text),
    linli.enter_child(uuid, uuid, uuid, text, text, bytea, date, date, uuid),
    linli.children_seen(uuid), linli.child_bookings(uuid, timestamptz, uuid, integer),
    linli.child_names(uuid[]), linli.child_birth(uuid),
    linli.declare_guardianship(uuid, uuid, date, date, uuid),
    linli.record_guardianship(uuid, uuid, uuid, text[], text, timestamptz, date, date, uuid),
    linli.end_guardianship(uuid, text, uuid),
    linli.guardianships_seen(uuid, uuid, uuid, integer),
    linli.object_family(uuid, uuid, uuid, text, text, uuid),
    linli.decide_objection(uuid, text, text, uuid)
    TO linli;
