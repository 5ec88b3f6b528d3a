-- A round fills a parcel from more than one bin: what is short in one comes from the next. It is set aside
-- where most of it lies, and the packer is told what to fetch from where. docs/donations/needs.md.

ALTER TABLE linli.allocation_share
    DROP CONSTRAINT allocation_share_pkey,
    ADD CONSTRAINT allocation_share_pkey
        PRIMARY KEY (estate_id, round_id, need_id, lot_id, place_id);

-- What of each lot of a category and unit is free in each bin of a room, the first to expire first, and of
-- one lot where most of it lies.
CREATE FUNCTION linli.allocation_bins(room uuid, of_category text, of_unit text)
    RETURNS TABLE (lot_id uuid, place_id uuid, item_id uuid, free bigint, scale integer,
        days integer, useful bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    today CONSTANT date := linli.local_day();
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.id, a.holder_id, g.item_id, a.balance, i.scale::integer,
            least(coalesce(g.expires_on - today + 1, 366), 366), i.least
        FROM linli.goods_item AS i
        JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.item_id = i.id
            AND g.stopped IS NULL AND (g.expires_on IS NULL OR g.expires_on >= today)
            AND linli.goods_objection(g, 'place', 'reserved') IS NULL
        JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.asset_id = g.id
            AND a.holder_kind = 'place' AND a.status = 'free' AND a.balance > 0
        JOIN linli.goods_place AS p ON p.estate_id = estate AND p.place_id = a.holder_id
            AND p.room_id = room AND p.closed_at IS NULL
        WHERE i.estate_id = estate AND i.category = of_category AND i.unit = of_unit
        ORDER BY g.expires_on, g.id, a.balance DESC, a.id
        LIMIT 2000;
END
$$;

-- What a round gives to each need of each lot, and where it is set aside: where most of it lies. For the
-- functions here alone.
CREATE FUNCTION linli.allocation_gathered(of_round uuid)
    RETURNS TABLE (need_id uuid, lot_id uuid, place_id uuid, quantity bigint, thousandths bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT s.need_id, s.lot_id,
            (array_agg(s.place_id ORDER BY s.quantity DESC, s.place_id))[1],
            sum(s.quantity)::bigint, sum(s.thousandths)::bigint
        FROM linli.allocation_share AS s
        WHERE s.estate_id = linli.estate_id() AND s.round_id = of_round
        GROUP BY s.need_id, s.lot_id;
END
$$;

-- As before, from all bins.
CREATE OR REPLACE FUNCTION linli.allocation_reserve(event uuid, held linli.allocation_round) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    lots CONSTANT uuid[] := ARRAY(
        SELECT DISTINCT s.lot_id FROM linli.allocation_share AS s
        WHERE s.estate_id = estate AND s.round_id = held.id ORDER BY s.lot_id);
    due uuid[];
    answer linli.ledger_answer;
BEGIN
    PERFORM FROM linli.capacity_take(lots);
    PERFORM linli.agenda_take(ARRAY(
        SELECT DISTINCT g.household_id FROM linli.allocation_result AS g
        WHERE g.estate_id = estate AND g.round_id = held.id AND g.got > 0));
    due := ARRAY(
        SELECT r.id FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.capacity_id = ANY (lots) AND r.until <= at);
    PERFORM linli.goods_take(n.lots, n.places)
    FROM (
        SELECT array_agg(m.lot ORDER BY m.lot, m.place) AS lots,
            array_agg(m.place ORDER BY m.lot, m.place) AS places
        FROM (
            SELECT DISTINCT s.lot_id AS lot, s.place_id AS place
            FROM linli.allocation_share AS s
            WHERE s.estate_id = estate AND s.round_id = held.id
            UNION
            SELECT h.lot_id, h.place_id FROM linli.goods_hold AS h
            WHERE h.estate_id = estate AND h.reservation_id = ANY (due)) AS m
    ) AS n
    WHERE n.lots IS NOT NULL;
    PERFORM linli.lot_lapse(due);
    -- Asked under the locks: a need that was withdrawn, met or is past, and a lot of which the household
    -- has some waiting, make the proposal another.
    PERFORM
    FROM linli.allocation_result AS g
    JOIN linli.need AS n ON n.estate_id = estate AND n.id = g.need_id
    WHERE g.estate_id = estate AND g.round_id = held.id AND g.got > 0
        AND (n.state <> 'confirmed' OR n.until < linli.local_day()
            OR n.quantity - linli.need_got(n.id) < g.got
            OR cardinality(linli.need_speakers(n.household_id)) = 0
            OR EXISTS (
                SELECT FROM linli.allocation_share AS s
                JOIN linli.reservation AS r ON r.estate_id = estate AND r.capacity_id = s.lot_id
                    AND r.household_id = n.household_id AND r.state <> 'ended'
                WHERE s.estate_id = estate AND s.round_id = held.id AND s.need_id = n.id));
    IF FOUND THEN
        RETURN 'moved';
    END IF;
    IF cardinality(lots) > 0 THEN
        answer := linli.goods_post(event, ARRAY(
            SELECT ROW(s.lot_id, 'place', s.place_id, 'free', 'place', g.place_id, 'reserved',
                sum(s.quantity)::bigint, 'reserved')::linli.goods_leg
            FROM linli.allocation_share AS s
            JOIN linli.allocation_gathered(held.id) AS g ON g.need_id = s.need_id
                AND g.lot_id = s.lot_id
            WHERE s.estate_id = estate AND s.round_id = held.id
            GROUP BY s.lot_id, s.place_id, g.place_id
            ORDER BY s.lot_id, s.place_id, g.place_id), 'round', held.id);
        IF answer.verdict <> 'posted' THEN
            RETURN 'moved';
        END IF;
    END IF;
    INSERT INTO linli.goods_parcel (estate_id, id, room_id, household_id, code, round_id, made_at,
        until)
    SELECT estate, n.id, held.room_id, n.household_id,
        upper(overlay(right(n.id::text, 8) PLACING '-' FROM 5 FOR 0)), held.id, at, n.until
    FROM (
        SELECT linli.fresh_id(at) AS id, g.household_id, least(held.until,
            min(g_lot.expires_on + 1)::timestamp AT TIME ZONE zone) AS until
        FROM linli.allocation_result AS g
        JOIN linli.allocation_share AS s ON s.estate_id = estate AND s.round_id = held.id
            AND s.need_id = g.need_id
        JOIN linli.goods_lot AS g_lot ON g_lot.estate_id = estate AND g_lot.id = s.lot_id
        WHERE g.estate_id = estate AND g.round_id = held.id
        GROUP BY g.household_id) AS n;
    INSERT INTO linli.goods_parcel_part (estate_id, parcel_id, lot_id, need_id, place_id, quantity,
        thousandths)
    SELECT estate, p.id, s.lot_id, s.need_id, s.place_id, s.quantity, s.thousandths
    FROM linli.allocation_gathered(held.id) AS s
    JOIN linli.allocation_result AS g ON g.estate_id = estate AND g.round_id = held.id
        AND g.need_id = s.need_id
    JOIN linli.goods_parcel AS p ON p.estate_id = estate AND p.round_id = held.id
        AND p.household_id = g.household_id;
    PERFORM linli.parcel_hold(array_agg(t.parcel_id ORDER BY t.parcel_id, t.lot_id),
        array_agg(t.lot_id ORDER BY t.parcel_id, t.lot_id))
    FROM linli.goods_parcel AS p
    JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = p.id
    WHERE p.estate_id = estate AND p.round_id = held.id;
    INSERT INTO linli.need_deficit AS d (estate_id, household_id, category, owed, changed_at)
    SELECT estate, g.household_id, held.category, max(g.owed_after), at
    FROM linli.allocation_result AS g
    WHERE g.estate_id = estate AND g.round_id = held.id
    GROUP BY g.household_id
    ORDER BY g.household_id
    ON CONFLICT ON CONSTRAINT need_deficit_pkey DO UPDATE
        SET owed = excluded.owed, changed_at = excluded.changed_at;
    RETURN 'accepted';
END
$$;

-- As before, a row a lot.
CREATE OR REPLACE FUNCTION linli.allocation_results(wanted_round uuid)
    RETURNS TABLE (code text, wanted bigint, got bigint, priority bigint, reason text,
        useful bigint, lots json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    PERFORM FROM linli.allocation_round AS r
    WHERE r.estate_id = estate AND r.id = wanted_round AND linli.goods_serves(r.room_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.code, g.wanted, g.got, g.priority, g.reason, g.useful, (
            SELECT coalesce(json_agg(json_build_object('lot', s.lot_id, 'code', l.code,
                'name_zh', i.name_zh, 'name_en', i.name_en,
                'quantity', linli.goods_amount(s.quantity, i.scale))
                ORDER BY l.expires_on NULLS LAST, s.lot_id), '[]')
            FROM linli.allocation_gathered(wanted_round) AS s
            JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = s.lot_id
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
            WHERE s.need_id = g.need_id)
        FROM linli.allocation_result AS g
        WHERE g.estate_id = estate AND g.round_id = wanted_round
        ORDER BY g.code
        LIMIT 5000;
END
$$;

-- As before; `fetched`: what of it lies elsewhere until it is packed.
CREATE OR REPLACE FUNCTION linli.parcel_parts(parcel uuid) RETURNS json
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_object('lot', t.lot_id, 'place', t.place_id,
            'name_zh', i.name_zh, 'name_en', i.name_en, 'unit', i.unit,
            'quantity', linli.goods_amount(t.quantity, i.scale),
            'issued', linli.goods_amount(t.issued, 3), 'allergens', i.allergens,
            'is_valuable', i.is_valuable, 'is_waiting', coalesce(h.is_live, false)
                AND p.until > linli.instant(), 'fetched', coalesce(f.places, '[]')) ORDER BY t.lot_id), '[]')
        FROM linli.goods_parcel_part AS t
        JOIN linli.goods_parcel AS p ON p.estate_id = estate AND p.id = t.parcel_id
        JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
        LEFT JOIN linli.goods_hold AS h ON h.estate_id = estate
            AND h.reservation_id = t.reservation_id
        -- Until it was first handed out, where the packer fetches what does not lie there.
        LEFT JOIN LATERAL (
            SELECT json_agg(json_build_object('place', s.place_id,
                'quantity', linli.goods_amount(s.quantity, i.scale)) ORDER BY s.place_id) AS places
            FROM linli.allocation_share AS s
            WHERE s.estate_id = estate AND s.round_id = p.round_id AND s.need_id = t.need_id
                AND s.lot_id = t.lot_id AND s.place_id <> t.place_id
                AND NOT EXISTS (
                    SELECT FROM linli.goods_custody AS c
                    WHERE c.estate_id = estate AND c.parcel_id = parcel)
        ) AS f ON true
        WHERE t.estate_id = estate AND t.parcel_id = parcel);
END
$$;

GRANT EXECUTE ON FUNCTION linli.allocation_bins(uuid, text, text) TO linli;
