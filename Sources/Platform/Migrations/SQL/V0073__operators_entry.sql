-- What operators do about who is known: they see who is unclaimed and who is new, enter a person,
-- prove one in person, and take a proof back; each with a reason, and never for their own household.

-- Where a person belongs now, as far as who lets people in there may read it: an array of objects.
-- For the functions here alone.
CREATE FUNCTION linli.homes_of(person uuid, places uuid[]) RETURNS json
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_object('household', h.id, 'residence', p.id,
            'place_zh', concat_ws(' ', b.name_zh, s.name_zh, p.name_zh),
            'place_en', concat_ws(' ', b.name_en, s.name_en, p.name_en),
            'standing', m.role_in_household) ORDER BY m.begins, m.id), '[]')
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        LEFT JOIN linli.place AS p ON p.estate_id = h.estate_id AND p.id = h.residence_id
        LEFT JOIN linli.place AS b ON b.estate_id = p.estate_id AND b.id = p.building_id
        LEFT JOIN linli.place AS s ON s.estate_id = p.estate_id AND s.id = p.stair_id
        WHERE m.estate_id = estate AND m.person_id = person
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
            AND (places IS NULL OR p.stair_id = ANY (places) OR p.building_id = ANY (places)));
END
$$;

-- Who is unclaimed, by id, or has claimed within so many days, the latest first: for the residents'
-- committee those of the estate, for a stair leader those of the stair; nobody for others.
CREATE FUNCTION linli.people(
    is_new boolean, after_at timestamptz, after_id uuid, days integer, rows_max integer)
    RETURNS TABLE (person_id uuid, display_name text, level text, since timestamptz, homes json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    places CONSTANT uuid[] := CASE WHEN linli.has_role('residents_committee', 'stair_leader')
        THEN NULL ELSE linli.led_places() END;
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR cardinality(places) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.display_name, linli.level_of(estate, p.id),
            coalesce(p.claimed_at, p.created_at), linli.homes_of(p.id, places)
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.origin = 'resident'
            AND p.state IN ('active', 'away', 'in_hospital')
            AND CASE WHEN is_new
                THEN p.claimed_at > at - days * interval '1 day'
                    AND (p.claimed_at, p.id) < (after_at, after_id)
                ELSE p.claimed_at IS NULL AND p.id > after_id END
            AND (places IS NULL OR EXISTS (
                SELECT
                FROM linli.membership AS m
                JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
                JOIN linli.place AS r ON r.estate_id = h.estate_id AND r.id = h.residence_id
                WHERE m.estate_id = estate AND m.person_id = p.id
                    AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
                    AND (r.stair_id = ANY (places) OR r.building_id = ANY (places))))
        ORDER BY CASE WHEN is_new THEN p.claimed_at END DESC,
            CASE WHEN is_new THEN p.id END DESC, p.id
        LIMIT least(rows_max, 101);
END
$$;

-- The residences below a place (NULL: of the estate), by id, with who lives there now: for those who
-- may let people in there, nothing for others.
CREATE FUNCTION linli.residences(place uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (residence_id uuid, place_zh text, place_en text, households json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    places CONSTANT uuid[] := CASE WHEN linli.has_role('residents_committee', 'stair_leader')
        THEN NULL ELSE linli.led_places() END;
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR cardinality(places) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, concat_ws(' ', b.name_zh, s.name_zh, r.name_zh),
            concat_ws(' ', b.name_en, s.name_en, r.name_en),
            (SELECT coalesce(json_agg(json_build_object('id', h.id, 'members', (
                SELECT coalesce(json_agg(json_build_object('person', p.id,
                    'display_name', p.display_name, 'standing', m.role_in_household,
                    'is_claimed', p.claimed_at IS NOT NULL) ORDER BY m.begins, m.id), '[]')
                FROM linli.membership AS m
                JOIN linli.person AS p ON p.estate_id = m.estate_id AND p.id = m.person_id
                WHERE m.estate_id = estate AND m.household_id = h.id
                    AND m.begins <= at AND m.ends > at
                    AND p.state IN ('active', 'away', 'in_hospital'))) ORDER BY h.begins, h.id),
                '[]')
            FROM linli.household AS h
            WHERE h.estate_id = estate AND h.residence_id = r.id
                AND h.begins <= at AND h.ends > at)
        FROM linli.place AS r
        LEFT JOIN linli.place AS b ON b.estate_id = r.estate_id AND b.id = r.building_id
        LEFT JOIN linli.place AS s ON s.estate_id = r.estate_id AND s.id = r.stair_id
        WHERE r.estate_id = estate AND r.kind = 'residence' AND r.id > after_id
            AND (places IS NULL OR r.stair_id = ANY (places) OR r.building_id = ANY (places))
            AND (place IS NULL OR place IN (r.id, r.stair_id, r.building_id))
        ORDER BY r.id
        LIMIT least(rows_max, 101);
END
$$;

-- The names of persons as their reader may know them: itself, its households, and those who live
-- where it may let people in, with where they live.
CREATE FUNCTION linli.person_names(persons uuid[])
    RETURNS TABLE (person_id uuid, name_zh text, name_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    members CONSTANT uuid[] := ARRAY(
        SELECT own FROM linli.own_household_members() AS own);
    places CONSTANT uuid[] := CASE WHEN linli.has_role('residents_committee', 'stair_leader')
        THEN NULL ELSE linli.led_places() END;
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, concat_ws(' ', home.place_zh, p.display_name),
            concat_ws(', ', p.display_name, home.place_en)
        FROM linli.person AS p
        LEFT JOIN LATERAL (
            SELECT one.home ->> 'place_zh' AS place_zh, one.home ->> 'place_en' AS place_en
            FROM json_array_elements(linli.homes_of(p.id, places))
                WITH ORDINALITY AS one (home, number)
            WHERE p.id <> ALL (members)
            ORDER BY one.number DESC
            LIMIT 1
        ) AS home ON true
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND (p.id = linli.person_id() OR p.id = ANY (members) OR places IS NULL
                OR home.place_zh IS NOT NULL);
END
$$;

-- Entering a person -----------------------------------------------------------------------------

-- Looks at where the residents' committee wants to enter a person, and waits for others who do so
-- there. Verdicts: open, with the day there and the namesakes of that household; not_operator,
-- unknown, own.
CREATE FUNCTION linli.open_entry(household uuid, residence uuid, name text)
    RETURNS TABLE (verdict text, person_id uuid, birth_sealed bytea, today date)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    home uuid := residence;
BEGIN
    SELECT (at AT TIME ZONE e.zone)::date INTO today
    FROM linli.estate AS e
    WHERE e.estate_id = estate;
    IF NOT linli.has_role('residents_committee') OR linli.beneficiary_id() IS NOT NULL THEN
        verdict := 'not_operator';
    ELSIF household IS NOT NULL THEN
        SELECT h.residence_id INTO home
        FROM linli.household AS h
        WHERE h.estate_id = estate AND h.id = household AND h.begins <= at AND h.ends > at
        FOR NO KEY UPDATE;
        IF NOT FOUND OR residence <> home THEN
            verdict := 'unknown';
        END IF;
    ELSIF NOT EXISTS (
        SELECT
        FROM linli.place AS p
        WHERE p.estate_id = estate AND p.id = residence AND p.kind = 'residence')
    THEN
        verdict := 'unknown';
    END IF;
    IF verdict IS NULL AND (coalesce(linli.lives_at(home), false)
        OR household IN (SELECT own FROM linli.own_households() AS own))
    THEN
        verdict := 'own';
    END IF;
    IF verdict IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    -- Two entries of a new household at one residence wait for each other as well.
    PERFORM pg_advisory_xact_lock(hashtextextended('entry/' || coalesce(home, household), 73));
    verdict := 'open';
    RETURN NEXT;
    FOR person_id, birth_sealed IN
        SELECT p.id, s.value_sealed
        FROM linli.household AS h
        JOIN linli.membership AS m ON m.estate_id = h.estate_id AND m.household_id = h.id
        JOIN linli.person AS p ON p.estate_id = m.estate_id AND p.id = m.person_id
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = p.estate_id AND s.person_id = p.id
            AND s.field = 'birth_date'
        WHERE h.estate_id = estate AND p.display_name = name
            AND (h.id = household OR (household IS NULL AND h.residence_id = residence))
            AND h.begins <= at AND h.ends > at AND m.begins <= at AND m.ends > at
            AND p.state NOT IN ('dead', 'erased')
        ORDER BY p.id
    LOOP
        verdict := 'namesake';
        RETURN NEXT;
    END LOOP;
END
$$;

-- Enters an unclaimed person where linli.open_entry found it open in this transaction; the household
-- and the leaders of its stairs are told. The fields are sealed for the person, the phone for the
-- identifier; NULL: not given. Answers the household.
CREATE FUNCTION linli.enter_person(
    new_person uuid, new_account uuid, name text, language text, household uuid, residence uuid,
    standing text, reason text, birth_sealed bytea, contact_sealed bytea, new_identifier uuid,
    phone_hash bytea, phone_sealed bytea, event uuid) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    home uuid;
BEGIN
    IF NOT linli.has_role('residents_committee')
        OR household IN (SELECT own FROM linli.own_households() AS own)
        OR linli.lives_at(residence)
    THEN
        RAISE EXCEPTION 'only the residents'' committee enters a person, and not at home'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.account (id, created_at, language) VALUES (new_account, at, language);
    IF phone_hash IS NOT NULL THEN
        INSERT INTO linli.account_identifier (account_id, id, kind, value_hash, value_sealed,
            created_at)
        VALUES (new_account, new_identifier, 'phone', phone_hash, phone_sealed, at);
    END IF;
    INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at)
    VALUES (estate, new_person, new_account, name, at);
    INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
    SELECT estate, new_person, given.field, given.value, at
    FROM (VALUES ('birth_date', birth_sealed), ('contact_phone', contact_sealed))
        AS given (field, value)
    WHERE given.value IS NOT NULL;
    home := linli.settle(estate, new_person, household, residence, standing, 'operator',
        linli.person_id(), reason, at);
    PERFORM linli.append_event(event, 'person.joined',
        linli.newcomer_audience(estate, new_person, ARRAY[home]), ARRAY[new_person],
        json_build_object('person', new_person, 'how', 'operator', 'household', home)::text);
    PERFORM linli.notify(event, 'person.joined', 'person', new_person, '{}',
        ARRAY(SELECT linli.told_of_newcomer(estate, new_person, ARRAY[home])));
    RETURN home;
END
$$;

-- Proofs ----------------------------------------------------------------------------------------

-- Whether a person is the principal or shares a household or a residence with it now: there it
-- proves nothing. For the functions here alone.
CREATE FUNCTION linli.is_own_household(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN person = linli.person_id() OR EXISTS (
        SELECT
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE m.estate_id = linli.estate_id() AND m.person_id = person
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
            AND (h.id IN (SELECT own FROM linli.own_households() AS own)
                OR linli.lives_at(h.residence_id)));
END
$$;

-- Whether a person is here: in the principal's estate, and able to act.
CREATE FUNCTION linli.is_here(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = person
            AND p.state IN ('active', 'away', 'in_hospital'));
END
$$;

-- Proves a person in person, by an operator who saw it and a document; the person is told. Verdicts:
-- given; unknown (no such person, or the principal is no such operator), own.
CREATE FUNCTION linli.give_proof(
    new_id uuid, person uuid, reason text, until timestamptz, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee', 'social_worker')
        OR NOT linli.is_here(person)
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(person) THEN
        RETURN 'own';
    END IF;
    INSERT INTO linli.proof (estate_id, id, person_id, level, how, proved_at, ends, by_person_id,
        because)
    VALUES (estate, new_id, person, 'in_person', 'desk', at, until, linli.person_id(), reason);
    PERFORM linli.append_event(event, 'proof.given',
        ARRAY['person:' || person, 'role:residents_committee', 'role:social_worker'],
        ARRAY[person], json_build_object('proof', new_id, 'person', person, 'level', 'in_person',
            'how', 'desk')::text);
    PERFORM linli.notify(event, 'proof.given', 'person', person, '{}', ARRAY[person]);
    RETURN 'given';
END
$$;

-- Takes a proof back for a reason; the person is told. Verdicts: withdrawn; unknown, own, again (it
-- was before), ended.
CREATE FUNCTION linli.withdraw_proof(person uuid, wanted uuid, reason text, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    proof linli.proof;
BEGIN
    SELECT * INTO proof
    FROM linli.proof AS f
    WHERE f.estate_id = estate AND f.id = wanted AND f.person_id = person
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT (linli.has_role('residents_committee')
            OR (proof.how = 'desk' AND linli.has_role('social_worker')))
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(person) THEN
        RETURN 'own';
    ELSIF proof.withdrawn_at IS NOT NULL THEN
        RETURN 'again';
    ELSIF proof.ends <= at THEN
        RETURN 'ended';
    END IF;
    UPDATE linli.proof AS f
    SET withdrawn_at = at, withdrawn_by = linli.person_id(), withdrawn_because = reason
    WHERE f.estate_id = estate AND f.id = wanted;
    PERFORM linli.append_event(event, 'proof.withdrawn',
        ARRAY['person:' || person, 'role:residents_committee', 'role:social_worker'],
        ARRAY[person], json_build_object('proof', wanted, 'person', person, 'level', proof.level,
            'how', proof.how)::text);
    PERFORM linli.notify(event, 'proof.withdrawn', 'person', person, '{}', ARRAY[person]);
    RETURN 'withdrawn';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.people(boolean, timestamptz, uuid, integer, integer),
    linli.residences(uuid, uuid, integer), linli.person_names(uuid[]),
    linli.open_entry(uuid, uuid, text),
    linli.enter_person(uuid, uuid, text, text, uuid, uuid, text, text, bytea, bytea, uuid, bytea,
        bytea, uuid),
    linli.is_here(uuid), linli.give_proof(uuid, uuid, text, timestamptz, uuid),
    linli.withdraw_proof(uuid, uuid, text, uuid)
    TO linli;
