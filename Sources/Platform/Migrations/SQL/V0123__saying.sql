-- What is done in a conversation: beginning it, writing, taking back, reading, closing; and what each
-- reader sees of it.

-- Beginning and writing --------------------------------------------------------------------------

-- One at a time, so that no two of a person's messages count the same. Before linli.hold_talk.
CREATE FUNCTION linli.hold_saying() RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('says ' || linli.person_id(), 123));
END
$$;

-- Whether a person, or somebody for whom it answers, holds a place at an activity or waits for one.
CREATE FUNCTION linli.takes_part(activity uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.reservation AS r
        LEFT JOIN linli.reservation_member AS m ON m.estate_id = r.estate_id
            AND m.reservation_id = r.id AND m.is_live AND m.person_id = person
        WHERE r.estate_id = estate AND r.thing_id = activity AND r.state <> 'ended'
            AND (r.until IS NULL OR r.until > linli.instant())
            AND (r.holder_id = person OR m.person_id IS NOT NULL));
END
$$;

-- Begins a thread about an activity, or finds the one that is open: of the principal (for a child of
-- hers, if she says so), or, by one who looks after it, of a person that takes part. Verdicts: open;
-- unknown, own (one's own activity, and nobody named), level, guardian (a guardian speaks instead),
-- over, full.
CREATE FUNCTION linli.start_conversation(
    new_id uuid, of_kind text, about uuid, person uuid, child uuid, open_max integer)
    RETURNS TABLE (verdict text, id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    asker CONSTANT uuid := coalesce(person, linli.person_id());
    until CONSTANT timestamptz := linli.thing_open_until(of_kind, about);
    hosts CONSTANT uuid[] := ARRAY(
        SELECT s.person_id
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = about
        ORDER BY s.is_lead DESC, s.since, s.person_id);
BEGIN
    IF me IS NOT NULL THEN
        PERFORM linli.hold_saying();
    END IF;
    verdict := CASE
        WHEN me IS NULL OR linli.beneficiary_id() IS NOT NULL OR of_kind <> 'activity'
            OR until IS NULL THEN 'unknown'
        WHEN person IS NOT NULL AND (me <> ALL (hosts) OR person = me OR child IS NOT NULL
            OR NOT linli.takes_part(about, person) OR person = ANY (linli.own_apart()))
            THEN 'unknown'
        WHEN person IS NULL AND child IS NOT NULL AND NOT (linli.takes_part(about, child)
            AND (linli.has_guardian_right(me, child, 'activities')
                OR linli.has_guardian_right(me, child, 'conversation'))) THEN 'unknown'
        WHEN person IS NULL AND child IS NULL AND linli.readable_activity(about) IS NULL
            THEN 'unknown'
        WHEN person IS NULL AND me = ANY (hosts) THEN 'own'
        WHEN until <= linli.instant() THEN 'over'
        WHEN NOT linli.may_write() THEN 'level'
        WHEN person IS NOT NULL AND NOT linli.ages_converse(me, person) THEN 'guardian'
        WHEN linli.is_child(estate, me) AND NOT EXISTS (
            SELECT FROM unnest(hosts) AS h WHERE linli.ages_converse(me, h)) THEN 'guardian'
        WHEN person IS NULL AND open_max <= (
            SELECT count(*)
            FROM linli.conversation AS c
            WHERE c.estate_id = estate AND c.asker_id = me AND c.closed_at IS NULL
                AND c.about_id <> about AND linli.conversation_closed_at(c) IS NULL) THEN 'full'
        ELSE 'open' END;
    IF verdict = 'open' THEN
        id := linli.open_conversation(new_id, of_kind, about, asker, child, hosts);
    END IF;
    RETURN NEXT;
END
$$;

-- Says something in a thread: the text is sealed, `watched` are the watched words in it. Verdicts:
-- said; unknown, closed, level, guardian (of a child: its guardian speaks instead), reads_only,
-- too_many.
CREATE FUNCTION linli.say(
    new_id uuid, conversation uuid, body bytea, masked boolean, watched text, event uuid,
    per_minute_max integer, per_hour_max integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    now_is CONSTANT timestamptz := linli.instant();
    c linli.conversation;
    own record;
    persons uuid[];
BEGIN
    IF me IS NULL THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.hold_saying();
    PERFORM linli.hold_talk(ARRAY[x.asker_id])
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.id = say.conversation;
    SELECT * INTO c
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.id = say.conversation
    FOR NO KEY UPDATE;
    PERFORM FROM linli.conversation_party AS p
    WHERE p.estate_id = estate AND p.conversation_id = c.id AND p.person_id = me
    FOR SHARE;
    SELECT * INTO own FROM linli.conversation_side(c);
    IF c.id IS NULL OR own.side IS NULL THEN
        RETURN 'unknown';
    ELSIF NOT own.is_open THEN
        RETURN 'closed';
    ELSIF own.side = 'guardian' OR (own.side = 'desk'
        AND NOT linli.at_conversation_desk(c.id, ARRAY['conversation-desk']))
    THEN
        RETURN 'reads_only';
    ELSIF NOT linli.may_write() THEN
        RETURN 'level';
    ELSIF linli.is_child(estate, c.asker_id) AND (CASE own.side
        WHEN 'asker' THEN NOT EXISTS (
            SELECT
            FROM linli.conversation_party AS p
            WHERE p.estate_id = estate AND p.conversation_id = c.id
                AND linli.ages_converse(p.person_id, me) AND p.person_id <> me)
        ELSE NOT linli.ages_converse(me, c.asker_id) END)
    THEN
        RETURN 'guardian';
    ELSIF own.side <> 'asker' AND NOT linli.may_converse(me, c.asker_id) THEN
        RETURN 'closed';
    ELSIF per_minute_max <= (
            SELECT count(*)
            FROM linli.conversation_message AS m
            WHERE m.estate_id = estate AND m.author_id = me AND m.at > now_is - interval '1 minute')
        OR per_hour_max <= (
            SELECT count(*)
            FROM linli.conversation_message AS m
            WHERE m.estate_id = estate AND m.author_id = me AND m.at > now_is - interval '1 hour')
    THEN
        RETURN 'too_many';
    END IF;
    UPDATE linli.conversation AS x
    SET last_number = x.last_number + 1, last_at = now_is
    WHERE x.estate_id = estate AND x.id = c.id
    RETURNING * INTO c;
    INSERT INTO linli.conversation_message (estate_id, id, conversation_id, number, author_id,
        side, body_sealed, is_masked, at)
    VALUES (estate, new_id, c.id, c.last_number, me,
        CASE own.side WHEN 'asker' THEN 'asker' ELSE 'host' END, body, masked, now_is);
    UPDATE linli.conversation_party AS p
    SET read_number = c.last_number
    WHERE p.estate_id = estate AND p.conversation_id = c.id AND p.person_id = me;
    -- Where nobody of the other side is there for it, the desk is asked; the writer sees no difference.
    IF own.side = 'asker' AND linli.conversation_hosts(c) = '{}' THEN
        PERFORM linli.raise_task('conversation-desk', c.id, me, NULL, NULL, ARRAY(
            SELECT s.person_id
            FROM linli.steward AS s
            WHERE s.estate_id = estate AND s.thing_id = c.about_id
            LIMIT 32));
    END IF;
    persons := linli.conversation_persons(c);
    PERFORM linli.tell_of_conversation(
        c, 'message.sent', event, new_id, persons || me, array_remove(persons, me));
    IF watched <> '' THEN
        PERFORM linli.watch_words('message', new_id, me, watched);
    END IF;
    IF EXISTS (
        SELECT
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.id = c.about_id AND a.meant_for = 'elders')
    THEN
        PERFORM linli.watch_contacts(me);
    END IF;
    RETURN 'said';
END
$$;

-- The watched words, for the server to look for: a text that is sealed does not come here.
CREATE FUNCTION linli.watch_words_known() RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NOT NULL THEN
        RETURN QUERY SELECT w.word FROM linli.watch_word AS w ORDER BY w.word;
    END IF;
END
$$;

-- As before; and threads about activities for elders in which the person wrote.
CREATE OR REPLACE FUNCTION linli.elders_reached(person uuid, since timestamptz) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN (
        WITH reached AS (
            SELECT c.activity_id AS id
            FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.author_id = person AND c.at > since
            UNION
            SELECT r.thing_id
            FROM linli.reservation AS r
            WHERE r.estate_id = estate AND r.holder_id = person AND r.queued_at > since
            UNION
            SELECT t.about_id
            FROM linli.conversation_message AS m
            JOIN linli.conversation AS t ON t.estate_id = estate AND t.id = m.conversation_id
            WHERE m.estate_id = estate AND m.author_id = person AND m.at > since
        )
        SELECT count(DISTINCT m.person_id)
        FROM reached
        JOIN linli.activity AS a ON a.estate_id = estate AND a.id = reached.id
            AND a.meant_for = 'elders'
        JOIN linli.activity_occurrence AS o ON o.estate_id = estate AND o.activity_id = a.id
        JOIN linli.reservation_member AS m ON m.estate_id = estate
            AND m.capacity_id = o.capacity_id AND m.is_live
        WHERE m.person_id <> person);
END
$$;

-- Takes one's own message back within five minutes; one that was reported stays for those who decide
-- on it. Verdicts: taken_back; unknown, late.
CREATE FUNCTION linli.take_back(message uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    now_is CONSTANT timestamptz := linli.instant();
    said linli.conversation_message;
    c linli.conversation;
BEGIN
    SELECT * INTO said
    FROM linli.conversation_message AS m
    WHERE m.estate_id = estate AND m.id = message AND m.author_id = linli.person_id()
        AND m.taken_back_at IS NULL
    FOR NO KEY UPDATE;
    SELECT * INTO c
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.id = said.conversation_id;
    IF c.id IS NULL OR NOT EXISTS (SELECT FROM linli.conversation_side(c)) THEN
        RETURN 'unknown';
    ELSIF now_is > said.at + interval '5 minutes' THEN
        RETURN 'late';
    END IF;
    UPDATE linli.conversation_message AS m
    SET taken_back_at = now_is, body_sealed = CASE WHEN EXISTS (
            SELECT
            FROM linli.moderation AS r
            WHERE r.estate_id = estate AND r.thing_id = message) THEN m.body_sealed END
    WHERE m.estate_id = estate AND m.id = message;
    PERFORM linli.tell_of_conversation(c, 'message.takenBack', event, message,
        linli.conversation_persons(c) || linli.person_id(), '{}');
    RETURN 'taken_back';
END
$$;

-- Notes that the principal has read a thread up to a message; its notice of the thread is read then,
-- too. Verdicts: read; unknown.
CREATE FUNCTION linli.read_conversation(conversation uuid, message uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    c linli.conversation;
    found_number integer;
BEGIN
    SELECT * INTO c
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.id = read_conversation.conversation;
    SELECT m.number INTO found_number
    FROM linli.conversation_message AS m
    CROSS JOIN linli.conversation_side(c) AS own
    WHERE m.estate_id = estate AND m.conversation_id = c.id AND m.id = message
        AND m.number <= own.until_number;
    IF found_number IS NULL THEN
        RETURN 'unknown';
    END IF;
    UPDATE linli.conversation_party AS p
    SET read_number = found_number
    WHERE p.estate_id = estate AND p.conversation_id = c.id AND p.person_id = me
        AND p.read_number < found_number;
    UPDATE linli.notice AS n
    SET read_at = linli.instant(), expires_at = linli.instant() + interval '180 days'
    WHERE n.estate_id = estate AND n.person_id = me AND n.read_at IS NULL
        AND n.kind = 'message.sent' AND n.subject_id = c.id;
    RETURN 'read';
END
$$;

-- Closes a thread, by either side. Verdicts: closed; unknown, reads_only.
CREATE FUNCTION linli.close_conversation(conversation uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    c linli.conversation;
    own record;
BEGIN
    SELECT * INTO c
    FROM linli.conversation AS x
    WHERE x.estate_id = linli.estate_id() AND x.id = close_conversation.conversation
    FOR NO KEY UPDATE;
    SELECT * INTO own FROM linli.conversation_side(c);
    IF c.id IS NULL OR own.side IS NULL THEN
        RETURN 'unknown';
    ELSIF own.side NOT IN ('asker', 'host') THEN
        RETURN 'reads_only';
    ELSIF own.is_open THEN
        PERFORM linli.close_conversations(ARRAY[c.id]);
    END IF;
    RETURN 'closed';
END
$$;

-- Reading ----------------------------------------------------------------------------------------

-- The threads that the principal reads: one; those of a child whose guardian it is; or its own, and
-- those that it answers for the desk. The asker is shown to the other side, nobody of that side to
-- the asker. Unread is the reader's own count, and nobody else's.
CREATE FUNCTION linli.conversations_seen(
    wanted uuid, of_child uuid, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, kind text, about_id uuid, title_zh text, title_en text, side text,
        asker_id uuid, asker_name text, child_id uuid, child_name text, is_open boolean,
        last_at timestamptz, unread bigint, guardians_read boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
BEGIN
    RETURN QUERY
        WITH candidate AS MATERIALIZED (
            SELECT wanted AS id WHERE wanted IS NOT NULL
            UNION
            SELECT c.id
            FROM linli.conversation AS c
            WHERE wanted IS NULL AND of_child IS NOT NULL
                AND c.estate_id = estate AND c.asker_id = of_child AND of_child <> me
                AND linli.has_guardian_right(me, of_child, 'conversation')
            UNION
            SELECT p.conversation_id
            FROM linli.conversation_party AS p
            WHERE wanted IS NULL AND of_child IS NULL AND p.estate_id = estate
                AND p.person_id = me
            UNION
            SELECT t.about_id
            FROM linli.task AS t
            WHERE wanted IS NULL AND of_child IS NULL AND t.estate_id = estate
                AND t.kind IN ('conversation-desk', 'conversation-call')
                AND t.finished_at IS NULL AND linli.may_read('conversation', 'desk')
        )
        SELECT c.id, c.kind, c.about_id, a.title_zh, a.title_en, own.side,
            CASE WHEN own.side <> 'asker' THEN c.asker_id END,
            CASE WHEN own.side <> 'asker' THEN asker.display_name END,
            c.child_id, child.display_name, own.is_open, c.last_at,
            (SELECT count(*)
                FROM linli.conversation_message AS m
                WHERE m.estate_id = estate AND m.conversation_id = c.id
                    AND m.number > p.read_number AND m.number <= own.until_number
                    AND m.author_id <> me AND m.taken_back_at IS NULL),
            linli.is_child(estate, c.asker_id)
        FROM candidate AS x
        JOIN linli.conversation AS c ON c.estate_id = estate AND c.id = x.id
        CROSS JOIN LATERAL linli.conversation_side(c) AS own
        JOIN linli.person AS asker ON asker.estate_id = estate AND asker.id = c.asker_id
        LEFT JOIN linli.person AS child ON child.estate_id = estate AND child.id = c.child_id
        LEFT JOIN linli.activity AS a ON a.estate_id = estate AND a.id = c.about_id
        LEFT JOIN linli.conversation_party AS p ON p.estate_id = estate
            AND p.conversation_id = c.id AND p.person_id = me
        WHERE c.id < before AND (of_child IS NULL OR own.side = 'guardian')
        ORDER BY c.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- Whether the principal reads what a child says, as its guardian.
CREATE FUNCTION linli.guards_speech(child uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL
        AND linli.has_guardian_right(linli.person_id(), child, 'conversation');
END
$$;

-- What was said in a thread that the principal reads, the latest first, from before a message on. To
-- the asker the other side is one; among themselves those who look after the thing have names. What
-- the desk reads leaves a line in the person's record.
CREATE FUNCTION linli.conversation_messages(conversation uuid, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, side text, is_own boolean, author_name text, body_sealed bytea,
        is_masked boolean, at timestamptz, mark text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    apart CONSTANT uuid[] := linli.own_apart();
    c linli.conversation;
    own record;
    from_number integer;
BEGIN
    SELECT * INTO c
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.id = conversation_messages.conversation;
    SELECT * INTO own FROM linli.conversation_side(c);
    IF c.id IS NULL OR own.side IS NULL THEN
        RETURN;
    END IF;
    IF own.side = 'desk' THEN
        PERFORM linli.log_read(c.asker_id, 'conversation', 'desk');
    END IF;
    from_number := coalesce((
        SELECT m.number - 1
        FROM linli.conversation_message AS m
        WHERE m.estate_id = estate AND m.conversation_id = c.id AND m.id = before),
        own.until_number);
    RETURN QUERY
        SELECT m.id, m.side, m.author_id = me,
            CASE WHEN m.side = 'asker' AND own.side <> 'asker' THEN p.display_name
                WHEN own.side <> 'asker' AND m.author_id <> ALL (apart) THEN p.display_name END,
            CASE WHEN m.taken_back_at IS NULL AND coalesce(r.visibility, '') <> 'hidden'
                THEN m.body_sealed END,
            m.is_masked, m.at,
            CASE WHEN m.taken_back_at IS NOT NULL THEN 'taken_back'
                WHEN r.visibility = 'hidden' THEN 'removed' END
        FROM linli.conversation_message AS m
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.author_id
        LEFT JOIN linli.moderation AS r ON r.estate_id = estate AND r.thing_id = m.id
        WHERE m.estate_id = estate AND m.conversation_id = c.id
            AND m.number <= least(from_number, own.until_number)
            AND (r.visibility IS DISTINCT FROM 'shadowed' OR m.author_id = me)
        ORDER BY m.number DESC
        LIMIT least(rows_max, 101);
END
$$;

-- The titles of what threads are about, for the notices of who reads them.
CREATE FUNCTION linli.conversation_titles(conversations uuid[])
    RETURNS TABLE (id uuid, title_zh text, title_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT c.id, a.title_zh, a.title_en
        FROM linli.conversation AS c
        JOIN linli.activity AS a ON a.estate_id = c.estate_id AND a.id = c.about_id
        WHERE c.estate_id = linli.estate_id() AND c.id = ANY (conversations)
            AND EXISTS (SELECT FROM linli.conversation_side(c));
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.start_conversation(uuid, text, uuid, uuid, uuid, integer),
    linli.say(uuid, uuid, bytea, boolean, text, uuid, integer, integer),
    linli.watch_words_known(), linli.take_back(uuid, uuid),
    linli.read_conversation(uuid, uuid), linli.close_conversation(uuid),
    linli.conversations_seen(uuid, uuid, uuid, integer), linli.guards_speech(uuid),
    linli.conversation_messages(uuid, uuid, integer), linli.conversation_titles(uuid[])
    TO linli;
