package import Platform

/// On which days somebody turns 14 and 18: at local midnight; who was born on the 29th of February,
/// on the 1st of March of a year without one.
struct AgeDays: Hashable {
    let fourteen: Day
    let eighteen: Day

    /// Those of who was born on a day; `nil` beyond the years that a calendar holds.
    init?(born birth: CalendarDate) {
        guard let fourteen = Self.birthday(birth, 14), let eighteen = Self.birthday(birth, 18)
        else { return nil }
        (self.fourteen, self.eighteen) = (fourteen, eighteen)
    }

    private static func birthday(_ birth: CalendarDate, _ years: Int) -> Day? {
        let date =
            CalendarDate(year: birth.year + years, month: birth.month, day: birth.day)
            ?? CalendarDate(year: birth.year + years, month: birth.month + 1, day: 1)
        return date.flatMap { Day($0.description) }
    }
}

/// Reads sealed days of birth, so that the database itself knows who is a child at each midnight.
package enum Ages {
    /// The job's name.
    static let name = "ages"
    /// Days of birth that one transaction takes.
    private static let batch: Int32 = 500

    /// The job, which looks often: until it has, who was entered elsewhere counts as grown up.
    package static func job(_ keyring: Keyring, every interval: Duration = .seconds(10)) -> Job {
        Job(name: name, every: interval) { run, database, _ in
            let vault = PersonVault(keyring, of: run.estate)
            var read: Int
            repeat {
                try Task.checkCancellation()
                read = try await database.write(run.principal) { tx in
                    try await note(tx, vault)
                }
            } while read == Int(batch)
        }
    }

    /// Notes the next ones in a transaction of the job; how many there were.
    static func note(_ tx: Transaction, _ vault: PersonVault) async throws -> Int {
        let births = try await tx.run(UnreadBirths(count: batch))
        let noted = try births.map { row in
            (row, try Household.birth(row.person, row.sealed, vault).flatMap { AgeDays(born: $0) })
        }
        _ = try await tx.execute(NoteAges(noted: noted).sql)
        return births.count
    }
}

/// The next sealed days of birth that nobody has read.
private struct UnreadBirths: Statement {
    struct Row {
        var person: UUID
        var entered: Instant
        var sealed: [UInt8]
    }

    var count: Int32

    var sql: SQL {
        "SELECT person_id, entered_at, birth_sealed FROM linli.births_unread(\(count))"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(person: try cells.read(), entered: try cells.read(), sealed: try cells.read())
    }
}

/// Keeps what was read of them.
private struct NoteAges: Command {
    var noted: [(row: UnreadBirths.Row, days: AgeDays?)]

    var sql: SQL {
        """
        SELECT linli.note_ages(\(noted.map(\.row.person)), \(noted.map(\.row.entered)),
            \(noted.map(\.days?.fourteen)), \(noted.map(\.days?.eighteen)))
        """
    }
}
