-- Recall (召回): from one call on nothing of a lot is handed out, nor of the kits that it went into; the
-- call answers with every place and household that has some. It is over when each household has
-- confirmed, or somebody has knocked.

CREATE TABLE linli.goods_recall (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    lot_id uuid NOT NULL,
    because text NOT NULL,
    -- What one should do with it.
    advice text NOT NULL,
    at timestamptz NOT NULL,
    task_id uuid,
    ended_at timestamptz,
    CONSTRAINT goods_recall_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_recall_lot FOREIGN KEY (estate_id, lot_id)
        REFERENCES linli.goods_lot (estate_id, id),
    CONSTRAINT goods_recall_once UNIQUE (estate_id, lot_id),
    CONSTRAINT goods_recall_because_known
        CHECK (because IN ('maker', 'authority', 'spoiled', 'mislabelled', 'dangerous')),
    CONSTRAINT goods_recall_advice_known
        CHECK (advice IN ('bring_back', 'throw_away', 'do_not_use'))
);

-- A household that has some of it, and that it knows.
CREATE TABLE linli.goods_recall_household (
    estate_id uuid NOT NULL,
    recall_id uuid NOT NULL,
    household_id uuid NOT NULL,
    confirmed_at timestamptz,
    -- confirmed: by itself; knocked: somebody went there.
    how text,
    outcome text,
    CONSTRAINT goods_recall_household_pkey PRIMARY KEY (estate_id, recall_id, household_id),
    CONSTRAINT goods_recall_household_of FOREIGN KEY (estate_id, recall_id)
        REFERENCES linli.goods_recall (estate_id, id),
    CONSTRAINT goods_recall_household_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT goods_recall_household_how CHECK (how IN ('confirmed', 'knocked')),
    CONSTRAINT goods_recall_household_outcome
        CHECK (outcome IN ('brought_back', 'thrown_away', 'used_up', 'never_had', 'told')),
    CONSTRAINT goods_recall_household_whole CHECK ((confirmed_at IS NULL) = (how IS NULL)
        AND (how IS NULL) = (outcome IS NULL))
);
CREATE INDEX goods_recall_household_asked
    ON linli.goods_recall_household (estate_id, household_id, recall_id);

INSERT INTO linli.task_kind
    (code, duty_role, due, title_zh, title_en, is_decided_elsewhere, climbs_to)
VALUES ('goods-recall', 'residents_committee', interval '1 day',
    '召回：还有住户没有确认，请上门', 'a recall: knock where nobody has confirmed', true,
    '{subdistrict_officer}');

-- A lot, and the kits that some of it is in. For the functions here alone.
CREATE FUNCTION linli.goods_lots_with(lot uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        WITH RECURSIVE with_it (id) AS (
            SELECT lot
            UNION
            SELECT a.holder_id
            FROM with_it AS w
            JOIN linli.ledger_account AS a ON a.estate_id = linli.estate_id()
                AND a.asset_id = w.id AND a.holder_kind = 'pot' AND a.status = 'kitted'
        )
        SELECT w.id FROM with_it AS w ORDER BY w.id);
END
$$;

-- Where it lies and who has it: a place with what lies there in a status, or a
-- household with what it was handed. To those who handle goods the places; households to the
-- committee and its social workers alone.
CREATE FUNCTION linli.goods_recall_reach(lot uuid)
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
        ORDER BY a.holder_kind, a.holder_id, a.asset_id, a.status;
END
$$;

-- Recalls a lot and the kits with it: from the commit on nothing of them moves but into quarantine or
-- away. What is reserved and free goes into quarantine where it lies; each household is told. Verdicts:
-- recalled, again, unknown (no such lot, or not the principal's).
CREATE FUNCTION linli.goods_recall(
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
    IF NOT linli.goods_serves_any()
        OR NOT EXISTS (
            SELECT FROM linli.goods_lot AS g WHERE g.estate_id = estate AND g.id = lot)
    THEN
        RETURN 'unknown';
    END IF;
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

-- Says what became of it in a household: the household itself (`knocked` NULL), or who knocked there.
-- Verdicts: noted, again (it was said before), unknown.
CREATE FUNCTION linli.goods_recall_note(
    event uuid, recall uuid, knocked uuid, new_outcome text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.goods_recall;
    noted bigint;
BEGIN
    IF knocked IS NOT NULL AND (linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee', 'social_worker'))
    THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO held
    FROM linli.goods_recall AS r
    WHERE r.estate_id = estate AND r.id = recall
    FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT EXISTS (
        SELECT
        FROM linli.goods_recall_household AS h
        WHERE h.estate_id = estate AND h.recall_id = recall
            AND (h.household_id = knocked
                OR (knocked IS NULL AND h.household_id IN (SELECT linli.own_households()))))
    THEN
        RETURN 'unknown';
    END IF;
    UPDATE linli.goods_recall_household AS h
    SET confirmed_at = at, outcome = new_outcome,
        how = CASE WHEN knocked IS NULL THEN 'confirmed' ELSE 'knocked' END
    WHERE h.estate_id = estate AND h.recall_id = recall AND h.confirmed_at IS NULL
        AND (h.household_id = knocked
            OR (knocked IS NULL AND h.household_id IN (SELECT linli.own_households())));
    GET DIAGNOSTICS noted = ROW_COUNT;
    IF noted = 0 THEN
        RETURN 'again';
    END IF;
    PERFORM linli.append_event(event, 'goods.recallNoted',
        linli.duty_keys('residents_committee', NULL), '{}',
        json_build_object('recall', recall)::text);
    IF NOT EXISTS (
        SELECT
        FROM linli.goods_recall_household AS h
        WHERE h.estate_id = estate AND h.recall_id = recall AND h.confirmed_at IS NULL)
    THEN
        UPDATE linli.goods_recall AS r SET ended_at = linli.instant()
        WHERE r.estate_id = estate AND r.id = recall;
        PERFORM linli.finish_task(held.task_id, 'done');
    END IF;
    RETURN 'noted';
END
$$;

-- Recalls: to those who handle goods, social workers, and households that have some; how many remain
-- is said to the first two alone.
CREATE FUNCTION linli.goods_recalls(one uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, lot_id uuid, lot_code text, name_zh text, name_en text, because text,
        advice text, at timestamptz, ended_at timestamptz, households bigint, remaining bigint,
        is_own boolean, own_outcome text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    served CONSTANT boolean := linli.goods_serves_any()
        OR (linli.beneficiary_id() IS NULL AND linli.has_role('social_worker'));
    own CONSTANT uuid[] := ARRAY(SELECT linli.own_households());
BEGIN
    RETURN QUERY
        SELECT r.id, r.lot_id, g.code, i.name_zh, i.name_en, r.because, r.advice, r.at,
            CASE WHEN served THEN r.ended_at END,
            CASE WHEN served THEN (
                SELECT count(*) FROM linli.goods_recall_household AS h
                WHERE h.estate_id = estate AND h.recall_id = r.id) END,
            CASE WHEN served THEN (
                SELECT count(*) FROM linli.goods_recall_household AS h
                WHERE h.estate_id = estate AND h.recall_id = r.id AND h.confirmed_at IS NULL) END,
            mine.is_own, mine.outcome
        FROM linli.goods_recall AS r
        JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.id = r.lot_id
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = g.item_id
        CROSS JOIN LATERAL (
            SELECT count(*) > 0 AS is_own, min(h.outcome) AS outcome
            FROM linli.goods_recall_household AS h
            WHERE h.estate_id = estate AND h.recall_id = r.id AND h.household_id = ANY (own)
        ) AS mine
        WHERE r.estate_id = estate AND r.id < before AND (one IS NULL OR r.id = one)
            AND (served OR mine.is_own)
        ORDER BY r.id DESC
        LIMIT rows_max;
END
$$;

-- The households of a recall, those that remain first: to the committee and its social workers.
CREATE FUNCTION linli.goods_recall_households(recall uuid)
    RETURNS TABLE (household_id uuid, residence_id uuid, name_zh text, confirmed_at timestamptz,
        how text, outcome text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee', 'social_worker')
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT h.household_id, w.residence_id, concat_ws(' ', s.name_zh, p.name_zh), h.confirmed_at,
            h.how, h.outcome
        FROM linli.goods_recall_household AS h
        JOIN linli.household AS w ON w.estate_id = estate AND w.id = h.household_id
        LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = w.residence_id
        LEFT JOIN linli.place AS s ON s.estate_id = estate AND s.id = p.stair_id
        WHERE h.estate_id = estate AND h.recall_id = recall
        ORDER BY h.confirmed_at NULLS FIRST, h.household_id;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['goods_recall', 'goods_recall_household']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.goods_recall(uuid, uuid, uuid, text, text),
    linli.goods_recall_note(uuid, uuid, uuid, text),
    linli.goods_recall_reach(uuid), linli.goods_recalls(uuid, uuid, bigint),
    linli.goods_recall_households(uuid)
    TO linli;
