internal import Platform
internal import Realtime

/// Takes a key for a request, or finds it taken; waits while the one who took it is at work.
///
/// One row when the key is ours now: it was free, or its time had passed.
struct TakeKey: Statement {
    var route: String
    var keyHash: [UInt8]
    var digest: [UInt8]
    var lifetimeSeconds: Int64

    var sql: SQL {
        """
        INSERT INTO linli.idempotency AS i (estate_id, account_id, route, key_hash,
            request_digest, expires_at)
        SELECT linli.idempotency_scope(), linli.account_id(), \(route), \(keyHash), \(digest),
            linli.instant() + \(lifetimeSeconds) * interval '1 second'
        WHERE linli.account_id() IS NOT NULL
        ON CONFLICT ON CONSTRAINT idempotency_pkey
        DO UPDATE SET request_digest = excluded.request_digest, answer_sealed = NULL,
            expires_at = excluded.expires_at
        WHERE i.expires_at <= linli.instant()
        RETURNING i.estate_id
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// Marks where the change begins; sent along with the key, it costs no round trip.
struct BeginChange: Command {
    var sql: SQL { "SAVEPOINT change" }
}

/// Undoes the change, and keeps the key.
struct UndoChange: Command {
    var sql: SQL { "ROLLBACK TO SAVEPOINT change" }
}

/// Reads what a key that is taken stands for.
struct FindKey: Statement {
    struct Row {
        var digest: [UInt8]
        var answerSealed: [UInt8]?
    }

    var route: String
    var keyHash: [UInt8]

    var sql: SQL {
        """
        SELECT request_digest, answer_sealed
        FROM linli.idempotency
        WHERE estate_id = linli.idempotency_scope() AND account_id = linli.account_id()
            AND route = \(route) AND key_hash = \(keyHash)
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(digest: try cells.read(), answerSealed: try cells.read())
    }
}

/// Keeps the answer with its key.
struct KeepAnswer: Command {
    var route: String
    var keyHash: [UInt8]
    var answerSealed: [UInt8]?

    var sql: SQL {
        """
        UPDATE linli.idempotency SET answer_sealed = \(answerSealed)
        WHERE estate_id = linli.idempotency_scope() AND account_id = linli.account_id()
            AND route = \(route) AND key_hash = \(keyHash)
        """
    }
}
