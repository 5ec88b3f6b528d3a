-- Second proofs that others give: a grown member of the household, the desk, a code on paper, and
-- the operator's first code.

-- Somebody asks to be vouched for: in a session without a proof, or, where the phone itself is in
-- doubt, before there is one, by the ticket that a right code brought. The number stands on both
-- screens.
CREATE TABLE linli.proof_request (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    session_id uuid,
    ticket_hash bytea,
    number smallint NOT NULL,
    tries smallint NOT NULL DEFAULT 0,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- Who vouched, and how: 'member' or 'desk', which says why.
    vouched_at timestamptz,
    vouched_in uuid,
    vouched_by uuid,
    how text,
    because text,
    used_at timestamptz,
    CONSTRAINT proof_request_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT proof_request_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT proof_request_of_one CHECK ((session_id IS NULL) <> (ticket_hash IS NULL)),
    CONSTRAINT proof_request_number CHECK (number BETWEEN 10 AND 99),
    CONSTRAINT proof_request_tries CHECK (tries BETWEEN 0 AND 3),
    CONSTRAINT proof_request_how CHECK (how IN ('member', 'desk')),
    CONSTRAINT proof_request_reason CHECK (how IS DISTINCT FROM 'desk'
        OR char_length(because) BETWEEN 1 AND 400),
    CONSTRAINT proof_request_vouched_whole CHECK ((vouched_at IS NULL) = (how IS NULL))
);
CREATE INDEX proof_request_by_end ON linli.proof_request (expires_at);
CREATE INDEX proof_request_of_ticket ON linli.proof_request (ticket_hash);

-- A code that proves a new device: on paper from an operator, or printed by `linli operator-code`
-- for an operator's first sign-in. Single use, dated, of one account.
CREATE TABLE linli.device_code (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    code_hash bytea NOT NULL,
    -- The estate and the person that issued it; NULL: the machine's operator.
    issued_in uuid,
    issued_by uuid,
    issued_at timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT device_code_pkey PRIMARY KEY (id),
    CONSTRAINT device_code_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT device_code_once UNIQUE (code_hash),
    CONSTRAINT device_code_kind_known CHECK (kind IN ('paper', 'operator')),
    CONSTRAINT device_code_hash_bytes CHECK (octet_length(code_hash) = 32),
    CONSTRAINT device_code_forward CHECK (issued_at < ends),
    CONSTRAINT device_code_issuer CHECK ((kind = 'paper') = (issued_by IS NOT NULL))
);
CREATE INDEX device_code_of_account ON linli.device_code (account_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['proof_request', 'device_code'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
-- What its own account waits for; the reason is the desk's.
CREATE POLICY proof_request_own ON linli.proof_request FOR SELECT TO linli
    USING (account_id = (SELECT linli.account_id()));
GRANT SELECT (account_id, id, session_id, number, asked_at, expires_at, vouched_at, how)
    ON linli.proof_request TO linli;

-- Whether the principal sits at a desk: an office that may vouch for people whom it sees.
CREATE FUNCTION linli.at_desk() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN linli.has_role(
        'residents_committee', 'social_worker', 'property_manager', 'subdistrict_officer');

-- Asks to be vouched for in the session that asks; the one before of the same session is over.
-- False when the account has asked too often this hour.
CREATE FUNCTION linli.ask_proof(
    request uuid, number smallint, lapses timestamptz, per_hour bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT linli.take_try('proof_asked', uuid_send(account), at, per_hour) THEN
        RETURN false;
    END IF;
    UPDATE linli.proof_request AS r
    SET expires_at = at
    WHERE r.account_id = account
        AND r.session_id = linli.session_id()
        AND r.vouched_at IS NULL
        AND r.expires_at > at;
    INSERT INTO linli.proof_request (account_id, id, session_id, number, asked_at, expires_at)
    VALUES (account, request, linli.session_id(), number, at, lapses);
    RETURN true;
END
$$;

-- Asks for those of a ticket's phone whose phone is in doubt, before anybody is signed in; who they
-- are is for the server to tell them, never the one who asks. The ticket lasts as long as this.
CREATE FUNCTION linli.ask_proof_by_ticket(
    ticket bytea, request uuid, number smallint, at timestamptz, lapses timestamptz,
    unused_seconds bigint, per_hour bigint) RETURNS TABLE (account_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    phone bytea;
BEGIN
    UPDATE linli.sign_in_ticket AS t
    SET expires_at = greatest(t.expires_at, lapses)
    WHERE t.ticket_hash = ticket AND t.used_at IS NULL AND t.expires_at > at
    RETURNING t.phone_hash INTO phone;
    IF NOT FOUND THEN
        PERFORM linli.count_refusal(ticket, at);
        RETURN;
    END IF;
    FOR account_id IN
        SELECT c.account_id
        FROM linli.accounts_of_phone(phone) AS c
        WHERE linli.phone_in_doubt(c.account_id, phone, at, unused_seconds)
        LIMIT 8
    LOOP
        CONTINUE WHEN NOT linli.take_try('proof_asked', uuid_send(account_id), at, per_hour);
        INSERT INTO linli.proof_request (account_id, id, ticket_hash, number, asked_at, expires_at)
        VALUES (account_id, request, ticket, number, at, lapses);
        RETURN NEXT;
    END LOOP;
END
$$;

-- What the principal may vouch for now: of its household, and at a desk of the estate. Nobody
-- vouches for itself.
CREATE FUNCTION linli.open_proof_requests()
    RETURNS TABLE (id uuid, person_id uuid, display_name text, asked_at timestamptz,
        expires_at timestamptz, is_of_household boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    is_desk CONSTANT boolean := linli.at_desk();
BEGIN
    IF linli.person_id() IS NULL OR NOT linli.session_proved() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, p.id, p.display_name, r.asked_at, r.expires_at,
            p.id IN (SELECT own FROM linli.own_household_members() AS own)
        FROM linli.proof_request AS r
        JOIN linli.person AS p ON p.estate_id = estate AND p.account_id = r.account_id
            AND p.state IN ('active', 'away', 'in_hospital')
        WHERE r.expires_at > at
            AND r.vouched_at IS NULL
            AND r.tries < 3
            AND r.account_id <> linli.account_id()
            AND (is_desk OR p.id IN (SELECT own FROM linli.own_household_members() AS own))
        ORDER BY r.asked_at DESC, r.id, p.id
        LIMIT 100;
END
$$;

-- Vouches, by the number on the other's screen. A reason is the desk's; without one it is a grown
-- member of the household. Verdicts: 'vouched', 'wrong' (the third time it is over), 'unknown'.
CREATE FUNCTION linli.vouch(
    request uuid, person uuid, number smallint, is_grown boolean, because text,
    office_ends timestamptz) RETURNS TABLE (verdict text, account_id uuid, how text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    asked linli.proof_request;
    at CONSTANT timestamptz := linli.instant();
BEGIN
    how := CASE WHEN because IS NOT NULL AND linli.at_desk() THEN 'desk'
        WHEN because IS NULL AND is_grown THEN 'member' END;
    verdict := 'unknown';
    SELECT r.* INTO asked
    FROM linli.open_proof_requests() AS open
    JOIN linli.person AS p ON p.estate_id = linli.estate_id() AND p.id = open.person_id
    JOIN linli.proof_request AS r ON r.account_id = p.account_id AND r.id = open.id
    WHERE open.id = request
        AND open.person_id = person
        AND (vouch.how = 'desk' OR (vouch.how = 'member' AND open.is_of_household))
    FOR UPDATE OF r;
    IF NOT FOUND OR asked.vouched_at IS NOT NULL OR asked.tries >= 3 THEN
        RETURN NEXT;
        RETURN;
    END IF;
    account_id := asked.account_id;
    IF asked.number <> vouch.number THEN
        UPDATE linli.proof_request AS r
        SET tries = r.tries + 1
        WHERE r.account_id = asked.account_id AND r.id = asked.id;
        verdict := 'wrong';
        RETURN NEXT;
        RETURN;
    END IF;
    UPDATE linli.proof_request AS r
    SET vouched_at = at, vouched_in = linli.estate_id(), vouched_by = linli.person_id(),
        how = vouch.how, because = vouch.because,
        used_at = CASE WHEN r.session_id IS NOT NULL THEN at END
    WHERE r.account_id = asked.account_id AND r.id = asked.id;
    IF asked.session_id IS NOT NULL THEN
        PERFORM linli.prove_session(asked.session_id, how, at,
            CASE WHEN how = 'desk' THEN office_ends END);
    END IF;
    verdict := 'vouched';
    RETURN NEXT;
END
$$;

-- Issues a code on paper to a person of the estate, by the desk; the one before is void. Verdicts:
-- 'issued', 'self', 'unknown' (no such person, or nobody who could sign in).
CREATE FUNCTION linli.issue_device_code(
    code uuid, person uuid, hash bytea, lapses timestamptz)
    RETURNS TABLE (verdict text, account_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    verdict := 'unknown';
    IF linli.at_desk() THEN
        SELECT p.account_id INTO account_id
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id()
            AND p.id = person
            AND p.state IN ('active', 'away', 'in_hospital');
    END IF;
    IF account_id = linli.account_id() THEN
        verdict := 'self';
    ELSIF account_id IS NOT NULL THEN
        UPDATE linli.device_code AS c
        SET revoked_at = at
        WHERE c.account_id = issue_device_code.account_id
            AND c.kind = 'paper'
            AND c.used_at IS NULL
            AND c.revoked_at IS NULL;
        INSERT INTO linli.device_code (account_id, id, kind, code_hash, issued_in, issued_by,
            issued_at, ends)
        VALUES (account_id, code, 'paper', hash, linli.estate_id(), linli.person_id(), at, lapses);
        verdict := 'issued';
    END IF;
    RETURN NEXT;
END
$$;

-- Revokes a code on paper that was issued in the estate; the person that it was for.
CREATE FUNCTION linli.revoke_device_code(code uuid) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account uuid;
BEGIN
    IF NOT linli.at_desk() THEN
        RETURN NULL;
    END IF;
    UPDATE linli.device_code AS c
    SET revoked_at = linli.instant()
    WHERE c.id = code
        AND c.issued_in = linli.estate_id()
        AND c.used_at IS NULL
        AND c.revoked_at IS NULL
        AND c.ends > linli.instant()
    RETURNING c.account_id INTO account;
    RETURN (
        SELECT p.id
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id() AND p.account_id = account);
END
$$;

-- Issues an operator's first code to the one account of a phone that holds an office now; how many
-- there are, and none is issued unless it is one. For the machine's operator alone: it is asked by
-- no route.
CREATE FUNCTION linli.issue_operator_code(
    phone bytea, code uuid, hash bytea, at timestamptz, lapses timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    accounts CONSTANT uuid[] := ARRAY(
        SELECT c.account_id
        FROM linli.accounts_of_phone(phone) AS c
        WHERE linli.holds_office(c.account_id, at));
BEGIN
    IF cardinality(accounts) = 1 THEN
        UPDATE linli.device_code AS c
        SET revoked_at = at
        WHERE c.account_id = accounts[1]
            AND c.kind = 'operator'
            AND c.used_at IS NULL
            AND c.revoked_at IS NULL;
        INSERT INTO linli.device_code (account_id, id, kind, code_hash, issued_at, ends)
        VALUES (accounts[1], code, 'operator', hash, at, lapses);
    END IF;
    RETURN cardinality(accounts);
END
$$;

-- Whether one more code may be tried: by this account or ticket, from this address, and in all.
CREATE FUNCTION linli.may_try_code(
    who bytea, address bytea, at timestamptz, per_one bigint, per_address bigint, in_all bigint)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.take_try('device_code', who, at, per_one)
        AND linli.take_try('device_code_address', address, at, per_address)
        AND linli.take_try('device_code_all', '\x00', at, in_all);
END
$$;

-- Uses a code of this account, once; its kind, NULL when it is none.
CREATE FUNCTION linli.use_device_code(account uuid, hash bytea, at timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    kind text;
BEGIN
    UPDATE linli.device_code AS c
    SET used_at = at
    WHERE c.code_hash = hash
        AND c.account_id = account
        AND c.used_at IS NULL
        AND c.revoked_at IS NULL
        AND c.ends > at
    RETURNING c.kind INTO kind;
    RETURN kind;
END
$$;

-- Proves the session that asks by a code: how, NULL when it is none of the account's. With an
-- operator's code the offices count.
CREATE FUNCTION linli.prove_by_code(
    hash bytea, address bytea, office_ends timestamptz, per_one bigint, per_address bigint,
    in_all bigint) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
    how text;
BEGIN
    IF linli.may_try_code(uuid_send(account), address, at, per_one, per_address, in_all) THEN
        how := linli.use_device_code(account, hash, at) || '_code';
    END IF;
    IF how IS NULL THEN
        PERFORM linli.count_refusal(hash, at);
        RETURN NULL;
    END IF;
    PERFORM linli.prove_session(linli.session_id(), how, at,
        CASE WHEN how = 'operator_code' THEN office_ends END);
    RETURN how;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.at_desk(), linli.ask_proof(uuid, smallint, timestamptz, bigint),
    linli.ask_proof_by_ticket(
        bytea, uuid, smallint, timestamptz, timestamptz, bigint, bigint),
    linli.open_proof_requests(),
    linli.vouch(uuid, uuid, smallint, boolean, text, timestamptz),
    linli.issue_device_code(uuid, uuid, bytea, timestamptz), linli.revoke_device_code(uuid),
    linli.issue_operator_code(bytea, uuid, bytea, timestamptz, timestamptz),
    linli.prove_by_code(bytea, bytea, timestamptz, bigint, bigint, bigint)
    TO linli;
