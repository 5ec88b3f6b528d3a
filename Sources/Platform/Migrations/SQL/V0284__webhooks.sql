-- Outgoing webhooks (Standard Webhooks): an operator of the software names an address, and what is public or
-- said to the whole estate goes there as it happens, as ids and codes. docs/notifications.md.

CREATE TABLE linli.webhook (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    url_sealed bytea NOT NULL,
    -- What signs; after a rotation the one before stands behind it, and signs as well until then.
    secrets_sealed bytea NOT NULL,
    before_until timestamptz,
    -- Kinds of events, or what stands before their first dot; none: all.
    kinds text[] NOT NULL,
    -- Up to where the log was read.
    seq bigint NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    -- The other side said that it is gone, or the operator ended it.
    ended_at timestamptz,
    CONSTRAINT webhook_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT webhook_made_by FOREIGN KEY (estate_id, made_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT webhook_kinds CHECK (cardinality(kinds) <= 50 AND array_position(kinds, NULL) IS NULL)
);

-- An event on its way to an address.
CREATE TABLE linli.webhook_delivery (
    estate_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    -- waiting; sent: it was answered with 2xx; dead: given up; dropped: the address has ended.
    state text NOT NULL DEFAULT 'waiting',
    outcome text,
    next_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    run bigint,
    settled_at timestamptz,
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (estate_id, webhook_id, event_id),
    CONSTRAINT webhook_delivery_webhook FOREIGN KEY (estate_id, webhook_id)
        REFERENCES linli.webhook (estate_id, id),
    CONSTRAINT webhook_delivery_state_known
        CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
    CONSTRAINT webhook_delivery_outcome_code CHECK (outcome ~ '^[a-z][a-z0-9_]{0,39}$'),
    CONSTRAINT webhook_delivery_settled_whole CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CONSTRAINT webhook_delivery_run_while_waiting CHECK (run IS NULL OR state = 'waiting'),
    CONSTRAINT webhook_delivery_attempts_counted CHECK (attempts >= 0)
);
CREATE INDEX webhook_delivery_due ON linli.webhook_delivery (estate_id, next_at, seq)
    WHERE state = 'waiting';
CREATE INDEX webhook_delivery_settled ON linli.webhook_delivery (estate_id, settled_at)
    WHERE state <> 'waiting';

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['webhook', 'webhook_delivery']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
INSERT INTO linli.sealed_column (source, field) VALUES
    ('webhook', 'url_sealed'), ('webhook', 'secrets_sealed');

-- Whether the principal looks after webhooks: an operator of the software, in a proved session.
CREATE FUNCTION linli.runs_webhooks() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.person_id() IS NOT NULL AND linli.beneficiary_id() IS NULL
        AND linli.has_role('software_operator');
END
$$;

-- Names an address; what happens from now on goes there. Verdicts: made; many (ten live ones); unknown.
CREATE FUNCTION linli.webhook_make(
    event uuid, new_id uuid, url bytea, secret bytea, new_kinds text[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF NOT linli.runs_webhooks() THEN
        RETURN 'unknown';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('linli webhooks ' || estate, 0));
    IF (SELECT count(*) FROM linli.webhook AS w WHERE w.estate_id = estate AND w.ended_at IS NULL)
        >= 10
    THEN
        RETURN 'many';
    END IF;
    INSERT INTO linli.webhook (estate_id, id, url_sealed, secrets_sealed, kinds, seq, made_by, made_at)
    VALUES (estate, new_id, url, secret, new_kinds, coalesce((
        SELECT h.seq FROM linli.event_head AS h WHERE h.estate_id = estate), 0),
        linli.person_id(), linli.instant());
    PERFORM linli.append_event(event, 'webhook.made', ARRAY['role:software_operator'], '{}',
        json_build_object('webhook', new_id)::text);
    RETURN 'made';
END
$$;

-- The sealed secrets of one that is live, for a rotation; it is held until then.
CREATE FUNCTION linli.webhook_secrets(webhook uuid) RETURNS SETOF bytea
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.runs_webhooks() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT w.secrets_sealed
        FROM linli.webhook AS w
        WHERE w.estate_id = linli.estate_id() AND w.id = webhook AND w.ended_at IS NULL
        FOR NO KEY UPDATE;
END
$$;

-- Signs with a new secret from now on, and with the one before for a day more. Verdicts: rotated; unknown.
CREATE FUNCTION linli.webhook_rotate(event uuid, webhook uuid, secrets bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.runs_webhooks() THEN
        RETURN 'unknown';
    END IF;
    UPDATE linli.webhook AS w
    SET secrets_sealed = secrets, before_until = linli.instant() + interval '1 day'
    WHERE w.estate_id = linli.estate_id() AND w.id = webhook AND w.ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'webhook.rotated', ARRAY['role:software_operator'], '{}',
        json_build_object('webhook', webhook)::text);
    RETURN 'rotated';
END
$$;

-- Ends one. For the functions here alone.
CREATE FUNCTION linli.webhook_close(event uuid, webhook uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    UPDATE linli.webhook AS w
    SET ended_at = linli.instant()
    WHERE w.estate_id = estate AND w.id = webhook AND w.ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE linli.webhook_delivery AS d
    SET state = 'dropped', outcome = 'ended', settled_at = linli.instant(), run = NULL
    WHERE d.estate_id = estate AND d.webhook_id = webhook AND d.state = 'waiting';
    PERFORM linli.append_event(event, 'webhook.ended', ARRAY['role:software_operator'], '{}',
        json_build_object('webhook', webhook)::text);
    RETURN true;
END
$$;

-- The operator ends one. Verdicts: ended; unknown.
CREATE FUNCTION linli.webhook_end(event uuid, webhook uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.runs_webhooks() OR NOT linli.webhook_close(event, webhook) THEN
        RETURN 'unknown';
    END IF;
    RETURN 'ended';
END
$$;

-- Those that are live, the newest first, with how many events wait and how many were given up.
CREATE FUNCTION linli.webhooks()
    RETURNS TABLE (id uuid, url_sealed bytea, kinds text[], made_at timestamptz, waiting bigint,
        dead bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.runs_webhooks() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT w.id, w.url_sealed, w.kinds, w.made_at, n.waiting, n.dead
        FROM linli.webhook AS w
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE d.state = 'waiting') AS waiting,
                count(*) FILTER (WHERE d.state = 'dead') AS dead
            FROM linli.webhook_delivery AS d
            WHERE d.estate_id = w.estate_id AND d.webhook_id = w.id) AS n
        WHERE w.estate_id = linli.estate_id() AND w.ended_at IS NULL
        ORDER BY w.id DESC;
END
$$;

-- Tries all again that were given up. Verdicts: again; unknown.
CREATE FUNCTION linli.webhook_retry(event uuid, webhook uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF NOT linli.runs_webhooks() OR NOT EXISTS (
        SELECT FROM linli.webhook AS w
        WHERE w.estate_id = estate AND w.id = webhook AND w.ended_at IS NULL)
    THEN
        RETURN 'unknown';
    END IF;
    UPDATE linli.webhook_delivery AS d
    SET state = 'waiting', outcome = NULL, settled_at = NULL, attempts = 0,
        next_at = linli.instant()
    WHERE d.estate_id = estate AND d.webhook_id = webhook AND d.state = 'dead';
    PERFORM linli.append_event(event, 'webhook.retried', ARRAY['role:software_operator'], '{}',
        json_build_object('webhook', webhook)::text);
    RETURN 'again';
END
$$;

-- The job -------------------------------------------------------------------------------------------------

-- Only the job webhooks-out does this. For the functions here alone.
CREATE FUNCTION linli.check_webhooks_out() RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'webhooks-out' THEN
        RAISE EXCEPTION 'only the job webhooks-out does this'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- Reads the log on for each address, up to so many events; how many it read. What goes out is what every
-- visitor or every resident may see: nobody learns by a webhook what it could not read.
CREATE FUNCTION linli.webhook_read_on(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    w linli.webhook;
    last bigint;
    done bigint := 0;
BEGIN
    PERFORM linli.check_webhooks_out();
    FOR w IN
        SELECT x.*
        FROM linli.webhook AS x
        WHERE x.estate_id = estate AND x.ended_at IS NULL
        ORDER BY x.id
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        SELECT least(h.seq, w.seq + rows_max) INTO last
        FROM linli.event_head AS h
        WHERE h.estate_id = estate;
        CONTINUE WHEN last IS NULL OR last <= w.seq;
        INSERT INTO linli.webhook_delivery (estate_id, webhook_id, event_id, seq, kind, at, next_at)
        SELECT estate, w.id, e.event_id, e.seq, e.kind, e.at, linli.instant()
        FROM linli.event AS e
        WHERE e.estate_id = estate AND e.seq > w.seq AND e.seq <= last
            AND e.audience && ARRAY['public', 'estate']
            AND (w.kinds = '{}' OR e.kind = ANY (w.kinds)
                OR split_part(e.kind, '.', 1) = ANY (w.kinds))
        ON CONFLICT ON CONSTRAINT webhook_delivery_pkey DO NOTHING;
        UPDATE linli.webhook AS x SET seq = last WHERE x.estate_id = estate AND x.id = w.id;
        done := done + last - w.seq;
    END LOOP;
    RETURN done;
END
$$;

-- Takes due deliveries for a run, in the order of the log.
CREATE FUNCTION linli.webhook_claim(of_run bigint, rows_max integer)
    RETURNS TABLE (webhook_id uuid, event_id uuid, seq bigint, kind text, at timestamptz,
        attempts integer, url_sealed bytea, secrets_sealed bytea, are_both boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.check_webhooks_out();
    RETURN QUERY
        WITH due AS (
            SELECT d.webhook_id, d.event_id
            FROM linli.webhook_delivery AS d
            WHERE d.estate_id = linli.estate_id() AND d.state = 'waiting'
                AND d.next_at <= linli.instant() AND d.run IS DISTINCT FROM of_run
            ORDER BY d.next_at, d.seq
            LIMIT rows_max
            FOR NO KEY UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE linli.webhook_delivery AS d
            SET run = of_run, attempts = d.attempts + 1
            FROM due
            WHERE d.estate_id = linli.estate_id() AND d.webhook_id = due.webhook_id
                AND d.event_id = due.event_id
            RETURNING d.*
        )
        SELECT t.webhook_id, t.event_id, t.seq, t.kind, t.at, t.attempts, w.url_sealed,
            w.secrets_sealed, coalesce(w.before_until > linli.instant(), false)
        FROM taken AS t
        JOIN linli.webhook AS w ON w.estate_id = t.estate_id AND w.id = t.webhook_id
        ORDER BY t.seq, t.webhook_id;
END
$$;

-- Writes down how deliveries of a run went; an address that says that it is gone has ended.
CREATE FUNCTION linli.webhook_settle(
    hooks uuid[], events uuid[], states text[], outcomes text[], delays integer[], of_run bigint)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    gone uuid;
BEGIN
    PERFORM linli.check_webhooks_out();
    UPDATE linli.webhook_delivery AS d
    SET state = u.state, outcome = nullif(u.outcome, ''), run = NULL,
        next_at = CASE WHEN u.state = 'waiting'
            THEN linli.instant() + make_interval(secs => u.delay) ELSE d.next_at END,
        settled_at = CASE WHEN u.state <> 'waiting' THEN linli.instant() END
    FROM unnest(hooks, events, states, outcomes, delays) AS u (hook, event, state, outcome, delay)
    WHERE d.estate_id = linli.estate_id() AND d.webhook_id = u.hook AND d.event_id = u.event
        AND d.run = of_run AND d.state = 'waiting';
    FOR gone IN
        SELECT DISTINCT u.hook
        FROM unnest(hooks, outcomes) AS u (hook, outcome)
        WHERE u.outcome = 'gone'
        ORDER BY u.hook
    LOOP
        PERFORM linli.webhook_close(linli.fresh_id(linli.instant()), gone);
    END LOOP;
END
$$;

-- Forgets what was settled a month ago.
CREATE FUNCTION linli.webhook_forget() RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.check_webhooks_out();
    DELETE FROM linli.webhook_delivery AS d
    WHERE d.estate_id = linli.estate_id() AND d.state <> 'waiting'
        AND d.settled_at <= linli.instant() - interval '30 days';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.webhook_make(uuid, uuid, bytea, bytea, text[]), linli.webhook_secrets(uuid), linli.webhook_rotate(uuid, uuid, bytea),
    linli.webhook_end(uuid, uuid), linli.webhooks(), linli.webhook_retry(uuid, uuid),
    linli.webhook_read_on(integer), linli.webhook_claim(bigint, integer),
    linli.webhook_settle(uuid[], uuid[], text[], text[], integer[], bigint), linli.webhook_forget(),
    linli.runs_webhooks()
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('webhook', 'made_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES ('webhook', 'made_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'ledger');
