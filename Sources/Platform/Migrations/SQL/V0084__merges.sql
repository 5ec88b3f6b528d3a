-- Two persons of one human in one estate made one, and that undone.
--
-- Every column that references a person stands in linli.person_reference with what becomes of it; a
-- later migration that adds one adds its row, and a test asks the catalogue whether any lacks.

ALTER TABLE linli.person DROP CONSTRAINT person_state_known;
ALTER TABLE linli.person ADD CONSTRAINT person_state_known CHECK (state IN (
    'active', 'away', 'in_hospital', 'moved', 'dead', 'suspended', 'erased', 'merged'));

-- A no-show and a code to come in follow the place that they are about.
ALTER TABLE linli.no_show DROP CONSTRAINT no_show_of;
ALTER TABLE linli.no_show ADD CONSTRAINT no_show_of
    FOREIGN KEY (estate_id, reservation_id, person_id)
    REFERENCES linli.reservation_member (estate_id, reservation_id, person_id) ON UPDATE CASCADE;
ALTER TABLE linli.attendance_code DROP CONSTRAINT attendance_code_member;
ALTER TABLE linli.attendance_code ADD CONSTRAINT attendance_code_member
    FOREIGN KEY (estate_id, reservation_id, person_id)
    REFERENCES linli.reservation_member (estate_id, reservation_id, person_id) ON UPDATE CASCADE;

CREATE TABLE linli.person_reference (
    table_name text NOT NULL,
    column_name text NOT NULL,
    -- move: it is the person's. stay: it says who did or saw something then. sealed: it can be opened
    -- for that person alone.
    treatment text NOT NULL,
    CONSTRAINT person_reference_pkey PRIMARY KEY (table_name, column_name),
    CONSTRAINT person_reference_treatment_known CHECK (treatment IN ('move', 'stay', 'sealed'))
);
GRANT SELECT ON linli.person_reference TO linli;
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('absence', 'person_id', 'move'), ('absence', 'set_by', 'stay'),
    ('activity', 'changed_by', 'stay'), ('activity', 'organiser_id', 'move'),
    ('activity_comment', 'author_id', 'move'), ('activity_feedback', 'person_id', 'move'),
    ('announcement', 'changed_by', 'stay'), ('announcement', 'published_by', 'stay'),
    ('announcement_receipt', 'person_id', 'move'), ('attendance_attempt', 'person_id', 'move'),
    ('calendar_link', 'person_id', 'move'),
    ('delegation', 'beneficiary_id', 'move'), ('delegation', 'doer_id', 'move'),
    ('delegation', 'recorded_by', 'stay'), ('desk', 'opened_by', 'stay'),
    ('join_code', 'issued_by', 'stay'), ('join_code', 'person_id', 'move'),
    ('join_code', 'revoked_by', 'stay'), ('join_code', 'used_by', 'stay'),
    ('membership', 'person_id', 'move'),
    ('membership_request', 'asked_by', 'stay'), ('membership_request', 'decided_by', 'stay'),
    ('membership_request', 'person_id', 'move'),
    ('no_show', 'claimed_by', 'stay'), ('no_show', 'decided_by', 'stay'),
    ('notice', 'person_id', 'move'),
    ('person_merge', 'dropped_id', 'stay'), ('person_merge', 'kept_id', 'stay'),
    ('person_merge', 'merged_by', 'stay'), ('person_merge', 'undone_by', 'stay'),
    ('merge_agreement', 'other_id', 'stay'), ('merge_agreement', 'person_id', 'stay'),
    ('person_sealed', 'person_id', 'sealed'),
    ('person_state_change', 'person_id', 'stay'), ('person_state_change', 'set_by', 'stay'),
    ('proof', 'by_person_id', 'stay'), ('proof', 'person_id', 'move'),
    ('proof', 'withdrawn_by', 'stay'),
    ('reservation', 'holder_id', 'move'), ('reservation_member', 'person_id', 'move'),
    ('role_term', 'appointed_by', 'stay'), ('role_term', 'ended_by', 'stay'),
    ('role_term', 'person_id', 'move'), ('steward', 'person_id', 'move'),
    ('task', 'finished_by', 'stay'), ('task', 'stand_in_id', 'move'),
    ('task', 'subject_id', 'move'), ('task', 'taken_by', 'move'),
    ('task_refusal', 'person_id', 'move'),
    ('tie', 'claimer_id', 'move'), ('tie', 'other_id', 'move'),
    ('tie_code', 'person_id', 'move'), ('tie_code', 'used_by', 'stay'),
    ('venue', 'changed_by', 'stay'), ('venue_booking', 'booked_by', 'stay');

CREATE TABLE linli.person_merge (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    kept_id uuid NOT NULL,
    dropped_id uuid NOT NULL,
    -- The state of the dropped one before.
    was text NOT NULL,
    merged_by uuid NOT NULL,
    merged_at timestamptz NOT NULL,
    because text NOT NULL,
    undone_by uuid,
    undone_at timestamptz,
    undone_because text,
    CONSTRAINT person_merge_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT person_merge_kept FOREIGN KEY (estate_id, kept_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT person_merge_dropped FOREIGN KEY (estate_id, dropped_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT person_merge_merged_by FOREIGN KEY (estate_id, merged_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT person_merge_undone_by FOREIGN KEY (estate_id, undone_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT person_merge_of_two CHECK (kept_id <> dropped_id),
    CONSTRAINT person_merge_words CHECK (char_length(because) BETWEEN 1 AND 400
        AND char_length(undone_because) BETWEEN 1 AND 400),
    CONSTRAINT person_merge_undone_whole CHECK ((undone_at IS NULL) = (undone_by IS NULL)
        AND (undone_at IS NULL) = (undone_because IS NULL))
);

-- What of a person moved: the row's key as it is now, and the column that named the other.
CREATE TABLE linli.person_merge_row (
    estate_id uuid NOT NULL,
    merge_id uuid NOT NULL,
    number integer NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    row_key jsonb NOT NULL,
    CONSTRAINT person_merge_row_pkey PRIMARY KEY (estate_id, merge_id, number),
    CONSTRAINT person_merge_row_of FOREIGN KEY (estate_id, merge_id)
        REFERENCES linli.person_merge (estate_id, id)
);

-- That one who signs in says that another entry is its own, too.
CREATE TABLE linli.merge_agreement (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    other_id uuid NOT NULL,
    agreed_at timestamptz NOT NULL,
    CONSTRAINT merge_agreement_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT merge_agreement_once UNIQUE (estate_id, person_id, other_id),
    CONSTRAINT merge_agreement_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT merge_agreement_other FOREIGN KEY (estate_id, other_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT merge_agreement_of_two CHECK (person_id <> other_id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['person_merge', 'person_merge_row', 'merge_agreement']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

-- How long a merge can be undone.
CREATE FUNCTION linli.merge_undo_time() RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN interval '720 hours';

-- Says that another entry is the principal's own, too, for thirty days; whatever the id is, the answer
-- is the same.
CREATE FUNCTION linli.agree_to_merge(new_id uuid, other uuid, event uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF linli.beneficiary_id() IS NULL AND other <> own AND linli.is_here(other) THEN
        INSERT INTO linli.merge_agreement (estate_id, id, person_id, other_id, agreed_at)
        VALUES (estate, new_id, own, other, linli.instant())
        ON CONFLICT ON CONSTRAINT merge_agreement_once DO UPDATE SET agreed_at = linli.instant();
    END IF;
    PERFORM linli.append_event(event, 'person.mergeAgreed', ARRAY['person:' || own], ARRAY[own],
        '{}');
END
$$;

-- Whether a person agrees now to be one with the other. For the functions here alone.
CREATE FUNCTION linli.agrees_to_merge(person uuid, other uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.merge_agreement AS a
        WHERE a.estate_id = linli.estate_id() AND a.person_id = person AND a.other_id = other
            AND a.agreed_at + interval '720 hours' > linli.instant());
END
$$;

-- Sets a column of one row, found by its key, from one person to another; whether that could be: a row
-- that is there already, or would be of a person with itself, stays. For the functions here alone.
CREATE FUNCTION linli.move_reference(
    table_name text, column_name text, row_key jsonb, was uuid, becomes uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    moved bigint;
BEGIN
    EXECUTE format('UPDATE linli.%I AS r SET %I = $1 WHERE r.estate_id = $2 AND r.%I = $3'
        ' AND to_jsonb(r) @> $4', table_name, column_name, column_name)
    USING becomes, linli.estate_id(), was, row_key;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved = 1;
EXCEPTION
    WHEN unique_violation OR exclusion_violation OR check_violation THEN
        RETURN false;
END
$$;

-- The names of a table's key columns. For the functions here alone.
CREATE FUNCTION linli.key_columns(name text) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT a.attname::text
        FROM pg_constraint AS k
        JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
        WHERE k.conrelid = ('linli.' || quote_ident(name))::regclass AND k.contype = 'p'
        ORDER BY a.attnum);
END
$$;

-- Moves what is one person's to another, row by row, and keeps which. For the functions here alone.
CREATE FUNCTION linli.move_person(merge uuid, was uuid, becomes uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own record;
    held jsonb;
    key jsonb;
    number integer := 0;
BEGIN
    FOR own IN
        SELECT f.table_name, f.column_name, linli.key_columns(f.table_name) AS key_columns
        FROM linli.person_reference AS f
        WHERE f.treatment = 'move' AND to_regclass('linli.' || quote_ident(f.table_name)) IS NOT NULL
        ORDER BY f.table_name, f.column_name
    LOOP
        FOR held IN EXECUTE format(
            'SELECT to_jsonb(r) FROM linli.%I AS r WHERE r.estate_id = $1 AND r.%I = $2',
            own.table_name, own.column_name) USING estate, was
        LOOP
            key := (
                SELECT jsonb_object_agg(k.name, held -> k.name)
                FROM unnest(own.key_columns) AS k (name));
            CONTINUE WHEN NOT linli.move_reference(
                own.table_name, own.column_name, key, was, becomes);
            number := number + 1;
            IF own.column_name = ANY (own.key_columns) THEN
                key := key || jsonb_build_object(own.column_name, becomes);
            END IF;
            INSERT INTO linli.person_merge_row (estate_id, merge_id, number, table_name,
                column_name, row_key)
            VALUES (estate, merge, number, own.table_name, own.column_name, key);
        END LOOP;
    END LOOP;
END
$$;

-- Makes one of two persons, for the residents' committee on evidence; what is the dropped one's moves,
-- but what the kept one has already. The person is told. Verdicts: merged; unknown, own, keep_claimed
-- (the one that somebody signs in as has to be kept), both_alive (each is somebody's who signs in, and
-- they have not both agreed).
CREATE FUNCTION linli.merge_persons(
    new_id uuid, kept uuid, dropped uuid, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one linli.person;
    other linli.person;
    before text[];
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee')
        OR kept = dropped
    THEN
        RETURN 'unknown';
    END IF;
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id IN (kept, dropped)
    ORDER BY p.id
    FOR UPDATE;
    SELECT * INTO one FROM linli.person AS p WHERE p.estate_id = estate AND p.id = kept;
    SELECT * INTO other FROM linli.person AS p WHERE p.estate_id = estate AND p.id = dropped;
    IF one.id IS NULL OR other.id IS NULL OR one.origin <> 'resident' OR other.origin <> 'resident'
        OR one.state NOT IN ('active', 'away', 'in_hospital')
        OR other.state IN ('merged', 'erased', 'suspended')
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(kept) OR linli.is_own_household(dropped) THEN
        RETURN 'own';
    ELSIF one.claimed_at IS NULL AND other.claimed_at IS NOT NULL THEN
        RETURN 'keep_claimed';
    ELSIF one.claimed_at IS NOT NULL AND other.claimed_at IS NOT NULL
        AND other.state IN ('active', 'away', 'in_hospital')
        AND NOT (linli.agrees_to_merge(kept, dropped) AND linli.agrees_to_merge(dropped, kept))
    THEN
        RETURN 'both_alive';
    END IF;
    INSERT INTO linli.person_merge (estate_id, id, kept_id, dropped_id, was, merged_by, merged_at,
        because)
    VALUES (estate, new_id, kept, dropped, other.state, linli.person_id(), at, reason);
    before := linli.act_as_merge();
    PERFORM linli.move_person(new_id, dropped, kept);
    PERFORM linli.restore_after_merge(before);
    UPDATE linli.person AS p
    SET state = 'merged'
    WHERE p.estate_id = estate AND p.id = dropped;
    PERFORM linli.append_event(event, 'person.merged',
        ARRAY['person:' || kept, 'role:residents_committee'], ARRAY[kept, dropped],
        json_build_object('merge', new_id, 'kept', kept, 'dropped', dropped)::text);
    PERFORM linli.notify(event, 'person.merged', 'person', kept, '{}', ARRAY[kept]);
    RETURN 'merged';
END
$$;

-- The moves are nobody's own act: the triggers of what is moved see a job. For the functions here
-- alone.
CREATE FUNCTION linli.act_as_merge() RETURNS text[]
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before CONSTANT text[] := ARRAY[
        current_setting('linli.principal', true), current_setting('linli.person', true),
        coalesce(current_setting('linli.job', true), '')];
BEGIN
    PERFORM set_config('linli.principal', 'job', true), set_config('linli.person', '', true),
        set_config('linli.job', 'merge', true);
    RETURN before;
END
$$;

-- Sets the principal to what act_as_merge answered. For the functions here alone.
CREATE FUNCTION linli.restore_after_merge(before text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM set_config('linli.principal', before[1], true),
        set_config('linli.person', before[2], true), set_config('linli.job', before[3], true);
END
$$;

-- Makes two of one again, within thirty days of the merge: each row that moved and still names the kept
-- one goes back, as it is now. Verdicts: undone; unknown, own, again, late.
CREATE FUNCTION linli.undo_merge(merge uuid, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.person_merge;
    own linli.person_merge_row;
    before text[];
BEGIN
    SELECT * INTO held
    FROM linli.person_merge AS m
    WHERE m.estate_id = estate AND m.id = merge
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee')
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(held.kept_id) THEN
        RETURN 'own';
    ELSIF held.undone_at IS NOT NULL THEN
        RETURN 'again';
    ELSIF held.merged_at + linli.merge_undo_time() <= at THEN
        RETURN 'late';
    END IF;
    UPDATE linli.person_merge AS m
    SET undone_by = linli.person_id(), undone_at = at, undone_because = reason
    WHERE m.estate_id = estate AND m.id = merge;
    before := linli.act_as_merge();
    FOR own IN
        SELECT *
        FROM linli.person_merge_row AS r
        WHERE r.estate_id = estate AND r.merge_id = merge
        ORDER BY r.number DESC
    LOOP
        CONTINUE WHEN own.table_name = 'person_sealed';
        PERFORM linli.move_reference(own.table_name, own.column_name, own.row_key, held.kept_id,
            held.dropped_id);
    END LOOP;
    PERFORM linli.restore_after_merge(before);
    DELETE FROM linli.person_sealed AS s
    USING linli.person_merge_row AS r
    WHERE r.estate_id = estate AND r.merge_id = merge AND r.table_name = 'person_sealed'
        AND s.estate_id = estate AND s.person_id = held.kept_id
        AND s.field = r.row_key ->> 'field';
    UPDATE linli.person AS p
    SET state = held.was
    WHERE p.estate_id = estate AND p.id = held.dropped_id AND p.state = 'merged';
    PERFORM linli.append_event(event, 'person.unmerged', ARRAY['person:' || held.kept_id,
            'person:' || held.dropped_id, 'role:residents_committee'],
        ARRAY[held.kept_id, held.dropped_id], json_build_object('merge', merge)::text);
    PERFORM linli.notify(event, 'person.unmerged', 'person', held.kept_id, '{}',
        ARRAY[held.kept_id, held.dropped_id]);
    RETURN 'undone';
END
$$;

-- What is sealed for the dropped one and the kept one lacks: for the server, which seals it anew in the
-- transaction of the merge.
CREATE FUNCTION linli.sealed_to_move(merge uuid)
    RETURNS TABLE (field text, value_sealed bytea, dropped_id uuid, kept_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT s.field, s.value_sealed, m.dropped_id, m.kept_id
        FROM linli.person_merge AS m
        JOIN linli.person_sealed AS s ON s.estate_id = m.estate_id AND s.person_id = m.dropped_id
        WHERE m.estate_id = linli.estate_id() AND m.id = merge
            AND m.merged_at = linli.instant() AND m.merged_by = linli.person_id()
            AND NOT EXISTS (
                SELECT
                FROM linli.person_sealed AS own
                WHERE own.estate_id = m.estate_id AND own.person_id = m.kept_id
                    AND own.field = s.field)
        ORDER BY s.field;
END
$$;

-- Keeps what was sealed anew for the kept one; undoing the merge forgets it.
CREATE FUNCTION linli.put_moved_sealed(merge uuid, name text, sealed bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    INSERT INTO linli.person_sealed (estate_id, person_id, field, value_sealed, changed_at)
    SELECT estate, m.kept_id, t.field, sealed, at
    FROM linli.sealed_to_move(merge) AS t
    JOIN linli.person_merge AS m ON m.estate_id = estate AND m.id = merge
    WHERE t.field = name;
    INSERT INTO linli.person_merge_row (estate_id, merge_id, number, table_name, column_name,
        row_key)
    SELECT estate, merge, 1 + coalesce(max(r.number), 0), 'person_sealed', 'person_id',
        jsonb_build_object('field', name)
    FROM linli.person_merge_row AS r
    WHERE r.estate_id = estate AND r.merge_id = merge;
END
$$;

-- Merges, the latest first, for the residents' committee: how many rows moved, and until when each
-- can be undone.
CREATE FUNCTION linli.merges(before_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, kept_id uuid, dropped_id uuid, merged_by uuid, merged_at timestamptz,
        because text, rows_moved bigint, until timestamptz, undone_at timestamptz,
        undone_because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.id, m.kept_id, m.dropped_id, m.merged_by, m.merged_at, m.because,
            (SELECT count(*) FROM linli.person_merge_row AS r
            WHERE r.estate_id = m.estate_id AND r.merge_id = m.id),
            m.merged_at + linli.merge_undo_time(), m.undone_at, m.undone_because
        FROM linli.person_merge AS m
        WHERE m.estate_id = linli.estate_id() AND m.id < before_id
        ORDER BY m.id DESC
        LIMIT least(rows_max, 101);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.agree_to_merge(uuid, uuid, uuid), linli.merge_persons(uuid, uuid, uuid, text, uuid),
    linli.undo_merge(uuid, text, uuid), linli.merges(uuid, integer),
    linli.sealed_to_move(uuid), linli.put_moved_sealed(uuid, text, bytea)
    TO linli;
