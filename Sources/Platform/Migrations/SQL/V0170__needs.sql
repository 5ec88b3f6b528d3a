-- Needs (需求): what a household needs of donated goods, and for how long; confirmed by a person. Who needs
-- what is read by the household, the residents' committee and its social workers alone, and by no table
-- directly. docs/donations/needs.md has the rules.

-- What may be done for another: its household's needs too.
ALTER TABLE linli.delegation
    DROP CONSTRAINT delegation_scope_known,
    ADD CONSTRAINT delegation_scope_known
        CHECK (scope <@ ARRAY['announcements', 'activities', 'needs']);
ALTER TABLE linli.delegation_request
    DROP CONSTRAINT delegation_request_scope_known,
    ADD CONSTRAINT delegation_request_scope_known CHECK (cardinality(scope) >= 1
        AND scope <@ ARRAY['announcements', 'activities', 'needs']);

-- How much of a category a household may ask for in a period, for each person who is counted in it. In
-- thousandths of whatever unit. What an estate has not set is as linli.need_quota_of says.
CREATE TABLE linli.need_quota (
    estate_id uuid NOT NULL,
    category text NOT NULL,
    days integer NOT NULL,
    per_head bigint NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT need_quota_pkey PRIMARY KEY (estate_id, category),
    CONSTRAINT need_quota_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT need_quota_category_known CHECK (category IN ('food', 'drink', 'baby', 'hygiene',
        'health', 'clothing', 'bedding', 'household', 'school', 'books', 'toys', 'appliance',
        'other')),
    CONSTRAINT need_quota_days_range CHECK (days BETWEEN 1 AND 366),
    CONSTRAINT need_quota_per_head_range CHECK (per_head BETWEEN 0 AND 1000000)
);

CREATE TABLE linli.need (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    category text NOT NULL,
    unit text NOT NULL,
    -- This item alone; NULL: any of the category that is counted in the unit.
    item_id uuid,
    -- In thousandths of the unit.
    quantity bigint NOT NULL,
    -- The last day on which it is needed.
    until date NOT NULL,
    -- Who asked for its own household; NULL: an office did, or that person was erased.
    asker_id uuid,
    entered_by uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'asked',
    decided_by uuid,
    decided_at timestamptz,
    because text,
    closed_at timestamptz,
    task_id uuid,
    CONSTRAINT need_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT need_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT need_item FOREIGN KEY (estate_id, item_id)
        REFERENCES linli.goods_item (estate_id, id),
    CONSTRAINT need_asker FOREIGN KEY (estate_id, asker_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT need_entered_by FOREIGN KEY (estate_id, entered_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT need_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT need_category_known CHECK (category IN ('food', 'drink', 'baby', 'hygiene',
        'health', 'clothing', 'bedding', 'household', 'school', 'books', 'toys', 'appliance',
        'other')),
    CONSTRAINT need_unit_known CHECK (unit IN ('piece', 'pack', 'box', 'bottle', 'bag', 'can',
        'pair', 'set', 'kilogram', 'litre', 'metre')),
    CONSTRAINT need_quantity_range CHECK (quantity BETWEEN 1 AND 1000000000),
    CONSTRAINT need_whole_pieces
        CHECK (quantity % 1000 = 0 OR unit IN ('kilogram', 'litre', 'metre')),
    CONSTRAINT need_state_known
        CHECK (state IN ('asked', 'confirmed', 'refused', 'withdrawn', 'met')),
    CONSTRAINT need_decided_whole CHECK ((decided_by IS NULL) = (decided_at IS NULL)
        AND (decided_at IS NOT NULL OR state IN ('asked', 'withdrawn'))),
    -- Two persons, whatever the server decides.
    CONSTRAINT need_second_person CHECK (decided_by <> entered_by),
    CONSTRAINT need_because_known CHECK ((because IS NOT NULL) = (state = 'refused')
        AND because IN ('not_needed', 'twice', 'elsewhere', 'not_reached')),
    CONSTRAINT need_closed_whole
        CHECK ((closed_at IS NOT NULL) = (state IN ('refused', 'withdrawn', 'met')))
);
-- One open need a household of the same.
CREATE UNIQUE INDEX need_open_once ON linli.need
    (estate_id, household_id, category, unit,
        coalesce(item_id, '00000000-0000-0000-0000-000000000000'))
    WHERE state IN ('asked', 'confirmed');
CREATE INDEX need_of_household ON linli.need (estate_id, household_id, id);
CREATE INDEX need_to_meet ON linli.need (estate_id, category, unit, id) WHERE state = 'confirmed';
CREATE INDEX need_of_state ON linli.need (estate_id, state, id);

-- What is set aside for a household, or was handed to it: what the volunteer sees of it is its code.
CREATE TABLE linli.goods_parcel (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    room_id uuid NOT NULL,
    household_id uuid NOT NULL,
    -- Stands on its label, and names nobody.
    code text NOT NULL,
    round_id uuid,
    made_at timestamptz NOT NULL,
    -- Until when it is kept; NULL: it was handed out at once.
    until timestamptz,
    CONSTRAINT goods_parcel_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT goods_parcel_room FOREIGN KEY (estate_id, room_id)
        REFERENCES linli.goods_place (estate_id, place_id),
    CONSTRAINT goods_parcel_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT goods_parcel_code CHECK (code ~ '^[0-9A-F]{4}-[0-9A-F]{4}$'),
    CONSTRAINT goods_parcel_code_once UNIQUE (estate_id, code)
);
CREATE INDEX goods_parcel_of_room ON linli.goods_parcel (estate_id, room_id, id);
CREATE INDEX goods_parcel_of_household ON linli.goods_parcel (estate_id, household_id, id);

-- Some of a lot in a parcel, for a need: reserved, and how much of that was handed out in the end.
CREATE TABLE linli.goods_parcel_part (
    estate_id uuid NOT NULL,
    parcel_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    need_id uuid NOT NULL,
    -- NULL: it was handed out at once.
    reservation_id uuid,
    place_id uuid NOT NULL,
    -- In smallest units of the lot, and in thousandths of the need's unit.
    quantity bigint NOT NULL,
    thousandths bigint NOT NULL,
    issued bigint NOT NULL DEFAULT 0,
    CONSTRAINT goods_parcel_part_pkey PRIMARY KEY (estate_id, parcel_id, lot_id),
    CONSTRAINT goods_parcel_part_parcel FOREIGN KEY (estate_id, parcel_id)
        REFERENCES linli.goods_parcel (estate_id, id),
    CONSTRAINT goods_parcel_part_need FOREIGN KEY (estate_id, need_id)
        REFERENCES linli.need (estate_id, id),
    CONSTRAINT goods_parcel_part_lot FOREIGN KEY (estate_id, lot_id)
        REFERENCES linli.goods_lot (estate_id, id),
    CONSTRAINT goods_parcel_part_reservation FOREIGN KEY (estate_id, reservation_id)
        REFERENCES linli.reservation (estate_id, id),
    CONSTRAINT goods_parcel_part_once UNIQUE (estate_id, reservation_id),
    CONSTRAINT goods_parcel_part_quantity CHECK (quantity > 0 AND thousandths > 0),
    CONSTRAINT goods_parcel_part_issued CHECK (issued BETWEEN 0 AND thousandths)
);
CREATE INDEX goods_parcel_part_of_need ON linli.goods_parcel_part (estate_id, need_id);

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere)
VALUES ('need-confirm', 'residents_committee', interval '3 days', '核实一户的物资需求',
    'Confirm what a household needs', true);

-- Who counts ---------------------------------------------------------------------------------------

-- The household in which a person is counted: one, however many it belongs to. A child where it has
-- the most days; others, and a child whose days nobody has said, where they came first. A carer is
-- counted at home. For the functions here alone.
CREATE FUNCTION linli.need_home(person uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN (
        SELECT m.household_id
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        LEFT JOIN linli.child_home AS c ON c.estate_id = estate AND c.child_id = person
            AND c.household_id = m.household_id
        WHERE m.estate_id = estate AND m.person_id = person AND m.role_in_household <> 'carer'
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
        ORDER BY coalesce(cardinality(c.days)::numeric / c.weeks, 0) DESC, m.begins, m.household_id
        LIMIT 1);
END
$$;

-- How many persons are counted in a household. For the functions here alone.
CREATE FUNCTION linli.need_heads(household uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN (
        SELECT count(DISTINCT m.person_id)
        FROM linli.membership AS m
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
            AND p.state IN ('active', 'away', 'in_hospital')
        WHERE m.estate_id = estate AND m.household_id = household AND m.begins <= at
            AND m.ends > at AND linli.need_home(m.person_id) = household);
END
$$;

-- Who speaks for a household's needs: its grown members, but flatmates and carers. For the functions
-- here alone.
CREATE FUNCTION linli.need_speakers(household uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN ARRAY(
        SELECT m.person_id
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = m.household_id
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
            AND p.state IN ('active', 'away', 'in_hospital')
        WHERE m.estate_id = estate AND m.household_id = household
            AND m.role_in_household NOT IN ('flatmate', 'carer')
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at
            AND NOT linli.is_child(estate, m.person_id)
        ORDER BY m.begins, m.id);
END
$$;

-- The households for which the principal, or the one it acts for, speaks.
CREATE FUNCTION linli.need_households() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
BEGIN
    RETURN QUERY
        SELECT DISTINCT m.household_id
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.person_id = subject
            AND subject = ANY (linli.need_speakers(m.household_id));
END
$$;

-- Whether a household has somebody who is protected from the principal: then it is not there for it.
-- For the functions here alone.
CREATE FUNCTION linli.need_hidden(household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.membership AS m
        WHERE m.estate_id = linli.estate_id() AND m.household_id = household
            AND m.ends > linli.instant() AND m.person_id = ANY (linli.own_unseen()));
END
$$;

-- How much of a need is reserved or was handed out, in thousandths; the rest is open. For the functions
-- here alone.
CREATE FUNCTION linli.need_got(need uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum(CASE
            WHEN h.is_live AND r.until > linli.instant() THEN p.thousandths
            WHEN NOT h.is_live OR h.reservation_id IS NULL THEN p.issued
            ELSE 0 END), 0)
        FROM linli.goods_parcel_part AS p
        LEFT JOIN linli.goods_hold AS h ON h.estate_id = p.estate_id
            AND h.reservation_id = p.reservation_id
        LEFT JOIN linli.reservation AS r ON r.estate_id = p.estate_id AND r.id = h.reservation_id
        WHERE p.estate_id = linli.estate_id() AND p.need_id = need);
END
$$;

-- Quotas -------------------------------------------------------------------------------------------

-- What counts in an estate for a category: its own setting, or this.
CREATE FUNCTION linli.need_quota_of(of_category text)
    RETURNS TABLE (days integer, per_head bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT coalesce(q.days, d.days), coalesce(q.per_head, d.per_head * 1000)
        FROM (VALUES
            ('food', 30, 15::bigint), ('drink', 30, 10), ('baby', 30, 60), ('hygiene', 30, 10),
            ('health', 30, 5), ('clothing', 90, 6), ('bedding', 365, 2), ('household', 180, 4),
            ('school', 180, 10), ('books', 180, 10), ('toys', 180, 4), ('appliance', 365, 1),
            ('other', 90, 5)
        ) AS d (category, days, per_head)
        LEFT JOIN linli.need_quota AS q ON q.estate_id = linli.estate_id()
            AND q.category = d.category
        WHERE d.category = of_category;
END
$$;

-- Sets it. Verdicts: set, forbidden.
CREATE FUNCTION linli.need_quota_set(
    of_category text, new_days integer, new_per_head bigint, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'forbidden';
    END IF;
    INSERT INTO linli.need_quota AS q
        (estate_id, category, days, per_head, changed_by, changed_at)
    VALUES (linli.estate_id(), of_category, new_days, new_per_head, linli.person_id(),
        linli.instant())
    ON CONFLICT ON CONSTRAINT need_quota_pkey DO UPDATE
        SET days = excluded.days, per_head = excluded.per_head, changed_by = excluded.changed_by,
            changed_at = excluded.changed_at;
    PERFORM linli.append_event(event, 'need.quotaSet', ARRAY['estate'], '{}',
        json_build_object('category', of_category)::text);
    RETURN 'set';
END
$$;

-- How much more of a category a household may ask for now, in thousandths: what was asked for in the
-- period counts, of what is over only what arrived. For the functions here alone.
CREATE FUNCTION linli.need_room(household uuid, of_category text) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    today CONSTANT date := linli.local_day();
    rule record;
BEGIN
    SELECT * INTO STRICT rule FROM linli.need_quota_of(of_category);
    RETURN greatest(0, rule.per_head * linli.need_heads(household) - (
        SELECT coalesce(sum(CASE WHEN n.state IN ('asked', 'confirmed') AND n.until >= today
            THEN n.quantity ELSE linli.need_got(n.id) END), 0)
        FROM linli.need AS n
        WHERE n.estate_id = estate AND n.household_id = household AND n.category = of_category
            AND n.entered_at > at - rule.days * interval '1 day')::bigint);
END
$$;

-- What is done ---------------------------------------------------------------------------------------

-- Enters a need: of one's own household (NULL: the only one), of another's by an office that reads needs.
-- Verdicts: entered; unknown; which (one speaks for several: name one); item (none of this category and
-- unit); until (the day is past, or more than a year ahead); there (one of the same is open); quota
-- (`room` is what is left of it).
CREATE FUNCTION linli.need_enter(
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
        room := linli.need_room(home, new_category);
        verdict := CASE
            WHEN EXISTS (
                SELECT FROM linli.need AS n
                WHERE n.estate_id = estate AND n.household_id = home
                    AND n.category = new_category AND n.unit = new_unit
                    AND n.item_id IS NOT DISTINCT FROM new_item
                    AND n.state IN ('asked', 'confirmed')) THEN 'there'
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

-- Who hears of a need: who speaks for the household, and those who may read it. For the functions here
-- alone.
CREATE FUNCTION linli.need_audience(household uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.duty_keys('residents_committee', NULL) || linli.duty_keys('social_worker', NULL)
        || ARRAY(SELECT 'person:' || s FROM unnest(linli.need_speakers(household)) AS s LIMIT 20);
END
$$;

-- Confirms a need or refuses it, as a person of the residents' committee. Verdicts: decided; unknown;
-- forbidden (open to read and not to decide); own (it is of its own household); second (it entered it
-- itself); over (it was decided, withdrawn, or its day is past).
CREATE FUNCTION linli.need_decide(event uuid, need uuid, confirms boolean, why text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    held linli.need;
BEGIN
    SELECT * INTO held FROM linli.need AS n
    WHERE n.estate_id = estate AND n.id = need AND linli.may_read('need', 'care')
        AND NOT linli.need_hidden(n.household_id)
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF NOT linli.has_role('residents_committee') THEN
        RETURN 'forbidden';
    ELSIF EXISTS (
        SELECT FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.household_id = held.household_id AND m.person_id = own
            AND m.ends > at)
    THEN
        RETURN 'own';
    ELSIF own IN (held.entered_by, held.asker_id) THEN
        RETURN 'second';
    ELSIF held.state <> 'asked' OR held.until < linli.local_day() THEN
        RETURN 'over';
    END IF;
    UPDATE linli.need AS n
    SET state = CASE WHEN confirms THEN 'confirmed' ELSE 'refused' END, decided_by = own,
        decided_at = at, because = CASE WHEN NOT confirms THEN why END,
        closed_at = CASE WHEN NOT confirms THEN at END
    WHERE n.estate_id = estate AND n.id = need;
    PERFORM linli.finish_task(held.task_id, 'done');
    PERFORM linli.append_event(event, 'need.decided', linli.need_audience(held.household_id), '{}',
        json_build_object('need', need, 'confirmed', confirms)::text);
    PERFORM linli.notify(event, CASE WHEN confirms THEN 'need.confirmed' ELSE 'need.refused' END,
        'need', need, CASE WHEN confirms THEN '{}' ELSE json_build_object('because', why)::text END,
        linli.need_speakers(held.household_id));
    RETURN 'decided';
END
$$;

-- Takes a need back: who speaks for the household, or an office that reads needs. What is reserved for it
-- stays ready. Verdicts: withdrawn, unknown, over.
CREATE FUNCTION linli.need_withdraw(event uuid, need uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.need;
BEGIN
    SELECT * INTO held FROM linli.need AS n
    WHERE n.estate_id = estate AND n.id = need
        AND (n.household_id IN (SELECT linli.need_households())
            OR (linli.may_read('need', 'care') AND NOT linli.need_hidden(n.household_id)))
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF held.state NOT IN ('asked', 'confirmed') THEN
        RETURN 'over';
    END IF;
    UPDATE linli.need AS n SET state = 'withdrawn', closed_at = at
    WHERE n.estate_id = estate AND n.id = need;
    PERFORM linli.finish_task(held.task_id, 'done');
    PERFORM linli.append_event(event, 'need.withdrawn', linli.need_audience(held.household_id),
        '{}', json_build_object('need', need)::text);
    RETURN 'withdrawn';
END
$$;

-- What is read -------------------------------------------------------------------------------------

-- The state of a need as it is shown: one that has all is met, one whose day is past is over.
CREATE FUNCTION linli.need_shown(need linli.need, got bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE
        WHEN need.state = 'confirmed' AND got >= need.quantity THEN 'met'
        WHEN need.state IN ('asked', 'confirmed') AND need.until < linli.local_day() THEN 'over'
        ELSE need.state END;
END
$$;

-- Needs of the households for which the principal speaks.
CREATE FUNCTION linli.own_needs(one uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, household_id uuid, category text, unit text, item_id uuid,
        quantity bigint, got bigint, until date, entered_at timestamptz, state text, because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT n.id, n.household_id, n.category, n.unit, n.item_id, n.quantity, g.got, n.until,
            n.entered_at, linli.need_shown(n, g.got), n.because
        FROM linli.need AS n
        CROSS JOIN LATERAL (SELECT linli.need_got(n.id) AS got) AS g
        WHERE n.estate_id = linli.estate_id() AND n.id < before AND (one IS NULL OR n.id = one)
            AND n.household_id IN (SELECT linli.need_households())
        ORDER BY n.id DESC
        LIMIT rows_max;
END
$$;

-- Needs, for the offices that read them for care; each reading leaves its line with everybody of the
-- household. The row after the page is not read.
CREATE FUNCTION linli.needs_read(of_state text, one uuid, before uuid, rows_max bigint)
    RETURNS TABLE (id uuid, household_id uuid, residence_zh text, category text, unit text,
        item_id uuid, quantity bigint, got bigint, until date, entered_at timestamptz,
        state text, because text, heads bigint, may_decide boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    decides CONSTANT boolean := linli.has_role('residents_committee');
    homes uuid[] := '{}';
    entered uuid;
    asked uuid;
BEGIN
    IF NOT linli.may_read('need', 'care') THEN
        RETURN;
    END IF;
    FOR id, household_id, residence_zh, category, unit, item_id, quantity, got, until, entered_at,
        state, because, entered, asked IN
        SELECT n.id, n.household_id, concat_ws(' ', s.name_zh, p.name_zh), n.category, n.unit,
            n.item_id, n.quantity, g.got, n.until, n.entered_at, linli.need_shown(n, g.got),
            n.because, n.entered_by, n.asker_id
        FROM linli.need AS n
        CROSS JOIN LATERAL (SELECT linli.need_got(n.id) AS got) AS g
        JOIN linli.household AS h ON h.estate_id = estate AND h.id = n.household_id
        LEFT JOIN linli.place AS p ON p.estate_id = estate AND p.id = h.residence_id
        LEFT JOIN linli.place AS s ON s.estate_id = estate AND s.id = p.stair_id
        WHERE n.estate_id = estate AND n.id < before AND (one IS NULL OR n.id = one)
            AND (of_state IS NULL OR n.state = of_state)
            AND NOT linli.need_hidden(n.household_id)
        ORDER BY n.id DESC
        LIMIT rows_max
    LOOP
        homes := homes || household_id;
        heads := linli.need_heads(household_id);
        may_decide := decides AND state = 'asked' AND entered <> own
            AND asked IS DISTINCT FROM own AND NOT EXISTS (
                SELECT FROM linli.membership AS m
                WHERE m.estate_id = estate AND m.household_id = needs_read.household_id
                    AND m.person_id = own AND m.ends > at);
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(ARRAY(
        SELECT DISTINCT m.person_id FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.household_id = ANY (homes[1:rows_max - 1])
            AND m.begins <= at AND m.ends > at), 'need', 'care');
END
$$;

-- How many households had a confirmed need of each category as this day began, for those who read counts:
-- nothing below five. Fixed at midnight, so that two readings of a day tell no difference.
CREATE FUNCTION linli.need_counts() RETURNS TABLE (category text, households bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    today CONSTANT date := linli.local_day();
    midnight CONSTANT timestamptz := (
        SELECT today::timestamp AT TIME ZONE e.zone FROM linli.estate AS e
        WHERE e.estate_id = estate);
BEGIN
    IF NOT linli.may_read('count', 'statistics') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT k.category, linli.counted(count(DISTINCT n.household_id))
        FROM unnest(ARRAY['food', 'drink', 'baby', 'hygiene', 'health', 'clothing', 'bedding',
            'household', 'school', 'books', 'toys', 'appliance', 'other']) WITH ORDINALITY
            AS k (category, number)
        LEFT JOIN linli.need AS n ON n.estate_id = estate AND n.category = k.category
            AND n.state <> 'refused' AND n.decided_at < midnight AND n.until >= today
            AND (n.closed_at IS NULL OR n.closed_at >= midnight)
        GROUP BY k.category, k.number
        ORDER BY k.number;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['need', 'need_quota', 'goods_parcel', 'goods_parcel_part']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.need_quota_of(text), linli.need_quota_set(text, integer, bigint, uuid),
    linli.need_enter(uuid, uuid, uuid, text, text, uuid, bigint, date),
    linli.need_decide(uuid, uuid, boolean, text), linli.need_withdraw(uuid, uuid),
    linli.own_needs(uuid, uuid, bigint), linli.needs_read(text, uuid, uuid, bigint),
    linli.need_counts()
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('need', 'asker_id', 'move'), ('need', 'entered_by', 'stay'), ('need', 'decided_by', 'stay'),
    ('need_quota', 'changed_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('need', 'entered_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'ledger'),
    ('need', 'decided_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'ledger'),
    ('need_quota', 'changed_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'ledger'),
    ('need', 'asker_id', 'yes', '我登记的物资需求', 'Needs one asked for',
        'r.id, r.category, r.unit, r.quantity / 1000.0 AS quantity, r.until, r.state,
            r.entered_at', 'blank', 'asker_id = NULL', 'need');
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('need', '物资需求（结束后）', 'Needs, after their end', '365 days', '30 days', '1096 days',
    '敏感个人信息，办完即可删（个人信息保护法第十九条）', 'sensitive; no longer than needed (PIPL art. 19)');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('need', 7, 'goods_parcel_part', 'EXISTS (SELECT FROM linli.need AS n
        WHERE n.estate_id = r.estate_id AND n.id = r.need_id
            AND coalesce(n.closed_at, n.until + interval ''1 day'') < $1)', NULL),
    ('need', 8, 'goods_parcel', 'coalesce(r.until, r.made_at) < $1
        AND NOT EXISTS (SELECT FROM linli.goods_parcel_part AS p
            WHERE p.estate_id = r.estate_id AND p.parcel_id = r.id)', NULL),
    ('need', 9, 'need', 'coalesce(r.closed_at, r.until + interval ''1 day'') < $1
        AND NOT EXISTS (SELECT FROM linli.goods_parcel_part AS p
            WHERE p.estate_id = r.estate_id AND p.need_id = r.id)', NULL);
