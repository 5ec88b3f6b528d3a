-- Acting for another (代办): a person may do for another what a recorded delegation covers, at the
-- instant of the act.
--
-- The request names the beneficiary; act_for() checks, in the request's own transaction and at its
-- instant, and sets linli.beneficiary beside the principal, for this transaction alone. From then on
-- policies that let act for another ask subject_id(): for whom the rows are. So the doer sees what
-- the beneficiary sees, and nothing by rights of its own; what has no scope stays the doer's own.
-- Every event of such a transaction names both, and the beneficiary sees it: append_event takes care
-- of it, and the policy lets no other beneficiary be named.

-- For whom the person acts; NULL when it acts for itself.
CREATE FUNCTION linli.beneficiary_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('linli.principal', true) = 'person'
        THEN nullif(current_setting('linli.beneficiary', true), '')::uuid END;

-- Whose things they are: the beneficiary's, or else the person's own.
CREATE FUNCTION linli.subject_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(linli.beneficiary_id(), linli.person_id());

-- Makes this transaction act for the beneficiary in this scope, if a delegation covers it now.
-- Answers 'covered', or why not: 'other_scope' (a live one is for other things), 'ended' and
-- 'not_begun' (one for this scope, at another time), 'unknown' (none, or no such person, which looks
-- the same). Without cover it acts for nobody: what runs after it sees what is public.
CREATE FUNCTION linli.act_for(beneficiary uuid, wanted text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    doer CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    verdict text;
BEGIN
    IF doer = beneficiary THEN
        PERFORM set_config('linli.beneficiary', '', true);
        RETURN 'covered';
    END IF;
    -- The delegation that says most: a live one before others, then the last to end.
    SELECT CASE
            WHEN NOT (p.state IN ('active', 'away', 'in_hospital')) OR d.ends <= at THEN 'ended'
            WHEN d.begins > at THEN 'not_begun'
            WHEN wanted = ANY (d.scope) THEN 'covered'
            ELSE 'other_scope' END
    INTO verdict
    FROM linli.delegation AS d
    JOIN linli.person AS p ON p.estate_id = d.estate_id AND p.id = d.beneficiary_id
    WHERE d.estate_id = estate AND d.doer_id = doer AND d.beneficiary_id = beneficiary
    ORDER BY wanted = ANY (d.scope) AND d.begins <= at AND d.ends > at DESC,
        d.begins <= at AND d.ends > at DESC, wanted = ANY (d.scope) DESC, d.ends DESC, d.id
    LIMIT 1;
    verdict := coalesce(verdict, 'unknown');
    PERFORM set_config('linli.beneficiary', CASE verdict WHEN 'covered' THEN beneficiary::text
        ELSE '00000000-0000-0000-0000-000000000000' END, true);
    RETURN verdict;
END
$$;

GRANT EXECUTE ON FUNCTION linli.beneficiary_id(), linli.subject_id() TO linli, linli_backup;
GRANT EXECUTE ON FUNCTION linli.act_for(uuid, text) TO linli;
-- A later import may end a delegation, or widen and narrow it; no other policy allows any change.
GRANT UPDATE (scope, ends) ON linli.delegation TO linli;

-- Events ----------------------------------------------------------------------------------------

-- As before, and an act for another opens to the beneficiary, and is about it.
CREATE OR REPLACE FUNCTION linli.append_event(
    event_id uuid, kind text, audience text[], about uuid[], payload text, beneficiary uuid DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, linli
AS $$
DECLARE
    fresh bytea := uuid_send(gen_random_uuid());
    for_whom uuid := coalesce(append_event.beneficiary, linli.beneficiary_id());
BEGIN
    IF for_whom IS NOT NULL THEN
        IF NOT 'person:' || for_whom = ANY (append_event.audience) THEN
            append_event.audience := append_event.audience || ('person:' || for_whom);
        END IF;
        IF NOT for_whom = ANY (append_event.about) THEN
            append_event.about := append_event.about || for_whom;
        END IF;
    END IF;
    INSERT INTO linli.event
        (event_id, kind, audience, about, payload, beneficiary_id, salt, digest)
    VALUES (
        append_event.event_id, append_event.kind, append_event.audience, append_event.about,
        append_event.payload::json, for_whom, fresh,
        sha256(fresh || convert_to(append_event.payload, 'UTF8')));
    RETURN append_event.event_id;
END $$;

DROP POLICY event_append ON linli.event;
CREATE POLICY event_append ON linli.event FOR INSERT TO linli WITH CHECK (
    estate_id = (SELECT linli.estate_id())
    AND at = (SELECT linli.instant())
    AND actor_kind = (SELECT linli.principal_kind())
    AND actor_id IS NOT DISTINCT FROM (SELECT linli.person_id())
    AND beneficiary_id IS NOT DISTINCT FROM (SELECT linli.beneficiary_id())
    AND seq IS NULL
);

-- The keys of the one for whom the principal acts: a person's own or its beneficiary's, what is
-- public for the visitor, nothing for others.
CREATE OR REPLACE FUNCTION linli.own_event_keys() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.subject_id() IS NOT NULL THEN
        RETURN (
            SELECT array_agg(k.key)
            FROM linli.event_keys(linli.estate_id(), ARRAY[linli.subject_id()]) AS k);
    END IF;
    RETURN CASE WHEN linli.job_name() = 'visitor' THEN ARRAY['public'] ELSE '{}' END;
END $$;

-- Announcements ---------------------------------------------------------------------------------

-- As before; and nobody publishes for another, nor sees as a publisher what is the beneficiary's.
CREATE OR REPLACE FUNCTION linli.own_announcement_keys() RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN '{}';
    END IF;
    IF linli.has_role('residents_committee', 'owners_committee', 'property_manager') THEN
        RETURN ARRAY['*'];
    END IF;
    RETURN coalesce((
        SELECT array_agg(DISTINCT 'place:' || p.id)
        FROM linli.own_roles() AS own
        JOIN linli.place AS p ON p.estate_id = estate
            AND (own.place_id IS NULL OR own.place_id IN (p.id, p.stair_id, p.building_id))
        WHERE own.role IN
                ('stair_leader', 'residents_committee', 'owners_committee', 'property_manager')
            AND p.kind IN ('building', 'stair')), '{}');
END
$$;

-- A receipt is that of the one who was to read: given by itself, or for it.
DROP POLICY announcement_receipt_own ON linli.announcement_receipt;
CREATE POLICY announcement_receipt_own ON linli.announcement_receipt FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.subject_id()));
DROP POLICY announcement_receipt_give ON linli.announcement_receipt;
CREATE POLICY announcement_receipt_give ON linli.announcement_receipt FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.subject_id())
        AND read_at = (SELECT linli.instant())
        AND EXISTS (
            SELECT
            FROM linli.announcement AS a
            WHERE a.estate_id = announcement_receipt.estate_id
                AND a.id = announcement_receipt.announcement_id));
DROP POLICY announcement_receipt_renew ON linli.announcement_receipt;
CREATE POLICY announcement_receipt_renew ON linli.announcement_receipt FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.subject_id()))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND person_id = (SELECT linli.subject_id())
        AND read_at = (SELECT linli.instant()));
