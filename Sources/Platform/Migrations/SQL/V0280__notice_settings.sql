-- How a person wants to be told (通知设置): by which channels, when not, and what follows when it does not
-- read. docs/notifications.md has the rules; what is sent stands in V0281.

-- How much hurry a kind of notice has; one without a row is plain. An alarm is held by no preference and
-- no quiet hour.
CREATE TABLE linli.notice_urgency (
    kind text NOT NULL,
    urgency text NOT NULL,
    CONSTRAINT notice_urgency_pkey PRIMARY KEY (kind),
    CONSTRAINT notice_urgency_known CHECK (urgency IN ('alarm', 'pressing'))
);
GRANT SELECT ON linli.notice_urgency TO linli;
INSERT INTO linli.notice_urgency (kind, urgency)
SELECT k, 'alarm' FROM unnest(ARRAY['dailyCheck.told', 'goods.recalled']) AS k
UNION ALL
SELECT k, 'pressing'
FROM unnest(ARRAY[
    'activity.cancelled', 'child.released', 'child.waits', 'dailyCheck.reminded',
    'delegation.appointed', 'delegation.asked', 'deviceCode.issued', 'helpProposal.made',
    'helpRequest.agreed', 'helpRequest.lapsed', 'helpShift.cancelled', 'helpShift.late',
    'helpShift.offered', 'helpShift.proposed', 'helpVisit.cancelled', 'helpVisit.late',
    'helpVisit.missed', 'helpVisit.notLeft', 'helpVisit.planned', 'pairing.standInAsked',
    'pairing.uncovered', 'parcel.ready', 'passkey.added', 'phone.changed', 'phone.reported',
    'proof.asked', 'reservation.cancelled', 'reservation.clash', 'reservation.closed',
    'reservation.moved', 'reservation.offered', 'reservation.released']) AS k;

-- What a person has set otherwise than linli.notice_settings_of says.
CREATE TABLE linli.notice_settings (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- estate: the estate's quiet hours; own: these; none.
    quiet text NOT NULL,
    -- Minutes of the estate's day; begins > ends: over midnight.
    quiet_begins integer NOT NULL,
    quiet_ends integer NOT NULL,
    -- The minute at which the day's digest goes out.
    digest_minute integer NOT NULL,
    -- Whether what is not read goes on by SMS and to delegates. auto: for those treated as elders.
    chain text NOT NULL,
    sms_after integer NOT NULL,
    delegate_after integer NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT notice_settings_pkey PRIMARY KEY (estate_id, person_id),
    CONSTRAINT notice_settings_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT notice_settings_quiet_known CHECK (quiet IN ('estate', 'own', 'none')),
    CONSTRAINT notice_settings_quiet_range CHECK (quiet_begins BETWEEN 0 AND 1439
        AND quiet_ends BETWEEN 0 AND 1439 AND (quiet <> 'own' OR quiet_begins <> quiet_ends)),
    CONSTRAINT notice_settings_digest_range CHECK (digest_minute BETWEEN 0 AND 1439),
    CONSTRAINT notice_settings_chain_known CHECK (chain IN ('auto', 'on', 'off')),
    CONSTRAINT notice_settings_after_range CHECK (sms_after BETWEEN 5 AND 1440
        AND delegate_after BETWEEN sms_after AND 2880)
);

-- By which channel a topic goes: a kind, what stands before its first dot, or *. The closest rules.
CREATE TABLE linli.notice_preference (
    estate_id uuid NOT NULL,
    person_id uuid NOT NULL,
    topic text NOT NULL,
    channel text NOT NULL,
    wanted text NOT NULL,
    CONSTRAINT notice_preference_pkey PRIMARY KEY (estate_id, person_id, topic, channel),
    CONSTRAINT notice_preference_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT notice_preference_topic_code CHECK (
        topic ~ '^(\*|[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)?)$' AND octet_length(topic) <= 64),
    CONSTRAINT notice_preference_channel_known CHECK (channel IN ('sms', 'email', 'push')),
    CONSTRAINT notice_preference_wanted_known CHECK (wanted IN ('at_once', 'digest', 'never'))
);

-- How a person is told: what it set, or the defaults. For the functions here alone.
CREATE FUNCTION linli.notice_settings_of(person uuid) RETURNS linli.notice_settings
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    rule linli.notice_settings;
BEGIN
    SELECT * INTO rule
    FROM linli.notice_settings AS s
    WHERE s.estate_id = estate AND s.person_id = person;
    IF NOT FOUND THEN
        rule := ROW(estate, person, 'estate', 1320, 420, 1080, 'auto', 30, 60, linli.instant());
    END IF;
    RETURN rule;
END
$$;

-- Until when it is quiet for a person, NULL: it is not. For the functions here alone.
CREATE FUNCTION linli.notice_quiet_until(person uuid) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    rule CONSTANT linli.notice_settings := linli.notice_settings_of(person);
    first_minute integer := rule.quiet_begins;
    end_minute integer := rule.quiet_ends;
    zone text;
    local timestamp;
    minute integer;
    day timestamp;
BEGIN
    IF rule.quiet = 'none' THEN
        RETURN NULL;
    ELSIF rule.quiet = 'estate' THEN
        SELECT q.begins, q.ends INTO first_minute, end_minute FROM linli.quiet_hours_of() AS q;
    END IF;
    SELECT e.zone INTO zone FROM linli.estate AS e WHERE e.estate_id = linli.estate_id();
    local := linli.instant() AT TIME ZONE zone;
    minute := extract(hour FROM local)::integer * 60 + extract(minute FROM local)::integer;
    IF first_minute < end_minute THEN
        IF minute < first_minute OR minute >= end_minute THEN
            RETURN NULL;
        END IF;
    ELSIF minute < first_minute AND minute >= end_minute THEN
        RETURN NULL;
    END IF;
    day := date_trunc('day', local) + CASE WHEN minute >= end_minute THEN interval '1 day'
        ELSE interval '0' END;
    RETURN (day + make_interval(mins => end_minute)) AT TIME ZONE zone;
END
$$;

-- When the next digest of a person goes out. For the functions here alone.
CREATE FUNCTION linli.notice_digest_at(digest_minute integer) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    zone text;
    local timestamp;
    due timestamp;
BEGIN
    SELECT e.zone INTO zone FROM linli.estate AS e WHERE e.estate_id = linli.estate_id();
    local := linli.instant() AT TIME ZONE zone;
    due := date_trunc('day', local) + make_interval(mins => digest_minute);
    IF due <= local THEN
        due := due + interval '1 day';
    END IF;
    RETURN due AT TIME ZONE zone;
END
$$;

-- How a kind goes to a person by a channel: at_once, digest, never. An alarm: at once. For the functions here
-- alone.
CREATE FUNCTION linli.notice_wanted(person uuid, kind text, urgency text, channel text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    chosen text;
BEGIN
    IF urgency = 'alarm' THEN
        RETURN 'at_once';
    END IF;
    SELECT p.wanted INTO chosen
    FROM linli.notice_preference AS p
    WHERE p.estate_id = linli.estate_id() AND p.person_id = person
        AND p.channel = notice_wanted.channel
        AND p.topic IN (kind, split_part(kind, '.', 1), '*')
    ORDER BY p.topic = kind DESC, p.topic <> '*' DESC
    LIMIT 1;
    RETURN coalesce(chosen, CASE channel
        WHEN 'push' THEN 'at_once'
        WHEN 'email' THEN CASE urgency WHEN 'pressing' THEN 'at_once' ELSE 'digest' END
        ELSE 'never' END);
END
$$;

-- One's own -----------------------------------------------------------------------------------------

-- The principal's settings as they hold now.
CREATE FUNCTION linli.own_notice_settings()
    RETURNS TABLE (quiet text, quiet_begins integer, quiet_ends integer, digest_minute integer,
        chain text, is_chained boolean, sms_after integer, delegate_after integer,
        preferences json)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
    rule CONSTANT linli.notice_settings := linli.notice_settings_of(own);
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT rule.quiet,
            CASE WHEN rule.quiet = 'estate' THEN q.begins ELSE rule.quiet_begins END,
            CASE WHEN rule.quiet = 'estate' THEN q.ends ELSE rule.quiet_ends END,
            rule.digest_minute, rule.chain,
            rule.chain = 'on' OR (rule.chain = 'auto' AND linli.help_elder(own)),
            rule.sms_after, rule.delegate_after,
            coalesce((
                SELECT json_agg(json_build_object('topic', p.topic, 'channel', p.channel,
                    'wanted', p.wanted) ORDER BY p.topic, p.channel)
                FROM linli.notice_preference AS p
                WHERE p.estate_id = linli.estate_id() AND p.person_id = own), '[]')
        FROM linli.quiet_hours_of() AS q;
END
$$;

-- Sets them, all at once. Verdicts: set, unknown.
CREATE FUNCTION linli.notice_settings_set(
    event uuid, new_quiet text, new_begins integer, new_ends integer, new_digest integer,
    new_chain text, new_sms integer, new_delegate integer, topics text[], channels text[],
    wanted text[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    own CONSTANT uuid := linli.person_id();
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL THEN
        RETURN 'unknown';
    END IF;
    INSERT INTO linli.notice_settings AS s (estate_id, person_id, quiet, quiet_begins, quiet_ends,
        digest_minute, chain, sms_after, delegate_after, changed_at)
    VALUES (estate, own, new_quiet, new_begins, new_ends, new_digest, new_chain, new_sms,
        new_delegate, linli.instant())
    ON CONFLICT ON CONSTRAINT notice_settings_pkey DO UPDATE
        SET quiet = excluded.quiet, quiet_begins = excluded.quiet_begins,
            quiet_ends = excluded.quiet_ends, digest_minute = excluded.digest_minute,
            chain = excluded.chain, sms_after = excluded.sms_after,
            delegate_after = excluded.delegate_after, changed_at = excluded.changed_at;
    DELETE FROM linli.notice_preference AS p WHERE p.estate_id = estate AND p.person_id = own;
    INSERT INTO linli.notice_preference (estate_id, person_id, topic, channel, wanted)
    SELECT estate, own, u.topic, u.channel, u.wanted
    FROM unnest(topics, channels, wanted) AS u (topic, channel, wanted);
    PERFORM linli.append_event(event, 'notice.settingsSet', ARRAY['person:' || own], '{}', '{}');
    RETURN 'set';
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['notice_settings', 'notice_preference']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    linli.own_notice_settings(),
    linli.notice_settings_set(uuid, text, integer, integer, integer, text, integer, integer, text[],
        text[], text[])
    TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('notice_settings', 'person_id', 'move'), ('notice_preference', 'person_id', 'move');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, becomes, kept)
VALUES
    ('notice_settings', 'person_id', 'yes', '通知设置', 'How one wants to be told',
        'r.quiet, r.quiet_begins, r.quiet_ends, r.digest_minute, r.chain, r.sms_after, '
        'r.delegate_after, r.changed_at', 'delete', NULL, 'person'),
    ('notice_preference', 'person_id', 'yes', '通知偏好', 'By which channels one is told',
        'r.topic, r.channel, r.wanted', 'delete', NULL, 'person');
