/// Seals anew what stands under a key that is to go, so that the old key can leave the key file.
///
/// A value that cannot be opened stays as it is, and the run fails when it has done the others: its
/// key must come back.
package enum Reseal {
    /// Values that one transaction takes.
    static let batch: Int64 = 500

    /// The jobs: one for the persons of each estate, one for the accounts above them.
    package static func jobs(
        _ keyring: Keyring, every interval: Duration = .seconds(86_400)
    ) -> [Job] {
        [
            Job(name: "reseal", every: interval) { run, database, _ in
                try await persons(run, database, PersonVault(keyring, of: run.estate))
                try await texts(run, database, EstateVault(keyring, of: run.estate))
            },
            Job(name: "reseal-accounts", every: interval, scope: .installation) {
                run, database, _ in
                try await identifiers(run, database, IdentifierVault(keyring))
            },
        ]
    }

    private static func persons(
        _ run: Job.Run, _ database: Database, _ vault: PersonVault
    ) async throws {
        try await each(run, database) { (tx, last: StalePersons.Row?) in
            let rows = try await tx.run(StalePersons(head: vault.head, after: last))
            let renewed = rows.compactMap { row in
                (try? vault.renewed(row.sealed, field: row.field, of: row.person)).map {
                    (row, Hex.encoded($0))
                }
            }
            _ = try await tx.execute(RenewPersons(renewed: renewed).sql)
            return (rows.last, rows.count - renewed.count)
        }
    }

    private static func texts(
        _ run: Job.Run, _ database: Database, _ vault: EstateVault
    ) async throws {
        try await each(run, database) { (tx, last: StaleTexts.Row?) in
            let rows = try await tx.run(StaleTexts(head: vault.head, after: last))
            let renewed = rows.compactMap { row in
                SealedColumn(rawValue: row.column).flatMap { column in
                    try? vault.renewed(row.sealed, column, of: row.id)
                }.map { RenewText(column: row.column, id: row.id, value: $0) }
            }
            for one in renewed { _ = try await tx.execute(one.sql) }
            return (rows.last, rows.count - renewed.count)
        }
    }

    private static func identifiers(
        _ run: Job.Run, _ database: Database, _ vault: IdentifierVault
    ) async throws {
        try await each(run, database) { (tx, last: StaleIdentifiers.Row?) in
            let rows = try await tx.run(StaleIdentifiers(head: vault.head, after: last))
            let renewed = rows.compactMap { row in
                (try? vault.renewed(row.sealed, identifier: row.id, of: row.account)).map {
                    (row, Hex.encoded($0))
                }
            }
            _ = try await tx.execute(RenewIdentifiers(renewed: renewed).sql)
            return (rows.last, rows.count - renewed.count)
        }
    }

    /// Goes through all batches, each in a transaction of its own: `renew` seals anew what comes after
    /// a row, and answers the last row of its batch and how many values it could not open.
    private static func each<Row: Sendable>(
        _ run: Job.Run, _ database: Database,
        _ renew: (Transaction, Row?) async throws -> (Row?, Int)
    ) async throws {
        var (last, unopened): (Row?, Int) = (nil, 0)
        repeat {
            try Task.checkCancellation()
            let after = last
            let lost: Int
            (last, lost) = try await database.write(run.principal) { tx in
                try await renew(tx, after)
            }
            unopened += lost
        } while last != nil
        if unopened > 0 { throw Unopened(count: unopened) }
    }

    /// Values whose key is not held: all others were sealed anew.
    struct Unopened: Error {
        var count: Int
    }
}

/// What sealed values begin with, and how many do.
package struct SealedHeads: Statement {
    /// Asks for all.
    package init() {}

    package var sql: SQL { "SELECT head, sealed FROM linli.sealed_heads()" }

    package func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (head: [UInt8], count: Int64) {
        (try cells.read(), try cells.read())
    }
}

/// The next fields of persons that are not under the key of now, taken.
private struct StalePersons: Statement {
    struct Row: Sendable {
        var person: UUID
        var field: String
        var sealed: [UInt8]
    }

    var head: [UInt8]
    var after: Row?

    var sql: SQL {
        """
        SELECT person_id, field, value_sealed
        FROM linli.person_sealed
        WHERE estate_id = (SELECT linli.estate_id())
            AND (person_id, field) > (
                coalesce(\(after?.person), '00000000-0000-0000-0000-000000000000'::uuid),
                coalesce(\(after?.field), ''))
            AND substring(value_sealed FOR 5) <> \(head)
        ORDER BY person_id, field
        LIMIT \(Reseal.batch)
        FOR UPDATE
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(person: try cells.read(), field: try cells.read(), sealed: try cells.read())
    }
}

private struct RenewPersons: Command {
    var renewed: [(row: StalePersons.Row, hex: String)]

    var sql: SQL {
        """
        UPDATE linli.person_sealed AS s
        SET value_sealed = decode(g.hex, 'hex')
        FROM unnest(\(renewed.map(\.row.person)), \(renewed.map(\.row.field)),
            \(renewed.map(\.hex)))
            AS g (person, field, hex)
        WHERE s.estate_id = (SELECT linli.estate_id()) AND s.person_id = g.person
            AND s.field = g.field
        """
    }
}

/// The next texts of an estate that are not under the key of now, taken.
private struct StaleTexts: Statement {
    struct Row: Sendable {
        var column: String
        var id: UUID
        var sealed: [UInt8]
    }

    var head: [UInt8]
    var after: Row?

    var sql: SQL {
        """
        SELECT sealed_column, id, value_sealed
        FROM linli.stale_texts(\(head), \(after?.column ?? ""),
            \(after?.id ?? UUID(high: 0, low: 0)), \(Int32(Reseal.batch)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(column: try cells.read(), id: try cells.read(), sealed: try cells.read())
    }
}

private struct RenewText: Command {
    var column: String
    var id: UUID
    var value: [UInt8]

    var sql: SQL { "SELECT linli.renew_text(\(column), \(id), \(value))" }
}

/// The next identifiers of accounts that are not under the key of now, taken.
private struct StaleIdentifiers: Statement {
    struct Row: Sendable {
        var id: UUID
        var account: UUID
        var sealed: [UInt8]
    }

    var head: [UInt8]
    var after: Row?

    var sql: SQL {
        """
        SELECT id, account_id, value_sealed
        FROM linli.account_identifier
        WHERE id > coalesce(\(after?.id), '00000000-0000-0000-0000-000000000000'::uuid)
            AND substring(value_sealed FOR 5) <> \(head)
        ORDER BY id
        LIMIT \(Reseal.batch)
        FOR UPDATE
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(id: try cells.read(), account: try cells.read(), sealed: try cells.read())
    }
}

private struct RenewIdentifiers: Command {
    var renewed: [(row: StaleIdentifiers.Row, hex: String)]

    var sql: SQL {
        """
        UPDATE linli.account_identifier AS i
        SET value_sealed = decode(g.hex, 'hex')
        FROM unnest(\(renewed.map(\.row.id)), \(renewed.map(\.hex))) AS g (id, hex)
        WHERE i.id = g.id
        """
    }
}
