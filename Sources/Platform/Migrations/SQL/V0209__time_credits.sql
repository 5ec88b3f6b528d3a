-- Time credits (时间银行): minutes in the ledger's book `credit`, issued from the estate's pot for a visit that
-- both sides confirmed. Who is helped owes nothing, and no balance refuses help. docs/help/time-bank.md.

INSERT INTO linli.task_kind (code, duty_role, due, title_zh, title_en) VALUES
    ('credit-sample', 'social_worker', '14 days', '抽查一笔时间银行记录，问问双方', 'Look at a time credit by chance');

-- What a visit came to. Over the month's cap of two persons nothing is issued.
CREATE TABLE linli.time_credit (
    estate_id uuid NOT NULL,
    -- The movement's, where something was issued.
    id uuid NOT NULL,
    -- No key: the credit outlives what is kept of the visit.
    visit_id uuid NOT NULL,
    helper_id uuid NOT NULL,
    person_id uuid NOT NULL,
    minutes integer NOT NULL,
    state text NOT NULL,
    at timestamptz NOT NULL,
    is_sample boolean NOT NULL,
    reversed_by uuid,
    reversed_at timestamptz,
    CONSTRAINT time_credit_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT time_credit_once UNIQUE (estate_id, visit_id),
    CONSTRAINT time_credit_helper FOREIGN KEY (estate_id, helper_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT time_credit_person FOREIGN KEY (estate_id, person_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT time_credit_reversed_by FOREIGN KEY (estate_id, reversed_by)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT time_credit_state_known CHECK (state IN ('issued', 'over_cap', 'reversed')),
    CONSTRAINT time_credit_minutes_range CHECK (minutes BETWEEN 15 AND 720 AND minutes % 15 = 0),
    CONSTRAINT time_credit_reversed_whole CHECK ((state = 'reversed') = (reversed_at IS NOT NULL)
        AND (state = 'reversed') = (reversed_by IS NOT NULL))
);
CREATE INDEX time_credit_of_helper ON linli.time_credit (estate_id, helper_id, person_id, at);
ALTER TABLE linli.time_credit ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.time_credit FORCE ROW LEVEL SECURITY;
CREATE POLICY time_credit_owner ON linli.time_credit TO linli_owner USING (true) WITH CHECK (true);

-- Moves minutes from one holder to another; NULL: the estate's pot. The ledger's verdict. For the
-- functions here alone.
CREATE FUNCTION linli.time_move(
    event uuid, new_id uuid, giver uuid, taker uuid, much bigint, because text, cause text,
    cause_id uuid) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    asset CONSTANT uuid := linli.ledger_asset_open(linli.fresh_id(linli.instant()), 'credit',
        'minute', 0, NULL);
    accounts uuid[];
BEGIN
    PERFORM linli.ledger_open_pot(asset, NULL, 'open');
    accounts := linli.ledger_find_or_open(ARRAY[asset, asset],
        ARRAY[CASE WHEN giver IS NULL THEN 'pot' ELSE 'person' END,
            CASE WHEN taker IS NULL THEN 'pot' ELSE 'person' END],
        ARRAY[giver, taker], ARRAY['open', 'open']);
    RETURN linli.ledger_put(ARRAY[new_id], accounts[1:1], accounts[2:2], ARRAY[much],
        ARRAY[because], ARRAY[cause], ARRAY[cause_id], ARRAY[coalesce(taker, giver)],
        ARRAY[NULL::text], ARRAY[NULL::uuid], event);
END
$$;

-- Issues the minutes of a visit that both confirmed, from coming to leaving and at most half an hour more
-- than was planned, rounded to quarters of an hour; one in twenty, by its id, is looked at by a person. For
-- the functions here alone.
CREATE FUNCTION linli.time_credit_issue(visit uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    zone CONSTANT text := (SELECT e.zone FROM linli.estate AS e WHERE e.estate_id = estate);
    v linli.help_visit;
    much integer;
    before integer;
    cap integer;
    fresh CONSTANT uuid := linli.fresh_id(at);
    event CONSTANT uuid := linli.fresh_id(at);
    is_over boolean;
    sampled boolean;
BEGIN
    SELECT * INTO v FROM linli.help_visit AS o WHERE o.estate_id = estate AND o.id = visit;
    much := 15 * round(extract(epoch FROM least(v.checked_out_at - v.checked_in_at,
        v.ends - v.begins + interval '30 minutes')) / 900)::integer;
    much := least(much, 720);
    IF v.person_id IS NULL OR much < 15 THEN
        RETURN;
    END IF;
    -- Two visits of a pair that are confirmed at once take turns.
    PERFORM pg_advisory_xact_lock(hashtextextended('time-credit/' || v.helper_id, 209));
    cap := (SELECT l.pair_minutes_max FROM linli.help_limits() AS l);
    before := (
        SELECT coalesce(sum(c.minutes), 0)
        FROM linli.time_credit AS c
        WHERE c.estate_id = estate AND c.helper_id = v.helper_id AND c.person_id = v.person_id
            AND c.state = 'issued'
            AND date_trunc('month', c.at AT TIME ZONE zone)
                = date_trunc('month', linli.instant() AT TIME ZONE zone));
    is_over := before + much > cap;
    sampled := NOT is_over AND abs(hashtextextended(v.id::text, 209) % 20) = 0;
    INSERT INTO linli.time_credit (estate_id, id, visit_id, helper_id, person_id, minutes, state, at,
        is_sample)
    VALUES (estate, fresh, v.id, v.helper_id, v.person_id, much,
        CASE WHEN is_over THEN 'over_cap' ELSE 'issued' END, at, sampled);
    PERFORM linli.append_event(event, CASE WHEN is_over THEN 'timeCredit.overCap'
        ELSE 'timeCredit.issued' END, ARRAY['person:' || v.helper_id], '{}',
        json_build_object('visit', v.id)::text);
    PERFORM linli.notify(event, CASE WHEN is_over THEN 'timeCredit.overCap'
        ELSE 'timeCredit.issued' END, 'help_visit', v.id, json_build_object('begins', v.begins)::text,
        ARRAY[v.helper_id]);
    IF NOT is_over THEN
        PERFORM linli.time_move(event, fresh, NULL, v.helper_id, much, 'issued', 'visit', v.id);
    END IF;
    IF sampled THEN
        PERFORM linli.raise_task('credit-sample', fresh, NULL, NULL, NULL, linli.help_concerned(v));
    END IF;
END
$$;
CREATE OR REPLACE FUNCTION linli.help_visit_settled(event uuid, visit uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    PERFORM linli.help_evidence_of_visit(visit);
    -- Last: accounts are locked after everything else.
    PERFORM linli.time_credit_issue(visit);
END
$$;

-- Gives minutes to a grown neighbour, or back to the pot (NULL). Verdicts: done; unknown (nobody here to
-- whom one may give); short.
CREATE FUNCTION linli.time_give(event uuid, new_id uuid, taker uuid, much bigint) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    own CONSTANT uuid := linli.person_id();
    answer linli.ledger_answer;
BEGIN
    IF own IS NULL OR linli.beneficiary_id() IS NOT NULL OR (taker IS NOT NULL AND (taker = own
        OR NOT linli.is_here(taker) OR linli.is_child(linli.estate_id(), taker)
        OR linli.kept_apart(own, taker)))
    THEN
        RETURN 'unknown';
    END IF;
    PERFORM linli.append_event(event, 'timeCredit.given', ARRAY['person:' || own]
        || CASE WHEN taker IS NULL THEN '{}' ELSE ARRAY['person:' || taker] END, '{}',
        json_build_object('movement', new_id)::text);
    IF taker IS NOT NULL THEN
        PERFORM linli.notify(event, 'timeCredit.given', 'gift', new_id, '{}', ARRAY[taker]);
    END IF;
    answer := linli.time_move(event, new_id, own, taker, much, CASE WHEN taker IS NULL
        THEN 'returned' ELSE 'given' END, 'gift', NULL);
    RETURN CASE answer.verdict WHEN 'posted' THEN 'done' ELSE 'short' END;
END
$$;

-- The principal's minutes, and its movements, the latest first; those before a number.
CREATE FUNCTION linli.time_statement(before_number bigint, rows_max integer)
    RETURNS TABLE (number bigint, id uuid, at timestamptz, delta bigint, balance bigint,
        reason text, visit_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN QUERY
        SELECT s.number, s.id, s.at, s.delta, s.balance, s.reason,
            CASE s.cause_kind WHEN 'visit' THEN s.cause_id END
        FROM linli.ledger_account AS a
        CROSS JOIN LATERAL linli.ledger_statement(a.id, before_number, rows_max) AS s
        WHERE a.estate_id = linli.estate_id() AND a.book = 'credit' AND a.holder_kind = 'person'
            AND a.holder_id = linli.subject_id()
        ORDER BY s.number DESC
        LIMIT rows_max;
END
$$;

-- Takes an issue back after a look at it, whole. Verdicts: done; unknown; state (not issued, or back
-- already); short (it was given away: talk to them).
CREATE FUNCTION linli.time_credit_reverse(event uuid, credit uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    c linli.time_credit;
    answer linli.ledger_answer;
BEGIN
    SELECT * INTO c FROM linli.time_credit AS o WHERE o.estate_id = estate AND o.id = credit
    FOR UPDATE;
    IF NOT linli.may_read('help', 'care') OR NOT EXISTS (
        SELECT FROM linli.help_visit AS v
        WHERE v.estate_id = estate AND v.id = c.visit_id
            AND linli.person_id() <> ALL (linli.help_concerned(v)))
    THEN
        RETURN 'unknown';
    ELSIF c.state <> 'issued' THEN
        RETURN 'state';
    END IF;
    UPDATE linli.time_credit AS o
    SET state = 'reversed', reversed_by = linli.person_id(), reversed_at = linli.instant()
    WHERE o.estate_id = estate AND o.id = credit;
    PERFORM linli.append_event(event, 'timeCredit.reversed', ARRAY['person:' || c.helper_id], '{}',
        json_build_object('visit', c.visit_id)::text);
    PERFORM linli.notify(event, 'timeCredit.reversed', 'help_visit', c.visit_id, '{}',
        ARRAY[c.helper_id]);
    PERFORM linli.finish_task(t.id, 'reversed')
    FROM linli.task AS t
    WHERE t.estate_id = estate AND t.kind = 'credit-sample' AND t.about_id = credit
        AND t.finished_at IS NULL;
    answer := linli.ledger_reverse(event, linli.fresh_id(linli.instant()), credit, 'reversed', NULL);
    RETURN CASE answer.verdict WHEN 'posted' THEN 'done' ELSE 'short' END;
END
$$;

GRANT EXECUTE ON FUNCTION linli.time_give(uuid, uuid, uuid, bigint),
    linli.time_statement(bigint, integer), linli.time_credit_reverse(uuid, uuid) TO linli;

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('time_credit', 'helper_id', 'move'), ('time_credit', 'person_id', 'move'),
    ('time_credit', 'reversed_by', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, erasure, kept)
VALUES
    ('time_credit', 'helper_id', 'yes', '我的时间银行记录', 'Time credits of one''s visits',
        'r.visit_id, r.minutes, r.state, r.at', 'keep', 'ledger'),
    ('time_credit', 'person_id', 'elsewhere', '时间银行', 'Time credits', NULL, 'keep', 'ledger'),
    ('time_credit', 'reversed_by', 'doer', '谁办的', 'Who did it', NULL, 'keep', 'ledger');
