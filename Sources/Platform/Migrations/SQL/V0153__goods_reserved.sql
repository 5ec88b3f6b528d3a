-- Free, reserved, issued: the one entry through which goods reach a household. What is reserved is a
-- reservation of the kernel at the lot's capacity and a movement of the ledger, in one transaction;
-- what has lapsed is void at its instant, and goes back when the lot is touched, or at the sweep.
--
-- Order of locks: lots by id, agendas (whoever counts quotas takes the lots, then the agendas, before it
-- comes here), accounts by id, nothing after them.

-- Whether the principal may hand stock out of a place. Who else may reserve, a later room says here.
CREATE FUNCTION linli.lot_hands(place uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.goods_serves(place)
        OR (linli.job_name() IS NOT NULL AND linli.job_name() LIKE 'goods-%');
END
$$;

-- Ends reservations of lots whose time is over; the lots and all accounts are held. For the functions
-- here alone.
CREATE FUNCTION linli.lot_lapse(reservations uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.reservation_step(r.id, 'ended', r.seats, r.priority, NULL, 'lapsed', NULL, '{}')
    FROM linli.reservation AS r
    WHERE r.estate_id = linli.estate_id() AND r.id = ANY (reservations) AND r.state = 'held'
        AND r.until <= linli.instant();
END
$$;

-- Reserves some of each lot at a place for a household, to an instant: a reservation a lot, all or none.
-- Verdicts of goods_post; again (the holder has a live reservation at one of the lots), until (the
-- instant has passed). Refused, the transaction is undone by the caller.
CREATE FUNCTION linli.lot_reserve(
    event uuid, reservations uuid[], lots uuid[], places uuid[], quantities bigint[], holder uuid,
    household uuid, until timestamptz, cause_kind text, cause uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    due uuid[];
    before text[];
    answer linli.ledger_answer;
BEGIN
    IF EXISTS (SELECT FROM unnest(places) AS p WHERE NOT linli.lot_hands(p)) THEN
        answer.verdict := 'unknown';
        RETURN answer;
    ELSIF until <= linli.instant() THEN
        answer.verdict := 'until';
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(lots);
    due := ARRAY(
        SELECT r.id
        FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.capacity_id = ANY (lots) AND r.until <= linli.instant());
    PERFORM linli.goods_take(
        lots || ARRAY(SELECT h.lot_id FROM linli.goods_hold AS h
            WHERE h.estate_id = estate AND h.reservation_id = ANY (due) ORDER BY h.reservation_id),
        places || ARRAY(SELECT h.place_id FROM linli.goods_hold AS h
            WHERE h.estate_id = estate AND h.reservation_id = ANY (due) ORDER BY h.reservation_id));
    PERFORM linli.lot_lapse(due);
    PERFORM
    FROM linli.reservation_member AS m
    WHERE m.estate_id = estate AND m.capacity_id = ANY (lots) AND m.person_id = holder AND m.is_live;
    IF FOUND THEN
        answer.verdict := 'again';
        RETURN answer;
    END IF;
    answer := linli.goods_post(event, ARRAY(
        SELECT ROW(n.lot, 'place', n.place, 'free', 'place', n.place, 'reserved', n.quantity,
            'reserved')::linli.goods_leg
        FROM unnest(lots, places, quantities) AS n (lot, place, quantity)), cause_kind, cause);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    before := linli.act_as_job('goods-desk');
    PERFORM linli.reservation_put(n.reservation, n.lot, holder, household, 'held',
        ARRAY[n.quantity::integer], 0, until, ARRAY[holder], '{unit}')
    FROM unnest(reservations, lots, quantities) AS n (reservation, lot, quantity);
    PERFORM linli.end_act_as_job(before);
    INSERT INTO linli.goods_hold (estate_id, reservation_id, lot_id, place_id, quantity)
    SELECT estate, n.reservation, n.lot, n.place, n.quantity
    FROM unnest(reservations, lots, places, quantities) AS n (reservation, lot, place, quantity);
    RETURN answer;
END
$$;

-- Ends reservations: `issued` of each goes to the household, the rest where `rest` says, free or
-- quarantine (its cold chain was broken). Verdicts of goods_post; lapsed (its time is over), over (more
-- than it holds), unknown. `because`: collected, cancelled, closed …
CREATE FUNCTION linli.lot_end(
    event uuid, reservations uuid[], issued bigint[], household uuid, rest text, because text,
    cause_kind text, cause uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    lots CONSTANT uuid[] := ARRAY(
        SELECT h.lot_id FROM linli.goods_hold AS h
        WHERE h.estate_id = estate AND h.reservation_id = ANY (reservations) AND h.is_live
        ORDER BY h.lot_id);
    before text[];
    answer linli.ledger_answer;
BEGIN
    PERFORM FROM linli.capacity_take(lots);
    SELECT n.number, n.verdict INTO answer.number, answer.verdict
    FROM (
        SELECT w.number, CASE
            WHEN h.reservation_id IS NULL OR NOT linli.lot_hands(h.place_id) THEN 'unknown'
            WHEN w.issued > 0 AND r.until <= linli.instant() THEN 'lapsed'
            WHEN w.issued > h.quantity THEN 'over' END AS verdict
        FROM unnest(reservations, issued) WITH ORDINALITY AS w (id, issued, number)
        LEFT JOIN linli.goods_hold AS h ON h.estate_id = estate AND h.reservation_id = w.id
            AND h.is_live
        LEFT JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = w.id
    ) AS n
    WHERE n.verdict IS NOT NULL
    ORDER BY n.number
    LIMIT 1;
    IF FOUND THEN
        RETURN answer;
    END IF;
    -- Taken before the reservation ends, so that its end moves nothing.
    UPDATE linli.goods_hold AS h
    SET is_live = false
    WHERE h.estate_id = estate AND h.reservation_id = ANY (reservations);
    before := linli.act_as_job('goods-desk');
    PERFORM linli.reservation_step(r.id, 'ended', r.seats, r.priority, NULL, because, NULL, '{}')
    FROM linli.reservation AS r
    WHERE r.estate_id = estate AND r.id = ANY (reservations)
    ORDER BY r.capacity_id;
    PERFORM linli.end_act_as_job(before);
    RETURN linli.goods_post(event, ARRAY(
        SELECT leg.it
        FROM unnest(reservations, issued) WITH ORDINALITY AS w (id, issued, number)
        JOIN linli.goods_hold AS h ON h.estate_id = estate AND h.reservation_id = w.id
        CROSS JOIN LATERAL (VALUES
            (1, w.issued, ROW(h.lot_id, 'place', h.place_id, 'reserved', 'household', household,
                'issued', w.issued, 'issued')::linli.goods_leg),
            (2, h.quantity - w.issued, ROW(h.lot_id, 'place', h.place_id, 'reserved', 'place',
                h.place_id, rest, h.quantity - w.issued, because)::linli.goods_leg)
        ) AS leg (part, much, it)
        WHERE leg.much > 0
        ORDER BY w.number, leg.part), cause_kind, cause);
END
$$;

-- Hands out what is free, at once, to a household.
CREATE FUNCTION linli.lot_issue(
    event uuid, lots uuid[], places uuid[], quantities bigint[], household uuid, cause_kind text,
    cause uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    answer linli.ledger_answer;
BEGIN
    IF EXISTS (SELECT FROM unnest(places) AS p WHERE NOT linli.lot_hands(p)) THEN
        answer.verdict := 'unknown';
        RETURN answer;
    END IF;
    RETURN linli.goods_post(event, ARRAY(
        SELECT ROW(n.lot, 'place', n.place, 'free', 'household', household, 'issued', n.quantity,
            'issued')::linli.goods_leg
        FROM unnest(lots, places, quantities) AS n (lot, place, quantity)), cause_kind, cause);
END
$$;

-- Takes back from a household what it was handed, into free or quarantine at a place; the lot stays known.
CREATE FUNCTION linli.lot_return(
    event uuid, lots uuid[], places uuid[], quantities bigint[], household uuid, into_status text,
    cause_kind text, cause uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    answer linli.ledger_answer;
BEGIN
    IF EXISTS (SELECT FROM unnest(places) AS p WHERE NOT linli.lot_hands(p)) THEN
        answer.verdict := 'unknown';
        RETURN answer;
    END IF;
    RETURN linli.goods_post(event, ARRAY(
        SELECT ROW(n.lot, 'household', household, 'issued', 'place', n.place, into_status,
            n.quantity, 'returned')::linli.goods_leg
        FROM unnest(lots, places, quantities) AS n (lot, place, quantity)), cause_kind, cause);
END
$$;

-- The lots for which the two kernels disagree: none, ever.
CREATE FUNCTION linli.lots_astray() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT c.id
        FROM linli.capacity AS c
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(a.balance), 0) AS there,
                coalesce(sum(a.balance) FILTER (WHERE a.status = 'reserved'), 0) AS reserved
            FROM linli.ledger_account AS a
            WHERE a.estate_id = c.estate_id AND a.asset_id = c.id AND a.holder_kind = 'place'
                AND a.status IN ('free', 'reserved')) AS n
        WHERE c.estate_id = linli.estate_id() AND c.feature = 'lot'
            AND (c.totals[1] <> n.there OR c.held[1] <> n.reserved);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.lot_reserve(uuid, uuid[], uuid[], uuid[], bigint[], uuid, uuid, timestamptz, text, uuid),
    linli.lot_end(uuid, uuid[], bigint[], uuid, text, text, text, uuid),
    linli.lot_issue(uuid, uuid[], uuid[], bigint[], uuid, text, uuid),
    linli.lot_return(uuid, uuid[], uuid[], bigint[], uuid, text, text, uuid),
    linli.lots_astray()
    TO linli;
