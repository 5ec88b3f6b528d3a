-- Reports of messages, and calls between the two sides of a thread.

-- Reports ----------------------------------------------------------------------------------------

-- Whether the principal reads a message where it stands.
CREATE FUNCTION linli.reads_message(message uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.conversation_message AS m
        JOIN linli.conversation AS c ON c.estate_id = estate AND c.id = m.conversation_id
        CROSS JOIN LATERAL linli.conversation_side(c) AS own
        WHERE m.estate_id = estate AND m.id = message AND m.taken_back_at IS NULL
            AND m.number <= own.until_number AND own.side <> 'desk');
END
$$;

-- As before; and of a message.
CREATE OR REPLACE FUNCTION linli.post_author(kind text, thing uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE kind
        WHEN 'activity' THEN (
            SELECT a.organiser_id FROM linli.activity AS a
            WHERE a.estate_id = estate AND a.id = thing AND a.published_at IS NOT NULL)
        WHEN 'comment' THEN (
            SELECT c.author_id FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.id = thing AND c.removed_at IS NULL)
        WHEN 'feedback' THEN (
            SELECT f.person_id FROM linli.activity_feedback AS f
            WHERE f.estate_id = estate AND f.id = thing)
        WHEN 'announcement' THEN (
            SELECT a.published_by FROM linli.announcement AS a
            WHERE a.estate_id = estate AND a.id = thing)
        WHEN 'message' THEN (
            SELECT m.author_id FROM linli.conversation_message AS m
            WHERE m.estate_id = estate AND m.id = thing AND m.taken_back_at IS NULL) END;
END
$$;

CREATE OR REPLACE FUNCTION linli.may_read_post(kind text, thing uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE kind
        WHEN 'activity' THEN linli.readable_activity(thing) IS NOT NULL
        WHEN 'comment' THEN EXISTS (
            SELECT FROM linli.activity_comment AS c
            WHERE c.estate_id = estate AND c.id = thing
                AND linli.readable_activity(c.activity_id) IS NOT NULL)
        WHEN 'feedback' THEN EXISTS (
            SELECT
            FROM linli.activity_feedback AS f
            JOIN linli.activity_occurrence AS o ON o.estate_id = estate AND o.id = f.occurrence_id
            WHERE f.estate_id = estate AND f.id = thing AND linli.is_steward(o.activity_id))
        WHEN 'announcement' THEN linli.readable_announcement(thing) IS NOT NULL
        WHEN 'message' THEN linli.reads_message(thing)
        ELSE false END;
END
$$;

-- As before; nor on what was said in a thread that she is in.
CREATE OR REPLACE FUNCTION linli.may_moderate(thing uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN linli.has_role('social_worker', 'residents_committee') AND NOT EXISTS (
        SELECT
        FROM linli.moderation AS m
        WHERE m.estate_id = estate AND m.thing_id = thing
            AND (m.author_id = me
                OR EXISTS (
                    SELECT FROM linli.report AS r
                    WHERE r.estate_id = estate AND r.thing_id = thing AND r.reporter_id = me)
                OR EXISTS (
                    SELECT FROM linli.steward AS s
                    WHERE s.estate_id = estate AND s.thing_id = thing AND s.person_id = me)
                OR EXISTS (
                    SELECT
                    FROM linli.conversation_message AS said
                    JOIN linli.conversation_party AS p ON p.estate_id = estate
                        AND p.conversation_id = said.conversation_id AND p.person_id = me
                    WHERE said.estate_id = estate AND said.id = thing)
                OR EXISTS (
                    SELECT
                    FROM linli.membership AS own
                    JOIN linli.membership AS theirs ON theirs.estate_id = own.estate_id
                        AND theirs.household_id = own.household_id
                    WHERE own.estate_id = estate AND own.person_id = me
                        AND theirs.person_id = m.author_id
                        AND own.begins <= at AND own.ends > at
                        AND theirs.begins <= at AND theirs.ends > at)));
END
$$;

-- A message that the principal decides on, after the four before it, sealed; each reading leaves a
-- line in the records of those who wrote them. Nothing for what is no message.
CREATE FUNCTION linli.reported_messages(thing uuid)
    RETURNS TABLE (id uuid, author_id uuid, author_name text, at timestamptz, body_sealed bytea,
        is_taken_back boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    said linli.conversation_message;
    authors uuid[];
BEGIN
    SELECT m.* INTO said
    FROM linli.conversation_message AS m
    JOIN linli.moderation AS r ON r.estate_id = estate AND r.thing_id = m.id
    WHERE m.estate_id = estate AND m.id = thing;
    IF NOT FOUND OR NOT linli.may_read('conversation', 'moderation')
        OR NOT linli.may_moderate(thing)
    THEN
        RETURN;
    END IF;
    authors := ARRAY(
        SELECT DISTINCT m.author_id
        FROM linli.conversation_message AS m
        WHERE m.estate_id = estate AND m.conversation_id = said.conversation_id
            AND m.number BETWEEN said.number - 4 AND said.number);
    PERFORM linli.log_reads(authors, 'conversation', 'moderation');
    RETURN QUERY
        SELECT m.id, m.author_id, p.display_name, m.at, m.body_sealed,
            m.taken_back_at IS NOT NULL
        FROM linli.conversation_message AS m
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.author_id
        WHERE m.estate_id = estate AND m.conversation_id = said.conversation_id
            AND m.number BETWEEN said.number - 4 AND said.number
        ORDER BY m.number;
END
$$;

-- Calls ------------------------------------------------------------------------------------------

-- Who asked to be put through to whom. No number stands here: a relay has it, or the desk calls.
CREATE TABLE linli.conversation_call (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    caller_id uuid NOT NULL,
    -- NULL: nobody of the other side is there for the caller; the desk calls.
    callee_id uuid,
    at timestamptz NOT NULL,
    by_desk_at timestamptz,
    CONSTRAINT conversation_call_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT conversation_call_of FOREIGN KEY (estate_id, conversation_id)
        REFERENCES linli.conversation (estate_id, id),
    CONSTRAINT conversation_call_caller FOREIGN KEY (estate_id, caller_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT conversation_call_callee FOREIGN KEY (estate_id, callee_id)
        REFERENCES linli.person (estate_id, id)
);
CREATE INDEX conversation_call_of_caller ON linli.conversation_call (estate_id, caller_id, at);
ALTER TABLE linli.conversation_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.conversation_call FORCE ROW LEVEL SECURITY;
CREATE POLICY conversation_call_owner ON linli.conversation_call TO linli_owner
    USING (true) WITH CHECK (true);
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('conversation_call', 'callee_id', 'move'), ('conversation_call', 'caller_id', 'move');
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('conversation-call', 'social_worker', '2 hours', '请代居民转接或转告一通电话',
        'Put a resident through, or pass on what it wants to say');

-- Asks to be put through to the other side of an open thread: to who asks, or to the first of those
-- who look after the thing. Verdicts: asked; unknown, closed, level, guardian, reads_only, too_many.
CREATE FUNCTION linli.ask_call(
    new_id uuid, conversation uuid, event uuid, per_hour_max integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    now_is CONSTANT timestamptz := linli.instant();
    c linli.conversation;
    own record;
BEGIN
    IF me IS NULL THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.hold_saying();
    PERFORM linli.hold_talk(ARRAY[x.asker_id])
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.id = ask_call.conversation;
    SELECT * INTO c
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.id = ask_call.conversation
    FOR NO KEY UPDATE;
    SELECT * INTO own FROM linli.conversation_side(c);
    IF c.id IS NULL OR own.side IS NULL THEN
        RETURN 'unknown';
    ELSIF NOT own.is_open THEN
        RETURN 'closed';
    ELSIF own.side NOT IN ('asker', 'host') THEN
        RETURN 'reads_only';
    ELSIF NOT linli.may_write() THEN
        RETURN 'level';
    ELSIF linli.is_child(estate, c.asker_id) THEN
        RETURN 'guardian';
    ELSIF own.side = 'host' AND NOT linli.may_converse(me, c.asker_id) THEN
        RETURN 'closed';
    ELSIF per_hour_max <= (
        SELECT count(*)
        FROM linli.conversation_call AS k
        WHERE k.estate_id = estate AND k.caller_id = me AND k.at > now_is - interval '1 hour')
    THEN
        RETURN 'too_many';
    END IF;
    INSERT INTO linli.conversation_call
        (estate_id, id, conversation_id, caller_id, callee_id, at)
    VALUES (estate, new_id, c.id, me, CASE own.side WHEN 'host' THEN c.asker_id
        ELSE (linli.conversation_hosts(c))[1] END, now_is);
    PERFORM linli.append_event(event, 'conversation.callAsked', ARRAY['person:' || me],
        '{}', json_build_object('conversation', c.id, 'call', new_id)::text);
    RETURN 'asked';
END
$$;

-- The sealed numbers of both ends of a call that the principal has just asked for, the caller's
-- first: for the relay alone. One end alone, or none, where a number is not in use or in doubt.
CREATE FUNCTION linli.call_ends(call uuid)
    RETURNS TABLE (is_caller boolean, account_id uuid, identifier_id uuid, value_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    asked linli.conversation_call;
BEGIN
    SELECT k.* INTO asked
    FROM linli.conversation_call AS k
    JOIN linli.conversation AS c ON c.estate_id = estate AND c.id = k.conversation_id
    WHERE k.estate_id = estate AND k.id = call AND k.caller_id = linli.person_id()
        AND k.by_desk_at IS NULL AND k.at > linli.instant() - interval '10 minutes'
        AND linli.conversation_closed_at(c) IS NULL
        AND linli.may_converse(k.caller_id, k.callee_id);
    RETURN QUERY
        SELECT one.is_caller, p.account_id, i.id, i.value_sealed
        FROM (VALUES (true, asked.caller_id), (false, asked.callee_id)) AS one (is_caller, id)
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = one.id
        CROSS JOIN LATERAL (
            SELECT x.id, x.value_sealed
            FROM linli.account_identifier AS x
            WHERE x.account_id = p.account_id AND x.kind = 'phone' AND x.retired_at IS NULL
                AND x.verified_at IS NOT NULL AND x.reported_at IS NULL
            ORDER BY x.verified_at DESC, x.id
            LIMIT 1) AS i
        ORDER BY one.is_caller DESC;
END
$$;

-- Has the desk put a call through that no relay took: a task, which names who called. Once more
-- changes nothing.
CREATE FUNCTION linli.call_by_desk(call uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    asked linli.conversation_call;
BEGIN
    UPDATE linli.conversation_call AS k
    SET by_desk_at = linli.instant()
    WHERE k.estate_id = estate AND k.id = call AND k.caller_id = linli.person_id()
        AND k.by_desk_at IS NULL
    RETURNING * INTO asked;
    IF FOUND THEN
        PERFORM linli.raise_task('conversation-call', asked.conversation_id, asked.caller_id,
            NULL, NULL, ARRAY(
                SELECT p.person_id
                FROM linli.conversation_party AS p
                WHERE p.estate_id = estate AND p.conversation_id = asked.conversation_id
                LIMIT 32));
    END IF;
    RETURN FOUND;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.reported_messages(uuid), linli.ask_call(uuid, uuid, uuid, integer),
    linli.call_ends(uuid), linli.call_by_desk(uuid)
    TO linli;
