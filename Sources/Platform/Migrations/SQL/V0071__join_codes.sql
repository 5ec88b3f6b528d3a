-- Codes that let somebody into a household: on paper, from an operator, or an invitation from a
-- member. A code is good once and until its last day; only its keyed hash is kept.
--
-- An operator (the residents' committee over the estate, a stair leader at the stair) never proves
-- its own household: for that it is a member like others, or another operator does it.

CREATE TABLE linli.join_code (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    how text NOT NULL,
    code_hash bytea NOT NULL,
    -- Where. Without a household: one that begins there when the code is used.
    residence_id uuid,
    place_kind text NOT NULL GENERATED ALWAYS AS ('residence') STORED,
    household_id uuid,
    -- The unclaimed person whom it is for, if the register has it already.
    person_id uuid,
    -- What the one who uses it is in the household.
    role_in_household text NOT NULL,
    issued_by uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    because text,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    used_at timestamptz,
    used_by uuid,
    revoked_at timestamptz,
    revoked_by uuid,
    CONSTRAINT join_code_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT join_code_once UNIQUE (estate_id, code_hash),
    CONSTRAINT join_code_residence FOREIGN KEY (estate_id, residence_id, place_kind)
        REFERENCES linli.place (estate_id, id, kind),
    CONSTRAINT join_code_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT join_code_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT join_code_issued_by FOREIGN KEY (estate_id, issued_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT join_code_used_by FOREIGN KEY (estate_id, used_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT join_code_revoked_by FOREIGN KEY (estate_id, revoked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT join_code_how_known CHECK (how IN ('paper_code', 'invitation')),
    CONSTRAINT join_code_hash_bytes CHECK (octet_length(code_hash) = 32),
    CONSTRAINT join_code_somewhere CHECK (residence_id IS NOT NULL OR household_id IS NOT NULL),
    CONSTRAINT join_code_of_household CHECK (
        household_id IS NOT NULL OR (how = 'paper_code' AND person_id IS NULL)),
    CONSTRAINT join_code_role_known CHECK (role_in_household IN (
        'head', 'spouse', 'child', 'parent', 'grandparent', 'grandchild', 'relative', 'tenant',
        'flatmate', 'carer', 'other')),
    CONSTRAINT join_code_because CHECK (how <> 'paper_code' OR because IS NOT NULL),
    CONSTRAINT join_code_because_length CHECK (char_length(because) BETWEEN 1 AND 400),
    CONSTRAINT join_code_forward CHECK (begins < ends AND issued_at < ends),
    CONSTRAINT join_code_used_whole CHECK ((used_at IS NULL) = (used_by IS NULL)),
    CONSTRAINT join_code_revoked_whole CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT join_code_ends_once CHECK (used_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX join_code_found_by ON linli.join_code (code_hash);
CREATE INDEX join_code_of_household ON linli.join_code (estate_id, household_id);

-- Whether the principal may let people in at a residence: the residents' committee anywhere, a stair
-- leader at the stair. Nobody does it for another.
CREATE FUNCTION linli.may_admit_at(residence uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL
        AND (linli.has_role('residents_committee')
            OR coalesce(linli.has_role_at(residence, 'stair_leader'), false));
END
$$;

-- Whether the principal may let people in anywhere: who may not is told so, and who may elsewhere
-- learns nothing of this place.
CREATE FUNCTION linli.may_admit() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL AND EXISTS (
        SELECT
        FROM linli.own_roles() AS own
        WHERE CASE WHEN own.place_id IS NULL
            THEN linli.has_role(own.role) AND own.role IN ('residents_committee', 'stair_leader')
            ELSE own.role = 'stair_leader' AND linli.has_role_at(own.place_id, own.role) END);
END
$$;

-- The stairs and buildings whose leader the principal is now.
CREATE FUNCTION linli.led_places() RETURNS uuid[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT own.place_id
        FROM linli.own_roles() AS own
        WHERE own.role = 'stair_leader' AND own.place_id IS NOT NULL
            AND linli.has_role_at(own.place_id, 'stair_leader'));
END
$$;

-- The residences where the principal may let people in because it leads their stair.
CREATE FUNCTION linli.led_residences() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    places CONSTANT uuid[] := linli.led_places();
BEGIN
    RETURN QUERY
        SELECT p.id
        FROM linli.place AS p
        WHERE p.estate_id = linli.estate_id() AND p.kind = 'residence'
            AND p.stair_id = ANY (places)
        UNION
        SELECT p.id
        FROM linli.place AS p
        WHERE p.estate_id = linli.estate_id() AND p.kind = 'residence'
            AND p.building_id = ANY (places);
END
$$;

-- Where the principal lives now. For the functions here alone.
CREATE FUNCTION linli.lives_at(residence uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.own_households() AS own
        JOIN linli.household AS h ON h.estate_id = linli.estate_id() AND h.id = own
        WHERE h.residence_id = residence);
END
$$;

-- Issues a code on paper. Verdicts: issued; not_operator; unknown (no such residence or household
-- where the principal may let people in, or no such unclaimed member of it); own.
CREATE FUNCTION linli.join_code_issue(
    new_id uuid, hash bytea, residence uuid, household uuid, person uuid, standing text,
    because text, begins timestamptz, ends timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    home uuid := residence;
BEGIN
    IF NOT linli.may_admit() THEN
        RETURN 'not_operator';
    END IF;
    IF household IS NOT NULL THEN
        SELECT h.residence_id INTO home
        FROM linli.household AS h
        WHERE h.estate_id = estate AND h.id = household AND h.begins <= at AND h.ends > at;
        IF NOT FOUND OR (residence IS NOT NULL AND home IS DISTINCT FROM residence) THEN
            RETURN 'unknown';
        END IF;
    ELSIF NOT EXISTS (
        SELECT
        FROM linli.place AS p
        WHERE p.estate_id = estate AND p.id = residence AND p.kind = 'residence')
    THEN
        RETURN 'unknown';
    END IF;
    IF NOT linli.may_admit_at(home) OR (person IS NOT NULL AND NOT EXISTS (
        SELECT
        FROM linli.person AS p
        JOIN linli.membership AS m ON m.estate_id = p.estate_id AND m.person_id = p.id
        WHERE p.estate_id = estate AND p.id = person AND p.claimed_at IS NULL
            AND p.state IN ('active', 'away', 'in_hospital')
            AND m.household_id = household AND m.begins <= at AND m.ends > at))
    THEN
        RETURN 'unknown';
    END IF;
    IF linli.lives_at(home) OR household IN (SELECT own FROM linli.own_households() AS own) THEN
        RETURN 'own';
    END IF;
    INSERT INTO linli.join_code (estate_id, id, how, code_hash, residence_id, household_id,
        person_id, role_in_household, issued_by, issued_at, because, begins, ends)
    VALUES (estate, new_id, 'paper_code', hash, home, household, person, standing,
        linli.person_id(), at, because, begins, ends);
    RETURN 'issued';
END
$$;

-- Invites somebody into a household of the principal: NULL, into the only one. Verdicts: issued;
-- unknown (none of its own); which (it has several); not_proved; full. That the principal is of age
-- the server knows, which opens the sealed day of birth.
CREATE FUNCTION linli.join_invite(
    new_id uuid, hash bytea, household uuid, standing text, ends timestamptz, open_max integer)
    RETURNS TABLE (verdict text, household_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid[] := ARRAY(SELECT DISTINCT o FROM linli.own_households() AS o);
BEGIN
    household_id := coalesce(household, CASE cardinality(own) WHEN 1 THEN own[1] END);
    IF linli.beneficiary_id() IS NOT NULL OR cardinality(own) = 0
        OR NOT coalesce(household_id = ANY (own), true)
    THEN
        verdict := 'unknown';
    ELSIF household_id IS NULL THEN
        verdict := 'which';
    ELSIF NOT linli.claimed(linli.person_id())
        OR NOT (linli.is_proved_member(estate, linli.person_id(), household_id)
            OR linli.own_level() = 'in_person')
    THEN
        verdict := 'not_proved';
    ELSE
        -- One at a time, so that no two count the same.
        PERFORM pg_advisory_xact_lock(hashtextextended('invitations/' || household_id, 71));
        verdict := CASE WHEN open_max <= (
            SELECT count(*)
            FROM linli.join_code AS c
            WHERE c.estate_id = estate AND c.household_id = join_invite.household_id
                AND c.how = 'invitation' AND c.used_at IS NULL AND c.revoked_at IS NULL
                AND c.ends > at) THEN 'full' ELSE 'issued' END;
    END IF;
    IF verdict = 'issued' THEN
        INSERT INTO linli.join_code (estate_id, id, how, code_hash, residence_id, household_id,
            role_in_household, issued_by, issued_at, begins, ends)
        SELECT estate, new_id, 'invitation', hash, h.residence_id, h.id, standing,
            linli.person_id(), at, at, join_invite.ends
        FROM linli.household AS h
        WHERE h.estate_id = estate AND h.id = join_invite.household_id;
    END IF;
    RETURN NEXT;
END
$$;

-- Revokes a code; no row when the principal does not see it. Verdicts: revoked; used, expired, again (it was before).
CREATE FUNCTION linli.join_code_revoke(wanted uuid)
    RETURNS TABLE (verdict text, how text, household_id uuid, residence_id uuid, issued_by uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    code linli.join_code;
BEGIN
    SELECT * INTO code
    FROM linli.join_code AS c
    WHERE c.estate_id = linli.estate_id() AND c.id = wanted
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT (code.issued_by = linli.person_id()
            OR coalesce(code.household_id IN (SELECT own FROM linli.own_households() AS own), false)
            OR linli.may_admit_at(code.residence_id))
    THEN
        RETURN;
    END IF;
    verdict := CASE
        WHEN code.used_at IS NOT NULL THEN 'used'
        WHEN code.revoked_at IS NOT NULL THEN 'again'
        WHEN code.ends <= at THEN 'expired'
        ELSE 'revoked' END;
    how := code.how;
    household_id := code.household_id;
    residence_id := code.residence_id;
    issued_by := code.issued_by;
    IF verdict = 'revoked' THEN
        UPDATE linli.join_code AS c
        SET revoked_at = at, revoked_by = linli.person_id()
        WHERE c.estate_id = code.estate_id AND c.id = code.id;
    END IF;
    RETURN NEXT;
END
$$;

ALTER TABLE linli.join_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.join_code FORCE ROW LEVEL SECURITY;
CREATE POLICY join_code_owner ON linli.join_code TO linli_owner USING (true) WITH CHECK (true);
-- Who issued it, the members of its household, and who may let people in there.
CREATE POLICY join_code_read ON linli.join_code FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND (SELECT linli.beneficiary_id()) IS NULL
        AND (issued_by = (SELECT linli.person_id())
            OR household_id IN (SELECT own FROM linli.own_households() AS own)
            OR (SELECT linli.has_role('residents_committee', 'stair_leader'))
            OR residence_id IN (SELECT led FROM linli.led_residences() AS led)));
-- All but the hash.
GRANT SELECT (estate_id, id, how, residence_id, household_id, person_id, role_in_household,
    issued_by, issued_at, because, begins, ends, used_at, used_by, revoked_at, revoked_by)
    ON linli.join_code TO linli;
GRANT EXECUTE ON FUNCTION
    linli.may_admit_at(uuid), linli.may_admit(), linli.led_places(), linli.led_residences(),
    linli.join_code_issue(uuid, bytea, uuid, uuid, uuid, text, text, timestamptz, timestamptz),
    linli.join_invite(uuid, bytea, uuid, text, timestamptz, integer),
    linli.join_code_revoke(uuid)
    TO linli;
