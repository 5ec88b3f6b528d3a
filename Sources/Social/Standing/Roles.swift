internal import Platform
internal import Realtime

/// Roles with terms: who holds which, and what those who give them do.
enum Roles {
    /// Writes which roles there are, what each takes, and who gives it.
    static func kinds(_ call: Call) async throws -> Response {
        let rows = try await call.read(RoleKinds())
        return call.json(capacity: 8192) { json in
            json.object { json in
                json.key("role_kinds")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    /// Writes a page of terms.
    static func list(_ call: Call) async throws -> Response {
        let limit = call.limit()
        let page = RoleTerms(
            state: call.text("state") ?? "current", role: call.text("role"),
            person: call.text("person").flatMap { UUID($0) },
            after: try call.cursor()?.id ?? UUID(high: 0, low: 0), count: Int32(limit + 1))
        let rows = try await call.read(page)
        var response = call.json(capacity: 4096) { json in
            json.object { json in
                json.key("roles")
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

    /// Begins a term.
    static func begin(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let body = call.body
        guard let person = body["person"]?.text.flatMap({ UUID($0) }),
            let role = body["role"]?.text, let because = body["because"]?.text
        else { throw Stop(.invalid) }
        let begins = body["begins"]?.text.flatMap { Instant($0) }
        return try await call.write { tx, _ in
            let begin = BeginRole(
                id: id, person: person, role: role,
                place: body["place"]?.text.flatMap { UUID($0) }, begins: begins ?? tx.instant,
                ends: body["ends"]?.text.flatMap { Instant($0) }, because: because,
                reference: body["because_ref"]?.text, event: event)
            let verdict = try await tx.run(begin).first
            guard verdict == "begun" else { return .refused(try refusal(verdict)) }
            return .done(
                call.json(.created) { json in
                    json.object { json in json.member("id", id) }
                })
        }
    }

    /// Lets a term last longer.
    static func extend(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        guard let ends = call.body["ends"]?.text.flatMap({ Instant($0) }),
            let because = call.body["because"]?.text
        else { throw Stop(.invalid) }
        return try await call.write { tx, _ in
            let extend = ExtendRole(
                term: call.id("term"), ends: ends, because: because,
                reference: call.body["because_ref"]?.text, event: event)
            let verdict = try await tx.run(extend).first
            guard verdict == "extended" else { return .refused(try refusal(verdict)) }
            return .done(Response(.noContent))
        }
    }

    /// Ends a term, or lays it down.
    static func end(_ call: Call) async throws -> Response {
        let event = call.context.ids.next()
        return try await call.write { tx, _ in
            let end = EndRole(
                term: call.id("term"), ends: call.body["ends"]?.text.flatMap { Instant($0) },
                because: call.body["because"]?.text ?? "laid_down", event: event)
            let verdict = try await tx.run(end).first
            guard verdict == "ended" else { return .refused(try refusal(verdict)) }
            return .done(Response(.noContent))
        }
    }

    /// Why a term is not as it was asked for.
    ///
    /// - Throws: `Stop` with what is to be corrected.
    private static func refusal(_ verdict: String?) throws(Stop) -> Problem {
        if let verdict, let detail = faults[verdict] {
            throw Joining.fault("/\(verdict)", detail)
        }
        switch verdict {
        case "not_giver": return Problem(.mayNotGiveRole)
        case "own": return Problem(.notForOneself)
        case "own_household": return Problem(.ownHousehold)
        case "level": return Problem(.roleLevelLacking)
        case "there": return Problem(.roleThere)
        case "again", "ended": return Problem(.roleEnded)
        default: return Problem(.notFound)
        }
    }

    private static let faults: [String: Text] = [
        "place": Text(
            zh: "这个身份须在合适的地点担任：请按「身份一览」（role-kinds）选地点，或不填地点。",
            en: "This role is held at other places: choose one that role-kinds names, or none."),
        "because": Text(
            zh: "请从「身份一览」（role-kinds）里选这个身份的事由。",
            en: "Choose one of the reasons that role-kinds names for this role."),
        "because_ref": Text(
            zh: "请写明依据，如选举纪要、合同或房产证的编号。",
            en: "Name what it rests on: the number of the minutes, the contract or the deed."),
        "begins": Text(zh: "任期不能从过去开始。", en: "A term does not begin in the past."),
        "ends": Text(
            zh: "请填写起始之后、最长期限之内的结束时刻；已有任期的，延长须更晚，提前结束须在现在到原定"
                + "结束之间。",
            en: "Give an end after the beginning and within the longest term; an extension ends "
                + "later than the term, and an early end lies between now and its end."),
    ]
}
