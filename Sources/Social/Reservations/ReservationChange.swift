package import Platform

/// A step that the kernel takes; each carries the reservation as it is after it, unless it ended.
package enum ReservationChange: Sendable, Hashable {
    /// A new one: waiting, held or confirmed.
    case booked(Reservation)
    /// A place is kept for one who waited.
    case offered(Reservation)
    /// The place is theirs.
    case confirmed(Reservation)
    /// It is over; the reservation as it was.
    case ended(Reservation, as: Reservation.Ending, note: String?)
    /// Some of the group have left.
    case shrunk(Reservation, leaving: [Reservation.Member], as: Reservation.Ending)
    /// There are fewer places: back to the head of the queue, and why.
    case requeued(Reservation, note: String)
    /// A hold or an offer lapses earlier, since it begins earlier.
    case cut(Reservation)

    /// The reservation.
    package var reservation: Reservation {
        switch self {
        case .booked(let it), .offered(let it), .confirmed(let it), .ended(let it, _, _),
            .shrunk(let it, _, _), .requeued(let it, _), .cut(let it):
            it
        }
    }

    /// Whether it ends a reservation of this person.
    func ends(_ person: UUID) -> Bool {
        guard case .ended(let it, _, _) = self else { return false }
        return it.members.contains { $0.person == person }
    }
}

/// A capacity, and what is being done with it: steps are collected, and its counters follow them.
package struct CapacityState: Sendable {
    /// As it is after the steps.
    package private(set) var capacity: Capacity
    /// The steps so far.
    package private(set) var changes: [ReservationChange] = []
    /// The instant of the command.
    package let now: Instant
    /// Whether the capacity itself was changed.
    package private(set) var isAltered = false
    /// Whether its places are given by the list from now on.
    package private(set) var isTurned = false

    /// Nothing done yet.
    package init(_ capacity: Capacity, now: Instant) {
        self.capacity = capacity
        self.now = now
    }

    /// Reservations that were found before the steps, as they are after them; without the ended.
    func current(_ found: [Reservation]) -> [Reservation] {
        guard !changes.isEmpty else { return found }
        return found.compactMap { before in
            let last = changes.last { $0.reservation.id == before.id }
            if case .ended = last { return nil }
            return last?.reservation ?? before
        }
    }

    // MARK: Steps

    mutating func book(_ reservation: Reservation) {
        count(reservation, 1)
        changes.append(.booked(reservation))
    }

    mutating func offer(_ waiting: Reservation, until: Instant) -> Reservation {
        var offered = waiting
        offered.state = .offered
        offered.until = until
        move(waiting, to: offered)
        changes.append(.offered(offered))
        return offered
    }

    mutating func confirm(_ reservation: Reservation) -> Reservation {
        var confirmed = reservation
        confirmed.state = .confirmed
        confirmed.until = nil
        move(reservation, to: confirmed)
        changes.append(.confirmed(confirmed))
        return confirmed
    }

    mutating func end(
        _ reservation: Reservation, as ending: Reservation.Ending, note: String? = nil
    ) {
        count(reservation, -1)
        changes.append(.ended(reservation, as: ending, note: note))
    }

    mutating func shrink(
        _ reservation: Reservation, leaving: [Reservation.Member], as ending: Reservation.Ending
    ) -> Reservation {
        var rest = reservation
        rest.members.removeAll { leaving.contains($0) }
        rest.seats = reservation.seats - Seats(of: leaving.map(\.kind))
        move(reservation, to: rest)
        changes.append(.shrunk(rest, leaving: leaving, as: ending))
        return rest
    }

    mutating func requeue(_ reservation: Reservation, priority: Int, note: String) {
        var waiting = reservation
        waiting.state = .waiting
        waiting.until = nil
        waiting.priority = priority
        move(reservation, to: waiting)
        changes.append(.requeued(waiting, note: note))
    }

    mutating func cut(_ reservation: Reservation, to until: Instant) {
        var cut = reservation
        cut.until = until
        changes.append(.cut(cut))
    }

    mutating func alter(_ change: (inout Capacity) -> Void) {
        change(&capacity)
        isAltered = true
    }

    /// From now on its places are given by the list alone.
    mutating func turnToList() {
        guard !capacity.isListed else { return }
        capacity.isListed = true
        isTurned = true
    }

    private mutating func move(_ before: Reservation, to after: Reservation) {
        count(before, -1)
        count(after, 1)
    }

    private mutating func count(_ reservation: Reservation, _ sign: Int) {
        if !reservation.state.holds {
            capacity.waiting += sign
        } else if sign > 0 {
            capacity.held = capacity.held + reservation.seats
        } else {
            capacity.held = capacity.held - reservation.seats
        }
    }
}
