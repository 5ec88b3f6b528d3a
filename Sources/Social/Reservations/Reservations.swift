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
/// A refusal is returned and nothing was written. A transaction may close and move several
/// capacities, in order of their ids; any other command comes once and last, since it takes agendas
/// after the capacity and nothing may be locked after those.
package struct Reservations {
    /// Most reservations that live at one capacity.
    package static let liveMax = 20_000
    /// How far down the queue one command looks; the sweep goes on from there.
    package static let queuePageMax = 32

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
        guard let taken = try await take(capacity, living: booking.members.map(\.person)) else {
            return .failure(.gone)
        }
        var state = taken.state
        return try await refusing {
            try ReservationRules.precheck(booking, state)
            let party = Party(
                id: booking.id, holder: booking.holder, members: booking.members)
            let booked = try await settle(
                &state, deciding: party, household: booking.household
            ) { (verdicts, isServed, state) throws(ReservationRefusal) in
                // Who lapsed in this very command is free to come.
                let living = taken.living.filter { person in
                    !state.changes.contains { $0.ends(person) }
                }
                return try ReservationRules.book(
                    booking, living: living, isQueueServed: isServed, verdicts, &state)
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
    package func cancel(
        _ reservation: UUID, at capacity: UUID, leaving persons: [UUID]? = nil,
        isExcused: Bool = false
    ) async throws -> Answer {
        try await change(reservation, at: capacity) { found, state in
            let rest = try ReservationRules.cancel(
                found, leaving: persons, isExcused: isExcused, &state)
            try await settle(&state)
            return rest
        }
    }

    // MARK: Commands of stewards, and of the sweep

    /// Changes how much there is; `leaving` go back to the queue, because of what is said.
    package func resize(
        _ capacity: UUID, to totals: Seats, kinds: [SeatKind], overall: Int?, leaving: [UUID],
        because: String
    ) async throws -> Answer {
        try await changeAll(capacity) { live, state in
            try ReservationRules.resize(
                to: totals, kinds: kinds, overall: overall, live: live, leaving: leaving,
                because: because, &state)
            try await settle(&state)
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

    /// Ends it and every reservation there, because of what is said.
    package func close(_ capacity: UUID, because: String) async throws -> Answer {
        try await changeAll(capacity) { live, state in
            try ReservationRules.close(live: live, because: because, &state)
        }
    }

    /// Ends what has lapsed, and offers what is free.
    ///
    /// `place` is where in the queue the last call ended, and `next` where the next goes on; `nil` when
    /// the queue was looked through.
    package func settle(
        _ capacity: UUID, after place: Reservation? = nil
    ) async throws -> (answer: Answer, next: Reservation?) {
        guard let taken = try await take(capacity) else { return (.failure(.gone), nil) }
        var state = taken.state
        let next = try await settle(&state, after: place)
        return (.success(try await write(state, taken, about: nil)), next)
    }

    // MARK: The way of a command

    /// What a command finds, once the capacity is its own.
    struct Taken {
        var state: CapacityState
        var due: [Reservation]
        var living: [UUID]
        var stewards: [UUID]
    }

    private func take(_ id: UUID, living persons: [UUID] = []) async throws -> Taken? {
        let (capacities, due, living, stewards) = try await transaction.run(
            TakeCapacity(id: id), FindParties(.due, of: id),
            FindLiving(capacity: id, persons: persons), FindStewards(capacity: id))
        guard let capacity = capacities.first, capacity.feature == feature.name else {
            return nil
        }
        var state = CapacityState(capacity, now: transaction.instant)
        let lapsed = due.compactMap(\.self)
        ReservationRules.lapse(lapsed, &state)
        return Taken(state: state, due: lapsed, living: living, stewards: stewards)
    }

    private func refusing(
        _ work: () async throws -> ReservationOutcome
    ) async throws -> Answer {
        do {
            return .success(try await work())
        } catch let refusal as ReservationRefusal {
            return .failure(refusal)
        }
    }

    private func change(
        _ reservation: UUID, at capacity: UUID,
        _ work: (Reservation, inout CapacityState) async throws -> Reservation?
    ) async throws -> Answer {
        guard let taken = try await take(capacity) else { return .failure(.gone) }
        let found = try await transaction.run(FindParties(.these([reservation]), of: capacity))
        guard let found = found.first.flatMap(\.self) else { return .failure(.gone) }
        var state = taken.state
        return try await refusing {
            let rest = try await work(found, &state)
            return try await write(state, taken, about: rest)
        }
    }

    private func changeAll(
        _ capacity: UUID, _ work: ([Reservation], inout CapacityState) async throws -> Void
    ) async throws -> Answer {
        guard let taken = try await take(capacity) else { return .failure(.gone) }
        let lapsed = Set(taken.due.map(\.id))
        let live = try await transaction.run(FindParties(.live, of: capacity))
            .compactMap(\.self).filter { !lapsed.contains($0.id) }
        var state = taken.state
        return try await refusing {
            try await work(live, &state)
            return try await write(state, taken, about: nil)
        }
    }

    // MARK: Settling

    /// Offers what is free; where the next look at the queue goes on.
    @discardableResult
    private func settle(
        _ state: inout CapacityState, after place: Reservation? = nil
    ) async throws -> Reservation? {
        guard ReservationRules.wantsQueue(state) else { return nil }
        let found = try await queue(state, after: place)
        let queue = state.current(found)
        var verdicts = try await verdicts(on: queue, nil, household: nil, state)
        try await offer(to: queue, before: nil, &verdicts, &state)
        let isWhole = found.count < Self.queuePageMax || !ReservationRules.wantsQueue(state)
        return isWhole ? nil : found.last
    }

    /// Offers what is free, and decides about a party, under one taking of agendas.
    private func settle<Value>(
        _ state: inout CapacityState, deciding party: Party, household: UUID?,
        _ decide: (Verdicts, _ isQueueServed: Bool, inout CapacityState) throws(ReservationRefusal)
            -> Value
    ) async throws -> Value {
        let found =
            ReservationRules.wantsQueue(state) ? try await queue(state, after: nil) : []
        let queue = state.current(found).filter { $0.id != party.id }
        var verdicts = try await verdicts(on: queue, party, household: household, state)
        try await offer(to: queue, before: party, &verdicts, &state)
        // Nobody goes before one further down whom this command does not know.
        let isServed = found.count < Self.queuePageMax || !ReservationRules.wantsQueue(state)
        return try decide(verdicts, isServed, &state)
    }

    /// Offers what is free, place by place: whoever is offered one may keep others away.
    private func offer(
        to queue: [Reservation], before party: Party?, _ verdicts: inout Verdicts,
        _ state: inout CapacityState
    ) async throws {
        var rest = queue[...]
        while ReservationRules.offerNext(of: &rest, &verdicts, &state) {
            if !ReservationRules.wantsQueue(state) { rest = [] }
            verdicts.refusals = try await refusals(of: Array(rest), party, state)
        }
    }

    private func refusals(
        of queue: [Reservation], _ party: Party?, _ state: CapacityState
    ) async throws -> [UUID: AdmissionRefusal] {
        let parties =
            queue.map { Party(id: $0.id, holder: $0.holder, members: $0.members) }
            + [party].compactMap(\.self)
        guard !parties.isEmpty else { return [:] }
        return try await feature.refusals(
            of: parties, at: state.capacity, beside: Beside(state: state), in: transaction)
    }

    private func queue(
        _ state: CapacityState, after place: Reservation?
    ) async throws -> [Reservation] {
        try await transaction.run(
            FindParties(.waiting(after: place), of: state.capacity)
        ).compactMap(\.self)
    }

    private func verdicts(
        on queue: [Reservation], _ party: Party?, household: UUID?, _ state: CapacityState
    ) async throws -> Verdicts {
        let members = queue.flatMap(\.members) + (party?.members ?? [])
        guard !members.isEmpty else { return Verdicts() }
        let persons = Set(members.map(\.person)).sorted()
        let households = Set((queue.map(\.household) + [household]).compactMap(\.self)).sorted()
        let capacity = state.capacity
        let (_, commitments, limits) = try await transaction.run(
            TakeAgendas(owners: persons + households),
            FindCommitments(persons: persons, households: households, capacity: capacity),
            FindLimits(feature: capacity.feature))
        var verdicts = Verdicts()
        verdicts.commitments = Commitments(commitments, limits: limits)
        for change in state.changes {
            if case .ended(let reservation, _, _) = change {
                verdicts.commitments.remove(reservation.id)
            }
        }
        verdicts.refusals = try await refusals(of: queue, party, state)
        return verdicts
    }

    // MARK: Writing

    private func write(
        _ state: CapacityState, _ taken: Taken, about reservation: Reservation?
    ) async throws -> ReservationOutcome {
        let steps = state.changes.map { (change: $0, event: ids.next()) }
        var statements: [SQL] = []
        let events = ReservationEvents(capacity: state.capacity, stewards: taken.stewards)
        // What is freed comes before the capacity shrinks, what is offered after it has grown.
        let isOffer = { (change: ReservationChange) in
            if case .offered = change { true } else { false }
        }
        let before = steps.filter { !isOffer($0.change) }
        let after = steps.filter { isOffer($0.change) }
        let ordered = state.isAltered ? before + after : steps
        for (index, step) in ordered.enumerated() {
            if state.isAltered, index == before.count { statements += alter(state, events) }
            statements += [
                WriteChange(change: step.change, capacity: state.capacity).sql,
                AppendEvent(events.draft(of: step.change, id: step.event)).sql,
            ]
        }
        if state.isAltered, ordered.count == before.count { statements += alter(state, events) }
        if !statements.isEmpty { try await transaction.execute(statements) }
        let outcome = ReservationOutcome(
            capacity: state.capacity, steps: steps, reservation: reservation,
            stewards: taken.stewards)
        if !statements.isEmpty { try await feature.tell(outcome, in: transaction) }
        return outcome
    }

    private func alter(_ state: CapacityState, _ events: ReservationEvents) -> [SQL] {
        [
            ChangeCapacity(capacity: state.capacity).sql,
            AppendEvent(events.altered(id: ids.next())).sql,
        ]
    }
}
