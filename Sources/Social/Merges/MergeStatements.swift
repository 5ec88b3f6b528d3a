internal import Platform
internal import Realtime

/// Merges a person into another; its verdict.
struct MergePersons: Statement {
    var id: UUID
    var keep: UUID
    var drop: UUID
    var because: String
    var event: UUID

    var sql: SQL {
        "SELECT linli.merge_persons(\(id), \(keep), \(drop), \(because), \(event))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Undoes a merge; its verdict.
struct UndoMerge: Statement {
    var merge: UUID
    var because: String
    var event: UUID

    var sql: SQL { "SELECT linli.undo_merge(\(merge), \(because), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Notes that the principal agrees to be one with another entry.
struct AgreeToMerge: Command {
    var id: UUID
    var other: UUID
    var event: UUID

    var sql: SQL { "SELECT linli.agree_to_merge(\(id), \(other), \(event))" }
}

/// What is sealed for the dropped one and the kept one lacks.
struct SealedToMove: Statement {
    var merge: UUID

    var sql: SQL {
        """
        SELECT s.field, s.value_sealed
        FROM linli.sealed_to_move(\(merge)) AS s
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (field: String, sealed: [UInt8]) {
        (try cells.read(), try cells.read())
    }
}

/// Keeps what was sealed anew.
struct PutMovedSealed: Command {
    var merge: UUID
    var field: String
    var sealed: [UInt8]

    var sql: SQL { "SELECT linli.put_moved_sealed(\(merge), \(field), \(sealed))" }
}

/// Whether the principal merges.
struct MayMerge: Statement {
    var sql: SQL {
        "SELECT linli.beneficiary_id() IS NULL AND linli.has_role('residents_committee')"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Merges, the latest first, each as JSON.
struct MergesSeen: Statement {
    struct Row {
        var id: UUID
        var json: [UInt8]
    }

    var before: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT m.id, m.id, m.kept_id, m.dropped_id, m.merged_by, m.merged_at, m.because,
            m.rows_moved, m.until, m.undone_at, m.undone_because
        FROM linli.merges(\(before), \(count)) AS m
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let id = try cells.read(UUID.self)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for name in [
            "id", "kept", "dropped", "merged_by", "merged_at", "because", "rows_moved", "until",
        ] { try cells.write(name, to: &json) }
        for name in ["undone_at", "undone_because"] { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return Row(id: id, json: json.bytes)
    }
}
