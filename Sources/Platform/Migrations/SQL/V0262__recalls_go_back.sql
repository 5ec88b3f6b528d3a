-- A recall by an estate that was sent a lot goes back to the estate that sent it, and stops it there at once. From
-- there it reaches every other. docs/donations/shipments.md has the rules.

-- That what an estate sent is recalled by who has it, for what and with what advice: nothing of it goes out from then
-- on.
CREATE TABLE linli.goods_recall_call (
    estate_id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    -- Who recalls it.
    from_estate uuid NOT NULL,
    because text NOT NULL,
    advice text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT goods_recall_call_pkey PRIMARY KEY (estate_id, shipment_id),
    CONSTRAINT goods_recall_call_of FOREIGN KEY (estate_id, shipment_id)
        REFERENCES linli.goods_shipment (estate_id, id),
    CONSTRAINT goods_recall_call_elsewhere CHECK (from_estate <> estate_id),
    CONSTRAINT goods_recall_call_bytes
        CHECK (octet_length(because) BETWEEN 1 AND 80 AND octet_length(advice) BETWEEN 1 AND 80)
);
CREATE INDEX goods_recall_call_of_lot ON linli.goods_recall_call (estate_id, lot_id);
ALTER TABLE linli.goods_recall_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.goods_recall_call FORCE ROW LEVEL SECURITY;
CREATE POLICY goods_recall_call_owner ON linli.goods_recall_call TO linli_owner
    USING (true) WITH CHECK (true);

-- As before; and what was sent to another estate that recalls it is recalled here.
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
                AND r.recalled_at IS NOT NULL) OR EXISTS (
            SELECT FROM linli.goods_recall_call AS c
            WHERE c.estate_id = lot.estate_id AND c.lot_id = lot.id) THEN 'recalled'
        WHEN to_status IN ('reserved', 'issued', 'kitted', 'sent')
            AND lot.expires_on < linli.local_day() THEN 'expired'
        END;
END
$$;

-- As before; and it goes back to the estates that the lot came from.
CREATE OR REPLACE FUNCTION linli.goods_recall_put(
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
    came record;
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
    -- What came from another estate stops there now, unless it is that estate's own recall.
    FOR came IN
        INSERT INTO linli.goods_recall_call AS c (estate_id, shipment_id, lot_id, from_estate, because,
            advice, at)
        SELECT s.estate_id, s.id, s.lot_id, estate, new_because, new_advice, at
        FROM linli.goods_arrival AS r
        JOIN linli.goods_shipment AS s ON s.estate_id = r.from_estate AND s.id = r.id
        WHERE r.estate_id = estate AND r.lot_id = lot AND r.state <> 'undone'
            AND r.recalled_at IS NULL
        ORDER BY s.estate_id, s.id
        ON CONFLICT ON CONSTRAINT goods_recall_call_pkey DO NOTHING
        RETURNING c.estate_id, c.shipment_id
    LOOP
        PERFORM linli.goods_tell(came.estate_id, 'goods.recallCame', came.shipment_id);
    END LOOP;
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

-- As before; and recalls by who was sent a lot.
CREATE OR REPLACE FUNCTION linli.goods_road(rows_max integer) RETURNS bigint
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
        SELECT DISTINCT ON (r.lot_id) r.lot_id, r.because, r.advice
        FROM (
            SELECT a.lot_id, a.recalled_because AS because, a.recalled_advice AS advice,
                a.recalled_at AS at
            FROM linli.goods_arrival AS a
            WHERE a.estate_id = estate AND a.recalled_at IS NOT NULL
            UNION ALL
            SELECT c.lot_id, c.because, c.advice, c.at
            FROM linli.goods_recall_call AS c
            WHERE c.estate_id = estate) AS r
        JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.id = r.lot_id
        WHERE NOT EXISTS (
            SELECT FROM linli.goods_recall AS d
            WHERE d.estate_id = estate AND d.lot_id = r.lot_id)
        ORDER BY r.lot_id, r.at
        LIMIT 1
    LOOP
        PERFORM linli.goods_recall_put(linli.fresh_id(at), linli.fresh_id(at), recalled.lot_id,
            recalled.because, recalled.advice);
        many := many + 1;
    END LOOP;
    RETURN many;
END
$$;
