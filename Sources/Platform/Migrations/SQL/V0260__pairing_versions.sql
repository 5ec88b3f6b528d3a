-- Other times of a pairing are set in the version that was read: two who set them at once do not undo each other
-- unseen. docs/help/paired-families.md has the rules.

ALTER TABLE linli.pairing ADD COLUMN version integer NOT NULL DEFAULT 1;

-- The version counts what its two sides see and set.
CREATE FUNCTION linli.pairing_versions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    NEW.version := OLD.version + CASE WHEN (NEW.state, NEW.cadence, NEW.weekday, NEW.minute,
            NEW.minutes, NEW.paused_until, NEW.helper_names_id, NEW.person_names_id)
        IS DISTINCT FROM (OLD.state, OLD.cadence, OLD.weekday, OLD.minute, OLD.minutes,
            OLD.paused_until, OLD.helper_names_id, OLD.person_names_id) THEN 1 ELSE 0 END;
    RETURN NEW;
END
$$;
CREATE TRIGGER pairing_versions BEFORE UPDATE ON linli.pairing
    FOR EACH ROW EXECUTE FUNCTION linli.pairing_versions();

-- The version of a pairing, to its two sides and the offices.
CREATE FUNCTION linli.pairing_version(pairing uuid) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT p.version FROM linli.pairing AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = pairing
            AND linli.pairing_side(p) IS NOT NULL);
END
$$;

-- As the one without a version, which serves the server before this one; stale: somebody has changed it since.
CREATE FUNCTION linli.pairing_cadence(
    event uuid, pairing uuid, of_version integer, new_cadence text, new_weekday integer,
    new_minute integer, new_minutes integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held record;
    p linli.pairing;
BEGIN
    SELECT * INTO held FROM linli.pairing_act(pairing) AS t;
    IF held.verdict IS NOT NULL THEN
        RETURN held.verdict;
    END IF;
    p := held.p;
    IF p.version <> of_version THEN
        RETURN 'stale';
    END IF;
    PERFORM linli.pairing_changed(event, p, 'times');
    PERFORM linli.pairing_unplan(p, 'infinity', 'moved');
    UPDATE linli.pairing AS o
    SET cadence = new_cadence, weekday = new_weekday, minute = new_minute, minutes = new_minutes,
        anchor_on = linli.local_day() + 1, plan_at = linli.instant()
    WHERE o.estate_id = p.estate_id AND o.id = p.id;
    RETURN 'changed';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.pairing_version(uuid),
    linli.pairing_cadence(uuid, uuid, integer, text, integer, integer, integer)
    TO linli;
