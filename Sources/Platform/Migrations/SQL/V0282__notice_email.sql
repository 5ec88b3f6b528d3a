-- Notices by e-mail: an address is a person's own once it has given back a code that was sent there. It is
-- sealed like all that is known of a person; what is asked for waits beside it. docs/notifications.md.

ALTER TABLE linli.person_sealed DROP CONSTRAINT person_sealed_field_known;
ALTER TABLE linli.person_sealed ADD CONSTRAINT person_sealed_field_known CHECK (field IN (
    'birth_date', 'legal_name', 'contact_phone', 'identity_number', 'attributes', 'email',
    'email_wanted'));

CREATE TABLE linli.notice_email (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The code of an address that is asked for; none: nothing is.
    code_hash bytea,
    asked_at timestamptz NOT NULL,
    -- How often on that day of the estate.
    asked_on date NOT NULL,
    asked_times integer NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    confirmed_at timestamptz,
    CONSTRAINT notice_email_pkey PRIMARY KEY (estate_id, person_id),
    CONSTRAINT notice_email_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT notice_email_hash_bytes CHECK (octet_length(code_hash) = 32),
    CONSTRAINT notice_email_times CHECK (asked_times BETWEEN 1 AND 5),
    CONSTRAINT notice_email_tries CHECK (tries BETWEEN 0 AND 5)
);
ALTER TABLE linli.notice_email ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.notice_email FORCE ROW LEVEL SECURITY;
CREATE POLICY notice_email_owner ON linli.notice_email TO linli_owner USING (true) WITH CHECK (true);

-- Keeps what is sealed of a person. For the functions here alone.
CREATE FUNCTION linli.put_own_sealed(name text, sealed bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
    VALUES (linli.estate_id(), linli.person_id(), name, sealed, linli.instant())
    ON CONFLICT ON CONSTRAINT person_sealed_pkey DO UPDATE
        SET value_sealed = excluded.value_sealed, changed_at = excluded.changed_at;
END
$$;

-- Asks for an address, to which the server sends the code: once a minute and five times a day at most.
-- Verdicts: asked; often; unknown.
CREATE FUNCTION linli.email_ask(event uuid, sealed bytea, new_code bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.notice_email;
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO held
    FROM linli.notice_email AS e
    WHERE e.estate_id = estate AND e.person_id = own
    FOR NO KEY UPDATE;
    IF held.asked_at > at - interval '1 minute'
        OR (held.asked_on = linli.local_day() AND held.asked_times >= 5)
    THEN
        RETURN 'often';
    END IF;
    INSERT INTO linli.notice_email AS e (estate_id, person_id, code_hash, asked_at, asked_on,
        asked_times, expires_at)
    VALUES (estate, own, new_code, at, linli.local_day(), 1, at + interval '15 minutes')
    ON CONFLICT ON CONSTRAINT notice_email_pkey DO UPDATE
        SET code_hash = excluded.code_hash, asked_at = excluded.asked_at,
            asked_on = excluded.asked_on, expires_at = excluded.expires_at, tries = 0,
            asked_times = CASE WHEN e.asked_on = excluded.asked_on THEN e.asked_times + 1 ELSE 1 END;
    PERFORM linli.put_own_sealed('email_wanted', sealed);
    PERFORM linli.append_event(event, 'email.asked', ARRAY['person:' || own], '{}', '{}');
    RETURN 'asked';
END
$$;

-- Gives a code back; five tries. Where it is right, the address as it was sealed, which the server seals
-- anew as the person's own in this transaction. Verdicts: confirmed; wrong; unknown.
CREATE FUNCTION linli.email_confirm(event uuid, code bytea, OUT verdict text, OUT sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.notice_email;
BEGIN
    SELECT * INTO held
    FROM linli.notice_email AS e
    WHERE e.estate_id = estate AND e.person_id = own
    FOR NO KEY UPDATE;
    IF linli.beneficiary_id() IS NOT NULL OR held.code_hash IS NULL THEN
        verdict := 'unknown';
        RETURN;
    ELSIF held.tries >= 5 OR held.expires_at <= at OR held.code_hash <> code THEN
        UPDATE linli.notice_email AS e
        SET tries = least(5, e.tries + 1)
        WHERE e.estate_id = estate AND e.person_id = own;
        verdict := 'wrong';
        RETURN;
    END IF;
    UPDATE linli.notice_email AS e
    SET code_hash = NULL, confirmed_at = at
    WHERE e.estate_id = estate AND e.person_id = own;
    DELETE FROM linli.person_sealed AS s
    WHERE s.estate_id = estate AND s.person_id = own AND s.field = 'email_wanted'
    RETURNING s.value_sealed INTO sealed;
    PERFORM linli.append_event(event, 'email.confirmed', ARRAY['person:' || own], '{}', '{}');
    verdict := 'confirmed';
END
$$;

-- Keeps the address that this transaction has confirmed.
CREATE FUNCTION linli.email_keep(sealed bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM linli.notice_email AS e
        WHERE e.estate_id = linli.estate_id() AND e.person_id = linli.person_id()
            AND e.confirmed_at = linli.instant() AND e.code_hash IS NULL)
    THEN
        RAISE EXCEPTION 'an address is kept where it was confirmed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM linli.put_own_sealed('email', sealed);
END
$$;

-- Forgets the address, and what is asked for. Verdicts: ended; unknown.
CREATE FUNCTION linli.email_end(event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    UPDATE linli.notice_email AS e
    SET code_hash = NULL, confirmed_at = NULL
    WHERE e.estate_id = estate AND e.person_id = own AND linli.beneficiary_id() IS NULL
        AND (e.code_hash IS NOT NULL OR e.confirmed_at IS NOT NULL);
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    DELETE FROM linli.person_sealed AS s
    WHERE s.estate_id = estate AND s.person_id = own AND s.field IN ('email', 'email_wanted');
    PERFORM linli.append_event(event, 'email.ended', ARRAY['person:' || own], '{}', '{}');
    RETURN 'ended';
END
$$;

-- The principal's own address, sealed, and the one that it has asked for.
CREATE FUNCTION linli.own_email(OUT email bytea, OUT wanted bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT s.value_sealed INTO email
    FROM linli.person_sealed AS s
    WHERE s.estate_id = estate AND s.person_id = own AND s.field = 'email';
    SELECT s.value_sealed INTO wanted
    FROM linli.person_sealed AS s
    JOIN linli.notice_email AS e ON e.estate_id = estate AND e.person_id = own
        AND e.code_hash IS NOT NULL AND e.expires_at > linli.instant()
    WHERE s.estate_id = estate AND s.person_id = own AND s.field = 'email_wanted';
END
$$;

-- As before, and by e-mail whoever has confirmed an address.
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
END
$$;

-- As before, and the confirmed address of e-mail.
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
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.email_ask(uuid, bytea, bytea), linli.email_confirm(uuid, bytea), linli.email_keep(bytea),
    linli.email_end(uuid), linli.own_email()
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('notice_email', 'person_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('notice_email', 'person_id', 'yes', '电子邮件地址的确认', 'The confirmation of one''s e-mail address',
        'r.asked_at, r.confirmed_at', 'delete', NULL, 'person');
