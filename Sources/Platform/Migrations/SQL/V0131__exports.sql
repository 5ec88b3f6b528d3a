-- Everything about a person in one file: asked for, made by the job `data-export`, kept for seven days
-- in sealed pieces.

CREATE TABLE linli.data_export (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- About whom; a guardian asks for its child's.
    person_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    -- Times that the job has begun it.
    tries smallint NOT NULL DEFAULT 0,
    made_at timestamptz,
    failed_at timestamptz,
    -- Of the file, in bytes, and its pieces.
    size bigint,
    pieces integer,
    expires_at timestamptz,
    CONSTRAINT data_export_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT data_export_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT data_export_asked_by FOREIGN KEY (estate_id, asked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT data_export_made_whole CHECK ((made_at IS NULL) = (size IS NULL)
        AND (made_at IS NULL) = (pieces IS NULL) AND (made_at IS NULL) = (expires_at IS NULL)),
    CONSTRAINT data_export_one_end CHECK (made_at IS NULL OR failed_at IS NULL)
);
CREATE INDEX data_export_of_asker ON linli.data_export (estate_id, asked_by, asked_at);
CREATE INDEX data_export_waiting ON linli.data_export (estate_id, asked_at)
    WHERE made_at IS NULL AND failed_at IS NULL;

CREATE TABLE linli.data_export_piece (
    estate_id uuid NOT NULL,
    export_id uuid NOT NULL,
    number integer NOT NULL,
    -- AES-256-GCM under the estate's key, bound to export and number.
    content bytea NOT NULL,
    CONSTRAINT data_export_piece_pkey PRIMARY KEY (estate_id, export_id, number),
    CONSTRAINT data_export_piece_of FOREIGN KEY (estate_id, export_id)
        REFERENCES linli.data_export (estate_id, id) ON DELETE CASCADE,
    CONSTRAINT data_export_piece_size CHECK (octet_length(content) <= 2097152)
);
ALTER TABLE linli.data_export_piece ALTER COLUMN content SET STORAGE EXTERNAL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['data_export', 'data_export_piece']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('data_export', 'asked_by', 'stay'), ('data_export', 'person_id', 'stay');
INSERT INTO linli.personal_data (table_name, column_name, handed_out, title_zh, title_en, shown,
    guardian_right, erasure, becomes, kept)
VALUES
    ('data_export', 'asked_by', 'yes', '我要的副本', 'Copies one asked for',
        'r.id, r.person_id, r.asked_at, r.made_at, r.size, r.expires_at', NULL, 'delete', NULL,
        'export'),
    ('data_export', 'person_id', 'yes', '关于我的副本', 'Copies about one',
        'r.id, r.asked_by, r.asked_at, r.made_at, r.expires_at', NULL, 'delete', NULL, 'export');
UPDATE linli.personal_data AS d
SET only_if = 'r.asked_by <> ALL (linli.unseen_by($1))'
WHERE d.table_name = 'data_export' AND d.column_name = 'person_id';

-- Asking ----------------------------------------------------------------------------------------

-- Asks for a copy of what is kept of the principal, or of a child that it guards. Verdicts: asked;
-- unknown, waiting (one is being made), too_many (three a day).
CREATE FUNCTION linli.ask_export(new_id uuid, about uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = own AND p.state IN ('active', 'away', 'in_hospital')
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR (about <> own AND NOT linli.is_guardian(own, about))
    THEN
        RETURN 'unknown';
    ELSIF EXISTS (
        SELECT
        FROM linli.data_export AS e
        WHERE e.estate_id = estate AND e.asked_by = own AND e.person_id = about
            AND e.made_at IS NULL AND e.failed_at IS NULL)
    THEN
        RETURN 'waiting';
    ELSIF (SELECT count(*) FROM linli.data_export AS e
        WHERE e.estate_id = estate AND e.asked_by = own
            AND e.asked_at > at - interval '24 hours') >= 3
    THEN
        RETURN 'too_many';
    END IF;
    INSERT INTO linli.data_export (estate_id, id, person_id, asked_by, asked_at)
    VALUES (estate, new_id, about, own, at);
    PERFORM linli.append_event(event, 'export.asked', ARRAY['person:' || own], ARRAY[about],
        json_build_object('export', new_id)::text);
    RETURN 'asked';
END
$$;

-- Whether the principal may have this copy now: it asked, and if it is a child's, guards it still. For
-- the functions here alone.
CREATE FUNCTION linli.may_open_export(asked linli.data_export) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN asked.asked_by = linli.person_id() AND linli.beneficiary_id() IS NULL
        AND (asked.person_id = asked.asked_by
            OR linli.is_guardian(asked.asked_by, asked.person_id));
END
$$;

-- The copies that the principal asked for, the latest first.
CREATE FUNCTION linli.own_exports()
    RETURNS TABLE (id uuid, person_id uuid, asked_at timestamptz, made_at timestamptz,
        failed_at timestamptz, size bigint, expires_at timestamptz, is_open boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT e.id, e.person_id, e.asked_at, e.made_at, e.failed_at, e.size, e.expires_at,
            coalesce(e.expires_at > linli.instant(), false)
        FROM linli.data_export AS e
        WHERE e.estate_id = linli.estate_id() AND e.asked_by = linli.person_id()
            AND linli.may_open_export(e)
        ORDER BY e.asked_at DESC, e.id DESC
        LIMIT 50;
END
$$;

-- Opens a copy for its person alone, and notes that in the log: its pieces and when it was made; no
-- row: it is none, is not made yet, or its seven days are over.
CREATE FUNCTION linli.open_export(export uuid, event uuid)
    RETURNS TABLE (pieces integer, made_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    asked linli.data_export;
BEGIN
    SELECT * INTO asked
    FROM linli.data_export AS e
    WHERE e.estate_id = linli.estate_id() AND e.id = export
        AND e.expires_at > linli.instant();
    IF NOT FOUND OR NOT linli.may_open_export(asked) THEN
        RETURN;
    END IF;
    PERFORM linli.append_event(event, 'export.opened', ARRAY['person:' || asked.asked_by],
        ARRAY[asked.person_id], json_build_object('export', asked.id)::text);
    RETURN QUERY SELECT asked.pieces, asked.made_at;
END
$$;

-- A piece of a copy that the principal may open.
CREATE FUNCTION linli.export_piece(export uuid, number integer) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT p.content
        FROM linli.data_export AS e
        JOIN linli.data_export_piece AS p ON p.estate_id = e.estate_id AND p.export_id = e.id
        WHERE e.estate_id = linli.estate_id() AND e.id = export AND p.number = export_piece.number
            AND e.expires_at > linli.instant() AND linli.may_open_export(e));
END
$$;

-- Making ----------------------------------------------------------------------------------------

CREATE FUNCTION linli.assert_exporting() RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'data-export' THEN
        RAISE EXCEPTION 'only the job data-export exports'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- The next copy to make, begun: about whom, who asked, and its account when it asks about itself. One
-- that was begun five times has failed, and its person is told.
CREATE FUNCTION linli.begin_export(event uuid)
    RETURNS TABLE (id uuid, person_id uuid, asked_by uuid, account_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    asked linli.data_export;
BEGIN
    PERFORM linli.assert_exporting();
    LOOP
        SELECT * INTO asked
        FROM linli.data_export AS e
        WHERE e.estate_id = estate AND e.made_at IS NULL AND e.failed_at IS NULL
        ORDER BY e.tries, e.asked_at, e.id
        LIMIT 1
        FOR UPDATE SKIP LOCKED;
        EXIT WHEN NOT FOUND;
        IF asked.tries >= 5 THEN
            UPDATE linli.data_export AS e
            SET failed_at = linli.instant()
            WHERE e.estate_id = estate AND e.id = asked.id;
            PERFORM linli.append_event(event, 'export.failed', ARRAY['person:' || asked.asked_by],
                ARRAY[asked.person_id], json_build_object('export', asked.id)::text);
            PERFORM linli.notify(event, 'export.failed', 'person', asked.person_id, '{}',
                ARRAY[asked.asked_by]);
            RETURN;
        END IF;
        UPDATE linli.data_export AS e
        SET tries = e.tries + 1
        WHERE e.estate_id = estate AND e.id = asked.id;
        RETURN QUERY
            SELECT asked.id, asked.person_id, asked.asked_by,
                CASE WHEN asked.person_id = asked.asked_by THEN p.account_id END
            FROM linli.person AS p
            WHERE p.estate_id = estate AND p.id = asked.asked_by;
        RETURN;
    END LOOP;
END
$$;

-- Whether a column names an account. For the functions of the owner alone.
CREATE FUNCTION linli.is_of_account(name text, of_column text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN of_column = 'account_id' OR name = 'account';

-- The rows of one kind that are handed out in a copy, in the order of their keys: the key, the names
-- of what is shown in their order, and what is shown.
CREATE FUNCTION linli.export_rows(
    export uuid, of_table text, of_column text, after_key text, rows_max integer)
    RETURNS TABLE (row_key text, names text[], shown text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    asked linli.data_export;
    kind linli.personal_data;
    subject uuid;
    is_childs boolean;
BEGIN
    PERFORM linli.assert_exporting(), set_config('linli.moderating', 'on', true);
    SELECT * INTO STRICT asked FROM linli.data_export AS e
    WHERE e.estate_id = estate AND e.id = export;
    SELECT * INTO STRICT kind FROM linli.personal_data AS d
    WHERE d.table_name = of_table AND d.column_name = of_column AND d.handed_out = 'yes';
    is_childs := asked.person_id <> asked.asked_by;
    subject := asked.person_id;
    IF linli.is_of_account(of_table, of_column) THEN
        SELECT p.account_id INTO subject FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = asked.person_id;
    END IF;
    IF is_childs AND (kind.guardian_right IS NULL OR NOT CASE kind.guardian_right
            WHEN 'any' THEN linli.is_guardian(asked.asked_by, asked.person_id)
            ELSE linli.has_guardian_right(asked.asked_by, asked.person_id, kind.guardian_right)
        END)
    THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT k.row_key, ARRAY(SELECT json_object_keys(k.shown)), k.shown::text FROM ('
        'SELECT jsonb_build_array(%s)::text COLLATE "C" AS row_key, '
        '(SELECT row_to_json(s) FROM (SELECT %s) AS s) AS shown '
        'FROM linli.%I AS r WHERE %s AND %s AND (%s) AND (%s)) AS k '
        'WHERE k.row_key > $4 ORDER BY k.row_key LIMIT $5',
        (SELECT string_agg('r.' || quote_ident(c), ', ') FROM unnest(linli.key_columns(of_table))
            AS c),
        kind.shown, of_table,
        CASE WHEN linli.is_of_account(of_table, of_column) THEN 'true'
            ELSE 'r.estate_id = $2' END,
        coalesce('(' || kind.belongs || ')', format('r.%I = $1', of_column)), kind.only_if,
        CASE WHEN is_childs THEN kind.guardian_only_if ELSE 'true' END)
    USING subject, estate, asked.asked_by, after_key COLLATE "C", rows_max;
END
$$;

-- Keeps a piece of a copy.
CREATE FUNCTION linli.put_export_piece(export uuid, number integer, content bytea) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.assert_exporting();
    INSERT INTO linli.data_export_piece (estate_id, export_id, number, content)
    VALUES (linli.estate_id(), export, number, content)
    ON CONFLICT ON CONSTRAINT data_export_piece_pkey DO UPDATE SET content = EXCLUDED.content;
END
$$;

-- Ends the making: the copy is there for seven days, and whoever asked is told. False: it was made
-- before, or is none.
CREATE FUNCTION linli.finish_export(export uuid, bytes bigint, count integer, event uuid)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    asked linli.data_export;
BEGIN
    PERFORM linli.assert_exporting();
    UPDATE linli.data_export AS e
    SET made_at = at, size = bytes, pieces = count, expires_at = at + interval '168 hours'
    WHERE e.estate_id = linli.estate_id() AND e.id = export AND e.made_at IS NULL
        AND e.failed_at IS NULL
    RETURNING * INTO asked;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM linli.append_event(event, 'export.made', ARRAY['person:' || asked.asked_by],
        ARRAY[asked.person_id], json_build_object('export', asked.id)::text);
    PERFORM linli.notify(event, 'export.made', 'person', asked.person_id,
        json_build_object('until', asked.expires_at)::text, ARRAY[asked.asked_by]);
    RETURN true;
END
$$;

-- Forgets the content of copies whose days are over; how many pieces.
CREATE FUNCTION linli.drop_exports() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    dropped bigint;
BEGIN
    PERFORM linli.assert_exporting();
    DELETE FROM linli.data_export_piece AS p
    USING linli.data_export AS e
    WHERE e.estate_id = linli.estate_id() AND e.expires_at <= linli.instant()
        AND p.estate_id = e.estate_id AND p.export_id = e.id;
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.ask_export(uuid, uuid, uuid), linli.own_exports(), linli.open_export(uuid, uuid),
    linli.export_piece(uuid, integer), linli.begin_export(uuid),
    linli.export_rows(uuid, text, text, text, integer),
    linli.put_export_piece(uuid, integer, bytea),
    linli.finish_export(uuid, bigint, integer, uuid), linli.drop_exports()
    TO linli;
