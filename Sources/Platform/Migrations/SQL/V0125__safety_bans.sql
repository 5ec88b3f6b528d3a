-- Safety bans (安全禁令): the residents' committee decides on evidence that somebody organises nothing
-- for children and elders, is in no small company with them and speaks with none of them, for a term.

CREATE TABLE linli.safety_ban (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    -- What the person reads, and what it rests on, under the estate's key.
    reason_sealed bytea NOT NULL,
    evidence_sealed bytea NOT NULL,
    decided_by uuid NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    lifted_at timestamptz,
    lifted_by uuid,
    -- The note of another committee that it followed.
    note_id uuid,
    CONSTRAINT safety_ban_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT safety_ban_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT safety_ban_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_ban_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_ban_lifted_by FOREIGN KEY (estate_id, lifted_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_ban_of_another CHECK (person_id <> decided_by),
    CONSTRAINT safety_ban_kind_known
        CHECK (kind IN ('harassment', 'violence', 'fraud', 'children', 'other')),
    CONSTRAINT safety_ban_bytes CHECK (octet_length(reason_sealed) BETWEEN 33 AND 8192
        AND octet_length(evidence_sealed) BETWEEN 33 AND 8192),
    CONSTRAINT safety_ban_term CHECK (begins < ends AND ends <= begins + interval '1830 days'),
    CONSTRAINT safety_ban_lifted_whole CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)
        AND lifted_at >= begins)
);
CREATE INDEX safety_ban_of_person ON linli.safety_ban (estate_id, person_id);

-- The person's appeal, once; another member decides than did before.
CREATE TABLE linli.safety_appeal (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    ban_id uuid NOT NULL,
    words_sealed bytea NOT NULL,
    at timestamptz NOT NULL,
    outcome text,
    answer_sealed bytea,
    decided_at timestamptz,
    decided_by uuid,
    CONSTRAINT safety_appeal_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT safety_appeal_once UNIQUE (estate_id, ban_id),
    CONSTRAINT safety_appeal_of FOREIGN KEY (estate_id, ban_id)
        REFERENCES linli.safety_ban (estate_id, id),
    CONSTRAINT safety_appeal_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT safety_appeal_outcome_known CHECK (outcome IN ('stands', 'lifted')),
    CONSTRAINT safety_appeal_decided_whole CHECK ((outcome IS NULL) = (decided_at IS NULL)
        AND (outcome IS NULL) = (decided_by IS NULL)
        AND (outcome IS NULL) = (answer_sealed IS NULL)),
    CONSTRAINT safety_appeal_bytes CHECK (octet_length(words_sealed) BETWEEN 33 AND 8192
        AND octet_length(answer_sealed) BETWEEN 33 AND 8192)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['safety_ban', 'safety_appeal']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.sealed_column (source, field) VALUES
    ('safety_ban', 'reason_sealed'), ('safety_ban', 'evidence_sealed'),
    ('safety_appeal', 'words_sealed'), ('safety_appeal', 'answer_sealed');
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('safety_ban', 'person_id', 'move'), ('safety_ban', 'decided_by', 'stay'),
    ('safety_ban', 'lifted_by', 'stay'), ('safety_appeal', 'decided_by', 'stay');
INSERT INTO linli.task_kind
    (code, duty_role, due, title_zh, title_en, climbs_to, is_decided_elsewhere)
VALUES ('safety-appeal', 'residents_committee', '3 days', '对安全禁令的申诉，请另一人裁定',
    'An appeal against a safety ban, for another member', '{}', true);
INSERT INTO linli.access_rule (role, kind, purpose, needs_second) VALUES
    ('residents_committee', 'safety', 'decision', false);

-- What a ban means -------------------------------------------------------------------------------

-- Whether a person is under a ban now.
CREATE FUNCTION linli.is_banned(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.safety_ban AS b
        WHERE b.estate_id = linli.estate_id() AND b.person_id = person
            AND b.lifted_at IS NULL AND b.begins <= at AND b.ends > at);
END
$$;

-- Whether a ban is there to protect a person: a child, or who counts as an elder, since no mark of age
-- is kept of grown persons: for whom somebody else may act, or who takes part in what is for elders.
CREATE FUNCTION linli.is_sheltered(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN linli.is_child(estate, person)
        OR EXISTS (
            SELECT
            FROM linli.delegation AS d
            WHERE d.estate_id = estate AND d.beneficiary_id = person
                AND d.begins <= at AND d.ends > at)
        OR EXISTS (
            SELECT
            FROM linli.reservation_member AS m
            JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = m.capacity_id
            JOIN linli.activity AS a ON a.estate_id = estate AND a.id = c.thing_id
            WHERE m.estate_id = estate AND m.person_id = person AND m.is_live
                AND a.meant_for = 'elders');
END
$$;

-- Whether a ban stands between two persons. Helping and pairing ask it, too, when they come.
CREATE FUNCTION linli.ban_between(a uuid, b uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (linli.is_banned(a) AND linli.is_sheltered(b))
        OR (linli.is_banned(b) AND linli.is_sheltered(a));
END
$$;

-- Whether a ban keeps a person from looking after an activity.
CREATE FUNCTION linli.banned_from(activity uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.is_banned(person) AND EXISTS (
        SELECT
        FROM linli.activity AS a
        WHERE a.estate_id = linli.estate_id() AND a.id = activity AND a.meant_for <> 'general');
END
$$;

-- As before; and who is under a ban is vetted for nothing.
CREATE OR REPLACE FUNCTION linli.is_vetted(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN NOT linli.is_child(estate, person)
        AND linli.is_at_least(linli.level_of(estate, person), 'in_person')
        AND NOT linli.is_banned(person)
        AND EXISTS (
            SELECT
            FROM linli.vetting AS v
            WHERE v.estate_id = estate AND v.person_id = is_vetted.person
                AND v.begins <= at AND v.ends > at AND v.withdrawn_at IS NULL);
END
$$;

-- As before; who is under a ban looks after no children, whatever they take part in.
CREATE OR REPLACE FUNCTION linli.children_lack(activity uuid, children bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    per_adult CONSTANT integer := coalesce(
        (SELECT r.children_per_adult FROM linli.child_ratio AS r WHERE r.estate_id = estate), 8);
    adults uuid[];
BEGIN
    IF children = 0 THEN
        RETURN NULL;
    END IF;
    adults := ARRAY(
        SELECT s.person_id
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity
            AND NOT linli.is_child(estate, s.person_id)
            AND NOT linli.is_banned(s.person_id)
            AND linli.may_organise(estate, s.person_id));
    IF NOT EXISTS (
        SELECT
        FROM unnest(adults) AS vetted (id)
        CROSS JOIN unnest(adults) AS beside (id)
        WHERE vetted.id <> beside.id AND linli.is_vetted(vetted.id)
            AND NOT linli.are_related(vetted.id, beside.id))
    THEN
        RETURN 'two-adults';
    END IF;
    RETURN CASE WHEN children > per_adult * cardinality(adults) THEN 'child-ratio' END;
END
$$;

-- As before; what one under a ban publishes is always reviewed.
CREATE OR REPLACE FUNCTION linli.publishes_freely(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN linli.is_at_least(linli.level_of(estate, person), 'in_person')
        AND NOT linli.is_banned(person)
        AND linli.watch_limit('approvals') <= (
            SELECT count(*)
            FROM linli.moderation AS m
            WHERE m.estate_id = estate AND m.author_id = person AND m.approved_at IS NOT NULL);
END
$$;

-- As before; and no ban stands between them.
CREATE OR REPLACE FUNCTION linli.may_converse(a uuid, b uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN a IS DISTINCT FROM b AND linli.is_here(a) AND linli.is_here(b)
        AND linli.claimed(a) AND linli.claimed(b)
        AND NOT linli.kept_apart(a, b) AND linli.ages_converse(a, b)
        AND NOT linli.ban_between(a, b);
END
$$;

-- Nobody under a ban publishes for children or elders, or comes to look after what is for them.
CREATE FUNCTION linli.activity_of_banned() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.estate_id() IS NOT NULL AND NOT linli.moderating() AND NEW.state = 'published'
        AND NEW.meant_for <> 'general' AND linli.is_banned(NEW.organiser_id)
        AND (TG_OP = 'INSERT' OR (OLD.state, OLD.meant_for, OLD.organiser_id)
            IS DISTINCT FROM (NEW.state, NEW.meant_for, NEW.organiser_id))
    THEN
        RAISE EXCEPTION 'who is under a safety ban organises nothing for children and elders'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_of_banned';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER activity_of_banned BEFORE INSERT OR UPDATE ON linli.activity
    FOR EACH ROW EXECUTE FUNCTION linli.activity_of_banned();

-- As before; and a small company does not bring one under a ban beside whom the ban shelters: which of
-- them comes later waits.
CREATE OR REPLACE FUNCTION linli.company_objections(
    capacity uuid, parties uuid[], holders uuid[], persons uuid[], adding uuid[], gone uuid[])
    RETURNS TABLE (party_id uuid, code text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    rules linli.company_rule;
    is_listed boolean;
    is_small boolean;
BEGIN
    SELECT * INTO rules FROM linli.company_rule AS k WHERE k.estate_id = estate;
    SELECT c.by_list_since IS NOT NULL,
        least(c.overall, (SELECT sum(t) FROM unnest(c.totals) AS t)) <= coalesce(rules.small_max, 6)
    INTO is_listed, is_small
    FROM linli.capacity AS c
    WHERE c.estate_id = estate AND c.id = capacity;
    RETURN QUERY
        WITH apart AS MATERIALIZED (
            SELECT p.person_id, p.other_id, p.is_protection
            FROM linli.apart_pairs(persons) AS p
            WHERE is_small OR p.is_protection
            UNION ALL
            SELECT s.person_id, s.other_id, false
            FROM linli.ban_pairs(capacity, persons, adding) AS s
            WHERE is_small
        ), beside AS MATERIALIZED (
            SELECT a.person_id, a.is_protection
            FROM apart AS a
            WHERE a.other_id = ANY (adding)
                OR EXISTS (
                    SELECT
                    FROM linli.reservation_member AS m
                    JOIN linli.reservation AS r
                        ON r.estate_id = m.estate_id AND r.id = m.reservation_id
                    WHERE m.estate_id = estate AND m.capacity_id = capacity
                        AND m.person_id = a.other_id AND m.is_live
                        AND r.state IN ('offered', 'held', 'confirmed')
                        AND (r.until IS NULL OR r.until > at) AND r.id <> ALL (gone))
                OR EXISTS (
                    SELECT
                    FROM linli.reservation AS r
                    WHERE r.estate_id = estate AND r.capacity_id = capacity
                        AND r.holder_id = a.other_id AND r.state <> 'ended'
                        AND r.state IN ('offered', 'held', 'confirmed')
                        AND (r.until IS NULL OR r.until > at) AND r.id <> ALL (gone))
        )
        SELECT g.party, CASE WHEN bool_or(b.is_protection) THEN 'protected'
            WHEN bool_or(b.is_protection IS NOT NULL) THEN 'kept-apart' ELSE 'left-out' END
        FROM unnest(parties, holders, persons) AS g (party, holder, person)
        LEFT JOIN beside AS b ON b.person_id = g.person
        WHERE b.person_id IS NOT NULL
            OR (is_listed AND rules.left_out_permille > 0
                AND linli.company_draw(rules.seed, capacity, g.holder) < rules.left_out_permille)
        GROUP BY g.party;
END
$$;

-- Pairs of these persons and others at a capacity between whom a ban stands. For the functions here
-- alone.
CREATE FUNCTION linli.ban_pairs(capacity uuid, persons uuid[], adding uuid[])
    RETURNS TABLE (person_id uuid, other_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4 SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM linli.safety_ban AS b
        WHERE b.estate_id = estate AND b.lifted_at IS NULL AND b.begins <= at AND b.ends > at)
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, o.id
        FROM unnest(persons) AS p (id)
        CROSS JOIN (
            SELECT unnest(adding)
            UNION
            SELECT m.person_id
            FROM linli.reservation_member AS m
            WHERE m.estate_id = estate AND m.capacity_id = ban_pairs.capacity AND m.is_live
        ) AS o (id)
        WHERE p.id <> o.id AND linli.ban_between(p.id, o.id);
END
$$;

-- Deciding ---------------------------------------------------------------------------------------

-- Whether the principal decides on a person's safety: a member of the committee, of another home.
CREATE FUNCTION linli.decides_safety(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.may_read('safety', 'decision') AND linli.person_id() IS DISTINCT FROM person
        AND NOT linli.is_own_household(person);
END
$$;

-- Ends what a ban forbids: threads with those whom it shelters, helping with what is for children or
-- elders; what the person organises for them waits for a review. For the functions here alone.
CREATE FUNCTION linli.apply_ban(person uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    threads uuid[];
    one uuid;
BEGIN
    PERFORM linli.hold_talk(ARRAY(
        SELECT c.asker_id
        FROM linli.conversation_party AS p
        JOIN linli.conversation AS c ON c.estate_id = estate AND c.id = p.conversation_id
        WHERE p.estate_id = estate AND p.person_id = apply_ban.person AND c.closed_at IS NULL)
        || person);
    threads := ARRAY(
        SELECT DISTINCT c.id
        FROM linli.conversation_party AS p
        JOIN linli.conversation AS c ON c.estate_id = estate AND c.id = p.conversation_id
        JOIN linli.conversation_party AS o ON o.estate_id = estate AND o.conversation_id = c.id
            AND o.left_at IS NULL AND o.person_id <> apply_ban.person
        WHERE p.estate_id = estate AND p.person_id = apply_ban.person AND c.closed_at IS NULL
            AND (c.asker_id = apply_ban.person OR o.person_id = c.asker_id)
            AND linli.is_sheltered(o.person_id));
    PERFORM linli.close_conversations(threads);
    DELETE FROM linli.steward AS s
    USING linli.activity AS a
    WHERE s.estate_id = estate AND s.person_id = apply_ban.person AND NOT s.is_lead
        AND a.estate_id = estate AND a.id = s.thing_id AND a.meant_for <> 'general';
    FOR one IN
        SELECT a.id
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.organiser_id = apply_ban.person
            AND a.state = 'published' AND a.meant_for <> 'general'
            AND EXISTS (
                SELECT
                FROM linli.activity_occurrence AS o
                WHERE o.estate_id = estate AND o.activity_id = a.id AND o.ends > at)
    LOOP
        INSERT INTO linli.moderation AS m
            (estate_id, thing_id, thing_kind, author_id, visibility, changed_at)
        VALUES (estate, one, 'activity', person, 'held', at)
        ON CONFLICT ON CONSTRAINT moderation_pkey DO UPDATE
        SET visibility = 'held', changed_at = at
        WHERE m.visibility IN ('visible', 'unlisted');
        PERFORM linli.apply_visibility(one);
        PERFORM linli.raise_task('review', one, person, NULL, NULL);
    END LOOP;
END
$$;

-- Tells the person and the committee of what was decided, without who did. For the functions here alone.
CREATE FUNCTION linli.tell_of_ban(b linli.safety_ban, what text, event uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before CONSTANT text[] := linli.act_as_job('safety');
BEGIN
    PERFORM linli.append_event(event, what,
        linli.duty_keys('residents_committee', NULL) || ('person:' || b.person_id),
        ARRAY[b.person_id], json_build_object('ban', b.id)::text);
    PERFORM linli.notify(event, what, 'account', b.person_id,
        json_build_object('until', b.ends)::text, ARRAY[b.person_id]);
    PERFORM linli.end_act_as_job(before);
END
$$;

-- Sets a ban. Verdicts: set; unknown, own, there (one lives).
CREATE FUNCTION linli.set_ban(new_id uuid, person uuid, of_kind text, reason bytea,
    evidence bytea, until timestamptz, note uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    b linli.safety_ban;
BEGIN
    IF NOT linli.may_read('safety', 'decision') OR NOT linli.is_here(person) THEN
        RETURN 'unknown';
    ELSIF NOT linli.decides_safety(person) THEN
        RETURN 'own';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('ban ' || person, 125));
    IF linli.is_banned(person) THEN
        RETURN 'there';
    END IF;
    INSERT INTO linli.safety_ban (estate_id, id, person_id, kind, reason_sealed,
        evidence_sealed, decided_by, begins, ends, note_id)
    VALUES (estate, new_id, person, of_kind, reason, evidence, linli.person_id(),
        linli.instant(), until, note)
    RETURNING * INTO b;
    PERFORM linli.tell_of_ban(b, 'safety.banned', event);
    PERFORM linli.apply_ban(person);
    RETURN 'set';
END
$$;

-- Lifts a ban. Verdicts: lifted; unknown, own, over.
CREATE FUNCTION linli.lift_ban(wanted uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    b linli.safety_ban;
BEGIN
    SELECT * INTO b
    FROM linli.safety_ban AS x
    WHERE x.estate_id = estate AND x.id = wanted
    FOR NO KEY UPDATE;
    IF b.id IS NULL OR NOT linli.may_read('safety', 'decision') THEN
        RETURN 'unknown';
    ELSIF NOT linli.decides_safety(b.person_id) THEN
        RETURN 'own';
    ELSIF b.lifted_at IS NOT NULL OR b.ends <= at THEN
        RETURN 'over';
    END IF;
    UPDATE linli.safety_ban AS x SET lifted_at = at, lifted_by = linli.person_id()
    WHERE x.estate_id = estate AND x.id = wanted;
    PERFORM linli.tell_of_ban(b, 'safety.lifted', event);
    RETURN 'lifted';
END
$$;

-- Appeals against a ban of the principal's, once. Verdicts: appealed; unknown, again.
CREATE FUNCTION linli.appeal_ban(new_id uuid, ban uuid, words bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    b linli.safety_ban;
BEGIN
    SELECT * INTO b
    FROM linli.safety_ban AS x
    WHERE x.estate_id = estate AND x.id = ban AND x.person_id = linli.person_id()
        AND x.lifted_at IS NULL AND x.ends > at
    FOR NO KEY UPDATE;
    IF b.id IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.safety_appeal (estate_id, id, ban_id, words_sealed, at)
    VALUES (estate, new_id, ban, words, at)
    ON CONFLICT ON CONSTRAINT safety_appeal_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'again';
    END IF;
    PERFORM linli.raise_task('safety-appeal', ban, b.person_id, NULL, NULL,
        ARRAY[b.decided_by]);
    RETURN 'appealed';
END
$$;

-- Decides on an appeal. Verdicts: decided; unknown, own, decided_before.
CREATE FUNCTION linli.decide_ban_appeal(
    ban uuid, becomes text, answer bytea, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    now_is CONSTANT timestamptz := linli.instant();
    me CONSTANT uuid := linli.person_id();
    b linli.safety_ban;
BEGIN
    SELECT x.* INTO b
    FROM linli.safety_ban AS x
    JOIN linli.safety_appeal AS a ON a.estate_id = estate AND a.ban_id = x.id
        AND a.outcome IS NULL
    WHERE x.estate_id = estate AND x.id = ban
    FOR NO KEY UPDATE;
    IF b.id IS NULL OR NOT linli.may_read('safety', 'decision') THEN
        RETURN 'unknown';
    ELSIF b.decided_by = me THEN
        RETURN 'decided_before';
    ELSIF NOT linli.decides_safety(b.person_id) THEN
        RETURN 'own';
    END IF;
    UPDATE linli.safety_appeal AS a
    SET outcome = becomes, answer_sealed = answer, decided_at = now_is, decided_by = me
    WHERE a.estate_id = estate AND a.ban_id = ban;
    IF becomes = 'lifted' AND b.lifted_at IS NULL THEN
        UPDATE linli.safety_ban AS x SET lifted_at = now_is, lifted_by = me
        WHERE x.estate_id = estate AND x.id = ban;
    END IF;
    PERFORM linli.tell_of_ban(b, CASE becomes WHEN 'lifted' THEN 'safety.lifted'
        ELSE 'safety.stands' END, event);
    PERFORM linli.finish_task(t.id, becomes)
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.about_id = ban AND t.kind = 'safety-appeal'
        AND t.finished_at IS NULL;
    RETURN 'decided';
END
$$;

-- Bans for the committee, those that it may decide on, each reading logged; or the principal's own,
-- without what they rest on and who decided.
CREATE FUNCTION linli.safety_bans(wanted uuid, is_own boolean, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, person_id uuid, display_name text, kind text, begins timestamptz,
        ends timestamptz, lifted_at timestamptz, decided_by uuid, reason_sealed bytea,
        evidence_sealed bytea, appeal_id uuid, appealed_at timestamptz, words_sealed bytea,
        outcome text, answer_sealed bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
    shown uuid[];
BEGIN
    IF me IS NULL OR linli.beneficiary_id() IS NOT NULL
        OR NOT (is_own OR linli.may_read('safety', 'decision'))
    THEN
        RETURN;
    END IF;
    shown := ARRAY(
        SELECT b.id
        FROM linli.safety_ban AS b
        WHERE b.estate_id = estate AND (wanted IS NULL OR b.id = wanted) AND b.id < before
            AND (b.person_id = me) = is_own
            AND (is_own OR linli.decides_safety(b.person_id))
        ORDER BY b.id DESC
        LIMIT least(rows_max, 101));
    IF NOT is_own THEN
        PERFORM linli.log_reads(ARRAY(
            SELECT b.person_id FROM linli.safety_ban AS b
            WHERE b.estate_id = estate AND b.id = ANY (shown)), 'safety', 'decision');
    END IF;
    RETURN QUERY
        SELECT b.id, b.person_id, p.display_name, b.kind, b.begins, b.ends, b.lifted_at,
            CASE WHEN NOT is_own THEN b.decided_by END, b.reason_sealed,
            CASE WHEN NOT is_own THEN b.evidence_sealed END, a.id, a.at, a.words_sealed,
            a.outcome, a.answer_sealed
        FROM linli.safety_ban AS b
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = b.person_id
        LEFT JOIN linli.safety_appeal AS a ON a.estate_id = estate AND a.ban_id = b.id
        WHERE b.estate_id = estate AND b.id = ANY (shown)
        ORDER BY b.id DESC;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.banned_from(uuid, uuid),
    linli.set_ban(uuid, uuid, text, bytea, bytea, timestamptz, uuid, uuid),
    linli.lift_ban(uuid, uuid), linli.appeal_ban(uuid, uuid, bytea),
    linli.decide_ban_appeal(uuid, text, bytea, uuid),
    linli.safety_bans(uuid, boolean, uuid, integer)
    TO linli;
