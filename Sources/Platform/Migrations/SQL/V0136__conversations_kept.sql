-- What becomes of conversations in copies and erasures, and how long they are kept. What others wrote in
-- them is theirs. When one closed, and who left it, is handed out to nobody: it may have been a block.

INSERT INTO linli.personal_data (table_name, column_name, handed_out, title_zh, title_en, shown,
    guardian_right, guardian_only_if, erasure, becomes, kept)
VALUES
    ('conversation', 'asker_id', 'yes', '我开始的交谈', 'Conversations one began',
        'r.id, r.kind, r.about_id, (SELECT a.title_zh FROM linli.activity AS a
            WHERE a.estate_id = r.estate_id AND a.id = r.about_id) AS activity, r.opened_at',
        NULL, 'true', 'blank',
        'closed_at = coalesce(r.closed_at, linli.instant())', 'message'),
    ('conversation', 'child_id', 'yes', '监护人替我开始的交谈', 'Conversations a guardian began for one',
        'r.id, r.kind, r.about_id, r.opened_at', 'conversation', 'r.asker_id = $3',
        'keep', NULL, 'message'),
    ('conversation_party', 'person_id', 'yes', '我参加的交谈', 'Conversations one is in',
        'r.conversation_id, r.since, r.read_number', NULL, 'true', 'keep', NULL,
        'message'),
    ('conversation_message', 'author_id', 'yes', '我说的话', 'What one said in them',
        'r.id, r.conversation_id, r.number, r.body_sealed, r.is_masked, r.at, r.taken_back_at',
        'conversation', 'true', 'blank',
        'body_sealed = NULL, taken_back_at = coalesce(r.taken_back_at, r.at)', 'message'),
    ('conversation_call', 'caller_id', 'yes', '我请求的通话', 'Calls one asked for',
        'r.id, r.conversation_id, r.at', NULL, 'true', 'keep', NULL, 'message'),
    ('conversation_call', 'callee_id', 'yes', '打给我的通话', 'Calls to one',
        'r.id, r.conversation_id, r.at', NULL, 'true', 'keep', NULL, 'message');
UPDATE linli.personal_data AS d
SET only_if = 'r.caller_id <> ALL (linli.unseen_by($1))'
WHERE d.table_name = 'conversation_call' AND d.column_name = 'callee_id';

-- What is reported and not decided on yet stays until it is.
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('message', 1, 'conversation_call', 'r.at < $1', NULL),
    ('message', 2, 'conversation_message', 'r.at < $1 AND NOT EXISTS (
        SELECT FROM linli.task AS t WHERE t.estate_id = r.estate_id AND t.about_id = r.id
            AND t.finished_at IS NULL)', NULL),
    ('message', 3, 'conversation_party', 'EXISTS (SELECT FROM linli.conversation AS c
        WHERE c.estate_id = r.estate_id AND c.id = r.conversation_id AND c.last_at < $1)
        AND NOT EXISTS (SELECT FROM linli.conversation_message AS m
            WHERE m.estate_id = r.estate_id AND m.conversation_id = r.conversation_id)', NULL),
    ('message', 4, 'conversation', 'r.last_at < $1
        AND NOT EXISTS (SELECT FROM linli.conversation_message AS m
            WHERE m.estate_id = r.estate_id AND m.conversation_id = r.id)
        AND NOT EXISTS (SELECT FROM linli.conversation_call AS k
            WHERE k.estate_id = r.estate_id AND k.conversation_id = r.id)
        AND NOT EXISTS (SELECT FROM linli.conversation_party AS p
            WHERE p.estate_id = r.estate_id AND p.conversation_id = r.id)', NULL);
