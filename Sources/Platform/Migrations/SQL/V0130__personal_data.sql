-- What is kept of persons: one row a column that names one, with what becomes of it.
--
-- linli.person_reference says what a merge does with the column; this table what an export hands out,
-- what an erasure does, and how long it is kept. A migration that adds a column which names a person or
-- an account adds its row here, and a test asks the catalogue.

CREATE TABLE linli.personal_data (
    table_name text NOT NULL,
    column_name text NOT NULL,
    -- Whether an export hands the row out, or why not. doer: it says who did something to another's
    -- record. confidence: somebody else's word in confidence. protects: it would betray whom it protects.
    -- secret: a key or a code. elsewhere: it follows from what is handed out.
    handed_out text NOT NULL,
    -- What of the row, as a select list over `r`: $1 is the person or account, $3 who asked.
    shown text,
    -- Which rows, besides those that name it.
    only_if text NOT NULL DEFAULT 'true',
    -- The right by which a guardian has it of its child, any: whichever; NULL: never.
    guardian_right text,
    guardian_only_if text NOT NULL DEFAULT 'true',
    -- Rows belong to a person by this instead of by naming it: $1 the person, $2 the estate.
    belongs text,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    -- keep: as the id alone. delete, or blank: as `becomes` says.
    erasure text NOT NULL,
    becomes text,
    -- person: until the person is erased. ledger: for good, as ids. Else a kind of linli.retention_rule.
    kept text NOT NULL,
    CONSTRAINT personal_data_pkey PRIMARY KEY (table_name, column_name),
    CONSTRAINT personal_data_handed_out_known CHECK (handed_out IN (
        'yes', 'doer', 'confidence', 'protects', 'secret', 'elsewhere')),
    CONSTRAINT personal_data_shown_whole CHECK ((handed_out = 'yes') = (shown IS NOT NULL)),
    CONSTRAINT personal_data_guardian CHECK (guardian_right IS NULL OR handed_out = 'yes'),
    CONSTRAINT personal_data_erasure_known CHECK (erasure IN ('keep', 'delete', 'blank')),
    CONSTRAINT personal_data_blank_whole CHECK ((erasure = 'blank') = (becomes IS NOT NULL)),
    CONSTRAINT personal_data_kept_code CHECK (kept ~ '^[a-z][a-z_]{0,39}$')
);
-- Each part of an export has a name of its own.
CREATE UNIQUE INDEX personal_data_title ON linli.personal_data (title_zh)
    WHERE handed_out = 'yes';
GRANT SELECT ON linli.personal_data TO linli;

-- Who did something to another's record: that record's, not the doer's.
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, kept)
SELECT split_part(c, '.', 1), split_part(c, '.', 2), 'doer', '谁办的', 'Who did it', 'keep', 'ledger'
FROM unnest(ARRAY[
    'absence.set_by', 'access_request.asked_by', 'access_request.decided_by',
    'access_request.ended_by', 'activity.changed_by', 'activity_occurrence.changed_by',
    'activity_version.changed_by', 'announcement.changed_by', 'announcement.published_by',
    'announcement_version.changed_by', 'child_day.set_by', 'child_home.set_by',
    'consent.withdrawn_by', 'delegation.ended_by', 'delegation.recorded_by',
    'delegation_request.decided_by', 'desk.opened_by', 'family_objection.decided_by',
    'guardianship.ended_by', 'guardianship.recorded_by', 'join_code.revoked_by',
    'join_code.used_by', 'membership_request.decided_by', 'moderation_decision.decided_by',
    'no_show.claimed_by', 'no_show.decided_by', 'person_merge.merged_by',
    'person_merge.undone_by', 'person_state_change.set_by', 'proof.by_person_id',
    'proof.withdrawn_by', 'protection.ended_by', 'protection.set_by', 'record_read.reader_id',
    'role_term.appointed_by', 'role_term.ended_by', 'task.finished_by', 'task.stand_in_id',
    'task.taken_by', 'tie_code.used_by', 'venue.changed_by', 'vetting.vetted_by',
    'vetting.withdrawn_by', 'attendance_code.used_by', 'release_code.used_by']) AS c;

-- What is handed out to nobody, and why.
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, becomes, kept)
VALUES
    ('age', 'person_id', 'elsewhere', '由生日推算的日子', 'Days that follow from the day of birth',
        'delete', NULL, 'person'),
    ('attendance_code', 'person_id', 'secret', '签到码', 'Check-in codes', 'delete', NULL,
        'spent_code'),
    ('block', 'other_id', 'protects', '别人设的屏蔽', 'Blocks by others', 'keep', NULL, 'ledger'),
    ('idempotency', 'account_id', 'secret', '重复请求的旧答复', 'Answers kept for repeats', 'delete',
        NULL, 'person'),
    ('join_attempt', 'account_id', 'secret', '输入加入码的次数', 'Tries of joining codes', 'delete', NULL,
        'spent_code'),
    ('kept_place', 'child_id', 'elsewhere', '为孩子保留的名额', 'Places kept for a child', 'keep', NULL,
        'ledger'),
    ('merge_agreement', 'other_id', 'confidence', '别人同意合并', 'Others'' agreements to a merge',
        'keep', NULL, 'ledger'),
    ('protection', 'other_id', 'protects', '针对我的保护', 'Protections against one', 'keep', NULL,
        'protection'),
    ('protection', 'protected_id', 'protects', '对我的保护', 'Protections of one', 'keep', NULL,
        'protection'),
    ('task', 'subject_id', 'confidence', '与我有关的待办', 'Tasks about one', 'blank',
        'note_sealed = NULL', 'task'),
    ('tie_code', 'person_id', 'secret', '关系码', 'Tie codes', 'delete', NULL, 'spent_code'),
    ('moderation_decision', 'thing_id', 'elsewhere', '对我发布内容的处理', 'Decisions on one''s posts', 'keep',
        NULL, 'moderation'),
    ('activity_version', 'activity_id', 'elsewhere', '我的活动的旧版本', 'Earlier versions of one''s activities',
        'delete', NULL, 'person'),
    ('activity_occurrence', 'activity_id', 'elsewhere', '我的活动的场次', 'Meetings of one''s activities',
        'blank', 'title_zh = CASE WHEN r.title_zh IS NOT NULL THEN ''已删除'' END,
            body_zh = CASE WHEN r.title_zh IS NOT NULL THEN ''已删除'' END, title_en = NULL,
            body_en = NULL, place_text = CASE WHEN r.place_text IS NOT NULL THEN ''已删除'' END,
            cancelled_because = CASE WHEN r.cancelled_because IS NOT NULL THEN ''已删除'' END',
        'person');

-- What is handed out.
INSERT INTO linli.personal_data (table_name, column_name, handed_out, title_zh, title_en, shown,
    guardian_right, erasure, becomes, kept)
VALUES
    ('person', 'id', 'yes', '本人', 'The person', 'r.id, r.display_name, r.state, r.created_at, r.claimed_at',
        'any', 'blank', 'display_name = ''已注销'', account_id = NULL, claimed_at = NULL,
            import_key = NULL, state = ''erased''', 'ledger'),
    ('person_sealed', 'person_id', 'yes', '加密保存的个人资料', 'What is kept sealed',
        'r.field, r.value_sealed, r.changed_at', 'any', 'delete', NULL, 'person'),
    ('membership', 'person_id', 'yes', '住户关系', 'Households',
        'r.id, r.household_id, (SELECT concat_ws('' '', b.name_zh, s.name_zh, p.name_zh)
            FROM linli.household AS h
            JOIN linli.place AS p ON p.estate_id = h.estate_id AND p.id = h.residence_id
            LEFT JOIN linli.place AS s ON s.estate_id = p.estate_id AND s.id = p.stair_id
            LEFT JOIN linli.place AS b ON b.estate_id = p.estate_id AND b.id = p.building_id
            WHERE h.estate_id = r.estate_id AND h.id = r.household_id) AS residence,
            r.role_in_household, r.begins, r.ends', 'any', 'keep', NULL, 'ledger'),
    ('role_term', 'person_id', 'yes', '身份和职务', 'Roles',
        'r.id, r.role, r.place_id, r.begins, r.ends, r.because, r.because_ref, r.ended_at,
            r.ended_because', NULL, 'keep', NULL, 'ledger'),
    ('tie', 'claimer_id', 'yes', '我登记的关系', 'Ties one claimed',
        'r.id, r.kind, r.other_id, r.claimed_at, r.confirmed_at,
            CASE WHEN r.confirmed_at IS NOT NULL THEN r.ends END AS ends', NULL, 'delete', NULL,
        'tie'),
    ('tie', 'other_id', 'yes', '别人登记、我确认的关系', 'Ties one confirmed',
        'r.id, r.kind, r.claimer_id, r.claimed_at, r.confirmed_at, r.ends', NULL, 'delete', NULL,
        'tie'),
    ('delegation', 'beneficiary_id', 'yes', '谁为我代办', 'Who acts for one',
        'r.id, r.doer_id, r.scope, r.begins, r.ends, r.how', NULL, 'blank',
        'because = ''已删除''', 'delegation'),
    ('delegation', 'doer_id', 'yes', '我为谁代办', 'For whom one acts',
        'r.id, r.beneficiary_id, r.scope, r.begins, r.ends, r.how', NULL, 'keep', NULL,
        'delegation'),
    ('delegation_request', 'beneficiary_id', 'yes', '请求为我代办', 'Requests to act for one',
        'r.id, r.doer_id, r.scope, r.asked_at, r.decided_at, r.decision', NULL, 'blank',
        'because = CASE WHEN r.because IS NOT NULL THEN ''已删除'' END', 'delegation'),
    ('delegation_request', 'doer_id', 'yes', '我请求代办', 'One''s requests to act for others',
        'r.id, r.beneficiary_id, r.scope, r.asked_at, r.decided_at, r.decision', NULL, 'keep',
        NULL, 'delegation'),
    ('announcement_receipt', 'person_id', 'yes', '读过的公告', 'Announcements one read',
        'r.announcement_id, r.version, r.read_at', NULL, 'keep', NULL, 'receipt'),
    ('steward', 'person_id', 'yes', '我参与组织的活动', 'Activities one helps to organise',
        'r.thing_id, (SELECT a.title_zh FROM linli.activity AS a
            WHERE a.estate_id = r.estate_id AND a.id = r.thing_id) AS activity, r.is_lead, r.since',
        NULL, 'keep', NULL, 'ledger'),
    ('activity', 'organiser_id', 'yes', '我发起的活动', 'Activities one leads',
        'r.id, r.state, r.kind, r.meant_for, r.title_zh, r.body_zh, r.title_en, r.body_en,
            r.place_id, r.place_text, r.cost_note, r.bring, r.accessibility_note, r.starts_local,
            r.minutes, r.rrule, r.created_at, r.published_at, r.cancelled_at, r.cancelled_because',
        NULL, 'blank', 'title_zh = ''已删除'', body_zh = ''已删除'', title_en = NULL, body_en = NULL,
            cost_note = NULL, bring = NULL, accessibility_note = NULL,
            place_text = CASE WHEN r.place_text IS NOT NULL THEN ''已删除'' END,
            handed_over_because = NULL,
            cancelled_because = CASE WHEN r.cancelled_because IS NOT NULL THEN ''已删除'' END',
        'person'),
    ('activity_comment', 'author_id', 'yes', '我的留言', 'One''s comments',
        'r.id, r.activity_id, (SELECT a.title_zh FROM linli.activity AS a
            WHERE a.estate_id = r.estate_id AND a.id = r.activity_id) AS activity, r.body, r.at,
            r.removed_at', NULL, 'blank', 'body = NULL,
            removed_at = coalesce(r.removed_at, linli.instant()),
            removed_as = coalesce(r.removed_as, ''author'')', 'comment'),
    ('activity_feedback', 'person_id', 'yes', '我的反馈', 'One''s feedback',
        'r.id, r.occurrence_id, r.verdict, r.body, r.at', NULL, 'blank', 'body = NULL',
        'feedback'),
    ('reservation', 'holder_id', 'yes', '我的报名', 'One''s bookings',
        'r.id, r.thing_id, (SELECT a.title_zh FROM linli.activity AS a
            WHERE a.estate_id = r.estate_id AND a.id = r.thing_id) AS activity,
            (SELECT c.begins FROM linli.capacity AS c
            WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id) AS begins,
            r.state, r.seats, r.queued_at, r.until, r.changed_at, r.ended_at, r.ended_as',
        'activities', 'blank', 'note = NULL', 'ledger'),
    ('reservation_member', 'person_id', 'yes', '有我的报名', 'Bookings with one',
        'r.reservation_id, (SELECT a.title_zh FROM linli.capacity AS c
            JOIN linli.activity AS a ON a.estate_id = c.estate_id AND a.id = c.thing_id
            WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id) AS activity,
            (SELECT c.begins FROM linli.capacity AS c
            WHERE c.estate_id = r.estate_id AND c.id = r.capacity_id) AS begins,
            r.kind, r.is_live, r.left_at, r.left_as, r.checked_in_at, r.checked_out_at',
        'activities', 'keep', NULL, 'party'),
    ('no_show', 'person_id', 'yes', '未到记录', 'No-shows',
        'r.id, r.thing_id, r.claimed_at, r.answer, r.answered_at, r.answer_note, r.appealed_at,
            r.decision, r.decided_at, r.decision_note, r.ages_out_at', 'activities', 'blank',
        'answer_note = NULL, decision_note = NULL', 'party'),
    ('attendance_attempt', 'person_id', 'yes', '输错的签到码', 'Wrong codes one typed at the door',
        'r.at', NULL, 'delete', NULL, 'spent_code'),
    ('notice', 'person_id', 'yes', '收到的通知', 'Notices', 'r.id, r.kind, r.subject_kind, r.at, r.read_at',
        NULL, 'delete', NULL, 'notice'),
    ('venue_booking', 'booked_by', 'yes', '我订的场地', 'Venues one booked',
        'r.id, r.place_id, r.begins, r.ends, r.booked_at, r.cancelled_at', NULL, 'keep', NULL,
        'ledger'),
    ('calendar_link', 'person_id', 'yes', '日历链接', 'Calendar links',
        'r.id, r.kind, r.place_id, r.created_at, r.last_fetched_on, r.revoked_at', NULL, 'delete',
        NULL, 'person'),
    ('proof', 'person_id', 'yes', '核验', 'Proofs',
        'r.id, r.level, r.how, r.household_id, r.proved_at, r.ends, r.because, r.withdrawn_at,
            r.withdrawn_because', NULL, 'blank',
        'because = CASE WHEN r.because IS NOT NULL THEN ''已删除'' END,
            withdrawn_because = CASE WHEN r.withdrawn_because IS NOT NULL THEN ''已删除'' END', 'proof'),
    ('join_code', 'issued_by', 'yes', '我发出的加入码', 'Joining codes one issued',
        'r.id, r.how, r.issued_at, r.begins, r.ends, r.used_at, r.revoked_at', NULL, 'keep', NULL,
        'spent_code'),
    ('join_code', 'person_id', 'yes', '给我的加入码', 'Joining codes for one',
        'r.id, r.how, r.issued_at, r.begins, r.ends, r.used_at', NULL, 'blank',
        'because = CASE WHEN r.because IS NOT NULL THEN ''已删除'' END', 'spent_code'),
    ('absence', 'person_id', 'yes', '外出和住院', 'Absences',
        'r.id, r.kind, r.begins, r.ends, r.set_at, r.because', NULL, 'delete', NULL, 'absence'),
    ('person_state_change', 'person_id', 'yes', '状态变更', 'Changes of state',
        'r.id, r.state, r.was, r.at, r.because', NULL, 'blank', 'because = ''已删除''', 'proof'),
    ('membership_request', 'person_id', 'yes', '关于我离户的申请', 'Requests that one leaves a household',
        'r.id, r.kind, r.asked_at, r.answer, r.answer_because, r.outcome, r.decided_at', NULL,
        'blank', 'because = ''已删除'',
            answer_because = CASE WHEN r.answer_because IS NOT NULL THEN ''已删除'' END,
            decided_because = CASE WHEN r.decided_because IS NOT NULL THEN ''已删除'' END', 'request'),
    ('membership_request', 'asked_by', 'yes', '我提的离户申请', 'Requests of one''s own about others',
        'r.id, r.kind, r.asked_at, r.because, r.outcome, r.decided_at', NULL, 'blank',
        'because = ''已删除''', 'request'),
    ('person_merge', 'kept_id', 'yes', '合并', 'Merges', 'r.id, r.merged_at, r.undone_at', NULL,
        'blank', 'because = ''已删除'',
            undone_because = CASE WHEN r.undone_because IS NOT NULL THEN ''已删除'' END', 'ledger'),
    ('person_merge', 'dropped_id', 'yes', '被合并', 'Merges into another entry',
        'r.id, r.merged_at, r.undone_at', NULL, 'blank', 'because = ''已删除''', 'ledger'),
    ('merge_agreement', 'person_id', 'yes', '同意合并', 'Agreements to a merge',
        'r.id, r.other_id, r.agreed_at', NULL, 'keep', NULL, 'ledger'),
    ('record_read', 'about_id', 'yes', '谁查阅过档案', 'Who read one''s record',
        'r.id, r.reader_id, r.reader_role, r.kind, r.purpose, r.on_day, r.at', 'any', 'keep', NULL,
        'record_read'),
    ('record_watcher', 'person_id', 'yes', '谁替我看档案查阅', 'Who watches one''s record',
        'r.watcher_id, r.named_at', NULL, 'delete', NULL, 'person'),
    ('record_watcher', 'watcher_id', 'yes', '我替谁看档案查阅', 'Whose record one watches',
        'r.person_id, r.named_at', NULL, 'delete', NULL, 'person'),
    ('access_request', 'about_id', 'yes', '运维查阅我的申请', 'Operators'' requests about one',
        'r.id, r.kind, r.purpose, r.asked_at, r.decision, r.decided_at, r.ends', NULL, 'blank',
        'because = ''已删除''', 'record_read'),
    ('task_refusal', 'person_id', 'yes', '我说明不接的待办', 'Tasks one said no to',
        'r.id, r.task_id, r.at, r.because, r.note_sealed', NULL, 'blank', 'note_sealed = NULL',
        'task'),
    ('moderation', 'author_id', 'yes', '我发布内容的状态', 'The state of one''s posts',
        'r.thing_id, r.thing_kind, r.visibility, r.changed_at, r.approved_at', NULL, 'keep', NULL,
        'moderation'),
    ('report', 'reporter_id', 'yes', '我的举报', 'One''s reports',
        'r.id, r.thing_id, r.kind, r.words_sealed, r.at', NULL, 'blank', 'words_sealed = NULL',
        'report'),
    ('appeal', 'thing_id', 'yes', '我的申诉', 'One''s appeals',
        'r.id, r.thing_id, r.words_sealed, r.at', NULL, 'delete', NULL, 'report'),
    ('guardianship', 'guardian_id', 'yes', '我监护的孩子', 'Children one guards',
        'r.id, r.child_id, r.rights, r.how, r.begins, r.ends', NULL, 'blank',
        'evidence = CASE WHEN r.evidence IS NOT NULL THEN ''已删除'' END,
            ended_because = CASE WHEN r.ended_because IS NOT NULL THEN ''已删除'' END', 'guardianship'),
    ('guardianship', 'child_id', 'yes', '我的监护人', 'One''s guardians',
        'r.id, r.guardian_id, r.rights, r.begins, r.ends', 'any', 'blank',
        'evidence = CASE WHEN r.evidence IS NOT NULL THEN ''已删除'' END,
            ended_because = CASE WHEN r.ended_because IS NOT NULL THEN ''已删除'' END', 'guardianship'),
    ('family_objection', 'objected_by', 'yes', '我的异议', 'One''s objections',
        'r.id, r.child_id, r.purpose, r.because, r.objected_at, r.decision, r.decided_at', NULL,
        'blank', 'because = ''已删除'',
            decided_because = CASE WHEN r.decided_because IS NOT NULL THEN ''已删除'' END', 'request'),
    ('child_home', 'child_id', 'yes', '在哪家的日子', 'Days at each home',
        'r.household_id, r.weeks, r.monday, r.days, r.set_at', 'any', 'delete', NULL, 'person'),
    ('child_day', 'child_id', 'yes', '例外的日子', 'Days that are otherwise',
        'r.household_id, r.day, r.is_here, r.set_at', 'any', 'delete', NULL, 'person'),
    ('consent', 'subject_id', 'yes', '为我作出的同意', 'Consents for one',
        'r.id, r.giver_id, r.purpose, r.text_version, r.given_at, r.until, r.withdrawn_at', 'any',
        'keep', NULL, 'consent'),
    ('consent', 'giver_id', 'yes', '我作出的同意', 'Consents one gave',
        'r.id, r.subject_id, r.purpose, r.text_version, r.about_id, r.given_at, r.until,
            r.withdrawn_at', NULL, 'keep', NULL, 'consent'),
    ('consent', 'about_id', 'yes', '指名由我接送', 'Consents that name one to fetch a child',
        'r.id, r.subject_id, r.purpose, r.given_at, r.until, r.withdrawn_at', NULL, 'keep', NULL,
        'consent'),
    ('vetting', 'person_id', 'yes', '审查记录', 'Vetting', 'r.id, r.because, r.begins, r.ends, r.withdrawn_at',
        NULL, 'blank', 'because = ''已删除''', 'vetting'),
    ('release_code', 'person_id', 'yes', '我取的接送码', 'Pick-up codes one asked for',
        'r.id, r.child_id, r.created_at, r.used_at', NULL, 'keep', NULL, 'party'),
    ('release_code', 'child_id', 'yes', '接送', 'Pick-ups',
        'r.id, r.person_id, r.created_at, r.used_at', 'pick_up', 'keep', NULL, 'party'),
    ('block', 'blocker_id', 'yes', '我的屏蔽', 'One''s blocks',
        'r.id, CASE WHEN r.was_shown THEN r.other_id END AS other, r.begins, r.ended_at', NULL,
        'delete', NULL, 'person'),
    ('account', 'id', 'yes', '账号', 'The account', 'r.id, r.created_at, r.language, r.state', NULL,
        'blank', 'state = ''erased''', 'ledger'),
    ('account_identifier', 'account_id', 'yes', '手机号', 'Phones',
        'r.id, r.kind, r.value_sealed, r.created_at, r.verified_at, r.retired_at, r.reported_at',
        NULL, 'delete', NULL, 'person'),
    ('account_role_term', 'account_id', 'yes', '小区以上的职务', 'Offices above the estate',
        'r.role, r.display_name, r.begins, r.ends, r.because', NULL, 'blank',
        'display_name = ''已注销''', 'ledger'),
    ('session', 'account_id', 'yes', '登录', 'Sessions',
        'r.id, r.device_label, r.created_at, r.last_seen_on, r.expires_at, r.revoked_at,
            r.proved_at, r.proved_by', NULL, 'delete', NULL, 'person'),
    ('known_device', 'account_id', 'yes', '认得的设备', 'Known devices',
        'r.id, r.label, r.created_at, r.expires_at, r.is_proof', NULL, 'delete', NULL, 'person'),
    ('passkey', 'account_id', 'yes', '通行密钥', 'Passkeys, without their keys',
        'r.id, r.label, r.created_at, r.trusted_at, r.last_used_on', NULL, 'delete', NULL,
        'person'),
    ('proof_request', 'account_id', 'yes', '请人确认登录', 'Requests to be vouched for',
        'r.id, r.asked_at, r.vouched_at, r.how, r.used_at', NULL, 'delete', NULL, 'spent_code'),
    ('device_code', 'account_id', 'yes', '设备码', 'Codes on paper, without the codes',
        'r.id, r.kind, r.issued_at, r.ends, r.used_at, r.revoked_at', NULL, 'delete', NULL,
        'spent_code');

-- An objection about a child may be the other home's word against this one's.
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, erasure, becomes, kept)
VALUES ('family_objection', 'child_id', 'confidence', '关于孩子的异议', 'Objections about a child', 'blank',
    'because = ''已删除''', 'request');

-- Whose post something is about.
UPDATE linli.personal_data AS d
SET belongs = 'r.thing_id IN (SELECT m.thing_id FROM linli.moderation AS m
    WHERE m.estate_id = $2 AND m.author_id = $1)'
WHERE (d.table_name, d.column_name) IN (
    ('appeal', 'thing_id'), ('moderation_decision', 'thing_id'));
UPDATE linli.personal_data AS d
SET belongs = 'r.activity_id IN (SELECT a.id FROM linli.activity AS a
    WHERE a.estate_id = $2 AND a.organiser_id = $1)'
WHERE (d.table_name, d.column_name) IN (
    ('activity_version', 'activity_id'), ('activity_occurrence', 'activity_id'));

-- Which rows: what is not yet told, and what names somebody who does not exist for this person.
UPDATE linli.personal_data AS d
SET only_if = w.only_if
FROM (VALUES
    ('tie', 'claimer_id', 'r.other_id <> ALL (linli.unseen_by($1))'),
    ('tie', 'other_id', 'r.confirmed_at IS NOT NULL AND r.claimer_id <> ALL (linli.unseen_by($1))'),
    ('delegation', 'beneficiary_id', 'r.doer_id <> ALL (linli.unseen_by($1))'),
    ('delegation', 'doer_id', 'r.beneficiary_id <> ALL (linli.unseen_by($1))'),
    ('delegation_request', 'beneficiary_id', 'r.doer_id <> ALL (linli.unseen_by($1))'),
    ('delegation_request', 'doer_id', 'r.beneficiary_id <> ALL (linli.unseen_by($1))'),
    ('record_watcher', 'person_id', 'r.watcher_id <> ALL (linli.unseen_by($1))'),
    ('record_watcher', 'watcher_id', 'r.person_id <> ALL (linli.unseen_by($1))'),
    ('notice', 'person_id', 'r.subject_id <> ALL (linli.unseen_by($1))'),
    ('guardianship', 'guardian_id', 'r.child_id <> ALL (linli.unseen_by($1))'),
    ('guardianship', 'child_id', 'r.guardian_id <> ALL (linli.unseen_by($1))'),
    ('consent', 'giver_id', 'r.subject_id <> ALL (linli.unseen_by($1))'),
    ('consent', 'about_id', 'r.subject_id <> ALL (linli.unseen_by($1))'),
    ('consent', 'subject_id', 'r.giver_id <> ALL (linli.unseen_by($1))'),
    ('release_code', 'person_id', 'r.child_id <> ALL (linli.unseen_by($1))'),
    ('release_code', 'child_id', 'r.person_id <> ALL (linli.unseen_by($1))'),
    ('access_request', 'about_id', 'r.decision = ''approved'''),
    ('moderation', 'author_id', 'r.visibility <> ''shadowed''')) AS w (t, c, only_if)
WHERE d.table_name = w.t AND d.column_name = w.c;

-- What a guardian has of its child: nothing of the other home.
UPDATE linli.personal_data AS d
SET guardian_only_if = w.only_if
FROM (VALUES
    ('person_sealed', 'person_id', 'r.field IN (''birth_date'', ''legal_name'') OR (r.field = ''attributes''
        AND linli.has_guardian_right($3, $1, ''health''))'),
    ('membership', 'person_id', 'linli.lives_in($3, r.household_id)'),
    ('child_home', 'child_id', 'linli.lives_in($3, r.household_id)'),
    ('child_day', 'child_id', 'linli.lives_in($3, r.household_id)'),
    ('guardianship', 'child_id', 'r.guardian_id = $3'),
    ('consent', 'subject_id', 'r.giver_id = $3'),
    ('release_code', 'child_id', 'r.person_id = $3')) AS w (t, c, only_if)
WHERE d.table_name = w.t AND d.column_name = w.c;

-- Who is protected from a person: for it they do not exist. For the functions of the owner alone.
CREATE FUNCTION linli.unseen_by(person uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN ARRAY(
        SELECT p.protected_id
        FROM linli.protection AS p
        WHERE p.estate_id = linli.estate_id() AND p.other_id = person AND p.ended_at IS NULL
            AND p.begins <= at AND p.ends > at);
END
$$;

-- Whether a person belongs to a household now. For the functions of the owner alone.
CREATE FUNCTION linli.lives_in(person uuid, household uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    at CONSTANT timestamptz := linli.instant();
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.membership AS m
        WHERE m.estate_id = linli.estate_id() AND m.person_id = person
            AND m.household_id = household AND m.begins <= at AND m.ends > at);
END
$$;

-- Whether a person guards a child now with some right. For the functions of the owner alone.
CREATE FUNCTION linli.is_guardian(guardian uuid, child uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM linli.live_guardianships(linli.estate_id(), child) AS g
        WHERE g.guardian_id = guardian AND cardinality(g.rights) > 0);
END
$$;
