internal import Platform
internal import Realtime

/// Books, moves and gives back venues, in the transaction of the feature that uses them.
///
/// Locks come in this order: the thing itself (such as the activity's row), venues by id, then the
/// capacities and accounts of reservations. So a feature books before it opens or moves capacities;
/// one that touches several places in a transaction takes them all at once with `lock`. Under the
/// lock of its venue a booking is free or it is not: nobody waits inside a write, and no two block
/// each other. `venue_booking_once` keeps the same, should a lock ever be forgotten.
struct VenueBooking {
    /// What a venue is used for, such as one occurrence of an activity.
    struct Use: Hashable {
        /// The occurrence.
        var id: UUID
        /// What its stewards look after: the activity.
        var thing: UUID
        /// From its begin to its end, without the gaps.
        var term: Range<Instant>
    }

    /// What came of it.
    enum Outcome: Equatable {
        /// The venue is booked for every use.
        case booked
        /// The place is used without booking: it is no venue.
        case notNeeded
        /// Nothing was changed; each use that cannot be, with its reason, in the order given.
        case refused([Refused])
    }

    /// A use that cannot be booked.
    struct Refused: Hashable {
        var use: UUID
        var refusal: VenueRefusal
    }

    let ids: UUIDGenerator
    /// A code of `venue_booking_for_known`.
    var feature = "activity"

    /// Holds the venues among these places to the transaction's end, before any of them is booked.
    static func lock(_ places: [UUID], in tx: Transaction) async throws(PostgresError) {
        _ = try await tx.run(LockVenues(places: places))
    }

    /// Books a place for uses of the principal, or moves the bookings that they have to it: all of
    /// them, or none.
    ///
    /// A moved booking stays its booker's, and counts among the booker's hours. What neither moves
    /// nor changes its place is not asked again. At a place that is no venue, uses give back what
    /// they had elsewhere. Uses are distinct, and the principal may change their thing.
    ///
    /// - Throws: `PostgresError`; constraint `venue_booking_one_live` when a use has a booking that
    ///   the principal may not see.
    func book(
        _ uses: [Use], at place: UUID, in tx: Transaction
    ) async throws(PostgresError) -> Outcome {
        let live = try await tx.run(LiveBookings(feature: feature, uses: uses.map(\.id)))
        let held = Dictionary(live.map { ($0.use, $0) }) { first, _ in first }
        let asked = uses.filter { held[$0.id]?.place != place || held[$0.id]?.term != $0.term }
        guard !asked.isEmpty else { return .booked }
        let moved = asked.compactMap { held[$0.id] }
        let (locked, found, person) = try await tx.run(
            LockVenues(places: [place] + moved.map(\.place)), RulesOfVenue(place: place),
            OwnPerson())
        guard locked.contains(place), let found = found.first, let person = person.first ?? nil
        else {
            try await cancel(bookings: live.map(\.id), in: tx)
            return .notNeeded
        }
        let bookers = asked.map { held[$0.id]?.booker ?? person }
        let facts = try await tx.run(
            FactsOfUses(
                place: place, terms: asked.map(\.term), bookers: bookers, moved: moved.map(\.id)))
        var round = Round(rules: found.rules, booker: found.booker, now: tx.instant)
        for ((use, facts), booker) in zip(zip(asked, facts), bookers) {
            let old = held[use.id].flatMap { $0.place == place ? $0.term : nil }
            round.ask(use, facts, held: old, of: booker)
        }
        guard round.refused.isEmpty else { return .refused(round.refused) }
        try await write(asked, held, at: place, in: tx)
        return .booked
    }

    private func write(
        _ uses: [Use], _ held: [UUID: LiveBookings.Row], at place: UUID, in tx: Transaction
    ) async throws(PostgresError) {
        let fresh = uses.filter { held[$0.id] == nil }
        let old = uses.compactMap { use in held[use.id].map { (id: $0.id, term: use.term) } }
        if !old.isEmpty {
            let moved = try await tx.run(
                MoveBookings(place: place, ids: old.map(\.id), terms: old.map(\.term)))
            guard moved.count == old.count else {
                throw PostgresError(
                    .server, state: "42501", message: "a booking that is not the principal's")
            }
        }
        guard !fresh.isEmpty else { return }
        _ = try await tx.run(
            InsertBookings(
                place: place, feature: feature, ids: fresh.map { _ in ids.next() }, uses: fresh))
    }

    /// Gives back what these uses have booked; those without a booking are passed over.
    func cancel(_ uses: [UUID], in tx: Transaction) async throws(PostgresError) {
        let live = try await tx.run(LiveBookings(feature: feature, uses: uses))
        try await Self.lock(live.map(\.place), in: tx)
        try await cancel(bookings: live.map(\.id), in: tx)
    }

    private func cancel(bookings: [UUID], in tx: Transaction) async throws(PostgresError) {
        guard !bookings.isEmpty else { return }
        _ = try await tx.run(CancelBookings(ids: bookings))
    }
}

/// One round of uses that are asked for together: each stands against those before it, too.
private struct Round {
    private struct Month: Hashable {
        var booker: UUID
        var begins: Instant
    }

    let rules: VenueRules
    let booker: VenueBooker
    let now: Instant
    private(set) var refused: [VenueBooking.Refused] = []
    private var taken: [BusyTime] = []
    private var minutes: [Month: Int] = [:]

    init(rules: VenueRules, booker: VenueBooker, now: Instant) {
        (self.rules, self.booker, self.now) = (rules, booker, now)
    }

    mutating func ask(
        _ use: VenueBooking.Use, _ facts: FactsOfUses.Row, held: Range<Instant>?, of person: UUID
    ) {
        let period = rules.period(of: use.term)
        let month = Month(booker: person, begins: facts.month)
        let asked = VenueUse(
            term: use.term, begins: facts.begins, ends: facts.ends,
            minutesUsed: facts.minutesUsed + minutes[month, default: 0],
            clash: facts.clash ?? taken.first { $0.period.overlaps(period) }, held: held)
        if let refusal = rules.refusal(of: asked, by: booker, at: now) {
            refused.append(VenueBooking.Refused(use: use.id, refusal: refusal))
        }
        taken.append(
            BusyTime(
                period: period, begins: (facts.begins - rules.setupMinutes).description,
                ends: (facts.ends + rules.cleaningMinutes).description))
        let length = use.term.upperBound - use.term.lowerBound
        minutes[month, default: 0] += Int(length.components.seconds / 60)
    }
}
