-- One announcement by its id takes as long when it is forbidden as when there is none.
--
-- A policy looks up the principal's keys only once there is a row to judge, which tells the two
-- apart by time. Here they are looked up first, always.

-- The id again, if the principal may see the announcement; NULL otherwise. It can only narrow: what
-- reads by the id that it gives is still judged by the policies.
CREATE FUNCTION linli.readable_announcement(wanted uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    seen CONSTANT text[] := linli.own_event_keys();
    spoken CONSTANT text[] := linli.own_announcement_keys();
BEGIN
    RETURN (
        SELECT a.id
        FROM linli.announcement AS a
        WHERE a.estate_id = estate AND a.id = wanted
            AND linli.event_visible(a.audience, seen)
            AND ((a.withdrawn_at IS NULL AND a.begins <= at AND a.ends > at)
                OR linli.announceable(a.addressed, spoken)));
END
$$;
GRANT EXECUTE ON FUNCTION linli.readable_announcement(uuid) TO linli;

-- How far an announcement has come, for those who may publish it; no row for others.
--
-- A household counts once however many of its members read it, and only while it lives here.
CREATE OR REPLACE FUNCTION linli.announcement_readers(announcement uuid)
    RETURNS TABLE (version integer, persons bigint, households_read bigint,
        households_current bigint, households_addressed bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    spoken CONSTANT text[] := linli.own_announcement_keys();
    subject linli.announcement;
BEGIN
    SELECT * INTO subject
    FROM linli.announcement AS a
    WHERE a.estate_id = estate AND a.id = linli.readable_announcement(announcement);
    IF NOT FOUND OR NOT linli.announceable(subject.addressed, spoken) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH member AS MATERIALIZED (
        SELECT m.household_id, m.person_id
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE m.estate_id = estate
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
    ), addressee AS MATERIALIZED (
        SELECT k.person_id
        FROM linli.event_keys(
            estate, (SELECT array_agg(DISTINCT member.person_id) FROM member)) AS k
        GROUP BY k.person_id
        HAVING linli.event_visible(subject.addressed, array_agg(k.key))
    ), counted AS MATERIALIZED (
        SELECT member.household_id, r.person_id, r.version
        FROM addressee
        JOIN member ON member.person_id = addressee.person_id
        LEFT JOIN linli.announcement_receipt AS r ON r.estate_id = estate
            AND r.announcement_id = announcement AND r.person_id = member.person_id
    )
    SELECT subject.version,
        (SELECT count(*) FROM linli.announcement_receipt AS r
            WHERE r.estate_id = estate AND r.announcement_id = announcement),
        count(DISTINCT c.household_id) FILTER (WHERE c.person_id IS NOT NULL),
        count(DISTINCT c.household_id) FILTER (WHERE c.version = subject.version),
        count(DISTINCT c.household_id)
    FROM counted AS c;
END
$$;
