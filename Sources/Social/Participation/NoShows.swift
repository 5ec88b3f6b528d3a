internal import Platform
internal import Realtime

/// That somebody did not come: a steward's claim, the person's own word, the committee's decision.
///
/// None counts after 180 days.
enum NoShows {
    /// Days after the end within which it can be claimed.
    static let claimDays: Int64 = 14
    /// Days after which it counts for nothing.
    static let countsDays: Int64 = 180

    /// Writes a page: the subject's own, those of what it looks after, or the appeals to decide on.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            FindNoShows(
                view: call.text("view") ?? "own",
                before: try call.cursor()?.id ?? UUID(high: .max, low: .max), count: limit + 1))
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("no_shows")
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

    /// Claims, after the end, that one who had a place did not come.
    static func claim(_ call: Call) async throws -> Response {
        let (occurrence, id) = (call.id("occurrence"), call.context.ids.next())
        let event = call.context.ids.next()
        guard let reservation = call.body["reservation"]?.text.flatMap({ UUID($0) }),
            let person = call.body["person"]?.text.flatMap({ UUID($0) })
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            guard let meeting = try await tx.run(FindMeeting(id: occurrence)).first else {
                return .refused(Problem(.notFound))
            }
            guard meeting.isSteward else { return .refused(Problem(.stewardsOnly)) }
            guard tx.instant >= meeting.ends else { return .refused(Problem(.notOver)) }
            guard tx.instant < meeting.ends + .seconds(86_400 * claimDays) else {
                return .refused(Problem(.tooLongAgo))
            }
            let found = try await tx.run(
                TakeParticipant(
                    capacity: meeting.capacity, reservation: reservation, person: person)
            ).first
            guard let found, found.isConfirmed else {
                return .refused(Problem(.reservationGone))
            }
            guard !found.hasCome else { return .refused(Problem(.wasThere)) }
            let asCall = CallInstead(
                id: id, reservation: reservation, person: person, activity: meeting.activity)
            switch try await tx.run(asCall).first {
            case "called": return try await tellOfCall(tx, id, event)
            case "there": return .refused(Problem(.noShowClaimed))
            default: break
            }
            let claim = ClaimNoShow(
                id: id, reservation: reservation, person: person, activity: meeting.activity)
            guard try await tx.run(claim).first != nil else {
                return .refused(Problem(.noShowClaimed))
            }
            let told = Told(.claimed, .noShowClaimed, to: [person, found.holder])
            return try await tell(tx, id, event, told, .created)
        }
    }

    /// Says whether it is so; what is disputed goes to the committee.
    static func answer(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("noShow"), call.context.ids.next())
        let second = call.context.ids.next()
        let isDisputed = call.body["answer"]?.text == "disputed"
        let note = call.body["note"]?.text
        return try await call.write { tx, caller in
            let subject = try Participation.subject(call, caller)
            guard let found = try await tx.run(OneNoShow(id: id)).first else {
                return .refused(Problem(.notFound))
            }
            guard [found.person, found.holder].contains(subject) else {
                return .refused(Problem(.holderOnly))
            }
            guard tx.instant < found.agesOutAt else { return .refused(Problem(.tooLongAgo)) }
            let give = AnswerNoShow(id: id, isDisputed: isDisputed, note: note)
            guard found.answer == nil, try await tx.run(give).first != nil else {
                return .refused(Problem(.alreadyAnswered))
            }
            let stewards = try await tx.run(FindStewards(capacity: found.capacity))
            let response = try await tell(
                tx, id, event, Told(.answered, .noShowAnswered, to: stewards), .ok)
            guard isDisputed else { return response }
            // An event of its own, so that a steward of the committee hears of both.
            let judges = try await tx.run(CommitteePersons())
            return try await tell(
                tx, id, second, Told(.appealed, .noShowAppealed, to: judges), .ok)
        }
    }

    /// Decides on an appeal.
    static func decide(_ call: Call) async throws -> Response {
        let (id, event) = (call.id("noShow"), call.context.ids.next())
        guard let decision = call.body["decision"]?.text else { throw Stop(.invalid) }
        let note = call.body["note"]?.text
        return try await call.write { tx, caller in
            guard let found = try await tx.run(OneNoShow(id: id)).first else {
                return .refused(Problem(.notFound))
            }
            guard found.mayDecide else { return .refused(Problem(.committeeOnly)) }
            guard let judge = caller.person,
                ![found.person, found.holder, found.claimedBy].contains(judge)
            else { return .refused(Problem(.ownCase)) }
            guard found.isAppealed else { return .refused(Problem(.notFound)) }
            let decide = DecideNoShow(id: id, decision: decision, note: note)
            guard !found.isDecided, try await tx.run(decide).first != nil else {
                return .refused(Problem(.alreadyDecided))
            }
            let told = Told(.decided, .noShowDecided, to: [found.person, found.holder])
            return try await tell(tx, id, event, told, .ok)
        }
    }

    /// Tells the stewards alone, who see of it what they see of a claim: the person is called, and has
    /// no mark.
    private static func tellOfCall(
        _ tx: Transaction, _ id: UUID, _ event: UUID
    ) async throws -> Outcome {
        guard let now = try await tx.run(OneNoShow(id: id)).first else {
            return .refused(Problem(.notFound))
        }
        let stewards = try await tx.run(FindStewards(capacity: now.capacity))
        let draft = EventDraft(
            id: event, kind: EventKind.claimed.rawValue,
            audience: stewards.map { EventAudience.person($0) }, about: []
        ) { json in
            json.member("no_show", id)
            json.member("occurrence", now.occurrence)
            json.member("reservation", now.reservation)
        }
        try await tx.execute(AppendEvent(draft).sql)
        return .done(Response(.created, "application/json", now.json))
    }

    private enum EventKind: String {
        case claimed = "noShow.claimed"
        case answered = "noShow.answered"
        case appealed = "noShow.appealed"
        case decided = "noShow.decided"
    }

    /// What happened, and who is told of it.
    private struct Told {
        var event: EventKind
        var notice: NoticeKind
        var persons: [UUID]

        init(_ event: EventKind, _ notice: NoticeKind, to persons: [UUID]) {
            self.event = event
            self.notice = notice
            self.persons = persons
        }
    }

    /// Writes the event for the person, who answers for it, the stewards and, once it was appealed,
    /// the committee; and answers with the no-show.
    private static func tell(
        _ tx: Transaction, _ id: UUID, _ event: UUID, _ told: Told, _ status: Status
    ) async throws -> Outcome {
        guard let now = try await tx.run(OneNoShow(id: id)).first else {
            return .refused(Problem(.notFound))
        }
        let stewards = try await tx.run(FindStewards(capacity: now.capacity))
        var audience = Set([now.person, now.holder] + stewards).sorted().map {
            EventAudience.person($0)
        }
        if now.isAppealed { audience.append(.role("residents_committee")) }
        let draft = EventDraft(
            id: event, kind: told.event.rawValue, audience: audience, about: [now.person]
        ) { json in
            json.member("no_show", id)
            json.member("occurrence", now.occurrence)
            json.member("reservation", now.reservation)
        }
        let notice = Notify(
            told.notice, of: event, about: NoticeSubject(.occurrence, now.occurrence),
            to: told.persons
        ) { json in json.member("no_show", id) }
        try await tx.execute(AppendEvent(draft).sql, notice.sql)
        return .done(Response(status, "application/json", now.json))
    }
}
