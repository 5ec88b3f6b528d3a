-- A request that a membership ends is a task of the residents' committee, which nobody of that household
-- gets; deciding it ends the task.

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere) VALUES
    ('membership-end', 'residents_committee', interval '3 days', '核实一位居民是否离户',
        'Find out whether a resident has left a household', true);

CREATE FUNCTION linli.membership_request_asked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.raise_task('membership-end', NEW.id, NEW.person_id, h.residence_id, NULL, ARRAY(
        SELECT m.person_id
        FROM linli.membership AS m
        WHERE m.estate_id = NEW.estate_id AND m.household_id = NEW.household_id
            AND m.begins <= NEW.asked_at AND m.ends > NEW.asked_at
        ORDER BY m.person_id = NEW.asked_by DESC, m.person_id
        LIMIT 32))
    FROM linli.household AS h
    WHERE h.estate_id = NEW.estate_id AND h.id = NEW.household_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER membership_request_asked AFTER INSERT ON linli.membership_request
    FOR EACH ROW EXECUTE FUNCTION linli.membership_request_asked();

CREATE FUNCTION linli.membership_request_decided() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.finish_task(t.id, NEW.outcome)
    FROM linli.task AS t
    WHERE t.estate_id = NEW.estate_id AND t.kind = 'membership-end' AND t.about_id = NEW.id
        AND t.finished_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER membership_request_decided AFTER UPDATE OF outcome ON linli.membership_request
    FOR EACH ROW WHEN (NEW.outcome IS NOT NULL AND OLD.outcome IS NULL)
    EXECUTE FUNCTION linli.membership_request_decided();
