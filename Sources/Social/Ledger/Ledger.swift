package import Platform

/// The ledger in a transaction: what is conserved, who has it, and how it moves.
///
/// Accounts are the last locks of a transaction: after capacities and agendas, in order of their ids,
/// and nothing after them. So a transaction posts once, with all that it moves; one that has to post
/// more often, or decides by balances, first takes every account that it will touch, once.
package struct Ledger {
    /// Most movements of one posting.
    package static let movementsMax = 1000
    /// Most accounts of one holder that are read.
    package static let accountsMax = 1000
    /// Most rows of one page of a statement.
    package static let entriesMax = 1000

    /// The movements' ids, in order, or why nothing was written.
    package typealias Answer = Result<[UUID], LedgerRefusal>

    private let transaction: Transaction

    /// The ledger in this transaction.
    package init(in transaction: Transaction) { self.transaction = transaction }

    // MARK: What is counted

    /// The asset of this book and lot, made where there is none; it keeps the id that it has.
    ///
    /// - Returns: its id, or `nil` where there is one that is counted otherwise.
    package func open(_ asset: LedgerAsset) async throws(PostgresError) -> UUID? {
        try await transaction.run(OpenAsset(asset: asset)).first.flatMap(\.self)
    }

    /// Opens a pot that issues, whose balance may be below zero; other accounts open themselves.
    ///
    /// - Returns: the account, or `nil` where there is a pot that may not.
    package func openPot(
        _ asset: UUID, pot: UUID? = nil, status: String
    ) async throws(PostgresError) -> UUID? {
        try await transaction.run(OpenPot(asset: asset, pot: pot, status: status)).first
            .flatMap(\.self)
    }

    // MARK: Posting

    /// Posts movements in their order, all or none, in one round trip.
    ///
    /// The event with this id, of this transaction, tells of them: the commit fails without it. A
    /// movement whose key has moved already moves nothing, and the first's id stands for its own.
    ///
    /// - Precondition: from one to `movementsMax`.
    package func post(
        _ movements: [Movement], telling event: UUID
    ) async throws(PostgresError) -> Answer {
        precondition(1...Self.movementsMax ~= movements.count, "a posting is of bounded size")
        return try await transaction.run(PostMovements(movements: movements, event: event))
            .first ?? .failure(.unknown)
    }

    /// Takes a movement back, whole, by one the other way with a reason of its own.
    package func reverse(
        _ movement: UUID, as id: UUID, reason: String, key: String? = nil, telling event: UUID
    ) async throws(PostgresError) -> Answer {
        let statement = ReverseMovement(
            movement: movement, id: id, reason: reason, key: key, event: event)
        return try await transaction.run(statement).first ?? .failure(.unknown)
    }

    /// Takes accounts, opened where there are none, and holds them to the transaction's end: once, and
    /// before anything is posted.
    ///
    /// - Returns: what is there, in smallest units, in their order; nothing where an asset is unknown.
    package func take(
        _ accounts: [(asset: UUID, side: LedgerSide)]
    ) async throws(PostgresError) -> [Int64] {
        try await transaction.run(TakeAccounts(accounts: accounts))
    }

    // MARK: Reading

    /// A holder's accounts, if the principal may read them: by book, asset and status; at most
    /// `accountsMax`.
    package func accounts(
        of holder: LedgerHolder
    ) async throws(PostgresError) -> [LedgerAccount] {
        try await transaction.run(FindAccounts(which: .of(holder)))
    }

    /// What a holder has of an asset in a status, if the principal may read it, in smallest units.
    package func balance(
        of asset: UUID, at side: LedgerSide
    ) async throws(PostgresError) -> Int64? {
        try await transaction.run(FindAccounts(which: .at(side, asset: asset))).first?.balance
    }

    /// A page of an account's movements with the balance after each, the latest first, those before a
    /// number; `nil` where the principal may not read it.
    package func statement(
        of account: UUID, before number: Int64 = .max, countMax: Int = 20
    ) async throws(PostgresError) -> LedgerPage? {
        precondition(1...Self.entriesMax ~= countMax, "a page is of bounded size")
        let (accounts, entries) = try await transaction.run(
            FindAccounts(which: .with(account)),
            FindEntries(account: account, before: number, countMax: countMax + 1))
        guard let account = accounts.first else { return nil }
        let page = Array(entries.prefix(countMax))
        return LedgerPage(
            account: account, entries: page,
            next: entries.count > countMax ? page.last?.number : nil)
    }
}
