-- A request for access is a task of the residents' committee, which ends when it is decided or taken
-- back. Who asked and who it is about never get it.

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, climbs_to) VALUES
    ('access-second', 'residents_committee', '1 day', '软件运维申请查阅居民资料',
        'An operator of the software asks to read residents'' data', '{}');

CREATE OR REPLACE FUNCTION linli.access_asked(request uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.raise_task('access-second', r.id, r.about_id, NULL, NULL, ARRAY[r.asked_by])
    FROM linli.access_request AS r
    WHERE r.estate_id = linli.estate_id() AND r.id = request;
END
$$;

CREATE OR REPLACE FUNCTION linli.access_settled(request uuid, outcome text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.finish_task(t.id, access_settled.outcome)
    FROM linli.task AS t
    WHERE t.estate_id = linli.estate_id() AND t.kind = 'access-second' AND t.about_id = request
        AND t.finished_at IS NULL;
END
$$;
