-- Delegates (代办人): appointed by the elder before a social worker, or by a call back to her; for
-- bounded things, from 48 hours later, for a year at most, and ended at once by her word.

-- What may be done for another at all. Phones, delegates, pairings, doors and alarm plans are in no
-- scope, and an import brings none of them either.
ALTER TABLE linli.delegation
    ADD CONSTRAINT delegation_scope_known CHECK (scope <@ ARRAY['announcements', 'activities']),
    -- How it came about: import, before_worker, call_back.
    ADD COLUMN how text NOT NULL DEFAULT 'import',
    ADD COLUMN appointed_at timestamptz,
    ADD COLUMN ended_by uuid,
    ADD COLUMN ended_how text,
    ADD CONSTRAINT delegation_how_known CHECK (how IN ('import', 'before_worker', 'call_back')),
    ADD CONSTRAINT delegation_appointed_whole CHECK ((how = 'import') = (appointed_at IS NULL)
        AND (how = 'import' OR recorded_by IS NOT NULL)),
    ADD CONSTRAINT delegation_not_own_record CHECK (how = 'import'
        OR recorded_by NOT IN (doer_id, beneficiary_id)),
    -- What ends it before it began leaves ends at begins plus nothing: see delegation_end.
    ADD CONSTRAINT delegation_waits CHECK (how = 'import'
        OR begins >= appointed_at + interval '48 hours'),
    ADD CONSTRAINT delegation_a_year CHECK (how = 'import'
        OR ends <= appointed_at + interval '366 days'),
    ADD CONSTRAINT delegation_ended_by FOREIGN KEY (estate_id, ended_by)
        REFERENCES linli.person (estate_id, id),
    ADD CONSTRAINT delegation_ended_how_known
        CHECK (ended_how IN ('by_herself', 'at_desk', 'laid_down')),
    ADD CONSTRAINT delegation_ended_whole CHECK ((ended_by IS NULL) = (ended_how IS NULL));
-- Ended in its first 48 hours, it has no time at all.
ALTER TABLE linli.delegation DROP CONSTRAINT delegation_forward;
ALTER TABLE linli.delegation ADD CONSTRAINT delegation_forward
    CHECK (begins < ends OR ended_by IS NOT NULL);

-- A request that waits for a call back to the elder.
CREATE TABLE linli.delegation_request (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    doer_id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    scope text[] NOT NULL,
    days integer NOT NULL,
    asked_at timestamptz NOT NULL,
    task_id uuid,
    decided_at timestamptz,
    decided_by uuid,
    -- confirmed by her, or refused.
    decision text,
    because text,
    CONSTRAINT delegation_request_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT delegation_request_doer FOREIGN KEY (estate_id, doer_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT delegation_request_beneficiary FOREIGN KEY (estate_id, beneficiary_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT delegation_request_decided_by FOREIGN KEY (estate_id, decided_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT delegation_request_of_two CHECK (doer_id <> beneficiary_id),
    CONSTRAINT delegation_request_scope_known CHECK (cardinality(scope) >= 1
        AND scope <@ ARRAY['announcements', 'activities']),
    CONSTRAINT delegation_request_days CHECK (days BETWEEN 1 AND 364),
    CONSTRAINT delegation_request_decision_known CHECK (decision IN ('confirmed', 'refused')),
    CONSTRAINT delegation_request_whole CHECK ((decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (because IS NULL)),
    CONSTRAINT delegation_request_not_own_judge
        CHECK (decided_by NOT IN (doer_id, beneficiary_id)),
    CONSTRAINT delegation_request_because_length CHECK (char_length(because) BETWEEN 1 AND 400)
);
CREATE UNIQUE INDEX delegation_request_once
    ON linli.delegation_request (estate_id, doer_id, beneficiary_id) WHERE decision IS NULL;
ALTER TABLE linli.delegation_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.delegation_request FORCE ROW LEVEL SECURITY;
CREATE POLICY delegation_request_owner ON linli.delegation_request TO linli_owner
    USING (true) WITH CHECK (true);

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere)
VALUES ('delegate-callback', 'social_worker', interval '2 days', '回电确认代办委托',
    'Call an elder back about a delegate', true);

-- The contacts of a person who hear of its delegates: its grown household, and those with whom it has
-- a confirmed tie of kin. For the functions here alone.
CREATE FUNCTION linli.delegation_contacts(estate uuid, person uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
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
            AND NOT linli.is_child(estate, other.person_id)
        UNION
        SELECT CASE WHEN t.claimer_id = person THEN t.other_id ELSE t.claimer_id END
        FROM linli.tie AS t
        WHERE t.estate_id = estate AND person IN (t.claimer_id, t.other_id) AND t.kind = 'kin'
            AND t.confirmed_at <= at AND t.ends > at
        LIMIT 40);
END
$$;

-- Writes a delegation and tells the elder, the delegate and her contacts. For the functions here
-- alone.
CREATE FUNCTION linli.delegation_put(
    new_id uuid, doer uuid, beneficiary uuid, new_scope text[], days integer, came text,
    because text, event uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    starts CONSTANT timestamptz := at + interval '48 hours';
    told CONSTANT uuid[] := linli.delegation_contacts(estate, beneficiary);
BEGIN
    INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins, ends,
        because, recorded_by, how, appointed_at)
    VALUES (estate, new_id, doer, beneficiary, new_scope, starts,
        starts + days * interval '1 day', because, linli.person_id(), came, at);
    PERFORM linli.append_event(event, 'delegation.appointed',
        ARRAY['person:' || doer, 'person:' || beneficiary, 'role:social_worker'],
        ARRAY[beneficiary, doer],
        json_build_object('delegation', new_id, 'doer', doer, 'beneficiary', beneficiary,
            'how', came)::text);
    PERFORM linli.notify(event, 'delegation.appointed', 'person', beneficiary,
        json_build_object('begins', starts)::text, told || ARRAY[doer, beneficiary]);
END
$$;

-- Whether two may be delegate and elder: both here, grown up and claimed by themselves or present,
-- and no delegation between them runs. For the functions here alone.
CREATE FUNCTION linli.delegation_verdict(doer uuid, beneficiary uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN CASE
        WHEN NOT linli.is_here(doer) OR NOT linli.is_here(beneficiary) OR doer = beneficiary
            OR linli.is_child(estate, beneficiary) THEN 'unknown'
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

-- Appoints a delegate with the elder present, by a social worker who saw both. Verdicts: appointed;
-- unknown, own, not_known, there.
CREATE FUNCTION linli.appoint_delegate(
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
    IF verdict <> 'open' THEN
        RETURN verdict;
    ELSIF linli.is_own_household(doer) OR linli.is_own_household(beneficiary) THEN
        RETURN 'own';
    END IF;
    PERFORM linli.delegation_put(new_id, doer, beneficiary, new_scope, days, 'before_worker',
        because, event);
    RETURN 'appointed';
END
$$;

-- Asks to become the delegate of one of one's household or kin: a social worker calls the elder back.
-- Whoever is neither learns nothing. Verdicts: asked; unknown, not_known, there.
CREATE FUNCTION linli.ask_delegation(
    new_id uuid, beneficiary uuid, new_scope text[], new_days integer, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    verdict text;
BEGIN
    IF linli.beneficiary_id() IS NOT NULL
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

-- Records what the elder said on the telephone. Verdicts: confirmed, refused; unknown, own, again,
-- not_known, there.
CREATE FUNCTION linli.answer_callback(
    wanted uuid, new_id uuid, said_yes boolean, reason text, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    asked linli.delegation_request;
    verdict text := CASE WHEN said_yes THEN 'confirmed' ELSE 'refused' END;
    found_verdict text;
BEGIN
    SELECT * INTO asked
    FROM linli.delegation_request AS r
    WHERE r.estate_id = estate AND r.id = wanted
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL OR NOT linli.has_role('social_worker') THEN
        RETURN 'unknown';
    ELSIF asked.decision IS NOT NULL THEN
        RETURN 'again';
    ELSIF linli.is_own_household(asked.beneficiary_id) OR linli.is_own_household(asked.doer_id) THEN
        RETURN 'own';
    END IF;
    IF said_yes THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('delegate/' || asked.beneficiary_id, 101));
        found_verdict := linli.delegation_verdict(asked.doer_id, asked.beneficiary_id);
        IF found_verdict <> 'open' THEN
            RETURN found_verdict;
        END IF;
        PERFORM linli.delegation_put(new_id, asked.doer_id, asked.beneficiary_id, asked.scope,
            asked.days, 'call_back', reason, event);
    ELSE
        PERFORM linli.append_event(event, 'delegation.refused',
            ARRAY['person:' || asked.doer_id, 'person:' || asked.beneficiary_id,
                'role:social_worker'],
            ARRAY[asked.beneficiary_id, asked.doer_id],
            json_build_object('request', wanted)::text);
        PERFORM linli.notify(event, 'delegation.refused', 'person', asked.beneficiary_id, '{}',
            ARRAY[asked.doer_id]);
    END IF;
    UPDATE linli.delegation_request AS r
    SET decision = verdict, decided_at = linli.instant(), decided_by = linli.person_id(),
        because = reason
    WHERE r.estate_id = estate AND r.id = wanted;
    PERFORM linli.finish_task(asked.task_id, verdict);
    RETURN verdict;
END
$$;

-- Ends a delegation at once: the elder in the app, the delegate who lays it down, a desk where she
-- gives her word. Verdicts: ended; unknown, over.
CREATE FUNCTION linli.end_delegation(wanted uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    ending linli.delegation;
    came text;
BEGIN
    SELECT * INTO ending
    FROM linli.delegation AS d
    WHERE d.estate_id = estate AND d.id = wanted
    FOR NO KEY UPDATE;
    came := CASE
        WHEN NOT FOUND OR linli.beneficiary_id() IS NOT NULL THEN NULL
        WHEN ending.beneficiary_id = own THEN 'by_herself'
        WHEN ending.doer_id = own THEN 'laid_down'
        WHEN linli.at_desk() THEN 'at_desk' END;
    IF came IS NULL THEN
        RETURN 'unknown';
    ELSIF ending.ends <= at OR ending.ended_by IS NOT NULL THEN
        RETURN 'over';
    END IF;
    UPDATE linli.delegation AS d
    SET ends = at, ended_by = own, ended_how = came
    WHERE d.estate_id = estate AND d.id = wanted;
    PERFORM linli.append_event(event, 'delegation.ended',
        ARRAY['person:' || ending.doer_id, 'person:' || ending.beneficiary_id,
            'role:social_worker'],
        ARRAY[ending.beneficiary_id, ending.doer_id],
        json_build_object('delegation', wanted, 'how', came)::text);
    PERFORM linli.notify(event, 'delegation.ended', 'person', ending.beneficiary_id, '{}',
        linli.delegation_contacts(estate, ending.beneficiary_id)
            || ARRAY[ending.doer_id, ending.beneficiary_id]);
    RETURN 'ended';
END
$$;

-- The delegations of an elder that are not over, for a desk to which she comes.
CREATE FUNCTION linli.delegations_of(person uuid)
    RETURNS TABLE (id uuid, doer_id uuid, beneficiary_id uuid, scope text[], begins timestamptz,
        ends timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL OR NOT linli.at_desk() THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT d.id, d.doer_id, d.beneficiary_id, d.scope, d.begins, d.ends
        FROM linli.delegation AS d
        WHERE d.estate_id = linli.estate_id() AND d.beneficiary_id = person
            AND d.ends > linli.instant()
        ORDER BY d.begins, d.id
        LIMIT 200;
END
$$;

-- What waits for a call back: for social workers, and the one who asked.
CREATE FUNCTION linli.callbacks_seen(rows_max integer)
    RETURNS TABLE (id uuid, doer_id uuid, beneficiary_id uuid, scope text[], days integer,
        asked_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    is_worker CONSTANT boolean := linli.has_role('social_worker');
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.doer_id, r.beneficiary_id, r.scope, r.days, r.asked_at
        FROM linli.delegation_request AS r
        WHERE r.estate_id = linli.estate_id() AND r.decision IS NULL
            AND (is_worker OR linli.person_id() IN (r.doer_id, r.beneficiary_id))
        ORDER BY r.asked_at, r.id
        LIMIT least(rows_max, 200);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.appoint_delegate(uuid, uuid, uuid, text[], integer, text, uuid),
    linli.ask_delegation(uuid, uuid, text[], integer, uuid),
    linli.answer_callback(uuid, uuid, boolean, text, uuid),
    linli.end_delegation(uuid, uuid), linli.callbacks_seen(integer), linli.delegations_of(uuid)
    TO linli;
