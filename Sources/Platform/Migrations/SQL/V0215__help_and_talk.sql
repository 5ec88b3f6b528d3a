-- Where help meets the rooms before it: who said that help was not safe, and the other, do not speak with
-- each other either; who is on the care list counts among those whom a safety ban protects.

-- As before, and not beside a safety report.
CREATE OR REPLACE FUNCTION linli.may_converse(a uuid, b uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN a IS DISTINCT FROM b AND linli.is_here(a) AND linli.is_here(b)
        AND linli.claimed(a) AND linli.claimed(b)
        AND NOT linli.kept_apart(a, b) AND linli.ages_converse(a, b)
        AND NOT linli.ban_between(a, b) AND NOT linli.safety_stands(a, b);
END
$$;

-- As before, and of the care list.
CREATE OR REPLACE FUNCTION linli.is_sheltered(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN linli.is_child(estate, person) OR linli.on_care_list(person)
        OR EXISTS (
            SELECT
            FROM linli.delegation AS d
            WHERE d.estate_id = estate AND d.beneficiary_id = person
                AND d.begins <= at AND d.ends > at)
        OR EXISTS (
            SELECT
            FROM linli.reservation_member AS m
            JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = m.capacity_id
            JOIN linli.activity AS a ON a.estate_id = estate AND a.id = c.thing_id
            WHERE m.estate_id = estate AND m.person_id = person AND m.is_live
                AND a.meant_for = 'elders');
END
$$;
