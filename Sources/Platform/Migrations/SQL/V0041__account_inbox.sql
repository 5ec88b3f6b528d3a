-- One inbox of an account, however many estates it has a person in.
--
-- Row-level security stays whole: there is no policy that sees two estates, and nothing here runs as
-- the owner. The functions run as the serving role, and make the account's person in one estate
-- after another the principal of the transaction, just as the server would in a round trip each. What
-- each of them may read, that estate's policies decide.

-- What lives and its reader has not read in its current version; of an account's person, or of the
-- one for whom it acts. Under the rights of whoever asks.
CREATE VIEW linli.unread_announcement WITH (security_invoker) AS
    SELECT a.*
    FROM linli.announcement AS a
    WHERE a.estate_id = (SELECT linli.estate_id())
        AND a.withdrawn_at IS NULL
        AND a.begins <= (SELECT linli.instant())
        AND a.ends > (SELECT linli.instant())
        AND NOT EXISTS (
            SELECT
            FROM linli.announcement_receipt AS r
            WHERE r.estate_id = a.estate_id
                AND r.announcement_id = a.id
                AND r.person_id = (SELECT linli.subject_id())
                AND r.version = a.version);

-- Makes a person of the signed-in account the principal; NULL: the account alone again. Whoever can
-- call it sets these settings anyway.
CREATE FUNCTION linli.become(estate uuid, person uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM set_config('linli.principal', CASE WHEN person IS NULL THEN 'account' ELSE 'person' END,
            true),
        set_config('linli.estate', coalesce(estate::text, ''), true),
        set_config('linli.person', coalesce(person::text, ''), true),
        set_config('linli.beneficiary', '', true);
END
$$;

-- The account's persons in the estates that it may enter now, as enter_session would find them; none
-- for any other principal, or nobody.
CREATE FUNCTION linli.own_persons() RETURNS TABLE (estate_id uuid, person_id uuid)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.principal_kind() IS DISTINCT FROM 'account' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.estate_id, p.id
        FROM linli.person AS p
        WHERE p.account_id = (SELECT linli.account_id())
            AND p.state IN ('active', 'away', 'in_hospital')
            AND p.estate_id IN (SELECT own FROM linli.own_estates() AS own)
        ORDER BY p.estate_id;
END
$$;

-- At most rows_max of each estate after this place, the pinned first and then the latest.
CREATE FUNCTION linli.account_inbox(
    after_pinned boolean, after_published timestamptz, after_id uuid, rows_max bigint)
    RETURNS SETOF linli.unread_announcement
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, linli
AS $$
DECLARE
    own record;
BEGIN
    -- own_persons() is read whole before its first row comes.
    FOR own IN SELECT p.estate_id, p.person_id FROM linli.own_persons() AS p LOOP
        PERFORM linli.become(own.estate_id, own.person_id);
        RETURN QUERY
            SELECT a.*
            FROM linli.unread_announcement AS a
            WHERE a.estate_id = own.estate_id
                AND (a.is_pinned, a.published_at, a.id)
                    < (after_pinned, after_published, after_id)
            ORDER BY a.is_pinned DESC, a.published_at DESC, a.id DESC
            LIMIT rows_max;
    END LOOP;
    IF FOUND THEN
        PERFORM linli.become(NULL, NULL);
    END IF;
END
$$;

-- How many are unread in each estate that the account is in; no more than count_max are counted.
CREATE FUNCTION linli.account_unread(count_max bigint)
    RETURNS TABLE (estate_id uuid, unread bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, linli
AS $$
DECLARE
    own record;
BEGIN
    FOR own IN SELECT p.estate_id, p.person_id FROM linli.own_persons() AS p LOOP
        PERFORM linli.become(own.estate_id, own.person_id);
        RETURN QUERY
            SELECT own.estate_id, count(*)
            FROM (
                SELECT
                FROM linli.unread_announcement AS a
                WHERE a.estate_id = own.estate_id
                LIMIT count_max) AS counted;
    END LOOP;
    IF FOUND THEN
        PERFORM linli.become(NULL, NULL);
    END IF;
END
$$;

GRANT SELECT ON linli.unread_announcement TO linli;
GRANT EXECUTE ON FUNCTION
    linli.become(uuid, uuid), linli.own_persons(),
    linli.account_inbox(boolean, timestamptz, uuid, bigint), linli.account_unread(bigint)
    TO linli;
