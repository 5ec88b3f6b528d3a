-- The event log of an estate (design.md, idea 2).
--
-- A business transaction inserts its event with append_event() and touches nothing else here. Right
-- after the commit a numberer gives waiting rows their number and their hash: (estate_id, seq) has no
-- gaps, and each hash covers the one before. Nothing is skipped: what waits is found by seq IS NULL,
-- however late a transaction commits, and never by "ids above the last one".
--
-- hash = sha256 of these lines, joined by a line feed, in UTF-8, nothing after the last:
--   linli-event-1, estate_id, event_id, kind, at in microseconds since 1970 UTC, actor_kind,
--   actor_id or -, beneficiary_id or -, audience joined by commas, about joined by commas,
--   digest in hex, seq, the previous hash in hex (64 zeros before the first)
-- digest = sha256(salt || payload). So a payload can be erased, with its salt, and the chain still
-- verifies, and what is left does not betray a payload that could be guessed.

CREATE TABLE linli.event (
    estate_id uuid NOT NULL DEFAULT linli.estate_id(),
    event_id uuid NOT NULL,
    -- The order of waiting rows. Not public, and not gapless.
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    seq bigint,
    kind text NOT NULL,
    at timestamptz NOT NULL DEFAULT linli.instant(),
    -- Who did it: a person, or a device or job (then without an id).
    actor_kind text NOT NULL DEFAULT linli.principal_kind(),
    actor_id uuid DEFAULT linli.person_id(),
    -- For whom, when a person acts for another.
    beneficiary_id uuid,
    -- The persons it is about.
    about uuid[] NOT NULL DEFAULT '{}',
    -- The keys that open it: public, estate, officer, place:ID, role:CODE, role:CODE@NODE,
    -- person:ID, household:ID. Whoever holds one of them at the instant of reading sees the event.
    audience text[] NOT NULL,
    -- Ids and codes only: never a name, a phone or free text. Kept as the very text, for the digest.
    payload json,
    salt bytea DEFAULT uuid_send(gen_random_uuid()),
    digest bytea NOT NULL,
    hash bytea,
    CONSTRAINT event_pkey PRIMARY KEY (estate_id, event_id),
    CONSTRAINT event_kind_code CHECK (kind ~ '^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*){1,3}$'
        AND octet_length(kind) <= 64),
    CONSTRAINT event_actor_kind CHECK (actor_kind IN ('person', 'device', 'job', 'account')),
    CONSTRAINT event_actor CHECK (actor_kind <> 'person' OR actor_id IS NOT NULL),
    CONSTRAINT event_about_count CHECK (cardinality(about) <= 64
        AND array_position(about, NULL) IS NULL),
    CONSTRAINT event_audience_count CHECK (cardinality(audience) BETWEEN 1 AND 64
        AND array_position(audience, NULL) IS NULL),
    CONSTRAINT event_audience_keys CHECK (array_to_string(audience, ',') ~ (
        '^((public|estate|officer|(place|person|household):[0-9a-f-]{36}'
        || '|role:[a-zA-Z][a-zA-Z0-9_]{0,39}(@[0-9a-f-]{36})?)(,|$))+$')),
    CONSTRAINT event_payload_size CHECK (octet_length(payload::text) <= 4096),
    CONSTRAINT event_erased_whole CHECK ((payload IS NULL) = (salt IS NULL)),
    CONSTRAINT event_salt_size CHECK (octet_length(salt) = 16),
    CONSTRAINT event_digest_size CHECK (octet_length(digest) = 32),
    CONSTRAINT event_hash_size CHECK (octet_length(hash) = 32),
    CONSTRAINT event_numbered_whole CHECK ((seq IS NULL) = (hash IS NULL)),
    CONSTRAINT event_seq_positive CHECK (seq > 0)
) WITH (
    -- Numbering writes each row a second time: let vacuum come before the table has doubled.
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 5000
);

CREATE UNIQUE INDEX event_seq_key ON linli.event (estate_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX event_waiting ON linli.event (estate_id, id) WHERE seq IS NULL;

-- The last number and hash of an estate. Only numberers write it.
CREATE TABLE linli.event_head (
    estate_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT event_head_pkey PRIMARY KEY (estate_id),
    CONSTRAINT event_head_seq CHECK (seq >= 0),
    CONSTRAINT event_head_hash_size CHECK (octet_length(hash) = 32)
) WITH (fillfactor = 20);

-- Writes the event of the running transaction and returns its public id, which the server made.
CREATE FUNCTION linli.append_event(
    event_id uuid, kind text, audience text[], about uuid[], payload text, beneficiary uuid DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, linli
AS $$
DECLARE
    fresh bytea := uuid_send(gen_random_uuid());
BEGIN
    INSERT INTO linli.event
        (event_id, kind, audience, about, payload, beneficiary_id, salt, digest)
    VALUES (
        append_event.event_id, append_event.kind, append_event.audience, append_event.about,
        append_event.payload::json, append_event.beneficiary, fresh,
        sha256(fresh || convert_to(append_event.payload, 'UTF8')));
    RETURN append_event.event_id;
END $$;

-- Numbers up to max_rows waiting rows, and says which numbers came to which estate.
--
-- Any number of numberers may run: each takes heads that no other holds. What it leaves (heads held
-- elsewhere, rows past max_rows, rows committed meanwhile) waits for the next call.
CREATE FUNCTION linli.number_events(max_rows integer)
RETURNS TABLE (estate_id uuid, first_seq bigint, last_seq bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    waiting uuid := '00000000-0000-0000-0000-000000000000';
    head record;
    row record;
    hashes bytea[];
    ids uuid[];
    chained bytea;
    last bigint;
    left_over integer := max_rows;
BEGIN
    LOOP
        -- The next estate with a waiting row: one probe of the partial index.
        SELECT e.estate_id INTO waiting FROM linli.event AS e
        WHERE e.seq IS NULL AND e.estate_id > waiting
        ORDER BY e.estate_id LIMIT 1;
        EXIT WHEN NOT FOUND OR left_over <= 0;

        SELECT h.seq, h.hash INTO head FROM linli.event_head AS h
        WHERE h.estate_id = waiting FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            -- Held by another numberer, which will look again; or the estate's very first event.
            CONTINUE WHEN EXISTS (
                SELECT FROM linli.event_head AS h WHERE h.estate_id = waiting);
            INSERT INTO linli.event_head VALUES (waiting, 0, decode(repeat('00', 32), 'hex'))
            ON CONFLICT DO NOTHING;
            SELECT h.seq, h.hash INTO head FROM linli.event_head AS h
            WHERE h.estate_id = waiting FOR UPDATE;
        END IF;

        -- A new snapshot, taken with the head held: all that earlier holders numbered shows as such.
        last := head.seq;
        chained := head.hash;
        hashes := '{}';
        ids := '{}';
        FOR row IN
            SELECT e.event_id, concat_ws(E'\n', 'linli-event-1', e.estate_id, e.event_id, e.kind,
                (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_kind,
                coalesce(e.actor_id::text, '-'), coalesce(e.beneficiary_id::text, '-'),
                array_to_string(e.audience, ','), array_to_string(e.about, ','),
                encode(e.digest, 'hex')) AS lines
            FROM linli.event AS e
            WHERE e.estate_id = waiting AND e.seq IS NULL
            ORDER BY e.id LIMIT left_over
        LOOP
            last := last + 1;
            chained := sha256(convert_to(
                concat(row.lines, E'\n', last, E'\n', encode(chained, 'hex')), 'UTF8'));
            ids := ids || row.event_id;
            hashes := hashes || chained;
        END LOOP;
        CONTINUE WHEN last = head.seq;

        UPDATE linli.event AS e SET seq = head.seq + n.place, hash = n.hash
        FROM unnest(ids, hashes) WITH ORDINALITY AS n (event_id, hash, place)
        WHERE e.estate_id = waiting AND e.event_id = n.event_id;
        UPDATE linli.event_head AS h SET seq = last, hash = chained WHERE h.estate_id = waiting;

        left_over := left_over - cardinality(ids);
        estate_id := waiting;
        first_seq := head.seq + 1;
        last_seq := last;
        RETURN NEXT;
    END LOOP;
END $$;

-- The last numbers of some estates: what a process asks at its tick for the estates it streams.
CREATE FUNCTION linli.event_heads(estates uuid[])
RETURNS TABLE (estate_id uuid, seq bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
    SELECT h.estate_id, h.seq FROM linli.event_head AS h WHERE h.estate_id = ANY (estates)
$$;

-- Takes the payload and its salt out of a numbered event; the chain still verifies.
CREATE FUNCTION linli.erase_event_payload(event_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.principal_kind() IS DISTINCT FROM 'job'
        OR linli.job_name() IS DISTINCT FROM 'erasure' THEN
        RAISE EXCEPTION 'only the job erasure erases payloads'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE linli.event AS e SET payload = NULL, salt = NULL
    WHERE e.estate_id = linli.estate_id() AND e.event_id = erase_event_payload.event_id;
    RETURN FOUND;
END $$;

-- Visibility ---------------------------------------------------------------------------------------

-- Whether a reader who holds these keys sees an event. THE predicate: pages, streams and resume all
-- end here, and it looks only at what its caller looked up at the instant of reading (consents and
-- blocks join it as further arguments).
CREATE FUNCTION linli.event_visible(audience text[], keys text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT audience && keys $$;

-- The keys that persons of an estate hold at this instant, by memberships and role terms that are
-- live. The nil uuid, an unknown person and one who moved away hold only what is public.
--
--   public                 everyone, the visitor too
--   estate                 a member of a household here, or whoever has a role here
--   officer                an office over the whole estate or above it
--   place:ID               one who lives there or below, has a role there or below, or, for a role,
--                          at a place above (residences apart)
--   role:CODE, role:CODE@NODE   who has the role; NODE is the place, the estate or the node above
--   household:ID, person:ID
CREATE FUNCTION linli.event_keys(estate uuid, persons uuid[])
RETURNS TABLE (person_id uuid, key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    now CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN QUERY
    WITH RECURSIVE live AS MATERIALIZED (
        SELECT p.id, p.account_id FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (persons)
            AND p.state IN ('active', 'away', 'in_hospital')
    ), home AS MATERIALIZED (
        SELECT m.person_id, m.household_id, h.residence_id
        FROM live JOIN linli.membership AS m ON m.estate_id = estate AND m.person_id = live.id
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        WHERE m.begins <= now AND m.ends > now AND h.begins <= now AND h.ends > now
    ), above (id, parent_id) AS (
        SELECT n.id, n.parent_id FROM linli.estate AS e JOIN linli.node AS n ON n.id = e.node_id
        WHERE e.estate_id = estate
        UNION
        SELECT n.id, n.parent_id FROM above JOIN linli.node AS n ON n.id = above.parent_id
    ), office AS MATERIALIZED (
        SELECT r.person_id, r.role::text AS role, r.place_id, coalesce(r.place_id, estate) AS node
        FROM live JOIN linli.role_term AS r ON r.estate_id = estate AND r.person_id = live.id
        WHERE r.begins <= now AND r.ends > now
        UNION
        SELECT live.id, a.role::text, NULL, a.node_id
        FROM live JOIN linli.account_role_term AS a ON a.account_id = live.account_id
        JOIN above ON above.id = a.node_id
        WHERE a.begins <= now AND a.ends > now
    )
    SELECT DISTINCT p.id, 'public' FROM unnest(persons) AS p (id)
    UNION
    SELECT live.id, 'person:' || live.id FROM live
    UNION
    SELECT home.person_id, k.key
    FROM home LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = home.residence_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('household:' || home.household_id), ('place:' || p.id),
        ('place:' || p.floor_id), ('place:' || p.stair_id), ('place:' || p.building_id)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, k.key
    FROM office LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = office.place_id
    CROSS JOIN LATERAL (VALUES
        ('estate'), ('role:' || office.role), ('role:' || office.role || '@' || office.node),
        ('place:' || p.id), ('place:' || p.floor_id), ('place:' || p.stair_id),
        ('place:' || p.building_id),
        (CASE WHEN office.place_id IS NULL AND office.role IN (
            'grid_worker', 'social_worker', 'residents_committee', 'owners_committee',
            'property_manager', 'subdistrict_officer') THEN 'officer' END)
    ) AS k (key)
    WHERE k.key IS NOT NULL
    UNION
    SELECT office.person_id, 'place:' || below.id
    FROM office JOIN linli.place AS below ON below.estate_id = estate
        AND (below.building_id = office.place_id OR below.stair_id = office.place_id
            OR below.floor_id = office.place_id)
    WHERE below.kind <> 'residence';
END $$;

-- The keys of the principal: a person's own, what is public for the visitor, nothing for others.
CREATE FUNCTION linli.own_event_keys() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.person_id() IS NOT NULL THEN
        RETURN (
            SELECT array_agg(k.key)
            FROM linli.event_keys(linli.estate_id(), ARRAY[linli.person_id()]) AS k);
    END IF;
    RETURN CASE WHEN linli.job_name() = 'visitor' THEN ARRAY['public'] ELSE '{}' END;
END $$;

-- Who of some persons sees which events of a stretch of the log, at this instant: one query for all
-- that a process streams of an estate. The nil uuid stands for a visitor, who sees what is public.
-- Only the job feed may ask for others than itself.
CREATE FUNCTION linli.visible_events(after_seq bigint, until_seq bigint, persons uuid[])
RETURNS TABLE (seq bigint, person_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate uuid := linli.estate_id();
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'feed' AND persons IS DISTINCT FROM ARRAY[linli.person_id()]
    THEN
        RAISE EXCEPTION 'only the job feed asks for others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- The join by key finds candidates without comparing everyone with everything; the predicate
    -- decides.
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT k.person_id, k.key FROM linli.event_keys(estate, persons) AS k
    ), holder AS MATERIALIZED (
        SELECT h.person_id, array_agg(h.key) AS keys FROM held AS h GROUP BY h.person_id
    ), stretch AS MATERIALIZED (
        SELECT e.seq, e.audience FROM linli.event AS e
        WHERE e.estate_id = estate AND e.seq > after_seq AND e.seq <= until_seq
    ), candidate AS (
        SELECT DISTINCT s.seq, h.person_id
        FROM stretch AS s CROSS JOIN LATERAL unnest(s.audience) AS opened (key)
        JOIN held AS h ON h.key = opened.key
    )
    SELECT c.seq, c.person_id
    FROM candidate AS c JOIN stretch AS s ON s.seq = c.seq
    JOIN holder AS h ON h.person_id = c.person_id
    WHERE linli.event_visible(s.audience, h.keys)
    ORDER BY c.seq, c.person_id;
END $$;

ALTER TABLE linli.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.event FORCE ROW LEVEL SECURITY;
ALTER TABLE linli.event_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.event_head FORCE ROW LEVEL SECURITY;

-- What the functions above, which run as the owner, need.
CREATE POLICY event_owner ON linli.event TO linli_owner USING (true) WITH CHECK (true);
CREATE POLICY event_head_owner ON linli.event_head TO linli_owner USING (true) WITH CHECK (true);

-- Whoever acts in an estate writes events there, under its own name and instant, not yet numbered.
CREATE POLICY event_append ON linli.event FOR INSERT TO linli WITH CHECK (
    estate_id = (SELECT linli.estate_id())
    AND at = (SELECT linli.instant())
    AND actor_kind = (SELECT linli.principal_kind())
    AND actor_id IS NOT DISTINCT FROM (SELECT linli.person_id())
    AND seq IS NULL
);

-- What a person or a visitor may see, once it is numbered.
CREATE POLICY event_read ON linli.event FOR SELECT TO linli USING (
    estate_id = (SELECT linli.estate_id())
    AND seq IS NOT NULL
    AND linli.event_visible(audience, (SELECT linli.own_event_keys()))
);

-- The stream to many persons, the verifier, the export and the signer of heads read the whole log.
CREATE POLICY event_read_jobs ON linli.event FOR SELECT TO linli USING (
    estate_id = (SELECT linli.estate_id())
    AND seq IS NOT NULL
    AND (SELECT linli.job_name()) IN ('feed', 'audit', 'export')
);
CREATE POLICY event_head_read ON linli.event_head FOR SELECT TO linli USING (
    estate_id = (SELECT linli.estate_id())
    AND (SELECT linli.job_name()) IN ('feed', 'audit', 'export', 'event-heads')
);

GRANT INSERT (event_id, kind, audience, about, payload, beneficiary_id, salt, digest)
    ON linli.event TO linli;
GRANT SELECT ON linli.event, linli.event_head TO linli;
GRANT EXECUTE ON FUNCTION
    linli.append_event(uuid, text, text[], uuid[], text, uuid),
    linli.number_events(integer),
    linli.event_heads(uuid[]),
    linli.erase_event_payload(uuid),
    linli.event_visible(text[], text[]),
    linli.own_event_keys(),
    linli.visible_events(bigint, bigint, uuid[])
    TO linli;
