-- What a block costs a page of events: who is kept apart is asked once a statement, where an event of a
-- person is met at all, and in one function without another's rows between.

-- As before, in one query; one who is named twice stands twice.
CREATE OR REPLACE FUNCTION linli.own_apart() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    subject CONSTANT uuid := linli.subject_id();
BEGIN
    IF own IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT b.other_id
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.blocker_id IN (own, subject) AND b.ended_at IS NULL
        UNION ALL
        SELECT b.blocker_id
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.other_id IN (own, subject) AND b.ended_at IS NULL
        UNION ALL
        SELECT p.other_id
        FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.protected_id IN (own, subject) AND p.ended_at IS NULL
            AND p.begins <= at AND p.ends > at
        UNION ALL
        SELECT p.protected_id
        FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.other_id IN (own, subject) AND p.ended_at IS NULL
            AND p.begins <= at AND p.ends > at);
END
$$;

-- As before; from nobody kept apart is nothing that any event names.
ALTER POLICY event_apart ON linli.event
    USING ((SELECT linli.job_name()) IS NOT NULL
        OR NOT linli.is_of_person(kind)
        OR NOT array_append(about, actor_id) && (SELECT linli.own_apart())::uuid[]
        OR linli.event_visible(audience, (SELECT linli.own_duty_keys())));
