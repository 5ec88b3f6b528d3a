-- Who might suit whom, of those who would be one of a pair: what the offices of care read, and Matching finds
-- stable pairs in. Nobody is proposed by it. docs/help/paired-families.md.

-- The two who may be a pair, each couple with what speaks for it; for the offices of care, and logged. Blocks,
-- protections, bans and safety reports leave a couple out, as do a household of both, an aversion, a pairing
-- there was, and a gate that the helper does not pass; linli.pairing_propose looks again.
CREATE FUNCTION linli.pairing_couples()
    RETURNS TABLE (helper_id uuid, helper_name text, seats integer, person_id uuid,
        person_name text, child_id uuid, form text, kind text, tie text, visits integer,
        is_stair boolean, is_building boolean, language text, waits_since timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    rules record;
    unseen CONSTANT uuid[] := linli.own_unseen();
    helpers uuid[];
    about uuid[] := '{}';
BEGIN
    IF NOT linli.may_read('help', 'care') THEN
        RETURN;
    END IF;
    SELECT * INTO rules FROM linli.pairing_rules();
    helpers := ARRAY(
        SELECT w.person_id FROM linli.pairing_wish AS w
        WHERE w.estate_id = estate AND w.side = 'helper');
    FOR helper_id, helper_name, seats, person_id, person_name, child_id, form, kind, tie, visits,
        is_stair, is_building, language, waits_since IN
        WITH homed AS MATERIALIZED (
            SELECT w.person_id AS id, w.side, p.display_name AS name, w.form, w.kinds, w.seats,
                w.child_id, w.since, u.stair_id, u.building_id, q.languages,
                linli.level_of(estate, w.person_id) AS level
            FROM linli.pairing_wish AS w
            JOIN linli.person AS p ON p.estate_id = estate AND p.id = w.person_id
            LEFT JOIN linli.helper_profile AS q ON q.estate_id = estate
                AND q.person_id = w.person_id
            LEFT JOIN linli.household AS h ON h.estate_id = estate
                AND h.id = linli.need_home(w.person_id)
            LEFT JOIN linli.place AS u ON u.estate_id = estate AND u.id = h.residence_id
            WHERE w.estate_id = estate AND w.person_id <> ALL (unseen)
                AND w.person_id <> linli.person_id()
                AND linli.person_available(estate, w.person_id)
        ), living AS MATERIALIZED (
            SELECT p.helper_id, p.person_id, p.form
            FROM linli.pairing AS p
            WHERE p.estate_id = estate AND p.state IN ('proposed', 'trial', 'active', 'review')
        ), able AS MATERIALIZED (
            SELECT o.*, least(o.seats, CASE o.form WHEN 'elder' THEN rules.elders_max
                    ELSE rules.families_max END)
                - (SELECT count(*)::integer FROM living AS l
                    WHERE l.helper_id = o.id AND l.form = o.form) AS left_over,
                linli.is_at_least(o.level, 'in_person') AS in_person,
                linli.is_vetted(o.id) AS vetted
            FROM homed AS o
            WHERE o.side = 'helper' AND linli.is_at_least(o.level, 'household')
                AND NOT linli.is_banned(o.id)
        ), wanting AS MATERIALIZED (
            SELECT o.*, o.form = 'elder' OR o.child_id IS NOT NULL OR linli.help_elder(o.id) AS gated
            FROM homed AS o
            WHERE o.side = 'person' AND NOT EXISTS (
                    SELECT FROM living AS l WHERE l.person_id = o.id AND l.form = o.form)
                AND (o.child_id IS NULL OR linli.consented(o.child_id, 'alone_with_adult'))
        ), barred AS MATERIALIZED (
            SELECT a.person_id AS h, a.other_id AS p FROM linli.apart_pairs(helpers) AS a
            UNION
            SELECT r.person_id, r.other_id FROM linli.help_safety_report AS r
            WHERE r.estate_id = estate AND r.decision IS DISTINCT FROM 'lifted'
            UNION
            SELECT r.other_id, r.person_id FROM linli.help_safety_report AS r
            WHERE r.estate_id = estate AND r.decision IS DISTINCT FROM 'lifted'
            UNION
            SELECT a.helper_id, a.person_id FROM linli.help_aversion AS a
            WHERE a.estate_id = estate
            UNION
            SELECT o.helper_id, o.person_id FROM linli.pairing AS o WHERE o.estate_id = estate
            UNION
            SELECT m.person_id, o.person_id
            FROM linli.membership AS m
            JOIN linli.membership AS o ON o.estate_id = estate
                AND o.household_id = m.household_id AND o.begins <= at AND o.ends > at
            WHERE m.estate_id = estate AND m.person_id = ANY (helpers) AND m.begins <= at
                AND m.ends > at
        ), tied AS MATERIALIZED (
            SELECT t.claimer_id AS a, t.other_id AS b, t.kind FROM linli.tie AS t
            WHERE t.estate_id = estate AND (t.claimer_id = ANY (helpers)
                    OR t.other_id = ANY (helpers)) AND linli.tie_counts(t)
        ), helped AS MATERIALIZED (
            SELECT v.helper_id AS h, v.person_id AS p, count(*)::integer AS n
            FROM linli.help_visit AS v
            WHERE v.estate_id = estate AND v.helper_id = ANY (helpers) AND v.state = 'done'
                AND v.begins > at - interval '366 days'
            GROUP BY v.helper_id, v.person_id
        )
        SELECT a.id, a.name, a.left_over, w.id, w.name, w.child_id, w.form, both_want.kind,
            (SELECT min(t.kind) FROM tied AS t WHERE (t.a, t.b) IN ((a.id, w.id), (w.id, a.id))),
            coalesce(d.n, 0), coalesce(a.stair_id = w.stair_id, false),
            coalesce(a.building_id = w.building_id, false),
            (SELECT min(l) FROM unnest(a.languages) AS l
                WHERE l = ANY (w.languages) AND l <> 'mandarin'),
            w.since
        FROM able AS a
        JOIN wanting AS w ON w.form = a.form AND w.id <> a.id AND w.kinds && a.kinds
            AND (a.in_person OR NOT w.gated) AND (a.vetted OR w.child_id IS NULL)
        CROSS JOIN LATERAL (
            SELECT k.code AS kind
            FROM unnest(w.kinds) WITH ORDINALITY AS k (code, number)
            WHERE k.code = ANY (a.kinds)
            ORDER BY k.number
            LIMIT 1) AS both_want
        LEFT JOIN helped AS d ON d.h = a.id AND d.p = w.id
        WHERE a.left_over > 0 AND NOT EXISTS (
            SELECT FROM barred AS b WHERE b.h = a.id AND b.p IN (w.id, w.child_id))
        ORDER BY w.since, w.id, a.since, a.id
        LIMIT 100000
    LOOP
        about := about || helper_id || person_id;
        RETURN NEXT;
    END LOOP;
    PERFORM linli.log_reads(ARRAY(SELECT DISTINCT a FROM unnest(about) AS a), 'help', 'care');
END
$$;
GRANT EXECUTE ON FUNCTION linli.pairing_couples() TO linli;
