-- Children, their guardians and their homes; consents, and what they were asked to read.
--
-- Who guards a child and what may be done with it is asked here, at the instant of the act: nothing
-- copies the answer, so that an end, a withdrawal and an 18th birthday act everywhere at once.

-- Ages ------------------------------------------------------------------------------------------

-- On which days a person turns 14 and 18, while it is under 18; what is older has a row without days.
-- The day of birth stays sealed. These days are kept in clear because the database itself refuses, at
-- local midnight, what a child may not do; no policy opens them to anybody, and they go at 18.
CREATE TABLE linli.age (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- When the sealed day that they were read from was entered.
    entered_at timestamptz NOT NULL,
    turns_14 date,
    turns_18 date,
    CONSTRAINT age_pkey PRIMARY KEY (estate_id, person_id),
    CONSTRAINT age_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT age_whole CHECK ((turns_14 IS NULL) = (turns_18 IS NULL)),
    CONSTRAINT age_order CHECK (turns_14 < turns_18)
);
CREATE INDEX age_grown ON linli.age (estate_id, turns_18) WHERE turns_18 IS NOT NULL;

-- The day in an estate at this instant.
CREATE FUNCTION linli.today(estate uuid) RETURNS date
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT (linli.instant() AT TIME ZONE e.zone)::date
        FROM linli.estate AS e
        WHERE e.estate_id = estate);
END
$$;

-- Whether a person is under 18 now; who has no day of birth counts as grown up.
CREATE FUNCTION linli.is_child(estate uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.age AS a
        WHERE a.estate_id = estate AND a.person_id = person
            AND a.turns_18 > linli.today(estate));
END
$$;

-- The same of 14.
CREATE FUNCTION linli.is_under_14(estate uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.age AS a
        WHERE a.estate_id = estate AND a.person_id = person
            AND a.turns_14 > linli.today(estate));
END
$$;

-- Sealed days of birth that no row tells of, or an older one, for the job that reads them.
CREATE FUNCTION linli.births_unread(rows_max integer)
    RETURNS TABLE (person_id uuid, entered_at timestamptz, birth_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'ages' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT s.person_id, s.changed_at, s.value_sealed
        FROM linli.person_sealed AS s
        LEFT JOIN linli.age AS a ON a.estate_id = s.estate_id AND a.person_id = s.person_id
        WHERE s.estate_id = linli.estate_id() AND s.field = 'birth_date'
            AND a.entered_at IS DISTINCT FROM s.changed_at
        ORDER BY s.person_id
        LIMIT rows_max;
END
$$;

-- Keeps what the server read in sealed days of birth, and forgets the days of who is grown up.
CREATE FUNCTION linli.note_ages(
    persons uuid[], entered timestamptz[], fourteen date[], eighteen date[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    today CONSTANT date := linli.today(estate);
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'ages' THEN
        RAISE EXCEPTION 'only its job does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.age AS a (estate_id, person_id, entered_at, turns_14, turns_18)
    SELECT estate, g.person, g.entered, CASE WHEN g.eighteen > today THEN g.fourteen END,
        CASE WHEN g.eighteen > today THEN g.eighteen END
    FROM unnest(persons, entered, fourteen, eighteen) AS g (person, entered, fourteen, eighteen)
    ON CONFLICT ON CONSTRAINT age_pkey DO UPDATE
        SET entered_at = excluded.entered_at, turns_14 = excluded.turns_14,
            turns_18 = excluded.turns_18;
    UPDATE linli.age AS a
    SET turns_14 = NULL, turns_18 = NULL
    WHERE a.estate_id = estate AND a.turns_18 <= today;
END
$$;

-- Guardians -------------------------------------------------------------------------------------

-- Every right that a guardian may hold.
CREATE FUNCTION linli.guardian_rights() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY['activities', 'alone_with_adult', 'photographs', 'location', 'pick_up', 'health',
        'conversation'];

-- Who guards a child (监护人), with which rights, from when until when, and by whose record.
CREATE TABLE linli.guardianship (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    guardian_id uuid NOT NULL,
    child_id uuid NOT NULL,
    rights text[] NOT NULL,
    -- entered: with the child; declared: by a member of its household; office: on evidence.
    how text NOT NULL,
    -- Whose grown members were told and may object; NULL: an office's record.
    household_id uuid,
    evidence text,
    recorded_by uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL DEFAULT 'infinity',
    ended_by uuid,
    ended_because text,
    CONSTRAINT guardianship_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT guardianship_guardian FOREIGN KEY (estate_id, guardian_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT guardianship_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT guardianship_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT guardianship_recorded_by FOREIGN KEY (estate_id, recorded_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT guardianship_ended_by FOREIGN KEY (estate_id, ended_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT guardianship_of_two CHECK (guardian_id <> child_id),
    CONSTRAINT guardianship_rights_known CHECK (cardinality(rights) >= 1
        AND rights <@ linli.guardian_rights() AND array_position(rights, NULL) IS NULL),
    CONSTRAINT guardianship_how_known CHECK (how IN ('entered', 'declared', 'office')),
    CONSTRAINT guardianship_told CHECK ((how = 'office') = (household_id IS NULL)),
    CONSTRAINT guardianship_own_word CHECK (how = 'office' OR recorded_by = guardian_id),
    CONSTRAINT guardianship_office_evidence CHECK (how <> 'office'
        OR (evidence IS NOT NULL AND recorded_by NOT IN (guardian_id, child_id))),
    CONSTRAINT guardianship_texts_length CHECK (char_length(evidence) BETWEEN 1 AND 400
        AND char_length(ended_because) BETWEEN 1 AND 400),
    CONSTRAINT guardianship_forward CHECK (begins <= ends),
    CONSTRAINT guardianship_once EXCLUDE USING gist (estate_id WITH =, guardian_id WITH =,
        child_id WITH =, tstzrange(begins, ends) WITH &&)
);
CREATE INDEX guardianship_of_child ON linli.guardianship (estate_id, child_id);
CREATE INDEX guardianship_of_guardian ON linli.guardianship (estate_id, guardian_id);

-- What somebody cannot agree to, of a guardianship or of a purpose: a person decides.
CREATE TABLE linli.family_objection (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    child_id uuid NOT NULL,
    guardianship_id uuid,
    purpose text,
    because text NOT NULL,
    objected_by uuid NOT NULL,
    objected_at timestamptz NOT NULL,
    -- The task that asks a person to decide it.
    task_id uuid,
    -- upheld: the guardianship ends, or the purpose stays closed; dismissed: it stands.
    decision text,
    decided_by uuid,
    decided_at timestamptz,
    decided_because text,
    CONSTRAINT family_objection_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT family_objection_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT family_objection_of FOREIGN KEY (estate_id, guardianship_id)
        REFERENCES linli.guardianship (estate_id, id),
    CONSTRAINT family_objection_by FOREIGN KEY (estate_id, objected_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT family_objection_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT family_objection_to_one CHECK ((guardianship_id IS NULL) <> (purpose IS NULL)),
    CONSTRAINT family_objection_decision_known CHECK (decision IN ('upheld', 'dismissed')),
    CONSTRAINT family_objection_decision_whole CHECK ((decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decided_by IS NULL)
        AND (decision IS NULL) = (decided_because IS NULL)),
    CONSTRAINT family_objection_not_own_judge CHECK (decided_by NOT IN (objected_by, child_id)),
    CONSTRAINT family_objection_texts_length CHECK (char_length(because) BETWEEN 1 AND 400
        AND char_length(decided_because) BETWEEN 1 AND 400)
);
CREATE UNIQUE INDEX family_objection_once
    ON linli.family_objection (estate_id, child_id, coalesce(guardianship_id::text, purpose))
    WHERE decision IS NULL;

-- The guardianships of a child that count now: begun, not over, the child under 18, the guardian
-- here, and none of a household's own word while an objection to it is open. For the functions here
-- alone.
CREATE FUNCTION linli.live_guardianships(estate uuid, child uuid) RETURNS SETOF linli.guardianship
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF estate IS DISTINCT FROM linli.estate_id() OR NOT linli.is_child(estate, child) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.*
        FROM linli.guardianship AS g
        JOIN linli.person AS p ON p.estate_id = g.estate_id AND p.id = g.guardian_id
        WHERE g.estate_id = estate AND g.child_id = child AND g.begins <= at AND g.ends > at
            AND p.state IN ('active', 'away', 'in_hospital')
            AND (g.how = 'office' OR NOT EXISTS (
                SELECT
                FROM linli.family_objection AS o
                WHERE o.estate_id = estate AND o.child_id = child
                    AND o.guardianship_id = g.id AND o.decision IS NULL));
END
$$;

-- The guardians of a child now.
CREATE FUNCTION linli.guardians_of(child uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT g.guardian_id
        FROM linli.live_guardianships(linli.estate_id(), child) AS g
        ORDER BY g.guardian_id;
END
$$;

-- Whether a person guards a child now with a right.
CREATE FUNCTION linli.has_guardian_right(guardian uuid, child uuid, wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.live_guardianships(linli.estate_id(), child) AS g
        WHERE g.guardian_id = guardian AND wanted = ANY (g.rights));
END
$$;

-- The principal's own children now; none while it acts for another.
CREATE FUNCTION linli.own_children() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT DISTINCT g.child_id
        FROM linli.guardianship AS own
        CROSS JOIN LATERAL linli.live_guardianships(estate, own.child_id) AS g
        WHERE own.estate_id = estate AND own.guardian_id = linli.person_id() AND g.id = own.id;
END
$$;

-- Homes -----------------------------------------------------------------------------------------

-- On which days of some weeks a child is in a household, counted from a Monday; the last word wins.
CREATE TABLE linli.child_home (
    estate_id uuid NOT NULL,
    child_id uuid NOT NULL,
    household_id uuid NOT NULL,
    weeks integer NOT NULL,
    monday date NOT NULL,
    -- 0 is that Monday.
    days integer[] NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    CONSTRAINT child_home_pkey PRIMARY KEY (estate_id, child_id, household_id),
    CONSTRAINT child_home_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT child_home_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT child_home_set_by FOREIGN KEY (estate_id, set_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT child_home_weeks_few CHECK (weeks IN (1, 2, 4)),
    CONSTRAINT child_home_monday CHECK (extract(isodow FROM monday) = 1),
    CONSTRAINT child_home_days_within CHECK (cardinality(days) <= 28
        AND 0 <= ALL (days) AND 7 * weeks > ALL (days) AND array_position(days, NULL) IS NULL)
);

-- A day that is otherwise: the child is in a household, or is not.
CREATE TABLE linli.child_day (
    estate_id uuid NOT NULL,
    child_id uuid NOT NULL,
    household_id uuid NOT NULL,
    day date NOT NULL,
    is_here boolean NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    CONSTRAINT child_day_pkey PRIMARY KEY (estate_id, child_id, household_id, day),
    CONSTRAINT child_day_child FOREIGN KEY (estate_id, child_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT child_day_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT child_day_set_by FOREIGN KEY (estate_id, set_by)
        REFERENCES linli.person (estate_id, id)
);

-- Whether a pattern holds a day.
CREATE FUNCTION linli.pattern_holds(monday date, weeks integer, days integer[], day date)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((day - monday) % (7 * weeks) + 7 * weeks) % (7 * weeks) = ANY (days);

-- The household where a child is on a day: an exception before the pattern, the pattern before the
-- only home (or the only one without a pattern); NULL: nobody has said. For the functions here and
-- of other features; whoever is shown it must not learn of a home that is not its own.
CREATE FUNCTION linli.home_of(child uuid, day date) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    found_homes uuid[];
BEGIN
    WITH home AS (
        SELECT m.household_id AS id, p.household_id IS NOT NULL AS has_pattern,
            linli.pattern_holds(p.monday, p.weeks, p.days, home_of.day) AS holds, d.is_here,
            greatest(d.set_at, p.set_at) AS set_at
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        LEFT JOIN linli.child_home AS p ON p.estate_id = m.estate_id
            AND p.child_id = m.person_id AND p.household_id = m.household_id
        LEFT JOIN linli.child_day AS d ON d.estate_id = m.estate_id AND d.child_id = m.person_id
            AND d.household_id = m.household_id AND d.day = home_of.day
        WHERE m.estate_id = estate AND m.person_id = child
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
    )
    SELECT array_agg(ranked.id) INTO found_homes
    FROM (
        SELECT home.id,
            rank() OVER (ORDER BY
                CASE WHEN home.is_here THEN 1 WHEN home.holds THEN 2 ELSE 3 END,
                CASE WHEN home.is_here OR home.holds THEN home.set_at END DESC) AS number
        FROM home
        WHERE coalesce(home.is_here, true) AND (home.is_here OR home.holds OR NOT home.has_pattern)
    ) AS ranked
    WHERE ranked.number = 1;
    RETURN CASE WHEN cardinality(found_homes) = 1 THEN found_homes[1] END;
END
$$;

-- Consents --------------------------------------------------------------------------------------

-- What somebody may be asked to agree to. For a child its guardians answer who hold the right: one
-- of them, or every one.
CREATE TABLE linli.consent_purpose (
    code text NOT NULL,
    needs text NOT NULL,
    guardian_right text NOT NULL,
    -- Whether a grown-up is asked, for itself.
    is_of_adults boolean NOT NULL,
    -- Whether it is about a person, such as who fetches a child.
    names_person boolean NOT NULL DEFAULT false,
    CONSTRAINT consent_purpose_pkey PRIMARY KEY (code),
    CONSTRAINT consent_purpose_code CHECK (code ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT consent_purpose_needs_known CHECK (needs IN ('one', 'every')),
    CONSTRAINT consent_purpose_right_known CHECK (guardian_right = ANY (linli.guardian_rights()))
);

-- What was read before agreeing.
CREATE TABLE linli.consent_text (
    purpose text NOT NULL,
    version integer NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    CONSTRAINT consent_text_pkey PRIMARY KEY (purpose, version),
    CONSTRAINT consent_text_purpose FOREIGN KEY (purpose) REFERENCES linli.consent_purpose (code),
    CONSTRAINT consent_text_length CHECK (char_length(zh) BETWEEN 1 AND 2000
        AND char_length(en) BETWEEN 1 AND 4000)
);

INSERT INTO linli.consent_purpose (code, needs, guardian_right, is_of_adults, names_person) VALUES
    ('join_activities', 'one', 'activities', false, false),
    ('sign_in', 'one', 'activities', false, false),
    ('conversation', 'one', 'conversation', false, false),
    ('alone_with_adult', 'every', 'alone_with_adult', false, false),
    ('photographs', 'every', 'photographs', true, false),
    ('location', 'every', 'location', true, false),
    ('health', 'every', 'health', true, false),
    ('pick_up', 'every', 'pick_up', false, true);
INSERT INTO linli.consent_text (purpose, version, zh, en) VALUES
    ('join_activities', 1, '我同意孩子（14 至 17 周岁）自己报名参加小区活动。可随时撤回，撤回后孩子的名额立即让出。',
        'I agree that the child, who is 14 to 17, joins activities of the estate by itself. I may take this back at any time; its places are given up at once.'),
    ('sign_in', 1, '我同意孩子（14 至 17 周岁）用自己的手机登录邻里。可随时撤回，撤回后其登录立即失效。',
        'I agree that the child, who is 14 to 17, signs in by its own phone. I may take this back at any time; its sessions end at once.'),
    ('conversation', 1, '我同意孩子（14 至 17 周岁）在活动和小组内与他人对话；监护人可以查看。',
        'I agree that the child, who is 14 to 17, takes part in conversations of activities and groups, which its guardians may read.'),
    ('alone_with_adult', 1, '我同意孩子在活动中与一位已当面核验、已审查的成年人单独相处。须每位有此权利的监护人同意。',
        'I agree that the child is alone with one adult who is verified in person and vetted. Every guardian with this right must agree.'),
    ('photographs', 1, '我同意在活动中拍照并在小区内使用照片。涉及孩子的，须每位有此权利的监护人同意。',
        'I agree that photographs are taken at activities and used within the estate. For a child every guardian with this right must agree.'),
    ('location', 1, '我同意在活动和接送期间查看位置。涉及孩子的，须每位有此权利的监护人同意。',
        'I agree that the location is seen during activities and rides. For a child every guardian with this right must agree.'),
    ('health', 1, '我同意组织者为照护目的查看所填的健康情况。涉及孩子的，须每位有此权利的监护人同意。',
        'I agree that organisers read what I state of health, for care alone. For a child every guardian with this right must agree.'),
    ('pick_up', 1, '我同意由所指的人凭接送码接走孩子。须每位有此权利的监护人同意。',
        'I agree that the person named fetches the child by a one-time code. Every guardian with this right must agree.');

-- The ledger: who agreed for whom to what, by which text, from when until when; a withdrawal is the
-- only change.
CREATE TABLE linli.consent (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    giver_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    purpose text NOT NULL,
    text_version integer NOT NULL,
    -- Whom it is about, where the purpose names a person.
    about_id uuid,
    given_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    CONSTRAINT consent_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT consent_giver FOREIGN KEY (estate_id, giver_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT consent_subject FOREIGN KEY (estate_id, subject_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT consent_about FOREIGN KEY (estate_id, about_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT consent_withdrawn_by FOREIGN KEY (estate_id, withdrawn_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT consent_of_text FOREIGN KEY (purpose, text_version)
        REFERENCES linli.consent_text (purpose, version),
    CONSTRAINT consent_forward CHECK (given_at < until),
    CONSTRAINT consent_withdrawn_whole CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX consent_of_subject ON linli.consent (estate_id, subject_id, purpose, given_at);
CREATE INDEX consent_of_giver ON linli.consent (estate_id, giver_id, id);

CREATE FUNCTION linli.consent_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at = linli.instant()
        AND to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by']
            = to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a consent is withdrawn, and never changed otherwise'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_keep', TABLE = 'consent';
END
$$;
CREATE TRIGGER consent_keep BEFORE UPDATE OR DELETE ON linli.consent
    FOR EACH ROW EXECUTE FUNCTION linli.consent_keep();

-- Whether a giver's word for a subject and a purpose stands now. For the functions here alone.
CREATE FUNCTION linli.has_consented(
    estate uuid, giver uuid, subject uuid, wanted text, about uuid DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.consent AS c
        WHERE c.estate_id = estate AND c.subject_id = subject AND c.purpose = wanted
            AND c.giver_id = giver AND c.about_id IS NOT DISTINCT FROM about
            AND c.given_at <= at AND c.until > at AND c.withdrawn_at IS NULL);
END
$$;

-- Whether there is consent now: of a grown-up's own, of one guardian, or of every guardian who holds
-- the right (at least one). An open objection closes what needs every guardian, as does one upheld.
CREATE FUNCTION linli.consented(subject uuid, purpose text, about uuid DEFAULT NULL)
    RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    asked linli.consent_purpose;
    answers boolean[];
BEGIN
    SELECT * INTO asked
    FROM linli.consent_purpose AS p
    WHERE p.code = consented.purpose;
    IF NOT FOUND OR estate IS NULL THEN
        RETURN false;
    ELSIF NOT linli.is_child(estate, subject) THEN
        RETURN asked.is_of_adults AND linli.has_consented(estate, subject, subject, asked.code, about);
    END IF;
    IF asked.needs = 'every' AND EXISTS (
        SELECT
        FROM linli.family_objection AS o
        WHERE o.estate_id = estate AND o.child_id = subject AND o.purpose = asked.code
            AND o.decision IS DISTINCT FROM 'dismissed')
    THEN
        RETURN false;
    END IF;
    answers := ARRAY(
        SELECT linli.has_consented(estate, g.guardian_id, subject, asked.code, about)
        FROM linli.live_guardianships(estate, subject) AS g
        WHERE asked.guardian_right = ANY (g.rights));
    RETURN true = ANY (answers) AND (asked.needs = 'one' OR NOT false = ANY (answers));
END
$$;

-- Who sees what ---------------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['age', 'guardianship', 'family_objection', 'child_home',
        'child_day', 'consent']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

GRANT SELECT ON linli.consent_purpose, linli.consent_text TO linli;
GRANT EXECUTE ON FUNCTION
    linli.today(uuid), linli.is_child(uuid, uuid), linli.is_under_14(uuid, uuid),
    linli.births_unread(integer), linli.note_ages(uuid[], timestamptz[], date[], date[]),
    linli.guardians_of(uuid), linli.has_guardian_right(uuid, uuid, text), linli.own_children(),
    linli.home_of(uuid, date), linli.consented(uuid, text, uuid)
    TO linli;
