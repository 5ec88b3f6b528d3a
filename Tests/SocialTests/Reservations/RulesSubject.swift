internal import Platform

@testable internal import Social

/// The kernel's rules over a store in memory that applies their steps: what the transaction does in
/// the database, without one.
struct RulesSubject: Subject {
    private var world: Reference.World
    private var capacities: [UUID: Capacity] = [:]
    private var live: [UUID: Reservation] = [:]
    private var ended: [String: Reference.Booking] = [:]

    init(_ world: Reference.World) { self.world = world }

    // MARK: Steps

    mutating func perform(_ step: Reference.Step) -> String {
        switch step {
        case .open(let capacity):
            capacities[Words.id(capacity.id)] = Words.capacity(capacity)
            return "opened"
        case .advance(let minutes): world.now += minutes
        case .refuse(let person, let capacity): world.refused.insert([person, capacity])
        case .admit(let person, let capacity): world.refused.remove([person, capacity])
        case .part(let one, let other): world.apart.insert([one, other])
        default:
            do throws(ReservationRefusal) {
                return try command(step)
            } catch {
                return "refused: \(Words.code(error))"
            }
        }
        return Words.noted(step)
    }

    private mutating func command(_ step: Reference.Step) throws(ReservationRefusal) -> String {
        switch step {
        case .book(let booking, let hold): return try book(booking, hold)
        case .accept(let id):
            return try change(id) { (found, kernel, state) throws(ReservationRefusal) in
                let queue = kernel.queue(state).filter { $0.id != found.id }
                var verdicts = kernel.verdicts(on: queue + [found], state)
                kernel.offer(to: queue, before: found, &verdicts, &state)
                return try ReservationRules.accept(found, verdicts, &state).state.rawValue
            }
        case .decline(let id):
            return try change(id) { (found, kernel, state) throws(ReservationRefusal) in
                try ReservationRules.decline(found, &state)
                kernel.offer(&state)
                return "declined"
            }
        case .cancel(let id, let leaving, let isExcused):
            return try change(id) { (found, kernel, state) throws(ReservationRefusal) in
                _ = try ReservationRules.cancel(
                    found, leaving: leaving?.map(Words.id), isExcused: isExcused, &state)
                let word = Words.leaving(state.changes, found.id)
                kernel.offer(&state)
                return word
            }
        case .resize(let id, let totals, let overall, let leaving):
            var state = try take(id)
            try ReservationRules.resize(
                to: Words.seats(totals), kinds: Words.kinds(totals), overall: overall,
                live: living(state), leaving: leaving.map(Words.id), because: "fewer", &state)
            offer(&state)
            apply(state)
            return "resized"
        case .move(let moved):
            var state = try take(moved.id)
            let to = Words.capacity(moved)
            try ReservationRules.move(
                to: to.term, window: to.window, place: to.place, live: living(state), &state)
            state.alter { $0.localDay = to.localDay }
            apply(state)
            return "moved"
        case .serve(let id, let offer, let cancel, let most):
            var state = try take(id)
            try ReservationRules.serve(
                by: Words.queue(offer: offer, cancel: cancel, most: most), &state)
            apply(state)
            return "served"
        case .close(let id):
            var state = try take(id)
            try ReservationRules.close(live: living(state), because: "rain", &state)
            apply(state)
            return "closed"
        case .settle(let id):
            var state = try take(id)
            offer(&state)
            apply(state)
            return "settled"
        default: return ""
        }
    }

    private mutating func book(
        _ wish: Reference.Booking, _ hold: Int?
    ) throws(ReservationRefusal) -> String {
        var state = try take(wish.capacity)
        let booking = Words.booking(wish, hold: hold)
        try ReservationRules.precheck(booking, state)
        let persons = booking.members.map(\.person)
        let queue = queue(state)
        let party = Reservation(
            id: booking.id, capacity: state.capacity.id, holder: booking.holder,
            household: booking.household, members: booking.members, seats: booking.seats,
            state: .waiting, priority: 0, queuedAt: state.now, until: nil)
        var verdicts = verdicts(on: queue + [party], state)
        offer(to: queue, before: party, &verdicts, &state)
        let living = living(state).flatMap(\.members).map(\.person).filter(persons.contains)
        let booked = try ReservationRules.book(
            booking, living: living, isQueueServed: true, verdicts, &state)
        apply(state)
        return booked.state.rawValue
    }

    private mutating func change(
        _ id: String,
        _ work: (Reservation, Self, inout CapacityState) throws(ReservationRefusal) -> String
    ) throws(ReservationRefusal) -> String {
        guard let found = live[Words.id(id)] else { throw .gone }
        var state = try take(found.capacity.description)
        let word = try work(found, self, &state)
        apply(state)
        return word
    }

    // MARK: What the transaction finds

    private func take(_ id: String) throws(ReservationRefusal) -> CapacityState {
        guard let capacity = capacities[Words.id(id)] else { throw .gone }
        var state = CapacityState(capacity, now: Words.instant(world.now))
        ReservationRules.lapse(here(capacity.id).filter { $0.until != nil }, &state)
        return state
    }

    private func here(_ capacity: UUID) -> [Reservation] {
        live.values.filter { $0.capacity == capacity }.sorted { $0.id < $1.id }
    }

    private func living(_ state: CapacityState) -> [Reservation] {
        state.current(here(state.capacity.id))
    }

    private func queue(_ state: CapacityState) -> [Reservation] {
        guard ReservationRules.wantsQueue(state) else { return [] }
        return state.current(
            here(state.capacity.id).filter { !$0.state.holds }.sorted { $0.isBefore($1) })
    }

    private func offer(_ state: inout CapacityState) {
        let queue = queue(state)
        var verdicts = verdicts(on: queue, state)
        offer(to: queue, before: nil, &verdicts, &state)
    }

    private func offer(
        to queue: [Reservation], before party: Reservation?, _ verdicts: inout Verdicts,
        _ state: inout CapacityState
    ) {
        var rest = queue[...]
        while ReservationRules.offerNext(of: &rest, &verdicts, &state) {
            verdicts.refusals = refusals(of: rest + [party].compactMap(\.self), state)
        }
    }

    private func refusals(
        of parties: some Sequence<Reservation>, _ state: CapacityState
    ) -> [UUID: AdmissionRefusal] {
        let here = state.current(here(state.capacity.id)).filter(\.state.holds)
        var answers: [UUID: AdmissionRefusal] = [:]
        for party in parties {
            let others = here.filter { $0.id != party.id }.flatMap(\.members).map(\.person)
            let isRefused = party.members.map(\.person.description).contains { person in
                world.refused.contains([person, state.capacity.id.description])
                    || others.contains { world.apart.contains([person, $0.description]) }
            }
            if isRefused { answers[party.id] = AdmissionRefusal("not-wanted") }
        }
        return answers
    }

    private func verdicts(on parties: [Reservation], _ state: CapacityState) -> Verdicts {
        var all: [Commitment] = []
        for reservation in live.values where reservation.until.map({ $0 > state.now }) ?? true {
            guard let there = capacities[reservation.capacity],
                reservation.state.holds || there.term.lowerBound > state.now
            else { continue }
            all += reservation.members.map { member in
                Commitment(
                    person: member.person, household: reservation.household,
                    reservation: reservation.id, capacity: there.id, feature: there.feature,
                    holds: reservation.state.holds, term: there.term,
                    minutesAway: world.between(
                        there.place?.description, state.capacity.place?.description),
                    localDay: there.localDay)
            }
        }
        var verdicts = Verdicts()
        verdicts.commitments = Commitments(all, limits: world.limits.map(Words.limit))
        for change in state.changes {
            if case .ended(let reservation, _, _) = change {
                verdicts.commitments.remove(reservation.id)
            }
        }
        verdicts.refusals = refusals(of: parties, state)
        return verdicts
    }

    private mutating func apply(_ state: CapacityState) {
        capacities[state.capacity.id] = state.capacity
        for change in state.changes {
            let it = change.reservation
            if case .ended(_, let ending, _) = change {
                live[it.id] = nil
                ended[it.id.description] = Words.words(it, as: ending)
            } else {
                live[it.id] = it
            }
        }
    }

    // MARK: How things stand

    func findings() -> [String] { [] }

    func standing() -> Standing {
        var standing = Standing()
        standing.bookings = ended
        for capacity in capacities.values {
            var seats = Seats()
            for reservation in here(capacity.id) where reservation.state.holds {
                seats = seats + Seats(of: reservation.members.map(\.kind))
            }
            let waiting = here(capacity.id).count { !$0.state.holds }
            var words = Words.words(capacity)
            // The counters belong to the state: they show where they would be wrong.
            if seats != capacity.held || waiting != capacity.waiting {
                words.feature = "\(capacity.held) for \(seats), \(capacity.waiting) for \(waiting)"
            }
            standing.capacities[words.id] = words
        }
        for reservation in live.values {
            standing.bookings[reservation.id.description] = Words.words(reservation)
        }
        return standing
    }
}
