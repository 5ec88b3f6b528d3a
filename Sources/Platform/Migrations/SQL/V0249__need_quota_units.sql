-- Quotas do not add kilograms to cans: a quota has a unit, and what is counted otherwise is converted where the
-- catalogue says how much one of it is, and refused where it does not. docs/donations/needs.md has the rules.

ALTER TABLE linli.need_quota
    -- NULL: it holds for each unit by itself.
    ADD COLUMN unit text,
    ADD CONSTRAINT need_quota_unit_known CHECK (unit IN ('piece', 'pack', 'box', 'bottle', 'bag', 'can',
        'pair', 'set', 'kilogram', 'litre', 'metre'));
ALTER TABLE linli.goods_item
    -- For quotas one of it is so many thousandths of another unit.
    ADD COLUMN counts_unit text,
    ADD COLUMN counts_each bigint,
    ADD CONSTRAINT goods_item_counts_known CHECK (counts_unit <> unit AND counts_unit IN
        ('piece', 'pack', 'box', 'bottle', 'bag', 'can',
        'pair', 'set', 'kilogram', 'litre', 'metre')),
    ADD CONSTRAINT goods_item_counts_whole CHECK ((counts_unit IS NULL) = (counts_each IS NULL)
        AND counts_each BETWEEN 1 AND 1000000);

-- As before, with what one of it counts as; a server that does not know of that says nothing of it.
DROP FUNCTION linli.goods_item_put(uuid, integer, text[], text, text, integer, boolean, integer, text[],
    bigint, boolean, text[], bigint, boolean, uuid);
CREATE FUNCTION linli.goods_item_put(
    item uuid, of_version integer, names text[], new_category text, new_unit text, new_scale integer,
    perishable boolean, days_min integer, new_allergens text[], new_least bigint, valuable boolean,
    new_refuses text[], new_short bigint, retired boolean, event uuid,
    new_counts_unit text DEFAULT NULL, new_counts_each bigint DEFAULT NULL) RETURNS text
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
            counts_unit, counts_each, changed_at)
        VALUES (estate, item, names[1], names[2], new_category, new_unit, new_scale, perishable,
            days_min, new_allergens, new_least, valuable, new_refuses, new_short,
            new_counts_unit, new_counts_each, at);
    ELSE
        UPDATE linli.goods_item AS i
        SET name_zh = names[1], name_en = names[2], category = new_category,
            is_perishable = perishable, shelf_days_min = days_min, allergens = new_allergens,
            least = new_least, is_valuable = valuable, refuses = new_refuses,
            short_below = new_short, counts_unit = new_counts_unit,
            counts_each = new_counts_each,
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

-- As before, with the unit.
DROP FUNCTION linli.need_quota_set(text, integer, bigint, uuid);
CREATE FUNCTION linli.need_quota_set(
    of_category text, new_days integer, new_per_head bigint, event uuid,
    new_unit text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'forbidden';
    END IF;
    INSERT INTO linli.need_quota AS q
        (estate_id, category, days, per_head, unit, changed_by, changed_at)
    VALUES (linli.estate_id(), of_category, new_days, new_per_head, new_unit,
        linli.person_id(), linli.instant())
    ON CONFLICT ON CONSTRAINT need_quota_pkey DO UPDATE
        SET days = excluded.days, per_head = excluded.per_head, unit = excluded.unit,
            changed_by = excluded.changed_by,
            changed_at = excluded.changed_at;
    PERFORM linli.append_event(event, 'need.quotaSet', ARRAY['estate'], '{}',
        json_build_object('category', of_category)::text);
    RETURN 'set';
END
$$;

-- The unit of a category's quota; NULL: each unit by itself.
CREATE FUNCTION linli.need_quota_unit(of_category text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT q.unit FROM linli.need_quota AS q
        WHERE q.estate_id = linli.estate_id() AND q.category = of_category);
END
$$;

-- How many thousandths of a quota's unit one of a unit is, of an item if it is one; NULL where nobody has
-- said. For the functions here alone.
CREATE FUNCTION linli.need_counts(of_unit text, item uuid, quota_unit text) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE WHEN quota_unit IS NULL OR quota_unit = of_unit THEN 1000 ELSE (
        SELECT i.counts_each FROM linli.goods_item AS i
        WHERE i.estate_id = linli.estate_id() AND i.id = item AND i.counts_unit = quota_unit) END;
END
$$;

-- How much more of a category, in a unit and of an item if it is one, a household may ask for now, in
-- thousandths: what was asked for in the period counts, of what is over only what arrived; what nobody can
-- convert does not. NULL: the quota has another unit, and nobody has said how much of it one is. For the
-- functions here alone.
CREATE FUNCTION linli.need_room(household uuid, of_category text, of_unit text, item uuid)
    RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    quota_unit CONSTANT text := linli.need_quota_unit(of_category);
    rule record;
BEGIN
    SELECT * INTO STRICT rule FROM linli.need_quota_of(of_category);
    RETURN greatest(0, rule.per_head * linli.need_heads(household) - (
        SELECT coalesce(sum(ceil(linli.need_counts(n.unit, n.item_id, quota_unit) / 1000.0 *
            CASE WHEN n.state IN ('asked', 'confirmed') AND n.until >= today
                THEN n.quantity ELSE linli.need_got(n.id) END)), 0)
        FROM linli.need AS n
        WHERE n.estate_id = estate AND n.household_id = household AND n.category = of_category
            AND (quota_unit IS NOT NULL OR n.unit = of_unit)
            AND n.entered_at > at - rule.days * interval '1 day')::bigint)
        * 1000 / linli.need_counts(of_unit, item, quota_unit);
END
$$;

-- As before; unit: the quota has another, and the catalogue does not say how much of it one is.
CREATE OR REPLACE FUNCTION linli.need_enter(
    event uuid, new_id uuid, of_household uuid, new_category text, new_unit text, new_item uuid,
    new_quantity bigint, new_until date) RETURNS TABLE (verdict text, room bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid[] := ARRAY(SELECT linli.need_households());
    home uuid := coalesce(of_household, CASE WHEN cardinality(own) = 1 THEN own[1] END);
    task uuid;
BEGIN
    verdict := CASE
        WHEN linli.person_id() IS NULL OR (home IS NULL AND cardinality(own) = 0) THEN 'unknown'
        WHEN home IS NULL THEN 'which'
        WHEN home <> ALL (own) AND NOT (linli.may_read('need', 'care') AND EXISTS (
            SELECT FROM linli.household AS h
            WHERE h.estate_id = estate AND h.id = home AND h.begins <= at AND h.ends > at)
            AND NOT linli.need_hidden(home)) THEN 'unknown'
        WHEN new_item IS NOT NULL AND NOT EXISTS (
            SELECT FROM linli.goods_item AS i
            WHERE i.estate_id = estate AND i.id = new_item AND i.category = new_category
                AND i.unit = new_unit AND i.retired_at IS NULL) THEN 'item'
        WHEN new_until < linli.local_day() OR new_until > linli.local_day() + 366 THEN 'until'
        END;
    IF verdict IS NULL THEN
        -- Two who ask for one household at once take turns.
        PERFORM linli.agenda_take(ARRAY[home]);
        -- What is met, or over by its day, makes room for another of the same.
        UPDATE linli.need AS n
        SET state = CASE WHEN linli.need_got(n.id) > 0 THEN 'met' ELSE 'withdrawn' END,
            closed_at = at
        WHERE n.estate_id = estate AND n.household_id = home AND n.category = new_category
            AND n.unit = new_unit AND n.item_id IS NOT DISTINCT FROM new_item
            AND n.state IN ('asked', 'confirmed')
            AND (n.until < linli.local_day() OR linli.need_got(n.id) >= n.quantity);
        room := linli.need_room(home, new_category, new_unit, new_item);
        verdict := CASE
            WHEN EXISTS (
                SELECT FROM linli.need AS n
                WHERE n.estate_id = estate AND n.household_id = home
                    AND n.category = new_category AND n.unit = new_unit
                    AND n.item_id IS NOT DISTINCT FROM new_item
                    AND n.state IN ('asked', 'confirmed')) THEN 'there'
            WHEN room IS NULL THEN 'unit'
            WHEN new_quantity > room THEN 'quota'
            ELSE 'entered' END;
    END IF;
    IF verdict = 'entered' THEN
        -- Whoever it concerns does not take the task; that such a one decides nothing, need_decide holds.
        task := linli.raise_task('need-confirm', new_id, NULL, NULL, NULL, ARRAY(
            SELECT c.id
            FROM (
                SELECT linli.person_id() AS id
                UNION
                SELECT m.person_id FROM linli.membership AS m
                WHERE m.estate_id = estate AND m.household_id = home AND m.begins <= at
                    AND m.ends > at
            ) AS c
            ORDER BY c.id <> linli.person_id()
            LIMIT 32));
        INSERT INTO linli.need (estate_id, id, household_id, category, unit, item_id, quantity,
            until, asker_id, entered_by, entered_at, task_id)
        VALUES (estate, new_id, home, new_category, new_unit, new_item, new_quantity, new_until,
            CASE WHEN home = ANY (own) THEN linli.subject_id() END, linli.person_id(), at, task);
        PERFORM linli.append_event(event, 'need.entered', linli.need_audience(home), '{}',
            json_build_object('need', new_id)::text);
    END IF;
    RETURN NEXT;
END
$$;

DROP FUNCTION linli.need_room(uuid, text);

GRANT EXECUTE ON FUNCTION
    linli.goods_item_put(uuid, integer, text[], text, text, integer, boolean, integer, text[],
        bigint, boolean, text[], bigint, boolean, uuid, text, bigint),
    linli.need_quota_set(text, integer, bigint, uuid, text), linli.need_quota_unit(text)
    TO linli;
