-- Protection where later rooms did not ask for it: in offices, no-shows, delegations, guardianships and
-- joining codes. What is refused is refused blindly: the other sees what anybody sees of what is not
-- there; the protected one and a social worker are told what to do.

-- As before, and nobody who is protected from the principal: for it they are not here. So what offices
-- do about a person (proofs, absences, vettings, guardianships, delegations) another of them does.
CREATE OR REPLACE FUNCTION linli.is_here(person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = person
            AND p.state IN ('active', 'away', 'in_hospital')
            AND p.id <> ALL (linli.own_unseen()));
END
$$;

-- Whether one is protected from another now. For the functions of the owner.
CREATE FUNCTION linli.is_protected_from(person uuid, other uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.protection AS p
        WHERE p.estate_id = linli.estate_id() AND p.protected_id = person AND p.other_id = other
            AND p.ended_at IS NULL AND p.begins <= at AND p.ends > at);
END
$$;

-- No-shows --------------------------------------------------------------------------------------

-- As before, without those of whom is protected from the principal and what they booked; an organiser
-- reads none of those from whom it is kept apart: a co-organiser does.
CREATE OR REPLACE FUNCTION linli.no_shows_seen(
    wanted uuid, view text, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, occurrence_id uuid, activity_id uuid, reservation_id uuid,
        person_id uuid, display_name text, claimed_at timestamptz, answer text,
        answered_at timestamptz, answer_note text, appealed_at timestamptz, decision text,
        decided_at timestamptz, decision_note text, ages_out_at timestamptz, holder_id uuid,
        capacity_id uuid, claimed_by uuid, may_decide boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
    at CONSTANT timestamptz := linli.instant();
    is_self CONSTANT boolean := linli.beneficiary_id() IS NULL;
    judges CONSTANT boolean := is_self AND linli.has_role('residents_committee');
    things CONSTANT uuid[] := CASE WHEN is_self
        THEN ARRAY(SELECT linli.own_things()) ELSE '{}' END;
    apart CONSTANT uuid[] := linli.own_apart();
    unseen CONSTANT uuid[] := linli.own_unseen();
    found_ids uuid[];
BEGIN
    IF wanted IS NOT NULL THEN
        found_ids := ARRAY[wanted];
    ELSIF view = 'own' THEN
        found_ids := ARRAY(
            SELECT n.id
            FROM linli.no_show AS n
            WHERE n.estate_id = estate AND n.person_id = subject
            UNION
            SELECT n.id
            FROM linli.reservation AS r
            JOIN linli.no_show AS n ON n.estate_id = estate AND n.reservation_id = r.id
            WHERE r.estate_id = estate AND r.holder_id = subject);
    ELSIF view = 'organised' THEN
        found_ids := ARRAY(
            SELECT n.id
            FROM linli.no_show AS n
            JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = n.reservation_id
            WHERE n.estate_id = estate AND n.thing_id = ANY (things)
                AND n.id < before AND n.person_id <> ALL (apart) AND r.holder_id <> ALL (apart)
            ORDER BY n.id DESC
            LIMIT rows_max);
    ELSIF view = 'appeals' AND judges THEN
        found_ids := ARRAY(
            SELECT n.id
            FROM linli.no_show AS n
            WHERE n.estate_id = estate AND n.appealed_at IS NOT NULL AND n.decision IS NULL);
    END IF;
    RETURN QUERY
        SELECT n.id, c.subject_id, n.thing_id, n.reservation_id, n.person_id, p.display_name,
            n.claimed_at, n.answer, n.answered_at, n.answer_note, n.appealed_at, n.decision,
            n.decided_at, n.decision_note, n.ages_out_at, r.holder_id, r.capacity_id,
            n.claimed_by, judges
        FROM linli.no_show AS n
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = n.reservation_id
        JOIN linli.capacity AS c ON c.estate_id = estate AND c.id = r.capacity_id
        JOIN linli.person AS p ON p.estate_id = estate AND p.id = n.person_id
        WHERE n.estate_id = estate AND n.id = ANY (found_ids) AND n.id < before
            AND n.person_id <> ALL (unseen) AND r.holder_id <> ALL (unseen)
            AND (wanted IS NOT NULL OR n.ages_out_at > at)
            AND (subject IN (n.person_id, r.holder_id)
                OR (n.thing_id = ANY (things)
                    AND n.person_id <> ALL (apart) AND r.holder_id <> ALL (apart))
                OR (judges AND n.appealed_at IS NOT NULL))
        ORDER BY n.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- Desks -----------------------------------------------------------------------------------------

-- As before; who is protected from the one at the desk is served by the next.
CREATE OR REPLACE FUNCTION linli.issue_device_code(
    code uuid, person uuid, hash bytea, lapses timestamptz)
    RETURNS TABLE (verdict text, account_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    verdict := 'unknown';
    IF linli.at_desk() AND linli.is_here(person) THEN
        SELECT p.account_id INTO account_id
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = person;
    END IF;
    IF account_id = linli.account_id() THEN
        verdict := 'self';
    ELSIF account_id IS NOT NULL THEN
        UPDATE linli.device_code AS c
        SET revoked_at = at
        WHERE c.account_id = issue_device_code.account_id
            AND c.kind = 'paper'
            AND c.used_at IS NULL
            AND c.revoked_at IS NULL;
        INSERT INTO linli.device_code (account_id, id, kind, code_hash, issued_in, issued_by,
            issued_at, ends)
        VALUES (account_id, code, 'paper', hash, linli.estate_id(), linli.person_id(), at, lapses);
        verdict := 'issued';
    END IF;
    RETURN NEXT;
END
$$;

-- As before, and of nobody who is protected from the one at the desk.
CREATE OR REPLACE FUNCTION linli.report_phones_of(person uuid, because text) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    account uuid;
BEGIN
    IF because IS NULL OR NOT linli.at_desk() THEN
        RETURN NULL;
    END IF;
    SELECT p.account_id INTO account
    FROM linli.person AS p
    WHERE p.estate_id = linli.estate_id() AND p.id = person
        AND p.id <> ALL (linli.own_unseen());
    RETURN CASE WHEN linli.report_phones(account, because) > 0 THEN account END;
END
$$;

-- As before, and of nobody who is protected from the one at the desk.
CREATE OR REPLACE FUNCTION linli.delegations_of(person uuid)
    RETURNS TABLE (id uuid, doer_id uuid, beneficiary_id uuid, scope text[], begins timestamptz,
        ends timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.at_desk() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT d.id, d.doer_id, d.beneficiary_id, d.scope, d.begins, d.ends
        FROM linli.delegation AS d
        WHERE d.estate_id = linli.estate_id() AND d.beneficiary_id = person
            AND d.ends > linli.instant()
            AND d.beneficiary_id <> ALL (unseen) AND d.doer_id <> ALL (unseen)
        ORDER BY d.begins, d.id
        LIMIT 200;
END
$$;

-- As before, without those who are protected from the reader.
CREATE OR REPLACE FUNCTION linli.membership_requests(
    is_open boolean, before_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, kind text, household_id uuid, person_id uuid, display_name text,
        asked_by uuid, asked_at timestamptz, because text, answer text, answer_because text,
        outcome text, decided_at timestamptz, decided_because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    decides CONSTANT boolean := linli.has_role('residents_committee');
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.kind, r.household_id, r.person_id, p.display_name,
            CASE WHEN decides OR r.asked_by = own THEN r.asked_by END, r.asked_at,
            CASE WHEN decides OR r.asked_by = own THEN r.because END,
            CASE WHEN decides OR r.person_id = own THEN r.answer END,
            CASE WHEN decides OR r.person_id = own THEN r.answer_because END,
            r.outcome, r.decided_at, CASE WHEN decides THEN r.decided_because END
        FROM linli.membership_request AS r
        JOIN linli.person AS p ON p.estate_id = r.estate_id AND p.id = r.person_id
        WHERE r.estate_id = estate AND (decides OR own IN (r.person_id, r.asked_by))
            AND r.person_id <> ALL (unseen) AND (r.person_id = own OR r.asked_by <> ALL (unseen))
            AND (NOT is_open OR r.outcome IS NULL) AND r.id < before_id
        ORDER BY r.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- Delegations -----------------------------------------------------------------------------------

-- As before, and nobody whom a protection keeps from the elder, either way.
CREATE OR REPLACE FUNCTION linli.delegation_contacts(estate uuid, person uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
    apart CONSTANT uuid[] := ARRAY(
        SELECT p.other_id FROM linli.apart_pairs(ARRAY[person]) AS p WHERE p.is_protection);
BEGIN
    RETURN ARRAY(
        SELECT other.person_id
        FROM linli.membership AS own
        JOIN linli.household AS h ON h.estate_id = own.estate_id AND h.id = own.household_id
        JOIN linli.membership AS other ON other.estate_id = own.estate_id
            AND other.household_id = own.household_id
        WHERE own.estate_id = estate AND own.person_id = person
            AND own.role_in_household NOT IN ('flatmate', 'carer')
            AND other.role_in_household NOT IN ('flatmate', 'carer')
            AND own.begins <= at AND own.ends > at AND other.begins <= at AND other.ends > at
            AND h.begins <= at AND h.ends > at AND other.person_id <> person
            AND other.person_id <> ALL (apart)
            AND NOT linli.is_child(estate, other.person_id)
        UNION
        SELECT kin.id
        FROM linli.tie AS t
        CROSS JOIN LATERAL (VALUES (
            CASE WHEN t.claimer_id = person THEN t.other_id ELSE t.claimer_id END)) AS kin (id)
        WHERE t.estate_id = estate AND person IN (t.claimer_id, t.other_id) AND t.kind = 'kin'
            AND t.confirmed_at <= at AND t.ends > at AND kin.id <> ALL (apart)
        LIMIT 40);
END
$$;

-- As before; 'protected' between two whom a protection keeps apart.
CREATE OR REPLACE FUNCTION linli.delegation_verdict(doer uuid, beneficiary uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE
        WHEN NOT linli.is_here(doer) OR NOT linli.is_here(beneficiary) OR doer = beneficiary
            OR linli.is_child(estate, beneficiary) THEN 'unknown'
        WHEN linli.is_protected_from(doer, beneficiary)
            OR linli.is_protected_from(beneficiary, doer) THEN 'protected'
        WHEN linli.is_child(estate, doer)
            OR NOT linli.is_at_least(linli.level_of(estate, doer), 'in_person') THEN 'not_known'
        WHEN EXISTS (
            SELECT
            FROM linli.delegation AS d
            WHERE d.estate_id = estate AND d.doer_id = doer AND d.beneficiary_id = beneficiary
                AND d.ends > linli.instant() AND d.ended_by IS NULL) THEN 'there'
        ELSE 'open' END;
END
$$;

-- As before, and 'protected'; of its own household a worker learns nothing here.
CREATE OR REPLACE FUNCTION linli.appoint_delegate(
    new_id uuid, doer uuid, beneficiary uuid, new_scope text[], days integer, because text,
    event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    verdict text;
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('social_worker') THEN
        RETURN 'unknown';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('delegate/' || beneficiary, 101));
    verdict := linli.delegation_verdict(doer, beneficiary);
    IF verdict <> 'unknown'
        AND (linli.is_own_household(doer) OR linli.is_own_household(beneficiary))
    THEN
        RETURN 'own';
    ELSIF verdict <> 'open' THEN
        RETURN verdict;
    END IF;
    PERFORM linli.delegation_put(new_id, doer, beneficiary, new_scope, days, 'before_worker',
        because, event);
    RETURN 'appointed';
END
$$;

-- As before, and 'protected' for one who is protected from whom it would act for.
CREATE OR REPLACE FUNCTION linli.ask_delegation(
    new_id uuid, beneficiary uuid, new_scope text[], new_days integer, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    verdict text;
BEGIN
    IF linli.beneficiary_id() IS NULL AND linli.is_protected_from(own, beneficiary) THEN
        RETURN 'protected';
    ELSIF linli.beneficiary_id() IS NOT NULL
        OR NOT own = ANY (linli.delegation_contacts(estate, beneficiary))
    THEN
        RETURN 'unknown';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('delegate/' || beneficiary, 101));
    verdict := linli.delegation_verdict(own, beneficiary);
    IF verdict <> 'open' THEN
        RETURN verdict;
    END IF;
    INSERT INTO linli.delegation_request (estate_id, id, doer_id, beneficiary_id, scope, days,
        asked_at)
    VALUES (estate, new_id, own, beneficiary, new_scope, new_days, at)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'there';
    END IF;
    UPDATE linli.delegation_request AS r
    SET task_id = linli.raise_task('delegate-callback', new_id, beneficiary, NULL, NULL,
        ARRAY[own])
    WHERE r.estate_id = estate AND r.id = new_id;
    PERFORM linli.append_event(event, 'delegation.asked',
        ARRAY['person:' || own, 'person:' || beneficiary, 'role:social_worker'],
        ARRAY[beneficiary, own],
        json_build_object('request', new_id, 'doer', own, 'beneficiary', beneficiary)::text);
    PERFORM linli.notify(event, 'delegation.asked', 'person', beneficiary, '{}',
        ARRAY[beneficiary]);
    RETURN 'asked';
END
$$;

-- Guardians -------------------------------------------------------------------------------------

-- As before; nobody is recorded as guardian of a child that is protected from it: 'protected' for a
-- social worker, and for another office, which is not told of protections, 'worker'.
CREATE OR REPLACE FUNCTION linli.record_guardianship(
    new_id uuid, guardian uuid, child uuid, new_rights text[], shown text, until timestamptz,
    fourteen date, eighteen date, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    before uuid;
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee', 'social_worker')
        OR NOT linli.is_here(child) OR NOT linli.is_here(guardian)
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(child) OR linli.is_own_household(guardian) THEN
        RETURN 'own';
    ELSIF guardian = child OR linli.is_child(estate, guardian) THEN
        RETURN 'not_grown';
    ELSIF linli.is_protected_from(child, guardian) THEN
        RETURN CASE WHEN linli.has_role('social_worker') THEN 'protected' ELSE 'worker' END;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('guardian/' || child, 101));
    PERFORM linli.note_age(child, fourteen, eighteen);
    before := linli.running_guardianship(guardian, child);
    UPDATE linli.guardianship AS g
    SET ends = at, ended_by = linli.person_id(), ended_because = shown
    WHERE g.estate_id = estate AND g.id = before;
    INSERT INTO linli.guardianship (estate_id, id, guardian_id, child_id, rights, how, evidence,
        recorded_by, begins, ends)
    VALUES (estate, new_id, guardian, child, new_rights, 'office', shown, linli.person_id(), at,
        until);
    PERFORM linli.tell_family(event, 'guardianship.begun', child, ARRAY[guardian],
        ARRAY(SELECT linli.guardians_of(child)),
        json_build_object('guardianship', new_id, 'child', child, 'how', 'office'));
    PERFORM linli.family_changed(child);
    RETURN 'begun';
END
$$;

-- As before, without guardians and children who are protected from the reader.
CREATE OR REPLACE FUNCTION linli.guardianships_seen(
    wanted uuid, of_child uuid, after_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, child_id uuid, guardian_id uuid, rights text[], how text,
        begins timestamptz, ends timestamptz, evidence text, ended_because text, objection json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    is_office CONSTANT boolean := linli.has_role('residents_committee', 'social_worker');
    homes CONSTANT uuid[] := CASE WHEN linli.is_child(estate, own) THEN '{}'
        ELSE ARRAY(SELECT linli.own_households()) END;
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT g.id, g.child_id, g.guardian_id, g.rights, g.how, g.begins, g.ends,
            CASE WHEN is_office OR g.guardian_id = own THEN g.evidence END,
            CASE WHEN is_office OR g.guardian_id = own THEN g.ended_because END,
            CASE WHEN is_office THEN (
                SELECT json_build_object('id', o.id, 'because', o.because, 'at', o.objected_at)
                FROM linli.family_objection AS o
                WHERE o.estate_id = estate AND o.guardianship_id = g.id AND o.decision IS NULL
                LIMIT 1) END
        FROM linli.guardianship AS g
        WHERE g.estate_id = estate AND g.id > after_id
            AND (wanted IS NULL OR g.id = wanted)
            AND (of_child IS NULL OR g.child_id = of_child)
            AND g.child_id <> ALL (unseen) AND g.guardian_id <> ALL (unseen)
            AND (g.guardian_id = own OR g.household_id = ANY (homes)
                OR (is_office AND (wanted IS NOT NULL OR of_child IS NOT NULL OR EXISTS (
                    SELECT
                    FROM linli.family_objection AS o
                    WHERE o.estate_id = estate AND o.guardianship_id = g.id
                        AND o.decision IS NULL))))
        ORDER BY g.id
        LIMIT least(rows_max, 101);
END
$$;

-- As before, without what one has booked, or comes to, who is protected from the reader: her own bookings
-- do not exist, whomever she brings.
CREATE OR REPLACE FUNCTION linli.child_bookings(
    child uuid, after_begins timestamptz, after_id uuid, rows_max integer)
    RETURNS TABLE (reservation_id uuid, occurrence_id uuid, state text, is_mine boolean,
        begins timestamptz, ends timestamptz, until timestamptz, title_zh text, title_en text,
        checked_in_at timestamptz, checked_out_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    unseen CONSTANT uuid[] := linli.own_unseen();
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_guardian_right(linli.person_id(), child, 'activities')
    THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, o.id, r.state, r.holder_id = linli.person_id(), o.begins, o.ends, r.until,
            coalesce(o.title_zh, a.title_zh), coalesce(o.title_en, a.title_en),
            m.checked_in_at, m.checked_out_at
        FROM linli.reservation_member AS m
        JOIN linli.reservation AS r ON r.estate_id = estate AND r.id = m.reservation_id
        JOIN linli.activity_occurrence AS o ON o.estate_id = estate
            AND o.capacity_id = r.capacity_id
        JOIN linli.activity AS a ON a.estate_id = estate AND a.id = o.activity_id
        WHERE m.estate_id = estate AND m.person_id = child AND m.is_live
            AND (r.until IS NULL OR r.until > linli.instant())
            AND r.holder_id <> ALL (unseen)
            AND NOT EXISTS (
                SELECT
                FROM linli.reservation_member AS beside
                WHERE beside.estate_id = estate AND beside.reservation_id = r.id
                    AND beside.is_live AND beside.person_id = ANY (unseen))
            AND o.ends > linli.instant() - interval '1 day'
            AND (o.begins, r.id) > (after_begins, after_id)
        ORDER BY o.begins, r.id
        LIMIT least(rows_max, 101);
END
$$;

-- As before, without children who are protected from the reader.
CREATE OR REPLACE FUNCTION linli.child_names(children uuid[])
    RETURNS TABLE (person_id uuid, name text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid[] := ARRAY(SELECT linli.own_children())
        || ARRAY(SELECT linli.own_household_members());
    is_office CONSTANT boolean := linli.has_role('residents_committee', 'social_worker');
BEGIN
    IF linli.person_id() IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.display_name
        FROM linli.person AS p
        WHERE p.estate_id = estate AND p.id = ANY (children)
            AND p.id <> ALL (linli.own_unseen())
            AND (p.id = ANY (own) OR is_office);
END
$$;

-- As before, and nobody from whom the child is protected, whoever named it.
CREATE OR REPLACE FUNCTION linli.may_fetch(person uuid, child uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.is_child(linli.estate_id(), child)
        AND NOT linli.is_protected_from(child, person)
        AND (linli.has_guardian_right(person, child, 'pick_up')
            OR linli.consented(child, 'pick_up', person));
END
$$;

-- Joining codes ---------------------------------------------------------------------------------

-- Whether a protection lives between a person and somebody of a household, or, where a code begins a
-- household, of its residence: 'other' if somebody there is protected from it, 'own' if it is protected
-- from somebody there. For the functions here alone; the principal may be an account without estate.
CREATE FUNCTION linli.protection_at(code linli.join_code, person uuid, at timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN bool_or(p.other_id = person) THEN 'other'
            WHEN count(*) > 0 THEN 'own' END
        FROM linli.protection AS p
        JOIN linli.membership AS m ON m.estate_id = p.estate_id
            AND m.person_id = CASE WHEN p.other_id = person THEN p.protected_id
                ELSE p.other_id END
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE p.estate_id = code.estate_id AND person IN (p.other_id, p.protected_id)
            AND p.ended_at IS NULL AND p.begins <= at AND p.ends > at
            AND m.begins <= at AND m.ends > at
            AND (h.id = code.household_id
                OR (code.household_id IS NULL AND h.residence_id = code.residence_id)));
END
$$;

-- As before; for one from whom somebody there is protected the code is revoked, and one who is protected
-- from somebody there ('protected') is told what to do.
CREATE OR REPLACE FUNCTION linli.account_objection(
    code linli.join_code, account uuid, own linli.person, residence uuid, at timestamptz)
    RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    protection CONSTANT text := linli.protection_at(code, own.id, at);
BEGIN
    RETURN CASE
        WHEN residence <> code.residence_id THEN 'elsewhere'
        WHEN EXISTS (
            SELECT
            FROM linli.person AS p
            WHERE p.estate_id = code.estate_id AND p.id = code.issued_by
                AND p.account_id = account) THEN 'own'
        WHEN own.id IS NOT NULL AND own.state NOT IN ('active', 'away', 'in_hospital')
            THEN 'not_here'
        WHEN own.id IS NOT NULL AND code.person_id <> own.id THEN 'other_person'
        WHEN EXISTS (
            SELECT
            FROM linli.membership AS m
            JOIN linli.proof AS f ON f.estate_id = m.estate_id AND f.person_id = m.person_id
                AND f.household_id = m.household_id
            WHERE m.estate_id = code.estate_id AND m.person_id = own.id
                AND m.household_id = code.household_id AND m.begins <= at AND m.ends > at
                AND f.withdrawn_at IS NULL AND f.ends > at) THEN 'member'
        WHEN protection = 'other' THEN 'revoked'
        WHEN protection = 'own' THEN 'protected'
        ELSE 'open' END;
END
$$;
