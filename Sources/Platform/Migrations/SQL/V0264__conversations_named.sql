-- A visit names the conversation in which its two sides speak, and a group's conversation the group.
-- docs/help/visits.md and docs/help/groups.md have the rules.

DROP FUNCTION linli.visits_seen(uuid, bigint, uuid, bigint);

-- As before, with the conversation about what the visit is of, as long as it is open and the principal is in it.
CREATE FUNCTION linli.visits_seen(one_id uuid, after_sort bigint, after_id uuid, rows_max bigint)
    RETURNS TABLE (sort bigint, id uuid, kind text, side text, state text, begins timestamptz,
        ends timestamptz, helper uuid, helper_name text, person uuid, person_name text, child uuid,
        place uuid, address_zh text, address_en text, checked_in_at timestamptz,
        checked_out_at timestamptz, helper_confirmed_at timestamptz,
        person_confirmed_at timestamptz, because text, cash_fen bigint, paid_fen bigint,
        conversation_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
BEGIN
    PERFORM linli.log_addresses(linli.visits_at_home(ARRAY(
        SELECT s.id
        FROM linli.visits_shown(one_id, after_sort, after_id,
            rows_max - CASE WHEN one_id IS NULL THEN 1 ELSE 0 END) AS s
        WHERE s.side = 'helper' AND s.place IS NOT NULL)));
    RETURN QUERY
        SELECT s.*, (
            SELECT c.id
            FROM linli.help_visit AS v
            JOIN linli.conversation AS c ON c.estate_id = estate AND c.kind = 'match'
                AND c.about_id = v.source_id AND c.closed_at IS NULL
            JOIN linli.conversation_party AS p ON p.estate_id = estate
                AND p.conversation_id = c.id AND p.person_id = me AND p.left_at IS NULL
            WHERE v.estate_id = estate AND v.id = s.id AND v.source IN ('request', 'pairing')
                AND linli.conversation_closed_at(c) IS NULL
            ORDER BY c.id DESC
            LIMIT 1)
        FROM linli.visits_shown(one_id, after_sort, after_id, rows_max) AS s
        ORDER BY s.sort, s.id;
END
$$;
GRANT EXECUTE ON FUNCTION linli.visits_seen(uuid, bigint, uuid, bigint) TO linli;

-- What a thread is about is called: an activity's title, or a group's name while it is visible. For the functions
-- here alone.
CREATE FUNCTION linli.conversation_title(c linli.conversation, OUT title_zh text, OUT title_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF c.kind = 'group' THEN
        SELECT g.name_zh, g.name_en INTO title_zh, title_en
        FROM linli.help_group AS g
        WHERE g.estate_id = c.estate_id AND g.id = c.about_id AND NOT EXISTS (
            SELECT FROM linli.moderation AS m
            WHERE m.estate_id = g.estate_id AND m.thing_id = g.id AND m.visibility <> 'visible');
    ELSE
        SELECT a.title_zh, a.title_en INTO title_zh, title_en
        FROM linli.activity AS a
        WHERE a.estate_id = c.estate_id AND a.id = c.about_id;
    END IF;
END
$$;

-- As before; what is about a group is called by its name.
CREATE OR REPLACE FUNCTION linli.conversations_seen(
    wanted uuid, of_child uuid, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, kind text, about_id uuid, title_zh text, title_en text, side text,
        asker_id uuid, asker_name text, child_id uuid, child_name text, is_open boolean,
        last_at timestamptz, unread bigint, guardians_read boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    me CONSTANT uuid := linli.person_id();
BEGIN
    RETURN QUERY
        WITH candidate AS MATERIALIZED (
            SELECT wanted AS id WHERE wanted IS NOT NULL
            UNION
            SELECT c.id
            FROM linli.conversation AS c
            WHERE wanted IS NULL AND of_child IS NOT NULL
                AND c.estate_id = estate AND c.asker_id = of_child AND of_child <> me
                AND linli.has_guardian_right(me, of_child, 'conversation')
            UNION
            SELECT p.conversation_id
            FROM linli.conversation_party AS p
            WHERE wanted IS NULL AND of_child IS NULL AND p.estate_id = estate
                AND p.person_id = me
            UNION
            SELECT t.about_id
            FROM linli.task AS t
            WHERE wanted IS NULL AND of_child IS NULL AND t.estate_id = estate
                AND t.kind IN ('conversation-desk', 'conversation-call')
                AND t.finished_at IS NULL AND linli.may_read('conversation', 'desk')
        )
        SELECT c.id, c.kind, c.about_id, a.title_zh, a.title_en, own.side,
            CASE WHEN own.side <> 'asker' THEN c.asker_id END,
            CASE WHEN own.side <> 'asker' THEN asker.display_name END,
            c.child_id, child.display_name, own.is_open, c.last_at,
            (SELECT count(*)
                FROM linli.conversation_message AS m
                WHERE m.estate_id = estate AND m.conversation_id = c.id
                    AND m.number > p.read_number AND m.number <= own.until_number
                    AND m.author_id <> me AND m.taken_back_at IS NULL),
            linli.is_child(estate, c.asker_id)
        FROM candidate AS x
        JOIN linli.conversation AS c ON c.estate_id = estate AND c.id = x.id
        CROSS JOIN LATERAL linli.conversation_side(c) AS own
        JOIN linli.person AS asker ON asker.estate_id = estate AND asker.id = c.asker_id
        LEFT JOIN linli.person AS child ON child.estate_id = estate AND child.id = c.child_id
        CROSS JOIN LATERAL linli.conversation_title(c) AS a
        LEFT JOIN linli.conversation_party AS p ON p.estate_id = estate
            AND p.conversation_id = c.id AND p.person_id = me
        WHERE c.id < before AND (of_child IS NULL OR own.side = 'guardian')
        ORDER BY c.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- As before; what is about a group is called by its name.
CREATE OR REPLACE FUNCTION linli.conversation_titles(conversations uuid[])
    RETURNS TABLE (id uuid, title_zh text, title_en text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT c.id, a.title_zh, a.title_en
        FROM linli.conversation AS c
        CROSS JOIN LATERAL linli.conversation_title(c) AS a
        WHERE c.estate_id = linli.estate_id() AND c.id = ANY (conversations)
            AND a.title_zh IS NOT NULL
            AND EXISTS (SELECT FROM linli.conversation_side(c));
END
$$;
