-- Notices (站内通知): what a person is told of a change that concerns it; and the household that one
-- person can see, for whom to take along.
--
-- A notice is written in the transaction of the change, beside its event, whose id it has: one event
-- tells a person once. It holds ids and codes; its words are made when it is read, and whatever it
-- names is looked up by its reader's rights of that moment.

CREATE TABLE linli.notice (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The event that it tells of.
    id uuid NOT NULL,
    kind text NOT NULL,
    -- What it leads to.
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    -- Ids, codes and instants that its words need: never a name or free text.
    details json NOT NULL,
    at timestamptz NOT NULL,
    read_at timestamptz,
    -- 730 days after it was given, 180 after it was read.
    expires_at timestamptz NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (estate_id, person_id, id),
    CONSTRAINT notice_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT notice_kind_code CHECK (kind ~ '^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*){1,3}$'
        AND octet_length(kind) <= 64),
    CONSTRAINT notice_subject_kind_code CHECK (subject_kind ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT notice_details_object CHECK (json_typeof(details) = 'object'
        AND octet_length(details::text) <= 2048),
    CONSTRAINT notice_read_later CHECK (read_at >= at),
    CONSTRAINT notice_expires_later CHECK (expires_at > at)
);
CREATE INDEX notice_unread ON linli.notice (estate_id, person_id, id) WHERE read_at IS NULL;
CREATE INDEX notice_by_end ON linli.notice (estate_id, expires_at);

-- Tells persons of an event that this very transaction has written; the doer is not told of its own
-- act, the one it acts for is. Returns how many were told.
CREATE FUNCTION linli.notify(
    event uuid, kind text, subject_kind text, subject uuid, details text, persons uuid[])
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    instant CONSTANT timestamptz := linli.instant();
    told bigint;
BEGIN
    -- Not yet numbered, of this instant and this doer: nobody can tell of what it has not done.
    IF NOT EXISTS (
        SELECT
        FROM linli.event AS e
        WHERE e.estate_id = estate
            AND e.event_id = notify.event
            AND e.seq IS NULL
            AND e.at = linli.instant()
            AND e.actor_kind = linli.principal_kind()
            AND e.actor_id IS NOT DISTINCT FROM linli.person_id())
    THEN
        RAISE EXCEPTION 'a notice tells of an event of its own transaction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_of_event';
    END IF;
    INSERT INTO linli.notice
        (estate_id, person_id, id, kind, subject_kind, subject_id, details, at, expires_at)
    SELECT estate, p.id, notify.event, notify.kind, notify.subject_kind, notify.subject,
        notify.details::json, instant, instant + interval '730 days'
    FROM linli.person AS p
    WHERE p.estate_id = estate
        AND p.id = ANY (persons)
        AND p.id IS DISTINCT FROM linli.person_id()
        AND p.state IN ('active', 'away', 'in_hospital')
    ON CONFLICT ON CONSTRAINT notice_pkey DO NOTHING;
    GET DIAGNOSTICS told = ROW_COUNT;
    RETURN told;
END
$$;

ALTER TABLE linli.notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.notice FORCE ROW LEVEL SECURITY;
CREATE POLICY notice_owner ON linli.notice TO linli_owner USING (true) WITH CHECK (true);
-- A notice is read and marked by its person, or for it.
CREATE POLICY notice_own ON linli.notice FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.subject_id()));
CREATE POLICY notice_receive ON linli.notice FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.subject_id())
        AND read_at IS NULL)
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.subject_id())
        AND read_at = (SELECT linli.instant())
        AND expires_at = (SELECT linli.instant()) + interval '180 days');
CREATE POLICY notice_sweep_read ON linli.notice FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'notice-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND expires_at <= (SELECT linli.instant()));
CREATE POLICY notice_sweep ON linli.notice FOR DELETE TO linli
    USING ((SELECT linli.job_name()) = 'notice-sweep'
        AND estate_id = (SELECT linli.estate_id())
        AND expires_at <= (SELECT linli.instant()));

GRANT SELECT, DELETE, UPDATE (read_at, expires_at) ON linli.notice TO linli;
GRANT EXECUTE ON FUNCTION linli.notify(uuid, text, text, uuid, text, uuid[]) TO linli;

-- The household ---------------------------------------------------------------------------------

-- Who belongs to the principal's households now: name, standing, and the sealed day of birth, from
-- which the server tells children from adults. It hands out nothing of the day itself.
CREATE FUNCTION linli.household_members()
    RETURNS TABLE (household_id uuid, person_id uuid, display_name text, role_in_household text,
        birth_sealed bytea, today date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT m.household_id, p.id, p.display_name, m.role_in_household, s.value_sealed,
            (at AT TIME ZONE e.zone)::date
        FROM linli.own_households() AS own
        JOIN linli.estate AS e ON e.estate_id = estate
        JOIN linli.membership AS m ON m.estate_id = estate AND m.household_id = own
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = estate AND s.person_id = p.id
            AND s.field = 'birth_date'
        WHERE m.begins <= at
            AND m.ends > at
            AND p.state IN ('active', 'away', 'in_hospital')
        ORDER BY m.household_id, m.begins, p.id
        LIMIT 200;
END
$$;
GRANT EXECUTE ON FUNCTION linli.household_members() TO linli;
