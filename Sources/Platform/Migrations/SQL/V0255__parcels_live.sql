-- What becomes of a parcel is an event for those who speak for its household too, so that its open page is
-- live. It is one of its own, by nobody: who serves at a room is nothing for them, and who they are is
-- nothing for the room. docs/donations/needs.md has the rules.

-- Says to those who speak for a parcel's household what became of it, with a notice where there are details.
-- For the functions here alone.
CREATE FUNCTION linli.parcel_tell(box linli.goods_parcel, kind text, details json) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    who CONSTANT uuid[] := linli.need_speakers(box.household_id);
    before text[];
BEGIN
    IF cardinality(who) = 0 THEN
        RETURN;
    END IF;
    before := linli.act_as_job('goods-desk');
    PERFORM linli.append_event(event, kind,
        ARRAY(SELECT 'person:' || w FROM unnest(who[1:20]) AS w), '{}',
        json_build_object('parcel', box.id)::text);
    PERFORM linli.notify(event, kind, 'parcel', box.id, details::text, who)
    WHERE details IS NOT NULL;
    PERFORM linli.end_act_as_job(before);
END
$$;

-- As before; the household hears of it.
CREATE OR REPLACE FUNCTION linli.parcel_undo(event uuid, parcel uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    box linli.goods_parcel;
    again uuid[];
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO box FROM linli.goods_parcel AS p WHERE p.estate_id = estate AND p.id = parcel;
    answer.verdict := CASE WHEN box.id IS NULL THEN 'unknown'
        ELSE linli.visit_may_serve(box.room_id, box.household_id) END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(ARRAY(
        SELECT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel));
    PERFORM linli.agenda_take(ARRAY[box.household_id]);
    UPDATE linli.goods_custody AS c
    SET undone_by = linli.person_id(), undone_at = linli.instant()
    WHERE c.estate_id = estate AND c.parcel_id = parcel AND c.undone_at IS NULL
        AND c.at > linli.instant() - interval '1 day';
    IF NOT FOUND THEN
        answer.verdict := 'over';
        RETURN answer;
    END IF;
    again := ARRAY(
        SELECT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.issued > 0
            AND linli.parcel_returns(box, t.lot_id) = 'reserved'
        ORDER BY t.lot_id);
    answer := linli.goods_post(event, ARRAY(
        SELECT ROW(t.lot_id, 'household', box.household_id, 'issued', 'place', t.place_id,
            linli.parcel_returns(box, t.lot_id), t.issued / (t.thousandths / t.quantity),
            'returned')::linli.goods_leg
        FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.issued > 0
        ORDER BY t.lot_id), 'parcel', parcel);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    UPDATE linli.goods_parcel_part AS t
    SET quantity = t.issued / (t.thousandths / t.quantity), thousandths = t.issued
    WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.lot_id = ANY (again);
    UPDATE linli.goods_parcel_part AS t SET issued = 0
    WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.issued > 0;
    PERFORM linli.parcel_hold(array_fill(parcel, ARRAY[cardinality(again)]), again);
    PERFORM linli.append_event(event, 'parcel.undone', linli.goods_audience(box.room_id), '{}',
        json_build_object('parcel', parcel)::text);
    PERFORM linli.parcel_tell(box, 'parcel.undone', '{}');
    RETURN answer;
END
$$;

-- As before; the household hears of it.
CREATE OR REPLACE FUNCTION linli.parcel_hand(
    event uuid, new_id uuid, parcel uuid, of_visit uuid, lots uuid[], units bigint[],
    instead uuid[], places uuid[]) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    visit linli.goods_visit;
    box linli.goods_parcel;
    reservations uuid[];
    much bigint[];
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO box FROM linli.goods_parcel AS p WHERE p.estate_id = estate AND p.id = parcel;
    SELECT * INTO visit FROM linli.goods_visit AS v WHERE v.estate_id = estate AND v.id = of_visit;
    answer.verdict := CASE
        WHEN box.id IS NULL OR linli.goods_room_served(box.room_id) IS DISTINCT FROM box.room_id
            THEN 'unknown'
        WHEN visit.id IS NULL OR visit.ends <= at OR visit.household_id <> box.household_id
            OR visit.room_id <> box.room_id THEN 'visit'
        ELSE linli.visit_may_serve(box.room_id, box.household_id) END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(ARRAY(
        SELECT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel) || array_remove(instead, NULL));
    PERFORM linli.agenda_take(ARRAY[box.household_id]);
    SELECT array_agg(n.reservation_id ORDER BY n.lot_id), array_agg(n.units ORDER BY n.lot_id)
    INTO reservations, much
    FROM (
        SELECT t.reservation_id, t.lot_id, CASE
            WHEN cardinality(lots) = 0 THEN t.quantity
            ELSE coalesce(w.units, 0) END AS units
        FROM linli.goods_parcel_part AS t
        JOIN linli.goods_hold AS h ON h.estate_id = estate
            AND h.reservation_id = t.reservation_id AND h.is_live
        LEFT JOIN unnest(lots, units, instead) AS w (lot, units, instead)
            ON w.lot = t.lot_id AND w.instead IS NULL
        WHERE t.estate_id = estate AND t.parcel_id = parcel) AS n;
    answer.verdict := CASE
        WHEN EXISTS (
            SELECT FROM linli.goods_custody AS c
            WHERE c.estate_id = estate AND c.parcel_id = parcel AND c.undone_at IS NULL) THEN 'out'
        WHEN reservations IS NULL THEN 'gone'
        WHEN EXISTS (
            SELECT FROM unnest(lots, units, instead) AS w (lot, units, instead)
            LEFT JOIN linli.goods_parcel_part AS t ON t.estate_id = estate
                AND t.parcel_id = parcel AND t.lot_id = w.lot
                AND t.reservation_id = ANY (reservations)
            WHERE t.lot_id IS NULL OR (w.instead IS NULL AND w.units > t.quantity)) THEN 'part'
        WHEN NOT linli.parcel_fits(parcel, lots, units, instead, places) THEN 'instead'
        WHEN visit.second_id IS NULL AND EXISTS (
            SELECT FROM linli.goods_lot AS l
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
                AND i.is_valuable
            WHERE l.estate_id = estate AND (l.id = ANY (instead) OR l.id IN (
                SELECT t.lot_id FROM linli.goods_parcel_part AS t
                WHERE t.estate_id = estate AND t.parcel_id = parcel
                    AND t.reservation_id = ANY (reservations)
                    AND (cardinality(lots) = 0 OR t.lot_id = ANY (lots))))) THEN 'second'
        END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := linli.lot_end(event, reservations, much, box.household_id, 'free', 'collected',
        'parcel', parcel);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    UPDATE linli.goods_parcel_part AS t
    SET issued = n.units * (t.thousandths / t.quantity)
    FROM unnest(reservations, much) AS n (reservation, units)
    WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.reservation_id = n.reservation;
    answer := linli.parcel_substitute(event, box, lots, units, instead, places);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    INSERT INTO linli.goods_custody (estate_id, id, parcel_id, visit_id, by_id, second_id, at)
    VALUES (estate, new_id, parcel, of_visit, linli.person_id(), linli.visit_other(visit), at);
    PERFORM linli.append_event(event, 'parcel.handedOver', linli.goods_audience(box.room_id), '{}',
        json_build_object('parcel', parcel)::text);
    PERFORM linli.parcel_tell(box, 'parcel.handedOver', '{}');
    RETURN answer;
END
$$;

-- As before; the household hears of it.
CREATE OR REPLACE FUNCTION linli.visit_issue(
    event uuid, new_id uuid, parcel uuid, of_visit uuid, lot uuid, place uuid, units bigint)
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    visit linli.goods_visit;
    item linli.goods_item;
    amount bigint;
    meets uuid;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO visit FROM linli.goods_visit AS v
    WHERE v.estate_id = estate AND v.id = of_visit;
    SELECT i.* INTO item FROM linli.goods_lot AS l
    JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
    WHERE l.estate_id = estate AND l.id = lot;
    answer.verdict := CASE
        WHEN visit.id IS NULL THEN 'unknown'
        ELSE coalesce(linli.visit_may_serve(visit.room_id, visit.household_id), CASE
            WHEN item.id IS NULL OR linli.goods_room_served(place) IS DISTINCT FROM visit.room_id
                THEN 'unknown'
            WHEN visit.ends <= at THEN 'visit'
            WHEN item.is_valuable AND visit.second_id IS NULL THEN 'second' END) END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    amount := units * (10 ^ (3 - item.scale))::bigint;
    PERFORM FROM linli.capacity_take(ARRAY[lot]);
    PERFORM linli.agenda_take(ARRAY[visit.household_id]);
    SELECT n.id INTO meets
    FROM linli.need AS n
    WHERE n.estate_id = estate AND n.household_id = visit.household_id AND n.state = 'confirmed'
        AND n.until >= linli.local_day() AND n.category = item.category AND n.unit = item.unit
        AND (n.item_id IS NULL OR n.item_id = item.id)
        AND n.quantity - linli.need_got(n.id) >= amount
    ORDER BY n.item_id NULLS LAST, n.id
    LIMIT 1;
    IF NOT FOUND THEN
        answer.verdict := 'need';
        RETURN answer;
    END IF;
    answer := linli.lot_issue(event, ARRAY[lot], ARRAY[place], ARRAY[units], visit.household_id,
        'parcel', parcel);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    INSERT INTO linli.goods_parcel (estate_id, id, room_id, household_id, code, made_at)
    VALUES (estate, parcel, visit.room_id, visit.household_id,
        upper(overlay(right(parcel::text, 8) PLACING '-' FROM 5 FOR 0)), at);
    INSERT INTO linli.goods_parcel_part (estate_id, parcel_id, lot_id, need_id, place_id, quantity,
        thousandths, issued)
    VALUES (estate, parcel, lot, meets, place, units, amount, amount);
    INSERT INTO linli.goods_custody (estate_id, id, parcel_id, visit_id, by_id, second_id, at)
    VALUES (estate, new_id, parcel, of_visit, linli.person_id(), linli.visit_other(visit), at);
    PERFORM linli.append_event(event, 'parcel.handedOver', linli.goods_audience(visit.room_id),
        '{}', json_build_object('parcel', parcel)::text);
    PERFORM linli.parcel_tell(p, 'parcel.handedOver', '{}')
    FROM linli.goods_parcel AS p
    WHERE p.estate_id = estate AND p.id = parcel;
    RETURN answer;
END
$$;

-- As before; each household hears of its own parcel.
CREATE OR REPLACE FUNCTION linli.allocation_accept(event uuid, of_round uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.allocation_round;
    verdict text;
BEGIN
    SELECT * INTO held FROM linli.allocation_round AS r
    WHERE r.estate_id = estate AND r.id = of_round
        AND linli.goods_room_served(r.room_id) = r.room_id
    FOR UPDATE;
    verdict := CASE
        WHEN NOT FOUND THEN 'unknown'
        WHEN held.outcome IS NOT NULL THEN 'over'
        WHEN held.proposed_at < at - interval '1 day' OR held.until <= at THEN 'stale'
        WHEN EXISTS (
            SELECT FROM linli.allocation_result AS g
            JOIN linli.membership AS m ON m.estate_id = estate AND m.household_id = g.household_id
                AND m.person_id = linli.person_id() AND m.ends > at
            WHERE g.estate_id = estate AND g.round_id = of_round AND g.got > 0) THEN 'own'
        END;
    IF verdict IS NOT NULL THEN
        RETURN verdict;
    END IF;
    verdict := linli.allocation_reserve(event, held);
    IF verdict <> 'accepted' THEN
        RETURN verdict;
    END IF;
    UPDATE linli.allocation_round AS r
    SET outcome = 'accepted', decided_at = at, decided_by = linli.person_id()
    WHERE r.estate_id = estate AND r.id = of_round;
    PERFORM linli.append_event(event, 'allocation.accepted',
        linli.goods_audience(held.room_id), '{}', json_build_object('round', of_round)::text);
    PERFORM linli.parcel_tell(p, 'parcel.ready', json_build_object('until', p.until))
    FROM linli.goods_parcel AS p
    WHERE p.estate_id = estate AND p.round_id = of_round;
    RETURN 'accepted';
END
$$;

-- As before; each household hears of its own parcel.
CREATE OR REPLACE FUNCTION linli.parcel_list_reconcile(
    event uuid, room uuid, codes text[], instants bigint[], volunteers uuid[], seconds uuid[])
    RETURNS TABLE (number integer, verdict text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    boxes uuid[];
    posted uuid[] := '{}';
    recalled uuid[] := '{}';
    is_new boolean := false;
    box linli.goods_parcel;
    line record;
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    boxes := ARRAY(
        SELECT p.id FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.room_id = room AND p.code = ANY (codes));
    PERFORM FROM linli.capacity_take(ARRAY(
        SELECT DISTINCT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = ANY (boxes)));
    PERFORM linli.agenda_take(ARRAY(
        SELECT DISTINCT p.household_id FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = ANY (boxes)));
    PERFORM FROM linli.goods_word AS w
    WHERE w.estate_id = estate AND w.used_at IS NULL AND w.voided_at IS NULL
        AND w.household_id IN (
            SELECT p.household_id FROM linli.goods_parcel AS p
            WHERE p.estate_id = estate AND p.id = ANY (boxes))
    ORDER BY w.id
    FOR UPDATE;
    PERFORM pg_advisory_xact_lock(hashtextextended('visits/' || room, 172));
    FOR line IN
        SELECT n.place::integer AS place, n.code,
            timestamptz 'epoch' + n.micros * interval '1 microsecond' AS given, n.volunteer,
            n.second
        FROM unnest(codes, instants, volunteers, seconds) WITH ORDINALITY
            AS n (code, micros, volunteer, second, place)
        ORDER BY n.place
    LOOP
        SELECT * INTO box FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.room_id = room AND p.code = line.code;
        number := line.place;
        verdict := CASE
            WHEN NOT EXISTS (
                SELECT FROM linli.person AS s
                WHERE s.estate_id = estate AND s.id = line.volunteer) THEN 'nobody'
            WHEN box.id IS NULL THEN 'unknown'
            ELSE coalesce(linli.parcel_list_judge(box, line.given, line.volunteer, line.second),
                'posted') END;
        IF verdict = 'posted' THEN
            PERFORM linli.parcel_list_post(event, box, line.given, line.volunteer, line.second);
            posted := posted || box.id;
        ELSIF verdict = 'recalled' THEN
            recalled := recalled || box.id;
        END IF;
        IF verdict NOT IN ('again', 'nobody') AND linli.parcel_list_note(
            room, line.code, line.given, line.volunteer, line.second, verdict)
        THEN
            is_new := true;
        END IF;
        RETURN NEXT;
    END LOOP;
    IF is_new THEN
        PERFORM linli.append_event(event, 'parcel.listReconciled', linli.goods_audience(room), '{}',
            json_build_object('room', room, 'parcels', posted)::text);
        PERFORM linli.parcel_tell(p, 'parcel.handedOver', '{}')
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = ANY (posted);
        PERFORM linli.parcel_list_recalled(event, p)
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = ANY (recalled);
    END IF;
END
$$;

-- As before; the household hears of it, its other adults on their own telephones.
CREATE OR REPLACE FUNCTION linli.delivery_hand(
    event uuid, delivery uuid, hash text, attempt uuid, attempts_max integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    d linli.goods_delivery;
    box linli.goods_parcel;
    word linli.goods_word;
BEGIN
    SELECT * INTO d FROM linli.goods_delivery AS g
    WHERE g.estate_id = estate AND g.id = delivery AND g.helper_id = own
    FOR UPDATE;
    IF d.id IS NULL OR linli.beneficiary_id() IS NOT NULL
        OR linli.delivery_state(d) IS DISTINCT FROM 'taken'
    THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO STRICT box FROM linli.goods_parcel AS p
    WHERE p.estate_id = estate AND p.id = d.parcel_id;
    PERFORM pg_advisory_xact_lock(hashtextextended('attendance/' || own, 63));
    IF attempts_max <= (
        SELECT count(*) FROM linli.attendance_attempt AS t
        WHERE t.estate_id = estate AND t.person_id = own
            AND t.at > linli.instant() - interval '10 minutes')
    THEN
        RETURN 'too_many';
    END IF;
    SELECT * INTO word FROM linli.goods_word AS w
    WHERE w.estate_id = estate AND w.word_hash = decode(hash, 'hex')
        AND w.household_id = box.household_id AND w.used_at IS NULL AND w.voided_at IS NULL
        AND w.expires_at > at
    FOR UPDATE;
    IF word.id IS NULL AND NOT EXISTS (
        SELECT FROM linli.goods_card AS c
        WHERE c.estate_id = estate AND c.word_hash = decode(hash, 'hex')
            AND c.household_id = box.household_id AND c.ends > at)
    THEN
        INSERT INTO linli.attendance_attempt (estate_id, id, person_id, at)
        VALUES (estate, attempt, own, linli.instant());
        RETURN 'word';
    END IF;
    UPDATE linli.goods_word AS w SET used_at = at
    WHERE w.estate_id = estate AND w.id = word.id;
    UPDATE linli.goods_delivery AS g SET handed_at = at
    WHERE g.estate_id = estate AND g.id = d.id;
    PERFORM linli.finish_task(d.task_id, 'done');
    PERFORM linli.append_event(event, 'parcel.delivered',
        linli.goods_audience(box.room_id) || ('person:' || own), '{}',
        json_build_object('delivery', d.id)::text);
    PERFORM linli.parcel_tell(box, 'parcel.delivered', NULL);
    RETURN 'handed';
END
$$;
