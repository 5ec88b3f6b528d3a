-- Small company: a capacity of few places never brings together two who are kept apart. Whoever is
-- left out waits like anybody else, so a meeting may come to give its places by the list alone: then
-- nothing is free to take at once, for everybody, and a share of the meetings does so without a reason.

-- What an estate sets; without a row: six, and no share.
CREATE TABLE linli.company_rule (
    estate_id uuid NOT NULL,
    -- Up to so many places a company is small.
    small_max integer NOT NULL DEFAULT 6,
    -- Of a thousand meetings so many come to give their places by the list, at one of their bookings.
    list_permille integer NOT NULL DEFAULT 0,
    -- Of a thousand who wait for one of those so many are left out.
    left_out_permille integer NOT NULL DEFAULT 0,
    -- The key of both draws; nobody but the owner reads it.
    seed uuid NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT company_rule_pkey PRIMARY KEY (estate_id),
    CONSTRAINT company_rule_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT company_rule_small_range CHECK (small_max BETWEEN 0 AND 50),
    CONSTRAINT company_rule_list_range CHECK (list_permille BETWEEN 0 AND 1000),
    CONSTRAINT company_rule_left_out_range CHECK (left_out_permille BETWEEN 0 AND 500)
);
ALTER TABLE linli.company_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.company_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY company_rule_owner ON linli.company_rule TO linli_owner USING (true) WITH CHECK (true);

-- Since when places are given by the list alone; once so, always so.
ALTER TABLE linli.capacity ADD COLUMN by_list_since timestamptz;

-- A draw of a thousand for a capacity and somebody, the same each time.
CREATE FUNCTION linli.company_draw(seed uuid, capacity uuid, one uuid) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('x' || substr(encode(sha256(uuid_send(seed) || uuid_send(capacity) || uuid_send(one)),
        'hex'), 1, 7))::bit(28)::integer % 1000;

-- Which of some parties may not hold a place of a capacity beside those who do, and why: 'kept-apart'
-- or 'left-out'. The first three arrays are aligned: the party, who answers for it, one of its persons
-- (who answers for it among them). `adding` hold places by what the command has done so far, and the
-- reservations `gone` do not.
CREATE FUNCTION linli.company_objections(
    capacity uuid, parties uuid[], holders uuid[], persons uuid[], adding uuid[], gone uuid[])
    RETURNS TABLE (party_id uuid, code text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    rules linli.company_rule;
    is_listed boolean;
    is_small boolean;
BEGIN
    SELECT * INTO rules FROM linli.company_rule AS k WHERE k.estate_id = estate;
    SELECT c.by_list_since IS NOT NULL,
        least(c.overall, (SELECT sum(t) FROM unnest(c.totals) AS t)) <= coalesce(rules.small_max, 6)
    INTO is_listed, is_small
    FROM linli.capacity AS c
    WHERE c.estate_id = estate AND c.id = capacity;
    RETURN QUERY
        WITH apart AS MATERIALIZED (
            SELECT p.person_id, p.other_id, p.is_protection
            FROM linli.apart_pairs(persons) AS p
            WHERE is_small OR p.is_protection
        ), beside AS MATERIALIZED (
            SELECT a.person_id, a.is_protection
            FROM apart AS a
            WHERE a.other_id = ANY (adding)
                OR EXISTS (
                    SELECT
                    FROM linli.reservation_member AS m
                    JOIN linli.reservation AS r
                        ON r.estate_id = m.estate_id AND r.id = m.reservation_id
                    WHERE m.estate_id = estate AND m.capacity_id = capacity
                        AND m.person_id = a.other_id AND m.is_live
                        AND r.state IN ('offered', 'held', 'confirmed')
                        AND (r.until IS NULL OR r.until > at) AND r.id <> ALL (gone))
                OR EXISTS (
                    SELECT
                    FROM linli.reservation AS r
                    WHERE r.estate_id = estate AND r.capacity_id = capacity
                        AND r.holder_id = a.other_id AND r.state <> 'ended'
                        AND r.state IN ('offered', 'held', 'confirmed')
                        AND (r.until IS NULL OR r.until > at) AND r.id <> ALL (gone))
        )
        SELECT g.party, CASE WHEN bool_or(b.is_protection) THEN 'protected'
            WHEN bool_or(b.is_protection IS NOT NULL) THEN 'kept-apart' ELSE 'left-out' END
        FROM unnest(parties, holders, persons) AS g (party, holder, person)
        LEFT JOIN beside AS b ON b.person_id = g.person
        WHERE b.person_id IS NOT NULL
            OR (is_listed AND rules.left_out_permille > 0
                AND linli.company_draw(rules.seed, capacity, g.holder) < rules.left_out_permille)
        GROUP BY g.party;
END
$$;

-- Whether a booking for some persons turns a capacity to its list: the share does, at the booking
-- that its draw says.
CREATE FUNCTION linli.capacity_turns(capacity uuid, persons uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    rules linli.company_rule;
BEGIN
    SELECT * INTO rules FROM linli.company_rule AS k WHERE k.estate_id = estate;
    IF coalesce(rules.list_permille, 0) = 0 THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT
        FROM linli.capacity AS c
        WHERE c.estate_id = estate AND c.id = capacity AND c.by_list_since IS NULL
            AND linli.company_draw(rules.seed, c.id, c.id) < rules.list_permille
            AND (SELECT sum(h) FROM unnest(c.held) AS h) + c.waiting
                >= linli.company_draw(rules.seed, c.id, c.thing_id)
                    % greatest(1, (SELECT sum(t) FROM unnest(c.totals) AS t)));
END
$$;

-- Turns a capacity to its list, by somebody who has just come to wait there.
CREATE FUNCTION linli.capacity_turn(capacity uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    UPDATE linli.capacity AS c
    SET by_list_since = linli.instant()
    WHERE c.estate_id = estate AND c.id = capacity AND c.by_list_since IS NULL
        AND EXISTS (
            SELECT
            FROM linli.reservation AS r
            WHERE r.estate_id = estate AND r.capacity_id = c.id AND r.state = 'waiting'
                AND r.holder_id = linli.subject_id());
    RETURN FOUND;
END
$$;

-- As before; nothing is free to take at once where places are given by the list.
CREATE OR REPLACE FUNCTION linli.capacity_free(capacity linli.capacity) RETURNS integer[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    free integer[] := linli.seats_plus(capacity.totals, capacity.held, -1);
    whole integer;
    lapsed integer[];
BEGIN
    IF capacity.by_list_since IS NOT NULL THEN
        RETURN array_fill(0, ARRAY[cardinality(free)]);
    END IF;
    FOR lapsed IN
        SELECT r.seats
        FROM linli.reservation AS r
        WHERE r.estate_id = linli.estate_id() AND r.estate_id = capacity.estate_id
            AND r.capacity_id = capacity.id AND r.state <> 'ended' AND r.until <= linli.instant()
    LOOP
        free := linli.seats_plus(free, lapsed, 1);
    END LOOP;
    IF capacity.overall IS NOT NULL THEN
        whole := greatest(0, capacity.overall - (SELECT sum(t) FROM unnest(capacity.totals) AS t)
            + (SELECT sum(f) FROM unnest(free) AS f));
        FOR place IN 1 .. cardinality(free) LOOP
            free[place] := least(free[place], whole);
        END LOOP;
    END IF;
    RETURN free;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.company_objections(uuid, uuid[], uuid[], uuid[], uuid[], uuid[]),
    linli.capacity_turns(uuid, uuid[]), linli.capacity_turn(uuid)
    TO linli;
