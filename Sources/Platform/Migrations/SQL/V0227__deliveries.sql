-- Deliveries (送上门): what is set aside for a household is brought home by who helps. The asking is a
-- request for help like others; at the desk the parcel goes out into the helper's hands as it goes out to
-- anybody, with a custody signature, and at the door the household's word says that it has come. What does
-- not come goes back to the desk, which undoes the hand-over. docs/donations/needs.md has the rules.

ALTER TABLE linli.goods_visit DROP CONSTRAINT goods_visit_how_known;
ALTER TABLE linli.goods_visit ADD CONSTRAINT goods_visit_how_known
    CHECK (how IN ('word', 'neighbour', 'card', 'list', 'delivery'));

-- A parcel that is to be brought, and by which request for help. Whose it is the parcel says.
CREATE TABLE linli.goods_delivery (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    parcel_id uuid NOT NULL,
    request_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    -- In whose hands it is, and by which signature; the last one.
    helper_id uuid,
    custody_id uuid,
    taken_at timestamptz,
    handed_at timestamptz,
    task_id uuid,
    CONSTRAINT goods_delivery_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_delivery_parcel FOREIGN KEY (estate_id, parcel_id)
        REFERENCES linli.goods_parcel (estate_id, id),
    CONSTRAINT goods_delivery_asked_by FOREIGN KEY (estate_id, asked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_delivery_helper FOREIGN KEY (estate_id, helper_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_delivery_custody FOREIGN KEY (estate_id, custody_id)
        REFERENCES linli.goods_custody (estate_id, id),
    CONSTRAINT goods_delivery_of_request UNIQUE (estate_id, request_id),
    CONSTRAINT goods_delivery_taken_whole CHECK ((helper_id IS NULL) = (custody_id IS NULL)
        AND (custody_id IS NULL) = (taken_at IS NULL)),
    CONSTRAINT goods_delivery_handed_later CHECK (handed_at >= taken_at
        AND (handed_at IS NULL OR taken_at IS NOT NULL))
);
CREATE INDEX goods_delivery_of_parcel ON linli.goods_delivery (estate_id, parcel_id, id);
CREATE INDEX goods_delivery_of_helper ON linli.goods_delivery (estate_id, helper_id, id);
CREATE INDEX goods_delivery_of_custody ON linli.goods_delivery (estate_id, custody_id);
ALTER TABLE linli.goods_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.goods_delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY goods_delivery_owner ON linli.goods_delivery TO linli_owner
    USING (true) WITH CHECK (true);

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('delivery-return', 'residents_committee', interval '4 hours', '有一个包裹没有送到，请收回物资间',
        'A parcel did not arrive: take it back to the goods room');

-- Whether a parcel is in the hands of who was to bring it: 'taken'; 'handed' where it came; 'returned';
-- NULL where nobody has had it. For the functions here alone.
CREATE FUNCTION linli.delivery_state(d linli.goods_delivery) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN d.handed_at IS NOT NULL THEN 'handed'
        WHEN d.custody_id IS NULL THEN NULL
        WHEN EXISTS (
            SELECT FROM linli.goods_custody AS c
            WHERE c.estate_id = d.estate_id AND c.id = d.custody_id AND c.undone_at IS NULL)
            THEN 'taken'
        ELSE 'returned' END;
END
$$;

-- Asks that a parcel which waits be brought home, within a span of its day; by who speaks for its
-- household. What is valuable is fetched. Verdicts: asked; unknown; there (it is asked for already);
-- waits (it does not wait until then); valuable; those of help_ask.
CREATE FUNCTION linli.delivery_ask(
    event uuid, new_id uuid, new_request uuid, parcel uuid, new_begins timestamptz,
    new_ends timestamptz, new_minutes integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    box linli.goods_parcel;
    verdict text;
BEGIN
    SELECT * INTO box FROM linli.goods_parcel AS p
    WHERE p.estate_id = estate AND p.id = parcel
        AND p.household_id IN (SELECT linli.need_households());
    IF box.id IS NULL THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.agenda_take(ARRAY[box.household_id]);
    verdict := CASE
        WHEN linli.parcel_state(box) <> 'ready' OR box.until < new_ends THEN 'waits'
        WHEN EXISTS (
            SELECT
            FROM linli.goods_delivery AS d
            JOIN linli.help_request AS r ON r.estate_id = estate AND r.id = d.request_id
                AND r.state IN ('looking', 'agreed')
            WHERE d.estate_id = estate AND d.parcel_id = parcel) THEN 'there'
        WHEN EXISTS (
            SELECT
            FROM linli.goods_parcel_part AS t
            JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
                AND i.is_valuable
            WHERE t.estate_id = estate AND t.parcel_id = parcel) THEN 'valuable' END;
    IF verdict IS NULL THEN
        SELECT a.verdict INTO verdict
        FROM linli.help_ask(event, ARRAY[new_request], 'delivery', linli.subject_id(), NULL, (
                SELECT h.residence_id FROM linli.household AS h
                WHERE h.estate_id = estate AND h.id = box.household_id),
            new_begins, new_ends, new_minutes, 'normal', NULL, NULL, false, false, NULL) AS a;
    END IF;
    IF verdict = 'asked' THEN
        INSERT INTO linli.goods_delivery (estate_id, id, parcel_id, request_id, asked_by, asked_at)
        VALUES (estate, new_id, parcel, new_request, linli.person_id(), linli.instant());
    END IF;
    RETURN verdict;
END
$$;

-- Gives a parcel into the hands of who has agreed to bring it, at the desk: the same movement and the same
-- signature as to anybody else. Whoever is on duty does it, for neither its own household nor itself. Order
-- of locks: the request, then as parcel_hand. Verdicts: handed; unknown; early (nobody has agreed to bring
-- it now); self; those of parcel_hand.
CREATE FUNCTION linli.delivery_take(
    event uuid, new_visit uuid, new_custody uuid, parcel uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    box linli.goods_parcel;
    d linli.goods_delivery;
    r linli.help_request;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO box FROM linli.goods_parcel AS p WHERE p.estate_id = estate AND p.id = parcel;
    answer.verdict := CASE WHEN box.id IS NULL THEN 'unknown'
        ELSE linli.visit_may_serve(box.room_id, box.household_id) END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT o.* INTO r
    FROM linli.goods_delivery AS g
    JOIN linli.help_request AS o ON o.estate_id = estate AND o.id = g.request_id
        AND o.state = 'agreed'
    WHERE g.estate_id = estate AND g.parcel_id = parcel
    ORDER BY g.id DESC
    LIMIT 1
    FOR UPDATE OF o;
    SELECT * INTO d FROM linli.goods_delivery AS g
    WHERE g.estate_id = estate AND g.request_id = r.id
    FOR UPDATE;
    answer.verdict := CASE
        WHEN r.id IS NULL OR NOT EXISTS (
            SELECT FROM linli.help_visit AS v
            WHERE v.estate_id = estate AND v.id = r.visit_id
                AND v.state IN ('planned', 'under_way') AND v.begins <= at + interval '4 hours')
            OR linli.help_bar(r.helper_id, r.person_id) IS NOT NULL THEN 'early'
        WHEN r.helper_id = linli.person_id() THEN 'self' END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(ARRAY(
        SELECT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel));
    PERFORM linli.agenda_take(ARRAY[box.household_id]);
    PERFORM pg_advisory_xact_lock(hashtextextended('visits/' || box.room_id, 172));
    INSERT INTO linli.goods_visit (estate_id, id, room_id, household_id, number, on_day, how, by_id,
        at, ends)
    SELECT estate, new_visit, box.room_id, box.household_id, 1 + count(*), today, 'delivery',
        linli.person_id(), linli.instant(), linli.instant() + interval '1 minute'
    FROM linli.goods_visit AS v
    WHERE v.estate_id = estate AND v.room_id = box.room_id AND v.on_day = today;
    answer := linli.parcel_hand(event, new_custody, parcel, new_visit, '{}', '{}', '{}', '{}');
    IF answer.verdict = 'posted' THEN
        UPDATE linli.goods_delivery AS g
        SET helper_id = r.helper_id, custody_id = new_custody, taken_at = at
        WHERE g.estate_id = estate AND g.id = d.id;
    END IF;
    RETURN answer;
END
$$;

-- At the door: who brings a parcel says the household's word, or its card; the word is spent. Verdicts:
-- handed; unknown; word (none of that household, or no more); too_many (wrong ones).
CREATE FUNCTION linli.delivery_hand(
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
    RETURN 'handed';
END
$$;

-- The deliveries that the principal asked for its households, and those it has agreed to bring, the latest
-- first: to who brings, the parcel's code and allergens, and where it waits; never what is in it.
CREATE FUNCTION linli.deliveries_seen(before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, side text, state text, request_id uuid, visit_id uuid, code text,
        room_id uuid, room_zh text, room_en text, allergens text[], begins timestamptz,
        ends timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := CASE WHEN linli.beneficiary_id() IS NULL THEN linli.person_id() END;
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN QUERY
        SELECT d.id, s.side, coalesce(nullif(linli.delivery_state(d), 'returned'), r.state, 'lapsed'),
            CASE s.side WHEN 'household' THEN d.request_id END, v.id, p.code, p.room_id,
            linli.help_place_name(p.room_id, true), linli.help_place_name(p.room_id, false), ARRAY(
                SELECT DISTINCT unnest(i.allergens)
                FROM linli.goods_parcel_part AS t
                JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
                JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
                WHERE t.estate_id = estate AND t.parcel_id = p.id
                ORDER BY 1), coalesce(v.begins, r.begins), coalesce(v.ends, r.ends)
        FROM linli.goods_delivery AS d
        JOIN linli.goods_parcel AS p ON p.estate_id = estate AND p.id = d.parcel_id
        LEFT JOIN linli.help_request AS r ON r.estate_id = estate AND r.id = d.request_id
        LEFT JOIN linli.help_visit AS v ON v.estate_id = estate AND v.id = r.visit_id
        CROSS JOIN LATERAL (
            SELECT CASE
                WHEN p.household_id IN (SELECT linli.need_households()) THEN 'household'
                WHEN me = d.helper_id AND linli.delivery_state(d) = 'taken' THEN 'helper'
                WHEN me = r.helper_id AND v.state IN ('planned', 'under_way') THEN 'helper'
                END AS side) AS s
        WHERE d.estate_id = estate AND d.id < before_id AND s.side IS NOT NULL
            AND (r.person_id IS NULL OR r.person_id <> ALL (unseen))
        ORDER BY d.id DESC
        LIMIT rows_max;
END
$$;

-- What did not come -----------------------------------------------------------------------------------

-- A visit that is over, missed or cancelled while its parcel is in the helper's hands: somebody gets it
-- back.
CREATE FUNCTION linli.delivery_missed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.goods_delivery AS d
    SET task_id = linli.raise_task('delivery-return', d.id, d.helper_id, p.room_id, NULL)
    FROM linli.goods_parcel AS p
    WHERE d.estate_id = NEW.estate_id AND d.request_id = NEW.source_id
        AND d.helper_id = NEW.helper_id AND linli.delivery_state(d) = 'taken'
        AND p.estate_id = d.estate_id AND p.id = d.parcel_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER delivery_missed AFTER UPDATE OF state ON linli.help_visit
    FOR EACH ROW
    WHEN (NEW.kind = 'delivery' AND NEW.source = 'request' AND NEW.state <> OLD.state
        AND NEW.state IN ('done', 'missed', 'cancelled'))
    EXECUTE FUNCTION linli.delivery_missed();

-- The desk has it back.
CREATE FUNCTION linli.delivery_returned() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.finish_task(d.task_id, 'done')
    FROM linli.goods_delivery AS d
    WHERE d.estate_id = NEW.estate_id AND d.custody_id = NEW.id AND d.task_id IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER delivery_returned AFTER UPDATE OF undone_at ON linli.goods_custody
    FOR EACH ROW WHEN (NEW.undone_at IS NOT NULL AND OLD.undone_at IS NULL)
    EXECUTE FUNCTION linli.delivery_returned();

GRANT EXECUTE ON FUNCTION
    linli.delivery_ask(uuid, uuid, uuid, uuid, timestamptz, timestamptz, integer),
    linli.delivery_take(uuid, uuid, uuid, uuid),
    linli.delivery_hand(uuid, uuid, text, uuid, integer), linli.deliveries_seen(uuid, bigint)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('goods_delivery', 'asked_by', 'stay'), ('goods_delivery', 'helper_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, kept)
VALUES
    ('goods_delivery', 'asked_by', 'yes', '我请人送的物资', 'What one asked to be brought',
        'r.id, r.parcel_id, r.asked_at, r.taken_at, r.handed_at', 'keep', 'need'),
    ('goods_delivery', 'helper_id', 'yes', '我送过的物资', 'What one brought to others',
        'r.id, r.taken_at, r.handed_at', 'keep', 'need');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('need', 0, 'goods_delivery', 'r.asked_at < $1', NULL);
