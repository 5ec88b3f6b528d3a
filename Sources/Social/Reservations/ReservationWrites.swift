package import Platform

/// Writes a step of the kernel.
struct WriteChange: Command {
    var change: ReservationChange
    var capacity: Capacity

    var sql: SQL {
        switch change {
        case .booked(let it):
            return """
                SELECT linli.reservation_put(\(it.id), \(it.capacity), \(it.holder),
                    \(it.household), \(it.state.rawValue), \(it.seats.aligned(with: capacity.kinds)),
                    \(Int32(it.priority)), \(it.until), \(it.members.map(\.person)),
                    \(it.members.map(\.kind.code)))
                """
        case .offered(let it), .confirmed(let it), .cut(let it): return step(it)
        case .requeued(let it, let note): return step(it, note: note)
        case .ended(let it, let ending, let note):
            return step(it, state: "ended", ending: ending, note: note)
        case .shrunk(let it, let leaving, let ending):
            return step(it, ending: ending, leaving: leaving.map(\.person))
        }
    }

    private func step(
        _ it: Reservation, state: String? = nil, ending: Reservation.Ending? = nil,
        note: String? = nil, leaving: [UUID] = []
    ) -> SQL {
        let until = state == nil ? it.until : nil
        return """
            SELECT linli.reservation_step(\(it.id), \(state ?? it.state.rawValue),
                \(it.seats.aligned(with: capacity.kinds)), \(Int32(it.priority)), \(until),
                \(ending?.rawValue), \(note), \(leaving))
            """
    }
}

/// Writes what of a capacity a steward may change.
struct ChangeCapacity: Command {
    var capacity: Capacity

    var sql: SQL {
        let cancel = capacity.kinds.map { Int32(capacity.cancelMinutes[$0] ?? 0) }
        return """
            SELECT linli.capacity_change(\(capacity.id), \(capacity.kinds.map(\.code)),
                \(capacity.totals.aligned(with: capacity.kinds)), \(capacity.overall.map(Int32.init)),
                \(cancel), \(capacity.term.lowerBound), \(capacity.term.upperBound),
                \(capacity.place), \(capacity.window.lowerBound), \(capacity.window.upperBound),
                \(capacity.isClosed), \(Int32(capacity.offerMinutes)),
                \(Int32(capacity.waitingMax)))
            """
    }
}

/// Gives a capacity's places by the list from now on; who has just come to wait there does.
struct TurnToList: Command {
    var capacity: UUID

    var sql: SQL { "SELECT linli.capacity_turn(\(capacity))" }
}

/// Opens capacities of one plan: all in one statement.
package struct OpenCapacities: Command {
    var plan: CapacityPlan
    var capacities: [NewCapacity]

    /// Opens these; the principal looks after the plan's thing.
    package init(_ plan: CapacityPlan, _ capacities: [NewCapacity]) {
        self.plan = plan
        self.capacities = capacities
    }

    package var sql: SQL {
        let kinds = plan.kinds
        let cancel = kinds.map { Int32(plan.cancelMinutes[$0] ?? 0) }
        return """
            INSERT INTO linli.capacity (estate_id, id, feature, subject_id, thing_id, kinds, totals,
                overall, held, begins, ends, place_id, opens_at, closes_at, offer_minutes,
                cancel_minutes, waiting_max)
            SELECT linli.estate_id(), c.id, \(plan.feature), c.subject, \(plan.thing),
                \(kinds.map(\.code)), \(plan.totals.map { Int32($0.count) }),
                \(plan.overall.map(Int32.init)), array_fill(0, ARRAY[\(Int32(kinds.count))]),
                c.begins, c.ends, \(plan.place), c.opens_at, c.closes_at,
                \(Int32(plan.offerMinutes)), \(cancel), \(Int32(plan.waitingMax))
            FROM unnest(\(capacities.map(\.id)), \(capacities.map(\.subject)),
                \(capacities.map(\.term.lowerBound)), \(capacities.map(\.term.upperBound)),
                \(capacities.map(\.window.lowerBound)), \(capacities.map(\.window.upperBound)))
                AS c (id, subject, begins, ends, opens_at, closes_at)
            """
    }
}
