-- Sessions, and signing in by a code sent to a phone. What has to be found before anybody is known
-- goes through SECURITY DEFINER functions: hashes go in, ids come out.

CREATE TABLE linli.session (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    -- SHA-256 of the opaque token: 32 random bytes need no key.
    token_hash bytea NOT NULL,
    device_label text NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_on date NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT session_token_once UNIQUE (token_hash),
    CONSTRAINT session_token_bytes CHECK (octet_length(token_hash) = 32),
    CONSTRAINT session_device_label_length CHECK (char_length(device_label) <= 80),
    CONSTRAINT session_forward CHECK (created_at < expires_at)
);
CREATE INDEX session_of_account ON linli.session (account_id);

-- A code that was asked for. An unknown phone has a row like any other, and no code opens it.
CREATE TABLE linli.sign_in_code (
    id uuid NOT NULL,
    phone_hash bytea NOT NULL,
    address_hash bytea NOT NULL,
    code_hash bytea NOT NULL,
    is_known boolean NOT NULL,
    tries smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz,
    CONSTRAINT sign_in_code_pkey PRIMARY KEY (id),
    CONSTRAINT sign_in_code_tries CHECK (tries BETWEEN 0 AND 5)
);
CREATE INDEX sign_in_code_of_phone ON linli.sign_in_code (phone_hash, created_at);
CREATE INDEX sign_in_code_of_address ON linli.sign_in_code (address_hash, created_at);
CREATE INDEX sign_in_code_in_all ON linli.sign_in_code (created_at);

-- A redeemed code of a phone that several accounts share: its holder says who is there.
CREATE TABLE linli.sign_in_ticket (
    ticket_hash bytea NOT NULL,
    phone_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT sign_in_ticket_pkey PRIMARY KEY (ticket_hash)
);
CREATE INDEX sign_in_ticket_by_end ON linli.sign_in_ticket (expires_at);

-- Refusals, counted: as much work as a code, in a table that a flood does not grow. The slot, from
-- the hash, keeps two refusals from waiting for one row.
CREATE TABLE linli.sign_in_refusal (
    hour timestamptz NOT NULL,
    slot smallint NOT NULL,
    refusals bigint NOT NULL,
    CONSTRAINT sign_in_refusal_pkey PRIMARY KEY (hour, slot)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['session', 'sign_in_code', 'sign_in_ticket', 'sign_in_refusal']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
-- Sessions are listed, opened and revoked by their own account, and by nobody else.
CREATE POLICY session_own ON linli.session TO linli
    USING (account_id = (SELECT linli.account_id()))
    WITH CHECK (account_id = (SELECT linli.account_id()));
GRANT SELECT (account_id, id, device_label, created_at, last_seen_on, expires_at, revoked_at),
    INSERT, UPDATE (last_seen_on, revoked_at) ON linli.session TO linli;

-- An account that is suspended or erased loses its sessions in the same transaction, so that
-- enter_session, which runs in every request, need not look at the account.
CREATE FUNCTION linli.account_stops() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.session AS s
    SET revoked_at = coalesce(linli.instant(), s.created_at)
    WHERE s.account_id = NEW.id AND s.revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_stops AFTER UPDATE OF state ON linli.account
    FOR EACH ROW WHEN (NEW.state <> 'active') EXECUTE FUNCTION linli.account_stops();

-- The session that the principal entered by; NULL when it came another way.
CREATE FUNCTION linli.session_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN current_setting('linli.principal', true) IN ('person', 'account')
        THEN nullif(current_setting('linli.session', true), '')::uuid END;

-- The first statement of a request: finds the session of this token hash and makes its account's
-- person in the estate the principal of the transaction; without such a person (or estate), the
-- account alone. An unknown, lapsed or revoked token leaves no principal, and answers no row.
CREATE FUNCTION linli.enter_session(token bytea, estate uuid, at timestamptz)
    RETURNS TABLE (
        session_id uuid, account_id uuid, person_id uuid, expires_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    origin text;
BEGIN
    SELECT s.id, s.account_id, s.expires_at, p.id, p.origin
    INTO session_id, account_id, expires_at, person_id, origin
    FROM linli.session AS s
    LEFT JOIN linli.person AS p
        ON p.estate_id = estate
            AND p.account_id = s.account_id
            AND p.state IN ('active', 'away', 'in_hospital')
    WHERE s.token_hash = token AND s.revoked_at IS NULL AND s.expires_at > at;
    IF origin = 'office' AND NOT linli.holds_above(account_id, estate, at) THEN
        person_id := NULL;
    END IF;
    PERFORM set_config('linli.instant',
        (extract(epoch FROM at) * 1000000)::bigint::text, true),
        set_config('linli.principal', CASE
            WHEN person_id IS NOT NULL THEN 'person'
            WHEN account_id IS NOT NULL THEN 'account'
            ELSE '' END, true),
        set_config('linli.estate', CASE WHEN person_id IS NOT NULL
            THEN estate::text ELSE '' END, true),
        set_config('linli.person', coalesce(person_id::text, ''), true),
        set_config('linli.account', coalesce(account_id::text, ''), true),
        set_config('linli.session', coalesce(session_id::text, ''), true),
        set_config('linli.device', '', true),
        set_config('linli.job', '', true);
    IF session_id IS NOT NULL THEN
        RETURN NEXT;
    END IF;
END
$$;

-- The accounts that a phone leads to, and how each may be called when it is asked who is there.
CREATE FUNCTION linli.accounts_of_phone(phone bytea)
    RETURNS TABLE (account_id uuid, display_name text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT a.id, coalesce(
            (SELECT p.display_name
            FROM linli.person AS p
            WHERE p.account_id = a.id AND p.state IN ('active', 'away', 'in_hospital')
            ORDER BY p.origin DESC, p.created_at, p.id
            LIMIT 1),
            (SELECT term.display_name
            FROM linli.account_role_term AS term
            WHERE term.account_id = a.id
            ORDER BY term.begins DESC, term.id
            LIMIT 1),
            '')
        FROM linli.account_identifier AS i
        JOIN linli.account AS a ON a.id = i.account_id AND a.state = 'active'
        WHERE i.kind = 'phone' AND i.value_hash = phone AND i.retired_at IS NULL
        ORDER BY a.id;
END
$$;

-- Counts one refusal, in the row of its hour and slot.
CREATE FUNCTION linli.count_refusal(hash bytea, at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.sign_in_refusal (hour, slot, refusals)
    VALUES (date_trunc('hour', at, 'UTC'), get_byte(hash, 0) & 63, 1)
    ON CONFLICT ON CONSTRAINT sign_in_refusal_pkey
    DO UPDATE SET refusals = sign_in_refusal.refusals + 1;
END
$$;

-- Notes that a code was asked for, and says whether it is to be sent: the phone is known and no
-- limit is reached. Each call counts the same rows and writes one, whatever the answer.
--
-- A limit counts the codes of the last minute, hour or day, by phone, by address and in all. Two
-- calls of one phone or one address wait for each other; the limit in all may be passed by the few
-- that run at once.
CREATE FUNCTION linli.request_code(
    nonce uuid, phone bytea, address bytea, code bytea, at timestamptz,
    lifetime_seconds bigint,
    phone_per_minute bigint, phone_per_hour bigint, phone_per_day bigint,
    address_per_minute bigint, address_per_hour bigint,
    all_per_minute bigint, all_per_hour bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    known CONSTANT boolean := EXISTS (SELECT FROM linli.accounts_of_phone(phone));
    allowed boolean;
BEGIN
    -- Phones before addresses, always: so no two calls wait for each other in a ring.
    PERFORM pg_advisory_xact_lock(hashtextextended('phone ' || encode(phone, 'hex'), 3));
    PERFORM pg_advisory_xact_lock(hashtextextended('address ' || encode(address, 'hex'), 3));
    SELECT by_phone.minute < phone_per_minute
        AND by_phone.hour < phone_per_hour
        AND by_phone.day < phone_per_day
        AND by_address.minute < address_per_minute
        AND by_address.hour < address_per_hour
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
        WHERE c.address_hash = address AND c.created_at > at - interval '1 hour'
    ) AS by_address,
    (
        SELECT count(*) FILTER (WHERE c.created_at > at - interval '1 minute') AS minute,
            count(*) AS hour
        FROM linli.sign_in_code AS c
        WHERE c.created_at > at - interval '1 hour'
    ) AS in_all;
    IF allowed THEN
        INSERT INTO linli.sign_in_code (id, phone_hash, address_hash, code_hash, is_known,
            created_at, expires_at)
        VALUES (nonce, phone, address, code, known, at,
            at + lifetime_seconds * interval '1 second');
    ELSE
        PERFORM linli.count_refusal(phone, at);
    END IF;
    RETURN allowed AND known;
END
$$;

-- Redeems a code, once, within its time and its five tries. No row: it was not this code. One row:
-- the account, whose session is open. Several: who shares the phone; the ticket lets one be chosen.
CREATE FUNCTION linli.redeem_code(
    nonce uuid, code bytea, session uuid, token bytea, device text, ticket bytea,
    at timestamptz, session_ends timestamptz, ticket_ends timestamptz)
    RETURNS TABLE (account_id uuid, display_name text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    phone bytea;
    matches boolean;
    candidates integer := 0;
BEGIN
    UPDATE linli.sign_in_code AS c
    SET tries = c.tries + 1,
        redeemed_at = CASE WHEN c.code_hash = code AND c.is_known THEN at END
    WHERE c.id = nonce AND c.tries < 5 AND c.redeemed_at IS NULL AND c.expires_at > at
    RETURNING c.phone_hash, c.redeemed_at IS NOT NULL INTO phone, matches;
    IF NOT FOUND THEN
        PERFORM linli.count_refusal(code, at);
        RETURN;
    END IF;
    IF NOT matches THEN
        RETURN;
    END IF;
    FOR account_id, display_name IN SELECT * FROM linli.accounts_of_phone(phone)
    LOOP
        candidates := candidates + 1;
        RETURN NEXT;
    END LOOP;
    IF candidates = 1 THEN
        PERFORM linli.open_session(account_id, phone, session, token, device, at,
            session_ends);
    ELSIF candidates > 1 THEN
        INSERT INTO linli.sign_in_ticket (ticket_hash, phone_hash, expires_at)
        VALUES (ticket, phone, ticket_ends);
    END IF;
END
$$;

-- Opens a session of an account whose phone has just been proved. For the functions here alone.
CREATE FUNCTION linli.open_session(
    account uuid, phone bytea, session uuid, token bytea, device text, at timestamptz,
    ends timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.account_identifier AS i
    SET verified_at = at
    WHERE i.account_id = account AND i.kind = 'phone' AND i.value_hash = phone;
    INSERT INTO linli.session (account_id, id, token_hash, device_label, created_at, last_seen_on,
        expires_at)
    VALUES (account, session, token, device, at, (at AT TIME ZONE 'UTC')::date, ends);
END
$$;

-- Opens the session of the one who was chosen, once; false when the ticket is unknown, used or
-- lapsed, or the account is none of its phone's.
CREATE FUNCTION linli.redeem_ticket(
    ticket bytea, account uuid, session uuid, token bytea, device text,
    at timestamptz, session_ends timestamptz) RETURNS boolean
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
    IF NOT FOUND THEN
        PERFORM linli.count_refusal(ticket, at);
        RETURN false;
    END IF;
    PERFORM linli.open_session(account, phone, session, token, device, at,
        session_ends);
    RETURN true;
END
$$;

-- Forgets at most `batch` rows each of codes and tickets that no limit counts any more, of refusals
-- older than 30 days and of sessions that ended 90 days ago; answers how many went.
CREATE FUNCTION linli.forget_sign_ins(at timestamptz, batch bigint) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    gone integer;
    total integer := 0;
BEGIN
    DELETE FROM linli.sign_in_code AS c
    WHERE c.id IN (
        SELECT old.id
        FROM linli.sign_in_code AS old
        WHERE old.created_at <= at - interval '24 hours'
        LIMIT batch
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM linli.sign_in_ticket AS t
    WHERE t.ticket_hash IN (
        SELECT old.ticket_hash
        FROM linli.sign_in_ticket AS old
        WHERE old.expires_at <= at
        LIMIT batch
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM linli.sign_in_refusal AS r WHERE r.hour <= at - interval '30 days';
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM linli.session AS s
    WHERE s.id IN (
        SELECT old.id
        FROM linli.session AS old
        WHERE old.expires_at <= at - interval '90 days'
        LIMIT batch
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN total + gone;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.session_id(),
    linli.enter_session(bytea, uuid, timestamptz),
    linli.accounts_of_phone(bytea),
    linli.request_code(uuid, bytea, bytea, bytea, timestamptz, bigint, bigint, bigint, bigint,
        bigint, bigint, bigint, bigint),
    linli.redeem_code(uuid, bytea, uuid, bytea, text, bytea, timestamptz, timestamptz,
        timestamptz),
    linli.redeem_ticket(bytea, uuid, uuid, bytea, text, timestamptz, timestamptz),
    linli.forget_sign_ins(timestamptz, bigint)
    TO linli;
