-- Joining by a code: a newcomer whose phone a short message proves, or a signed-in account.
--
-- A newcomer's request remembers the code that was shown and the message that was sent. What an
-- unknown code gets is one answer; who holds a whole code that lives no more is told why.

-- A request to join. An unknown code has a row like any other, and nothing opens it.
CREATE TABLE linli.join_request (
    id uuid NOT NULL,
    phone_hash bytea NOT NULL,
    address_hash bytea NOT NULL,
    -- Of the short message.
    code_hash bytea NOT NULL,
    -- The phone, sealed for the identifier that will have this row's id.
    value_sealed bytea NOT NULL,
    -- The code that was shown; NULL: none that there is.
    join_estate uuid,
    join_id uuid,
    tries smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz,
    CONSTRAINT join_request_pkey PRIMARY KEY (id),
    CONSTRAINT join_request_code FOREIGN KEY (join_estate, join_id)
        REFERENCES linli.join_code (estate_id, id),
    CONSTRAINT join_request_tries CHECK (tries BETWEEN 0 AND 5)
);
CREATE INDEX join_request_of_phone ON linli.join_request (phone_hash, created_at);
CREATE INDEX join_request_of_address ON linli.join_request (address_hash, created_at);
CREATE INDEX join_request_of_code ON linli.join_request (join_estate, join_id, created_at);
CREATE INDEX join_request_in_all ON linli.join_request (created_at);

-- A code that a signed-in account tried.
CREATE TABLE linli.join_attempt (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT join_attempt_pkey PRIMARY KEY (id),
    CONSTRAINT join_attempt_account FOREIGN KEY (account_id) REFERENCES linli.account (id)
);
CREATE INDEX join_attempt_of ON linli.join_attempt (account_id, at);
CREATE INDEX join_attempt_in_all ON linli.join_attempt (at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['join_request', 'join_attempt']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- How a code stands at an instant: open; early, used, revoked, expired; gone (its household ended,
-- or the one it is for has signed in or left). For the functions here alone.
CREATE FUNCTION linli.join_code_state(code linli.join_code, at timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN code.used_at IS NOT NULL THEN 'used'
        WHEN code.revoked_at IS NOT NULL THEN 'revoked'
        WHEN code.ends <= at THEN 'expired'
        WHEN code.begins > at THEN 'early'
        WHEN code.household_id IS NOT NULL AND NOT EXISTS (
            SELECT
            FROM linli.household AS h
            WHERE h.estate_id = code.estate_id AND h.id = code.household_id
                AND h.begins <= at AND h.ends > at) THEN 'gone'
        WHEN code.person_id IS NOT NULL AND NOT EXISTS (
            SELECT
            FROM linli.person AS p
            WHERE p.estate_id = code.estate_id AND p.id = code.person_id
                AND p.claimed_at IS NULL AND p.state IN ('active', 'away', 'in_hospital'))
            THEN 'gone'
        ELSE 'open' END;
END
$$;

-- The unclaimed person of the code's household whom its holder claims: the one it is for, or else
-- the only one of this name whose account no phone leads to. Its account is nobody else's, here or
-- elsewhere. No row: the holder is new. For the functions here alone.
CREATE FUNCTION linli.join_target(code linli.join_code, name text, at timestamptz)
    RETURNS TABLE (person_id uuid, account_id uuid, birth_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        WITH candidate AS MATERIALIZED (
            SELECT p.id, p.account_id, s.value_sealed
            FROM linli.person AS p
            JOIN linli.membership AS m ON m.estate_id = p.estate_id AND m.person_id = p.id
            LEFT JOIN linli.account AS a ON a.id = p.account_id
            LEFT JOIN linli.person_sealed AS s ON s.estate_id = p.estate_id
                AND s.person_id = p.id AND s.field = 'birth_date'
            WHERE p.estate_id = code.estate_id AND m.household_id = code.household_id
                AND m.begins <= at AND m.ends > at
                AND p.claimed_at IS NULL AND p.state IN ('active', 'away', 'in_hospital')
                AND coalesce(a.state, 'active') = 'active'
                AND NOT EXISTS (
                    SELECT
                    FROM linli.person AS other
                    WHERE other.account_id = p.account_id
                        AND (other.estate_id, other.id) <> (p.estate_id, p.id))
                AND NOT EXISTS (
                    SELECT
                    FROM linli.account_role_term AS t
                    WHERE t.account_id = p.account_id)
                AND CASE WHEN code.person_id IS NULL
                    THEN p.display_name = name AND NOT EXISTS (
                        SELECT
                        FROM linli.account_identifier AS i
                        WHERE i.account_id = p.account_id AND i.retired_at IS NULL)
                    ELSE p.id = code.person_id END
        )
        SELECT c.id, c.account_id, c.value_sealed
        FROM candidate AS c
        WHERE (SELECT count(*) FROM candidate) = 1;
END
$$;

-- Settles a person in a household, NULL: one that begins at the residence; proves it there, and
-- answers the household. For the functions here alone.
CREATE FUNCTION linli.settle(
    estate uuid, person uuid, household uuid, residence uuid, standing text, proved_how text,
    by_whom uuid, reason text, at timestamptz) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    home uuid := household;
    place uuid := residence;
    member uuid;
BEGIN
    IF home IS NULL THEN
        home := linli.fresh_id(at);
        INSERT INTO linli.household (estate_id, id, residence_id, begins)
        VALUES (estate, home, residence, at);
    ELSE
        SELECT h.residence_id INTO place
        FROM linli.household AS h
        WHERE h.estate_id = estate AND h.id = home;
    END IF;
    INSERT INTO linli.membership (estate_id, id, household_id, person_id, role_in_household,
        begins)
    SELECT estate, linli.fresh_id(at), home, person, standing, at
    WHERE NOT EXISTS (
        SELECT
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.household_id = home AND m.person_id = person
            AND m.begins <= at AND m.ends > at)
    RETURNING id INTO member;
    -- As the register gives it: a tenant or carer is one there for as long as it belongs there.
    IF member IS NOT NULL AND place IS NOT NULL
        AND standing IN ('tenant', 'flatmate', 'carer')
    THEN
        INSERT INTO linli.role_term (estate_id, id, person_id, role, place_id, begins, because,
            because_ref)
        VALUES (estate, linli.fresh_id(at), person,
            CASE standing WHEN 'carer' THEN 'carer' ELSE 'tenant' END, place, at, 'membership',
            member::text)
        ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO linli.proof (estate_id, id, person_id, level, how, household_id, proved_at,
        by_person_id, because)
    VALUES (estate, linli.fresh_id(at), person, 'household', proved_how, home, at, by_whom, reason);
    RETURN home;
END
$$;

-- A role that a membership gave ends with it.
CREATE FUNCTION linli.membership_ends() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.role_term AS r
    SET ends = NEW.ends
    WHERE r.estate_id = NEW.estate_id AND r.person_id = NEW.person_id
        AND r.because = 'membership' AND r.because_ref = NEW.id::text AND r.begins < NEW.ends;
    RETURN NULL;
END
$$;
CREATE TRIGGER membership_ends AFTER UPDATE OF ends ON linli.membership
    FOR EACH ROW WHEN (NEW.ends IS DISTINCT FROM OLD.ends)
    EXECUTE FUNCTION linli.membership_ends();

-- Uses a code for a claimed person, who is the principal; its household, the leaders of its stairs
-- and who issued the code are told. For the functions here alone.
CREATE FUNCTION linli.admit(code linli.join_code, person uuid, at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := code.estate_id;
    home uuid;
    told uuid[];
    event uuid;
BEGIN
    home := linli.settle(estate, person, code.household_id, code.residence_id,
        code.role_in_household, code.how, code.issued_by, code.because, at);
    UPDATE linli.join_code AS c
    SET used_at = at, used_by = person
    WHERE c.estate_id = estate AND c.id = code.id;
    told := ARRAY(SELECT linli.told_of_newcomer(estate, person, ARRAY[home]));
    event := linli.append_event(linli.fresh_id(at), 'person.joined',
        linli.newcomer_audience(estate, person, ARRAY[home]), ARRAY[person],
        json_build_object('person', person, 'how', code.how, 'household', home)::text);
    PERFORM linli.notify(event, 'person.joined', 'person', person, '{}', told);
    event := linli.append_event(linli.fresh_id(at), 'joinCode.used',
        ARRAY['person:' || code.issued_by, 'role:residents_committee'], ARRAY[person],
        json_build_object('joinCode', code.id, 'person', person)::text);
    IF NOT code.issued_by = ANY (told) THEN
        PERFORM linli.notify(event, 'joinCode.used', 'person', person, '{}',
            ARRAY[code.issued_by]);
    END IF;
END
$$;

-- A newcomer -----------------------------------------------------------------------------------

-- Notes that somebody showed a code and a phone, and says whether a message is to be sent: the code
-- is open and no limit is reached. Each call counts the same rows and writes one, whatever the
-- answer. The limits are those of linli.request_code, and so many messages a day for one code.
CREATE FUNCTION linli.request_join(
    nonce uuid, phone bytea, address bytea, code bytea, sealed bytea, shown bytea,
    at timestamptz, lifetime_seconds bigint,
    phone_per_minute bigint, phone_per_hour bigint, phone_per_day bigint,
    address_per_minute bigint, address_per_hour bigint,
    all_per_minute bigint, all_per_hour bigint, shown_per_day bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    paper linli.join_code;
    is_open boolean;
    allowed boolean;
BEGIN
    -- Phones before addresses, always, as in linli.request_code, whose locks these are.
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
        FROM linli.join_request AS c
        WHERE c.phone_hash = phone AND c.created_at > at - interval '24 hours'
    ) AS by_phone,
    (
        SELECT count(*) FILTER (WHERE c.created_at > at - interval '1 minute') AS minute,
            count(*) AS hour
        FROM linli.join_request AS c
        WHERE c.address_hash = address AND c.created_at > at - interval '1 hour'
    ) AS by_address,
    (
        SELECT count(*) FILTER (WHERE c.created_at > at - interval '1 minute') AS minute,
            count(*) AS hour
        FROM linli.join_request AS c
        WHERE c.created_at > at - interval '1 hour'
    ) AS in_all;
    IF NOT allowed THEN
        PERFORM linli.count_refusal(phone, at);
        RETURN false;
    END IF;
    SELECT * INTO paper
    FROM linli.join_code AS c
    WHERE c.code_hash = shown;
    is_open := paper.id IS NOT NULL AND linli.join_code_state(paper, at) = 'open'
        AND shown_per_day > (
            SELECT count(*)
            FROM linli.join_request AS r
            WHERE r.join_estate = paper.estate_id AND r.join_id = paper.id
                AND r.created_at > at - interval '24 hours');
    INSERT INTO linli.join_request (id, phone_hash, address_hash, code_hash, value_sealed,
        join_estate, join_id, created_at, expires_at)
    VALUES (nonce, phone, address, code, sealed, paper.estate_id, paper.id, at,
        at + lifetime_seconds * interval '1 second');
    RETURN is_open;
END
$$;

-- Looks at a request within its time and its five tries, and takes its code. Verdicts: open, with
-- whom it makes a member of what (person_id NULL: somebody new); refused (not this message, or no
-- such code); used, revoked, expired, early, gone, elsewhere, own; phone_known, phone_full. What is
-- opened is finished by linli.finish_join in the same transaction.
CREATE FUNCTION linli.open_join(
    nonce uuid, code bytea, residence uuid, name text, as_another boolean, accounts_max integer,
    at timestamptz)
    RETURNS TABLE (verdict text, estate_id uuid, person_id uuid, account_id uuid, standing text,
        birth_sealed bytea, today date)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    request linli.join_request;
    paper linli.join_code;
    known uuid[];
BEGIN
    UPDATE linli.join_request AS r
    SET tries = r.tries + 1
    WHERE r.id = nonce AND r.tries < 5 AND r.redeemed_at IS NULL AND r.expires_at > at
    RETURNING * INTO request;
    IF NOT FOUND OR request.join_id IS NULL THEN
        PERFORM linli.count_refusal(uuid_send(nonce), at);
        verdict := 'refused';
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT * INTO paper
    FROM linli.join_code AS c
    WHERE c.estate_id = request.join_estate AND c.id = request.join_id
    FOR NO KEY UPDATE;
    known := ARRAY(
        SELECT a.account_id FROM linli.accounts_of_phone(request.phone_hash) AS a);
    SELECT t.person_id, t.account_id, t.birth_sealed
    INTO person_id, account_id, birth_sealed
    FROM linli.join_target(paper, name, at) AS t;
    verdict := linli.join_code_state(paper, at);
    IF verdict = 'open' THEN
        verdict := CASE
            WHEN request.code_hash <> code THEN 'refused'
            WHEN residence <> paper.residence_id THEN 'elsewhere'
            WHEN paper.how = 'paper_code' AND EXISTS (
                SELECT
                FROM linli.person AS p
                WHERE p.estate_id = paper.estate_id AND p.id = paper.issued_by
                    AND p.account_id = ANY (known)) THEN 'own'
            WHEN account_id = ANY (known) OR (cardinality(known) > 0 AND NOT as_another)
                THEN 'phone_known'
            WHEN cardinality(known) >= accounts_max THEN 'phone_full'
            ELSE 'open' END;
    END IF;
    estate_id := paper.estate_id;
    standing := paper.role_in_household;
    SELECT (at AT TIME ZONE e.zone)::date INTO today
    FROM linli.estate AS e
    WHERE e.estate_id = paper.estate_id;
    RETURN NEXT;
END
$$;

-- Makes a member of who proved its phone: the account, its person (claimed, if the register has it),
-- household and proof, and opens its session. Answers no row if the request was not opened.
CREATE FUNCTION linli.finish_join(
    nonce uuid, code bytea, name text, language text, fresh_account uuid, fresh_person uuid,
    birth_sealed bytea, session uuid, token bytea, device text, at timestamptz,
    session_ends timestamptz)
    RETURNS TABLE (account_id uuid, estate_id uuid, person_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    request linli.join_request;
    paper linli.join_code;
    before text[];
BEGIN
    UPDATE linli.join_request AS r
    SET redeemed_at = at
    WHERE r.id = nonce AND r.code_hash = code AND r.tries > 0 AND r.redeemed_at IS NULL
        AND r.expires_at > at
    RETURNING * INTO request;
    SELECT * INTO paper
    FROM linli.join_code AS c
    WHERE c.estate_id = request.join_estate AND c.id = request.join_id
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.join_code_state(paper, at) <> 'open' THEN
        RETURN;
    END IF;
    SELECT t.person_id, t.account_id INTO person_id, account_id
    FROM linli.join_target(paper, name, at) AS t;
    estate_id := paper.estate_id;
    IF account_id IS NULL THEN
        account_id := fresh_account;
        INSERT INTO linli.account (id, created_at, language) VALUES (account_id, at, language);
    ELSE
        -- What the register had is not the phone that was proved.
        UPDATE linli.account_identifier AS i
        SET retired_at = at
        WHERE i.account_id = finish_join.account_id AND i.retired_at IS NULL;
    END IF;
    INSERT INTO linli.account_identifier (account_id, id, kind, value_hash, value_sealed,
        created_at)
    VALUES (account_id, nonce, 'phone', request.phone_hash, request.value_sealed, at);
    person_id := linli.claim_place(
        paper, person_id, account_id, fresh_person, name, birth_sealed, at);
    before := linli.act_as(estate_id, person_id, account_id, at);
    PERFORM linli.admit(paper, person_id, at);
    PERFORM linli.restore_principal(before);
    PERFORM linli.open_session(account_id, request.phone_hash, session, token, device, at,
        session_ends);
    RETURN NEXT;
END
$$;

-- The person of an account that a code lets in: the one found for it, which is claimed, or a new
-- one. The day of birth that the register has stays. For the functions here alone.
CREATE FUNCTION linli.claim_place(
    code linli.join_code, target uuid, account uuid, fresh uuid, name text, birth_sealed bytea,
    at timestamptz) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := code.estate_id;
    person CONSTANT uuid := coalesce(target, fresh);
BEGIN
    IF target IS NULL THEN
        INSERT INTO linli.person (estate_id, id, account_id, display_name, created_at, claimed_at)
        VALUES (estate, fresh, account, name, at, at);
    ELSE
        UPDATE linli.person AS p
        SET account_id = account, claimed_at = at
        WHERE p.estate_id = estate AND p.id = target;
    END IF;
    IF birth_sealed IS NOT NULL THEN
        INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
        VALUES (estate, person, 'birth_date', birth_sealed, at)
        ON CONFLICT ON CONSTRAINT person_sealed_pkey DO NOTHING;
    END IF;
    RETURN person;
END
$$;

-- A signed-in account -------------------------------------------------------------------------

-- Counts a try of the signed-in account and looks at the code that it shows. Verdicts: open, with
-- whom it makes a member of what (is_own: the account's person already; person_id NULL: somebody
-- new); too_many; unknown; used, revoked, expired, early, gone, elsewhere, own; not_here (the account's
-- person may not act); other_person (the code is for somebody else); member (it belongs there
-- already). What is opened is finished by linli.finish_account_join in the same transaction.
CREATE FUNCTION linli.open_account_join(
    attempt uuid, shown bytea, residence uuid, name text, per_hour_max bigint,
    per_day_max bigint, all_per_hour_max bigint)
    RETURNS TABLE (verdict text, estate_id uuid, person_id uuid, is_own boolean, standing text,
        birth_sealed bytea, today date)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
    paper linli.join_code;
    since CONSTANT timestamptz := at - interval '1 hour';
    own linli.person;
    tried record;
BEGIN
    IF account IS NULL OR linli.principal_kind() <> 'account' THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('joining/' || account, 72));
    SELECT by_account.hour, by_account.day, in_all.hour AS all_hour
    INTO tried
    FROM (
        SELECT count(*) FILTER (WHERE t.at > since) AS hour, count(*) AS day
        FROM linli.join_attempt AS t
        WHERE t.account_id = account AND t.at > since - interval '23 hours'
    ) AS by_account,
    (
        SELECT count(*) AS hour
        FROM linli.join_attempt AS t
        WHERE t.at > since
    ) AS in_all;
    IF tried.hour >= per_hour_max OR tried.day >= per_day_max
        OR tried.all_hour >= all_per_hour_max
    THEN
        verdict := 'too_many';
        RETURN NEXT;
        RETURN;
    END IF;
    INSERT INTO linli.join_attempt (account_id, id, at) VALUES (account, attempt, at);
    SELECT * INTO paper
    FROM linli.join_code AS c
    WHERE c.code_hash = shown
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        verdict := 'unknown';
        RETURN NEXT;
        RETURN;
    END IF;
    estate_id := paper.estate_id;
    standing := paper.role_in_household;
    SELECT * INTO own
    FROM linli.person AS p
    WHERE p.estate_id = paper.estate_id AND p.account_id = account;
    is_own := FOUND;
    IF is_own THEN
        person_id := own.id;
        SELECT s.value_sealed INTO birth_sealed
        FROM linli.person_sealed AS s
        WHERE s.estate_id = own.estate_id AND s.person_id = own.id AND s.field = 'birth_date';
    ELSE
        SELECT t.person_id, t.birth_sealed INTO person_id, birth_sealed
        FROM linli.join_target(paper, name, at) AS t;
    END IF;
    SELECT (at AT TIME ZONE e.zone)::date INTO today
    FROM linli.estate AS e
    WHERE e.estate_id = paper.estate_id;
    verdict := linli.join_code_state(paper, at);
    IF verdict = 'open' THEN
        verdict := linli.account_objection(paper, account, own, residence, at);
    END IF;
    RETURN NEXT;
END
$$;

-- Why an open code is not for an account; open: it is. For the functions here alone.
CREATE FUNCTION linli.account_objection(
    code linli.join_code, account uuid, own linli.person, residence uuid, at timestamptz)
    RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN residence <> code.residence_id THEN 'elsewhere'
        WHEN EXISTS (
            SELECT
            FROM linli.person AS p
            WHERE p.estate_id = code.estate_id AND p.id = code.issued_by
                AND p.account_id = account) THEN 'own'
        WHEN own.id IS NOT NULL AND own.state NOT IN ('active', 'away', 'in_hospital')
            THEN 'not_here'
        WHEN own.id IS NOT NULL AND code.person_id <> own.id THEN 'other_person'
        WHEN EXISTS (
            SELECT
            FROM linli.membership AS m
            JOIN linli.proof AS f ON f.estate_id = m.estate_id AND f.person_id = m.person_id
                AND f.household_id = m.household_id
            WHERE m.estate_id = code.estate_id AND m.person_id = own.id
                AND m.household_id = code.household_id AND m.begins <= at AND m.ends > at
                AND f.withdrawn_at IS NULL AND f.ends > at) THEN 'member'
        ELSE 'open' END;
END
$$;

-- Makes the signed-in account's person a member by the code that it shows. Answers no row if the
-- code is not open.
CREATE FUNCTION linli.finish_account_join(
    shown bytea, name text, fresh_person uuid, birth_sealed bytea)
    RETURNS TABLE (estate_id uuid, person_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
    paper linli.join_code;
    own linli.person;
    before text[];
BEGIN
    SELECT * INTO paper
    FROM linli.join_code AS c
    WHERE c.code_hash = shown
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.principal_kind() IS DISTINCT FROM 'account' THEN
        RETURN;
    END IF;
    SELECT * INTO own
    FROM linli.person AS p
    WHERE p.estate_id = paper.estate_id AND p.account_id = account;
    IF linli.join_code_state(paper, at) <> 'open'
        OR linli.account_objection(paper, account, own, NULL, at) <> 'open'
    THEN
        RETURN;
    END IF;
    estate_id := paper.estate_id;
    person_id := own.id;
    IF person_id IS NULL THEN
        SELECT t.person_id INTO person_id
        FROM linli.join_target(paper, name, at) AS t;
        person_id := linli.claim_place(
            paper, person_id, account, fresh_person, name, birth_sealed, at);
    END IF;
    before := linli.act_as(estate_id, person_id, account, at);
    PERFORM linli.admit(paper, person_id, at);
    PERFORM linli.restore_principal(before);
    RETURN NEXT;
END
$$;

-- Forgets at most `batch` rows each of requests and tries that no limit counts any more; answers how
-- many went.
CREATE FUNCTION linli.forget_joins(at timestamptz, batch bigint) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    gone integer;
    total integer := 0;
BEGIN
    DELETE FROM linli.join_request AS r
    WHERE r.id IN (
        SELECT old.id
        FROM linli.join_request AS old
        WHERE old.created_at <= at - interval '24 hours'
        LIMIT batch
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS total = ROW_COUNT;
    DELETE FROM linli.join_attempt AS t
    WHERE t.id IN (
        SELECT old.id
        FROM linli.join_attempt AS old
        WHERE old.at <= forget_joins.at - interval '24 hours'
        LIMIT batch
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN total + gone;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.request_join(uuid, bytea, bytea, bytea, bytea, bytea, timestamptz, bigint, bigint,
        bigint, bigint, bigint, bigint, bigint, bigint, bigint),
    linli.open_join(uuid, bytea, uuid, text, boolean, integer, timestamptz),
    linli.finish_join(uuid, bytea, text, text, uuid, uuid, bytea, uuid, bytea, text, timestamptz,
        timestamptz),
    linli.open_account_join(uuid, bytea, uuid, text, bigint, bigint, bigint),
    linli.finish_account_join(bytea, text, uuid, bytea),
    linli.forget_joins(timestamptz, bigint)
    TO linli;
