-- Erasure: a person asks that what is kept of it goes. After a time in which it can be taken back, the
-- job `erasure` makes its row a tombstone: ledgers and the log keep the id, and nothing leads from it
-- to anybody.

CREATE TABLE linli.erasure (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The person; for one who died the committee, at its heirs' request.
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    evidence_sealed bytea,
    withdrawn_at timestamptz,
    -- From here on it is carried out, whatever happens: the list outside the database names it.
    decided_at timestamptz,
    done_at timestamptz,
    -- Once more, for what was being written at that moment.
    swept_at timestamptz,
    CONSTRAINT erasure_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT erasure_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT erasure_asked_by FOREIGN KEY (estate_id, asked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT erasure_forward CHECK (due_at > asked_at),
    CONSTRAINT erasure_one_end CHECK (withdrawn_at IS NULL OR decided_at IS NULL),
    CONSTRAINT erasure_in_order CHECK ((done_at IS NULL OR decided_at IS NOT NULL)
        AND (swept_at IS NULL OR done_at IS NOT NULL)),
    CONSTRAINT erasure_evidence_bytes CHECK (octet_length(evidence_sealed) BETWEEN 33 AND 16384)
);
CREATE UNIQUE INDEX erasure_open ON linli.erasure (estate_id, person_id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX erasure_to_do ON linli.erasure (estate_id, due_at)
    WHERE withdrawn_at IS NULL AND swept_at IS NULL;

ALTER TABLE linli.erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY erasure_owner ON linli.erasure TO linli_owner USING (true) WITH CHECK (true);

INSERT INTO linli.sealed_column (source, field) VALUES ('erasure', 'evidence_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('erasure', 'asked_by', 'stay'), ('erasure', 'person_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
VALUES ('erasure', 'asked_by', 'doer', '谁办的', 'Who did it', 'keep', 'ledger');
INSERT INTO linli.personal_data (table_name, column_name, handed_out, title_zh, title_en, shown,
    erasure, becomes, kept)
VALUES ('erasure', 'person_id', 'yes', '注销申请', 'Requests of erasure',
    'r.id, r.asked_at, r.due_at, r.withdrawn_at', 'blank', 'evidence_sealed = NULL', 'ledger');

-- Why a person cannot be erased yet, as codes. `legal`: something is being seen to that the law has
-- finished first; no more is said of it. For the functions here alone.
CREATE FUNCTION linli.erasure_hindrances(person uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    found_codes text[] := '{}';
BEGIN
    IF EXISTS (
        SELECT
        FROM linli.activity AS a
        JOIN linli.activity_occurrence AS o ON o.estate_id = a.estate_id AND o.activity_id = a.id
        WHERE a.estate_id = estate AND a.organiser_id = person AND a.state = 'published'
            AND o.state = 'scheduled' AND o.ends > at)
    THEN
        found_codes := found_codes || 'organises'::text;
    END IF;
    IF EXISTS (
        SELECT
        FROM linli.guardianship AS own
        CROSS JOIN LATERAL linli.live_guardianships(estate, own.child_id) AS g
        WHERE own.estate_id = estate AND own.guardian_id = person AND g.id = own.id
            AND NOT EXISTS (
                SELECT
                FROM linli.live_guardianships(estate, own.child_id) AS other
                WHERE other.guardian_id <> person))
    THEN
        found_codes := found_codes || 'last_guardian'::text;
    END IF;
    IF EXISTS (
        SELECT
        FROM linli.role_term AS t
        WHERE t.estate_id = estate AND t.person_id = person AND t.ends > at
            AND t.role NOT IN ('resident', 'owner', 'tenant', 'family_elsewhere', 'carer',
                'volunteer', 'organiser'))
    THEN
        found_codes := found_codes || 'office'::text;
    END IF;
    IF EXISTS (
        SELECT
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.finished_at IS NULL
            AND t.kind IN ('report', 'appeal', 'child-waiting', 'unusual-pattern', 'protection-tell')
            AND (t.subject_id = person OR EXISTS (
                SELECT
                FROM linli.moderation AS m
                WHERE m.estate_id = estate AND m.thing_id = t.about_id AND m.author_id = person)))
        -- Nobody gets rid of a safety ban by an erasure.
        OR linli.is_banned(person)
    THEN
        found_codes := found_codes || 'legal'::text;
    END IF;
    RETURN found_codes;
END
$$;

-- Asks for an erasure: one's own, or (evidence) by the committee, of one who died. Verdicts: asked;
-- unknown, there, own (the committee's own home), organises, last_guardian, office. What the law has
-- finished first does not refuse it: it waits.
CREATE FUNCTION linli.ask_erasure(new_id uuid, person uuid, evidence bytea, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.person;
    hindrances text[];
    due timestamptz;
BEGIN
    SELECT * INTO held FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL OR held.origin <> 'resident' THEN
        RETURN 'unknown';
    ELSIF evidence IS NULL THEN
        IF person <> own OR held.state NOT IN ('active', 'away', 'in_hospital') THEN
            RETURN 'unknown';
        END IF;
    ELSIF held.state <> 'dead' OR NOT linli.has_role('residents_committee') THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(person) THEN
        RETURN 'own';
    END IF;
    hindrances := linli.erasure_hindrances(person);
    IF hindrances && ARRAY['organises', 'last_guardian', 'office'] THEN
        RETURN hindrances[1];
    END IF;
    due := at + linli.kept_for('cooling_off');
    INSERT INTO linli.erasure (estate_id, id, person_id, asked_by, asked_at, due_at,
        evidence_sealed)
    VALUES (estate, new_id, person, own, at, due, evidence)
    ON CONFLICT (estate_id, person_id) WHERE withdrawn_at IS NULL DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    PERFORM linli.append_event(event, 'erasure.asked', CASE WHEN evidence IS NULL
            THEN ARRAY['person:' || own] ELSE ARRAY['role:residents_committee'] END,
        ARRAY[person], json_build_object('erasure', new_id)::text);
    PERFORM linli.notify(event, 'erasure.asked', 'person', person,
        json_build_object('until', due)::text, ARRAY[person]);
    RETURN 'asked';
END
$$;

-- Takes it back, before it is carried out. Verdicts: withdrawn; unknown, late.
CREATE FUNCTION linli.withdraw_erasure(person uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    held linli.erasure;
BEGIN
    SELECT * INTO held FROM linli.erasure AS e
    WHERE e.estate_id = estate AND e.person_id = person AND e.withdrawn_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT (CASE WHEN held.evidence_sealed IS NULL THEN person = linli.person_id()
            ELSE linli.has_role('residents_committee') AND NOT linli.is_own_household(person) END)
    THEN
        RETURN 'unknown';
    ELSIF held.decided_at IS NOT NULL THEN
        RETURN 'late';
    END IF;
    UPDATE linli.erasure AS e
    SET withdrawn_at = linli.instant()
    WHERE e.estate_id = estate AND e.id = held.id;
    PERFORM linli.append_event(event, 'erasure.withdrawn',
        CASE WHEN held.evidence_sealed IS NULL THEN ARRAY['person:' || person]
            ELSE ARRAY['role:residents_committee'] END,
        ARRAY[person], json_build_object('erasure', held.id)::text);
    RETURN 'withdrawn';
END
$$;

-- The erasure that the principal asked for and has not taken back, and what hinders it now.
CREATE FUNCTION linli.own_erasure()
    RETURNS TABLE (id uuid, asked_at timestamptz, due_at timestamptz, hindrances text[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT e.id, e.asked_at, e.due_at, linli.erasure_hindrances(e.person_id)
        FROM linli.erasure AS e
        WHERE e.estate_id = linli.estate_id() AND e.person_id = linli.person_id()
            AND e.withdrawn_at IS NULL AND linli.beneficiary_id() IS NULL;
END
$$;

-- Carrying it out -------------------------------------------------------------------------------

CREATE FUNCTION linli.assert_erasing() RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'erasure' THEN
        RAISE EXCEPTION 'only the job erasure erases' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- Decides on what is due and hindered by nothing: from here on it cannot be taken back. Those to carry
-- out, also from a run that broke off, and those to be swept once more.
CREATE FUNCTION linli.decide_erasures(rows_max integer)
    RETURNS TABLE (person_id uuid, is_again boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    PERFORM linli.assert_erasing();
    UPDATE linli.erasure AS e
    SET decided_at = at
    WHERE e.estate_id = estate AND e.id IN (
        SELECT due.id
        FROM linli.erasure AS due
        WHERE due.estate_id = estate AND due.withdrawn_at IS NULL AND due.decided_at IS NULL
            AND due.due_at <= at AND linli.erasure_hindrances(due.person_id) = '{}'
        ORDER BY due.due_at, due.id
        LIMIT rows_max
        FOR UPDATE SKIP LOCKED);
    RETURN QUERY
        SELECT e.person_id, e.done_at IS NOT NULL
        FROM linli.erasure AS e
        WHERE e.estate_id = estate AND e.decided_at IS NOT NULL AND e.swept_at IS NULL
            AND (e.done_at IS NULL OR e.done_at + interval '10 minutes' <= at)
        ORDER BY e.decided_at, e.id
        LIMIT rows_max;
END
$$;

-- Of these persons, those that are in the estate and not erased.
CREATE FUNCTION linli.unerased(persons uuid[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.assert_erasing();
    RETURN QUERY
        SELECT p.id
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = ANY (persons) AND p.state <> 'erased'
        ORDER BY p.id;
END
$$;

-- The reservations to come of somebody who is erased, in order of their capacities, and whether it
-- answers for them.
CREATE FUNCTION linli.seats_to_erase(person uuid)
    RETURNS TABLE (reservation_id uuid, capacity_id uuid, is_holder boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    PERFORM linli.assert_erasing();
    RETURN QUERY
        SELECT r.id, r.capacity_id, r.holder_id = person
        FROM linli.reservation AS r
        JOIN linli.capacity AS c ON c.estate_id = r.estate_id AND c.id = r.capacity_id
        WHERE r.estate_id = estate AND r.state <> 'ended' AND c.feature = 'activity'
            AND c.begins > linli.instant()
            AND r.id IN (
                SELECT own.id
                FROM linli.reservation AS own
                WHERE own.estate_id = estate AND own.holder_id = person
                UNION
                SELECT m.reservation_id
                FROM linli.reservation_member AS m
                WHERE m.estate_id = estate AND m.person_id = person AND m.is_live)
        ORDER BY r.capacity_id, r.id;
END
$$;

-- Ends what a person belongs to, holds and does for others. For the functions here alone.
CREATE FUNCTION linli.end_erased(person uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    UPDATE linli.membership AS m
    SET ends = greatest(at, m.begins)
    WHERE m.estate_id = estate AND m.person_id = person AND m.ends > at;
    UPDATE linli.role_term AS t
    SET ends = greatest(at, t.begins), ended_at = at, ended_by = person, ended_because = 'erased'
    WHERE t.estate_id = estate AND t.person_id = person AND t.ends > at;
    DELETE FROM linli.delegation AS d
    WHERE d.estate_id = estate AND person IN (d.doer_id, d.beneficiary_id) AND d.begins >= at;
    UPDATE linli.delegation AS d
    SET ends = at
    WHERE d.estate_id = estate AND person IN (d.doer_id, d.beneficiary_id) AND d.ends > at;
    UPDATE linli.guardianship AS g
    SET ends = greatest(at, g.begins), ended_by = person, ended_because = '已删除'
    WHERE g.estate_id = estate AND person IN (g.guardian_id, g.child_id) AND g.ends > at;
    UPDATE linli.consent AS c
    SET withdrawn_at = at, withdrawn_by = person
    WHERE c.estate_id = estate AND person IN (c.giver_id, c.subject_id, c.about_id)
        AND c.withdrawn_at IS NULL AND c.until > at;
    UPDATE linli.vetting AS v
    SET withdrawn_at = at, withdrawn_by = person
    WHERE v.estate_id = estate AND v.person_id = person AND v.withdrawn_at IS NULL AND v.ends > at;
    PERFORM linli.finish_task(t.id, 'not_needed')
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.subject_id = person AND t.finished_at IS NULL;
END
$$;

-- Whether an account is somebody elsewhere, too, or holds an office above. For the functions here alone.
CREATE FUNCTION linli.account_lives(account uuid, estate uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
            SELECT
            FROM linli.person AS other
            WHERE other.account_id = account AND other.estate_id <> estate
                AND other.state NOT IN ('erased', 'merged'))
        OR EXISTS (
            SELECT
            FROM linli.account_role_term AS t
            WHERE t.account_id = account AND t.ends > linli.instant());
END
$$;

-- Does with the rows of one kind what an erasure does. For the functions here alone.
CREATE FUNCTION linli.erase_rows(kind linli.personal_data, subject uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    found_rows CONSTANT text := format('%s AND %s',
        CASE WHEN linli.is_of_account(kind.table_name, kind.column_name) THEN '$2 IS NOT NULL'
            ELSE 'r.estate_id = $2' END,
        coalesce('(' || kind.belongs || ')', format('r.%I = $1', kind.column_name)));
BEGIN
    EXECUTE CASE kind.erasure
        WHEN 'delete' THEN format('DELETE FROM linli.%I AS r WHERE %s', kind.table_name, found_rows)
        ELSE format('UPDATE linli.%I AS r SET %s WHERE %s', kind.table_name, kind.becomes,
            found_rows) END
    USING subject, linli.estate_id();
END
$$;

-- Erases a person whose seats to come are free: what linli.personal_data says becomes of each row; the
-- account that was nobody else's goes as well. A person that is erased already is swept once more. The
-- ids stay in ledgers and in the log.
CREATE FUNCTION linli.erase_person(person uuid, event uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.person;
    kind linli.personal_data;
    account uuid;
BEGIN
    PERFORM linli.assert_erasing();
    SELECT * INTO held FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = person
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    ELSIF EXISTS (SELECT FROM linli.seats_to_erase(person)) THEN
        -- One more was taken meanwhile: again from the start.
        RAISE EXCEPTION 'a seat was taken meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    PERFORM set_config('linli.moderating', 'on', true);
    PERFORM linli.end_erased(person);
    account := CASE WHEN NOT linli.account_lives(held.account_id, estate)
        THEN held.account_id END;
    FOR kind IN
        SELECT d.*
        FROM linli.personal_data AS d
        WHERE d.erasure <> 'keep' AND d.table_name NOT IN ('person', 'account')
            AND to_regclass('linli.' || quote_ident(d.table_name)) IS NOT NULL
        ORDER BY d.erasure = 'blank', d.table_name, d.column_name
    LOOP
        IF NOT linli.is_of_account(kind.table_name, kind.column_name) THEN
            PERFORM linli.erase_rows(kind, person);
        ELSIF account IS NOT NULL THEN
            PERFORM linli.erase_rows(kind, account);
        END IF;
    END LOOP;
    DELETE FROM linli.idempotency AS i
    WHERE i.estate_id = estate AND i.account_id = held.account_id;
    IF account IS NOT NULL THEN
        UPDATE linli.account AS a SET state = 'erased' WHERE a.id = account;
        DELETE FROM linli.session AS s WHERE s.account_id = account;
    END IF;
    SELECT d.* INTO STRICT kind FROM linli.personal_data AS d WHERE d.table_name = 'person';
    PERFORM linli.erase_rows(kind, person);
    UPDATE linli.erasure AS e
    SET swept_at = CASE WHEN e.done_at IS NOT NULL THEN at END, done_at = coalesce(e.done_at, at)
    WHERE e.estate_id = estate AND e.person_id = person AND e.decided_at IS NOT NULL;
    PERFORM set_config('linli.moderating', '', true);
    IF held.state = 'erased' THEN
        RETURN false;
    END IF;
    PERFORM linli.append_event(event, 'person.erased', ARRAY['role:residents_committee'],
        ARRAY[person], json_build_object('person', person)::text);
    -- A second entry that was made one with this bears its name, too.
    PERFORM linli.erase_person(p.id, linli.fresh_id(at))
    FROM linli.person_merge AS m
    JOIN linli.person AS p ON p.estate_id = m.estate_id AND p.id = m.dropped_id
    WHERE m.estate_id = estate AND m.kept_id = person AND p.state = 'merged';
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.ask_erasure(uuid, uuid, bytea, uuid), linli.withdraw_erasure(uuid, uuid),
    linli.own_erasure(), linli.decide_erasures(integer), linli.unerased(uuid[]),
    linli.seats_to_erase(uuid), linli.erase_person(uuid, uuid)
    TO linli;
