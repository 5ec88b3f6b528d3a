-- Protection where somebody kept away holds an office, or is the first to book: no list of residents,
-- homes or requests names the protected one to the other, and a meeting where she holds a place goes by
-- the list from the next booking on, whoever makes it.

-- As before, by the rules (what V0073 said of the committee and of stair leaders stands in the table),
-- and without those who are protected from the reader.
CREATE OR REPLACE FUNCTION linli.people(
    is_new boolean, after_at timestamptz, after_id uuid, days integer, rows_max integer)
    RETURNS TABLE (person_id uuid, display_name text, level text, since timestamptz, homes json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    places CONSTANT uuid[] := linli.read_places('person', 'admission');
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR cardinality(places) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.display_name, linli.level_of(estate, p.id),
            coalesce(p.claimed_at, p.created_at), linli.homes_of(p.id, places)
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.origin = 'resident'
            AND p.state IN ('active', 'away', 'in_hospital')
            AND p.id <> ALL (unseen)
            AND CASE WHEN is_new
                THEN p.claimed_at > at - days * interval '1 day'
                    AND (p.claimed_at, p.id) < (after_at, after_id)
                ELSE p.claimed_at IS NULL AND p.id > after_id END
            AND (places IS NULL OR EXISTS (
                SELECT
                FROM linli.membership AS m
                JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
                JOIN linli.place AS r ON r.estate_id = h.estate_id AND r.id = h.residence_id
                WHERE m.estate_id = estate AND m.person_id = p.id
                    AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
                    AND (r.stair_id = ANY (places) OR r.building_id = ANY (places))))
        ORDER BY CASE WHEN is_new THEN p.claimed_at END DESC,
            CASE WHEN is_new THEN p.id END DESC, p.id
        LIMIT least(rows_max, 101);
END
$$;

-- As before; a household where somebody lives who is protected from the reader is not there.
CREATE OR REPLACE FUNCTION linli.residences(place uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (residence_id uuid, place_zh text, place_en text, households json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    places CONSTANT uuid[] := linli.read_places('person', 'admission');
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR cardinality(places) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, concat_ws(' ', b.name_zh, s.name_zh, r.name_zh),
            concat_ws(' ', b.name_en, s.name_en, r.name_en),
            (SELECT coalesce(json_agg(json_build_object('id', h.id, 'members', (
                SELECT coalesce(json_agg(json_build_object('person', p.id,
                    'display_name', p.display_name, 'standing', m.role_in_household,
                    'is_claimed', p.claimed_at IS NOT NULL) ORDER BY m.begins, m.id), '[]')
                FROM linli.membership AS m
                JOIN linli.person AS p ON p.estate_id = m.estate_id AND p.id = m.person_id
                WHERE m.estate_id = estate AND m.household_id = h.id
                    AND m.begins <= at AND m.ends > at
                    AND p.state IN ('active', 'away', 'in_hospital'))) ORDER BY h.begins, h.id),
                '[]')
            FROM linli.household AS h
            WHERE h.estate_id = estate AND h.residence_id = r.id
                AND h.begins <= at AND h.ends > at
                AND NOT EXISTS (
                    SELECT
                    FROM linli.membership AS m
                    WHERE m.estate_id = estate AND m.household_id = h.id
                        AND m.begins <= at AND m.ends > at AND m.person_id = ANY (unseen)))
        FROM linli.place AS r
        LEFT JOIN linli.place AS b ON b.estate_id = r.estate_id AND b.id = r.building_id
        LEFT JOIN linli.place AS s ON s.estate_id = r.estate_id AND s.id = r.stair_id
        WHERE r.estate_id = estate AND r.kind = 'residence' AND r.id > after_id
            AND (places IS NULL OR r.stair_id = ANY (places) OR r.building_id = ANY (places))
            AND (place IS NULL OR place IN (r.id, r.stair_id, r.building_id))
        ORDER BY r.id
        LIMIT least(rows_max, 101);
END
$$;

-- As before, without those who are protected from the reader.
CREATE OR REPLACE FUNCTION linli.person_names(persons uuid[])
    RETURNS TABLE (person_id uuid, name_zh text, name_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    members CONSTANT uuid[] := ARRAY(
        SELECT own FROM linli.own_household_members() AS own);
    places CONSTANT uuid[] := linli.read_places('person', 'admission');
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, concat_ws(' ', home.place_zh, p.display_name),
            concat_ws(', ', p.display_name, home.place_en)
        FROM linli.person AS p
        LEFT JOIN LATERAL (
            SELECT one.home ->> 'place_zh' AS place_zh, one.home ->> 'place_en' AS place_en
            FROM json_array_elements(linli.homes_of(p.id, places))
                WITH ORDINALITY AS one (home, number)
            WHERE p.id <> ALL (members)
            ORDER BY one.number DESC
            LIMIT 1
        ) AS home ON true
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND p.id <> ALL (linli.own_unseen())
            AND (p.id = linli.person_id() OR p.id = ANY (members) OR places IS NULL
                OR home.place_zh IS NOT NULL);
END
$$;

-- As before; nobody is asked to vouch for one from whom it is kept apart, and a desk serves everybody
-- but those who are protected from who sits there.
CREATE OR REPLACE FUNCTION linli.open_proof_requests()
    RETURNS TABLE (id uuid, person_id uuid, display_name text, asked_at timestamptz,
        expires_at timestamptz, is_of_household boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    is_desk CONSTANT boolean := linli.at_desk();
    members CONSTANT uuid[] := ARRAY(
        SELECT own
        FROM linli.own_household_members() AS own
        WHERE own <> ALL (linli.own_apart()));
BEGIN
    IF linli.person_id() IS NULL OR NOT linli.session_proved() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, p.id, p.display_name, r.asked_at, r.expires_at, p.id = ANY (members)
        FROM linli.proof_request AS r
        JOIN linli.person AS p ON p.estate_id = estate AND p.account_id = r.account_id
            AND p.state IN ('active', 'away', 'in_hospital')
        WHERE r.expires_at > at
            AND r.vouched_at IS NULL
            AND r.tries < 3
            AND r.account_id <> linli.account_id()
            AND ((is_desk AND p.id <> ALL (linli.own_unseen())) OR p.id = ANY (members))
        ORDER BY r.asked_at DESC, r.id, p.id
        LIMIT 100;
END
$$;

-- As before; where places are given by the list nobody has a number in it: who is passed over would
-- read it there.
CREATE OR REPLACE FUNCTION linli.waiting_position(reservation uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT (
            SELECT count(*)
            FROM linli.reservation AS q
            WHERE q.estate_id = r.estate_id AND q.capacity_id = r.capacity_id
                AND q.state = 'waiting'
                AND (q.priority > r.priority OR (q.priority = r.priority
                    AND (q.queued_at, q.id) <= (r.queued_at, r.id))))
        FROM linli.reservation AS r
        WHERE r.estate_id = linli.estate_id() AND r.id = reservation AND r.state = 'waiting'
            AND (linli.is_own_reservation(r.id) OR linli.is_steward(r.thing_id))
            AND NOT EXISTS (
                SELECT
                FROM linli.capacity AS c
                WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id
                    AND c.by_list_since IS NOT NULL));
END
$$;

-- As before; and the next booking, whoever makes it, turns a meeting where somebody protected holds
-- a place: so a booking of the other's own does it no oftener than another's.
CREATE OR REPLACE FUNCTION linli.capacity_turns(capacity uuid, persons uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    rules linli.company_rule;
BEGIN
    SELECT * INTO rules FROM linli.company_rule AS k WHERE k.estate_id = estate;
    RETURN EXISTS (
        SELECT
        FROM linli.capacity AS c
        WHERE c.estate_id = estate AND c.id = capacity AND c.by_list_since IS NULL
            AND (EXISTS (
                    SELECT
                    FROM linli.protection AS p
                    WHERE p.estate_id = estate AND p.ended_at IS NULL
                        AND p.begins <= at AND p.ends > at
                        AND (p.protected_id = ANY (persons) OR EXISTS (
                            SELECT
                            FROM linli.reservation_member AS m
                            WHERE m.estate_id = estate AND m.capacity_id = c.id
                                AND m.person_id = p.protected_id AND m.is_live)))
                OR (linli.company_draw(rules.seed, c.id, c.id) < rules.list_permille
                    AND (SELECT sum(h) FROM unnest(c.held) AS h) + c.waiting
                        >= linli.company_draw(rules.seed, c.id, c.thing_id)
                            % greatest(1, (SELECT sum(t) FROM unnest(c.totals) AS t)))));
END
$$;
