-- A goods room or a bin ceases to serve: nothing comes to lie there any more. One that has stock cannot be
-- closed; opening it again undoes it. docs/donations/goods.md has the rules.
--
-- The row of the room decides: whoever brings something to lie in it holds the row to the end (FOR SHARE),
-- and its closing takes it (FOR UPDATE) before it looks what is there, holds no other row, and waits for
-- nothing after.

-- As before; nobody is on duty at a room that is closed.
CREATE OR REPLACE FUNCTION linli.goods_duties() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.place_id
        FROM linli.role_term AS t
        JOIN linli.goods_place AS g ON g.estate_id = estate AND g.place_id = t.place_id
            AND g.room_id = g.place_id AND g.closed_at IS NULL
        WHERE t.estate_id = estate AND t.person_id = own AND t.role = 'volunteer'
            AND t.begins <= at AND t.ends > at;
END
$$;

-- Holds the rooms of places where something comes to lie. For the functions here alone.
CREATE FUNCTION linli.goods_rooms_hold(places uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    PERFORM
    FROM linli.goods_place AS r
    WHERE r.estate_id = estate AND r.place_id IN (
        SELECT p.room_id
        FROM linli.goods_place AS p
        WHERE p.estate_id = estate AND p.place_id = ANY (places))
    ORDER BY r.place_id
    FOR SHARE OF r;
END
$$;

-- As before; and nothing comes to lie where it is closed.
CREATE OR REPLACE FUNCTION linli.goods_movement_guard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    is_closed boolean;
BEGIN
    SELECT p.closed_at IS NOT NULL INTO is_closed
    FROM written AS m
    JOIN linli.goods_lot AS g ON g.estate_id = m.estate_id AND g.id = m.asset_id
    JOIN linli.ledger_account AS a ON a.estate_id = m.estate_id AND a.id = m.to_id
    LEFT JOIN linli.goods_place AS p ON p.estate_id = m.estate_id AND a.holder_kind = 'place'
        AND p.place_id = a.holder_id
    WHERE linli.goods_objection(g, a.holder_kind, a.status) IS NOT NULL
        OR p.closed_at IS NOT NULL
    FOR SHARE OF g;
    IF FOUND THEN
        RAISE EXCEPTION 'nothing of this lot moves so' USING ERRCODE = 'check_violation',
            CONSTRAINT = CASE WHEN is_closed THEN 'goods_place_closed'
                ELSE 'goods_lot_stopped_stays' END, TABLE = 'ledger_movement';
    END IF;
    RETURN NULL;
END
$$;

-- As before; closed: leg `number` would come to lie where it is closed.
CREATE OR REPLACE FUNCTION linli.goods_post(
    event uuid, legs linli.goods_leg[], cause_kind text, cause uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    lots CONSTANT uuid[] := ARRAY(SELECT DISTINCT l.lot FROM unnest(legs) AS l ORDER BY l.lot);
    many CONSTANT integer := cardinality(legs);
    answer linli.ledger_answer;
BEGIN
    PERFORM linli.goods_rooms_hold(ARRAY(
        SELECT l.to_holder FROM unnest(legs) AS l
        WHERE l.to_kind = 'place' AND l.from_holder IS DISTINCT FROM l.to_holder));
    PERFORM FROM linli.capacity_take(lots);
    SELECT o.number, o.objection
    INTO answer.number, answer.verdict
    FROM (
        SELECT l.number, CASE
            WHEN g.id IS NULL THEN 'unknown'
            -- A capacity counts to two thousand millions.
            WHEN l.from_kind = 'outside' AND l.quantity + (
                SELECT coalesce(sum(a.balance), 0)
                FROM linli.ledger_account AS a
                WHERE a.estate_id = estate AND a.asset_id = g.id AND a.holder_kind = 'place'
            ) > 2000000000 THEN 'full'
            WHEN l.to_kind = 'place' AND EXISTS (
                SELECT FROM linli.goods_place AS p
                WHERE p.estate_id = estate AND p.place_id = l.to_holder
                    AND p.closed_at IS NOT NULL) THEN 'closed'
            ELSE linli.goods_objection(g, l.to_kind, l.to_status) END AS objection
        FROM unnest(legs) WITH ORDINALITY AS l (lot, from_kind, from_holder, from_status, to_kind,
            to_holder, to_status, quantity, reason, number)
        LEFT JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.id = l.lot
    ) AS o
    WHERE o.objection IS NOT NULL
    ORDER BY o.number
    LIMIT 1;
    IF FOUND THEN
        RETURN answer;
    END IF;
    PERFORM set_config('linli.stock', 'on', true);
    answer := linli.post_movements(event,
        ARRAY(SELECT linli.fresh_id(at) FROM generate_series(1, many)),
        ARRAY(SELECT l.lot FROM unnest(legs) AS l),
        ARRAY(SELECT l.from_kind FROM unnest(legs) AS l),
        ARRAY(SELECT l.from_holder FROM unnest(legs) AS l),
        ARRAY(SELECT l.from_status FROM unnest(legs) AS l),
        ARRAY(SELECT l.to_kind FROM unnest(legs) AS l),
        ARRAY(SELECT l.to_holder FROM unnest(legs) AS l),
        ARRAY(SELECT l.to_status FROM unnest(legs) AS l),
        ARRAY(SELECT l.quantity FROM unnest(legs) AS l),
        ARRAY(SELECT l.reason FROM unnest(legs) AS l),
        array_fill(cause_kind, ARRAY[many]), array_fill(cause, ARRAY[many]),
        array_fill(NULL::uuid, ARRAY[many]), array_fill(NULL::text, ARRAY[many]));
    PERFORM set_config('linli.stock', '', true);
    IF answer.verdict = 'posted' THEN
        PERFORM linli.goods_capacity_follow(lots);
    END IF;
    RETURN answer;
END
$$;

-- As before; a room that is being closed is waited for, and then asked.
CREATE OR REPLACE FUNCTION linli.goods_take_in(
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
    room uuid;
    what CONSTANT bytea := sha256(convert_to(concat_ws('|', place, drive, new_source, donor,
        from_body, items, quantities, expires, conditions, natures, held), 'UTF8'));
    first linli.goods_intake;
    answer linli.ledger_answer;
BEGIN
    intake_id := intake;
    PERFORM linli.goods_rooms_hold(ARRAY[place]);
    room := linli.goods_room_served(place);
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

-- As before; nothing comes back to where it is closed.
CREATE OR REPLACE FUNCTION linli.goods_take_back(event uuid, new_id uuid, movement uuid, because text)
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
    PERFORM linli.goods_rooms_hold(ARRAY[source.holder_id]);
    PERFORM FROM linli.capacity_take(ARRAY[held.asset_id]);
    SELECT * INTO STRICT lot FROM linli.goods_lot AS g
    WHERE g.estate_id = estate AND g.id = held.asset_id;
    answer.verdict := CASE WHEN source.holder_kind = 'place' AND EXISTS (
        SELECT FROM linli.goods_place AS g
        WHERE g.estate_id = estate AND g.place_id = source.holder_id AND g.closed_at IS NOT NULL)
        THEN 'closed' ELSE linli.goods_objection(lot, source.holder_kind, source.status) END;
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

-- As before; closed: the room is.
CREATE OR REPLACE FUNCTION linli.goods_bin_open(
    new_id uuid, room uuid, new_code text, new_zh text, new_en text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.goods_place;
BEGIN
    PERFORM linli.goods_rooms_hold(ARRAY[room]);
    SELECT g.* INTO held FROM linli.goods_place AS g
    WHERE g.estate_id = estate AND g.place_id = room AND g.room_id = room;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF NOT linli.goods_serves(room) THEN
        RETURN 'forbidden';
    ELSIF held.closed_at IS NOT NULL THEN
        RETURN 'closed';
    END IF;
    INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
    VALUES (estate, new_id, room, 'public', new_code, new_zh, new_en)
    ON CONFLICT ON CONSTRAINT place_code_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    INSERT INTO linli.goods_place (estate_id, place_id, room_id, opened_at)
    VALUES (estate, new_id, room, linli.instant());
    PERFORM linli.append_event(event, 'goods.binOpened', linli.goods_audience(room), '{}',
        json_build_object('place', new_id, 'room', room)::text);
    RETURN 'opened';
END
$$;

-- Closes a room with its bins, by the committee, or a bin, by those who handle goods there. Verdicts: closed;
-- again; stock (`codes` are the first of the `lots` that lie there, `reserved` of them are set aside);
-- forbidden; unknown.
CREATE FUNCTION linli.goods_place_close(event uuid, place uuid)
    RETURNS TABLE (verdict text, lots bigint, reserved bigint, codes text[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_variable
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.goods_place;
BEGIN
    SELECT g.* INTO held
    FROM linli.goods_place AS g
    WHERE g.estate_id = estate AND g.place_id = place AND linli.goods_reads();
    IF FOUND THEN
        PERFORM FROM linli.goods_place AS r
        WHERE r.estate_id = estate AND r.place_id = held.room_id
        FOR UPDATE;
        SELECT g.* INTO STRICT held
        FROM linli.goods_place AS g
        WHERE g.estate_id = estate AND g.place_id = place;
        SELECT count(DISTINCT a.asset_id),
            count(DISTINCT a.asset_id) FILTER (WHERE a.status = 'reserved'),
            (array_agg(DISTINCT l.code))[:5]
        INTO lots, reserved, codes
        FROM linli.goods_place AS g
        JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.holder_kind = 'place'
            AND a.holder_id = g.place_id AND a.balance > 0
        JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = a.asset_id
        WHERE g.estate_id = estate AND place IN (g.place_id, g.room_id);
    END IF;
    verdict := CASE
        WHEN held.place_id IS NULL THEN 'unknown'
        WHEN NOT linli.goods_manages(held) THEN 'forbidden'
        WHEN held.closed_at IS NOT NULL THEN 'again'
        WHEN lots > 0 THEN 'stock'
        ELSE 'closed' END;
    IF verdict = 'closed' THEN
        UPDATE linli.goods_place AS g SET closed_at = linli.instant()
        WHERE g.estate_id = estate AND place IN (g.place_id, g.room_id) AND g.closed_at IS NULL;
        PERFORM linli.append_event(event, 'goods.placeClosed', ARRAY['estate'], '{}',
            json_build_object('place', place)::text);
    END IF;
    RETURN NEXT;
END
$$;

-- Opens again what was closed: a room with the bins that were closed with it, or a bin of an open room.
-- Verdicts: opened; again (it is open); closed (its room is); forbidden; unknown.
CREATE FUNCTION linli.goods_place_reopen(event uuid, place uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.goods_place;
    room linli.goods_place;
BEGIN
    SELECT r.* INTO room
    FROM linli.goods_place AS g
    JOIN linli.goods_place AS r ON r.estate_id = estate AND r.place_id = g.room_id
    WHERE g.estate_id = estate AND g.place_id = place AND linli.goods_reads()
    FOR UPDATE OF r;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    SELECT g.* INTO STRICT held
    FROM linli.goods_place AS g
    WHERE g.estate_id = estate AND g.place_id = place;
    IF NOT linli.goods_manages(held) THEN
        RETURN 'forbidden';
    ELSIF held.closed_at IS NULL THEN
        RETURN 'again';
    ELSIF held.room_id <> place AND room.closed_at IS NOT NULL THEN
        RETURN 'closed';
    END IF;
    UPDATE linli.goods_place AS g SET closed_at = NULL
    WHERE g.estate_id = estate AND place IN (g.place_id, g.room_id)
        AND g.closed_at = held.closed_at;
    PERFORM linli.append_event(event, 'goods.placeOpened', ARRAY['estate'], '{}',
        json_build_object('place', place)::text);
    RETURN 'opened';
END
$$;

-- Whether the principal knows of rooms at all: everybody of the estate does. For the functions here alone.
CREATE FUNCTION linli.goods_reads() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.person_id() IS NOT NULL AND linli.beneficiary_id() IS NULL;
END
$$;

-- Whether the principal closes and opens a place: a room the committee does, a bin who handles goods there.
-- For the functions here alone.
CREATE FUNCTION linli.goods_manages(held linli.goods_place) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE WHEN held.room_id = held.place_id THEN linli.has_role('residents_committee')
        ELSE linli.goods_serves(held.place_id) END;
END
$$;

-- As before; one that was closed is opened again.
CREATE OR REPLACE FUNCTION linli.goods_room_open(place uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'forbidden';
    END IF;
    PERFORM FROM linli.place AS p
    WHERE p.estate_id = estate AND p.id = place AND p.kind = 'public';
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.goods_place (estate_id, place_id, room_id, opened_at)
    VALUES (estate, place, place, linli.instant())
    ON CONFLICT ON CONSTRAINT goods_place_pkey DO NOTHING;
    IF NOT FOUND THEN
        RETURN linli.goods_place_reopen(event, place);
    END IF;
    PERFORM linli.append_event(event, 'goods.roomOpened', ARRAY['estate'], '{}',
        json_build_object('place', place)::text);
    RETURN 'opened';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.goods_place_close(uuid, uuid), linli.goods_place_reopen(uuid, uuid)
    TO linli;
