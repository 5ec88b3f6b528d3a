internal import Platform
internal import Realtime

/// Leaving a household, and asking that another one's membership ends.
struct MembershipEnds: Sendable {
    /// What leaving means, said before it happens.
    static let meaning = Text(
        zh: "离开后：不再看到这一户和本楼的内容，住户核验随之失效，随户的租户、照护人身份结束；已有的报名保留，"
            + "以后不能再替这家人报名。要回来须重新加入。确定离开，请把 understood 设为 true 再提交。",
        en:
            "You will see nothing of this household and its stair any more, its proof of you lapses, "
            + "and so do the roles that came with it; your bookings stay, and you book for these "
            + "people no more. Coming back takes a new code. To leave, send understood: true.")

    private let keyring: Keyring

    /// Opening days of birth under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    /// Whether the person that asks is a child by its day of birth.
    private func isChild(_ call: Call, _ tx: Transaction, _ person: UUID?) async throws -> Bool {
        let vault = PersonVault(keyring, of: call.id("estate"))
        let members = try Household(try await tx.run(HouseholdMembers()), vault).members
        return members.contains { $0.person == person && $0.isChild == true }
    }

    /// Asks that another member's membership ends.
    func ask(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        guard let household = call.body["household"]?.text.flatMap({ UUID($0) }),
            let person = call.body["person"]?.text.flatMap({ UUID($0) }),
            let kind = call.body["kind"]?.text, let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        return try await call.write { tx, caller in
            guard try await !isChild(call, tx, caller.person) else {
                return .refused(Problem(.adultsOnly))
            }
            let ask = AskMembershipEnd(
                id: id, household: household, person: person, kind: kind, because: because,
                event: event)
            switch try await tx.run(ask).first {
            case "asked":
                return .done(
                    call.json(.created) { json in
                        json.object { json in json.member("id", id) }
                    })
            case "there": return .refused(Problem(.endAsked))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    /// What the person concerned says to it.
    static func answer(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let said = call.body["answer"]?.text else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let answer = AnswerMembershipEnd(
                request: call.id("request"), answer: said, because: call.body["because"]?.text,
                event: event)
            return switch try await tx.run(answer).first {
            case "answered": .done(Response(.noContent))
            case "decided": .refused(Problem(.endDecided))
            default: .refused(Problem(.notFound))
            }
        }
    }

    /// Decides; what follows happens in the same transaction.
    static func decide(_ call: Call) async throws -> Response {
        let ids = call.context.ids
        let (event, change, stateEvent): (UUID, UUID, UUID) = (ids.next(), ids.next(), ids.next())
        guard let outcome = call.body["outcome"]?.text, let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let decide = DecideMembershipEnd(
                request: call.id("request"), outcome: outcome, because: because, event: event)
            let decided = try await tx.run(decide).first
            guard decided?.verdict == "decided" else { return .refused(refusal(decided?.verdict)) }
            if outcome == "ended", let kind = decided?.kind, kind != "leave",
                let person = decided?.person
            {
                let set = SetPersonState(
                    id: change, person: person, state: kind, because: because, event: stateEvent)
                _ = try await tx.run(set)
                _ = try await PersonStates.freeSeats(of: person, tx, ids)
            }
            return .done(Response(.noContent))
        }
    }

    private static func refusal(_ verdict: String?) -> Problem {
        switch verdict {
        case "own": Problem(.ownHousehold)
        case "decided_before": Problem(.endDecided)
        case "early": Problem(.endTooEarly)
        default: Problem(.notFound)
        }
    }

    /// Writes a page of requests.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let rows = try await call.read(
            MembershipRequests(
                isOpen: call.text("state") != "all",
                before: try call.cursor()?.id ?? UUID(high: .max, low: .max),
                count: Int32(limit + 1)))
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("requests")
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

    /// Ends one's own membership at once, once one knows what that means.
    func leave(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let household = call.body["household"]?.text.flatMap({ UUID($0) }) else {
            throw Stop(.invalid)
        }
        return try await call.write { tx, caller in
            guard try await !isChild(call, tx, caller.person) else {
                return .refused(Problem(.adultsOnly))
            }
            guard call.body["understood"]?.bool == true else {
                return .refused(Problem(.leavingMeans))
            }
            return
                switch try await tx.run(LeaveHousehold(household: household, event: event)).first
            {
            case "left": .done(Response(.noContent))
            default: .refused(Problem(.notFound))
            }
        }
    }
}
