-- Roles with terms: who may give which role, at which places, to whom how well known, and for which
-- reasons, as data; and how a term begins, is extended and ends.

-- A term that ends at its own beginning was taken back before it began: it never counts.
ALTER TABLE linli.role_term DROP CONSTRAINT role_term_forward;
ALTER TABLE linli.role_term
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN ended_by uuid,
    ADD COLUMN ended_because text,
    ADD CONSTRAINT role_term_forward CHECK (begins <= ends),
    ADD CONSTRAINT role_term_ended_by FOREIGN KEY (estate_id, ended_by)
        REFERENCES linli.person (estate_id, id),
    ADD CONSTRAINT role_term_ended_whole CHECK (
        (ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_because IS NULL)),
    ADD CONSTRAINT role_term_because_ref_length CHECK (char_length(because_ref) <= 200) NOT VALID;

-- What a role takes.
CREATE TABLE linli.role_kind (
    role linli.role_code NOT NULL,
    -- How well its holder must be known and claimed; 'guest': an entry of the register is enough.
    level_min text NOT NULL,
    -- At which kinds of place it may be held; over all of the estate too, unless it needs a place.
    place_kinds text[] NOT NULL,
    needs_place boolean NOT NULL,
    -- Longest term in days; NULL: it may be open.
    days_max integer,
    -- Whether every person of the estate may know who holds it.
    is_public boolean NOT NULL,
    CONSTRAINT role_kind_pkey PRIMARY KEY (role),
    CONSTRAINT role_kind_level_known
        CHECK (level_min IN ('guest', 'phone', 'household', 'in_person')),
    CONSTRAINT role_kind_office_known_in_person
        CHECK (level_min = 'in_person' OR NOT linli.is_office(role)),
    CONSTRAINT role_kind_days CHECK (days_max BETWEEN 1 AND 3653)
);
INSERT INTO linli.role_kind (role, level_min, place_kinds, needs_place, days_max, is_public) VALUES
    ('owner', 'guest', '{residence,parking}', true, NULL, false),
    ('family_elsewhere', 'guest', '{residence}', true, NULL, false),
    ('carer', 'phone', '{residence}', true, NULL, false),
    ('volunteer', 'phone', '{building,stair}', false, NULL, false),
    ('organiser', 'household', '{building,stair,public}', false, NULL, true),
    ('stair_leader', 'in_person', '{building,stair}', true, 1827, true),
    ('grid_worker', 'in_person', '{building,stair}', false, 1827, true),
    ('social_worker', 'in_person', '{building,stair}', false, 1827, true),
    ('residents_committee', 'in_person', '{}', false, 1827, true),
    ('owners_committee', 'in_person', '{}', false, 1827, true),
    ('property_manager', 'in_person', '{}', false, 1827, true),
    ('duty_guard', 'in_person', '{building,stair,public}', false, 731, true),
    ('installer', 'in_person', '{building,stair,public}', false, 366, false),
    ('partner_organisation', 'in_person', '{public}', false, 1827, true);

-- Who gives which role. What stands in no row is given by nobody here: residents and tenants come
-- with their household, and roles above the estate by the import of the subdistrict's register.
CREATE TABLE linli.role_giving (
    role linli.role_code NOT NULL,
    given_by linli.role_code NOT NULL,
    -- Codes of the reasons for which it may begin.
    reasons text[] NOT NULL,
    -- Whether what the reason points to must be named: minutes, a contract, a deed.
    needs_ref boolean NOT NULL,
    -- Given only where nobody holds the role, at the estate or above.
    only_if_none boolean NOT NULL DEFAULT false,
    CONSTRAINT role_giving_pkey PRIMARY KEY (role, given_by),
    CONSTRAINT role_giving_kind FOREIGN KEY (role) REFERENCES linli.role_kind (role),
    CONSTRAINT role_giving_reasons_named CHECK (cardinality(reasons) BETWEEN 1 AND 16)
);
INSERT INTO linli.role_giving (role, given_by, reasons, needs_ref, only_if_none) VALUES
    ('owner', 'residents_committee', '{deed,inherited}', true, false),
    ('family_elsewhere', 'residents_committee', '{family}', false, false),
    ('carer', 'residents_committee', '{family,contract}', false, false),
    ('volunteer', 'residents_committee', '{volunteered,appointed}', false, false),
    ('organiser', 'residents_committee', '{volunteered,appointed}', false, false),
    ('stair_leader', 'residents_committee', '{elected,appointed}', false, false),
    ('grid_worker', 'residents_committee', '{appointed}', true, false),
    ('social_worker', 'residents_committee', '{appointed,contract}', true, false),
    ('owners_committee', 'residents_committee', '{elected}', true, false),
    ('property_manager', 'residents_committee', '{contract}', true, false),
    ('partner_organisation', 'residents_committee', '{contract}', true, false),
    ('duty_guard', 'property_manager', '{appointed,contract}', false, false),
    ('installer', 'property_manager', '{contract}', true, false),
    ('residents_committee', 'subdistrict_officer', '{elected,appointed}', true, false),
    ('residents_committee', 'software_operator', '{elected,appointed}', true, true);
GRANT SELECT ON linli.role_kind, linli.role_giving TO linli;

-- Whether somebody holds the role over the whole estate now, there or above. For the functions here
-- alone.
CREATE FUNCTION linli.role_is_held(wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.role_term AS t
        JOIN linli.person AS p ON p.estate_id = t.estate_id AND p.id = t.person_id
        WHERE t.estate_id = estate AND t.role = wanted AND t.place_id IS NULL
            AND t.begins <= at AND t.ends > at AND p.state IN ('active', 'away', 'in_hospital')
    ) OR EXISTS (
        SELECT
        FROM linli.account_role_term AS t
        WHERE t.role = wanted AND linli.holds_above(t.account_id, estate, at, ARRAY[wanted]));
END
$$;

-- Whether the principal may give the role at the place (NULL: over all of the estate), for the
-- reason (NULL: for any).
CREATE FUNCTION linli.gives_role(wanted text, place uuid, reason text DEFAULT NULL)
    RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL AND EXISTS (
        SELECT
        FROM linli.role_giving AS g
        WHERE g.role = wanted AND (reason IS NULL OR reason = ANY (g.reasons))
            AND linli.has_role_at(place, g.given_by::text)
            AND NOT (g.only_if_none AND linli.role_is_held(wanted)));
END
$$;

-- Who reads that a term of a role began or ended: its holder and those who give it, the operator of
-- the software not among them. For the functions here alone.
CREATE FUNCTION linli.role_audience(wanted text, holder uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY['person:' || holder] || ARRAY(
        SELECT 'role:' || g.given_by
        FROM linli.role_giving AS g
        WHERE g.role = wanted AND g.given_by <> 'software_operator'
        ORDER BY g.given_by::text);
END
$$;

-- What a term lacks, with its holder's row locked against another beginning; NULL: nothing. For the
-- functions here alone.
CREATE FUNCTION linli.role_objection(
    holder uuid, wanted text, place uuid, reason text, reference text, since timestamptz,
    until timestamptz, besides uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    kind linli.role_kind;
BEGIN
    IF NOT linli.gives_role(wanted, place) THEN
        RETURN 'not_giver';
    END IF;
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = holder AND p.state IN ('active', 'away', 'in_hospital')
    FOR NO KEY UPDATE;
    IF NOT FOUND OR (place IS NOT NULL AND NOT EXISTS (
        SELECT FROM linli.place AS p WHERE p.estate_id = estate AND p.id = place))
    THEN
        RETURN 'unknown';
    ELSIF holder = linli.person_id() THEN
        RETURN 'own';
    ELSIF linli.is_office(wanted) AND linli.is_own_household(holder) THEN
        RETURN 'own_household';
    END IF;
    SELECT * INTO STRICT kind FROM linli.role_kind AS k WHERE k.role = wanted;
    RETURN CASE
        WHEN place IS NULL AND kind.needs_place THEN 'place'
        WHEN place IS NOT NULL AND NOT EXISTS (
            SELECT
            FROM linli.place AS p
            WHERE p.estate_id = estate AND p.id = place AND p.kind = ANY (kind.place_kinds))
            THEN 'place'
        WHEN NOT linli.gives_role(wanted, place, reason) THEN 'because'
        WHEN reference IS NULL AND EXISTS (
            SELECT
            FROM linli.role_giving AS g
            WHERE g.role = wanted AND g.needs_ref AND linli.has_role_at(place, g.given_by::text))
            THEN 'because_ref'
        WHEN since < linli.instant() THEN 'begins'
        WHEN until <= since OR until > kind.days_max * interval '1 day'
            + CASE WHEN besides IS NULL THEN since ELSE linli.instant() END THEN 'ends'
        WHEN kind.level_min <> 'guest' AND NOT (linli.claimed(holder)
            AND linli.is_at_least(linli.level_of(estate, holder), kind.level_min)) THEN 'level'
        WHEN EXISTS (
            SELECT
            FROM linli.role_term AS t
            WHERE t.estate_id = estate AND t.person_id = holder AND t.role = wanted
                AND t.place_id IS NOT DISTINCT FROM place AND t.id IS DISTINCT FROM besides
                AND t.begins < until AND t.ends > since AND t.begins < t.ends) THEN 'there'
        END;
END
$$;

-- Begins a term; its holder is told. Verdicts: begun; not_giver, unknown, own, own_household, level,
-- there; or the name of what has to be corrected: place, because, because_ref, begins, ends.
CREATE FUNCTION linli.begin_role(
    new_id uuid, holder uuid, wanted text, place uuid, since timestamptz, until timestamptz,
    reason text, reference text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    lacks CONSTANT text := linli.role_objection(
        holder, wanted, place, reason, reference, since, until, NULL);
BEGIN
    IF lacks IS NOT NULL THEN
        RETURN lacks;
    END IF;
    INSERT INTO linli.role_term (estate_id, id, person_id, role, place_id, begins, ends, because,
        because_ref, appointed_by)
    VALUES (linli.estate_id(), new_id, holder, wanted, place, since, until, reason, reference,
        linli.person_id());
    PERFORM linli.append_event(event, 'role.begun', linli.role_audience(wanted, holder),
        ARRAY[holder], json_build_object('term', new_id, 'person', holder, 'role', wanted,
            'place', place, 'because', reason)::text);
    PERFORM linli.notify(event, 'role.begun', 'person', holder,
        json_build_object('what', json_build_array(wanted), 'begins', since)::text, ARRAY[holder]);
    RETURN 'begun';
END
$$;

-- Lets a term that has not ended last longer; its holder is told. Verdicts: extended; unknown, ended;
-- and as linli.begin_role.
CREATE FUNCTION linli.extend_role(
    term uuid, until timestamptz, reason text, reference text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.role_term;
    lacks text;
BEGIN
    SELECT * INTO held
    FROM linli.role_term AS t
    WHERE t.estate_id = estate AND t.id = term
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.gives_role(held.role, held.place_id)
    THEN
        RETURN 'unknown';
    ELSIF held.ends <= at OR held.ends = held.begins THEN
        RETURN 'ended';
    ELSIF until <= held.ends THEN
        RETURN 'ends';
    END IF;
    -- What is added is judged as a term of its own, from the old end on.
    lacks := linli.role_objection(held.person_id, held.role, held.place_id, reason, reference,
        held.ends, until, term);
    IF lacks IS NOT NULL THEN
        RETURN lacks;
    END IF;
    UPDATE linli.role_term AS t
    SET ends = until, because = reason, because_ref = coalesce(reference, t.because_ref),
        appointed_by = linli.person_id()
    WHERE t.estate_id = estate AND t.id = term;
    PERFORM linli.append_event(event, 'role.extended',
        linli.role_audience(held.role, held.person_id), ARRAY[held.person_id],
        json_build_object('term', term, 'person', held.person_id, 'role', held.role,
            'until', until, 'because', reason)::text);
    PERFORM linli.notify(event, 'role.extended', 'person', held.person_id,
        json_build_object('what', json_build_array(held.role), 'until', until)::text,
        ARRAY[held.person_id]);
    RETURN 'extended';
END
$$;

-- Ends a term at an instant (NULL: now), or takes it back before it begins: whoever gives the role,
-- or its holder, who lays it down. The other one is told. Verdicts: ended; unknown, again (it ended
-- before), ends (the instant is none of the term's).
CREATE FUNCTION linli.end_role(term uuid, until timestamptz, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    held linli.role_term;
    last timestamptz;
    why text := reason;
BEGIN
    SELECT * INTO held
    FROM linli.role_term AS t
    WHERE t.estate_id = estate AND t.id = term
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN linli.lay_down_above(term, until, event);
    ELSIF linli.beneficiary_id() IS NOT NULL
        OR NOT (held.person_id = own OR linli.gives_role(held.role, held.place_id))
    THEN
        RETURN 'unknown';
    ELSIF held.ends <= at OR held.ends = held.begins THEN
        RETURN 'again';
    END IF;
    last := greatest(coalesce(until, at), held.begins);
    IF last < at OR last >= held.ends THEN
        RETURN 'ends';
    END IF;
    IF held.person_id = own THEN
        why := 'laid_down';
    END IF;
    UPDATE linli.role_term AS t
    SET ends = last, ended_at = at, ended_by = own, ended_because = why
    WHERE t.estate_id = estate AND t.id = term;
    PERFORM linli.append_event(event, 'role.ended',
        linli.role_audience(held.role, held.person_id), ARRAY[held.person_id],
        json_build_object('term', term, 'person', held.person_id, 'role', held.role,
            'until', last, 'because', why)::text);
    PERFORM linli.notify(event, CASE WHEN why = 'laid_down' THEN 'role.laidDown'
            ELSE 'role.ended' END, 'person', held.person_id,
        json_build_object('what', json_build_array(held.role), 'until', last)::text,
        ARRAY[CASE WHEN why = 'laid_down' THEN held.appointed_by ELSE held.person_id END]);
    RETURN 'ended';
END
$$;

-- Ends the principal's own term above the estates, for all of them: it lays the office down. For the
-- functions here alone.
CREATE FUNCTION linli.lay_down_above(term uuid, until timestamptz, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    held linli.account_role_term;
    last CONSTANT timestamptz := coalesce(until, at);
BEGIN
    SELECT * INTO held
    FROM linli.account_role_term AS t
    WHERE t.id = term AND t.account_id = linli.account_id()
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    ELSIF held.ends <= at THEN
        RETURN 'again';
    ELSIF last < at OR last <= held.begins OR last >= held.ends THEN
        RETURN 'ends';
    END IF;
    UPDATE linli.account_role_term AS t SET ends = last WHERE t.id = term;
    PERFORM linli.append_event(event, 'role.ended',
        linli.role_audience(held.role, linli.person_id()), ARRAY[linli.person_id()],
        json_build_object('term', term, 'person', linli.person_id(), 'role', held.role,
            'until', last, 'because', 'laid_down')::text);
    RETURN 'ended';
END
$$;

-- Terms in one state (current, coming, ended), by id: offices that everybody may know, one's own, and
-- all of the roles that the principal gives over the whole estate, these with their reasons.
CREATE FUNCTION linli.role_terms(
    wanted_state text, wanted_role text, of_person uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, role text, place_id uuid,
        is_above boolean, begins timestamptz, ends timestamptz, because text, because_ref text,
        ended_because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    given CONSTANT text[] := ARRAY(
        SELECT DISTINCT g.role::text
        FROM linli.role_giving AS g
        WHERE linli.beneficiary_id() IS NULL AND linli.has_role(g.given_by::text));
BEGIN
    RETURN QUERY
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT n.id, n.parent_id
            FROM linli.estate AS e
            JOIN linli.node AS n ON n.id = e.node_id
            WHERE e.estate_id = estate
            UNION ALL
            SELECT n.id, n.parent_id FROM above JOIN linli.node AS n ON n.id = above.parent_id
        ), term AS (
            SELECT t.id, t.person_id, t.role::text AS role, t.place_id, false AS is_above, t.begins,
                t.ends, t.because, t.because_ref, t.ended_because
            FROM linli.role_term AS t
            WHERE t.estate_id = estate
            UNION ALL
            SELECT t.id, p.id, t.role::text, NULL, true, t.begins, t.ends, t.because, NULL, NULL
            FROM linli.account_role_term AS t
            JOIN above ON above.id = t.node_id
            JOIN linli.person AS p ON p.estate_id = estate AND p.account_id = t.account_id
        )
        SELECT t.id, t.person_id, p.display_name, t.role, t.place_id, t.is_above, t.begins, t.ends,
            CASE WHEN may.read THEN t.because END, CASE WHEN may.read THEN t.because_ref END,
            CASE WHEN may.read THEN t.ended_because END
        FROM term AS t
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = t.person_id
        LEFT JOIN linli.role_kind AS k ON k.role = t.role
        CROSS JOIN LATERAL (
            SELECT t.person_id = own OR t.role = ANY (given) AS read,
                CASE
                    WHEN t.ends <= at OR t.ends = t.begins THEN 'ended'
                    WHEN t.begins > at THEN 'coming'
                    ELSE 'current' END AS state) AS may
        WHERE own IS NOT NULL AND t.id > after_id AND may.state = wanted_state
            AND (wanted_role IS NULL OR t.role = wanted_role)
            AND (of_person IS NULL OR t.person_id = of_person)
            AND (may.read OR (wanted_state <> 'ended'
                AND (k.is_public OR t.role = 'subdistrict_officer')
                AND p.claimed_at IS NOT NULL AND p.state IN ('active', 'away', 'in_hospital')))
        ORDER BY t.id
        LIMIT least(rows_max, 101);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.gives_role(text, uuid, text),
    linli.begin_role(uuid, uuid, text, uuid, timestamptz, timestamptz, text, text, uuid),
    linli.extend_role(uuid, timestamptz, text, text, uuid),
    linli.end_role(uuid, timestamptz, text, uuid),
    linli.role_terms(text, text, uuid, uuid, integer)
    TO linli;
