internal import Platform

/// The way of a command: what it takes and finds out, and how its steps are written.
extension Reservations {
    /// What a command finds, once the capacity is its own.
    struct Taken {
        var state: CapacityState
        var due: [Reservation]
        var living: [UUID]
        var stewards: [UUID]
        /// What is known of the booking's party, where its agendas could be taken at once: then nobody
        /// of the queue has to be looked at.
        var early: Early?
        /// Whether the booking turns the capacity to its list.
        var turns: Bool
    }

    /// What was asked of a booking's party along with the locks.
    struct Early {
        /// What its persons and household have reserved.
        var reserved: Commitments
        /// What the feature's question found; `nil` where it has none.
        var refusals: [AdmissionRefusal]?
    }

    /// Takes a capacity, and ends what has lapsed there; `booking` is what is asked of it.
    func take(_ id: UUID, for booking: Booking? = nil) async throws -> Taken? {
        guard let booking else {
            let (capacities, due, stewards) = try await transaction.run(
                TakeCapacity(id: id), FindParties(.due, of: id), FindStewards(capacity: id))
            return taken(capacities, due, living: [], stewards, nil)
        }
        let persons = booking.members.map(\.person).sorted()
        let households = [booking.household].compactMap(\.self)
        let question = feature.question(about: booking.party, at: id)
        let (capacities, due, living, stewards, turns, early, commitments, limits, refusals) =
            try await transaction.run(
                TakeCapacity(id: id), FindParties(.due, of: id),
                FindLiving(capacity: id, persons: persons), FindStewards(capacity: id),
                FindTurn(capacity: id, persons: persons + [booking.holder]),
                TakeAgendasEarly(owners: persons + households, capacity: id),
                FindCommitments(persons: persons, households: households, capacity: id),
                FindLimits(feature: feature.name), question ?? .none)
        let found = Early(
            reserved: Commitments(commitments, limits: limits),
            refusals: question == nil ? nil : refusals)
        return taken(
            capacities, due, living: living, stewards, early == [true] ? found : nil,
            turns: turns == [true])
    }

    private func taken(
        _ capacities: [Capacity], _ due: [Reservation?], living: [UUID], _ stewards: [UUID],
        _ early: Early?, turns: Bool = false
    ) -> Taken? {
        guard let capacity = capacities.first, capacity.feature == feature.name else {
            return nil
        }
        var state = CapacityState(capacity, now: transaction.instant)
        let lapsed = due.compactMap(\.self)
        ReservationRules.lapse(lapsed, &state)
        return Taken(
            state: state, due: lapsed, living: living, stewards: stewards, early: early,
            turns: turns)
    }

    func refusing(
        _ work: () async throws -> ReservationOutcome
    ) async throws -> Answer {
        do {
            return .success(try await work())
        } catch let refusal as ReservationRefusal {
            return .failure(refusal)
        }
    }

    func change(
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

    func changeAll(
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

    /// Offers what is free to a page of the queue; where the next look at it goes on.
    @discardableResult
    func settle(
        _ state: inout CapacityState, after place: Reservation? = nil,
        pageMax: Int = Self.queuePageMax
    ) async throws -> Reservation? {
        guard ReservationRules.wantsQueue(state) else { return nil }
        let found = try await queue(state, after: place, countMax: pageMax)
        let queue = state.current(found)
        var verdicts = try await verdicts(on: queue, nil, household: nil, state)
        try await offer(to: queue, before: nil, &verdicts, &state)
        let isWhole = found.count < pageMax || !ReservationRules.wantsQueue(state)
        return isWhole ? nil : found.last
    }

    /// Offers what is free, and decides about a party, under one taking of agendas.
    func settle<Value>(
        _ state: inout CapacityState, deciding party: Party, household: UUID?,
        _ early: Early? = nil,
        _ decide: (Verdicts, _ isQueueServed: Bool, inout CapacityState) throws(ReservationRefusal)
            -> Value
    ) async throws -> Value {
        if let early {
            var verdicts = Verdicts()
            verdicts.commitments = early.reserved
            verdicts.refusals = try await refusals(of: party, early, state)
            return try decide(verdicts, true, &state)
        }
        let found =
            ReservationRules.wantsQueue(state)
            ? try await queue(state, after: nil, countMax: Self.queuePageMax) : []
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

    /// What of a party is left to ask.
    private func refusals(
        of party: Party, _ early: Early, _ state: CapacityState
    ) async throws -> [UUID: AdmissionRefusal] {
        guard let found = early.refusals else { return try await refusals(of: [], party, state) }
        if let first = found.first { return [party.id: first] }
        let refusal = try await feature.companyRefusal(
            of: party, at: state.capacity, beside: Beside(state: state), in: transaction)
        return refusal.map { [party.id: $0] } ?? [:]
    }

    private func queue(
        _ state: CapacityState, after place: Reservation?, countMax: Int
    ) async throws -> [Reservation] {
        try await transaction.run(
            FindParties(.waiting(after: place, countMax: countMax), of: state.capacity)
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
            FindCommitments(persons: persons, households: households, capacity: capacity.id),
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

    func write(
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
        if state.isTurned { statements.append(TurnToList(capacity: state.capacity.id).sql) }
        let outcome = ReservationOutcome(
            capacity: state.capacity, steps: steps, reservation: reservation,
            stewards: taken.stewards)
        if !statements.isEmpty {
            transaction.later(statements + feature.notices(of: outcome))
        }
        return outcome
    }

    private func alter(_ state: CapacityState, _ events: ReservationEvents) -> [SQL] {
        [
            ChangeCapacity(capacity: state.capacity).sql,
            AppendEvent(events.altered(id: ids.next())).sql,
        ]
    }
}
