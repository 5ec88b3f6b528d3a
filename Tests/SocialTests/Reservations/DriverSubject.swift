internal import Platform
internal import Realtime
internal import Support

@testable internal import Social

/// The whole kernel on a real database, in an estate of its own: each step as who may do it.
struct DriverSubject: Subject {
    let estate: ReservationEstate
    let pool: Database
    let clock: Platform.Clock
    let ids: UUIDGenerator
    let gate: Gate

    /// A feature that refuses whom the story refuses.
    final class Gate: ReservationFeature {
        let name = "activity"
        let world: Locked<Reference.World>

        init(_ world: Reference.World) { self.world = Locked(world) }

        func refusals(
            of parties: [Party], at capacity: Capacity, beside: Beside, in transaction: Transaction
        ) async throws -> [UUID: AdmissionRefusal] {
            let world = world.withLock { $0 }
            let there =
                world.apart.isEmpty
                ? [] : try await beside.persons(in: transaction).map(\.description)
            var answers: [UUID: AdmissionRefusal] = [:]
            for party in parties {
                let persons = party.members.map(\.person.description)
                let others = there.filter { !persons.contains($0) }
                let isRefused = persons.contains { person in
                    world.refused.contains([person, capacity.id.description])
                        || others.contains { world.apart.contains([person, $0]) }
                }
                if isRefused { answers[party.id] = AdmissionRefusal("not-wanted") }
            }
            return answers
        }

        func notices(of outcome: ReservationOutcome) -> [SQL] { [] }
    }

    // MARK: Steps

    mutating func perform(_ step: Reference.Step) async throws -> String {
        switch step {
        case .advance(let minutes):
            try clock.advance(by: .seconds(60 * minutes))
            return "later"
        case .refuse, .admit, .part:
            return gate.world.withLock { $0.perform(step) }
        case .open(let capacity):
            try await open(capacity)
            return "opened"
        default: return try await command(step)
        }
    }

    private func open(_ it: Reference.Capacity) async throws {
        let words = Words.capacity(it)
        let plan = CapacityPlan(
            feature: it.feature, thing: ReservationEstate.thing,
            totals: words.kinds.map { (kind: $0, count: words.totals[$0]) }, overall: it.overall,
            place: words.place, offerMinutes: it.offerMinutes, cancelMinutes: words.cancelMinutes,
            waitingMax: it.waitingMost)
        let new = NewCapacity(
            id: words.id, subject: words.id, term: words.term, window: words.window)
        try await pool.write(principal(ReservationEstate.steward)) { tx in
            _ = try await tx.execute(OpenCapacities(plan, [new]).sql)
        }
    }

    private func principal(_ person: UUID) -> Principal {
        .person(estate: estate.id, person: person, account: person)
    }

    private func run<Value>(
        as principal: Principal, _ work: (Reservations) async throws -> Value
    ) async throws -> Value {
        try await pool.write(principal) { tx in
            try await work(Reservations(in: tx, for: gate, ids: ids))
        }
    }

    private func outcome(
        _ answer: Reservations.Answer, _ word: (ReservationOutcome) -> String
    ) -> String {
        switch answer {
        case .success(let outcome): word(outcome)
        case .failure(let refusal): "refused: \(Words.code(refusal))"
        }
    }

    private func command(_ step: Reference.Step) async throws -> String {
        let steward = principal(ReservationEstate.steward)
        switch step {
        case .book(let wish, let hold):
            let booking = Words.booking(wish, hold: hold)
            let answer = try await run(as: principal(booking.holder)) {
                try await $0.book(booking, at: Words.id(wish.capacity))
            }
            return outcome(answer) { $0.reservation?.state.rawValue ?? "nothing" }
        case .accept(let id): return try await own(id) { try await $0.accept($1, at: $2) }
        case .decline(let id): return try await own(id) { try await $0.decline($1, at: $2) }
        case .cancel(let id, let leaving, let isExcused):
            return try await own(id) {
                try await $0.cancel(
                    $1, at: $2, leaving: leaving?.map(Words.id), isExcused: isExcused)
            }
        case .resize(let id, let totals, let overall, let leaving):
            let answer = try await run(as: steward) { kernel in
                try await kernel.resize(
                    Words.id(id), to: Words.seats(totals), kinds: Words.kinds(totals),
                    overall: overall, leaving: leaving.map(Words.id), because: "换了小房间")
            }
            return outcome(answer) { _ in "resized" }
        case .move(let moved):
            let to = Words.capacity(moved)
            let answer = try await run(as: steward) { kernel in
                try await kernel.move(to.id, to: to.term, window: to.window, place: to.place)
            }
            return outcome(answer) { _ in "moved" }
        case .serve(let id, let offer, let cancel, let most):
            let answer = try await run(as: steward) { kernel in
                try await kernel.serve(
                    Words.id(id), by: Words.queue(offer: offer, cancel: cancel, most: most))
            }
            return outcome(answer) { _ in "served" }
        case .close(let id):
            let answer = try await run(as: steward) { kernel in
                try await kernel.close(Words.id(id), because: "下雨")
            }
            return outcome(answer) { _ in "closed" }
        case .settle(let id):
            let answer = try await run(as: .job("reservation-sweep", estate: estate.id)) {
                try await $0.settle(Words.id(id)).answer
            }
            return outcome(answer) { _ in "settled" }
        default: return "nothing"
        }
    }

    /// A command on a reservation, by its holder.
    private func own(
        _ id: String, _ work: (Reservations, UUID, UUID) async throws -> Reservations.Answer
    ) async throws -> String {
        let found = try estate.server.run(Whose(estate: estate.id, id: Words.id(id)))
        guard let (holder, capacity) = found.first else { return "refused: gone" }
        let answer = try await run(as: principal(holder)) {
            try await work($0, Words.id(id), capacity)
        }
        return outcome(answer) { outcome in
            let isAccepted = outcome.reservation?.state == .confirmed
            let word = Words.leaving(outcome.steps.map(\.change), Words.id(id))
            return word == "nothing" && isAccepted ? "confirmed" : word
        }
    }

    private struct Whose: Statement {
        var estate: UUID
        var id: UUID

        var sql: SQL {
            """
            SELECT holder_id, capacity_id
            FROM linli.reservation
            WHERE estate_id = \(estate) AND id = \(id)
            """
        }

        func decode(_ cells: inout Cells) throws(PostgresError) -> (UUID, UUID) {
            (try cells.read(), try cells.read())
        }
    }

    // MARK: How things stand

    func standing() throws -> Standing { try estate.standing() }

    /// Replays the log: what it tells of reservations must be how they stand.
    func findings() async throws -> [String] {
        while try await !pool.write(.none, { try await $0.run(Number()) }).isEmpty {}
        let log = try await pool.read(
            .job("audit", estate: estate.id), EventRows(of: estate.id, after: 0, countMax: 100_000))
        var told: [String: (state: String, seats: [String: Int])] = [:]
        for event in log where event.kind.hasPrefix("reservation.") {
            let payload = try JSON(parsing: Array((event.payload ?? "").utf8))
            let id = payload["reservation"]?.text ?? ""
            var seats: [String: Int] = [:]
            for kind in ["adult", "child", "wheelchair"] {
                if let count = payload["seats"]?[kind]?.integer { seats[kind] = Int(count) }
            }
            switch event.kind.dropFirst("reservation.".count) {
            case "ended": told[id] = nil
            case "shrunk", "cut": told[id]?.seats = seats
            case "requeued": told[id] = ("waiting", seats)
            case let state: told[id] = (String(state), seats)
            }
        }
        let live = try estate.standing().bookings.values.filter { $0.state != "ended" }
        var found = live.filter { booking in
            told[booking.id]?.state != booking.state
                || told[booking.id]?.seats
                    != Dictionary(grouping: booking.members.values) { $0 }.mapValues(\.count)
        }.map { "the log tells of \(String(describing: told[$0.id])) for \($0)" }
        if told.count != live.count { found.append("the log tells of \(told.count)") }
        return found
    }

    private struct Number: Statement {
        var sql: SQL { "SELECT last_seq FROM linli.number_events(100000)" }

        func decode(_ cells: inout Cells) throws(PostgresError) -> Int64 { try cells.read() }
    }
}
