package import Platform

/// Because of what something moves, such as a hand-over.
package struct LedgerCause: Sendable, Hashable {
    /// A code of the feature's.
    package var kind: String
    /// Which one.
    package var id: UUID?

    /// A cause.
    package init(_ kind: String, _ id: UUID? = nil) {
        self.kind = kind
        self.id = id
    }
}

/// So much goes from one account to another: two legs that sum to zero.
package struct Movement: Sendable, Hashable {
    /// Its id, made by the server.
    package var id: UUID
    /// What moves.
    package var asset: UUID
    /// Where it was.
    package var from: LedgerSide
    /// Where it is after that.
    package var to: LedgerSide
    /// How much.
    package var quantity: Quantity
    /// A code of the feature's, such as `intake`, `issued`, `stocktake`.
    package var reason: String
    /// Because of what.
    package var cause: LedgerCause
    /// The person it is about.
    package var subject: UUID?
    /// The same key never moves twice; at most 120 characters.
    ///
    /// For jobs, and retries that the API's own key does not cover.
    package var key: String?

    /// A movement of so much.
    package init(
        id: UUID, of asset: UUID, _ quantity: Quantity, from: LedgerSide, to: LedgerSide,
        reason: String, cause: LedgerCause, subject: UUID? = nil, key: String? = nil
    ) {
        self.id = id
        self.asset = asset
        self.quantity = quantity
        self.from = from
        self.to = to
        self.reason = reason
        self.cause = cause
        self.subject = subject
        self.key = key
    }
}

/// Why nothing was posted.
package enum LedgerRefusal: Error, Hashable {
    /// The side that movement `index` takes from has only so much, in smallest units, when its turn
    /// comes.
    case short(index: Int, account: UUID, there: Int64)
    /// An account of movement `index` would hold more than is sensible.
    case full(index: Int, account: UUID, there: Int64)
    /// The key of movement `index` has moved something else.
    case keyReused(index: Int)
    /// It was taken back already, or takes something back itself.
    case reversed
    /// There is no such asset or movement, or it is not the principal's to post.
    case unknown
}
