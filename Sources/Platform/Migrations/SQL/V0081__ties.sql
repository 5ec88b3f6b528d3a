-- Ties between two persons: claimed by one, confirmed by the other; or confirmed by both at once,
-- when one types the code that the other shows.
--
-- No directory is made: a tie is claimed to somebody whom one sees anyway. What is not confirmed and
-- what is declined look the same to the claimer, lapse at the same instant and count alike.

ALTER TABLE linli.tie ADD COLUMN declined_at timestamptz;

-- Ties change through the functions below alone, and through the import.
DROP POLICY tie_claim ON linli.tie;
DROP POLICY tie_confirm ON linli.tie;

-- A code that a person shows to whom it has a tie with: short, good once and for minutes.
CREATE TABLE linli.tie_code (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    code_hash bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    used_at timestamptz,
    used_by uuid,
    CONSTRAINT tie_code_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT tie_code_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT tie_code_used_by FOREIGN KEY (estate_id, used_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT tie_code_hash_bytes CHECK (octet_length(code_hash) = 32),
    CONSTRAINT tie_code_kind_known CHECK (kind IN (
        'kin', 'neighbour', 'fellow_townsman', 'former_workmate', 'classmate', 'friend')),
    CONSTRAINT tie_code_forward CHECK (issued_at <= ends),
    CONSTRAINT tie_code_used_whole CHECK ((used_at IS NULL) = (used_by IS NULL)),
    CONSTRAINT tie_code_once UNIQUE (estate_id, code_hash)
);
CREATE INDEX tie_code_of_person ON linli.tie_code (estate_id, person_id, issued_at);
ALTER TABLE linli.tie_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.tie_code FORCE ROW LEVEL SECURITY;
CREATE POLICY tie_code_owner ON linli.tie_code TO linli_owner USING (true) WITH CHECK (true);
CREATE POLICY tie_code_sweep_read ON linli.tie_code FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'tie-sweep' AND estate_id = (SELECT linli.estate_id())
        AND ends <= (SELECT linli.instant()) - interval '1 day');
CREATE POLICY tie_code_sweep ON linli.tie_code FOR DELETE TO linli
    USING ((SELECT linli.job_name()) = 'tie-sweep' AND estate_id = (SELECT linli.estate_id())
        AND ends <= (SELECT linli.instant()) - interval '1 day');
GRANT SELECT (estate_id, ends), DELETE ON linli.tie_code TO linli;

-- Until when a claim waits for the other.
CREATE FUNCTION linli.tie_claim_lapses(claimed_at timestamptz) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN claimed_at + interval '720 hours';

-- Whether a tie counts now: both have confirmed it, and both are there and have claimed their rows.
-- For the functions here alone.
CREATE FUNCTION linli.tie_counts(t linli.tie) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN t.confirmed_at <= at AND t.ends > at AND 2 = (
        SELECT count(*)
        FROM linli.person AS p
        WHERE p.estate_id = t.estate_id AND p.id IN (t.claimer_id, t.other_id)
            AND p.claimed_at IS NOT NULL AND p.state IN ('active', 'away', 'in_hospital'));
END
$$;

-- With whom a person of the principal's estate has a tie that counts now. For other functions of the
-- owner.
CREATE FUNCTION linli.confirmed_ties(person uuid)
    RETURNS TABLE (person_id uuid, kind text, since timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT CASE WHEN t.claimer_id = person THEN t.other_id ELSE t.claimer_id END, t.kind,
            t.confirmed_at
        FROM linli.tie AS t
        WHERE t.estate_id = estate AND t.claimer_id = person AND linli.tie_counts(t)
        UNION ALL
        SELECT t.claimer_id, t.kind, t.confirmed_at
        FROM linli.tie AS t
        WHERE t.estate_id = estate AND t.other_id = person AND linli.tie_counts(t);
END
$$;

-- Whether the principal sees this person anyway: of its own household, or in a public office now.
-- Both have claimed their rows. For the functions here alone.
CREATE FUNCTION linli.sees_person(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.claimed(person) AND linli.is_here(person) AND person <> linli.person_id()
        AND (person IN (SELECT own FROM linli.own_household_members() AS own)
            OR EXISTS (
                SELECT
                FROM linli.role_term AS r
                JOIN linli.role_kind AS k ON k.role = r.role AND k.is_public
                WHERE r.estate_id = linli.estate_id() AND r.person_id = person
                    AND r.begins <= linli.instant() AND r.ends > linli.instant()));
END
$$;

-- Ends what has lapsed between two persons, and answers the open row of a kind, locked, if there is
-- one. For the functions here alone.
CREATE FUNCTION linli.open_tie(one uuid, another uuid, wanted text) RETURNS linli.tie
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.tie;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(
        'tie/' || estate || least(one, another) || greatest(one, another), 81));
    UPDATE linli.tie AS t
    SET ends = linli.tie_claim_lapses(t.claimed_at)
    WHERE t.estate_id = estate AND t.claimer_id IN (one, another) AND t.other_id IN (one, another)
        AND t.kind = wanted AND t.ends = 'infinity' AND t.confirmed_at IS NULL
        AND linli.tie_claim_lapses(t.claimed_at) <= at;
    SELECT * INTO held
    FROM linli.tie AS t
    WHERE t.estate_id = estate AND t.claimer_id IN (one, another) AND t.other_id IN (one, another)
        AND t.kind = wanted AND t.ends = 'infinity'
    FOR NO KEY UPDATE;
    RETURN held;
END
$$;

-- Confirms a claim, as both have wanted it now; both may know. For the functions here alone.
CREATE FUNCTION linli.tie_confirmed(t linli.tie, event uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.tie AS own
    SET confirmed_at = linli.instant(), declined_at = NULL
    WHERE own.estate_id = t.estate_id AND own.id = t.id;
    PERFORM linli.append_event(event, 'tie.confirmed',
        ARRAY['person:' || t.claimer_id, 'person:' || t.other_id],
        ARRAY[t.claimer_id, t.other_id], json_build_object('tie', t.id, 'kind', t.kind)::text);
    PERFORM linli.notify(event, 'tie.confirmed', 'person', linli.person_id(),
        json_build_object('what', json_build_array(t.kind))::text,
        ARRAY[t.claimer_id, t.other_id]);
END
$$;

-- Claims a tie to somebody whom the principal sees; the other is told. Where the other claimed the
-- same, both have now confirmed it. Verdicts: claimed, confirmed; unknown, there, full (as many
-- claims are open as may be, those declined among them).
CREATE FUNCTION linli.claim_tie(
    new_id uuid, other uuid, wanted text, open_max integer, event uuid,
    OUT verdict text, OUT tie uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.tie;
BEGIN
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = own
    FOR NO KEY UPDATE;
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.sees_person(other) THEN
        verdict := 'unknown';
        RETURN;
    END IF;
    held := linli.open_tie(own, other, wanted);
    tie := held.id;
    verdict := CASE
        WHEN held.id IS NULL AND open_max <= (
            SELECT count(*)
            FROM linli.tie AS t
            WHERE t.estate_id = estate AND t.claimer_id = own AND t.confirmed_at IS NULL
                AND t.ends > at AND linli.tie_claim_lapses(t.claimed_at) > at) THEN 'full'
        WHEN held.id IS NULL THEN 'claimed'
        WHEN held.confirmed_at IS NULL AND held.other_id = own THEN 'confirmed'
        ELSE 'there' END;
    IF verdict = 'confirmed' THEN
        PERFORM linli.tie_confirmed(held, event);
    ELSIF verdict = 'claimed' THEN
        tie := new_id;
        INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at)
        VALUES (estate, new_id, wanted, own, other, at);
        PERFORM linli.append_event(event, 'tie.claimed',
            ARRAY['person:' || own, 'person:' || other], ARRAY[own, other],
            json_build_object('tie', new_id, 'kind', wanted)::text);
        PERFORM linli.notify(event, 'tie.claimed', 'person', own,
            json_build_object('what', json_build_array(wanted))::text, ARRAY[other]);
    END IF;
END
$$;

-- Confirms a claim that waits for the principal. Verdicts: confirmed; unknown, there (it was before).
CREATE FUNCTION linli.confirm_tie(wanted uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    held linli.tie;
BEGIN
    SELECT * INTO held
    FROM linli.tie AS t
    WHERE t.estate_id = linli.estate_id() AND t.id = wanted AND own IN (t.claimer_id, t.other_id)
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL OR held.ends <= at THEN
        RETURN 'unknown';
    ELSIF held.confirmed_at IS NOT NULL THEN
        RETURN 'there';
    ELSIF held.claimer_id = own OR held.declined_at IS NOT NULL
        OR linli.tie_claim_lapses(held.claimed_at) <= at OR NOT linli.claimed(held.claimer_id)
        OR NOT linli.is_here(held.claimer_id)
    THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.tie_confirmed(held, event);
    RETURN 'confirmed';
END
$$;

-- Declines a claim, takes one's own back, or ends a tie; nobody else is told. Verdicts: done, unknown.
CREATE FUNCTION linli.end_tie(wanted uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    held linli.tie;
    declines boolean;
BEGIN
    SELECT * INTO held
    FROM linli.tie AS t
    WHERE t.estate_id = estate AND t.id = wanted AND own IN (t.claimer_id, t.other_id)
    FOR NO KEY UPDATE;
    declines := held.other_id = own AND held.confirmed_at IS NULL;
    IF held.id IS NULL OR linli.beneficiary_id() IS NOT NULL OR held.ends <= at
        OR (held.confirmed_at IS NULL AND linli.tie_claim_lapses(held.claimed_at) <= at)
        OR (declines AND held.declined_at IS NOT NULL)
    THEN
        RETURN 'unknown';
    END IF;
    UPDATE linli.tie AS t
    SET declined_at = CASE WHEN declines THEN at ELSE t.declined_at END,
        ends = CASE WHEN declines THEN t.ends ELSE at END
    WHERE t.estate_id = estate AND t.id = wanted;
    PERFORM linli.append_event(event, CASE WHEN declines THEN 'tie.declined' ELSE 'tie.ended' END,
        ARRAY['person:' || own], ARRAY[own], json_build_object('tie', wanted)::text);
    RETURN 'done';
END
$$;

-- The principal's ties, by id: those that count (confirmed), its own claims (waiting, whatever the
-- other thought of them), and claims that wait for it (asked). Nobody else's, for nobody.
CREATE FUNCTION linli.own_ties(after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, kind text, person_id uuid, display_name text, state text,
        since timestamptz, until timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT t.id, t.kind, p.id, p.display_name,
            CASE WHEN t.confirmed_at <= at THEN 'confirmed' WHEN t.claimer_id = own THEN 'waiting'
                ELSE 'asked' END,
            coalesce(t.confirmed_at, t.claimed_at),
            CASE WHEN t.confirmed_at IS NULL THEN linli.tie_claim_lapses(t.claimed_at) END
        FROM linli.tie AS t
        JOIN linli.person AS p ON p.estate_id = t.estate_id
            AND p.id = CASE WHEN t.claimer_id = own THEN t.other_id ELSE t.claimer_id END
        WHERE t.estate_id = estate AND own IN (t.claimer_id, t.other_id) AND t.id > after_id
            AND t.ends > at AND p.state IN ('active', 'away', 'in_hospital')
            AND (p.claimed_at IS NOT NULL
                OR p.id IN (SELECT m FROM linli.own_household_members() AS m))
            AND (t.confirmed_at IS NOT NULL OR (linli.tie_claim_lapses(t.claimed_at) > at
                AND (t.claimer_id = own OR t.declined_at IS NULL)))
        ORDER BY t.id
        LIMIT least(rows_max, 101);
END
$$;

-- The names of those with whom the principal has a tie that counts, and of those who ask it for one.
CREATE FUNCTION linli.tie_names(persons uuid[]) RETURNS TABLE (person_id uuid, name text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT t.person_id, t.display_name
        FROM linli.own_ties('00000000-0000-0000-0000-000000000000', 101) AS t
        WHERE t.person_id = ANY (persons) AND t.state <> 'waiting';
END
$$;

-- Codes -----------------------------------------------------------------------------------------

-- Issues a code of the principal, which voids its other ones. Verdicts: issued, too_many (a day).
CREATE FUNCTION linli.issue_tie_code(
    new_id uuid, hash bytea, wanted text, until timestamptz, per_day_max integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = own
    FOR NO KEY UPDATE;
    IF per_day_max <= (
        SELECT count(*)
        FROM linli.tie_code AS c
        WHERE c.estate_id = estate AND c.person_id = own AND c.issued_at > at - interval '24 hours')
    THEN
        RETURN 'too_many';
    END IF;
    UPDATE linli.tie_code AS c
    SET ends = at
    WHERE c.estate_id = estate AND c.person_id = own AND c.ends > at
        AND c.used_at IS NULL;
    INSERT INTO linli.tie_code (estate_id, id, person_id, kind, code_hash, issued_at, ends)
    VALUES (estate, new_id, own, wanted, hash, at, until);
    RETURN 'issued';
END
$$;

-- Uses the code that another one shows: the tie is there and confirmed by both. The other is told.
-- Verdicts: tied; too_many (tries of the account, or of all, an hour), wrong (none, another estate's,
-- lapsed, used, one's own), there.
CREATE FUNCTION linli.use_tie_code(
    shown bytea, new_id uuid, tries_max bigint, event uuid, OUT verdict text, OUT tie uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    code linli.tie_code;
    held linli.tie;
BEGIN
    verdict := 'too_many';
    IF NOT linli.take_try('tie_code', uuid_send(linli.account_id()), at, tries_max)
        OR NOT linli.take_try('tie_code_all', uuid_send(estate), at, tries_max * 100)
    THEN
        RETURN;
    END IF;
    verdict := 'wrong';
    SELECT * INTO code
    FROM linli.tie_code AS c
    WHERE c.estate_id = estate AND c.code_hash = shown
    FOR NO KEY UPDATE;
    IF NOT FOUND OR code.person_id = own OR code.used_at IS NOT NULL OR code.ends <= at
        OR NOT linli.is_here(code.person_id) OR linli.beneficiary_id() IS NOT NULL
    THEN
        RETURN;
    END IF;
    held := linli.open_tie(own, code.person_id, code.kind);
    verdict := CASE WHEN held.confirmed_at IS NULL THEN 'tied' ELSE 'there' END;
    tie := coalesce(held.id, new_id);
    IF verdict = 'there' THEN
        RETURN;
    END IF;
    UPDATE linli.tie_code AS c
    SET used_at = at, used_by = own
    WHERE c.estate_id = estate AND c.id = code.id;
    IF held.id IS NULL THEN
        INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at)
        VALUES (estate, new_id, code.kind, code.person_id, own, code.issued_at)
        RETURNING * INTO held;
    END IF;
    PERFORM linli.tie_confirmed(held, event);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.claim_tie(uuid, uuid, text, integer, uuid), linli.confirm_tie(uuid, uuid),
    linli.end_tie(uuid, uuid), linli.own_ties(uuid, integer), linli.tie_names(uuid[]),
    linli.issue_tie_code(uuid, bytea, text, timestamptz, integer),
    linli.use_tie_code(bytea, uuid, bigint, uuid)
    TO linli;
