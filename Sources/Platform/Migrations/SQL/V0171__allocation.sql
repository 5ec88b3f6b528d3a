-- Allocation rounds (分配): what is free of a category at a room is shared out over the confirmed needs so
-- that the worst-off household is as well off as can be, then the next. The server proposes; a person
-- accepts, seeing codes; then everything is reserved at once, or nothing. docs/donations/needs.md.

CREATE TABLE linli.allocation_round (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    room_id uuid NOT NULL,
    category text NOT NULL,
    unit text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    -- Until when the parcels are kept.
    until timestamptz NOT NULL,
    -- Whether the shares are proven to be the fairest.
    is_proven boolean NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    outcome text,
    CONSTRAINT allocation_round_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT allocation_round_room FOREIGN KEY (estate_id, room_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT allocation_round_proposed_by FOREIGN KEY (estate_id, proposed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT allocation_round_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT allocation_round_outcome_known CHECK (outcome IN ('accepted', 'dropped')),
    CONSTRAINT allocation_round_decided_whole CHECK ((outcome IS NULL) = (decided_at IS NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT allocation_round_forward CHECK (proposed_at < until)
);
ALTER TABLE linli.goods_parcel
    ADD CONSTRAINT goods_parcel_round FOREIGN KEY (estate_id, round_id)
        REFERENCES linli.allocation_round (estate_id, id);

-- What a round gives to a need, and why so much.
CREATE TABLE linli.allocation_result (
    estate_id uuid NOT NULL,
    round_id uuid NOT NULL,
    need_id uuid NOT NULL,
    household_id uuid NOT NULL,
    -- In no order that tells anything.
    code text NOT NULL,
    -- In thousandths of the unit.
    wanted bigint NOT NULL,
    got bigint NOT NULL,
    -- In thousandths: 1000, more where earlier rounds owe something.
    priority bigint NOT NULL,
    -- A case of LeximinPlan.Reason, and for two of them what is of use at least, in thousandths.
    reason text NOT NULL,
    useful bigint,
    owed_after bigint NOT NULL,
    CONSTRAINT allocation_result_pkey PRIMARY KEY (estate_id, round_id, need_id),
    CONSTRAINT allocation_result_round FOREIGN KEY (estate_id, round_id)
        REFERENCES linli.allocation_round (estate_id, id),
    CONSTRAINT allocation_result_need FOREIGN KEY (estate_id, need_id)
        REFERENCES linli.need (estate_id, id),
    CONSTRAINT allocation_result_code_once UNIQUE (estate_id, round_id, code),
    CONSTRAINT allocation_result_range CHECK (got BETWEEN 0 AND wanted),
    CONSTRAINT allocation_result_reason_known CHECK (reason IN ('need_met', 'lots_used_up',
        'units_used_up', 'no_lot', 'too_little_there', 'share_below_use'))
);
CREATE INDEX allocation_result_of_need ON linli.allocation_result (estate_id, need_id);

-- Of which lot, from where.
CREATE TABLE linli.allocation_share (
    estate_id uuid NOT NULL,
    round_id uuid NOT NULL,
    need_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    place_id uuid NOT NULL,
    -- In smallest units of the lot.
    quantity bigint NOT NULL,
    thousandths bigint NOT NULL,
    CONSTRAINT allocation_share_pkey PRIMARY KEY (estate_id, round_id, need_id, lot_id),
    CONSTRAINT allocation_share_result FOREIGN KEY (estate_id, round_id, need_id)
        REFERENCES linli.allocation_result (estate_id, round_id, need_id) ON DELETE CASCADE,
    CONSTRAINT allocation_share_lot FOREIGN KEY (estate_id, lot_id)
        REFERENCES linli.goods_lot (estate_id, id),
    CONSTRAINT allocation_share_quantity CHECK (quantity BETWEEN 1 AND 2000000000)
);

-- What earlier rounds of a category owe a household, in thousandths of a round's need.
CREATE TABLE linli.need_deficit (
    estate_id uuid NOT NULL,
    household_id uuid NOT NULL,
    category text NOT NULL,
    owed bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT need_deficit_pkey PRIMARY KEY (estate_id, household_id, category),
    CONSTRAINT need_deficit_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT need_deficit_range CHECK (owed BETWEEN 0 AND 2000)
);

-- What a round is made of --------------------------------------------------------------------------

-- The open needs of a category and unit, the earliest first, for who handles goods at the room: the server
-- computes with them, and shows none of it.
CREATE FUNCTION linli.allocation_needs(room uuid, of_category text, of_unit text)
    RETURNS TABLE (need_id uuid, household_id uuid, item_id uuid, remaining bigint, owed bigint,
        held uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT n.id, n.household_id, n.item_id, n.quantity - g.got, coalesce(d.owed, 0),
            -- Lots of which it has some waiting: one reservation a lot.
            ARRAY(
                SELECT h.lot_id
                FROM linli.goods_parcel AS p
                JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = p.id
                JOIN linli.goods_hold AS h ON h.estate_id = estate
                    AND h.reservation_id = t.reservation_id AND h.is_live
                WHERE p.estate_id = estate AND p.household_id = n.household_id)
        FROM linli.need AS n
        CROSS JOIN LATERAL (SELECT linli.need_got(n.id) AS got) AS g
        LEFT JOIN linli.need_deficit AS d ON d.estate_id = estate
            AND d.household_id = n.household_id AND d.category = of_category
        WHERE n.estate_id = estate AND n.state = 'confirmed' AND n.category = of_category
            AND n.unit = of_unit AND n.until >= linli.local_day() AND n.quantity > g.got
            AND cardinality(linli.need_speakers(n.household_id)) > 0
        ORDER BY n.id
        LIMIT 5000;
END
$$;

-- What of each lot of a category and unit is free at a room: where most of it lies.
CREATE FUNCTION linli.allocation_lots(room uuid, of_category text, of_unit text)
    RETURNS TABLE (lot_id uuid, place_id uuid, item_id uuid, free bigint, scale integer,
        days integer, useful bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    today CONSTANT date := linli.local_day();
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT DISTINCT ON (g.expires_on, g.id) g.id, a.holder_id, g.item_id, a.balance,
            i.scale::integer, least(coalesce(g.expires_on - today + 1, 366), 366), i.least
        FROM linli.goods_item AS i
        JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.item_id = i.id
            AND g.stopped IS NULL AND (g.expires_on IS NULL OR g.expires_on >= today)
        JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.asset_id = g.id
            AND a.holder_kind = 'place' AND a.status = 'free' AND a.balance > 0
        JOIN linli.goods_place AS p ON p.estate_id = estate AND p.place_id = a.holder_id
            AND p.room_id = room AND p.closed_at IS NULL
        WHERE i.estate_id = estate AND i.category = of_category AND i.unit = of_unit
        ORDER BY g.expires_on, g.id, a.balance DESC, a.id
        LIMIT 2000;
END
$$;

-- Keeps a proposal. `gives`: rows of need, lot, place, quantity, thousandths, aligned.
CREATE FUNCTION linli.allocation_propose(
    event uuid, new_id uuid, room uuid, of_category text, of_unit text, new_until timestamptz,
    proven boolean, needs uuid[], wanted bigint[], got bigint[], priorities bigint[],
    reasons text[], usefuls bigint[], owed bigint[], share_needs uuid[], share_lots uuid[],
    share_places uuid[], share_quantities bigint[], share_thousandths bigint[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN 'forbidden';
    END IF;
    INSERT INTO linli.allocation_round (estate_id, id, room_id, category, unit, proposed_by,
        proposed_at, until, is_proven)
    VALUES (estate, new_id, room, of_category, of_unit, linli.person_id(), linli.instant(),
        new_until, proven);
    INSERT INTO linli.allocation_result (estate_id, round_id, need_id, household_id, code, wanted,
        got, priority, reason, useful, owed_after)
    SELECT estate, new_id, n.id, n.household_id,
        lpad((row_number() OVER (ORDER BY sha256(uuid_send(new_id) || uuid_send(n.id))))::text, 3,
            '0'),
        g.wanted, g.got, g.priority, g.reason, nullif(g.useful, -1), g.owed
    FROM unnest(needs, wanted, got, priorities, reasons, usefuls, owed)
        AS g (need, wanted, got, priority, reason, useful, owed)
    JOIN linli.need AS n ON n.estate_id = estate AND n.id = g.need;
    INSERT INTO linli.allocation_share (estate_id, round_id, need_id, lot_id, place_id, quantity,
        thousandths)
    SELECT estate, new_id, s.need, s.lot, s.place, s.quantity, s.thousandths
    FROM unnest(share_needs, share_lots, share_places, share_quantities, share_thousandths)
        AS s (need, lot, place, quantity, thousandths);
    PERFORM linli.append_event(event, 'allocation.proposed', linli.goods_audience(room), '{}',
        json_build_object('round', new_id)::text);
    RETURN 'proposed';
END
$$;

-- What is done with it -----------------------------------------------------------------------------

-- Accepts a proposal: everything is reserved, or nothing. Order of locks: the round, lots, agendas of
-- the households, accounts. Verdicts: accepted; unknown; over (decided already); stale (older than
-- a day); own (the principal's household gets some of it); moved (stock or needs have moved: another is
-- to be proposed).
CREATE FUNCTION linli.allocation_accept(event uuid, of_round uuid) RETURNS text
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
    PERFORM linli.notify(event, 'parcel.ready', 'parcel', p.id,
        json_build_object('until', p.until)::text, linli.need_speakers(p.household_id))
    FROM linli.goods_parcel AS p
    WHERE p.estate_id = estate AND p.round_id = of_round;
    RETURN 'accepted';
END
$$;

-- Reserves what a round gives, a parcel a household. Verdicts: accepted, moved; then nothing is written.
-- For the functions here alone.
CREATE FUNCTION linli.allocation_reserve(event uuid, held linli.allocation_round) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    lots CONSTANT uuid[] := ARRAY(
        SELECT DISTINCT s.lot_id FROM linli.allocation_share AS s
        WHERE s.estate_id = estate AND s.round_id = held.id ORDER BY s.lot_id);
    due uuid[];
    answer linli.ledger_answer;
BEGIN
    PERFORM FROM linli.capacity_take(lots);
    PERFORM linli.agenda_take(ARRAY(
        SELECT DISTINCT g.household_id FROM linli.allocation_result AS g
        WHERE g.estate_id = estate AND g.round_id = held.id AND g.got > 0));
    due := ARRAY(
        SELECT r.id FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.capacity_id = ANY (lots) AND r.until <= at);
    PERFORM linli.goods_take(n.lots, n.places)
    FROM (
        SELECT array_agg(m.lot ORDER BY m.lot, m.place) AS lots,
            array_agg(m.place ORDER BY m.lot, m.place) AS places
        FROM (
            SELECT DISTINCT s.lot_id AS lot, s.place_id AS place
            FROM linli.allocation_share AS s
            WHERE s.estate_id = estate AND s.round_id = held.id
            UNION
            SELECT h.lot_id, h.place_id FROM linli.goods_hold AS h
            WHERE h.estate_id = estate AND h.reservation_id = ANY (due)) AS m
    ) AS n
    WHERE n.lots IS NOT NULL;
    PERFORM linli.lot_lapse(due);
    -- Asked under the locks: a need that was withdrawn, met or is past, and a lot of which the household
    -- has some waiting, make the proposal another.
    PERFORM
    FROM linli.allocation_result AS g
    JOIN linli.need AS n ON n.estate_id = estate AND n.id = g.need_id
    WHERE g.estate_id = estate AND g.round_id = held.id AND g.got > 0
        AND (n.state <> 'confirmed' OR n.until < linli.local_day()
            OR n.quantity - linli.need_got(n.id) < g.got
            OR cardinality(linli.need_speakers(n.household_id)) = 0
            OR EXISTS (
                SELECT FROM linli.allocation_share AS s
                JOIN linli.reservation AS r ON r.estate_id = estate AND r.capacity_id = s.lot_id
                    AND r.household_id = n.household_id AND r.state <> 'ended'
                WHERE s.estate_id = estate AND s.round_id = held.id AND s.need_id = n.id));
    IF FOUND THEN
        RETURN 'moved';
    END IF;
    IF cardinality(lots) > 0 THEN
        answer := linli.goods_post(event, ARRAY(
            SELECT ROW(s.lot_id, 'place', s.place_id, 'free', 'place', s.place_id, 'reserved',
                sum(s.quantity)::bigint, 'reserved')::linli.goods_leg
            FROM linli.allocation_share AS s
            WHERE s.estate_id = estate AND s.round_id = held.id
            GROUP BY s.lot_id, s.place_id
            ORDER BY s.lot_id, s.place_id), 'round', held.id);
        IF answer.verdict <> 'posted' THEN
            RETURN 'moved';
        END IF;
    END IF;
    INSERT INTO linli.goods_parcel (estate_id, id, room_id, household_id, code, round_id, made_at,
        until)
    SELECT estate, n.id, held.room_id, n.household_id,
        upper(overlay(right(n.id::text, 8) PLACING '-' FROM 5 FOR 0)), held.id, at, n.until
    FROM (
        SELECT linli.fresh_id(at) AS id, g.household_id, least(held.until,
            min(g_lot.expires_on + 1)::timestamp AT TIME ZONE zone) AS until
        FROM linli.allocation_result AS g
        JOIN linli.allocation_share AS s ON s.estate_id = estate AND s.round_id = held.id
            AND s.need_id = g.need_id
        JOIN linli.goods_lot AS g_lot ON g_lot.estate_id = estate AND g_lot.id = s.lot_id
        WHERE g.estate_id = estate AND g.round_id = held.id
        GROUP BY g.household_id) AS n;
    INSERT INTO linli.goods_parcel_part (estate_id, parcel_id, lot_id, need_id, place_id, quantity,
        thousandths)
    SELECT estate, p.id, s.lot_id, s.need_id, s.place_id, s.quantity, s.thousandths
    FROM linli.allocation_share AS s
    JOIN linli.allocation_result AS g ON g.estate_id = estate AND g.round_id = held.id
        AND g.need_id = s.need_id
    JOIN linli.goods_parcel AS p ON p.estate_id = estate AND p.round_id = held.id
        AND p.household_id = g.household_id
    WHERE s.estate_id = estate AND s.round_id = held.id;
    PERFORM linli.parcel_hold(array_agg(t.parcel_id ORDER BY t.parcel_id, t.lot_id),
        array_agg(t.lot_id ORDER BY t.parcel_id, t.lot_id))
    FROM linli.goods_parcel AS p
    JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = p.id
    WHERE p.estate_id = estate AND p.round_id = held.id;
    INSERT INTO linli.need_deficit AS d (estate_id, household_id, category, owed, changed_at)
    SELECT estate, g.household_id, held.category, max(g.owed_after), at
    FROM linli.allocation_result AS g
    WHERE g.estate_id = estate AND g.round_id = held.id
    GROUP BY g.household_id
    ORDER BY g.household_id
    ON CONFLICT ON CONSTRAINT need_deficit_pkey DO UPDATE
        SET owed = excluded.owed, changed_at = excluded.changed_at;
    RETURN 'accepted';
END
$$;

-- Makes reservations for what each of these parcels has of the lot aligned with it; what they hold was moved
-- to reserved just now, in this transaction. For the functions here alone.
CREATE FUNCTION linli.parcel_hold(parcels uuid[], lots uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    fresh CONSTANT uuid[] := ARRAY(SELECT linli.fresh_id(at) FROM unnest(lots));
    before text[];
BEGIN
    before := linli.act_as_job('goods-desk');
    PERFORM linli.reservation_put(n.id, n.lot, box.holder, box.household_id, 'held',
        ARRAY[t.quantity::integer], 0, box.until, ARRAY[box.holder], '{unit}')
    FROM unnest(fresh, parcels, lots) AS n (id, parcel, lot)
    JOIN (
        SELECT p.id, p.household_id, p.until, (linli.need_speakers(p.household_id))[1] AS holder
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = ANY (parcels)
        OFFSET 0
    ) AS box ON box.id = n.parcel
    JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = n.parcel
        AND t.lot_id = n.lot;
    PERFORM linli.end_act_as_job(before);
    UPDATE linli.goods_parcel_part AS t SET reservation_id = n.id
    FROM unnest(fresh, parcels, lots) AS n (id, parcel, lot)
    WHERE t.estate_id = estate AND t.parcel_id = n.parcel AND t.lot_id = n.lot;
    INSERT INTO linli.goods_hold (estate_id, reservation_id, lot_id, place_id, quantity)
    SELECT estate, t.reservation_id, t.lot_id, t.place_id, t.quantity
    FROM unnest(parcels, lots) AS n (parcel, lot)
    JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = n.parcel
        AND t.lot_id = n.lot;
END
$$;

-- Drops a proposal. Verdicts: dropped, unknown, over.
CREATE FUNCTION linli.allocation_drop(event uuid, of_round uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.allocation_round;
BEGIN
    SELECT * INTO held FROM linli.allocation_round AS r
    WHERE r.estate_id = estate AND r.id = of_round
        AND linli.goods_room_served(r.room_id) = r.room_id
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF held.outcome IS NOT NULL THEN
        RETURN 'over';
    END IF;
    UPDATE linli.allocation_round AS r
    SET outcome = 'dropped', decided_at = linli.instant(), decided_by = linli.person_id()
    WHERE r.estate_id = estate AND r.id = of_round;
    PERFORM linli.append_event(event, 'allocation.dropped', linli.goods_audience(held.room_id),
        '{}', json_build_object('round', of_round)::text);
    RETURN 'dropped';
END
$$;

-- What is read -------------------------------------------------------------------------------------

-- Rounds of the rooms where the principal handles goods.
CREATE FUNCTION linli.allocation_rounds(one uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, room_id uuid, category text, unit text, proposed_at timestamptz,
        until timestamptz, is_proven boolean, outcome text, needs bigint, met bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT r.id, r.room_id, r.category, r.unit, r.proposed_at, r.until, r.is_proven, r.outcome,
            count(g.need_id), count(g.need_id) FILTER (WHERE g.got = g.wanted)
        FROM linli.allocation_round AS r
        LEFT JOIN linli.allocation_result AS g ON g.estate_id = estate AND g.round_id = r.id
        WHERE r.estate_id = estate AND r.id < before AND (one IS NULL OR r.id = one)
            AND linli.goods_serves(r.room_id)
        GROUP BY r.estate_id, r.id
        ORDER BY r.id DESC
        LIMIT rows_max;
END
$$;

-- What a round gives, by code: whose a code is, the row does not say.
CREATE FUNCTION linli.allocation_results(wanted_round uuid)
    RETURNS TABLE (code text, wanted bigint, got bigint, priority bigint, reason text,
        useful bigint, lots json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    PERFORM FROM linli.allocation_round AS r
    WHERE r.estate_id = estate AND r.id = wanted_round AND linli.goods_serves(r.room_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.code, g.wanted, g.got, g.priority, g.reason, g.useful, (
            SELECT coalesce(json_agg(json_build_object('lot', s.lot_id, 'code', l.code,
                'name_zh', i.name_zh, 'name_en', i.name_en,
                'quantity', linli.goods_amount(s.quantity, i.scale))
                ORDER BY l.expires_on NULLS LAST, s.lot_id), '[]')
            FROM linli.allocation_share AS s
            JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = s.lot_id
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
            WHERE s.estate_id = estate AND s.round_id = wanted_round AND s.need_id = g.need_id)
        FROM linli.allocation_result AS g
        WHERE g.estate_id = estate AND g.round_id = wanted_round
        ORDER BY g.code
        LIMIT 5000;
END
$$;

-- Why one's household got so much: results of accepted rounds, the latest first.
CREATE FUNCTION linli.own_allocations(before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, need_id uuid, category text, unit text, at timestamptz, wanted bigint,
        got bigint, priority bigint, reason text, useful bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT g.round_id, g.need_id, r.category, r.unit, r.decided_at, g.wanted, g.got, g.priority,
            g.reason, g.useful
        FROM linli.allocation_result AS g
        JOIN linli.allocation_round AS r ON r.estate_id = estate AND r.id = g.round_id
            AND r.outcome = 'accepted'
        WHERE g.estate_id = estate AND g.round_id < before
            AND g.household_id IN (SELECT linli.need_households())
        ORDER BY g.round_id DESC, g.need_id
        LIMIT rows_max;
END
$$;

-- What is set aside for one's household: its parcels, and what is in them.
CREATE FUNCTION linli.own_parcels(before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, code text, room_id uuid, made_at timestamptz, until timestamptz,
        state text, parts json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT p.id, p.code, p.room_id, p.made_at, p.until, linli.parcel_state(p),
            linli.parcel_parts(p.id)
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = linli.estate_id() AND p.id < before
            AND p.household_id IN (SELECT linli.need_households())
        ORDER BY p.id DESC
        LIMIT rows_max;
END
$$;

-- ready: something of it waits. handed_out: something was. gone: neither.
CREATE FUNCTION linli.parcel_state(parcel linli.goods_parcel) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT CASE
            WHEN bool_or(h.is_live) AND parcel.until > linli.instant() THEN 'ready'
            WHEN sum(t.issued) > 0 THEN 'handed_out'
            ELSE 'gone' END
        FROM linli.goods_parcel_part AS t
        LEFT JOIN linli.goods_hold AS h ON h.estate_id = t.estate_id
            AND h.reservation_id = t.reservation_id
        WHERE t.estate_id = parcel.estate_id AND t.parcel_id = parcel.id);
END
$$;

-- What is in a parcel: item, how much, allergens. For the functions here alone.
CREATE FUNCTION linli.parcel_parts(parcel uuid) RETURNS json
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN (
        SELECT coalesce(json_agg(json_build_object('lot', t.lot_id, 'place', t.place_id,
            'name_zh', i.name_zh, 'name_en', i.name_en, 'unit', i.unit,
            'quantity', linli.goods_amount(t.quantity, i.scale),
            'issued', linli.goods_amount(t.issued, 3), 'allergens', i.allergens,
            'is_valuable', i.is_valuable, 'is_waiting', coalesce(h.is_live, false)
                AND p.until > linli.instant()) ORDER BY t.lot_id), '[]')
        FROM linli.goods_parcel_part AS t
        JOIN linli.goods_parcel AS p ON p.estate_id = estate AND p.id = t.parcel_id
        JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
        LEFT JOIN linli.goods_hold AS h ON h.estate_id = estate
            AND h.reservation_id = t.reservation_id
        WHERE t.estate_id = estate AND t.parcel_id = parcel);
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['allocation_round', 'allocation_result', 'allocation_share',
        'need_deficit']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.allocation_needs(uuid, text, text), linli.allocation_lots(uuid, text, text),
    linli.allocation_propose(uuid, uuid, uuid, text, text, timestamptz, boolean, uuid[], bigint[],
        bigint[], bigint[], text[], bigint[], bigint[], uuid[], uuid[], uuid[], bigint[],
        bigint[]),
    linli.allocation_accept(uuid, uuid), linli.allocation_drop(uuid, uuid),
    linli.allocation_rounds(uuid, uuid, bigint), linli.allocation_results(uuid),
    linli.own_allocations(uuid, bigint), linli.own_parcels(uuid, bigint)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('allocation_round', 'proposed_by', 'stay'), ('allocation_round', 'decided_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
VALUES
    ('allocation_round', 'proposed_by', 'doer', '谁办的', 'Who did it', 'keep', 'ledger'),
    ('allocation_round', 'decided_by', 'doer', '谁办的', 'Who did it', 'keep', 'ledger');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('need', 6, 'allocation_result', 'EXISTS (SELECT FROM linli.need AS n
        WHERE n.estate_id = r.estate_id AND n.id = r.need_id
            AND coalesce(n.closed_at, n.until + interval ''1 day'') < $1)', NULL);
