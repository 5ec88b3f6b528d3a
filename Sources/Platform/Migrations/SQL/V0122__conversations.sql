-- Conversations (交谈): a thread between one person and those who look after a thing.
--
-- Not one chat for all who come: whoever comes is not shown to the others. The rooms that come later
-- add their kinds and call linli.open_conversation. Whom a person may speak with at all,
-- linli.may_converse says, and nothing else does. Texts are sealed; no telephone number is in them.

-- The kinds: whose thing it is, and how long its threads stay open after the thing has ended.
CREATE TABLE linli.conversation_kind (
    code text NOT NULL,
    open_after interval NOT NULL,
    CONSTRAINT conversation_kind_pkey PRIMARY KEY (code),
    CONSTRAINT conversation_kind_code CHECK (code ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT conversation_kind_open_after
        CHECK (open_after BETWEEN interval '0' AND interval '90 days')
);
INSERT INTO linli.conversation_kind (code, open_after) VALUES ('activity', interval '7 days');

CREATE TABLE linli.conversation (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    about_id uuid NOT NULL,
    -- Who speaks with those who look after the thing.
    asker_id uuid NOT NULL,
    -- The child for whom a guardian speaks.
    child_id uuid,
    opened_at timestamptz NOT NULL,
    -- When the thing ends, where a room says so; an activity is asked itself.
    thing_ends timestamptz NOT NULL DEFAULT 'infinity',
    -- Closed before that, by either side or by what became of them: nobody reads why.
    closed_at timestamptz,
    -- The number of the last message.
    last_number integer NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL,
    CONSTRAINT conversation_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT conversation_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT conversation_of_kind FOREIGN KEY (kind) REFERENCES linli.conversation_kind (code),
    CONSTRAINT conversation_asker FOREIGN KEY (estate_id, asker_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT conversation_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT conversation_of_another CHECK (child_id <> asker_id),
    CONSTRAINT conversation_number_counts CHECK (last_number >= 0),
    CONSTRAINT conversation_forward CHECK (closed_at >= opened_at)
);
CREATE UNIQUE INDEX conversation_open_once
    ON linli.conversation (estate_id, kind, about_id, asker_id) WHERE closed_at IS NULL;
CREATE INDEX conversation_of_asker ON linli.conversation (estate_id, asker_id, id);
CREATE INDEX conversation_about ON linli.conversation (estate_id, about_id);

-- Who is in it on the other side, and how far each person in it has read. Nobody reads another's.
CREATE TABLE linli.conversation_party (
    estate_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    since timestamptz NOT NULL,
    read_number integer NOT NULL DEFAULT 0,
    -- Whoever looks after the thing no more reads what was said until then.
    left_at timestamptz,
    left_number integer,
    CONSTRAINT conversation_party_pkey PRIMARY KEY (estate_id, conversation_id, person_id),
    CONSTRAINT conversation_party_of FOREIGN KEY (estate_id, conversation_id)
        REFERENCES linli.conversation (estate_id, id),
    CONSTRAINT conversation_party_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT conversation_party_left_whole CHECK ((left_at IS NULL) = (left_number IS NULL))
);
CREATE INDEX conversation_party_of_person ON linli.conversation_party (estate_id, person_id);

-- What was said: only added to. Its writer takes it back within minutes, which leaves its row.
CREATE TABLE linli.conversation_message (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    number integer NOT NULL,
    author_id uuid NOT NULL,
    -- asker, or host: one of those who look after the thing, or of the desk for them.
    side text NOT NULL,
    -- NULL: it was taken back.
    body_sealed bytea,
    -- A telephone number was left out of it.
    is_masked boolean NOT NULL,
    at timestamptz NOT NULL,
    taken_back_at timestamptz,
    CONSTRAINT conversation_message_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT conversation_message_once UNIQUE (estate_id, conversation_id, number),
    CONSTRAINT conversation_message_of FOREIGN KEY (estate_id, conversation_id)
        REFERENCES linli.conversation (estate_id, id),
    CONSTRAINT conversation_message_author FOREIGN KEY (estate_id, author_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT conversation_message_side_known CHECK (side IN ('asker', 'host')),
    CONSTRAINT conversation_message_bytes CHECK (octet_length(body_sealed) BETWEEN 33 AND 8192),
    CONSTRAINT conversation_message_kept CHECK (body_sealed IS NOT NULL OR taken_back_at IS NOT NULL),
    CONSTRAINT conversation_message_back_soon
        CHECK (taken_back_at BETWEEN at AND at + interval '5 minutes')
);
CREATE INDEX conversation_message_of_author
    ON linli.conversation_message (estate_id, author_id, at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['conversation_kind', 'conversation', 'conversation_party',
        'conversation_message']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.sealed_column (source, field) VALUES ('conversation_message', 'body_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('conversation', 'asker_id', 'move'), ('conversation', 'child_id', 'move'),
    ('conversation_party', 'person_id', 'move'), ('conversation_message', 'author_id', 'move');
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('conversation-desk', 'social_worker', '1 day', '有居民的提问等待办公台答复',
        'A resident''s question waits for the desk');
INSERT INTO linli.access_rule (role, kind, purpose, needs_second) VALUES
    ('residents_committee', 'conversation', 'desk', false),
    ('residents_committee', 'conversation', 'moderation', false),
    ('social_worker', 'conversation', 'desk', false),
    ('social_worker', 'conversation', 'moderation', false);

-- Nothing of a message changes but that it is taken back, once, or goes with whoever is erased.
CREATE FUNCTION linli.conversation_message_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    kept linli.conversation_message := OLD;
BEGIN
    IF TG_OP = 'DELETE' AND linli.job_name() = 'retention' THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' THEN
        IF linli.job_name() = 'reseal' THEN
            kept.body_sealed := coalesce(NEW.body_sealed, OLD.body_sealed);
        ELSIF linli.job_name() = 'merge' THEN
            kept.author_id := NEW.author_id;
        ELSIF linli.job_name() = 'erasure' THEN
            kept.body_sealed := NULL;
            kept.taken_back_at := coalesce(OLD.taken_back_at, OLD.at);
        ELSIF OLD.taken_back_at IS NULL AND NEW.taken_back_at = linli.instant() THEN
            kept.taken_back_at := NEW.taken_back_at;
            kept.body_sealed := CASE WHEN NEW.body_sealed IS NOT NULL THEN OLD.body_sealed END;
        END IF;
        IF kept IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was said stays as it was said'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'conversation_message_keep';
END
$$;
CREATE TRIGGER conversation_message_keep BEFORE UPDATE OR DELETE ON linli.conversation_message
    FOR EACH ROW EXECUTE FUNCTION linli.conversation_message_keep();

-- Who may speak with whom ------------------------------------------------------------------------

-- Whether the ages of two persons let them speak with each other: nobody under 14 does; who is 14 to
-- 17 does with a guardian's consent, with its own guardians, relatives and household, and with others
-- of its age. For the functions here alone.
CREATE FUNCTION linli.ages_converse(a uuid, b uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    a_child CONSTANT boolean := linli.is_child(estate, a);
    b_child CONSTANT boolean := linli.is_child(estate, b);
BEGIN
    IF linli.is_under_14(estate, a) OR linli.is_under_14(estate, b) THEN
        RETURN false;
    END IF;
    RETURN (NOT a_child OR linli.consented(a, 'conversation'))
        AND (NOT b_child OR linli.consented(b, 'conversation'))
        AND (a_child = b_child OR linli.are_related(a, b)
            OR (a_child AND b IN (SELECT linli.guardians_of(a)))
            OR (b_child AND a IN (SELECT linli.guardians_of(b))));
END
$$;

-- Whether two persons may speak with each other now, whichever writes. THE predicate: opening,
-- writing, calling and the sides of a thread all ask it.
CREATE FUNCTION linli.may_converse(a uuid, b uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN a IS DISTINCT FROM b AND linli.is_here(a) AND linli.is_here(b)
        AND linli.claimed(a) AND linli.claimed(b)
        AND NOT linli.kept_apart(a, b) AND linli.ages_converse(a, b);
END
$$;

-- Whether the principal writes at all: a household is proved, or an office held.
CREATE FUNCTION linli.may_write() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.is_at_least(linli.own_level(), 'household') OR EXISTS (
        SELECT
        FROM linli.own_roles() AS own
        WHERE linli.is_office(own.role) AND own.role <> 'software_operator');
END
$$;

-- What a thread is ------------------------------------------------------------------------------

-- Until when the threads about a thing stay open, whatever its room says; NULL: there is no such
-- thing, or it was never shown.
CREATE FUNCTION linli.thing_open_until(of_kind text, about uuid) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    after_end CONSTANT interval := (
        SELECT k.open_after FROM linli.conversation_kind AS k WHERE k.code = of_kind);
    activity linli.activity;
BEGIN
    IF of_kind <> 'activity' THEN
        RETURN CASE WHEN after_end IS NOT NULL THEN 'infinity'::timestamptz END;
    END IF;
    SELECT * INTO activity
    FROM linli.activity AS a
    WHERE a.estate_id = estate AND a.id = about AND a.published_at IS NOT NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN least(coalesce(activity.cancelled_at, 'infinity'),
        coalesce((
            SELECT m.changed_at
            FROM linli.moderation AS m
            WHERE m.estate_id = estate AND m.thing_id = about AND m.visibility = 'hidden'),
            'infinity'),
        coalesce((
            SELECT max(o.ends)
            FROM linli.activity_occurrence AS o
            WHERE o.estate_id = estate AND o.activity_id = about), activity.published_at)
            + after_end);
END
$$;

-- When a thread closed; NULL: it is open.
CREATE FUNCTION linli.conversation_closed_at(c linli.conversation) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    until CONSTANT timestamptz := least(coalesce(c.closed_at, 'infinity'), c.thing_ends,
        coalesce(linli.thing_open_until(c.kind, c.about_id), c.last_at));
BEGIN
    RETURN CASE WHEN until <= linli.instant() THEN until END;
END
$$;

-- Whether the principal sees to a thread for the desk: an open task of one of these kinds asks it to.
CREATE FUNCTION linli.at_conversation_desk(conversation uuid, kinds text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL AND linli.may_read('conversation', 'desk')
        AND EXISTS (
            SELECT
            FROM linli.task AS t
            WHERE t.estate_id = linli.estate_id() AND t.about_id = conversation
                AND t.kind = ANY (kinds) AND t.finished_at IS NULL
                AND linli.event_visible(t.audience, linli.own_event_keys())
                AND linli.may_handle(t.id, linli.person_id()));
END
$$;

-- Whether the principal reads a thread as a guardian of the child that speaks in it: with the right,
-- and not where it is with the child's other home.
CREATE FUNCTION linli.guards_conversation(c linli.conversation) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN linli.beneficiary_id() IS NULL
        AND linli.has_guardian_right(me, c.asker_id, 'conversation')
        AND NOT EXISTS (
            SELECT
            FROM linli.conversation_party AS p
            JOIN linli.membership AS theirs ON theirs.estate_id = p.estate_id
                AND theirs.person_id = p.person_id AND theirs.begins <= at AND theirs.ends > at
            JOIN linli.membership AS childs ON childs.estate_id = p.estate_id
                AND childs.household_id = theirs.household_id AND childs.person_id = c.asker_id
                AND childs.begins <= at AND childs.ends > at
            WHERE p.estate_id = c.estate_id AND p.conversation_id = c.id
                AND theirs.household_id NOT IN (SELECT own FROM linli.own_households() AS own));
END
$$;

-- As what the principal reads a thread, and up to which message: asker, host, desk, guardian; no row:
-- there is no such thread for it. Who took part reads it for 30 days after its end.
CREATE FUNCTION linli.conversation_side(c linli.conversation)
    RETURNS TABLE (side text, until_number integer, is_open boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    closed CONSTANT timestamptz := linli.conversation_closed_at(c);
    own linli.conversation_party;
BEGIN
    IF me IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT * INTO own
    FROM linli.conversation_party AS p
    WHERE p.estate_id = c.estate_id AND p.conversation_id = c.id AND p.person_id = me;
    is_open := closed IS NULL AND own.left_at IS NULL;
    until_number := coalesce(own.left_number, c.last_number);
    IF least(coalesce(closed, 'infinity'), coalesce(own.left_at, 'infinity'))
        + interval '30 days' <= at
    THEN
        RETURN;
    END IF;
    side := CASE
        WHEN c.asker_id = me THEN 'asker'
        WHEN own.person_id IS NOT NULL THEN 'host'
        WHEN linli.at_conversation_desk(c.id, ARRAY['conversation-desk', 'conversation-call'])
            THEN 'desk'
        WHEN linli.guards_conversation(c) THEN 'guardian' END;
    IF side IS NOT NULL THEN
        RETURN NEXT;
    END IF;
END
$$;

-- Whom to tell of what happens in a thread: its asker, those on the other side, or the desk where
-- nobody is. For the functions here alone.
CREATE FUNCTION linli.conversation_persons(c linli.conversation) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    hosts CONSTANT uuid[] := linli.conversation_hosts(c);
BEGIN
    RETURN c.asker_id || CASE WHEN hosts <> '{}' THEN hosts ELSE ARRAY(
        SELECT DISTINCT h.person_id
        FROM linli.task AS t
        CROSS JOIN LATERAL (
            SELECT DISTINCT split_part(split_part(key, '@', 1), ':', 2) AS role
            FROM unnest(t.audience) AS key) AS r
        CROSS JOIN LATERAL linli.duty_holders(r.role, NULL) AS h
        WHERE t.estate_id = c.estate_id AND t.about_id = c.id AND t.kind = 'conversation-desk'
            AND t.finished_at IS NULL AND linli.may_handle(t.id, h.person_id)
        LIMIT 40) END;
END
$$;

-- Who is on the other side of a thread now and may speak with its asker.
CREATE FUNCTION linli.conversation_hosts(c linli.conversation) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT p.person_id
        FROM linli.conversation_party AS p
        WHERE p.estate_id = c.estate_id AND p.conversation_id = c.id AND p.left_at IS NULL
            AND p.person_id <> c.asker_id AND linli.may_converse(p.person_id, c.asker_id)
        ORDER BY p.since, p.person_id
        LIMIT 20);
END
$$;

-- Tells both sides, by an event without a doer: who of them it was nobody learns. For the functions
-- here alone.
CREATE FUNCTION linli.tell_of_conversation(
    c linli.conversation, what text, event uuid, message uuid, persons uuid[], told uuid[])
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    id CONSTANT uuid := coalesce(event, linli.fresh_id(linli.instant()));
    before CONSTANT text[] := linli.act_as_job('conversations');
BEGIN
    PERFORM linli.append_event(id, what,
        ARRAY(SELECT DISTINCT 'person:' || p FROM unnest(persons) AS p), '{}',
        CASE WHEN message IS NULL THEN json_build_object('conversation', c.id)
            ELSE json_build_object('conversation', c.id, 'message', message) END::text);
    -- One notice a thread, until it is read.
    PERFORM linli.notify(id, what, 'conversation', c.id, '{}', ARRAY(
        SELECT t
        FROM unnest(told) AS t
        WHERE NOT EXISTS (
            SELECT
            FROM linli.notice AS n
            WHERE n.estate_id = c.estate_id AND n.person_id = t AND n.kind = what
                AND n.subject_id = c.id AND n.read_at IS NULL)))
    WHERE told <> '{}';
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Opening, and what closes -----------------------------------------------------------------------

-- Opens the thread of a person about a thing, with those of the hosts that may speak with it, or
-- answers the one that is open; where none of them may, the desk has it, and the person sees no
-- difference. For the rooms: who may ask about the thing, and whether the ages of both let them
-- speak, they have looked at before.
CREATE FUNCTION linli.open_conversation(
    new_id uuid, of_kind text, about uuid, asker uuid, child uuid, hosts uuid[]) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    c linli.conversation;
BEGIN
    -- Whoever sets a block or a protection waits here, or is waited for.
    PERFORM linli.hold_talk(ARRAY[asker]);
    SELECT * INTO c
    FROM linli.conversation AS x
    WHERE x.estate_id = estate AND x.kind = of_kind AND x.about_id = about
        AND x.asker_id = asker AND x.closed_at IS NULL;
    IF FOUND THEN
        RETURN c.id;
    END IF;
    INSERT INTO linli.conversation
        (estate_id, id, kind, about_id, asker_id, child_id, opened_at, last_at)
    VALUES (estate, new_id, of_kind, about, asker, child, at, at)
    RETURNING * INTO c;
    INSERT INTO linli.conversation_party (estate_id, conversation_id, person_id, since)
    SELECT estate, new_id, asker, at
    UNION
    SELECT estate, new_id, h, at
    FROM unnest(hosts) AS h
    WHERE linli.may_converse(h, asker);
    IF linli.is_child(estate, asker) THEN
        PERFORM linli.tell_of_child(c);
    END IF;
    RETURN c.id;
END
$$;

-- Holds what is said with some persons to the end of the transaction. For the functions here alone.
CREATE FUNCTION linli.hold_talk(persons uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN SELECT DISTINCT p FROM unnest(persons) AS p ORDER BY p LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended('talk ' || one, 122));
    END LOOP;
END
$$;

-- Tells the guardians who may read it that a child has begun to speak with somebody. For the
-- functions here alone.
CREATE FUNCTION linli.tell_of_child(c linli.conversation) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    event CONSTANT uuid := linli.fresh_id(linli.instant());
    told CONSTANT uuid[] := ARRAY(
        SELECT g.guardian_id
        FROM linli.live_guardianships(c.estate_id, c.asker_id) AS g
        WHERE 'conversation' = ANY (g.rights));
    before text[];
BEGIN
    IF told = '{}' THEN
        RETURN;
    END IF;
    before := linli.act_as_job('conversations');
    PERFORM linli.append_event(event, 'conversation.ofChild',
        ARRAY(SELECT 'person:' || t FROM unnest(told) AS t), ARRAY[c.asker_id],
        json_build_object('child', c.asker_id)::text);
    PERFORM linli.notify(event, 'conversation.ofChild', 'child', c.asker_id, '{}', told);
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Closes threads: as either side does, whatever the reason is. For the functions here alone.
CREATE FUNCTION linli.close_conversations(ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    c linli.conversation;
BEGIN
    FOR c IN
        SELECT *
        FROM linli.conversation AS x
        WHERE x.estate_id = linli.estate_id() AND x.id = ANY (ids) AND x.closed_at IS NULL
        ORDER BY x.id
        FOR NO KEY UPDATE
    LOOP
        CONTINUE WHEN linli.conversation_closed_at(c) IS NOT NULL;
        -- Everybody who was in it, those too who are kept apart from now on.
        PERFORM linli.tell_of_conversation(c, 'conversation.closed', NULL, NULL,
            linli.conversation_persons(c) || ARRAY(
                SELECT p.person_id
                FROM linli.conversation_party AS p
                WHERE p.estate_id = c.estate_id AND p.conversation_id = c.id
                    AND p.left_at IS NULL
                LIMIT 20), '{}');
        UPDATE linli.conversation AS x SET closed_at = at
        WHERE x.estate_id = c.estate_id AND x.id = c.id;
        PERFORM linli.finish_task(t.id, 'closed')
        FROM linli.task AS t
        WHERE t.estate_id = c.estate_id AND t.about_id = c.id
            AND t.kind IN ('conversation-desk', 'conversation-call')
            AND t.finished_at IS NULL;
    END LOOP;
END
$$;

-- A block or a protection closes what the two have open, each as asker with the other. Whoever writes
-- is waited for, or waits and finds it closed.
CREATE FUNCTION linli.part_conversations(persons uuid[], others uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.hold_talk(persons || others);
    PERFORM linli.close_conversations(ARRAY(
        SELECT c.id
        FROM unnest(persons || others, others || persons) AS two (one, other)
        JOIN linli.conversation AS c ON c.estate_id = linli.estate_id()
            AND c.asker_id = two.one AND c.closed_at IS NULL
        JOIN linli.conversation_party AS p ON p.estate_id = c.estate_id
            AND p.conversation_id = c.id AND p.person_id = two.other AND p.left_at IS NULL));
END
$$;

CREATE FUNCTION linli.block_parts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.part_conversations(ARRAY[NEW.blocker_id], ARRAY[NEW.other_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER block_parts AFTER INSERT ON linli.block
    FOR EACH ROW EXECUTE FUNCTION linli.block_parts();

CREATE FUNCTION linli.protection_parts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.part_conversations(
        (SELECT array_agg(n.protected_id ORDER BY n.id) FROM fresh AS n),
        (SELECT array_agg(n.other_id ORDER BY n.id) FROM fresh AS n))
    WHERE EXISTS (SELECT FROM fresh);
    RETURN NULL;
END
$$;
CREATE TRIGGER protection_parts AFTER INSERT ON linli.protection
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION linli.protection_parts();

-- Whoever comes to look after an activity is in its open threads from then on; whoever does so no
-- more reads what was said until then.
CREATE FUNCTION linli.steward_talks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.estate_id() IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        UPDATE linli.conversation_party AS p
        SET left_at = linli.instant(), left_number = c.last_number
        FROM linli.conversation AS c
        WHERE c.estate_id = OLD.estate_id AND c.about_id = OLD.thing_id
            AND p.estate_id = c.estate_id AND p.conversation_id = c.id
            AND p.person_id = OLD.person_id AND p.person_id <> c.asker_id AND p.left_at IS NULL;
        RETURN NULL;
    END IF;
    INSERT INTO linli.conversation_party AS p (estate_id, conversation_id, person_id, since)
    SELECT c.estate_id, c.id, NEW.person_id, linli.instant()
    FROM linli.conversation AS c
    WHERE c.estate_id = NEW.estate_id AND c.about_id = NEW.thing_id
        AND linli.conversation_closed_at(c) IS NULL
        AND linli.may_converse(NEW.person_id, c.asker_id)
    ON CONFLICT ON CONSTRAINT conversation_party_pkey DO UPDATE
        SET left_at = NULL, left_number = NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER steward_talks AFTER INSERT OR DELETE ON linli.steward
    FOR EACH ROW EXECUTE FUNCTION linli.steward_talks();

-- Who leaves an activity, and holds and waits for nothing there any more, has its thread closed.
CREATE FUNCTION linli.leaver_talks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.close_conversations(ARRAY(
        SELECT c.id
        FROM linli.conversation AS c
        WHERE c.estate_id = NEW.estate_id AND c.about_id = NEW.thing_id
            AND c.asker_id = NEW.holder_id AND c.closed_at IS NULL AND c.kind = 'activity'
            AND NOT EXISTS (
                SELECT
                FROM linli.reservation AS r
                WHERE r.estate_id = c.estate_id AND r.thing_id = c.about_id
                    AND r.holder_id = c.asker_id AND r.state <> 'ended')))
    WHERE linli.estate_id() IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER leaver_talks AFTER UPDATE OF state ON linli.reservation
    FOR EACH ROW WHEN (NEW.state = 'ended' AND OLD.state <> 'ended' AND NEW.ended_as <> 'closed')
    EXECUTE FUNCTION linli.leaver_talks();

-- As before; and what is said between two.
CREATE OR REPLACE FUNCTION linli.is_of_person(kind text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN split_part(kind, '.', 1) IN ('comment', 'feedback', 'reservation', 'attendance',
        'noShow', 'person', 'tie', 'proof', 'session', 'household', 'membership', 'child',
        'conversation', 'message');
