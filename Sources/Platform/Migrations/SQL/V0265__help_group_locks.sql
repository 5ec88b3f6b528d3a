-- A group is held so that a row which names it can be written meanwhile: whoever takes a seat holds the
-- shift and then writes the seat, which looks at the group; whoever leaves holds the group and then the
-- shift. With FOR UPDATE the two waited for each other. FOR NO KEY UPDATE keeps out all that held it before,
-- and no foreign key. docs/help/groups.md.

-- As before.
CREATE OR REPLACE FUNCTION linli.help_group_take(grp uuid) RETURNS linli.help_group
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    g linli.help_group;
BEGIN
    SELECT * INTO g FROM linli.help_group AS o
    WHERE o.estate_id = linli.estate_id() AND o.id = grp
    FOR NO KEY UPDATE;
    IF linli.help_group_side(g) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN g;
END
$$;

-- As before.
CREATE OR REPLACE FUNCTION linli.help_group_enter(
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
    FOR NO KEY UPDATE;
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

-- As before.
CREATE OR REPLACE FUNCTION linli.help_group_answer(event uuid, asking uuid, says_yes boolean, most integer)
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
    FOR NO KEY UPDATE;
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

-- As before.
CREATE OR REPLACE FUNCTION linli.help_rota_agree(event uuid, rota uuid, agrees boolean) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    r linli.help_rota;
    stewards uuid[];
BEGIN
    SELECT o.group_id INTO r.group_id FROM linli.help_rota AS o
    WHERE o.estate_id = estate AND o.id = rota;
    PERFORM FROM linli.help_group AS g
    WHERE g.estate_id = estate AND g.id = r.group_id
    FOR NO KEY UPDATE;
    SELECT * INTO r FROM linli.help_rota AS o
    WHERE o.estate_id = estate AND o.id = rota
    FOR UPDATE;
    IF r.person_id IS NULL OR r.ended_at IS NOT NULL OR linli.stands_for(r.person_id) IS NOT TRUE
    THEN
        RETURN 'unknown';
    END IF;
    stewards := linli.help_group_persons(r.group_id, r.person_id, true);
    IF agrees THEN
        UPDATE linli.help_rota AS o SET agreed_at = coalesce(o.agreed_at, at)
        WHERE o.estate_id = estate AND o.id = rota;
    ELSE
        PERFORM linli.help_rota_close(rota);
    END IF;
    PERFORM linli.append_event(event, 'helpRota.answered', ARRAY(
            SELECT 'person:' || p
            FROM unnest(stewards || r.person_id || linli.person_id()) AS p
            GROUP BY p ORDER BY p), '{}', json_build_object('rota', rota)::text);
    PERFORM linli.notify(event, CASE WHEN agrees THEN 'helpRota.agreed' ELSE 'helpRota.refused' END,
        'help_group', r.group_id, '{}', stewards);
    RETURN 'done';
END
$$;

-- As before.
CREATE OR REPLACE FUNCTION linli.help_group_of_state() RETURNS trigger
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
        FOR NO KEY UPDATE OF o
    LOOP
        PERFORM linli.help_group_part(linli.fresh_id(linli.instant()), g, NEW.id, 'gone');
    END LOOP;
    PERFORM linli.help_rotas_of_gone(NEW.id);
    RETURN NULL;
END
$$;

-- As before.
CREATE OR REPLACE FUNCTION linli.help_rotas_of_gone(person uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN
        SELECT r.id
        FROM linli.help_rota AS r
        JOIN linli.help_group AS g ON g.estate_id = r.estate_id AND g.id = r.group_id
        WHERE r.estate_id = linli.estate_id() AND r.person_id = person AND r.ended_at IS NULL
        ORDER BY g.id, r.id
        FOR NO KEY UPDATE OF g
    LOOP
        PERFORM linli.help_rota_close(one);
    END LOOP;
END
$$;
