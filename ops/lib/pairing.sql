-- Makes an estate that asks for help, for ops/bench.d/pairing: who offers help, what was done before, who
-- is kept apart from whom, and the requests of two weeks. Chance has a seed: the same estate and numbers
-- give the same rows, but for :today, on whose next day the weeks begin. Needs copies.sql, :estate, :helpers
-- and :requests.
CREATE FUNCTION bench.chance(what text, n bigint, most integer) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN ('x' || substr(md5('linli-6/' || what || '/' || n), 1, 7))::bit(28)::integer % most;
-- Some of what stands in a list, at least one: each with so many chances of a hundred.
CREATE FUNCTION bench.some(what text, n bigint, list text[], percent integer) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    RETURN ARRAY(
        SELECT l.word FROM unnest(list) WITH ORDINALITY AS l (word, place)
        WHERE bench.chance(what || l.word, n, 100) < percent
            OR l.place = 1 + bench.chance(what, n, cardinality(list)));

-- Heads and spouses in an order of chance: the first offer help, and all of them may ask.
CREATE TABLE bench.grown AS
SELECT row_number() OVER (ORDER BY md5(m.person_id::text), m.person_id) AS n, m.person_id AS id,
    m.household_id, h.residence_id
FROM linli.membership AS m
JOIN linli.household AS h ON h.estate_id = m.estate_id AND h.id = m.household_id
WHERE m.estate_id = :'estate' AND m.role_in_household IN ('head', 'spouse')
    AND m.ends = 'infinity' AND h.ends = 'infinity' AND h.residence_id IS NOT NULL;
CREATE TABLE bench.kind AS
SELECT row_number() OVER (ORDER BY k.code) AS n, k.code FROM linli.help_kind AS k
WHERE NOT k.with_child;

UPDATE linli.person SET claimed_at = '2026-01-01Z'
WHERE estate_id = :'estate' AND account_id IS NOT NULL AND claimed_at IS NULL;
INSERT INTO linli.helper_profile (estate_id, person_id, is_active, kinds, languages, gender,
    gender_rule, monthly_max, rest_days, changed_at)
SELECT :'estate', g.id, true,
    bench.some('kind', g.n, ARRAY(SELECT k.code FROM bench.kind AS k ORDER BY k.n), 35),
    bench.some('language', g.n, '{mandarin,shanghainese,english}', 50),
    CASE WHEN g.n % 3 > 0 THEN (ARRAY['female', 'male'])[1 + bench.chance('gender', g.n, 2)] END,
    NULL, 4 + bench.chance('most', g.n, 6), CASE WHEN g.n % 20 = 0 THEN 2 ELSE 0 END, '2026-01-01Z'
FROM bench.grown AS g
WHERE g.n <= :helpers;
-- Three to five days of the week, in the morning, in the afternoon or both.
INSERT INTO linli.helper_window (estate_id, person_id, weekday, begins_minute, ends_minute)
SELECT :'estate', g.id, d.day, w.first, w.first + 180 + 30 * bench.chance('long' || d.day, g.n, 4)
FROM bench.grown AS g
CROSS JOIN generate_series(1, 7) AS d (day)
CROSS JOIN (VALUES (8 * 60, 'am'), (14 * 60, 'pm')) AS w (first, part)
WHERE g.n <= :helpers AND bench.chance('day' || d.day || w.part, g.n, 100) < 45;
INSERT INTO linli.proof (estate_id, id, person_id, level, how, proved_at, by_person_id, because)
SELECT :'estate', bench.id('a', g.n), g.id, 'in_person', 'desk', '2026-01-01Z', o.id, 'seen'
FROM bench.grown AS g
JOIN bench.grown AS o ON o.n = g.n % 7 + :helpers + 1
WHERE g.n <= :helpers AND g.n % 3 > 0;

-- Elders, whom somebody of their household acts for.
INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins, ends, because)
SELECT :'estate', bench.id('b', g.n), o.id, g.id, '{help}', '2026-01-01Z', '2099-01-01Z', 'elder'
FROM bench.grown AS g
JOIN bench.grown AS o ON o.n = g.n + 1
WHERE g.n % 8 = 0;
-- Visits that both confirmed, this year.
INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id, person_id, place_id,
    begins, ends, state, planned_at, checked_in_at, checked_out_at, helper_confirmed_at,
    person_confirmed_at, closed_at)
SELECT :'estate', bench.id('c', v.n), 'request', bench.id('c', v.n), k.code, h.id, p.id,
    p.residence_id, t.at, t.at + interval '1 hour', 'done', t.at, t.at, t.at + interval '1 hour',
    t.at + interval '1 hour', t.at + interval '1 hour', t.at + interval '1 hour'
FROM generate_series(1, 3 * :helpers) AS v (n)
JOIN bench.grown AS h ON h.n = 1 + bench.chance('who', v.n / 2, :helpers)
JOIN bench.grown AS p ON p.n = 1 + bench.chance('whom', v.n / 2, (SELECT count(*) FROM bench.grown)::integer)
    AND p.id <> h.id
JOIN bench.kind AS k ON k.n = 1 + bench.chance('did', v.n, (SELECT count(*) FROM bench.kind)::integer)
CROSS JOIN LATERAL (SELECT date_trunc('day', :'today'::timestamptz) - interval '40 days'
    - v.n % 200 * interval '1 day' AS at) AS t;
-- What was said of them, and who vouches.
INSERT INTO linli.help_evidence_entry (estate_id, id, rater_id, subject_id, domain, day, tenths, cause,
    cause_id)
SELECT v.estate_id, bench.id('d', row_number() OVER (ORDER BY v.id)), v.person_id, v.helper_id, k.domain,
    v.begins::date - date '1970-01-01',
    CASE WHEN bench.chance('good', row_number() OVER (ORDER BY v.id), 20) = 0 THEN -6 ELSE 8 END,
    'rating', v.id
FROM linli.help_visit AS v
JOIN linli.help_kind AS k ON k.code = v.kind
WHERE v.estate_id = :'estate';
SELECT count(linli.help_evidence_sum_up(e)) FROM linli.help_evidence_entry AS e
WHERE e.estate_id = :'estate' \g /dev/null
INSERT INTO linli.help_vouch (estate_id, id, voucher_id, subject_id, domain, begins, ends)
SELECT :'estate', bench.id('e', o.n * 10 + d.n), o.id, h.id, d.domain, :'today', :'today'::timestamptz + interval '90 days'
FROM bench.grown AS o
JOIN bench.grown AS h ON h.n = 1 + bench.chance('vouch', o.n, :helpers) AND h.id <> o.id
CROSS JOIN (VALUES (1, 'company'), (2, 'errands')) AS d (n, domain)
WHERE o.n % 3 > 0 AND o.n <= :helpers;

-- Who does not meet: blocks, what was not safe, and three who are under a ban.
SET session_replication_role = replica;
INSERT INTO linli.block (estate_id, id, blocker_id, other_id, was_shown, begins)
SELECT DISTINCT ON (a.id, b.id) :'estate', bench.id('f', x.n), a.id, b.id, false, '2026-01-01Z'::timestamptz
FROM generate_series(1, 600) AS x (n)
JOIN bench.grown AS a ON a.n = 1 + bench.chance('blocks', x.n, (SELECT count(*) FROM bench.grown)::integer)
JOIN bench.grown AS b ON b.n = 1 + bench.chance('blocked', x.n, :helpers) AND b.id <> a.id;
INSERT INTO linli.help_safety_report (estate_id, id, visit_id, person_id, said_by, other_id, said_at)
SELECT v.estate_id, v.id, v.id, v.person_id, v.person_id, v.helper_id, v.ends
FROM linli.help_visit AS v
WHERE v.estate_id = :'estate' AND bench.chance('unsafe', ('x' || right(v.id::text, 7))::bit(28)::integer, 40) = 0;
INSERT INTO linli.safety_ban (estate_id, id, person_id, kind, reason_sealed, evidence_sealed, decided_by,
    begins, ends)
SELECT :'estate', bench.id('1', g.n), g.id, 'other', repeat('x', 40)::bytea, repeat('x', 40)::bytea,
    o.id, '2026-01-01Z', '2028-01-01Z'
FROM bench.grown AS g
JOIN bench.grown AS o ON o.n = :helpers + 1
WHERE g.n IN (3, 5, 8);
RESET session_replication_role;

INSERT INTO linli.help_request (estate_id, id, series_id, kind, person_id, asker_id, entered_by,
    is_by_office, place_id, shown_place_id, begins, ends, minutes, urgency, wish_gender,
    wish_language, is_elder, is_listed, entered_at)
SELECT :'estate', bench.id('2', r.n), bench.id('2', r.n), k.code, g.id, g.id, g.id, false,
    g.residence_id, g.residence_id, t.at, t.at + s.minutes * interval '1 minute'
        + bench.chance('room', r.n, 5) * interval '1 hour', s.minutes,
    CASE WHEN bench.chance('soon', r.n, 50) = 0 THEN 'today' ELSE 'normal' END,
    CASE WHEN bench.chance('wish', r.n, 12) = 0 THEN 'female' END,
    CASE WHEN bench.chance('speaks', r.n, 12) = 0 THEN 'shanghainese' END,
    g.n % 8 = 0 OR bench.chance('elder', r.n, 10) = 0, false, :'today'::timestamptz
FROM generate_series(1, :requests) AS r (n)
JOIN bench.grown AS g ON g.n = 1 + bench.chance('asks', r.n / 2, (SELECT count(*) FROM bench.grown)::integer)
JOIN bench.kind AS k ON k.n = 1 + bench.chance('wants', r.n, (SELECT count(*) FROM bench.kind)::integer)
CROSS JOIN LATERAL (
    SELECT 30 * (1 + bench.chance('takes', r.n, 4)) AS minutes) AS s
CROSS JOIN LATERAL (
    SELECT date_trunc('day', :'today'::timestamptz AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai'
        + interval '1 day' * (1 + bench.chance('date', r.n, 13))
        + interval '30 minutes' * (16 + bench.chance('clock', r.n, 20)) AS at) AS t;
