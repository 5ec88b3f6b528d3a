-- The yearly report on how minors' data was handled (未成年人网络保护条例, art. 37): counts alone, none below five.

-- Numbers of one breakdown: by name, the cells hidden together where one is below five. For the
-- functions here alone.
CREATE FUNCTION linli.report_cells(names text[], cells bigint[]) RETURNS json
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT coalesce(json_agg(json_build_object('name', n.name, 'count', n.cell)
            ORDER BY n.number), '[]')
        FROM unnest(names, linli.counted_cells(cells)) WITH ORDINALITY AS n (name, cell, number));

-- What an estate did with minors' data in a year of its zone, as JSON: minors by age at the year's end or
-- now, guardians, consents given and withdrawn by purpose, reads of their records by office and
-- purpose, what was reported and seen to, what retention, copies and erasures took place. The job
-- `report` reads it; there is no name and no id of a person in it.
CREATE FUNCTION linli.minors_report(of_year integer) RETURNS json
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    home linli.estate;
    year_begins timestamptz;
    year_ends timestamptz;
    day date;
    report json;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'report' THEN
        RAISE EXCEPTION 'only the job report reports' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO home FROM linli.estate AS e WHERE e.estate_id = estate;
    year_begins := make_timestamp(of_year, 1, 1, 0, 0, 0) AT TIME ZONE home.zone;
    year_ends := make_timestamp(of_year + 1, 1, 1, 0, 0, 0) AT TIME ZONE home.zone;
    day := least(make_date(of_year, 12, 31), linli.today(estate));
    WITH minor AS MATERIALIZED (
        SELECT a.person_id, extract(year FROM age(day, (a.turns_18 - interval '18 years')::date))
            AS years
        FROM linli.age AS a
        JOIN linli.person AS p ON p.estate_id = a.estate_id AND p.id = a.person_id
        WHERE a.estate_id = estate AND a.turns_18 > make_date(of_year, 1, 1)
            AND p.state NOT IN ('erased', 'merged')
    ), band AS (
        SELECT b.name, b.number, (SELECT count(*) FROM minor AS m
            WHERE m.years >= b.low AND m.years <= b.high) AS cell
        FROM (VALUES (1, '0-5', 0, 5), (2, '6-13', 6, 13), (3, '14-17', 14, 17))
            AS b (number, name, low, high)
    ), consent AS (
        SELECT k.code,
            (SELECT count(*) FROM linli.consent AS c
            WHERE c.estate_id = estate AND c.purpose = k.code AND c.given_at >= year_begins
                AND c.given_at < year_ends AND c.subject_id IN (SELECT m.person_id FROM minor AS m))
                AS given,
            (SELECT count(*) FROM linli.consent AS c
            WHERE c.estate_id = estate AND c.purpose = k.code AND c.withdrawn_at >= year_begins
                AND c.withdrawn_at < year_ends
                AND c.subject_id IN (SELECT m.person_id FROM minor AS m)) AS withdrawn
        FROM linli.consent_purpose AS k
        WHERE NOT k.is_of_adults
    ), reading AS (
        SELECT r.reader_role || ' ' || r.kind || ' ' || r.purpose AS name, count(*) AS cell
        FROM linli.record_read AS r
        WHERE r.estate_id = estate AND r.at >= year_begins AND r.at < year_ends
            AND r.about_id IN (SELECT m.person_id FROM minor AS m)
        GROUP BY 1
    ), guard AS (
        SELECT g.how AS name, count(*) AS cell
        FROM linli.guardianship AS g
        WHERE g.estate_id = estate AND g.begins < year_ends AND g.ends > least(year_ends, linli.instant())
            AND g.child_id IN (SELECT m.person_id FROM minor AS m)
        GROUP BY 1
    ), incident AS (
        SELECT 'reported' AS name, (SELECT count(*) FROM linli.report AS r
            WHERE r.estate_id = estate AND r.kind = 'children' AND r.at >= year_begins
                AND r.at < year_ends) AS cell
        UNION ALL
        SELECT 'hidden', (SELECT count(*) FROM linli.moderation_decision AS d
            WHERE d.estate_id = estate AND d.becomes IN ('hidden', 'shadowed')
                AND d.decided_at >= year_begins AND d.decided_at < year_ends AND d.thing_id IN (
                    SELECT r.thing_id FROM linli.report AS r
                    WHERE r.estate_id = estate AND r.kind = 'children'))
        UNION ALL
        SELECT 'waited to be fetched', (SELECT count(*) FROM linli.task AS t
            WHERE t.estate_id = estate AND t.kind = 'child-waiting' AND t.raised_at >= year_begins
                AND t.raised_at < year_ends)
        UNION ALL
        SELECT 'objections', (SELECT count(*) FROM linli.family_objection AS o
            WHERE o.estate_id = estate AND o.objected_at >= year_begins AND o.objected_at < year_ends)
    ), retained AS (
        SELECT n.kind, count(*) AS runs, sum(n.gone)::bigint AS gone
        FROM linli.retention_run AS n
        WHERE n.estate_id = estate AND n.at >= year_begins AND n.at < year_ends
        GROUP BY n.kind
    ), done AS (
        SELECT 'copies of minors'' records' AS name, (SELECT count(*) FROM linli.data_export AS x
            WHERE x.estate_id = estate AND x.made_at >= year_begins AND x.made_at < year_ends
                AND x.person_id IN (SELECT m.person_id FROM minor AS m)) AS cell
        UNION ALL
        SELECT 'copies, all', (SELECT count(*) FROM linli.data_export AS x
            WHERE x.estate_id = estate AND x.made_at >= year_begins AND x.made_at < year_ends)
        UNION ALL
        SELECT 'erasures, all', (SELECT count(*) FROM linli.erasure AS e
            WHERE e.estate_id = estate AND e.done_at >= year_begins AND e.done_at < year_ends)
    )
    SELECT json_build_object(
        'estate_zh', home.name_zh, 'estate_en', home.name_en, 'year', of_year, 'as_of', day,
        'minors', linli.counted((SELECT count(*) FROM minor AS m WHERE m.years < 18)),
        'ages', (SELECT linli.report_cells(array_agg(b.name ORDER BY b.number),
            array_agg(b.cell ORDER BY b.number)) FROM band AS b),
        'guardianships', (SELECT linli.report_cells(
            coalesce(array_agg(g.name ORDER BY g.name), '{}'),
            coalesce(array_agg(g.cell ORDER BY g.name), '{}')) FROM guard AS g),
        'consents_given', (SELECT linli.report_cells(array_agg(c.code ORDER BY c.code),
            array_agg(c.given ORDER BY c.code)) FROM consent AS c),
        'consents_withdrawn', (SELECT linli.report_cells(array_agg(c.code ORDER BY c.code),
            array_agg(c.withdrawn ORDER BY c.code)) FROM consent AS c),
        'reads', (SELECT linli.report_cells(coalesce(array_agg(r.name ORDER BY r.name), '{}'),
            coalesce(array_agg(r.cell ORDER BY r.name), '{}')) FROM reading AS r),
        'incidents', (SELECT linli.report_cells(array_agg(i.name ORDER BY i.name),
            array_agg(i.cell ORDER BY i.name)) FROM incident AS i),
        'retention', (SELECT coalesce(json_agg(json_build_object('name', n.kind, 'runs', n.runs,
            'rows', n.gone) ORDER BY n.kind), '[]') FROM retained AS n),
        'rights', (SELECT linli.report_cells(array_agg(d.name ORDER BY d.name),
            array_agg(d.cell ORDER BY d.name)) FROM done AS d))
    INTO report;
    RETURN report;
END
$$;

-- The estate with this code.
CREATE FUNCTION linli.estate_of_code(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
    SELECT e.estate_id FROM linli.estate AS e WHERE e.code = wanted ORDER BY e.estate_id LIMIT 1
$$;

GRANT EXECUTE ON FUNCTION linli.minors_report(integer), linli.estate_of_code(text) TO linli;
