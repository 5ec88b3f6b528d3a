-- The days of a child in its homes, and the ledger of consents as it is written.

-- Homes -----------------------------------------------------------------------------------------

-- Says on which days of some weeks a child is with the principal: in its own household, to which the
-- child belongs from now on. Days that another home has said are its own are not taken; who cannot
-- agree asks a person. Verdicts: set; unknown, not_proved, taken.
CREATE FUNCTION linli.set_home(
    child uuid, household uuid, new_weeks integer, new_monday date, new_days integer[], event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    today CONSTANT date := linli.today(linli.estate_id());
BEGIN
    IF child NOT IN (SELECT mine FROM linli.own_children() AS mine)
        OR household NOT IN (SELECT mine FROM linli.own_households() AS mine)
    THEN
        RETURN 'unknown';
    ELSIF NOT linli.is_proved_here(household) THEN
        RETURN 'not_proved';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('homes/' || child, 101));
    IF EXISTS (
        SELECT
        FROM linli.child_home AS h
        JOIN linli.membership AS m ON m.estate_id = h.estate_id AND m.person_id = h.child_id
            AND m.household_id = h.household_id AND m.begins <= at AND m.ends > at
        CROSS JOIN generate_series(0, 27) AS ahead (number)
        WHERE h.estate_id = estate AND h.child_id = child AND h.household_id <> household
            AND linli.pattern_holds(h.monday, h.weeks, h.days, today + ahead.number)
            AND linli.pattern_holds(new_monday, new_weeks, new_days, today + ahead.number))
    THEN
        RETURN 'taken';
    END IF;
    INSERT INTO linli.membership (estate_id, id, household_id, person_id, role_in_household, begins)
    SELECT estate, linli.fresh_id(at), household, child, 'child', at
    WHERE NOT EXISTS (
        SELECT
        FROM linli.membership AS m
        WHERE m.estate_id = estate AND m.household_id = household AND m.person_id = child
            AND m.begins <= at AND m.ends > at);
    INSERT INTO linli.child_home AS h (estate_id, child_id, household_id, weeks, monday, days,
        set_by, set_at)
    VALUES (estate, child, household, new_weeks, new_monday, new_days, own, at)
    ON CONFLICT ON CONSTRAINT child_home_pkey DO UPDATE
        SET weeks = excluded.weeks, monday = excluded.monday, days = excluded.days,
            set_by = excluded.set_by, set_at = excluded.set_at;
    PERFORM linli.tell_family(event, 'child.daysSet', child, ARRAY[own],
        ARRAY(SELECT linli.guardians_of(child)), json_build_object('child', child));
    RETURN 'set';
END
$$;

-- Says that one day is otherwise: the child is with the principal, if no other home has said that the
-- day is its own, or it is not. Verdicts: set; unknown, not_proved, taken, past.
CREATE FUNCTION linli.set_day(
    child uuid, household uuid, wanted date, new_here boolean, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF child NOT IN (SELECT mine FROM linli.own_children() AS mine)
        OR household NOT IN (SELECT mine FROM linli.own_households() AS mine)
        OR NOT EXISTS (
            SELECT
            FROM linli.membership AS m
            WHERE m.estate_id = estate AND m.household_id = household AND m.person_id = child
                AND m.begins <= at AND m.ends > at)
    THEN
        RETURN 'unknown';
    ELSIF NOT linli.is_proved_here(household) THEN
        RETURN 'not_proved';
    ELSIF wanted < linli.today(estate) THEN
        RETURN 'past';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('homes/' || child, 101));
    IF new_here AND EXISTS (
        SELECT
        FROM linli.membership AS m
        LEFT JOIN linli.child_home AS h ON h.estate_id = m.estate_id
            AND h.child_id = m.person_id AND h.household_id = m.household_id
        LEFT JOIN linli.child_day AS d ON d.estate_id = m.estate_id AND d.child_id = m.person_id
            AND d.household_id = m.household_id AND d.day = wanted
        WHERE m.estate_id = estate AND m.person_id = child AND m.household_id <> household
            AND m.begins <= at AND m.ends > at
            AND coalesce(d.is_here, linli.pattern_holds(h.monday, h.weeks, h.days, wanted), false))
    THEN
        RETURN 'taken';
    END IF;
    INSERT INTO linli.child_day AS d (estate_id, child_id, household_id, day, is_here, set_by,
        set_at)
    VALUES (estate, child, household, wanted, new_here, own, at)
    ON CONFLICT ON CONSTRAINT child_day_pkey DO UPDATE
        SET is_here = excluded.is_here, set_by = excluded.set_by, set_at = excluded.set_at;
    PERFORM linli.tell_family(event, 'child.daysSet', child, ARRAY[own],
        ARRAY(SELECT linli.guardians_of(child)), json_build_object('child', child));
    RETURN 'set';
END
$$;

-- Consents --------------------------------------------------------------------------------------

-- The texts that are asked of people now, the latest of each purpose.
CREATE VIEW linli.consent_text_now WITH (security_barrier) AS
    SELECT DISTINCT ON (t.purpose) t.purpose, t.version, t.zh, t.en, p.needs, p.is_of_adults,
        p.names_person
    FROM linli.consent_text AS t
    JOIN linli.consent_purpose AS p ON p.code = t.purpose
    ORDER BY t.purpose, t.version DESC;
GRANT SELECT ON linli.consent_text_now TO linli;

-- Agrees, for oneself or for a child whose guardian holds the right; at most two years. Verdicts:
-- given, with its id (that of before, if it stands); unknown, not_asked (nobody asks this of the
-- subject), no_right, text (not the latest), person (it names none, or one who is not here).
CREATE FUNCTION linli.give_consent(
    new_id uuid, subject uuid, wanted text, version integer, about uuid, wanted_until timestamptz,
    event uuid)
    RETURNS TABLE (verdict text, consent_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    own CONSTANT uuid := linli.person_id();
    asked linli.consent_purpose;
BEGIN
    SELECT * INTO asked
    FROM linli.consent_purpose AS p
    WHERE p.code = wanted;
    verdict := CASE
        WHEN NOT FOUND OR own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN 'unknown'
        WHEN subject <> own AND subject NOT IN (SELECT mine FROM linli.own_children() AS mine)
            THEN 'unknown'
        WHEN subject = own AND (NOT asked.is_of_adults OR linli.is_child(estate, own))
            THEN 'not_asked'
        WHEN subject <> own AND NOT linli.has_guardian_right(own, subject, asked.guardian_right)
            THEN 'no_right'
        WHEN asked.names_person IS DISTINCT FROM (about IS NOT NULL)
            OR (about IS NOT NULL AND (NOT linli.is_here(about) OR NOT linli.claimed(about)
                OR linli.is_child(estate, about))) THEN 'person'
        WHEN version IS DISTINCT FROM (
            SELECT t.version FROM linli.consent_text_now AS t WHERE t.purpose = wanted) THEN 'text'
        ELSE 'given' END;
    IF verdict <> 'given' THEN
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('consent/' || subject, 101));
    SELECT c.id INTO consent_id
    FROM linli.consent AS c
    WHERE c.estate_id = estate AND c.giver_id = own AND c.subject_id = subject
        AND c.purpose = wanted AND c.about_id IS NOT DISTINCT FROM about
        AND c.text_version = version AND c.until >= wanted_until AND c.withdrawn_at IS NULL;
    IF consent_id IS NULL THEN
        consent_id := new_id;
        INSERT INTO linli.consent (estate_id, id, giver_id, subject_id, purpose, text_version,
            about_id, given_at, until)
        VALUES (estate, new_id, own, subject, wanted, version, about, at, wanted_until);
        PERFORM linli.tell_family(event, 'consent.given', subject, ARRAY[own],
            CASE WHEN subject = own THEN '{}'::uuid[]
                ELSE ARRAY(SELECT linli.guardians_of(subject)) END,
            json_build_object('consent', new_id, 'subject', subject, 'purpose', wanted));
    END IF;
    RETURN NEXT;
END
$$;

-- Takes a consent back: everything that stood on it ends in this transaction, and the other guardians
-- are told. Verdicts: withdrawn; unknown, again, over.
CREATE FUNCTION linli.withdraw_consent(wanted uuid, event uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    given linli.consent;
BEGIN
    SELECT * INTO given
    FROM linli.consent AS c
    WHERE c.estate_id = estate AND c.id = wanted AND c.giver_id = linli.person_id()
    FOR NO KEY UPDATE;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    ELSIF given.withdrawn_at IS NOT NULL THEN
        RETURN 'again';
    ELSIF given.until <= at THEN
        RETURN 'over';
    END IF;
    UPDATE linli.consent AS c
    SET withdrawn_at = at, withdrawn_by = linli.person_id()
    WHERE c.estate_id = estate AND c.id = wanted;
    PERFORM linli.tell_family(event, 'consent.withdrawn', given.subject_id,
        ARRAY[given.giver_id], CASE WHEN given.subject_id = given.giver_id THEN '{}'::uuid[]
            ELSE ARRAY(SELECT linli.guardians_of(given.subject_id)) END,
        json_build_object('consent', wanted, 'subject', given.subject_id,
            'purpose', given.purpose));
    IF given.subject_id <> given.giver_id THEN
        PERFORM linli.family_changed(given.subject_id);
    END IF;
    RETURN 'withdrawn';
END
$$;

-- What stood on a consent or a guardian's right for a child and stands on none any more ends now: the
-- sessions of one under 18 whom no guardian lets sign in any more. For the functions here alone.
CREATE FUNCTION linli.family_changed(child uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.is_child(linli.estate_id(), child) AND NOT linli.consented(child, 'sign_in') THEN
        UPDATE linli.session AS s
        SET revoked_at = linli.instant()
        FROM linli.person AS p
        WHERE p.estate_id = linli.estate_id() AND p.id = child AND s.account_id = p.account_id
            AND s.revoked_at IS NULL AND s.expires_at > linli.instant();
    END IF;
END
$$;

-- The principal's own consents, the latest first; with whether the purpose is covered for its subject
-- now, which says of the other guardians no more than that.
CREATE FUNCTION linli.consents_seen(wanted uuid, before uuid, rows_max integer)
    RETURNS TABLE (id uuid, subject_id uuid, purpose text, text_version integer, about_id uuid,
        given_at timestamptz, until timestamptz, withdrawn_at timestamptz, is_covered boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.id, c.subject_id, c.purpose, c.text_version, c.about_id, c.given_at, c.until,
            c.withdrawn_at, linli.consented(c.subject_id, c.purpose, c.about_id)
        FROM linli.consent AS c
        WHERE c.estate_id = linli.estate_id() AND c.giver_id = linli.person_id()
            AND (wanted IS NULL OR c.id = wanted) AND c.id < before
        ORDER BY c.id DESC
        LIMIT least(rows_max, 101);
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.set_home(uuid, uuid, integer, date, integer[], uuid),
    linli.set_day(uuid, uuid, date, boolean, uuid),
    linli.give_consent(uuid, uuid, text, integer, uuid, timestamptz, uuid),
    linli.withdraw_consent(uuid, uuid), linli.consents_seen(uuid, uuid, integer)
    TO linli;

-- A person decides what is objected to, where it is recorded: nobody ends the task by hand.
INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en, is_decided_elsewhere)
VALUES ('consent-objection', 'social_worker', interval '1 day', '监护或同意的异议待处理',
    'An objection to a guardianship or a consent', true);
