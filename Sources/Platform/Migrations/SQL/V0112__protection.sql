-- Protection (保护): set by a social worker on evidence, for a term. For the other person the
-- protected one's household, bookings and ways in do not exist; whatever the other held of them is
-- revoked in the same transaction. Nobody is told by a message: a person tells the protected one.

CREATE TABLE linli.protection (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- What was set together, for a mother and her children: one case.
    case_id uuid NOT NULL,
    protected_id uuid NOT NULL,
    other_id uuid NOT NULL,
    evidence_kind text NOT NULL,
    -- What it refers to, under the estate's key.
    evidence_sealed bytea NOT NULL,
    set_by uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by uuid,
    CONSTRAINT protection_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT protection_protected FOREIGN KEY (estate_id, protected_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT protection_other FOREIGN KEY (estate_id, other_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT protection_set_by FOREIGN KEY (estate_id, set_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT protection_ended_by FOREIGN KEY (estate_id, ended_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT protection_of_another CHECK (protected_id <> other_id),
    CONSTRAINT protection_evidence_known CHECK (evidence_kind IN (
        'protective_order', 'police_warning', 'police_report', 'court_judgment', 'other')),
    CONSTRAINT protection_evidence_bytes CHECK (octet_length(evidence_sealed) BETWEEN 33 AND 4096),
    CONSTRAINT protection_term CHECK (begins < ends AND ends <= begins + interval '1830 days'),
    CONSTRAINT protection_ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL)
        AND ended_at >= begins)
);
CREATE INDEX protection_of_other ON linli.protection (estate_id, other_id)
    WHERE ended_at IS NULL;
CREATE INDEX protection_of_protected ON linli.protection (estate_id, protected_id)
    WHERE ended_at IS NULL;

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('protection-tell', 'social_worker', interval '4 hours', '当面告知受保护人',
        'Tell a protected person, by word of mouth'),
    ('protection-meeting', 'social_worker', interval '4 hours', '受保护人与对方报了同一场活动',
        'A protected person and the other hold places at one meeting');

-- As before, and protections that live.
CREATE OR REPLACE FUNCTION linli.apart_pairs(persons uuid[])
    RETURNS TABLE (person_id uuid, other_id uuid, is_protection boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
        SELECT b.blocker_id, b.other_id, false
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.blocker_id = ANY (persons) AND b.ended_at IS NULL
        UNION ALL
        SELECT b.other_id, b.blocker_id, false
        FROM linli.block AS b
        WHERE b.estate_id = estate AND b.other_id = ANY (persons) AND b.ended_at IS NULL
        UNION ALL
        SELECT p.protected_id, p.other_id, true
        FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.protected_id = ANY (persons) AND p.ended_at IS NULL
            AND p.begins <= at AND p.ends > at
        UNION ALL
        SELECT p.other_id, p.protected_id, true
        FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.other_id = ANY (persons) AND p.ended_at IS NULL
            AND p.begins <= at AND p.ends > at;
END
$$;

-- Who is protected from the principal, or from the one it acts for: for those they do not exist.
CREATE FUNCTION linli.own_unseen() RETURNS uuid[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.person_id() IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT DISTINCT p.protected_id
        FROM linli.protection AS p
        WHERE p.estate_id = linli.estate_id() AND p.ended_at IS NULL
            AND p.other_id IN (linli.person_id(), linli.subject_id())
            AND p.begins <= at AND p.ends > at);
END
$$;
GRANT EXECUTE ON FUNCTION linli.own_unseen() TO linli;

-- What does not exist for the other -------------------------------------------------------------

CREATE POLICY person_unseen ON linli.person AS RESTRICTIVE FOR SELECT TO linli
    USING (id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY membership_unseen ON linli.membership AS RESTRICTIVE FOR SELECT TO linli
    USING (person_id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY role_term_unseen ON linli.role_term AS RESTRICTIVE FOR SELECT TO linli
    USING (person_id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY tie_unseen ON linli.tie AS RESTRICTIVE FOR SELECT TO linli
    USING (claimer_id <> ALL ((SELECT linli.own_unseen())::uuid[])
        AND other_id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY delegation_unseen ON linli.delegation AS RESTRICTIVE FOR SELECT TO linli
    USING (doer_id <> ALL ((SELECT linli.own_unseen())::uuid[])
        AND beneficiary_id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY reservation_unseen ON linli.reservation AS RESTRICTIVE FOR SELECT TO linli
    USING (holder_id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY reservation_member_unseen ON linli.reservation_member AS RESTRICTIVE
    FOR SELECT TO linli USING (person_id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY no_show_unseen ON linli.no_show AS RESTRICTIVE FOR SELECT TO linli
    USING (person_id <> ALL ((SELECT linli.own_unseen())::uuid[]));
CREATE POLICY notice_unseen ON linli.notice AS RESTRICTIVE FOR SELECT TO linli
    USING (subject_id <> ALL ((SELECT linli.own_unseen())::uuid[]));

-- As before, without those who are protected from the principal: so nothing that asks for the
-- household names them.
CREATE OR REPLACE FUNCTION linli.own_household_members() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN QUERY
        SELECT m.person_id
        FROM linli.membership AS m
        WHERE m.estate_id = estate
            AND m.household_id IN (SELECT own FROM linli.own_households() AS own)
            AND m.begins <= at
            AND m.ends > at
            AND m.person_id <> ALL (unseen);
END
$$;

-- As before, without those who are protected from the principal.
CREATE OR REPLACE FUNCTION linli.household_members()
    RETURNS TABLE (household_id uuid, person_id uuid, display_name text, role_in_household text,
        birth_sealed bytea, today date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN QUERY
        SELECT m.household_id, p.id, p.display_name, m.role_in_household, s.value_sealed,
            (at AT TIME ZONE e.zone)::date
        FROM linli.own_households() AS own
        JOIN linli.estate AS e ON e.estate_id = estate
        JOIN linli.membership AS m ON m.estate_id = estate AND m.household_id = own
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = estate AND s.person_id = p.id
            AND s.field = 'birth_date'
        WHERE m.begins <= at
            AND m.ends > at
            AND p.state IN ('active', 'away', 'in_hospital')
            AND p.id <> ALL (unseen)
        ORDER BY m.household_id, m.begins, p.id
        LIMIT 200;
END
$$;

-- Whoever holds an office now and has claimed its person, as before; who is protected from the reader
-- holds none.
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
        AND term.person_id <> ALL ((SELECT linli.own_unseen())::uuid[])
        AND term.role IN (
            'organiser', 'stair_leader', 'grid_worker', 'social_worker', 'residents_committee',
            'owners_committee', 'property_manager', 'duty_guard', 'partner_organisation',
            'subdistrict_officer');

-- As before, without those who are protected from the subject: it brings them nowhere.
CREATE OR REPLACE FUNCTION linli.party_facts(persons uuid[])
    RETURNS TABLE (person_id uuid, households uuid[], subject_roles text[], birth_sealed bytea,
        today date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
    at CONSTANT timestamptz := linli.instant();
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN QUERY
        SELECT p.id, shared.ids, shared.roles, s.value_sealed, (at AT TIME ZONE e.zone)::date
        FROM linli.person AS p
        JOIN linli.estate AS e ON e.estate_id = estate
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(mine.household_id ORDER BY mine.begins, mine.id), '{}') AS ids,
                coalesce(array_agg(mine.role_in_household ORDER BY mine.begins, mine.id), '{}')
                    AS roles
            FROM linli.membership AS mine
            JOIN linli.household AS h ON h.estate_id = estate AND h.id = mine.household_id
            JOIN linli.membership AS theirs ON theirs.estate_id = estate
                AND theirs.household_id = mine.household_id AND theirs.person_id = p.id
            WHERE mine.estate_id = estate AND mine.person_id = subject
                AND mine.begins <= at AND mine.ends > at AND h.begins <= at AND h.ends > at
                AND theirs.begins <= at AND theirs.ends > at
        ) AS shared
        LEFT JOIN linli.person_sealed AS s ON s.estate_id = estate AND s.person_id = p.id
            AND s.field = 'birth_date'
        WHERE p.estate_id = estate
            AND p.id = ANY (persons || subject)
            AND p.id <> ALL (unseen)
            AND p.state IN ('active', 'away', 'in_hospital')
            AND (p.id = subject
                OR (linli.beneficiary_id() IS NULL AND cardinality(shared.ids) > 0));
END
$$;

-- As before; a tie between two who are kept apart counts for nothing while they are.
CREATE OR REPLACE FUNCTION linli.tie_counts(t linli.tie) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN t.confirmed_at <= at AND t.ends > at AND 2 = (
        SELECT count(*)
        FROM linli.person AS p
        WHERE p.estate_id = t.estate_id AND p.id IN (t.claimer_id, t.other_id)
            AND p.claimed_at IS NOT NULL AND p.state IN ('active', 'away', 'in_hospital'))
        AND NOT linli.kept_apart(t.claimer_id, t.other_id);
END
$$;

-- As before, without what those claim from whom the principal is kept apart, and without those who
-- are protected from it.
CREATE OR REPLACE FUNCTION linli.own_ties(after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, kind text, person_id uuid, display_name text, state text,
        since timestamptz, until timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    apart CONSTANT uuid[] := linli.own_apart();
    unseen CONSTANT uuid[] := linli.own_unseen();
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
            AND p.id <> ALL (unseen)
            AND (t.confirmed_at IS NOT NULL OR t.claimer_id <> ALL (apart))
            AND (p.claimed_at IS NOT NULL
                OR p.id IN (SELECT m FROM linli.own_household_members() AS m))
            AND (t.confirmed_at IS NOT NULL OR (linli.tie_claim_lapses(t.claimed_at) > at
                AND (t.claimer_id = own OR t.declined_at IS NULL)))
        ORDER BY t.id
        LIMIT least(rows_max, 101);
END
$$;

-- The evidence of a protection is sealed anew under a new key.
INSERT INTO linli.sealed_column (source, field) VALUES ('protection', 'evidence_sealed');

-- As before; and nobody on one side of a block or protection has a task about the other.
CREATE OR REPLACE FUNCTION linli.may_handle(task uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN person IS NOT NULL AND EXISTS (
        SELECT
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.id = task
            AND t.subject_id IS DISTINCT FROM person
            AND person <> ALL (t.concerned)
            AND NOT EXISTS (
                SELECT
                FROM linli.apart_pairs(ARRAY[person]) AS p
                WHERE p.other_id = t.subject_id)
            AND NOT EXISTS (
                SELECT
                FROM linli.membership AS own
                JOIN linli.membership AS theirs ON theirs.estate_id = own.estate_id
                    AND theirs.household_id = own.household_id
                WHERE own.estate_id = estate AND own.person_id = person
                    AND theirs.person_id = t.subject_id
                    AND own.begins <= at AND own.ends > at
                    AND theirs.begins <= at AND theirs.ends > at));
END
$$;

-- As before; and whenever somebody protected books, as if the draw had said so.
CREATE OR REPLACE FUNCTION linli.capacity_turns(capacity uuid, persons uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    rules linli.company_rule;
BEGIN
    SELECT * INTO rules FROM linli.company_rule AS k WHERE k.estate_id = estate;
    RETURN EXISTS (
        SELECT
        FROM linli.capacity AS c
        WHERE c.estate_id = estate AND c.id = capacity AND c.by_list_since IS NULL
            AND (EXISTS (
                    SELECT
                    FROM linli.protection AS p
                    WHERE p.estate_id = estate AND p.protected_id = ANY (persons)
                        AND p.ended_at IS NULL AND p.begins <= at AND p.ends > at)
                OR (linli.company_draw(rules.seed, c.id, c.id) < rules.list_permille
                    AND (SELECT sum(h) FROM unnest(c.held) AS h) + c.waiting
                        >= linli.company_draw(rules.seed, c.id, c.thing_id)
                            % greatest(1, (SELECT sum(t) FROM unnest(c.totals) AS t)))));
END
$$;

-- Setting, extending, ending --------------------------------------------------------------------

-- Ends at once whatever a person held of another, and what it may have of the other's secrets:
-- delegations and ties between them; of the protected one the calendar links, the known devices, the
-- sessions that no proof of its own opened with the passkeys added in them, and trust in a phone that
-- leads to both. For the functions here alone.
CREATE FUNCTION linli.cut_off(protected uuid, other uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    account CONSTANT uuid := (
        SELECT p.account_id FROM linli.person AS p WHERE p.estate_id = estate AND p.id = protected);
    others CONSTANT uuid := (
        SELECT p.account_id FROM linli.person AS p WHERE p.estate_id = estate AND p.id = other);
    opened uuid[];
BEGIN
    UPDATE linli.delegation AS d
    SET ends = at
    WHERE d.estate_id = estate AND d.begins < at AND d.ends > at
        AND (d.doer_id, d.beneficiary_id) IN ((protected, other), (other, protected));
    DELETE FROM linli.delegation AS d
    WHERE d.estate_id = estate AND d.begins >= at
        AND (d.doer_id, d.beneficiary_id) IN ((protected, other), (other, protected));
    UPDATE linli.tie AS t
    SET ends = at
    WHERE t.estate_id = estate AND t.ends > at
        AND (t.claimer_id, t.other_id) IN ((protected, other), (other, protected));
    UPDATE linli.calendar_link AS l
    SET revoked_at = at
    WHERE l.estate_id = estate AND l.person_id = protected AND l.revoked_at IS NULL;
    IF account IS NULL THEN
        RETURN;
    END IF;
    -- A member of the household may have vouched, or a device been shared: nobody remembers who did.
    opened := ARRAY(
        SELECT s.id
        FROM linli.session AS s
        WHERE s.account_id = account
            AND (s.proved_by IS NULL OR s.proved_by IN ('member', 'known_device')));
    DELETE FROM linli.passkey AS k WHERE k.account_id = account AND k.added_in = ANY (opened);
    DELETE FROM linli.known_device AS d WHERE d.account_id = account;
    UPDATE linli.session AS s
    SET revoked_at = at
    WHERE s.account_id = account AND s.id = ANY (opened) AND s.revoked_at IS NULL;
    UPDATE linli.account_identifier AS i
    SET reported_at = at
    WHERE i.account_id = account AND i.kind = 'phone' AND i.retired_at IS NULL
        AND EXISTS (
            SELECT
            FROM linli.account_identifier AS o
            WHERE o.account_id = others AND o.kind = 'phone' AND o.retired_at IS NULL
                AND o.value_hash = i.value_hash);
END
$$;

-- Sets a case of protection: for each of the persons one from the other, ids aligned. Verdicts: 'set';
-- 'not_worker', 'level', 'own' (the setter is one of them, or of their household), 'unknown', 'same',
-- 'mutual' (the other is protected from one of them), 'there' (one of them is protected already).
CREATE FUNCTION linli.protection_set(
    new_case uuid, ids uuid[], persons uuid[], other uuid, kind text, evidence bytea[],
    until timestamptz)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    one uuid;
    meeting uuid;
BEGIN
    IF me IS NULL OR linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('social_worker') THEN
        RETURN 'not_worker';
    ELSIF NOT linli.is_at_least(linli.own_level(), 'in_person') THEN
        RETURN 'level';
    ELSIF other = ANY (persons) THEN
        RETURN 'same';
    ELSIF me = ANY (persons || other) OR EXISTS (
        SELECT
        FROM linli.own_households() AS own
        JOIN linli.membership AS m ON m.estate_id = estate AND m.household_id = own
        WHERE m.person_id = ANY (persons || other) AND m.begins <= at AND m.ends > at)
    THEN
        RETURN 'own';
    ELSIF (
        SELECT count(*)
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (persons || other)
            AND p.state <> 'erased') <> cardinality(persons) + 1
    THEN
        RETURN 'unknown';
    END IF;
    -- One at a time in an estate, so that no two of them are each the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('protections ' || estate, 112));
    IF EXISTS (
        SELECT FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.protected_id = other AND p.other_id = ANY (persons)
            AND p.ended_at IS NULL AND p.ends > at)
    THEN
        RETURN 'mutual';
    ELSIF EXISTS (
        SELECT FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.protected_id = ANY (persons) AND p.other_id = other
            AND p.ended_at IS NULL AND p.ends > at)
    THEN
        RETURN 'there';
    END IF;
    -- From the first one on a share of the meetings gives its places by the list: so its use tells
    -- nothing. It stays.
    INSERT INTO linli.company_rule (estate_id, list_permille, left_out_permille)
    VALUES (estate, 100, 50)
    ON CONFLICT ON CONSTRAINT company_rule_pkey DO NOTHING;
    INSERT INTO linli.protection (estate_id, id, case_id, protected_id, other_id, evidence_kind,
        evidence_sealed, set_by, begins, ends)
    SELECT estate, new.id, new_case, new.person, other, kind, new.sealed, me, at, until
    FROM unnest(ids, persons, evidence) AS new (id, person, sealed);
    FOREACH one IN ARRAY persons LOOP
        PERFORM linli.cut_off(one, other);
        PERFORM linli.raise_task('protection-tell', new_case, one, NULL, NULL, ARRAY[other]);
        FOR meeting IN
            SELECT DISTINCT c.subject_id
            FROM linli.reservation_member AS m
            JOIN linli.reservation_member AS o ON o.estate_id = m.estate_id
                AND o.capacity_id = m.capacity_id AND o.person_id = other AND o.is_live
            JOIN linli.capacity AS c ON c.estate_id = m.estate_id AND c.id = m.capacity_id
            WHERE m.estate_id = estate AND m.person_id = one AND m.is_live AND c.ends > at
                AND c.closed_at IS NULL
        LOOP
            PERFORM linli.raise_task(
                'protection-meeting', meeting, one, NULL, NULL, ARRAY[other]);
        END LOOP;
    END LOOP;
    RETURN 'set';
END
$$;

-- Extends a case that lives, or ends it. Verdicts: 'done'; 'unknown', 'ended' (it has ended: a new one
-- takes new evidence), 'level', 'not_later'.
CREATE FUNCTION linli.protection_change(wanted uuid, until timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    standing linli.protection;
    one record;
BEGIN
    IF me IS NULL OR linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('social_worker') THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO standing
    FROM linli.protection AS p
    WHERE p.estate_id = estate AND p.case_id = wanted AND me NOT IN (p.other_id, p.protected_id)
    ORDER BY p.ended_at NULLS FIRST, p.id
    LIMIT 1
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF standing.ended_at IS NOT NULL OR standing.ends <= at THEN
        RETURN 'ended';
    ELSIF NOT linli.is_at_least(linli.own_level(), 'in_person') THEN
        RETURN 'level';
    ELSIF until <= standing.ends THEN
        RETURN 'not_later';
    END IF;
    UPDATE linli.protection AS p
    SET ends = coalesce(until, p.ends), ended_at = CASE WHEN until IS NULL THEN at END,
        ended_by = CASE WHEN until IS NULL THEN me END
    WHERE p.estate_id = estate AND p.case_id = wanted AND p.ended_at IS NULL;
    FOR one IN
        SELECT p.protected_id, p.other_id
        FROM linli.protection AS p
        WHERE p.estate_id = estate AND p.case_id = wanted
        ORDER BY p.protected_id
    LOOP
        PERFORM linli.raise_task(
            'protection-tell', wanted, one.protected_id, NULL, NULL, ARRAY[one.other_id]);
    END LOOP;
    RETURN 'done';
END
$$;

-- The cases of the estate that live (or one, ended or not), for its social workers; for the other
-- person and its household there are none. The evidence is opened by the server.
CREATE FUNCTION linli.protections(only_case uuid, after uuid, rows_max integer)
    RETURNS TABLE (case_id uuid, id uuid, protected_id uuid, protected_name text, other_id uuid,
        other_name text, evidence_kind text, evidence_sealed bytea, begins timestamptz,
        ends timestamptz, ended_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    members CONSTANT uuid[] := linli.person_id() || ARRAY(
        SELECT own FROM linli.own_household_members() AS own);
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('social_worker') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.case_id, p.id, p.protected_id, one.display_name, p.other_id, two.display_name,
            p.evidence_kind, p.evidence_sealed, p.begins, p.ends, p.ended_at
        FROM linli.protection AS p
        JOIN linli.person AS one ON one.estate_id = estate AND one.id = p.protected_id
        JOIN linli.person AS two ON two.estate_id = estate AND two.id = p.other_id
        WHERE p.estate_id = estate AND p.id > after
            AND (p.case_id = only_case
                OR (only_case IS NULL AND p.ended_at IS NULL AND p.ends > at))
            AND p.protected_id <> ALL (members) AND p.other_id <> ALL (members)
        ORDER BY p.id
        LIMIT least(rows_max, 101);
END
$$;

ALTER TABLE linli.protection ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.protection FORCE ROW LEVEL SECURITY;
CREATE POLICY protection_owner ON linli.protection TO linli_owner USING (true) WITH CHECK (true);
GRANT EXECUTE ON FUNCTION
    linli.protection_set(uuid, uuid[], uuid[], uuid, text, bytea[], timestamptz),
    linli.protection_change(uuid, timestamptz), linli.protections(uuid, uuid, integer)
    TO linli;
