package import Platform

/// What was found out, under the locks, about the parties that may come to hold places.
package struct Verdicts: Sendable {
    /// Whom the feature does not admit, by the ids of their reservations.
    package var refusals: [UUID: AdmissionRefusal] = [:]
    /// What the persons and households concerned have reserved.
    package var commitments = Commitments()

    /// Nobody is refused, and nothing reserved.
    package init() {}

    /// What keeps a party from holding places; `nil` when nothing does.
    func objection(
        to members: [Reservation.Member], of household: UUID?, _ id: UUID, _ state: CapacityState
    ) -> ReservationRefusal? {
        let capacity = state.capacity
        if let clash = commitments.clash(of: members, at: capacity) { return clash }
        if let limit = commitments.exceeded(
            by: members, of: household, id, waits: false, at: capacity, now: state.now)
        {
            return limit
        }
        return refusals[id].map { .notAdmitted($0) }
    }
}

/// The decisions of the kernel: values in, steps out.
///
/// docs/reservations.md says the same in words.
package enum ReservationRules {
    /// Priority in the queue of those who lost their place to a smaller capacity.
    package static let requeuedPriority = 100

    // MARK: Settling

    /// Ends what has lapsed: its place is free from its instant on, whenever this runs.
    package static func lapse(_ due: [Reservation], _ state: inout CapacityState) {
        for reservation in due {
            guard let until = reservation.until, until <= state.now else { continue }
            state.end(reservation, as: .lapsed)
        }
    }

    /// Whether the queue has to be looked at.
    package static func wantsQueue(_ state: CapacityState) -> Bool {
        let capacity = state.capacity
        guard capacity.waiting > 0, !capacity.isClosed else { return false }
        return capacity.term.lowerBound <= state.now || capacity.hasRoom
    }

    /// Offers what is free to the next of those who wait, in their order; whether it did.
    ///
    /// `queue` are those who were not looked at yet, and are still to be. Each whose whole group fits
    /// and may hold is offered its places. Who does not fit, or may not now, keeps the place in the
    /// queue. Once it has begun, the queue ends.
    package static func offerNext(
        of queue: inout ArraySlice<Reservation>, _ verdicts: inout Verdicts,
        _ state: inout CapacityState
    ) -> Bool {
        let begins = state.capacity.term.lowerBound
        guard !state.capacity.isClosed else { return false }
        while let reservation = queue.popFirst() {
            if begins <= state.now {
                state.end(reservation, as: .lapsed)
                continue
            }
            guard state.capacity.hasRoom(for: reservation.seats),
                verdicts.objection(
                    to: reservation.members, of: reservation.household, reservation.id, state)
                    == nil
            else { continue }
            let until = state.now + .seconds(60 * state.capacity.offerMinutes)
            let offered = state.offer(reservation, until: min(until, begins))
            verdicts.commitments.add(offered, at: state.capacity)
            return true
        }
        return false
    }

    // MARK: Booking

    /// What can be said of a booking before anything else is looked up.
    package static func precheck(
        _ booking: Booking, _ state: CapacityState
    ) throws(ReservationRefusal) {
        let capacity = state.capacity
        guard !capacity.isClosed else { throw .closed }
        guard state.now >= capacity.window.lowerBound else {
            throw .notYetOpen(capacity.window.lowerBound)
        }
        guard state.now < capacity.window.upperBound else {
            throw .tooLate(capacity.window.upperBound)
        }
        if let unknown = booking.members.first(where: { !capacity.kinds.contains($0.kind) }) {
            throw .unknownKind(unknown.kind)
        }
    }

    /// Books once the queue was served: `living` are the members who have a reservation here,
    /// `isQueueServed` is false when some of the queue was not looked at, and `turns` is true when the
    /// capacity gives its places by the list from this booking on.
    ///
    /// Whoever may not hold a place beside those who do waits, and turns it to the list likewise.
    package static func book(
        _ booking: Booking, living: [UUID], isQueueServed: Bool, turns: Bool = false,
        _ verdicts: Verdicts, _ state: inout CapacityState
    ) throws(ReservationRefusal) -> Reservation {
        let capacity = state.capacity
        let now = state.now
        var isListed = turns || capacity.isListed
        let seats = booking.seats
        if let twice = living.first { throw .alreadyIn(twice) }
        guard capacity.couldHold(seats) else { throw .tooMany(capacity.totals) }
        if let objection = verdicts.objection(
            to: booking.members, of: booking.household, booking.id, state)
        {
            guard objection.waits else { throw objection }
            isListed = true
        }
        var reservation = Reservation(
            id: booking.id, capacity: capacity.id, holder: booking.holder,
            household: booking.household, members: booking.members, seats: seats,
            state: .confirmed, priority: booking.priority, queuedAt: now, until: nil)
        if capacity.hasRoom(for: seats), isQueueServed, !isListed {
            if let minutes = booking.holdMinutes {
                reservation.state = .held
                let until = now + .seconds(60 * minutes)
                // At the door, where it has begun, nothing else ends a hold.
                let begins = capacity.term.lowerBound
                reservation.until = now < begins ? min(until, begins) : until
            }
        } else {
            // Once it has begun nobody is offered a place any more.
            // Where all places are given by the list, at least so many wait as there are.
            let waitingMax = max(
                capacity.waitingMax, isListed ? min(capacity.totals.total, 100) : 0)
            guard capacity.waiting < waitingMax, now < capacity.term.lowerBound else {
                throw .full
            }
            if let limit = verdicts.commitments.exceeded(
                by: booking.members, of: booking.household, booking.id, waits: true,
                at: capacity, now: now)
            {
                throw limit
            }
            reservation.state = .waiting
            if isListed { state.turnToList() }
        }
        state.book(reservation)
        return reservation
    }

    // MARK: One's own reservation

    /// Takes up an offer, or settles a hold.
    package static func accept(
        _ reservation: Reservation, _ verdicts: Verdicts, _ state: inout CapacityState
    ) throws(ReservationRefusal) -> Reservation {
        try checkHeld(reservation, state)
        if let objection = verdicts.objection(
            to: reservation.members, of: reservation.household, reservation.id, state)
        {
            // What was offered stays, but for a protection: then it is as if it had lapsed.
            guard objection.waits else { throw objection }
            guard !objection.isOfProtection else { throw .notOffered }
        }
        return state.confirm(reservation)
    }

    /// Refuses an offer, or gives up a hold.
    package static func decline(
        _ reservation: Reservation, _ state: inout CapacityState
    ) throws(ReservationRefusal) {
        try checkHeld(reservation, state)
        state.end(reservation, as: .declined)
    }

    private static func checkHeld(
        _ reservation: Reservation, _ state: CapacityState
    ) throws(ReservationRefusal) {
        guard !state.capacity.isClosed else { throw .closed }
        guard let until = reservation.until, state.now < until else { throw .notOffered }
    }

    /// Some leave, or all; `nil` when nothing of the reservation is left.
    ///
    /// `persons` are those who leave (`nil`: all); `isExcused` says that it is late because of illness.
    package static func cancel(
        _ reservation: Reservation, leaving persons: [UUID]?, isExcused: Bool,
        _ state: inout CapacityState
    ) throws(ReservationRefusal) -> Reservation? {
        if let until = reservation.until, until <= state.now { throw .gone }
        let begins = state.capacity.term.lowerBound
        guard state.now < begins else { throw .begun }
        let leaving = reservation.members.filter { persons?.contains($0.person) ?? true }
        guard !leaving.isEmpty || persons == nil else { throw .gone }
        let isLate = leaving.contains { member in
            let minutes = state.capacity.cancelMinutes[member.kind] ?? 0
            return state.now > begins - .seconds(60 * minutes)
        }
        let ending: Reservation.Ending =
            switch reservation.state {
            case .waiting: .cancelled
            case .offered: .declined
            case .held, .confirmed: !isLate ? .cancelled : isExcused ? .excused : .cancelledLate
            }
        guard leaving.count < reservation.members.count else {
            state.end(reservation, as: ending)
            return nil
        }
        return state.shrink(reservation, leaving: leaving, as: ending)
    }
}
