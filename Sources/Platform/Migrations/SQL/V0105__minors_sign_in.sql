-- Nobody under 14 signs in, and nobody from 14 to 17 without a guardian's consent: whichever way a
-- session is opened.

-- Whether a person's age lets its account sign in at an instant. For the functions here alone.
CREATE FUNCTION linli.age_lets_in(estate uuid, person uuid, account uuid, at timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    before text[];
    lets boolean;
BEGIN
    before := linli.act_as(estate, person, account, at);
    lets := NOT linli.is_child(estate, person)
        OR (NOT linli.is_under_14(estate, person) AND linli.consented(person, 'sign_in'));
    PERFORM linli.restore_principal(before);
    RETURN lets;
END
$$;

-- An account with persons, none of whom may sign in, opens no session.
CREATE FUNCTION linli.session_of_age() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own record;
    has_persons boolean := false;
BEGIN
    FOR own IN
        SELECT p.estate_id, p.id
        FROM linli.person AS p
        WHERE p.account_id = NEW.account_id AND p.state IN ('active', 'away', 'in_hospital')
    LOOP
        IF linli.age_lets_in(own.estate_id, own.id, NEW.account_id, NEW.created_at) THEN
            RETURN NEW;
        END IF;
        has_persons := true;
    END LOOP;
    IF has_persons THEN
        RAISE EXCEPTION 'a minor signs in with a guardian''s consent, from 14 on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_of_age', TABLE = 'session';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER session_of_age BEFORE INSERT ON linli.session
    FOR EACH ROW EXECUTE FUNCTION linli.session_of_age();

-- As before; and the sessions of whom it finds to be under age without a consent end.
CREATE OR REPLACE FUNCTION linli.note_ages(
    persons uuid[], entered timestamptz[], fourteen date[], eighteen date[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    today CONSTANT date := linli.today(estate);
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'ages' THEN
        RAISE EXCEPTION 'only its job does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.age AS a (estate_id, person_id, entered_at, turns_14, turns_18)
    SELECT estate, g.person, g.entered, CASE WHEN g.eighteen > today THEN g.fourteen END,
        CASE WHEN g.eighteen > today THEN g.eighteen END
    FROM unnest(persons, entered, fourteen, eighteen) AS g (person, entered, fourteen, eighteen)
    ON CONFLICT ON CONSTRAINT age_pkey DO UPDATE
        SET entered_at = excluded.entered_at, turns_14 = excluded.turns_14,
            turns_18 = excluded.turns_18;
    UPDATE linli.age AS a
    SET turns_14 = NULL, turns_18 = NULL
    WHERE a.estate_id = estate AND a.turns_18 <= today;
    UPDATE linli.session AS s
    SET revoked_at = linli.instant()
    FROM unnest(persons, eighteen) AS g (person, eighteen)
    JOIN linli.person AS p ON p.estate_id = estate AND p.id = g.person
    WHERE g.eighteen > today AND s.account_id = p.account_id AND s.revoked_at IS NULL
        AND s.expires_at > linli.instant()
        AND (linli.is_under_14(estate, p.id) OR NOT linli.consented(p.id, 'sign_in'));
END
$$;
