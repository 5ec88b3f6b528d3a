internal import Platform
internal import Realtime

/// The round of help groups: shifts are laid, members asked for them, and what has lapsed ends.
enum HelpGroupRound {
    /// The job's name.
    static let name = "help-rota"
    /// From one round of an estate to the next.
    static let every: Duration = .seconds(300)
    private static let batch: Int64 = 200
    /// How often a round looks again because a pair may not be after all.
    private static let triesMax = 4

    /// The job; `committed` hears of each transaction that wrote.
    static func job(
        ids: UUIDGenerator, committed: @escaping @Sendable () -> Void
    ) -> Job {
        Job(name: name, every: every) { run, database, _ in
            try await HelpGroupRound.run(database, run.principal, ids: ids)
            committed()
        }
    }

    /// One round of an estate.
    ///
    /// Two at once ask nobody twice: each asking takes its shift's row, and looks again.
    static func run(
        _ database: Database, _ principal: Principal, ids: UUIDGenerator
    ) async throws {
        var swept = batch
        while swept >= batch {
            try Task.checkCancellation()
            swept =
                try await database.write(principal) { tx in
                    try await tx.finish(
                        HelpCount(sql: "SELECT linli.help_rota_sweep(\(batch))"))
                }.first ?? 0
        }
        for group in try await database.read(principal, HelpRotaGroups()) {
            try Task.checkCancellation()
            try await ask(database, principal, group, ids)
        }
    }

    /// Asks the members of one group.
    private static func ask(
        _ database: Database, _ principal: Principal, _ group: UUID, _ ids: UUIDGenerator
    ) async throws {
        var fallen: [(shift: UUID, person: UUID)] = []
        for _ in 0..<triesMax {
            let (shifts, members) = try await database.read(
                principal, HelpRotaShifts(group: group), HelpRotaMembers(group: group))
            let matcher = HelpGroupMatcher(shifts: shifts, members: members, fallen: fallen)
            // Unstructured, so that it does not run on a loop.
            let askings = await Task.detached { matcher.solve() }.value
            guard !askings.isEmpty else { return }
            let made = askings.map { _ in ids.next() as UUID }
            let refused = try await database.write(principal) { tx in
                try await tx.finish(
                    RefusedPairs(
                        sql: """
                            SELECT shift_id, person_id
                            FROM linli.help_rota_propose(\(made), \(askings.map(\.shift)),
                                \(askings.map(\.person)), \(askings.map(\.reasons)))
                            """))
            }
            guard !refused.isEmpty else { return }
            fallen += refused.map { (shift: $0.request, person: $0.helper) }
        }
    }
}

/// The groups with seats that nobody has or is asked for.
struct HelpRotaGroups: Statement {
    var sql: SQL { "SELECT g FROM linli.help_rota_groups() AS g" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID { try cells.read() }
}

/// The shifts of a group with free seats.
struct HelpRotaShifts: Statement {
    var group: UUID

    var sql: SQL {
        """
        SELECT id, free, first_minute, last_minute, month, asked
        FROM linli.help_rota_shifts(\(group))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> HelpGroupMatcher.Shift {
        HelpGroupMatcher.Shift(
            id: try cells.read(), free: try cells.read(), first: try cells.read(),
            last: try cells.read(), month: try cells.read(), asked: try cells.read())
    }
}

/// The members of a group who may be asked.
struct HelpRotaMembers: Statement {
    var group: UUID

    var sql: SQL {
        """
        SELECT id, monthly_max, load, past, days, left_now, left_next, rest_days, windows, busy
        FROM linli.help_rota_members(\(group))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> HelpGroupMatcher.Member {
        HelpGroupMatcher.Member(
            id: try cells.read(), offered: try cells.read(), load: try cells.read(),
            past: try cells.read(), days: try cells.read(),
            left: [try cells.read(), try cells.read()],
            restDays: try cells.read(), windows: try cells.read(), busy: try cells.read())
    }
}
