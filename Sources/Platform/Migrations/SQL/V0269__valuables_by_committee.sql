-- What is valuable leaves the goods room by two persons at a hand-over; thrown away, counted to be less, or sent to
-- another estate it would leave by one. So the residents' committee does that. docs/donations/goods.md.

-- Whether one of some lots is valuable, and the principal is not the committee, which answers for that. For the
-- functions here alone.
CREATE FUNCTION linli.goods_valuable(lots uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.goods_lot AS g
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = g.item_id AND i.is_valuable
        WHERE g.estate_id = estate AND g.id = ANY (lots))
        AND NOT linli.has_role('residents_committee');
END
$$;

-- As before; valuable: the committee throws that away.
CREATE OR REPLACE FUNCTION linli.goods_act(
    event uuid, act text, lot uuid, at_place uuid, to_place uuid, of_status text, quantity bigint,
    because text) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    room CONSTANT uuid := linli.goods_room_served(at_place);
    held linli.goods_lot;
    leg linli.goods_leg;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO held FROM linli.goods_lot AS g WHERE g.estate_id = estate AND g.id = lot;
    IF NOT FOUND OR NOT linli.goods_serves_any() THEN
        answer.verdict := 'unknown';
        RETURN answer;
    ELSIF room IS NULL THEN
        answer.verdict := CASE WHEN EXISTS (
            SELECT FROM linli.goods_place AS g
            WHERE g.estate_id = estate AND g.place_id = at_place) THEN 'forbidden' ELSE 'away' END;
        RETURN answer;
    ELSIF act = 'discard' AND linli.goods_valuable(ARRAY[lot]) THEN
        answer.verdict := 'valuable';
        RETURN answer;
    END IF;
    IF act = 'transfer' THEN
        answer.verdict := CASE
            WHEN at_place = to_place THEN 'same'
            WHEN NOT EXISTS (
                SELECT FROM linli.goods_place AS g
                WHERE g.estate_id = estate AND g.place_id = to_place AND g.closed_at IS NULL)
                THEN 'away' END;
        IF answer.verdict IS NOT NULL THEN
            RETURN answer;
        END IF;
        leg := ROW(lot, 'place', at_place, of_status, 'place', to_place, of_status, quantity,
            'moved');
    ELSIF act = 'discard' THEN
        leg := ROW(lot, 'place', at_place, of_status, 'outside', NULL, 'discarded', quantity,
            because);
    ELSIF act = 'quarantine' THEN
        leg := ROW(lot, 'place', at_place, 'free', 'place', at_place, 'quarantine', quantity,
            'quarantined');
    ELSE
        -- What has expired is not let go again.
        IF linli.goods_objection(held, 'place', 'reserved') = 'expired' THEN
            answer.verdict := 'expired';
            RETURN answer;
        END IF;
        leg := ROW(lot, 'place', at_place, 'quarantine', 'place', at_place, 'free', quantity,
            'released');
    END IF;
    answer := linli.goods_post(event, ARRAY[leg], act, event);
    IF answer.verdict = 'posted' THEN
        PERFORM linli.append_event(event, 'goods.moved', linli.goods_audience(NULL), '{}',
            json_build_object('lot', lot, 'act', act, 'place', at_place, 'to', to_place,
                'units', quantity)::text);
    END IF;
    RETURN answer;
END
$$;

-- As before; valuable: less of it is for the committee to enter.
CREATE OR REPLACE FUNCTION linli.goods_count(
    event uuid, stocktake uuid, place uuid, lots uuid[], counted bigint[])
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    room CONSTANT uuid := linli.goods_room_served(place);
    known CONSTANT uuid[] := ARRAY(
        SELECT g.id FROM linli.goods_lot AS g WHERE g.estate_id = estate AND g.id = ANY (lots));
    legs linli.goods_leg[];
    answer linli.ledger_answer;
BEGIN
    IF room IS NULL THEN
        answer.verdict := CASE WHEN EXISTS (
            SELECT FROM linli.goods_place AS g
            WHERE g.estate_id = estate AND g.place_id = place) THEN 'forbidden' ELSE 'away' END;
        RETURN answer;
    ELSIF cardinality(known) < cardinality(lots) THEN
        answer.verdict := 'unknown';
        RETURN answer;
    END IF;
    PERFORM linli.goods_take(lots, array_fill(place, ARRAY[cardinality(lots)]));
    legs := ARRAY(
        SELECT CASE WHEN n.counted > n.there
            THEN ROW(n.lot, 'outside', NULL, 'counted', 'place', place, 'free',
                n.counted - n.there, 'counted')::linli.goods_leg
            ELSE ROW(n.lot, 'place', place, 'free', 'outside', NULL, 'counted',
                n.there - n.counted, 'counted')::linli.goods_leg END
        FROM (
            SELECT l.lot, l.counted, l.number, (
                SELECT coalesce(sum(a.balance), 0)
                FROM linli.ledger_account AS a
                WHERE a.estate_id = estate AND a.asset_id = l.lot AND a.holder_kind = 'place'
                    AND a.holder_id = place AND a.status IN ('free', 'reserved'))::bigint AS there
            FROM unnest(lots, counted) WITH ORDINALITY AS l (lot, counted, number)
        ) AS n
        WHERE n.counted <> n.there
        ORDER BY n.number);
    IF linli.goods_valuable(ARRAY(SELECT l.lot FROM unnest(legs) AS l WHERE l.to_kind = 'outside'))
    THEN
        answer.verdict := 'valuable';
        RETURN answer;
    ELSIF cardinality(legs) = 0 THEN
        answer.verdict := 'posted';
        answer.moved := '{}';
    ELSE
        answer := linli.goods_post(event, legs, 'stocktake', stocktake);
        IF answer.verdict <> 'posted' AND answer.number IS NOT NULL THEN
            answer.number := array_position(lots, (legs[answer.number]).lot);
        END IF;
    END IF;
    IF answer.verdict = 'posted' THEN
        PERFORM linli.append_event(event, 'goods.counted', linli.goods_audience(room), '{}',
            json_build_object('stocktake', stocktake, 'place', place,
                'differs', cardinality(answer.moved))::text);
    END IF;
    RETURN answer;
END
$$;

-- As before; valuable: the committee sends that.
CREATE OR REPLACE FUNCTION linli.goods_send(
    event uuid, new_id uuid, lot uuid, place uuid, other uuid, quantity bigint)
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    room CONSTANT uuid := linli.goods_room_served(place);
    held linli.goods_lot;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO held FROM linli.goods_lot AS g WHERE g.estate_id = estate AND g.id = lot;
    answer.verdict := CASE
        WHEN held.id IS NULL OR NOT linli.goods_serves_any() THEN 'unknown'
        WHEN NOT EXISTS (SELECT FROM linli.goods_place AS g
            WHERE g.estate_id = estate AND g.place_id = place) THEN 'away'
        WHEN room IS NULL THEN 'forbidden'
        WHEN linli.goods_valuable(ARRAY[lot]) THEN 'valuable'
        WHEN other = estate OR NOT EXISTS (
            SELECT FROM linli.estate AS e WHERE e.estate_id = other) THEN 'estate' END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := linli.goods_post(event, ARRAY[ROW(lot, 'place', place, 'free', 'underway', new_id,
        'sent', quantity, 'sent')::linli.goods_leg], 'shipment', new_id);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    INSERT INTO linli.goods_shipment (estate_id, id, lot_id, place_id, to_estate, quantity, sent_at)
    VALUES (estate, new_id, lot, place, other, quantity, at);
    INSERT INTO linli.goods_arrival (estate_id, id, from_estate, lot_id, code, name_zh, name_en,
        category, unit, scale, condition, expires_on, allergens, is_valuable, quantity, sent_at)
    SELECT other, new_id, estate, lot, held.code, i.name_zh, i.name_en, i.category, i.unit, i.scale,
        held.condition, held.expires_on, i.allergens, i.is_valuable, goods_send.quantity, at
    FROM linli.goods_item AS i
    WHERE i.estate_id = estate AND i.id = held.item_id;
    PERFORM linli.append_event(event, 'goods.sent', linli.goods_audience(room), '{}',
        json_build_object('shipment', new_id, 'lot', lot, 'place', place)::text);
    PERFORM linli.goods_tell(other, 'goods.underway', new_id);
    RETURN answer;
END
$$;
