internal import Platform
internal import Realtime

/// What is kept now of a field, for whoever may ask for its correction; no row for others.
struct Correctable: Statement {
    var about: UUID
    var field: String

    var sql: SQL {
        "SELECT display_name, value_sealed FROM linli.correctable(\(about), \(field))"
    }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (name: String?, sealed: [UInt8]?) {
        (try cells.read(), try cells.read())
    }
}

/// Asks for a correction; its verdict.
struct AskCorrection: Statement {
    var id: UUID
    var about: UUID
    var field: String
    var was: [UInt8]?
    var wanted: [UInt8]
    var because: [UInt8]?
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.ask_correction(\(id), \(about), \(field), \(was), \(wanted), \(because),
            \(event))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Corrections, the latest first: one's own, or those that the principal decides on.
struct CorrectionsSeen: Statement {
    struct Row {
        var id: UUID
        var person: UUID
        var name: String
        var field: String
        var askedAt: Instant
        var was: [UInt8]?
        var wanted: [UInt8]
        var because: [UInt8]?
        var outcome: String?
        var decidedAt: Instant?
        var reason: [UInt8]?
    }

    var isForOffice: Bool
    var before: UUID
    var count: Int32

    var sql: SQL {
        """
        SELECT c.id, c.person_id, c.display_name, c.field, c.asked_at, c.was_sealed,
            c.wanted_sealed, c.because_sealed, c.outcome, c.decided_at, c.reason_sealed
        FROM linli.corrections(\(isForOffice), \(before), \(count)) AS c
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), person: try cells.read(), name: try cells.read(),
            field: try cells.read(), askedAt: try cells.read(), was: try cells.read(),
            wanted: try cells.read(), because: try cells.read(), outcome: try cells.read(),
            decidedAt: try cells.read(), reason: try cells.read())
    }
}

/// Whether the principal decides on corrections.
struct MayCorrect: Statement {
    var sql: SQL {
        "SELECT linli.may_read('correction', 'decision') AND linli.beneficiary_id() IS NULL"
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Decides on a correction.
struct DecideCorrection: Statement {
    struct Row {
        var verdict: String
        var person: UUID?
        var field: String?
        var wanted: [UInt8]?
    }

    var correction: UUID
    var outcome: String
    var reason: [UInt8]
    var event: UUID

    var sql: SQL {
        """
        SELECT d.verdict, d.person_id, d.field, d.wanted_sealed
        FROM linli.decide_correction(\(correction), \(outcome), \(reason), \(event)) AS d
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            verdict: try cells.read(), person: try cells.read(), field: try cells.read(),
            wanted: try cells.read())
    }
}

/// Puts what was decided.
struct PutCorrected: Command {
    var correction: UUID
    var name: String?
    var sealed: [UInt8]?

    var sql: SQL { "SELECT linli.put_corrected(\(correction), \(name), \(sealed))" }
}
