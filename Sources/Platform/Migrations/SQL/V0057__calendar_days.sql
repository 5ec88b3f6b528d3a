-- Holidays (节假日) and make-up workdays (调休上班日), as the State Council's notice of each year rules
-- them. Above the estates: one table for all, written by the job `import`, read by every principal.

CREATE TABLE linli.calendar_day (
    day date NOT NULL,
    kind text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    -- The year of the notice, which may rule days of the year before.
    year integer NOT NULL,
    -- The notice by its title and number.
    source text NOT NULL,
    CONSTRAINT calendar_day_pkey PRIMARY KEY (day),
    CONSTRAINT calendar_day_kind_known CHECK (kind IN ('holiday', 'workday')),
    CONSTRAINT calendar_day_name_length
        CHECK (length(name_zh) BETWEEN 1 AND 80 AND length(name_en) BETWEEN 1 AND 80),
    CONSTRAINT calendar_day_year_near
        CHECK (year BETWEEN 1900 AND 2200 AND abs(extract(year FROM day) - year) <= 1),
    CONSTRAINT calendar_day_source_length CHECK (length(source) BETWEEN 1 AND 200)
);
CREATE INDEX calendar_day_of_year ON linli.calendar_day (year, day);

-- The days of one year's notice, as everybody may know.
CREATE FUNCTION linli.public_calendar_days(wanted integer)
    RETURNS TABLE (day date, kind text, name_zh text, name_en text, source text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
    SELECT d.day, d.kind, d.name_zh, d.name_en, d.source
    FROM linli.calendar_day AS d
    WHERE d.year = wanted
    ORDER BY d.day
    LIMIT 400
$$;
GRANT EXECUTE ON FUNCTION linli.public_calendar_days(integer) TO linli;

ALTER TABLE linli.calendar_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.calendar_day FORCE ROW LEVEL SECURITY;
CREATE POLICY calendar_day_owner ON linli.calendar_day TO linli_owner
    USING (true) WITH CHECK (true);
CREATE POLICY calendar_day_public ON linli.calendar_day FOR SELECT TO linli
    USING ((SELECT linli.principal_kind()) IS NOT NULL);
CREATE POLICY calendar_day_import_add ON linli.calendar_day FOR INSERT TO linli
    WITH CHECK ((SELECT linli.job_name()) = 'import');
CREATE POLICY calendar_day_import_change ON linli.calendar_day FOR UPDATE TO linli
    USING ((SELECT linli.job_name()) = 'import')
    WITH CHECK ((SELECT linli.job_name()) = 'import');

GRANT SELECT, INSERT ON linli.calendar_day TO linli;
GRANT UPDATE (kind, name_zh, name_en, year, source) ON linli.calendar_day TO linli;
