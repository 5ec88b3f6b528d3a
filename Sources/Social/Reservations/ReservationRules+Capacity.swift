package import Platform

/// What stewards do with a capacity.
extension ReservationRules {
    /// Changes how much there is.
    ///
    /// Nobody loses a place unless named, and only who has to: `live` are all reservations that live,
    /// `leaving` ids of some of them.
    package static func resize(
        to totals: Seats, kinds: [SeatKind], overall: Int?, live: [Reservation], leaving: [UUID],
        because: String, _ state: inout CapacityState
    ) throws(ReservationRefusal) {
        guard !state.capacity.isClosed else { throw .closed }
        guard state.now < state.capacity.term.lowerBound else { throw .begun }
        let before = state.capacity.kinds
        // A kind never goes, nor its place: reservations are stored aligned with it.
        if let gone = before.first(where: { !kinds.contains($0) }) { throw .unknownKind(gone) }
        let kinds = before + kinds.filter { !before.contains($0) }
        // Whoever is named twice leaves once.
        let leaving = Set(leaving).sorted()
        for id in leaving {
            guard let reservation = live.first(where: { $0.id == id }), reservation.state.holds,
                reservation.until.map({ state.now < $0 }) ?? true
            else { throw .gone }
            state.requeue(reservation, priority: requeuedPriority, note: because)
        }
        state.alter { capacity in
            capacity.kinds = kinds
            capacity.totals = totals
            capacity.overall = overall
        }
        let held = state.capacity.held
        for kind in kinds where held[kind] > totals[kind] {
            throw .belowHeld(kind, held: held[kind])
        }
        if let overall, held.total > overall { throw .belowHeld(nil, held: held.total) }
        for id in leaving {
            guard let reservation = live.first(where: { $0.id == id }) else { continue }
            if state.capacity.hasRoom(for: reservation.seats) { throw .needNotLeave(id) }
        }
    }

    /// Changes when and where it is.
    ///
    /// Nobody is dropped; what is held or offered until after the new beginning lapses at it.
    package static func move(
        to term: Range<Instant>, window: Range<Instant>, place: UUID?, live: [Reservation],
        _ state: inout CapacityState
    ) throws(ReservationRefusal) {
        guard !state.capacity.isClosed else { throw .closed }
        guard state.now < state.capacity.term.lowerBound else { throw .begun }
        state.alter { capacity in
            capacity.term = term
            capacity.window = window
            capacity.place = place
        }
        for reservation in live {
            if let until = reservation.until, until > state.now, until > term.lowerBound {
                state.cut(reservation, to: term.lowerBound)
            }
        }
    }

    /// Changes how its queue is served from now on.
    ///
    /// What is offered or held keeps the time that it was promised, and whoever waits goes on waiting,
    /// even where fewer may.
    package static func serve(
        by settings: QueueSettings, _ state: inout CapacityState
    ) throws(ReservationRefusal) {
        guard !state.capacity.isClosed else { throw .closed }
        guard state.now < state.capacity.term.lowerBound else { throw .begun }
        var served = state.capacity
        served.offerMinutes = settings.offerMinutes
        served.waitingMax = settings.waitingMax
        for kind in served.kinds {
            if let minutes = settings.cancelMinutes[kind] { served.cancelMinutes[kind] = minutes }
        }
        guard served != state.capacity else { return }
        state.alter { $0 = served }
    }

    /// Ends it, and every reservation that lives.
    package static func close(
        live: [Reservation], because: String, _ state: inout CapacityState
    ) throws(ReservationRefusal) {
        guard !state.capacity.isClosed else { throw .closed }
        let hasBegun = state.capacity.term.lowerBound <= state.now
        for reservation in live {
            let hasLapsed =
                reservation.state == .waiting
                ? hasBegun : reservation.until.map { $0 <= state.now } ?? false
            state.end(
                reservation, as: hasLapsed ? .lapsed : .closed, note: hasLapsed ? nil : because)
        }
        state.alter { $0.isClosed = true }
    }
}
