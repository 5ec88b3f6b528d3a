-- Opening kits back into their parts, and splitting boxes into pieces: movements, and every lot stays known,
-- so that a recall finds each piece. docs/donations/goods.md.

-- As before; besides, a kit is taken apart whatever stopped it: that hands nothing out, and saves the parts
-- that are good. What of a part may go out no more comes back into quarantine.
CREATE OR REPLACE FUNCTION linli.goods_objection(
    lot linli.goods_lot, to_kind text, to_status text)
    RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN to_kind = 'outside' AND to_status = 'kitted' THEN NULL
        WHEN lot.stopped = 'recalled' AND NOT coalesce(
            (to_kind = 'place' AND to_status = 'quarantine')
            OR (to_kind = 'outside' AND to_status IN ('discarded', 'counted')), false)
            THEN 'recalled'
        WHEN to_status IN ('reserved', 'issued', 'kitted', 'sent')
            AND lot.expires_on < linli.local_day() THEN 'expired'
        END;
END
$$;

-- Opens so many kits that lie at a place, free or in quarantine: each part comes back into its own lot
-- there; into quarantine where it is stopped or over, or where the kit was held back for itself. Verdicts of
-- goods_post; item (no kit, or its parts do not come out whole), away, forbidden.
CREATE FUNCTION linli.goods_unpack(
    event uuid, kit uuid, place uuid, of_status text, kits bigint) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    room CONSTANT uuid := linli.goods_room_served(place);
    held linli.goods_lot;
    parts uuid[];
    each bigint[];
    is_whole boolean;
    answer linli.ledger_answer;
BEGIN
    SELECT array_agg(n.lot ORDER BY n.lot), array_agg(n.packed * kits / n.given ORDER BY n.lot),
        bool_and(n.packed * kits % n.given = 0)
    INTO parts, each, is_whole
    FROM (
        SELECT a.asset_id AS lot, g.given, sum(m.quantity)::bigint AS packed
        FROM linli.goods_lot AS g
        JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.holder_kind = 'pot'
            AND a.holder_id = g.id AND a.status = 'kitted'
        JOIN linli.ledger_movement AS m ON m.estate_id = estate AND m.to_id = a.id
        WHERE g.estate_id = estate AND g.id = kit
        GROUP BY a.asset_id, g.given) AS n;
    answer.verdict := CASE
        WHEN NOT linli.goods_serves_any() OR NOT EXISTS (
            SELECT FROM linli.goods_lot AS g WHERE g.estate_id = estate AND g.id = kit) THEN 'unknown'
        WHEN NOT EXISTS (SELECT FROM linli.goods_place AS g
            WHERE g.estate_id = estate AND g.place_id = place) THEN 'away'
        WHEN room IS NULL THEN 'forbidden'
        WHEN is_whole IS DISTINCT FROM true THEN 'item' END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(parts || kit);
    SELECT * INTO STRICT held FROM linli.goods_lot AS g WHERE g.estate_id = estate AND g.id = kit;
    answer := linli.goods_post(event, ARRAY[ROW(kit, 'place', place, of_status, 'outside', NULL,
        'kitted', kits, 'opened')::linli.goods_leg] || ARRAY(
            SELECT ROW(n.lot, 'pot', kit, 'kitted', 'place', place, CASE
                WHEN l.stopped IS NOT NULL OR l.expires_on < linli.local_day()
                    OR (of_status = 'quarantine' AND held.stopped IS NULL) THEN 'quarantine'
                ELSE 'free' END, n.each, 'opened')::linli.goods_leg
            FROM unnest(parts, each) AS n (lot, each)
            JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = n.lot
            ORDER BY n.lot), 'kit', kit);
    IF answer.verdict = 'posted' THEN
        PERFORM linli.append_event(event, 'goods.unpacked', linli.goods_audience(room), '{}',
            json_build_object('lot', kit, 'place', place, 'kits', kits)::text);
    END IF;
    RETURN answer;
END
$$;

-- Splits so many boxes of a lot that lie free at a place into pieces of another item of the category: a lot
-- of its own, of the same condition and last day, whose boxes stay known in it as the parts of a kit do; the
-- recall of the boxes' lot is the recall of the pieces. Both are counted whole. Verdicts of goods_post;
-- item, away, forbidden.
CREATE FUNCTION linli.goods_split(
    event uuid, pieces uuid, box uuid, item uuid, place uuid, boxes bigint, each bigint)
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    room CONSTANT uuid := linli.goods_room_served(place);
    held linli.goods_lot;
    of_item linli.goods_item;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO held FROM linli.goods_lot AS g WHERE g.estate_id = estate AND g.id = box;
    SELECT i.* INTO of_item
    FROM linli.goods_item AS i
    JOIN linli.goods_item AS b ON b.estate_id = estate AND b.id = held.item_id
        AND b.category = i.category AND b.scale = 0
    WHERE i.estate_id = estate AND i.id = item AND i.id <> held.item_id AND i.scale = 0
        AND i.retired_at IS NULL
        -- What somebody may not eat is said of the pieces too.
        AND i.allergens @> b.allergens AND i.is_valuable = b.is_valuable;
    answer.verdict := CASE
        WHEN held.id IS NULL OR NOT linli.goods_serves_any() THEN 'unknown'
        WHEN NOT EXISTS (SELECT FROM linli.goods_place AS g
            WHERE g.estate_id = estate AND g.place_id = place) THEN 'away'
        WHEN room IS NULL THEN 'forbidden'
        WHEN of_item.id IS NULL OR boxes * each > 2000000000 THEN 'item' END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(ARRAY[box]);
    PERFORM linli.goods_lot_make(pieces, of_item, held.condition, held.expires_on, NULL,
        boxes * each);
    answer := linli.goods_post(event, ARRAY[
        ROW(box, 'place', place, 'free', 'pot', pieces, 'kitted', boxes,
            'split')::linli.goods_leg,
        ROW(pieces, 'outside', NULL, 'kitted', 'place', place, 'free', boxes * each,
            'split')::linli.goods_leg], 'kit', pieces);
    IF answer.verdict = 'posted' THEN
        PERFORM linli.append_event(event, 'goods.split', linli.goods_audience(room), '{}',
            json_build_object('lot', box, 'place', place, 'pieces', pieces)::text);
    END IF;
    RETURN answer;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.goods_unpack(uuid, uuid, uuid, text, bigint),
    linli.goods_split(uuid, uuid, uuid, uuid, uuid, bigint, bigint)
    TO linli;
