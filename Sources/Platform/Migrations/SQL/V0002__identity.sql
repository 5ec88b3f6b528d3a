-- Accounts above estates, persons in them; the tree of nodes, the tree of places; households,
-- memberships, roles, ties and delegations.
--
-- Terms are half-open, [begins, ends): live when begins <= instant AND ends > instant, void at
-- `ends` whether or not a sweep has run. An open end is 'infinity'. Constraints may use ranges,
-- searches may not (only leakproof operators use an index under row-level security).
-- import_key is the operator's own key of a row, so that the same file imports once.

CREATE DOMAIN linli.role_code AS text
    CONSTRAINT role_code_known CHECK (VALUE IN (
        'resident', 'owner', 'tenant', 'family_elsewhere', 'carer', 'volunteer', 'organiser',
        'stair_leader', 'grid_worker', 'social_worker', 'residents_committee', 'owners_committee',
        'property_manager', 'duty_guard', 'installer', 'partner_organisation',
        'subdistrict_officer', 'software_operator'));

-- Above the estates -----------------------------------------------------------------------------

-- A human: phones, passkeys, sessions, one inbox.
CREATE TABLE linli.account (
    id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    language text NOT NULL DEFAULT 'zh',
    state text NOT NULL DEFAULT 'active',
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_language_known CHECK (language IN ('zh', 'en')),
    CONSTRAINT account_state_known CHECK (state IN ('active', 'suspended', 'erased'))
);

-- What an account is found by: a keyed hash, and the value sealed. A phone may lead to several
-- accounts (a couple, a recycled number); what a provider issues leads to one.
CREATE TABLE linli.account_identifier (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    value_hash bytea NOT NULL,
    value_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    verified_at timestamptz,
    retired_at timestamptz,
    CONSTRAINT account_identifier_pkey PRIMARY KEY (id),
    CONSTRAINT account_identifier_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT account_identifier_kind_known CHECK (kind IN ('phone', 'wechat', 'oidc')),
    CONSTRAINT account_identifier_hash_bytes CHECK (octet_length(value_hash) = 32),
    CONSTRAINT account_identifier_once UNIQUE (account_id, kind, value_hash)
);
CREATE INDEX account_identifier_found_by ON linli.account_identifier (kind, value_hash)
    WHERE retired_at IS NULL;
CREATE UNIQUE INDEX account_identifier_one_account ON linli.account_identifier (kind, value_hash)
    WHERE retired_at IS NULL AND kind <> 'phone';

-- The administrative tree above the estates; public names only.
CREATE TABLE linli.node (
    id uuid NOT NULL,
    parent_id uuid,
    kind text NOT NULL,
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT node_pkey PRIMARY KEY (id),
    CONSTRAINT node_parent FOREIGN KEY (parent_id) REFERENCES linli.node (id),
    CONSTRAINT node_code_once UNIQUE NULLS NOT DISTINCT (parent_id, code),
    CONSTRAINT node_kind_known
        CHECK (kind IN ('city', 'district', 'subdistrict', 'committee_area')),
    CONSTRAINT node_root_is_city CHECK ((kind = 'city') = (parent_id IS NULL))
);

-- An estate (小区): the unit of isolation.
CREATE TABLE linli.estate (
    estate_id uuid NOT NULL,
    node_id uuid NOT NULL,
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    zone text NOT NULL DEFAULT 'Asia/Shanghai',
    built_year integer,
    parking_spaces integer,
    CONSTRAINT estate_pkey PRIMARY KEY (estate_id),
    CONSTRAINT estate_node FOREIGN KEY (node_id) REFERENCES linli.node (id),
    CONSTRAINT estate_built_year_plausible CHECK (built_year BETWEEN 1800 AND 2200),
    CONSTRAINT estate_parking_spaces_counted CHECK (parking_spaces >= 0)
);
CREATE INDEX estate_of_node ON linli.estate (node_id);

-- A role at a node above estates. It is held by an account, and gives it a person in each estate
-- below for the term: linli.person_of makes the row when the account first enters the estate.
CREATE TABLE linli.account_role_term (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    role linli.role_code NOT NULL,
    node_id uuid NOT NULL,
    -- The name it is held under: the display name of the persons it gives.
    display_name text NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    because text NOT NULL,
    import_key text,
    CONSTRAINT account_role_term_pkey PRIMARY KEY (id),
    CONSTRAINT account_role_term_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT account_role_term_node FOREIGN KEY (node_id) REFERENCES linli.node (id),
    CONSTRAINT account_role_term_import_once UNIQUE (node_id, import_key),
    CONSTRAINT account_role_term_office CHECK (role IN (
        'grid_worker', 'social_worker', 'residents_committee', 'partner_organisation',
        'subdistrict_officer', 'software_operator')),
    CONSTRAINT account_role_term_forward CHECK (begins < ends),
    CONSTRAINT account_role_term_ends CHECK (ends < 'infinity'),
    CONSTRAINT account_role_term_once EXCLUDE USING gist (
        account_id WITH =, (role::text) WITH =, node_id WITH =, tstzrange(begins, ends) WITH &&)
);

-- In an estate ----------------------------------------------------------------------------------

-- Building, stair, floor, residence, public place, parking. building_id, stair_id and floor_id are
-- the place's own ancestors (or itself), filled in from the parent, which never changes.
CREATE TABLE linli.place (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    parent_id uuid,
    kind text NOT NULL,
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    building_id uuid,
    stair_id uuid,
    floor_id uuid,
    CONSTRAINT place_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT place_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT place_parent FOREIGN KEY (estate_id, parent_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT place_kind_known
        CHECK (kind IN ('building', 'stair', 'floor', 'residence', 'public', 'parking')),
    CONSTRAINT place_of_kind UNIQUE (estate_id, id, kind),
    CONSTRAINT place_code_once UNIQUE NULLS NOT DISTINCT (estate_id, parent_id, kind, code)
);
CREATE INDEX place_of_stair ON linli.place (estate_id, stair_id, kind);
CREATE INDEX place_of_building ON linli.place (estate_id, building_id, kind);

CREATE FUNCTION linli.place_ancestry() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, linli
AS $$
DECLARE
    above linli.place;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.kind <> OLD.kind THEN
            RAISE EXCEPTION 'a place keeps its parent and its kind'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'place_stays';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.parent_id IS NOT NULL THEN
        SELECT * INTO above
        FROM linli.place
        WHERE estate_id = NEW.estate_id AND id = NEW.parent_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the parent of a place is not there'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'place_parent';
        END IF;
    END IF;
    IF NOT (CASE NEW.kind
        WHEN 'building' THEN above.kind IS NULL
        WHEN 'stair' THEN above.kind IS NOT DISTINCT FROM 'building'
        WHEN 'floor' THEN coalesce(above.kind IN ('building', 'stair'), false)
        WHEN 'residence' THEN coalesce(above.kind IN ('building', 'stair', 'floor'), false)
        ELSE above.kind IS NULL OR above.kind IN ('building', 'stair', 'floor', 'public')
    END) THEN
        RAISE EXCEPTION 'a place of this kind does not stand under that parent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'place_parent_kind';
    END IF;
    NEW.building_id := CASE NEW.kind WHEN 'building' THEN NEW.id ELSE above.building_id END;
    NEW.stair_id := CASE NEW.kind WHEN 'stair' THEN NEW.id ELSE above.stair_id END;
    NEW.floor_id := CASE NEW.kind WHEN 'floor' THEN NEW.id ELSE above.floor_id END;
    RETURN NEW;
END
$$;
CREATE TRIGGER place_ancestry BEFORE INSERT OR UPDATE ON linli.place
    FOR EACH ROW EXECUTE FUNCTION linli.place_ancestry();

-- An account's one person in an estate; without an account it is unclaimed.
CREATE TABLE linli.person (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid,
    display_name text NOT NULL,
    -- 'office': here only while an account_role_term above this estate is live.
    origin text NOT NULL DEFAULT 'resident',
    state text NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL,
    claimed_at timestamptz,
    import_key text,
    CONSTRAINT person_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT person_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT person_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT person_one_of_account UNIQUE (estate_id, account_id),
    CONSTRAINT person_import_once UNIQUE (estate_id, import_key),
    CONSTRAINT person_origin_known CHECK (origin IN ('resident', 'office')),
    CONSTRAINT person_office_has_account CHECK (origin <> 'office' OR account_id IS NOT NULL),
    CONSTRAINT person_claim_has_account CHECK (claimed_at IS NULL OR account_id IS NOT NULL),
    CONSTRAINT person_state_known CHECK (
        state IN ('active', 'away', 'in_hospital', 'moved', 'dead', 'suspended', 'erased')),
    CONSTRAINT person_display_name_length CHECK (char_length(display_name) BETWEEN 1 AND 80)
);
CREATE INDEX person_of_account ON linli.person (account_id) WHERE account_id IS NOT NULL;

-- What of a person is sealed, a row a field: AES-256-GCM, bound to table, field and person.
CREATE TABLE linli.person_sealed (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    field text NOT NULL,
    value_sealed bytea NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT person_sealed_pkey PRIMARY KEY (estate_id, person_id, field),
    CONSTRAINT person_sealed_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT person_sealed_field_known CHECK (
        field IN ('birth_date', 'legal_name', 'contact_phone', 'identity_number', 'attributes'))
);

-- A household; several may live in one residence (a shared flat).
CREATE TABLE linli.household (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    residence_id uuid,
    place_kind text NOT NULL GENERATED ALWAYS AS ('residence') STORED,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL DEFAULT 'infinity',
    import_key text,
    CONSTRAINT household_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT household_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT household_residence FOREIGN KEY (estate_id, residence_id, place_kind)
        REFERENCES linli.place (estate_id, id, kind),
    CONSTRAINT household_import_once UNIQUE (estate_id, import_key),
    CONSTRAINT household_forward CHECK (begins < ends)
);
CREATE INDEX household_of_residence ON linli.household (estate_id, residence_id);

CREATE TABLE linli.membership (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    person_id uuid NOT NULL,
    role_in_household text NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT membership_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT membership_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT membership_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT membership_role_known CHECK (role_in_household IN (
        'head', 'spouse', 'child', 'parent', 'grandparent', 'grandchild', 'relative', 'tenant',
        'flatmate', 'carer', 'other')),
    CONSTRAINT membership_forward CHECK (begins < ends),
    CONSTRAINT membership_once EXCLUDE USING gist (
        estate_id WITH =, household_id WITH =, person_id WITH =,
        tstzrange(begins, ends) WITH &&)
);
CREATE INDEX membership_of_person ON linli.membership (estate_id, person_id);
CREATE INDEX membership_of_household ON linli.membership (estate_id, household_id);

-- A role in an estate for a term, over all of it (place_id NULL) or at a place and what is below.
CREATE TABLE linli.role_term (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role linli.role_code NOT NULL,
    place_id uuid,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL DEFAULT 'infinity',
    -- Why: a code of the reason (elected, appointed, contract, roster …) and what it points to.
    because text NOT NULL,
    because_ref text,
    appointed_by uuid,
    import_key text,
    CONSTRAINT role_term_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT role_term_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT role_term_place FOREIGN KEY (estate_id, place_id)
        REFERENCES linli.place (estate_id, id),
    CONSTRAINT role_term_appointed_by FOREIGN KEY (estate_id, appointed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT role_term_import_once UNIQUE (estate_id, import_key),
    CONSTRAINT role_term_forward CHECK (begins < ends),
    -- An office ends on a day that is known when it begins.
    CONSTRAINT role_term_office_ends CHECK (ends < 'infinity' OR role IN (
        'resident', 'owner', 'tenant', 'family_elsewhere', 'carer', 'volunteer', 'organiser')),
    CONSTRAINT role_term_once EXCLUDE USING gist (
        estate_id WITH =, person_id WITH =, (role::text) WITH =,
        (coalesce(place_id, '00000000-0000-0000-0000-000000000000'::uuid)) WITH =,
        tstzrange(begins, ends) WITH &&)
);
CREATE INDEX role_term_of_person ON linli.role_term (estate_id, person_id);
CREATE INDEX role_term_of_role ON linli.role_term (estate_id, role, ends);

-- A tie counts when both have confirmed it: one claims, the other confirms.
CREATE TABLE linli.tie (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    claimer_id uuid NOT NULL,
    other_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    ends timestamptz NOT NULL DEFAULT 'infinity',
    import_key text,
    CONSTRAINT tie_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT tie_claimer FOREIGN KEY (estate_id, claimer_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT tie_other FOREIGN KEY (estate_id, other_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT tie_import_once UNIQUE (estate_id, import_key),
    CONSTRAINT tie_kind_known CHECK (kind IN (
        'kin', 'neighbour', 'fellow_townsman', 'former_workmate', 'classmate', 'friend')),
    CONSTRAINT tie_of_two CHECK (claimer_id <> other_id),
    CONSTRAINT tie_confirmed_later CHECK (confirmed_at >= claimed_at),
    CONSTRAINT tie_ends_later CHECK (ends >= claimed_at)
);
CREATE UNIQUE INDEX tie_once ON linli.tie (
    estate_id, kind, least(claimer_id, other_id), greatest(claimer_id, other_id))
    WHERE ends = 'infinity';
CREATE INDEX tie_of_claimer ON linli.tie (estate_id, claimer_id);
CREATE INDEX tie_of_other ON linli.tie (estate_id, other_id);

-- Who may act for whom, within which scopes. Every act names doer and beneficiary.
CREATE TABLE linli.delegation (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    doer_id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    scope text[] NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    because text NOT NULL,
    recorded_by uuid,
    import_key text,
    CONSTRAINT delegation_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT delegation_doer FOREIGN KEY (estate_id, doer_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT delegation_beneficiary FOREIGN KEY (estate_id, beneficiary_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT delegation_recorded_by FOREIGN KEY (estate_id, recorded_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT delegation_import_once UNIQUE (estate_id, import_key),
    CONSTRAINT delegation_of_two CHECK (doer_id <> beneficiary_id),
    CONSTRAINT delegation_forward CHECK (begins < ends),
    CONSTRAINT delegation_scope_named CHECK (cardinality(scope) BETWEEN 1 AND 32)
);
CREATE INDEX delegation_of_doer ON linli.delegation (estate_id, doer_id);
CREATE INDEX delegation_of_beneficiary ON linli.delegation (estate_id, beneficiary_id);

-- Questions of the principal --------------------------------------------------------------------
-- PL/pgSQL, so that a connection keeps their plans; as the owner, so that a policy may ask them
-- without asking itself.

-- Whether a term of this account above the estate is live, in one of the roles (NULL: in any).
CREATE FUNCTION linli.holds_above(
    account uuid, estate uuid, at timestamptz, roles text[] DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.account_role_term AS term
        WHERE term.account_id = account
            AND term.begins <= at
            AND term.ends > at
            AND (roles IS NULL OR term.role = ANY (roles))
            AND term.node_id IN (
                WITH RECURSIVE above (id, parent_id) AS (
                    SELECT node.id, node.parent_id
                    FROM linli.estate AS e JOIN linli.node AS node ON node.id = e.node_id
                    WHERE e.estate_id = estate
                    UNION ALL
                    SELECT node.id, node.parent_id
                    FROM above JOIN linli.node AS node ON node.id = above.parent_id
                )
                SELECT above.id
                FROM above));
END
$$;

-- Whether the principal holds one of these roles now over the whole estate.
CREATE FUNCTION linli.has_role(VARIADIC roles text[]) RETURNS boolean
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

-- Whether the principal holds one of these roles now at this place: there, above it, or over the
-- whole estate.
CREATE FUNCTION linli.has_role_at(place uuid, VARIADIC roles text[]) RETURNS boolean
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

-- The roles that the principal holds now, wherever in the estate; NULL place: over all of it.
CREATE FUNCTION linli.own_roles() RETURNS TABLE (role text, place_id uuid)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
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
            AND term.ends > at;
    RETURN QUERY
        SELECT DISTINCT term.role::text, NULL::uuid
        FROM linli.account_role_term AS term
        WHERE term.account_id = linli.account_id()
            AND linli.holds_above(term.account_id, estate, at, ARRAY[term.role::text]);
END
$$;

-- The households that the principal belongs to now.
CREATE FUNCTION linli.own_households() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    person CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT m.household_id
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE m.estate_id = estate
            AND m.person_id = person
            AND m.begins <= at
            AND m.ends > at
            AND h.begins <= at
            AND h.ends > at;
END
$$;

-- The persons who belong to one of the principal's households now, the principal among them.
CREATE FUNCTION linli.own_household_members() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT m.person_id
        FROM linli.membership AS m
        WHERE m.estate_id = estate
            AND m.household_id IN (SELECT own FROM linli.own_households() AS own)
            AND m.begins <= at
            AND m.ends > at;
END
$$;

-- The places that the principal lives in or under now: residence, floor, stair, building.
CREATE FUNCTION linli.own_places() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT DISTINCT up.id
        FROM linli.own_households() AS own
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = own
        JOIN linli.place AS p ON p.estate_id = estate AND p.id = h.residence_id
        CROSS JOIN LATERAL
            (VALUES (p.id), (p.floor_id), (p.stair_id), (p.building_id)) AS up (id)
        WHERE up.id IS NOT NULL;
END
$$;

-- Whether the principal may act for this person in this scope now.
CREATE FUNCTION linli.acts_for(beneficiary uuid, wanted text) RETURNS boolean
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
    RETURN beneficiary = person OR EXISTS (
        SELECT
        FROM linli.delegation AS d
        WHERE d.estate_id = estate
            AND d.doer_id = person
            AND d.beneficiary_id = beneficiary
            AND d.begins <= at
            AND d.ends > at
            AND wanted = ANY (d.scope));
END
$$;

-- The estates that the account may enter now: where it has a person, and those below its terms.
CREATE FUNCTION linli.own_estates() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account CONSTANT uuid := linli.account_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT p.estate_id
        FROM linli.person AS p
        WHERE p.account_id = account
            AND p.origin = 'resident'
            AND p.state IN ('active', 'away', 'in_hospital')
        UNION
        SELECT e.estate_id
        FROM linli.estate AS e
        WHERE e.node_id IN (
            WITH RECURSIVE below (id) AS (
                SELECT term.node_id
                FROM linli.account_role_term AS term
                WHERE term.account_id = account
                    AND term.begins <= at
                    AND term.ends > at
                UNION
                SELECT node.id
                FROM below JOIN linli.node AS node ON node.parent_id = below.id
            )
            SELECT below.id
            FROM below);
END
$$;

-- The account's person in an estate at this instant; NULL when it has none there. An account with
-- a live term above the estate and no person yet gets one: the row `fresh`, an id of the server's.
-- An account enters where this gives a person, and nowhere else.
CREATE FUNCTION linli.person_of(account uuid, estate uuid, fresh uuid, at timestamptz)
    RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    found_id uuid;
    found_origin text;
    found_state text;
BEGIN
    IF linli.holds_above(account, estate, at) THEN
        INSERT INTO linli.person (estate_id, id, account_id, display_name, origin, created_at,
            claimed_at)
        SELECT estate, fresh, account, term.display_name, 'office', at, at
        FROM linli.account_role_term AS term
        WHERE term.account_id = account AND term.begins <= at AND term.ends > at
        ORDER BY term.begins, term.id
        LIMIT 1
        ON CONFLICT ON CONSTRAINT person_one_of_account DO NOTHING;
    END IF;
    SELECT p.id, p.origin, p.state INTO found_id, found_origin, found_state
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.account_id = account;
    IF found_state IN ('active', 'away', 'in_hospital')
        AND (found_origin = 'resident' OR linli.holds_above(account, estate, at))
    THEN
        RETURN found_id;
    END IF;
    RETURN NULL;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.has_role(text[]), linli.has_role_at(uuid, text[]), linli.own_roles(),
    linli.own_households(), linli.own_household_members(), linli.own_places(),
    linli.acts_for(uuid, text), linli.own_estates(), linli.person_of(uuid, uuid, uuid, timestamptz)
    TO linli;

-- Who sees what ---------------------------------------------------------------------------------

-- The owner's functions above run under forced row-level security too: the owner sees all.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'account', 'account_identifier', 'node', 'estate', 'account_role_term', 'place', 'person',
        'person_sealed', 'household', 'membership', 'role_term', 'tie', 'delegation']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
    -- The job `import` writes the identity tables of its own estate.
    FOREACH name IN ARRAY ARRAY[
        'estate', 'place', 'person', 'person_sealed', 'household', 'membership', 'role_term',
        'tie', 'delegation']
    LOOP
        EXECUTE format(
            'CREATE POLICY %I ON linli.%I TO linli USING (estate_id = (SELECT linli.estate_id()) '
            'AND (SELECT linli.job_name()) = ''import'') WITH CHECK (estate_id = '
            '(SELECT linli.estate_id()) AND (SELECT linli.job_name()) = ''import'')',
            name || '_import', name);
    END LOOP;
    -- Above the estates it adds rows, and reads back none but those of persons of its estate.
    FOREACH name IN ARRAY ARRAY['account', 'account_identifier', 'node', 'account_role_term']
    LOOP
        EXECUTE format(
            'CREATE POLICY %I ON linli.%I FOR INSERT TO linli '
            'WITH CHECK ((SELECT linli.job_name()) = ''import'')', name || '_import', name);
    END LOOP;
END
$$;

CREATE POLICY account_own ON linli.account FOR SELECT TO linli
    USING (id = (SELECT linli.account_id()));
CREATE POLICY account_own_change ON linli.account FOR UPDATE TO linli
    USING (id = (SELECT linli.account_id()))
    WITH CHECK (id = (SELECT linli.account_id()));
CREATE POLICY account_identifier_own ON linli.account_identifier FOR SELECT TO linli
    USING (account_id = (SELECT linli.account_id()));
CREATE POLICY account_role_term_own ON linli.account_role_term FOR SELECT TO linli
    USING (account_id = (SELECT linli.account_id()));
CREATE POLICY account_role_term_import_read ON linli.account_role_term FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'import');

CREATE POLICY node_public ON linli.node FOR SELECT TO linli
    USING ((SELECT linli.principal_kind()) IS NOT NULL);
CREATE POLICY estate_here ON linli.estate FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()));
CREATE POLICY estate_of_account ON linli.estate FOR SELECT TO linli
    USING ((SELECT linli.principal_kind()) = 'account'
        AND estate_id IN (SELECT own FROM linli.own_estates() AS own));
CREATE POLICY place_here ON linli.place FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()));

-- A person reads itself and its household; the committee and the property manager their estate.
CREATE POLICY person_own ON linli.person FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND id = (SELECT linli.person_id()));
CREATE POLICY person_own_change ON linli.person FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND id = (SELECT linli.person_id()))
    WITH CHECK (estate_id = (SELECT linli.estate_id()) AND id = (SELECT linli.person_id()));
CREATE POLICY person_of_household ON linli.person FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND id IN (SELECT own FROM linli.own_household_members() AS own));
CREATE POLICY person_for_operators ON linli.person FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'property_manager')));
CREATE POLICY person_of_account ON linli.person FOR SELECT TO linli
    USING ((SELECT linli.principal_kind()) = 'account'
        AND account_id = (SELECT linli.account_id()));

CREATE POLICY person_sealed_own ON linli.person_sealed FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.person_id()));

CREATE POLICY household_own ON linli.household FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND id IN (SELECT own FROM linli.own_households() AS own));
CREATE POLICY household_for_operators ON linli.household FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'property_manager')));
CREATE POLICY membership_own ON linli.membership FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (person_id = (SELECT linli.person_id())
            OR household_id IN (SELECT own FROM linli.own_households() AS own)));
CREATE POLICY membership_for_operators ON linli.membership FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'property_manager')));

CREATE POLICY role_term_own ON linli.role_term FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND person_id = (SELECT linli.person_id()));
CREATE POLICY role_term_for_operators ON linli.role_term FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.has_role('residents_committee', 'property_manager')));

CREATE POLICY tie_own ON linli.tie FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.person_id()) IN (claimer_id, other_id));
CREATE POLICY tie_claim ON linli.tie FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.estate_id())
        AND claimer_id = (SELECT linli.person_id()) AND confirmed_at IS NULL);
CREATE POLICY tie_confirm ON linli.tie FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.estate_id()) AND other_id = (SELECT linli.person_id()))
    WITH CHECK (estate_id = (SELECT linli.estate_id()) AND other_id = (SELECT linli.person_id()));
CREATE POLICY delegation_own ON linli.delegation FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.person_id()) IN (doer_id, beneficiary_id));

-- Whoever holds an office now, as every person of the estate may know: name, role, place.
CREATE VIEW linli.officer WITH (security_barrier) AS
    SELECT term.estate_id, term.person_id, person.display_name, term.role::text AS role,
        term.place_id
    FROM linli.role_term AS term
    JOIN linli.person AS person
        ON person.estate_id = term.estate_id AND person.id = term.person_id
    WHERE term.estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.person_id()) IS NOT NULL
        AND term.begins <= (SELECT linli.instant())
        AND term.ends > (SELECT linli.instant())
        AND term.role IN (
            'organiser', 'stair_leader', 'grid_worker', 'social_worker', 'residents_committee',
            'owners_committee', 'property_manager', 'duty_guard', 'partner_organisation',
            'subdistrict_officer');

-- What the serving role may touch at all; which rows, the policies say.
GRANT SELECT ON linli.account, linli.account_identifier, linli.node, linli.estate,
    linli.account_role_term, linli.place, linli.person, linli.person_sealed, linli.household,
    linli.membership, linli.role_term, linli.tie, linli.delegation, linli.officer TO linli;
GRANT INSERT ON linli.account, linli.account_identifier, linli.node, linli.estate,
    linli.account_role_term, linli.place, linli.person, linli.person_sealed, linli.household,
    linli.membership, linli.role_term, linli.tie, linli.delegation TO linli;
GRANT UPDATE (language) ON linli.account TO linli;
GRANT UPDATE (name_zh, name_en, built_year, parking_spaces) ON linli.estate TO linli;
GRANT UPDATE (code, name_zh, name_en) ON linli.place TO linli;
GRANT UPDATE (display_name) ON linli.person TO linli;
GRANT UPDATE (value_sealed, changed_at) ON linli.person_sealed TO linli;
GRANT UPDATE (ends) ON linli.household, linli.membership, linli.role_term TO linli;
GRANT UPDATE (confirmed_at, ends) ON linli.tie TO linli;
