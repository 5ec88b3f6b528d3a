-- What is read of goods: stock, boards, movements, gifts, the month for everybody; and the sweep that
-- takes out of issue what has expired.

-- Lots with what of each is where, for who handles goods: those after an id, or one, or those at a
-- place; with `near`, those that expire by that day, the first to expire first.
CREATE FUNCTION linli.goods_stock(
    one uuid, of_item uuid, at_place uuid, near date, after_day date, after_id uuid,
    rows_max bigint)
    RETURNS TABLE (id uuid, code text, item_id uuid, name_zh text, name_en text, unit text,
        scale integer, condition text, expires_on date, stopped text, received_at timestamptz,
        free bigint, reserved bigint, quarantine bigint, at_places json, intake_id uuid,
        source text, drive_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    ids uuid[];
BEGIN
    IF NOT linli.goods_serves_any() THEN
        RETURN;
    END IF;
    IF near IS NULL THEN
        ids := ARRAY(
            SELECT g.id
            FROM linli.goods_lot AS g
            WHERE g.estate_id = estate AND g.id > after_id
                AND (one IS NULL OR g.id = one) AND (of_item IS NULL OR g.item_id = of_item)
                AND (one IS NOT NULL OR EXISTS (
                    SELECT
                    FROM linli.ledger_account AS a
                    WHERE a.estate_id = estate AND a.asset_id = g.id AND a.holder_kind = 'place'
                        AND a.balance > 0
                        AND (at_place IS NULL OR a.holder_id = at_place)))
            ORDER BY g.id
            LIMIT rows_max);
    ELSE
        ids := ARRAY(
            SELECT g.id
            FROM linli.goods_lot AS g
            WHERE g.estate_id = estate AND g.stopped IS NULL AND g.expires_on <= near
                AND (g.expires_on, g.id) > (after_day, after_id)
                AND EXISTS (
                    SELECT
                    FROM linli.ledger_account AS a
                    WHERE a.estate_id = estate AND a.asset_id = g.id AND a.holder_kind = 'place'
                        AND a.status IN ('free', 'reserved') AND a.balance > 0
                        AND (at_place IS NULL OR a.holder_id = at_place))
            ORDER BY g.expires_on, g.id
            LIMIT rows_max);
    END IF;
    RETURN QUERY
        SELECT g.id, g.code, g.item_id, i.name_zh, i.name_en, i.unit, i.scale::integer, g.condition,
            g.expires_on, g.stopped, g.received_at, s.free, s.reserved, s.quarantine, s.at_places,
            g.intake_id, k.source, k.drive_id
        FROM unnest(ids) WITH ORDINALITY AS n (id, number)
        JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.id = n.id
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = g.item_id
        LEFT JOIN linli.goods_intake AS k ON k.estate_id = estate AND k.id = g.intake_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(a.balance) FILTER (WHERE a.status = 'free'), 0)::bigint AS free,
                coalesce(sum(a.balance) FILTER (WHERE a.status = 'reserved'), 0)::bigint
                    AS reserved,
                coalesce(sum(a.balance) FILTER (WHERE a.status = 'quarantine'), 0)::bigint
                    AS quarantine,
                coalesce(json_agg(json_build_object('place', a.holder_id, 'status', a.status,
                    'quantity', linli.goods_amount(a.balance, i.scale))
                    ORDER BY a.holder_id, a.status) FILTER (WHERE a.balance > 0), '[]') AS at_places
            FROM linli.ledger_account AS a
            WHERE a.estate_id = estate AND a.asset_id = g.id AND a.holder_kind = 'place'
        ) AS s
        ORDER BY n.number;
END
$$;

-- Items of which less is free than should be, for who handles goods.
CREATE FUNCTION linli.goods_shortages()
    RETURNS TABLE (id uuid, name_zh text, name_en text, unit text, free text, short_below text)
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
        SELECT i.id, i.name_zh, i.name_en, i.unit, linli.goods_amount(s.free, i.scale),
            linli.goods_amount(i.short_below, i.scale)
        FROM linli.goods_item AS i
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(a.balance), 0)::bigint AS free
            FROM linli.goods_lot AS g
            JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.asset_id = g.id
                AND a.holder_kind = 'place' AND a.status = 'free'
            WHERE g.estate_id = estate AND g.item_id = i.id AND g.stopped IS NULL
                AND (g.expires_on IS NULL OR g.expires_on >= linli.local_day())
        ) AS s
        WHERE i.estate_id = estate AND i.retired_at IS NULL AND s.free < i.short_below
        ORDER BY s.free::numeric / i.short_below, i.id
        LIMIT 200;
END
$$;

-- The movements of a lot, the latest first, for who handles goods: never to which household.
CREATE FUNCTION linli.goods_movements(lot uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, at timestamptz, quantity text, reason text, from_kind text,
        from_place uuid, from_status text, to_kind text, to_place uuid, to_status text,
        doer_id uuid, reverses uuid, reversed_by uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    accounts uuid[];
BEGIN
    IF NOT linli.goods_serves_any() THEN
        RETURN;
    END IF;
    accounts := ARRAY(
        SELECT a.id FROM linli.ledger_account AS a
        WHERE a.estate_id = estate AND a.asset_id = lot);
    RETURN QUERY
        SELECT m.id, m.at, linli.goods_amount(m.quantity, s.scale), m.reason, f.holder_kind,
            CASE f.holder_kind WHEN 'place' THEN f.holder_id END, f.status, t.holder_kind,
            CASE t.holder_kind WHEN 'place' THEN t.holder_id END, t.status, m.doer_id, m.reverses,
            (SELECT r.id FROM linli.ledger_movement AS r
            WHERE r.estate_id = estate AND r.reverses = m.id)
        FROM (
            SELECT one.id
            FROM unnest(accounts) AS account
            CROSS JOIN LATERAL (
                SELECT m.id
                FROM linli.ledger_movement AS m
                WHERE m.estate_id = estate AND m.from_id = account
                    AND m.id < before
                ORDER BY m.from_number DESC
                LIMIT rows_max) AS one
            ORDER BY one.id DESC
            LIMIT rows_max
        ) AS n
        JOIN linli.ledger_movement AS m ON m.estate_id = estate AND m.id = n.id
        JOIN linli.ledger_asset AS s ON s.estate_id = estate AND s.id = m.asset_id
        JOIN linli.ledger_account AS f ON f.estate_id = estate AND f.id = m.from_id
        JOIN linli.ledger_account AS t ON t.estate_id = estate AND t.id = m.to_id
        ORDER BY m.id DESC;
END
$$;

-- What became of what one gave, lot by lot: how much lies here, was handed on, went away; not to whom.
CREATE FUNCTION linli.goods_gifts(before uuid, rows_max bigint)
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
                        WHERE a.holder_kind IN ('household', 'pot')), 0)::bigint AS handed,
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

-- What came in, went out and lay on the shelf at the end of a month, by item: for everybody, with no
-- word of anybody; of the present month, up to now. Only what moved since then is read.
CREATE FUNCTION linli.goods_month(month date)
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
                    AND f.status IN ('given', 'bought')) AS came,
                sum(m.quantity) FILTER (WHERE m.at < until AND t.holder_kind = 'outside'
                    AND t.status IN ('given', 'bought')) AS not_after_all,
                sum(m.quantity) FILTER (WHERE m.at < until AND t.holder_kind = 'household') AS went,
                sum(m.quantity) FILTER (WHERE m.at < until AND f.holder_kind = 'household') AS back,
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

-- The job `goods-sweep`: takes out of issue lots whose last day is over, and ends reservations whose
-- time is; at most so many lots. How many there were.
CREATE FUNCTION linli.goods_sweep(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    event CONSTANT uuid := linli.fresh_id(at);
    expired uuid[];
    lots uuid[];
    legs linli.goods_leg[];
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
    IF cardinality(lots) = 0 THEN
        RETURN 0;
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
    RETURN cardinality(lots);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.goods_stock(uuid, uuid, uuid, date, date, uuid, bigint), linli.goods_shortages(),
    linli.goods_movements(uuid, uuid, bigint), linli.goods_gifts(uuid, bigint),
    linli.goods_month(date), linli.goods_sweep(integer)
    TO linli;
