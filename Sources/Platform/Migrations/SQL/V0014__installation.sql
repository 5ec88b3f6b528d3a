-- What concerns the whole installation: whether it holds demo people, and its own periodic work.

-- Demo people can be signed in as by anyone who reads the seed: production refuses to start with
-- one such estate. Until this migration only the development profile could serve, so what is there
-- already counts as a demo; the owner may say otherwise:
--   UPDATE linli.estate SET is_demo = false WHERE code = '…';
ALTER TABLE linli.estate ADD COLUMN is_demo boolean NOT NULL DEFAULT true;
ALTER TABLE linli.estate ALTER COLUMN is_demo SET DEFAULT false;

-- Once a demo, always a demo: a later import of real files into it does not take its people away.
CREATE FUNCTION linli.mark_demo() RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'import' THEN
        RAISE EXCEPTION 'only an import marks its estate' USING ERRCODE = '42501';
    END IF;
    UPDATE linli.estate AS e SET is_demo = true
    WHERE e.estate_id = linli.estate_id() AND NOT e.is_demo;
END
$$;

-- The codes of the estates that hold demo people.
CREATE FUNCTION linli.demo_estates() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
BEGIN ATOMIC
    SELECT code FROM linli.estate WHERE is_demo ORDER BY code;
END;

-- Jobs of the installation rather than of an estate: their row has the nil UUID for an estate, so
-- that leases, outcomes and keys are those of every other job.
CREATE FUNCTION linli.schedule_common_jobs(jobs text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO linli.job_run (estate_id, job, next_run)
    SELECT '00000000-0000-0000-0000-000000000000'::uuid, j.job, linli.instant()
    FROM unnest(jobs) AS j (job)
    WHERE NOT EXISTS (
        SELECT FROM linli.job_run AS r
        WHERE r.estate_id = '00000000-0000-0000-0000-000000000000'::uuid AND r.job = j.job)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$;

GRANT EXECUTE ON FUNCTION
    linli.mark_demo(), linli.demo_estates(), linli.schedule_common_jobs(text[]) TO linli;
