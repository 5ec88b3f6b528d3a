-- Notices on their way out (通知外发): a notice that was told in a transaction becomes deliveries, one a person
-- and channel, each of which is handed to a gateway at least once under one key. docs/notifications.md.

-- A notice that was not looked at yet; what stood here before stays where it is.
ALTER TABLE linli.notice ADD COLUMN is_planned boolean NOT NULL DEFAULT true;
ALTER TABLE linli.notice ALTER COLUMN is_planned SET DEFAULT false;
CREATE INDEX notice_unplanned ON linli.notice (estate_id, at, id) WHERE NOT is_planned;

CREATE TABLE linli.notice_delivery (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- To whom it goes, and whose notices it tells of: another's where a delegate is told.
    person_id uuid NOT NULL,
    reader_id uuid NOT NULL,
    channel text NOT NULL,
    -- Where the channel has several addresses.
    target_id uuid,
    form text NOT NULL,
    -- What it is there once by.
    key text NOT NULL,
    urgency text NOT NULL,
    notices uuid[] NOT NULL,
    -- waiting; sent: a gateway took it; delivered, undelivered: as the gateway reported; passed: it
    -- became others; dropped: nobody needs it any more; dead: given up.
    state text NOT NULL DEFAULT 'waiting',
    -- A code: why it was dropped, or what went wrong last.
    outcome text,
    next_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- The run of the job that holds it.
    run bigint,
    made_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT notice_delivery_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT notice_delivery_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT notice_delivery_reader FOREIGN KEY (estate_id, reader_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT notice_delivery_once UNIQUE (estate_id, person_id, channel, key),
    CONSTRAINT notice_delivery_channel_known
        CHECK (channel IN ('sms', 'email', 'push', 'delegate')),
    CONSTRAINT notice_delivery_form_known CHECK (form IN ('notice', 'digest', 'delegate')),
    CONSTRAINT notice_delivery_key_length CHECK (octet_length(key) BETWEEN 1 AND 120),
    CONSTRAINT notice_delivery_urgency_known CHECK (urgency IN ('alarm', 'pressing', 'plain')),
    CONSTRAINT notice_delivery_notices_count CHECK (cardinality(notices) BETWEEN 1 AND 1000
        AND array_position(notices, NULL) IS NULL),
    CONSTRAINT notice_delivery_state_known CHECK (state IN (
        'waiting', 'sent', 'delivered', 'undelivered', 'passed', 'dropped', 'dead')),
    CONSTRAINT notice_delivery_outcome_code CHECK (outcome ~ '^[a-z][a-z0-9_]{0,39}$'),
    CONSTRAINT notice_delivery_settled_whole CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CONSTRAINT notice_delivery_run_while_waiting CHECK (run IS NULL OR state = 'waiting'),
    CONSTRAINT notice_delivery_attempts_counted CHECK (attempts >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
CREATE INDEX notice_delivery_due
    ON linli.notice_delivery (estate_id, (urgency = 'alarm'), next_at, id) WHERE state = 'waiting';
CREATE INDEX notice_delivery_failed ON linli.notice_delivery (estate_id, id)
    WHERE state IN ('dead', 'undelivered');
CREATE INDEX notice_delivery_settled ON linli.notice_delivery (estate_id, settled_at)
    WHERE state <> 'waiting';
CREATE INDEX notice_delivery_of_reader ON linli.notice_delivery (estate_id, reader_id);

-- What was sent to a number in the last days, by the name that it was sent under: what a provider
-- limits. The number is a keyed hash.
CREATE TABLE linli.phone_message (
    phone_hash bytea NOT NULL,
    sender text NOT NULL,
    delivery_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT phone_message_pkey PRIMARY KEY (phone_hash, delivery_id),
    CONSTRAINT phone_message_hash_bytes CHECK (octet_length(phone_hash) = 32),
    CONSTRAINT phone_message_sender_length CHECK (char_length(sender) BETWEEN 0 AND 40)
);
CREATE INDEX phone_message_by_time ON linli.phone_message (at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['notice_delivery', 'phone_message']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.access_rule (role, kind, purpose) VALUES
    ('residents_committee', 'delivery', 'desk'), ('social_worker', 'delivery', 'desk');
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere) VALUES
    ('alarm-undelivered', 'residents_committee', interval '30 minutes',
        '一条紧急通知送不到本人，请打电话或上门', 'An alarm did not reach a resident: call or go there', false);

-- Only a job of deliveries does this. For the functions here alone.
CREATE FUNCTION linli.check_delivering() RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS NULL OR linli.job_name() NOT IN ('alarms-out', 'notices-out') THEN
        RAISE EXCEPTION 'only the jobs alarms-out and notices-out do this'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- Planning --------------------------------------------------------------------------------------------

-- By which channels a person can be reached, an address a row. For the functions here alone.
CREATE FUNCTION linli.notice_targets(person uuid) RETURNS TABLE (channel text, target_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF EXISTS (
        SELECT
        FROM linli.person AS p
        JOIN linli.account_identifier AS i ON i.account_id = p.account_id AND i.kind = 'phone'
            AND i.retired_at IS NULL
        WHERE p.estate_id = estate AND p.id = person)
        OR EXISTS (
            SELECT
            FROM linli.person_sealed AS s
            WHERE s.estate_id = estate AND s.person_id = person AND s.field = 'contact_phone')
    THEN
        channel := 'sms';
        RETURN NEXT;
    END IF;
END
$$;

-- Writes a delivery that is not there yet. For the functions here alone.
CREATE FUNCTION linli.put_delivery(
    person uuid, reader uuid, channel text, target uuid, form text, key text, urgency text,
    notice uuid, due timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.notice_delivery AS d (estate_id, id, person_id, reader_id, channel, target_id,
        form, key, urgency, notices, next_at, made_at)
    VALUES (linli.estate_id(), linli.fresh_id(linli.instant()), person, reader, channel, target, form,
        key || coalesce(':' || target, ''), urgency, ARRAY[notice], due, linli.instant())
    ON CONFLICT ON CONSTRAINT notice_delivery_once DO UPDATE
        SET notices = d.notices || excluded.notices
        WHERE d.form = 'digest' AND d.state = 'waiting' AND d.run IS NULL
            AND cardinality(d.notices) < 1000 AND d.notices[cardinality(d.notices)] <> notice;
END
$$;

-- The deliveries of one notice. For the functions here alone.
CREATE FUNCTION linli.plan_notice(
    notice uuid, person uuid, kind text, urgency text, told_at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    rule CONSTANT linli.notice_settings := linli.notice_settings_of(person);
    is_chained CONSTANT boolean := urgency <> 'plain' AND (rule.chain = 'on'
        OR (rule.chain = 'auto' AND linli.help_elder(person)));
    own record;
    wanted text;
    digest_at timestamptz;
BEGIN
    FOR own IN SELECT * FROM linli.notice_targets(person) LOOP
        wanted := linli.notice_wanted(person, kind, urgency, own.channel);
        IF wanted = 'at_once' THEN
            PERFORM linli.put_delivery(person, person, own.channel, own.target_id, 'notice',
                notice::text, urgency, notice, linli.instant());
        ELSIF wanted = 'digest' THEN
            digest_at := linli.notice_digest_at(rule.digest_minute);
            PERFORM linli.put_delivery(person, person, own.channel, own.target_id, 'digest',
                'digest-' || extract(epoch FROM digest_at)::bigint, 'plain', notice, digest_at);
        ELSIF own.channel = 'sms' AND is_chained THEN
            PERFORM linli.put_delivery(person, person, 'sms', own.target_id, 'notice', notice::text,
                urgency, notice, told_at + make_interval(mins => rule.sms_after));
        END IF;
    END LOOP;
    IF is_chained THEN
        PERFORM linli.put_delivery(person, person, 'delegate', NULL, 'delegate', notice::text,
            urgency, notice, told_at + make_interval(mins => rule.delegate_after));
    END IF;
END
$$;

-- Looks at notices that nobody has looked at, alarms or the others; how many there were.
CREATE FUNCTION linli.plan_deliveries(are_alarms boolean, rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    told record;
    done bigint := 0;
BEGIN
    PERFORM linli.check_delivering();
    FOR told IN
        SELECT n.person_id, n.id, n.kind, n.at, coalesce(u.urgency, 'plain') AS urgency
        FROM linli.notice AS n
        LEFT JOIN linli.notice_urgency AS u ON u.kind = n.kind
        WHERE n.estate_id = estate AND NOT n.is_planned
            AND (coalesce(u.urgency, 'plain') = 'alarm') = are_alarms
        ORDER BY n.at, n.id
        LIMIT rows_max
        FOR NO KEY UPDATE OF n SKIP LOCKED
    LOOP
        PERFORM linli.plan_notice(told.id, told.person_id, told.kind, told.urgency, told.at);
        UPDATE linli.notice AS n
        SET is_planned = true
        WHERE n.estate_id = estate AND n.person_id = told.person_id AND n.id = told.id;
        done := done + 1;
    END LOOP;
    RETURN done;
END
$$;

-- Sending ---------------------------------------------------------------------------------------------

-- Ends a delivery. For the functions here alone.
CREATE FUNCTION linli.settle_delivery(delivery uuid, new_state text, why text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.notice_delivery AS d
    SET state = new_state, outcome = why, settled_at = linli.instant(), run = NULL
    WHERE d.estate_id = linli.estate_id() AND d.id = delivery;
END
$$;

-- Tells those who are delegates now, by every channel that they have. For the functions here alone.
CREATE FUNCTION linli.pass_to_delegates(d linli.notice_delivery) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    own record;
    told bigint := 0;
BEGIN
    FOR own IN
        SELECT g.doer_id, t.channel, t.target_id
        FROM linli.delegation AS g
        JOIN linli.person AS p ON p.estate_id = g.estate_id AND p.id = g.doer_id
            AND p.state IN ('active', 'away', 'in_hospital')
        CROSS JOIN LATERAL linli.notice_targets(g.doer_id) AS t
        WHERE g.estate_id = d.estate_id AND g.beneficiary_id = d.reader_id AND g.begins <= at
            AND g.ends > at AND 'activities' = ANY (g.scope)
        ORDER BY g.doer_id
    LOOP
        PERFORM linli.put_delivery(own.doer_id, d.reader_id, own.channel, own.target_id, 'delegate',
            d.notices[1]::text, d.urgency, d.notices[1], at);
        told := told + 1;
    END LOOP;
    RETURN told;
END
$$;

-- The sealed address of a delivery, and what opens it: the keys of an account, or of the person. For the
-- functions here alone.
CREATE FUNCTION linli.delivery_address(
    person uuid, channel text, target uuid,
    OUT vault text, OUT owner_id uuid, OUT row_id uuid, OUT sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF channel = 'sms' THEN
        SELECT 'account', i.account_id, i.id, i.value_sealed
        INTO vault, owner_id, row_id, sealed
        FROM linli.person AS p
        JOIN linli.account_identifier AS i ON i.account_id = p.account_id AND i.kind = 'phone'
            AND i.retired_at IS NULL
        WHERE p.estate_id = estate AND p.id = person
        ORDER BY i.verified_at DESC NULLS LAST, i.created_at DESC, i.id
        LIMIT 1;
        IF sealed IS NULL THEN
            SELECT 'person', s.person_id, s.person_id, s.value_sealed
            INTO vault, owner_id, row_id, sealed
            FROM linli.person_sealed AS s
            WHERE s.estate_id = estate AND s.person_id = person AND s.field = 'contact_phone';
        END IF;
    END IF;
END
$$;

-- Whether any delivery is due that this run does not hold.
CREATE FUNCTION linli.deliveries_due(are_alarms boolean, of_run bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.notice_delivery AS d
        WHERE d.estate_id = linli.estate_id() AND d.state = 'waiting'
            AND (d.urgency = 'alarm') = are_alarms AND d.next_at <= linli.instant()
            AND d.run IS DISTINCT FROM of_run);
END
$$;

-- Takes due deliveries for a run, the longest due first. Those that nobody needs any more end here, those
-- whose person has quiet hours wait, and a delegate's step becomes deliveries to delegates. A run before
-- that ended without settling what it took has lost it.
CREATE FUNCTION linli.claim_deliveries(are_alarms boolean, of_run bigint, rows_max integer)
    RETURNS TABLE (id uuid, attempts integer, channel text, form text, language text, vault text,
        owner_id uuid, row_id uuid, sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own record;
    d linli.notice_delivery;
    held timestamptz;
    place record;
BEGIN
    PERFORM linli.check_delivering();
    FOR own IN
        SELECT x AS delivery, coalesce(a.language, 'zh') AS speaks,
            p.state IN ('active', 'away', 'in_hospital') AS is_here
        FROM linli.notice_delivery AS x
        JOIN linli.person AS p ON p.estate_id = x.estate_id AND p.id = x.person_id
        LEFT JOIN linli.account AS a ON a.id = p.account_id
        WHERE x.estate_id = estate AND x.state = 'waiting' AND (x.urgency = 'alarm') = are_alarms
            AND x.next_at <= linli.instant() AND x.run IS DISTINCT FROM of_run
        ORDER BY x.next_at, x.id
        LIMIT rows_max
        FOR NO KEY UPDATE OF x SKIP LOCKED
    LOOP
        d := own.delivery;
        IF NOT own.is_here THEN
            PERFORM linli.settle_delivery(d.id, 'dropped', 'gone');
            CONTINUE;
        ELSIF (d.urgency <> 'alarm' OR d.form = 'delegate') AND NOT EXISTS (
            SELECT FROM linli.notice AS n
            WHERE n.estate_id = estate AND n.person_id = d.reader_id AND n.id = ANY (d.notices)
                AND n.read_at IS NULL)
        THEN
            PERFORM linli.settle_delivery(d.id, 'dropped', 'read');
            CONTINUE;
        END IF;
        IF d.channel = 'delegate' THEN
            IF linli.pass_to_delegates(d) > 0 THEN
                PERFORM linli.settle_delivery(d.id, 'passed', 'to_delegates');
            ELSE
                PERFORM linli.settle_delivery(d.id, 'dropped', 'no_delegate');
            END IF;
            CONTINUE;
        END IF;
        held := CASE WHEN NOT are_alarms THEN linli.notice_quiet_until(d.person_id) END;
        IF held IS NOT NULL THEN
            UPDATE linli.notice_delivery AS x
            SET next_at = held, run = NULL
            WHERE x.estate_id = estate AND x.id = d.id;
            CONTINUE;
        END IF;
        SELECT * INTO place FROM linli.delivery_address(d.person_id, d.channel, d.target_id);
        IF place.sealed IS NULL THEN
            PERFORM linli.settle_delivery(d.id, 'dropped', 'no_address');
            CONTINUE;
        END IF;
        UPDATE linli.notice_delivery AS x
        SET run = of_run, attempts = x.attempts + 1
        WHERE x.estate_id = estate AND x.id = d.id
        RETURNING x.attempts INTO attempts;
        id := d.id;
        channel := d.channel;
        form := d.form;
        language := own.speaks;
        vault := place.vault;
        owner_id := place.owner_id;
        row_id := place.row_id;
        sealed := place.sealed;
        RETURN NEXT;
    END LOOP;
END
$$;

-- The unread notices that some deliveries of a run tell of, the latest first.
CREATE FUNCTION linli.delivery_notices(deliveries uuid[], of_run bigint)
    RETURNS TABLE (delivery_id uuid, notice_id uuid, kind text, details text, until timestamp,
        begins timestamp)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.check_delivering();
    RETURN QUERY
        SELECT d.id, n.id, n.kind, n.details::text,
            (n.details ->> 'until')::timestamptz AT TIME ZONE e.zone,
            (n.details ->> 'begins')::timestamptz AT TIME ZONE e.zone
        FROM linli.notice_delivery AS d
        JOIN linli.estate AS e ON e.estate_id = d.estate_id
        JOIN linli.notice AS n ON n.estate_id = d.estate_id AND n.person_id = d.reader_id
            AND n.id = ANY (d.notices)
        WHERE d.estate_id = linli.estate_id() AND d.id = ANY (deliveries) AND d.run = of_run
            AND (n.read_at IS NULL OR d.form = 'notice')
        ORDER BY d.id, n.id DESC;
END
$$;

-- When a number may be sent to next under a name, at most so often in a minute, an hour and a day, and
-- so often in a day whatever the name, codes of sign-ins among them. NULL: now. For the functions here
-- alone.
CREATE FUNCTION linli.phone_free_at(
    phone bytea, by_sender text, counts_codes boolean, per_hour integer, per_day integer,
    per_day_in_all integer) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    now_is CONSTANT timestamptz := linli.instant();
    day_ago CONSTANT timestamptz := now_is - interval '1 day';
    sent timestamptz[];
    in_all timestamptz[];
BEGIN
    SELECT coalesce(array_agg(s.at ORDER BY s.at DESC) FILTER (WHERE s.is_own), '{}'),
        coalesce(array_agg(s.at ORDER BY s.at DESC), '{}')
    INTO sent, in_all
    FROM (
        SELECT m.at, m.sender = by_sender AS is_own
        FROM linli.phone_message AS m
        WHERE m.phone_hash = phone AND m.at > day_ago
        UNION ALL
        SELECT c.created_at, counts_codes
        FROM linli.sign_in_code AS c
        WHERE c.phone_hash = phone AND c.created_at > day_ago AND c.is_known) AS s;
    RETURN (
        SELECT max(free.at)
        FROM (VALUES
            (sent[1] + interval '1 minute'), (sent[per_hour] + interval '1 hour'),
            (sent[per_day] + interval '1 day'), (in_all[per_day_in_all] + interval '1 day'))
            AS free (at)
        WHERE free.at > now_is);
END
$$;

-- Of deliveries by SMS that a run holds: which may go now, counted. The others wait until their number
-- is free again, and the attempt does not count. Numbers come in one order, so that two runs never wait
-- for each other in a ring; the same delivery again within a quarter of an hour is the same message.
CREATE FUNCTION linli.take_phones(
    deliveries uuid[], phones text[], by_sender text, are_alarms boolean, counts_codes boolean,
    of_run bigint) RETURNS SETOF uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    now_is CONSTANT timestamptz := linli.instant();
    one record;
    free_at timestamptz;
BEGIN
    PERFORM linli.check_delivering();
    FOR one IN
        SELECT u.id, decode(u.phone, 'hex') AS phone
        FROM unnest(deliveries, phones) WITH ORDINALITY AS u (id, phone, number)
        ORDER BY u.phone, u.number
    LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended('linli phone ' || one.phone::text, 0));
        IF EXISTS (
            SELECT
            FROM linli.phone_message AS m
            WHERE m.phone_hash = one.phone AND m.delivery_id = one.id
                AND m.at > now_is - interval '15 minutes')
        THEN
            RETURN NEXT one.id;
            CONTINUE;
        END IF;
        -- Of what a provider allows, two an hour and four a day are alarms' alone.
        free_at := linli.phone_free_at(one.phone, by_sender, counts_codes,
            CASE WHEN are_alarms THEN 5 ELSE 3 END, CASE WHEN are_alarms THEN 10 ELSE 6 END,
            CASE WHEN are_alarms THEN 40 ELSE 30 END);
        IF free_at IS NULL THEN
            INSERT INTO linli.phone_message (phone_hash, sender, delivery_id, at)
            VALUES (one.phone, by_sender, one.id, now_is)
            ON CONFLICT ON CONSTRAINT phone_message_pkey DO UPDATE
                SET at = excluded.at, sender = excluded.sender;
            RETURN NEXT one.id;
        ELSE
            UPDATE linli.notice_delivery AS d
            SET next_at = free_at, run = NULL, attempts = d.attempts - 1
            WHERE d.estate_id = estate AND d.id = one.id AND d.run = of_run;
        END IF;
    END LOOP;
END
$$;

-- Writes down how deliveries of a run went: sent; waiting, with seconds until the next try; dead. An
-- alarm that is given up is a task. How many it still held.
CREATE FUNCTION linli.settle_deliveries(
    deliveries uuid[], states text[], outcomes text[], delays integer[], of_run bigint)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    now_is CONSTANT timestamptz := linli.instant();
    lost record;
    done bigint;
BEGIN
    PERFORM linli.check_delivering();
    UPDATE linli.notice_delivery AS d
    SET state = u.state, outcome = nullif(u.outcome, ''), run = NULL,
        next_at = CASE WHEN u.state = 'waiting' THEN now_is + make_interval(secs => u.delay)
            ELSE d.next_at END,
        settled_at = CASE WHEN u.state <> 'waiting' THEN now_is END
    FROM unnest(deliveries, states, outcomes, delays) AS u (id, state, outcome, delay)
    WHERE d.estate_id = estate AND d.id = u.id AND d.run = of_run AND d.state = 'waiting';
    GET DIAGNOSTICS done = ROW_COUNT;
    FOR lost IN
        SELECT d.id, d.reader_id, d.urgency
        FROM linli.notice_delivery AS d
        JOIN unnest(deliveries, states) AS u (id, state) ON u.id = d.id AND u.state = 'dead'
        WHERE d.estate_id = estate AND d.state = 'dead' AND d.settled_at = now_is
        ORDER BY d.id
    LOOP
        PERFORM linli.append_event(linli.fresh_id(now_is), 'notice.undelivered',
            linli.care_offices(), '{}', json_build_object('delivery', lost.id)::text);
        IF lost.urgency = 'alarm' THEN
            PERFORM linli.raise_task('alarm-undelivered', lost.id, lost.reader_id, NULL, NULL);
        END IF;
    END LOOP;
    RETURN done;
END
$$;

-- What a gateway says became of a message that it took; said again, or late, it changes nothing. True
-- where it did. Whoever calls has proved to be the gateway; what it names it may have made up.
CREATE FUNCTION linli.report_delivery(of_estate uuid, delivery uuid, is_delivered boolean)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.notice_delivery AS d
    SET state = CASE WHEN is_delivered THEN 'delivered' ELSE 'undelivered' END,
        outcome = CASE WHEN is_delivered THEN NULL ELSE 'reported' END
    WHERE d.estate_id = of_estate AND d.id = delivery AND d.state = 'sent' AND d.channel = 'sms';
    RETURN FOUND;
END
$$;

-- The desk ----------------------------------------------------------------------------------------------

-- What could not be delivered, the latest first, for the two offices; each reading leaves its line. What
-- was told, nobody reads here.
CREATE FUNCTION linli.failed_deliveries(before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, channel text, urgency text,
        state text, outcome text, attempts integer, made_at timestamptz, settled_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    unseen CONSTANT uuid[] := linli.own_unseen();
    about uuid[];
BEGIN
    IF NOT linli.may_read('delivery', 'desk') THEN
        RETURN;
    END IF;
    about := ARRAY(
        SELECT d.person_id
        FROM linli.notice_delivery AS d
        WHERE d.estate_id = estate AND d.state IN ('dead', 'undelivered') AND d.id < before_id
            AND d.person_id <> ALL (unseen) AND d.reader_id <> ALL (unseen)
        ORDER BY d.id DESC
        LIMIT rows_max - 1);
    PERFORM linli.log_reads(about, 'delivery', 'desk');
    RETURN QUERY
        SELECT d.id, d.person_id, p.display_name, d.channel, d.urgency, d.state, d.outcome,
            d.attempts, d.made_at, d.settled_at
        FROM linli.notice_delivery AS d
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = d.person_id
        WHERE d.estate_id = estate AND d.state IN ('dead', 'undelivered') AND d.id < before_id
            AND d.person_id <> ALL (unseen) AND d.reader_id <> ALL (unseen)
        ORDER BY d.id DESC
        LIMIT rows_max;
END
$$;

-- Tries one again, from the beginning. Verdicts: again; unknown.
CREATE FUNCTION linli.retry_delivery(event uuid, delivery uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF NOT linli.may_read('delivery', 'desk') THEN
        RETURN 'unknown';
    END IF;
    UPDATE linli.notice_delivery AS d
    SET state = 'waiting', outcome = NULL, settled_at = NULL, attempts = 0,
        next_at = linli.instant()
    WHERE d.estate_id = linli.estate_id() AND d.id = delivery
        AND d.state IN ('dead', 'undelivered') AND d.person_id <> ALL (unseen)
        AND d.reader_id <> ALL (unseen);
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'notice.retried', linli.care_offices(), '{}',
        json_build_object('delivery', delivery)::text);
    RETURN 'again';
END
$$;

-- The job `notice-sweep` forgets what was settled a month ago, and what no limit counts any more.
CREATE FUNCTION linli.forget_deliveries() RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'notice-sweep' THEN
        RAISE EXCEPTION 'only the job notice-sweep does this'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM linli.notice_delivery AS d
    WHERE d.estate_id = linli.estate_id() AND d.state <> 'waiting'
        AND d.settled_at <= linli.instant() - interval '30 days';
    DELETE FROM linli.phone_message AS m WHERE m.at <= linli.instant() - interval '2 days';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.plan_deliveries(boolean, integer), linli.deliveries_due(boolean, bigint),
    linli.claim_deliveries(boolean, bigint, integer), linli.delivery_notices(uuid[], bigint),
    linli.take_phones(uuid[], text[], text, boolean, boolean, bigint),
    linli.settle_deliveries(uuid[], text[], text[], integer[], bigint),
    linli.report_delivery(uuid, uuid, boolean), linli.failed_deliveries(uuid, bigint),
    linli.retry_delivery(uuid, uuid), linli.forget_deliveries()
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('notice_delivery', 'person_id', 'move'), ('notice_delivery', 'reader_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('notice_delivery', 'person_id', 'yes', '发出的通知', 'Notices that were sent out',
        'r.channel, r.form, r.state, r.made_at, r.settled_at', 'delete', NULL, 'person'),
    ('notice_delivery', 'reader_id', 'elsewhere', '由通知产生的发送', 'What followed from notices',
        NULL, 'delete', NULL, 'person');
