-- Protection beside families and records: a guardian from whom a child is protected has no right over it
-- for that term, and sees nothing of it; nobody watches over, or opens, the record of one who is protected
-- from it. And "where am I visible" names one's guardians.

-- As before, without guardians from whom the child is protected.
CREATE OR REPLACE FUNCTION linli.live_guardianships(estate uuid, child uuid) RETURNS SETOF linli.guardianship
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF estate IS DISTINCT FROM linli.estate_id() OR NOT linli.is_child(estate, child) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.*
        FROM linli.guardianship AS g
        JOIN linli.person AS p ON p.estate_id = g.estate_id AND p.id = g.guardian_id
        WHERE g.estate_id = estate AND g.child_id = child AND g.begins <= at AND g.ends > at
            AND p.state IN ('active', 'away', 'in_hospital')
            AND NOT EXISTS (
                SELECT
                FROM linli.protection AS s
                WHERE s.estate_id = estate AND s.protected_id = child
                    AND s.other_id = g.guardian_id AND s.ended_at IS NULL
                    AND s.begins <= at AND s.ends > at)
            AND (g.how = 'office' OR NOT EXISTS (
                SELECT
                FROM linli.family_objection AS o
                WHERE o.estate_id = estate AND o.child_id = child
                    AND o.guardianship_id = g.id AND o.decision IS NULL));
END
$$;

-- As before, and nobody from whom the person is protected.
CREATE OR REPLACE FUNCTION linli.may_watch(person uuid, watcher uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN person <> watcher AND linli.is_here(watcher) AND linli.claimed(watcher)
        AND NOT EXISTS (
            SELECT
            FROM linli.apart_pairs(ARRAY[person]) AS p
            WHERE p.other_id = watcher AND p.is_protection)
        AND (EXISTS (
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

-- As before, without those who are protected from the reader.
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
        AND p.id <> ALL (linli.own_unseen())
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

-- The principal's guardians, under the names by which it knows them.
CREATE FUNCTION linli.own_guardians() RETURNS TABLE (person_id uuid, display_name text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT p.id, p.display_name
        FROM linli.guardians_of(linli.person_id()) AS own
        JOIN linli.person AS p ON p.estate_id = linli.estate_id() AND p.id = own
        ORDER BY p.id;
END
$$;
GRANT EXECUTE ON FUNCTION linli.own_guardians() TO linli;
