-- Leaving a household, and asking that another one's membership ends.
--
-- Nobody ends another's membership at a stroke: a member asks, the person concerned is told and may
-- answer, and the residents' committee decides on evidence, once it has answered or had its time.

CREATE TABLE linli.membership_request (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- leave: it belongs there no more; moved, dead: it is here no more at all.
    kind text NOT NULL,
    household_id uuid NOT NULL,
    person_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    because text NOT NULL,
    -- What the person concerned says; whoever asked does not read it.
    answer text,
    answer_because text,
    answered_at timestamptz,
    outcome text,
    decided_by uuid,
    decided_at timestamptz,
    decided_because text,
    CONSTRAINT membership_request_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT membership_request_household FOREIGN KEY (estate_id, household_id)
        REFERENCES linli.household (estate_id, id),
    CONSTRAINT membership_request_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT membership_request_asked_by FOREIGN KEY (estate_id, asked_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT membership_request_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT membership_request_kind_known CHECK (kind IN ('leave', 'moved', 'dead')),
    CONSTRAINT membership_request_answer_known CHECK (answer IN ('agreed', 'objected')),
    CONSTRAINT membership_request_outcome_known CHECK (outcome IN ('ended', 'refused')),
    CONSTRAINT membership_request_words CHECK (char_length(because) BETWEEN 1 AND 400
        AND char_length(answer_because) BETWEEN 1 AND 400
        AND char_length(decided_because) BETWEEN 1 AND 400),
    CONSTRAINT membership_request_decided_whole CHECK ((outcome IS NULL) = (decided_by IS NULL)
        AND (outcome IS NULL) = (decided_at IS NULL)
        AND (outcome IS NULL) = (decided_because IS NULL))
);
CREATE UNIQUE INDEX membership_request_open_once
    ON linli.membership_request (estate_id, household_id, person_id) WHERE outcome IS NULL;
CREATE INDEX membership_request_of_person ON linli.membership_request (estate_id, person_id);
ALTER TABLE linli.membership_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.membership_request FORCE ROW LEVEL SECURITY;
CREATE POLICY membership_request_owner ON linli.membership_request TO linli_owner
    USING (true) WITH CHECK (true);

-- How long the person concerned has for its answer before it is decided without one.
CREATE FUNCTION linli.membership_answer_time() RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN interval '72 hours';

-- Whether a person belongs to a household now. For the functions here alone.
CREATE FUNCTION linli.belongs_to(person uuid, household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.membership AS m
        JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
        WHERE m.estate_id = estate AND m.person_id = person AND m.household_id = household
            AND m.begins <= at AND m.ends > at AND h.begins <= at AND h.ends > at);
END
$$;

-- Asks that another member's membership ends; the person concerned is told. That who asks is grown the
-- server knows. Verdicts: asked; unknown, there (it is asked already).
CREATE FUNCTION linli.ask_membership_end(
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
        OR NOT linli.belongs_to(person, household)
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

-- What the person concerned says to it, for the committee; the last word counts until it is decided.
-- Verdicts: answered; unknown, decided.
CREATE FUNCTION linli.answer_membership_end(wanted uuid, said text, reason text, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    held linli.membership_request;
BEGIN
    SELECT * INTO held
    FROM linli.membership_request AS r
    WHERE r.estate_id = estate AND r.id = wanted AND r.person_id = own
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    ELSIF held.outcome IS NOT NULL THEN
        RETURN 'decided';
    END IF;
    UPDATE linli.membership_request AS r
    SET answer = said, answer_because = reason, answered_at = linli.instant()
    WHERE r.estate_id = estate AND r.id = wanted;
    PERFORM linli.append_event(event, 'membership.endAnswered',
        ARRAY['person:' || own, 'role:residents_committee'], ARRAY[own],
        json_build_object('request', wanted)::text);
    RETURN 'answered';
END
$$;

-- Ends a membership, and the roles that came with it; those in hand stay as they are. For the
-- functions here alone.
CREATE FUNCTION linli.end_membership(person uuid, household uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    UPDATE linli.membership AS m
    SET ends = linli.instant()
    WHERE m.estate_id = linli.estate_id() AND m.person_id = person AND m.household_id = household
        AND m.begins <= linli.instant() AND m.ends > linli.instant();
END
$$;

-- Decides a request on evidence; both are told. Verdicts: decided; unknown, own (of the committee's
-- own home), decided_before, early (the person concerned has time left to answer). Moved and dead are
-- noted by linli.set_person_state in the same transaction, as the server does.
CREATE FUNCTION linli.decide_membership_end(
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
            OR NOT linli.has_role('residents_committee') THEN 'unknown'
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

-- Requests, the latest first: those about the principal and those it asked for, and for the residents'
-- committee all. The answer is not for whoever asked; nor is that person's reason for the other.
CREATE FUNCTION linli.membership_requests(is_open boolean, before_id uuid, rows_max integer)
    RETURNS TABLE (id uuid, kind text, household_id uuid, person_id uuid, display_name text,
        asked_by uuid, asked_at timestamptz, because text, answer text, answer_because text,
        outcome text, decided_at timestamptz, decided_because text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    decides CONSTANT boolean := linli.has_role('residents_committee');
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
            AND (NOT is_open OR r.outcome IS NULL) AND r.id < before_id
        ORDER BY r.id DESC
        LIMIT least(rows_max, 101);
END
$$;

-- Ends the principal's own membership at once; the others are told. Verdicts: left, unknown.
CREATE FUNCTION linli.leave_household(household uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
    told uuid[];
BEGIN
    PERFORM FROM linli.household AS h
    WHERE h.estate_id = estate AND h.id = household
    FOR NO KEY UPDATE;
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.belongs_to(own, household) THEN
        RETURN 'unknown';
    END IF;
    told := ARRAY(SELECT linli.told_of_newcomer(estate, own, ARRAY[household]));
    PERFORM linli.end_membership(own, household);
    PERFORM linli.append_event(event, 'membership.left',
        linli.newcomer_audience(estate, own, ARRAY[household]), ARRAY[own],
        json_build_object('person', own, 'household', household)::text);
    PERFORM linli.notify(event, 'membership.left', 'person', own, '{}', told);
    RETURN 'left';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.ask_membership_end(uuid, uuid, uuid, text, text, uuid),
    linli.answer_membership_end(uuid, text, text, uuid),
    linli.decide_membership_end(uuid, text, text, uuid),
    linli.membership_requests(boolean, uuid, integer), linli.leave_household(uuid, uuid)
    TO linli;
