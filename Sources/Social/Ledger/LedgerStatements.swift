internal import Platform

/// Posts movements; what became of it.
struct PostMovements: Statement {
    var movements: [Movement]
    var event: UUID

    var sql: SQL {
        """
        SELECT p.verdict, p.number, p.account_id, p.balance, p.moved
        FROM linli.post_movements(\(event), \(movements.map(\.id)), \(movements.map(\.asset)),
            \(movements.map(\.from.holder.kind.rawValue)), \(movements.map(\.from.holder.id)),
            \(movements.map(\.from.status)), \(movements.map(\.to.holder.kind.rawValue)),
            \(movements.map(\.to.holder.id)), \(movements.map(\.to.status)),
            \(movements.map(\.quantity.units)), \(movements.map(\.reason)),
            \(movements.map(\.cause.kind)), \(movements.map(\.cause.id)),
            \(movements.map(\.subject)), \(movements.map(\.key))) AS p
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Ledger.Answer {
        try Ledger.Answer(reading: &cells)
    }
}

/// Takes a movement back.
struct ReverseMovement: Statement {
    var movement: UUID
    var id: UUID
    var reason: String
    var key: String?
    var event: UUID

    var sql: SQL {
        """
        SELECT p.verdict, p.number, p.account_id, p.balance, p.moved
        FROM linli.ledger_reverse(\(event), \(id), \(movement), \(reason), \(key)) AS p
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Ledger.Answer {
        try Ledger.Answer(reading: &cells)
    }
}

extension Ledger.Answer {
    /// Reads a `linli.ledger_answer`.
    fileprivate init(reading cells: inout Cells) throws(PostgresError) {
        let verdict: String = try cells.read()
        let number: Int32? = try cells.read()
        let account: UUID? = try cells.read()
        let there: Int64? = try cells.read()
        let moved: [UUID]? = try cells.read()
        let index = Int(number ?? 1) - 1
        switch (verdict, account, there) {
        case ("posted", _, _): self = .success(moved ?? [])
        case ("short", let account?, let there?):
            self = .failure(.short(index: index, account: account, there: there))
        case ("full", let account?, let there?):
            self = .failure(.full(index: index, account: account, there: there))
        case ("unlike", _, _): self = .failure(.keyReused(index: index))
        case ("again", _, _): self = .failure(.reversed)
        case ("unknown", _, _): self = .failure(.unknown)
        default: throw PostgresError(.decoding, message: "a verdict of the ledger is malformed")
        }
    }
}

/// The asset like this one, made where there is none; `nil` where there is one counted otherwise.
struct OpenAsset: Statement {
    var asset: LedgerAsset

    var sql: SQL {
        """
        SELECT linli.ledger_asset_open(\(asset.id), \(asset.book), \(asset.unit),
            \(Int32(asset.scale)), \(asset.ref))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}

/// Opens a pot that issues; `nil` where there is one that may not.
struct OpenPot: Statement {
    var asset: UUID
    var pot: UUID?
    var status: String

    var sql: SQL { "SELECT linli.ledger_open_pot(\(asset), \(pot), \(status))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> UUID? { try cells.read() }
}

/// Takes accounts, and holds them to the transaction's end: what is there, in their order.
struct TakeAccounts: Statement {
    var accounts: [(asset: UUID, side: LedgerSide)]

    var sql: SQL {
        """
        SELECT t.balance
        FROM linli.ledger_take(\(accounts.map(\.asset)),
            \(accounts.map(\.side.holder.kind.rawValue)), \(accounts.map(\.side.holder.id)),
            \(accounts.map(\.side.status))) AS t
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
}

/// Accounts that the principal may read: of a holder, at an address, or with an id.
struct FindAccounts: Statement {
    enum Which {
        case of(LedgerHolder)
        case at(LedgerSide, asset: UUID)
        case with(UUID)
    }

    var which: Which

    var sql: SQL {
        switch which {
        case .with(let id):
            """
            \(literal: Self.select) a.id = \(id)
            """
        // A holder without an id is found by the index, too: so it is asked otherwise.
        case .of(let holder):
            if let id = holder.id {
                """
                \(literal: Self.select) a.holder_kind = \(holder.kind.rawValue)
                    AND a.holder_id = \(id)
                ORDER BY s.book, s.id, a.status
                LIMIT \(Int32(Ledger.accountsMax))
                """
            } else {
                """
                \(literal: Self.select) a.holder_kind = \(holder.kind.rawValue)
                    AND a.holder_id IS NULL
                ORDER BY s.book, s.id, a.status
                LIMIT \(Int32(Ledger.accountsMax))
                """
            }
        case .at(let side, let asset):
            if let id = side.holder.id {
                """
                \(literal: Self.select) a.asset_id = \(asset) AND a.status = \(side.status)
                    AND a.holder_kind = \(side.holder.kind.rawValue) AND a.holder_id = \(id)
                """
            } else {
                """
                \(literal: Self.select) a.asset_id = \(asset) AND a.status = \(side.status)
                    AND a.holder_kind = \(side.holder.kind.rawValue) AND a.holder_id IS NULL
                """
            }
        }
    }

    private static let select: StaticString = """
        SELECT a.id, s.id, s.book, s.unit, s.scale, s.ref_id, a.holder_kind, a.holder_id,
            a.status, a.balance, a.moves
        FROM linli.ledger_account AS a
        JOIN linli.ledger_asset AS s ON s.estate_id = a.estate_id AND s.id = a.asset_id
        WHERE a.estate_id = linli.estate_id() AND
        """

    func decode(_ cells: inout Cells) throws(PostgresError) -> LedgerAccount {
        let (id, asset): (UUID, UUID) = (try cells.read(), try cells.read())
        let (book, unit): (String, String) = (try cells.read(), try cells.read())
        let scale: Int16 = try cells.read()
        let ref: UUID? = try cells.read()
        let holder = try LedgerHolder.read(&cells)
        return LedgerAccount(
            id: id,
            asset: LedgerAsset(id: asset, book: book, unit: unit, scale: Int(scale), ref: ref),
            holder: holder, status: try cells.read(), balance: try cells.read(),
            moves: try cells.read())
    }
}

/// A page of an account's movements, the latest first.
struct FindEntries: Statement {
    var account: UUID
    var before: Int64
    var countMax: Int

    var sql: SQL {
        """
        SELECT number, id, at, delta, balance, reason, cause_kind, cause_id, other_kind,
            other_holder, other_status, doer_id, subject_id, reverses, reversed_by
        FROM linli.ledger_statement(\(account), \(before), \(Int32(countMax)))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> LedgerEntry {
        LedgerEntry(
            number: try cells.read(), movement: try cells.read(), at: try cells.read(),
            change: try cells.read(), balance: try cells.read(), reason: try cells.read(),
            cause: LedgerCause(try cells.read(), try cells.read()),
            other: LedgerSide(try LedgerHolder.read(&cells), try cells.read()),
            doer: try cells.read(), subject: try cells.read(), reverses: try cells.read(),
            reversedBy: try cells.read())
    }
}
