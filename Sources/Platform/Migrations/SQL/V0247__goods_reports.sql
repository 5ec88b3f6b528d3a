-- Reports of goods by period, for those who answer for them and for those who read counts; and how long
-- rounds are kept. docs/donations/reports.md has the rules.

-- Whether the principal reads reports: who handles goods, and offices that read counts. For the functions
-- here alone, and for what tells others so.
CREATE FUNCTION linli.goods_reports_read() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.goods_serves_any() OR (linli.person_id() IS NOT NULL
        AND linli.beneficiary_id() IS NULL AND linli.may_read('count', 'statistics'));
END
$$;

-- What came in, went out, was corrected and lay on the shelf at the end, of so many months from a first day
-- on (NULL: this month), by category, unit and reason; a reversal takes back what it reverses. How often, and for how many
-- households, nothing below five. Today is not in it, so that two readings of a day tell no difference.
CREATE FUNCTION linli.goods_report(from_day date, months integer)
    RETURNS TABLE (category text, unit text, flow text, reason text, quantity text, times bigint,
        households bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    first CONSTANT timestamp :=
        coalesce(from_day::timestamp, date_trunc('month', linli.local_day()::timestamp));
    since CONSTANT timestamptz := first AT TIME ZONE zone;
    until CONSTANT timestamptz := least(
        first + months * interval '1 month', linli.local_day()::timestamp) AT TIME ZONE zone;
BEGIN
    IF NOT linli.goods_reports_read() THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH moved AS (
            SELECT g.item_id, m.at, m.quantity, m.reverses IS NOT NULL AS is_back,
                f.holder_kind AS from_kind, f.status AS from_status, t.holder_kind AS to_kind,
                t.status AS to_status,
                CASE WHEN m.reverses IS NULL THEN m.reason
                    ELSE (SELECT o.reason FROM linli.ledger_movement AS o
                        WHERE o.estate_id = estate AND o.id = m.reverses) END AS reason,
                CASE WHEN f.holder_kind = 'household' THEN f.holder_id
                    WHEN t.holder_kind = 'household' THEN t.holder_id END AS household_id
            FROM linli.ledger_movement AS m
            JOIN linli.goods_lot AS g ON g.estate_id = estate AND g.id = m.asset_id
            JOIN linli.ledger_account AS f ON f.estate_id = estate AND f.id = m.from_id
            JOIN linli.ledger_account AS t ON t.estate_id = estate AND t.id = m.to_id
            WHERE m.estate_id = estate AND m.at >= since
                AND (f.holder_kind = 'place') <> (t.holder_kind = 'place')
        ), told AS (
            SELECT m.item_id, m.household_id, m.is_back, m.quantity, m.to_kind = 'place' AS is_in,
                -- The side that is not the shelf.
                CASE WHEN m.to_kind = 'place' THEN m.from_kind ELSE m.to_kind END AS kind,
                CASE WHEN m.to_kind = 'place' THEN m.from_status ELSE m.to_status END AS status,
                m.reason
            FROM moved AS m
            WHERE m.at < until
        ), flows AS (
            SELECT n.item_id, n.flow, n.reason, n.household_id, n.is_back,
                CASE WHEN n.is_in = (n.flow <> 'out') THEN n.quantity ELSE -n.quantity END AS units
            FROM (
                SELECT o.*, CASE
                        WHEN o.kind = 'outside' AND o.status IN ('given', 'bought', 'shipped')
                            THEN 'in'
                        WHEN o.kind IN ('household', 'underway') OR o.status = 'discarded' THEN 'out'
                        ELSE 'corrected' END AS flow,
                    CASE WHEN o.status = 'discarded' THEN o.reason ELSE o.status END AS because
                FROM told AS o
            ) AS n (item_id, household_id, is_back, quantity, is_in, kind, status, moved_for, flow,
                reason)
        ), here AS (
            SELECT g.item_id, sum(a.balance) AS lies
            FROM linli.goods_lot AS g
            JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.asset_id = g.id
                AND a.holder_kind = 'place' AND a.balance > 0
            WHERE g.estate_id = estate
            GROUP BY g.item_id
        ), later AS (
            SELECT m.item_id,
                sum(CASE m.to_kind WHEN 'place' THEN m.quantity ELSE -m.quantity END) AS came
            FROM moved AS m
            WHERE m.at >= until
            GROUP BY m.item_id
        ), cells AS (
            SELECT i.category, i.unit, w.flow, w.reason,
                sum(w.units / 10::numeric ^ i.scale::integer) AS quantity,
                count(*) FILTER (WHERE NOT w.is_back) AS times,
                count(DISTINCT w.household_id) AS households
            FROM flows AS w
            JOIN linli.goods_item AS i ON i.estate_id = estate AND i.id = w.item_id
            GROUP BY i.category, i.unit, w.flow, w.reason
            UNION ALL
            SELECT i.category, i.unit, 'shelf', 'end',
                sum((coalesce(h.lies, 0) - coalesce(l.came, 0)) / 10::numeric ^ i.scale::integer),
                NULL, NULL
            FROM linli.goods_item AS i
            LEFT JOIN here AS h ON h.item_id = i.id
            LEFT JOIN later AS l ON l.item_id = i.id
            WHERE i.estate_id = estate
            GROUP BY i.category, i.unit
            HAVING sum((coalesce(h.lies, 0) - coalesce(l.came, 0)) / 10::numeric ^ i.scale::integer)
                <> 0
        )
        SELECT c.category, c.unit, c.flow, c.reason, trim_scale(c.quantity)::text,
            linli.counted(c.times), linli.counted(nullif(c.households, 0))
        FROM cells AS c
        WHERE since < until
        ORDER BY c.category, c.unit, array_position(ARRAY['in', 'out', 'corrected', 'shelf'],
            c.flow), c.reason
        LIMIT 2000;
END
$$;

GRANT EXECUTE ON FUNCTION linli.goods_reports_read(), linli.goods_report(date, integer) TO linli;

-- Rounds and what they owe are needs in other words: they go like them.
INSERT INTO linli.retention_kind
    (code, title_zh, title_en, keep, keep_min, keep_max, basis_zh, basis_en)
VALUES ('allocation', '物资分配（之后）', 'Rounds that shared goods out, and what they owe', '365 days',
    '30 days', '1096 days', '敏感个人信息，办完即可删（个人信息保护法第十九条）',
    'sensitive; no longer than needed (PIPL art. 19)');
INSERT INTO linli.retention_target (kind, number, table_name, past, becomes) VALUES
    ('allocation', 1, 'goods_parcel', 'EXISTS (SELECT FROM linli.allocation_round AS d
        WHERE d.estate_id = r.estate_id AND d.id = r.round_id
            AND coalesce(d.decided_at, d.proposed_at) < $1)', 'round_id = NULL'),
    ('allocation', 2, 'allocation_result', 'EXISTS (SELECT FROM linli.allocation_round AS d
        WHERE d.estate_id = r.estate_id AND d.id = r.round_id
            AND coalesce(d.decided_at, d.proposed_at) < $1)', NULL),
    ('allocation', 3, 'allocation_round', 'coalesce(r.decided_at, r.proposed_at) < $1
        AND NOT EXISTS (SELECT FROM linli.allocation_result AS g
            WHERE g.estate_id = r.estate_id AND g.round_id = r.id)
        AND NOT EXISTS (SELECT FROM linli.goods_parcel AS p
            WHERE p.estate_id = r.estate_id AND p.round_id = r.id)', NULL),
    ('allocation', 4, 'need_deficit', 'r.changed_at < $1', NULL);
