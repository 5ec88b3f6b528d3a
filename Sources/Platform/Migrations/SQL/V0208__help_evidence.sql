-- What help leaves as evidence: entries of a log that is only added to, and forward-decayed integer sums of
-- them for each ordered pair and domain. The sums are a function of the set of entries: a replay into an
-- empty table gives the same bits. The weights are those of Matching's DecayTable with a half-life of a
-- year. docs/help/visits.md.

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('evidence-contest', 'social_worker', '7 days', '有居民对自己的互助记录有异议',
        'A resident contests the evidence about it');

CREATE TABLE linli.help_evidence_entry (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    rater_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    domain text NOT NULL,
    -- Days from 1970-01-01, in the estate's zone.
    day integer NOT NULL,
    -- 10 for a whole good event, -10 for a whole dispute.
    tenths integer NOT NULL,
    cause text NOT NULL,
    cause_id uuid NOT NULL,
    CONSTRAINT help_evidence_entry_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_evidence_entry_once UNIQUE (estate_id, cause, cause_id, rater_id),
    CONSTRAINT help_evidence_entry_rater FOREIGN KEY (estate_id, rater_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_evidence_entry_subject FOREIGN KEY (estate_id, subject_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_evidence_entry_two CHECK (rater_id <> subject_id),
    CONSTRAINT help_evidence_entry_cause_known CHECK (cause IN ('visit', 'rating', 'dispute')),
    CONSTRAINT help_evidence_entry_day_range CHECK (day BETWEEN 0 AND 200000),
    CONSTRAINT help_evidence_entry_tenths_range CHECK (tenths BETWEEN -10 AND 10 AND tenths <> 0)
);
CREATE INDEX help_evidence_entry_of_subject
    ON linli.help_evidence_entry (estate_id, subject_id, domain, day);

-- Sums of the latest era with an entry, and of the one before.
CREATE TABLE linli.help_evidence_sum (
    estate_id uuid NOT NULL,
    rater_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    domain text NOT NULL,
    last_day integer NOT NULL,
    era integer NOT NULL,
    good bigint NOT NULL,
    good_before bigint NOT NULL,
    disputed bigint NOT NULL,
    disputed_before bigint NOT NULL,
    CONSTRAINT help_evidence_sum_pkey PRIMARY KEY (estate_id, rater_id, subject_id, domain),
    CONSTRAINT help_evidence_sum_rater FOREIGN KEY (estate_id, rater_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_evidence_sum_subject FOREIGN KEY (estate_id, subject_id)
        REFERENCES linli.person (estate_id, id)
);
CREATE INDEX help_evidence_sum_of_subject
    ON linli.help_evidence_sum (estate_id, subject_id, domain);

-- The era of a day, 16 years of 365 days, and what an event of that day weighs in it: the same bits as
-- DecayTable(halfLifeDays: 365). For the functions here alone.
CREATE FUNCTION linli.help_decay(day integer) RETURNS TABLE (era integer, weight bigint)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, linli
AS $$
DECLARE
    in_era CONSTANT integer := day % 5840;
    power double precision := 1;
    root double precision := 2;
    rest integer := (day % 5840) % 365;
BEGIN
    FOR digit IN 1 .. 48 LOOP
        root := sqrt(root);
        rest := rest * 2;
        IF rest >= 365 THEN
            rest := rest - 365;
            power := power * root;
        END IF;
    END LOOP;
    era := day / 5840;
    weight := round(1048576 * power)::bigint << (in_era / 365);
    RETURN NEXT;
END
$$;

-- Adds an entry to the sums of its pair. For the functions here alone.
CREATE FUNCTION linli.help_evidence_sum_up(e linli.help_evidence_entry) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    most CONSTANT bigint := 4611686018427387903;
    d record;
    plus bigint;
    minus bigint;
BEGIN
    SELECT * INTO d FROM linli.help_decay(e.day);
    plus := CASE WHEN e.tenths > 0 THEN d.weight * e.tenths ELSE 0 END;
    minus := CASE WHEN e.tenths < 0 THEN d.weight * -e.tenths ELSE 0 END;
    INSERT INTO linli.help_evidence_sum AS s (estate_id, rater_id, subject_id, domain, last_day, era,
        good, good_before, disputed, disputed_before)
    VALUES (e.estate_id, e.rater_id, e.subject_id, e.domain, e.day, d.era, plus, 0, minus, 0)
    ON CONFLICT ON CONSTRAINT help_evidence_sum_pkey DO UPDATE
    SET last_day = greatest(s.last_day, excluded.last_day),
        era = greatest(s.era, excluded.era),
        good = least(most, CASE WHEN s.era >= excluded.era THEN s.good ELSE 0 END
            + CASE WHEN excluded.era >= s.era THEN excluded.good ELSE 0 END),
        good_before = least(most, CASE WHEN s.era >= excluded.era THEN s.good_before
                WHEN s.era = excluded.era - 1 THEN s.good ELSE 0 END
            + CASE WHEN excluded.era = s.era - 1 THEN excluded.good ELSE 0 END),
        disputed = least(most, CASE WHEN s.era >= excluded.era THEN s.disputed ELSE 0 END
            + CASE WHEN excluded.era >= s.era THEN excluded.disputed ELSE 0 END),
        disputed_before = least(most, CASE WHEN s.era >= excluded.era THEN s.disputed_before
                WHEN s.era = excluded.era - 1 THEN s.disputed ELSE 0 END
            + CASE WHEN excluded.era = s.era - 1 THEN excluded.disputed ELSE 0 END);
END
$$;

-- Writes an entry of the log once, and adds it to the sums; whether it was new. For the functions here
-- alone.
CREATE FUNCTION linli.help_evidence_put(
    rater uuid, subject uuid, in_domain text, strength integer, because text, because_id uuid)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    e linli.help_evidence_entry;
BEGIN
    IF rater IS NULL OR subject IS NULL OR strength = 0 THEN
        RETURN false;
    END IF;
    INSERT INTO linli.help_evidence_entry AS o (estate_id, id, rater_id, subject_id, domain, day,
        tenths, cause, cause_id)
    VALUES (linli.estate_id(), linli.fresh_id(linli.instant()), rater, subject, in_domain,
        linli.local_day() - date '1970-01-01', strength, because, because_id)
    ON CONFLICT ON CONSTRAINT help_evidence_entry_once DO NOTHING
    RETURNING o.* INTO e;
    IF e.id IS NOT NULL THEN
        PERFORM linli.help_evidence_sum_up(e);
    END IF;
    RETURN e.id IS NOT NULL;
END
$$;

-- Makes the sums of the estate anew from the log; how many entries it has. By the job alone.
CREATE FUNCTION linli.help_evidence_replay() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    e linli.help_evidence_entry;
    read bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-visits' THEN
        RETURN 0;
    END IF;
    LOCK TABLE linli.help_evidence_sum IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM linli.help_evidence_sum AS s WHERE s.estate_id = estate;
    FOR e IN SELECT o.* FROM linli.help_evidence_entry AS o WHERE o.estate_id = estate LOOP
        PERFORM linli.help_evidence_sum_up(e);
        read := read + 1;
    END LOOP;
    RETURN read;
END
$$;

-- What came of help --------------------------------------------------------------------------------

-- A visit that both confirmed is a little evidence of either. For the functions here alone.
CREATE FUNCTION linli.help_evidence_of_visit(visit uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_evidence_put(v.person_id, v.helper_id, k.domain, 3, 'visit', v.id),
        linli.help_evidence_put(v.helper_id, v.person_id, k.domain, 3, 'visit', v.id)
    FROM linli.help_visit AS v
    JOIN linli.help_kind AS k ON k.code = v.kind
    WHERE v.estate_id = linli.estate_id() AND v.id = visit;
END
$$;
CREATE OR REPLACE FUNCTION linli.help_visit_settled(event uuid, visit uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_evidence_of_visit(visit);
END
$$;

-- At most so many ratings that are shown, and disputes that nobody can appeal any more: 4 to 10 tenths for
-- who would be asked again, 1 to 7 against who would not; a whole event against whom one is upheld. How
-- many. By the job alone.
CREATE FUNCTION linli.help_evidence_sweep(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    swept bigint;
    more bigint;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-visits' THEN
        RETURN 0;
    END IF;
    SELECT count(linli.help_evidence_put(n.rater_id, n.subject_id, n.domain, n.tenths, 'rating',
        n.id))
    INTO swept
    FROM (
        SELECT r.rater_id, r.subject_id, k.domain, r.id, CASE WHEN r.again
            THEN r.kept_time + r.careful + r.friendly + 1
            ELSE r.kept_time + r.careful + r.friendly - 10 END AS tenths
        FROM linli.help_rating AS r
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.id = r.visit_id
        JOIN linli.help_kind AS k ON k.code = v.kind
        WHERE r.estate_id = estate AND linli.help_rating_shown(v)
            AND r.said_at > at - interval '60 days' AND NOT EXISTS (
                SELECT FROM linli.help_evidence_entry AS e
                WHERE e.estate_id = estate AND e.cause = 'rating' AND e.cause_id = r.id)
        ORDER BY r.id
        LIMIT rows_max) AS n;
    SELECT count(linli.help_evidence_put(n.rater_id, n.against_id, n.domain, -10, 'dispute',
        n.id))
    INTO more
    FROM (
        SELECT CASE d.against_id WHEN v.helper_id THEN v.person_id ELSE v.helper_id END AS rater_id,
            d.against_id, k.domain, d.id
        FROM linli.help_dispute AS d
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.id = d.visit_id
        JOIN linli.help_kind AS k ON k.code = v.kind
        WHERE d.estate_id = estate AND coalesce(d.appeal_decision, CASE
                WHEN d.appealed_at IS NULL AND d.decided_at < at - interval '15 days'
                THEN d.decision END) = 'upheld'
            AND NOT EXISTS (
                SELECT FROM linli.help_evidence_entry AS e
                WHERE e.estate_id = estate AND e.cause = 'dispute' AND e.cause_id = d.id)
        ORDER BY d.id
        LIMIT rows_max) AS n;
    RETURN swept + more;
END
$$;

-- Reading ------------------------------------------------------------------------------------------

-- For a round: of each helper to each person, in a domain, the visits done together, the last of them, and
-- what the person's own experience says: 1 good, -1 disputed more than good, 0 neither. Called by other
-- rooms' functions.
CREATE FUNCTION linli.help_evidence(persons uuid[])
    RETURNS TABLE (person_id uuid, helper_id uuid, domain text, visits bigint, last timestamptz,
        band integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN QUERY
        SELECT v.person_id, v.helper_id, k.domain, count(*), max(v.begins), coalesce((
            SELECT CASE WHEN s.disputed > s.good THEN -1 WHEN s.good > 0 THEN 1 ELSE 0 END
            FROM linli.help_evidence_sum AS s
            WHERE s.estate_id = estate AND s.rater_id = v.person_id
                AND s.subject_id = v.helper_id AND s.domain = k.domain), 0)
        FROM linli.help_visit AS v
        JOIN linli.help_kind AS k ON k.code = v.kind
        WHERE v.estate_id = estate AND v.person_id = ANY (persons) AND v.state = 'done'
        GROUP BY v.person_id, v.helper_id, k.domain;
END
$$;

-- What there is about the principal by domain and quarter: how many good entries and how many others. Only
-- where at least three persons had a visit with it in that domain and quarter, and so could have written
-- it.
CREATE FUNCTION linli.own_evidence()
    RETURNS TABLE (domain text, season text, good bigint, other bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    zone CONSTANT text := (SELECT z.zone FROM linli.estate AS z WHERE z.estate_id = estate);
BEGIN
    RETURN QUERY
        SELECT n.domain, n.season, n.good, n.other
        FROM (
            SELECT e.domain, to_char(date '1970-01-01' + e.day, 'YYYY"Q"Q') AS season,
                count(*) FILTER (WHERE e.tenths > 0) AS good,
                count(*) FILTER (WHERE e.tenths < 0) AS other
            FROM linli.help_evidence_entry AS e
            WHERE e.estate_id = estate AND e.subject_id = own
                AND linli.beneficiary_id() IS NULL
            GROUP BY 1, 2) AS n
        WHERE 3 <= (
            SELECT count(DISTINCT CASE v.helper_id WHEN own THEN v.person_id ELSE v.helper_id END)
            FROM linli.help_visit AS v
            JOIN linli.help_kind AS k ON k.code = v.kind AND k.domain = n.domain
            WHERE v.estate_id = estate AND own IN (v.helper_id, v.person_id) AND v.state = 'done'
                AND to_char(v.begins AT TIME ZONE zone, 'YYYY"Q"Q') = n.season)
        ORDER BY 2 DESC, 1;
END
$$;

-- The principal contests what there is about it: a person looks at it. Verdicts: done; unknown.
CREATE FUNCTION linli.contest_evidence(event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'evidence.contested', ARRAY['person:' || linli.person_id()],
        '{}', json_build_object('person', linli.person_id())::text);
    PERFORM linli.raise_task('evidence-contest', NULL, linli.person_id(), NULL, NULL);
    RETURN 'done';
END
$$;

-- Vouching (担保) ----------------------------------------------------------------------------------

-- Who is verified in person says that it knows somebody's help in a domain: for 180 days, then again.
CREATE TABLE linli.help_vouch (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    voucher_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    domain text NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    CONSTRAINT help_vouch_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_vouch_once UNIQUE (estate_id, voucher_id, subject_id, domain),
    CONSTRAINT help_vouch_voucher FOREIGN KEY (estate_id, voucher_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_vouch_subject FOREIGN KEY (estate_id, subject_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_vouch_for_another CHECK (voucher_id <> subject_id),
    CONSTRAINT help_vouch_term CHECK (begins < ends AND ends <= begins + interval '180 days')
);

-- Vouches for a neighbour, or says it again; at most five that live. Verdicts: done; unknown (nobody here);
-- unproved (the principal is not verified in person), many.
CREATE FUNCTION linli.vouch(event uuid, new_id uuid, subject uuid, in_domain text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL OR own = subject
        OR NOT linli.is_here(subject) OR linli.is_child(estate, own)
        OR linli.is_child(estate, subject) OR linli.kept_apart(own, subject)
    THEN
        RETURN 'unknown';
    ELSIF linli.level_of(estate, own) <> 'in_person' THEN
        RETURN 'unproved';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('vouch/' || own, 208));
    IF 5 <= (
        SELECT count(*) FROM linli.help_vouch AS v
        WHERE v.estate_id = estate AND v.voucher_id = own AND v.ends > at
            AND (v.subject_id, v.domain) <> (subject, in_domain))
    THEN
        RETURN 'many';
    END IF;
    INSERT INTO linli.help_vouch AS v (estate_id, id, voucher_id, subject_id, domain, begins, ends)
    VALUES (estate, new_id, own, subject, in_domain, at, at + interval '180 days')
    ON CONFLICT ON CONSTRAINT help_vouch_once DO UPDATE
        SET begins = excluded.begins, ends = excluded.ends;
    PERFORM linli.append_event(event, 'vouch.given', ARRAY['person:' || own], '{}',
        json_build_object('domain', in_domain)::text);
    RETURN 'done';
END
$$;

-- Takes one's word back. Verdicts: done; unknown.
CREATE FUNCTION linli.vouch_end(event uuid, vouch uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    DELETE FROM linli.help_vouch AS v
    WHERE v.estate_id = linli.estate_id() AND v.id = vouch AND v.voucher_id = linli.person_id()
        AND linli.beneficiary_id() IS NULL;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'vouch.ended', ARRAY['person:' || linli.person_id()], '{}',
        json_build_object('vouch', vouch)::text);
    RETURN 'done';
END
$$;

-- For whom the principal vouches now.
CREATE FUNCTION linli.own_vouches()
    RETURNS TABLE (id uuid, person uuid, domain text, begins timestamptz, ends timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT v.id, v.subject_id, v.domain, v.begins, v.ends
        FROM linli.help_vouch AS v
        WHERE v.estate_id = linli.estate_id() AND v.voucher_id = linli.person_id()
            AND v.ends > linli.instant() AND linli.beneficiary_id() IS NULL
            AND v.subject_id <> ALL (linli.own_unseen())
        ORDER BY v.id;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['help_evidence_entry', 'help_evidence_sum', 'help_vouch'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION linli.help_evidence_replay(), linli.help_evidence_sweep(bigint),
    linli.own_evidence(), linli.contest_evidence(uuid), linli.vouch(uuid, uuid, uuid, text),
    linli.vouch_end(uuid, uuid), linli.own_vouches() TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('help_evidence_entry', 'rater_id', 'stay'), ('help_evidence_entry', 'subject_id', 'stay'),
    ('help_evidence_sum', 'rater_id', 'stay'), ('help_evidence_sum', 'subject_id', 'stay'),
    ('help_vouch', 'voucher_id', 'stay'), ('help_vouch', 'subject_id', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
VALUES
    ('help_evidence_entry', 'rater_id', 'elsewhere', '互助记录', 'Evidence of help', 'keep', 'help_visit'),
    ('help_evidence_entry', 'subject_id', 'confidence', '互助记录', 'Evidence of help', 'keep',
        'help_visit'),
    ('help_evidence_sum', 'rater_id', 'elsewhere', '互助记录', 'Evidence of help', 'keep', 'help_visit'),
    ('help_evidence_sum', 'subject_id', 'elsewhere', '互助记录', 'Evidence of help', 'keep',
        'help_visit'),
    ('help_vouch', 'subject_id', 'confidence', '为我担保的人', 'Who vouches for one', 'keep',
        'help_visit');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, kept)
VALUES ('help_vouch', 'voucher_id', 'yes', '我为别人担保', 'For whom one vouches',
    'r.id, r.subject_id, r.domain, r.begins, r.ends', 'keep', 'help_visit');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('help_visit', 4, 'help_vouch', 'r.ends < $1', NULL);
