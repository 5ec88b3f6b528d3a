package import Platform
internal import Realtime

/// The sealed texts of a visit that the principal may read.
struct VisitTexts: Statement {
    var visit: UUID

    var sql: SQL { "SELECT what, visit_id, value_sealed FROM linli.visit_texts(\(visit))" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (what: String, column: SealedColumn, visit: UUID, sealed: [UInt8]) {
        let what: String = try cells.read()
        return (
            what, what == "receipt" ? .visitReceipt : .visitNote, try cells.read(),
            try cells.read()
        )
    }
}

/// What an estate has set of help.
struct HelpLimits: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> (cash: Int64, minutes: Int32) {
        (try cells.read(), try cells.read())
    }
}

/// What was said not to be safe, the newest first, as JSON.
struct HelpSafetyReports: Statement {
    struct Row {
        var id: UUID
        var json: [UInt8]
    }

    var vault: EstateVault
    var before: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT id, note_sealed, visit_id, kind, person, person_name, other, other_name, said_at,
            decision, decided_at
        FROM linli.safety_reports_seen(\(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        let (id, sealed): (UUID, [UInt8]?) = (try cells.read(), try cells.read())
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.member("id", id)
        for name in [
            "visit", "kind", "person", "person_name", "other", "other_name", "said_at", "decision",
            "decided_at",
        ] { try cells.writeIfPresent(name, to: &json) }
        // What no key opens any more is left out.
        if let sealed, let note = try? vault.open(sealed, .helpSafetyNote, of: id) {
            json.member("note", note)
        }
        json.endObject()
        return Row(id: id, json: json.bytes)
    }
}

/// Looks after visits to which nobody comes, and which nobody leaves.
package enum HelpVisitSweep {
    /// Its name.
    static let name = "help-visits"
    private static let batch: Int64 = 50

    /// Tells both sides, then a person; `committed` hears of each transaction that wrote.
    package static func job(committed: @escaping @Sendable () -> Void) -> Job {
        Job(name: name, every: .seconds(60)) { run, database, _ in
            var swept: Int64 = 0
            repeat {
                try Task.checkCancellation()
                swept =
                    try await database.write(run.principal) { tx in
                        try await tx.finish(SweepHelpVisits(rowsMax: batch))
                    }.first ?? 0
                if swept > 0 { committed() }
            } while swept >= batch
        }
    }
}

/// Sweeps at most so many visits; how many there were.
struct SweepHelpVisits: Statement {
    var rowsMax: Int64

    var sql: SQL {
        """
        SELECT linli.help_visits_sweep(\(rowsMax)) + linli.help_visits_follow(\(rowsMax))
            + linli.help_evidence_sweep(\(rowsMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
