-- Lots (批次): what came in together, of one item, with its expiry and condition; drives and intakes;
-- and the one way in which stock moves. docs/donations/goods.md has the rules.
--
-- A lot is an asset of the ledger and a capacity of the reservation kernel, all three under one id. Its
-- accounts are place x status: free, reserved, quarantine; household x issued; outside x given, bought,
-- counted, discarded; pot x kitted, of the kit that it is in. The capacity's total is what is free and
-- reserved at all places, what it holds is what is reserved.

ALTER TABLE linli.capacity
    DROP CONSTRAINT capacity_feature_known,
    ADD CONSTRAINT capacity_feature_known CHECK (feature IN ('activity', 'lot')),
    -- In smallest units of a lot; places elsewhere.
    DROP CONSTRAINT capacity_totals_aligned,
    ADD CONSTRAINT capacity_totals_aligned CHECK (cardinality(totals) = cardinality(kinds)
        AND 0 <= ALL (totals)
        AND (CASE feature WHEN 'lot' THEN 2000000000 ELSE 10000 END) >= ALL (totals));
ALTER TABLE linli.reservation
    DROP CONSTRAINT reservation_ended_as_known,
    ADD CONSTRAINT reservation_ended_as_known CHECK (ended_as IN ('cancelled', 'cancelled_late',
        'excused', 'lapsed', 'declined', 'closed', 'collected'));

-- As before; what is reserved of a lot takes nobody's time.
CREATE OR REPLACE FUNCTION linli.commitments(
    persons uuid[], households uuid[], ending_after timestamptz
) RETURNS TABLE (person_id uuid, household_id uuid, reservation_id uuid, capacity_id uuid,
    feature text, state text, begins timestamptz, ends timestamptz, place_id uuid, local_day date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    found_ids CONSTANT uuid[] := ARRAY(
        SELECT m.reservation_id
        FROM linli.reservation_member AS m
        WHERE m.estate_id = estate AND m.person_id = ANY (persons) AND m.is_live
        UNION
        SELECT r.id
        FROM linli.reservation AS r
        WHERE r.estate_id = estate AND r.household_id = ANY (households) AND r.state <> 'ended');
BEGIN
    IF cardinality(found_ids) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.person_id, r.household_id, r.id, c.id, c.feature, r.state, c.begins, c.ends,
            c.place_id, (c.begins AT TIME ZONE zone)::date
        FROM linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        JOIN linli.reservation_member AS m ON m.estate_id = estate AND m.reservation_id = r.id
        WHERE r.estate_id = estate AND r.id = ANY (found_ids) AND r.state <> 'ended' AND m.is_live
            AND c.feature <> 'lot' AND c.ends > ending_after
            AND (r.until IS NULL OR r.until > linli.instant());
END
$$;

-- A collection of goods for a time.
CREATE TABLE linli.goods_drive (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    room_id uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    -- What is asked for.
    items uuid[] NOT NULL,
    CONSTRAINT goods_drive_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_drive_room FOREIGN KEY (estate_id, room_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_drive_title_zh_length CHECK (char_length(title_zh) BETWEEN 1 AND 80),
    CONSTRAINT goods_drive_title_en_length CHECK (char_length(title_en) BETWEEN 1 AND 120),
    CONSTRAINT goods_drive_forward CHECK (begins < ends AND ends <= begins + interval '366 days'),
    CONSTRAINT goods_drive_items_count CHECK (cardinality(items) <= 50
        AND array_position(items, NULL) IS NULL)
);

-- What was brought at once, and by whom, if that may be known.
CREATE TABLE linli.goods_intake (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    place_id uuid NOT NULL,
    drive_id uuid,
    source text NOT NULL,
    donor_id uuid,
    organisation text,
    -- The client's own for this intake, and what it stood for: it counts once.
    reference text,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT goods_intake_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_intake_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_intake_drive FOREIGN KEY (estate_id, drive_id)
        REFERENCES linli.goods_drive (estate_id, id),
    CONSTRAINT goods_intake_donor FOREIGN KEY (estate_id, donor_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_intake_source_known
        CHECK (source IN ('anonymous', 'person', 'organisation', 'bought')),
    CONSTRAINT goods_intake_donor_of_source CHECK (donor_id IS NULL OR source = 'person'),
    CONSTRAINT goods_intake_organisation_whole CHECK (
        (organisation IS NOT NULL) = (source IN ('organisation'))
        AND char_length(organisation) BETWEEN 1 AND 80),
    CONSTRAINT goods_intake_reference_length CHECK (char_length(reference) BETWEEN 1 AND 64)
);
CREATE UNIQUE INDEX goods_intake_reference_once
    ON linli.goods_intake (estate_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX goods_intake_of_donor ON linli.goods_intake (estate_id, donor_id, id)
    WHERE donor_id IS NOT NULL;

CREATE TABLE linli.goods_lot (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    -- To read aloud; the label's QR code has the id.
    code text NOT NULL,
    condition text NOT NULL,
    -- The last day on which it is good.
    expires_on date,
    received_at timestamptz NOT NULL,
    -- NULL: a kit made here.
    intake_id uuid,
    given bigint NOT NULL,
    -- Why nothing of it is handed out any more.
    stopped text,
    stopped_at timestamptz,
    CONSTRAINT goods_lot_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_lot_item FOREIGN KEY (estate_id, item_id)
        REFERENCES linli.goods_item (estate_id, id),
    CONSTRAINT goods_lot_intake FOREIGN KEY (estate_id, intake_id)
        REFERENCES linli.goods_intake (estate_id, id),
    CONSTRAINT goods_lot_code CHECK (code ~ '^[0-9]{6}-[0-9A-F]{6}$'),
    CONSTRAINT goods_lot_condition_known CHECK (condition IN ('new', 'good', 'worn')),
    CONSTRAINT goods_lot_given_range CHECK (given BETWEEN 1 AND 2000000000),
    CONSTRAINT goods_lot_stopped_known CHECK (stopped IN ('recalled', 'expired')),
    CONSTRAINT goods_lot_stopped_whole CHECK ((stopped IS NULL) = (stopped_at IS NULL))
);
CREATE INDEX goods_lot_of_item ON linli.goods_lot (estate_id, item_id, expires_on, id);
CREATE INDEX goods_lot_of_intake ON linli.goods_lot (estate_id, intake_id);
CREATE INDEX goods_lot_expiring ON linli.goods_lot (estate_id, expires_on, id)
    WHERE stopped IS NULL AND expires_on IS NOT NULL;

-- What a reservation holds: so much of a lot at one place.
CREATE TABLE linli.goods_hold (
    estate_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    place_id uuid NOT NULL,
    quantity bigint NOT NULL,
    is_live boolean NOT NULL DEFAULT true,
    CONSTRAINT goods_hold_pkey PRIMARY KEY (estate_id, reservation_id),
    CONSTRAINT goods_hold_reservation FOREIGN KEY (estate_id, reservation_id)
        REFERENCES linli.reservation (estate_id, id),
    CONSTRAINT goods_hold_lot FOREIGN KEY (estate_id, lot_id)
        REFERENCES linli.goods_lot (estate_id, id),
    CONSTRAINT goods_hold_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_hold_quantity_range CHECK (quantity BETWEEN 1 AND 2000000000)
);
CREATE INDEX goods_hold_of_lot ON linli.goods_hold (estate_id, lot_id) WHERE is_live;

-- What may never happen ----------------------------------------------------------------------------

-- Why something of a lot may not move so; NULL: it may. What is recalled moves into quarantine, or away
-- for good; what has expired is handed out, reserved and packed no more. THE predicate: the functions
-- below ask it before, and the trigger holds it.
CREATE FUNCTION linli.goods_objection(lot linli.goods_lot, to_kind text, to_status text)
    RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN lot.stopped = 'recalled' AND NOT coalesce(
            (to_kind = 'place' AND to_status = 'quarantine')
            OR (to_kind = 'outside' AND to_status IN ('discarded', 'counted')), false)
            THEN 'recalled'
        WHEN to_status IN ('reserved', 'issued', 'kitted', 'sent')
            AND lot.expires_on < linli.local_day() THEN 'expired'
        END;
END
$$;

-- Whoever wrote the movements: a lot that stands still stands still.
CREATE FUNCTION linli.goods_movement_guard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM
    FROM written AS m
    JOIN linli.goods_lot AS g ON g.estate_id = m.estate_id AND g.id = m.asset_id
    JOIN linli.ledger_account AS a ON a.estate_id = m.estate_id AND a.id = m.to_id
    WHERE linli.goods_objection(g, a.holder_kind, a.status) IS NOT NULL
    FOR SHARE OF g;
    IF FOUND THEN
        RAISE EXCEPTION 'nothing of this lot moves so' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'goods_lot_stopped_stays', TABLE = 'ledger_movement';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER goods_movement_guard AFTER INSERT ON linli.ledger_movement
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION linli.goods_movement_guard();

-- As before; stock moves by the functions of goods alone, and is read by who handles it: what a
-- household has got, by that household.
CREATE OR REPLACE FUNCTION linli.ledger_postable(book text, reason text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF book = 'stock' THEN
        RETURN coalesce(current_setting('linli.stock', true), '') = 'on';
    END IF;
    RETURN linli.person_id() IS NOT NULL
        OR (linli.job_name() IS NOT NULL AND linli.job_name() <> 'visitor');
END
$$;

CREATE OR REPLACE FUNCTION linli.ledger_readable(book text, holder_kind text, holder uuid)
    RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN book = 'stock' THEN CASE holder_kind
            WHEN 'place' THEN linli.goods_serves(holder)
            WHEN 'household' THEN holder IN (SELECT linli.own_households())
            ELSE linli.goods_serves_any() END
        WHEN holder_kind = 'person' THEN holder = linli.subject_id()
        ELSE false END;
END
$$;

-- How stock moves ----------------------------------------------------------------------------------

-- So much of a lot from one side to another.
CREATE TYPE linli.goods_leg AS (
    lot uuid, from_kind text, from_holder uuid, from_status text, to_kind text, to_holder uuid,
    to_status text, quantity bigint, reason text);

-- Sets the totals of lots' capacities to what is free and reserved. For the functions here alone.
CREATE FUNCTION linli.goods_capacity_follow(lots uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.capacity AS c
    SET totals = ARRAY[n.there], version = c.version + 1
    FROM (
        SELECT l.id, (
            SELECT coalesce(sum(a.balance), 0)::integer
            FROM linli.ledger_account AS a
            WHERE a.estate_id = linli.estate_id() AND a.asset_id = l.id AND a.holder_kind = 'place'
                AND a.status IN ('free', 'reserved')) AS there
        FROM unnest(lots) AS l (id)
    ) AS n
    WHERE c.estate_id = linli.estate_id() AND c.id = n.id AND c.totals <> ARRAY[n.there];
END
$$;

-- Moves stock, all or nothing, and lets the capacities follow: THE way, for all that goods do. The lots
-- are held first, in order, then the accounts. Verdicts of the ledger, and recalled, expired: leg
-- `number` may not. For the functions of goods alone: who may, they ask before.
CREATE FUNCTION linli.goods_post(
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

-- Holds the lots, then these accounts of theirs at places, before more than one posting. For the
-- functions here alone.
CREATE FUNCTION linli.goods_take(lots uuid[], places uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM FROM linli.capacity_take(lots);
    PERFORM set_config('linli.stock', 'on', true);
    PERFORM
    FROM linli.ledger_take(
        ARRAY(SELECT n.lot FROM unnest(lots, places) AS n (lot, place), generate_series(1, 3)),
        ARRAY(SELECT 'place' FROM unnest(lots), generate_series(1, 3)),
        ARRAY(SELECT n.place FROM unnest(lots, places) AS n (lot, place), generate_series(1, 3)),
        ARRAY(SELECT s FROM unnest(lots),
            unnest(ARRAY['free', 'quarantine', 'reserved']) AS s));
    PERFORM set_config('linli.stock', '', true);
END
$$;

-- What a reservation held goes back where it lay when it ends, whoever ended it and why: free again, or
-- into quarantine where nothing of the lot is handed out any more.
CREATE FUNCTION linli.goods_hold_end() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    hold linli.goods_hold;
    lot linli.goods_lot;
    answer linli.ledger_answer;
BEGIN
    UPDATE linli.goods_hold AS h
    SET is_live = false
    WHERE h.estate_id = NEW.estate_id AND h.reservation_id = NEW.id AND h.is_live
    RETURNING * INTO hold;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT lot
    FROM linli.goods_lot AS g
    WHERE g.estate_id = NEW.estate_id AND g.id = hold.lot_id;
    answer := linli.goods_post(event, ARRAY[ROW(hold.lot_id, 'place', hold.place_id, 'reserved',
        'place', hold.place_id, CASE WHEN lot.stopped IS NOT NULL
            OR linli.goods_objection(lot, 'place', 'reserved') IS NOT NULL THEN 'quarantine'
            ELSE 'free' END,
        hold.quantity, NEW.ended_as)::linli.goods_leg], 'reservation', NEW.id);
    IF answer.verdict <> 'posted' THEN
        RAISE EXCEPTION 'what was reserved is not there' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'goods_hold_returns', TABLE = 'goods_hold';
    END IF;
    PERFORM linli.append_event(event, 'goods.released', linli.goods_audience(NULL), '{}',
        json_build_object('lot', hold.lot_id, 'place', hold.place_id)::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER reservation_stock AFTER UPDATE ON linli.reservation FOR EACH ROW
    WHEN (OLD.state <> 'ended' AND NEW.state = 'ended')
    EXECUTE FUNCTION linli.goods_hold_end();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['goods_drive', 'goods_intake', 'goods_lot', 'goods_hold']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
-- That goods are collected, everybody may know; what lies where, who handles it; who gave, nobody else.
CREATE POLICY goods_drive_here ON linli.goods_drive FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()));
CREATE POLICY goods_drive_open ON linli.goods_drive FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee')));
CREATE POLICY goods_lot_served ON linli.goods_lot FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND (SELECT linli.goods_serves_any()));
CREATE POLICY goods_intake_served ON linli.goods_intake FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND ((SELECT linli.goods_serves_any()) OR donor_id = (SELECT linli.subject_id())));
GRANT SELECT, INSERT ON linli.goods_drive TO linli;
GRANT SELECT ON linli.goods_lot, linli.goods_intake TO linli;
GRANT EXECUTE ON FUNCTION linli.goods_objection(linli.goods_lot, text, text) TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('goods_intake', 'donor_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, only_if, erasure, becomes, kept)
VALUES
    ('goods_intake', 'donor_id', 'yes', '我捐的物资', 'What one gave',
        'r.id, r.at, r.drive_id, (SELECT json_agg(json_build_object(''lot'', g.code, ''item'',
            i.name_zh, ''given'', linli.goods_amount(g.given, i.scale), ''unit'', i.unit))
            FROM linli.goods_lot AS g
            JOIN linli.goods_item AS i ON i.estate_id = g.estate_id AND i.id = g.item_id
            WHERE g.estate_id = r.estate_id AND g.intake_id = r.id) AS lots',
        'true', 'blank', 'donor_id = NULL', 'person');
