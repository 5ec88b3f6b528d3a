internal import Platform
internal import Realtime

/// What those who take part do with their places: all of it through the kernel.
enum Participation {
    /// Whose places they are: the person's own, or those of the one it acts for.
    static func subject(_ call: Call, _ caller: Caller) throws(Stop) -> UUID {
        guard let person = caller.person else { throw Stop(.notFound) }
        return call.onBehalf?.beneficiary ?? person
    }

    private static func kernel(_ call: Call, _ tx: Transaction) -> Reservations {
        Reservations(in: tx, for: ActivityFeature(), ids: call.context.ids)
    }

    // MARK: Reading

    /// Writes a page of the subject's own reservations.
    static func own(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            OwnReservations(
                isLive: call.text("state") == "live",
                after: try call.cursor()?.id ?? UUID(high: .max, low: .max), count: limit + 1))
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("reservations")
                json.array { json in
                    for row in rows.prefix(Int(limit)) { json.raw(row.json) }
                }
            }
        }
        if rows.count > limit, let last = rows.prefix(Int(limit)).last {
            response.add("Link", try call.link(next: Cursor(id: last.id)))
        }
        return response
    }

    /// Writes one reservation.
    static func one(_ call: Call) async throws -> Response {
        let rows = try await call.read(OneReservation(id: call.id("reservation")))
        guard let json = rows.first else { throw Stop(.notFound) }
        return Response(.ok, "application/json", json)
    }

    // MARK: Writing

    /// Joins a meeting, for oneself or as a group of one's household: a place, or the wait-list.
    static func book(_ call: Call, _ keyring: Keyring) async throws -> Response {
        let (occurrence, id) = (call.id("occurrence"), call.context.ids.next())
        let vault = PersonVault(keyring, of: call.id("estate"))
        return try await call.write(inTurnAt: occurrence) { tx, caller in
            let subject = try subject(call, caller)
            let wanted = WantedMember.all(call.body, subject: subject)
            let (meetings, facts) = try await tx.run(
                FindMeeting(id: occurrence), FindPartyFacts(persons: wanted.map(\.person)))
            guard let meeting = meetings.first else { return .refused(Problem(.notFound)) }
            let party = try PartyReading(facts, subject: subject, vault)
            let members: [Reservation.Member]
            switch try party.members(wanted) {
            case .success(let read): members = read
            case .failure(let refused): return .refused(Problem(refused.kind))
            }
            let booking = Booking(
                id: id, holder: subject, household: party.household(of: members),
                members: members)
            let answer = try await kernel(call, tx).book(booking, at: meeting.capacity)
            return try await outcome(answer, of: id, .created, tx) { response in
                response.add(
                    "Location", "/api/v1/estates/\(caller.estate ?? id)/reservations/\(id)")
            }
        }
    }

    /// Takes up an offer; a place that was kept for a child is the child's from then on.
    static func accept(_ call: Call) async throws -> Response {
        try await change(call) { kernel, id, capacity in
            if let kept = try await kernel.transaction.run(FillKeptPlace(id: id)).first,
                !kept.isFilled
            {
                return .failure(.alreadyIn(kept.child))
            }
            return try await kernel.accept(id, at: capacity)
        }
    }

    /// Refuses an offer.
    static func decline(_ call: Call) async throws -> Response {
        try await change(call) { kernel, id, capacity in
            try await kernel.decline(id, at: capacity)
        }
    }

    /// What only the holder does with a reservation.
    private static func change(
        _ call: Call, _ work: (Reservations, UUID, UUID) async throws -> Reservations.Answer
    ) async throws -> Response {
        let id = call.id("reservation")
        return try await call.write { tx, caller in
            let subject = try subject(call, caller)
            guard let found = try await tx.run(FindOwnReservation(id: id)).first else {
                return .refused(Problem(.notFound))
            }
            guard found.holder == subject else { return .refused(Problem(.holderOnly)) }
            let answer = try await work(kernel(call, tx), id, found.capacity)
            return try await outcome(answer, of: id, .ok, tx)
        }
    }

    /// Leaves: the holder with whom it names, or all; one who is brought, alone.
    static func cancel(_ call: Call) async throws -> Response {
        let id = call.id("reservation")
        let named = call.body["members"]?.elements?.compactMap { $0.text.flatMap { UUID($0) } }
        let isExcused = call.body["excuse"]?.text == "illness"
        return try await call.write { tx, caller in
            let subject = try subject(call, caller)
            guard let found = try await tx.run(FindOwnReservation(id: id)).first else {
                return .refused(Problem(.notFound))
            }
            var leaving = named
            if found.holder != subject {
                guard named == nil || named == [subject] else {
                    return .refused(Problem(.holderOnly))
                }
                leaving = [subject]
            }
            let answer = try await kernel(call, tx).cancel(
                id, at: found.capacity, leaving: leaving, isExcused: isExcused)
            return try await outcome(answer, of: id, .ok, tx)
        }
    }

    /// The answer to a command: the reservation as it is after it, or why not.
    private static func outcome(
        _ answer: Reservations.Answer, of id: UUID, _ status: Status, _ tx: Transaction,
        adjust: (inout Response) -> Void = { _ in }
    ) async throws -> Outcome {
        if case .failure(let refusal) = answer {
            return .refused(refusal.problem(ActivityAdmission.problem))
        }
        guard let json = try await tx.run(OneReservation(id: id)).first else {
            return .refused(Problem(.notFound))
        }
        var response = Response(status, "application/json", json)
        adjust(&response)
        return .done(response)
    }
}

/// Puts a child into the place that is kept for it, unless it is there already; no row where there is
/// no such place.
private struct FillKeptPlace: Statement {
    var id: UUID

    var sql: SQL { "SELECT child_id, is_filled FROM linli.fill_kept_place(\(id))" }

    func decode(
        _ cells: inout Cells
    ) throws(PostgresError) -> (child: UUID, isFilled: Bool) {
        (try cells.read(), try cells.read())
    }
}
