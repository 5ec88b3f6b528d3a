-- How long each kind of personal data is kept: defaults and legal bounds as data, an estate's own terms
-- within them, and the nightly job `retention`, which takes out what is past.

CREATE TABLE linli.retention_kind (
    code text NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    keep interval NOT NULL,
    keep_min interval NOT NULL,
    keep_max interval NOT NULL,
    basis_zh text NOT NULL,
    basis_en text NOT NULL,
    CONSTRAINT retention_kind_pkey PRIMARY KEY (code),
    CONSTRAINT retention_kind_code CHECK (code ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT retention_kind_bounds CHECK (keep_min <= keep AND keep <= keep_max)
);
GRANT SELECT ON linli.retention_kind TO linli;

-- An estate's own term for a kind.
CREATE TABLE linli.retention_rule (
    estate_id uuid NOT NULL,
    kind text NOT NULL,
    keep interval NOT NULL,
    because text NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT retention_rule_pkey PRIMARY KEY (estate_id, kind),
    CONSTRAINT retention_rule_kind FOREIGN KEY (kind) REFERENCES linli.retention_kind (code),
    CONSTRAINT retention_rule_changed_by FOREIGN KEY (estate_id, changed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT retention_rule_because CHECK (char_length(because) BETWEEN 1 AND 400)
);

-- What of a kind goes, in order: rows `r` of a table that are past at the cut $1; deleted, or set to
-- what `becomes` says, and then they are past no more.
CREATE TABLE linli.retention_target (
    kind text NOT NULL,
    number integer NOT NULL,
    table_name text NOT NULL,
    past text NOT NULL,
    becomes text,
    CONSTRAINT retention_target_pkey PRIMARY KEY (kind, number),
    CONSTRAINT retention_target_kind FOREIGN KEY (kind) REFERENCES linli.retention_kind (code)
);
GRANT SELECT ON linli.retention_target TO linli;

-- What each run took out: a row a run and kind.
CREATE TABLE linli.retention_run (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    gone bigint NOT NULL,
    CONSTRAINT retention_run_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT retention_run_gone CHECK (gone >= 0)
);
CREATE INDEX retention_run_at ON linli.retention_run (estate_id, at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['retention_rule', 'retention_run']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('retention_rule', 'changed_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
VALUES ('retention_rule', 'changed_by', 'doer', '谁办的', 'Who did it', 'keep', 'ledger');

INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES
    ('absence', '外出和住院', 'Absences', '365 days', '30 days', '1096 days',
        '办完即可删（个人信息保护法第十九条）', 'no longer than needed (PIPL art. 19)'),
    ('comment', '留言', 'Comments', '1096 days', '30 days', '3653 days',
        '活动的记录', 'the record of an activity'),
    ('consent', '同意记录（结束后）', 'Consents, after their end', '1096 days', '1096 days',
        '3653 days', '处理情况记录至少三年（第五十六条）', 'records of processing, three years (PIPL art. 56)'),
    ('cooling_off', '注销的冷静期', 'Until an erasure is carried out', '7 days', '1 day', '15 days',
        '十五个工作日内答复', 'an answer within fifteen working days'),
    ('correction', '更正记录', 'Corrections', '1096 days', '183 days', '3653 days',
        '证明已更正', 'proof that it was corrected'),
    ('delegation', '代办委托（结束后）', 'Delegations, after their end', '1096 days', '365 days',
        '3653 days', '民事诉讼时效三年（民法典第一百八十八条）', 'limitation of three years (Civil Code art. 188)'),
    ('export', '资料副本的记录', 'The record of copies', '365 days', '30 days', '1096 days',
        '证明已提供', 'proof that it was given'),
    ('feedback', '反馈的文字', 'The words of feedback', '365 days', '30 days', '1096 days',
        '改进活动', 'to improve activities'),
    ('guardianship', '监护证明（结束后）', 'Evidence of guardianship, after its end', '1096 days',
        '1096 days', '3653 days', '处理情况记录至少三年', 'records of processing, three years'),
    ('message', '会话消息', 'Messages', '180 days', '30 days', '365 days',
        '沟通所需的最短时间', 'no longer than talk needs'),
    ('moderation', '内容处理决定', 'Decisions on posts', '1096 days', '183 days', '3653 days',
        '可申诉、可追溯', 'to be appealed and traced'),
    ('notice', '通知', 'Notices', '730 days', '180 days', '1096 days', '本人查阅', 'for its reader'),
    ('party', '报名里有谁（活动后）', 'Who was of a booking, after the meeting', '1096 days', '183 days',
        '3653 days', '民事诉讼时效三年', 'limitation of three years'),
    ('proof', '核验记录（失效后）', 'Proofs, after their end', '1096 days', '183 days', '3653 days',
        '证明曾核验', 'proof that somebody was known'),
    ('protection', '人身保护（结束后）', 'Protections, after their end', '1096 days', '1096 days',
        '3653 days', '再次申请时的依据', 'what a new one rests on'),
    ('receipt', '公告已读', 'Who read which announcement', '1096 days', '183 days', '3653 days',
        '证明已告知', 'proof that it was told'),
    ('record_read', '谁查阅过谁的资料', 'Who read whose record', '1096 days', '1096 days', '3653 days',
        '审计至少六个月、处理记录至少三年', 'audit six months, records of processing three years'),
    ('report', '举报和申诉的文字', 'The words of reports and appeals', '1096 days', '183 days', '3653 days',
        '民事诉讼时效三年', 'limitation of three years'),
    ('request', '离户申请和异议的文字', 'The words of requests and objections', '1096 days', '183 days',
        '3653 days', '民事诉讼时效三年', 'limitation of three years'),
    ('spent_code', '用过或过期的码', 'Codes that are spent', '30 days', '1 day', '183 days',
        '验证日志三十天', 'logs of codes, thirty days'),
    ('task', '待办的记录', 'Notes at tasks', '1096 days', '183 days', '3653 days',
        '交接和追溯', 'to hand over and trace'),
    ('tie', '关系（结束后）', 'Ties, after their end', '365 days', '30 days', '1096 days',
        '办完即可删', 'no longer than needed'),
    ('vetting', '审查记录（失效后）', 'Vettings, after their end', '1096 days', '1096 days', '3653 days',
        '未成年人保护', 'the protection of minors');

INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('absence', 1, 'absence', 'r.ends < $1', NULL),
    ('comment', 1, 'activity_comment', 'r.at < $1 AND r.body IS NOT NULL',
        'body = NULL, removed_at = linli.instant(), removed_as = ''author'''),
    ('consent', 1, 'consent', 'least(r.until, coalesce(r.withdrawn_at, r.until)) < $1', NULL),
    ('correction', 1, 'correction', 'r.decided_at < $1', NULL),
    ('delegation', 1, 'delegation', 'r.ends < $1', NULL),
    ('delegation', 2, 'delegation_request', 'r.decided_at < $1', NULL),
    ('export', 1, 'data_export', 'coalesce(r.expires_at, r.failed_at) < $1', NULL),
    ('feedback', 1, 'activity_feedback', 'r.at < $1 AND r.body IS NOT NULL', 'body = NULL'),
    ('guardianship', 1, 'guardianship',
        'r.ends < $1 AND (r.evidence <> ''已删除'' OR r.ended_because <> ''已删除'')',
        'evidence = CASE WHEN r.evidence IS NOT NULL THEN ''已删除'' END,
            ended_because = CASE WHEN r.ended_because IS NOT NULL THEN ''已删除'' END'),
    ('moderation', 1, 'appeal', 'r.at < $1', NULL),
    ('moderation', 2, 'moderation_decision', 'r.decided_at < $1 AND NOT EXISTS (
        SELECT FROM linli.appeal AS a WHERE a.estate_id = r.estate_id
            AND r.id IN (a.decision_id, a.decided_by_decision))', NULL),
    ('notice', 1, 'notice', 'r.at < $1', NULL),
    ('party', 1, 'attendance_code', 'EXISTS (SELECT FROM linli.capacity AS c
        WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id AND c.ends < $1)', NULL),
    ('party', 2, 'release_code', 'EXISTS (SELECT FROM linli.capacity AS c
        WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id AND c.ends < $1)', NULL),
    ('party', 3, 'no_show', 'EXISTS (SELECT FROM linli.reservation AS v
        JOIN linli.capacity AS c ON c.estate_id = v.estate_id AND c.id = v.capacity_id
        WHERE v.estate_id = r.estate_id AND v.id = r.reservation_id AND c.ends < $1)', NULL),
    ('party', 4, 'reservation_member', 'EXISTS (SELECT FROM linli.capacity AS c
        WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id AND c.ends < $1)', NULL),
    ('party', 5, 'reservation', 'r.note IS NOT NULL AND EXISTS (SELECT FROM linli.capacity AS c
        WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id AND c.ends < $1)', 'note = NULL'),
    ('proof', 1, 'proof', 'least(r.ends, coalesce(r.withdrawn_at, r.ends)) < $1', NULL),
    ('proof', 2, 'person_state_change', 'r.at < $1 AND r.because <> ''已删除''',
        'because = ''已删除'''),
    ('protection', 1, 'protection', 'least(r.ends, coalesce(r.ended_at, r.ends)) < $1', NULL),
    ('receipt', 1, 'announcement_receipt', 'r.read_at < $1', NULL),
    ('record_read', 1, 'record_read', 'r.at < $1', NULL),
    ('record_read', 2, 'access_request', 'coalesce(r.ends, r.decided_at, r.lapses_at) < $1', NULL),
    ('report', 1, 'report', 'r.at < $1 AND r.words_sealed IS NOT NULL', 'words_sealed = NULL'),
    ('request', 1, 'membership_request', 'r.decided_at < $1 AND r.because <> ''已删除''',
        'because = ''已删除'',
            answer_because = CASE WHEN r.answer_because IS NOT NULL THEN ''已删除'' END,
            decided_because = ''已删除'''),
    ('request', 2, 'family_objection', 'r.decided_at < $1 AND r.because <> ''已删除''',
        'because = ''已删除'', decided_because = ''已删除'''),
    ('spent_code', 1, 'join_code', 'coalesce(r.used_at, r.revoked_at, r.ends) < $1
        AND NOT EXISTS (SELECT FROM linli.join_request AS q
            WHERE q.join_estate = r.estate_id AND q.join_id = r.id)', NULL),
    ('spent_code', 2, 'tie_code', 'r.ends < $1', NULL),
    ('task', 1, 'task', 'r.finished_at < $1 AND r.note_sealed IS NOT NULL', 'note_sealed = NULL'),
    ('task', 2, 'task_refusal', 'r.at < $1 AND r.note_sealed IS NOT NULL', 'note_sealed = NULL'),
    ('tie', 1, 'tie', 'r.ends < $1', NULL),
    ('vetting', 1, 'vetting', 'least(r.ends, coalesce(r.withdrawn_at, r.ends)) < $1', NULL);

-- How long an estate keeps a kind.
CREATE FUNCTION linli.kept_for(of_kind text) RETURNS interval
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN (
        SELECT coalesce(r.keep, k.keep)
        FROM linli.retention_kind AS k
        LEFT JOIN linli.retention_rule AS r ON r.estate_id = linli.estate_id() AND r.kind = k.code
        WHERE k.code = of_kind);
END
$$;

-- All terms of the estate, with their bounds.
CREATE FUNCTION linli.retention_terms()
    RETURNS TABLE (code text, title_zh text, title_en text, days integer, days_min integer,
        days_max integer, basis_zh text, basis_en text, because text, changed_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT k.code, k.title_zh, k.title_en,
            extract(day FROM coalesce(r.keep, k.keep))::integer,
            extract(day FROM k.keep_min)::integer, extract(day FROM k.keep_max)::integer,
            k.basis_zh, k.basis_en, r.because, r.changed_at
        FROM linli.retention_kind AS k
        LEFT JOIN linli.retention_rule AS r ON r.estate_id = linli.estate_id() AND r.kind = k.code
        ORDER BY k.code COLLATE "C";
END
$$;

-- Sets a term, by the residents' committee within the bounds. Verdicts: set; unknown, bounds.
CREATE FUNCTION linli.set_retention(of_kind text, days integer, reason text, event uuid)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    term CONSTANT interval := make_interval(days => days);
    rule linli.retention_kind;
BEGIN
    SELECT * INTO rule FROM linli.retention_kind AS k WHERE k.code = of_kind;
    IF NOT FOUND OR linli.beneficiary_id() IS NOT NULL
        OR NOT linli.has_role('residents_committee')
    THEN
        RETURN 'unknown';
    ELSIF term < rule.keep_min OR term > rule.keep_max THEN
        RETURN 'bounds';
    END IF;
    INSERT INTO linli.retention_rule (estate_id, kind, keep, because, changed_by, changed_at)
    VALUES (estate, of_kind, term, reason, linli.person_id(), linli.instant())
    ON CONFLICT ON CONSTRAINT retention_rule_pkey DO UPDATE
        SET keep = EXCLUDED.keep, because = EXCLUDED.because, changed_by = EXCLUDED.changed_by,
            changed_at = EXCLUDED.changed_at;
    PERFORM linli.append_event(event, 'retention.changed', ARRAY['estate'], '{}',
        json_build_object('kind', of_kind, 'days', days)::text);
    RETURN 'set';
END
$$;

-- Takes out at most so many rows of one target that are past now; how many. The job's own.
CREATE FUNCTION linli.retain(of_kind text, of_number integer, rows_max integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    target linli.retention_target;
    found_rows text;
    gone bigint;
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'retention' THEN
        RAISE EXCEPTION 'only the job retention takes out what is past'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('linli.moderating', 'on', true);
    SELECT * INTO STRICT target FROM linli.retention_target AS t
    WHERE t.kind = of_kind AND t.number = of_number;
    found_rows := format('r.ctid = ANY (ARRAY(SELECT r.ctid FROM linli.%I AS r '
        'WHERE r.estate_id = $2 AND (%s) LIMIT $3 FOR UPDATE SKIP LOCKED))',
        target.table_name, target.past);
    EXECUTE CASE WHEN target.becomes IS NULL
        THEN format('DELETE FROM linli.%I AS r WHERE %s', target.table_name, found_rows)
        ELSE format('UPDATE linli.%I AS r SET %s WHERE %s', target.table_name, target.becomes,
            found_rows) END
    USING linli.instant() - linli.kept_for(of_kind), linli.estate_id(), rows_max;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('linli.moderating', '', true);
    RETURN gone;
END
$$;

-- Notes what a run took out of a kind.
CREATE FUNCTION linli.note_retention(of_kind text, rows_gone bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.job_name() IS DISTINCT FROM 'retention' THEN
        RAISE EXCEPTION 'only the job retention notes its runs'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO linli.retention_run (estate_id, id, kind, at, gone)
    VALUES (linli.estate_id(), linli.fresh_id(linli.instant()), of_kind, linli.instant(),
        rows_gone);
END
$$;

-- As before; and the job retention takes out what is past.
CREATE OR REPLACE FUNCTION linli.consent_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at = linli.instant()
        AND to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by']
            = to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by']
    THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND linli.job_name() = 'retention' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a consent is withdrawn, and never changed otherwise'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_keep', TABLE = 'consent';
END
$$;

-- As before; and the job retention takes out what is past.
CREATE OR REPLACE FUNCTION linli.moderation_decision_stays() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND linli.job_name() = 'reseal' THEN
        OLD.reason_sealed := NEW.reason_sealed;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' AND linli.job_name() = 'retention' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a decision stays as it was made'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'moderation_decision_stays';
END
$$;

GRANT EXECUTE ON FUNCTION
    linli.retention_terms(), linli.set_retention(text, integer, text, uuid),
    linli.retain(text, integer, integer), linli.note_retention(text, bigint)
    TO linli;
