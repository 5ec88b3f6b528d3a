package import Platform
internal import Realtime

/// The periodic work that gives an activity whose organiser is here no more to another.
package enum ActivitySuccessors {
    /// How long an activity may be without an organiser who is here.
    package static let every: Duration = .seconds(300)
    /// Activities of one transaction.
    private static let batch = 50

    /// The job; `committed` hears of each transaction that wrote.
    package static func job(
        ids: UUIDGenerator, committed: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: "activity-successor", every: every) { run, database, _ in
            while true {
                try Task.checkCancellation()
                let count = try await database.write(run.principal) { tx in
                    try await succeed(tx, ids)
                }
                if count > 0 { committed() }
                guard count == batch else { return }
            }
        }
    }

    /// Gives some activities to others, and tells who looks after them and their guests; how
    /// many.
    private static func succeed(_ tx: Transaction, _ ids: UUIDGenerator) async throws -> Int {
        let successions = try await tx.run(Succeed(rowsMax: batch))
        for each in successions {
            let event = ids.next()
            let audience =
                Address(keys: each.addressed).addressees.map(\.audience)
                + each.stewards.map { .person($0) }
            let subject = NoticeSubject(.activity, each.activity)
            _ = try await tx.run(
                ActivityEvents.event(
                    .succeeded, each.activity, version: each.version, to: audience, event: event,
                    about: [each.gone, each.successor]
                ) { json in
                    json.member("from", each.gone)
                    json.member("to", each.successor)
                    json.member("because", each.because)
                })
            let fresh = Set(each.added + [each.successor])
            let (_, _, _) = try await tx.run(
                Notify(.activityOrganiser, of: event, about: subject, to: fresh.sorted()),
                Notify(
                    .activitySuccessor, of: event, about: subject,
                    to: each.stewards.filter { !fresh.contains($0) }),
                NotifyGuests(.activitySuccessor, of: event, at: each.activity))
        }
        return successions.count
    }
}

/// Gives activities whose organiser is here no more to others.
private struct Succeed: Statement {
    struct Row {
        var activity: UUID
        var version: Int32
        var addressed: [String]
        var gone: UUID
        var successor: UUID
        var added: [UUID]
        var stewards: [UUID]
        var because: String
    }

    var rowsMax: Int

    var sql: SQL {
        """
        SELECT activity_id, version, addressed, gone, successor, added, stewards, because
        FROM linli.succeed_activities(\(Int32(rowsMax)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            activity: try cells.read(), version: try cells.read(), addressed: try cells.read(),
            gone: try cells.read(), successor: try cells.read(), added: try cells.read(),
            stewards: try cells.read(), because: try cells.read())
    }
}
