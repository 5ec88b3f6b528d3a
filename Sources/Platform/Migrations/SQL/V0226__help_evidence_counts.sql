-- What is known of who helps comes into the round: what the person itself has seen, and a little of what
-- others have. And watched words in what is asked let somebody look. docs/help/asking.md.

-- Decayed counts in hundredths of a whole event, of today. Of a helper and a person (`of_kind` NULL): what
-- the person has seen, in what it asks for now. Of a helper and a kind (`person_id` NULL): what all have
-- seen, nobody counting for more than two events, how many they are, and how many vouch who are verified in
-- person and not of the helper's household. For the job alone.
CREATE FUNCTION linli.help_round_evidence(helpers uuid[], persons uuid[])
    RETURNS TABLE (helper_id uuid, person_id uuid, of_kind text, good integer, disputed integer,
        raters integer, vouches integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today record;
    seen CONSTANT uuid[] := ARRAY(
        SELECT o.id
        FROM (
            SELECT DISTINCT v.voucher_id AS id
            FROM linli.help_vouch AS v
            WHERE v.estate_id = estate AND v.subject_id = ANY (helpers) AND v.ends > at) AS o
        WHERE linli.level_of(estate, o.id) = 'in_person');
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-round' THEN
        RETURN;
    END IF;
    SELECT d.era, d.weight * 10 AS whole INTO today
    FROM linli.help_decay(linli.local_day() - date '1970-01-01') AS d;
    RETURN QUERY
        WITH counted AS MATERIALIZED (
            SELECT s.rater_id, s.subject_id, s.domain,
                n.part * (s.good + s.good_before * e.before) / today.whole AS good,
                n.part * (s.disputed + s.disputed_before * e.before) / today.whole AS disputed
            FROM linli.help_evidence_sum AS s
            -- The era before weighs 2 to the power of -16.
            CROSS JOIN LATERAL (SELECT CASE today.era - s.era WHEN 0 THEN 1.0::float8
                WHEN 1 THEN 1.0::float8 / 65536 ELSE 0 END AS part) AS n
            CROSS JOIN LATERAL (SELECT CASE today.era - s.era WHEN 0 THEN 1.0::float8 / 65536
                ELSE 0 END AS before) AS e
            WHERE s.estate_id = estate AND s.subject_id = ANY (helpers)
        ), capped AS (
            SELECT c.*, least(1, 2 / nullif(c.good + c.disputed, 0)) AS part FROM counted AS c
        ), heard AS (
            SELECT c.subject_id, c.domain, sum(c.good * c.part) AS good,
                sum(c.disputed * c.part) AS disputed, count(c.part)::integer AS raters
            FROM capped AS c
            GROUP BY c.subject_id, c.domain
        ), mates AS (
            SELECT m.person_id, o.person_id AS other_id
            FROM linli.membership AS m
            JOIN linli.membership AS o ON o.estate_id = estate
                AND o.household_id = m.household_id AND o.begins <= at AND o.ends > at
            WHERE m.estate_id = estate AND m.person_id = ANY (helpers) AND m.begins <= at
                AND m.ends > at
        ), vouched AS (
            SELECT v.subject_id, v.domain, count(*)::integer AS vouches
            FROM linli.help_vouch AS v
            WHERE v.estate_id = estate AND v.subject_id = ANY (helpers) AND v.ends > at
                AND v.voucher_id = ANY (seen)
                AND (v.subject_id, v.voucher_id) NOT IN (
                    SELECT m.person_id, m.other_id FROM mates AS m)
            GROUP BY v.subject_id, v.domain
        )
        SELECT c.subject_id, c.rater_id, NULL, round(100 * sum(c.good))::integer,
            round(100 * sum(c.disputed))::integer, 1, 0
        FROM capped AS c
        WHERE c.rater_id = ANY (persons) AND c.domain IN (
            SELECT k.domain
            FROM linli.help_request AS r
            JOIN linli.help_kind AS k ON k.code = r.kind
            WHERE r.estate_id = estate AND r.person_id = c.rater_id AND r.state = 'looking')
        GROUP BY c.subject_id, c.rater_id
        UNION ALL
        SELECT coalesce(h.subject_id, v.subject_id), NULL, k.code,
            round(100 * coalesce(h.good, 0))::integer, round(100 * coalesce(h.disputed, 0))::integer,
            coalesce(h.raters, 0), coalesce(v.vouches, 0)
        FROM heard AS h
        FULL JOIN vouched AS v ON v.subject_id = h.subject_id AND v.domain = h.domain
        JOIN linli.help_kind AS k ON k.domain = coalesce(h.domain, v.domain)
        JOIN linli.helper_profile AS p ON p.estate_id = estate
            AND p.person_id = coalesce(h.subject_id, v.subject_id) AND k.code = ANY (p.kinds);
END
$$;

-- Watched words ------------------------------------------------------------------------------------

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('help-watch', 'social_worker', interval '1 day', '求助里有需要留意的词',
        'a request for help with a watched word');

-- As before; `watched` are the watched words that stand in it. They refuse nothing: they let a person
-- look.
CREATE FUNCTION linli.help_words(request uuid, sealed bytea, masked boolean, watched text)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    r linli.help_request;
BEGIN
    UPDATE linli.help_request AS o SET words_sealed = sealed, is_masked = masked
    WHERE o.estate_id = linli.estate_id() AND o.id = request AND o.state = 'looking'
        AND o.entered_by = linli.person_id() AND o.entered_at = linli.instant()
    RETURNING o.* INTO r;
    -- Of a weekly asking somebody looks at the first.
    IF r.id = r.series_id AND linli.watched(help_words.watched) <> '{}' THEN
        PERFORM linli.raise_task('help-watch', r.id, r.person_id, NULL, NULL,
            ARRAY[r.asker_id, r.entered_by]);
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION linli.help_round_evidence(uuid[], uuid[]),
    linli.help_words(uuid, bytea, boolean, text) TO linli;
