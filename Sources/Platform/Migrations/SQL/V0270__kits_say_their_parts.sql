-- A kit is read at the desk by its item: the code, the allergens, whether two hand it out. So its item says all
-- that is to be said of its parts. docs/donations/goods.md.

-- As before; parts: an allergen of a part, or that it is valuable, is not said of the kit.
CREATE OR REPLACE FUNCTION linli.goods_pack(
    event uuid, kit uuid, item uuid, place uuid, kits bigint, lots uuid[], each bigint[])
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    room CONSTANT uuid := linli.goods_room_served(place);
    of_item linli.goods_item;
    found integer;
    until date;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO of_item
    FROM linli.goods_item AS i
    WHERE i.estate_id = estate AND i.id = item AND i.scale = 0 AND i.retired_at IS NULL;
    SELECT count(*), min(g.expires_on) INTO found, until
    FROM linli.goods_lot AS g
    WHERE g.estate_id = estate AND g.id = ANY (lots);
    answer.verdict := CASE
        WHEN NOT EXISTS (SELECT FROM linli.goods_place AS g
            WHERE g.estate_id = estate AND g.place_id = place) THEN 'away'
        WHEN room IS NULL THEN 'forbidden'
        WHEN of_item.id IS NULL THEN 'item'
        WHEN found < cardinality(lots) THEN 'unknown'
        WHEN EXISTS (
            SELECT
            FROM linli.goods_lot AS g
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = g.item_id
            WHERE g.estate_id = estate AND g.id = ANY (lots)
                AND (NOT i.allergens <@ of_item.allergens OR (i.is_valuable AND NOT of_item.is_valuable)))
            THEN 'parts' END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(lots);
    PERFORM linli.goods_lot_make(kit, of_item, 'new', until, NULL, kits);
    answer := linli.goods_post(event, ARRAY(
        SELECT ROW(n.lot, 'place', place, 'free', 'pot', kit, 'kitted', n.each * kits,
            'kitted')::linli.goods_leg
        FROM unnest(lots, each) AS n (lot, each))
        || ROW(kit, 'outside', NULL, 'kitted', 'place', place, 'free', kits,
            'kitted')::linli.goods_leg, 'kit', kit);
    IF answer.verdict = 'posted' THEN
        PERFORM linli.append_event(event, 'goods.packed', linli.goods_audience(room), '{}',
            json_build_object('lot', kit, 'place', place, 'kits', kits)::text);
    END IF;
    RETURN answer;
END
$$;
