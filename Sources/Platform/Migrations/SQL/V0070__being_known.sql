-- Being known: proofs, levels, and claims.
--
-- A person whom an import or an operator entered is unclaimed until its account first signs in: no
-- neighbour sees it, nobody is matched with it. The first sign-in claims it and, where the roster
-- has it in a household, proves that household.
--
-- Levels: guest < phone (a code sent to the phone came back) < household (a live proof of a household
-- that the person belongs to now) < in_person (an operator saw the person and a document).

CREATE TABLE linli.proof (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    level text NOT NULL,
    how text NOT NULL,
    household_id uuid,
    proved_at timestamptz NOT NULL,
    ends timestamptz NOT NULL DEFAULT 'infinity',
    -- Who vouches: nobody for the roster, which came by an import.
    by_person_id uuid,
    because text,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    withdrawn_because text,
    CONSTRAINT proof_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT proof_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT proof_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT proof_by FOREIGN KEY (estate_id, by_person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT proof_withdrawn_by FOREIGN KEY (estate_id, withdrawn_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT proof_level_known CHECK (level IN ('household', 'in_person')),
    CONSTRAINT proof_how_known
        CHECK (how IN ('roster', 'paper_code', 'invitation', 'operator', 'desk')),
    CONSTRAINT proof_of_level CHECK ((level = 'in_person') = (how = 'desk')
        AND (level = 'household') = (household_id IS NOT NULL)),
    CONSTRAINT proof_vouched CHECK ((how = 'roster') = (by_person_id IS NULL)),
    CONSTRAINT proof_of_another CHECK (by_person_id <> person_id),
    CONSTRAINT proof_because_length CHECK (char_length(because) BETWEEN 1 AND 400),
    CONSTRAINT proof_desk_because CHECK (how <> 'desk' OR because IS NOT NULL),
    CONSTRAINT proof_forward CHECK (proved_at < ends),
    CONSTRAINT proof_withdrawn_whole CHECK (
        (withdrawn_at IS NULL) = (withdrawn_by IS NULL)
        AND (withdrawn_at IS NULL) = (withdrawn_because IS NULL)),
    CONSTRAINT proof_withdrawn_because_length
        CHECK (char_length(withdrawn_because) BETWEEN 1 AND 400)
);
CREATE INDEX proof_of_person ON linli.proof (estate_id, person_id);

ALTER TABLE linli.proof ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.proof FORCE ROW LEVEL SECURITY;
CREATE POLICY proof_owner ON linli.proof TO linli_owner USING (true) WITH CHECK (true);
CREATE POLICY proof_own ON linli.proof FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.person_id()));
CREATE POLICY proof_for_operators ON linli.proof FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'social_worker')));
GRANT SELECT ON linli.proof TO linli;

-- A UUID of version 7 for what the database itself makes: 48 bits of milliseconds, the rest random
-- (RFC 9562, 5.7).
CREATE FUNCTION linli.fresh_id(at timestamptz) RETURNS uuid
    LANGUAGE sql VOLATILE
AS $$
    SELECT encode(set_byte(
        overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3)
            FROM 1 FOR 6),
        6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112), 'hex')::uuid
$$;

-- Levels ----------------------------------------------------------------------------------------

-- Whether one level is as high as another; unknown words are no level.
CREATE FUNCTION linli.is_at_least(level text, wanted text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(array_position(ARRAY['guest', 'phone', 'household', 'in_person'], level)
        >= array_position(ARRAY['guest', 'phone', 'household', 'in_person'], wanted), false);

-- Whether a live proof shows that the person belongs to the household, or to any (NULL); a proof
-- ends with the membership that it proves.
CREATE FUNCTION linli.is_proved_member(estate uuid, person uuid, household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN estate = linli.estate_id() AND EXISTS (
        SELECT
        FROM linli.proof AS f
        JOIN linli.membership AS m ON m.estate_id = f.estate_id AND m.person_id = f.person_id
            AND m.household_id = f.household_id
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE f.estate_id = estate AND f.person_id = person AND f.level = 'household'
            AND (household IS NULL OR f.household_id = household)
            AND f.proved_at <= at AND f.ends > at
            AND (f.withdrawn_at IS NULL OR f.withdrawn_at > at)
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at);
END
$$;

-- How well a person of the principal's estate is known now.
CREATE FUNCTION linli.level_of(estate uuid, person uuid) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    account uuid;
BEGIN
    IF estate IS DISTINCT FROM linli.estate_id() THEN
        RETURN 'guest';
    END IF;
    SELECT p.account_id INTO account
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person
        AND p.state IN ('active', 'away', 'in_hospital');
    RETURN CASE
        WHEN NOT FOUND THEN 'guest'
        WHEN EXISTS (
            SELECT
            FROM linli.proof AS f
            WHERE f.estate_id = estate AND f.person_id = person AND f.level = 'in_person'
                AND f.proved_at <= at AND f.ends > at
                AND (f.withdrawn_at IS NULL OR f.withdrawn_at > at)) THEN 'in_person'
        WHEN linli.is_proved_member(estate, person, NULL) THEN 'household'
        WHEN EXISTS (
            SELECT
            FROM linli.account_identifier AS i
            WHERE i.account_id = account AND i.kind = 'phone'
                AND i.verified_at <= at AND i.retired_at IS NULL) THEN 'phone'
        ELSE 'guest' END;
END
$$;

-- How well the principal is known now, where it acts.
CREATE FUNCTION linli.own_level() RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NULL THEN
        RETURN 'guest';
    END IF;
    RETURN linli.level_of(linli.estate_id(), linli.person_id());
END
$$;

-- Whether a person of the principal's estate has claimed its row: what neighbours may see, and what
-- may be matched.
CREATE FUNCTION linli.claimed(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = person AND p.claimed_at IS NOT NULL);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.is_at_least(text, text), linli.is_proved_member(uuid, uuid, uuid),
    linli.level_of(uuid, uuid), linli.own_level(), linli.claimed(uuid)
    TO linli;

-- Claims ----------------------------------------------------------------------------------------

-- Makes a person the principal while a function of the owner writes what it does, and answers what
-- was before; `restore_principal` puts that back. For the functions here alone.
CREATE FUNCTION linli.act_as(estate uuid, person uuid, account uuid, at timestamptz) RETURNS text[]
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before CONSTANT text[] := ARRAY[
        coalesce(current_setting('linli.instant', true), ''),
        coalesce(current_setting('linli.principal', true), ''),
        coalesce(current_setting('linli.estate', true), ''),
        coalesce(current_setting('linli.person', true), ''),
        coalesce(current_setting('linli.account', true), ''),
        coalesce(current_setting('linli.beneficiary', true), '')];
BEGIN
    PERFORM linli.restore_principal(ARRAY[
        (extract(epoch FROM at) * 1000000)::bigint::text, 'person', estate::text, person::text,
        account::text, '']);
    RETURN before;
END
$$;

-- Sets the principal to what `act_as` answered. For the functions here alone.
CREATE FUNCTION linli.restore_principal(settings text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM set_config('linli.instant', settings[1], true),
        set_config('linli.principal', settings[2], true),
        set_config('linli.estate', settings[3], true),
        set_config('linli.person', settings[4], true),
        set_config('linli.account', settings[5], true),
        set_config('linli.beneficiary', settings[6], true);
END
$$;

-- Who learns that a person has come to these households: their members, and the leaders of the
-- stairs where they live. For the functions here alone.
CREATE FUNCTION linli.told_of_newcomer(estate uuid, person uuid, households uuid[])
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT m.person_id
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.household_id = ANY (households)
            AND m.person_id <> person AND m.begins <= at AND m.ends > at
        UNION
        SELECT r.person_id
        FROM linli.household AS h
        JOIN linli.place AS p ON p.estate_id = h.estate_id AND p.id = h.residence_id
        JOIN linli.role_term AS r ON r.estate_id = p.estate_id
            AND r.place_id IN (p.stair_id, p.building_id)
        WHERE h.estate_id = estate AND h.id = ANY (households)
            AND r.role = 'stair_leader' AND r.begins <= at AND r.ends > at
            AND r.person_id <> person;
END
$$;

-- Who may see that a person has come to these households: itself, they, their stairs' leaders and
-- the residents' committee. For the functions here alone.
CREATE FUNCTION linli.newcomer_audience(estate uuid, person uuid, households uuid[]) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY['person:' || person, 'role:residents_committee']
        || ARRAY(SELECT 'household:' || h FROM unnest(households) AS h)
        || ARRAY(
            SELECT DISTINCT 'role:stair_leader@' || up.id
            FROM linli.household AS h
            JOIN linli.place AS p ON p.estate_id = h.estate_id AND p.id = h.residence_id
            CROSS JOIN LATERAL (VALUES (p.stair_id), (p.building_id)) AS up (id)
            WHERE h.estate_id = estate AND h.id = ANY (households) AND up.id IS NOT NULL);
END
$$;

-- Proves by the roster each household that the person belongs to now and that nothing proved before:
-- what was withdrawn stays so. Answers all households that it belongs to. For the functions here
-- alone.
CREATE FUNCTION linli.prove_by_roster(estate uuid, person uuid, at timestamptz) RETURNS uuid[]
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    households CONSTANT uuid[] := ARRAY(
        SELECT DISTINCT m.household_id
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE m.estate_id = estate AND m.person_id = person
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at);
BEGIN
    INSERT INTO linli.proof (estate_id, id, person_id, level, how, household_id, proved_at)
    SELECT estate, linli.fresh_id(at), person, 'household', 'roster', own.household, at
    FROM unnest(households) AS own (household)
    WHERE NOT EXISTS (
        SELECT
        FROM linli.proof AS f
        WHERE f.estate_id = estate AND f.person_id = person
            AND f.household_id = own.household);
    RETURN households;
END
$$;

-- Claims the account's persons that nobody has claimed yet, because it has signed in; their
-- households and the leaders of their stairs are told. For the functions here alone.
CREATE FUNCTION linli.claim_persons(account uuid, at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own record;
    before text[];
    households uuid[];
    event uuid;
BEGIN
    FOR own IN
        UPDATE linli.person AS p
        SET claimed_at = at
        WHERE p.account_id = claim_persons.account AND p.claimed_at IS NULL
            AND p.state IN ('active', 'away', 'in_hospital')
        RETURNING p.estate_id, p.id
    LOOP
        before := linli.act_as(own.estate_id, own.id, account, at);
        households := linli.prove_by_roster(own.estate_id, own.id, at);
        event := linli.append_event(linli.fresh_id(at), 'person.claimed',
            linli.newcomer_audience(own.estate_id, own.id, households), ARRAY[own.id],
            json_build_object('person', own.id, 'how', 'roster', 'households', households)::text);
        PERFORM linli.notify(event, 'person.claimed', 'person', own.id, '{}',
            ARRAY(SELECT linli.told_of_newcomer(own.estate_id, own.id, households)));
        PERFORM linli.restore_principal(before);
    END LOOP;
END
$$;

-- Every session, however it was opened, claims.
CREATE FUNCTION linli.session_claims() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.claim_persons(NEW.account_id, NEW.created_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER session_claims AFTER INSERT ON linli.session
    FOR EACH ROW EXECUTE FUNCTION linli.session_claims();

-- A person that an import gives an account which is signed in already is claimed at its commit, when
-- its households are there too.
CREATE FUNCTION linli.person_arrives() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := coalesce(linli.instant(), NEW.created_at);
BEGIN
    IF EXISTS (
        SELECT
        FROM linli.session AS s
        WHERE s.account_id = NEW.account_id AND s.revoked_at IS NULL AND s.expires_at > at)
    THEN
        PERFORM linli.claim_persons(NEW.account_id, at);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER person_arrives AFTER INSERT ON linli.person
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.account_id IS NOT NULL AND NEW.claimed_at IS NULL)
    EXECUTE FUNCTION linli.person_arrives();

-- A household that a later import adds to a claimed person is proved by that roster, too.
CREATE FUNCTION linli.roster_proves() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    own linli.person;
    event uuid;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'import' OR NEW.begins > at OR NEW.ends <= at THEN
        RETURN NULL;
    END IF;
    SELECT * INTO own
    FROM linli.person AS p
    WHERE p.estate_id = NEW.estate_id AND p.id = NEW.person_id AND p.claimed_at IS NOT NULL
        AND p.claimed_at < at;
    IF FOUND THEN
        PERFORM linli.prove_by_roster(NEW.estate_id, NEW.person_id, at);
        event := linli.append_event(linli.fresh_id(at), 'proof.given',
            linli.newcomer_audience(NEW.estate_id, own.id, ARRAY[NEW.household_id]),
            ARRAY[own.id],
            json_build_object('person', own.id, 'level', 'household', 'how', 'roster',
                'household', NEW.household_id)::text);
        PERFORM linli.notify(event, 'person.joined', 'person', own.id, '{}', ARRAY(
            SELECT linli.told_of_newcomer(NEW.estate_id, own.id, ARRAY[NEW.household_id])));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER roster_proves AFTER INSERT ON linli.membership
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION linli.roster_proves();

-- Who had signed in before this was here has claimed already; nobody is told of it as of a newcomer.
UPDATE linli.person AS p
SET claimed_at = first.at
FROM (
    SELECT s.account_id, min(s.created_at) AS at
    FROM linli.session AS s
    GROUP BY s.account_id
) AS first
WHERE p.account_id = first.account_id AND p.claimed_at IS NULL
    AND p.state IN ('active', 'away', 'in_hospital');
INSERT INTO linli.proof (estate_id, id, person_id, level, how, household_id, proved_at)
SELECT DISTINCT ON (m.estate_id, m.person_id, m.household_id)
    m.estate_id, linli.fresh_id(p.claimed_at), m.person_id, 'household', 'roster',
    m.household_id, greatest(p.claimed_at, m.begins)
FROM linli.membership AS m
JOIN linli.person AS p ON p.estate_id = m.estate_id AND p.id = m.person_id
WHERE p.claimed_at IS NOT NULL AND p.origin = 'resident'
ORDER BY m.estate_id, m.person_id, m.household_id, m.begins DESC;

-- Seen by no neighbour --------------------------------------------------------------------------

-- As before, and only who has claimed: whoever is looked after by an unclaimed person is looked
-- after by nobody, and nobody unclaimed is made an organiser.
CREATE OR REPLACE FUNCTION linli.may_organise(estate uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.person AS p
        JOIN linli.account AS a ON a.id = p.account_id AND a.state = 'active'
        WHERE p.estate_id = estate AND p.id = person
            AND p.state IN ('active', 'away', 'in_hospital')
            AND p.claimed_at IS NOT NULL
            AND (EXISTS (
                    SELECT
                    FROM linli.role_term AS r
                    WHERE r.estate_id = estate AND r.person_id = p.id
                        AND r.begins <= at AND r.ends > at)
                OR EXISTS (
                    SELECT
                    FROM linli.membership AS m
                    JOIN linli.household AS h
                        ON h.estate_id = m.estate_id AND h.id = m.household_id
                    WHERE m.estate_id = estate AND m.person_id = p.id
                        AND m.begins <= at AND m.ends > at
                        AND h.begins <= at AND h.ends > at)
                OR linli.holds_above(p.account_id, estate, at)));
END
$$;

-- Whoever holds an office now and has claimed its person, as every person of the estate may know.
CREATE OR REPLACE VIEW linli.officer WITH (security_barrier) AS
    SELECT term.estate_id, term.person_id, person.display_name, term.role::text AS role,
        term.place_id
    FROM linli.role_term AS term
    JOIN linli.person AS person
        ON person.estate_id = term.estate_id AND person.id = term.person_id
    WHERE term.estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.person_id()) IS NOT NULL
        AND term.begins <= (SELECT linli.instant())
        AND term.ends > (SELECT linli.instant())
        AND person.claimed_at IS NOT NULL
        AND term.role IN (
            'organiser', 'stair_leader', 'grid_worker', 'social_worker', 'residents_committee',
            'owners_committee', 'property_manager', 'duty_guard', 'partner_organisation',
            'subdistrict_officer');

-- The names of those who look after an activity, as before and in their order; who is unclaimed has
-- none.
CREATE OR REPLACE FUNCTION linli.steward_names(activity uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.person_id() IS NULL
        OR NOT (linli.is_steward(activity) OR linli.readable_activity(activity) IS NOT NULL)
    THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        SELECT CASE WHEN p.claimed_at IS NULL THEN '*' ELSE p.display_name END
        FROM linli.steward AS s
        JOIN linli.person AS p ON p.estate_id = s.estate_id AND p.id = s.person_id
        WHERE s.estate_id = estate AND s.thing_id = activity
        ORDER BY s.is_lead DESC, s.since, s.person_id);
END
$$;

-- A tie shows its other side once that one has claimed.
DROP POLICY tie_own ON linli.tie;
CREATE POLICY tie_own ON linli.tie FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.person_id()) IN (claimer_id, other_id)
        AND (linli.claimed(CASE WHEN claimer_id = (SELECT linli.person_id())
                THEN other_id ELSE claimer_id END)
            OR CASE WHEN claimer_id = (SELECT linli.person_id())
                THEN other_id ELSE claimer_id END
                IN (SELECT own FROM linli.own_household_members() AS own)));
