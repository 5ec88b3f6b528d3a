internal import Platform
internal import Realtime

/// Absences, and what becomes of persons.
enum PersonStates {
    /// Days that an absence lasts at most, and unless told otherwise one in hospital.
    private static let daysMax: Int64 = 1826

    // MARK: Absences

    /// Writes a person's absences that are not over.
    static func list(_ call: Call) async throws -> Response {
        let person = call.id("person")
        let (rows, may) = try await call.read(
            AbsencesOf(person: person), MaySeeAbsences(person: person))
        guard may.first == true else { throw Stop(.notFound) }
        return call.json { json in
            json.object { json in
                json.key("absences")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    /// Notes that a person is away, or in hospital.
    static func setAbsence(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let kind = call.body["kind"]?.text else { throw Stop(.invalid) }
        let begins = call.body["begins"]?.text.flatMap { Instant($0) }
        let ends = call.body["ends"]?.text.flatMap { Instant($0) }
        return try await call.write { tx, _ in
            let since = begins ?? tx.instant
            let set = SetAbsence(
                id: id, person: call.id("person"), kind: kind, begins: since,
                ends: ends ?? since + .seconds(Self.daysMax * 86_400),
                because: call.body["because"]?.text, event: event)
            let verdict = try await tx.run(set).first
            guard verdict == "set" else { return .refused(try refusal(verdict)) }
            return .done(
                call.json(.created) { json in
                    json.object { json in json.member("id", id) }
                })
        }
    }

    /// Ends an absence, now or at an instant.
    static func endAbsence(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        return try await call.write { tx, _ in
            let end = EndAbsence(
                person: call.id("person"), absence: call.id("absence"),
                ends: call.body["ends"]?.text.flatMap { Instant($0) }, event: event)
            let verdict = try await tx.run(end).first
            guard verdict == "set" else { return .refused(try refusal(verdict)) }
            return .done(Response(.noContent))
        }
    }

    /// Why an absence is not noted.
    ///
    /// - Throws: `Stop` with what is to be corrected.
    private static func refusal(_ verdict: String?) throws(Stop) -> Problem {
        if let verdict, let detail = faults[verdict] {
            throw Joining.fault("/\(verdict)", detail)
        }
        switch verdict {
        case "there": return Problem(.absenceThere)
        case "again": return Problem(.absenceOver)
        default: return Problem(.notFound)
        }
    }

    private static let faults: [String: Text] = [
        "because": Text(
            zh: "替居民登记，请写明依据，如家属来电、医院通知。",
            en: "Say what it rests on, such as a relative's call or the hospital's word."),
        "begins": Text(zh: "请从现在或以后开始。", en: "It begins now or later."),
        "ends": Text(
            zh: "请填写开始之后、五年之内的结束时刻；结束已登记的，不早于现在。",
            en: "Give an end after the beginning and within five years, and not before now."),
    ]

    // MARK: Moved and dead

    /// Notes that a person has moved or died, or that this was a mistake.
    ///
    /// Its places to come are freed in the same transaction; the sweep offers them to who waits.
    static func setState(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let state = call.body["state"]?.text, let because = call.body["because"]?.text else {
            throw Stop(.invalid)
        }
        let person = call.id("person")
        return try await call.write { tx, _ in
            let set = SetPersonState(
                id: id, person: person, state: state, because: because, event: event)
            switch try await tx.run(set).first {
            case "set": break
            case "own": return .refused(Problem(.ownHousehold))
            case "again": return .refused(Problem(.stateThere))
            default: return .refused(Problem(.notFound))
            }
            let freed = try await freeSeats(of: person, tx, call.context.ids)
            return .done(
                call.json { json in
                    json.object { json in
                        json.member("state", state)
                        json.member("seats_freed", freed)
                    }
                })
        }
    }

    /// Ends the places to come of somebody who is here no more: those that it answers for with all of
    /// the group, others alone; how many reservations it was.
    static func freeSeats(
        of person: UUID, _ tx: Transaction, _ ids: UUIDGenerator
    ) async throws -> Int {
        let kernel = Reservations(in: tx, for: ActivityFeature(), ids: ids)
        let rows = try await tx.run(SeatsToFree(person: person))
        for row in rows {
            // Without settling: several capacities in one transaction, in order of their ids.
            _ = try await kernel.cancel(
                row.reservation, at: row.capacity, leaving: row.isHolder ? nil : [person],
                isExcused: true, settles: false)
        }
        return rows.count
    }
}
