-- Writes that happen once: the key of a request, what was asked, and the answer, written in the
-- transaction of the change itself.
--
-- A key belongs to an account, an estate and a route. What an account does above estates has the
-- nil UUID for an estate: one table with one key, which can be distributed by estate as it stands.
-- So there is no foreign key to the estate. The key is kept as its SHA-256, the answer sealed;
-- NULL instead of the answer: it held a secret, which is shown once.
CREATE TABLE linli.idempotency (
    estate_id uuid NOT NULL,
    account_id uuid NOT NULL,
    route text NOT NULL,
    key_hash bytea NOT NULL,
    request_digest bytea NOT NULL,
    answer_sealed bytea,
    expires_at timestamptz NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (estate_id, account_id, route, key_hash),
    CONSTRAINT idempotency_account FOREIGN KEY (account_id) REFERENCES linli.account (id),
    CONSTRAINT idempotency_route_length CHECK (char_length(route) BETWEEN 1 AND 80),
    CONSTRAINT idempotency_key_bytes CHECK (octet_length(key_hash) = 32),
    CONSTRAINT idempotency_digest_bytes CHECK (octet_length(request_digest) = 32)
) WITH (fillfactor = 70);
CREATE INDEX idempotency_by_end ON linli.idempotency (estate_id, expires_at);

-- Which estate's keys the principal writes: its own, or those above estates; NULL for a job, which
-- has none.
CREATE FUNCTION linli.idempotency_scope() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE linli.principal_kind()
        WHEN 'person' THEN linli.estate_id()
        WHEN 'account' THEN '00000000-0000-0000-0000-000000000000'::uuid END;

ALTER TABLE linli.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE linli.idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_own_read ON linli.idempotency FOR SELECT TO linli
    USING (estate_id = (SELECT linli.idempotency_scope())
        AND account_id = (SELECT linli.account_id()));
CREATE POLICY idempotency_own_add ON linli.idempotency FOR INSERT TO linli
    WITH CHECK (estate_id = (SELECT linli.idempotency_scope())
        AND account_id = (SELECT linli.account_id()));
CREATE POLICY idempotency_own_answer ON linli.idempotency FOR UPDATE TO linli
    USING (estate_id = (SELECT linli.idempotency_scope())
        AND account_id = (SELECT linli.account_id()))
    WITH CHECK (estate_id = (SELECT linli.idempotency_scope())
        AND account_id = (SELECT linli.account_id()));
-- The sweep of any estate also takes what stands above estates: it has lapsed for everyone.
CREATE POLICY idempotency_sweep_read ON linli.idempotency FOR SELECT TO linli
    USING ((SELECT linli.job_name()) = 'idempotency-sweep'
        AND estate_id IN (
            (SELECT linli.estate_id()), '00000000-0000-0000-0000-000000000000'::uuid)
        AND expires_at <= (SELECT linli.instant()));
CREATE POLICY idempotency_sweep ON linli.idempotency FOR DELETE TO linli
    USING ((SELECT linli.job_name()) = 'idempotency-sweep'
        AND estate_id IN (
            (SELECT linli.estate_id()), '00000000-0000-0000-0000-000000000000'::uuid)
        AND expires_at <= (SELECT linli.instant()));

GRANT SELECT, INSERT, DELETE ON linli.idempotency TO linli;
GRANT UPDATE (request_digest, answer_sealed, expires_at) ON linli.idempotency TO linli;
GRANT EXECUTE ON FUNCTION linli.idempotency_scope() TO linli, linli_backup;
