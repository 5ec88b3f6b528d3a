-- An alarm of which the gateway says that it did not arrive is somebody's task, like one that no gateway took.
-- docs/notifications.md.

-- Raises the task of each, once. For the functions here alone.
CREATE FUNCTION linli.alarms_undelivered(rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    lost record;
    done bigint := 0;
BEGIN
    FOR lost IN
        SELECT d.id, d.reader_id
        FROM linli.notice_delivery AS d
        WHERE d.estate_id = estate AND d.state = 'undelivered' AND d.urgency = 'alarm'
            AND d.outcome = 'reported'
        ORDER BY d.id
        LIMIT rows_max
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        UPDATE linli.notice_delivery AS d SET outcome = 'reported_desk_told'
        WHERE d.estate_id = estate AND d.id = lost.id;
        PERFORM linli.append_event(linli.fresh_id(linli.instant()), 'notice.undelivered',
            linli.care_offices(), '{}', json_build_object('delivery', lost.id)::text);
        PERFORM linli.raise_task('alarm-undelivered', lost.id, lost.reader_id, NULL, NULL);
        done := done + 1;
    END LOOP;
    RETURN done;
END
$$;

-- As before; of the alarms, those come first that did not arrive.
CREATE OR REPLACE FUNCTION linli.plan_deliveries(are_alarms boolean, rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    told record;
    done bigint := 0;
BEGIN
    PERFORM linli.check_delivering();
    IF are_alarms THEN
        done := linli.alarms_undelivered(rows_max);
    END IF;
    FOR told IN
        SELECT n.person_id, n.id, n.kind, n.at, coalesce(u.urgency, 'plain') AS urgency
        FROM linli.notice AS n
        LEFT JOIN linli.notice_urgency AS u ON u.kind = n.kind
        WHERE n.estate_id = estate AND NOT n.is_planned
            AND (coalesce(u.urgency, 'plain') = 'alarm') = are_alarms
        ORDER BY n.at, n.id
        LIMIT rows_max
        FOR NO KEY UPDATE OF n SKIP LOCKED
    LOOP
        PERFORM linli.plan_notice(told.id, told.person_id, told.kind, told.urgency, told.at);
        UPDATE linli.notice AS n
        SET is_planned = true
        WHERE n.estate_id = estate AND n.person_id = told.person_id AND n.id = told.id;
        done := done + 1;
    END LOOP;
    RETURN done;
END
$$;
