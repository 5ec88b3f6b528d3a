internal import Platform

/// A page of the cases that the principal, a social worker, may read; one case whether it lives or not.
struct FindProtections: Statement {
    struct Row {
        var caseID: UUID
        var id: UUID
        var person: UUID
        var name: String
        var other: UUID
        var otherName: String
        var kind: String
        var sealed: [UInt8]
        var begins: Instant
        var ends: Instant
    }

    var only: UUID?
    var after: UUID
    var count: Int64

    var sql: SQL {
        """
        SELECT case_id, id, protected_id, protected_name, other_id, other_name, evidence_kind,
            evidence_sealed, begins, ends
        FROM linli.protections(\(only), \(after), \(Int32(count)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            caseID: try cells.read(), id: try cells.read(), person: try cells.read(),
            name: try cells.read(), other: try cells.read(), otherName: try cells.read(),
            kind: try cells.read(), sealed: try cells.read(), begins: try cells.read(),
            ends: try cells.read())
    }
}

/// Whether the principal is a social worker here, in an office that counts.
struct IsSocialWorker: Statement {
    var sql: SQL { "SELECT linli.has_role('social_worker')" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// Sets a case, a row for each person that it protects.
struct SetProtection: Statement {
    var id: UUID
    var ids: [UUID]
    var wanted: Protections.Wanted
    var evidence: [[UInt8]]

    var sql: SQL {
        // An array of bytes goes as hexadecimal text.
        """
        SELECT linli.protection_set(\(id), \(ids), \(wanted.persons), \(wanted.other),
            \(wanted.kind),
            ARRAY(SELECT decode(e.hex, 'hex')
                FROM unnest(\(evidence.map { Hex.encoded($0) })) WITH ORDINALITY AS e (hex, number)
                ORDER BY e.number),
            \(wanted.until))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Extends a case, or ends it (`until` is `nil`).
struct ChangeProtection: Statement {
    var id: UUID
    var until: Instant?

    var sql: SQL { "SELECT linli.protection_change(\(id), \(until))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}
