-- A session's second proof: that whoever has the phone's code is also who it says. An office counts
-- in a session with one alone, and there only for a shift.
--
-- enter_session reads the session's row in every request anyway, so it notes the proof beside the
-- principal, as linli.proof: '' (none), 'session', or 'office' (offices count, at this instant).

ALTER TABLE linli.session
    ADD COLUMN proved_at timestamptz,
    ADD COLUMN proved_by text,
    -- Until when the account's offices count in it; NULL: they do not.
    ADD COLUMN office_until timestamptz,
    -- The passkey that opened it, if one did.
    ADD COLUMN passkey_id uuid,
    -- The desk that vouched for its opening, if one did, and the estate of the desk.
    ADD COLUMN desk_estate_id uuid,
    ADD COLUMN desk_id uuid,
    ADD CONSTRAINT session_proof_whole CHECK ((proved_at IS NULL) = (proved_by IS NULL)),
    ADD CONSTRAINT session_office_proved CHECK (office_until IS NULL OR proved_at IS NOT NULL),
    ADD CONSTRAINT session_proof_known CHECK (proved_by IN (
        'passkey', 'member', 'paper_code', 'desk', 'development', 'known_device',
        'operator_code'));
GRANT SELECT (proved_at, proved_by, office_until, passkey_id) ON linli.session TO linli;

-- Whether a role is an office: it reads or decides about others.
CREATE FUNCTION linli.is_office(role text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN role IN (
        'stair_leader', 'grid_worker', 'social_worker', 'residents_committee', 'owners_committee',
        'property_manager', 'duty_guard', 'subdistrict_officer', 'software_operator');

-- Whether the session that asks has a second proof. A principal that entered by no session is the
-- server's own doing, and needs none.
CREATE FUNCTION linli.session_proved() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN linli.session_id() IS NULL
        OR coalesce(current_setting('linli.proof', true), '') <> '';

-- Whether the principal's offices count now.
CREATE FUNCTION linli.offices_count() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN linli.session_id() IS NULL
        OR coalesce(current_setting('linli.proof', true), '') = 'office';

-- As before, and notes the proof. The columns after the first four are new.
DROP FUNCTION linli.enter_session(bytea, uuid, timestamptz);
CREATE FUNCTION linli.enter_session(token bytea, estate uuid, at timestamptz)
    RETURNS TABLE (
        session_id uuid, account_id uuid, person_id uuid, expires_at timestamptz,
        is_proved boolean, office_until timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    origin text;
BEGIN
    SELECT s.id, s.account_id, s.expires_at, s.proved_at IS NOT NULL, s.office_until, p.id,
        p.origin
    INTO session_id, account_id, expires_at, is_proved, office_until, person_id, origin
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
        set_config('linli.proof', CASE
            WHEN office_until > at THEN 'office'
            WHEN is_proved THEN 'session'
            ELSE '' END, true),
        set_config('linli.device', '', true),
        set_config('linli.job', '', true);
    IF session_id IS NOT NULL THEN
        RETURN NEXT;
    END IF;
END
$$;

-- Roles -----------------------------------------------------------------------------------------

-- As before; an office counts in a proved session alone.
CREATE OR REPLACE FUNCTION linli.has_role(VARIADIC roles text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF person IS NULL THEN
        RETURN false;
    END IF;
    IF NOT linli.offices_count() THEN
        roles := ARRAY(SELECT role FROM unnest(roles) AS role WHERE NOT linli.is_office(role));
        IF roles = '{}' THEN
            RETURN false;
        END IF;
    END IF;
    RETURN EXISTS (
        SELECT
        FROM linli.role_term AS term
        WHERE term.estate_id = estate
            AND term.person_id = person
            AND term.place_id IS NULL
            AND term.begins <= at
            AND term.ends > at
            AND term.role = ANY (roles)
    ) OR linli.holds_above(linli.account_id(), estate, at, roles);
END
$$;

CREATE OR REPLACE FUNCTION linli.has_role_at(place uuid, VARIADIC roles text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF person IS NULL THEN
        RETURN false;
    END IF;
    IF NOT linli.offices_count() THEN
        roles := ARRAY(SELECT role FROM unnest(roles) AS role WHERE NOT linli.is_office(role));
        IF roles = '{}' THEN
            RETURN false;
        END IF;
    END IF;
    RETURN EXISTS (
        SELECT
        FROM linli.role_term AS term
        JOIN linli.place AS p ON p.estate_id = term.estate_id AND p.id = place
        WHERE term.estate_id = estate
            AND term.person_id = person
            AND term.begins <= at
            AND term.ends > at
            AND term.role = ANY (roles)
            AND term.place_id IN (p.id, p.parent_id, p.floor_id, p.stair_id, p.building_id)
    ) OR linli.has_role(VARIADIC roles);
END
$$;

CREATE OR REPLACE FUNCTION linli.own_roles() RETURNS TABLE (role text, place_id uuid)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    offices_count CONSTANT boolean := linli.offices_count();
BEGIN
    IF person IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT term.role::text, term.place_id
        FROM linli.role_term AS term
        WHERE term.estate_id = estate
            AND term.person_id = person
            AND term.begins <= at
            AND term.ends > at
            AND (offices_count OR NOT linli.is_office(term.role));
    RETURN QUERY
        SELECT DISTINCT term.role::text, NULL::uuid
        FROM linli.account_role_term AS term
        WHERE term.account_id = linli.account_id()
            AND (offices_count OR NOT linli.is_office(term.role))
            AND linli.holds_above(term.account_id, estate, at, ARRAY[term.role::text]);
END
$$;

-- Whether the principal holds an office here that does not count for want of a proof: then what is
-- refused would perhaps not be, after one.
CREATE FUNCTION linli.office_sleeps() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF person IS NULL OR linli.offices_count() THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT
        FROM linli.role_term AS term
        WHERE term.estate_id = estate
            AND term.person_id = person
            AND term.begins <= at
            AND term.ends > at
            AND linli.is_office(term.role)
    ) OR EXISTS (
        SELECT
        FROM linli.account_role_term AS term
        WHERE term.account_id = linli.account_id()
            AND term.begins <= at
            AND term.ends > at
            AND linli.is_office(term.role)
            AND linli.holds_above(term.account_id, estate, at, ARRAY[term.role::text]));
END
$$;

-- Whether an account holds an office now, in whichever estate or above.
CREATE FUNCTION linli.holds_office(account uuid, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.account_role_term AS term
        WHERE term.account_id = account
            AND term.begins <= at
            AND term.ends > at
            AND linli.is_office(term.role)
    ) OR EXISTS (
        SELECT
        FROM linli.person AS p
        JOIN linli.role_term AS term ON term.estate_id = p.estate_id AND term.person_id = p.id
        WHERE p.account_id = account
            AND p.state IN ('active', 'away', 'in_hospital')
            AND term.begins <= at
            AND term.ends > at
            AND linli.is_office(term.role));
END
$$;

-- Events ----------------------------------------------------------------------------------------

-- As before; the offices of those who are `asleep` open nothing.
CREATE FUNCTION linli.event_keys(estate uuid, persons uuid[], asleep uuid[])
RETURNS TABLE (person_id uuid, key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    now CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
    WITH RECURSIVE live AS MATERIALIZED (
        SELECT p.id, p.account_id, p.id = ANY (asleep) AS sleeps FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND p.state IN ('active', 'away', 'in_hospital')
    ), home AS MATERIALIZED (
        SELECT m.person_id, m.household_id, h.residence_id
        FROM live JOIN linli.membership AS m ON m.estate_id = estate AND m.person_id = live.id
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        WHERE m.begins <= now AND m.ends > now AND h.begins <= now AND h.ends > now
    ), above (id, parent_id) AS (
        SELECT n.id, n.parent_id FROM linli.estate AS e JOIN linli.node AS n ON n.id = e.node_id
        WHERE e.estate_id = estate
        UNION
        SELECT n.id, n.parent_id FROM above JOIN linli.node AS n ON n.id = above.parent_id
    ), office AS MATERIALIZED (
        SELECT r.person_id, r.role::text AS role, r.place_id, coalesce(r.place_id, estate) AS node
        FROM live JOIN linli.role_term AS r ON r.estate_id = estate AND r.person_id = live.id
        WHERE r.begins <= now AND r.ends > now AND NOT (live.sleeps AND linli.is_office(r.role))
        UNION
        SELECT live.id, a.role::text, NULL, a.node_id
        FROM live JOIN linli.account_role_term AS a ON a.account_id = live.account_id
        JOIN above ON above.id = a.node_id
        WHERE a.begins <= now AND a.ends > now AND NOT (live.sleeps AND linli.is_office(a.role))
    )
    SELECT DISTINCT p.id, 'public' FROM unnest(persons) AS p (id)
    UNION
    SELECT live.id, 'person:' || live.id FROM live
    UNION
    SELECT home.person_id, k.key
    FROM home LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = home.residence_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('household:' || home.household_id), ('place:' || p.id),
        ('place:' || p.floor_id), ('place:' || p.stair_id), ('place:' || p.building_id)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, k.key
    FROM office LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('role:' || office.role), ('role:' || office.role || '@' || office.node),
        ('place:' || p.id), ('place:' || p.floor_id), ('place:' || p.stair_id),
        ('place:' || p.building_id),
        (CASE WHEN office.place_id IS NULL AND office.role IN (
            'grid_worker', 'social_worker', 'residents_committee', 'owners_committee',
            'property_manager', 'subdistrict_officer') THEN 'officer' END)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, 'place:' || below.id
    FROM office JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
    CROSS JOIN LATERAL (
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.building_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE b.estate_id = estate AND b.stair_id = p.id AND b.kind <> 'residence'
        UNION ALL
        SELECT b.id FROM linli.place AS b
        WHERE p.kind = 'floor' AND b.estate_id = estate AND b.building_id = p.building_id
            AND b.floor_id = p.id AND b.kind <> 'residence'
    ) AS below;
END $$;

CREATE OR REPLACE FUNCTION linli.event_keys(estate uuid, persons uuid[])
RETURNS TABLE (person_id uuid, key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY SELECT * FROM linli.event_keys(estate, persons, '{}'::uuid[]);
END $$;

-- As before; what an office opens stays shut while offices do not count.
CREATE OR REPLACE FUNCTION linli.own_event_keys() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    subject CONSTANT uuid := linli.subject_id();
BEGIN
    IF subject IS NOT NULL THEN
        RETURN (
            SELECT array_agg(k.key)
            FROM linli.event_keys(linli.estate_id(), ARRAY[subject],
                CASE WHEN linli.offices_count() THEN '{}'::uuid[] ELSE ARRAY[subject] END) AS k);
    END IF;
    RETURN CASE WHEN linli.job_name() = 'visitor' THEN ARRAY['public'] ELSE '{}' END;
END $$;

-- As before, for persons whose offices count, or, if they are `asleep`, do not.
CREATE FUNCTION linli.visible_events(
    after_seq bigint, until_seq bigint, persons uuid[], asleep boolean)
RETURNS TABLE (seq bigint, person_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate uuid := linli.estate_id();
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'feed' AND persons IS DISTINCT FROM ARRAY[linli.person_id()]
    THEN
        RAISE EXCEPTION 'only the job feed asks for others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF cardinality(persons) = 0 THEN
        RETURN;
    END IF;
    -- The join by key finds candidates without comparing everyone with everything; the predicate
    -- decides.
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT k.person_id, k.key
        FROM linli.event_keys(estate, persons, CASE WHEN asleep THEN persons ELSE '{}' END) AS k
    ), holder AS MATERIALIZED (
        SELECT h.person_id, array_agg(h.key) AS keys FROM held AS h GROUP BY h.person_id
    ), stretch AS MATERIALIZED (
        SELECT e.seq, e.audience FROM linli.event AS e
        WHERE e.estate_id = estate AND e.seq > after_seq AND e.seq <= until_seq
    ), candidate AS (
        SELECT DISTINCT s.seq, h.person_id
        FROM stretch AS s CROSS JOIN LATERAL unnest(s.audience) AS opened (key)
        JOIN held AS h ON h.key = opened.key
    )
    SELECT c.seq, c.person_id
    FROM candidate AS c JOIN stretch AS s ON s.seq = c.seq
    JOIN holder AS h ON h.person_id = c.person_id
    WHERE linli.event_visible(s.audience, h.keys)
    ORDER BY c.seq, c.person_id;
END $$;

CREATE OR REPLACE FUNCTION linli.visible_events(
    after_seq bigint, until_seq bigint, persons uuid[])
RETURNS TABLE (seq bigint, person_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT v.seq, v.person_id
        FROM linli.visible_events(after_seq, until_seq, persons, NOT linli.offices_count()) AS v;
END $$;

-- Telling ---------------------------------------------------------------------------------------

-- An account's persons in all estates, and the households of each, for telling it of itself.
CREATE FUNCTION linli.persons_of_account(account uuid)
    RETURNS TABLE (estate_id uuid, person_id uuid, households uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT p.estate_id, p.id, ARRAY(
            SELECT m.household_id
            FROM linli.membership AS m
            JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
            WHERE m.estate_id = p.estate_id
                AND m.person_id = p.id
                AND m.begins <= at
                AND m.ends > at
                AND h.begins <= at
                AND h.ends > at
            ORDER BY m.household_id
            LIMIT 16)
        FROM linli.person AS p
        WHERE p.account_id = account AND p.state IN ('active', 'away', 'in_hospital')
        ORDER BY p.estate_id
        LIMIT 64;
END
$$;

-- A notice to the person that acts, or whom the job second-proof acts about: of what was done to
-- its account, perhaps by somebody else.
CREATE FUNCTION linli.notify_of_account(
    event uuid, kind text, account uuid, details text, person uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM linli.event AS e
        WHERE e.estate_id = estate
            AND e.event_id = event
            AND e.seq IS NULL
            AND e.at = linli.instant()
            AND e.about = ARRAY[person])
    THEN
        RAISE EXCEPTION 'a notice tells of an event of its own transaction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_of_event';
    END IF;
    INSERT INTO linli.notice
        (estate_id, person_id, id, kind, subject_kind, subject_id, details, at, expires_at)
    VALUES (estate, person, event, kind, 'account', account, details::json, at,
        at + interval '730 days');
END
$$;

-- Writes an event into each estate where an account has a person, and a notice of it if its kind is
-- given, in the name of that person where the account itself asks, and of the job second-proof where
-- nobody is known yet.
-- `ids`: fresh ids of the server's; without households it is the person's alone.
CREATE FUNCTION linli.tell_account(
    account uuid, ids uuid[], kind text, payload text, notice text, details text,
    to_households boolean) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, linli
AS $$
DECLARE
    is_own CONSTANT boolean := linli.account_id() IS NOT DISTINCT FROM account;
    kept CONSTANT text[] := ARRAY[
        current_setting('linli.principal', true), current_setting('linli.estate', true),
        current_setting('linli.person', true), current_setting('linli.job', true)];
    own record;
    told integer := 0;
BEGIN
    FOR own IN SELECT * FROM linli.persons_of_account(account) LOOP
        told := told + 1;
        EXIT WHEN ids[told] IS NULL;
        PERFORM set_config('linli.principal', CASE WHEN is_own THEN 'person' ELSE 'job' END, true),
            set_config('linli.estate', own.estate_id::text, true),
            set_config('linli.person', CASE WHEN is_own THEN own.person_id::text ELSE '' END,
                true),
            set_config('linli.job', CASE WHEN is_own THEN '' ELSE 'second-proof' END, true);
        PERFORM linli.append_event(ids[told], kind,
            'person:' || own.person_id || CASE WHEN to_households THEN ARRAY(
                SELECT 'household:' || home FROM unnest(own.households) AS home)
                ELSE '{}'::text[] END,
            ARRAY[own.person_id], payload);
        IF notice IS NOT NULL THEN
            PERFORM linli.notify_of_account(ids[told], notice, account, details, own.person_id);
        END IF;
    END LOOP;
    PERFORM set_config('linli.principal', coalesce(kept[1], ''), true),
        set_config('linli.estate', coalesce(kept[2], ''), true),
        set_config('linli.person', coalesce(kept[3], ''), true),
        set_config('linli.job', coalesce(kept[4], ''), true);
    RETURN told;
END
$$;

-- Budgets ---------------------------------------------------------------------------------------

-- Tries, counted by what they were made at or from, an hour at a time: as many rows as there are
-- hours and hashes, whatever floods.
CREATE TABLE linli.proof_budget (
    scope text NOT NULL,
    hash bytea NOT NULL,
    hour timestamptz NOT NULL,
    tries bigint NOT NULL,
    CONSTRAINT proof_budget_pkey PRIMARY KEY (scope, hash, hour),
    CONSTRAINT proof_budget_scope CHECK (scope ~ '^[a-z_]{1,40}$'),
    CONSTRAINT proof_budget_hash CHECK (octet_length(hash) <= 32)
);
CREATE INDEX proof_budget_by_hour ON linli.proof_budget (hour);
ALTER TABLE linli.proof_budget ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.proof_budget FORCE ROW LEVEL SECURITY;
CREATE POLICY proof_budget_owner ON linli.proof_budget TO linli_owner
    USING (true) WITH CHECK (true);

-- Counts one try, and says whether it is within the hour's budget. Nothing is counted past it.
CREATE FUNCTION linli.take_try(scope text, hash bytea, at timestamptz, tries_max bigint)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    INSERT INTO linli.proof_budget AS b (scope, hash, hour, tries)
    SELECT take_try.scope, take_try.hash, date_trunc('hour', at, 'UTC'), 1
    WHERE tries_max > 0
    ON CONFLICT ON CONSTRAINT proof_budget_pkey
    DO UPDATE SET tries = b.tries + 1
    WHERE b.tries < tries_max;
    RETURN FOUND;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.is_office(text), linli.session_proved(), linli.offices_count() TO linli, linli_backup;
GRANT EXECUTE ON FUNCTION
    linli.enter_session(bytea, uuid, timestamptz), linli.office_sleeps(),
    linli.visible_events(bigint, bigint, uuid[], boolean), linli.persons_of_account(uuid),
    linli.notify_of_account(uuid, text, uuid, text, uuid),
    linli.tell_account(uuid, uuid[], text, text, text, text, boolean),
    linli.take_try(text, bytea, timestamptz, bigint)
    TO linli;
