internal import Platform
internal import Realtime

extension Activities {
    /// Calls an activity off, or drops a draft; what is over stays as it was.
    static func cancel(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("activity"), call.context.ids.next())
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let row: ActivityRow
            switch try await take(id, tx) {
            case .success(let taken): row = taken
            case .failure(let problem): return .refused(problem)
            }
            guard row.state != .cancelled else { return .refused(Problem(.activityCancelled)) }
            let coming = try await tx.run(SeriesMeetings(activity: id)).map(\.occurrence).filter {
                $0.begins > tx.instant && !$0.isCancelled
            }
            try await end(coming, because, tx, call.context.ids)
            let (_, _, rows) = try await tx.run(
                CancelActivity(id: id, because: because),
                ActivityEvents.event(
                    .cancelled, id, version: row.version + 1, to: row.eventAudience, event: event
                ) { json in json.member("occurrences", coming.count) },
                OneActivity(id: id))
            // Who held a place or waited is told by the kernel's own steps.
            _ = try await tx.run(
                Notify(
                    .activityCancelled, of: event, about: NoticeSubject(.activity, id),
                    to: row.stewards))
            return answer(.ok, rows) { $0.member("cancelled", coming.map(\.id)) }
        }
    }

    /// Calls one meeting off.
    static func cancelOccurrence(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let because = call.body["because"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let found: (row: ActivityRow, occurrence: TakeOccurrence.Row)
            switch try await takeOccurrence(call, tx) {
            case .success(let taken): found = taken
            case .failure(let problem): return .refused(problem)
            }
            let (row, occurrence) = found
            try await end([occurrence], because, tx, call.context.ids)
            _ = try await tx.run(
                ActivityEvents.event(
                    .occurrenceCancelled, row.id, version: row.version, to: row.eventAudience,
                    event: event
                ) { json in json.member("occurrence", occurrence.id) })
            let (_, rows) = try await tx.run(
                Notify(
                    .activityCancelled, of: event, about: NoticeSubject(.occurrence, occurrence.id),
                    to: row.stewards), OneOccurrence(id: occurrence.id))
            return answer(rows)
        }
    }

    /// Gives back the venues and ends every reservation; each guest is told why.
    private static func end(
        _ occurrences: [TakeOccurrence.Row], _ because: String, _ tx: Transaction,
        _ ids: UUIDGenerator
    ) async throws {
        guard !occurrences.isEmpty else { return }
        try await VenueBooking(ids: ids).cancel(occurrences.map(\.id), in: tx)
        _ = try await tx.run(CancelOccurrences(ids: occurrences.map(\.id), because: because))
        let kernel = Reservations(in: tx, for: ActivityFeature(), ids: ids)
        for capacity in occurrences.map(\.capacity).sorted() {
            _ = try await kernel.close(capacity, because: because)
        }
    }

    /// Changes how many seats one meeting has; who must leave goes back to the head of the queue.
    static func resize(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        var faults: [Problem.Fault] = []
        guard let seats = SeatPlan(call.body, &faults), faults.isEmpty else {
            throw Stop(Problem(.invalid, faults: faults))
        }
        let leaving = (call.body["leaving"]?.elements ?? []).compactMap {
            $0.text.flatMap { UUID($0) }
        }
        let because = call.body["because"]?.text
        guard leaving.isEmpty || because != nil else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("/because", Faults.missing)]))
        }
        return try await call.write { tx, _ in
            let found: (row: ActivityRow, occurrence: TakeOccurrence.Row)
            switch try await takeOccurrence(call, tx) {
            case .success(let taken): found = taken
            case .failure(let problem): return .refused(problem)
            }
            let (row, occurrence) = found
            _ = try await tx.run(
                OverrideOccurrence(
                    id: occurrence.id, words: nil,
                    overrides: Set(occurrence.overrides + ["seats"]).sorted(), countsUp: false),
                ActivityEvents.event(
                    .occurrenceChanged, row.id, version: row.version, to: row.eventAudience,
                    event: event
                ) { json in
                    json.member("occurrence", occurrence.id)
                    json.member("what", [ActivityPart.capacity.rawValue])
                })
            let answer = try await Reservations(
                in: tx, for: ActivityFeature(), ids: call.context.ids
            )
            .resize(
                occurrence.capacity, to: seats.seats, kinds: seats.seatKinds,
                overall: seats.overall.map(Int.init), leaving: leaving, because: because ?? "")
            if case .failure(let refusal) = answer {
                return .refused(refusal.problem { _ in Problem(.reservationClosed) })
            }
            return Self.answer(try await tx.run(OneOccurrence(id: occurrence.id)))
        }
    }
}
