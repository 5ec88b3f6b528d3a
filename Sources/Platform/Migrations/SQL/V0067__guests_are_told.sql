-- The guests of an activity hear of what its doer may not know whom it concerns: that it has another
-- organiser.

-- Tells those who hold a place at a coming meeting of an activity, are offered one or wait, and
-- whom they bring, of an event of this very transaction that is about it. Nobody learns who they
-- are. Returns how many were told.
CREATE FUNCTION linli.notify_guests(event uuid, kind text, activity uuid) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM linli.event AS e
        WHERE e.estate_id = estate AND e.event_id = notify_guests.event
            AND e.payload ->> 'activity' = notify_guests.activity::text)
    THEN
        RAISE EXCEPTION 'guests are told of what happens to their activity'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_of_activity';
    END IF;
    RETURN linli.notify(event, kind, 'activity', activity, '{}', ARRAY(
        SELECT DISTINCT guest.id
        FROM linli.activity_occurrence AS o
        JOIN linli.reservation AS r ON r.estate_id = o.estate_id
            AND r.capacity_id = o.capacity_id AND r.state <> 'ended'
            AND (r.until IS NULL OR r.until > at)
        LEFT JOIN linli.reservation_member AS m
            ON m.estate_id = r.estate_id AND m.reservation_id = r.id AND m.is_live
        CROSS JOIN LATERAL (VALUES (r.holder_id), (m.person_id)) AS guest (id)
        WHERE o.estate_id = estate AND o.activity_id = notify_guests.activity
            AND o.state = 'scheduled' AND o.ends > at AND guest.id IS NOT NULL
            AND (r.state <> 'waiting' OR o.begins > at)));
END
$$;
GRANT EXECUTE ON FUNCTION linli.notify_guests(uuid, text, uuid) TO linli;
