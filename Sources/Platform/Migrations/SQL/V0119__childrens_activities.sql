-- Activities for children: what those who look after one lack before it is published.

-- Whether a person may look after an activity, as before, and: with other people's children or elders
-- only who is verified in person.
CREATE OR REPLACE FUNCTION linli.may_look_after(activity uuid, person uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    keys CONSTANT text[] := ARRAY(
        SELECT k.key FROM linli.event_keys(estate, ARRAY[person]) AS k);
BEGIN
    RETURN linli.may_organise(estate, person) AND EXISTS (
        SELECT
        FROM linli.activity AS a
        WHERE a.estate_id = estate AND a.id = activity
            AND linli.event_visible(a.audience, keys)
            AND (a.meant_for = 'general'
                OR linli.is_at_least(linli.level_of(estate, person), 'in_person')));
END
$$;

-- What those who look after an activity lack to make it one for children or elders: NULL: nothing;
-- unproved: a co-organiser is not verified in person (the organiser may be so later: until then its
-- review lets nothing pass); two-adults (of children): as linli.children_lack. For who looks after it.
CREATE FUNCTION linli.organisers_lack(activity uuid, meant_for text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF meant_for = 'general' OR NOT linli.is_steward(activity) THEN
        RETURN NULL;
    ELSIF EXISTS (
        SELECT
        FROM linli.steward AS s
        WHERE s.estate_id = estate AND s.thing_id = activity AND NOT s.is_lead
            AND NOT linli.is_at_least(linli.level_of(estate, s.person_id), 'in_person'))
    THEN
        RETURN 'unproved';
    END IF;
    RETURN CASE WHEN meant_for = 'children' THEN linli.children_lack(activity, 1) END;
END
$$;

GRANT EXECUTE ON FUNCTION linli.organisers_lack(uuid, text) TO linli;
