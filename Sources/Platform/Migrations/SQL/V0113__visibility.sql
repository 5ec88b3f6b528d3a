-- "Where am I visible": a calendar link dies with the right that made it, and one call takes back
-- whatever a person gave out of itself.

-- Whether a person belongs to the estate now by what it belonged by at an earlier instant: a
-- household, a role, or an office above. Who left and came back has what it was given anew.
CREATE FUNCTION linli.belongs_since(estate uuid, person uuid, account uuid, since timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
            SELECT
            FROM linli.membership AS m
            JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
            WHERE m.estate_id = estate AND m.person_id = person
                AND m.begins <= since AND m.ends > at AND h.begins <= at AND h.ends > at)
        OR EXISTS (
            SELECT
            FROM linli.role_term AS r
            WHERE r.estate_id = estate AND r.person_id = person
                AND r.begins <= since AND r.ends > at)
        OR EXISTS (
            SELECT
            FROM linli.account_role_term AS t
            WHERE t.account_id = account AND t.begins <= since AND t.ends > at
                AND linli.holds_above(account, estate, at));
END
$$;

-- As before; and no link that was made by a right which has ended since.
CREATE OR REPLACE FUNCTION linli.live_calendar_link(secret bytea)
    RETURNS TABLE (estate_id uuid, link_id uuid, person_id uuid, account_id uuid, kind text,
        place_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    nothing CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    link linli.calendar_link;
    person linli.person;
    state text;
    belongs boolean;
BEGIN
    SELECT * INTO link
    FROM linli.calendar_link AS l
    WHERE l.secret_hash = secret AND l.revoked_at IS NULL;
    SELECT * INTO person
    FROM linli.person AS p
    WHERE p.estate_id = coalesce(link.estate_id, nothing)
        AND p.id = coalesce(link.person_id, nothing);
    SELECT a.state INTO state
    FROM linli.account AS a
    WHERE a.id = coalesce(person.account_id, nothing);
    belongs := linli.belongs_since(coalesce(person.estate_id, nothing),
        coalesce(person.id, nothing), coalesce(person.account_id, nothing),
        coalesce(link.created_at, '-infinity'));
    IF link.id IS NULL OR state IS DISTINCT FROM 'active' OR NOT belongs
        OR person.state NOT IN ('active', 'away', 'in_hospital')
        OR (person.origin = 'office' AND NOT linli.holds_above(
            person.account_id, person.estate_id, linli.instant()))
    THEN
        RETURN;
    END IF;
    estate_id := link.estate_id;
    link_id := link.id;
    person_id := person.id;
    account_id := person.account_id;
    kind := link.kind;
    place_id := link.place_id;
    RETURN NEXT;
END
$$;

-- Takes back what the principal gave out of itself: its calendar links, its account's other sessions
-- and known devices, and delegations to act for it; how many of each.
CREATE FUNCTION linli.revoke_visibility()
    RETURNS TABLE (links bigint, sessions bigint, devices bigint, delegations bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF person IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RAISE EXCEPTION 'only a person takes back what it gave'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE linli.calendar_link AS l
    SET revoked_at = at
    WHERE l.estate_id = estate AND l.person_id = person AND l.revoked_at IS NULL;
    GET DIAGNOSTICS links = ROW_COUNT;
    SELECT count(*) INTO devices
    FROM linli.known_device AS d
    WHERE d.account_id = linli.account_id();
    sessions := linli.end_other_sessions();
    WITH ended AS (
        UPDATE linli.delegation AS d
        SET ends = at
        WHERE d.estate_id = estate AND d.beneficiary_id = person AND d.begins < at AND d.ends > at
        RETURNING d.id
    ), never AS (
        DELETE FROM linli.delegation AS d
        WHERE d.estate_id = estate AND d.beneficiary_id = person AND d.begins >= at
        RETURNING d.id
    )
    SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM never) INTO delegations;
    RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION linli.revoke_visibility() TO linli;
