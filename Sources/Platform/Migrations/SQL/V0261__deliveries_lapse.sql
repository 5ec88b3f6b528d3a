-- What is to be brought and waits no more is not brought: its asking is taken back in the transaction in which the
-- parcel lapses. docs/donations/needs.md has the rules.

-- Takes an asking back that has lost its object, by nobody; false: it is under way or over. Whoever calls holds it.
-- For the functions here alone.
CREATE FUNCTION linli.help_drop(request uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    event CONSTANT uuid := linli.fresh_id(at);
    r linli.help_request;
    before text[];
BEGIN
    SELECT * INTO r FROM linli.help_request AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = request AND o.state IN ('looking', 'agreed');
    IF r.id IS NULL OR (r.visit_id IS NOT NULL
        AND linli.help_visits_end(ARRAY[r.visit_id], 'withdrawn', true) = 0)
    THEN
        RETURN false;
    END IF;
    PERFORM linli.help_proposals_end(request);
    UPDATE linli.help_proposal AS p SET state = 'released'
    WHERE p.estate_id = r.estate_id AND p.request_id = request AND p.state = 'accepted';
    UPDATE linli.help_request AS o SET state = 'withdrawn', closed_at = at
    WHERE o.estate_id = r.estate_id AND o.id = request;
    PERFORM linli.finish_task(r.task_id, 'done');
    before := linli.act_as_job('help-round');
    PERFORM linli.append_event(event, 'helpRequest.withdrawn',
        linli.help_audience(r.person_id, r.asker_id), '{}',
        json_build_object('request', request)::text);
    PERFORM linli.end_act_as_job(before);
    RETURN true;
END
$$;

-- The askings to bring what does not wait any more, or will not once some lots are stopped; held: requests come
-- before lots. For the functions here alone.
CREATE FUNCTION linli.deliveries_over(stopped uuid[], rows_max integer) RETURNS uuid[]
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN ARRAY(
        SELECT r.id
        FROM linli.help_request AS r
        JOIN linli.goods_delivery AS d ON d.estate_id = estate AND d.request_id = r.id
        JOIN linli.goods_parcel AS p ON p.estate_id = estate AND p.id = d.parcel_id
        WHERE r.estate_id = estate AND r.kind = 'delivery' AND r.state IN ('looking', 'agreed')
            AND coalesce(linli.delivery_state(d), 'returned') = 'returned'
            AND (linli.parcel_state(p) <> 'ready' OR EXISTS (
                SELECT FROM linli.goods_parcel_part AS t
                WHERE t.estate_id = estate AND t.parcel_id = p.id AND t.lot_id = ANY (stopped)))
        ORDER BY r.id
        LIMIT rows_max
        FOR UPDATE OF r);
END
$$;

-- Takes back those of some askings, which are held, whose parcel does not wait; its household hears of what went
-- back. How many there were. For the functions here alone.
CREATE FUNCTION linli.deliveries_drop(requests uuid[]) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    d linli.goods_delivery;
    box linli.goods_parcel;
    dropped bigint := 0;
BEGIN
    FOR d IN
        SELECT o.* FROM linli.goods_delivery AS o
        WHERE o.estate_id = estate AND o.request_id = ANY (requests)
        ORDER BY o.request_id
    LOOP
        SELECT * INTO STRICT box FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = d.parcel_id;
        CONTINUE WHEN linli.parcel_state(box) = 'ready'
            OR coalesce(linli.delivery_state(d), 'returned') <> 'returned'
            OR NOT linli.help_drop(d.request_id);
        dropped := dropped + 1;
        PERFORM linli.parcel_tell(box, 'parcel.lapsed', '{}')
        WHERE linli.parcel_state(box) = 'gone';
    END LOOP;
    RETURN dropped;
END
$$;

-- As before; what is to be brought and waits no more is not brought.
CREATE OR REPLACE FUNCTION linli.goods_sweep(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    event CONSTANT uuid := linli.fresh_id(at);
    expired uuid[];
    lots uuid[];
    legs linli.goods_leg[];
    askings uuid[];
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'goods-sweep' THEN
        RAISE EXCEPTION 'only the job goods-sweep sweeps' USING ERRCODE = 'insufficient_privilege';
    END IF;
    expired := ARRAY(
        SELECT g.id
        FROM linli.goods_lot AS g
        WHERE g.estate_id = estate AND g.stopped IS NULL AND g.expires_on < linli.local_day()
        ORDER BY g.expires_on, g.id
        LIMIT rows_max);
    lots := expired || ARRAY(
        SELECT DISTINCT r.capacity_id
        FROM linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
            AND c.feature = 'lot'
        WHERE r.estate_id = estate AND r.until <= at AND r.capacity_id <> ALL (expired)
        LIMIT greatest(rows_max - cardinality(expired), 0));
    askings := linli.deliveries_over(expired, rows_max);
    IF cardinality(lots) = 0 THEN
        RETURN linli.deliveries_drop(askings);
    END IF;
    PERFORM FROM linli.capacity_take(lots);
    PERFORM linli.goods_take(
        ARRAY(SELECT a.asset_id FROM linli.ledger_account AS a
            WHERE a.estate_id = estate AND a.asset_id = ANY (lots) AND a.holder_kind = 'place'
                AND a.status IN ('free', 'reserved') ORDER BY a.id),
        ARRAY(SELECT a.holder_id FROM linli.ledger_account AS a
            WHERE a.estate_id = estate AND a.asset_id = ANY (lots) AND a.holder_kind = 'place'
                AND a.status IN ('free', 'reserved') ORDER BY a.id));
    PERFORM linli.lot_lapse(ARRAY(
        SELECT r.id FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.capacity_id = ANY (lots) AND r.until <= at));
    UPDATE linli.goods_lot AS g
    SET stopped = 'expired', stopped_at = at
    WHERE g.estate_id = estate AND g.id = ANY (expired) AND g.stopped IS NULL;
    PERFORM linli.reservation_step(r.id, 'ended', r.seats, r.priority, NULL, 'closed', NULL, '{}')
    FROM linli.reservation AS r
    WHERE r.estate_id = estate AND r.capacity_id = ANY (expired) AND r.state <> 'ended';
    legs := ARRAY(
        SELECT ROW(a.asset_id, 'place', a.holder_id, 'free', 'place', a.holder_id, 'quarantine',
            a.balance, 'expired')::linli.goods_leg
        FROM linli.ledger_account AS a
        WHERE a.estate_id = estate AND a.asset_id = ANY (expired) AND a.holder_kind = 'place'
            AND a.status = 'free' AND a.balance > 0
        ORDER BY a.id);
    IF cardinality(legs) > 0 THEN
        IF (linli.goods_post(event, legs, 'sweep', event)).verdict <> 'posted' THEN
            RAISE EXCEPTION 'what is free goes into quarantine' USING ERRCODE = 'internal_error';
        END IF;
        PERFORM linli.append_event(event, 'goods.expired', linli.goods_audience(NULL), '{}',
            json_build_object('lots', cardinality(expired))::text);
    END IF;
    RETURN cardinality(lots) + linli.deliveries_drop(askings);
END
$$;
