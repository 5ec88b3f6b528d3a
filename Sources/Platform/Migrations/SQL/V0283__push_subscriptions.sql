-- Notices by Web Push: where a browser is reached, sealed; one browser is one person's at a time.
-- docs/notifications.md.

CREATE TABLE linli.push_subscription (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- A keyed hash of the address.
    endpoint_hash bytea NOT NULL,
    target_sealed bytea NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT push_subscription_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT push_subscription_once UNIQUE (estate_id, endpoint_hash),
    CONSTRAINT push_subscription_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT push_subscription_hash_bytes CHECK (octet_length(endpoint_hash) = 32)
);
CREATE INDEX push_subscription_of_person ON linli.push_subscription (estate_id, person_id, id);
ALTER TABLE linli.push_subscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.push_subscription FORCE ROW LEVEL SECURITY;
CREATE POLICY push_subscription_owner ON linli.push_subscription TO linli_owner
    USING (true) WITH CHECK (true);
INSERT INTO linli.sealed_column (source, field) VALUES ('push_subscription', 'target_sealed');

-- Keeps a browser's address for the principal; whose it was before, it is no longer. Of ten the oldest
-- goes. Verdicts: kept; unknown.
CREATE FUNCTION linli.push_subscribe(event uuid, new_id uuid, hash bytea, sealed bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    PERFORM FROM linli.person AS p WHERE p.estate_id = estate AND p.id = own FOR NO KEY UPDATE;
    DELETE FROM linli.push_subscription AS s WHERE s.estate_id = estate AND s.endpoint_hash = hash;
    DELETE FROM linli.push_subscription AS s
    WHERE s.estate_id = estate AND s.id IN (
        SELECT o.id
        FROM linli.push_subscription AS o
        WHERE o.estate_id = estate AND o.person_id = own
        ORDER BY o.id DESC
        OFFSET 9);
    INSERT INTO linli.push_subscription (estate_id, id, person_id, endpoint_hash, target_sealed,
        made_at)
    VALUES (estate, new_id, own, hash, sealed, linli.instant());
    PERFORM linli.append_event(event, 'push.subscribed', ARRAY['person:' || own], '{}',
        json_build_object('subscription', new_id)::text);
    RETURN 'kept';
END
$$;

-- Forgets one of the principal's. Verdicts: ended; unknown.
CREATE FUNCTION linli.push_end(event uuid, subscription uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
BEGIN
    DELETE FROM linli.push_subscription AS s
    WHERE s.estate_id = linli.estate_id() AND s.person_id = own AND s.id = subscription
        AND linli.beneficiary_id() IS NULL;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'push.ended', ARRAY['person:' || own], '{}',
        json_build_object('subscription', subscription)::text);
    RETURN 'ended';
END
$$;

-- The principal's own.
CREATE FUNCTION linli.own_push_subscriptions()
    RETURNS TABLE (id uuid, made_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT s.id, s.made_at
        FROM linli.push_subscription AS s
        WHERE s.estate_id = linli.estate_id() AND s.person_id = linli.person_id()
            AND linli.beneficiary_id() IS NULL
        ORDER BY s.id DESC;
END
$$;

-- A push service has said of these deliveries that their browsers are gone.
CREATE FUNCTION linli.drop_push_targets(deliveries uuid[], of_run bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.check_delivering();
    DELETE FROM linli.push_subscription AS s
    USING linli.notice_delivery AS d
    WHERE d.estate_id = linli.estate_id() AND d.id = ANY (deliveries) AND d.run = of_run
        AND d.channel = 'push' AND s.estate_id = d.estate_id AND s.id = d.target_id;
END
$$;

-- As before, and by push each browser.
CREATE OR REPLACE FUNCTION linli.notice_targets(person uuid)
    RETURNS TABLE (channel text, target_id uuid)
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
    IF EXISTS (
        SELECT
        FROM linli.notice_email AS e
        WHERE e.estate_id = estate AND e.person_id = person AND e.confirmed_at IS NOT NULL)
    THEN
        channel := 'email';
        RETURN NEXT;
    END IF;
    RETURN QUERY
        SELECT 'push', s.id
        FROM linli.push_subscription AS s
        WHERE s.estate_id = estate AND s.person_id = person
        ORDER BY s.id;
END
$$;

-- As before, and a browser's address.
CREATE OR REPLACE FUNCTION linli.delivery_address(
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
    ELSIF channel = 'email' THEN
        SELECT 'email', s.person_id, s.person_id, s.value_sealed
        INTO vault, owner_id, row_id, sealed
        FROM linli.person_sealed AS s
        JOIN linli.notice_email AS e ON e.estate_id = estate AND e.person_id = person
            AND e.confirmed_at IS NOT NULL
        WHERE s.estate_id = estate AND s.person_id = person AND s.field = 'email';
    ELSIF channel = 'push' THEN
        SELECT 'push', s.person_id, s.id, s.target_sealed
        INTO vault, owner_id, row_id, sealed
        FROM linli.push_subscription AS s
        WHERE s.estate_id = estate AND s.person_id = person AND s.id = target;
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.push_subscribe(uuid, uuid, bytea, bytea), linli.push_end(uuid, uuid),
    linli.own_push_subscriptions(), linli.drop_push_targets(uuid[], bigint)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('push_subscription', 'person_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('push_subscription', 'person_id', 'yes', '收通知的浏览器', 'Browsers that get one''s notices',
        'r.id, r.made_at', 'delete', NULL, 'person');
