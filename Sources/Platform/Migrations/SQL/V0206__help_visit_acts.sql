-- What is done at visits: coming, leaving, confirming, cancelling, an errand's money, a note for the next
-- helper; what happens when nobody comes; and whether it was safe. docs/help/visits.md.

INSERT INTO linli.access_rule (role, kind, purpose) VALUES
    ('residents_committee', 'help', 'care'), ('social_worker', 'help', 'care'),
    ('residents_committee', 'help', 'safety'), ('social_worker', 'help', 'safety')
ON CONFLICT DO NOTHING;
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere) VALUES
    ('help-missed', 'residents_committee', '2 hours', '约好的帮助没有人签到，请打电话问问',
        'Nobody came to a visit, or left it: please call', false),
    ('help-cash', 'residents_committee', '1 day', '代买的钱对不上', 'The money of an errand differs',
        false),
    ('help-safety', 'social_worker', '2 hours', '有人说一次帮助不安全', 'Somebody said that help was not safe',
        true);

-- What an estate has set of help; without a row as help_limit says.
CREATE TABLE linli.help_setting (
    estate_id uuid NOT NULL,
    -- The most money of an errand, in fen.
    cash_fen_max bigint NOT NULL,
    -- The most minutes of two persons in a month for which time credits are issued.
    pair_minutes_max integer NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT help_setting_pkey PRIMARY KEY (estate_id),
    CONSTRAINT help_setting_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT help_setting_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT help_setting_cash_range CHECK (cash_fen_max BETWEEN 0 AND 1000000),
    CONSTRAINT help_setting_minutes_range CHECK (pair_minutes_max BETWEEN 0 AND 6000)
);
ALTER TABLE linli.help_setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.help_setting FORCE ROW LEVEL SECURITY;
CREATE POLICY help_setting_owner ON linli.help_setting TO linli_owner
    USING (true) WITH CHECK (true);

-- What holds here: 200 yuan, and ten hours a month.
CREATE FUNCTION linli.help_limits()
    RETURNS TABLE (cash_fen_max bigint, pair_minutes_max integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT coalesce(s.cash_fen_max, 20000), coalesce(s.pair_minutes_max, 600)
        FROM (VALUES (linli.estate_id())) AS e (id)
        LEFT JOIN linli.help_setting AS s ON s.estate_id = e.id;
END
$$;

-- Sets both; by the residents' committee. Verdicts: set; unknown.
CREATE FUNCTION linli.help_limits_set(event uuid, cash bigint, minutes integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee') THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.help_setting AS s (estate_id, cash_fen_max, pair_minutes_max, changed_by,
        changed_at)
    VALUES (linli.estate_id(), cash, minutes, linli.person_id(), linli.instant())
    ON CONFLICT ON CONSTRAINT help_setting_pkey DO UPDATE
        SET cash_fen_max = excluded.cash_fen_max, pair_minutes_max = excluded.pair_minutes_max,
            changed_by = excluded.changed_by, changed_at = excluded.changed_at;
    PERFORM linli.append_event(event, 'help.limitsSet', '{estate}', '{}',
        json_build_object('cash_fen', cash, 'minutes', minutes)::text);
    RETURN 'set';
END
$$;

-- Who is who ---------------------------------------------------------------------------------------

-- Whether the subject stands for a person: it is that person (or acts for it), guards it, or is of age and
-- of its household. For the functions here alone.
CREATE FUNCTION linli.stands_for(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.subject_id();
BEGIN
    RETURN own IS NOT NULL AND person IS NOT NULL AND (own = person
        OR (linli.beneficiary_id() IS NULL AND NOT linli.kept_apart(own, person) AND (
            linli.is_guardian(own, person)
            OR (NOT linli.is_child(estate, own) AND EXISTS (
                SELECT
                FROM linli.membership AS m
                JOIN linli.membership AS o ON o.estate_id = estate
                    AND o.household_id = m.household_id AND o.person_id = own
                WHERE m.estate_id = estate AND m.person_id = person
                    AND m.begins <= at AND m.ends > at AND o.begins <= at AND o.ends > at
                    AND o.role_in_household NOT IN ('flatmate', 'carer'))))));
END
$$;

-- On which side of a visit the principal is: 'helper', 'person' (who is helped, and who stands for it, or
-- for the child), 'office'; NULL: a stranger. Nobody is of an office for its own visit, and nobody sees
-- whom a protection hides from it. For the functions here alone.
CREATE FUNCTION linli.help_side(v linli.help_visit) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    RETURN CASE
        WHEN v.id IS NULL OR v.estate_id <> linli.estate_id() OR linli.person_id() IS NULL
            OR v.helper_id = ANY (unseen) OR v.person_id = ANY (unseen) THEN NULL
        WHEN v.helper_id = linli.person_id() AND linli.beneficiary_id() IS NULL THEN 'helper'
        WHEN v.helper_id = linli.subject_id() THEN NULL
        WHEN linli.stands_for(v.person_id) OR linli.stands_for(v.child_id) THEN 'person'
        WHEN linli.may_read('help', 'care') THEN 'office' END;
END
$$;

-- A visit that the principal may see, held to the end of the transaction. For the functions here alone.
CREATE FUNCTION linli.help_visit_take(visit uuid) RETURNS linli.help_visit
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    found linli.help_visit;
BEGIN
    SELECT * INTO found FROM linli.help_visit AS v
    WHERE v.estate_id = linli.estate_id() AND v.id = visit
    FOR UPDATE;
    IF linli.help_side(found) IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN found;
END
$$;

-- Writes an event of a visit and tells both sides, if there is something to tell. For the functions here
-- alone.
CREATE FUNCTION linli.help_visit_tell(
    event uuid, what text, v linli.help_visit, notice boolean, detail text DEFAULT NULL)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    who CONSTANT uuid[] := array_remove(ARRAY[v.helper_id, v.person_id], NULL);
BEGIN
    PERFORM linli.append_event(event, 'helpVisit.' || what,
        ARRAY(SELECT 'person:' || w FROM unnest(who) AS w), '{}', CASE WHEN detail IS NULL
            THEN json_build_object('visit', v.id)
            ELSE json_build_object('visit', v.id, 'because', detail) END::text);
    IF notice THEN
        PERFORM linli.notify(event, 'helpVisit.' || what, 'help_visit', v.id,
            CASE WHEN detail IS NULL THEN json_build_object('begins', v.begins)
                ELSE json_build_object('begins', v.begins, 'because', detail) END::text, who);
    END IF;
END
$$;

-- Reading ------------------------------------------------------------------------------------------

-- The visits of the subject, those to come first and the next of them; or one that the principal may see
-- (`one_id`). The address is the helper's while it is planned or under way, and the other side's own.
CREATE FUNCTION linli.visits_seen(one_id uuid, after_sort bigint, after_id uuid, rows_max bigint)
    RETURNS TABLE (sort bigint, id uuid, kind text, side text, state text, begins timestamptz,
        ends timestamptz, helper uuid, helper_name text, person uuid, person_name text, child uuid,
        place uuid, address_zh text, address_en text, checked_in_at timestamptz,
        checked_out_at timestamptz, helper_confirmed_at timestamptz,
        person_confirmed_at timestamptz, because text, cash_fen bigint, paid_fen bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.subject_id();
BEGIN
    RETURN QUERY
        SELECT s.sort, v.id, v.kind, s.side, v.state, v.begins, v.ends, v.helper_id,
            h.display_name, v.person_id, p.display_name, v.child_id,
            CASE WHEN a.shown THEN v.place_id END,
            CASE WHEN a.shown THEN linli.help_address(v.place_id, 'zh') END,
            CASE WHEN a.shown THEN linli.help_address(v.place_id, 'en') END, v.checked_in_at,
            v.checked_out_at, v.helper_confirmed_at, v.person_confirmed_at, v.because, v.cash_fen,
            v.paid_fen
        FROM (
            SELECT o.* FROM linli.help_visit AS o
            WHERE o.estate_id = estate AND o.helper_id = own AND one_id IS NULL
                AND linli.beneficiary_id() IS NULL
            UNION ALL
            SELECT o.* FROM linli.help_visit AS o
            WHERE o.estate_id = estate AND o.person_id = own AND one_id IS NULL
            UNION ALL
            SELECT o.* FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = one_id
        ) AS v
        JOIN linli.person AS h ON h.estate_id = estate AND h.id = v.helper_id
        LEFT JOIN linli.person AS p ON p.estate_id = estate AND p.id = v.person_id
        CROSS JOIN LATERAL (
            SELECT linli.help_side(v) AS side, CASE
                WHEN v.state IN ('planned', 'under_way') THEN extract(epoch FROM v.begins)::bigint
                ELSE 20000000000 - extract(epoch FROM v.begins)::bigint END AS sort) AS s
        CROSS JOIN LATERAL (
            SELECT s.side <> 'helper' OR v.state IN ('planned', 'under_way') AS shown) AS a
        WHERE s.side IS NOT NULL
            AND (one_id IS NOT NULL OR (s.sort, v.id) > (after_sort, after_id))
        ORDER BY s.sort, v.id
        LIMIT rows_max;
END
$$;

-- A place by its own name and those above it. For the functions here alone.
CREATE FUNCTION linli.help_address(place uuid, language text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT string_agg(CASE language WHEN 'zh' THEN u.name_zh ELSE u.name_en END,
            CASE language WHEN 'zh' THEN '' ELSE ', ' END ORDER BY n.number DESC)
        FROM linli.duty_places(place) WITH ORDINALITY AS n (id, number)
        JOIN linli.place AS u ON u.estate_id = linli.estate_id() AND u.id = n.id);
END
$$;

-- The sealed texts of a visit that the principal may read: its note (who wrote it, and the office), the
-- note of the last visit before from the same source (`handover`: the helper of a visit that is planned
-- or under way, and the office), the receipt (both sides and the office).
CREATE FUNCTION linli.visit_texts(visit uuid)
    RETURNS TABLE (what text, visit_id uuid, value_sealed bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    v linli.help_visit;
    side text;
BEGIN
    SELECT * INTO v FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = visit;
    side := linli.help_side(v);
    RETURN QUERY
        SELECT 'note', v.id, v.note_sealed
        WHERE side IN ('helper', 'office') AND v.note_sealed IS NOT NULL
        UNION ALL
        SELECT 'receipt', v.id, v.receipt_sealed
        WHERE side IS NOT NULL AND v.receipt_sealed IS NOT NULL;
    RETURN QUERY
        SELECT 'handover', o.id, o.note_sealed
        FROM linli.help_visit AS o
        WHERE (side = 'office' OR (side = 'helper' AND v.state IN ('planned', 'under_way')))
            AND o.estate_id = estate AND o.source = v.source AND o.source_id = v.source_id
            AND o.person_id IS NOT DISTINCT FROM v.person_id AND o.begins < v.begins
            AND o.note_sealed IS NOT NULL
        ORDER BY o.begins DESC
        LIMIT 1;
END
$$;

-- Acts ---------------------------------------------------------------------------------------------

-- The helper has come: from half an hour before it begins until it ends. Verdicts: done; unknown; state
-- (not planned any more), early, late, barred (the two do not meet now).
CREATE FUNCTION linli.visit_check_in(event uuid, visit uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    verdict text;
BEGIN
    verdict := CASE
        WHEN linli.help_side(v) IS DISTINCT FROM 'helper' THEN 'unknown'
        WHEN v.state <> 'planned' THEN 'state'
        WHEN at < v.begins - interval '30 minutes' THEN 'early'
        WHEN at > v.ends THEN 'late'
        WHEN v.person_id IS NOT NULL AND linli.help_bar(v.helper_id, v.person_id) = 'apart'
            THEN 'barred'
        WHEN v.child_id IS NOT NULL AND NOT linli.are_related(v.helper_id, v.child_id)
            AND NOT linli.consented(v.child_id, 'alone_with_adult') THEN 'barred'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_visit AS o SET state = 'under_way', checked_in_at = at
        WHERE o.estate_id = v.estate_id AND o.id = v.id;
        PERFORM linli.help_visit_tell(event, 'checkedIn', v, true);
    END IF;
    RETURN verdict;
END
$$;

-- Takes a check-in back within ten minutes. Verdicts: done; unknown; state, late.
CREATE FUNCTION linli.visit_check_in_undo(event uuid, visit uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    verdict text;
BEGIN
    verdict := CASE
        WHEN linli.help_side(v) IS DISTINCT FROM 'helper' THEN 'unknown'
        WHEN v.state <> 'under_way' THEN 'state'
        WHEN linli.instant() > v.checked_in_at + interval '10 minutes' THEN 'late'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_visit AS o SET state = 'planned', checked_in_at = NULL
        WHERE o.estate_id = v.estate_id AND o.id = v.id;
        PERFORM linli.help_visit_tell(event, 'checkInUndone', v, true);
    END IF;
    RETURN verdict;
END
$$;

-- The helper has left; the office may say so. Verdicts: done; unknown; state.
CREATE FUNCTION linli.visit_check_out(event uuid, visit uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    verdict text;
BEGIN
    verdict := CASE
        WHEN coalesce(linli.help_side(v), 'person') = 'person' THEN 'unknown'
        WHEN v.state <> 'under_way' THEN 'state'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_visit AS o SET state = 'done', checked_out_at = at, closed_at = at
        WHERE o.estate_id = v.estate_id AND o.id = v.id;
        PERFORM linli.help_visit_tell(event, 'checkedOut', v, true);
    END IF;
    RETURN verdict;
END
$$;

-- Either side cancels before it begins, with a code; or the office, which is seen in no name. It is no
-- mark. Verdicts: done; unknown; state, late (it has begun).
CREATE FUNCTION linli.visit_cancel(visit uuid, code text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    side CONSTANT text := linli.help_side(v);
BEGIN
    IF side IS NULL THEN
        RETURN 'unknown';
    ELSIF v.state <> 'planned' THEN
        RETURN 'state';
    ELSIF side <> 'office' AND linli.instant() >= v.begins THEN
        RETURN 'late';
    END IF;
    PERFORM linli.help_visits_end(ARRAY[visit], CASE side WHEN 'office' THEN 'office' ELSE code END,
        side = 'office');
    RETURN 'done';
END
$$;

-- A side says that the visit was as it should be; who is helped, by whoever stands for it or the desk,
-- and with how much an errand cost it. Verdicts: done; unknown; state (not done yet, or confirmed);
-- receipt (an errand's receipt is missing); differs (the sides name different sums: a person looks at it).
CREATE FUNCTION linli.visit_confirm(event uuid, visit uuid, paid bigint) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    side CONSTANT text := linli.help_side(v);
BEGIN
    IF side IS NULL THEN
        RETURN 'unknown';
    ELSIF v.state <> 'done' OR (side = 'helper' AND v.helper_confirmed_at IS NOT NULL)
        OR (side <> 'helper' AND v.person_confirmed_at IS NOT NULL)
    THEN
        RETURN 'state';
    ELSIF v.cash_fen IS NOT NULL AND v.paid_fen IS NULL THEN
        RETURN 'receipt';
    ELSIF paid IS NOT NULL AND v.paid_fen IS DISTINCT FROM paid THEN
        PERFORM linli.raise_task('help-cash', v.id, NULL, NULL, NULL,
            ARRAY[v.helper_id, v.person_id]);
        RETURN 'differs';
    END IF;
    UPDATE linli.help_visit AS o
    SET helper_confirmed_at = CASE WHEN side = 'helper' THEN at ELSE o.helper_confirmed_at END,
        person_confirmed_at = CASE WHEN side <> 'helper' THEN at ELSE o.person_confirmed_at END
    WHERE o.estate_id = v.estate_id AND o.id = v.id;
    PERFORM linli.help_visit_tell(event, 'confirmed', v, false);
    IF (side = 'helper' AND v.person_confirmed_at IS NOT NULL)
        OR (side <> 'helper' AND v.helper_confirmed_at IS NOT NULL)
    THEN
        PERFORM linli.help_visit_settled(event, v.id);
    END IF;
    RETURN 'done';
END
$$;

-- What follows when both sides have confirmed; later rooms say more. For the functions here alone.
CREATE FUNCTION linli.help_visit_settled(event uuid, visit uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    NULL;
END
$$;

-- The helper leaves a note for the next, from its coming until a week after. Verdicts: done; unknown;
-- state, late.
CREATE FUNCTION linli.visit_note(event uuid, visit uuid, sealed bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    verdict text;
BEGIN
    verdict := CASE
        WHEN linli.help_side(v) IS DISTINCT FROM 'helper' THEN 'unknown'
        WHEN v.state NOT IN ('under_way', 'done') THEN 'state'
        WHEN v.closed_at < linli.instant() - interval '7 days' THEN 'late'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_visit AS o SET note_sealed = sealed
        WHERE o.estate_id = v.estate_id AND o.id = v.id;
        PERFORM linli.append_event(event, 'helpVisit.noted', ARRAY['person:' || v.helper_id], '{}',
            json_build_object('visit', v.id)::text);
    END IF;
    RETURN verdict;
END
$$;

-- Errands ------------------------------------------------------------------------------------------

-- Either side says how much money an errand takes, until it is paid. Verdicts: done; unknown; no_cash (a
-- kind without money); over (more than the cap); state.
CREATE FUNCTION linli.visit_cash(event uuid, visit uuid, fen bigint) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    verdict text;
BEGIN
    verdict := CASE
        WHEN linli.help_side(v) IS NULL THEN 'unknown'
        WHEN NOT (SELECT k.cash FROM linli.help_kind AS k WHERE k.code = v.kind) THEN 'no_cash'
        WHEN fen > (SELECT l.cash_fen_max FROM linli.help_limits() AS l) THEN 'over'
        WHEN v.state NOT IN ('planned', 'under_way') OR v.paid_fen IS NOT NULL THEN 'state'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_visit AS o SET cash_fen = fen
        WHERE o.estate_id = v.estate_id AND o.id = v.id;
        PERFORM linli.help_visit_tell(event, 'cashSaid', v, true);
    END IF;
    RETURN verdict;
END
$$;

-- The helper shows what was paid, with the receipt in words. More than was said is looked at by a person.
-- Verdicts: done; unknown; state; unsaid (no sum was said before).
CREATE FUNCTION linli.visit_receipt(event uuid, visit uuid, paid bigint, sealed bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    v CONSTANT linli.help_visit := linli.help_visit_take(visit);
    verdict text;
BEGIN
    verdict := CASE
        WHEN linli.help_side(v) IS DISTINCT FROM 'helper' THEN 'unknown'
        WHEN v.cash_fen IS NULL THEN 'unsaid'
        WHEN v.state NOT IN ('under_way', 'done') OR v.helper_confirmed_at IS NOT NULL
            OR v.person_confirmed_at IS NOT NULL THEN 'state'
        ELSE 'done' END;
    IF verdict = 'done' THEN
        UPDATE linli.help_visit AS o SET paid_fen = paid, receipt_sealed = sealed
        WHERE o.estate_id = v.estate_id AND o.id = v.id;
        PERFORM linli.help_visit_tell(event, 'paid', v, true);
        IF paid > v.cash_fen THEN
            PERFORM linli.raise_task('help-cash', v.id, NULL, NULL, NULL,
                ARRAY[v.helper_id, v.person_id]);
        END IF;
    END IF;
    RETURN verdict;
END
$$;

-- Was it safe --------------------------------------------------------------------------------------

-- Says whether a visit that has begun was safe. 'Yes' leaves nothing. 'No' stands between the two (and the
-- child) at once: what is planned between them ends as the office ends it, and the duty role hears of it
-- without a doer. Verdicts: done; unknown; early (it has not begun).
CREATE FUNCTION linli.visit_safety(new_id uuid, visit uuid, is_safe boolean, sealed bytea)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    v linli.help_visit;
    side text;
    victim uuid;
    other uuid;
BEGIN
    SELECT * INTO v FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = visit;
    side := linli.help_side(v);
    IF coalesce(side, 'office') = 'office' OR v.person_id IS NULL THEN
        RETURN 'unknown';
    ELSIF v.checked_in_at IS NULL AND at < v.begins THEN
        RETURN 'early';
    ELSIF is_safe THEN
        RETURN 'done';
    END IF;
    victim := CASE side WHEN 'helper' THEN v.helper_id ELSE v.person_id END;
    other := CASE side WHEN 'helper' THEN v.person_id ELSE v.helper_id END;
    -- Nobody promises them to each other between this and the commit.
    PERFORM linli.agenda_take(ARRAY(SELECT p FROM unnest(ARRAY[victim, other]) AS p ORDER BY p));
    INSERT INTO linli.help_safety_report (estate_id, id, visit_id, person_id, said_by, other_id,
        said_at, note_sealed)
    VALUES (estate, new_id, visit, victim, linli.person_id(), other, at, sealed)
    ON CONFLICT ON CONSTRAINT help_safety_report_once DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    IF v.child_id IS NOT NULL AND side = 'person' AND v.child_id <> v.person_id THEN
        INSERT INTO linli.help_safety_report (estate_id, id, visit_id, person_id, said_by, other_id,
            said_at)
        VALUES (estate, linli.fresh_id(at), visit, v.child_id, linli.person_id(), other, at)
        ON CONFLICT ON CONSTRAINT help_safety_report_once DO NOTHING;
    END IF;
    PERFORM linli.help_visits_end(ARRAY(
        SELECT o.id FROM linli.help_visit AS o
        WHERE o.estate_id = estate AND o.state = 'planned'
            AND ((o.helper_id = other AND (o.person_id = victim OR o.child_id = v.child_id))
                OR (o.helper_id = victim AND o.person_id = other))
        ORDER BY o.id), 'office', true);
    PERFORM linli.part_conversations(ARRAY[victim], ARRAY[other]);
    PERFORM linli.raise_task('help-safety', new_id, NULL, NULL, NULL, linli.help_concerned(v));
    RETURN 'done';
END
$$;

-- Both sides of a visit and their households: no task about it is theirs. For the functions here alone.
CREATE FUNCTION linli.help_concerned(v linli.help_visit) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    sides CONSTANT uuid[] := array_remove(ARRAY[v.helper_id, v.person_id], NULL);
BEGIN
    RETURN sides || ARRAY(
        SELECT DISTINCT o.person_id
        FROM linli.membership AS m
        JOIN linli.membership AS o ON o.estate_id = m.estate_id AND o.household_id = m.household_id
        WHERE m.estate_id = v.estate_id AND m.person_id = ANY (sides)
            AND o.person_id <> ALL (sides)
            AND m.begins <= at AND m.ends > at AND o.begins <= at AND o.ends > at
        ORDER BY o.person_id
        LIMIT 28);
END
$$;

-- What was said not to be safe, the newest first; for the duty role, of visits that do not concern it.
CREATE FUNCTION linli.safety_reports_seen(before_id uuid, rows_max bigint)
    RETURNS TABLE (id uuid, visit_id uuid, kind text, person uuid, person_name text, other uuid,
        other_name text, said_at timestamptz, note_sealed bytea, decision text,
        decided_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF NOT linli.may_read('help', 'safety') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.visit_id, v.kind, r.person_id, p.display_name, r.other_id, o.display_name,
            r.said_at, r.note_sealed, r.decision, r.decided_at
        FROM linli.help_safety_report AS r
        JOIN linli.help_visit AS v ON v.estate_id = estate AND v.id = r.visit_id
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = r.person_id
        JOIN linli.person AS o ON o.estate_id = estate AND o.id = r.other_id
        WHERE r.estate_id = estate AND r.id < before_id
            AND linli.person_id() <> ALL (linli.help_concerned(v))
            AND r.person_id <> ALL (unseen) AND r.other_id <> ALL (unseen)
        ORDER BY r.id DESC
        LIMIT rows_max;
END
$$;

-- Decides on a report, once more if it must be: it stands, or is lifted. The other never hears of it.
-- Verdicts: done; unknown.
CREATE FUNCTION linli.safety_report_decide(event uuid, report uuid, new_decision text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    r linli.help_safety_report;
BEGIN
    SELECT * INTO r FROM linli.help_safety_report AS o WHERE o.estate_id = estate AND o.id = report
    FOR UPDATE;
    IF NOT linli.may_read('help', 'safety') OR NOT EXISTS (
        SELECT FROM linli.help_visit AS v
        WHERE v.estate_id = estate AND v.id = r.visit_id
            AND linli.person_id() <> ALL (linli.help_concerned(v)))
    THEN
        RETURN 'unknown';
    END IF;
    -- The child's row goes with its family's.
    UPDATE linli.help_safety_report AS o
    SET decision = new_decision, decided_by = linli.person_id(), decided_at = linli.instant()
    WHERE o.estate_id = estate AND o.visit_id = r.visit_id AND o.other_id = r.other_id;
    PERFORM linli.append_event(event, 'helpSafety.decided', ARRAY['person:' || linli.person_id()],
        '{}', json_build_object('report', report, 'decision', new_decision)::text);
    PERFORM linli.finish_task(t.id, new_decision)
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.kind = 'help-safety' AND t.finished_at IS NULL
        AND t.about_id IN (
            SELECT o.id FROM linli.help_safety_report AS o
            WHERE o.estate_id = estate AND o.visit_id = r.visit_id AND o.other_id = r.other_id);
    RETURN 'done';
END
$$;

-- The job ------------------------------------------------------------------------------------------

-- At most so many visits: ends what may not take place any more, tells both that nobody came (15 minutes
-- after the beginning) or left (30 after the end), and an hour later gives it to a person. How many.
CREATE FUNCTION linli.help_visits_sweep(rows_max bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    v linli.help_visit;
    swept bigint := 0;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'help-visits' THEN
        RETURN 0;
    END IF;
    FOR v IN
        SELECT o.* FROM linli.help_visit AS o
        WHERE o.estate_id = estate AND o.state IN ('planned', 'under_way')
            AND o.begins < at + interval '1 day'
            AND ((o.state = 'planned' AND o.person_id IS NOT NULL AND (
                    linli.help_bar(o.helper_id, o.person_id) = 'apart'
                    OR NOT linli.is_here(o.helper_id) OR NOT linli.is_here(o.person_id)))
                OR (o.state = 'planned' AND o.begins <= at - CASE WHEN o.told_in_at IS NULL
                    THEN interval '15 minutes' ELSE interval '75 minutes' END)
                OR (o.state = 'under_way' AND o.ends <= at - CASE WHEN o.told_out_at IS NULL
                    THEN interval '30 minutes' ELSE interval '90 minutes' END
                    AND (o.told_out_at IS NULL OR o.told_out_at > '-infinity')))
        ORDER BY o.begins, o.id
        LIMIT rows_max
        FOR UPDATE SKIP LOCKED
    LOOP
        swept := swept + 1;
        IF v.state = 'planned' AND v.person_id IS NOT NULL AND (
            linli.help_bar(v.helper_id, v.person_id) = 'apart' OR NOT linli.is_here(v.helper_id)
            OR NOT linli.is_here(v.person_id))
        THEN
            PERFORM linli.help_visits_end(ARRAY[v.id], 'office', true);
        ELSIF v.state = 'planned' AND v.told_in_at IS NULL THEN
            UPDATE linli.help_visit AS o SET told_in_at = at
            WHERE o.estate_id = estate AND o.id = v.id;
            PERFORM linli.help_visit_tell(linli.fresh_id(at), 'late', v, true);
        ELSIF v.state = 'planned' THEN
            UPDATE linli.help_visit AS o SET state = 'missed', closed_at = at
            WHERE o.estate_id = estate AND o.id = v.id;
            PERFORM linli.help_visit_tell(linli.fresh_id(at), 'missed', v, true);
            PERFORM linli.raise_task('help-missed', v.id, v.person_id, NULL, NULL,
                ARRAY[v.helper_id]);
        ELSIF v.told_out_at IS NULL THEN
            UPDATE linli.help_visit AS o SET told_out_at = at
            WHERE o.estate_id = estate AND o.id = v.id;
            PERFORM linli.help_visit_tell(linli.fresh_id(at), 'notLeft', v, true);
        ELSE
            -- A person has it: once.
            UPDATE linli.help_visit AS o SET told_out_at = '-infinity'
            WHERE o.estate_id = estate AND o.id = v.id;
            PERFORM linli.raise_task('help-missed', v.id, v.person_id, NULL, NULL,
                ARRAY[v.helper_id]);
        END IF;
    END LOOP;
    RETURN swept;
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.help_limits(), linli.help_limits_set(uuid, bigint, integer),
    linli.visits_seen(uuid, bigint, uuid, bigint), linli.visit_texts(uuid),
    linli.visit_check_in(uuid, uuid), linli.visit_check_in_undo(uuid, uuid),
    linli.visit_check_out(uuid, uuid), linli.visit_cancel(uuid, text),
    linli.visit_confirm(uuid, uuid, bigint), linli.visit_note(uuid, uuid, bytea),
    linli.visit_cash(uuid, uuid, bigint), linli.visit_receipt(uuid, uuid, bigint, bytea),
    linli.visit_safety(uuid, uuid, boolean, bytea), linli.safety_reports_seen(uuid, bigint),
    linli.safety_report_decide(uuid, uuid, text), linli.help_visits_sweep(bigint)
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('help_setting', 'changed_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
VALUES ('help_setting', 'changed_by', 'doer', '谁办的', 'Who did it', 'keep', 'ledger');
