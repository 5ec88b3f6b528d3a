-- Transfers between estates: what is sent lies on the way (underway) in the sending estate's ledger until the
-- other estate has counted it. docs/donations/shipments.md has the rules.
--
-- Each estate has a row of its own: the sender's goods_shipment, the receiver's goods_arrival, both under
-- one id. The arrival decides: who takes it in, takes back or recalls holds that row. Order of locks: rooms,
-- lots, arrivals, accounts; nobody holds lots or accounts of two estates. What the sender learns of an
-- arrival, and the receiver of a recall, the job goods-road of that estate reads and posts there.

ALTER TABLE linli.goods_intake
    DROP CONSTRAINT goods_intake_source_known,
    ADD CONSTRAINT goods_intake_source_known
        CHECK (source IN ('anonymous', 'person', 'organisation', 'bought', 'estate')),
    -- The estate that sent it.
    ADD COLUMN from_estate uuid,
    ADD CONSTRAINT goods_intake_from_estate CHECK ((from_estate IS NOT NULL) = (source = 'estate'));

-- What was sent to another estate.
CREATE TABLE linli.goods_shipment (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    lot_id uuid NOT NULL,
    -- Where it lay.
    place_id uuid NOT NULL,
    to_estate uuid NOT NULL,
    quantity bigint NOT NULL,
    sent_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'underway',
    ended_at timestamptz,
    CONSTRAINT goods_shipment_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_shipment_lot FOREIGN KEY (estate_id, lot_id)
        REFERENCES linli.goods_lot (estate_id, id),
    CONSTRAINT goods_shipment_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_shipment_elsewhere CHECK (to_estate <> estate_id),
    CONSTRAINT goods_shipment_quantity CHECK (quantity BETWEEN 1 AND 2000000000),
    CONSTRAINT goods_shipment_state_known CHECK (state IN ('underway', 'arrived', 'undone')),
    CONSTRAINT goods_shipment_ended_whole CHECK ((state = 'underway') = (ended_at IS NULL))
);
CREATE INDEX goods_shipment_of_lot ON linli.goods_shipment (estate_id, lot_id);
CREATE INDEX goods_shipment_underway ON linli.goods_shipment (estate_id, id)
    WHERE state = 'underway';

-- What another estate sent here, as it describes it.
CREATE TABLE linli.goods_arrival (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    from_estate uuid NOT NULL,
    lot_id uuid NOT NULL,
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    category text NOT NULL,
    unit text NOT NULL,
    scale smallint NOT NULL,
    condition text NOT NULL,
    expires_on date,
    allergens text[] NOT NULL,
    is_valuable boolean NOT NULL,
    quantity bigint NOT NULL,
    sent_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'underway',
    ended_at timestamptz,
    -- What was counted when it came, and why it was not all or more.
    place_id uuid,
    counted bigint,
    because text,
    -- The sender has recalled the lot, for what and with what advice: nothing of it goes out from then on.
    recalled_at timestamptz,
    recalled_because text,
    recalled_advice text,
    CONSTRAINT goods_arrival_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_arrival_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT goods_arrival_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_arrival_state_known CHECK (state IN ('underway', 'arrived', 'undone')),
    CONSTRAINT goods_arrival_ended_whole CHECK ((state = 'underway') = (ended_at IS NULL)),
    CONSTRAINT goods_arrival_counted_whole CHECK ((counted IS NOT NULL) = (state = 'arrived')
        AND (place_id IS NOT NULL) = (state = 'arrived')),
    CONSTRAINT goods_arrival_counted_range CHECK (counted BETWEEN 0 AND 2000000000),
    CONSTRAINT goods_arrival_because_whole CHECK (counted IS NULL
        OR (because IS NULL) = (counted = quantity)),
    CONSTRAINT goods_arrival_because_known
        CHECK (because IN ('lost', 'damaged', 'spoiled', 'expired', 'miscounted')),
    CONSTRAINT goods_arrival_recalled_whole CHECK ((recalled_at IS NULL) = (recalled_because IS NULL)
        AND (recalled_at IS NULL) = (recalled_advice IS NULL))
);
CREATE INDEX goods_arrival_recalled ON linli.goods_arrival (estate_id, lot_id)
    WHERE recalled_at IS NOT NULL;
CREATE INDEX goods_arrival_of_state ON linli.goods_arrival (estate_id, state, id);

-- As before; what another estate sent and has recalled is recalled here, whether or not the recall has been
-- carried out; what another estate has counted is gone from here, whatever became of it.
CREATE OR REPLACE FUNCTION linli.goods_objection(
    lot linli.goods_lot, to_kind text, to_status text)
    RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN to_kind = 'outside' AND to_status IN ('kitted', 'shipped') THEN NULL
        WHEN (to_kind = 'place' AND to_status = 'quarantine')
            OR (to_kind = 'outside' AND to_status IN ('discarded', 'counted')) THEN NULL
        WHEN lot.stopped = 'recalled' OR EXISTS (
            SELECT FROM linli.goods_arrival AS r
            WHERE r.estate_id = lot.estate_id AND r.lot_id = lot.id
                AND r.recalled_at IS NOT NULL) THEN 'recalled'
        WHEN to_status IN ('reserved', 'issued', 'kitted', 'sent')
            AND lot.expires_on < linli.local_day() THEN 'expired'
        END;
END
$$;

-- Tells the other estate's log of a shipment, in this transaction. For the functions here alone.
CREATE FUNCTION linli.goods_tell(of_estate uuid, kind text, shipment uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before CONSTANT text[] := linli.act_as_job('goods-road');
BEGIN
    PERFORM set_config('linli.estate', of_estate::text, true);
    PERFORM linli.append_event(linli.fresh_id(linli.instant()), kind, linli.goods_audience(NULL),
        '{}', json_build_object('shipment', shipment)::text);
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Sends some of a lot that is free at a place to another estate. Verdicts of goods_post; estate (there is no
-- such other), away, forbidden.
CREATE FUNCTION linli.goods_send(
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

-- Takes a shipment back before it has arrived: it lies again where it lay, held back where it goes out no
-- more. Verdicts of goods_post; over (it has arrived, or was taken back), forbidden.
CREATE FUNCTION linli.goods_send_undo(event uuid, shipment uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.goods_shipment;
    lot linli.goods_lot;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO held FROM linli.goods_shipment AS s
    WHERE s.estate_id = estate AND s.id = shipment AND linli.goods_serves_any();
    IF NOT FOUND THEN
        answer.verdict := 'unknown';
        RETURN answer;
    ELSIF NOT linli.goods_serves(held.place_id) THEN
        answer.verdict := 'forbidden';
        RETURN answer;
    END IF;
    PERFORM linli.goods_rooms_hold(ARRAY[held.place_id]);
    PERFORM FROM linli.capacity_take(ARRAY[held.lot_id]);
    UPDATE linli.goods_arrival AS r SET state = 'undone', ended_at = at
    WHERE r.estate_id = held.to_estate AND r.id = shipment AND r.state = 'underway';
    IF NOT FOUND THEN
        answer.verdict := 'over';
        RETURN answer;
    END IF;
    SELECT * INTO STRICT lot FROM linli.goods_lot AS g
    WHERE g.estate_id = estate AND g.id = held.lot_id;
    answer := linli.goods_post(event, ARRAY[ROW(held.lot_id, 'underway', shipment, 'sent', 'place',
        held.place_id, CASE WHEN lot.stopped IS NOT NULL
            OR linli.goods_objection(lot, 'place', 'reserved') IS NOT NULL THEN 'quarantine'
            ELSE 'free' END, held.quantity, 'sending_undone')::linli.goods_leg], 'shipment',
        shipment);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    UPDATE linli.goods_shipment AS s SET state = 'undone', ended_at = at
    WHERE s.estate_id = estate AND s.id = shipment;
    PERFORM linli.append_event(event, 'goods.sendingUndone', linli.goods_audience(NULL), '{}',
        json_build_object('shipment', shipment, 'lot', held.lot_id)::text);
    PERFORM linli.goods_tell(held.to_estate, 'goods.sendingUndone', shipment);
    RETURN answer;
END
$$;

-- Takes in what arrived, as it was counted (0: nothing came), as an item of this estate's catalogue; the lot
-- keeps id, code, condition and last day. Less or more than was sent has a reason. Verdicts: arrived;
-- over; because (a reason is wanted, or none); item (it is counted otherwise, of another category, says less
-- of allergens, or the lot is here as another item); full; away, forbidden, unknown.
CREATE FUNCTION linli.goods_receive(
    event uuid, intake uuid, shipment uuid, place uuid, item uuid, new_counted bigint,
    new_because text, hold boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    room uuid;
    held linli.goods_arrival;
    kept linli.goods_lot;
    of_item linli.goods_item;
    verdict text;
BEGIN
    SELECT * INTO held FROM linli.goods_arrival AS r
    WHERE r.estate_id = estate AND r.id = shipment AND linli.goods_serves_any();
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.goods_rooms_hold(ARRAY[place]);
    room := linli.goods_room_served(place);
    IF room IS NULL THEN
        RETURN CASE WHEN EXISTS (
            SELECT FROM linli.goods_place AS g
            WHERE g.estate_id = estate AND g.place_id = place) THEN 'forbidden' ELSE 'away' END;
    END IF;
    -- The lot may not be here yet: two shipments of it take turns.
    PERFORM pg_advisory_xact_lock(hashtextextended('arrival/' || estate || held.lot_id, 246));
    PERFORM FROM linli.capacity_take(ARRAY[held.lot_id]);
    SELECT * INTO STRICT held FROM linli.goods_arrival AS r
    WHERE r.estate_id = estate AND r.id = shipment
    FOR UPDATE;
    SELECT * INTO kept FROM linli.goods_lot AS g
    WHERE g.estate_id = estate AND g.id = held.lot_id;
    SELECT i.* INTO of_item FROM linli.goods_item AS i
    WHERE i.estate_id = estate AND i.id = item AND i.unit = held.unit AND i.scale = held.scale
        AND i.category = held.category AND i.allergens @> held.allergens
        AND i.is_valuable = held.is_valuable
        AND (CASE WHEN kept.id IS NULL THEN i.retired_at IS NULL ELSE i.id = kept.item_id END);
    verdict := CASE
        WHEN held.state <> 'underway' THEN 'over'
        WHEN (new_because IS NULL) <> (new_counted = held.quantity) THEN 'because'
        WHEN of_item.id IS NULL THEN 'item'
        WHEN new_counted = 0 THEN 'arrived'
        ELSE linli.goods_arrive(event, intake, held, kept, of_item, place, new_counted, hold) END;
    IF verdict <> 'arrived' THEN
        RETURN verdict;
    END IF;
    UPDATE linli.goods_arrival AS r
    SET state = 'arrived', ended_at = at, place_id = place, counted = new_counted,
        because = new_because
    WHERE r.estate_id = estate AND r.id = shipment;
    PERFORM linli.append_event(event, 'goods.arrived', linli.goods_audience(room), '{}',
        json_build_object('shipment', shipment, 'lot', held.lot_id, 'place', place)::text);
    RETURN 'arrived';
END
$$;

-- Puts what arrived on the shelf. Verdicts: arrived, full. For the functions here alone.
CREATE FUNCTION linli.goods_arrive(
    event uuid, intake uuid, held linli.goods_arrival, kept linli.goods_lot,
    of_item linli.goods_item, place uuid, counted bigint, hold boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    status CONSTANT text := CASE
        WHEN hold OR kept.stopped IS NOT NULL OR held.expires_on < linli.local_day() OR EXISTS (
            SELECT FROM linli.goods_arrival AS r
            WHERE r.estate_id = estate AND r.lot_id = held.lot_id AND r.recalled_at IS NOT NULL)
            THEN 'quarantine'
        ELSE 'free' END;
    answer linli.ledger_answer;
BEGIN
    INSERT INTO linli.goods_intake (estate_id, id, place_id, source, from_estate, digest, at)
    VALUES (estate, intake, place, 'estate', held.from_estate, sha256(uuid_send(held.id)),
        linli.instant());
    IF kept.id IS NULL THEN
        PERFORM linli.goods_lot_make(held.lot_id, of_item, held.condition, held.expires_on, intake,
            counted);
        UPDATE linli.goods_lot AS g SET code = held.code
        WHERE g.estate_id = estate AND g.id = held.lot_id;
    ELSE
        UPDATE linli.goods_lot AS g SET given = least(g.given + counted, 2000000000)
        WHERE g.estate_id = estate AND g.id = held.lot_id;
    END IF;
    answer := linli.goods_post(event, ARRAY(
        SELECT ROW(held.lot_id, 'outside', NULL, n.comes_from, 'place', place, status, n.much,
            'arrived')::linli.goods_leg
        FROM (VALUES ('shipped', least(counted, held.quantity)),
            ('counted', counted - held.quantity)) AS n (comes_from, much)
        WHERE n.much > 0
        ORDER BY n.comes_from DESC), 'shipment', held.id);
    IF answer.verdict NOT IN ('posted', 'full') THEN
        RAISE EXCEPTION 'what arrives has a place' USING ERRCODE = 'internal_error';
    END IF;
    RETURN CASE answer.verdict WHEN 'posted' THEN 'arrived' ELSE 'full' END;
END
$$;

-- Recalls a lot, whoever may: as linli.goods_recall did before, and what was sent to other estates with it.
-- Verdicts: recalled, again. For the functions here alone.
CREATE FUNCTION linli.goods_recall_put(
    event uuid, new_id uuid, lot uuid, new_because text, new_advice text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    lots uuid[];
    legs linli.goods_leg[];
    before text[];
    task uuid;
    told uuid[];
    waiting bigint;
BEGIN
    lots := linli.goods_lots_with(lot);
    PERFORM FROM linli.capacity_take(lots);
    IF EXISTS (SELECT FROM linli.goods_recall AS r WHERE r.estate_id = estate AND r.lot_id = lot)
    THEN
        RETURN 'again';
    END IF;
    -- A kit may have been packed while the lots were waited for; no more of them can be now.
    lots := linli.goods_lots_with(lot);
    PERFORM FROM linli.capacity_take(lots);
    PERFORM linli.goods_take(
        ARRAY(SELECT a.asset_id FROM linli.ledger_account AS a
            WHERE a.estate_id = estate AND a.asset_id = ANY (lots) AND a.holder_kind = 'place'
                AND a.status = 'free' ORDER BY a.id),
        ARRAY(SELECT a.holder_id FROM linli.ledger_account AS a
            WHERE a.estate_id = estate AND a.asset_id = ANY (lots) AND a.holder_kind = 'place'
                AND a.status = 'free' ORDER BY a.id));
    UPDATE linli.goods_lot AS g
    SET stopped = 'recalled', stopped_at = at
    WHERE g.estate_id = estate AND g.id = ANY (lots) AND g.stopped IS DISTINCT FROM 'recalled';
    -- Each reservation's end brings back what it held, into quarantine.
    before := linli.act_as_job('goods-desk');
    PERFORM linli.reservation_step(r.id, 'ended', r.seats, r.priority, NULL, 'closed', NULL, '{}')
    FROM linli.reservation AS r
    WHERE r.estate_id = estate AND r.capacity_id = ANY (lots) AND r.state <> 'ended';
    PERFORM linli.end_act_as_job(before);
    legs := ARRAY(
        SELECT ROW(a.asset_id, 'place', a.holder_id, 'free', 'place', a.holder_id, 'quarantine',
            a.balance, 'recalled')::linli.goods_leg
        FROM linli.ledger_account AS a
        WHERE a.estate_id = estate AND a.asset_id = ANY (lots) AND a.holder_kind = 'place'
            AND a.status = 'free' AND a.balance > 0
        ORDER BY a.id);
    IF cardinality(legs) > 0
        AND (linli.goods_post(event, legs, 'recall', new_id)).verdict <> 'posted'
    THEN
        RAISE EXCEPTION 'what is free goes into quarantine' USING ERRCODE = 'internal_error';
    END IF;
    INSERT INTO linli.goods_recall (estate_id, id, lot_id, because, advice, at)
    VALUES (estate, new_id, lot, new_because, new_advice, at);
    INSERT INTO linli.goods_recall_household (estate_id, recall_id, household_id)
    SELECT DISTINCT estate, new_id, a.holder_id
    FROM linli.ledger_account AS a
    WHERE a.estate_id = estate AND a.asset_id = ANY (lots) AND a.holder_kind = 'household'
        AND a.balance > 0;
    GET DIAGNOSTICS waiting = ROW_COUNT;
    told := ARRAY(
        SELECT DISTINCT m.person_id
        FROM linli.goods_recall_household AS h
        JOIN linli.membership AS m ON m.estate_id = estate AND m.household_id = h.household_id
        WHERE h.estate_id = estate AND h.recall_id = new_id AND m.begins <= at AND m.ends > at);
    -- What went to other estates stops there now; their jobs carry it out.
    PERFORM
    FROM linli.goods_arrival AS r
    JOIN linli.goods_shipment AS s ON s.to_estate = r.estate_id AND s.id = r.id
    WHERE s.estate_id = estate AND s.lot_id = ANY (lots) AND s.state <> 'undone'
    ORDER BY r.estate_id, r.id
    FOR UPDATE OF r;
    UPDATE linli.goods_arrival AS r
    SET recalled_at = at, recalled_because = new_because, recalled_advice = new_advice
    FROM linli.goods_shipment AS s
    WHERE s.estate_id = estate AND s.lot_id = ANY (lots) AND s.state <> 'undone'
        AND r.estate_id = s.to_estate AND r.id = s.id AND r.recalled_at IS NULL;
    -- Who has it stands in no event: each household finds it at its own notice.
    PERFORM linli.append_event(event, 'goods.recalled', linli.goods_audience(NULL), '{}',
        json_build_object('recall', new_id, 'lot', lot, 'because', new_because)::text);
    PERFORM linli.notify(event, 'goods.recalled', 'recall', new_id,
        json_build_object('what', json_build_array(new_advice), 'because', new_because)::text, told);
    IF waiting > 0 THEN
        task := linli.raise_task('goods-recall', new_id, NULL, NULL, NULL);
        UPDATE linli.goods_recall AS r SET task_id = task
        WHERE r.estate_id = estate AND r.id = new_id;
    ELSE
        UPDATE linli.goods_recall AS r SET ended_at = r.at
        WHERE r.estate_id = estate AND r.id = new_id;
    END IF;
    RETURN 'recalled';
END
$$;

-- As before, and in every estate that some of it was sent to.
CREATE OR REPLACE FUNCTION linli.goods_recall(
    event uuid, new_id uuid, lot uuid, new_because text, new_advice text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.goods_serves_any() OR NOT EXISTS (
        SELECT FROM linli.goods_lot AS g WHERE g.estate_id = linli.estate_id() AND g.id = lot)
    THEN
        RETURN 'unknown';
    END IF;
    RETURN linli.goods_recall_put(event, new_id, lot, new_because, new_advice);
END
$$;

-- As before; and the estates that some of it was sent to.
CREATE OR REPLACE FUNCTION linli.goods_recall_reach(lot uuid)
    RETURNS TABLE (holder_id uuid, holder_kind text, lot_id uuid, status text, quantity text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    lots CONSTANT uuid[] := linli.goods_lots_with(lot);
    all_of_it CONSTANT boolean := linli.has_role('residents_committee', 'social_worker');
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT (all_of_it OR linli.goods_serves_any()) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT a.holder_id, a.holder_kind, a.asset_id, a.status,
            linli.goods_amount(a.balance, s.scale)
        FROM linli.ledger_account AS a
        JOIN linli.ledger_asset AS s ON s.estate_id = estate AND s.id = a.asset_id
        WHERE a.estate_id = estate AND a.asset_id = ANY (lots)
            AND a.holder_kind IN ('place', 'household')
            AND (all_of_it OR a.holder_kind = 'place')
            AND (a.balance > 0 OR (a.holder_kind = 'household' AND a.moves > 0))
        UNION ALL
        SELECT h.to_estate, 'estate', h.lot_id, h.state,
            linli.goods_amount(sum(h.quantity)::bigint, s.scale)
        FROM linli.goods_shipment AS h
        JOIN linli.ledger_asset AS s ON s.estate_id = estate AND s.id = h.lot_id
        WHERE h.estate_id = estate AND h.lot_id = ANY (lots) AND h.state <> 'undone'
        GROUP BY h.to_estate, h.lot_id, h.state, s.scale
        ORDER BY 2, 1, 3, 4;
END
$$;

-- The job goods-road: posts here what other estates have counted of what was sent to them, and carries out
-- recalls of what they sent here; at most so many. How many there were.
CREATE FUNCTION linli.goods_road(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    event CONSTANT uuid := linli.fresh_id(at);
    shipments uuid[];
    recalled record;
    many bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'goods-road' THEN
        RAISE EXCEPTION 'only the job goods-road does this'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    shipments := ARRAY(
        SELECT s.id
        FROM linli.goods_shipment AS s
        JOIN linli.goods_arrival AS r ON r.estate_id = s.to_estate AND r.id = s.id
            AND r.state = 'arrived'
        WHERE s.estate_id = estate AND s.state = 'underway'
        ORDER BY s.id
        LIMIT rows_max
        FOR UPDATE OF s);
    many := cardinality(shipments);
    IF many > 0 THEN
        IF (linli.goods_post(event, ARRAY(
            SELECT ROW(s.lot_id, 'underway', s.id, 'sent', 'outside', NULL, n.goes_to, n.much,
                n.reason)::linli.goods_leg
            FROM linli.goods_shipment AS s
            JOIN linli.goods_arrival AS r ON r.estate_id = s.to_estate AND r.id = s.id
            CROSS JOIN LATERAL (VALUES
                ('shipped', least(r.counted, s.quantity), 'arrived'),
                ('discarded', s.quantity - r.counted, r.because)) AS n (goes_to, much, reason)
            WHERE s.estate_id = estate AND s.id = ANY (shipments) AND n.much > 0
            ORDER BY s.id, n.goes_to DESC), 'shipment', event)).verdict <> 'posted'
        THEN
            RAISE EXCEPTION 'what is on the way is there' USING ERRCODE = 'internal_error';
        END IF;
        UPDATE linli.goods_shipment AS s SET state = 'arrived', ended_at = at
        WHERE s.estate_id = estate AND s.id = ANY (shipments);
        PERFORM linli.append_event(event, 'goods.sentArrived', linli.goods_audience(NULL), '{}',
            json_build_object('shipments', shipments)::text);
        -- A transaction posts once: the recalls are the next one's.
        RETURN many;
    END IF;
    FOR recalled IN
        SELECT DISTINCT ON (r.lot_id) r.lot_id, r.recalled_because AS because,
            r.recalled_advice AS advice
        FROM linli.goods_arrival AS r
        JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.id = r.lot_id
        WHERE r.estate_id = estate AND r.recalled_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM linli.goods_recall AS d
            WHERE d.estate_id = estate AND d.lot_id = r.lot_id)
        ORDER BY r.lot_id, r.recalled_at
        LIMIT 1
    LOOP
        PERFORM linli.goods_recall_put(linli.fresh_id(at), linli.fresh_id(at), recalled.lot_id,
            recalled.because, recalled.advice);
        many := many + 1;
    END LOOP;
    RETURN many;
END
$$;

-- What is read -------------------------------------------------------------------------------------

-- What was sent to other estates, the latest first, or one; to who handles goods, with what they counted.
CREATE FUNCTION linli.goods_shipments(one uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, lot_id uuid, code text, name_zh text, name_en text, unit text,
        place_id uuid, other uuid, other_zh text, other_en text, quantity text, sent_at timestamptz,
        state text, ended_at timestamptz, counted text, because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF NOT linli.goods_serves_any() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT s.id, s.lot_id, l.code, i.name_zh, i.name_en, i.unit, s.place_id, s.to_estate,
            e.name_zh, e.name_en, linli.goods_amount(s.quantity, i.scale), s.sent_at, s.state,
            s.ended_at, linli.goods_amount(r.counted, i.scale), r.because
        FROM linli.goods_shipment AS s
        JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = s.lot_id
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
        JOIN linli.estate AS e ON e.estate_id = s.to_estate
        LEFT JOIN linli.goods_arrival AS r ON r.estate_id = s.to_estate AND r.id = s.id
            AND s.state = 'arrived'
        WHERE s.estate_id = estate AND s.id < before AND (one IS NULL OR s.id = one)
        ORDER BY s.id DESC
        LIMIT rows_max;
END
$$;

-- What other estates sent here, the latest first, to who handles goods.
CREATE FUNCTION linli.goods_arrivals(of_state text, one uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, lot_id uuid, code text, name_zh text, name_en text, category text,
        unit text, scale integer, condition text, expires_on date, allergens text[],
        is_valuable boolean, place_id uuid, other uuid, other_zh text, other_en text,
        quantity text, sent_at timestamptz, state text, ended_at timestamptz, counted text,
        because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    IF NOT linli.goods_serves_any() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.lot_id, r.code, r.name_zh, r.name_en, r.category, r.unit, r.scale::integer,
            r.condition, r.expires_on, r.allergens, r.is_valuable, r.place_id, r.from_estate,
            e.name_zh, e.name_en, linli.goods_amount(r.quantity, r.scale), r.sent_at, r.state,
            r.ended_at, linli.goods_amount(r.counted, r.scale), r.because
        FROM linli.goods_arrival AS r
        JOIN linli.estate AS e ON e.estate_id = r.from_estate
        WHERE r.estate_id = linli.estate_id() AND r.id < before AND (one IS NULL OR r.id = one)
            AND (of_state IS NULL OR r.state = of_state)
        ORDER BY r.id DESC
        LIMIT rows_max;
END
$$;

-- As before; what went to another estate was handed on.
CREATE OR REPLACE FUNCTION linli.goods_gifts(before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, at timestamptz, drive_id uuid, lots json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT k.id, k.at, k.drive_id, (
            SELECT coalesce(json_agg(json_build_object('code', g.code, 'name_zh', i.name_zh,
                'name_en', i.name_en, 'unit', i.unit,
                'given', linli.goods_amount(g.given, i.scale),
                'here', linli.goods_amount(s.here, i.scale),
                'handed_on', linli.goods_amount(s.handed, i.scale),
                'gone', linli.goods_amount(s.gone, i.scale)) ORDER BY g.id), '[]')
            FROM linli.goods_lot AS g
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = g.item_id
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(a.balance) FILTER (WHERE a.holder_kind = 'place'), 0)::bigint
                        AS here,
                    coalesce(sum(a.balance) FILTER (
                        WHERE a.holder_kind IN ('household', 'pot', 'underway')
                            OR (a.holder_kind = 'outside' AND a.status = 'shipped')), 0)::bigint
                        AS handed,
                    coalesce(sum(a.balance) FILTER (
                        WHERE a.holder_kind = 'outside' AND a.status = 'discarded'), 0)::bigint
                        AS gone
                FROM linli.ledger_account AS a
                WHERE a.estate_id = estate AND a.asset_id = g.id
            ) AS s
            WHERE g.estate_id = estate AND g.intake_id = k.id)
        FROM linli.goods_intake AS k
        WHERE k.estate_id = estate AND k.donor_id = linli.subject_id() AND k.id < before
        ORDER BY k.id DESC
        LIMIT rows_max;
END
$$;

-- As before; what other estates sent came in, and what was sent to them went out.
CREATE OR REPLACE FUNCTION linli.goods_month(month date)
    RETURNS TABLE (id uuid, name_zh text, name_en text, category text, unit text, came text,
        went text, shelf text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    first CONSTANT timestamp := date_trunc('month', month::timestamp);
    since CONSTANT timestamptz := first AT TIME ZONE zone;
    until CONSTANT timestamptz := (first + interval '1 month') AT TIME ZONE zone;
BEGIN
    RETURN QUERY
        WITH moved AS (
            SELECT g.item_id,
                sum(m.quantity) FILTER (WHERE m.at < until AND f.holder_kind = 'outside'
                    AND f.status IN ('given', 'bought', 'shipped')) AS came,
                sum(m.quantity) FILTER (WHERE m.at < until AND t.holder_kind = 'outside'
                    AND t.status IN ('given', 'bought')) AS not_after_all,
                sum(m.quantity) FILTER (WHERE m.at < until AND t.holder_kind IN ('household', 'underway')) AS went,
                sum(m.quantity) FILTER (WHERE m.at < until AND (f.holder_kind = 'household'
                    OR (f.holder_kind = 'underway' AND t.holder_kind = 'place'))) AS back,
                sum(m.quantity) FILTER (WHERE m.at >= until AND t.holder_kind = 'place'
                    AND f.holder_kind <> 'place') AS later,
                sum(m.quantity) FILTER (WHERE m.at >= until AND f.holder_kind = 'place'
                    AND t.holder_kind <> 'place') AS left_later
            FROM linli.ledger_movement AS m
            JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.id = m.asset_id
            JOIN linli.ledger_account AS f ON f.estate_id = estate AND f.id = m.from_id
            JOIN linli.ledger_account AS t ON t.estate_id = estate AND t.id = m.to_id
            WHERE m.estate_id = estate AND m.at >= since
            GROUP BY g.item_id
        ), here AS (
            SELECT g.item_id, sum(a.balance) AS lies
            FROM linli.goods_lot AS g
            JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.asset_id = g.id
                AND a.holder_kind = 'place' AND a.balance > 0
            WHERE g.estate_id = estate
            GROUP BY g.item_id
        ), summed AS (
            SELECT i.id, i.name_zh, i.name_en, i.category, i.unit, i.scale::integer,
                (coalesce(m.came, 0) - coalesce(m.not_after_all, 0))::bigint AS came,
                (coalesce(m.went, 0) - coalesce(m.back, 0))::bigint AS went,
                (coalesce(h.lies, 0) - coalesce(m.later, 0) + coalesce(m.left_later, 0))::bigint
                    AS shelf
            FROM linli.goods_item AS i
            LEFT JOIN moved AS m ON m.item_id = i.id
            LEFT JOIN here AS h ON h.item_id = i.id
            WHERE i.estate_id = estate
        )
        SELECT s.id, s.name_zh, s.name_en, s.category, s.unit, linli.goods_amount(s.came, s.scale),
            linli.goods_amount(s.went, s.scale), linli.goods_amount(s.shelf, s.scale)
        FROM summed AS s
        WHERE s.came <> 0 OR s.went <> 0 OR s.shelf <> 0
        ORDER BY s.category, s.id
        LIMIT 500;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['goods_shipment', 'goods_arrival']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.goods_send(uuid, uuid, uuid, uuid, uuid, bigint), linli.goods_send_undo(uuid, uuid),
    linli.goods_receive(uuid, uuid, uuid, uuid, uuid, bigint, text, boolean),
    linli.goods_road(integer), linli.goods_shipments(uuid, uuid, bigint),
    linli.goods_arrivals(text, uuid, uuid, bigint)
    TO linli;
