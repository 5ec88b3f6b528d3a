-- Phones that may have changed hands, phones that are changed, and desks that vouch for sign-ins.
-- The functions of V0003 stay for the version that still runs; these take their place.

ALTER TABLE linli.account_identifier
    -- Since when somebody says that this phone is not the account's any more.
    ADD COLUMN reported_at timestamptz,
    ADD COLUMN reported_in uuid,
    ADD COLUMN reported_by uuid,
    ADD COLUMN reported_because text,
    ADD CONSTRAINT account_identifier_reason_length
        CHECK (char_length(reported_because) BETWEEN 1 AND 400);
REVOKE SELECT ON linli.account_identifier FROM linli;
GRANT SELECT (account_id, id, kind, value_hash, value_sealed, created_at, verified_at, retired_at,
    reported_at) ON linli.account_identifier TO linli;

ALTER TABLE linli.sign_in_code
    -- Of an account that changes its phone to this one; no sign-in takes it.
    ADD COLUMN account_id uuid,
    -- The desk that vouched: such a code is not counted by address.
    ADD COLUMN desk_id uuid;
CREATE INDEX sign_in_code_of_desk ON linli.sign_in_code (desk_id, created_at)
    WHERE desk_id IS NOT NULL;

-- A desk (办公台): a browser that vouches for the sign-ins of those who stand before it, for a shift.
CREATE TABLE linli.desk (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- SHA-256 of the token: 32 random bytes need no key.
    token_hash bytea NOT NULL,
    label text NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT desk_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT desk_token_once UNIQUE (estate_id, token_hash),
    CONSTRAINT desk_opened_by FOREIGN KEY (estate_id, opened_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT desk_token_bytes CHECK (octet_length(token_hash) = 32),
    CONSTRAINT desk_label_length CHECK (char_length(label) BETWEEN 1 AND 80),
    CONSTRAINT desk_forward CHECK (opened_at < ends)
);
CREATE INDEX desk_by_token ON linli.desk (token_hash);
ALTER TABLE linli.desk ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.desk FORCE ROW LEVEL SECURITY;
CREATE POLICY desk_owner ON linli.desk TO linli_owner USING (true) WITH CHECK (true);
CREATE POLICY desk_here ON linli.desk FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND (SELECT linli.at_desk()));
CREATE POLICY desk_open ON linli.desk FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.at_desk())
        AND opened_by = (SELECT linli.person_id())
        AND opened_at = (SELECT linli.instant())
        AND ends <= (SELECT linli.instant()) + interval '12 hours');
CREATE POLICY desk_close ON linli.desk FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND (SELECT linli.at_desk()))
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.at_desk())
        AND closed_at = (SELECT linli.instant()));
GRANT SELECT (estate_id, id, label, opened_by, opened_at, ends, closed_at), INSERT,
    UPDATE (closed_at) ON linli.desk TO linli;

-- The live desk of a token; NULL when there is none, or whoever opened it holds no office there.
CREATE FUNCTION linli.live_desk(token bytea, at timestamptz) RETURNS linli.desk
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    found linli.desk;
    roles CONSTANT text[] := ARRAY[
        'residents_committee', 'social_worker', 'property_manager', 'subdistrict_officer'];
BEGIN
    SELECT d.* INTO found
    FROM linli.desk AS d
    JOIN linli.person AS p ON p.estate_id = d.estate_id AND p.id = d.opened_by
        AND p.state IN ('active', 'away', 'in_hospital')
    WHERE d.token_hash = token
        AND d.closed_at IS NULL
        AND d.ends > at
        AND (linli.holds_above(p.account_id, d.estate_id, at, roles) OR EXISTS (
            SELECT
            FROM linli.role_term AS term
            WHERE term.estate_id = d.estate_id
                AND term.person_id = p.id
                AND term.place_id IS NULL
                AND term.begins <= at
                AND term.ends > at
                AND term.role = ANY (roles)));
    RETURN found;
END
$$;

-- Phones ----------------------------------------------------------------------------------------

-- Whether a phone may not be this account's any more: reported, or long unused. A phone of the
-- roster that nobody has signed in by counts from the day of its import.
CREATE FUNCTION linli.phone_in_doubt(
    account uuid, phone bytea, at timestamptz, unused_seconds bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.account_identifier AS i
        WHERE i.account_id = account
            AND i.kind = 'phone'
            AND i.value_hash = phone
            AND (i.reported_at IS NOT NULL
                OR coalesce(i.verified_at, i.created_at)
                    <= at - unused_seconds * interval '1 second'));
END
$$;

-- The account's known device among up to four secrets, whose hashes stand one after another; the one
-- that proves before one that does not.
CREATE FUNCTION linli.device_among(account uuid, known bytea, at timestamptz)
    RETURNS linli.known_device
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    found linli.known_device;
BEGIN
    SELECT d.* INTO found
    FROM generate_series(0, least(octet_length(known) / 32, 4) - 1) AS place
    JOIN linli.known_device AS d ON d.account_id = account
        AND d.token_hash = substring(known FROM place * 32 + 1 FOR 32)
        AND d.expires_at > at
    ORDER BY d.is_proof DESC, d.id
    LIMIT 1;
    RETURN found;
END
$$;

-- Whether a phone in doubt still takes a second proof: a known device ends the doubt about one that
-- was not used; one that was reported takes a device that proves.
CREATE FUNCTION linli.phone_challenged(
    account uuid, phone bytea, known bytea, at timestamptz, unused_seconds bigint)
    RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    device linli.known_device;
BEGIN
    IF NOT linli.phone_in_doubt(account, phone, at, unused_seconds) THEN
        RETURN false;
    END IF;
    device := linli.device_among(account, known, at);
    RETURN device.id IS NULL OR (NOT device.is_proof AND EXISTS (
        SELECT
        FROM linli.account_identifier AS i
        WHERE i.account_id = account
            AND i.kind = 'phone'
            AND i.value_hash = phone
            AND i.reported_at IS NOT NULL));
END
$$;

-- As before, and of what is no hash, too: such as a code that has not the form of one.
CREATE OR REPLACE FUNCTION linli.count_refusal(hash bytea, at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.sign_in_refusal (hour, slot, refusals)
    VALUES (date_trunc('hour', at, 'UTC'), get_byte(sha256(coalesce(hash, '')), 0) & 63, 1)
    ON CONFLICT ON CONSTRAINT sign_in_refusal_pkey
    DO UPDATE SET refusals = sign_in_refusal.refusals + 1;
END
$$;

-- As before, and ends the doubt about a phone: whoever comes here has proved enough.
CREATE OR REPLACE FUNCTION linli.open_session(
    account uuid, phone bytea, session uuid, token bytea, device text, at timestamptz,
    ends timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.account_identifier AS i
    SET verified_at = at, reported_at = NULL, reported_in = NULL, reported_by = NULL,
        reported_because = NULL
    WHERE i.account_id = account AND i.kind = 'phone' AND i.value_hash = phone;
    INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at, last_seen_on,
        expires_at)
    VALUES (account, session, token, device, at, (at AT TIME ZONE 'UTC')::date, ends);
END
$$;

-- What follows an opened session: the desk that vouched is noted, a known device proves, and another
-- is remembered under its fresh secret, unless it is the desk's. Whether that secret is good now.
CREATE FUNCTION linli.settle_device(
    account uuid, session uuid, device_label text, known bytea, fresh bytea, desk bytea,
    at timestamptz, lapses timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    vouching CONSTANT linli.desk := linli.live_desk(desk, at);
    device linli.known_device;
    is_proved boolean;
BEGIN
    IF vouching.id IS NOT NULL THEN
        UPDATE linli.session AS s
        SET desk_estate_id = vouching.estate_id, desk_id = vouching.id
        WHERE s.id = session;
        RETURN false;
    END IF;
    SELECT s.proved_at IS NOT NULL INTO is_proved FROM linli.session AS s WHERE s.id = session;
    device := linli.device_among(account, known, at);
    IF device.id IS NULL THEN
        INSERT INTO linli.known_device (account_id, id, token_hash, label, is_proof, session_id,
            created_at, expires_at)
        VALUES (account, session, fresh, device_label, is_proved, session, at, lapses);
        RETURN true;
    END IF;
    UPDATE linli.known_device AS d SET session_id = session WHERE d.id = device.id;
    IF is_proved AND NOT device.is_proof THEN
        UPDATE linli.known_device AS d SET is_proof = true WHERE d.id = device.id;
    ELSIF device.is_proof AND NOT is_proved THEN
        PERFORM linli.prove_session(session, 'known_device', at, NULL);
    END IF;
    RETURN false;
END
$$;

-- What a sign-in tells of the session that it opened; VOLATILE, for it sees what the very statement
-- that asks has changed.
CREATE FUNCTION linli.opened_session(account uuid, session uuid, fresh_is_good boolean)
    RETURNS TABLE (account_id uuid, display_name text, outcome text, proved_by text,
        is_device_new boolean, has_passkey boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT s.account_id, '', 'in', s.proved_by, fresh_is_good,
            EXISTS (SELECT FROM linli.passkey AS k WHERE k.account_id = s.account_id)
        FROM linli.session AS s
        WHERE s.id = session AND s.account_id = account;
END
$$;

-- Codes -----------------------------------------------------------------------------------------

-- As linli.request_code, and knows two more: a desk, which is counted by itself and not by its
-- address, and an account that wants the phone for its own.
CREATE FUNCTION linli.ask_code(
    nonce uuid, phone bytea, address bytea, code bytea, for_account uuid, desk bytea,
    at timestamptz, lifetime_seconds bigint,
    phone_per_minute bigint, phone_per_hour bigint, phone_per_day bigint,
    address_per_minute bigint, address_per_hour bigint, desk_per_minute bigint,
    all_per_minute bigint, all_per_hour bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    known CONSTANT boolean := for_account IS NULL
        AND EXISTS (SELECT FROM linli.accounts_of_phone(phone));
    vouching CONSTANT linli.desk := linli.live_desk(desk, at);
    allowed boolean;
BEGIN
    -- Phones before addresses, always: so no two calls wait for each other in a ring.
    PERFORM pg_advisory_xact_lock(hashtextextended('phone ' || encode(phone, 'hex'), 3));
    PERFORM pg_advisory_xact_lock(hashtextextended('address ' || encode(address, 'hex'), 3));
    SELECT by_phone.minute < phone_per_minute
        AND by_phone.hour < phone_per_hour
        AND by_phone.day < phone_per_day
        AND CASE WHEN vouching.id IS NULL
            THEN by_address.minute < address_per_minute AND by_address.hour < address_per_hour
            ELSE by_desk.minute < desk_per_minute END
        AND in_all.minute < all_per_minute
        AND in_all.hour < all_per_hour
    INTO allowed
    FROM (
        SELECT count(*) FILTER (WHERE c.created_at > at - interval '1 minute') AS minute,
            count(*) FILTER (WHERE c.created_at > at - interval '1 hour') AS hour,
            count(*) AS day
        FROM linli.sign_in_code AS c
        WHERE c.phone_hash = phone AND c.created_at > at - interval '24 hours'
    ) AS by_phone,
    (
        SELECT count(*) FILTER (WHERE c.created_at > at - interval '1 minute') AS minute,
            count(*) AS hour
        FROM linli.sign_in_code AS c
        WHERE c.address_hash = address
            AND c.created_at > at - interval '1 hour'
            AND c.desk_id IS NULL
    ) AS by_address,
    (
        SELECT count(*) AS minute
        FROM linli.sign_in_code AS c
        WHERE c.desk_id = vouching.id AND c.created_at > at - interval '1 minute'
    ) AS by_desk,
    (
        SELECT count(*) FILTER (WHERE c.created_at > at - interval '1 minute') AS minute,
            count(*) AS hour
        FROM linli.sign_in_code AS c
        WHERE c.created_at > at - interval '1 hour'
    ) AS in_all;
    IF allowed THEN
        INSERT INTO linli.sign_in_code (id, phone_hash, address_hash, code_hash, is_known,
            created_at, expires_at, account_id, desk_id)
        VALUES (nonce, phone, address, code, known, at,
            at + lifetime_seconds * interval '1 second', for_account, vouching.id);
    ELSE
        PERFORM linli.count_refusal(phone, at);
    END IF;
    RETURN allowed AND (known OR for_account IS NOT NULL);
END
$$;

-- Redeems a code, once, within its time and its five tries, and within what one address may get
-- wrong in an hour. No row: it was not this code. Otherwise a row each, by `outcome`: 'in', the one
-- account, whose session is open; 'who', one who shares the phone; 'proof', that there is somebody
-- whose phone is in doubt, who is not named. The ticket goes on where no session was opened.
CREATE FUNCTION linli.redeem_sign_in(
    nonce uuid, code bytea, address bytea, session uuid, token bytea, device_label text,
    ticket bytea, known bytea, fresh bytea, desk bytea, at timestamptz, session_ends timestamptz,
    ticket_ends timestamptz, device_ends timestamptz, unused_seconds bigint, wrong_per_hour bigint)
    RETURNS TABLE (account_id uuid, display_name text, outcome text, proved_by text,
        is_device_new boolean, has_passkey boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    is_vouched CONSTANT boolean := (linli.live_desk(desk, at)).id IS NOT NULL;
    phone bytea;
    matches boolean;
    certain uuid[] := '{}';
    in_doubt integer := 0;
    candidate record;
BEGIN
    IF NOT is_vouched AND EXISTS (
        SELECT
        FROM linli.proof_budget AS b
        WHERE b.scope = 'code_wrong'
            AND b.hash = address
            AND b.hour = date_trunc('hour', at, 'UTC')
            AND b.tries >= wrong_per_hour)
    THEN
        PERFORM linli.count_refusal(code, at);
        RETURN;
    END IF;
    UPDATE linli.sign_in_code AS c
    SET tries = c.tries + 1,
        redeemed_at = CASE WHEN c.code_hash = code AND c.is_known THEN at END
    WHERE c.id = nonce AND c.tries < 5 AND c.redeemed_at IS NULL AND c.expires_at > at
        AND c.account_id IS NULL
    RETURNING c.phone_hash, c.redeemed_at IS NOT NULL INTO phone, matches;
    IF NOT FOUND OR NOT matches THEN
        IF NOT is_vouched THEN
            PERFORM linli.take_try('code_wrong', address, at, wrong_per_hour);
        END IF;
        IF NOT coalesce(matches, false) AND phone IS NULL THEN
            PERFORM linli.count_refusal(code, at);
        END IF;
        RETURN;
    END IF;
    FOR candidate IN SELECT * FROM linli.accounts_of_phone(phone) LOOP
        IF linli.phone_challenged(candidate.account_id, phone, known, at, unused_seconds) THEN
            in_doubt := in_doubt + 1;
        ELSE
            certain := certain || candidate.account_id;
        END IF;
    END LOOP;
    IF cardinality(certain) = 1 AND in_doubt = 0 THEN
        PERFORM linli.open_session(certain[1], phone, session, token, device_label, at,
            session_ends);
        RETURN QUERY SELECT * FROM linli.opened_session(certain[1], session,
            linli.settle_device(certain[1], session, device_label, known, fresh, desk, at,
                device_ends));
        RETURN;
    END IF;
    INSERT INTO linli.sign_in_ticket (ticket_hash, phone_hash, expires_at)
    VALUES (ticket, phone, ticket_ends);
    RETURN QUERY
        SELECT c.account_id, c.display_name, 'who', NULL::text, false, false
        FROM linli.accounts_of_phone(phone) AS c
        WHERE c.account_id = ANY (certain);
    IF in_doubt > 0 THEN
        RETURN QUERY SELECT NULL::uuid, '', 'proof', NULL::text, false, false;
    END IF;
END
$$;

-- Takes a ticket for one account of its phone, once; its phone, NULL when it is not good for it.
CREATE FUNCTION linli.take_ticket(ticket bytea, account uuid, at timestamptz) RETURNS bytea
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    phone bytea;
BEGIN
    UPDATE linli.sign_in_ticket AS t
    SET used_at = at
    WHERE t.ticket_hash = ticket
        AND t.used_at IS NULL
        AND t.expires_at > at
        AND EXISTS (
            SELECT
            FROM linli.accounts_of_phone(t.phone_hash) AS candidate
            WHERE candidate.account_id = account)
    RETURNING t.phone_hash INTO phone;
    RETURN phone;
END
$$;

-- Opens the session of the one who was chosen, once; no row when the ticket is unknown, used or
-- lapsed, the account is none of its phone's, or the phone is in doubt for it.
CREATE FUNCTION linli.choose_sign_in(
    ticket bytea, account uuid, session uuid, token bytea, device_label text, known bytea,
    fresh bytea, desk bytea, at timestamptz, session_ends timestamptz, device_ends timestamptz,
    unused_seconds bigint)
    RETURNS TABLE (account_id uuid, display_name text, outcome text, proved_by text,
        is_device_new boolean, has_passkey boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    phone bytea;
BEGIN
    SELECT t.phone_hash INTO phone
    FROM linli.sign_in_ticket AS t
    WHERE t.ticket_hash = ticket;
    IF phone IS NULL OR linli.phone_challenged(account, phone, known, at, unused_seconds) THEN
        phone := NULL;
    ELSE
        phone := linli.take_ticket(ticket, account, at);
    END IF;
    IF phone IS NULL THEN
        PERFORM linli.count_refusal(ticket, at);
        RETURN;
    END IF;
    PERFORM linli.open_session(account, phone, session, token, device_label, at, session_ends);
    RETURN QUERY SELECT * FROM linli.opened_session(account, session,
        linli.settle_device(account, session, device_label, known, fresh, desk, at,
            device_ends));
END
$$;

-- Goes on with a ticket whose phone is in doubt: by a code on paper, or by a request that somebody
-- has vouched for. Opens a proved session, once; no row when nothing of it is good.
CREATE FUNCTION linli.prove_sign_in(
    ticket bytea, hash bytea, request uuid, address bytea, session uuid, token bytea,
    device_label text, fresh bytea, desk bytea, at timestamptz, session_ends timestamptz,
    device_ends timestamptz, office_ends timestamptz, per_one bigint, per_address bigint,
    in_all bigint)
    RETURNS TABLE (account_id uuid, display_name text, outcome text, proved_by text,
        is_device_new boolean, has_passkey boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    phone bytea;
    account uuid;
    how text;
BEGIN
    SELECT t.phone_hash INTO phone
    FROM linli.sign_in_ticket AS t
    WHERE t.ticket_hash = ticket AND t.used_at IS NULL AND t.expires_at > at;
    IF phone IS NOT NULL AND hash IS NOT NULL
        AND linli.may_try_code(ticket, address, at, per_one, per_address, in_all)
    THEN
        FOR account IN SELECT c.account_id FROM linli.accounts_of_phone(phone) AS c LOOP
            how := linli.use_device_code(account, hash, at) || '_code';
            EXIT WHEN how IS NOT NULL;
        END LOOP;
    ELSIF phone IS NOT NULL AND request IS NOT NULL THEN
        UPDATE linli.proof_request AS r
        SET used_at = at
        WHERE (r.account_id, r.id) = (
                SELECT v.account_id, v.id
                FROM linli.proof_request AS v
                WHERE v.ticket_hash = ticket
                    AND v.id = request
                    AND v.vouched_at IS NOT NULL
                    AND v.used_at IS NULL
                    AND v.expires_at > at
                ORDER BY v.vouched_at
                LIMIT 1
                FOR UPDATE)
        RETURNING r.account_id, r.how INTO account, how;
    END IF;
    IF how IS NULL OR linli.take_ticket(ticket, account, at) IS NULL THEN
        PERFORM linli.count_refusal(ticket, at);
        RETURN;
    END IF;
    PERFORM linli.open_session(account, phone, session, token, device_label, at, session_ends),
        linli.prove_session(session, how, at,
            CASE WHEN how IN ('desk', 'operator_code') THEN office_ends END);
    RETURN QUERY SELECT * FROM linli.opened_session(account, session,
        linli.settle_device(account, session, device_label, ''::bytea, fresh, desk, at,
            device_ends));
END
$$;

-- Changing and reporting ------------------------------------------------------------------------

-- Makes a phone the account's only one, by the code that was sent there: within its time, its five
-- tries, and a proved session.
CREATE FUNCTION linli.change_phone(
    nonce uuid, code bytea, phone bytea, identifier uuid, sealed bytea) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
    matches boolean;
BEGIN
    IF NOT linli.session_proved() THEN
        RETURN false;
    END IF;
    UPDATE linli.sign_in_code AS c
    SET tries = c.tries + 1,
        redeemed_at = CASE WHEN c.code_hash = code AND c.phone_hash = phone THEN at END
    WHERE c.id = nonce AND c.tries < 5 AND c.redeemed_at IS NULL AND c.expires_at > at
        AND c.account_id = account
    RETURNING c.redeemed_at IS NOT NULL INTO matches;
    IF NOT FOUND OR NOT matches THEN
        RETURN false;
    END IF;
    UPDATE linli.account_identifier AS i
    SET retired_at = at
    WHERE i.account_id = account
        AND i.kind = 'phone'
        AND i.value_hash <> phone
        AND i.retired_at IS NULL;
    INSERT INTO linli.account_identifier AS i (account_id, id, kind, value_hash, value_sealed,
        created_at, verified_at)
    VALUES (account, identifier, 'phone', phone, sealed, at, at)
    ON CONFLICT ON CONSTRAINT account_identifier_once
    DO UPDATE SET verified_at = at, retired_at = NULL, reported_at = NULL, reported_in = NULL,
        reported_by = NULL, reported_because = NULL;
    RETURN true;
END
$$;

-- Puts an account's phones in doubt. Devices that prove nothing are forgotten, and sessions without
-- a proof end: a stranger may hold them. The one that asks goes on.
CREATE FUNCTION linli.report_phones(account uuid, because text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    reported bigint;
BEGIN
    UPDATE linli.account_identifier AS i
    SET reported_at = at, reported_in = linli.estate_id(), reported_by = linli.person_id(),
        reported_because = because
    WHERE i.account_id = account AND i.kind = 'phone' AND i.retired_at IS NULL;
    GET DIAGNOSTICS reported = ROW_COUNT;
    DELETE FROM linli.known_device AS d WHERE d.account_id = account AND NOT d.is_proof;
    UPDATE linli.session AS s
    SET revoked_at = at
    WHERE s.account_id = account
        AND s.proved_at IS NULL
        AND s.id IS DISTINCT FROM linli.session_id()
        AND s.revoked_at IS NULL
        AND s.expires_at > at;
    RETURN reported;
END
$$;

-- The account's own report; how many phones it has.
CREATE FUNCTION linli.report_own_phones() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE WHEN linli.account_id() IS NULL THEN 0
        ELSE linli.report_phones(linli.account_id(), NULL) END;
END
$$;

-- The desk's report of a person of the estate; its account, NULL where it has no phone.
CREATE FUNCTION linli.report_phones_of(person uuid, because text) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account uuid;
BEGIN
    IF because IS NULL OR NOT linli.at_desk() THEN
        RETURN NULL;
    END IF;
    SELECT p.account_id INTO account
    FROM linli.person AS p
    WHERE p.estate_id = linli.estate_id() AND p.id = person;
    RETURN CASE WHEN linli.report_phones(account, because) > 0 THEN account END;
END
$$;

-- Forgetting ------------------------------------------------------------------------------------

-- As before; and what of second proofs no limit counts, nobody waits for, or has lapsed.
CREATE OR REPLACE FUNCTION linli.forget_sign_ins(at timestamptz, batch bigint) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    gone integer;
    total integer := 0;
    forgotten text;
BEGIN
    FOREACH forgotten IN ARRAY ARRAY[
        'sign_in_code WHERE created_at <= $1 - interval ''24 hours''',
        'sign_in_ticket WHERE expires_at <= $1',
        'proof_budget WHERE hour <= $1 - interval ''24 hours''',
        'spent_challenge WHERE expires_at <= $1',
        'known_device WHERE expires_at <= $1',
        'proof_request WHERE expires_at <= $1 - interval ''90 days''',
        'device_code WHERE ends <= $1 - interval ''90 days''',
        'session WHERE expires_at <= $1 - interval ''90 days''']
    LOOP
        EXECUTE format('DELETE FROM linli.%s WHERE ctid = ANY (ARRAY(SELECT ctid FROM linli.%s'
            ' LIMIT $2 FOR UPDATE SKIP LOCKED))', split_part(forgotten, ' ', 1), forgotten)
        USING at, batch;
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
    END LOOP;
    DELETE FROM linli.sign_in_refusal AS r WHERE r.hour <= at - interval '30 days';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN total + gone;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.live_desk(bytea, timestamptz),
    linli.settle_device(
        uuid, uuid, text, bytea, bytea, bytea, timestamptz, timestamptz),
    linli.opened_session(uuid, uuid, boolean),
    linli.ask_code(uuid, bytea, bytea, bytea, uuid, bytea, timestamptz, bigint, bigint, bigint,
        bigint, bigint, bigint, bigint, bigint, bigint),
    linli.redeem_sign_in(uuid, bytea, bytea, uuid, bytea, text, bytea, bytea, bytea, bytea,
        timestamptz, timestamptz, timestamptz, timestamptz, bigint, bigint),
    linli.choose_sign_in(bytea, uuid, uuid, bytea, text, bytea, bytea, bytea, timestamptz,
        timestamptz, timestamptz, bigint),
    linli.prove_sign_in(bytea, bytea, uuid, bytea, uuid, bytea, text, bytea, bytea, timestamptz,
        timestamptz, timestamptz, timestamptz, bigint, bigint, bigint),
    linli.change_phone(uuid, bytea, bytea, uuid, bytea),
    linli.report_own_phones(), linli.report_phones_of(uuid, text)
    TO linli;
