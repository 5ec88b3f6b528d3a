package import Platform

/// Why a feature does not let somebody hold a place: a code of its own, made into words by it.
package struct AdmissionRefusal: Sendable, Hashable {
    /// Such as `not-addressed`.
    package var code: String
    /// Whom it is about.
    package var person: UUID?

    /// Codes with which a party waits instead of being refused, and is told nothing of it: it is kept
    /// apart from somebody who holds a place, or was left out by the draw.
    static let waiting: Set = ["kept-apart", "protected", "left-out"]

    /// A refusal.
    package init(_ code: String, about person: UUID? = nil) {
        self.code = code
        self.person = person
    }
}

/// A group that would hold places of a capacity.
package struct Party: Sendable, Hashable {
    /// The reservation, made or to be made.
    package var id: UUID
    /// Who answers for it.
    package var holder: UUID
    /// Whom it brings.
    package var members: [Reservation.Member]
}

/// What a feature says about its capacities: who may hold a place, and beside whom; and whom it tells
/// of what was done.
///
/// The kernel asks at a booking, at an offer and at an acceptance, in the transaction that decides and
/// after the capacity and the agendas are locked, so an answer stands until the commit.
package protocol ReservationFeature: Sendable {
    /// Whose capacities these are, as V0050 names it.
    var name: String { get }

    /// The parties that may not hold a place, by their ids.
    ///
    /// `beside` says who holds places there now, for rules about who comes with whom.
    func refusals(
        of parties: [Party], at capacity: Capacity, beside: Beside, in transaction: Transaction
    ) async throws -> [UUID: AdmissionRefusal]

    /// What of `refusals` can be asked about one party before it is known who holds places: it is sent
    /// along with the locks, after them, and saves a round trip while they are held. `nil` asks
    /// `refusals` instead.
    func question(about party: Party, at capacity: UUID) -> AdmissionQuestion?

    /// The rest of `refusals` for a party to which that question found no objection.
    func companyRefusal(
        of party: Party, at capacity: Capacity, beside: Beside, in transaction: Transaction
    ) async throws -> AdmissionRefusal?

    /// The statements that tell those concerned; they follow the events, in the same round trip.
    func notices(of outcome: ReservationOutcome) -> [SQL]
}

extension ReservationFeature {
    /// Everything is left to `refusals`.
    package func question(about party: Party, at capacity: UUID) -> AdmissionQuestion? { nil }

    /// There was no question, so nothing is left of it.
    package func companyRefusal(
        of party: Party, at capacity: Capacity, beside: Beside, in transaction: Transaction
    ) async throws -> AdmissionRefusal? { nil }
}

/// A feature's question about a party: a row for each objection, its code and whom it is about.
package struct AdmissionQuestion: Statement {
    /// The question that finds nothing.
    static let none = AdmissionQuestion("SELECT NULL::text, NULL::uuid WHERE false")

    /// What is asked.
    package let sql: SQL

    /// A question whose rows are a code and a person.
    package init(_ sql: SQL) { self.sql = sql }

    /// Reads an objection.
    package func decode(_ cells: inout Cells) throws(PostgresError) -> AdmissionRefusal {
        let code: String = try cells.read()
        return AdmissionRefusal(code, about: try cells.read())
    }
}

/// Who holds places of a capacity, as the command goes; looked up only by those who ask.
package struct Beside: Sendable {
    let state: CapacityState

    /// What the command has changed of that so far: who came to hold a place, and the reservations that
    /// hold none any more.
    package var changed: (adding: [UUID], gone: [UUID]) {
        var (adding, gone): ([UUID], [UUID]) = ([], [])
        for change in state.changes {
            let it = change.reservation
            switch change {
            case .ended, .requeued: gone.append(it.id)
            default: if it.state.holds { adding += [it.holder] + it.members.map(\.person) }
            }
        }
        return (adding, gone)
    }

    /// The persons who hold, are offered or have confirmed a place.
    package func persons(in transaction: Transaction) async throws -> [UUID] {
        let live = try await transaction.run(FindParties(.live, of: state.capacity))
        return state.current(live.compactMap(\.self)).filter(\.state.holds)
            .flatMap { $0.members.map(\.person) }
    }
}
