-- A place that was kept for a child is nobody's when the child is there already by another way: its
-- guardian would have been confirmed in the child's stead.

-- As before, and: a row that is not filled where there is such a place and the child is there already.
DROP FUNCTION linli.fill_kept_place(uuid);
CREATE FUNCTION linli.fill_kept_place(reservation uuid)
    RETURNS TABLE (child_id uuid, is_filled boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    kept linli.kept_place;
    capacity uuid;
BEGIN
    SELECT k.* INTO kept
    FROM linli.kept_place AS k
    JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = k.reservation_id
    WHERE k.estate_id = estate AND k.reservation_id = fill_kept_place.reservation
        AND r.state = 'held' AND r.until > linli.instant()
        AND r.holder_id = linli.person_id() AND linli.beneficiary_id() IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT r.capacity_id INTO capacity
    FROM linli.reservation AS r
    WHERE r.estate_id = estate AND r.id = reservation;
    PERFORM FROM linli.capacity_take(ARRAY[capacity]);
    UPDATE linli.reservation_member AS m
    SET person_id = kept.child_id
    WHERE m.estate_id = estate AND m.reservation_id = fill_kept_place.reservation
        AND m.person_id = linli.person_id() AND m.is_live
        AND NOT EXISTS (SELECT FROM linli.living_members(capacity, ARRAY[kept.child_id]));
    is_filled := FOUND;
    IF is_filled THEN
        DELETE FROM linli.kept_place AS k
        WHERE k.estate_id = estate AND k.reservation_id = reservation;
    END IF;
    child_id := kept.child_id;
    RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION linli.fill_kept_place(uuid) TO linli;
