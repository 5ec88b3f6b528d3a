-- What is kept of persons by safety bans: what a copy hands out, what an erasure does, and for how long.

INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
SELECT split_part(c, '.', 1), split_part(c, '.', 2), 'doer', '谁办的', 'Who did it', 'keep', 'ledger'
FROM unnest(ARRAY['safety_ban.decided_by', 'safety_ban.lifted_by', 'safety_appeal.decided_by',
    'safety_issuer.entered_by', 'safety_note.received_by', 'safety_match.decided_by']) AS c;
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
VALUES ('safety_match', 'person_id', 'confidence', '是否为通报所指的人', 'Whether a note is about one', 'keep',
    'safety');
INSERT INTO linli.personal_data (table_name, column_name, handed_out, title_zh, title_en, shown,
    belongs, erasure, kept)
VALUES
    ('safety_ban', 'person_id', 'yes', '对我的安全禁令', 'Safety bans against one',
        'r.id, r.kind, r.reason_sealed, r.begins, r.ends, r.lifted_at', NULL, 'keep', 'safety'),
    ('safety_appeal', 'ban_id', 'yes', '我对禁令的申诉', 'Appeals against bans',
        'r.id, r.ban_id, r.words_sealed, r.at, r.outcome, r.answer_sealed, r.decided_at',
        'r.ban_id IN (SELECT b.id FROM linli.safety_ban AS b
            WHERE b.estate_id = $2 AND b.person_id = $1)', 'keep', 'safety');

INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('safety', '安全禁令（结束后）', 'Safety bans, after their end', '1096 days', '1096 days',
    '3653 days', '保护老人和未成年人', 'the protection of elders and minors');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('safety', 1, 'safety_appeal', 'EXISTS (SELECT FROM linli.safety_ban AS b
        WHERE b.estate_id = r.estate_id AND b.id = r.ban_id
            AND least(b.ends, coalesce(b.lifted_at, b.ends)) < $1)', NULL),
    ('safety', 2, 'safety_match', 'EXISTS (SELECT FROM linli.safety_note AS n
        WHERE n.estate_id = r.estate_id AND n.id = r.note_id AND n.ends < $1)', NULL),
    ('safety', 3, 'safety_ban', 'least(r.ends, coalesce(r.lifted_at, r.ends)) < $1
        AND NOT EXISTS (SELECT FROM linli.safety_match AS m
            WHERE m.estate_id = r.estate_id AND m.ban_id = r.id)', NULL),
    ('safety', 4, 'safety_note', 'r.ends < $1
        AND NOT EXISTS (SELECT FROM linli.safety_ban AS b
            WHERE b.estate_id = r.estate_id AND b.note_id = r.id)
        AND NOT EXISTS (SELECT FROM linli.safety_match AS m
            WHERE m.estate_id = r.estate_id AND m.note_id = r.id)', NULL);

-- As before; and nobody gets rid of a safety ban by an erasure: that waits for the ban's end.
CREATE OR REPLACE FUNCTION linli.erasure_hindrances(person uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    found_codes text[] := '{}';
BEGIN
    IF EXISTS (
        SELECT
        FROM linli.activity AS a
        JOIN linli.activity_occurrence AS o ON o.estate_id = a.estate_id AND o.activity_id = a.id
        WHERE a.estate_id = estate AND a.organiser_id = person AND a.state = 'published'
            AND o.state = 'scheduled' AND o.ends > at)
    THEN
        found_codes := found_codes || 'organises'::text;
    END IF;
    IF EXISTS (
        SELECT
        FROM linli.guardianship AS own
        CROSS JOIN LATERAL linli.live_guardianships(estate, own.child_id) AS g
        WHERE own.estate_id = estate AND own.guardian_id = person AND g.id = own.id
            AND NOT EXISTS (
                SELECT
                FROM linli.live_guardianships(estate, own.child_id) AS other
                WHERE other.guardian_id <> person))
    THEN
        found_codes := found_codes || 'last_guardian'::text;
    END IF;
    IF EXISTS (
        SELECT
        FROM linli.role_term AS t
        WHERE t.estate_id = estate AND t.person_id = person AND t.ends > at
            AND t.role NOT IN ('resident', 'owner', 'tenant', 'family_elsewhere', 'carer',
                'volunteer', 'organiser'))
    THEN
        found_codes := found_codes || 'office'::text;
    END IF;
    IF EXISTS (
        SELECT
        FROM linli.task AS t
        WHERE t.estate_id = estate AND t.finished_at IS NULL
            AND t.kind IN ('report', 'appeal', 'child-waiting', 'unusual-pattern', 'protection-tell')
            AND (t.subject_id = person OR EXISTS (
                SELECT
                FROM linli.moderation AS m
                WHERE m.estate_id = estate AND m.thing_id = t.about_id AND m.author_id = person)))
        OR linli.is_banned(person)
    THEN
        found_codes := found_codes || 'legal'::text;
    END IF;
    RETURN found_codes;
END
$$;
