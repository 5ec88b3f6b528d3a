-- Who keeps two apart holds their shifts to come before their agendas and their pairing: whoever takes a shift
-- holds it and then the agenda. Else the two wait for each other. docs/help/groups.md.

-- The shifts to come that some persons have promised or are asked for, held. For the functions here alone.
CREATE FUNCTION linli.help_shifts_hold(persons uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    PERFORM FROM linli.help_shift AS s
    WHERE s.estate_id = estate AND s.begins > linli.instant() AND EXISTS (
        SELECT FROM linli.help_seat AS o
        WHERE o.estate_id = estate AND o.shift_id = s.id AND o.person_id = ANY (persons)
            AND o.state IN ('proposed', 'confirmed'))
    ORDER BY s.id
    FOR UPDATE;
END
$$;

-- As before; shifts first.
CREATE OR REPLACE FUNCTION linli.visit_safety(new_id uuid, visit uuid, is_safe boolean, sealed bytea)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    v linli.help_visit;
    side text;
    victim uuid;
    other uuid;
BEGIN
    SELECT * INTO v FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = visit;
    side := linli.help_side(v);
    IF coalesce(side, 'office') = 'office' OR v.person_id IS NULL THEN
        RETURN 'unknown';
    ELSIF v.checked_in_at IS NULL AND at < v.begins THEN
        RETURN 'early';
    ELSIF is_safe THEN
        RETURN 'done';
    END IF;
    victim := CASE side WHEN 'helper' THEN v.helper_id ELSE v.person_id END;
    other := CASE side WHEN 'helper' THEN v.person_id ELSE v.helper_id END;
    PERFORM linli.help_shifts_hold(ARRAY[victim, other]);
    -- Nobody promises them to each other between this and the commit.
    PERFORM linli.agenda_take(ARRAY(SELECT p FROM unnest(ARRAY[victim, other]) AS p ORDER BY p));
    INSERT INTO linli.help_safety_report (estate_id, id, visit_id, person_id, said_by, other_id,
        said_at, note_sealed)
    VALUES (estate, new_id, visit, victim, linli.person_id(), other, at, sealed)
    ON CONFLICT ON CONSTRAINT help_safety_report_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    IF v.child_id IS NOT NULL AND side = 'person' AND v.child_id <> v.person_id THEN
        INSERT INTO linli.help_safety_report (estate_id, id, visit_id, person_id, said_by, other_id,
            said_at)
        VALUES (estate, linli.fresh_id(at), visit, v.child_id, linli.person_id(), other, at)
        ON CONFLICT ON CONSTRAINT help_safety_report_once DO NOTHING;
    END IF;
    PERFORM linli.help_visits_end(ARRAY(
        SELECT o.id FROM linli.help_visit AS o
        WHERE o.estate_id = estate AND o.state = 'planned'
            AND ((o.helper_id = other AND (o.person_id = victim OR o.child_id = v.child_id))
                OR (o.helper_id = victim AND o.person_id = other))
        ORDER BY o.id), 'office', true);
    PERFORM linli.part_conversations(ARRAY[victim], ARRAY[other]);
    PERFORM linli.raise_task('help-safety', new_id, NULL, NULL, NULL, linli.help_concerned(v));
    RETURN 'done';
END
$$;

-- Triggers of a table run by their names: these before those that end pairings.
CREATE FUNCTION linli.block_ahead_shifts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_shifts_hold(ARRAY[NEW.blocker_id, NEW.other_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER block_ahead_shifts AFTER INSERT ON linli.block
    FOR EACH ROW EXECUTE FUNCTION linli.block_ahead_shifts();

CREATE FUNCTION linli.protection_ahead_shifts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_shifts_hold(ARRAY(
        SELECT p FROM fresh AS n CROSS JOIN LATERAL unnest(ARRAY[n.protected_id, n.other_id]) AS p));
    RETURN NULL;
END
$$;
CREATE TRIGGER protection_ahead_shifts AFTER INSERT ON linli.protection
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION linli.protection_ahead_shifts();

CREATE FUNCTION linli.ban_ahead_shifts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_shifts_hold(ARRAY[NEW.person_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER ban_ahead_shifts AFTER INSERT ON linli.safety_ban
    FOR EACH ROW EXECUTE FUNCTION linli.ban_ahead_shifts();
