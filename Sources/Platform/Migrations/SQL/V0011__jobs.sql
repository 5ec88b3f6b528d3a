-- Periodic work, leased an estate at a time.
--
-- Any process may take what is due; it holds it until lease_until. One that dies loses its lease at
-- that instant, and another takes over. run_count is the fencing token: who finishes must still hold
-- the run that it was given.

CREATE TABLE linli.job_run (
    estate_id uuid NOT NULL,
    job text NOT NULL,
    next_run timestamptz NOT NULL,
    last_started timestamptz,
    last_finished timestamptz,
    -- How the last finished run ended: done, or the code of what went wrong.
    outcome text,
    lease_until timestamptz,
    -- The process that holds or held it last.
    holder uuid,
    run_count bigint NOT NULL DEFAULT 0,
    CONSTRAINT job_run_pkey PRIMARY KEY (estate_id, job),
    CONSTRAINT job_run_job_code CHECK (job ~ '^[a-z][a-z0-9-]{0,39}$'),
    CONSTRAINT job_run_outcome_code CHECK (outcome ~ '^[a-z0-9][a-zA-Z0-9_.-]{0,63}$'),
    CONSTRAINT job_run_lease_whole CHECK (lease_until IS NULL OR holder IS NOT NULL)
) WITH (fillfactor = 50);

-- Makes the rows of jobs that some estate does not know yet; each is due at once.
CREATE FUNCTION linli.schedule_jobs(jobs text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO linli.job_run (estate_id, job, next_run)
    SELECT e.estate_id, j.job, linli.instant()
    FROM linli.estate AS e CROSS JOIN unnest(jobs) AS j (job)
    WHERE NOT EXISTS (
        SELECT FROM linli.job_run AS r WHERE r.estate_id = e.estate_id AND r.job = j.job)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$;

-- Leases up to runs_max due runs of these jobs, the longest due first.
CREATE FUNCTION linli.lease_jobs(jobs text[], by uuid, lease_seconds integer, runs_max integer)
RETURNS TABLE (estate_id uuid, job text, run_count bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
    WITH due AS (
        SELECT r.estate_id, r.job FROM linli.job_run AS r
        WHERE r.job = ANY (jobs) AND r.next_run <= linli.instant()
            AND (r.lease_until IS NULL OR r.lease_until <= linli.instant())
        ORDER BY r.next_run LIMIT runs_max
        FOR UPDATE SKIP LOCKED
    )
    UPDATE linli.job_run AS r
    SET lease_until = linli.instant() + lease_seconds * interval '1 second', holder = by,
        last_started = linli.instant(), run_count = r.run_count + 1
    FROM due WHERE r.estate_id = due.estate_id AND r.job = due.job
    RETURNING r.estate_id, r.job, r.run_count;
END $$;

-- Holds a run for longer; false when its lease was lost, and the run must stop.
CREATE FUNCTION linli.extend_job(
    estate uuid, of_job text, by uuid, run bigint, lease_seconds integer
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.job_run AS r SET lease_until = linli.instant() + lease_seconds * interval '1 second'
    WHERE r.estate_id = estate AND r.job = of_job AND r.holder = by AND r.run_count = run
        AND r.lease_until > linli.instant();
    RETURN FOUND;
END $$;

-- Ends a run and says when the next is due; false when its lease was lost, and nothing is changed.
CREATE FUNCTION linli.finish_job(
    estate uuid, of_job text, by uuid, run bigint, with_outcome text, seconds_to_next integer
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.job_run AS r
    SET lease_until = NULL, last_finished = linli.instant(), outcome = with_outcome,
        next_run = linli.instant() + seconds_to_next * interval '1 second'
    WHERE r.estate_id = estate AND r.job = of_job AND r.holder = by AND r.run_count = run
        AND r.lease_until IS NOT NULL;
    RETURN FOUND;
END $$;

-- All runs of all estates: codes and instants, for the doctor and for metrics.
CREATE FUNCTION linli.job_runs() RETURNS SETOF linli.job_run
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$ SELECT * FROM linli.job_run ORDER BY estate_id, job $$;

ALTER TABLE linli.job_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.job_run FORCE ROW LEVEL SECURITY;
CREATE POLICY job_run_owner ON linli.job_run TO linli_owner USING (true) WITH CHECK (true);
-- A job of the estate sees what ran there.
CREATE POLICY job_run_read ON linli.job_run FOR SELECT TO linli USING (
    estate_id = (SELECT linli.estate_id()) AND (SELECT linli.principal_kind()) = 'job'
);

GRANT SELECT ON linli.job_run TO linli;
GRANT EXECUTE ON FUNCTION
    linli.schedule_jobs(text[]),
    linli.lease_jobs(text[], uuid, integer, integer),
    linli.extend_job(uuid, text, uuid, bigint, integer),
    linli.finish_job(uuid, text, uuid, bigint, text, integer),
    linli.job_runs()
    TO linli;
