-- What is done with goods: taken in, moved between places, held back and let go, thrown away, counted,
-- packed into kits; and taken back where it was entered wrongly.

-- The room of a place, if the principal handles goods there. For the functions here alone.
CREATE FUNCTION linli.goods_room_served(place uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT g.room_id
        FROM linli.goods_place AS g
        WHERE g.estate_id = linli.estate_id() AND g.place_id = place AND g.closed_at IS NULL
            AND linli.goods_serves(place));
END
$$;

-- Makes a lot with its asset and its capacity, empty. For the functions here alone.
CREATE FUNCTION linli.goods_lot_make(
    lot uuid, item linli.goods_item, new_condition text, expires date, intake uuid, quantity bigint)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    INSERT INTO linli.goods_lot (estate_id, id, item_id, code, condition, expires_on, received_at,
        intake_id, given)
    VALUES (estate, lot, item.id, to_char(linli.local_day(), 'YYMMDD') || '-'
        || upper(right(lot::text, 6)), new_condition, expires, at, intake, quantity);
    PERFORM set_config('linli.stock', 'on', true);
    PERFORM linli.ledger_asset_open(lot, 'stock', item.unit, item.scale, lot);
    PERFORM set_config('linli.stock', '', true);
    INSERT INTO linli.capacity (estate_id, id, feature, subject_id, thing_id, kinds, totals, held,
        begins, ends, opens_at, closes_at, offer_minutes, cancel_minutes, waiting_max)
    VALUES (estate, lot, 'lot', lot, lot, '{unit}', '{0}', '{0}', at,
        at + interval '100 years', at, at + interval '100 years', 120, '{0}', 0);
END
$$;

-- What an intake of an item is refused for at the door; NULL: nothing. For the functions here alone.
CREATE FUNCTION linli.goods_door(
    item linli.goods_item, quantity bigint, expires date, nature text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    today CONSTANT date := linli.local_day();
BEGIN
    RETURN CASE
        WHEN item.id IS NULL OR item.retired_at IS NOT NULL THEN 'item'
        WHEN nature = 'prescription' THEN 'prescription'
        WHEN nature = ANY (item.refuses) THEN nature
        WHEN expires < today THEN 'expired'
        WHEN item.is_perishable AND expires IS NULL THEN 'undated'
        WHEN expires < today + item.shelf_days_min THEN 'too_near'
        WHEN quantity < item.least THEN 'too_little'
        WHEN quantity > 2000000000 THEN 'too_much'
        END;
END
$$;

-- Takes in what was brought at once, a lot a line; held[n]: into quarantine. The same reference counts
-- once: with the same content the first intake is answered. Verdicts: taken, again, unlike (the
-- reference stood for something else), door (objections[n] is why line n is refused), drive (it is not
-- on, or at another room), donor (no such person here), forbidden, unknown.
CREATE FUNCTION linli.goods_take_in(
    event uuid, intake uuid, place uuid, drive uuid, new_source text, donor uuid, from_body text,
    new_reference text, lots uuid[], items uuid[], quantities bigint[], expires date[],
    conditions text[], natures text[], held boolean[]
) RETURNS TABLE (verdict text, intake_id uuid, objections text[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_variable
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    room CONSTANT uuid := linli.goods_room_served(place);
    what CONSTANT bytea := sha256(convert_to(concat_ws('|', place, drive, new_source, donor,
        from_body, items, quantities, expires, conditions, natures, held), 'UTF8'));
    first linli.goods_intake;
    answer linli.ledger_answer;
BEGIN
    intake_id := intake;
    PERFORM FROM linli.goods_place AS g WHERE g.estate_id = estate AND g.place_id = place;
    verdict := CASE
        WHEN NOT FOUND THEN 'unknown'
        WHEN room IS NULL THEN 'forbidden'
        WHEN drive IS NOT NULL AND NOT EXISTS (
            SELECT
            FROM linli.goods_drive AS d
            WHERE d.estate_id = estate AND d.id = drive AND d.room_id = room
                AND d.begins <= at AND d.ends > at) THEN 'drive'
        WHEN donor IS NOT NULL AND NOT EXISTS (
            SELECT
            FROM linli.person AS p
            WHERE p.estate_id = estate AND p.id = donor
                AND p.state IN ('active', 'away', 'in_hospital')) THEN 'donor'
        END;
    IF verdict IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT array_agg(linli.goods_door(i, n.quantity, n.expires_on, n.nature) ORDER BY n.number)
    INTO objections
    FROM unnest(items, quantities, expires, natures) WITH ORDINALITY
        AS n (item, quantity, expires_on, nature, number)
    LEFT JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = n.item;
    INSERT INTO linli.goods_intake (estate_id, id, place_id, drive_id, source, donor_id,
        organisation, reference, digest, at)
    VALUES (estate, intake, place, drive, new_source, donor, from_body, new_reference, what, at)
    ON CONFLICT (estate_id, reference) WHERE reference IS NOT NULL DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO STRICT first
        FROM linli.goods_intake AS k
        WHERE k.estate_id = estate AND k.reference = new_reference;
        intake_id := first.id;
        -- It was not refused then, whatever the day says now.
        objections := NULL;
        verdict := CASE WHEN first.digest = what THEN 'again' ELSE 'unlike' END;
        RETURN NEXT;
        RETURN;
    ELSIF EXISTS (SELECT FROM unnest(objections) AS o WHERE o IS NOT NULL) THEN
        verdict := 'door';
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM linli.goods_lot_make(n.lot, i, n.condition, n.expires_on, intake, n.quantity)
    FROM unnest(lots, items, quantities, expires, conditions)
        AS n (lot, item, quantity, expires_on, condition)
    JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = n.item;
    answer := linli.goods_post(event, ARRAY(
        SELECT ROW(n.lot, 'outside', drive, CASE new_source WHEN 'bought' THEN 'bought'
            ELSE 'given' END, 'place', place, CASE WHEN n.hold THEN 'quarantine' ELSE 'free' END,
            n.quantity, 'taken_in')::linli.goods_leg
        FROM unnest(lots, quantities, held) AS n (lot, quantity, hold)), 'intake', intake);
    IF answer.verdict <> 'posted' THEN
        RAISE EXCEPTION 'a fresh lot takes what it is given' USING ERRCODE = 'internal_error';
    END IF;
    PERFORM linli.append_event(event, 'goods.takenIn', linli.goods_audience(room)
        || CASE WHEN donor IS NOT NULL THEN ARRAY['person:' || donor] ELSE '{}' END,
        CASE WHEN donor IS NOT NULL THEN ARRAY[donor] ELSE '{}' END,
        json_build_object('intake', intake, 'place', place)::text);
    IF donor IS NOT NULL THEN
        PERFORM linli.notify(event, 'goods.takenIn', 'gift', intake, '{}', ARRAY[donor]);
    END IF;
    verdict := 'taken';
    objections := NULL;
    RETURN NEXT;
END
$$;

-- Does one thing with some of a lot at a place: transfer (to another place), quarantine, release,
-- discard. `of_status`: free or quarantine, for transfer and discard. Verdicts of goods_post; same (the
-- places are one), away (the place is none of the goods'), forbidden.
CREATE FUNCTION linli.goods_act(
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

-- Enters what was counted of lots at a place: all that lies there but for the quarantine. What differs
-- moves; what is reserved stays. Verdicts of goods_post; away, forbidden. `moved` has the movements.
CREATE FUNCTION linli.goods_count(
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
    IF cardinality(legs) = 0 THEN
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

-- Packs kits of an item out of lots that lie at a place: `each` of a lot goes into one kit. A kit is a lot
-- of its own, good as long as the first of its parts; the parts stay known in it, for a recall. Verdicts
-- of goods_post; item (no item that is counted whole), away, forbidden.
CREATE FUNCTION linli.goods_pack(
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
        WHEN found < cardinality(lots) THEN 'unknown' END;
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

-- Takes back what was entered wrongly, by a movement the other way with its reason. Verdicts of the
-- ledger; recalled, expired; elsewhere (a hand-over, a reservation and a kit have their own way back);
-- forbidden.
CREATE FUNCTION linli.goods_take_back(event uuid, new_id uuid, movement uuid, because text)
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.ledger_movement;
    source linli.ledger_account;
    target linli.ledger_account;
    lot linli.goods_lot;
    answer linli.ledger_answer;
BEGIN
    SELECT m.* INTO held
    FROM linli.ledger_movement AS m
    JOIN linli.ledger_asset AS s ON s.estate_id = estate AND s.id = m.asset_id AND s.book = 'stock'
    WHERE m.estate_id = estate AND m.id = movement AND linli.goods_serves_any();
    IF NOT FOUND THEN
        answer.verdict := 'unknown';
        RETURN answer;
    END IF;
    SELECT * INTO STRICT source FROM linli.ledger_account AS a
    WHERE a.estate_id = estate AND a.id = held.from_id;
    SELECT * INTO STRICT target FROM linli.ledger_account AS a
    WHERE a.estate_id = estate AND a.id = held.to_id;
    IF held.cause_kind NOT IN ('intake', 'transfer', 'quarantine', 'release', 'discard', 'stocktake')
    THEN
        answer.verdict := 'elsewhere';
        RETURN answer;
    ELSIF NOT ((source.holder_kind <> 'place' OR linli.goods_serves(source.holder_id))
        AND (target.holder_kind <> 'place' OR linli.goods_serves(target.holder_id)))
    THEN
        answer.verdict := 'forbidden';
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(ARRAY[held.asset_id]);
    SELECT * INTO STRICT lot FROM linli.goods_lot AS g
    WHERE g.estate_id = estate AND g.id = held.asset_id;
    answer.verdict := linli.goods_objection(lot, source.holder_kind, source.status);
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM set_config('linli.stock', 'on', true);
    answer := linli.ledger_reverse(event, new_id, movement, because, NULL);
    PERFORM set_config('linli.stock', '', true);
    IF answer.verdict = 'posted' THEN
        PERFORM linli.goods_capacity_follow(ARRAY[held.asset_id]);
        PERFORM linli.append_event(event, 'goods.takenBack', linli.goods_audience(NULL), '{}',
            json_build_object('lot', held.asset_id, 'movement', movement)::text);
    END IF;
    RETURN answer;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.goods_take_in(uuid, uuid, uuid, uuid, text, uuid, text, text, uuid[], uuid[], bigint[],
        date[], text[], text[], boolean[]),
    linli.goods_act(uuid, text, uuid, uuid, uuid, text, bigint, text),
    linli.goods_count(uuid, uuid, uuid, uuid[], bigint[]),
    linli.goods_pack(uuid, uuid, uuid, uuid, bigint, uuid[], bigint[]),
    linli.goods_take_back(uuid, uuid, uuid, text)
    TO linli;
