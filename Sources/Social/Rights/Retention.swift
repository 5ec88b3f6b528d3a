package import Platform
internal import Realtime

/// How long each kind of personal data is kept: shown to everybody of the estate, set by the committee
/// within the law's bounds, carried out by a nightly job.
package enum Retention {
    /// The job's name.
    package static let name = "retention"
    /// Rows that one transaction takes out.
    static let batch: Int32 = 500
    /// Most batches of one target in a run; the next run goes on.
    private static let batchesMax = 2000

    /// The job: what is past goes, a batch a transaction, and a row of the record says how much.
    package static func job(every interval: Duration = .seconds(86_400)) -> Job {
        Job(name: name, every: interval) { run, database, _ in
            try await carryOut(in: run.estate, database)
        }
    }

    /// Takes out what is past in an estate.
    static func carryOut(in estate: UUID, _ database: Database) async throws {
        let principal = Principal.job(name, estate: estate)
        let targets = try await database.read(principal, RetentionTargets())
        for kind in Set(targets.map(\.kind)).sorted() {
            var gone: Int64 = 0
            for target in targets where target.kind == kind {
                for _ in 0..<batchesMax {
                    try Task.checkCancellation()
                    let retain = Retain(kind: kind, number: target.number, rowsMax: batch)
                    let rows =
                        try await database.write(principal) { tx in
                            try await tx.finish(retain)
                        }.first ?? 0
                    gone += rows
                    if rows < batch { break }
                }
            }
            let note = NoteRetention(kind: kind, gone: gone)
            try await database.write(principal) { tx in
                _ = try await tx.finish(note.sql)
            }
        }
    }

    // MARK: The API

    /// Writes the terms, and what is kept of persons.
    static func list(_ call: Call) async throws -> Response {
        let (terms, kinds) = try await call.read(RetentionTerms(), PersonalDataKinds())
        return call.json(capacity: 32_768) { json in
            json.beginObject()
            json.key("terms")
            json.beginArray()
            for term in terms { json.raw(term) }
            json.endArray()
            json.key("data")
            json.beginArray()
            for kind in kinds where kind.handedOut != "doer" {
                json.beginObject()
                json.member("what", "\(kind.table).\(kind.column)")
                json.member("title_zh", kind.title.zh)
                json.member("title_en", kind.title.en)
                json.member("handed_out", kind.handedOut)
                json.member("erasure", kind.erasure)
                json.member("kept", kind.kept)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
    }

    /// Sets one term.
    static func set(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let kind = call.parameters["kind"]?.text, let days = call.body["days"]?.integer,
            let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        let set = SetRetention(kind: kind, days: Int32(days), because: because, event: event)
        return try await call.write { tx, _ in
            switch try await tx.run(set).first {
            case "set": .done(Response(.noContent))
            case "bounds": .refused(Problem(.retentionBounds))
            default: .refused(Problem(.notFound))
            }
        }
    }
}

/// What of each kind goes, in order.
private struct RetentionTargets: Statement {
    var sql: SQL { "SELECT kind, number FROM linli.retention_target ORDER BY kind, number" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (kind: String, number: Int32) {
        (try cells.read(), try cells.read())
    }
}

/// Takes out a batch; how many rows.
private struct Retain: Statement {
    var kind: String
    var number: Int32
    var rowsMax: Int32

    var sql: SQL { "SELECT linli.retain(\(kind), \(number), \(rowsMax))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Notes what a run took out of a kind.
private struct NoteRetention: Command {
    var kind: String
    var gone: Int64

    var sql: SQL { "SELECT linli.note_retention(\(kind), \(gone))" }
}

/// The estate's terms, each as JSON.
private struct RetentionTerms: Statement {
    var sql: SQL {
        """
        SELECT t.code, t.title_zh, t.title_en, t.days, t.days_min, t.days_max, t.basis_zh,
            t.basis_en, t.because, t.changed_at
        FROM linli.retention_terms() AS t
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for name in [
            "kind", "title_zh", "title_en", "days", "days_min", "days_max", "basis_zh", "basis_en",
        ] { try cells.write(name, to: &json) }
        for name in ["because", "changed_at"] { try cells.writeIfPresent(name, to: &json) }
        json.endObject()
        return json.bytes
    }
}

/// Sets a term; the verdict.
private struct SetRetention: Statement {
    var kind: String
    var days: Int32
    var because: String
    var event: UUID

    var sql: SQL { "SELECT linli.set_retention(\(kind), \(days), \(because), \(event))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}
