package import Platform
internal import Realtime

/// The daily check: by choice, somebody says each day that she is well.
enum DailyCheck {
    /// Begins it, or changes it.
    static func set(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let minute = Int32(clamping: call.body["minute"]?.integer ?? 0)
        let told = (call.body["told"]?.elements ?? []).compactMap {
            $0.text.flatMap { UUID($0) }
        }
        return try await verdict(
            call, "SELECT linli.daily_check_set(\(event), \(minute), \(told))")
    }

    /// Ends it.
    static func end(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        return try await verdict(call, "SELECT linli.daily_check_end(\(event))")
    }

    /// Says it, for oneself or the person of the path; a second time changes nothing.
    static func say(_ call: Call) async throws -> Response {
        let event: UUID = call.context.ids.next()
        let person = call.text("person").flatMap { UUID($0) }
        return try await verdict(call, "SELECT linli.daily_check_say(\(event), \(person))")
    }

    private static func verdict(_ call: Call, _ sql: SQL) async throws -> Response {
        try await call.write { tx, _ in
            switch try await tx.run(GoodsVerdict(sql: sql)).first {
            case "set", "ended", "said", "again": return .done(Response(.noContent))
            case "told": return .refused(Problem(.dailyCheckTold))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    /// Writes one's own.
    static func own(_ call: Call) async throws -> Response {
        let rows = try await call.read(
            NeedRows(
                members: ["minute", "told", "since", "said_on", "is_said", "is_paused"],
                sql: """
                    SELECT minute, told, since, said_on, is_said, is_paused
                    FROM linli.own_daily_check()
                    """))
        guard let row = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", row)
    }
}

/// The job that takes the steps for whoever has not said it.
package enum DailyCheckSweep {
    /// Its name.
    static let name = "daily-check"
    private static let batch: Int32 = 100

    /// Takes the steps that are due; `committed` hears of each transaction that wrote.
    package static func job(committed: @escaping @Sendable () -> Void) -> Job {
        Job(name: name, every: .seconds(60)) { run, database, _ in
            var done: Int64 = 0
            repeat {
                try Task.checkCancellation()
                done =
                    try await database.write(run.principal) { tx in
                        try await tx.finish(SweepDailyChecks(rowsMax: batch))
                    }.first ?? 0
                if done > 0 { committed() }
            } while done >= Int64(batch)
        }
    }
}

/// Takes at most so many steps; how many there were.
struct SweepDailyChecks: Statement {
    var rowsMax: Int32

    var sql: SQL { "SELECT linli.daily_check_sweep(\(rowsMax))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}
