package import Platform

/// Free, reserved, issued: the one entry through which goods reach a household.
///
/// What is reserved is a reservation of the kernel at the lot's capacity and a movement of the ledger, in
/// one transaction. A transaction takes lots, then agendas, then comes here: nothing is locked after the
/// accounts. Each call is told of by the event with the id it is given, which the caller appends; where
/// the verdict is none but `posted`, the transaction is to be undone.
package struct Lots {
    /// So much of a lot at a place.
    package struct Part: Sendable, Hashable {
        /// The lot.
        package var lot: UUID
        /// The room or bin.
        package var place: UUID
        /// How much.
        package var quantity: Quantity

        /// A part.
        package init(_ lot: UUID, at place: UUID, _ quantity: Quantity) {
            self.lot = lot
            self.place = place
            self.quantity = quantity
        }
    }

    /// What became of a call.
    package enum Answer: Sendable, Hashable {
        /// It moved.
        case posted
        /// Only so much, in smallest units, of the part at an index is there.
        case short(index: Int, there: Int64)
        /// The part at an index is of a lot that is recalled.
        case recalled(index: Int)
        /// The part at an index is of a lot that has expired.
        case expired(index: Int)
        /// The reservation's time is over, or would be at once.
        case lapsed
        /// The holder has a live reservation at one of the lots.
        case again
        /// More than a reservation holds.
        case over
        /// Unknown, or not the principal's to hand out.
        case unknown
    }

    private let transaction: Transaction

    /// The entry in this transaction.
    package init(in transaction: Transaction) { self.transaction = transaction }

    /// Reserves parts, each of another lot, for a household until an instant; the reservations have
    /// these ids, in order.
    package func reserve(
        _ parts: [Part], as reservations: [UUID], for holder: UUID, of household: UUID,
        until: Instant, because cause: LedgerCause, telling event: UUID
    ) async throws(PostgresError) -> Answer {
        try await answer(
            """
            \(literal: GoodsAnswer.select)
            linli.lot_reserve(\(event), \(reservations), \(parts.map(\.lot)),
                \(parts.map(\.place)), \(parts.map(\.quantity.units)), \(holder), \(household),
                \(until), \(cause.kind), \(cause.id)) AS a
            """)
    }

    /// Hands out what is reserved: so much of each reservation, in smallest units, the rest is free again.
    package func collect(
        _ reservations: [UUID], _ issued: [Int64], by household: UUID,
        because cause: LedgerCause, telling event: UUID
    ) async throws(PostgresError) -> Answer {
        try await answer(
            """
            \(literal: GoodsAnswer.select)
            linli.lot_end(\(event), \(reservations), \(issued), \(household), 'free', 'collected',
                \(cause.kind), \(cause.id)) AS a
            """)
    }

    /// Gives up what is reserved; into quarantine where its cold chain was broken.
    package func release(
        _ reservations: [UUID], isBroken: Bool = false, because cause: LedgerCause,
        telling event: UUID
    ) async throws(PostgresError) -> Answer {
        try await answer(
            """
            \(literal: GoodsAnswer.select)
            linli.lot_end(\(event), \(reservations), \(reservations.map { _ in 0 as Int64 }), NULL,
                \(isBroken ? "quarantine" : "free"), 'cancelled', \(cause.kind), \(cause.id)) AS a
            """)
    }

    /// Hands out what is free, at once.
    package func issue(
        _ parts: [Part], to household: UUID, because cause: LedgerCause, telling event: UUID
    ) async throws(PostgresError) -> Answer {
        try await answer(
            """
            \(literal: GoodsAnswer.select)
            linli.lot_issue(\(event), \(parts.map(\.lot)), \(parts.map(\.place)),
                \(parts.map(\.quantity.units)), \(household), \(cause.kind), \(cause.id)) AS a
            """)
    }

    /// Takes back what a household was handed, into free or quarantine.
    package func takeBack(
        _ parts: [Part], from household: UUID, isHeld: Bool, because cause: LedgerCause,
        telling event: UUID
    ) async throws(PostgresError) -> Answer {
        try await answer(
            """
            \(literal: GoodsAnswer.select)
            linli.lot_return(\(event), \(parts.map(\.lot)), \(parts.map(\.place)),
                \(parts.map(\.quantity.units)), \(household), \(isHeld ? "quarantine" : "free"),
                \(cause.kind), \(cause.id)) AS a
            """)
    }

    private func answer(_ sql: SQL) async throws(PostgresError) -> Answer {
        guard let row = try await transaction.run(GoodsAnswer(sql: sql)).first else {
            return .unknown
        }
        switch row.verdict {
        case "posted": return .posted
        case "short": return .short(index: row.index ?? 0, there: row.there ?? 0)
        case "recalled": return .recalled(index: row.index ?? 0)
        case "expired": return .expired(index: row.index ?? 0)
        case "lapsed", "until": return .lapsed
        case "again": return .again
        case "over": return .over
        default: return .unknown
        }
    }
}
