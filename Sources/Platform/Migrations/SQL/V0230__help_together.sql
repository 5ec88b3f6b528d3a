-- Where the rooms of help meet: who said that help was not safe is not brought together with the other by a
-- turn of the care list, a daily check or a conversation either; who is on the care list counts among those
-- whom a safety ban protects.

-- As before, and not beside a safety report.
CREATE OR REPLACE FUNCTION linli.care_fit(elder uuid, helper uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN helper <> elder AND linli.person_available(estate, helper)
        AND NOT linli.is_child(estate, helper)
        AND NOT linli.kept_apart(elder, helper) AND NOT linli.ban_between(elder, helper)
        AND NOT linli.safety_stands(elder, helper)
        AND (linli.is_at_least(linli.level_of(estate, helper), 'in_person')
            OR EXISTS (
                SELECT
                FROM linli.role_term AS r
                WHERE r.estate_id = estate AND r.person_id = helper
                    AND r.role IN ('stair_leader', 'social_worker', 'residents_committee')
                    AND r.begins <= at AND r.ends > at));
END
$$;

-- As before, and not beside a safety report.
CREATE OR REPLACE FUNCTION linli.daily_check_may_tell(person uuid, other uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN person <> other AND NOT linli.is_child(estate, other)
        AND NOT linli.kept_apart(person, other) AND NOT linli.ban_between(person, other)
        AND NOT linli.safety_stands(person, other)
        AND EXISTS (
            SELECT FROM linli.person AS p
            WHERE p.estate_id = estate AND p.id = other AND p.claimed_at IS NOT NULL
                AND p.state IN ('active', 'away', 'in_hospital'))
        AND (EXISTS (
            SELECT FROM linli.confirmed_ties(person) AS t WHERE t.person_id = other)
        OR EXISTS (
            SELECT
            FROM linli.membership AS hers
            JOIN linli.membership AS theirs ON theirs.estate_id = estate
                AND theirs.household_id = hers.household_id
            WHERE hers.estate_id = estate AND hers.person_id = person AND hers.begins <= at
                AND hers.ends > at AND theirs.person_id = other AND theirs.begins <= at
                AND theirs.ends > at)
        OR EXISTS (
            SELECT FROM linli.care_entry AS e
            WHERE e.estate_id = estate AND e.person_id = person AND e.ended_at IS NULL
                AND e.steward_id = other));
END
$$;

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
