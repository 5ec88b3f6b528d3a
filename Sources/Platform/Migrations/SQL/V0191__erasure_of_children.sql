-- Erasure of a child that signs in to nothing: a guardian asks, every guardian is told and may take it
-- back, and only what none of them took back is carried out. One who signs in asks itself.

-- Whether the principal may ask for a child what this file gives to guardians.
CREATE FUNCTION linli.erases_for(child uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL
        AND linli.has_guardian_right(linli.person_id(), child, 'activities')
        AND EXISTS (
            SELECT
            FROM linli.person AS p
            WHERE p.estate_id = linli.estate_id() AND p.id = child AND p.account_id IS NULL
                AND p.origin = 'resident' AND p.state IN ('active', 'away', 'in_hospital'));
END
$$;

-- The guardians of a child who may take it back.
CREATE FUNCTION linli.erasers_of(child uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT g.guardian_id
        FROM linli.live_guardianships(linli.estate_id(), child) AS g
        WHERE 'activities' = ANY (g.rights)
        ORDER BY g.guardian_id);
END
$$;

-- Asks for a child's. Verdicts: asked; unknown, there.
CREATE FUNCTION linli.ask_child_erasure(new_id uuid, child uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    due CONSTANT timestamptz := at + linli.kept_for('cooling_off');
    guardians uuid[];
BEGIN
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = child
    FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT linli.erases_for(child) THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.erasure (estate_id, id, person_id, asked_by, asked_at, due_at)
    VALUES (estate, new_id, child, linli.person_id(), at, due)
    ON CONFLICT (estate_id, person_id) WHERE withdrawn_at IS NULL DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    guardians := linli.erasers_of(child);
    PERFORM linli.append_event(event, 'erasure.asked',
        ARRAY(SELECT 'person:' || g FROM unnest(guardians) AS g), ARRAY[child],
        json_build_object('erasure', new_id)::text);
    PERFORM linli.notify(event, 'child.erasureAsked', 'child', child,
        json_build_object('until', due)::text, guardians);
    RETURN 'asked';
END
$$;

-- Takes a child's back. Verdicts: withdrawn; unknown, late.
CREATE FUNCTION linli.withdraw_child_erasure(child uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.erasure;
    guardians uuid[];
BEGIN
    SELECT * INTO held FROM linli.erasure AS e
    WHERE e.estate_id = estate AND e.person_id = child AND e.withdrawn_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT linli.erases_for(child) THEN
        RETURN 'unknown';
    ELSIF held.decided_at IS NOT NULL THEN
        RETURN 'late';
    END IF;
    UPDATE linli.erasure AS e
    SET withdrawn_at = linli.instant()
    WHERE e.estate_id = estate AND e.id = held.id;
    guardians := linli.erasers_of(child);
    PERFORM linli.append_event(event, 'erasure.withdrawn',
        ARRAY(SELECT 'person:' || g FROM unnest(guardians) AS g), ARRAY[child],
        json_build_object('erasure', held.id)::text);
    PERFORM linli.notify(event, 'child.erasureWithdrawn', 'child', child, '{}', guardians);
    RETURN 'withdrawn';
END
$$;

-- A child's that was asked for and not taken back, and what hinders it now; for its guardians.
CREATE FUNCTION linli.child_erasure(child uuid)
    RETURNS TABLE (asked_at timestamptz, due_at timestamptz, hindrances text[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT e.asked_at, e.due_at, linli.erasure_hindrances(e.person_id)
        FROM linli.erasure AS e
        WHERE e.estate_id = linli.estate_id() AND e.person_id = child
            AND e.withdrawn_at IS NULL AND e.done_at IS NULL AND linli.erases_for(child);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.erases_for(uuid), linli.ask_child_erasure(uuid, uuid, uuid),
    linli.withdraw_child_erasure(uuid, uuid), linli.child_erasure(uuid)
    TO linli;
