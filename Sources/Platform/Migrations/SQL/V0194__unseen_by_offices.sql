-- For the other, the protected one does not exist, whatever id it has kept: an officer begins no role of
-- hers, merges her with nobody, and neither asks for nor decides on the end of a membership of hers. The
-- next officer does.

-- As before, but of whom the principal may see.
CREATE OR REPLACE FUNCTION linli.begin_role(
    new_id uuid, holder uuid, wanted text, place uuid, since timestamptz, until timestamptz,
    reason text, reference text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    lacks CONSTANT text := linli.role_objection(
        holder, wanted, place, reason, reference, since, until, NULL);
BEGIN
    IF holder = ANY (linli.own_unseen()) THEN
        RETURN 'unknown';
    ELSIF lacks IS NOT NULL THEN
        RETURN lacks;
    END IF;
    INSERT INTO linli.role_term (estate_id, id, person_id, role, place_id, begins, ends, because,
        because_ref, appointed_by)
    VALUES (linli.estate_id(), new_id, holder, wanted, place, since, until, reason, reference,
        linli.person_id());
    PERFORM linli.append_event(event, 'role.begun', linli.role_audience(wanted, holder),
        ARRAY[holder], json_build_object('term', new_id, 'person', holder, 'role', wanted,
            'place', place, 'because', reason)::text);
    PERFORM linli.notify(event, 'role.begun', 'person', holder,
        json_build_object('what', json_build_array(wanted), 'begins', since)::text, ARRAY[holder]);
    RETURN 'begun';
END
$$;

-- As before, but of whom the principal may see.
CREATE OR REPLACE FUNCTION linli.merge_persons(
    new_id uuid, kept uuid, dropped uuid, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    one linli.person;
    other linli.person;
    before text[];
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('residents_committee')
        OR kept = dropped OR ARRAY[kept, dropped] && linli.own_unseen()
    THEN
        RETURN 'unknown';
    END IF;
    PERFORM FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id IN (kept, dropped)
    ORDER BY p.id
    FOR UPDATE;
    SELECT * INTO one FROM linli.person AS p WHERE p.estate_id = estate AND p.id = kept;
    SELECT * INTO other FROM linli.person AS p WHERE p.estate_id = estate AND p.id = dropped;
    IF one.id IS NULL OR other.id IS NULL OR one.origin <> 'resident' OR other.origin <> 'resident'
        OR one.state NOT IN ('active', 'away', 'in_hospital')
        OR other.state IN ('merged', 'erased', 'suspended')
    THEN
        RETURN 'unknown';
    ELSIF linli.is_own_household(kept) OR linli.is_own_household(dropped) THEN
        RETURN 'own';
    ELSIF one.claimed_at IS NULL AND other.claimed_at IS NOT NULL THEN
        RETURN 'keep_claimed';
    ELSIF one.claimed_at IS NOT NULL AND other.claimed_at IS NOT NULL
        AND other.state IN ('active', 'away', 'in_hospital')
        AND NOT (linli.agrees_to_merge(kept, dropped) AND linli.agrees_to_merge(dropped, kept))
    THEN
        RETURN 'both_alive';
    END IF;
    INSERT INTO linli.person_merge (estate_id, id, kept_id, dropped_id, was, merged_by, merged_at,
        because)
    VALUES (estate, new_id, kept, dropped, other.state, linli.person_id(), at, reason);
    before := linli.act_as_merge();
    PERFORM linli.move_person(new_id, dropped, kept);
    PERFORM linli.restore_after_merge(before);
    UPDATE linli.person AS p
    SET state = 'merged'
    WHERE p.estate_id = estate AND p.id = dropped;
    PERFORM linli.append_event(event, 'person.merged',
        ARRAY['person:' || kept, 'role:residents_committee'], ARRAY[kept, dropped],
        json_build_object('merge', new_id, 'kept', kept, 'dropped', dropped)::text);
    PERFORM linli.notify(event, 'person.merged', 'person', kept, '{}', ARRAY[kept]);
    RETURN 'merged';
END
$$;

-- As before, but of whom the principal may see.
CREATE OR REPLACE FUNCTION linli.ask_membership_end(
    new_id uuid, household uuid, person uuid, wanted text, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    PERFORM FROM linli.household AS h
    WHERE h.estate_id = estate AND h.id = household
    FOR NO KEY UPDATE;
    IF linli.beneficiary_id() IS NOT NULL OR person = own OR NOT linli.belongs_to(own, household)
        OR NOT linli.belongs_to(person, household) OR person = ANY (linli.own_unseen())
    THEN
        RETURN 'unknown';
    ELSIF EXISTS (
        SELECT
        FROM linli.membership_request AS r
        WHERE r.estate_id = estate AND r.household_id = household AND r.person_id = person
            AND r.outcome IS NULL)
    THEN
        RETURN 'there';
    END IF;
    INSERT INTO linli.membership_request (estate_id, id, kind, household_id, person_id, asked_by,
        asked_at, because)
    VALUES (estate, new_id, wanted, household, person, own, linli.instant(), reason);
    PERFORM linli.append_event(event, 'membership.endAsked',
        ARRAY['person:' || person, 'person:' || own, 'role:residents_committee'],
        ARRAY[person, own], json_build_object('request', new_id, 'household', household)::text);
    PERFORM linli.notify(event, 'membership.endAsked', 'person', person,
        json_build_object('what', json_build_array(wanted))::text, ARRAY[person]);
    RETURN 'asked';
END
$$;

-- As before, but of whom the principal may see.
CREATE OR REPLACE FUNCTION linli.decide_membership_end(
    wanted uuid, verdict text, reason text, event uuid, OUT done text, OUT kind text,
    OUT person uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    held linli.membership_request;
BEGIN
    SELECT * INTO held
    FROM linli.membership_request AS r
    WHERE r.estate_id = estate AND r.id = wanted
    FOR NO KEY UPDATE;
    kind := held.kind;
    person := held.person_id;
    done := CASE
        WHEN held.id IS NULL OR linli.beneficiary_id() IS NOT NULL
            OR NOT linli.has_role('residents_committee')
            OR ARRAY[held.person_id, held.asked_by] && linli.own_unseen() THEN 'unknown'
        WHEN linli.is_own_household(held.person_id) OR linli.is_own_household(held.asked_by)
            THEN 'own'
        WHEN held.outcome IS NOT NULL THEN 'decided_before'
        WHEN verdict = 'ended' AND held.kind <> 'dead' AND held.answer IS NULL
            AND held.asked_at + linli.membership_answer_time() > at THEN 'early'
        ELSE 'decided' END;
    IF done <> 'decided' THEN
        RETURN;
    END IF;
    UPDATE linli.membership_request AS r
    SET outcome = verdict, decided_by = linli.person_id(), decided_at = at,
        decided_because = reason
    WHERE r.estate_id = estate AND r.id = wanted;
    IF verdict = 'ended' AND held.kind = 'leave' THEN
        PERFORM linli.end_membership(held.person_id, held.household_id);
    END IF;
    PERFORM linli.append_event(event, 'membership.endDecided',
        ARRAY['person:' || held.person_id, 'person:' || held.asked_by, 'role:residents_committee'],
        ARRAY[held.person_id, held.asked_by],
        json_build_object('request', wanted, 'outcome', verdict)::text);
    PERFORM linli.notify(event, 'membership.endDecided', 'person', held.person_id,
        json_build_object('what', json_build_array(held.kind))::text,
        ARRAY[held.person_id, held.asked_by]);
END
$$;
