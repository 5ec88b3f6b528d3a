-- What a person has in the ledger when two of one are made one: an account that the kept one lacks is
-- given to it as it is; of what both have, the dropped one's goes over by a movement. Undoing the merge
-- takes the movement back, unless the kept one has spent it.

CREATE FUNCTION linli.ledger_merge() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := NEW.estate_id;
    at CONSTANT timestamptz := linli.instant();
    event CONSTANT uuid := linli.fresh_id(at);
    done linli.person_merge;
    moved linli.ledger_movement;
    accounts uuid[];
    twins uuid[];
    balances bigint[];
    n integer;
    took integer := 0;
    answer linli.ledger_answer;
BEGIN
    IF NEW.state = 'merged' THEN
        SELECT m.* INTO done
        FROM linli.person_merge AS m
        WHERE m.estate_id = estate AND m.dropped_id = NEW.id AND m.merged_at = at
            AND m.undone_at IS NULL;
        -- Held first: a balance that is read is one that stays.
        PERFORM
        FROM linli.ledger_account AS a
        WHERE a.estate_id = estate AND a.holder_kind = 'person'
            AND a.holder_id IN (done.dropped_id, done.kept_id)
        ORDER BY a.id
        FOR NO KEY UPDATE;
        SELECT array_agg(a.id ORDER BY a.id), array_agg(t.id ORDER BY a.id),
            array_agg(a.balance ORDER BY a.id)
        INTO accounts, twins, balances
        FROM linli.ledger_account AS a
        JOIN linli.ledger_account AS t ON t.estate_id = estate AND t.asset_id = a.asset_id
            AND t.holder_kind = 'person' AND t.holder_id = done.kept_id AND t.status = a.status
        WHERE a.estate_id = estate AND a.holder_kind = 'person' AND a.holder_id = done.dropped_id
            AND a.balance > 0;
        n := coalesce(cardinality(accounts), 0);
        IF n = 0 THEN
            RETURN NULL;
        END IF;
        answer := linli.ledger_put(
            ARRAY(SELECT linli.fresh_id(at) FROM generate_series(1, n)), accounts, twins, balances,
            array_fill('merged'::text, ARRAY[n]), array_fill('merge'::text, ARRAY[n]),
            array_fill(done.id, ARRAY[n]), array_fill(done.kept_id, ARRAY[n]),
            array_fill(NULL::text, ARRAY[n]), array_fill(NULL::uuid, ARRAY[n]), event);
        -- What would be beyond sense stays where it is.
        took := CASE WHEN answer.verdict = 'posted' THEN n ELSE 0 END;
    ELSE
        SELECT m.* INTO done
        FROM linli.person_merge AS m
        WHERE m.estate_id = estate AND m.dropped_id = NEW.id AND m.undone_at = at;
        PERFORM
        FROM linli.ledger_account AS a
        WHERE a.estate_id = estate AND a.holder_kind = 'person'
            AND a.holder_id IN (done.dropped_id, done.kept_id)
        ORDER BY a.id
        FOR NO KEY UPDATE;
        FOR moved IN
            SELECT m.*
            FROM linli.ledger_movement AS m
            WHERE m.estate_id = estate AND m.cause_kind = 'merge' AND m.cause_id = done.id
                AND m.reverses IS NULL
            ORDER BY m.id
        LOOP
            answer := linli.ledger_put(ARRAY[linli.fresh_id(at)], ARRAY[moved.to_id],
                ARRAY[moved.from_id], ARRAY[moved.quantity], ARRAY['unmerged'], ARRAY['merge'],
                ARRAY[done.id], ARRAY[moved.subject_id], ARRAY[NULL::text], ARRAY[moved.id], event);
            took := took + (answer.verdict = 'posted')::integer;
        END LOOP;
    END IF;
    IF took > 0 THEN
        PERFORM linli.append_event(event, 'ledger.moved', ARRAY['person:' || done.kept_id],
            ARRAY[done.kept_id], json_build_object('merge', done.id)::text);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_merge AFTER UPDATE OF state ON linli.person FOR EACH ROW
    WHEN ((NEW.state = 'merged') <> (OLD.state = 'merged'))
    EXECUTE FUNCTION linli.ledger_merge();
