-- Need-blind hand-over (领取): somebody comes with a one-time word or a household's card; the volunteer
-- sees parcels by code with their allergens, and no name or reason. docs/donations/needs.md.

-- A word that fetches what waits for a household, once. Only its keyed hash is kept.
CREATE TABLE linli.goods_word (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    word_hash bytea NOT NULL,
    -- Whether a neighbour fetches it.
    is_for_neighbour boolean NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    voided_at timestamptz,
    used_at timestamptz,
    CONSTRAINT goods_word_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_word_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT goods_word_made_by FOREIGN KEY (estate_id, made_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_word_once UNIQUE (estate_id, word_hash),
    CONSTRAINT goods_word_hash_bytes CHECK (octet_length(word_hash) = 32),
    CONSTRAINT goods_word_forward CHECK (made_at < expires_at)
);
CREATE INDEX goods_word_of_household ON linli.goods_word (estate_id, household_id);

-- A household's card (领取卡): for who has no telephone. A household has one.
CREATE TABLE linli.goods_card (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    word_hash bytea NOT NULL,
    issued_by uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    CONSTRAINT goods_card_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_card_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT goods_card_issued_by FOREIGN KEY (estate_id, issued_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_card_of_household UNIQUE (estate_id, household_id),
    CONSTRAINT goods_card_once UNIQUE (estate_id, word_hash),
    CONSTRAINT goods_card_hash_bytes CHECK (octet_length(word_hash) = 32),
    CONSTRAINT goods_card_forward CHECK (issued_at < ends)
);

-- Somebody has come to a room: what the volunteer does next is for this household.
CREATE TABLE linli.goods_visit (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    room_id uuid NOT NULL,
    household_id uuid NOT NULL,
    -- Of the room and day, to be called by.
    number integer NOT NULL,
    on_day date NOT NULL,
    how text NOT NULL,
    by_id uuid NOT NULL,
    -- The second person, where something is valuable.
    second_id uuid,
    at timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    CONSTRAINT goods_visit_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_visit_room FOREIGN KEY (estate_id, room_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_visit_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT goods_visit_by FOREIGN KEY (estate_id, by_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_visit_second FOREIGN KEY (estate_id, second_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_visit_two_persons CHECK (second_id <> by_id),
    CONSTRAINT goods_visit_how_known CHECK (how IN ('word', 'neighbour', 'card')),
    CONSTRAINT goods_visit_number_once UNIQUE (estate_id, room_id, on_day, number)
);

-- Who gave what out of its hands when, and took it back: a custody signature.
CREATE TABLE linli.goods_custody (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    parcel_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    by_id uuid NOT NULL,
    second_id uuid,
    at timestamptz NOT NULL,
    undone_by uuid,
    undone_at timestamptz,
    CONSTRAINT goods_custody_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_custody_parcel FOREIGN KEY (estate_id, parcel_id)
        REFERENCES linli.goods_parcel (estate_id, id),
    CONSTRAINT goods_custody_visit FOREIGN KEY (estate_id, visit_id)
        REFERENCES linli.goods_visit (estate_id, id),
    CONSTRAINT goods_custody_by FOREIGN KEY (estate_id, by_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_custody_second FOREIGN KEY (estate_id, second_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_custody_undone_by FOREIGN KEY (estate_id, undone_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT goods_custody_two_persons CHECK (second_id <> by_id),
    CONSTRAINT goods_custody_undone_whole CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);
-- A parcel is out of hand once at a time.
CREATE UNIQUE INDEX goods_custody_once ON linli.goods_custody (estate_id, parcel_id)
    WHERE undone_at IS NULL;

-- Whether the principal may hand something to a household at a room: on duty there, and not of it, nor
-- somebody who is kept away from one of it. For the functions here alone.
CREATE FUNCTION linli.visit_may_serve(room uuid, household uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN linli.goods_room_served(room) IS DISTINCT FROM room THEN 'unknown'
        WHEN EXISTS (
            SELECT FROM linli.membership AS m
            WHERE m.estate_id = linli.estate_id() AND m.household_id = household
                AND m.person_id = linli.person_id() AND m.ends > linli.instant()) THEN 'own'
        WHEN linli.need_hidden(household) THEN 'unknown' END;
END
$$;

-- Words and cards ----------------------------------------------------------------------------------

-- Makes a word for a household: of some hashes the first that none has; earlier ones of the same kind are
-- void. By who speaks for it (NULL: its only one), or an office that reads needs. Verdicts: made;
-- unknown, which, none_free.
CREATE FUNCTION linli.word_make(
    event uuid, new_id uuid, of_household uuid, for_neighbour boolean, hashes text[], days integer)
    RETURNS TABLE (verdict text, number integer, expires_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid[] := ARRAY(SELECT linli.need_households());
    home CONSTANT uuid :=
        coalesce(of_household, CASE WHEN cardinality(own) = 1 THEN own[1] END);
BEGIN
    verdict := CASE
        WHEN linli.person_id() IS NULL OR (home IS NULL AND cardinality(own) = 0) THEN 'unknown'
        WHEN home IS NULL THEN 'which'
        WHEN home <> ALL (own) AND NOT (linli.may_read('need', 'care')
            AND NOT linli.need_hidden(home) AND EXISTS (
                SELECT FROM linli.household AS h
                WHERE h.estate_id = estate AND h.id = home AND h.begins <= at AND h.ends > at))
            THEN 'unknown'
        ELSE 'made' END;
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
            expires_at := at + days * interval '1 day';
            UPDATE linli.goods_word AS w SET voided_at = at
            WHERE w.estate_id = estate AND w.household_id = home
                AND w.is_for_neighbour = for_neighbour AND w.used_at IS NULL
                AND w.voided_at IS NULL;
            INSERT INTO linli.goods_word (estate_id, id, household_id, word_hash, is_for_neighbour,
                made_by, made_at, expires_at)
            VALUES (estate, new_id, home, decode(hashes[number], 'hex'), for_neighbour,
                linli.person_id(), at, word_make.expires_at);
            PERFORM linli.append_event(event, 'parcel.wordMade',
                ARRAY(SELECT 'person:' || s FROM unnest(linli.need_speakers(home)) AS s LIMIT 20)
                    || ('person:' || linli.person_id()), '{}',
                json_build_object('word', new_id, 'for_neighbour', for_neighbour)::text);
        END IF;
    END IF;
    RETURN NEXT;
END
$$;

-- Issues a household's card, which ends the one before; by an office that reads needs, for a year.
-- Verdicts as of word_make.
CREATE FUNCTION linli.card_issue(event uuid, new_id uuid, of_household uuid, hashes text[])
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
                SET word_hash = excluded.word_hash, issued_by = excluded.issued_by,
                    issued_at = excluded.issued_at, ends = excluded.ends;
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

-- Visits ---------------------------------------------------------------------------------------------

-- Somebody comes to a room and says a word, or shows a card. A word is spent; who serves its own household
-- is refused, and the word stays good. Verdicts: open; unknown (not on duty there), word (none, or no
-- more), too_many (wrong ones), own.
CREATE FUNCTION linli.visit_open(
    event uuid, new_id uuid, room uuid, hash text, attempt uuid, attempts_max integer)
    RETURNS TABLE (verdict text, number integer)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    own CONSTANT uuid := linli.person_id();
    word linli.goods_word;
    card linli.goods_card;
    home uuid;
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        verdict := 'unknown';
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('attendance/' || own, 63));
    SELECT * INTO word FROM linli.goods_word AS w
    WHERE w.estate_id = estate AND w.word_hash = decode(hash, 'hex')
    FOR UPDATE;
    SELECT * INTO card FROM linli.goods_card AS c
    WHERE c.estate_id = estate AND c.word_hash = decode(hash, 'hex');
    home := coalesce(CASE WHEN word.used_at IS NULL AND word.voided_at IS NULL
        AND word.expires_at > at THEN word.household_id END,
        CASE WHEN card.ends > at THEN card.household_id END);
    verdict := CASE
        WHEN attempts_max <= (
            SELECT count(*) FROM linli.attendance_attempt AS t
            WHERE t.estate_id = estate AND t.person_id = own
                AND t.at > linli.instant() - interval '10 minutes') THEN 'too_many'
        WHEN home IS NULL THEN 'word'
        ELSE coalesce(linli.visit_may_serve(room, home), 'open') END;
    IF verdict = 'word' THEN
        INSERT INTO linli.attendance_attempt (estate_id, id, person_id, at)
        VALUES (estate, attempt, own, at);
    ELSIF verdict = 'open' THEN
        UPDATE linli.goods_word AS w SET used_at = at
        WHERE w.estate_id = estate AND w.id = word.id;
        PERFORM pg_advisory_xact_lock(hashtextextended('visits/' || room, 172));
        number := 1 + (
            SELECT count(*) FROM linli.goods_visit AS v
            WHERE v.estate_id = estate AND v.room_id = room AND v.on_day = today);
        INSERT INTO linli.goods_visit (estate_id, id, room_id, household_id, number, on_day, how,
            by_id, at, ends)
        VALUES (estate, new_id, room, home, visit_open.number, today, CASE WHEN word.id IS NULL
            THEN 'card' WHEN word.is_for_neighbour THEN 'neighbour' ELSE 'word' END, own, at,
            at + interval '2 hours');
        PERFORM linli.append_event(event, 'visit.opened', linli.goods_audience(room), '{}',
            json_build_object('visit', new_id, 'room', room)::text);
    END IF;
    RETURN NEXT;
END
$$;

-- What waits for a visit, by code with allergens; to who serves it.
CREATE FUNCTION linli.visit_parcels(visit uuid)
    RETURNS TABLE (id uuid, code text, room_id uuid, made_at timestamptz, until timestamptz,
        state text, parts json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.goods_visit;
BEGIN
    SELECT * INTO held FROM linli.goods_visit AS v
    WHERE v.estate_id = estate AND v.id = visit
        AND linli.visit_may_serve(v.room_id, v.household_id) IS NULL;
    RETURN QUERY
        SELECT p.id, p.code, p.room_id, p.made_at, p.until, 'ready', linli.parcel_parts(p.id)
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.household_id = held.household_id
            AND p.room_id = held.room_id AND p.until > linli.instant()
            AND linli.parcel_state(p) = 'ready'
        ORDER BY p.id
        LIMIT 50;
END
$$;

-- The parcels that wait at a room, the first to go back first: to be packed. By code alone.
CREATE FUNCTION linli.room_parcels(room uuid, after_until timestamptz, after_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, code text, room_id uuid, made_at timestamptz, until timestamptz,
        state text, parts json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    IF linli.goods_room_served(room) IS DISTINCT FROM room THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.code, p.room_id, p.made_at, p.until, 'ready', linli.parcel_parts(p.id)
        FROM linli.goods_parcel AS p
        WHERE p.estate_id = linli.estate_id() AND p.room_id = room
            AND p.until > linli.instant() AND (p.until, p.id) > (after_until, after_id)
            AND linli.parcel_state(p) = 'ready'
        ORDER BY p.until, p.id
        LIMIT rows_max;
END
$$;

-- A second person on duty stands by what is valuable. Verdicts: seconded; unknown, own, same.
CREATE FUNCTION linli.visit_second(event uuid, visit uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.goods_visit;
    verdict text;
BEGIN
    SELECT * INTO held FROM linli.goods_visit AS v
    WHERE v.estate_id = estate AND v.id = visit AND v.ends > linli.instant()
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    verdict := linli.visit_may_serve(held.room_id, held.household_id);
    IF verdict IS NOT NULL THEN
        RETURN verdict;
    ELSIF held.by_id = linli.person_id() THEN
        RETURN 'same';
    END IF;
    UPDATE linli.goods_visit AS v SET second_id = linli.person_id()
    WHERE v.estate_id = estate AND v.id = visit;
    PERFORM linli.append_event(event, 'visit.seconded', linli.goods_audience(held.room_id), '{}',
        json_build_object('visit', visit)::text);
    RETURN 'seconded';
END
$$;

-- Who stands by what the principal hands out at a visit; NULL: nobody. For the functions here alone.
CREATE FUNCTION linli.visit_other(visit linli.goods_visit) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE WHEN visit.second_id = linli.person_id() THEN visit.by_id
        ELSE visit.second_id END;
END
$$;

-- Where what was handed out of a lot comes back to when it is undone: reserved for its household, as long as
-- the parcel is kept and nothing else of the lot waits for it; else free; quarantine where the lot goes
-- out no more. The lots are held. For the functions here alone.
CREATE FUNCTION linli.parcel_returns(box linli.goods_parcel, lot uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.goods_lot;
BEGIN
    SELECT * INTO STRICT held FROM linli.goods_lot AS l WHERE l.estate_id = estate AND l.id = lot;
    RETURN CASE
        WHEN held.stopped IS NOT NULL
            OR linli.goods_objection(held, 'place', 'reserved') IS NOT NULL THEN 'quarantine'
        WHEN box.until > linli.instant()
            AND cardinality(linli.need_speakers(box.household_id)) > 0
            AND NOT EXISTS (
                SELECT FROM linli.reservation AS r
                WHERE r.estate_id = estate AND r.capacity_id = lot AND r.state <> 'ended'
                    AND r.household_id = box.household_id) THEN 'reserved'
        ELSE 'free' END;
END
$$;

-- Hand-over ------------------------------------------------------------------------------------------

-- Hands a parcel over in one call: reserved becomes issued. `lots` and `units` (smallest units): only so
-- much of each of these, the rest is free again and its need open; both empty: all that waits.
-- `instead`, `places`, aligned with `lots`: of another lot at a place, where it is not NULL. Order of
-- locks: lots, the agenda of the household, accounts. Verdicts: handed; unknown; visit (over, or for
-- another household); out (it is out of hand); gone (nothing of it waits); part (not in it, or more than
-- waits); instead (no fit substitute: another category, more than was set aside, or in the parcel
-- already); second (something is valuable: a second person first); own; short, recalled, expired, lapsed.
CREATE FUNCTION linli.parcel_hand(
    event uuid, new_id uuid, parcel uuid, of_visit uuid, lots uuid[], units bigint[],
    instead uuid[], places uuid[]) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    visit linli.goods_visit;
    box linli.goods_parcel;
    reservations uuid[];
    much bigint[];
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO box FROM linli.goods_parcel AS p WHERE p.estate_id = estate AND p.id = parcel;
    SELECT * INTO visit FROM linli.goods_visit AS v WHERE v.estate_id = estate AND v.id = of_visit;
    answer.verdict := CASE
        WHEN box.id IS NULL OR linli.goods_room_served(box.room_id) IS DISTINCT FROM box.room_id
            THEN 'unknown'
        WHEN visit.id IS NULL OR visit.ends <= at OR visit.household_id <> box.household_id
            OR visit.room_id <> box.room_id THEN 'visit'
        ELSE linli.visit_may_serve(box.room_id, box.household_id) END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(ARRAY(
        SELECT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel) || array_remove(instead, NULL));
    PERFORM linli.agenda_take(ARRAY[box.household_id]);
    SELECT array_agg(n.reservation_id ORDER BY n.lot_id), array_agg(n.units ORDER BY n.lot_id)
    INTO reservations, much
    FROM (
        SELECT t.reservation_id, t.lot_id, CASE
            WHEN cardinality(lots) = 0 THEN t.quantity
            ELSE coalesce(w.units, 0) END AS units
        FROM linli.goods_parcel_part AS t
        JOIN linli.goods_hold AS h ON h.estate_id = estate
            AND h.reservation_id = t.reservation_id AND h.is_live
        LEFT JOIN unnest(lots, units, instead) AS w (lot, units, instead)
            ON w.lot = t.lot_id AND w.instead IS NULL
        WHERE t.estate_id = estate AND t.parcel_id = parcel) AS n;
    answer.verdict := CASE
        WHEN EXISTS (
            SELECT FROM linli.goods_custody AS c
            WHERE c.estate_id = estate AND c.parcel_id = parcel AND c.undone_at IS NULL) THEN 'out'
        WHEN reservations IS NULL THEN 'gone'
        WHEN EXISTS (
            SELECT FROM unnest(lots, units, instead) AS w (lot, units, instead)
            LEFT JOIN linli.goods_parcel_part AS t ON t.estate_id = estate
                AND t.parcel_id = parcel AND t.lot_id = w.lot
                AND t.reservation_id = ANY (reservations)
            WHERE t.lot_id IS NULL OR (w.instead IS NULL AND w.units > t.quantity)) THEN 'part'
        WHEN NOT linli.parcel_fits(parcel, lots, units, instead, places) THEN 'instead'
        WHEN visit.second_id IS NULL AND EXISTS (
            SELECT FROM linli.goods_lot AS l
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
                AND i.is_valuable
            WHERE l.estate_id = estate AND (l.id = ANY (instead) OR l.id IN (
                SELECT t.lot_id FROM linli.goods_parcel_part AS t
                WHERE t.estate_id = estate AND t.parcel_id = parcel
                    AND t.reservation_id = ANY (reservations)
                    AND (cardinality(lots) = 0 OR t.lot_id = ANY (lots))))) THEN 'second'
        END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := linli.lot_end(event, reservations, much, box.household_id, 'free', 'collected',
        'parcel', parcel);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    UPDATE linli.goods_parcel_part AS t
    SET issued = n.units * (t.thousandths / t.quantity)
    FROM unnest(reservations, much) AS n (reservation, units)
    WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.reservation_id = n.reservation;
    answer := linli.parcel_substitute(event, box, lots, units, instead, places);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    INSERT INTO linli.goods_custody (estate_id, id, parcel_id, visit_id, by_id, second_id, at)
    VALUES (estate, new_id, parcel, of_visit, linli.person_id(), linli.visit_other(visit), at);
    PERFORM linli.append_event(event, 'parcel.handedOver', linli.goods_audience(box.room_id), '{}',
        json_build_object('parcel', parcel)::text);
    PERFORM linli.notify(event, 'parcel.handedOver', 'parcel', parcel, '{}',
        linli.need_speakers(box.household_id));
    RETURN answer;
END
$$;

-- Whether each substitute is of the need's category and unit (and item, where it names one), lies where it
-- is said, is no more than what was set aside, and in the parcel once. For the functions here alone.
CREATE FUNCTION linli.parcel_fits(
    parcel uuid, lots uuid[], units bigint[], instead uuid[], places uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    room CONSTANT uuid := (SELECT p.room_id FROM linli.goods_parcel AS p
        WHERE p.estate_id = estate AND p.id = parcel);
BEGIN
    RETURN NOT EXISTS (
        SELECT
        FROM unnest(lots, units, instead, places) AS w (lot, units, instead, place)
        JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = parcel
            AND t.lot_id = w.lot
        JOIN linli.need AS n ON n.estate_id = estate AND n.id = t.need_id
        LEFT JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = w.instead
        LEFT JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
            AND i.category = n.category AND i.unit = n.unit
            AND (n.item_id IS NULL OR n.item_id = i.id)
        LEFT JOIN linli.goods_place AS p ON p.estate_id = estate AND p.place_id = w.place
            AND p.room_id = room
        WHERE w.instead IS NOT NULL AND (i.id IS NULL OR p.place_id IS NULL
            OR w.units * (10 ^ (3 - i.scale))::bigint > t.thousandths
            OR EXISTS (
                SELECT FROM linli.goods_parcel_part AS o
                WHERE o.estate_id = estate AND o.parcel_id = parcel AND o.lot_id = w.instead)))
        AND cardinality(array_remove(instead, NULL)) = (
            SELECT count(DISTINCT s) FROM unnest(array_remove(instead, NULL)) AS s);
END
$$;

-- Issues the substitutes, and notes them in the parcel. For the functions here alone.
CREATE FUNCTION linli.parcel_substitute(
    event uuid, box linli.goods_parcel, lots uuid[], units bigint[], instead uuid[], places uuid[])
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    answer linli.ledger_answer;
BEGIN
    IF cardinality(array_remove(instead, NULL)) = 0 THEN
        answer.verdict := 'posted';
        RETURN answer;
    END IF;
    answer := linli.lot_issue(event,
        ARRAY(SELECT w.instead FROM unnest(instead) WITH ORDINALITY AS w (instead, n)
            WHERE w.instead IS NOT NULL ORDER BY w.n),
        ARRAY(SELECT w.place FROM unnest(instead, places) WITH ORDINALITY AS w (instead, place, n)
            WHERE w.instead IS NOT NULL ORDER BY w.n),
        ARRAY(SELECT w.units FROM unnest(instead, units) WITH ORDINALITY AS w (instead, units, n)
            WHERE w.instead IS NOT NULL ORDER BY w.n),
        box.household_id, 'parcel', box.id);
    IF answer.verdict = 'posted' THEN
        INSERT INTO linli.goods_parcel_part (estate_id, parcel_id, lot_id, need_id, place_id,
            quantity, thousandths, issued)
        SELECT estate, box.id, w.instead, t.need_id, w.place, w.units, n.thousandths, n.thousandths
        FROM unnest(lots, units, instead, places) AS w (lot, units, instead, place)
        JOIN linli.goods_parcel_part AS t ON t.estate_id = estate AND t.parcel_id = box.id
            AND t.lot_id = w.lot
        JOIN linli.goods_lot AS l ON l.estate_id = estate AND l.id = w.instead
        JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
        CROSS JOIN LATERAL (
            SELECT w.units * (10 ^ (3 - i.scale))::bigint AS thousandths) AS n
        WHERE w.instead IS NOT NULL;
    END IF;
    RETURN answer;
END
$$;

-- Takes a hand-over back in one call, within a day: what was issued comes back, and waits for the household
-- again as long as the parcel is kept; else it is free; what may go out no more goes into quarantine.
-- Verdicts: undone; unknown; over (nothing of it is out of hand, or longer than a day); own; those of
-- goods_post.
CREATE FUNCTION linli.parcel_undo(event uuid, parcel uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    box linli.goods_parcel;
    again uuid[];
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO box FROM linli.goods_parcel AS p WHERE p.estate_id = estate AND p.id = parcel;
    answer.verdict := CASE WHEN box.id IS NULL THEN 'unknown'
        ELSE linli.visit_may_serve(box.room_id, box.household_id) END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    PERFORM FROM linli.capacity_take(ARRAY(
        SELECT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel));
    PERFORM linli.agenda_take(ARRAY[box.household_id]);
    UPDATE linli.goods_custody AS c
    SET undone_by = linli.person_id(), undone_at = linli.instant()
    WHERE c.estate_id = estate AND c.parcel_id = parcel AND c.undone_at IS NULL
        AND c.at > linli.instant() - interval '1 day';
    IF NOT FOUND THEN
        answer.verdict := 'over';
        RETURN answer;
    END IF;
    again := ARRAY(
        SELECT t.lot_id FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.issued > 0
            AND linli.parcel_returns(box, t.lot_id) = 'reserved'
        ORDER BY t.lot_id);
    answer := linli.goods_post(event, ARRAY(
        SELECT ROW(t.lot_id, 'household', box.household_id, 'issued', 'place', t.place_id,
            linli.parcel_returns(box, t.lot_id), t.issued / (t.thousandths / t.quantity),
            'returned')::linli.goods_leg
        FROM linli.goods_parcel_part AS t
        WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.issued > 0
        ORDER BY t.lot_id), 'parcel', parcel);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    UPDATE linli.goods_parcel_part AS t
    SET quantity = t.issued / (t.thousandths / t.quantity), thousandths = t.issued
    WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.lot_id = ANY (again);
    UPDATE linli.goods_parcel_part AS t SET issued = 0
    WHERE t.estate_id = estate AND t.parcel_id = parcel AND t.issued > 0;
    PERFORM linli.parcel_hold(array_fill(parcel, ARRAY[cardinality(again)]), again);
    PERFORM linli.append_event(event, 'parcel.undone', linli.goods_audience(box.room_id), '{}',
        json_build_object('parcel', parcel)::text);
    PERFORM linli.notify(event, 'parcel.undone', 'parcel', parcel, '{}',
        linli.need_speakers(box.household_id));
    RETURN answer;
END
$$;

-- Hands out of what is free to who has come, for a confirmed need: all of it or nothing. What the
-- household needs is not said, only that this is nothing for it now. Verdicts: handed; visit, own,
-- unknown; need; second; those of goods_post.
CREATE FUNCTION linli.visit_issue(
    event uuid, new_id uuid, parcel uuid, of_visit uuid, lot uuid, place uuid, units bigint)
    RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    visit linli.goods_visit;
    item linli.goods_item;
    amount bigint;
    meets uuid;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO visit FROM linli.goods_visit AS v
    WHERE v.estate_id = estate AND v.id = of_visit;
    SELECT i.* INTO item FROM linli.goods_lot AS l
    JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = l.item_id
    WHERE l.estate_id = estate AND l.id = lot;
    answer.verdict := CASE
        WHEN visit.id IS NULL THEN 'unknown'
        ELSE coalesce(linli.visit_may_serve(visit.room_id, visit.household_id), CASE
            WHEN item.id IS NULL OR linli.goods_room_served(place) IS DISTINCT FROM visit.room_id
                THEN 'unknown'
            WHEN visit.ends <= at THEN 'visit'
            WHEN item.is_valuable AND visit.second_id IS NULL THEN 'second' END) END;
    IF answer.verdict IS NOT NULL THEN
        RETURN answer;
    END IF;
    amount := units * (10 ^ (3 - item.scale))::bigint;
    PERFORM FROM linli.capacity_take(ARRAY[lot]);
    PERFORM linli.agenda_take(ARRAY[visit.household_id]);
    SELECT n.id INTO meets
    FROM linli.need AS n
    WHERE n.estate_id = estate AND n.household_id = visit.household_id AND n.state = 'confirmed'
        AND n.until >= linli.local_day() AND n.category = item.category AND n.unit = item.unit
        AND (n.item_id IS NULL OR n.item_id = item.id)
        AND n.quantity - linli.need_got(n.id) >= amount
    ORDER BY n.item_id NULLS LAST, n.id
    LIMIT 1;
    IF NOT FOUND THEN
        answer.verdict := 'need';
        RETURN answer;
    END IF;
    answer := linli.lot_issue(event, ARRAY[lot], ARRAY[place], ARRAY[units], visit.household_id,
        'parcel', parcel);
    IF answer.verdict <> 'posted' THEN
        RETURN answer;
    END IF;
    INSERT INTO linli.goods_parcel (estate_id, id, room_id, household_id, code, made_at)
    VALUES (estate, parcel, visit.room_id, visit.household_id,
        upper(overlay(right(parcel::text, 8) PLACING '-' FROM 5 FOR 0)), at);
    INSERT INTO linli.goods_parcel_part (estate_id, parcel_id, lot_id, need_id, place_id, quantity,
        thousandths, issued)
    VALUES (estate, parcel, lot, meets, place, units, amount, amount);
    INSERT INTO linli.goods_custody (estate_id, id, parcel_id, visit_id, by_id, second_id, at)
    VALUES (estate, new_id, parcel, of_visit, linli.person_id(), linli.visit_other(visit), at);
    PERFORM linli.append_event(event, 'parcel.handedOver', linli.goods_audience(visit.room_id),
        '{}', json_build_object('parcel', parcel)::text);
    PERFORM linli.notify(event, 'parcel.handedOver', 'parcel', parcel, '{}',
        linli.need_speakers(visit.household_id));
    RETURN answer;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['goods_word', 'goods_card', 'goods_visit', 'goods_custody']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.word_make(uuid, uuid, uuid, boolean, text[], integer),
    linli.card_issue(uuid, uuid, uuid, text[]),
    linli.visit_open(uuid, uuid, uuid, text, uuid, integer), linli.visit_parcels(uuid),
    linli.room_parcels(uuid, timestamptz, uuid, bigint), linli.visit_second(uuid, uuid),
    linli.parcel_hand(uuid, uuid, uuid, uuid, uuid[], bigint[], uuid[], uuid[]),
    linli.parcel_undo(uuid, uuid),
    linli.visit_issue(uuid, uuid, uuid, uuid, uuid, uuid, bigint)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment)
SELECT split_part(c, '.', 1), split_part(c, '.', 2), 'stay'
FROM unnest(ARRAY['goods_word.made_by', 'goods_card.issued_by', 'goods_visit.by_id',
    'goods_visit.second_id', 'goods_custody.by_id', 'goods_custody.second_id',
    'goods_custody.undone_by']) AS c;
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
SELECT split_part(c, '.', 1), split_part(c, '.', 2), 'doer', '谁办的', 'Who did it', 'keep', 'ledger'
FROM unnest(ARRAY['goods_word.made_by', 'goods_card.issued_by', 'goods_visit.by_id',
    'goods_visit.second_id', 'goods_custody.by_id', 'goods_custody.second_id',
    'goods_custody.undone_by']) AS c;
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('need', 1, 'goods_custody', 'r.at < $1', NULL),
    ('need', 2, 'goods_word', 'r.expires_at < $1', NULL),
    ('need', 3, 'goods_card', 'r.ends < $1', NULL),
    ('need', 4, 'goods_visit', 'r.ends < $1 AND NOT EXISTS (SELECT FROM linli.goods_custody AS c
        WHERE c.estate_id = r.estate_id AND c.visit_id = r.id)', NULL);
