-- Help groups (互助小组): neighbours who help together. A group is listed by name and purpose; its members are
-- known to each other alone. Whoever would be brought together with somebody it is kept apart from is not
-- taken, and sees what anybody sees who is not. docs/help/groups.md has the rules. Tables are read through
-- functions alone.

CREATE TABLE linli.help_group (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    name_zh text NOT NULL,
    name_en text,
    purpose_zh text NOT NULL,
    purpose_en text,
    kinds text[] NOT NULL,
    joining text NOT NULL,
    -- Since when an open group takes members by application; once so, always so.
    by_application_since timestamptz,
    places integer NOT NULL,
    founded_by uuid NOT NULL,
    founded_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    closed_at timestamptz,
    CONSTRAINT help_group_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_group_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT help_group_founded_by FOREIGN KEY (estate_id, founded_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_group_names CHECK (char_length(name_zh) BETWEEN 1 AND 40
        AND char_length(name_en) BETWEEN 1 AND 80),
    CONSTRAINT help_group_purposes CHECK (char_length(purpose_zh) BETWEEN 1 AND 400
        AND char_length(purpose_en) BETWEEN 1 AND 800),
    CONSTRAINT help_group_kinds_count CHECK (cardinality(kinds) BETWEEN 1 AND 14),
    CONSTRAINT help_group_joining_known CHECK (joining IN ('open', 'application', 'invitation')),
    CONSTRAINT help_group_places_range CHECK (places BETWEEN 2 AND 60),
    CONSTRAINT help_group_version_counts CHECK (version >= 1)
);
CREATE INDEX help_group_live ON linli.help_group (estate_id, id) WHERE closed_at IS NULL;

CREATE TABLE linli.help_group_member (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- 组长: looks after it.
    is_steward boolean NOT NULL,
    -- Most shifts in a month of the calendar: the share that one offers.
    monthly_max integer NOT NULL,
    since timestamptz NOT NULL,
    ended_at timestamptz,
    ended_how text,
    CONSTRAINT help_group_member_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_group_member_of FOREIGN KEY (estate_id, group_id)
        REFERENCES linli.help_group (estate_id, id),
    CONSTRAINT help_group_member_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_group_member_monthly_range CHECK (monthly_max BETWEEN 0 AND 31),
    CONSTRAINT help_group_member_ended_whole CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
    CONSTRAINT help_group_member_ended_known
        CHECK (ended_how IN ('left', 'removed', 'gone', 'closed')),
    CONSTRAINT help_group_member_forward CHECK (ended_at >= since)
);
CREATE UNIQUE INDEX help_group_member_once ON linli.help_group_member (estate_id, group_id, person_id)
    WHERE ended_at IS NULL;
CREATE INDEX help_group_member_of_person ON linli.help_group_member (estate_id, person_id)
    WHERE ended_at IS NULL;

-- Who asks to join, who is invited, and codes that let one person join. It is void at `until`.
CREATE TABLE linli.help_group_asking (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    kind text NOT NULL,
    -- Who is to join; NULL: a code that nobody has used.
    person_id uuid,
    made_by uuid NOT NULL,
    monthly_max integer,
    code_hash bytea,
    made_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open',
    CONSTRAINT help_group_asking_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT help_group_asking_of FOREIGN KEY (estate_id, group_id)
        REFERENCES linli.help_group (estate_id, id),
    CONSTRAINT help_group_asking_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_group_asking_made_by FOREIGN KEY (estate_id, made_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_group_asking_code UNIQUE (estate_id, code_hash),
    CONSTRAINT help_group_asking_kind_known CHECK (kind IN ('application', 'invitation', 'code')),
    CONSTRAINT help_group_asking_code_bytes CHECK (octet_length(code_hash) = 32),
    CONSTRAINT help_group_asking_person_known CHECK (person_id IS NOT NULL
        OR (kind = 'code' AND state <> 'accepted')),
    CONSTRAINT help_group_asking_monthly_range CHECK (monthly_max BETWEEN 0 AND 31),
    CONSTRAINT help_group_asking_forward CHECK (made_at < until),
    CONSTRAINT help_group_asking_state_known
        CHECK (state IN ('open', 'accepted', 'declined', 'lapsed', 'withdrawn'))
);
CREATE UNIQUE INDEX help_group_asking_once
    ON linli.help_group_asking (estate_id, group_id, kind, person_id) WHERE state = 'open';
CREATE INDEX help_group_asking_of_group ON linli.help_group_asking (estate_id, group_id, id);
CREATE INDEX help_group_asking_of_person ON linli.help_group_asking (estate_id, person_id, id);
CREATE INDEX help_group_asking_due ON linli.help_group_asking (estate_id, until)
    WHERE state IN ('open', 'declined');

-- Name and purpose of a group are read by all: they are reported and decided on as other posts.
ALTER TABLE linli.moderation
    DROP CONSTRAINT moderation_kind_known,
    ADD CONSTRAINT moderation_kind_known CHECK (thing_kind IN ('activity', 'comment', 'feedback',
        'announcement', 'message', 'help_group'));
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('help-group-steward', 'residents_committee', '2 days', '一个互助小组没有组长了，请指定一位',
        'A help group has no steward any more: name one');
INSERT INTO linli.conversation_kind (code, open_after) VALUES ('group', interval '0');

-- Who is who -----------------------------------------------------------------------------------------

-- The live members of a group, or its stewards alone, who are not kept apart from a person. For the functions
-- here alone.
CREATE FUNCTION linli.help_group_persons(grp uuid, besides uuid, stewards_only boolean)
    RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN ARRAY(
        SELECT m.person_id
        FROM linli.help_group_member AS m
        WHERE m.estate_id = linli.estate_id() AND m.group_id = grp AND m.ended_at IS NULL
            AND (m.is_steward OR NOT stewards_only)
            AND m.person_id NOT IN (SELECT linli.apart_from(besides))
        ORDER BY m.person_id);
END
$$;

-- Writes an event about a person in a group, for it and its stewards (or all members), and tells some of
-- them. For the functions here alone.
CREATE FUNCTION linli.help_group_tell(
    event uuid, what text, grp uuid, person uuid, for_all boolean, told uuid[], detail json)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.append_event(event, what, ARRAY(
            SELECT 'person:' || p
            FROM (SELECT person WHERE person IS NOT NULL
                UNION SELECT unnest(linli.help_group_persons(grp, person, NOT for_all))
                UNION SELECT linli.person_id() WHERE linli.person_id() IS NOT NULL) AS x (p)
            ORDER BY 1 LIMIT 64), '{}', detail::text)
    WHERE person IS NOT NULL OR linli.person_id() IS NOT NULL
        OR linli.help_group_persons(grp, person, NOT for_all) <> '{}';
    PERFORM linli.notify(event, what, 'help_group', grp, (detail::jsonb - 'group' - 'person')::text,
        told)
    WHERE told <> '{}';
END
$$;

-- As what the principal stands to a group: 'steward', 'member', 'office'; 'nobody': it may read that there is
-- one; NULL: there is none for it. For the functions here alone.
CREATE FUNCTION linli.help_group_side(g linli.help_group) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.subject_id();
    steward boolean;
BEGIN
    IF g.id IS NULL OR own IS NULL OR g.estate_id <> linli.estate_id() THEN
        RETURN NULL;
    END IF;
    SELECT m.is_steward INTO steward
    FROM linli.help_group_member AS m
    WHERE m.estate_id = g.estate_id AND m.group_id = g.id AND m.person_id = own
        AND m.ended_at IS NULL;
    RETURN CASE
        WHEN steward AND linli.beneficiary_id() IS NULL THEN 'steward'
        WHEN steward IS NOT NULL THEN 'member'
        WHEN linli.beneficiary_id() IS NULL AND linli.may_read('help', 'care') THEN 'office'
        WHEN g.closed_at IS NULL AND (linli.may_write() OR linli.beneficiary_id() IS NOT NULL)
            AND NOT EXISTS (
                SELECT FROM linli.moderation AS m
                WHERE m.estate_id = g.estate_id AND m.thing_id = g.id AND m.visibility <> 'visible')
            THEN 'nobody' END;
END
$$;

-- A group, held to the end of the transaction; NULL: none for the principal. For the functions here alone.
CREATE FUNCTION linli.help_group_take(grp uuid) RETURNS linli.help_group
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    g linli.help_group;
BEGIN
    SELECT * INTO g FROM linli.help_group AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = grp
    FOR UPDATE;
    IF linli.help_group_side(g) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN g;
END
$$;

-- How one comes to a group now.
CREATE FUNCTION linli.help_group_joining(g linli.help_group) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN g.joining = 'open' AND g.by_application_since IS NOT NULL THEN 'application'
        ELSE g.joining END;

CREATE FUNCTION linli.help_group_full(g linli.help_group) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN g.places <= (
        SELECT count(*) FROM linli.help_group_member AS m
        WHERE m.estate_id = g.estate_id AND m.group_id = g.id AND m.ended_at IS NULL);
END
$$;

-- Whether a person may not come to be among the members: kept apart from one of them (of a large open group,
-- by a protection alone), or left out by the draw of those that turned to applications. For the functions
-- here alone; nobody is told.
CREATE FUNCTION linli.help_group_bars(g linli.help_group, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    rules linli.company_rule;
    is_close boolean;
BEGIN
    SELECT * INTO rules FROM linli.company_rule AS k WHERE k.estate_id = estate;
    is_close := linli.help_group_joining(g) <> 'open' OR g.places <= coalesce(rules.small_max, 6);
    RETURN NOT linli.is_here(person) OR linli.is_child(estate, person)
        OR EXISTS (
            SELECT
            FROM linli.apart_pairs(ARRAY[person]) AS a
            JOIN linli.help_group_member AS m ON m.estate_id = estate AND m.group_id = g.id
                AND m.person_id = a.other_id AND m.ended_at IS NULL
            WHERE is_close OR a.is_protection)
        OR (is_close AND EXISTS (
            SELECT
            FROM linli.help_group_member AS m
            WHERE m.estate_id = estate AND m.group_id = g.id AND m.ended_at IS NULL
                AND (linli.ban_between(m.person_id, person)
                    OR linli.safety_stands(m.person_id, person))))
        OR (g.by_application_since IS NOT NULL AND coalesce(rules.left_out_permille, 0) > 0
            AND linli.company_draw(rules.seed, g.id, person) < rules.left_out_permille);
END
$$;

-- Founding and changing -------------------------------------------------------------------------------

-- Whether the kinds are such as a group helps with: not alone with a child. For the functions here alone.
CREATE FUNCTION linli.help_group_kinds_fit(kinds text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT FROM unnest(kinds) AS k (code)
        WHERE NOT EXISTS (
            SELECT FROM linli.help_kind AS h WHERE h.code = k.code AND NOT h.with_child));
END
$$;

-- Lets somebody look at a group whose words are watched. For the functions here alone.
CREATE FUNCTION linli.help_group_watch(g linli.help_group) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.watched(g.name_zh, g.name_en, g.purpose_zh, g.purpose_en) = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO linli.moderation (estate_id, thing_id, thing_kind, author_id, changed_at)
    VALUES (g.estate_id, g.id, 'help_group', g.founded_by, linli.instant())
    ON CONFLICT ON CONSTRAINT moderation_pkey DO NOTHING;
    PERFORM linli.raise_task('post-watch', g.id, g.founded_by, NULL, NULL,
        linli.help_group_persons(g.id, NULL, true));
END
$$;

-- Founds a group: who is verified in person, or of an office of care, is its first steward. Verdicts:
-- founded; level (not verified), kinds, many (it looks after five already).
CREATE FUNCTION linli.help_group_found(
    event uuid, new_id uuid, zh text, en text, why_zh text, why_en text, new_kinds text[],
    new_joining text, new_places integer, most integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    g linli.help_group;
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL OR linli.is_child(estate, own)
        OR NOT (linli.is_at_least(linli.own_level(), 'in_person')
            OR linli.has_role('residents_committee', 'social_worker'))
    THEN
        RETURN 'level';
    ELSIF NOT linli.help_group_kinds_fit(new_kinds) THEN
        RETURN 'kinds';
    END IF;
    -- One after another, so that none counts too few.
    PERFORM linli.agenda_take(ARRAY[own]);
    IF 5 <= (
        SELECT count(*) FROM linli.help_group_member AS m
        WHERE m.estate_id = estate AND m.person_id = own AND m.is_steward AND m.ended_at IS NULL)
    THEN
        RETURN 'many';
    END IF;
    INSERT INTO linli.help_group (estate_id, id, name_zh, name_en, purpose_zh, purpose_en, kinds,
        joining, places, founded_by, founded_at)
    VALUES (estate, new_id, zh, en, why_zh, why_en, new_kinds, new_joining, new_places, own, at)
    RETURNING * INTO g;
    INSERT INTO linli.help_group_member (estate_id, id, group_id, person_id, is_steward, monthly_max,
        since)
    VALUES (estate, linli.fresh_id(at), new_id, own, true, most, at);
    PERFORM linli.append_event(event, 'helpGroup.founded', ARRAY['estate', 'person:' || own], '{}',
        json_build_object('group', new_id)::text);
    PERFORM linli.help_group_watch(g);
    RETURN 'founded';
END
$$;

-- A steward changes it. Verdicts: changed; unknown; stale (another version), kinds, places (there are more
-- members).
CREATE FUNCTION linli.help_group_change(
    event uuid, grp uuid, was integer, zh text, en text, why_zh text, why_en text,
    new_kinds text[], new_joining text, new_places integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    g linli.help_group := linli.help_group_take(grp);
BEGIN
    IF g.closed_at IS NOT NULL OR linli.help_group_side(g) IS DISTINCT FROM 'steward' THEN
        RETURN 'unknown';
    ELSIF g.version <> was THEN
        RETURN 'stale';
    ELSIF NOT linli.help_group_kinds_fit(new_kinds) OR EXISTS (
        SELECT FROM linli.help_rota AS r
        WHERE r.estate_id = g.estate_id AND r.group_id = grp AND r.ended_at IS NULL
            AND r.kind <> ALL (new_kinds))
    THEN
        RETURN 'kinds';
    END IF;
    UPDATE linli.help_group AS o
    SET name_zh = zh, name_en = en, purpose_zh = why_zh, purpose_en = why_en, kinds = new_kinds,
        joining = new_joining, places = new_places, version = o.version + 1
    WHERE o.estate_id = g.estate_id AND o.id = grp AND new_places >= (
        SELECT count(*) FROM linli.help_group_member AS m
        WHERE m.estate_id = g.estate_id AND m.group_id = grp AND m.ended_at IS NULL)
    RETURNING * INTO g;
    IF NOT FOUND THEN
        RETURN 'places';
    END IF;
    PERFORM linli.append_event(event, 'helpGroup.changed', ARRAY['estate',
        'person:' || linli.person_id()], '{}', json_build_object('group', grp)::text);
    PERFORM linli.help_group_watch(g);
    RETURN 'changed';
END
$$;

-- Coming and going ------------------------------------------------------------------------------------

-- Takes a person among the members, with a conversation with the stewards. Who calls holds the group. For
-- the functions here alone.
CREATE FUNCTION linli.help_group_add(event uuid, g linli.help_group, person uuid, most integer)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    stewards CONSTANT uuid[] := linli.help_group_persons(g.id, person, true);
BEGIN
    INSERT INTO linli.help_group_member (estate_id, id, group_id, person_id, is_steward, monthly_max,
        since)
    VALUES (g.estate_id, linli.fresh_id(at), g.id, person, false, most, at);
    UPDATE linli.help_group_asking AS a SET state = 'withdrawn'
    WHERE a.estate_id = g.estate_id AND a.group_id = g.id AND a.person_id = person
        AND a.state = 'open';
    PERFORM linli.open_conversation(linli.fresh_id(at), 'group', g.id, person, NULL, stewards);
    PERFORM linli.help_group_tell(event, 'helpGroup.joined', g.id, person, false, stewards,
        json_build_object('group', g.id, 'person', person));
    PERFORM linli.notify(event, 'helpGroup.taken', 'help_group', g.id, '{}', ARRAY[person]);
END
$$;

-- Joins an open group at once, or asks to: what is asked lapses in 14 days. Verdicts: joined, waiting;
-- unknown, member, asked (before), full, child, household, invited_only.
CREATE FUNCTION linli.help_group_join(event uuid, new_id uuid, grp uuid, most integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    g linli.help_group := linli.help_group_take(grp);
    rules linli.company_rule;
    told CONSTANT uuid := linli.fresh_id(at);
    verdict text;
    before text[];
BEGIN
    verdict := CASE
        WHEN g.id IS NULL OR g.closed_at IS NOT NULL OR linli.beneficiary_id() IS NOT NULL
            THEN 'unknown'
        WHEN linli.help_group_side(g) IN ('member', 'steward') THEN 'member'
        WHEN linli.is_child(estate, own) THEN 'child'
        WHEN NOT linli.is_at_least(linli.own_level(), 'household') THEN 'household'
        WHEN linli.help_group_joining(g) = 'invitation' THEN 'invited_only'
        WHEN EXISTS (
            SELECT FROM linli.help_group_asking AS a
            WHERE a.estate_id = estate AND a.group_id = grp AND a.kind = 'application'
                AND a.person_id = own AND a.state IN ('open', 'declined') AND a.until > at)
            THEN 'asked'
        WHEN linli.help_group_full(g) THEN 'full' END;
    IF verdict IS NOT NULL THEN
        RETURN verdict;
    END IF;
    SELECT * INTO rules FROM linli.company_rule AS k WHERE k.estate_id = estate;
    -- Where somebody is not taken, nobody is from then on but by application; a share of the groups comes to
    -- that at the member whom their draw says.
    IF linli.help_group_joining(g) = 'open' AND (linli.help_group_bars(g, own) OR (
        coalesce(rules.list_permille, 0) > linli.company_draw(rules.seed, grp, grp)
        AND (SELECT count(*) FROM linli.help_group_member AS m
                WHERE m.estate_id = estate AND m.group_id = grp AND m.ended_at IS NULL)
            > linli.company_draw(rules.seed, grp, g.founded_by) % g.places))
    THEN
        UPDATE linli.help_group AS o SET by_application_since = at, version = o.version + 1
        WHERE o.estate_id = estate AND o.id = grp
        RETURNING * INTO g;
    END IF;
    IF linli.help_group_joining(g) = 'open' THEN
        PERFORM linli.help_group_add(event, g, own, most);
        RETURN 'joined';
    END IF;
    UPDATE linli.help_group_asking AS a SET state = 'lapsed'
    WHERE a.estate_id = estate AND a.group_id = grp AND a.kind = 'application'
        AND a.person_id = own AND a.state IN ('open', 'declined');
    INSERT INTO linli.help_group_asking (estate_id, id, group_id, kind, person_id, made_by,
        monthly_max, made_at, until)
    VALUES (estate, new_id, grp, 'application', own, own, most, at, at + interval '14 days');
    PERFORM linli.append_event(event, 'helpGroup.applied', ARRAY['person:' || own], '{}',
        json_build_object('group', grp, 'asking', new_id)::text);
    IF NOT linli.help_group_bars(g, own) THEN
        before := linli.act_as_job('help-rota');
        PERFORM linli.help_group_tell(told, 'helpGroup.asked', grp, NULL, false,
            linli.help_group_persons(grp, own, true),
            json_build_object('group', grp, 'asking', new_id));
        PERFORM linli.end_act_as_job(before);
    END IF;
    RETURN 'waiting';
END
$$;

-- A steward invites somebody whom it knows by a tie that both confirmed. Verdicts: invited; unknown, tie
-- (it has none with that person), member, asked (before).
CREATE FUNCTION linli.help_group_invite(event uuid, new_id uuid, grp uuid, person uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    g CONSTANT linli.help_group := linli.help_group_take(grp);
BEGIN
    IF g.closed_at IS NOT NULL OR linli.help_group_side(g) IS DISTINCT FROM 'steward' THEN
        RETURN 'unknown';
    ELSIF NOT EXISTS (
        SELECT FROM linli.confirmed_ties(own) AS t WHERE t.person_id = person)
    THEN
        RETURN 'tie';
    ELSIF EXISTS (
        SELECT FROM linli.help_group_member AS m
        WHERE m.estate_id = estate AND m.group_id = grp AND m.person_id = person
            AND m.ended_at IS NULL)
    THEN
        RETURN 'member';
    END IF;
    UPDATE linli.help_group_asking AS a SET state = 'lapsed'
    WHERE a.estate_id = estate AND a.group_id = grp AND a.person_id = person
        AND a.kind = 'invitation' AND a.state = 'open' AND a.until <= at;
    INSERT INTO linli.help_group_asking (estate_id, id, group_id, kind, person_id, made_by, made_at,
        until)
    VALUES (estate, new_id, grp, 'invitation', person, own, at, at + interval '14 days')
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'asked';
    END IF;
    PERFORM linli.append_event(event, 'helpGroup.invited', ARRAY['person:' || own], '{}',
        json_build_object('group', grp, 'asking', new_id)::text);
    -- Who may not come hears nothing of it.
    PERFORM linli.notify(event, 'helpGroup.invited', 'help_group', grp,
        json_build_object('until', at + interval '14 days')::text, ARRAY[person])
    WHERE NOT linli.help_group_bars(g, person);
    RETURN 'invited';
END
$$;

-- A steward makes a code that lets one person join, good for 30 days at most. Verdicts: made; unknown,
-- until, codes (20 are open).
CREATE FUNCTION linli.help_group_code(
    event uuid, new_id uuid, grp uuid, hash bytea, good_until timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    g CONSTANT linli.help_group := linli.help_group_take(grp);
BEGIN
    IF g.closed_at IS NOT NULL OR linli.help_group_side(g) IS DISTINCT FROM 'steward' THEN
        RETURN 'unknown';
    ELSIF good_until IS NULL OR good_until <= at OR good_until > at + interval '30 days' THEN
        RETURN 'until';
    ELSIF 20 <= (
        SELECT count(*) FROM linli.help_group_asking AS a
        WHERE a.estate_id = estate AND a.group_id = grp AND a.kind = 'code' AND a.state = 'open'
            AND a.until > at)
    THEN
        RETURN 'codes';
    END IF;
    INSERT INTO linli.help_group_asking (estate_id, id, group_id, kind, made_by, code_hash, made_at,
        until)
    VALUES (estate, new_id, grp, 'code', linli.person_id(), hash, at, good_until);
    PERFORM linli.append_event(event, 'helpGroup.codeMade', ARRAY['person:' || linli.person_id()],
        '{}', json_build_object('group', grp, 'asking', new_id)::text);
    RETURN 'made';
END
$$;

-- Joins by a code. Verdicts: joined, with the group; code (none that is good for the principal), member,
-- full, child, household.
CREATE FUNCTION linli.help_group_enter(
    event uuid, hash bytea, most integer, OUT verdict text, OUT group_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    found_id uuid;
    g linli.help_group;
    a linli.help_group_asking;
BEGIN
    SELECT o.group_id INTO found_id FROM linli.help_group_asking AS o
    WHERE o.estate_id = estate AND o.code_hash = hash;
    SELECT * INTO g FROM linli.help_group AS o WHERE o.estate_id = estate AND o.id = found_id
    FOR UPDATE;
    SELECT * INTO a FROM linli.help_group_asking AS o
    WHERE o.estate_id = estate AND o.code_hash = hash
    FOR UPDATE;
    verdict := CASE
        WHEN own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN 'code'
        WHEN linli.is_child(estate, own) THEN 'child'
        WHEN NOT linli.is_at_least(linli.own_level(), 'household') THEN 'household'
        WHEN g.id IS NULL OR g.closed_at IS NOT NULL OR a.state <> 'open'
            OR a.until <= linli.instant() THEN 'code'
        WHEN linli.help_group_side(g) IN ('member', 'steward') THEN 'member'
        WHEN linli.help_group_bars(g, own) THEN 'code'
        WHEN linli.help_group_full(g) THEN 'full'
        ELSE 'joined' END;
    IF verdict = 'joined' THEN
        UPDATE linli.help_group_asking AS o SET state = 'accepted', person_id = own
        WHERE o.estate_id = estate AND o.id = a.id;
        PERFORM linli.help_group_add(event, g, own, most);
        group_id := g.id;
    END IF;
END
$$;

-- Answers what is asked: a steward an application (nobody hears of a no before it lapses), who is invited an
-- invitation. Verdicts: joined, declined; unknown, over, full.
CREATE FUNCTION linli.help_group_answer(event uuid, asking uuid, says_yes boolean, most integer)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    g linli.help_group;
    a linli.help_group_asking;
BEGIN
    SELECT * INTO g FROM linli.help_group AS o
    WHERE o.estate_id = estate AND o.id = (
        SELECT q.group_id FROM linli.help_group_asking AS q
        WHERE q.estate_id = estate AND q.id = asking)
    FOR UPDATE;
    SELECT * INTO a FROM linli.help_group_asking AS o
    WHERE o.estate_id = estate AND o.id = asking
    FOR UPDATE;
    IF a.id IS NULL OR linli.beneficiary_id() IS NOT NULL OR linli.help_group_bars(g, a.person_id)
        OR (CASE a.kind WHEN 'application' THEN linli.help_group_side(g) = 'steward'
            WHEN 'invitation' THEN a.person_id = own END) IS NOT TRUE
    THEN
        RETURN 'unknown';
    ELSIF a.state <> 'open' OR a.until <= linli.instant() OR g.closed_at IS NOT NULL THEN
        RETURN 'over';
    ELSIF NOT says_yes THEN
        UPDATE linli.help_group_asking AS o SET state = 'declined'
        WHERE o.estate_id = estate AND o.id = asking;
        PERFORM linli.append_event(event, 'helpGroup.answered', ARRAY['person:' || own], '{}',
            json_build_object('group', g.id, 'asking', asking)::text);
        RETURN 'declined';
    ELSIF linli.help_group_full(g) THEN
        RETURN 'full';
    END IF;
    UPDATE linli.help_group_asking AS o SET state = 'accepted'
    WHERE o.estate_id = estate AND o.id = asking;
    PERFORM linli.help_group_add(event, g, a.person_id, coalesce(a.monthly_max, most, 4));
    RETURN 'joined';
END
$$;

-- Takes back an own application; or, as a steward, an invitation or a code. Verdicts: done; unknown, over.
CREATE FUNCTION linli.help_group_withdraw(event uuid, asking uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    g linli.help_group;
    a linli.help_group_asking;
BEGIN
    SELECT * INTO a FROM linli.help_group_asking AS o
    WHERE o.estate_id = estate AND o.id = asking
    FOR UPDATE;
    SELECT * INTO g FROM linli.help_group AS o WHERE o.estate_id = estate AND o.id = a.group_id;
    IF a.id IS NULL OR linli.beneficiary_id() IS NOT NULL OR (CASE a.kind
        WHEN 'application' THEN a.person_id = linli.person_id()
        ELSE linli.help_group_side(g) = 'steward' END) IS NOT TRUE
    THEN
        RETURN 'unknown';
    -- A no is not shown before it lapses: taken back, it is as any other.
    ELSIF a.until <= at OR NOT (a.state = 'open'
        OR (a.kind = 'application' AND a.state = 'declined'))
    THEN
        RETURN 'over';
    END IF;
    UPDATE linli.help_group_asking AS o SET state = 'withdrawn'
    WHERE o.estate_id = estate AND o.id = asking;
    PERFORM linli.append_event(event, 'helpGroup.askingWithdrawn',
        ARRAY['person:' || linli.person_id()], '{}',
        json_build_object('group', a.group_id, 'asking', asking)::text);
    RETURN 'done';
END
$$;

-- Ends a membership: what is ahead of it goes back to the group, the conversation closes. Where no steward
-- is left a person names one; where nobody is, the group closes. Who calls holds the group. For the
-- functions here alone.
CREATE FUNCTION linli.help_group_part(event uuid, g linli.help_group, person uuid, how text)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    was_steward boolean;
BEGIN
    UPDATE linli.help_group_member AS m SET ended_at = at, ended_how = how
    WHERE m.estate_id = estate AND m.group_id = g.id AND m.person_id = person
        AND m.ended_at IS NULL
    RETURNING m.is_steward INTO was_steward;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM linli.help_seats_release(person, g.id);
    PERFORM linli.close_conversations(ARRAY(
        SELECT c.id FROM linli.conversation AS c
        WHERE c.estate_id = estate AND c.kind = 'group' AND c.about_id = g.id
            AND c.asker_id = person AND c.closed_at IS NULL));
    PERFORM linli.help_group_talks(g.id, person, false) WHERE was_steward;
    PERFORM linli.help_group_tell(event, 'helpGroup.left', g.id, person, false,
        CASE WHEN how = 'closed' THEN '{}' ELSE linli.help_group_persons(g.id, person, true) END,
        json_build_object('group', g.id, 'person', person));
    PERFORM linli.notify(event, 'helpGroup.removed', 'help_group', g.id, '{}', ARRAY[person])
    WHERE how = 'removed';
    IF g.closed_at IS NULL AND how <> 'closed' AND was_steward
        AND linli.help_group_persons(g.id, NULL, true) = '{}'
    THEN
        IF linli.help_group_persons(g.id, NULL, false) = '{}' THEN
            PERFORM linli.help_group_end(linli.fresh_id(at), g);
        ELSE
            PERFORM linli.raise_task('help-group-steward', g.id, NULL, NULL, NULL);
        END IF;
    END IF;
END
$$;

-- Who comes to look after a group is in its conversations from then on; who does so no more is not. For the
-- functions here alone.
CREATE FUNCTION linli.help_group_talks(grp uuid, person uuid, comes boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    IF NOT comes THEN
        UPDATE linli.conversation_party AS p SET left_at = at, left_number = c.last_number
        FROM linli.conversation AS c
        WHERE c.estate_id = estate AND c.kind = 'group' AND c.about_id = grp
            AND p.estate_id = estate AND p.conversation_id = c.id AND p.person_id = person
            AND c.asker_id <> person AND p.left_at IS NULL;
        RETURN;
    END IF;
    PERFORM linli.close_conversations(ARRAY(
        SELECT c.id FROM linli.conversation AS c
        WHERE c.estate_id = estate AND c.kind = 'group' AND c.about_id = grp
            AND c.asker_id = person AND c.closed_at IS NULL));
    INSERT INTO linli.conversation_party AS p (estate_id, conversation_id, person_id, since)
    SELECT estate, c.id, person, at
    FROM linli.conversation AS c
    WHERE c.estate_id = estate AND c.kind = 'group' AND c.about_id = grp AND c.closed_at IS NULL
        AND linli.may_converse(person, c.asker_id)
    ON CONFLICT ON CONSTRAINT conversation_party_pkey DO UPDATE
        SET left_at = NULL, left_number = NULL;
END
$$;

-- Leaves, at any time, for oneself or whom one acts for; or, as a steward or the office, takes a member out.
-- Verdicts: done; unknown; last_steward (it names another first, or closes the group), steward (a steward
-- leaves by itself, or the office takes it out).
CREATE FUNCTION linli.help_group_leave(event uuid, grp uuid, person uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    g CONSTANT linli.help_group := linli.help_group_take(grp);
    side CONSTANT text := linli.help_group_side(g);
    is_own CONSTANT boolean := person = linli.subject_id();
    m linli.help_group_member;
BEGIN
    SELECT * INTO m FROM linli.help_group_member AS o
    WHERE o.estate_id = estate AND o.group_id = grp AND o.person_id = person
        AND o.ended_at IS NULL;
    IF m.id IS NULL OR NOT (is_own OR (side IN ('steward', 'office')
        AND person <> ALL (linli.own_apart()) AND person <> ALL (linli.own_unseen()))) IS TRUE
    THEN
        RETURN 'unknown';
    ELSIF m.is_steward AND NOT is_own AND side = 'steward' THEN
        RETURN 'steward';
    ELSIF m.is_steward AND is_own AND 1 = cardinality(linli.help_group_persons(grp, NULL, true))
        AND 1 < cardinality(linli.help_group_persons(grp, NULL, false))
    THEN
        RETURN 'last_steward';
    END IF;
    PERFORM linli.help_group_part(event, g, person, CASE WHEN is_own THEN 'left' ELSE 'removed' END);
    RETURN 'done';
END
$$;

-- A steward, or the office, names a member a steward; a steward lays it down itself. Verdicts: done;
-- unknown; last_steward.
CREATE FUNCTION linli.help_group_steward(event uuid, grp uuid, person uuid, becomes boolean)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    g CONSTANT linli.help_group := linli.help_group_take(grp);
    side CONSTANT text := linli.help_group_side(g);
    m linli.help_group_member;
BEGIN
    SELECT * INTO m FROM linli.help_group_member AS o
    WHERE o.estate_id = estate AND o.group_id = grp AND o.person_id = person
        AND o.ended_at IS NULL;
    IF m.id IS NULL OR NOT coalesce(side IN ('steward', 'office'), false)
        OR person = ANY (linli.own_apart()) OR person = ANY (linli.own_unseen())
        OR (NOT becomes AND side = 'steward' AND person <> linli.person_id())
    THEN
        RETURN 'unknown';
    ELSIF m.is_steward = becomes THEN
        RETURN 'done';
    ELSIF NOT becomes AND 1 = cardinality(linli.help_group_persons(grp, NULL, true)) THEN
        RETURN 'last_steward';
    END IF;
    UPDATE linli.help_group_member AS o SET is_steward = becomes
    WHERE o.estate_id = estate AND o.id = m.id;
    PERFORM linli.help_group_talks(grp, person, becomes);
    IF NOT becomes THEN
        PERFORM linli.open_conversation(linli.fresh_id(linli.instant()), 'group', grp, person, NULL,
            linli.help_group_persons(grp, person, true));
    END IF;
    PERFORM linli.finish_task(t.id, 'named')
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.kind = 'help-group-steward' AND t.about_id = grp
        AND t.finished_at IS NULL AND becomes;
    PERFORM linli.help_group_tell(event,
        CASE WHEN becomes THEN 'helpGroup.steward' ELSE 'helpGroup.stewardLaidDown' END, grp, person,
        false, CASE WHEN becomes THEN ARRAY[person] ELSE '{}' END,
        json_build_object('group', grp, 'person', person));
    RETURN 'done';
END
$$;

-- Says how many shifts a month one takes at most. Verdicts: done; unknown.
CREATE FUNCTION linli.help_group_offer(event uuid, grp uuid, most integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
BEGIN
    UPDATE linli.help_group_member AS m SET monthly_max = most
    WHERE m.estate_id = linli.estate_id() AND m.group_id = grp AND m.person_id = own
        AND m.ended_at IS NULL AND linli.beneficiary_id() IS NULL;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'helpGroup.offerSet', ARRAY['person:' || own], '{}',
        json_build_object('group', grp)::text);
    RETURN 'done';
END
$$;

-- Ends a group and all that is ahead of it. Who calls holds it. For the functions here alone.
CREATE FUNCTION linli.help_group_end(event uuid, g linli.help_group) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    members CONSTANT uuid[] := linli.help_group_persons(g.id, NULL, false);
    one uuid;
BEGIN
    UPDATE linli.help_group AS o SET closed_at = at, version = o.version + 1
    WHERE o.estate_id = estate AND o.id = g.id AND o.closed_at IS NULL
    RETURNING * INTO g;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM linli.help_group_tell(event, 'helpGroup.closed', g.id, NULL, true, members,
        json_build_object('group', g.id));
    FOR one IN
        SELECT r.id FROM linli.help_rota AS r
        WHERE r.estate_id = estate AND r.group_id = g.id AND r.ended_at IS NULL
        ORDER BY r.id
    LOOP
        PERFORM linli.help_rota_close(one);
    END LOOP;
    FOREACH one IN ARRAY members LOOP
        PERFORM linli.help_group_part(linli.fresh_id(at), g, one, 'closed');
    END LOOP;
    UPDATE linli.help_group_asking AS a SET state = 'lapsed'
    WHERE a.estate_id = estate AND a.group_id = g.id AND a.state = 'open' AND a.kind <> 'application';
    PERFORM linli.finish_task(t.id, 'closed')
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.kind = 'help-group-steward' AND t.about_id = g.id
        AND t.finished_at IS NULL;
END
$$;

-- A steward, or the office, closes a group. Verdicts: done; unknown.
CREATE FUNCTION linli.help_group_close(event uuid, grp uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    g CONSTANT linli.help_group := linli.help_group_take(grp);
BEGIN
    IF g.closed_at IS NOT NULL
        OR NOT coalesce(linli.help_group_side(g) IN ('steward', 'office'), false)
    THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.help_group_end(event, g);
    RETURN 'done';
END
$$;

-- Who moves away or dies leaves in the same transaction.
CREATE FUNCTION linli.help_group_of_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    g linli.help_group;
BEGIN
    IF linli.estate_id() IS DISTINCT FROM NEW.estate_id THEN
        RETURN NULL;
    END IF;
    FOR g IN
        SELECT o.*
        FROM linli.help_group_member AS m
        JOIN linli.help_group AS o ON o.estate_id = m.estate_id AND o.id = m.group_id
        WHERE m.estate_id = NEW.estate_id AND m.person_id = NEW.id AND m.ended_at IS NULL
        ORDER BY o.id
        FOR UPDATE OF o
    LOOP
        PERFORM linli.help_group_part(linli.fresh_id(linli.instant()), g, NEW.id, 'gone');
    END LOOP;
    PERFORM linli.help_rotas_of_gone(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER help_group_of_state AFTER UPDATE OF state ON linli.person
    FOR EACH ROW WHEN (NEW.state IN ('moved', 'dead') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION linli.help_group_of_state();

-- Reading ---------------------------------------------------------------------------------------------

-- The groups of the estate that the principal may read, or one of them; one that is closed by its id, for
-- offices. How many members there are stands nowhere: a list held against it would tell of who is missing.
CREATE FUNCTION linli.help_groups_seen(one uuid, before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, name_zh text, name_en text, purpose_zh text, purpose_en text,
        kinds json, joining text, places integer, is_free boolean, side text, monthly_max integer,
        asked text, conversation_id uuid, version integer, closed_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.subject_id();
BEGIN
    RETURN QUERY
        SELECT g.id, g.name_zh, g.name_en, g.purpose_zh, g.purpose_en, to_json(g.kinds),
            linli.help_group_joining(g), g.places, NOT linli.help_group_full(g), s.side,
            (SELECT m.monthly_max FROM linli.help_group_member AS m
                WHERE m.estate_id = estate AND m.group_id = g.id AND m.person_id = own
                    AND m.ended_at IS NULL),
            (SELECT 'waiting' FROM linli.help_group_asking AS a
                WHERE a.estate_id = estate AND a.group_id = g.id AND a.person_id = own
                    AND a.kind = 'application' AND a.state IN ('open', 'declined')
                    AND a.until > at
                LIMIT 1),
            (SELECT c.id FROM linli.conversation AS c
                WHERE c.estate_id = estate AND c.kind = 'group' AND c.about_id = g.id
                    AND c.asker_id = own AND c.closed_at IS NULL
                    AND linli.beneficiary_id() IS NULL),
            g.version, g.closed_at
        FROM linli.help_group AS g
        CROSS JOIN LATERAL (SELECT linli.help_group_side(g) AS side) AS s
        WHERE g.estate_id = estate AND g.id < before_id AND s.side IS NOT NULL
            AND (g.id = one OR (one IS NULL AND g.closed_at IS NULL))
        ORDER BY g.id DESC
        LIMIT rows_max;
END
$$;

-- The members of a group, for them and the office: without those who are kept apart from the reader, and
-- the share whom its lists are without.
CREATE FUNCTION linli.help_group_members(grp uuid)
    RETURNS TABLE (id uuid, display_name text, is_steward boolean, since timestamptz,
        monthly_max integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    side text;
    hidden uuid[];
BEGIN
    SELECT linli.help_group_side(g) INTO side FROM linli.help_group AS g
    WHERE g.estate_id = estate AND g.id = grp;
    IF NOT coalesce(side IN ('member', 'steward', 'office'), false) THEN
        RETURN;
    END IF;
    hidden := linli.own_unseen() || CASE WHEN side = 'office' THEN '{}' ELSE linli.own_apart()
        || linli.unlisted(own, linli.help_group_persons(grp, NULL, false)) END;
    RETURN QUERY
        SELECT p.id, p.display_name, m.is_steward, m.since,
            CASE WHEN side <> 'member' OR p.id = own THEN m.monthly_max END
        FROM linli.help_group_member AS m
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = m.person_id
        WHERE m.estate_id = estate AND m.group_id = grp AND m.ended_at IS NULL
            AND p.id <> ALL (hidden)
        ORDER BY m.is_steward DESC, m.since, p.id;
END
$$;

-- What is asked about groups: of one group, for its stewards; NULL: of the principal itself. What it asked
-- is waiting, whatever was said, until it lapses.
CREATE FUNCTION linli.help_group_askings(grp uuid, before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, group_id uuid, kind text, person uuid, person_name text, state text,
        made_at timestamptz, until timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    apart CONSTANT uuid[] := linli.own_apart() || linli.own_unseen();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT a.id, a.group_id, a.kind, a.person_id, p.display_name, CASE
                WHEN a.state IN ('accepted', 'withdrawn') THEN a.state
                WHEN grp IS NULL AND a.kind = 'application' THEN
                    CASE WHEN a.until <= at THEN 'not_taken' ELSE 'waiting' END
                WHEN a.state = 'open' AND a.until <= at THEN 'lapsed'
                ELSE a.state END,
            a.made_at, a.until
        FROM linli.help_group_asking AS a
        JOIN linli.help_group AS g ON g.estate_id = estate AND g.id = a.group_id
        LEFT JOIN linli.person AS p ON p.estate_id = estate AND p.id = a.person_id
        WHERE a.estate_id = estate AND a.id < before_id AND CASE
            WHEN grp IS NULL THEN a.person_id = own AND a.kind <> 'code'
                AND (a.kind = 'application' OR a.state = 'accepted'
                    OR NOT linli.help_group_bars(g, own))
            -- Of an application that may not be, the stewards see nothing.
            ELSE a.group_id = grp AND linli.help_group_side(g) = 'steward'
                AND (a.person_id IS NULL OR a.person_id <> ALL (apart))
                AND (a.kind <> 'application' OR a.state = 'accepted'
                    OR NOT linli.help_group_bars(g, a.person_id)) END
        ORDER BY a.id DESC
        LIMIT rows_max;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['help_group', 'help_group_member', 'help_group_asking'] LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.help_group_found(uuid, uuid, text, text, text, text, text[], text, integer, integer),
    linli.help_group_change(uuid, uuid, integer, text, text, text, text, text[], text, integer),
    linli.help_group_join(uuid, uuid, uuid, integer),
    linli.help_group_invite(uuid, uuid, uuid, uuid),
    linli.help_group_code(uuid, uuid, uuid, bytea, timestamptz),
    linli.help_group_enter(uuid, bytea, integer),
    linli.help_group_answer(uuid, uuid, boolean, integer), linli.help_group_withdraw(uuid, uuid),
    linli.help_group_leave(uuid, uuid, uuid), linli.help_group_steward(uuid, uuid, uuid, boolean),
    linli.help_group_offer(uuid, uuid, integer), linli.help_group_close(uuid, uuid),
    linli.help_groups_seen(uuid, uuid, bigint), linli.help_group_members(uuid),
    linli.help_group_askings(uuid, uuid, bigint)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('help_group', 'founded_by', 'stay'), ('help_group_member', 'person_id', 'move'),
    ('help_group_asking', 'person_id', 'move'), ('help_group_asking', 'made_by', 'stay');
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('help_group', '互助小组（退出或解散后）', 'Help groups, after one left', '365 days', '30 days',
    '1096 days', '办完即可删（个人信息保护法第十九条）', 'no longer than needed (PIPL art. 19)');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('help_group', 'founded_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL, 'help_group'),
    ('help_group_member', 'person_id', 'yes', '我的互助小组', 'The help groups that one is in',
        'r.group_id, r.is_steward, r.monthly_max, r.since, r.ended_at', 'keep', NULL, 'help_group'),
    ('help_group_asking', 'person_id', 'yes', '我加入互助小组的申请', 'What one asked of help groups',
        'r.group_id, r.kind, r.made_at, r.until', 'keep', NULL, 'help_group'),
    ('help_group_asking', 'made_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', NULL,
        'help_group');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('help_group', 1, 'help_group_asking', 'r.until < $1', NULL),
    ('help_group', 2, 'help_group_member', 'r.ended_at < $1', NULL);
