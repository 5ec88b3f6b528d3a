-- What is told of a task names nobody once it is open to a role that reads nothing of a person by its
-- office, such as the subdistrict, to which climbs what nobody takes.

CREATE OR REPLACE FUNCTION linli.tell_of_task(
    wanted linli.task, what text, event uuid, told uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    instant CONSTANT timestamptz := linli.instant();
    opened text[] := wanted.audience;
    roles CONSTANT text[] := ARRAY(
        SELECT DISTINCT split_part(split_part(key, '@', 1), ':', 2)
        FROM unnest(wanted.audience) AS key);
    id uuid := coalesce(event, linli.fresh_id(instant));
    about uuid[] := '{}';
BEGIN
    IF EXISTS (
        SELECT
        FROM unnest(roles) AS role
        CROSS JOIN LATERAL linli.duty_holders(role, wanted.place_id) AS h
        WHERE NOT linli.may_handle(wanted.id, h.person_id))
    THEN
        opened := ARRAY(
            SELECT DISTINCT 'person:' || h.person_id
            FROM unnest(roles) AS role
            CROSS JOIN LATERAL linli.duty_holders(role, wanted.place_id) AS h
            WHERE linli.may_handle(wanted.id, h.person_id)
            LIMIT 60);
        IF opened = '{}' THEN
            RETURN;
        END IF;
    END IF;
    IF wanted.subject_id IS NOT NULL AND NOT EXISTS (
        SELECT
        FROM unnest(roles) AS reader (name)
        WHERE NOT EXISTS (
            SELECT
            FROM linli.access_rule AS r
            WHERE r.role::text = reader.name AND r.kind = 'task' AND r.purpose = 'duty'))
    THEN
        about := ARRAY[wanted.subject_id];
    END IF;
    PERFORM linli.append_event(id, 'task.' || what, opened, about,
        json_build_object('task', wanted.id, 'kind', wanted.kind)::text);
    PERFORM linli.notify(id, 'task.' || what, 'task', wanted.id,
        json_build_object('until', wanted.due_at)::text, told);
END
$$;
