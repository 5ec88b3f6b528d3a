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
