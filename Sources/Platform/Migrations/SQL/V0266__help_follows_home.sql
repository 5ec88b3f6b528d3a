-- What a guardian sees of a pairing, and where visits go when who is helped has moved. docs/help/paired-families.md,
-- docs/help/visits.md.

-- As before; a guardian has no side where the helper, or the guardian who is met, is protected from it.
CREATE OR REPLACE FUNCTION linli.pairing_side(p linli.pairing) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN CASE
        WHEN p.id IS NULL OR linli.person_id() IS NULL THEN NULL
        WHEN p.helper_id = linli.person_id() THEN
            CASE WHEN linli.beneficiary_id() IS NULL THEN 'helper' END
        WHEN p.person_id = linli.subject_id() OR (p.child_id IS NOT NULL
            AND linli.beneficiary_id() IS NULL
            AND linli.is_guardian(linli.person_id(), p.child_id)
            AND p.helper_id <> ALL (unseen) AND p.person_id <> ALL (unseen)) THEN 'person'
        WHEN p.helper_id = ANY (unseen) OR p.person_id = ANY (unseen)
            OR p.child_id = ANY (unseen) THEN NULL
        WHEN linli.may_read('help', 'care') THEN 'office' END;
END
$$;

-- Visits that were planned at a home which is no longer that of who is helped: they are at the new one, and both
-- are told. Where there is none now, those of a pairing or a rota rest, the day before they would begin; one that
-- was asked for waits. What lies at another place stays there. For the job.
CREATE FUNCTION linli.help_visits_follow(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    v linli.help_visit;
    home uuid;
    swept bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-visits' THEN
        RETURN 0;
    END IF;
    FOR v IN
        WITH elsewhere AS MATERIALIZED (
            SELECT o.id, o.person_id
            FROM linli.help_visit AS o
            JOIN linli.place AS p ON p.estate_id = estate AND p.id = o.place_id
                AND p.kind = 'residence'
            WHERE o.estate_id = estate AND o.state = 'planned' AND o.begins > at
                AND o.person_id IS NOT NULL AND NOT EXISTS (
                    SELECT
                    FROM linli.membership AS m
                    JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
                        AND h.residence_id = o.place_id AND h.begins <= at AND h.ends > at
                    WHERE m.estate_id = estate AND m.person_id = o.person_id AND m.begins <= at
                        AND m.ends > at)
        )
        SELECT o.*
        FROM elsewhere AS e
        JOIN linli.help_visit AS o ON o.estate_id = estate AND o.id = e.id AND o.state = 'planned'
        WHERE linli.help_home(e.person_id) IS NOT NULL
            OR (o.source IN ('pairing', 'rota') AND o.begins <= at + interval '1 day')
        ORDER BY o.begins, o.id
        LIMIT rows_max
        FOR UPDATE OF o SKIP LOCKED
    LOOP
        swept := swept + 1;
        home := linli.help_home(v.person_id);
        IF home IS NULL THEN
            PERFORM linli.help_visits_end(ARRAY[v.id], 'paused', true);
            CONTINUE;
        END IF;
        UPDATE linli.help_visit AS o SET place_id = home
        WHERE o.estate_id = estate AND o.id = v.id;
        UPDATE linli.help_seat AS t SET place_id = home
        WHERE t.estate_id = estate AND t.visit_id = v.id;
        PERFORM linli.help_visit_tell(linli.fresh_id(at), 'elsewhere', v, true);
    END LOOP;
    RETURN swept;
END
$$;

-- The residence where a person is at home now. For the functions here alone.
CREATE FUNCTION linli.help_home(person uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT h.residence_id FROM linli.household AS h
        WHERE h.estate_id = linli.estate_id() AND h.id = linli.need_home(person));
END
$$;

GRANT EXECUTE ON FUNCTION linli.help_visits_follow(bigint) TO linli;
