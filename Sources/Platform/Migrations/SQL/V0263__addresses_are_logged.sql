-- Whoever comes to help reads where somebody lives: that leaves a line in its record like the reading of an office.
-- And a delegate reads whether she for whom it acts is on the care list. docs/people/reading.md has the rules.

-- By a role, or as one who helps.
ALTER TABLE linli.record_read
    ALTER COLUMN reader_role TYPE text,
    ADD CONSTRAINT record_read_role_code CHECK (reader_role ~ '^[a-z][a-z_]{0,39}$');

-- Logs that the principal, who helps them, reads where these persons live: once a day as all lines. For the
-- functions here alone.
CREATE FUNCTION linli.log_addresses(about uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    reader CONSTANT uuid := linli.person_id();
BEGIN
    INSERT INTO linli.record_read (estate_id, id, reader_id, reader_role, about_id, kind, purpose,
        on_day, at)
    SELECT estate, linli.fresh_id(at), reader, 'helper', p.id, 'address', 'visit',
        linli.local_day(), at
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = ANY (about) AND p.id <> reader
    ORDER BY p.id
    ON CONFLICT ON CONSTRAINT record_read_once DO NOTHING;
END
$$;

-- Those who live where some visits are, if it is a home: who is helped, and the child. For the functions here alone.
CREATE FUNCTION linli.visits_at_home(visits uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT w.id
        FROM linli.help_visit AS v
        JOIN linli.place AS u ON u.estate_id = v.estate_id AND u.id = v.place_id
            AND u.kind = 'residence'
        CROSS JOIN LATERAL unnest(ARRAY[v.person_id, v.child_id]) AS w (id)
        WHERE v.estate_id = linli.estate_id() AND v.id = ANY (visits) AND w.id IS NOT NULL);
END
$$;

ALTER FUNCTION linli.visits_seen(uuid, bigint, uuid, bigint) RENAME TO visits_shown;
REVOKE EXECUTE ON FUNCTION linli.visits_shown(uuid, bigint, uuid, bigint) FROM linli;

-- As before; a helper's reading of an address is logged, of a page what is on it.
CREATE FUNCTION linli.visits_seen(one_id uuid, after_sort bigint, after_id uuid, rows_max bigint)
    RETURNS TABLE (sort bigint, id uuid, kind text, side text, state text, begins timestamptz,
        ends timestamptz, helper uuid, helper_name text, person uuid, person_name text, child uuid,
        place uuid, address_zh text, address_en text, checked_in_at timestamptz,
        checked_out_at timestamptz, helper_confirmed_at timestamptz,
        person_confirmed_at timestamptz, because text, cash_fen bigint, paid_fen bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    PERFORM linli.log_addresses(linli.visits_at_home(ARRAY(
        SELECT s.id
        FROM linli.visits_shown(one_id, after_sort, after_id,
            rows_max - CASE WHEN one_id IS NULL THEN 1 ELSE 0 END) AS s
        WHERE s.side = 'helper' AND s.place IS NOT NULL)));
    RETURN QUERY
        SELECT s.* FROM linli.visits_shown(one_id, after_sort, after_id, rows_max) AS s;
END
$$;

ALTER FUNCTION linli.own_help_proposals(uuid, uuid, bigint) RENAME TO help_proposals_shown;
REVOKE EXECUTE ON FUNCTION linli.help_proposals_shown(uuid, uuid, bigint) FROM linli;

-- As before; the reading of an address is logged, of a page what is on it.
CREATE FUNCTION linli.own_help_proposals(one uuid, before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, origin text, kind text, begins timestamptz, ends timestamptz,
        minutes integer, urgency text, place_zh text, place_en text, state text,
        until timestamptz, reasons text, visit_id uuid, person_name text, address_zh text,
        address_en text, conversation_id uuid, request_id uuid, words_sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    PERFORM linli.log_addresses(linli.visits_at_home(ARRAY(
        SELECT s.visit_id
        FROM linli.help_proposals_shown(one, before_id,
            rows_max - CASE WHEN one IS NULL THEN 1 ELSE 0 END) AS s
        WHERE s.visit_id IS NOT NULL)));
    RETURN QUERY
        SELECT s.* FROM linli.help_proposals_shown(one, before_id, rows_max) AS s;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.visits_seen(uuid, bigint, uuid, bigint), linli.own_help_proposals(uuid, uuid, bigint)
    TO linli;

-- As before, for the one for whom the principal acts.
CREATE OR REPLACE FUNCTION linli.own_care()
    RETURNS TABLE (id uuid, class text, basis text, entered_at timestamptz, entered_by uuid,
        entered_name text, steward_id uuid, steward_name text, turn_id uuid, turn_name text,
        last_contact_at timestamptz, due_on date, is_paused boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT e.id, e.class, e.basis, e.entered_at, e.entered_by, n.display_name, e.steward_id,
            s.display_name, t.person_id, h.display_name, e.last_contact_at, e.due_on,
            NOT linli.person_available(estate, e.person_id)
        FROM linli.care_entry AS e
        JOIN linli.person AS n ON n.estate_id = estate AND n.id = e.entered_by
        JOIN linli.person AS s ON s.estate_id = estate AND s.id = e.steward_id
        LEFT JOIN LATERAL linli.care_turn_of(e) AS t ON true
        LEFT JOIN linli.person AS h ON h.estate_id = estate AND h.id = t.person_id
        WHERE e.estate_id = estate AND e.person_id = linli.subject_id()
            AND e.ended_at IS NULL
            AND linli.on_care_list(e.person_id);
END
$$;
