package import Platform

/// What a command did.
package struct ReservationOutcome: Sendable {
    /// The capacity after it.
    package var capacity: Capacity
    /// The steps, in order, each with the id of its event.
    package var steps: [(change: ReservationChange, event: UUID)]
    /// The reservation that the command was about, as it is now; `nil` when it ended.
    package var reservation: Reservation?
    /// Who looks after the thing.
    package var stewards: [UUID]
}

/// The reservation kernel in a transaction: takes the locks, finds out what the rules want to know,
/// lets them decide, and writes their steps, each with its event.
///
/// A refusal is returned and nothing was written. A transaction may close, move, serve and, without
/// settling, resize several capacities, in order of their ids; any other command comes once and last,
/// since it takes agendas after the capacity and nothing may be locked after those.
package struct Reservations {
    /// Most reservations that live at one capacity.
    package static let liveMax = 20_000
    /// How far down the queue one command looks; the sweep goes on from there.
    package static let queuePageMax = 32
    /// How many more of the queue than there are free places the sweep looks at first: nearly always
    /// each place is taken by one of them, and nobody else has to be asked about.
    package static let queueSpare = 3

    let transaction: Transaction
    let feature: any ReservationFeature
    let ids: UUIDGenerator

    /// The kernel in this transaction, for the capacities of a feature.
    package init(
        in transaction: Transaction, for feature: any ReservationFeature, ids: UUIDGenerator
    ) {
        self.transaction = transaction
        self.feature = feature
        self.ids = ids
    }

    /// A command's answer: what it did, or why not.
    package typealias Answer = Result<ReservationOutcome, ReservationRefusal>

    // MARK: Commands of those who come

    /// Books for a group, all or none: it is confirmed, held or waiting afterwards.
    package func book(_ booking: Booking, at capacity: UUID) async throws -> Answer {
        guard let taken = try await take(capacity, for: booking) else { return .failure(.gone) }
        var state = taken.state
        return try await refusing {
            try ReservationRules.precheck(booking, state)
            let booked = try await settle(
                &state, deciding: booking.party, household: booking.household, taken.early
            ) { (verdicts, isServed, state) throws(ReservationRefusal) in
                // Who lapsed in this very command is free to come.
                let living = taken.living.filter { person in
                    !state.changes.contains { $0.ends(person) }
                }
                return try ReservationRules.book(
                    booking, living: living, isQueueServed: isServed, turns: taken.turns,
                    verdicts, &state)
            }
            return try await write(state, taken, about: booked)
        }
    }

    /// Takes up an offer, or settles a hold.
    package func accept(_ reservation: UUID, at capacity: UUID) async throws -> Answer {
        try await change(reservation, at: capacity) { found, state in
            let party = Party(id: found.id, holder: found.holder, members: found.members)
            return try await settle(&state, deciding: party, household: found.household) {
                (verdicts, _, state) throws(ReservationRefusal) in
                try ReservationRules.accept(found, verdicts, &state)
            }
        }
    }

    /// Refuses an offer, or gives up a hold; the place goes on to who waits.
    package func decline(_ reservation: UUID, at capacity: UUID) async throws -> Answer {
        try await change(reservation, at: capacity) { found, state in
            try ReservationRules.decline(found, &state)
            try await settle(&state)
            return nil
        }
    }

    /// Leaves, whole or some of the group; the places go on to who waits.
    ///
    /// Unless it `settles` at once, the sweep offers what comes free, and the transaction may do so at
    /// several capacities, in order of their ids.
    package func cancel(
        _ reservation: UUID, at capacity: UUID, leaving persons: [UUID]? = nil,
        isExcused: Bool = false, settles: Bool = true
    ) async throws -> Answer {
        try await change(reservation, at: capacity) { found, state in
            let rest = try ReservationRules.cancel(
                found, leaving: persons, isExcused: isExcused, &state)
            if settles { try await settle(&state) }
            return rest
        }
    }

    // MARK: Commands of stewards, and of the sweep

    /// Changes how much there is; `leaving` go back to the queue, because of what is said.
    ///
    /// Unless it `settles` at once, the sweep offers what comes free.
    package func resize(
        _ capacity: UUID, to totals: Seats, kinds: [SeatKind], overall: Int?, leaving: [UUID],
        because: String, settles: Bool = true
    ) async throws -> Answer {
        try await changeAll(capacity) { live, state in
            try ReservationRules.resize(
                to: totals, kinds: kinds, overall: overall, live: live, leaving: leaving,
                because: because, &state)
            if settles { try await settle(&state) }
        }
    }

    /// Changes when and where it is; nobody is dropped.
    package func move(
        _ capacity: UUID, to term: Range<Instant>, window: Range<Instant>, place: UUID?
    ) async throws -> Answer {
        try await changeAll(capacity) { live, state in
            try ReservationRules.move(
                to: term, window: window, place: place, live: live, &state)
        }
    }

    /// Changes how its queue is served from now on; what is offered keeps its time.
    package func serve(_ capacity: UUID, by settings: QueueSettings) async throws -> Answer {
        guard let taken = try await take(capacity) else { return .failure(.gone) }
        var state = taken.state
        return try await refusing {
            try ReservationRules.serve(by: settings, &state)
            return try await write(state, taken, about: nil)
        }
    }

    /// Ends it and every reservation there, because of what is said.
    package func close(_ capacity: UUID, because: String) async throws -> Answer {
        try await changeAll(capacity) { live, state in
            try ReservationRules.close(live: live, because: because, &state)
        }
    }

    /// Ends what has lapsed, and offers what is free.
    ///
    /// `place` is where in the queue the last call ended, and `next` where the next goes on; `nil` when
    /// the queue was looked through. With `spare` it looks at so many more than there are free places.
    package func settle(
        _ capacity: UUID, after place: Reservation? = nil, spare: Int? = nil
    ) async throws -> (answer: Answer, next: Reservation?) {
        guard let taken = try await take(capacity) else { return (.failure(.gone), nil) }
        var state = taken.state
        var pageMax = Self.queuePageMax
        // Once it has begun nobody is chosen: the queue ends.
        if let spare, state.now < state.capacity.term.lowerBound {
            pageMax = min(pageMax, state.capacity.freeMax + spare)
        }
        let next = try await settle(&state, after: place, pageMax: pageMax)
        return (.success(try await write(state, taken, about: nil)), next)
    }
}
