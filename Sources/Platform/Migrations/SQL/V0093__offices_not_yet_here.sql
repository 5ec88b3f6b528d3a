-- An office above the estate has no person here before it first enters. What climbs opens to each
-- role on its way, so that whoever comes finds it; before, a task with nobody to hear of it stayed
-- where it was.
CREATE OR REPLACE FUNCTION linli.climb_task(id uuid) RETURNS linli.task
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    wanted linli.task;
    half interval;
    higher text;
    told uuid[] := '{}';
BEGIN
    SELECT * INTO wanted
    FROM linli.task AS t
    WHERE t.estate_id = linli.estate_id() AND t.id = climb_task.id
    FOR NO KEY UPDATE;
    SELECT k.due / 2 INTO half FROM linli.task_kind AS k WHERE k.code = wanted.kind;
    wanted.climbs_at := 'infinity';
    IF NOT wanted.is_stand_ins AND wanted.stand_in_id IN (
        SELECT s.person_id FROM linli.task_stewards(wanted, wanted.role) AS s)
    THEN
        wanted.is_stand_ins := true;
        wanted.climbs_at := at + half;
        told := ARRAY[wanted.stand_in_id];
    ELSE
        WHILE told = '{}' AND cardinality(wanted.climbs_to) > 0 LOOP
            higher := wanted.climbs_to[1];
            wanted.climbs_to := wanted.climbs_to[2:];
            CONTINUE WHEN higher = wanted.role;
            told := ARRAY(
                SELECT s.person_id FROM linli.task_stewards(wanted, higher) AS s);
            wanted.role := higher;
            wanted.audience := ARRAY(
                SELECT DISTINCT key
                FROM unnest(wanted.audience || linli.duty_keys(higher, wanted.place_id)) AS key);
            wanted.stand_in_id := told[2];
            wanted.is_stand_ins := false;
        END LOOP;
        IF told <> '{}' THEN
            wanted.climbs_at := at + half;
        END IF;
    END IF;
    UPDATE linli.task AS t
    SET role = wanted.role, audience = wanted.audience, climbs_to = wanted.climbs_to,
        climbs_at = wanted.climbs_at, stand_in_id = wanted.stand_in_id,
        is_stand_ins = wanted.is_stand_ins
    WHERE t.estate_id = wanted.estate_id AND t.id = wanted.id;
    IF told <> '{}' THEN
        PERFORM linli.tell_of_task(wanted, 'climbed', NULL, told);
    END IF;
    RETURN wanted;
END
$$;
