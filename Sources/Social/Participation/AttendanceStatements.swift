internal import Platform

/// Makes a code for a member: the first of some hashes that no code has.
struct AskCode: Statement {
    struct Row {
        var verdict: String
        /// Which of the hashes, from 1.
        var place: Int32?
        var meeting: UUID?
        var holder: UUID?
    }

    var id: UUID
    var reservation: UUID
    var person: UUID
    var step: String
    var hashes: [String]

    var sql: SQL {
        """
        SELECT verdict, place, meeting_id, holder_id
        FROM linli.attendance_ask(\(id), \(reservation), \(person), \(step), \(hashes),
            \(Attendance.codeMinutes), \(Attendance.codesPerHourMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), place: try cells.read(), meeting: try cells.read(),
            holder: try cells.read())
    }
}

/// What came of noting that somebody came or went.
struct NotedAttendance {
    var verdict: String
    var reservation: UUID?
    var person: UUID?
    var step: String?

    init(_ cells: inout Cells) throws(PostgresError) {
        verdict = try cells.read()
        reservation = try cells.read()
        person = try cells.read()
        step = try cells.read()
    }
}

/// Redeems a code at a meeting; no row for those who do not look after it.
struct RedeemCode: Statement {
    var occurrence: UUID
    var hash: String
    /// Counts the attempt if it does not work.
    var attempt: UUID

    var sql: SQL {
        """
        SELECT verdict, reservation_id, person_id, step
        FROM linli.attendance_redeem(\(occurrence), \(hash), \(attempt),
            \(Attendance.attemptsMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> NotedAttendance {
        try NotedAttendance(&cells)
    }
}

/// Notes one of a meeting's participants by name; no row for those who do not look after it.
struct CallRoll: Statement {
    var occurrence: UUID
    var reservation: UUID
    var person: UUID
    var step: String

    var sql: SQL {
        """
        SELECT verdict, reservation_id, person_id, step
        FROM linli.attendance_call(\(occurrence), \(reservation), \(person), \(step))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> NotedAttendance {
        try NotedAttendance(&cells)
    }
}
