-- The ledger (流水账): what is counted and conserved, who has it, and how it moved.
--
-- Stock by lot, place and status, time credits, cost shares, the maintenance fund: each is an asset; an
-- account holds so much of one; a movement takes from one account what it gives to another. This file
-- knows no feature. docs/ledger.md has the rules.
--
-- Order of locks: capacities by id, agendas by id, accounts by id, nothing after them. A transaction
-- posts once, or takes all accounts that it will post to first (ledger_take).

-- What is counted, in units of 10^-scale.
CREATE TABLE linli.ledger_asset (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    -- Whose rules decide who reads and posts: stock, credit, money …
    book text NOT NULL,
    unit text NOT NULL,
    scale smallint NOT NULL,
    -- The lot, for stock; a book without one has one asset an estate.
    ref_id uuid,
    CONSTRAINT ledger_asset_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT ledger_asset_estate FOREIGN KEY (estate_id) REFERENCES linli.estate (estate_id),
    CONSTRAINT ledger_asset_once UNIQUE NULLS NOT DISTINCT (estate_id, book, ref_id),
    CONSTRAINT ledger_asset_of_book UNIQUE (estate_id, id, book),
    CONSTRAINT ledger_asset_book_code CHECK (book ~ '^[a-z][a-z_]{0,23}$'),
    CONSTRAINT ledger_asset_unit_code CHECK (unit ~ '^[a-z][a-z_]{0,23}$'),
    CONSTRAINT ledger_asset_scale_range CHECK (scale BETWEEN 0 AND 6)
);

-- So much of an asset, at somebody or somewhere, in a status.
CREATE TABLE linli.ledger_account (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    asset_id uuid NOT NULL,
    -- The asset's.
    book text NOT NULL,
    -- place, person, household: of this estate. pot: the estate's own. outside: where it comes from and
    -- goes to. underway: between estates.
    holder_kind text NOT NULL,
    holder_id uuid,
    -- free, reserved, quarantine, issued, spoiled …
    status text NOT NULL,
    -- Moved by movements alone; how many there were.
    balance bigint NOT NULL DEFAULT 0,
    moves bigint NOT NULL DEFAULT 0,
    may_be_negative boolean NOT NULL DEFAULT false,
    CONSTRAINT ledger_account_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT ledger_account_asset FOREIGN KEY (estate_id, asset_id, book)
        REFERENCES linli.ledger_asset (estate_id, id, book),
    CONSTRAINT ledger_account_once
        UNIQUE NULLS NOT DISTINCT (estate_id, asset_id, holder_kind, status, holder_id),
    CONSTRAINT ledger_account_of_asset UNIQUE (estate_id, id, asset_id),
    CONSTRAINT ledger_account_holder_known CHECK (holder_kind IN (
        'place', 'person', 'household', 'pot', 'outside', 'underway')),
    CONSTRAINT ledger_account_holder_named
        CHECK (holder_id IS NOT NULL OR holder_kind IN ('pot', 'outside', 'underway')),
    CONSTRAINT ledger_account_status_code CHECK (status ~ '^[a-z][a-z_]{0,23}$'),
    -- THE invariant: what is not there cannot be given.
    CONSTRAINT ledger_account_never_below CHECK (may_be_negative OR balance >= 0),
    CONSTRAINT ledger_account_negative_known
        CHECK (NOT may_be_negative OR holder_kind IN ('pot', 'outside')),
    CONSTRAINT ledger_account_balance_range
        CHECK (balance BETWEEN -1000000000000000 AND 1000000000000000),
    CONSTRAINT ledger_account_moves_count CHECK (moves >= 0)
) WITH (fillfactor = 70);
CREATE INDEX ledger_account_of_holder
    ON linli.ledger_account (estate_id, holder_kind, holder_id, asset_id);

-- So much went from one account to another: two legs in one row, so that they sum to zero.
CREATE TABLE linli.ledger_movement (
    estate_id uuid NOT NULL,
    id uuid NOT NULL,
    asset_id uuid NOT NULL,
    from_id uuid NOT NULL,
    to_id uuid NOT NULL,
    quantity bigint NOT NULL,
    -- Which of the account's movements it is, from 1 without a gap, and the balance after it.
    from_number bigint NOT NULL,
    from_balance bigint NOT NULL,
    to_number bigint NOT NULL,
    to_balance bigint NOT NULL,
    reason text NOT NULL,
    -- Because of what.
    cause_kind text NOT NULL,
    cause_id uuid,
    -- The movement that this one takes back, whole.
    reverses uuid,
    doer_id uuid,
    -- The person it is about.
    subject_id uuid,
    at timestamptz NOT NULL,
    -- The same key never moves twice.
    key text,
    -- What told the log of it, in the same transaction.
    event_id uuid NOT NULL,
    CONSTRAINT ledger_movement_pkey PRIMARY KEY (estate_id, id),
    CONSTRAINT ledger_movement_from FOREIGN KEY (estate_id, from_id, asset_id)
        REFERENCES linli.ledger_account (estate_id, id, asset_id),
    CONSTRAINT ledger_movement_to FOREIGN KEY (estate_id, to_id, asset_id)
        REFERENCES linli.ledger_account (estate_id, id, asset_id),
    CONSTRAINT ledger_movement_reverses FOREIGN KEY (estate_id, reverses)
        REFERENCES linli.ledger_movement (estate_id, id),
    CONSTRAINT ledger_movement_doer FOREIGN KEY (estate_id, doer_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT ledger_movement_subject FOREIGN KEY (estate_id, subject_id)
        REFERENCES linli.person (estate_id, id),
    CONSTRAINT ledger_movement_event FOREIGN KEY (estate_id, event_id)
        REFERENCES linli.event (estate_id, event_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ledger_movement_two_legs CHECK (from_id <> to_id),
    CONSTRAINT ledger_movement_quantity_range CHECK (quantity BETWEEN 1 AND 1000000000000000),
    CONSTRAINT ledger_movement_from_once UNIQUE (estate_id, from_id, from_number),
    CONSTRAINT ledger_movement_to_once UNIQUE (estate_id, to_id, to_number),
    CONSTRAINT ledger_movement_reason_code CHECK (reason ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT ledger_movement_cause_code CHECK (cause_kind ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT ledger_movement_key_length CHECK (char_length(key) BETWEEN 1 AND 120)
);
CREATE UNIQUE INDEX ledger_movement_reversed_once
    ON linli.ledger_movement (estate_id, reverses) WHERE reverses IS NOT NULL;
CREATE UNIQUE INDEX ledger_movement_key_once
    ON linli.ledger_movement (estate_id, key) WHERE key IS NOT NULL;
CREATE INDEX ledger_movement_of_cause
    ON linli.ledger_movement (estate_id, cause_id, cause_kind) WHERE cause_id IS NOT NULL;
CREATE INDEX ledger_movement_of_subject
    ON linli.ledger_movement (estate_id, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX ledger_movement_at ON linli.ledger_movement (estate_id, at);

-- What may never happen ------------------------------------------------------------------------

-- What moved has moved: a correction is a movement the other way.
CREATE FUNCTION linli.ledger_movement_keep() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, linli
AS $$
BEGIN
    RAISE EXCEPTION 'a movement is never changed' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'ledger_movement_kept', TABLE = 'ledger_movement';
END
$$;
CREATE TRIGGER ledger_movement_keep BEFORE UPDATE OR DELETE ON linli.ledger_movement
    FOR EACH ROW EXECUTE FUNCTION linli.ledger_movement_keep();

-- Whoever holds an account exists. An account stays what it is; a merge of persons gives it to the kept
-- one. A balance goes with a count of movements.
CREATE FUNCTION linli.ledger_account_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance = 0 AND NEW.moves = 0 AND (CASE NEW.holder_kind
            WHEN 'place' THEN EXISTS (SELECT FROM linli.place AS p
                WHERE p.estate_id = NEW.estate_id AND p.id = NEW.holder_id)
            WHEN 'person' THEN EXISTS (SELECT FROM linli.person AS p
                WHERE p.estate_id = NEW.estate_id AND p.id = NEW.holder_id)
            WHEN 'household' THEN EXISTS (SELECT FROM linli.household AS h
                WHERE h.estate_id = NEW.estate_id AND h.id = NEW.holder_id)
            ELSE true END)
        THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF (NEW.estate_id, NEW.id, NEW.asset_id, NEW.book, NEW.holder_kind, NEW.status,
                NEW.may_be_negative)
            = (OLD.estate_id, OLD.id, OLD.asset_id, OLD.book, OLD.holder_kind, OLD.status,
                OLD.may_be_negative)
            AND (NEW.holder_id IS NOT DISTINCT FROM OLD.holder_id
                OR (OLD.holder_kind = 'person' AND linli.job_name() = 'merge'))
            AND (NEW.moves > OLD.moves OR (NEW.moves, NEW.balance) = (OLD.moves, OLD.balance))
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an account is not changed so' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'ledger_account_kept', TABLE = 'ledger_account';
END
$$;
CREATE TRIGGER ledger_account_keep BEFORE INSERT OR UPDATE OR DELETE ON linli.ledger_account
    FOR EACH ROW EXECUTE FUNCTION linli.ledger_account_keep();

-- Who reads and posts ------------------------------------------------------------------------------

-- Whether the principal may read what a holder has in a book. A feature that brings a book says so here.
CREATE FUNCTION linli.ledger_readable(book text, holder_kind text, holder uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN CASE holder_kind
        WHEN 'person' THEN holder = linli.subject_id()
        ELSE false END;
END
$$;

-- Whether the principal may post such a movement at all; whether this very one, is the feature's to say
-- before. A feature narrows its book here.
CREATE FUNCTION linli.ledger_postable(book text, reason text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    RETURN linli.person_id() IS NOT NULL
        OR (linli.job_name() IS NOT NULL AND linli.job_name() <> 'visitor');
END
$$;

-- Accounts -----------------------------------------------------------------------------------------

-- The asset of a book, or of a lot in it, made where there is none; NULL where there is one that is
-- counted otherwise.
CREATE FUNCTION linli.ledger_asset_open(
    new_id uuid, of_book text, in_unit text, with_scale integer, ref uuid) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    IF NOT linli.ledger_postable(of_book, 'open') THEN
        RETURN NULL;
    END IF;
    INSERT INTO linli.ledger_asset (estate_id, id, book, unit, scale, ref_id)
    VALUES (estate, new_id, of_book, in_unit, with_scale, ref)
    ON CONFLICT ON CONSTRAINT ledger_asset_once DO NOTHING;
    RETURN (
        SELECT a.id
        FROM linli.ledger_asset AS a
        WHERE a.estate_id = estate AND a.book = of_book AND a.unit = in_unit
            AND a.scale = with_scale AND a.ref_id IS NOT DISTINCT FROM ref);
END
$$;

-- The accounts at these addresses, in their order; NULL where there is none. For the functions here
-- alone.
CREATE FUNCTION linli.ledger_find(
    assets uuid[], kinds text[], holders uuid[], statuses text[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    RETURN ARRAY(
        SELECT a.id
        FROM unnest(assets, kinds, holders, statuses) WITH ORDINALITY
            AS n (asset, kind, holder, status, number)
        -- Two arms, so that each is found by the key.
        LEFT JOIN LATERAL (
            SELECT a.id
            FROM linli.ledger_account AS a
            WHERE a.estate_id = estate AND a.asset_id = n.asset AND a.holder_kind = n.kind
                AND a.status = n.status AND a.holder_id = n.holder
            UNION ALL
            SELECT a.id
            FROM linli.ledger_account AS a
            WHERE a.estate_id = estate AND a.asset_id = n.asset AND a.holder_kind = n.kind
                AND a.status = n.status AND a.holder_id IS NULL AND n.holder IS NULL
        ) AS a ON true
        ORDER BY n.number);
END
$$;

-- The same, and opens those that there are not: in order, before any is held. NULL where an asset is
-- unknown. For the functions here alone.
CREATE FUNCTION linli.ledger_find_or_open(
    assets uuid[], kinds text[], holders uuid[], statuses text[]) RETURNS uuid[]
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    accounts uuid[] := linli.ledger_find(assets, kinds, holders, statuses);
BEGIN
    IF array_position(accounts, NULL) IS NULL THEN
        RETURN accounts;
    END IF;
    INSERT INTO linli.ledger_account (estate_id, id, asset_id, book, holder_kind, holder_id, status,
        may_be_negative)
    SELECT estate, linli.fresh_id(linli.instant()), n.asset, n.book, n.kind, n.holder, n.status,
        n.kind = 'outside'
    FROM (
        SELECT DISTINCT m.asset, s.book, m.kind, m.holder, m.status
        FROM unnest(assets, kinds, holders, statuses, accounts)
            AS m (asset, kind, holder, status, account)
        JOIN linli.ledger_asset AS s ON s.estate_id = estate AND s.id = m.asset
        WHERE m.account IS NULL
    ) AS n
    ORDER BY n.asset, n.kind, n.holder, n.status
    ON CONFLICT ON CONSTRAINT ledger_account_once DO NOTHING;
    accounts := linli.ledger_find(assets, kinds, holders, statuses);
    RETURN CASE WHEN array_position(accounts, NULL) IS NULL THEN accounts END;
END
$$;

-- Opens a pot that issues: its balance may be below zero. Its id; NULL where there is one that may not.
CREATE FUNCTION linli.ledger_open_pot(asset uuid, pot uuid, of_status text) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
BEGIN
    INSERT INTO linli.ledger_account (estate_id, id, asset_id, book, holder_kind, holder_id, status,
        may_be_negative)
    SELECT estate, linli.fresh_id(linli.instant()), s.id, s.book, 'pot', pot, of_status, true
    FROM linli.ledger_asset AS s
    WHERE s.estate_id = estate AND s.id = asset AND linli.ledger_postable(s.book, 'open')
    ON CONFLICT ON CONSTRAINT ledger_account_once DO NOTHING;
    RETURN (
        SELECT a.id
        FROM linli.ledger_account AS a
        WHERE a.estate_id = estate AND a.asset_id = asset AND a.holder_kind = 'pot'
            AND a.holder_id IS NOT DISTINCT FROM pot AND a.status = of_status
            AND a.may_be_negative);
END
$$;

-- Takes the accounts at these addresses, in order of id, opens those that there are not, and holds
-- them to the transaction's end; what is there, a row an address, in their order. For who decides by
-- balances, or posts more than once: once a transaction, before the first posting.
CREATE FUNCTION linli.ledger_take(
    assets uuid[], kinds text[], holders uuid[], statuses text[])
    RETURNS TABLE (account_id uuid, balance bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    accounts CONSTANT uuid[] := linli.ledger_find_or_open(assets, kinds, holders, statuses);
BEGIN
    IF EXISTS (
        SELECT
        FROM linli.ledger_asset AS s
        WHERE s.estate_id = estate AND s.id = ANY (assets)
            AND NOT linli.ledger_postable(s.book, 'take'))
    THEN
        RAISE EXCEPTION 'the principal does not post here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM
    FROM linli.ledger_account AS a
    WHERE a.estate_id = estate AND a.id = ANY (accounts)
    ORDER BY a.id
    FOR NO KEY UPDATE;
    RETURN QUERY
        SELECT a.id, a.balance
        FROM unnest(accounts) WITH ORDINALITY AS n (id, number)
        JOIN linli.ledger_account AS a ON a.estate_id = estate AND a.id = n.id
        ORDER BY n.number;
END
$$;

-- Posting ------------------------------------------------------------------------------------------

-- What became of a posting. posted: `moved` has the movements' ids in order; of one whose key had moved
-- already, the first's. Else nothing was written. short, full: `account_id` has only `balance` at
-- movement `number`, or would have beyond 10^15. unlike: the key of `number` moved something else.
-- again: `number` was reversed already, or reverses a reversal. unknown: no such asset or movement, or
-- not the principal's to post.
CREATE TYPE linli.ledger_answer AS (
    verdict text, number integer, account_id uuid, balance bigint, moved uuid[]);

-- Posts movements between accounts, all or none, in the order given; in between none is below what it
-- may be either. For the functions here alone.
CREATE FUNCTION linli.ledger_put(
    ids uuid[], froms uuid[], tos uuid[], quantities bigint[], reasons text[], cause_kinds text[],
    cause_ids uuid[], subjects uuid[], keys text[], undone uuid[], event uuid
) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    at CONSTANT timestamptz := linli.instant();
    most CONSTANT bigint := 1000000000000000;
    answer linli.ledger_answer;
    accounts uuid[];
    assets uuid[];
    balances bigint[];
    counts bigint[];
    open boolean[];
    first linli.ledger_movement;
    fresh integer[] := '{}';
    -- What becomes of the legs.
    from_at integer;
    to_at integer;
    of_asset uuid[];
    from_numbers bigint[];
    from_balances bigint[];
    to_numbers bigint[];
    to_balances bigint[];
    written bigint;
BEGIN
    -- Whom the movements name, before the accounts: a merge of persons takes them in that order.
    PERFORM
    FROM linli.person AS p
    WHERE p.estate_id = estate AND p.id = ANY (subjects || linli.person_id())
    ORDER BY p.id
    FOR KEY SHARE;
    SELECT array_agg(a.id), array_agg(a.asset_id), array_agg(a.balance), array_agg(a.moves),
        array_agg(a.may_be_negative)
    INTO accounts, assets, balances, counts, open
    FROM (
        SELECT a.id, a.asset_id, a.balance, a.moves, a.may_be_negative
        FROM linli.ledger_account AS a
        WHERE a.estate_id = estate AND a.id = ANY (froms || tos)
        ORDER BY a.id
        FOR NO KEY UPDATE) AS a;
    answer.moved := ids;

    FOR n IN 1 .. cardinality(ids) LOOP
        IF keys[n] IS NOT NULL THEN
            answer.number := n;
            IF array_position(keys, keys[n]) < n THEN
                answer.verdict := 'unlike';
                RETURN answer;
            END IF;
            SELECT m.* INTO first
            FROM linli.ledger_movement AS m
            WHERE m.estate_id = estate AND m.key = keys[n];
            IF FOUND THEN
                IF (first.from_id, first.to_id, first.quantity, first.reason, first.cause_kind,
                        first.cause_id, first.subject_id, first.reverses)
                    IS DISTINCT FROM (froms[n], tos[n], quantities[n], reasons[n], cause_kinds[n],
                        cause_ids[n], subjects[n], undone[n])
                THEN
                    answer.verdict := 'unlike';
                    RETURN answer;
                END IF;
                answer.moved[n] := first.id;
                CONTINUE;
            END IF;
        END IF;
        IF undone[n] IS NOT NULL THEN
            PERFORM
            FROM linli.ledger_movement AS m
            WHERE m.estate_id = estate AND m.reverses = undone[n];
            IF FOUND THEN
                answer.verdict := 'again';
                answer.number := n;
                RETURN answer;
            END IF;
        END IF;
        from_at := array_position(accounts, froms[n]);
        to_at := array_position(accounts, tos[n]);
        balances[from_at] := balances[from_at] - quantities[n];
        balances[to_at] := balances[to_at] + quantities[n];
        IF balances[from_at] < (CASE WHEN open[from_at] THEN -most ELSE 0 END) THEN
            answer.verdict := CASE WHEN open[from_at] THEN 'full' ELSE 'short' END;
            answer.number := n;
            answer.account_id := froms[n];
            answer.balance := balances[from_at] + quantities[n];
            RETURN answer;
        ELSIF balances[to_at] > most THEN
            answer.verdict := 'full';
            answer.number := n;
            answer.account_id := tos[n];
            answer.balance := balances[to_at] - quantities[n];
            RETURN answer;
        END IF;
        counts[from_at] := counts[from_at] + 1;
        counts[to_at] := counts[to_at] + 1;
        fresh := fresh || n;
        of_asset[n] := assets[from_at];
        from_numbers[n] := counts[from_at];
        from_balances[n] := balances[from_at];
        to_numbers[n] := counts[to_at];
        to_balances[n] := balances[to_at];
    END LOOP;

    answer.verdict := 'posted';
    answer.number := NULL;
    IF cardinality(fresh) = 0 THEN
        RETURN answer;
    END IF;
    UPDATE linli.ledger_account AS a
    SET balance = n.balance, moves = n.moves
    FROM unnest(accounts, balances, counts) AS n (id, balance, moves)
    WHERE a.estate_id = estate AND a.id = n.id AND a.moves <> n.moves;
    INSERT INTO linli.ledger_movement (estate_id, id, asset_id, from_id, to_id, quantity,
        from_number, from_balance, to_number, to_balance, reason, cause_kind, cause_id, reverses,
        doer_id, subject_id, at, key, event_id)
    SELECT estate, ids[n], of_asset[n], froms[n], tos[n], quantities[n], from_numbers[n],
        from_balances[n], to_numbers[n], to_balances[n], reasons[n], cause_kinds[n], cause_ids[n],
        undone[n], linli.person_id(), subjects[n], at, keys[n], event
    FROM unnest(fresh) AS n
    ON CONFLICT (estate_id, key) WHERE key IS NOT NULL DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < cardinality(fresh) THEN
        -- The key was used at other accounts meanwhile: again from the start, which will see it.
        RAISE EXCEPTION 'a key was used meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN answer;
END
$$;

-- Posts movements, all or none, in one call: each takes so much of an asset from one holder and status
-- to another; accounts that there are not are opened. At most 1,000. `event` is the id of the event
-- that tells of them in this transaction.
CREATE FUNCTION linli.post_movements(
    event uuid, ids uuid[], assets uuid[], from_kinds text[], from_holders uuid[],
    from_statuses text[], to_kinds text[], to_holders uuid[], to_statuses text[],
    quantities bigint[], reasons text[], cause_kinds text[], cause_ids uuid[], subjects uuid[],
    keys text[]
) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    many CONSTANT integer := cardinality(ids);
    accounts uuid[];
    answer linli.ledger_answer;
BEGIN
    IF many NOT BETWEEN 1 AND 1000 OR many <> ALL (ARRAY[cardinality(assets),
        cardinality(from_kinds), cardinality(from_holders), cardinality(from_statuses),
        cardinality(to_kinds), cardinality(to_holders), cardinality(to_statuses),
        cardinality(quantities), cardinality(reasons), cardinality(cause_kinds),
        cardinality(cause_ids), cardinality(subjects), cardinality(keys)])
    THEN
        RAISE EXCEPTION 'movements are 1 to 1000, and whole' USING ERRCODE = 'data_exception';
    END IF;
    PERFORM
    FROM unnest(assets, reasons) AS n (asset, reason)
    LEFT JOIN linli.ledger_asset AS s ON s.estate_id = estate AND s.id = n.asset
    WHERE s.id IS NULL OR NOT linli.ledger_postable(s.book, n.reason);
    IF FOUND THEN
        answer.verdict := 'unknown';
        RETURN answer;
    END IF;
    accounts := linli.ledger_find_or_open(assets || assets, from_kinds || to_kinds,
        from_holders || to_holders, from_statuses || to_statuses);
    RETURN linli.ledger_put(ids, accounts[:many], accounts[many + 1:], quantities, reasons,
        cause_kinds, cause_ids, subjects, keys, array_fill(NULL::uuid, ARRAY[many]), event);
END
$$;

-- Takes a movement back, whole, by one the other way. A reversal is not reversed: what should be after
-- all is posted anew.
CREATE FUNCTION linli.ledger_reverse(
    event uuid, new_id uuid, movement uuid, new_reason text, new_key text
) RETURNS linli.ledger_answer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    held linli.ledger_movement;
    answer linli.ledger_answer;
BEGIN
    SELECT m.* INTO held
    FROM linli.ledger_movement AS m
    JOIN linli.ledger_account AS a ON a.estate_id = m.estate_id AND a.id = m.from_id
    WHERE m.estate_id = linli.estate_id() AND m.id = movement
        AND linli.ledger_postable(a.book, new_reason);
    IF NOT FOUND THEN
        answer.verdict := 'unknown';
        RETURN answer;
    ELSIF held.reverses IS NOT NULL THEN
        answer.verdict := 'again';
        answer.number := 1;
        RETURN answer;
    END IF;
    RETURN linli.ledger_put(ARRAY[new_id], ARRAY[held.to_id], ARRAY[held.from_id],
        ARRAY[held.quantity], ARRAY[new_reason], ARRAY[held.cause_kind], ARRAY[held.cause_id],
        ARRAY[held.subject_id], ARRAY[new_key], ARRAY[held.id], event);
END
$$;

-- Reading ------------------------------------------------------------------------------------------

-- The movements of an account that the principal may read, the latest first, with the balance after
-- each; those before a number. Who is on the other side, who did it and whom it is about shows only to
-- who may read that side as well, or is that person.
CREATE FUNCTION linli.ledger_statement(account uuid, before_number bigint, rows_max integer)
    RETURNS TABLE (number bigint, id uuid, at timestamptz, delta bigint, balance bigint,
        reason text, cause_kind text, cause_id uuid, other_kind text, other_status text,
        other_holder uuid, doer_id uuid, subject_id uuid, reverses uuid, reversed_by uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
DECLARE
    estate CONSTANT uuid := linli.estate_id();
    subject CONSTANT uuid := linli.subject_id();
BEGIN
    PERFORM
    FROM linli.ledger_account AS a
    WHERE a.estate_id = estate AND a.id = account
        AND linli.ledger_readable(a.book, a.holder_kind, a.holder_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT l.number, l.id, l.at, l.delta, l.balance, l.reason, l.cause_kind, l.cause_id,
            o.holder_kind, o.status, CASE WHEN seen.both THEN o.holder_id END,
            CASE WHEN seen.both OR l.doer_id = subject THEN l.doer_id END,
            CASE WHEN seen.both OR l.subject_id = subject THEN l.subject_id END, l.reverses,
            (SELECT r.id FROM linli.ledger_movement AS r
            WHERE r.estate_id = estate AND r.reverses = l.id)
        FROM (
            (SELECT m.from_number AS number, m.id, m.at, -m.quantity AS delta,
                m.from_balance AS balance, m.reason, m.cause_kind, m.cause_id, m.to_id AS other_id,
                m.doer_id, m.subject_id, m.reverses
            FROM linli.ledger_movement AS m
            WHERE m.estate_id = estate AND m.from_id = account AND m.from_number < before_number
            ORDER BY m.from_number DESC
            LIMIT rows_max)
            UNION ALL
            (SELECT m.to_number, m.id, m.at, m.quantity, m.to_balance, m.reason, m.cause_kind,
                m.cause_id, m.from_id, m.doer_id, m.subject_id, m.reverses
            FROM linli.ledger_movement AS m
            WHERE m.estate_id = estate AND m.to_id = account AND m.to_number < before_number
            ORDER BY m.to_number DESC
            LIMIT rows_max)
        ) AS l
        JOIN linli.ledger_account AS o ON o.estate_id = estate AND o.id = l.other_id
        CROSS JOIN LATERAL (
            SELECT linli.ledger_readable(o.book, o.holder_kind, o.holder_id) AS both) AS seen
        ORDER BY l.number DESC
        LIMIT rows_max;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger_asset', 'ledger_account', 'ledger_movement']
    LOOP
        EXECUTE format('ALTER TABLE linli.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE linli.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON linli.%I TO linli_owner USING (true) WITH CHECK (true)',
            name || '_owner', name);
    END LOOP;
END
$$;

CREATE POLICY ledger_asset_read ON linli.ledger_asset FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id()));
CREATE POLICY ledger_account_read ON linli.ledger_account FOR SELECT TO linli
    USING (estate_id = (SELECT linli.estate_id())
        AND linli.ledger_readable(book, holder_kind, holder_id));

-- Movements are read by statements alone: a row names two sides.
GRANT SELECT ON linli.ledger_asset, linli.ledger_account TO linli;
GRANT EXECUTE ON FUNCTION
    linli.ledger_readable(text, text, uuid), linli.ledger_postable(text, text),
    linli.ledger_asset_open(uuid, text, text, integer, uuid),
    linli.ledger_open_pot(uuid, uuid, text),
    linli.ledger_take(uuid[], text[], uuid[], text[]),
    linli.post_movements(uuid, uuid[], uuid[], text[], uuid[], text[], text[], uuid[], text[],
        bigint[], text[], text[], uuid[], uuid[], text[]),
    linli.ledger_reverse(uuid, uuid, uuid, text, text),
    linli.ledger_statement(uuid, bigint, integer)
    TO linli;

-- What is kept of persons: quantities stay, as ids. What a merge cannot move stays with the dropped one.
INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('ledger_account', 'holder_id', 'move'),
    ('ledger_movement', 'doer_id', 'stay'), ('ledger_movement', 'subject_id', 'stay');
INSERT INTO linli.personal_data
    (table_name, column_name, handed_out, title_zh, title_en, shown, only_if, erasure, kept)
VALUES
    ('ledger_movement', 'doer_id', 'doer', '谁办的', 'Who did it', NULL, 'true', 'keep', 'ledger'),
    ('ledger_movement', 'subject_id', 'yes', '与我有关的收发记录', 'Movements about one',
        'r.id, r.quantity, (SELECT s.unit FROM linli.ledger_asset AS s
            WHERE s.estate_id = r.estate_id AND s.id = r.asset_id) AS unit,
            (SELECT s.scale FROM linli.ledger_asset AS s
            WHERE s.estate_id = r.estate_id AND s.id = r.asset_id) AS scale, r.reason, r.at',
        'true', 'keep', 'ledger'),
    ('ledger_account', 'holder_id', 'yes', '我的账户', 'One''s accounts',
        'r.id, r.book, r.status, r.balance, (SELECT s.unit FROM linli.ledger_asset AS s
            WHERE s.estate_id = r.estate_id AND s.id = r.asset_id) AS unit,
            (SELECT s.scale FROM linli.ledger_asset AS s
            WHERE s.estate_id = r.estate_id AND s.id = r.asset_id) AS scale',
        'r.holder_kind = ''person''', 'keep', 'ledger');
