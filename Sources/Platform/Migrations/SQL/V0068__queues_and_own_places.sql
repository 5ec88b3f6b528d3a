-- How a queue is served can change while people wait; meetings say what of their places is one's
-- own, and activities who organises them; and calendars keep what was lost, and forget what was
-- revoked.

-- As capacity_change before, and how the queue is served.
CREATE FUNCTION linli.capacity_change(
    capacity uuid, new_kinds text[], new_totals integer[], new_overall integer,
    new_cancel integer[], new_begins timestamptz, new_ends timestamptz, new_place uuid,
    new_opens timestamptz, new_closes timestamptz, is_closed boolean, new_offer integer,
    new_waiting_max integer
) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.capacity AS c
    SET kinds = new_kinds, totals = new_totals, overall = new_overall,
        held = c.held || array_fill(0, ARRAY[cardinality(new_kinds) - cardinality(c.kinds)]),
        cancel_minutes = new_cancel, begins = new_begins, ends = new_ends, place_id = new_place,
        opens_at = new_opens, closes_at = new_closes, offer_minutes = new_offer,
        waiting_max = new_waiting_max, version = c.version + 1,
        closed_at = CASE WHEN is_closed THEN coalesce(c.closed_at, linli.instant()) END
    WHERE c.estate_id = linli.estate_id() AND c.id = capacity
        -- What is stored stays aligned: kinds are only added.
        AND new_kinds[1:cardinality(c.kinds)] = c.kinds
        AND (linli.is_steward(c.thing_id) OR linli.job_name() IS NOT NULL
            OR linli.has_role('residents_committee'));
    IF NOT FOUND THEN
        -- Its event is in the same transaction: what is not changed must not be told.
        RAISE EXCEPTION 'the principal may not change this capacity, or not so'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN true;
END
$$;

-- Of a page of meetings each asks whether the reader has a place there: by these two alone.
CREATE INDEX reservation_own ON linli.reservation (estate_id, capacity_id, holder_id)
    WHERE state <> 'ended';

-- The subject's reservation at a capacity that lives now, that which brings it before one that it
-- only made; no row where there is none.
CREATE FUNCTION linli.own_reservation_at(capacity uuid)
    RETURNS TABLE (reservation_id uuid, state text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF subject IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.state
        FROM (
            SELECT m.reservation_id AS id, 1 AS number
            FROM linli.reservation_member AS m
            WHERE m.estate_id = estate AND m.capacity_id = capacity AND m.person_id = subject
                AND m.is_live
            UNION ALL
            SELECT h.id, 2
            FROM linli.reservation AS h
            WHERE h.estate_id = estate AND h.capacity_id = capacity AND h.holder_id = subject
                AND h.state <> 'ended'
        ) AS own
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = own.id
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = capacity
        WHERE r.state <> 'ended' AND (r.until IS NULL OR r.until > at)
            AND (r.state <> 'waiting' OR c.begins > at)
        ORDER BY own.number, r.id
        LIMIT 1;
END
$$;

-- The names under which those who look after an activity that the principal may read are known in
-- the estate, the organiser first, then by how long; nobody's for a visitor.
CREATE FUNCTION linli.steward_names(activity uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.person_id() IS NULL
        OR NOT (linli.is_steward(activity) OR linli.readable_activity(activity) IS NOT NULL)
    THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        SELECT p.display_name
        FROM linli.steward AS s
        JOIN linli.person AS p ON p.estate_id = s.estate_id AND p.id = s.person_id
        WHERE s.estate_id = estate AND s.thing_id = activity
        ORDER BY s.is_lead DESC, s.since, s.person_id);
END
$$;

-- When the meetings at some capacities are that the person has or had a place at and may not see any
-- more; of what they are, nothing.
CREATE FUNCTION linli.lost_meetings(capacities uuid[], since timestamptz, until timestamptz)
    RETURNS TABLE (occurrence_id uuid, capacity_id uuid, begins timestamptz, ends timestamptz,
        sequence integer, changed_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    seen CONSTANT text[] := linli.own_event_keys();
    own CONSTANT uuid[] := linli.own_activities();
BEGIN
    RETURN QUERY
        SELECT o.id, o.capacity_id, o.begins, o.ends, o.sequence, o.changed_at
        FROM linli.activity_occurrence AS o
        JOIN linli.activity AS a ON a.estate_id = estate AND a.id = o.activity_id
        WHERE o.estate_id = estate AND o.capacity_id = ANY (capacities)
            AND o.begins >= since AND o.begins < until
            AND NOT (o.activity_id = ANY (own) OR (linli.event_visible(o.audience, seen)
                AND linli.event_visible(a.audience, seen)))
            AND EXISTS (
                SELECT
                FROM linli.reservation AS r
                WHERE r.estate_id = estate AND r.capacity_id = o.capacity_id
                    AND (r.holder_id = person OR EXISTS (
                        SELECT
                        FROM linli.reservation_member AS m
                        WHERE m.estate_id = estate AND m.reservation_id = r.id
                            AND m.person_id = person)));
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.capacity_change(uuid, text[], integer[], integer, integer[], timestamptz, timestamptz,
        uuid, timestamptz, timestamptz, boolean, integer, integer),
    linli.own_reservation_at(uuid), linli.steward_names(uuid),
    linli.lost_meetings(uuid[], timestamptz, timestamptz)
    TO linli;

-- A revoked link is forgotten 90 days later; that it was, the log knows.
CREATE INDEX calendar_link_revoked ON linli.calendar_link (estate_id, revoked_at)
    WHERE revoked_at IS NOT NULL;
CREATE POLICY calendar_link_sweep_read ON linli.calendar_link FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'calendar-link-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND revoked_at <= (SELECT linli.instant()) - interval '90 days');
CREATE POLICY calendar_link_sweep ON linli.calendar_link FOR DELETE TO linli
    USING ((SELECT linli.job_name()) = 'calendar-link-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND revoked_at <= (SELECT linli.instant()) - interval '90 days');
GRANT DELETE ON linli.calendar_link TO linli;
