-- The signed coded list of a day (当日领取清单): with the network down what is reserved goes out from it,
-- and is reconciled afterwards; free stock does not. docs/donations/parcel-list.md.

-- What a list checks a word with: salt and slow hash, sealed, so that the database alone checks nothing.
-- NULL: made before lists were, and not to be checked from one.
ALTER TABLE linli.goods_word ADD COLUMN listed_sealed bytea;
ALTER TABLE linli.goods_card ADD COLUMN listed_sealed bytea;
ALTER TABLE linli.goods_word ADD CONSTRAINT goods_word_listed_bytes
    CHECK (octet_length(listed_sealed) BETWEEN 1 AND 400);
ALTER TABLE linli.goods_card ADD CONSTRAINT goods_card_listed_bytes
    CHECK (octet_length(listed_sealed) BETWEEN 1 AND 400);
INSERT INTO linli.sealed_column (source, field) VALUES
    ('goods_word', 'listed_sealed'), ('goods_card', 'listed_sealed');

ALTER TABLE linli.goods_visit DROP CONSTRAINT goods_visit_how_known;
ALTER TABLE linli.goods_visit ADD CONSTRAINT goods_visit_how_known
    CHECK (how IN ('word', 'neighbour', 'card', 'list'));

-- What somebody entered of a list: a parcel is said to have been handed over, and what became of that.
CREATE TABLE linli.goods_list_line (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    room_id uuid NOT NULL,
    code text NOT NULL,
    given_at timestamptz NOT NULL,
    by_id uuid NOT NULL,
    second_id uuid,
    entered_by uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    verdict text NOT NULL,
    -- Stands while somebody has to look at it.
    task_id uuid,
    CONSTRAINT goods_list_line_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_list_line_room FOREIGN KEY (estate_id, room_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_list_line_by FOREIGN KEY (estate_id, by_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_list_line_second FOREIGN KEY (estate_id, second_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_list_line_entered_by FOREIGN KEY (estate_id, entered_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_list_line_code CHECK (code ~ '^[0-9A-F]{4}-[0-9A-F]{4}$'),
    CONSTRAINT goods_list_line_once UNIQUE (estate_id, room_id, code, given_at, by_id),
    CONSTRAINT goods_list_line_two_persons CHECK (second_id <> by_id),
    CONSTRAINT goods_list_line_verdict_known CHECK (verdict IN ('posted', 'unknown', 'when', 'duty',
        'own', 'second', 'out', 'recalled', 'expired', 'lapsed'))
);

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en)
VALUES ('parcel-list', 'residents_committee', interval '1 day', '断网领取清单有出入，请核对一个包裹',
    'a parcel of an offline list differs: find out what became of it');

-- Making words -------------------------------------------------------------------------------------

-- Issues a household's card, which ends the one before; by an office that reads needs, for a year. A new
-- card has a new id. Verdicts as of word_make.
CREATE OR REPLACE FUNCTION linli.card_issue(
    event uuid, new_id uuid, of_household uuid, hashes text[])
    RETURNS TABLE (verdict text, number integer, expires_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    verdict := CASE WHEN NOT linli.may_read('need', 'care') OR linli.need_hidden(of_household)
        OR NOT EXISTS (
            SELECT FROM linli.household AS h
            WHERE h.estate_id = estate AND h.id = of_household AND h.begins <= at AND h.ends > at)
        THEN 'unknown' ELSE 'made' END;
    IF verdict = 'made' THEN
        SELECT min(h.place)::integer INTO number
        FROM unnest(hashes) WITH ORDINALITY AS h (hash, place)
        WHERE NOT EXISTS (
            SELECT FROM linli.goods_word AS w
            WHERE w.estate_id = estate AND w.word_hash = decode(h.hash, 'hex'))
            AND NOT EXISTS (
            SELECT FROM linli.goods_card AS c
            WHERE c.estate_id = estate AND c.word_hash = decode(h.hash, 'hex'));
        IF number IS NULL THEN
            verdict := 'none_free';
        ELSE
            expires_at := at + interval '365 days';
            INSERT INTO linli.goods_card AS c (estate_id, id, household_id, word_hash, issued_by,
                issued_at, ends)
            VALUES (estate, new_id, of_household, decode(hashes[number], 'hex'), linli.person_id(),
                at, card_issue.expires_at)
            ON CONFLICT ON CONSTRAINT goods_card_of_household DO UPDATE
                SET id = excluded.id, word_hash = excluded.word_hash,
                    issued_by = excluded.issued_by, issued_at = excluded.issued_at,
                    ends = excluded.ends, listed_sealed = NULL;
            PERFORM linli.append_event(event, 'parcel.cardIssued',
                ARRAY(SELECT 'person:' || s
                    FROM unnest(linli.need_speakers(of_household)) AS s LIMIT 20)
                    || ('person:' || linli.person_id()), '{}',
                json_build_object('card', new_id)::text);
        END IF;
    END IF;
    RETURN NEXT;
END
$$;

-- Keeps what lists check a word or card with, which the principal makes in this very transaction.
CREATE FUNCTION linli.word_listed(word uuid, sealed bytea) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.goods_word AS w SET listed_sealed = sealed
    WHERE w.estate_id = linli.estate_id() AND w.id = word AND w.made_by = linli.person_id()
        AND w.made_at = linli.instant() AND w.listed_sealed IS NULL;
    IF FOUND THEN
        RETURN true;
    END IF;
    UPDATE linli.goods_card AS c SET listed_sealed = sealed
    WHERE c.estate_id = linli.estate_id() AND c.id = word AND c.issued_by = linli.person_id()
        AND c.issued_at = linli.instant() AND c.listed_sealed IS NULL;
    RETURN FOUND;
END
$$;

-- The list -----------------------------------------------------------------------------------------

-- Of which room and day a list is, and until when it is good: the end of that day. No row for who does
-- not handle goods there.
CREATE FUNCTION linli.parcel_list_head(room uuid)
    RETURNS TABLE (code text, name_zh text, on_day date, at timestamptz, ends timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.code, p.name_zh, linli.local_day(), linli.instant(),
            (linli.local_day() + 1)::timestamp AT TIME ZONE e.zone
        FROM linli.place AS p
        JOIN linli.estate AS e ON e.estate_id = p.estate_id
        WHERE p.estate_id = linli.estate_id() AND p.id = room;
END
$$;

-- What waits at a room, a row for each lot of a parcel: by code, with where it lies.
CREATE FUNCTION linli.parcel_list_parts(room uuid)
    RETURNS TABLE (code text, until timestamptz, bin text, lot text, name_zh text, name_en text,
        quantity text, unit text, expires_on date, allergens text[], is_valuable boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.code, p.until, b.code, l.code, i.name_zh, i.name_en,
            linli.goods_amount(t.quantity, i.scale), i.unit, l.expires_on, i.allergens,
            i.is_valuable
        FROM linli.goods_parcel AS p
        JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = p.id
        JOIN linli.goods_hold AS h ON h.estate_id = estate AND h.reservation_id = t.reservation_id
            AND h.is_live
        JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
        JOIN linli.place AS b ON b.estate_id = estate AND b.id = h.place_id
        WHERE p.estate_id = estate AND p.room_id = room AND p.until > linli.instant()
            AND linli.goods_objection(l, 'household', 'issued') IS NULL
        ORDER BY p.code, t.lot_id
        LIMIT 5000;
END
$$;

-- What the words and cards that fetch a parcel are checked with, sealed for their own rows.
CREATE FUNCTION linli.parcel_list_words(room uuid)
    RETURNS TABLE (code text, word_id uuid, is_card boolean, listed_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.code, w.id, w.is_card, w.listed_sealed
        FROM linli.goods_parcel AS p
        CROSS JOIN LATERAL (
            SELECT g.id, false AS is_card, g.listed_sealed
            FROM linli.goods_word AS g
            WHERE g.estate_id = estate AND g.household_id = p.household_id AND g.used_at IS NULL
                AND g.voided_at IS NULL AND g.expires_at > at AND g.listed_sealed IS NOT NULL
            UNION ALL
            SELECT c.id, true, c.listed_sealed
            FROM linli.goods_card AS c
            WHERE c.estate_id = estate AND c.household_id = p.household_id AND c.ends > at
                AND c.listed_sealed IS NOT NULL
        ) AS w
        WHERE p.estate_id = estate AND p.room_id = room AND p.until > at
            AND linli.parcel_state(p) = 'ready'
        ORDER BY p.code, w.id
        LIMIT 5000;
END
$$;

-- Reconciling --------------------------------------------------------------------------------------

-- Whether somebody was on duty at a room at an instant: its volunteer, or the residents' committee. For
-- the functions here alone.
CREATE FUNCTION linli.goods_was_on_duty(person uuid, room uuid, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM linli.role_term AS t
        WHERE t.estate_id = linli.estate_id() AND t.person_id = person
            AND t.begins <= goods_was_on_duty.at AND t.ends > goods_was_on_duty.at
            AND ((t.role = 'volunteer' AND t.place_id = room)
                OR (t.role = 'residents_committee' AND t.place_id IS NULL)))
        OR EXISTS (
            SELECT FROM linli.person AS s
            WHERE s.estate_id = linli.estate_id() AND s.id = person
                AND linli.holds_above(s.account_id, linli.estate_id(), goods_was_on_duty.at,
                    ARRAY['residents_committee']));
END
$$;

-- What a line of a list says of a parcel that there is, or NULL where it is to be posted; 'again' where it
-- was. Its lots and household are held. For the functions here alone.
CREATE FUNCTION linli.parcel_list_judge(
    box linli.goods_parcel, given timestamptz, volunteer uuid, second uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    out_by linli.goods_custody;
BEGIN
    SELECT * INTO out_by FROM linli.goods_custody AS c
    WHERE c.estate_id = estate AND c.parcel_id = box.id AND c.undone_at IS NULL;
    IF FOUND THEN
        RETURN CASE WHEN out_by.by_id = volunteer AND EXISTS (
            SELECT FROM linli.goods_visit AS v
            WHERE v.estate_id = estate AND v.id = out_by.visit_id AND v.how = 'list')
            THEN 'again' ELSE 'out' END;
    END IF;
    RETURN CASE
        WHEN given > at OR given < box.made_at OR given < at - interval '7 days' THEN 'when'
        WHEN NOT linli.goods_was_on_duty(volunteer, box.room_id, given)
            OR (second IS NOT NULL AND NOT linli.goods_was_on_duty(second, box.room_id, given))
            THEN 'duty'
        WHEN EXISTS (
            SELECT FROM linli.membership AS m
            WHERE m.estate_id = estate AND m.household_id = box.household_id
                AND m.person_id IN (volunteer, second, linli.person_id())
                AND m.ends > least(given, at)) THEN 'own'
        WHEN EXISTS (
            SELECT FROM linli.goods_parcel_part AS t
            JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
            WHERE t.estate_id = estate AND t.parcel_id = box.id AND l.stopped = 'recalled')
            THEN 'recalled'
        WHEN box.until IS NULL OR box.until <= at OR EXISTS (
            SELECT FROM linli.goods_parcel_part AS t
            LEFT JOIN linli.goods_hold AS h ON h.estate_id = estate
                AND h.reservation_id = t.reservation_id
            WHERE t.estate_id = estate AND t.parcel_id = box.id
                AND h.is_live IS DISTINCT FROM true) THEN 'lapsed'
        WHEN EXISTS (
            SELECT FROM linli.goods_parcel_part AS t
            JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
            WHERE t.estate_id = estate AND t.parcel_id = box.id
                AND linli.goods_objection(l, 'household', 'issued') IS NOT NULL) THEN 'expired'
        WHEN second IS NULL AND EXISTS (
            SELECT FROM linli.goods_parcel_part AS t
            JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = t.lot_id
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
                AND i.is_valuable
            WHERE t.estate_id = estate AND t.parcel_id = box.id) THEN 'second' END;
END
$$;

-- Posts a parcel that went out from a list: reserved becomes issued, at a visit of its own that is over. For
-- the functions here alone; everything is held.
CREATE FUNCTION linli.parcel_list_post(
    event uuid, box linli.goods_parcel, given timestamptz, volunteer uuid, second uuid)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    given_on CONSTANT date := (given AT TIME ZONE zone)::date;
    visit CONSTANT uuid := linli.fresh_id(at);
    reservations uuid[];
    much bigint[];
    answer linli.ledger_answer;
BEGIN
    SELECT array_agg(t.reservation_id ORDER BY t.lot_id), array_agg(t.quantity ORDER BY t.lot_id)
    INTO reservations, much
    FROM linli.goods_parcel_part AS t
    WHERE t.estate_id = estate AND t.parcel_id = box.id;
    answer := linli.lot_end(event, reservations, much, box.household_id, 'free', 'collected',
        'parcel', box.id);
    IF answer.verdict IS DISTINCT FROM 'posted' THEN
        RAISE EXCEPTION 'what a list may post is posted: %', answer.verdict
            USING ERRCODE = 'internal_error';
    END IF;
    UPDATE linli.goods_parcel_part AS t SET issued = t.thousandths
    WHERE t.estate_id = estate AND t.parcel_id = box.id;
    -- A word fetches once: those that the list could have been shown are spent.
    UPDATE linli.goods_word AS w SET voided_at = at
    WHERE w.estate_id = estate AND w.household_id = box.household_id AND w.used_at IS NULL
        AND w.voided_at IS NULL AND w.made_at <= given;
    INSERT INTO linli.goods_visit (estate_id, id, room_id, household_id, number, on_day, how, by_id,
        second_id, at, ends)
    SELECT estate, visit, box.room_id, box.household_id, 1 + count(*), given_on, 'list', volunteer,
        second, given, given
    FROM linli.goods_visit AS v
    WHERE v.estate_id = estate AND v.room_id = box.room_id AND v.on_day = given_on;
    INSERT INTO linli.goods_custody (estate_id, id, parcel_id, visit_id, by_id, second_id, at)
    VALUES (estate, linli.fresh_id(at), box.id, visit, volunteer, second, given);
END
$$;

-- Somebody took home what is recalled: the recalls of it have one household more, which is asked and told as
-- the others were. For the functions here alone.
CREATE FUNCTION linli.parcel_list_recalled(event uuid, box linli.goods_parcel) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.goods_recall;
BEGIN
    FOR held IN
        SELECT r.* FROM linli.goods_recall AS r
        WHERE r.estate_id = estate AND EXISTS (
            SELECT FROM linli.goods_parcel_part AS t
            WHERE t.estate_id = estate AND t.parcel_id = box.id
                AND t.lot_id = ANY (linli.goods_lots_with(r.lot_id)))
        ORDER BY r.id
        FOR NO KEY UPDATE
    LOOP
        INSERT INTO linli.goods_recall_household (estate_id, recall_id, household_id)
        VALUES (estate, held.id, box.household_id)
        ON CONFLICT ON CONSTRAINT goods_recall_household_pkey DO NOTHING;
        IF FOUND THEN
            UPDATE linli.goods_recall AS r
            SET ended_at = NULL,
                task_id = linli.raise_task('goods-recall', held.id, NULL, NULL, NULL)
            WHERE r.estate_id = estate AND r.id = held.id;
            PERFORM linli.notify(event, 'goods.recalled', 'recall', held.id,
                json_build_object('what', json_build_array(held.advice), 'because',
                    held.because)::text,
                linli.need_speakers(box.household_id));
        END IF;
    END LOOP;
END
$$;

-- Notes what a line came to; the task stands while it differs. Whether anything is new. For the functions
-- here alone.
CREATE FUNCTION linli.parcel_list_note(
    room uuid, of_code text, given timestamptz, volunteer uuid, second uuid, came_to text)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    was linli.goods_list_line;
    line uuid;
BEGIN
    SELECT * INTO was FROM linli.goods_list_line AS l
    WHERE l.estate_id = estate AND l.room_id = room AND l.code = of_code AND l.given_at = given
        AND l.by_id = volunteer
    FOR UPDATE;
    IF was.verdict = came_to OR was.verdict = 'posted' THEN
        RETURN false;
    END IF;
    INSERT INTO linli.goods_list_line AS l (estate_id, id, room_id, code, given_at, by_id, second_id,
        entered_by, entered_at, verdict)
    VALUES (estate, linli.fresh_id(at), room, of_code, given, volunteer, second, linli.person_id(),
        at, came_to)
    ON CONFLICT ON CONSTRAINT goods_list_line_once DO UPDATE
        SET second_id = excluded.second_id, entered_by = excluded.entered_by,
            entered_at = excluded.entered_at, verdict = excluded.verdict
    RETURNING l.id INTO line;
    IF came_to = 'posted' THEN
        PERFORM linli.finish_task(was.task_id, 'done') WHERE was.task_id IS NOT NULL;
    ELSE
        UPDATE linli.goods_list_line AS l
        SET task_id = linli.raise_task('parcel-list', line, NULL, NULL, NULL)
        WHERE l.estate_id = estate AND l.id = line;
    END IF;
    RETURN true;
END
$$;

-- Enters what went out from lists, aligned arrays, at most so many; a line is posted, was before, or differs,
-- and nothing is half done. Instants are microseconds since 1970. Order of locks: lots, agendas, words, the
-- visits of the room, accounts. Verdicts: a line's; none at all where the principal does not handle goods
-- at the room.
CREATE FUNCTION linli.parcel_list_reconcile(
    event uuid, room uuid, codes text[], instants bigint[], volunteers uuid[], seconds uuid[])
    RETURNS TABLE (number integer, verdict text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    boxes uuid[];
    posted uuid[] := '{}';
    recalled uuid[] := '{}';
    is_new boolean := false;
    box linli.goods_parcel;
    line record;
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    boxes := ARRAY(
        SELECT p.id FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.room_id = room AND p.code = ANY (codes));
    PERFORM FROM linli.capacity_take(ARRAY(
        SELECT DISTINCT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = ANY (boxes)));
    PERFORM linli.agenda_take(ARRAY(
        SELECT DISTINCT p.household_id FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = ANY (boxes)));
    PERFORM FROM linli.goods_word AS w
    WHERE w.estate_id = estate AND w.used_at IS NULL AND w.voided_at IS NULL
        AND w.household_id IN (
            SELECT p.household_id FROM linli.goods_parcel AS p
            WHERE p.estate_id = estate AND p.id = ANY (boxes))
    ORDER BY w.id
    FOR UPDATE;
    PERFORM pg_advisory_xact_lock(hashtextextended('visits/' || room, 172));
    FOR line IN
        SELECT n.place::integer AS place, n.code,
            timestamptz 'epoch' + n.micros * interval '1 microsecond' AS given, n.volunteer,
            n.second
        FROM unnest(codes, instants, volunteers, seconds) WITH ORDINALITY
            AS n (code, micros, volunteer, second, place)
        ORDER BY n.place
    LOOP
        SELECT * INTO box FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.room_id = room AND p.code = line.code;
        number := line.place;
        verdict := CASE
            WHEN NOT EXISTS (
                SELECT FROM linli.person AS s
                WHERE s.estate_id = estate AND s.id = line.volunteer) THEN 'nobody'
            WHEN box.id IS NULL THEN 'unknown'
            ELSE coalesce(linli.parcel_list_judge(box, line.given, line.volunteer, line.second),
                'posted') END;
        IF verdict = 'posted' THEN
            PERFORM linli.parcel_list_post(event, box, line.given, line.volunteer, line.second);
            posted := posted || box.id;
        ELSIF verdict = 'recalled' THEN
            recalled := recalled || box.id;
        END IF;
        IF verdict NOT IN ('again', 'nobody') AND linli.parcel_list_note(
            room, line.code, line.given, line.volunteer, line.second, verdict)
        THEN
            is_new := true;
        END IF;
        RETURN NEXT;
    END LOOP;
    IF is_new THEN
        PERFORM linli.append_event(event, 'parcel.listReconciled', linli.goods_audience(room), '{}',
            json_build_object('room', room, 'parcels', posted)::text);
        PERFORM linli.notify(event, 'parcel.handedOver', 'parcel', p.id, '{}',
            linli.need_speakers(p.household_id))
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = ANY (posted);
        PERFORM linli.parcel_list_recalled(event, p)
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = ANY (recalled);
    END IF;
END
$$;

-- What was entered and differs, the latest first, to who handles goods at the room.
CREATE FUNCTION linli.parcel_list_differences(room uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, code text, given_at timestamptz, by_id uuid, second_id uuid,
        entered_at timestamptz, verdict text, task_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT l.id, l.code, l.given_at, l.by_id, l.second_id, l.entered_at, l.verdict, l.task_id
        FROM linli.goods_list_line AS l
        WHERE l.estate_id = linli.estate_id() AND l.room_id = room AND l.verdict <> 'posted'
            AND l.id < before
        ORDER BY l.id DESC
        LIMIT rows_max;
END
$$;

ALTER TABLE linli.goods_list_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.goods_list_line FORCE ROW LEVEL SECURITY;
CREATE POLICY goods_list_line_owner ON linli.goods_list_line TO linli_owner
    USING (true) WITH CHECK (true);
GRANT EXECUTE ON FUNCTION
    linli.word_listed(uuid, bytea), linli.parcel_list_head(uuid), linli.parcel_list_parts(uuid),
    linli.parcel_list_words(uuid),
    linli.parcel_list_reconcile(uuid, uuid, text[], bigint[], uuid[], uuid[]),
    linli.parcel_list_differences(uuid, uuid, bigint)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment)
SELECT 'goods_list_line', c, 'stay' FROM unnest(ARRAY['by_id', 'second_id', 'entered_by']) AS c;
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
SELECT 'goods_list_line', c, 'doer', '谁办的', 'Who did it', 'keep', 'ledger'
FROM unnest(ARRAY['by_id', 'second_id', 'entered_by']) AS c;
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('need', 5, 'goods_list_line', 'r.entered_at < $1', NULL);
