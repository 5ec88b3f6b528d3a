-- Helping (互助): the kinds of help, and what neighbours offer: which kinds, when, how often. A profile is
-- the standing offer ("我能帮"); nobody but its owner reads it. docs/help/asking.md has the rules.

-- What may be done for another: asking for help too.
ALTER TABLE linli.delegation
    DROP CONSTRAINT delegation_scope_known,
    ADD CONSTRAINT delegation_scope_known
        CHECK (scope <@ ARRAY['announcements', 'activities', 'needs', 'help']);
ALTER TABLE linli.delegation_request
    DROP CONSTRAINT delegation_request_scope_known,
    ADD CONSTRAINT delegation_request_scope_known CHECK (cardinality(scope) >= 1
        AND scope <@ ARRAY['announcements', 'activities', 'needs', 'help']);

-- The kinds of help; the same for all estates.
CREATE TABLE linli.help_kind (
    code text NOT NULL,
    -- What trust is counted for.
    domain text NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    -- In the home of who is helped.
    at_home boolean NOT NULL,
    -- An adult is alone with a child.
    with_child boolean NOT NULL,
    -- Who helps an elder with it is verified in person.
    with_elder_gate boolean NOT NULL,
    -- An errand with money.
    cash boolean NOT NULL,
    urgent_ok boolean NOT NULL,
    CONSTRAINT help_kind_pkey PRIMARY KEY (code),
    CONSTRAINT help_kind_code CHECK (code ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT help_kind_domain_known CHECK (domain IN ('home_visits', 'errands', 'childcare',
        'driving', 'goods', 'teaching', 'company')),
    CONSTRAINT help_kind_titles CHECK (char_length(title_zh) BETWEEN 1 AND 60
        AND char_length(title_en) BETWEEN 1 AND 100)
);
INSERT INTO linli.help_kind (code, domain, title_zh, title_en, at_home, with_child, with_elder_gate,
    cash, urgent_ok)
VALUES
    ('company', 'company', '陪伴聊天', 'Company', false, false, true, false, true),
    ('walk', 'company', '陪同散步', 'Going for a walk together', false, false, true, false, true),
    ('shopping', 'errands', '代买代取', 'Shopping and fetching', false, false, true, true, true),
    ('parcel', 'errands', '代取快递', 'Fetching parcels', false, false, true, false, true),
    ('repair', 'home_visits', '小修小补', 'Small repairs', true, false, true, false, true),
    ('phone_help', 'teaching', '手机教学', 'Help with a phone', false, false, true, false, true),
    ('clinic', 'company', '陪同就医', 'Going along to the clinic', false, false, true, false, true),
    ('meal', 'errands', '送餐', 'Bringing a meal', false, false, true, false, true),
    ('chores', 'home_visits', '家务搭手', 'A hand with chores', true, false, true, false, true),
    ('childcare', 'childcare', '照看孩子', 'Looking after a child', false, true, true, false, true),
    ('fetch_child', 'childcare', '接孩子', 'Fetching a child', false, true, true, false, true),
    ('homework', 'teaching', '陪做作业', 'Homework together', false, true, true, false, false),
    ('pet', 'errands', '照看宠物', 'Looking after a pet', false, false, true, false, true),
    ('read_write', 'teaching', '代读代写', 'Reading and writing', false, false, true, false, true),
    ('translate', 'teaching', '翻译', 'Translating', false, false, true, false, true),
    ('delivery', 'goods', '物资送上门', 'Bringing goods home', false, false, true, false, true),
    ('check_in', 'home_visits', '上门探望', 'A visit at home', true, false, true, false, true);

-- The standing offer of a person.
CREATE TABLE linli.helper_profile (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    is_active boolean NOT NULL,
    kinds text[] NOT NULL,
    languages text[] NOT NULL,
    -- One's own, where it was told; and whom alone one helps, if so.
    gender text,
    gender_rule text,
    -- Most visits in a month of the calendar, and days of rest after one.
    monthly_max integer NOT NULL DEFAULT 8,
    rest_days integer NOT NULL DEFAULT 0,
    -- The last day without help.
    paused_until date,
    changed_at timestamptz NOT NULL,
    CONSTRAINT helper_profile_pkey PRIMARY KEY (estate_id, person_id),
    CONSTRAINT helper_profile_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT helper_profile_kinds_count CHECK (cardinality(kinds) BETWEEN 0 AND 30),
    CONSTRAINT helper_profile_languages CHECK (languages <@ ARRAY['mandarin', 'shanghainese',
        'cantonese', 'wu', 'min', 'hakka', 'sichuanese', 'english', 'japanese', 'korean', 'russian',
        'french', 'german', 'sign'] AND cardinality(languages) <= 14),
    CONSTRAINT helper_profile_gender_known
        CHECK (gender IN ('female', 'male') AND gender_rule IN ('female', 'male')),
    CONSTRAINT helper_profile_gender_told CHECK (gender_rule IS NULL OR gender IS NOT NULL),
    CONSTRAINT helper_profile_monthly_range CHECK (monthly_max BETWEEN 1 AND 60),
    CONSTRAINT helper_profile_rest_range CHECK (rest_days BETWEEN 0 AND 30)
);
CREATE INDEX helper_profile_active ON linli.helper_profile (estate_id, person_id) WHERE is_active;

-- When a helper has time, each week: minutes of a day of the estate's clock; Monday is 1.
CREATE TABLE linli.helper_window (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    weekday integer NOT NULL,
    begins_minute integer NOT NULL,
    ends_minute integer NOT NULL,
    CONSTRAINT helper_window_pkey PRIMARY KEY (estate_id, person_id, weekday, begins_minute),
    CONSTRAINT helper_window_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT helper_window_weekday CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT helper_window_minutes
        CHECK (begins_minute >= 0 AND begins_minute < ends_minute AND ends_minute <= 1440)
);

-- Days on which a helper has none.
CREATE TABLE linli.helper_day_off (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    day date NOT NULL,
    CONSTRAINT helper_day_off_pkey PRIMARY KEY (estate_id, person_id, day),
    CONSTRAINT helper_day_off_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id)
);

-- Puts the principal's own offer in the place of what it was. Verdicts: set; forbidden (a child, or
-- somebody for whom another acts); kinds (one of them is none).
CREATE FUNCTION linli.helping_put(
    event uuid, active boolean, new_kinds text[], new_languages text[], new_gender text,
    new_rule text, most integer, rest integer, pause date, weekdays integer[], begins integer[],
    ends integer[], days_off date[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL OR linli.is_child(estate, own) THEN
        RETURN 'forbidden';
    ELSIF EXISTS (
        SELECT FROM unnest(new_kinds) AS k (code)
        WHERE NOT EXISTS (SELECT FROM linli.help_kind AS h WHERE h.code = k.code))
    THEN
        RETURN 'kinds';
    END IF;
    INSERT INTO linli.helper_profile AS p (estate_id, person_id, is_active, kinds, languages, gender,
        gender_rule, monthly_max, rest_days, paused_until, changed_at)
    VALUES (estate, own, active, new_kinds, new_languages, new_gender, new_rule, most, rest, pause,
        linli.instant())
    ON CONFLICT ON CONSTRAINT helper_profile_pkey DO UPDATE
        SET is_active = excluded.is_active, kinds = excluded.kinds, languages = excluded.languages,
            gender = excluded.gender, gender_rule = excluded.gender_rule,
            monthly_max = excluded.monthly_max, rest_days = excluded.rest_days,
            paused_until = excluded.paused_until, changed_at = excluded.changed_at;
    DELETE FROM linli.helper_window AS w WHERE w.estate_id = estate AND w.person_id = own;
    DELETE FROM linli.helper_day_off AS d WHERE d.estate_id = estate AND d.person_id = own;
    INSERT INTO linli.helper_window (estate_id, person_id, weekday, begins_minute, ends_minute)
    SELECT DISTINCT ON (u.weekday, u.b) estate, own, u.weekday, u.b, u.e
    FROM unnest(weekdays, begins, ends) AS u (weekday, b, e)
    ORDER BY u.weekday, u.b, u.e DESC;
    INSERT INTO linli.helper_day_off (estate_id, person_id, day)
    SELECT DISTINCT estate, own, d FROM unnest(days_off) AS d WHERE d >= linli.local_day();
    PERFORM linli.append_event(event, 'helpProfile.changed', ARRAY['person:' || own], '{}',
        json_build_object('person', own)::text);
    RETURN 'set';
END
$$;

-- The principal's own offer; no row: it has made none.
CREATE FUNCTION linli.own_helping()
    RETURNS TABLE (is_active boolean, kinds text[], languages text[], gender text,
        gender_rule text, monthly_max integer, rest_days integer, paused_until date,
        windows json, days_off date[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.is_active, p.kinds, p.languages, p.gender, p.gender_rule, p.monthly_max,
            p.rest_days, p.paused_until, (
                SELECT coalesce(json_agg(json_build_object('weekday', w.weekday, 'begins_minute',
                    w.begins_minute, 'ends_minute', w.ends_minute)
                    ORDER BY w.weekday, w.begins_minute), '[]')
                FROM linli.helper_window AS w
                WHERE w.estate_id = estate AND w.person_id = own),
            ARRAY(
                SELECT d.day FROM linli.helper_day_off AS d
                WHERE d.estate_id = estate AND d.person_id = own AND d.day >= linli.local_day()
                ORDER BY d.day)
        FROM linli.helper_profile AS p
        WHERE p.estate_id = estate AND p.person_id = own;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['help_kind', 'helper_profile', 'helper_window', 'helper_day_off']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
CREATE POLICY help_kind_read ON linli.help_kind FOR SELECT TO linli
    USING ((SELECT linli.principal_kind()) IS NOT NULL);
GRANT SELECT ON linli.help_kind TO linli;
GRANT EXECUTE ON FUNCTION
    linli.helping_put(uuid, boolean, text[], text[], text, text, integer, integer, date, integer[],
        integer[], integer[], date[]),
    linli.own_helping()
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('helper_profile', 'person_id', 'move'), ('helper_window', 'person_id', 'move'),
    ('helper_day_off', 'person_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('helper_profile', 'person_id', 'yes', '我能帮的', 'What one offers to help with',
        'r.is_active, r.kinds, r.languages, r.gender, r.gender_rule, r.monthly_max, r.rest_days,
            r.paused_until', 'delete', NULL, 'person'),
    ('helper_window', 'person_id', 'yes', '我有空帮忙的时段', 'When one has time to help',
        'r.weekday, r.begins_minute, r.ends_minute', 'delete', NULL, 'person'),
    ('helper_day_off', 'person_id', 'yes', '我不帮忙的日子', 'Days on which one does not help',
        'r.day', 'delete', NULL, 'person');
