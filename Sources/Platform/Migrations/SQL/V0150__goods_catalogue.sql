-- Donated goods (物资): the catalogue of items, the rooms and bins where goods lie, and who may handle
-- them. docs/donations/goods.md has the rules.

-- A volunteer's duty may be at a public place, such as a goods room.
UPDATE linli.role_kind SET place_kinds = place_kinds || '{public}'::text[] WHERE role = 'volunteer';

-- What is taken in and handed out, and how it is counted. Managed by the residents' committee.
CREATE TABLE linli.goods_item (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL DEFAULT 1,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    category text NOT NULL,
    -- Counted in 10^-scale of the unit; both stay what they are.
    unit text NOT NULL,
    scale smallint NOT NULL,
    -- Whether it spoils: it is taken in with its expiry alone, with so many days left.
    is_perishable boolean NOT NULL,
    shelf_days_min integer NOT NULL DEFAULT 0,
    allergens text[] NOT NULL DEFAULT '{}',
    -- The least that is of use to anybody, in smallest units.
    least bigint NOT NULL DEFAULT 1,
    -- Two persons hand it out.
    is_valuable boolean NOT NULL DEFAULT false,
    -- What is refused at the door, besides what has expired and prescription medicines.
    refuses text[] NOT NULL DEFAULT '{opened,home_made}',
    -- It stands on the shortage board while less is free, in smallest units.
    short_below bigint,
    changed_at timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT goods_item_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_item_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT goods_item_version_counts CHECK (version >= 1),
    CONSTRAINT goods_item_name_zh_length CHECK (char_length(name_zh) BETWEEN 1 AND 80),
    CONSTRAINT goods_item_name_en_length CHECK (char_length(name_en) BETWEEN 1 AND 120),
    CONSTRAINT goods_item_category_known CHECK (category IN ('food', 'drink', 'baby', 'hygiene',
        'health', 'clothing', 'bedding', 'household', 'school', 'books', 'toys', 'appliance',
        'other')),
    CONSTRAINT goods_item_unit_known CHECK (unit IN ('piece', 'pack', 'box', 'bottle', 'bag', 'can',
        'pair', 'set', 'kilogram', 'litre', 'metre')),
    CONSTRAINT goods_item_scale_range CHECK (scale BETWEEN 0 AND 3),
    CONSTRAINT goods_item_shelf_days CHECK (shelf_days_min BETWEEN 0 AND 3650),
    CONSTRAINT goods_item_allergens_known CHECK (allergens <@ ARRAY['gluten', 'crustacean', 'egg',
        'fish', 'peanut', 'soy', 'milk', 'nuts', 'celery', 'mustard', 'sesame', 'sulphite', 'lupin',
        'mollusc'] AND array_position(allergens, NULL) IS NULL AND cardinality(allergens) <= 14),
    CONSTRAINT goods_item_least_range CHECK (least BETWEEN 1 AND 2000000000),
    CONSTRAINT goods_item_refuses_known CHECK (refuses <@ ARRAY['opened', 'home_made']
        AND cardinality(refuses) <= 2),
    -- What is eaten, drunk or put on a wound comes closed and from a maker.
    CONSTRAINT goods_item_refuses_food CHECK (category NOT IN ('food', 'drink', 'baby', 'health')
        OR refuses @> ARRAY['opened', 'home_made']),
    CONSTRAINT goods_item_short_range CHECK (short_below BETWEEN 1 AND 2000000000)
);
CREATE INDEX goods_item_of_category ON linli.goods_item (estate_id, category, id);

CREATE FUNCTION linli.goods_item_keep() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF (NEW.unit, NEW.scale) <> (OLD.unit, OLD.scale) THEN
        RAISE EXCEPTION 'an item stays counted as it is' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'goods_item_counted', TABLE = 'goods_item';
    END IF;
    NEW.version := OLD.version + 1;
    NEW.changed_at := coalesce(linli.instant(), OLD.changed_at);
    RETURN NEW;
END
$$;
CREATE TRIGGER goods_item_keep BEFORE UPDATE ON linli.goods_item
    FOR EACH ROW EXECUTE FUNCTION linli.goods_item_keep();

-- Where goods lie: a room is a public place, a bin a place in a room.
CREATE TABLE linli.goods_place (
    estate_id uuid NOT NULL,
    place_id uuid NOT NULL,
    place_kind text NOT NULL GENERATED ALWAYS AS ('public') STORED,
    -- Its room; a room's own.
    room_id uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT goods_place_pkey PRIMARY KEY (estate_id, place_id),
    CONSTRAINT goods_place_place FOREIGN KEY (estate_id, place_id, place_kind)
        REFERENCES linli.place (estate_id, id, kind),
    CONSTRAINT goods_place_room FOREIGN KEY (estate_id, room_id)
        REFERENCES linli.goods_place (estate_id, place_id)
);
CREATE INDEX goods_place_of_room ON linli.goods_place (estate_id, room_id, place_id);

-- Who handles goods --------------------------------------------------------------------------------

-- The rooms where the principal is on duty as a volunteer: by a term at that very room, for a duty
-- over the whole estate says nothing of goods. For the functions here alone.
CREATE FUNCTION linli.goods_duties() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.place_id
        FROM linli.role_term AS t
        JOIN linli.goods_place AS g ON g.estate_id = estate AND g.place_id = t.place_id
            AND g.room_id = g.place_id
        WHERE t.estate_id = estate AND t.person_id = own AND t.role = 'volunteer'
            AND t.begins <= at AND t.ends > at;
END
$$;

-- Whether the principal handles goods at a room or bin now: a volunteer on duty at the room, or the
-- residents' committee; nobody acts there for another. THE predicate for what is done with stock.
CREATE FUNCTION linli.goods_serves(place uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    room uuid;
BEGIN
    SELECT g.room_id INTO room
    FROM linli.goods_place AS g
    WHERE g.estate_id = linli.estate_id() AND g.place_id = place;
    RETURN room IS NOT NULL AND linli.beneficiary_id() IS NULL
        AND (linli.has_role('residents_committee') OR room IN (SELECT linli.goods_duties()));
END
$$;

-- Whether it does at any: who reads what there is.
CREATE FUNCTION linli.goods_serves_any() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.beneficiary_id() IS NULL AND linli.person_id() IS NOT NULL
        AND (linli.has_role('residents_committee') OR EXISTS (SELECT FROM linli.goods_duties()));
END
$$;

-- Who sees what happens to stock at a room (NULL: at any): those on duty there and the committee.
CREATE FUNCTION linli.goods_audience(room uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.duty_keys('residents_committee', NULL) || ARRAY(
        SELECT 'role:volunteer@' || g.place_id
        FROM linli.goods_place AS g
        WHERE g.estate_id = linli.estate_id() AND g.room_id = g.place_id
            AND g.place_id = coalesce(room, g.place_id)
        ORDER BY g.place_id
        LIMIT 40);
END
$$;

-- A quantity in smallest units as it is written: an exact decimal.
CREATE FUNCTION linli.goods_amount(units bigint, scale integer) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN trim_scale(units::numeric / (10::numeric ^ scale))::text;
END
$$;

-- The day on the estate's clock at the instant of the transaction.
CREATE FUNCTION linli.local_day() RETURNS date
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT (linli.instant() AT TIME ZONE e.zone)::date
        FROM linli.estate AS e
        WHERE e.estate_id = linli.estate_id());
END
$$;

-- Opens a room at a public place that there is. Verdicts: opened, again (it is one already), unknown.
CREATE FUNCTION linli.goods_room_open(place uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'forbidden';
    END IF;
    PERFORM FROM linli.place AS p
    WHERE p.estate_id = estate AND p.id = place AND p.kind = 'public';
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.goods_place (estate_id, place_id, room_id, opened_at)
    VALUES (estate, place, place, linli.instant())
    ON CONFLICT ON CONSTRAINT goods_place_pkey DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'again';
    END IF;
    PERFORM linli.append_event(event, 'goods.roomOpened', ARRAY['estate'], '{}',
        json_build_object('place', place)::text);
    RETURN 'opened';
END
$$;

-- Makes a bin in a room, by those who handle goods there. Verdicts: opened, there (the room has one of
-- that code), forbidden, unknown.
CREATE FUNCTION linli.goods_bin_open(
    new_id uuid, room uuid, new_code text, new_zh text, new_en text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    PERFORM FROM linli.goods_place AS g
    WHERE g.estate_id = estate AND g.place_id = room AND g.room_id = room;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF NOT linli.goods_serves(room) THEN
        RETURN 'forbidden';
    END IF;
    INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en)
    VALUES (estate, new_id, room, 'public', new_code, new_zh, new_en)
    ON CONFLICT ON CONSTRAINT place_code_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    INSERT INTO linli.goods_place (estate_id, place_id, room_id, opened_at)
    VALUES (estate, new_id, room, linli.instant());
    PERFORM linli.append_event(event, 'goods.binOpened', linli.goods_audience(room), '{}',
        json_build_object('place', new_id, 'room', room)::text);
    RETURN 'opened';
END
$$;

-- A new item, or one of a version (NULL: a new one) changed. Verdicts: done, stale (it has another
-- version), forbidden.
CREATE FUNCTION linli.goods_item_put(
    item uuid, of_version integer, names text[], new_category text, new_unit text, new_scale integer,
    perishable boolean, days_min integer, new_allergens text[], new_least bigint, valuable boolean,
    new_refuses text[], new_short bigint, retired boolean, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee')
    THEN
        RETURN 'forbidden';
    END IF;
    IF of_version IS NULL THEN
        INSERT INTO linli.goods_item (estate_id, id, name_zh, name_en, category, unit, scale,
            is_perishable, shelf_days_min, allergens, least, is_valuable, refuses, short_below,
            changed_at)
        VALUES (estate, item, names[1], names[2], new_category, new_unit, new_scale, perishable,
            days_min, new_allergens, new_least, valuable, new_refuses, new_short, at);
    ELSE
        UPDATE linli.goods_item AS i
        SET name_zh = names[1], name_en = names[2], category = new_category,
            is_perishable = perishable, shelf_days_min = days_min, allergens = new_allergens,
            least = new_least, is_valuable = valuable, refuses = new_refuses,
            short_below = new_short,
            retired_at = CASE WHEN retired THEN coalesce(i.retired_at, at) END
        WHERE i.estate_id = estate AND i.id = item AND i.version = of_version;
        IF NOT FOUND THEN
            RETURN 'stale';
        END IF;
    END IF;
    PERFORM linli.append_event(event, 'goods.itemChanged', ARRAY['estate'], '{}',
        json_build_object('item', item)::text);
    RETURN 'done';
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['goods_item', 'goods_place']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
        -- What is taken, and where, everybody of the estate may know.
        EXECUTE format('CREATE POLICY %I ON linli.%I FOR SELECT TO linli '
            'USING (estate_id = (SELECT linli.estate_id()))', name || '_here', name);
    END LOOP;
END
$$;
GRANT SELECT ON linli.goods_item, linli.goods_place TO linli;
GRANT EXECUTE ON FUNCTION
    linli.goods_serves(uuid), linli.goods_serves_any(), linli.goods_audience(uuid),
    linli.goods_amount(bigint, integer), linli.local_day(),
    linli.goods_room_open(uuid, uuid),
    linli.goods_bin_open(uuid, uuid, text, text, text, uuid),
    linli.goods_item_put(uuid, integer, text[], text, text, integer, boolean, integer, text[],
        bigint, boolean, text[], bigint, boolean, uuid)
    TO linli;
