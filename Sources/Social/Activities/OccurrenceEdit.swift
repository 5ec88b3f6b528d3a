internal import Platform
internal import Realtime

/// What an organiser changes of one meeting, or of it and all that follow.
struct OccurrenceChange {
    var words: ActivityWords?
    var place: ActivityPlace?
    /// A new start and length, on the estate's clock.
    var term: (starts: LocalTime, minutes: Int32)?
    /// The rule of those that follow.
    var rule: String?
    /// How the seats of those that follow are given; what is `nil` stays as it is.
    var giving: Giving
    var isFollowing: Bool
    var cancels: Bool
    var because: String?

    /// How seats are given, in minutes and numbers.
    struct Giving: Hashable {
        var offerMinutes: Int32?
        /// Of every kind of seat.
        var cancelMinutes: Int32?
        var waitingMax: Int32?
        var opensMinutes: Int32?
        var closesMinutes: Int32?

        init() {}

        init(_ body: JSON) {
            func number(_ name: String) -> Int32? {
                body[name]?.integer.map { Int32(clamping: $0) }
            }
            offerMinutes = number("offer_minutes")
            cancelMinutes = number("cancel_minutes")
            waitingMax = number("waiting_max")
            opensMinutes = number("opens_minutes")
            closesMinutes = number("closes_minutes")
        }

        /// Changes what is said.
        func apply(to seats: inout SeatPlan, _ window: inout RegistrationWindow) {
            if let offerMinutes { seats.offerMinutes = offerMinutes }
            if let cancelMinutes { seats.cancelMinutes = seats.kinds.map { _ in cancelMinutes } }
            if let waitingMax { seats.waitingMax = waitingMax }
            if let opensMinutes { window.opensMinutes = opensMinutes }
            if let closesMinutes { window.closesMinutes = closesMinutes }
        }
    }

    /// Reads the content of a request.
    ///
    /// - Throws: `Stop` with a fault for each place that cannot be.
    init(_ body: JSON) throws(Stop) {
        var faults: [Problem.Fault] = []
        words = ActivityWords(body, &faults)
        place = ActivityPlace(body, &faults)
        if body["starts"] != nil || body["ends"] != nil {
            term = Schedule.term(body, &faults).map { (starts: $0.0, minutes: $0.1) }
        }
        rule = body["rrule"]?.text
        giving = Giving(body)
        isFollowing = body["scope"]?.text == "following"
        cancels = body["cancels"]?.bool ?? false
        because = body["because"]?.text
        if rule != nil, !isFollowing {
            faults.append(Problem.Fault("/rrule", Self.ruleOfOne))
        }
        if giving != Giving(), !isFollowing {
            faults.append(Problem.Fault("/scope", Self.givingOfOne))
        }
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
    }

    private static let ruleOfOne = Text(
        zh: "重复规则只能用于 following（这一场及以后）。", en: "A rule goes with the scope following.")
    private static let givingOfOne = Text(
        zh: "候补和报名时间的设置只能用于 following（这一场及以后）。",
        en: "How seats are given is changed with the scope following.")
}

extension Activities {
    /// Changes one meeting, or it and all that follow.
    static func editOccurrence(_ call: Call) async throws -> Response {
        let change = try OccurrenceChange(call.body)
        return try await call.write { tx, _ in
            let found: (row: ActivityRow, occurrence: TakeOccurrence.Row)
            switch try await takeOccurrence(call, tx) {
            case .success(let taken): found = taken
            case .failure(let problem): return .refused(problem)
            }
            if let place = change.place {
                let may = try await tx.run(
                    MayInvite(address: found.row.content.address, place: place))
                guard may.first?.isPlaceKnown == true else {
                    throw Stop(Problem(.invalid, faults: [Problem.Fault("/place", placeUnknown)]))
                }
            }
            if let term = change.term { try await Laying.check(term.starts, tx) }
            return change.isFollowing
                ? try await editFollowing(call, tx, found.row, found.occurrence, change)
                : try await editOne(call, tx, found.row, found.occurrence, change)
        }
    }

    /// Takes the activity of a meeting that has not begun, and the meeting; or says why it cannot.
    static func takeOccurrence(
        _ call: Call, _ tx: Transaction
    ) async throws -> Result<(row: ActivityRow, occurrence: TakeOccurrence.Row), Problem> {
        let one = TakeOccurrence(id: call.id("occurrence"))
        guard let seen = try await tx.run(one).first else { return .failure(Problem(.notFound)) }
        let row: ActivityRow
        switch try await take(seen.activity, tx) {
        case .success(let taken): row = taken
        case .failure(let problem): return .failure(problem)
        }
        // As it is under the lock; a split may have given it to another activity meanwhile.
        guard let occurrence = try await tx.run(one).first, occurrence.activity == row.id else {
            return .failure(Problem(.preconditionFailed))
        }
        if let stale = call.staleness(ETag(version: Int64(occurrence.version))) {
            return .failure(stale)
        }
        guard row.state == .published, !occurrence.isCancelled else {
            return .failure(Problem(.activityCancelled))
        }
        guard occurrence.begins > tx.instant else { return .failure(Problem(.alreadyBegun)) }
        return .success((row: row, occurrence: occurrence))
    }

    private static func editOne(
        _ call: Call, _ tx: Transaction, _ row: ActivityRow, _ occurrence: TakeOccurrence.Row,
        _ change: OccurrenceChange
    ) async throws -> Outcome {
        let edit = OneEdit(
            tx: tx, ids: call.context.ids, row: row, occurrence: occurrence, change: change)
        let (clashes, refusal) = try await edit.apply(event: call.context.ids.next())
        if let refusal { return .refused(refusal) }
        return answer(try await tx.run(OneOccurrence(id: occurrence.id)), clashes)
    }

    /// The meeting as it is now, and who has something else then.
    static func answer(
        _ rows: [OneOccurrence.Row], _ clashes: [SeriesEdit.Clash] = []
    ) -> Outcome {
        guard let row = rows.first else { return .refused(Problem(.notFound)) }
        var json = JSONWriter(capacity: 2048)
        json.object { json in
            json.key("occurrence")
            json.raw(row.json)
            json.key("clashes")
            json.array { json in
                for clash in clashes { clash.write(to: &json) }
            }
        }
        return .done(
            Response(.ok, "application/json", json.bytes)
                .adding("ETag", ETag(version: Int64(row.version)).description))
    }
}

/// A change of one meeting alone: it has that of its own from now on.
struct OneEdit {
    let tx: Transaction
    let ids: UUIDGenerator
    let row: ActivityRow
    let occurrence: TakeOccurrence.Row
    let change: OccurrenceChange

    func apply(event: UUID) async throws -> (clashes: [SeriesEdit.Clash], refusal: Problem?) {
        let laying = Laying(tx: tx, ids: ids, activity: row.id, content: row.content)
        let place = change.place ?? occurrence.place
        var term = occurrence.begins..<occurrence.ends
        if let wanted = change.term,
            let begins = try await tx.run(InstantsOf(times: [wanted.starts])).first
        {
            term = begins..<begins + .seconds(60 * Int64(wanted.minutes))
        }
        let isMoved = term != occurrence.begins..<occurrence.ends || place != occurrence.place
        if isMoved {
            let starts = change.term?.starts ?? occurrence.starts
            if let id = place.id {
                let refusal = try await laying.book(
                    [(id: occurrence.id, starts: starts, term: term)], at: id)
                if let refusal { return ([], refusal) }
            } else {
                try await VenueBooking(ids: ids).cancel([occurrence.id], in: tx)
            }
        }
        var statements: [SQL] = []
        if isMoved {
            statements.append(
                MoveOccurrences(moves: [.init(id: occurrence.id, term: term, place: place)]).sql)
        }
        statements.append(
            OverrideOccurrence(
                id: occurrence.id, words: change.words, overrides: overrides(term, place),
                countsUp: !isMoved && change.words != nil
            ).sql)
        try await tx.execute(statements)
        let clashes = isMoved ? try await move(to: term, place) : []
        try await tell(clashes, term, parts(term, place), event: event)
        return (clashes, nil)
    }

    private func overrides(_ term: Range<Instant>, _ place: ActivityPlace) -> [String] {
        var all = Set(occurrence.overrides)
        if change.words != nil { all.insert("words") }
        if place != occurrence.place { all.insert("place") }
        if term != occurrence.begins..<occurrence.ends { all.insert("time") }
        return all.sorted()
    }

    private func parts(_ term: Range<Instant>, _ place: ActivityPlace) -> [ActivityPart] {
        var parts: [ActivityPart] = []
        if change.words != nil { parts += [.title, .body] }
        if term != occurrence.begins..<occurrence.ends { parts.append(.time) }
        if place != occurrence.place { parts.append(.place) }
        return parts
    }

    private func move(
        to term: Range<Instant>, _ place: ActivityPlace
    ) async throws -> [SeriesEdit.Clash] {
        let window = row.content.window.term(
            begins: term.lowerBound, earliest: row.publishedAt ?? tx.instant)
        let answer = try await Reservations(in: tx, for: ActivityFeature(), ids: ids)
            .move(occurrence.capacity, to: term, window: window, place: place.id)
        guard case .success(let outcome) = answer else { return [] }
        return try await SeriesEdit.clashes(at: [outcome.capacity], tx)
    }

    private func tell(
        _ clashes: [SeriesEdit.Clash], _ term: Range<Instant>, _ parts: [ActivityPart], event: UUID
    ) async throws {
        let subject = NoticeSubject(.occurrence, occurrence.id)
        let concerned = try await tx.run(Concerned(capacities: [occurrence.capacity]))
        let clashing = Set(clashes.map(\.person))
        let others = Set(concerned.flatMap(\.persons) + row.stewards).subtracting(clashing)
        let isMoved = parts.contains(.time) || parts.contains(.place)
        _ = try await tx.run(
            ActivityEvents.event(
                .occurrenceChanged, row.id, version: row.version, to: row.eventAudience,
                event: event
            ) { json in
                json.member("occurrence", occurrence.id)
                json.member("what", parts.map(\.rawValue))
            })
        try await tx.execute([
            Notify(
                isMoved ? .reservationMoved : .activityChanged, of: event, about: subject,
                to: others.sorted()
            ) { json in
                json.member("begins", term.lowerBound)
                json.member("what", parts.map(\.rawValue))
            }.sql,
            Notify(.reservationClash, of: event, about: subject, to: clashing.sorted()) { json in
                json.member("begins", term.lowerBound)
            }.sql,
        ])
    }
}
