-- Passkeys (WebAuthn Level 2) of accounts, and what a second proof leaves behind: devices that are
-- known. Signatures are checked by the server; the database keeps public keys, counters, and which
-- challenges are spent.

CREATE TABLE linli.passkey (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    -- As the authenticator made it; it finds the account.
    credential_id bytea NOT NULL,
    -- A COSE_Key (RFC 9052 §7), as it came.
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    -- The session that added it.
    added_in uuid NOT NULL,
    -- Since when it proves a session. One that was added in a session without a proof signs in, and
    -- proves nothing until such a session has been proved otherwise.
    trusted_at timestamptz,
    last_used_on date,
    CONSTRAINT passkey_pkey PRIMARY KEY (id),
    CONSTRAINT passkey_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT passkey_credential_once UNIQUE (credential_id),
    CONSTRAINT passkey_credential_bytes CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    CONSTRAINT passkey_key_bytes CHECK (octet_length(public_key) BETWEEN 1 AND 2048),
    CONSTRAINT passkey_counted CHECK (sign_count BETWEEN 0 AND 4294967295),
    CONSTRAINT passkey_label_length CHECK (char_length(label) <= 80)
);
CREATE INDEX passkey_of_account ON linli.passkey (account_id);

-- Challenges that were answered; one that is not here and has not lapsed is good.
CREATE TABLE linli.spent_challenge (
    hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT spent_challenge_pkey PRIMARY KEY (hash),
    CONSTRAINT spent_challenge_hash CHECK (octet_length(hash) = 32)
);
CREATE INDEX spent_challenge_by_end ON linli.spent_challenge (expires_at);

-- A device that signed in before, by the hash of a secret that it was given then.
CREATE TABLE linli.known_device (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    label text NOT NULL,
    -- Whether a session of it was proved: then it proves the next. One that never was tells only
    -- that the phone is where it has been.
    is_proof boolean NOT NULL DEFAULT false,
    -- Its latest session.
    session_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT known_device_pkey PRIMARY KEY (id),
    CONSTRAINT known_device_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT known_device_once UNIQUE (account_id, token_hash),
    CONSTRAINT known_device_token_bytes CHECK (octet_length(token_hash) = 32),
    CONSTRAINT known_device_label_length CHECK (char_length(label) <= 80),
    CONSTRAINT known_device_forward CHECK (created_at < expires_at)
);
CREATE INDEX known_device_of_session ON linli.known_device (session_id);
CREATE INDEX known_device_by_end ON linli.known_device (expires_at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['passkey', 'spent_challenge', 'known_device'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
CREATE POLICY passkey_own ON linli.passkey FOR SELECT TO linli
    USING (account_id = (SELECT linli.account_id()));
CREATE POLICY known_device_own ON linli.known_device FOR SELECT TO linli
    USING (account_id = (SELECT linli.account_id()));
GRANT SELECT ON linli.passkey TO linli;
GRANT SELECT (account_id, id, label, is_proof, session_id, created_at, expires_at)
    ON linli.known_device TO linli;

-- Proves a session. What was added or opened in it while it had no proof is good from now on. With
-- `office_ends` the account's offices count until then.
CREATE FUNCTION linli.prove_session(
    session uuid, how text, at timestamptz, office_ends timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    proved linli.session;
BEGIN
    UPDATE linli.session AS s
    SET proved_at = at,
        proved_by = how,
        office_until = CASE WHEN office_ends IS NULL THEN s.office_until
            ELSE least(s.expires_at, office_ends) END
    WHERE s.id = session AND s.revoked_at IS NULL
    RETURNING s.* INTO proved;
    UPDATE linli.passkey AS k
    SET trusted_at = at
    WHERE k.account_id = proved.account_id
        AND k.trusted_at IS NULL
        AND (k.added_in = session OR k.id = proved.passkey_id);
    UPDATE linli.known_device AS d
    SET is_proof = true
    WHERE d.account_id = proved.account_id AND d.session_id = session AND NOT d.is_proof;
END
$$;

-- Adds a passkey to the signed-in account: 'added', or why not: 'known' (the credential is
-- somebody's), 'full', 'unproved'. Without a proof only an account that holds no office and has no
-- passkey to be trusted may add one, and that one is not trusted yet.
CREATE FUNCTION linli.add_passkey(
    passkey uuid, credential bytea, key bytea, counted bigint, label text, keys_max bigint)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
    is_proved CONSTANT boolean := linli.session_proved();
BEGIN
    -- One at a time: the count below holds.
    PERFORM FROM linli.account AS a WHERE a.id = account FOR UPDATE;
    IF (SELECT count(*) FROM linli.passkey AS k WHERE k.account_id = account) >= keys_max THEN
        RETURN 'full';
    END IF;
    IF NOT is_proved AND (linli.holds_office(account, at) OR EXISTS (
        SELECT
        FROM linli.passkey AS k
        WHERE k.account_id = account AND k.trusted_at IS NOT NULL))
    THEN
        RETURN 'unproved';
    END IF;
    INSERT INTO linli.passkey (account_id, id, credential_id, public_key, sign_count, label,
        created_at, added_in, trusted_at)
    VALUES (account, passkey, credential, key, counted, label, at, linli.session_id(),
        CASE WHEN is_proved THEN at END)
    ON CONFLICT ON CONSTRAINT passkey_credential_once DO NOTHING;
    RETURN CASE WHEN FOUND THEN 'added' ELSE 'known' END;
END
$$;

-- Removes a passkey of the signed-in account: 'removed', or why not: 'unknown', 'unproved' (a
-- trusted one takes a proved session), 'last' (an office holder keeps one that is trusted).
CREATE FUNCTION linli.remove_passkey(passkey uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
    found linli.passkey;
BEGIN
    PERFORM FROM linli.account AS a WHERE a.id = account FOR UPDATE;
    SELECT * INTO found
    FROM linli.passkey AS k
    WHERE k.id = passkey AND k.account_id = account;
    IF found.id IS NULL THEN
        RETURN 'unknown';
    END IF;
    IF found.trusted_at IS NOT NULL THEN
        IF NOT linli.session_proved() THEN
            RETURN 'unproved';
        END IF;
        IF linli.holds_office(account, at) AND NOT EXISTS (
            SELECT
            FROM linli.passkey AS k
            WHERE k.account_id = account AND k.id <> passkey AND k.trusted_at IS NOT NULL)
        THEN
            RETURN 'last';
        END IF;
    END IF;
    DELETE FROM linli.passkey AS k WHERE k.id = passkey;
    RETURN 'removed';
END
$$;

-- Whose passkey a credential is, and what its signature is checked by; none of an account that may
-- not sign in.
CREATE FUNCTION linli.passkey_of(credential bytea)
    RETURNS TABLE (passkey_id uuid, account_id uuid, public_key bytea, sign_count bigint,
        is_trusted boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT k.id, k.account_id, k.public_key, k.sign_count, k.trusted_at IS NOT NULL
        FROM linli.passkey AS k
        JOIN linli.account AS a ON a.id = k.account_id AND a.state = 'active'
        WHERE k.credential_id = credential;
END
$$;

-- Spends a challenge, for good; false when it was spent already.
CREATE FUNCTION linli.spend_challenge(challenge bytea, lapses timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.spent_challenge (hash, expires_at)
    VALUES (challenge, lapses)
    ON CONFLICT ON CONSTRAINT spent_challenge_pkey DO NOTHING;
    RETURN FOUND;
END
$$;

-- Takes an assertion whose signature was found good, once: spends its challenge, and moves the
-- counter on. False when the challenge was spent, or the counter has not moved: then there are two
-- of this key (WebAuthn Level 2 §6.1.1).
CREATE FUNCTION linli.use_passkey(
    passkey uuid, counted bigint, challenge bytea, lapses timestamptz, at timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT linli.spend_challenge(challenge, lapses) THEN
        RETURN false;
    END IF;
    UPDATE linli.passkey AS k
    SET sign_count = counted, last_used_on = (at AT TIME ZONE 'UTC')::date
    WHERE k.id = passkey
        AND (k.sign_count < counted OR (k.sign_count = 0 AND counted = 0));
    RETURN FOUND;
END
$$;

-- Opens a session by a passkey whose assertion has just been used, and proves it if the passkey is
-- trusted. A ticket of the account's phone says that the phone is there, too.
CREATE FUNCTION linli.sign_in_by_passkey(
    passkey uuid, session uuid, token bytea, device text, ticket bytea, at timestamptz,
    session_ends timestamptz, office_ends timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    used linli.passkey;
    phone bytea;
BEGIN
    SELECT * INTO STRICT used FROM linli.passkey AS k WHERE k.id = passkey;
    IF used.trusted_at IS NOT NULL THEN
        UPDATE linli.sign_in_ticket AS t
        SET used_at = at
        WHERE t.ticket_hash = ticket
            AND t.used_at IS NULL
            AND t.expires_at > at
            AND EXISTS (
                SELECT
                FROM linli.accounts_of_phone(t.phone_hash) AS candidate
                WHERE candidate.account_id = used.account_id)
        RETURNING t.phone_hash INTO phone;
    END IF;
    PERFORM linli.open_session(used.account_id, phone, session, token, device, at, session_ends);
    UPDATE linli.session AS s SET passkey_id = passkey WHERE s.id = session;
    IF used.trusted_at IS NOT NULL THEN
        PERFORM linli.prove_session(session, 'passkey', at, office_ends);
    END IF;
    RETURN used.trusted_at IS NOT NULL;
END
$$;

-- Proves the session that asks by its account's own passkey, whose assertion has just been used;
-- false when that passkey proves nothing yet.
CREATE FUNCTION linli.prove_by_passkey(passkey uuid, office_ends timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM linli.passkey AS k
        WHERE k.id = passkey
            AND k.account_id = linli.account_id()
            AND k.trusted_at IS NOT NULL)
    THEN
        RETURN false;
    END IF;
    PERFORM linli.prove_session(linli.session_id(), 'passkey', linli.instant(), office_ends);
    RETURN true;
END
$$;

-- Ends all sessions of the account but the one that asks, and forgets its devices.
CREATE FUNCTION linli.end_other_sessions() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
    ended bigint;
BEGIN
    DELETE FROM linli.known_device AS d WHERE d.account_id = account;
    UPDATE linli.session AS s
    SET revoked_at = at
    WHERE s.account_id = account
        AND s.id IS DISTINCT FROM linli.session_id()
        AND s.revoked_at IS NULL
        AND s.expires_at > at;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.add_passkey(uuid, bytea, bytea, bigint, text, bigint), linli.remove_passkey(uuid),
    linli.passkey_of(bytea), linli.spend_challenge(bytea, timestamptz),
    linli.use_passkey(uuid, bigint, bytea, timestamptz, timestamptz),
    linli.sign_in_by_passkey(
        uuid, uuid, bytea, text, bytea, timestamptz, timestamptz, timestamptz),
    linli.prove_by_passkey(uuid, timestamptz), linli.end_other_sessions()
    TO linli;
