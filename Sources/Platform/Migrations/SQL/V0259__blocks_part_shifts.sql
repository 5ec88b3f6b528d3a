-- Who sets a block gives back the shifts that it would share with the other, as anybody gives a shift back, and
-- the rota looks for somebody else. docs/help/groups.md and docs/people/block.md have the rules.

-- Frees what some persons have promised at shifts ahead where one of others (NULL: anybody) comes from whom they
-- are kept apart. What wrote that down is not seen in it. For the functions here alone.
CREATE FUNCTION linli.help_seats_part(persons uuid[], others uuid[], tells boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    t linli.help_seat;
    event uuid;
    before text[];
BEGIN
    IF estate IS NULL THEN
        RETURN;
    END IF;
    -- Whoever takes a seat beside them holds its shift, and is seen once that has ended.
    PERFORM FROM linli.help_shift AS s
    WHERE s.estate_id = estate AND s.begins > at AND EXISTS (
        SELECT FROM linli.help_seat AS o
        WHERE o.estate_id = estate AND o.shift_id = s.id
            AND (o.person_id = ANY (persons) OR o.person_id = ANY (others))
            AND o.state IN ('proposed', 'confirmed'))
    ORDER BY s.id
    FOR UPDATE;
    FOR t IN
        SELECT o.* FROM linli.help_seat AS o
        WHERE o.estate_id = estate AND o.person_id = ANY (persons) AND o.begins > at
            AND o.state IN ('proposed', 'confirmed') AND EXISTS (
                SELECT FROM linli.help_seat AS x
                WHERE x.estate_id = estate AND x.shift_id = o.shift_id AND x.state = 'confirmed'
                    AND x.person_id <> o.person_id
                    AND (others IS NULL OR x.person_id = ANY (others))
                    AND (linli.kept_apart(x.person_id, o.person_id)
                        OR linli.ban_between(x.person_id, o.person_id)
                        OR linli.safety_stands(x.person_id, o.person_id)))
        ORDER BY o.shift_id, o.id
    LOOP
        PERFORM linli.help_seat_free(linli.fresh_id(at), t);
        CONTINUE WHEN NOT tells;
        -- Whoever gave it back without thinking of it hears of it, and why from nobody.
        event := linli.fresh_id(at);
        before := linli.act_as_job('help-rota');
        PERFORM linli.append_event(event, 'helpShift.freed', ARRAY['person:' || t.person_id], '{}',
            json_build_object('shift', t.shift_id, 'seat', t.id)::text);
        PERFORM linli.notify(event, 'helpShift.freed', 'help_shift', t.shift_id,
            json_build_object('begins', t.begins)::text, ARRAY[t.person_id]);
        PERFORM linli.end_act_as_job(before);
    END LOOP;
END
$$;

CREATE FUNCTION linli.block_ends_shifts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_seats_part(ARRAY[NEW.blocker_id], ARRAY[NEW.other_id], true);
    RETURN NULL;
END
$$;
CREATE TRIGGER block_ends_shifts AFTER INSERT ON linli.block
    FOR EACH ROW EXECUTE FUNCTION linli.block_ends_shifts();

-- Neither is sent anything, and the office that wrote it down is not seen in it.
CREATE FUNCTION linli.protection_ends_shifts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    protected_ids uuid[];
    other_ids uuid[];
    before text[];
BEGIN
    SELECT array_agg(n.protected_id ORDER BY n.id), array_agg(n.other_id ORDER BY n.id)
    INTO protected_ids, other_ids
    FROM fresh AS n;
    IF protected_ids IS NOT NULL AND linli.estate_id() IS NOT NULL THEN
        before := linli.act_as_job('help-rota');
        PERFORM linli.help_seats_part(protected_ids, other_ids, false);
        PERFORM linli.end_act_as_job(before);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER protection_ends_shifts AFTER INSERT ON linli.protection
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION linli.protection_ends_shifts();

CREATE FUNCTION linli.safety_ends_shifts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_seats_part(ARRAY[NEW.person_id], ARRAY[NEW.other_id], true);
    RETURN NULL;
END
$$;
CREATE TRIGGER safety_ends_shifts AFTER INSERT ON linli.help_safety_report
    FOR EACH ROW EXECUTE FUNCTION linli.safety_ends_shifts();

CREATE FUNCTION linli.ban_ends_shifts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before text[];
BEGIN
    IF linli.estate_id() IS NOT NULL THEN
        before := linli.act_as_job('help-rota');
        PERFORM linli.help_seats_part(ARRAY[NEW.person_id], NULL, true);
        PERFORM linli.end_act_as_job(before);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ban_ends_shifts AFTER INSERT ON linli.safety_ban
    FOR EACH ROW EXECUTE FUNCTION linli.ban_ends_shifts();

-- What no statement has ended: a protection that begins later, or two who came at the very moment of a block. Of
-- two who may not be beside each other who wrote it down, or is protected, gives its seat back. How many pairs
-- there were. For the job alone.
CREATE FUNCTION linli.help_seats_apart(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    pair record;
    leaves uuid;
    parted bigint := 0;
BEGIN
    FOR pair IN
        SELECT DISTINCT a.person_id AS one, b.person_id AS other
        FROM linli.help_seat AS a
        JOIN linli.help_seat AS b ON b.estate_id = estate AND b.shift_id = a.shift_id
            AND b.state = 'confirmed' AND b.person_id > a.person_id
        WHERE a.estate_id = estate AND a.state = 'confirmed' AND a.begins > linli.instant()
            AND (linli.kept_apart(a.person_id, b.person_id)
                OR linli.ban_between(a.person_id, b.person_id)
                OR linli.safety_stands(a.person_id, b.person_id))
        ORDER BY 1, 2
        LIMIT rows_max
    LOOP
        leaves := coalesce((
            SELECT b.blocker_id FROM linli.block AS b
            WHERE b.estate_id = estate AND b.ended_at IS NULL
                AND ((b.blocker_id, b.other_id) = (pair.one, pair.other)
                    OR (b.blocker_id, b.other_id) = (pair.other, pair.one))
            ORDER BY b.id LIMIT 1), (
            SELECT p.protected_id FROM linli.protection AS p
            WHERE p.estate_id = estate AND p.ended_at IS NULL
                AND ((p.protected_id, p.other_id) = (pair.one, pair.other)
                    OR (p.protected_id, p.other_id) = (pair.other, pair.one))
            ORDER BY p.id LIMIT 1),
            CASE WHEN linli.is_banned(pair.other) THEN pair.other ELSE pair.one END);
        PERFORM linli.help_seats_part(ARRAY[leaves],
            ARRAY[CASE WHEN leaves = pair.one THEN pair.other ELSE pair.one END], false);
        parted := parted + 1;
    END LOOP;
    RETURN parted;
END
$$;

-- As before; and of two who may not be beside each other one is freed.
CREATE OR REPLACE FUNCTION linli.help_rota_sweep(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one record;
    g linli.help_group;
    event uuid;
    swept bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-rota' THEN
        RETURN 0;
    END IF;
    -- No and silence end as one.
    FOR one IN
        UPDATE linli.help_group_asking AS a SET state = 'lapsed'
        WHERE a.estate_id = estate AND a.id = ANY (ARRAY(
            SELECT o.id FROM linli.help_group_asking AS o
            WHERE o.estate_id = estate AND o.state IN ('open', 'declined') AND o.until <= at
            ORDER BY o.until, o.id
            LIMIT rows_max
            FOR UPDATE SKIP LOCKED))
        RETURNING a.id, a.group_id, a.person_id, a.kind
    LOOP
        swept := swept + 1;
        CONTINUE WHEN one.kind <> 'application';
        -- The stewards hear nothing of it: they may not have heard of the application either.
        event := linli.fresh_id(at);
        PERFORM linli.append_event(event, 'helpGroup.notTaken', ARRAY['person:' || one.person_id], '{}',
            json_build_object('group', one.group_id)::text);
        PERFORM linli.notify(event, 'helpGroup.notTaken', 'help_group', one.group_id, '{}',
            ARRAY[one.person_id]);
    END LOOP;
    -- Who is not here any more, however that came.
    FOR g IN
        SELECT o.* FROM linli.help_group AS o
        WHERE o.estate_id = estate AND o.closed_at IS NULL AND EXISTS (
            SELECT
            FROM linli.help_group_member AS m
            JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
                AND p.state NOT IN ('active', 'away', 'in_hospital')
            WHERE m.estate_id = estate AND m.group_id = o.id AND m.ended_at IS NULL)
        ORDER BY o.id
        LIMIT rows_max
        FOR UPDATE SKIP LOCKED
    LOOP
        swept := swept + 1;
        PERFORM linli.help_group_part(linli.fresh_id(at), g, m.person_id, 'gone')
        FROM linli.help_group_member AS m
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
            AND p.state NOT IN ('active', 'away', 'in_hospital')
        WHERE m.estate_id = estate AND m.group_id = g.id AND m.ended_at IS NULL;
    END LOOP;
    RETURN swept + linli.help_seats_apart(rows_max) + linli.help_shifts_lay(rows_max)
        + linli.help_seats_sweep(rows_max);
END
$$;
